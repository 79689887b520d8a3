"""Ranking scores against pROC, scikit-learn and pairs counted by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from ogive._kernels import precision_area
from ogive.metrics import average_precision, gini, roc_auc
from ogive.metrics.discrimination import delong
from ogive.metrics.forecasts import forecasts


def by_pairs(y, p, w):
    """AUC and DeLong's variance straight from their definition, over all pairs of repeated rows."""
    y, p = np.repeat(y, w), np.repeat(p, w)
    events, nonevents = p[y == 1], p[y == 0]
    psi = (events[:, None] > nonevents) + 0.5 * (events[:, None] == nonevents)
    variance = psi.mean(axis=1).var(ddof=1) / events.size + psi.mean(axis=0).var(ddof=1) / nonevents.size
    return psi.mean(), variance


@pytest.mark.parametrize("seed", range(5))
def test_auc_and_variance_are_those_of_all_pairs(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(10, 60))
    y, p, w = rng.integers(0, 2, n), rng.integers(0, 12, n) / 11, rng.integers(1, 4, n)
    auc, variance = by_pairs(y, p, w)
    assert roc_auc(y, p, w).value == pytest.approx(auc, rel=1e-14)
    assert delong(forecasts(y, p, w))[1] == pytest.approx(variance, rel=1e-12)


def test_auc_and_variance_are_those_of_proc(metrics_cases):
    for case in metrics_cases:
        y, p, w = case.rows
        assert roc_auc(y, p, w).value == pytest.approx(case["auc"], rel=1e-14)
        assert delong(forecasts(y, p, w))[1] == pytest.approx(case["auc_variance"], rel=1e-12)


def test_auc_and_variance_are_those_of_proc_on_real_forecasts(shared_data: Path):
    with (shared_data / "reference/r_roc_delong.csv").open(newline="") as file:
        expected = list(csv.DictReader(file))
    for row in expected:
        y, score = real_forecasts(shared_data / row["dataset"], row["score"])
        # The ranks of a score outside [0, 1] are those of any increasing function of it.
        score = (score - score.min()) / (score.max() - score.min())
        assert (y == 0).sum() == int(row["n_controls"])
        assert roc_auc(y, score).value == pytest.approx(float(row["auc"]), rel=1e-13)
        assert delong(forecasts(y, score))[1] == pytest.approx(float(row["var_delong"]), rel=1e-11)


def real_forecasts(path: Path, score: str):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    outcome = next(name for name in ("outcome", "obs", "prob1_outcome") if name in rows[0])
    code = {"Good": 0.0, "Poor": 1.0}
    y = np.array([code[r[outcome]] if r[outcome] in code else float(r[outcome]) for r in rows])
    used = (y == 0) | (y == 1)
    return y[used], np.array([float(r[score]) for r in rows])[used]


@pytest.mark.parametrize("seed", range(3))
def test_auc_interval_is_delongs_with_half_an_event_and_half_a_nonevent_at_chance(seed):
    # From the definition: all pairs of the rows and two rows of weight 1/2 that win half of every pair.
    rng = np.random.default_rng(seed)
    y, p = np.repeat([0, 1], [6, 4]), rng.permutation(10) / 10 + 0.05
    nonevents, events = p[:6], p[6:]
    psi = np.full((5, 7), 0.5)
    psi[:4, :6] = events[:, None] > nonevents
    of_event, of_nonevent = np.array([1.0] * 4 + [0.5]), np.array([1.0] * 6 + [0.5])
    beats, beaten = psi @ of_nonevent / 6.5, of_event @ psi / 4.5
    centre = of_event @ beats / 4.5
    parts = (
        of_event @ (beats - centre) ** 2 / 3.5 / 4.5,
        of_nonevent @ (beaten - centre) ** 2 / 5.5 / 6.5,
    )
    df = sum(parts) ** 2 / (parts[0] ** 2 / 3.5 + parts[1] ** 2 / 5.5)
    spread = t_975(df) * np.sqrt(sum(parts)) / (centre * (1 - centre))
    odds = centre / (1 - centre) * np.exp([-spread, spread])
    estimate = roc_auc(y, p)
    assert estimate.value == pytest.approx((events[:, None] > nonevents).mean())
    assert estimate.low == pytest.approx(min(odds[0] / (1 + odds[0]), estimate.value), rel=1e-10)
    assert estimate.high == pytest.approx(max(odds[1] / (1 + odds[1]), estimate.value), rel=1e-10)
    assert estimate.method == "DeLong, logit scale"


def test_gini_is_the_area_stretched():
    y, p = [0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9]
    area, coefficient = roc_auc(y, p), gini(y, p)
    assert (coefficient.value, coefficient.low, coefficient.high) == pytest.approx(
        (2 * area.value - 1, 2 * area.low - 1, 2 * area.high - 1)
    )
    assert gini([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]).low is None


@pytest.mark.parametrize(
    ("y", "p", "value", "reason"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], 1.0, "overlap"),
        ([1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], 0.0, "overlap"),
        ([0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3], 0.5, "the same"),
        ([0, 0, 0, 1], [0.1, 0.2, 0.5, 0.3], 2 / 3, "fewer than two"),
    ],
)
def test_auc_without_a_valid_interval_says_why(y, p, value, reason):
    estimate = roc_auc(y, p)
    assert estimate.value == pytest.approx(value, rel=1e-15)
    assert estimate.low is None
    assert estimate.high is None
    assert reason in estimate.method


def test_average_precision_is_that_of_scikit_learn(metrics_cases):
    for case in metrics_cases:
        y, p, w = case.rows
        expected = average_precision_score(y, p, sample_weight=w)
        assert average_precision(y, p, w).value == pytest.approx(expected, rel=1e-13)
        assert roc_auc(y, p, w).value == pytest.approx(roc_auc_score(y, p, sample_weight=w), rel=1e-13)


def test_average_precision_variance_is_that_of_the_derivative_by_each_row():
    # The influence of a row is the derivative of the value by its weight; the rows' squares add up.
    rng = np.random.default_rng(3)
    n, step = 80, 1e-6
    p = rng.integers(0, 30, n) / 29
    y = (rng.random(n) < p).astype(float)
    weights = np.ones(n) + step * np.eye(n)
    less = np.ones(n) - step * np.eye(n)
    slopes = [
        (average_precision(y, p, up).value - average_precision(y, p, down).value) / (2 * step)
        for up, down in zip(weights, less, strict=True)
    ]
    table = forecasts(y, p)
    value, of_events, of_nonevents = precision_area(table.events, table.nonevents)
    assert (of_events + of_nonevents) / y.sum() ** 2 == pytest.approx(np.sum(np.square(slopes)), rel=1e-6)
    # The interval is that of k events and half of one at the prevalence, about a value freed from half its excess.
    k, prevalence = y.sum(), y.mean()
    at = np.sort(p[y == 1])
    above = (p >= at[:, None]).sum(axis=1)
    excess = np.mean((1 - (p[y == 1] >= at[:, None]).sum(axis=1) / above) / above)
    centre = ((value - excess / 2) * k + prevalence / 2) / (k + 0.5)
    squares = of_events + of_nonevents + k * (value - centre) ** 2 + (prevalence - centre) ** 2 / 2
    df = min(k, n - k) - 0.5
    spread = t_975(df) * np.sqrt(squares / (k + 0.5) / (k - 0.5)) / (centre * (1 - centre))
    estimate = average_precision(y, p)
    assert logit(estimate.high) == pytest.approx(logit(centre) + spread, rel=1e-10)
    assert logit(estimate.low) == pytest.approx(logit(centre) - spread, rel=1e-10)


def t_975(df: float) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, df))


def logit(value: float) -> float:
    return float(np.log(value / (1 - value)))


@pytest.mark.parametrize(
    ("y", "p", "value", "reason"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], 1.0, "above every"),
        ([0, 1, 0, 0], [0.1, 0.2, 0.8, 0.9], 1 / 3, "fewer than two"),
    ],
)
def test_average_precision_without_a_valid_interval_says_why(y, p, value, reason):
    estimate = average_precision(y, p)
    assert estimate.value == pytest.approx(value, rel=1e-15)
    assert estimate.low is None
    assert reason in estimate.method
