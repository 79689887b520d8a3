"""How often the intervals of fitted curves, and their bands, hold the truth.

Samples are drawn about curves of known parameters. Counted are 95 % profile intervals of parameters that the points
determine, limits of those that they do not determine (which have one side only), Wald's intervals beside them, and
prediction bands of growth that was seen before its inflection only, at twice the horizon. Run

    python -m benchmarks.coverage_curves            # 4,000 samples a world; writes coverage_curves.md beside

Same seed, same numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves import CurveFit, family, fit
from ogive.curves.engine import Noise
from ogive.curves.intervals import Method

LEVEL = 0.95
METHODS: tuple[Method, Method] = ("profile", "wald")
Draw = Callable[[Vector, np.random.Generator], Vector]


@dataclass(frozen=True)
class World:
    """Where samples come from: a family, its true parameters, places, and how the points scatter."""

    title: str
    family: str
    truth: dict[str, float]
    x: Vector
    draw: Draw
    noise: Noise = "gaussian"
    weights: float = 1.0
    later: tuple[float, ...] = field(default=())  # places of new observations, beyond the points
    most: int = 4000  # samples, where each takes long

    def curve(self, x: Vector) -> Vector:
        """Return the true curve."""
        one = family(self.family)
        signed = [reading for reading in one.parameters if reading.signed]
        variant = len(one.variants) - 1 if signed and self.truth[signed[0].name] < 0 else 0
        return one.value(x, one.canonical(self.truth, variant), variant)

    def fitted(self, samples: int, method: Method, rng: np.random.Generator) -> CurveFit:
        """Draw samples, and fit them all at once."""
        exact = self.curve(self.x)
        y = np.concatenate([self.draw(exact, rng) for _ in range(samples)])
        x, by = np.tile(self.x, samples), np.repeat(np.arange(samples), self.x.size)
        weights = np.full(x.size, self.weights)
        return fit(
            x, y, family=self.family, by=by, weights=weights, noise=self.noise, level=LEVEL, intervals=method
        )


def normal(sd: float) -> Draw:
    """Draw with the same spread everywhere."""
    return lambda exact, rng: exact + rng.normal(0, sd, exact.size)


def counts(exact: Vector, rng: np.random.Generator) -> Vector:
    """Draw counts."""
    return rng.poisson(exact).astype(float)


def more_varied(exact: Vector, rng: np.random.Generator) -> Vector:
    """Draw counts of a negative binomial distribution of size 6."""
    return rng.negative_binomial(6, 6 / (6 + exact)).astype(float)


def shares(trials: int) -> Draw:
    """Draw shares of trials."""
    return lambda exact, rng: rng.binomial(trials, exact) / trials


DOSES = np.repeat(np.logspace(-9, -4, 8), 3)
ASSAY = {"bottom": 5.0, "top": 100.0, "ec50": 3e-7, "slope": 1.2}
GROWTH = {"capacity": 100.0, "midpoint": 30.0, "rate": 0.2}
YEARS = np.arange(1960.0, 2021.0, 3.0)
WORLDS = (
    World("growth, both ends seen", "logistic", GROWTH, np.linspace(0, 60, 21), normal(3)),
    World("growth, ten points, much noise", "logistic", GROWTH, np.linspace(0, 60, 10), normal(8)),
    World("growth over years", "logistic", GROWTH | {"midpoint": 1990.0}, YEARS, normal(5)),
    World("Gompertz growth", "gompertz", GROWTH | {"rate": 0.1}, np.linspace(0, 60, 21), normal(3)),
    World("assay, both levels seen", "ll4", ASSAY, DOSES, normal(5)),
    World("assay, falling", "ll4", ASSAY | {"slope": -0.9}, DOSES, normal(5)),
    World("assay, upper level not reached", "ll4", ASSAY | {"ec50": 6e-5}, DOSES, normal(4)),
    World("assay, one dose between the levels", "ll4", ASSAY | {"slope": 6.0}, DOSES, normal(4)),
    World(
        "counts of growth", "logistic", GROWTH | {"capacity": 40.0}, np.linspace(0, 60, 21), counts, "poisson"
    ),
    World(
        "firing rates, counts",
        "naka-rushton",
        {"baseline": 4.0, "gain": 40.0, "c50": 0.2, "exponent": 2.5},
        np.repeat(np.logspace(-2, 0, 9), 4),
        counts,
        "poisson",
    ),
    World(
        "answers, 40 trials a level",
        "psychometric",
        {"guess": 0.5, "lapse": 0.03, "threshold": 4.0, "slope": 1.2},
        np.linspace(0, 8, 9),
        shares(40),
        "binomial",
        40.0,
    ),
    World(
        "growth before its inflection", "logistic", GROWTH, np.linspace(0, 27, 19), normal(1), later=(54.0,)
    ),
    World(
        "growth well before its inflection",
        "logistic",
        GROWTH,
        np.linspace(0, 22, 19),
        normal(0.7),
        later=(44.0,),
    ),
    World(
        "Gompertz growth before its inflection",
        "gompertz",
        GROWTH | {"rate": 0.1},
        np.linspace(0, 27, 19),
        normal(1),
        later=(54.0,),
    ),
    World(
        "counts before their inflection, more varied than Poisson's (500 samples)",
        "logistic",
        GROWTH | {"capacity": 400.0},
        np.linspace(0, 27, 19),
        more_varied,
        "negative-binomial",
        later=(54.0,),
        most=500,
    ),
    World(
        "the same, ten points (500 samples)",
        "logistic",
        GROWTH | {"capacity": 400.0},
        np.linspace(0, 27, 10),
        more_varied,
        "negative-binomial",
        later=(54.0,),
        most=500,
    ),
)


def share(hits: Vector) -> str:
    """Per cent, and of how many where they are not all."""
    return f"{100 * hits.mean():.1f}" if hits.size else ""


@dataclass(frozen=True)
class Held:
    """Of the samples of a world, (samples,): whether the limits hold the truth, and whether there are both, or one."""

    holds: NDArray[np.bool_]
    both: NDArray[np.bool_]
    one: NDArray[np.bool_]


def held(world: World, found: CurveFit) -> dict[str, Held]:
    """Return for each parameter which limits hold its true value."""
    counted = {}
    for name, (low, high) in found.limits.items():
        truth, finite = world.truth[name], (np.isfinite(low), np.isfinite(high))
        counted[name] = Held((low <= truth) & (truth <= high), finite[0] & finite[1], finite[0] ^ finite[1])
    return counted


def foreseen(world: World, found: CurveFit, later: float, rng: np.random.Generator) -> Held:
    """Return which prediction bands hold a new observation at a later place."""
    at = np.full(len(found.groups), later)
    new = world.draw(world.curve(at), rng)
    band = found.predict(at, by=np.array(found.groups), interval="prediction")
    finite = np.isfinite(band.low), np.isfinite(band.high)
    return Held((band.low <= new) & (new <= band.high), finite[0] & finite[1], finite[0] ^ finite[1])


def parameters(world: World, samples: int, seed: int) -> list[str]:
    """Rows of the table of one world's parameters."""
    profile = held(world, world.fitted(samples, "profile", np.random.default_rng(seed)))
    other = world.fitted(samples, "wald", np.random.default_rng(seed))
    wald = held(world, other)
    rows = []
    for name, own in profile.items():
        valid = np.isfinite(other.standard_errors[name])
        rows.append(
            f"| {world.title} | {name} | {share(own.holds)} | {share(own.holds[own.both])} "
            f"| {100 * own.both.mean():.0f} | {share(own.holds[own.one])} | {100 * own.one.mean():.0f} "
            f"| {share(wald[name].holds[valid])} |"
        )
    return rows


def forecasts(world: World, samples: int, seed: int) -> list[str]:
    """Rows of the table of one world's forecasts."""
    rows = []
    for later in world.later:
        bands = []
        for method in METHODS:
            rng = np.random.default_rng(seed)
            bands.append(foreseen(world, world.fitted(samples, method, rng), later, rng))
        own, wald = bands
        rows.append(
            f"| {world.title} | {world.x.max():g} | {later:g} | {share(own.holds)} "
            f"| {100 * own.one.mean():.0f} | {share(wald.holds)} |"
        )
    return rows


def page(samples: int, seed: int) -> str:
    """Write the study."""
    lines = [
        "# Coverage of the intervals of curves",
        "",
        f"Written by `coverage_curves.py`: {samples:,} samples a world unless said, seed {seed}; per cent of "
        f"nominal 95 % intervals that hold the truth (Monte Carlo error {100 * np.sqrt(0.05 * 0.95 / samples):.1f}).",
        "",
        "## Parameters",
        "",
        "*Closed* are profile intervals with both limits, *open* those with one, where the points set no other; beside "
        "each how many per cent of the samples have one. Which it is depends on the sample, so where both happen the "
        "column of *all* is what counts. Wald's are given where a standard error is.",
        "",
        "| world | parameter | all | closed | of | open | of | Wald |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
        *(row for world in WORLDS for row in parameters(world, min(samples, world.most), seed)),
        "",
        "## Forecasts before the inflection",
        "",
        "Prediction bands of a new observation at twice the horizon; *open* is the per cent without an upper limit. "
        "Both tables count that the size of negative binomial counts is not known.",
        "",
        "| world | seen until | at | profile | open | delta method |",
        "|---|--:|--:|--:|--:|--:|",
        *(row for world in WORLDS if world.later for row in forecasts(world, min(samples, world.most), seed)),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the study."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text = page(options.samples, options.seed)
    Path(__file__).with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
