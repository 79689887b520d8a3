"""Diffusion of an innovation, by those who adopt it of themselves and those who imitate them."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant, step_before
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import ASYMMETRY, CENTRE, LEFT, RATE, RIGHT


def _innovation(z: Vector) -> Vector:
    return np.asarray(np.exp(z[RATE]) / (1 + np.exp(z[ASYMMETRY])))


def _imitation(z: Vector) -> Vector:
    return np.asarray(np.exp(z[RATE]) / (1 + np.exp(-z[ASYMMETRY])))


def _put(z: Vector, innovation: float, imitation: float) -> None:
    z[RATE], z[ASYMMETRY] = np.log(innovation + imitation), np.log(imitation / innovation)


def _with_innovation(z: Vector, value: float) -> None:
    _put(z, value, float(_imitation(z)))


def _with_imitation(z: Vector, value: float) -> None:
    _put(z, float(_innovation(z)), value)


# The launch is one step before the first x, as for the totals at the ends of the first years or months.
BASS = Family(
    name="bass",
    title="Bass diffusion, launched a step before the first x",
    kind="growth",
    formula="capacity * (1 - exp(-(innovation + imitation) * maximum(x - launch, 0))) "
    "/ (1 + imitation / innovation * exp(-(innovation + imitation) * maximum(x - launch, 0)))",
    source="Bass, A new product growth for model consumer durables, Manage. Sci. 15 (1969)",
    parameters=(
        Reading("capacity", "adopters in the end", "y", RIGHT),
        Computed(
            name="innovation",
            meaning="rate at which people adopt of themselves (p)",
            unit="1/x",
            read=_innovation,
            write=_with_innovation,
        ),
        Computed(
            name="imitation",
            meaning="rate at which they adopt because all others have (q)",
            unit="1/x",
            read=_imitation,
            write=_with_imitation,
        ),
    ),
    variants=(Variant("bass", {LEFT: 0.0}, decided={CENTRE: step_before}),),
)
