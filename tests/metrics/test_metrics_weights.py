"""Sampling weights: the values of the weights, intervals by linearisation, and no difference by a common factor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import t

from ogive import Estimate, InputError
from ogive.metrics import (
    SamplingWeights,
    average_precision,
    balanced_accuracy,
    brier_score,
    calibration_line,
    confusion,
    f_beta,
    gini,
    kappa,
    ks,
    lift,
    log_loss,
    matthews,
    reliability_curve,
    roc_auc,
    top_k,
)
from ogive.metrics.discrimination import average_precision_value, delong, precision_influence
from ogive.metrics.forecasts import Weighed, forecasts
from ogive.metrics.intervals import share_of

MEASURES = {
    "roc_auc": roc_auc,
    "gini": gini,
    "average_precision": average_precision,
    "log_loss": log_loss,
    "brier_score": brier_score,
    "intercept": lambda y, p, w: calibration_line(y, p, w).intercept,
    "slope": lambda y, p, w: calibration_line(y, p, w).slope,
    "ks": lambda y, p, w: ks(y, p, w).statistic,
    "lift": lift,
    "precision in the top": lambda y, p, w: top_k(y, p, w, share=0.3).precision,
    "sensitivity": lambda y, p, w: confusion(y, p, w).sensitivity,
    "specificity": lambda y, p, w: confusion(y, p, w).specificity,
    "precision": lambda y, p, w: confusion(y, p, w).precision,
    "accuracy": lambda y, p, w: confusion(y, p, w).accuracy,
    "balanced_accuracy": balanced_accuracy,
    "f_beta": f_beta,
    "matthews": matthews,
    "kappa": kappa,
    "a bin": lambda y, p, w: reliability_curve(y, p, w, bins=4).bins[1].observed,
}


def rows(seed: int = 0, n: int = 120):
    """Outcomes, probabilities with ties, and unequal weights."""
    rng = np.random.default_rng(seed)
    p = rng.integers(1, 30, n) / 30
    return (rng.random(n) < p).astype(float), p, rng.integers(1, 9, n) / 2


def same(a: Estimate, b: Estimate) -> None:
    assert (a.low is None, a.method) == (b.low is None, b.method)
    assert (a.value, a.low, a.high) == pytest.approx((b.value, b.low, b.high), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", MEASURES)
def test_a_common_factor_changes_nothing(name):
    y, p, w = rows()
    expected = MEASURES[name](y, p, SamplingWeights(w))
    for factor in (1e-200, 3.0, 1e200):
        same(MEASURES[name](y, p, SamplingWeights(factor * w)), expected)


@pytest.mark.parametrize("name", [name for name in MEASURES if name not in {"slope", "average_precision"}])
def test_equal_weights_are_no_weights(name):
    y, p, _ = rows()
    same(MEASURES[name](y, p, SamplingWeights(np.full(y.size, 7.0))), MEASURES[name](y, p, None))


@pytest.mark.parametrize("name", ["slope", "average_precision"])
def test_equal_weights_give_nearly_the_same(name):
    # The slope's information is that of the likelihood, true only if the line is; the jackknife of average precision
    # takes whole rows away.
    y, p, _ = rows(n=2000)
    sandwich, model = (MEASURES[name](y, p, w) for w in (SamplingWeights(np.full(y.size, 7.0)), None))
    assert sandwich.value == pytest.approx(model.value, rel=1e-9)
    assert sandwich.high - sandwich.low == pytest.approx(model.high - model.low, rel=0.1)


@pytest.mark.parametrize("name", MEASURES)
def test_values_are_those_of_the_weights_and_rows_of_weight_0_are_not_there(name):
    y, p, w = rows(1)
    here = MEASURES[name](y, p, SamplingWeights(w))
    assert here.value == pytest.approx(MEASURES[name](y, p, w).value, rel=1e-9)
    more = SamplingWeights(np.append(w, [0.0, 0.0]))
    same(MEASURES[name](np.append(y, [0, 1]), np.append(p, [0.99, 0.123]), more), here)


@pytest.mark.parametrize("name", [name for name in MEASURES if name not in {"ks", "lift"}])
def test_unequal_weights_widen_intervals(name):
    rng = np.random.default_rng(5)
    y, p, _ = rows(2, 600)
    wide = MEASURES[name](y, p, SamplingWeights(rng.choice([1.0, 12.0], 600)))
    plain = MEASURES[name](y, p, None)
    assert wide.high - wide.low > 1.1 * (plain.high - plain.low)


def derivatives(value, y, p, w):
    """Derivative of a value by each weight, by differences."""
    step = 1e-6
    up, down = (
        np.array([value(y, p, w + sign * step * np.eye(w.size)[i]) for i in range(w.size)])
        for sign in (1, -1)
    )
    return (up - down) / (2 * step)


def kish(w):
    return w.sum() ** 2 / np.sum(w**2)


def test_the_variance_of_the_area_is_that_of_its_derivatives_class_by_class():
    y, p, w = rows(3)
    pull = (w * derivatives(lambda *rows: roc_auc(*rows).value, y, p, w)) ** 2
    expected = sum(np.sum(pull[y == c]) / (1 - 1 / kish(w[y == c])) for c in (0, 1))
    assert delong(forecasts(y, p, SamplingWeights(w)))[1] == pytest.approx(expected, rel=1e-6)


def test_the_influence_on_average_precision_is_its_derivative():
    y, p, w = rows(4)
    table = forecasts(y, p, w)
    of_event, of_nonevent = precision_influence(table, average_precision_value(table))
    at = np.searchsorted(table.p, p)
    influence = np.where(y == 1, of_event[at], of_nonevent[at]) / table.event_count
    expected = derivatives(lambda *rows: average_precision(*rows).value, y, p, w)
    np.testing.assert_allclose(influence, expected, atol=1e-8)


def test_standard_errors_are_those_of_r(metrics_cases):
    z = 1.959963984540054
    for case in metrics_cases:
        y, p, w = case.rows
        line = calibration_line(y, p, SamplingWeights(w))
        for name in ("intercept", "slope"):
            got = getattr(line, name)
            assert got.value == pytest.approx(case[f"sampling_{name}"], rel=1e-8)
            # Rows that tie share the mean of their leverages, where R has that of each row.
            near = 1e-7 if (w == 1).all() else 2e-4
            assert (got.high - got.low) / 2 / z == pytest.approx(case[f"sampling_{name}_se"], rel=near)
        score = brier_score(y, p, SamplingWeights(w))
        rarer = min(kish(w[y == 1]), kish(w[y == 0]))
        spread = t.ppf(0.975, rarer - 1) * case["sampling_brier_se"] / case["sampling_brier"]
        assert score.value == pytest.approx(case["sampling_brier"], rel=1e-12)
        assert np.log(score.high / score.value) == pytest.approx(spread, rel=1e-9)


def test_a_share_has_the_rows_of_its_linearised_variance():
    rng = np.random.default_rng(0)
    hits, misses = rng.random(200) + 0.5, rng.random(300) + 2
    w = np.concatenate([hits, misses])
    share = hits.sum() / w.sum()
    psi = np.repeat([1.0, 0.0], [200, 300]) - share
    variance = np.sum((w * psi) ** 2) / w.sum() ** 2
    got = share_of(Weighed(hits.sum(), np.sum(hits**2)), Weighed(misses.sum(), np.sum(misses**2)), 0.95)
    n, z = share * (1 - share) / variance, 1.959963984540054
    half = z * np.sqrt(share * (1 - share) / n + z**2 / 4 / n**2) / (1 + z**2 / n)
    assert (got.high - got.low) / 2 == pytest.approx(half, rel=1e-9)


def test_a_share_without_misses_reckons_with_the_weight_that_a_miss_would_have():
    # 20 hits of weight 1; a miss would stand for 4 rows, so they tell as much as 5 rows do.
    light, heavy = Weighed(20.0, 20.0), Weighed(0.0, 0.0, usual=4.0)
    assert share_of(light, heavy, 0.95).low == pytest.approx(5 / (5 + 1.959963984540054**2))


def test_counts_are_rows():
    y, p, w = rows()
    table = forecasts(y, p, SamplingWeights(50 * w))
    assert table.count == pytest.approx(y.size)
    assert table.effective_count == pytest.approx(kish(w))
    assert logit(table.event_count / table.count) == pytest.approx(logit(np.average(y, weights=w)))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 9), st.integers(0, 5)), min_size=6, max_size=40))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_intervals_are_ordered_or_withheld(sample):
    y, p, w = (np.array(column, dtype=float) for column in zip(*sample, strict=True))
    used = y[w > 0]
    if not 0 < used.sum() < used.size:
        return
    for name in (
        "roc_auc",
        "average_precision",
        "log_loss",
        "brier_score",
        "ks",
        "lift",
        "balanced_accuracy",
    ):
        got = MEASURES[name](y, p / 10, SamplingWeights(w))
        if got.low is None:
            assert got.method.startswith("no interval")
        else:
            assert got.low <= got.value * (1 + 1e-12)
            assert got.value <= got.high * (1 + 1e-12) or got.value == pytest.approx(got.high)


@pytest.mark.parametrize(
    ("w", "message"),
    [
        ([1, -1, 1, 1], "negative in 1 of 4"),
        ([1, np.nan, 1, 1], "missing or infinite in 1 of 4"),
        ([0, 0, 0, 0], "0 in every row"),
        ([1, 1], "sample_weight has 2 values and y has 4"),
        (["a", 1, 1, 1], "sample_weight must be numbers"),
    ],
)
def test_unusable_weights_are_refused(w, message):
    with pytest.raises(InputError, match=message):
        roc_auc([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], SamplingWeights(w))
