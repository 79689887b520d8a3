"""Share of correct answers over the strength of a stimulus: logistic."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT


def _lapse(z: Vector) -> Vector:
    return np.asarray(1 - z[RIGHT])


def _with_lapse(z: Vector, value: float) -> None:
    z[RIGHT] = 1 - value


PSYCHOMETRIC = Family(
    name="psychometric",
    title="psychometric function, logistic",
    kind="physics and physiology",
    formula="guess + (1 - lapse - guess) / (1 + exp(-slope * (x - threshold)))",
    source="Wichmann and Hill, The psychometric function, Perception & Psychophysics 63 (2001)",
    parameters=(
        Reading("guess", "share that is right without a stimulus", "y", LEFT),
        Computed(
            name="lapse",
            part=RIGHT,
            meaning="share that is wrong however strong the stimulus",
            unit="y",
            read=_lapse,
            write=_with_lapse,
        ),
        Reading("threshold", "strength at the steepest point", "x", CENTRE),
        Reading("slope", "steepness there", "1/x", RATE, exponential=True),
    ),
    variants=(Variant("logistic", low={LEFT: 0.0, RIGHT: 0.0}, high={LEFT: 1.0, RIGHT: 1.0}),),
)
