"""How often the bands of reliability diagrams hold, and whether p-values of calibration measures are uniform.

Log-odds eta are normal and the forecast is sigmoid(eta); events happen with this probability, or, where forecasts are
to be bad, with probability sigmoid(shift + stretch * eta). Run

    python -m benchmarks.coverage_bands      # 400 samples a cell, some half an hour; writes coverage_bands.md beside

Same seed, same numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ogive._kernels import isotonic_pools
from ogive.functions import logit, sigmoid
from ogive.metrics import (
    ReliabilityDiagram,
    SamplingWeights,
    evaluate,
    reliability_diagram,
)

Vector = NDArray[np.float64]
# Rarer, what is said of 95 % cannot be held: see the column of events.
FEWEST = 2


@dataclass(frozen=True)
class World:
    """Where samples come from."""

    name: str
    mean: float
    sd: float
    shift: float = 0.0
    stretch: float = 1.0

    def truth(self, p: Vector) -> Vector:
        """Probability of the event at a forecast."""
        return np.asarray(sigmoid(self.shift + self.stretch * logit(p)))

    def sample(self, n: int, rng: np.random.Generator) -> tuple[Vector, Vector]:
        """Draw outcomes and forecasts of n rows, with both classes."""
        while True:
            p = sigmoid(rng.normal(self.mean, self.sd, n))
            y = (rng.random(n) < self.truth(p)).astype(float)
            if FEWEST <= y.sum() <= n - FEWEST:
                return y, p


CALIBRATED = (
    World("50 %, AUC 0.73", 0.0, 1.0),
    World("50 %, AUC 0.93", 0.0, 3.0),
    World("20 %, AUC 0.95", -3.4, 3.5),
    World("7 %, AUC 0.75", -3.0, 1.0),
    World("2 %, AUC 0.80", -4.6, 1.3),
)
BAD = (
    World("50 %, too extreme", 0.0, 2.0, -0.3, 0.6),
    World("50 %, too timid", 0.0, 0.6, 0.2, 2.0),
    World("10 %, too high", -1.5, 1.5, -1.0, 1.0),
    World("2 %, too extreme", -5.5, 2.0, 0.3, 0.8),
    World("50 %, no information", 0.0, 1.5, 0.0, 0.0),
)
SIZES = (200, 1000, 5000, 20000)
MEASURES = (
    "ECE",
    "smooth ECE",
    "ICI",
    "E50",
    "E90",
    "Emax",
    "miscalibration",
    "Spiegelhalter",
    "Hosmer-Lemeshow",
)


@dataclass
class Tally:
    """Shares of rows, each at the nearest point of the curve, at which a band holds; and its mean width."""

    held: float = 0.0
    width: float = 0.0
    tenths: Vector | float = 0.0

    def add(self, p: Vector, at: Vector, low: Vector, high: Vector, value: Vector, repeats: int) -> None:
        """Add one sample of `repeats`: a value that should lie within the limits."""
        within = (low <= value + 1e-12) & (value <= high + 1e-12)
        nearest = np.searchsorted((at[1:] + at[:-1]) / 2, np.sort(p))
        rows = within[nearest]
        self.held += 100 * float(rows.mean()) / repeats
        self.width += float((high - low)[nearest].mean()) / repeats
        self.tenths = self.tenths + np.array(
            [100 * part.mean() / repeats for part in np.array_split(rows, 10)]
        )

    def __str__(self) -> str:
        return f"{self.held:.1f} ({np.min(self.tenths):.0f} – {np.max(self.tenths):.0f})"


def resampled(
    y: Vector, p: Vector, at: Vector, rng: np.random.Generator, draws: int = 99
) -> tuple[Vector, Vector]:
    """Percentile limits of isotonic fits to outcomes redrawn from the isotonic fit: what does not hold."""
    order = np.argsort(p)

    def fit(outcome: Vector) -> Vector:
        bounds = isotonic_pools(outcome, 1 - outcome)
        return np.repeat(np.add.reduceat(outcome, bounds[:-1]) / np.diff(bounds), np.diff(bounds))

    curve, place = fit(y[order]), np.minimum(np.searchsorted(p[order], at), p.size - 1)
    fits = np.sort([fit((rng.random(p.size) < curve).astype(float))[place] for _ in range(draws)], axis=0)
    k = max(round((draws + 1) * 0.025), 1)
    return fits[k - 1], fits[draws - k]


def limits(diagram: ReliabilityDiagram) -> tuple[Vector, Vector, Vector, Vector]:
    """Return points, limits and curve of a diagram."""
    return tuple(np.array(v) for v in (diagram.p, diagram.low, diagram.high, diagram.observed))  # type: ignore[return-value]


def bands(world: World, n: int, repeats: int, seed: int) -> tuple[float, Tally, Tally, Tally]:
    """Mean events; how the consistency band holds the curve and the confidence bands hold the truth.

    Of outcomes redrawn from the forecasts, for the consistency band, and of the world's own for the others.
    """
    rng, events = np.random.default_rng(seed), 0.0
    consistency, confidence, percentile = Tally(), Tally(), Tally()
    for _ in range(repeats):
        y, p = world.sample(n, rng)
        events += y.sum() / repeats
        fair = (rng.random(n) < p).astype(float)
        at, low, high, curve = limits(reliability_diagram(fair, p))
        consistency.add(p, at, low, high, curve, repeats)
        at, low, high, _ = limits(reliability_diagram(y, p, band="confidence", draws=39))
        confidence.add(p, at, low, high, world.truth(at), repeats)
        percentile.add(p, at, *resampled(y, p, at, rng), world.truth(at), repeats)
    return events, consistency, confidence, percentile


def p_values(y: Vector, p: Vector, w: SamplingWeights | None = None) -> Iterator[float]:
    """Yield the p-values of an evaluation, in the order of MEASURES."""
    found = evaluate(y, p, w)
    measures, diagram = found.calibration_measures, found.diagram
    assert measures is not None and diagram is not None  # noqa: PT018
    far = measures.distances
    for error in (
        measures.ece,
        measures.smooth_ece,
        far.ici,
        far.e50,
        far.e90,
        far.emax,
        diagram.miscalibration,
    ):
        yield error.p_value
    for test in (measures.spiegelhalter, measures.hosmer_lemeshow):
        yield float("nan") if test.p_value is None else test.p_value


def rejected(world: World, n: int, repeats: int, seed: int, *, sampled: bool = False) -> Vector:
    """Per cent of samples of calibrated forecasts with a p-value of 0.05 or less, in the order of MEASURES.

    `sampled` keeps one non-event in five and declares the weights.
    """
    rng = np.random.default_rng(seed)
    low = np.zeros(len(MEASURES))
    for _ in range(repeats):
        y, p = world.sample(n, rng)
        w = None
        if sampled:
            kept = (y == 1) | (rng.random(n) < 0.2)
            y, p, w = y[kept], p[kept], SamplingWeights(np.where(y == 1, 1.0, 5.0)[kept])
        low += 100 * (np.array(list(p_values(y, p, w))) <= 0.05) / repeats
    return low


def study(repeats: int, seed: int) -> str:
    """Return both tables as Markdown."""
    error = 100 * np.sqrt(0.95 * 0.05 / repeats)
    lines = [
        "# Bands of reliability diagrams and p-values of calibration measures",
        "",
        f"Written by `python -m benchmarks.coverage_bands`: {repeats} samples a row, half of them for bands, seed "
        f"{seed}. Worlds as in the program, named by prevalence and AUC.",
        "",
        "## Bands",
        "",
        "Per cent of the rows at whose probability the band holds, nominally 95, and in brackets the same in the tenth "
        "of the rows, ordered by probability, where it is smallest and largest; mean width. The consistency band is to "
        "hold the isotonic curve of outcomes that are calibrated, the confidence band the true probability of the "
        "event. Resampling from the isotonic fit, which the package does not do, is here to show why.",
        "",
        "| world | rows | events | consistency | width | confidence | width | resampled | width |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for world in (*CALIBRATED, *BAD):
        for n in SIZES:
            events, *tallies = bands(world, n, repeats // 2, seed)
            cells = " | ".join(f"{t} | {t.width:.3f}" for t in tallies)
            lines.append(f"| {world.name} | {n} | {events:.0f} | {cells} |")
    lines += [
        "",
        "## p-values",
        "",
        f"Per cent of samples of calibrated forecasts with p ≤ 0.05, nominally 5 (Monte Carlo error {error:.1f}). In "
        "rows marked with a star one non-event in five was kept, with sampling weights. The last two take their "
        "p-values from the normal and the chi-square distribution, which need more events than some rows have.",
        "",
        "| world | rows | " + " | ".join(MEASURES) + " |",
        "|---|--:|" + "--:|" * len(MEASURES),
    ]
    for world in CALIBRATED:
        for n in SIZES:
            shares = " | ".join(f"{share:.1f}" for share in rejected(world, n, repeats, seed))
            lines.append(f"| {world.name} | {n} | {shares} |")
        shares = " | ".join(f"{share:.1f}" for share in rejected(world, 5000, repeats, seed, sampled=True))
        lines.append(f"| {world.name} * | 5000 | {shares} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text = study(options.repeats, options.seed)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
