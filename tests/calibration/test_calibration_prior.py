"""Prior shift: exact where factors are known, to a prevalence, the likeliest from outcomes; the prevalence of EM."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive import InputError, LogisticRegression
from ogive.calibration import PriorShift, estimated_prevalence, load, save
from ogive.functions import logit, sigmoid, softmax

P = np.array([0.001, 0.1, 0.5, 0.9, 0.999])


def test_down_sampling_multiplies_the_odds():
    p = PriorShift.from_sampling(kept_negatives=0.01).transform(P)
    np.testing.assert_allclose(p / (1 - p), P / (1 - P) * 0.01, rtol=1e-13)
    np.testing.assert_allclose(p, P / (P + (1 - P) / 0.01), rtol=1e-13)  # He et al. 2014, section 6.3
    np.testing.assert_array_equal(PriorShift.from_sampling([0.01, 1.0]).transform(P), p)


def test_a_sampled_table_gives_the_probabilities_of_the_whole():
    """Counts in cells of a table, of which a tenth of the non-events are kept: the share in each cell comes back."""
    events, nonevents = np.array([30.0, 200, 900]), np.array([99_970.0, 9_800, 100])
    sampled = events / (events + 0.1 * nonevents)
    whole = PriorShift.from_sampling(kept_negatives=0.1).transform(sampled)
    np.testing.assert_allclose(whole, events / (events + nonevents), rtol=1e-13)
    before, after = events.sum() / (events + 0.1 * nonevents).sum(), events.sum() / (events + nonevents).sum()
    shift = PriorShift.from_prevalence(trained=before, new=after)
    np.testing.assert_allclose(shift.transform(sampled), whole, rtol=1e-12)


def test_class_weights_are_undone_exactly_where_the_model_is_saturated():
    """A logistic regression with a coefficient a cell estimates shares, and with class weights weighted shares."""
    cell = np.repeat([0, 1, 2], 400)
    rng = np.random.default_rng(0)
    y = (rng.random(1200) < np.array([0.05, 0.2, 0.5])[cell]).astype(int)
    X = np.eye(3)[cell][:, 1:]
    weighted = LogisticRegression(class_weight={0: 1, 1: 12}).fit(X, y).predict_proba(X)[:, 1]
    plain = LogisticRegression().fit(X, y).predict_proba(X)[:, 1]
    for weights in ([1, 12], {0: 1, 1: 12}, {1: 6, 0: 0.5}):
        np.testing.assert_allclose(
            PriorShift.from_class_weights(weights).transform(weighted), plain, rtol=1e-8
        )


def test_class_weights_of_three_classes_are_undone():
    sklearn = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(1)
    cell = np.repeat([0, 1, 2], 500)
    y = np.array(
        [rng.choice(3, p=q) for q in np.array([[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.3, 0.3, 0.4]])[cell]]
    )
    X = np.eye(3)[cell][:, 1:]
    shares = np.array([np.bincount(y[cell == c], minlength=3) / 500 for c in range(3)])[cell]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = sklearn.LogisticRegression(
            C=np.inf, tol=1e-10, max_iter=5000, class_weight={0: 1, 1: 4, 2: 9}
        )
        scores = model.fit(X, y).predict_proba(X)
    assert np.abs(scores - shares).max() > 0.1
    np.testing.assert_allclose(PriorShift.from_class_weights([1, 4, 9]).transform(scores), shares, atol=1e-6)


@pytest.mark.parametrize("new", [1e-7, 0.003, 0.3, 0.9999])
@pytest.mark.parametrize("logits", [False, True])
def test_the_mean_is_the_prevalence_and_the_shift_is_the_root(new, logits):
    from scipy.optimize import brentq

    rng = np.random.default_rng(2)
    z, weight = rng.normal(-1, 2, 500), rng.integers(0, 4, 500)
    shift = PriorShift.to_prevalence(z if logits else sigmoid(z), new, weight, logits=logits)
    p = shift.transform(z if logits else sigmoid(z))
    assert math.isclose(np.average(p, weights=weight), new, rel_tol=1e-7, abs_tol=1e-15)
    root = brentq(lambda b: np.average(1 / (1 + np.exp(-z - b)), weights=weight) - new, -60, 60, xtol=1e-12)
    assert math.isclose(np.log(shift.factors_[1] / shift.factors_[0]), root, abs_tol=1e-6)
    np.testing.assert_allclose(logit(p), z + np.log(shift.factors_[1] / shift.factors_[0]), rtol=1e-6)


def test_several_classes_reach_their_prevalences():
    rng = np.random.default_rng(3)
    scores, new = rng.dirichlet([1, 2, 0.3, 1], 400), (0.4, 0.05, 0.5, 0.05)
    shift = PriorShift.to_prevalence(scores, new)
    p = shift.transform(scores)
    np.testing.assert_allclose(p.mean(axis=0), new, rtol=1e-10)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    ratio = (p / scores) / (p / scores)[:, :1]
    np.testing.assert_allclose(ratio, np.tile(shift.factors_ / shift.factors_[0], (400, 1)), rtol=1e-9)
    np.testing.assert_allclose(
        PriorShift.to_prevalence(np.log(scores), new, logits=True).transform(np.log(scores)), p, rtol=1e-9
    )


def test_what_outcomes_teach_is_the_intercept_of_a_regression_with_offset():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(4)
    z = rng.normal(-2, 1.5, 800)
    y = (rng.random(800) < sigmoid(z + 1.3)).astype(float)
    shift = PriorShift().fit(sigmoid(z), y)
    reference = sm.GLM(y, np.ones(800), family=sm.families.Binomial(), offset=z).fit(tol=1e-14)
    assert math.isclose(np.log(shift.factors_[1] / shift.factors_[0]), reference.params[0], rel_tol=1e-8)
    assert math.isclose(shift.transform(sigmoid(z)).mean(), y.mean(), rel_tol=1e-10)
    two = PriorShift().fit(np.column_stack([1 - sigmoid(z), sigmoid(z)]), y)
    np.testing.assert_allclose(two.factors_, shift.factors_, rtol=1e-8)


def test_weights_are_rows_repeated():
    rng = np.random.default_rng(5)
    p, y, w = rng.random(60), rng.integers(0, 2, 60), rng.integers(1, 4, 60)
    rows = np.repeat(np.arange(60), w)
    for ours, other in (
        (PriorShift().fit(p, y, w), PriorShift().fit(p[rows], y[rows])),
        (PriorShift.to_prevalence(p, 0.1, w), PriorShift.to_prevalence(p[rows], 0.1)),
    ):
        np.testing.assert_allclose(ours.factors_, other.factors_, rtol=1e-9)
    assert math.isclose(
        estimated_prevalence(p, 0.5, w).value, estimated_prevalence(p[rows], 0.5).value, rel_tol=1e-5
    )


def em(density, shares, weight, steps=50_000):
    """The EM algorithm of Saerens, Latinne and Decaestecker (2002), one step after another."""
    for _ in range(steps):
        posterior = density * shares
        posterior /= posterior.sum(axis=1, keepdims=True)
        shares, last = np.average(posterior, axis=0, weights=weight), shares
        if np.abs(shares - last).max() < 1e-13:
            break
    return shares


@pytest.mark.parametrize("truth", [0.03, 0.2, 0.8])
def test_the_estimated_prevalence_is_where_em_ends_and_near_the_truth(truth):
    rng = np.random.default_rng(6)
    y = rng.random(4000) < truth
    z = 2 * rng.normal(2.0 * y, 1) - 2 + logit(0.4)  # log-odds of normal scores, where the prevalence is 0.4
    found = estimated_prevalence(z, trained=0.4, logits=True)
    density = np.column_stack([1 - sigmoid(z), sigmoid(z)]) / np.array([0.6, 0.4])
    assert math.isclose(found.value, em(density, np.array([0.6, 0.4]), None)[1], abs_tol=1e-6)
    assert abs(found.value - truth) < 0.03
    assert found.low is None and found.method.startswith("no interval")


def test_the_estimated_prevalences_of_three_classes():
    rng = np.random.default_rng(7)
    old, new, centre = (
        np.array([0.5, 0.3, 0.2]),
        np.array([0.1, 0.2, 0.7]),
        np.array([[0, 0], [2, 0], [0, 2]]),
    )
    x = rng.normal(centre[rng.choice(3, p=new, size=5000)])
    scores = softmax(x @ centre.T - 0.5 * (centre**2).sum(axis=1) + np.log(old))
    found = [share.value for share in estimated_prevalence(scores, trained=old)]
    np.testing.assert_allclose(found, em(scores / old, old, None), atol=1e-6)
    np.testing.assert_allclose(found, new, atol=0.03)


shares = st.floats(1e-6, 1 - 1e-6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(a=shares, b=shares, c=shares)
def test_shifts_compose_and_return(a, b, c):
    there = PriorShift.from_prevalence(trained=a, new=b).transform(P)
    further = PriorShift.from_prevalence(trained=b, new=c).transform(there)
    np.testing.assert_allclose(further, PriorShift.from_prevalence(trained=a, new=c).transform(P), rtol=1e-6)
    assert (np.diff(there) > 0).all()
    direct = PriorShift.from_prevalence(trained=a, new=b, logits=True).transform(logit(P))
    np.testing.assert_allclose(direct, there, rtol=1e-9)


def test_certain_probabilities_stay_and_the_file_keeps_all(tmp_path):
    shift = PriorShift.from_sampling([0.5, 0.1, 1.0])
    scores = np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    assert shift.transform(scores)[0].tolist() == [0, 0, 1]
    assert shift.transform(scores)[1, 2] == 0
    assert PriorShift.from_sampling(kept_negatives=0.1).transform([0.0, 1.0]).tolist() == [0.0, 1.0]
    save(shift, tmp_path / "shift.json")
    np.testing.assert_array_equal(load(tmp_path / "shift.json").transform(scores), shift.transform(scores))


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: PriorShift.from_sampling(kept_negatives=2), "cannot exceed 1"),
        (lambda: PriorShift.from_sampling([0.0, 1.0]), "above 0"),
        (lambda: PriorShift.from_class_weights({0: 1, 2: 1}), "classes 0 to K - 1"),
        (lambda: PriorShift.from_class_weights([1, -1]), "above 0"),
        (lambda: PriorShift.from_prevalence(trained=0.3, new=2), "between 0 and 1"),
        (lambda: PriorShift.from_prevalence(trained=0.3, new=[0.2, 0.3, 0.5]), "3"),
        (lambda: PriorShift.to_prevalence([0.0, 0.0, 0.0, 0.4], 0.3), "no shift"),
        (lambda: PriorShift.to_prevalence([0.0, 0.0, 0.0, 0.4], 0.25), "no shift"),
        (lambda: PriorShift.to_prevalence([0.2, 0.4], [0.2, 0.3, 0.5]), "2 classes and new of 3"),
        (lambda: PriorShift.to_prevalence([2.0, 0.4], 0.1), "log-odds"),
        (lambda: PriorShift().fit([0.2, 0.4], [1, 1]), "every row has y = 1"),
        (lambda: PriorShift().fit([[0.2, 0.5, 0.3], [0.4, 0.3, 0.3]], [0, 1]), "every class a row"),
        (lambda: PriorShift().transform([0.2]), "not learnt"),
        (lambda: PriorShift.from_sampling([0.1, 0.2, 1]).transform([0.2]), "one column a class"),
        (lambda: PriorShift.from_sampling([0.1, 1]).transform([[0.2, 0.3, 0.5]]), "3 columns"),
        (lambda: estimated_prevalence([0.2, 0.3], [0.2, 0.3, 0.5]), "2 classes and trained of 3"),
    ],
)
def test_what_cannot_be_is_said(attempt, message):
    with pytest.raises(InputError, match=message):
        attempt()
