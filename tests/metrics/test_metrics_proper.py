"""Log loss and Brier score against R, and what certain forecasts cost."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from ogive.metrics import brier_score, log_loss
from ogive.metrics.proper import uncertain


@pytest.mark.parametrize(("score", "name"), [(log_loss, "log_loss"), (brier_score, "brier")])
def test_value_and_standard_error_are_those_of_r(metrics_cases, score, name):
    for case in metrics_cases:
        y, p, w = case.rows
        estimate = score(y, p, w, level=0.9)
        rarer = min(case["events"], case["n"] - case["events"])
        stretch = np.exp(t.ppf(0.95, rarer - 1) * case[f"{name}_se"] / case[name])
        assert estimate.value == pytest.approx(case[name], rel=1e-13)
        assert estimate.high == pytest.approx(case[name] * stretch, rel=1e-10)
        assert estimate.low == pytest.approx(case[name] / stretch, rel=1e-10)


def test_a_brier_score_needs_no_second_class():
    assert brier_score([1, 1], [0.9, 0.8]).value == pytest.approx(0.025)
    assert log_loss([0, 0], [0.5, 0.5]).value == pytest.approx(np.log(2))


def test_intervals_stay_inside_the_range():
    assert brier_score([1, 0, 1, 0], [0.01, 0.01, 0.1, 0.2]).high == 1.0
    assert brier_score([1, 0, 1, 0], [0.01, 0.01, 0.1, 0.2]).low > 0.0
    assert log_loss([1, 0, 1, 0], [0.01, 0.01, 0.1, 0.2]).low > 0.0
    assert log_loss([1, 0, 1, 0], [0.01, 0.01, 0.1, 0.2]).high > 1.0


@pytest.mark.parametrize("score", [brier_score, log_loss])
def test_a_class_of_one_row_and_equal_losses_give_no_interval(score):
    assert score([1], [0.3]).low is None
    assert "fewer than two events" in score([0, 0, 1], [0.3, 0.4, 0.5]).method
    assert "same loss" in score([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5]).method


@pytest.mark.parametrize("score", [brier_score, log_loss])
def test_the_rarer_class_is_counted_wherever_its_rows_stand(score):
    # Beyond 1,000 rows of each class nothing more is read; before that, all rows are.
    n, rare = 140_000, 40
    y, p = np.zeros(n), np.full(n, 0.01) + np.linspace(0, 0.1, n)
    y[:rare] = 1
    expected = score(y, p)
    assert score(y[::-1], p[::-1]).high == pytest.approx(expected.high, rel=1e-12)
    spread = np.log(expected.high / expected.value)
    known = np.log(score(1 - y, 1 - p, level=0.9).high / expected.value)
    assert spread / known == pytest.approx(t.ppf(0.975, rare - 1) / t.ppf(0.95, rare - 1), rel=1e-6)


def test_certainty_that_holds_costs_nothing():
    assert log_loss([0, 1, 1], [0.0, 1.0, 0.5]).value == pytest.approx(np.log(2) / 3, rel=1e-15)


def test_certainty_that_fails_is_softened_and_has_no_interval():
    estimate = log_loss([1, 1], [0.0, 0.5])
    assert estimate.value == pytest.approx((np.log(1e6) + np.log(2)) / 2, rel=1e-15)
    assert estimate.low is None
    assert "infinite" in estimate.method


def test_certain_forecasts_stay_the_most_extreme():
    np.testing.assert_array_equal(uncertain(np.array([0.0, 0.5, 1.0])), [1e-6, 0.5, 1 - 1e-6])
    np.testing.assert_array_equal(uncertain(np.array([0.0, 1e-9, 1.0])), [1e-9, 1e-9, 1 - 1e-6])
    np.testing.assert_array_equal(uncertain(np.array([1e-300, 0.2])), [1e-300, 0.2])


def test_tiny_probabilities_lose_no_digits():
    assert log_loss([1, 0], [1e-300, 1e-300]).value == pytest.approx(150 * np.log(10), rel=1e-15)
