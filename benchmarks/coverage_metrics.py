"""How often the 95 % intervals of the scores hold the truth: a simulation whose truths are integrals.

Log-odds eta are normal, the forecast is sigmoid(eta), and events happen with probability
sigmoid(shift + stretch * eta), so every score of the population is an integral over eta. Mean and spread of eta are
solved for from the prevalence and the AUC. Run, from the root of the repository,

    python -m benchmarks.coverage_metrics        # 2,000 samples a cell, some 15 minutes on one thread

It writes every cell to results/coverage.json, the summary to coverage_metrics.md, and the summary once more to
src/ogive/metrics/coverage.json, from where `ogive.metrics.methods` has it. Same seed, same numbers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from ogive import Estimate
from ogive._kernels import set_thread_count
from ogive.functions import sigmoid
from ogive.metrics import SamplingWeights
from ogive.metrics.calibration import calibration_of
from ogive.metrics.confusion import confusion_of
from ogive.metrics.discrimination import auc_of, average_precision_of, gini_of
from ogive.metrics.distance import ks_of
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.gain import top_of
from ogive.metrics.proper import proper_of

ROOT = Path(__file__).resolve().parents[1]
SIZES = (200, 1000, 5000, 20_000)
SHARE = 0.1  # of the rows, for lift and top k
ENOUGH = 50  # rows of the smaller class from which on 93 to 97 % are asked for
RARE = 0.5  # share of the samples below which an interval that is given counts as withheld
CELLS = (
    "sensitivity",
    "specificity",
    "precision",
    "accuracy",
    "balanced_accuracy",
    "f1",
    "matthews",
    "kappa",
)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Where samples come from; decisions are made at the prevalence and at 0.5."""

    name: str
    mean: float
    sd: float
    shift: float = 0.0
    stretch: float = 1.0
    sampled: bool = (
        False  # with unequal chances, which are known: three in four events, one in six non-events
    )

    @classmethod
    def of(
        cls, prevalence: float, auc: float, *, shift: float = 0.0, stretch: float = 1.0, sampled: bool = False
    ) -> Population:
        """Return the population of this prevalence and area."""

        def at(sd: float) -> Population:
            def excess(mean: float) -> float:
                return cls("", mean, sd, shift, stretch).integral()["prevalence"] - prevalence

            return cls("", brentq(excess, -200, 50), sd, shift, stretch)

        sd = brentq(lambda sd: at(sd).integral()["auc"] - auc, 0.02, 40)
        name = f"{100 * prevalence:g} % events, AUC {auc:g}"
        name += "" if stretch == 1 else ", too extreme"
        name += ", sampled" if sampled else ""
        return cls(name, at(sd).mean, sd, shift, stretch, sampled)

    def sample(self, n: int, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Numbers, Numbers | None]:
        """Draw outcomes and forecasts of n rows, and their weights if they are sampled."""
        if not self.sampled:
            eta = rng.normal(self.mean, self.sd, n)
            return rng.random(n) < sigmoid(self.shift + self.stretch * eta), sigmoid(eta), None
        eta = rng.normal(self.mean, self.sd, 8 * n)
        y = rng.random(8 * n) < sigmoid(self.shift + self.stretch * eta)
        chance = np.where(y, 0.75, 1 / 6) * rng.choice([0.5, 1.0], 8 * n)
        drawn = np.flatnonzero(rng.random(8 * n) < chance)[:n]
        return y[drawn], sigmoid(eta[drawn]), 1 / chance[drawn]

    def density(self) -> tuple[Numbers, Numbers, Numbers]:
        """Forecasts over 9 standard deviations, with the density of events and of non-events."""
        z = np.linspace(-9, 9, 20_001)
        density = np.exp(-0.5 * z**2)
        density /= density.sum()
        eta = self.mean + self.sd * z
        q = sigmoid(self.shift + self.stretch * eta)
        return sigmoid(eta), density * q, density * (1 - q)

    def integral(self) -> dict[str, float]:
        """Prevalence and area."""
        _, events, nonevents = self.density()
        below = np.cumsum(nonevents) - nonevents / 2
        pairs = events.sum() * nonevents.sum()
        return {
            "prevalence": float(events.sum()),
            "auc": float((events * below).sum() / pairs) if pairs > 0 else 0.5,
        }

    def truth(self) -> dict[str, float]:
        """Scores of an infinite sample."""
        return _truth(self)


@cache
def _truth(population: Population) -> dict[str, float]:
    p, events, nonevents = population.density()
    rows, truth = events + nonevents, population.integral()
    prevalence = truth["prevalence"]
    above, events_above = np.cumsum(rows[::-1])[::-1], np.cumsum(events[::-1])[::-1]
    # Sums that start at a grid point hold half of it too much.
    above, events_above = above - rows / 2, events_above - events / 2
    found = float(np.interp(-SHARE, -above, events_above))
    false_positive_rate = (above - events_above) / (1 - prevalence)
    eta = np.log(p / (1 - p))
    truth |= {
        "gini": 2 * truth["auc"] - 1,
        "average_precision": float((events * events_above / above).sum() / prevalence),
        "log_loss": float(-(events * np.log(p) + nonevents * np.log1p(-p)).sum()),
        "brier": float((events * (1 - p) ** 2 + nonevents * p**2).sum()),
        "intercept": brentq(lambda c: (events - rows * sigmoid(c + eta)).sum(), -20, 20, xtol=1e-12),
        "slope": population.stretch,
        "ks": float((events_above / prevalence - false_positive_rate).max()),
        "top_k.precision": found / SHARE,
        "top_k.recall": found / prevalence,
        "lift": found / SHARE / prevalence,
    }
    for suffix, threshold in _thresholds(prevalence).items():
        positive, tp = (float(np.interp(threshold, p, x)) for x in (above, events_above))
        of_cells = _of_cells(tp, positive - tp, prevalence - tp, 1 - positive - prevalence + tp)
        truth |= {name + suffix: value for name, value in of_cells.items()}
    return truth


def _thresholds(prevalence: float) -> dict[str, float]:
    return {"": prevalence, "@0.5": 0.5}


def _of_cells(tp: float, fp: float, fn: float, tn: float) -> dict[str, float]:
    """Measures of the four cells by their definitions, written apart from the package."""
    sensitivity, specificity, precision = tp / (tp + fn), tn / (tn + fp), tp / (tp + fp)
    chance = (tp + fp) * (tp + fn) + (fn + tn) * (fp + tn)
    return {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "precision": precision,
        "accuracy": tp + tn,
        "balanced_accuracy": (sensitivity + specificity) / 2,
        "f1": 2 * precision * sensitivity / (precision + sensitivity),
        "matthews": (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
        "kappa": (tp + tn - chance) / (1 - chance),
    }


def populations() -> list[Population]:
    """All worlds."""
    plain = [Population.of(prevalence, auc) for prevalence in (0.02, 0.1, 0.5) for auc in (0.6, 0.8, 0.95)]
    extreme = [Population.of(prevalence, 0.8, shift=-0.3, stretch=0.6) for prevalence in (0.05, 0.4)]
    sampled = [Population.of(prevalence, auc, sampled=True) for prevalence, auc in ((0.1, 0.8), (0.3, 0.9))]
    return [*plain, *extreme, *sampled]


def estimates(
    table: Forecasts, prevalence: float, level: float = 0.95
) -> Iterator[tuple[str, Estimate | None]]:
    """Yield what is studied, by name."""
    auc, proper, line = auc_of(table, level), proper_of(table), calibration_of(table, level)
    yield "auc", auc
    yield "gini", gini_of(auc)
    yield "average_precision", average_precision_of(table, level)
    yield "log_loss", proper.log_loss_estimate(level)
    yield "brier", proper.brier_estimate(level)
    yield "intercept", line.intercept
    yield "slope", line.slope
    yield "ks", ks_of(table, level).statistic
    top = top_of(table, SHARE, level)
    yield "top_k.precision", top.precision
    yield "top_k.recall", top.recall
    yield "lift", top.lift
    for suffix, threshold in _thresholds(prevalence).items():
        decisions = confusion_of(table, threshold, level)
        for name in CELLS:
            yield name + suffix, getattr(decisions, name)


@dataclass
class Count:
    """Samples in which an interval was given, and in which it held the truth."""

    given: int = 0
    held: int = 0


@dataclass
class Cell:
    """What was found for one population and size."""

    population: str
    rows: int
    smaller: float
    repeats: int
    sampled: bool
    counts: dict[str, Count] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Return shares in per cent, for the file."""
        shares = {
            name: [round(100 * c.given / self.repeats, 1), round(100 * c.held / max(c.given, 1), 2)]
            for name, c in self.counts.items()
        }
        return {
            "population": self.population,
            "rows": self.rows,
            "smaller class": round(self.smaller, 1),
            "sampling weights": self.sampled,
            "given, held": shares,
        }


def coverage(population: Population, n: int, repeats: int, seed: int) -> Cell:
    """Count how often intervals are given and hold the truth.

    Samples with fewer than two events or non-events are drawn again, so truths are those of such samples only
    nearly, where events are rare.
    """
    truth, rng = population.truth(), np.random.default_rng(seed)
    cell = Cell(population.name, n, 0.0, repeats, population.sampled)
    for _ in range(repeats):
        y, p, w = population.sample(n, rng)
        while not 2 <= y.sum() <= n - 2:
            y, p, w = population.sample(n, rng)
        cell.smaller += min(y.sum(), n - y.sum()) / repeats
        table = forecasts(y, p, None if w is None else SamplingWeights(w))
        for name, estimate in estimates(table, truth["prevalence"]):
            count = cell.counts.setdefault(name, Count())
            if estimate is not None and estimate.low is not None and estimate.high is not None:
                slack = 1e-9 * abs(truth[name])
                count.given += 1
                count.held += estimate.low - slack <= truth[name] <= estimate.high + slack
    return cell


def summary(cells: list[Cell]) -> dict[str, dict[str, Any]]:
    """Lowest and highest coverage of each metric, in per cent, where the smaller class is large and where it is small.

    Where an interval is given in less than half of the samples, only samples in which it misses count against it:
    those in which it is withheld tell nothing wrong.
    """
    found: dict[str, dict[str, Any]] = {}
    for sampled, weights in ((False, "frequency"), (True, "sampling")):
        own = [cell for cell in cells if cell.sampled == sampled]
        for name in own[0].counts if own else ():
            if name.endswith("@0.5"):
                continue
            row: dict[str, Any] = {}
            for what, chosen in (
                ("many", lambda cell: cell.smaller >= ENOUGH),
                ("few", lambda cell: cell.smaller < ENOUGH),
            ):
                shares = [share for cell in own if chosen(cell) for share in _shares(cell, name)]
                if shares:
                    row[what] = [round(min(shares), 1), round(max(shares), 1)]
            found.setdefault(name, {})[weights] = row
    return found


def _shares(cell: Cell, name: str) -> Iterator[float]:
    """Coverage at either threshold, in per cent."""
    for key in (name, name + "@0.5"):
        count = cell.counts.get(key)
        if count is None or count.given == 0:
            continue
        missed = count.given - count.held
        yield 100 * (1 - missed / (count.given if count.given >= RARE * cell.repeats else cell.repeats))


def markdown(found: dict[str, dict[str, Any]], repeats: int, seed: int) -> str:
    """Return the summary as a table."""
    error = 100 * np.sqrt(0.95 * 0.05 / repeats)
    lines = [
        "# Coverage of the 95 % intervals of the scores",
        "",
        f"Written by `coverage_metrics.py`: {repeats:,} samples a cell, seed {seed}; per cent of the intervals given "
        f"that hold the truth, lowest to highest cell (Monte Carlo error of a cell {error:.1f}). Samples of "
        f"{SIZES[0]} to {SIZES[-1]:,} rows, prevalence 2 to 50 %, AUC 0.6 to 0.95, calibrated and too extreme "
        f"forecasts; decisions at the prevalence and at 0.5, lift and top k at {SHARE:.0%}. Many: the smaller class "
        f"has {ENOUGH} rows or more.",
        "Every cell is in `results/coverage.json`. Shares of counts are discrete: where next to no hit is expected "
        "they hold the truth in nearly every sample.",
        "",
        "| metric | many | few | sampling weights, many | few |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, row in found.items():
        shown = [
            _range(row.get(weights, {}).get(what))
            for weights in ("frequency", "sampling")
            for what in ("many", "few")
        ]
        lines.append(f"| {name} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


def _range(limits: list[float] | None) -> str:
    return "" if limits is None else f"{limits[0]:.1f} to {limits[1]:.1f}"


def study(repeats: int, seed: int, show: Callable[[str], None]) -> list[Cell]:
    """Run all cells."""
    cells = []
    for k, population in enumerate(populations()):
        for n in SIZES:
            cells.append(coverage(population, n, repeats, 1000 * seed + k))
            show(json.dumps(cells[-1].record()))
    return cells


def main() -> None:
    """Run the study and write its results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    set_thread_count(1)
    cells = study(options.repeats, options.seed, lambda cell: print(cell, flush=True))
    found = summary(cells)
    about = {"repeats": options.repeats, "seed": options.seed}
    results = Path(__file__).with_name("results")
    results.mkdir(exist_ok=True)
    rows = ",\n".join(json.dumps(cell.record()) for cell in cells)
    (results / "coverage.json").write_text(f'{{"about": {json.dumps(about)}, "cells": [\n{rows}\n]}}\n')
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in found.items())
    (ROOT / "src/ogive/metrics/coverage.json").write_text("{\n" + lines + "\n}\n")
    text = markdown(found, options.repeats, options.seed)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
