"""Growth in two waves."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import CENTRE, FRACTION, GAP, LEFT, RATE, RIGHT, SECOND_RATE


def _first(z: Vector) -> Vector:
    return np.asarray(z[FRACTION] * z[RIGHT])


def _second(z: Vector) -> Vector:
    return np.asarray((1 - z[FRACTION]) * z[RIGHT])


def _put(z: Vector, first: float, second: float) -> None:
    z[RIGHT], z[FRACTION] = first + second, first / (first + second)


def _with_first(z: Vector, value: float) -> None:
    _put(z, value, float(_second(z)))


def _with_second(z: Vector, value: float) -> None:
    _put(z, float(_first(z)), value)


def _midpoint(z: Vector) -> Vector:
    return np.asarray(z[CENTRE] + np.exp(z[GAP]))


def _with_midpoint(z: Vector, value: float) -> None:
    z[GAP] = np.log(value - z[CENTRE])


BI_LOGISTIC = Family(
    name="bi-logistic",
    title="bi-logistic growth",
    kind="growth",
    formula="capacity_first / (1 + exp(-rate_first * (x - midpoint_first))) "
    "+ capacity_second / (1 + exp(-rate_second * (x - midpoint_second)))",
    source="Meyer, Bi-logistic growth, Technol. Forecast. Soc. Change 47 (1994)",
    parameters=(
        Computed(
            name="capacity_first",
            meaning="what the first wave leads to",
            unit="y",
            read=_first,
            write=_with_first,
        ),
        Reading("midpoint_first", "where half of the first wave is over", "x", CENTRE),
        Reading("rate_first", "rate of the first wave", "1/x", RATE, exponential=True),
        Computed(
            name="capacity_second",
            meaning="what the second wave adds",
            unit="y",
            read=_second,
            write=_with_second,
        ),
        Computed(
            name="midpoint_second",
            meaning="where half of the second wave is over",
            unit="x",
            read=_midpoint,
            write=_with_midpoint,
        ),
        Reading("rate_second", "rate of the second wave", "1/x", SECOND_RATE, exponential=True),
    ),
    variants=(Variant("two logistics", {LEFT: 0.0}, low={FRACTION: 0.0}, high={FRACTION: 1.0}),),
)
