"""Exponential learning: what is still to be gained falls by the same share with each row."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant, first_place
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import AMOUNT_THERE, FLOOR, GROWTH, THERE


def _rate(z: Vector) -> Vector:
    return np.asarray(-z[GROWTH])


def _with_rate(z: Vector, value: float) -> None:
    z[GROWTH] = -value


def _gain(z: Vector) -> Vector:
    return np.asarray(z[AMOUNT_THERE] * np.exp(-z[GROWTH] * z[THERE]))


def _with_gain(z: Vector, value: float) -> None:
    z[AMOUNT_THERE] = value * np.exp(z[GROWTH] * z[THERE])


LEARNING_EXPONENTIAL = Family(
    name="learning-exponential",
    title="exponential learning",
    kind="learning",
    formula="limit + gain * exp(-rate * x)",
    source="Hull, Principles of behavior (1943); Heathcote, Brown and Mewhort, Psychon. Bull. Rev. 7 (2000)",
    parameters=(
        Reading("limit", "level that no number of rows goes beyond", "y", FLOOR),
        Computed(
            name="rate",
            meaning="share by which what is left falls with each row",
            unit="1/x",
            part=GROWTH,
            read=_rate,
            write=_with_rate,
        ),
        Computed(
            name="gain",
            meaning="level at x = 0 less the limit; negative where y rises",
            unit="y",
            read=_gain,
            write=_with_gain,
        ),
    ),
    variants=(Variant("exponential", high={GROWTH: 0.0}, decided={THERE: first_place}),),
)
