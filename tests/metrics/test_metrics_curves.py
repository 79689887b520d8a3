"""Curves: vertices by hand and by scikit-learn, and thinning that keeps the area."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_curve as sklearn_roc_curve

from ogive.metrics import average_precision, precision_recall_curve, roc_auc, roc_curve, score_histogram


def trapezoids(curve):
    return np.trapezoid(curve.sensitivity, curve.false_positive_rate)


def steps(curve):
    return np.sum(np.diff(curve.recall, prepend=0) * np.array(curve.precision))


def sample(n, shift, prevalence, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.random(n) < prevalence
    eta = rng.normal(size=n) + shift * y
    return y, 1 / (1 + np.exp(-eta))


def test_vertices_by_hand():
    y, p = [0, 1, 0, 1, 1], [0.1, 0.3, 0.3, 0.3, 0.9]
    roc, pr = roc_curve(y, p), precision_recall_curve(y, p)
    assert roc.false_positive_rate == (0.0, 0.0, 0.5, 1.0)
    assert roc.sensitivity == (0.0, 1 / 3, 1.0, 1.0)
    assert roc.threshold == (np.nextafter(0.9, 1), 0.9, 0.3, 0.1)
    assert pr.threshold == (0.9, 0.3)
    assert pr.recall == (1 / 3, 1.0)
    assert pr.precision == (1.0, 0.75)
    assert pr.prevalence == 0.6


def test_vertices_are_those_of_scikit_learn(metrics_cases):
    for case in metrics_cases:
        y, p, w = case.rows
        curve = roc_curve(y, p, w)
        fpr, tpr, _ = sklearn_roc_curve(y, p, sample_weight=w)
        every = set(zip(np.round(fpr, 12), np.round(tpr, 12), strict=True))
        got = set(zip(np.round(curve.false_positive_rate, 12), np.round(curve.sensitivity, 12), strict=True))
        assert got <= every
        assert trapezoids(curve) == pytest.approx(case["auc"], rel=1e-12)
        assert curve.auc == roc_auc(y, p, w)
        pr = precision_recall_curve(y, p, w)
        assert steps(pr) == pytest.approx(average_precision(y, p, w).value, rel=1e-12)


@pytest.mark.parametrize("n", [2_000, 100_000])
@pytest.mark.parametrize("shift", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("prevalence", [0.5, 0.02])
def test_thinned_curves_keep_their_area_and_order(n, shift, prevalence):
    y, p = sample(n, shift, prevalence)
    roc, pr = roc_curve(y, p), precision_recall_curve(y, p)
    assert max(len(roc.threshold), len(pr.threshold)) <= 500
    assert abs(trapezoids(roc) - roc.auc.value) < 1e-4
    assert abs(steps(pr) - pr.average_precision.value) < 1e-3
    for curve, x, rest in ((roc, "false_positive_rate", roc.sensitivity), (pr, "recall", pr.precision)):
        assert len(curve.threshold) == len(getattr(curve, x)) == len(rest)
        assert np.all(np.diff(curve.threshold) < 0)
        assert np.all(np.diff(getattr(curve, x)) >= 0)
    assert (roc.false_positive_rate[0], roc.sensitivity[0]) == (0.0, 0.0)
    assert (roc.false_positive_rate[-1], roc.sensitivity[-1]) == (1.0, 1.0)
    assert pr.recall[-1] == 1.0


def test_a_threshold_gives_its_vertex():
    y, p = sample(3_000, 1.0, 0.3)
    curve = roc_curve(y, p)
    for k in range(0, len(curve.threshold), 37):
        called = p >= curve.threshold[k]
        assert curve.sensitivity[k] == called[y].mean()
        assert curve.false_positive_rate[k] == pytest.approx(called[~y].mean(), rel=1e-15)


def test_histogram_counts_every_row_once():
    histogram = score_histogram([0, 1, 1, 0, 1], [0.0, 0.7, 1.0, 0.69, 0.3], [1, 2, 1, 1, 1], bins=10)
    assert histogram.edges[7] == 0.7
    assert histogram.positive == (0, 0, 0, 1, 0, 0, 0, 2, 0, 1)
    assert histogram.negative == (1, 0, 0, 0, 0, 0, 1, 0, 0, 0)
