"""Gain curve, lift and the top k, ties by expected value."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive import InputError
from ogive.metrics import SamplingWeights, gain_curve, gini, lift, top_k

Y = np.array([0, 0, 1, 0, 1, 0, 1, 1])
P = np.array([0.1, 0.2, 0.3, 0.5, 0.5, 0.5, 0.7, 0.9])


@pytest.mark.parametrize("k", range(1, 9))
def test_ties_count_by_expected_value(k):
    # All orders of the rows, each stable under sorting: the mean of what they find.
    found = []
    for order in itertools.permutations([3, 4, 5]):
        ranking = [7, 6, *order, 2, 1, 0]
        found.append(Y[ranking[:k]].sum())
    top = top_k(Y, P, k=k)
    assert top.events == pytest.approx(np.mean(found))
    assert top.precision.value == pytest.approx(np.mean(found) / k)
    assert top.recall.value == pytest.approx(np.mean(found) / 4)
    assert top.lift.value == pytest.approx(np.mean(found) / k / 0.5)
    assert top.threshold == np.sort(P)[::-1][k - 1]
    assert (top.count, top.share) == (pytest.approx(k), pytest.approx(k / 8))


def test_a_share_is_as_many_rows_and_weights_are_copies():
    rng = np.random.default_rng(0)
    p = rng.integers(0, 30, 90) / 30
    y, w = rng.random(90) < p, rng.integers(1, 4, 90)
    copies = np.repeat(np.arange(90), w)
    here, there = top_k(y, p, w, share=0.2), top_k(y[copies], p[copies], k=0.2 * w.sum())
    assert here == there
    assert lift(y, p, w, share=0.2) == here.lift
    assert top_k(y, p, SamplingWeights(w), share=0.2).recall.value == pytest.approx(here.recall.value)


def test_all_rows_hold_all_events():
    top = top_k(Y, P, share=1)
    assert (top.recall.value, top.precision.value, top.lift.value) == (1, 0.5, 1)


def test_probabilities_that_tell_nothing_have_a_lift_of_1():
    top = top_k(Y, np.full(8, 0.3), k=2)
    assert (top.precision.value, top.recall.value, top.lift.value) == (0.5, 0.25, 1)
    assert top.recall.low < 0.25 < top.recall.high


def test_recall_has_the_variance_of_samples_that_take_the_same_share():
    # 3,000 samples: their standard deviation against the one that the mean interval implies.
    rng = np.random.default_rng(2)
    values, widths = [], []
    for _ in range(1500):
        p = rng.random(400) ** 2
        recall = top_k(rng.random(400) < p, p, share=0.2).recall
        values.append(recall.value)
        widths.append((recall.high - recall.low) / 2 / 1.96)
    assert np.mean(widths) == pytest.approx(np.std(values), rel=0.06)


def test_the_area_under_the_gain_curve_is_that_of_the_gini_coefficient():
    # Accuracy ratio: area above the diagonal by that of the perfect curve, (1 - prevalence) / 2.
    rng = np.random.default_rng(3)
    p = rng.integers(0, 50, 500) / 50
    y = rng.random(500) < p
    curve = gain_curve(y, p)
    area = np.trapezoid(curve.found, curve.contacted) - 0.5
    assert area / ((1 - curve.prevalence) / 2) == pytest.approx(gini(y, p).value, abs=1e-6)
    np.testing.assert_allclose(np.divide(curve.found[1:], curve.contacted[1:]), curve.lift[1:], rtol=1e-12)
    assert curve.lift[0] == pytest.approx(curve.lift[1])


def test_long_gain_curves_are_thinned():
    rng = np.random.default_rng(4)
    p = rng.random(20_000)
    curve = gain_curve(rng.random(20_000) < p, p)
    assert 100 < len(curve.found) <= 501
    assert (curve.contacted[0], curve.found[0], curve.contacted[-1], curve.found[-1]) == (0, 0, 1, 1)


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9), st.integers(1, 3)), min_size=2, max_size=30),
    st.floats(0.01, 1.0),
)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_intervals_hold_their_values_and_the_curve_its_points(sample, share):
    y, p, w = (np.array(column, dtype=float) for column in zip(*sample, strict=True))
    if not 0 < y.sum() < y.size:
        return
    top = top_k(y, p / 9, w, share=share)
    for estimate, most in ((top.precision, 1), (top.recall, 1), (top.lift, 1 / share)):
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= most * (1 + 1e-12)
    curve = gain_curve(y, p / 9, w)
    assert np.interp(share, curve.contacted, curve.found) == pytest.approx(top.recall.value, abs=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "either a number of rows or a share"),
        ({"k": 2, "share": 0.5}, "either a number of rows or a share"),
        ({"k": 0}, "between 0 and the number of rows, 8; got 0"),
        ({"k": 9}, "between 0 and the number of rows, 8; got 9"),
        ({"share": 1.5}, "share must lie above 0 and at most at 1; got 1.5"),
    ],
)
def test_unusable_options_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        top_k(Y, P, **options)
