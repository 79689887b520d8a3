"""Abstention: the zone by Chow's rule, by trying all zones, and what it is worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogive import InputError
from ogive.decisions import CostMatrix, MulticlassCosts, abstain
from ogive.metrics import SamplingWeights

COST = CostMatrix(false_positive=5, false_negative=10, true_positive=-1)


def cost_of(y, p, low, high, review):
    act = p >= COST.threshold
    row = np.where(act, np.where(y == 1, -1, 5), np.where(y == 1, 10, 0))
    return np.where((p >= low) & (p <= high), review, row)


@given(st.floats(-0.5, 6))
def test_the_zone_is_where_a_third_action_is_cheapest(review):
    p = np.linspace(0, 1, 401)
    found = abstain(np.arange(401) % 2, p, COST, cost_of_review=review)
    actions = MulticlassCosts([[0, 5, review], [10, -1, review]]).decide(np.column_stack([1 - p, p]))
    low, high = (2, -1) if found.low is None else (found.low, found.high)
    edge = (np.abs(p - low) < 1e-9) | (np.abs(p - high) < 1e-9)
    np.testing.assert_array_equal((actions == 2)[~edge], ((p >= low) & (p <= high))[~edge])


def test_costs_are_counted(drawn):
    y, p = drawn
    found = abstain(y, p, COST, cost_of_review=1)
    assert (found.low, found.high) == pytest.approx((1 / 10, 4 / 6))
    inside = (p >= found.low) & (p <= found.high)
    without, with_zone = cost_of(y, p, 2, 2, 1), cost_of(y, p, found.low, found.high, 1)
    assert found.passed.value == pytest.approx(inside.mean())
    assert found.cost_without.value == pytest.approx(without.mean())
    assert found.cost_with.value == pytest.approx(with_zone.mean())
    assert found.saving.value == pytest.approx((without - with_zone).mean())
    for estimate, values in ((found.cost_with, with_zone), (found.saving, without - with_zone)):
        half = 1.96 * values.std() / np.sqrt(y.size)
        assert (estimate.high - estimate.low) / 2 == pytest.approx(half, rel=0.05)


def test_a_limited_number_of_reviews_goes_where_they_save_most(drawn):
    y, p = drawn
    found = abstain(y, p, COST, cost_of_review=1, at_most=100)
    assert found.passed.value == pytest.approx(100 / 2000)
    assert abstain(y, p, COST, cost_of_review=1, at_most=0.05) == found
    saves = np.minimum(p * -1 + (1 - p) * 5, p * 10) - 1
    best = np.sort(p[np.argsort(-saves)[:100]])
    assert (found.low, found.high) == (best[0], best[-1])
    # More room than is worth using.
    wide = abstain(y, p, COST, cost_of_review=1, at_most=2000)
    assert wide.saving == abstain(y, p, COST, cost_of_review=1).saving


def test_an_empty_zone_and_a_full_one(drawn):
    y, p = drawn
    dear = abstain(y, p, COST, cost_of_review=5)
    assert dear.low is None
    assert dear.cost_with == dear.cost_without
    assert (dear.saving.value, dear.saving.low) == (0, None)
    assert abstain(y, p, COST, cost_of_review=1, at_most=0.0001).low is None
    free = abstain(y, p, COST, cost_of_review=-1)
    assert (free.low, free.high) == (0, 1)
    assert (free.cost_with.value, free.cost_with.low, free.cost_with.high) == (-1, -1, -1)


def test_weights(drawn):
    y, p = drawn
    twice = abstain(y, p, COST, np.full(y.size, 2), cost_of_review=1)
    assert twice == abstain(np.tile(y, 2), np.tile(p, 2), COST, cost_of_review=1)
    w = np.random.default_rng(1).uniform(1, 5, y.size)
    sampled = abstain(y, p, COST, SamplingWeights(w), cost_of_review=1)
    assert sampled.saving.value == pytest.approx(abstain(y, p, COST, w, cost_of_review=1).saving.value)
    assert sampled.saving.high - sampled.saving.low > twice.saving.high - twice.saving.low


@pytest.mark.parametrize(
    ("cost", "options", "words"),
    [
        (CostMatrix(false_positive=[1.0, 2.0], false_negative=3), {"cost_of_review": 1}, "same for all rows"),
        (COST, {"cost_of_review": np.nan}, "cost_of_review must be a number"),
        (COST, {"cost_of_review": 1, "at_most": 0}, "at_most must be above 0"),
        (
            CostMatrix(false_positive=9, false_negative=3, true_negative=4),
            {"cost_of_review": 1},
            "more than either right decision",
        ),
    ],
)
def test_questions_without_an_answer_are_refused(cost, options, words):
    with pytest.raises(InputError, match=words):
        abstain([0, 1], [0.2, 0.8], cost, **options)
