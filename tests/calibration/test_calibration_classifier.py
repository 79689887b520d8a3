"""The calibrated classifier: what teaches what, splits, weights, classes, metadata, and what it refuses."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_predict,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from ogive import CalibratedClassifier, InputError
from ogive.calibration import (
    IsotonicCalibration,
    OneVsRest,
    PlattScaling,
    VectorScaling,
    choose,
    load,
    save,
)
from ogive.metrics import SamplingWeights


def table(n=600, classes=2, seed=0):
    """Correlated columns, which naive Bayes counts twice, and outcomes."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    X = np.hstack([x, x + 0.3 * rng.normal(size=(n, 2)), x + 0.3 * rng.normal(size=(n, 2))])
    z = np.column_stack([np.zeros(n), 1.5 * x[:, 0], 1.5 * x[:, 1]])[:, :classes]
    return X, np.argmax(z + rng.gumbel(size=z.shape), axis=1)


def test_no_row_calibrates_itself():
    """The neighbours of a row in training are the row itself; held out they are others."""
    X, y = table(300)
    model = CalibratedClassifier(KNeighborsClassifier(1), method="platt", cv=StratifiedKFold(5)).fit(X, y)
    own = KNeighborsClassifier(1).fit(X, y).predict_proba(X)[:, 1]
    assert (own == y).all()
    p = model.predict_proba(X)[:, 1]
    assert p.min() > 0.1 and p.max() < 0.9


@pytest.mark.parametrize("inner", [GaussianNB(), LinearSVC(random_state=0)])
def test_one_calibrator_from_all_held_out_scores_one_estimator_from_all_rows(inner):
    X, y = table()
    logits = not hasattr(inner, "predict_proba")
    scores = cross_val_predict(
        inner, X, y, cv=StratifiedKFold(4), method="decision_function" if logits else "predict_proba"
    )
    scores = scores if logits else scores[:, 1]
    model = CalibratedClassifier(inner, method="platt", cv=4).fit(X, y)
    platt = PlattScaling(logits=logits).fit(scores, y)
    assert (model.calibrator_.slope_, model.calibrator_.intercept_) == (platt.slope_, platt.intercept_)
    whole = clone(inner).fit(X, y)
    new = whole.decision_function(X) if logits else whole.predict_proba(X)[:, 1]
    p = model.predict_proba(X)
    np.testing.assert_array_equal(p[:, 1], platt.transform(new))
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict(X), (p[:, 1] > 0.5).astype(int))
    auto = CalibratedClassifier(inner, cv=4).fit(X, y)
    assert auto.choice_ == choose(scores, y, logits=logits)
    assert model.choice_ is None and auto.calibrator_.method == auto.choice_.method


def test_a_model_that_exists():
    X, y = table(900)
    inner = GaussianNB().fit(X[:300], y[:300])
    model = CalibratedClassifier(inner, method="isotonic", cv="prefit").fit(X[300:], y[300:])
    assert model.estimator_ is inner
    expected = IsotonicCalibration().fit(inner.predict_proba(X[300:])[:, 1], y[300:])
    np.testing.assert_array_equal(
        model.predict_proba(X)[:, 1], expected.transform(inner.predict_proba(X)[:, 1])
    )
    with pytest.raises(InputError, match="class 7, which the estimator was not fitted on"):
        model.fit(X, np.where(y == 1, 7, 0))
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError):
        CalibratedClassifier(GaussianNB(), cv="prefit").fit(X, y)


def test_splits_of_any_kind():
    X, y = table(300)
    cv = KFold(3, shuffle=True, random_state=0)
    by_splitter = CalibratedClassifier(GaussianNB(), method="beta", cv=cv).fit(X, y).predict_proba(X)
    masks = [(np.isin(np.arange(300), train), np.isin(np.arange(300), test)) for train, test in cv.split(X)]
    for splits in (list(cv.split(X)), masks):
        given = CalibratedClassifier(GaussianNB(), method="beta", cv=splits).fit(X, y).predict_proba(X)
        np.testing.assert_allclose(given, by_splitter, rtol=1e-9)


def test_rows_that_are_never_held_out_teach_the_estimator_only():
    X, y = table(300)
    cv = TimeSeriesSplit(4)
    model = CalibratedClassifier(GaussianNB(), method="platt", cv=cv).fit(X, y)
    scores, outcomes = [], []
    for train, test in cv.split(X):
        scores.append(GaussianNB().fit(X[train], y[train]).predict_proba(X[test])[:, 1])
        outcomes.append(y[test])
    platt = PlattScaling().fit(np.concatenate(scores), np.concatenate(outcomes))
    assert model.calibrator_.slope_ == platt.slope_
    np.testing.assert_array_equal(model.estimator_.theta_, GaussianNB().fit(X, y).theta_)


def test_rows_held_out_twice_count_once():
    X, y = table(500)
    once = StratifiedKFold(5, shuffle=True, random_state=0)
    splits = list(once.split(X, y))
    one = CalibratedClassifier(GaussianNB(), method="platt", cv=splits).fit(X, y)
    two = CalibratedClassifier(GaussianNB(), method="platt", cv=splits * 2).fit(X, y)
    np.testing.assert_allclose(two.calibrator_.slope_, one.calibrator_.slope_, rtol=1e-9)
    repeated = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0)
    choice = CalibratedClassifier(GaussianNB(), cv=repeated).fit(X, y).choice_
    assert choice.rows == pytest.approx(500)


def test_groups_are_held_out_together():
    X, y = table(400)
    groups = np.arange(400) // 4

    class Spy(GaussianNB):
        def fit(self, X, y, sample_weight=None):
            trained.append(set(X[:, 0]))
            return super().fit(X, y)

    for cv in (5, GroupKFold(4)):
        trained: list[set[float]] = []
        CalibratedClassifier(Spy(), method="platt", cv=cv).fit(X, y, groups=groups)
        for rows in trained:
            inside = np.isin(X[:, 0], list(rows))
            assert all(inside[groups == g].all() or not inside[groups == g].any() for g in range(100))


def test_weights_reach_the_estimator_and_the_calibrator():
    X, y = table(400)
    w = np.random.default_rng(1).integers(0, 3, 400)
    cv = list(StratifiedKFold(4).split(X, y))
    model = CalibratedClassifier(GaussianNB(), method="platt", cv=cv).fit(X, y, sample_weight=w)
    scores = np.empty(400)
    for train, test in cv:
        scores[test] = GaussianNB().fit(X[train], y[train], w[train]).predict_proba(X[test])[:, 1]
    assert model.calibrator_.slope_ == PlattScaling().fit(scores, y, w).slope_
    np.testing.assert_array_equal(model.estimator_.theta_, GaussianNB().fit(X, y, w).theta_)


def test_sampling_weights_have_no_scale():
    X, y = table(900)
    w = np.random.default_rng(0).uniform(1, 5, len(y))
    fits = [CalibratedClassifier(GaussianNB()).fit(X, y, SamplingWeights(scale * w)) for scale in (1, 1024)]
    assert np.array_equal(*(model.predict_proba(X) for model in fits))
    assert fits[0].choice_.rows == pytest.approx(w.sum() ** 2 / np.sum(w**2))


def test_an_estimator_without_weights_is_told():
    X, y = table(400)
    with pytest.warns(UserWarning, match="KNeighborsClassifier does not take sample_weight"):
        CalibratedClassifier(KNeighborsClassifier(), method="platt").fit(X, y, sample_weight=np.ones(400))


def test_what_else_fit_is_given_goes_to_the_estimator():
    X, y = table(200)

    class Needs(GaussianNB):
        def fit(self, X, y, sample_weight=None, colour=None):
            assert len(colour) == len(X)
            return super().fit(X, y, sample_weight)

    CalibratedClassifier(Needs(), method="platt").fit(X, y, colour=np.arange(200))


def test_metadata_is_routed():
    X, y = table(400)
    w, groups = np.random.default_rng(1).random(400), np.arange(400) // 2
    plain = CalibratedClassifier(GaussianNB(), method="platt", cv=GroupKFold(4))
    expected = clone(plain).fit(X, y, sample_weight=w, groups=groups).predict_proba(X)
    with config_context(enable_metadata_routing=True):
        routed = CalibratedClassifier(
            GaussianNB().set_fit_request(sample_weight=True), method="platt", cv=GroupKFold(4)
        )
        np.testing.assert_array_equal(
            routed.fit(X, y, sample_weight=w, groups=groups).predict_proba(X), expected
        )
        routed.set_score_request(sample_weight=True)
        search = GridSearchCV(routed, {"method": ["platt", "beta"]}, cv=GroupKFold(3))
        search.fit(X, y, sample_weight=w, groups=groups)
        assert search.best_params_["method"] in {"platt", "beta"}


@pytest.mark.parametrize(
    "inner", [GaussianNB(), LinearSVC(random_state=0), SGDClassifier(random_state=0), RidgeClassifier()]
)
def test_three_classes_under_any_names(inner):
    X, y = table(900, classes=3)
    names = np.array(["low", "middle", "high"])[y]
    model = CalibratedClassifier(inner).fit(X, names)
    assert model.classes_.tolist() == ["high", "low", "middle"]
    p = model.predict_proba(X)
    assert p.shape == (900, 3)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (model.predict(X) == names).mean() > 0.5
    share = np.array([(names == c).mean() for c in model.classes_])
    np.testing.assert_allclose(p.mean(axis=0), share, atol=0.08)
    for method in (VectorScaling(logits=not hasattr(inner, "predict_proba")), "isotonic"):
        again = CalibratedClassifier(inner, method=method).fit(X, names)
        np.testing.assert_allclose(again.predict_proba(X).sum(axis=1), 1)
    assert isinstance(again.calibrator_, OneVsRest)


def test_calibration_lowers_the_loss_of_naive_bayes():
    X, y = table(2000)
    Xn, yn = table(4000, seed=1)
    model = CalibratedClassifier(GaussianNB()).fit(X, y)

    def loss(p):
        return -np.log(np.clip(p[np.arange(4000), yn], 1e-15, 1)).mean()

    assert loss(model.predict_proba(Xn)) < loss(model.estimator_.predict_proba(Xn)) - 0.1
    assert model.choice_.method != "none"
    unharmed = CalibratedClassifier(LogisticRegression(C=np.inf)).fit(X, y)
    assert unharmed.choice_.method == "none"
    np.testing.assert_array_equal(unharmed.predict_proba(Xn), unharmed.estimator_.predict_proba(Xn))


def test_frames_pipelines_files_and_copies(tmp_path):
    X, y = table(300)
    frame = pd.DataFrame(X, columns=list("abcdef"))
    model = CalibratedClassifier(make_pipeline(StandardScaler(), GaussianNB())).fit(frame, y)
    assert model.n_features_in_ == 6 and model.feature_names_in_.tolist() == list("abcdef")
    assert repr(model).startswith("CalibratedClassifier(estimator=Pipeline(")
    restored = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(restored.predict_proba(frame), model.predict_proba(frame))
    save(model.calibrator_, tmp_path / "calibrator.json")
    scores = model.estimator_.predict_proba(frame)[:, 1]
    np.testing.assert_array_equal(
        load(tmp_path / "calibrator.json").transform(scores), model.predict_proba(frame)[:, 1]
    )
    other = clone(model)
    assert not hasattr(other, "calibrator_") and other.get_params()["cv"] == 5
    given = PlattScaling()
    CalibratedClassifier(GaussianNB(), method=given).fit(X, y)
    assert not hasattr(given, "slope_")


class Silent(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self


class Wide(Silent):
    def decision_function(self, X):
        return np.zeros((len(X), 6))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (CalibratedClassifier(Silent()), "neither predict_proba nor decision_function"),
        (CalibratedClassifier(GaussianNB(), method="plat"), "no calibration method 'plat'"),
        (CalibratedClassifier(LinearSVC(), method=PlattScaling()), "use a calibrator with logits=True"),
        (CalibratedClassifier(GaussianNB(), method="vector"), "three classes"),
    ],
)
def test_what_cannot_be_calibrated_is_said(model, message):
    with pytest.raises(InputError, match=message):
        model.fit(*table(100))


def test_classes_that_cannot_be_learnt_are_said():
    X, y = table(60, classes=3)
    with pytest.raises(InputError, match="only one class"):
        CalibratedClassifier(GaussianNB()).fit(X, np.zeros(60))
    with pytest.raises(InputError, match="only one class"):
        CalibratedClassifier(GaussianNB()).fit(X, y, sample_weight=(y == 1).astype(float))
    with pytest.raises(InputError, match="has 1 row"):
        CalibratedClassifier(GaussianNB()).fit(X, np.append(np.zeros(59), 1))
    splits = [(np.flatnonzero(y < 2), np.flatnonzero(y == 2))]
    with pytest.raises(InputError, match="lack the class 2"):
        CalibratedClassifier(GaussianNB(), cv=splits).fit(X, y)
    with pytest.raises(InputError, match="decision_function_shape"):
        CalibratedClassifier(Wide()).fit(X, y)


def test_a_tree_that_is_certain_is_calibrated_all_the_same():
    X, y = table(800)
    model = CalibratedClassifier(DecisionTreeClassifier(random_state=0)).fit(X, y)
    p = model.predict_proba(X)[:, 1]
    assert set(model.estimator_.predict_proba(X)[:, 1]) == {0.0, 1.0}
    assert 0.05 < p.min() < p.max() < 0.95


def test_the_room_opens_without_scikit_learn(tmp_path):
    program = (
        "import sys; from ogive import calibration; calibration.choose; calibration.PriorShift; "
        "assert 'sklearn' not in sys.modules; import ogive; ogive.CalibratedClassifier; assert 'sklearn' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
