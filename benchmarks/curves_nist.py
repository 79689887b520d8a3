"""Digits that fits of user functions share with NIST's certified values, from both official starts, beside SciPy.

The sets of nonlinear regression of NIST's Statistical Reference Datasets that stand in ../shared/data are fitted as
functions of (x, b1, b2, ...) with no derivatives given. Digits are -log10 of the largest relative error over the
parameters, over their standard deviations, and of the residual sum of squares; 11 are printed there. Run

    python -m benchmarks.curves_nist        # writes curves_nist.md
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy import cos, exp, pi, sin
from numpy.typing import NDArray

from ogive.curves import fit

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT.parent / "shared" / "data" / "reference" / "nist_strd"
Vector = NDArray[np.float64]


def gauss(x, b1, b2, b3, b4, b5, b6, b7, b8):
    return b1 * exp(-b2 * x) + b3 * exp(-((x - b4) ** 2) / b5**2) + b6 * exp(-((x - b7) ** 2) / b8**2)


def lanczos(x, b1, b2, b3, b4, b5, b6):
    return b1 * exp(-b2 * x) + b3 * exp(-b4 * x) + b5 * exp(-b6 * x)


def chwirut(x, b1, b2, b3):
    return exp(-b1 * x) / (b2 + b3 * x)


def enso(x, b1, b2, b3, b4, b5, b6, b7, b8, b9):
    def wave(period, c, s):
        return c * cos(2 * pi * x / period) + s * sin(2 * pi * x / period)

    return b1 + wave(12, b2, b3) + wave(b4, b5, b6) + wave(b7, b8, b9)


def thurber(x, b1, b2, b3, b4, b5, b6, b7):
    return (b1 + b2 * x + b3 * x**2 + b4 * x**3) / (1 + b5 * x + b6 * x**2 + b7 * x**3)


MODELS: dict[str, Callable[..., Any]] = {
    "Bennett5": lambda x, b1, b2, b3: b1 * (b2 + x) ** (-1 / b3),
    "Chwirut1": chwirut,
    "Chwirut2": chwirut,
    "DanWood": lambda x, b1, b2: b1 * x**b2,
    "ENSO": enso,
    "Eckerle4": lambda x, b1, b2, b3: (b1 / b2) * exp(-0.5 * ((x - b3) / b2) ** 2),
    "Gauss1": gauss,
    "Gauss2": gauss,
    "Kirby2": lambda x, b1, b2, b3, b4, b5: (b1 + b2 * x + b3 * x**2) / (1 + b4 * x + b5 * x**2),
    "Lanczos1": lanczos,
    "Lanczos2": lanczos,
    "Lanczos3": lanczos,
    "MGH10": lambda x, b1, b2, b3: b1 * exp(b2 / (x + b3)),
    "Misra1a": lambda x, b1, b2: b1 * (1 - exp(-b2 * x)),
    "Misra1b": lambda x, b1, b2: b1 * (1 - (1 + b2 * x / 2) ** (-2)),
    "Misra1c": lambda x, b1, b2: b1 * (1 - (1 + 2 * b2 * x) ** (-0.5)),
    "Nelson": lambda x, b1, b2, b3: b1 - b2 * x[:, 0] * exp(-b3 * x[:, 1]),
    "Rat42": lambda x, b1, b2, b3: b1 / (1 + exp(b2 - b3 * x)),
    "Thurber": thurber,
}


PAGE = """# Digits shared with NIST's certified values

Written by `curves_nist.py`: the smallest number of digits over the parameters, over their standard deviations, and of
the residual sum of squares (RSS), from NIST's starts 1 and 2, with no derivatives given; at most 11, as many are
certified. SciPy is `curve_fit(function, x, y, start)` as it comes. Residuals of Lanczos1 are 1e-13: the points
themselves, rounded to double precision, leave 3 digits of them. The last column says whether a fit without any start
comes to the certified RSS (terms of a sum may come in another order).

From start 1, curve_fit raises on {raised[0]} of {sets} sets and has fewer than 9 digits on {short[0]} more; from start
2, {raised[1]} and {short[1]}.

| set | 1: parameters | deviations | RSS | SciPy | 2: parameters | deviations | RSS | SciPy | without a start |
|---|--:|--:|--:|--:|--:|--:|--:|--:|---|
{rows}
"""


@dataclass(frozen=True)
class Certified:
    """A set: its points, both starts, and what is certified."""

    x: Vector
    y: Vector
    starts: tuple[list[float], list[float]]
    values: Vector
    deviations: Vector
    rss: float


def certified(name: str, folder: Path = FOLDER) -> Certified:
    """Read a set from NIST's file, whose points begin at line 61."""
    about = json.loads((folder / "certified_values.json").read_text())[name]
    lines = (folder / f"{name}.dat").read_text().splitlines()[60:]
    table = np.array([line.split() for line in lines if line.strip()], dtype=float)
    y = np.log(table[:, 0]) if name == "Nelson" else table[:, 0].copy()
    x = table[:, 1:].copy() if table.shape[1] > 2 else table[:, 1].copy()
    starts = about["start1"], about["start2"]
    return Certified(x, y, starts, np.array(about["certified"]), np.array(about["std_dev"]), about["rss"])


def fitted(
    function: Callable[..., Any], one: Certified, start: list[float] | None
) -> tuple[Vector, Vector, float]:
    """Fit a set: parameters, their standard deviations, residual sum of squares; a start that is None is searched."""
    names = [f"b{k + 1}" for k in range(one.values.size)]
    given = None if start is None else dict(zip(names, start, strict=True))
    found = fit(one.x, one.y, family=function, start=given, intervals="wald")
    values, spread = (
        np.array([each[name][0] for name in names]) for each in (found.values, found.standard_errors)
    )
    return values, spread, float(found.deviance[0])


def digits(found: Vector | float, said: Vector | float) -> float:
    """Digits that agree, at most 11: as many are certified."""
    error = np.max(np.abs(np.asarray(found) - said) / np.abs(said))
    return float(min(-np.log10(max(error, 1e-300)), 11.0))


def of_scipy(name: str, one: Certified, start: list[float]) -> str:
    """Digits of the parameters by SciPy's curve_fit as it comes, or that it raised."""
    from scipy.optimize import curve_fit

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return f"{digits(curve_fit(MODELS[name], one.x, one.y, start)[0], one.values):.1f}"
        except RuntimeError:
            return "raised"


def main() -> None:
    rows, short, raised = [], [0, 0], [0, 0]
    for name, function in MODELS.items():
        one = certified(name)
        cells = []
        for k, start in enumerate(one.starts):
            z, spread, rss = fitted(function, one, start)
            scipy = of_scipy(name, one, start)
            raised[k] += scipy == "raised"
            short[k] += scipy != "raised" and float(scipy) < 9
            own = digits(z, one.values), digits(spread, one.deviations), digits(rss, one.rss)
            cells += [*(f"{d:.1f}" for d in own), scipy]
        rss = fitted(function, one, None)[2]
        cells.append(
            "yes"
            if rss < one.rss * (1.01 if name == "Lanczos1" else 1 + 1e-8)
            else f"no, {rss / one.rss:.2g} x"
        )
        rows.append(f"| {name} | {' | '.join(cells)} |")
    text = PAGE.format(sets=len(rows), raised=raised, short=short, rows="\n".join(rows))
    Path(__file__).with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
