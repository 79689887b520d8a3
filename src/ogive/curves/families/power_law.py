"""Power law of learning: what is still to be gained falls with a power of the number of rows."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant, first_place
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import AMOUNT_THERE, FLOOR, GROWTH, THERE


def _gain(z: Vector) -> Vector:
    return np.asarray(z[AMOUNT_THERE] * np.exp(-z[GROWTH] * z[THERE]))


def _with_gain(z: Vector, value: float) -> None:
    z[AMOUNT_THERE] = value * np.exp(z[GROWTH] * z[THERE])


def _exponent(z: Vector) -> Vector:
    return np.asarray(-z[GROWTH])


def _with_exponent(z: Vector, value: float) -> None:
    z[GROWTH] = -value


# An exponential over log x.
POWER_LAW = Family(
    name="power-law",
    title="power law of learning",
    kind="learning",
    formula="limit + gain * x**-exponent",
    source="Hestness et al., Deep learning scaling is predictable, empirically, arXiv:1712.00409 (2017)",
    parameters=(
        Reading("limit", "level that no number of rows goes beyond", "y", FLOOR),
        Computed(
            name="exponent",
            meaning="power of x with which what is left falls",
            unit="",
            part=GROWTH,
            read=_exponent,
            write=_with_exponent,
        ),
        Computed(
            name="gain",
            meaning="level at x = 1 less the limit; negative where y rises",
            unit="y x**exponent",
            read=_gain,
            write=_with_gain,
        ),
    ),
    variants=(Variant("exponential", high={GROWTH: 0.0}, decided={THERE: first_place}),),
    scale="log",
)
