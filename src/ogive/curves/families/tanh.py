"""A control element that saturates."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading, direction
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT


def _offset(z: Vector) -> Vector:
    return np.asarray((z[LEFT] + z[RIGHT]) / 2)


def _with_offset(z: Vector, value: float) -> None:
    z[LEFT] = z[RIGHT] = value


def _limit(z: Vector) -> Vector:
    return np.asarray(direction(z) * (z[RIGHT] - z[LEFT]) / 2)


def _with_limit(z: Vector, value: float) -> None:
    middle = _offset(z)
    z[LEFT], z[RIGHT] = middle - value, middle + value


def _gain(z: Vector) -> Vector:
    return np.asarray((z[RIGHT] - z[LEFT]) * np.exp(z[RATE]) / 4)


def _with_gain(z: Vector, value: float) -> None:
    z[RATE] = np.log(2 * abs(value) / _limit(z))
    if (value < 0) == (z[LEFT] < z[RIGHT]):
        z[LEFT], z[RIGHT] = z[RIGHT], z[LEFT]


ACTUATOR = Family(
    name="tanh",
    title="saturating actuator",
    kind="physics and physiology",
    formula="offset + limit * tanh(gain * (x - centre) / limit)",
    source="Åström and Murray, Feedback systems: an introduction for scientists and engineers (2008)",
    parameters=(
        Computed(name="offset", meaning="output at the centre", unit="y", read=_offset, write=_with_offset),
        Computed(
            name="limit",
            meaning="how far the output can go from there, either way",
            unit="y",
            read=_limit,
            write=_with_limit,
        ),
        Reading("centre", "input halfway between the limits", "x", CENTRE),
        Computed(
            name="gain",
            meaning="slope at the centre; negative where the output falls",
            unit="y/x",
            read=_gain,
            write=_with_gain,
            signed=True,
        ),
    ),
    variants=(Variant("logistic"),),
)
