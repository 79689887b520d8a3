"""The classifier: scikit-learn's contract, its three kinds of targets, and its word where learning breaks off."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.utils.estimator_checks import parametrize_with_checks

from ogive import InputError
from ogive.models import ConvergenceWarning
from ogive.neural import NetworkClassifier, learn


@parametrize_with_checks([NetworkClassifier(hidden=(8,), rate=0.03, epochs=50)])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def two_classes():
    """Rows inside a ring, or outside of it: no line tells them apart."""
    x = np.random.default_rng(4).normal(size=(300, 2))
    return x, np.where((x**2).sum(axis=1) < 1.4, "inside", "outside")


def by_hand(model, x):
    """The logits of a network with one hidden layer of sigmoids, from its weights alone."""
    fitted = model.network_
    one, two = fitted.net.weights
    hidden = 1 / (1 + np.exp(-((x - fitted.centre) / fitted.scale @ one["W"] + one["b"])))
    return hidden @ two["W"] + two["b"]


def test_two_classes(two_classes):
    x, y = two_classes
    model = NetworkClassifier((16,), "sigmoid", rate=0.03).fit(x[:200], y[:200])
    assert list(model.classes_) == ["inside", "outside"]
    assert model.score(x[200:], y[200:]) > 0.9
    p = model.predict_proba(x)
    np.testing.assert_allclose(p[:, 1], 1 / (1 + np.exp(-by_hand(model, x)[:, 0])), rtol=1e-12)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_array_equal(model.predict(x) == "outside", p[:, 1] > 0.5)


def test_several_classes():
    x, y = load_iris(return_X_y=True)
    model = NetworkClassifier((8,), "sigmoid", rate=0.03, batch=16).fit(x, y)
    logits = by_hand(model, x)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(x), expected, rtol=1e-12)
    np.testing.assert_array_equal(model.predict(x), expected.argmax(axis=1))
    assert model.score(x, y) > 0.95


def test_digits_are_read():
    x, y = load_digits(return_X_y=True)
    learnt, judged, y_learnt, y_judged = train_test_split(x, y, random_state=0, stratify=y)
    model = NetworkClassifier((32,), rate=0.003, epochs=30).fit(learnt, y_learnt)
    assert model.score(judged, y_judged) > 0.95
    assert model.history_.verdicts == ()


def test_several_labels_at_once():
    x = np.random.default_rng(5).normal(size=(400, 3))
    y = np.column_stack([x[:, 0] > 0, x[:, 1] * x[:, 2] > 0]).astype(int)
    model = NetworkClassifier((16,), "tanh", rate=0.02).fit(x[:300], y[:300])
    p = model.predict_proba(x[300:])
    assert p.shape == (100, 2)
    for label in range(2):
        assert log_loss(y[300:, label], p[:, label]) < 0.4 < log_loss(y[300:, label], np.full(100, 0.5))
    np.testing.assert_array_equal(model.predict(x[300:]), (p >= 0.5).astype(int))


def test_it_is_learn_with_the_interface_of_scikit_learn(two_classes):
    x, y = two_classes
    model = NetworkClassifier((8,), epochs=5, random_state=3).fit(x, y)
    np.testing.assert_array_equal(
        model.predict_proba(x), learn(x, y, hidden=(8,), epochs=5, seed=3).probabilities(x)
    )


def test_seeds_repeat_to_the_bit_and_pickles_keep_them(two_classes):
    x, y = two_classes

    def fitted(seed):
        return NetworkClassifier((8,), epochs=5, random_state=seed).fit(x, y)

    p = fitted(np.random.RandomState(7)).predict_proba(x)
    np.testing.assert_array_equal(p, fitted(np.random.RandomState(7)).predict_proba(x))
    assert not np.array_equal(p, fitted(8).predict_proba(x))
    model = fitted(8)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(x), model.predict_proba(x))


def test_early_stopping_is_told(two_classes):
    model = NetworkClassifier((16,), rate=0.1, patience=3).fit(*two_classes)
    assert model.n_iter_ == len(model.history_.epochs) - 1 == model.history_.best + 3 < 200
    assert "3 epochs" in model.history_.stopped


def test_verdicts_are_kept(two_classes):
    deep = NetworkClassifier((8,) * 8, "sigmoid", init="glorot-plain", epochs=2).fit(*two_classes)
    assert [verdict.kind for verdict in deep.history_.verdicts] == ["vanishing"]


def test_a_number_that_is_none_stops_learning_with_a_warning(two_classes):
    x, y = two_classes
    with pytest.warns(
        ConvergenceWarning, match=r"broke off in epoch 1, at step \d+, .* layer \d .* smaller rate"
    ):
        model = NetworkClassifier((8,), rate=1e200).fit(x, y)
    assert model.history_.diverged
    assert np.isfinite(model.predict_proba(x)).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"activation": "sigmod"}, "did you mean 'sigmoid'"),
        ({"hidden": (0,)}, "units of a hidden layer must be a whole number of 1 or more; got 0"),
        ({"hidden": ("many",)}, "got 'many'"),
        ({"hidden": (2.5,)}, "got 2.5"),
        ({"held_out": 1.0}, "share"),
        ({"rate": 0.0}, "rate must be above 0"),
        ({"init": "best"}, "no initialisation 'best'"),
    ],
)
def test_wrong_options(two_classes, options, words):
    with pytest.raises(InputError, match=words):
        NetworkClassifier(**options).fit(*two_classes)


def test_no_hidden_layer_is_a_logistic_regression(two_classes):
    x, y = two_classes
    model = NetworkClassifier((), epochs=2).fit(x, y)
    assert [weights["W"].shape for weights in model.network_.net.weights] == [(2, 1)]
