"""Two log-logistic effects of one dose."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, TOP, Computed, Reading
from ogive.curves.shapes import CENTRE, FRACTION, GAP, RATE, SECOND_RATE


def _second(z: Vector) -> Vector:
    return np.asarray(np.exp(z[CENTRE] + np.exp(z[GAP])))


def _with_second(z: Vector, value: float) -> None:
    z[GAP] = np.log(np.log(value) - z[CENTRE])


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
        Reading("ec50_first", "dose with half of the first effect", "x", CENTRE, exponential=True),
        _slope("first", RATE),
        Computed(
            name="ec50_second",
            meaning="dose with half of the second effect, a larger one",
            unit="x",
            read=_second,
            write=_with_second,
        ),
        _slope("second", SECOND_RATE),
        Reading("fraction", "share of the first effect in both", "", FRACTION),
    ),
    variants=(Variant("two logistics", low={FRACTION: 0.0}, high={FRACTION: 1.0}),),
    scale="log",
)
