"""Decisions at a threshold, with Wilson's intervals as R's prop.test gives them."""

from __future__ import annotations

import pytest

from ogive.metrics import confusion


def test_counts_and_intervals_are_those_of_r(metrics_cases):
    for case in metrics_cases:
        result = confusion(*case.rows)
        assert result.true_positive + result.false_negative == case["events"]
        assert result.sensitivity.value == pytest.approx(case["sensitivity"], rel=1e-13)
        assert result.sensitivity.low == pytest.approx(case["sensitivity_low"], rel=1e-11)
        assert result.sensitivity.high == pytest.approx(case["sensitivity_high"], rel=1e-11)
        assert result.specificity.low == pytest.approx(case["specificity_low"], rel=1e-11)
        assert result.specificity.high == pytest.approx(case["specificity_high"], rel=1e-11)


def test_a_probability_at_the_threshold_is_called_positive():
    result = confusion([0, 1, 1, 0], [0.2, 0.5, 0.4, 0.5], [1, 2, 3, 4])
    counts = (result.true_positive, result.false_positive, result.true_negative, result.false_negative)
    assert counts == (2, 4, 1, 3)
    assert result.precision.value == pytest.approx(1 / 3)
    assert result.accuracy.value == pytest.approx(0.3)


def test_shares_of_nothing_are_none():
    assert confusion([0, 1], [0.1, 0.2]).precision is None
    assert confusion([1, 1], [0.1, 0.9]).specificity is None


@pytest.mark.parametrize("hits", [0, 7])
def test_intervals_stay_inside_the_range_and_hold_the_share(hits):
    share = confusion([1] * 7, [0.9] * hits + [0.1] * (7 - hits)).sensitivity
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.high - share.low > 0.3
