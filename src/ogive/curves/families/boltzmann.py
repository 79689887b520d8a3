"""Boltzmann's sigmoid, on a linear scale."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, TOP, Reading
from ogive.curves.shapes import CENTRE, RATE

BOLTZMANN = Family(
    name="boltzmann",
    title="Boltzmann sigmoid",
    kind="physics and physiology",
    formula="bottom + (top - bottom) / (1 + exp(-slope * (x - midpoint)))",
    source="Boltzmann, Weitere Studien über das Wärmegleichgewicht unter Gasmolekülen, Wien. Ber. 66 (1872)",
    parameters=(
        Reading("bottom", "lower level", "y", BOTTOM),
        Reading("top", "upper level", "y", TOP),
        Reading("midpoint", "where the curve is halfway", "x", CENTRE),
        Reading(
            "slope", "steepness; negative where the curve falls", "1/x", RATE, exponential=True, signed=True
        ),
    ),
    variants=(Variant("logistic"),),
)
