"""The intervals hold the truth about as often as they say: a sample of the study in benchmarks, and its result."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from ogive.metrics import SamplingWeights, forecasts

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SMOOTH = ("auc", "gini", "average_precision", "log_loss", "brier", "intercept", "slope")
# Shares of counts that are far from 0 and 1 in the worlds of the test; others are discrete.
SHARES = ("sensitivity", "specificity", "accuracy", "balanced_accuracy", "f1", "matthews", "kappa")


@pytest.fixture(scope="module")
def study():
    return runpy.run_path(str(BENCHMARKS / "coverage_metrics.py"))


@pytest.fixture(scope="module")
def cells():
    return json.loads((BENCHMARKS / "results/coverage.json").read_text())["cells"]


@pytest.mark.parametrize(
    ("prevalence", "n", "options"),
    [(0.2, 300, {}), (0.1, 500, {"shift": 0.2, "stretch": 0.8}), (0.2, 600, {"sampled": True})],
)
def test_intervals_hold_the_truth(study, prevalence, n, options):
    repeats = 300
    found = study["coverage"](study["Population"].of(prevalence, 0.8, **options), n, repeats, seed=7)
    # Four Monte Carlo standard errors around 95 %: the seed is fixed, so this cannot flicker.
    slack = 4 * (0.95 * 0.05 / repeats) ** 0.5
    for name in (*SMOOTH, *SHARES, "ks", "lift", "top_k.precision"):
        count = found.counts[name]
        assert count.given == repeats
        assert count.held / count.given == pytest.approx(0.95, abs=slack), name


@pytest.mark.parametrize("sampled", [False, True])
def test_the_truth_is_that_of_a_large_sample(study, sampled):
    population = study["Population"].of(0.25, 0.8, shift=-0.3, stretch=0.7, sampled=sampled)
    truth = population.truth()
    assert (truth["prevalence"], truth["auc"]) == pytest.approx((0.25, 0.8), abs=1e-9)
    y, p, w = population.sample(200_000, np.random.default_rng(1))
    table = forecasts(y, p, None if w is None else SamplingWeights(w))
    for name, estimate in study["estimates"](table, truth["prevalence"]):
        assert estimate.value == pytest.approx(truth[name], abs=0.03), name


def test_the_study_covers_what_is_asked_for(cells):
    sizes = {cell["rows"] for cell in cells}
    assert {200, 20_000} <= sizes
    plain = [cell for cell in cells if not cell["sampling weights"]]
    for name in (*SMOOTH, *SHARES, "lift", "top_k.recall"):
        for cell in plain:
            given, held = cell["given, held"][name]
            # What is given in fewer than half of the samples misses in no more than 7 % of all.
            missed = (100 - held) * (1 if given >= 50 else given / 100)
            assert missed <= 7.0, (name, cell["population"], cell["rows"])
            if name in SMOOTH and cell["smaller class"] >= 50:
                assert 93 <= held <= 97, (name, cell["population"], cell["rows"])
