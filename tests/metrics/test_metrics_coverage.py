"""The intervals hold the truth about as often as they say: a small sample of the study in benchmarks."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

STUDY = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage_metrics.py"


@pytest.fixture(scope="module")
def study():
    return runpy.run_path(str(STUDY))


def test_intervals_hold_the_truth(study):
    population = study["Population"]("10 % events", -3.0, 1.5, 0.2, 0.9)
    repeats = 400
    got = study["coverage"](population, 400, repeats, seed=7)
    # Four Monte Carlo standard errors around 95 %: the seed is fixed, so this cannot flicker.
    slack = 4 * (0.95 * 0.05 / repeats) ** 0.5
    for name in study["SCORES"]:
        assert got[name] == pytest.approx(0.95, abs=slack), name


def test_the_truth_is_that_of_a_large_sample(study):
    import numpy as np

    from ogive.metrics import scores

    population = study["Population"]("a", -1.0, 1.5, -0.3, 0.7)
    truth = population.truth()
    got = scores(*population.sample(200_000, np.random.default_rng(1)))
    for name in study["SCORES"]:
        assert getattr(got, name) == pytest.approx(truth[name], abs=0.02), name
