"""Hormesis: a dose that stimulates before it harms."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import DOSE, LEFT, RIGHT, STEEPNESS, STIMULUS, UNIT


def _stimulus(z: Vector) -> Vector:
    return np.asarray(z[STIMULUS] * np.exp(-z[DOSE]))


def _with_stimulus(z: Vector, value: float) -> None:
    z[STIMULUS] = value * np.exp(z[DOSE])


BRAIN_COUSENS = Family(
    name="brain-cousens",
    title="Brain-Cousens hormesis",
    kind="dose-response",
    formula="bottom + (control - bottom + stimulus * x) / (1 + (x / location)**slope)",
    source="Brain and Cousens, An equation to describe dose responses where there is stimulation of growth at low "
    "doses, Weed Res. 29 (1989)",
    parameters=(
        Reading("bottom", "level at large doses", "y", RIGHT),
        Reading("control", "level without a dose", "y", LEFT),
        Reading(
            "location", "dose with half of the effect, were there no stimulation", "x", DOSE, exponential=True
        ),
        Reading("slope", "steepness of the fall over log dose", "", STEEPNESS, exponential=True),
        Computed(
            name="stimulus",
            meaning="what a small dose adds; 0 where nothing stimulates",
            unit="y/x",
            read=_stimulus,
            write=_with_stimulus,
        ),
    ),
    variants=(Variant("hormesis", {UNIT: 0.0}, low={STIMULUS: 0.0}),),
    scale="log",
)
