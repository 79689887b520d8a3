"""The estimator: weights, classes, offsets, warnings, and what it refuses."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import scipy.sparse

from ogive import InputError, LogisticRegression
from ogive.models import ConvergenceWarning, SeparationWarning


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 5))
    y = (rng.random(300) < 1 / (1 + np.exp(-X[:, 0] + 0.5))).astype(int)
    return X, y


def test_maximum_likelihood_by_default_with_standard_errors(table):
    sm = pytest.importorskip("statsmodels.api")
    X, y = table
    model = LogisticRegression().fit(X, y)
    reference = sm.Logit(y, sm.add_constant(X)).fit(disp=0, method="newton", tol=1e-14)
    np.testing.assert_allclose(np.append(model.intercept_, model.coef_), reference.params, rtol=1e-8)
    np.testing.assert_allclose(model.standard_errors_, reference.bse, rtol=1e-8)
    np.testing.assert_allclose(model.log_likelihood_, reference.llf, rtol=1e-12)


def test_agrees_with_scikit_learn_on_the_same_penalty(table):
    from sklearn.linear_model import LogisticRegression as Peer

    X, y = table
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    alpha = 0.05
    ours = LogisticRegression(alpha=alpha).fit(Z, y)
    theirs = Peer(C=1 / (alpha * len(y)), tol=1e-12, max_iter=10_000).fit(Z, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(Z), theirs.predict_proba(Z), rtol=1e-5)


def test_a_weight_of_two_is_the_row_twice(table):
    X, y = table
    weights = np.where(np.arange(300) % 3 == 0, 2, 1)
    repeated = np.repeat(np.arange(300), weights)
    a = LogisticRegression().fit(X, y, sample_weight=weights)
    b = LogisticRegression().fit(X[repeated], y[repeated])
    np.testing.assert_allclose(a.coef_, b.coef_, rtol=1e-9)
    np.testing.assert_allclose(a.standard_errors_, b.standard_errors_, rtol=1e-9)


def test_offset_moves_the_intercept_and_enters_predictions(table):
    X, y = table
    plain = LogisticRegression().fit(X, y)
    shifted = LogisticRegression().fit(X, y, offset=np.full(300, 2.0))
    np.testing.assert_allclose(shifted.intercept_, plain.intercept_ - 2.0, rtol=1e-9)
    np.testing.assert_allclose(
        shifted.predict_proba(X, offset=np.full(300, 2.0)), plain.predict_proba(X), rtol=1e-9
    )
    with pytest.raises(InputError, match="offset holds NaN"):
        plain.fit(X, y, offset=np.full(300, np.nan))


def test_class_weights_leave_no_standard_errors(table):
    X, y = table
    balanced = LogisticRegression(class_weight="balanced").fit(X, y)
    n0, n1 = np.sum(y == 0), np.sum(y == 1)
    weights = np.where(y == 1, 150 / n1, 150 / n0)
    np.testing.assert_allclose(
        balanced.coef_, LogisticRegression().fit(X, y, sample_weight=weights).coef_, rtol=1e-9
    )
    assert np.isnan(balanced.standard_errors_).all()
    assert not balanced.probabilities_valid_
    assert LogisticRegression().fit(X, y).probabilities_valid_
    given = LogisticRegression(class_weight={0: 1, 1: 3}).fit(X, y)
    np.testing.assert_allclose(
        given.coef_, LogisticRegression().fit(X, y, sample_weight=np.where(y == 1, 3, 1)).coef_, rtol=1e-9
    )


@pytest.mark.parametrize(
    "as_input", [scipy.sparse.csr_matrix, scipy.sparse.csc_array, np.asfortranarray, list]
)
def test_any_form_of_the_same_table(table, as_input):
    X, y = table
    np.testing.assert_allclose(
        LogisticRegression().fit(as_input(X), y).coef_, LogisticRegression().fit(X, y).coef_, rtol=1e-9
    )


def test_strings_and_booleans_as_classes(table):
    X, y = table
    names = np.array(["no", "yes"])[y]
    model = LogisticRegression().fit(X, names)
    assert model.classes_.tolist() == ["no", "yes"]
    assert set(model.predict(X)) == {"no", "yes"}
    np.testing.assert_array_equal(LogisticRegression().fit(X, y.astype(bool)).coef_, model.coef_)


def test_log_probabilities_keep_their_tails(table):
    X, y = table
    model = LogisticRegression().fit(X, y)
    far = np.zeros((1, 5))
    far[0, 0] = 1e4
    log_p = model.predict_log_proba(far)
    assert log_p[0, 0] < -1000 and np.isfinite(log_p).all()


def test_separation_warns_and_gives_finite_coefficients():
    x = np.arange(10.0)[:, None]
    with pytest.warns(SeparationWarning, match="alpha > 0"):
        model = LogisticRegression().fit(x, x[:, 0] > 4)
    assert model.certificate_.status == "separated"
    assert not model.probabilities_valid_
    assert np.isfinite(model.coef_).all() and np.isnan(model.standard_errors_).all()
    assert (model.predict(x) == (x[:, 0] > 4)).all()


def test_dependent_columns_warn(table):
    X, y = table
    with pytest.warns(ConvergenceWarning, match="minimum norm"):
        model = LogisticRegression().fit(np.column_stack([X, X[:, 0]]), y)
    np.testing.assert_allclose(model.coef_[0, 0], model.coef_[0, 5])
    assert np.isnan(model.standard_errors_[[1, 6]]).all() and np.isfinite(model.standard_errors_[2])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": np.array([[np.nan], [1.0]])}, "NaN"),
        ({"X": np.array([[np.inf], [1.0]])}, "inf"),
        ({"y": np.array([1, 1])}, "two classes"),
        ({"y": np.array([0.1, 0.7])}, "continuous"),
        ({"sample_weight": [-1.0, 1.0]}, "positive"),
        ({"sample_weight": [0.0, 1.0]}, "fewer than two classes"),
        ({"alpha": -1}, "alpha"),
        ({"class_weight": "balance"}, "class_weight"),
    ],
)
def test_wrong_input_gets_one_clear_message(change, message):
    arguments = {"X": np.array([[0.0], [1.0]]), "y": np.array([0, 1])}
    parameters = {k: v for k, v in change.items() if k in ("alpha", "class_weight")}
    arguments.update({k: v for k, v in change.items() if k not in parameters})
    with pytest.raises(ValueError, match=message):
        LogisticRegression(**parameters).fit(**arguments)


def test_three_classes_are_refused():
    with pytest.raises(InputError, match="two classes, got 3"):
        LogisticRegression().fit(np.arange(3.0)[:, None], [0, 1, 2])


def test_pickling_keeps_the_covariance(table):
    X, y = table
    model = LogisticRegression().fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.covariance_, model.covariance_)


def test_standard_errors_of_a_large_fit_are_read_when_asked_for():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(150_000, 15))
    y = (rng.random(150_000) < 1 / (1 + np.exp(-X[:, 0]))).astype(int)
    model = LogisticRegression().fit(X, y)
    reference = LogisticRegression().fit(
        X.astype(np.longdouble).astype(float), y, sample_weight=np.ones(len(y))
    )
    restored = pickle.loads(pickle.dumps(model))
    np.testing.assert_allclose(model.standard_errors_, reference.standard_errors_, rtol=1e-8)
    np.testing.assert_array_equal(restored.standard_errors_, model.standard_errors_)
    changed = LogisticRegression().fit(X, y)
    X[:1000] += 1.0
    with pytest.raises(InputError, match="changed since the fit"):
        changed.standard_errors_
    kept = pickle.loads(pickle.dumps(changed))
    np.testing.assert_array_equal(kept.coef_, changed.coef_)
    assert np.isnan(kept.standard_errors_).all()


def test_a_penalised_fit_has_no_standard_errors(table):
    X, y = table
    assert np.isnan(LogisticRegression(alpha=0.1).fit(X, y).standard_errors_).all()


def test_offsets_and_class_weights_are_checked(table):
    X, y = table
    model = LogisticRegression().fit(X, y)
    with pytest.raises(InputError, match="one value a row"):
        model.decision_function(X, offset=np.zeros((300, 1)))
    with pytest.raises(InputError, match="0 or positive"):
        LogisticRegression(class_weight={0: 1.0, 1: -1.0}).fit(X, y)
    with pytest.raises(ValueError, match="inf"):
        LogisticRegression().fit(X, np.where(y == 1, np.inf, 0.0))
