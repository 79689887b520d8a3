"""Budgets: the best choice by trying all, its bound, ties, and what the rows brought."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogive import InputError
from ogive.decisions import rank_by_value

rows = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(0, 1), min_size=n, max_size=n),
        st.lists(st.floats(-5, 20), min_size=n, max_size=n),
        st.lists(st.floats(0.1, 5), min_size=n, max_size=n),
    )
)


def best_of_all(worth, price, budget):
    choices = (c for size in range(len(worth) + 1) for c in combinations(range(len(worth)), size))
    return max(sum(worth[i] for i in c) for c in choices if sum(price[i] for i in c) <= budget + 1e-9)


@given(rows, st.floats(0.1, 10))
def test_no_choice_brings_more_than_is_possible(given_rows, budget):
    p, value, price = map(np.array, given_rows)
    plan = rank_by_value(p, value, cost=price, budget=budget)
    best = best_of_all(p * value, price, budget)
    assert plan.spent <= budget + 1e-9
    assert plan.expected == pytest.approx((p * value)[list(plan.chosen)].sum())
    assert plan.expected <= best + 1e-9
    assert best <= plan.possible + 1e-9


@given(rows, st.integers(1, 9))
def test_equal_costs_are_chosen_best(given_rows, budget):
    p, value, _ = map(np.array, given_rows)
    plan = rank_by_value(p, value, budget=budget)
    assert plan.expected == pytest.approx(best_of_all(p * value, np.ones(p.size), budget))
    assert plan.possible == pytest.approx(plan.expected)


def test_ties_go_by_the_order_of_rows():
    assert rank_by_value([0.5] * 6, [2, 3, 2, 3, 2, 3], budget=4).chosen == (1, 3, 5, 0)
    assert rank_by_value([0.3, 0.2], [1, 1], cost=0.1, budget=0.3).chosen == (0, 1)


def test_rows_that_bring_nothing_are_left():
    plan = rank_by_value([0.0, 0.5, 0.5], [10, -1, 3], budget=3)
    assert (plan.chosen, plan.spent, plan.expected) == ((2,), 1, 1.5)
    assert rank_by_value([0.0], 1, budget=3).chosen == ()


def test_rows_that_do_not_fit_are_passed_over():
    plan = rank_by_value([1, 1, 1], [10, 9, 1], cost=[4, 5, 1], budget=6)
    assert plan.chosen == (0, 2)
    assert plan.possible == pytest.approx(10 + 9 * 2 / 5)


def test_what_the_rows_brought(drawn):
    y, p = drawn
    plan = rank_by_value(p, 7, budget=400, y=y)
    chosen = list(plan.chosen)
    brought = 7 * y[chosen]
    from scipy.stats import t

    half = t.ppf(0.975, 399) * brought.std(ddof=1) * 20
    assert plan.gained.value == brought.sum()
    assert plan.gained.high - plan.gained.value == pytest.approx(half, rel=1e-9)
    # These probabilities are calibrated.
    assert plan.gained.low < plan.expected < plan.gained.high
    few = rank_by_value(p, 7, budget=30, y=y).gained
    assert few.low is None
    assert "fewer than 20" in few.method


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"budget": 0}, "budget must be above 0"),
        ({"budget": 1, "cost": [1, 0]}, "cost must be above 0"),
        ({"budget": 1, "value": [1, 2, 3]}, "value has 3 values"),
        ({"budget": 1, "p": [0.5, 2]}, "between 0 and 1"),
        ({"budget": 1, "y": [0, 2]}, "y must be 0 or 1"),
    ],
)
def test_questions_without_an_answer_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        rank_by_value(**{"p": [0.2, 0.5], "value": 1, **arguments})
