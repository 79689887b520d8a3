"""Oxygen saturation of haemoglobin."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

OXYGEN = Family(
    name="oxygen",
    title="oxygen binding",
    kind="physics and physiology",
    formula="1 / (1 + (x / p50)**-n)",
    source="Hill, The possible effects of the aggregation of the molecules of haemoglobin, J. Physiol. 40 (1910)",
    parameters=(
        Reading("p50", "pressure at which half is saturated", "x", CENTRE, exponential=True),
        Reading("n", "Hill coefficient", "", RATE, exponential=True),
    ),
    variants=(Variant("logistic", {LEFT: 0.0, RIGHT: 1.0}),),
    scale="log",
)
