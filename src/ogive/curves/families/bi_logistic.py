"""Growth in two waves."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import FIRST_CENTRE, FIRST_RATE, GAP, LEFT, MIDDLE, RIGHT, SECOND_RATE


def _capacity(z: Vector) -> Vector:
    return np.asarray(z[RIGHT] - z[MIDDLE])


def _with_capacity(z: Vector, value: float) -> None:
    z[RIGHT] = z[MIDDLE] + value


def _midpoint(z: Vector) -> Vector:
    return np.asarray(z[FIRST_CENTRE] + np.exp(z[GAP]))


def _with_midpoint(z: Vector, value: float) -> None:
    z[GAP] = np.log(value - z[FIRST_CENTRE])


BI_LOGISTIC = Family(
    name="bi-logistic",
    title="bi-logistic growth",
    kind="growth",
    formula="capacity_first / (1 + exp(-rate_first * (x - midpoint_first))) "
    "+ capacity_second / (1 + exp(-rate_second * (x - midpoint_second)))",
    source="Meyer, Bi-logistic growth, Technol. Forecast. Soc. Change 47 (1994)",
    parameters=(
        Reading("capacity_first", "level that the first wave leads to", "y", MIDDLE),
        Reading("midpoint_first", "where half of the first wave is over", "x", FIRST_CENTRE),
        Reading("rate_first", "rate of the first wave", "1/x", FIRST_RATE, exponential=True),
        Computed(
            name="capacity_second",
            meaning="what the second wave adds",
            unit="y",
            read=_capacity,
            write=_with_capacity,
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
    variants=(Variant("two logistics", {LEFT: 0.0}),),
)
