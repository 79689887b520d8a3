"""Real tables: a threshold chosen on some rows, and what it costs on others."""

from __future__ import annotations

import numpy as np
import pytest

from ogive import LogisticRegression
from ogive.decisions import CostMatrix, choose_threshold, decision_curve


def scored(x, y):
    """Fit on a third of the rows; return outcomes and probabilities of the second and of the last third."""
    part = np.random.default_rng(1).permutation(y.size) % 3
    model = LogisticRegression().fit(x[part == 0], y[part == 0])
    return [(y[part == k], model.predict_proba(x[part == k])[:, 1]) for k in (1, 2)]


@pytest.fixture(scope="module")
def tables(shared_data):
    german = np.loadtxt(shared_data / "credit" / "german_numeric.data")
    images = np.loadtxt(
        shared_data / "imbalanced" / "mammography.csv",
        delimiter=",",
        converters=lambda s: float(s.strip("'")),
    )
    return {
        "credit": (german[:, :-1], german[:, -1] == 2, CostMatrix(false_positive=1, false_negative=5)),
        "mammography": (images[:, :-1], images[:, -1] == 1, CostMatrix(false_positive=1, false_negative=20)),
    }


@pytest.mark.parametrize("name", ["credit", "mammography"])
def test_what_is_promised_is_kept_on_other_rows(tables, name):
    x, y, cost = tables[name]
    (y1, p1), (y2, p2) = scored(x, y)
    choice = choose_threshold(y1, p1, cost)
    acted = p2 >= choice.threshold.value
    paid = np.where(acted, ~y2 * cost.false_positive, y2 * cost.false_negative)
    # The cost of the other rows has a noise of its own, about as large.
    half = (choice.cost.high - choice.cost.low) / 2
    assert abs(paid.mean() - choice.cost.value) < 1.5 * half
    # What the same rows say is flattered.
    assert choice.in_sample_cost < choice.cost.value
    (saving,) = (one.per_row for one in choice.savings if one.against == "the threshold 0.5")
    assert saving.low > 0
    curve = decision_curve(y1, p1, thresholds=[choice.closed_form])
    assert curve.models[0].benefit[0].low > 0
