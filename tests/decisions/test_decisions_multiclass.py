"""Decisions among several classes, judged by what happened."""

from __future__ import annotations

import numpy as np
import pytest

from ogive import InputError
from ogive.decisions import MulticlassCosts, judge_decisions
from ogive.metrics import SamplingWeights

COSTS = MulticlassCosts([[0, 1, 9], [1, 0, 9], [1, 1, 0]])


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(1)
    p = rng.dirichlet([1, 1, 1], 2000)
    return (rng.random((2000, 1)) > p.cumsum(axis=1)).sum(axis=1), p


def test_costs_are_counted(rows):
    y, p = rows
    found = judge_decisions(y, p, COSTS)
    chosen = COSTS.decide(p)
    cost = COSTS.matrix[y, chosen]
    assert np.array(found.counts).tolist() == [
        [int(np.sum((y == k) & (chosen == a))) for a in range(3)] for k in range(3)
    ]
    fixed = [COSTS.matrix[y, a].mean() for a in range(3)]
    assert found.best_fixed == str(int(np.argmin(fixed)))
    likeliest = COSTS.matrix[y, p.argmax(axis=1)]
    for estimate, values in (
        (found.cost, cost),
        (found.saving_over_fixed, COSTS.matrix[y, int(found.best_fixed)] - cost),
        (found.saving_over_likeliest, likeliest - cost),
    ):
        assert estimate.value == pytest.approx(values.mean(), abs=1e-12)
        # Wilson's limits of rare and dear mistakes are wider than a standard error says.
        half = 1.96 * values.std() / np.sqrt(y.size)
        assert half < (estimate.high - estimate.low) / 2 < 1.4 * half


def test_weights(rows):
    y, p = rows
    assert judge_decisions(y, p, COSTS, np.full(2000, 2)) == judge_decisions(
        np.tile(y, 2), np.tile(p, (2, 1)), COSTS
    )
    w = np.random.default_rng(2).uniform(1, 5, 2000)
    one, many = (judge_decisions(y, p, COSTS, SamplingWeights(f * w)) for f in (1, 1024))
    assert one == many
    plain = judge_decisions(y, p, COSTS)
    assert one.cost.high - one.cost.low > plain.cost.high - plain.cost.low


def test_actions_that_are_no_classes(rows):
    y, p = rows
    found = judge_decisions(y, p, MulticlassCosts([[0, 5], [5, 0], [1, 1]], actions=["stay", "go"]))
    assert found.saving_over_likeliest is None
    assert found.actions == ("stay", "go")
    assert found.best_fixed in found.actions
    assert "least expected cost" in repr(found)


@pytest.mark.parametrize(
    ("y", "words"),
    [([0, 3], "whole numbers from 0 to 2"), ([0], "1 values and p 2 rows"), ([0.5, 1], "whole numbers")],
)
def test_classes_that_do_not_fit_are_refused(y, words):
    with pytest.raises(InputError, match=words):
        judge_decisions(y, [[0.2, 0.3, 0.5], [1, 0, 0]], COSTS)
