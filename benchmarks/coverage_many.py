"""How often the 95 % intervals for several classes and labels hold the truth, in samples of populations that are known.

A population is 200,000 rows, its scores are the truth, and samples are drawn from it with replacement: with equal
chances, or, for sampling weights, the rows of its most frequent class (or the rows without any label) at a quarter of
the chance of others. Run

    python benchmarks/coverage_many.py            # 1,000 samples a cell

It writes every cell to coverage_many.md and the summary to src/ogive/metrics/coverage_many.json, from where
`ogive.metrics.methods` has it. Same seed, same numbers.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive import Estimate, evaluate
from ogive.functions import sigmoid, softmax
from ogive.metrics import MulticlassEvaluation, SamplingWeights

ROOT = Path(__file__).resolve().parents[1]
ROWS, FAVOUR = 200_000, 4.0
AVERAGED = ("auc", "average_precision", "precision", "recall", "f1")
OF_CLASSES = ("accuracy", "log_loss", "brier", "kappa", "matthews", "hand_till_auc")
OF_LABELS = (
    "subset_accuracy",
    "hamming_loss",
    "log_loss",
    "brier",
    "ranking_average_precision",
    "ranking_loss",
    "coverage_error",
)
SIZES = (200, 500, 2000, 10_000)


@dataclass(frozen=True)
class World:
    """Classes or labels with these mean log-odds; the spread of the signal; by how much forecasts are too extreme."""

    task: str
    name: str
    means: tuple[float, ...]
    sd: float
    stretch: float = 1.0

    def population(self, rng: np.random.Generator) -> tuple[NDArray[Any], NDArray[np.float64]]:
        """Draw all rows: what happens, and its forecast."""
        signal = np.array(self.means) + self.sd * rng.normal(size=(ROWS, len(self.means)))
        if self.task == "multiclass":
            chance = softmax(signal)
            y = (rng.random((ROWS, 1)) > chance.cumsum(axis=1)).sum(axis=1)
            return np.minimum(y, len(self.means) - 1), softmax(self.stretch * signal)
        signal += 0.7 * self.sd * rng.normal(size=(ROWS, 1))
        return (rng.random(signal.shape) < sigmoid(signal)).astype(int), sigmoid(self.stretch * signal)


WORLDS = (
    World("multiclass", "3 classes, even", (0.0, 0.0, 0.0), 1.5),
    World("multiclass", "3 classes, one rare", (1.0, 0.0, -2.0), 1.5),
    World("multiclass", "5 classes, strong", (0.5, 0.0, 0.0, -0.5, -1.0), 3.0),
    World("multiclass", "5 classes, too extreme", (0.5, 0.0, 0.0, -0.5, -1.0), 1.5, 2.0),
    World("multilabel", "4 labels", (0.5, 0.0, -0.5, -1.0), 1.5),
    World("multilabel", "4 labels, some rare", (0.0, -1.0, -2.5, -3.5), 1.5),
    World("multilabel", "6 labels, too extreme", (0.5, 0.0, -0.5, -1.0, -1.5, -2.0), 1.5, 2.0),
)


def estimates(result: Any) -> Iterator[tuple[str, Estimate | None]]:
    """Yield the scores that carry intervals."""
    multiclass = isinstance(result, MulticlassEvaluation)
    for name in OF_CLASSES if multiclass else OF_LABELS:
        yield name, getattr(result, name)
    if multiclass:
        yield "top_accuracy", result.top_accuracy[1]
    for part in ("macro", "micro"):
        for name in AVERAGED:
            yield f"{part}.{name}", getattr(getattr(result, part), name)


def smallest(world: World, y: NDArray[Any], n: int) -> float:
    """Rows of the smallest class, or on the smaller side of a label, expected among n rows."""
    if world.task == "multiclass":
        return n * float(np.bincount(y).min()) / y.size
    share = y.mean(axis=0)
    return n * float(np.minimum(share, 1 - share).min())


def cells(
    world: World, sampled: bool, repeats: int, seed: int
) -> Iterator[tuple[int, float, dict[str, list[int]]]]:
    """Yield, for each size of sample, the rows of the smallest class, and how often intervals were given and right."""
    rng = np.random.default_rng(seed)
    y, p = world.population(rng)
    truth = {name: found.value for name, found in estimates(evaluate(y, p)) if found is not None}
    chance = np.ones(ROWS)
    if sampled:
        common = y == np.bincount(y).argmax() if world.task == "multiclass" else y.sum(axis=1) == 0
        chance[common] /= FAVOUR
    ends = np.cumsum(chance / chance.sum())
    for n in SIZES:
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        small = 0.0
        for _ in range(repeats):
            rows = np.minimum(np.searchsorted(ends, rng.random(n)), ROWS - 1)
            small += smallest(world, y[rows], n) / repeats
            weights = SamplingWeights(1 / chance[rows]) if sampled else None
            for name, found in estimates(evaluate(y[rows], p[rows], weights)):
                if found is not None and found.low is not None and found.high is not None:
                    counts[name][0] += 1
                    counts[name][1] += found.low <= truth[name] <= found.high
        yield n, small, counts


def study(repeats: int, seed: int) -> tuple[str, dict[str, Any]]:
    """Return all cells as Markdown, and the ranges by task, metric and weights."""
    error = 100 * np.sqrt(0.95 * 0.05 / repeats)
    lines = [
        "# Coverage of the 95 % intervals for several classes and labels",
        "",
        f"Written by `coverage_many.py`: {repeats} samples a cell, seed {seed}; per cent of the intervals given that "
        f"hold the truth (Monte Carlo error {error:.1f}), by metric and size of sample. "
        "Populations as in the program.",
    ]
    ranges: dict[str, Any] = {}
    for world in WORLDS:
        for sampled in (False, True):
            weights = "sampling" if sampled else "frequency"
            found = list(cells(world, sampled, repeats, seed))
            smalls = ", ".join(f"{small:.0f}" for _, small, _ in found)
            lines += [
                "",
                f"## {world.name}, {weights} weights",
                "",
                f"Rows of the smallest class: {smalls}.",
                "",
            ]
            lines += ["| metric |" + "".join(f" {n} |" for n in SIZES), "|---|" + "--:|" * len(SIZES)]
            for name in found[0][2]:
                shares = [100 * of[name][1] / of[name][0] if of[name][0] else None for _, _, of in found]
                shown = " | ".join("none" if share is None else f"{share:.1f}" for share in shares)
                lines.append(f"| {name} | {shown} |")
                own = ranges.setdefault(world.task, {}).setdefault(name, {}).setdefault(weights, {})
                for (_, small, _), share in zip(found, shares, strict=True):
                    if share is not None:
                        kind = own.setdefault("many" if small >= 50 else "few", [100.0, 0.0])
                        kind[:] = [min(kind[0], round(share, 1)), max(kind[1], round(share, 1))]
            print("\n".join(lines[-len(found[0][2]) - 5 :]), flush=True)
    return "\n".join(lines) + "\n", ranges


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text, ranges = study(options.repeats, options.seed)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    lines = ",\n".join(f"{json.dumps(task)}: {json.dumps(of)}" for task, of in ranges.items())
    (ROOT / "src/ogive/metrics/coverage_many.json").write_text("{\n" + lines + "\n}\n")
