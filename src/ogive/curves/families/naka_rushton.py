"""Firing rate of a neuron over the contrast of what it sees."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT


def _gain(z: Vector) -> Vector:
    return np.asarray(z[RIGHT] - z[LEFT])


def _with_gain(z: Vector, value: float) -> None:
    z[RIGHT] = z[LEFT] + value


NAKA_RUSHTON = Family(
    name="naka-rushton",
    title="Naka-Rushton firing rate",
    kind="physics and physiology",
    formula="baseline + gain / (1 + (x / c50)**-exponent)",
    source="Naka and Rushton, S-potentials from colour units in the retina of fish, J. Physiol. 185 (1966)",
    parameters=(
        Reading("baseline", "rate without a stimulus", "y", LEFT),
        Computed(
            name="gain",
            meaning="rate that the strongest stimulus adds",
            unit="y",
            read=_gain,
            write=_with_gain,
        ),
        Reading("c50", "contrast with half of the gain", "x", CENTRE, exponential=True),
        Reading("exponent", "steepness over log contrast", "", RATE, exponential=True),
    ),
    variants=(Variant("logistic"),),
    scale="log",
)
