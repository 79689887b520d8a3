"""How often the 95 % intervals of `bootstrap` and `compare` hold the truth: a simulation whose truths are integrals.

A row has two signals, x1 and x2, both standard normal, and belongs to a cluster whose effect c nobody sees. The
outcome has log-odds mean + sd (x1 + 0.4 x2) + tau c; forecast a knows x1, forecast b knows a part of both. Run

    python benchmarks/coverage_resampling.py            # writes coverage_resampling.md beside

Same seed, same numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ogive import Estimate
from ogive.functions import sigmoid
from ogive.metrics import bootstrap, compare, f_beta, scores

BOOTSTRAPPED = ("auc", "average_precision", "log_loss", "brier", "f1")
COMPARED = ("auc", "average_precision", "log_loss", "brier", "slope")
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Where samples come from; clusters of `size` rows share a half of the variance of x1 and the effect c."""

    name: str
    n: int
    mean: float
    size: int = 1
    tau: float = 0.0
    sd: float = 1.5

    def outcome(self, x1: Vector, x2: Vector, c: Vector) -> Vector:
        """Probability of the event."""
        return sigmoid(self.mean + self.sd * (x1 + 0.4 * x2) + self.tau * c)

    def forecasts(self, x1: Vector, x2: Vector) -> tuple[Vector, Vector]:
        """Both forecasts."""
        return sigmoid(self.mean + self.sd * x1), sigmoid(self.mean + self.sd * (0.8 * x1 + 0.5 * x2))

    def sample(self, rng: np.random.Generator) -> tuple[Vector, Vector, Vector, NDArray[np.int64]]:
        """Draw outcomes, both forecasts, and clusters."""
        cluster = np.arange(self.n) // self.size
        shared = 0.0 if self.size == 1 else 0.5
        x1 = np.sqrt(shared) * rng.normal(size=self.n)[cluster] + np.sqrt(1 - shared) * rng.normal(
            size=self.n
        )
        x2, c = rng.normal(size=self.n), rng.normal(size=self.n)[cluster]
        y = (rng.random(self.n) < self.outcome(x1, x2, c)).astype(float)
        return (y, *self.forecasts(x1, x2), cluster)

    def grid(self) -> tuple[Vector, Vector, Vector]:
        """Return the whole population: chance of the event and both forecasts, at quantiles of x1, x2 and c."""
        steps = (600, 120, 1 if self.tau == 0 else 15)
        axes = np.meshgrid(*(ndtri((np.arange(k) + 0.5) / k) for k in steps))
        x1, x2, c = (axis.ravel() for axis in axes)
        return (self.outcome(x1, x2, c), *self.forecasts(x1, x2))


def truths(world: World, threshold: float) -> dict[str, float]:
    """Scores of the population, where a row of it is an event and a non-event, weighing their chances."""
    q, *both = world.grid()
    y, w = np.repeat([1.0, 0.0], q.size), np.concatenate([q, 1 - q])
    values = [vars_of(scores(y, np.tile(p, 2), w)) for p in both]
    found = {f"bootstrap {name}": values[0][name] for name in BOOTSTRAPPED[:4]}
    found["bootstrap f1"] = f_beta(y, np.tile(both[0], 2), w, threshold=threshold).value
    return found | {f"difference {name}": values[0][name] - values[1][name] for name in COMPARED}


def vars_of(record: Any) -> dict[str, float]:
    """Fields of a record."""
    return {name: getattr(record, name) for name in record.__struct_fields__}


def estimates(
    world: World, threshold: float, replicates: int, rng: np.random.Generator
) -> Iterator[tuple[str, Estimate | None]]:
    """Yield all intervals of one sample."""
    y, a, b, cluster = world.sample(rng)
    while not 2 <= y.sum() <= y.size - 2:
        y, a, b, cluster = world.sample(rng)
    clusters = cluster if world.size > 1 else None
    f1 = lambda y, p, w: f_beta(y, p, w, threshold=threshold)  # noqa: E731
    for name in BOOTSTRAPPED:
        metric = f1 if name == "f1" else name
        # A seed of its own for each sample: one set of draws would err alike in all of them.
        seed = int(rng.integers(2**32))
        found = bootstrap(y, a, metric, clusters=clusters, replicates=replicates, seed=seed)
        yield f"bootstrap {name}", found
    result = compare(y, a, b, clusters=clusters)
    for name in COMPARED:
        yield f"difference {name}", getattr(result, name).difference


WORLDS = (
    World("33 % events", 200, -1.0),
    World("33 % events", 1000, -1.0),
    World("10 % events", 250, -3.0),
    World("10 % events", 500, -3.0),
    World("10 % events", 2000, -3.0),
    World("2 % events", 2500, -5.2),
    World("33 % events, 60 clusters of 5", 300, -1.0, 5, 1.0),
    World("33 % events, 200 clusters of 5", 1000, -1.0, 5, 1.0),
)


def row(world: World, samples: int, replicates: int, seed: int) -> str:
    """Return the row of one world as Markdown."""
    q, a, _ = world.grid()
    threshold = float(np.quantile(a, 1 - q.mean()))
    truth, rng = truths(world, threshold), np.random.default_rng(seed)
    held, given = dict.fromkeys(truth, 0), dict.fromkeys(truth, 0)
    for _ in range(samples):
        for name, found in estimates(world, threshold, replicates, rng):
            if found is not None and found.low is not None and found.high is not None:
                given[name] += 1
                held[name] += found.low <= truth[name] <= found.high
    shares = " | ".join(
        f"{100 * held[name] / given[name]:.1f}" + ("" if given[name] == samples else f" ({given[name]})")
        if given[name]
        else "none"
        for name in truth
    )
    return f"| {world.name} | {world.n} | {world.n * q.mean():.0f} | {shares} |"


def study(samples: int, replicates: int, seed: int) -> str:
    """Return the table of all worlds as Markdown."""
    error = 100 * np.sqrt(0.95 * 0.05 / samples)
    columns = [f"{name}, bootstrap" for name in BOOTSTRAPPED] + [f"{name}, difference" for name in COMPARED]
    lines = [
        "# Coverage of the 95 % intervals of `bootstrap` and `compare`",
        "",
        f"Written by `coverage_resampling.py`: {samples} samples a row, {replicates} replicates each, seed {seed}; per "
        f"cent of the intervals given that hold the truth (Monte Carlo error {error:.1f}), and in how many samples one "
        "was given where not in all. F1 at the threshold that calls as many rows as there are events.",
        "",
        f"| world | rows | events | {' | '.join(columns)} |",
        f"|---|--:|--:|{'--:|' * len(columns)}",
    ]
    for world in WORLDS:
        lines.append(row(world, samples, replicates, seed))
        print(lines[-1], flush=True)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=800)
    parser.add_argument("--replicates", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text = study(options.samples, options.replicates, options.seed)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
