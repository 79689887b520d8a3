"""The generalised log-logistic dose-response curve, whose both ends differ."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, TOP, Computed, Reading, direction
from ogive.curves.shapes import ASYMMETRY, CENTRE, RATE


def _asymmetry(z: Vector) -> Vector:
    return np.asarray(np.exp(-z[ASYMMETRY]))


def _with_asymmetry(z: Vector, value: float) -> None:
    z[ASYMMETRY] = -np.log(value)


def _location(z: Vector) -> Vector:
    """Where the power of the logistic curve is halfway: from the steepest point, as far as the asymmetry says."""
    return np.asarray(np.exp(z[CENTRE] + direction(z) * z[ASYMMETRY] * np.exp(-z[RATE])))


def _with_location(z: Vector, value: float) -> None:
    z[CENTRE] = np.log(value) - direction(z) * z[ASYMMETRY] * np.exp(-z[RATE])


LL5 = Family(
    name="ll5",
    title="five-parameter log-logistic",
    kind="dose-response",
    formula="bottom + (top - bottom) / (1 + (x / location)**-slope)**asymmetry",
    source="Finney, Bioassay and the practice of statistical inference, Int. Stat. Rev. 47 (1979)",
    parameters=(
        Reading("bottom", "lower level", "y", BOTTOM),
        Reading("top", "upper level", "y", TOP),
        Reading(
            "slope",
            "steepness over log dose; negative where the response falls",
            "",
            RATE,
            exponential=True,
            signed=True,
        ),
        Computed(
            name="asymmetry",
            part=ASYMMETRY,
            meaning="1 for a curve with like ends",
            unit="",
            read=_asymmetry,
            write=_with_asymmetry,
        ),
        Computed(
            name="location",
            meaning="dose with half of the effect where the asymmetry is 1",
            unit="x",
            read=_location,
            write=_with_location,
        ),
    ),
    variants=(Variant("richards", rises=True), Variant("mirrored richards", rises=False)),
    scale="log",
)
