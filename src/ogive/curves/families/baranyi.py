"""Growth of bacteria after a lag, as natural logarithms of their number."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import FINAL, FOLD, GROWTH_RATE, LAG, RATIO, START


def _initial(z: Vector) -> Vector:
    return np.asarray(z[FINAL] - z[FOLD] * z[RATIO])


def _with_initial(z: Vector, value: float) -> None:
    z[RATIO] = (z[FINAL] - value) / z[FOLD]


# How a number grows is not the same in other units of its logarithm: what y has for a factor of e is held, 1 here.
BARANYI = Family(
    name="baranyi",
    title="Baranyi-Roberts growth, natural logarithms",
    kind="growth",
    formula="final + log((exp(rate * x) + exp(rate * lag) - 1) "
    "/ (exp(rate * x) - 1 + exp(rate * lag + final - initial)))",
    source="Baranyi and Roberts, A dynamic approach to predicting bacterial growth in food, "
    "Int. J. Food Microbiol. 23 (1994)",
    parameters=(
        Reading("final", "logarithm of the number in the end", "y", FINAL),
        Computed(
            name="initial",
            meaning="logarithm of the number at x = 0",
            unit="y",
            read=_initial,
            write=_with_initial,
        ),
        Reading("rate", "largest relative growth rate", "1/x", GROWTH_RATE, exponential=True),
        Reading("lag", "time before growth", "x", LAG),
    ),
    variants=(Variant("baranyi", {FOLD: 1.0, START: 0.0}, low={LAG: 0.0}),),
)
