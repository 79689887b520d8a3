"""Whether curves that are fitted without a start come to the best optimum that there is.

1,000 simulated sets each of eight kinds of curve. The best known optimum of a set is the lowest of 200 descents from
random starts within the same bounds, by the same core, and of our own fit; for some of the sets SciPy's bounded
`least_squares` descends from 200 random starts as well, and knows nothing of ours. A fit reaches it where its sum of
squares is no more than 1e-8 above, relatively. Beside it `scipy.optimize.curve_fit` with its default start (all ones),
and with the start that is best on a grid over the points. Run

    python -m benchmarks.curves_optimum            # a quarter of an hour; writes curves_optimum.md beside

Same seed, same numbers.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit, least_squares

from ogive._base import Vector
from ogive._kernels import fit_curves
from ogive.curves import CurveFit, Family, family, fit
from ogive.curves.likelihood import Likelihood
from ogive.curves.shapes import LEFT, RIGHT, Shape

STARTS, NEAR = 200, 1e-8


@dataclass(frozen=True)
class Kind:
    """A kind of curve: its family, places, spread of the noise, and how the parameters of a set are drawn."""

    title: str
    family: str
    x: Vector
    noise: float
    draw: Callable[[np.random.Generator], dict[str, float]]


def growing(
    first: float, last: float, rate: float = 1.0
) -> Callable[[np.random.Generator], dict[str, float]]:
    """Draw growth whose midpoint lies within the time that is seen, or a little beyond."""
    span = last - first
    return lambda rng: {
        "capacity": 10 ** rng.uniform(-2, 4),
        "midpoint": first + span * rng.uniform(0.1, 1.1),
        "rate": rate * 10 ** rng.uniform(0.6, 1.7) / span,
    }


def dosed(unit: float, *, asymmetric: bool = False) -> Callable[[np.random.Generator], dict[str, float]]:
    """Draw assays, half of which fall."""

    def draw(rng: np.random.Generator) -> dict[str, float]:
        bottom = rng.normal(0, 10)
        location = unit * 10 ** rng.uniform(-8.5, -4.5)
        found = {
            "bottom": bottom,
            "top": bottom + rng.uniform(20, 100),
            "location" if asymmetric else "ec50": location,
            "slope": float(rng.choice([-1, 1]) * np.exp(rng.normal(0.1, 0.5))),
        }
        return found | ({"asymmetry": float(np.exp(rng.normal(0, 0.7)))} if asymmetric else {})

    return draw


def melting(rng: np.random.Generator) -> dict[str, float]:
    """Draw melting curves in degrees Celsius."""
    return {
        "tm": rng.uniform(40, 75),
        "enthalpy": rng.uniform(1e5, 6e5),
        "folded": rng.uniform(0, 0.3),
        "folded_slope": rng.uniform(-0.002, 0.004),
        "unfolded": rng.uniform(0.6, 1.2),
        "unfolded_slope": rng.uniform(-0.004, 0.002),
    }


MOLAR = np.repeat(np.logspace(-9, -4, 8), 3)
KINDS = (
    Kind("logistic growth, t in 0-1", "logistic", np.linspace(0, 1, 20), 0.05, growing(0, 1)),
    Kind("logistic growth, t in 0-60", "logistic", np.linspace(0, 60, 20), 0.05, growing(0, 60)),
    Kind("logistic growth, 1960-2020", "logistic", np.linspace(1960, 2020, 21), 0.05, growing(1960, 2020)),
    Kind("four-parameter, molar", "ll4", MOLAR, 0.06, dosed(1.0)),
    Kind("four-parameter, micromolar", "ll4", MOLAR * 1e6, 0.06, dosed(1e6)),
    Kind("five-parameter, molar", "ll5", MOLAR, 0.06, dosed(1.0, asymmetric=True)),
    Kind("Gompertz growth, t in 0-60", "gompertz", np.linspace(0, 60, 20), 0.05, growing(0, 60, 0.6)),
    Kind("melting, 25-95 degrees", "melt", np.linspace(25, 95, 36), 0.02, melting),
)


def drawn(kind: Kind, sets: int, rng: np.random.Generator) -> Vector:
    """Draw the values of all sets, (sets, points)."""
    one = family(kind.family)
    rows = []
    for _ in range(sets):
        values = kind.draw(rng)
        falls = values.get("slope", 1.0) < 0
        variant = len(one.variants) - 1 if falls else 0
        exact = one.value(kind.x, one.canonical(values, variant), variant)
        rows.append(exact + rng.normal(0, kind.noise * np.ptp(exact), exact.size))
    return np.array(rows)


def descents(found: CurveFit, rng: np.random.Generator, also: list[Vector] | None = None) -> Vector:
    """Lowest losses of descents from random starts, in the units of the core, (sets,).

    The first of them can be given: `also` is one a set for each variant, (sets, P), nan where there is none.
    """
    best = found.solutions.loss.copy()
    for number, likelihood in enumerate(found.solutions.likelihoods):
        shape = found.solutions.variants[number].made
        sets = len(likelihood.low)
        many = likelihood.take(np.repeat(np.arange(sets), STARTS))
        starts = random_starts(likelihood, sets, rng)
        if also is not None:
            known = np.clip(also[number], likelihood.low, likelihood.high)
            starts[:, 0] = np.where(np.isnan(known), starts[:, 0], known)
        given = starts.reshape(sets * STARTS, -1)
        held = (likelihood.low == likelihood.high).all(axis=0)
        z, loss = fit_curves(
            shape.name,
            many.t,
            many.before,
            many.y,
            many.root_weight,
            many.offsets,
            np.arange(len(given) + 1, dtype=np.int64),
            np.empty((0, shape.size - shape.coefficients)),
            np.empty(0, dtype=np.int64),
            1,
            held,
            np.zeros(shape.size, dtype=bool),
            given,
            many.low,
            many.high,
            0,
            1.0,
        )[:2]
        wanted = found.solutions.variants[number].rises
        if wanted is not None:
            loss[(z[:, RIGHT] > z[:, LEFT]) != wanted] = np.inf
        best = np.minimum(best, loss.reshape(sets, STARTS).min(axis=1))
    return best


def random_starts(likelihood: Likelihood, sets: int, rng: np.random.Generator) -> Vector:
    """Random starts, (sets, STARTS, P): levels about the points, places and rates over all that is sensible."""
    low = np.clip(likelihood.low, -2.0, None)[:sets, None, :]
    high = np.clip(likelihood.high, None, 5.0)[:sets, None, :]
    held = (likelihood.low == likelihood.high)[:sets, None, :]
    drawn_ = low + (high - low) * rng.random((sets, STARTS, low.shape[2]))
    return np.where(held, likelihood.low[:sets, None, :], drawn_)


def scipy_descents(found: CurveFit, sets: int, rng: np.random.Generator) -> Vector:
    """Lowest losses of SciPy's descents from random starts, of the first sets."""
    best = np.full(sets, np.inf)
    for number, likelihood in enumerate(found.solutions.likelihoods):
        variant = found.solutions.variants[number]
        starts = random_starts(likelihood, sets, rng)
        for k in range(sets):
            one = likelihood.take(np.array([k]))
            for start in starts[k]:
                z, cost = scipy_descent(variant.made, one, start)
                if variant.rises is None or (z[RIGHT] > z[LEFT]) == variant.rises:
                    best[k] = min(best[k], cost)
    return best


def scipy_descent(shape: Shape, likelihood: Likelihood, start: Vector) -> tuple[Vector, float]:
    """Descend from one start, within the bounds."""
    low, high, z = likelihood.low[0], likelihood.high[0], start.copy()
    free = low < high

    def both(p: Vector) -> tuple[Vector, Vector]:
        z[free] = p
        f, slopes = shape.values(likelihood.t, np.empty(0), likelihood.offsets, z[np.newaxis])
        return f - likelihood.y, slopes[free].T

    ended = least_squares(
        lambda p: both(p)[0],
        start[free],
        jac=lambda p: both(p)[1],
        bounds=(low[free], high[free]),
        x_scale="jac",
        max_nfev=200,
        ftol=1e-13,
        xtol=1e-13,
        gtol=1e-13,
    )
    z[free] = ended.x
    return z, float(ended.cost)


def as_function(one: Family) -> Callable[..., Vector]:
    """Return the family's formula as `curve_fit` wants it."""
    names = [reading.name for reading in one.parameters]
    formula = compile(one.formula, one.name, "eval")

    def function(x: Vector, *values: float) -> Vector:
        return np.asarray(eval(formula, {"exp": np.exp, "x": x} | dict(zip(names, values, strict=True))))

    return function


def gridded(one: Family, x: Vector, y: Vector) -> Vector:
    """Return the best start of a grid over the points, with levels by least squares, in the family's parameters."""
    t = one.place(x)
    middle, span = (t.min() + t.max()) / 2, np.ptp(t)
    best, loss = np.empty(0), np.inf
    for centre in np.linspace(-0.75, 0.75, 13):
        for rate in (2.5, 7.0, 20.0):
            for number, variant in enumerate(one.variants):
                z = np.zeros(variant.size)
                for index, value in variant.held.items():
                    z[index] = value
                place, log_rate = (variant.made.coefficients, variant.made.coefficients + 1)
                z[place], z[log_rate] = middle + centre * span, np.log(rate / span)
                columns = one.along(x, np.tile(z, (x.size, 1)), number)[1][:, : variant.made.coefficients]
                free = [j for j in range(variant.made.coefficients) if j not in variant.held]
                z[free] = np.linalg.lstsq(columns[:, free], y, rcond=None)[0]
                here = ((one.value(x, z, number) - y) ** 2).sum()
                if here < loss:
                    loss, best = here, np.array([float(r.value(z[np.newaxis])[0]) for r in one.parameters])
    return best


def peers(kind: Kind, y: Vector, best: Vector) -> tuple[float, float, float]:
    """Per cent of sets in which `curve_fit` reaches the best: by default, how often that is loud, and from a grid."""
    one = family(kind.family)
    function = as_function(one)
    reached, loud = np.zeros((2, len(y)), dtype=bool), np.zeros(len(y), dtype=bool)
    for k, values in enumerate(y):
        for number, start in enumerate((np.ones(len(one.parameters)), gridded(one, kind.x, values))):
            with warnings.catch_warnings(record=True) as said, np.errstate(all="ignore"):
                warnings.simplefilter("always", OptimizeWarning)
                try:
                    p = curve_fit(function, kind.x, values, p0=start)[0]
                    sum_ = ((function(kind.x, *p) - values) ** 2).sum()
                except (RuntimeError, ValueError):
                    sum_ = np.inf
                reached[number, k] = sum_ <= best[k] * (1 + 1e-6)
                loud[k] |= number == 0 and (bool(said) or not np.isfinite(sum_))
    return 100 * reached[0].mean(), 100 * loud.mean(), 100 * reached[1].mean()


def row(kind: Kind, sets: int, few: int, seed: int) -> tuple[str, int]:
    """One row of the table, and how many sets were missed."""
    rng = np.random.default_rng(seed)
    y = drawn(kind, sets, rng)
    by = np.repeat(np.arange(sets), kind.x.size)
    found = fit(np.tile(kind.x, sets), y.ravel(), family=kind.family, by=by, intervals="wald")
    best = descents(found, rng)
    ours = found.solutions.loss
    missed = ours > best * (1 + NEAR)
    bounded = found.solutions.bounded.any(axis=1)
    other = scipy_descents(found, few, rng)
    worse = (ours[:few] > other * (1 + NEAR)).sum()
    unit = found.solutions.scales.y_span**2
    default, loud, start = peers(kind, y, 2 * best * unit)
    line = (
        f"| {kind.title} | {100 * (~missed).mean():.1f} | {(missed & bounded).sum()} | {worse} of {few} "
        f"| {100 * bounded.mean():.1f} | {default:.1f} | {loud:.1f} | {start:.1f} |"
    )
    return line, int(missed.sum())


def page(sets: int, few: int, seed: int) -> str:
    """Write the study."""
    lines = [
        "# Whether the best optimum is found",
        "",
        f"Written by `curves_optimum.py`: {sets:,} simulated sets a row, seed {seed}. *Reached*: per cent of the sets "
        f"whose sum of squares is within 1e-8 (relative) of the best of {STARTS} descents from random starts; *missed, "
        "but said*: sets that do not, and whose answer is at a bound and reported as not determined; *SciPy lower*: "
        f"sets in which SciPy's bounded `least_squares` from {STARTS} random starts found less; *at a bound*: per cent "
        "of sets that do not determine a parameter. `curve_fit` is given 1e-6: with its default start, how often it "
        "raises or warns there, and with the best start of a grid over the points.",
        "",
        "| curve | reached | missed, but said | SciPy lower | at a bound | `curve_fit` | it raises or warns "
        "| `curve_fit`, good start |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *(row(kind, sets, few, seed)[0] for kind in KINDS),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the study."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=1000)
    parser.add_argument("--few", type=int, default=20, help="sets that SciPy descends in as well")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text = page(options.sets, options.few, options.seed)
    Path(__file__).with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
