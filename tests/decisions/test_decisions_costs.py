"""Costs: the closed form, what is refused, and least expected cost among several actions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogive import InputError
from ogive.decisions import CostMatrix, MulticlassCosts, optimal_threshold

money = st.floats(0.01, 100)


@given(money, money, st.floats(-50, 0), st.floats(-50, 0))
def test_both_decisions_cost_the_same_at_the_threshold(fp, fn, tp, tn):
    cost = CostMatrix(false_positive=fp, false_negative=fn, true_positive=tp, true_negative=tn)
    p = optimal_threshold(cost)
    assert p * tp + (1 - p) * fp == pytest.approx(p * fn + (1 - p) * tn, abs=1e-9)
    assert p == pytest.approx((fp - tn) / (fp - tn + fn - tp), rel=1e-12)


@given(money, money, st.floats(1e-6, 1e6))
def test_scaling_all_costs_leaves_the_threshold_alone(fp, fn, factor):
    one = CostMatrix(false_positive=fp, false_negative=fn).threshold
    many = CostMatrix(false_positive=factor * fp, false_negative=factor * fn).threshold
    assert many == pytest.approx(one, rel=1e-14)


def test_costs_of_each_row_give_thresholds_of_each_row():
    cost = CostMatrix(false_positive=5, false_negative=[45, 15, 5])
    np.testing.assert_allclose(cost.threshold, [0.1, 0.25, 0.5], rtol=1e-15)
    assert cost.rows == 3


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ({"false_positive": -1, "false_negative": 1}, "acting on a row without the event"),
        ({"false_positive": 1, "false_negative": 0}, "leaving a row with the event"),
        ({"false_positive": 1, "false_negative": 5, "true_positive": 6}, "must cost more than acting on it"),
        ({"false_positive": [1, 2, 3], "false_negative": [5, -1, -1]}, "in 2 of 3 rows"),
        ({"false_positive": [1, 2, 3], "false_negative": [5, 5]}, r"got \[2, 3\]"),
        ({"false_positive": float("nan"), "false_negative": 5}, "false_positive is missing or infinite"),
        ({"false_positive": "dear", "false_negative": 5}, "false_positive must be numbers"),
    ],
)
def test_costs_that_make_no_sense_are_refused(costs, words):
    with pytest.raises(InputError, match=words):
        CostMatrix(**costs)


def test_several_actions_take_the_least_expected_cost():
    rng = np.random.default_rng(2)
    matrix, p = rng.normal(size=(4, 5)), rng.dirichlet(np.ones(4), 50)
    expected = [[sum(row[k] * matrix[k, a] for k in range(4)) for a in range(5)] for row in p]
    costs = MulticlassCosts(matrix)
    np.testing.assert_allclose(costs.expected(p), expected, rtol=1e-13)
    assert costs.decide(p).tolist() == [int(np.argmin(row)) for row in expected]


def test_two_classes_and_actions_are_a_threshold():
    cost = CostMatrix(false_positive=1, false_negative=4, true_positive=-2)
    p = np.linspace(0, 1, 1001)
    both = MulticlassCosts([[0, 1], [4, -2]]).decide(np.column_stack([1 - p, p]))
    away = np.abs(p - cost.threshold) > 1e-9
    np.testing.assert_array_equal(both[away] == 1, p[away] >= cost.threshold)


@pytest.mark.parametrize(
    ("matrix", "p", "words"),
    [
        ([[0, 1]], [[1.0]], "at least two classes"),
        ([0, 1], [[1.0]], "two dimensions"),
        ([[0, 1], [1, 0]], [[0.2, 0.3, 0.5]], "3 columns and the cost matrix 2 classes"),
        ([[0, 1], [1, 0]], [[0.2, 0.3]], "do not add up to 1"),
        ([[0, 1], [1, 0]], [[-0.2, 1.2]], "between 0 and 1"),
        ([[0, np.nan], [1, 0]], [[0.5, 0.5]], "missing or infinite"),
    ],
)
def test_matrices_and_probabilities_that_do_not_fit_are_refused(matrix, p, words):
    with pytest.raises(InputError, match=words):
        MulticlassCosts(matrix).decide(p)


def test_actions_are_named():
    with pytest.raises(InputError, match="2 actions and 1 names"):
        MulticlassCosts([[0, 1], [1, 0]], actions=["keep"])
