"""Decisions at other thresholds, and the same scores at other prevalences, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score

from ogive import InputError
from ogive.metrics import confusion, prevalence_curve, threshold_curve

RNG = np.random.default_rng(5)
Y = (RNG.random(800) < 0.2).astype(float)
P = np.round(RNG.beta(1 + 2 * Y, 3), 3)
W = RNG.integers(1, 5, Y.size).astype(float)


@pytest.mark.parametrize("weight", [None, W], ids=["once", "weights"])
def test_counts_are_those_of_each_threshold(weight):
    curve = threshold_curve(Y, P, weight, also=[1 / 3])
    assert 1 / 3 in curve.threshold
    for t, tp, fp in list(zip(curve.threshold, curve.true_positive, curve.false_positive, strict=True))[::9]:
        (_, false), (_, true) = confusion_matrix(Y, t <= P, sample_weight=weight, labels=[0, 1])
        assert (tp, fp) == (true, false)
    base = np.ones(Y.size) if weight is None else weight
    assert (curve.positive, curve.negative) == (base @ Y, base @ (1 - Y))


def test_thresholds_are_round_and_reach_as_far_as_the_probabilities():
    curve = threshold_curve([0, 1, 0, 1], [0.031, 0.05, 0.32, 0.32])
    assert curve.threshold[0] == 0.03
    assert curve.threshold[-1] == 0.33
    assert (curve.true_positive[0], curve.false_positive[0]) == (2, 2)
    assert (curve.true_positive[-1], curve.false_positive[-1]) == (0, 0)


def test_certain_probabilities_have_thresholds_too():
    curve = threshold_curve([0, 1, 1], [0.0, 1.0, 1.0])
    assert (curve.threshold[0], curve.threshold[-1]) == (0.0, 1.0)
    assert curve.true_positive[-1] == 2
    assert len(curve.threshold) <= 500


def test_a_threshold_beyond_is_refused():
    with pytest.raises(InputError, match="between 0 and 1"):
        threshold_curve(Y, P, also=[1.2])


@pytest.mark.parametrize("weight", [None, W], ids=["once", "weights"])
def test_average_precision_at_another_prevalence_is_that_of_reweighted_rows(weight):
    curve = prevalence_curve(Y, P, weight)
    base = np.ones(Y.size) if weight is None else weight
    events, others = base @ Y, base @ (1 - Y)
    for q, value in zip(curve.prevalence, curve.average_precision, strict=True):
        odds = (1 - q) / q * events / others
        expected = average_precision_score(Y, P, sample_weight=base * np.where(Y == 1, 1.0, odds))
        assert value == pytest.approx(expected, rel=1e-12)
    assert curve.auc == pytest.approx(roc_auc_score(Y, P, sample_weight=weight), rel=1e-12)
    assert curve.observed in curve.prevalence


def test_average_precision_rises_with_the_prevalence():
    values = prevalence_curve(Y, P).average_precision
    assert np.all(np.diff(values) > 0)


def test_the_confusion_at_the_threshold_in_use_is_on_the_curve():
    curve, c = threshold_curve(Y, P, also=[0.3721]), confusion(Y, P, threshold=0.3721)
    at = curve.threshold.index(0.3721)
    assert (curve.true_positive[at], curve.false_positive[at]) == (c.true_positive, c.false_positive)
