"""The interval of the best threshold: the likelihood ratio against R, its law, and how often it holds the truth."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import numpy as np
import pytest

from ogive import InputError
from ogive.decisions import CostMatrix, choose_threshold
from ogive.decisions.break_even import crossing_cuts, ratio_quantile
from ogive.metrics import forecasts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def study():
    return runpy.run_path(str(ROOT / "benchmarks" / "coverage_decisions.py"))


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_cuts_are_those_that_r_does_not_reject(reference, cases, level):
    ratios: dict[tuple[str, float], list[float]] = {}
    for row in reference("ratio"):
        ratios.setdefault((row["case"], float(row["even"])), []).append(float(row["ratio"]))
    for (case, even), of_cuts in ratios.items():
        y, p, w = cases[case]
        table = forecasts(y, p, w)
        kept = np.flatnonzero(np.array(of_cuts) <= ratio_quantile(level))
        assert crossing_cuts(table.events, table.nonevents, even, level) == (kept[0], kept[-1])
        assert kept.size == kept[-1] - kept[0] + 1, "the statistic rises on both sides"


def test_the_law_is_the_simulated_one():
    with (ROOT / "tests" / "reference" / "isotonic_ratio.csv").open(newline="") as file:
        simulated = {float(row["level"]): float(row["quantile"]) for row in csv.DictReader(file)}
    for level, quantile in simulated.items():
        assert ratio_quantile(level) == pytest.approx(quantile, rel=1e-12)
    # Banerjee and Wellner (2005) give 2.27 for 95 %.
    assert ratio_quantile(0.95) == pytest.approx(2.27, abs=0.02)
    between = [ratio_quantile(level) for level in np.linspace(0.3, 0.9999, 50)]
    assert between == sorted(between)
    with pytest.raises(InputError, match="level must lie between 0 and 1"):
        ratio_quantile(1.0)


def test_the_interval_holds_the_threshold_and_narrows_with_rows(drawn):
    y, p = drawn
    cost = CostMatrix(false_positive=1, false_negative=9)
    widths = []
    for copies in (1, 8, 64):
        found = choose_threshold(y, p, cost, np.full(y.size, copies), replicates=0).threshold
        assert found.low <= found.value <= found.high
        widths.append(found.high - found.low)
    assert widths[0] > widths[1] > widths[2]
    assert (
        choose_threshold(y, p, cost, replicates=0, level=0.8).threshold.high
        < choose_threshold(y, p, cost, replicates=0, level=0.99).threshold.high
    )


@pytest.mark.parametrize(
    ("prevalence", "auc", "even"), [(0.5, 0.85, 0.5), (0.1, 0.95, 1 / 6), (0.1, 0.7, 1 / 6)]
)
def test_intervals_hold_the_best_threshold(study, prevalence, auc, even):
    repeats = 400
    tally = study["threshold_coverage"](study["World"](prevalence, auc), 600, even, repeats, seed=7)
    # Four Monte Carlo standard errors around 95 %: the seed is fixed, so this cannot flicker.
    assert tally.held / tally.given == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / repeats) ** 0.5)


def test_intervals_hold_what_the_choice_is_worth(study):
    repeats = 100
    tallies = study["worth_coverage"](study["World"](0.3, 0.85), 300, 1 / 4, repeats, seed=7)
    assert set(tallies) == {"cost", "all", "none", "0.5", "closed form"}
    for name, tally in tallies.items():
        assert tally.held / tally.given >= 0.95 - 4 * (0.95 * 0.05 / repeats) ** 0.5, name


def test_truths_of_the_study_are_those_of_a_large_sample(study):
    world, rng = study["World"](0.2, 0.8), np.random.default_rng(1)
    y, p = world.sample(400_000, rng)
    cost = study["costs"](1 / 4)
    choice = choose_threshold(y, p, cost, replicates=0)
    assert y.mean() == pytest.approx(0.2, abs=0.003)
    assert choice.threshold.low < world.at_even(1 / 4) < choice.threshold.high
    assert choice.in_sample_cost == pytest.approx(world.cost(choice.threshold.value, cost), abs=0.002)
    for name, options, truth in study["ASKED"]:
        found = choose_threshold(y, p, replicates=0, **options).threshold.value
        assert found == pytest.approx(truth(world), abs=0.03), name
