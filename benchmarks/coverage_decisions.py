"""How often the intervals of chosen thresholds, and of what they are worth, hold the truth.

The true log-odds eta of a row are normal, events happen with probability sigmoid(eta), and the forecast is
sigmoid(shift + stretch * eta): an increasing distortion that a threshold has to see through. The best threshold of the
population, and the cost of any threshold, are integrals over eta. Run

    python benchmarks/coverage_decisions.py            # 1,000 samples a cell; writes coverage_decisions.md beside

Same seed, same numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from ogive import Estimate
from ogive.decisions import CostMatrix, ThresholdChoice, choose_threshold
from ogive.functions import sigmoid
from ogive.metrics import SamplingWeights

Vector = NDArray[np.float64]
GRID = np.linspace(-9, 9, 40_001)
DENSITY = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()
# Break-even probabilities: one false negative costs 20, 5 and 1 false positives.
EVEN = (1 / 21, 1 / 6, 1 / 2)


@dataclass(frozen=True)
class World:
    """Where samples come from: prevalence and AUC of calibrated forecasts, and how the forecasts are distorted."""

    prevalence: float
    auc: float
    shift: float = 0.3
    stretch: float = 0.8

    @cached_property
    def eta(self) -> tuple[float, float]:
        """Mean and standard deviation of the log-odds."""

        def scores(mean: float, sd: float) -> tuple[float, float]:
            events = DENSITY * sigmoid(mean + sd * GRID)
            nonevents = DENSITY - events
            below = np.cumsum(nonevents) - nonevents / 2
            return events.sum(), (events * below).sum() / events.sum() / nonevents.sum()

        def mean_of(sd: float) -> float:
            return float(brentq(lambda mean: scores(mean, sd)[0] - self.prevalence, -60, 20))

        sd = float(brentq(lambda sd: scores(mean_of(sd), sd)[1] - self.auc, 0.05, 12))
        return mean_of(sd), sd

    @cached_property
    def cells(self) -> tuple[Vector, Vector, Vector]:
        """Forecasts on the grid, and the share of events and of non-events at or above each."""
        mean, sd = self.eta
        events = DENSITY * sigmoid(mean + sd * GRID)
        above = [np.cumsum(part[::-1])[::-1] for part in (events, DENSITY - events)]
        return sigmoid(self.shift + self.stretch * (mean + sd * GRID)), above[0], above[1]

    def sample(self, n: int, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Vector]:
        """Draw outcomes and forecasts; two of each class at least."""
        mean, sd = self.eta
        while True:
            eta = rng.normal(mean, sd, n)
            y = rng.random(n) < sigmoid(eta)
            if 2 <= y.sum() <= n - 2:
                return y, sigmoid(self.shift + self.stretch * eta)

    def at_even(self, even: float) -> float:
        """Forecast at which the event has the probability `even`."""
        return float(sigmoid(self.shift + self.stretch * np.log(even / (1 - even))))

    def cost(self, threshold: float, cost: CostMatrix) -> float:
        """Cost of a row, on average, at a threshold."""
        p, events, nonevents = self.cells
        found, alarms = (np.interp(threshold, p, part, right=0.0) for part in (events, nonevents))
        return float(cost.false_positive * alarms + cost.false_negative * (events[0] - found))

    def best(self, measure: Callable[[Vector, Vector, float], Vector]) -> float:
        """Forecast at which a function of found events, false alarms and prevalence is largest."""
        p, events, nonevents = self.cells
        return float(p[np.argmax(measure(events, nonevents, float(events[0])))])

    def where(self, share: Callable[[Vector, Vector, float], Vector], bound: float) -> float:
        """Forecast at which a share, monotone over the thresholds, is `bound`."""
        p, events, nonevents = self.cells
        return float(p[np.argmin(np.abs(share(events, nonevents, float(events[0])) - bound))])


def costs(even: float) -> CostMatrix:
    """Costs that break even at a probability."""
    return CostMatrix(false_positive=even, false_negative=1 - even)


class Tally:
    """Shares of intervals that hold the truth, that have an end at 0 or 1 (of thresholds), and that were withheld."""

    def __init__(self, threshold: bool = False) -> None:
        self.threshold = threshold
        self.held = self.open = self.given = self.asked = 0

    def add(self, estimate: Estimate, truth: float) -> None:
        """Count one interval."""
        self.asked += 1
        if estimate.low is not None and estimate.high is not None:
            self.given += 1
            self.held += estimate.low <= truth <= estimate.high
            self.open += self.threshold and (estimate.low <= 0 or estimate.high >= 1)

    def __str__(self) -> str:
        if not self.given:
            return "none given"
        extra = []
        if self.open:
            extra.append(f"open {100 * self.open / self.given:.0f}")
        if self.given < self.asked:
            extra.append(f"withheld {100 * (1 - self.given / self.asked):.0f}")
        return f"{100 * self.held / self.given:.1f}" + (f" ({', '.join(extra)})" if extra else "")


def threshold_coverage(world: World, n: int, even: float, repeats: int, seed: int) -> Tally:
    """Intervals of the cheapest threshold."""
    rng, tally, cost, truth = np.random.default_rng(seed), Tally(True), costs(even), world.at_even(even)
    for _ in range(repeats):
        tally.add(choose_threshold(*world.sample(n, rng), cost, replicates=0).threshold, truth)
    return tally


def worth_coverage(world: World, n: int, even: float, repeats: int, seed: int) -> dict[str, Tally]:
    """Intervals of the cost of a row at the chosen threshold and of what it saves."""
    rng, cost = np.random.default_rng(seed), costs(even)
    tallies: dict[str, Tally] = {}
    others = {"all": -1.0, "none": 2.0, "0.5": 0.5, "closed form": even}
    for k in range(repeats):
        choice = choose_threshold(*world.sample(n, rng), cost, replicates=300, seed=k)
        true = world.cost(choice.threshold.value, cost)
        assert choice.cost is not None
        tallies.setdefault("cost", Tally()).add(choice.cost, true)
        for (name, threshold), saving in zip(others.items(), choice.savings, strict=False):
            tallies.setdefault(name, Tally()).add(saving.per_row, world.cost(threshold, cost) - true)
    return tallies


# Other things to ask for, with their truth.
Ask = tuple[str, dict[str, Any], Callable[[World], float]]
ASKED: tuple[Ask, ...] = (
    ("F1", {"maximise": "f1"}, lambda w: w.best(lambda tp, fp, share: 2 * tp / (tp + fp + share))),
    ("Youden", {"maximise": "youden"}, lambda w: w.best(lambda tp, fp, share: tp / share - fp / (1 - share))),
    (
        "kappa",
        {"maximise": "kappa"},
        lambda w: w.best(
            lambda tp, fp, q: 2 * (tp * (1 - q) - fp * q) / ((tp + fp) * (1 - q) + (1 - tp - fp) * q)
        ),
    ),
    ("recall ≥ 0.9", {"recall_at_least": 0.9}, lambda w: w.where(lambda tp, fp, q: tp / q, 0.9)),
    (
        "precision ≥ 0.3",
        {"precision_at_least": 0.3},
        lambda w: w.where(lambda tp, fp, q: tp / (tp + fp), 0.3),
    ),
    (
        "false positives ≤ 5 %",
        {"false_positive_rate_at_most": 0.05},
        lambda w: w.where(lambda tp, fp, q: fp / (1 - q), 0.05),
    ),
    ("called ≤ 10 %", {"at_most": 0.1}, lambda w: w.where(lambda tp, fp, q: tp + fp, 0.1)),
)


def asked_coverage(world: World, n: int, repeats: int, seed: int) -> dict[str, Tally]:
    """Intervals of thresholds that are best for something else than costs."""
    rng, tallies = np.random.default_rng(seed), {name: Tally(True) for name, _, _ in ASKED}
    truths = {name: truth(world) for name, _, truth in ASKED}
    for k in range(repeats):
        y, p = world.sample(n, rng)
        for name, options, _ in ASKED:
            replicates = 200 if "maximise" in options else 0
            choice = choose_threshold(y, p, replicates=replicates, seed=k, **options)
            tallies[name].add(choice.threshold, truths[name])
    return tallies


def units_coverage(world: World, n: int, even: float, repeats: int, seed: int) -> dict[str, Tally]:
    """Intervals of the cheapest threshold and its cost: rows weighted, clustered, or with costs of their own."""
    rng, cost, truth = np.random.default_rng(seed), costs(even), world.at_even(even)
    tallies: dict[str, Tally] = {}
    for k in range(repeats):
        for name, choice in _units(world, n, cost, rng, k):
            tallies.setdefault(name, Tally(True)).add(choice.threshold, truth)
            assert choice.cost is not None
            true = world.cost(choice.threshold.value, cost)
            tallies.setdefault(f"{name}: cost", Tally()).add(choice.cost, true)
    return tallies


def _units(
    world: World, n: int, cost: CostMatrix, rng: np.random.Generator, seed: int
) -> Iterator[tuple[str, ThresholdChoice]]:
    y, p = world.sample(5 * n, rng)
    kept = y | (rng.random(5 * n) < 0.2)
    weights = SamplingWeights(np.where(y, 1.0, 5.0)[kept])
    yield (
        "one non-event in five kept",
        choose_threshold(y[kept], p[kept], cost, weights, replicates=200, seed=seed),
    )
    # Five rows a cluster share half the variance of their log-odds and of what decides between event and none.
    mean, sd = world.eta
    cluster = np.repeat(np.arange(n // 5), 5)
    shared = rng.standard_normal((2, n // 5))[:, cluster] + rng.standard_normal((2, n))
    eta, chance = mean + sd * shared[0] / np.sqrt(2), norm.cdf(shared[1] / np.sqrt(2))
    y, p = chance < sigmoid(eta), sigmoid(world.shift + world.stretch * eta)
    yield "clusters of five", choose_threshold(y, p, cost, clusters=cluster, replicates=200, seed=seed)
    y, p = world.sample(n, rng)
    own = CostMatrix(
        false_positive=cost.false_positive * rng.exponential(1.0, n),
        false_negative=cost.false_negative * rng.exponential(1.0, n),
    )
    yield "costs of each row", choose_threshold(y, p, own, replicates=200, seed=seed)


def study(repeats: int, seed: int) -> str:
    """Return all tables as Markdown."""
    error = 100 * np.sqrt(0.95 * 0.05 / repeats)
    lines = [
        "# Coverage of the intervals of decisions",
        "",
        f"Written by `coverage_decisions.py`: {repeats} samples a cell, fewer where replicates are drawn, seed {seed}; "
        f"per cent of the 95 % intervals given that hold the truth (Monte Carlo error {error:.1f}). Forecasts are "
        "distorted as in the program. *Open* is the per cent of intervals that end at 0 or 1, where acting on all rows "
        "or on none may be as good; *withheld* is the per cent of samples without an interval.",
        "",
        "## The cheapest threshold",
        "",
        "By what a false negative costs, in false positives; beside it how many rows lie beyond the best threshold on "
        "its emptier side. Where these are a handful the interval is open, and as only one end can err it holds the "
        "truth more often than 95 %.",
        "",
        "| prevalence | AUC | rows | events | 20 | beyond | 5 | beyond | 1 | beyond |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for world in (World(q, auc) for q in (0.02, 0.1, 0.5) for auc in (0.7, 0.85, 0.95)):
        for n in (200, 1000, 5000, 20_000):
            found = []
            for even in EVEN:
                p, events, nonevents = world.cells
                called = float(np.interp(world.at_even(even), p, events + nonevents))
                beyond = n * min(called, 1 - called)
                tally = threshold_coverage(world, n, even, repeats if n < 20_000 else repeats // 2, seed)
                found.append(f"{tally} | {beyond:.0f}")
            about = f"{world.prevalence:g} | {world.auc:g} | {n} | {world.prevalence * n:.0f}"
            lines.append(f"| {about} | {' | '.join(found)} |")
            print(lines[-1], flush=True)
    return (
        "\n".join([*lines, *_worth(repeats, seed), *_asked(repeats, seed), *_unit_rows(repeats, seed)]) + "\n"
    )


def _worth(repeats: int, seed: int) -> Iterator[str]:
    head = ("cost", "all", "none", "0.5", "closed form")
    yield "\n## What the chosen threshold is worth\n"
    yield f"Cost of a row on new rows at the threshold chosen, and savings; {repeats // 2} samples of 300 replicates.\n"
    yield f"| prevalence | AUC | rows | a false negative costs | {' | '.join(head)} |"
    yield f"|--:|--:|--:|--:|{'--:|' * len(head)}"
    for q, auc, n, even in (
        (0.5, 0.7, 200, 1 / 2),
        (0.5, 0.95, 200, 1 / 6),
        (0.1, 0.7, 1000, 1 / 6),
        (0.1, 0.85, 1000, 1 / 21),
        (0.1, 0.95, 1000, 1 / 6),
        (0.02, 0.7, 2500, 1 / 21),
        (0.02, 0.95, 2500, 1 / 6),
        (0.1, 0.85, 20_000, 1 / 6),
        (0.1, 0.95, 200, 1 / 2),
        (0.02, 0.85, 1000, 1 / 21),
    ):
        found = worth_coverage(World(q, auc), n, even, repeats // 2, seed)
        shares = " | ".join(str(found[name]) if name in found else "" for name in head)
        yield f"| {q:g} | {auc:g} | {n} | {(1 - even) / even:.0f} | {shares} |"


def _asked(repeats: int, seed: int) -> Iterator[str]:
    yield "\n## Thresholds for other ends\n"
    yield f"| prevalence | AUC | rows | {' | '.join(name for name, _, _ in ASKED)} |"
    yield f"|--:|--:|--:|{'--:|' * len(ASKED)}"
    for q, auc, n in (
        (0.5, 0.7, 200),
        (0.5, 0.95, 200),
        (0.1, 0.7, 1000),
        (0.1, 0.95, 1000),
        (0.1, 0.85, 5000),
    ):
        found = asked_coverage(World(q, auc), n, repeats // 2, seed)
        yield f"| {q:g} | {auc:g} | {n} | {' | '.join(map(str, found.values()))} |"


def _unit_rows(repeats: int, seed: int) -> Iterator[str]:
    yield "\n## Weights, clusters and costs of each row\n"
    first = True
    for q, auc, n in ((0.5, 0.85, 500), (0.1, 0.85, 1000), (0.1, 0.95, 5000)):
        found = units_coverage(World(q, auc), n, 1 / 6, repeats // 2, seed)
        if first:
            yield f"| prevalence | AUC | rows | {' | '.join(found)} |"
            yield f"|--:|--:|--:|{'--:|' * len(found)}"
            first = False
        yield f"| {q:g} | {auc:g} | {n} | {' | '.join(map(str, found.values()))} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text = study(options.repeats, options.seed)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
