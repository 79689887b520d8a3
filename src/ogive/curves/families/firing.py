"""Firing rate of a neuron over what drives it."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT


def _width(z: Vector) -> Vector:
    return np.asarray(np.exp(-z[RATE]))


def _with_width(z: Vector, value: float) -> None:
    z[RATE] = -np.log(value)


FIRING = Family(
    name="firing",
    title="sigmoidal firing rate",
    kind="physics and physiology",
    formula="largest / (1 + exp(-(x - threshold) / width))",
    source="Wilson and Cowan, Excitatory and inhibitory interactions in localized populations of model neurons, "
    "Biophys. J. 12 (1972)",
    parameters=(
        Reading("largest", "rate that no drive exceeds", "y", RIGHT),
        Reading("threshold", "drive with half of that rate", "x", CENTRE),
        Computed(
            name="width",
            part=RATE,
            meaning="how much more drive multiplies a low rate by e",
            unit="x",
            read=_width,
            write=_with_width,
        ),
    ),
    variants=(Variant("logistic", {LEFT: 0.0}),),
)
