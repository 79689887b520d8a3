"""Two log-logistic effects of one dose."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, TOP, Computed, Reading
from ogive.curves.shapes import FIRST_CENTRE, FIRST_RATE, GAP, LEFT, MIDDLE, RIGHT, SECOND_RATE


def _second(z: Vector) -> Vector:
    return np.asarray(np.exp(z[FIRST_CENTRE] + np.exp(z[GAP])))


def _with_second(z: Vector, value: float) -> None:
    z[GAP] = np.log(np.log(value) - z[FIRST_CENTRE])


def _fraction(z: Vector) -> Vector:
    return np.asarray((z[MIDDLE] - z[LEFT]) / (z[RIGHT] - z[LEFT]))


def _with_fraction(z: Vector, value: float) -> None:
    z[MIDDLE] = z[LEFT] + value * (z[RIGHT] - z[LEFT])


def _slope(which: str, part: int) -> Reading:
    meaning = f"steepness of the {which} effect over log dose; negative where the response falls"
    return Reading(f"slope_{which}", meaning, "", part, exponential=True, signed=True)


BIPHASIC = Family(
    name="biphasic",
    title="biphasic dose-response",
    kind="dose-response",
    formula="bottom + (top - bottom) * (fraction / (1 + (x / ec50_first)**-slope_first) "
    "+ (1 - fraction) / (1 + (x / ec50_second)**-slope_second))",
    source="Di Veroli et al., An automated fitting procedure and software for dose-response curves with multiphasic "
    "features, Sci. Rep. 5 (2015)",
    parameters=(
        Reading("bottom", "lower level", "y", BOTTOM),
        Reading("top", "upper level", "y", TOP),
        Reading("ec50_first", "dose with half of the first effect", "x", FIRST_CENTRE, exponential=True),
        _slope("first", FIRST_RATE),
        Computed(
            name="ec50_second",
            meaning="dose with half of the second effect, a larger one",
            unit="x",
            read=_second,
            write=_with_second,
        ),
        _slope("second", SECOND_RATE),
        Computed(
            name="fraction",
            meaning="share of the first effect in both; beyond 0 and 1 where the curve turns",
            unit="",
            read=_fraction,
            write=_with_fraction,
        ),
    ),
    variants=(Variant("two logistics"),),
    scale="log",
)
