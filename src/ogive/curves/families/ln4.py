"""The log-normal (probit) dose-response curve."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, TOP, Reading
from ogive.curves.shapes import CENTRE, RATE

LN4 = Family(
    name="ln4",
    title="four-parameter log-normal",
    kind="dose-response",
    formula="bottom + (top - bottom) * normal(slope * log(x / ec50))",
    source="Bliss, The method of probits, Science 79 (1934)",
    parameters=(
        Reading("bottom", "lower level", "y", BOTTOM),
        Reading("top", "upper level", "y", TOP),
        Reading("ec50", "dose with half of the effect", "x", CENTRE, exponential=True),
        Reading(
            "slope",
            "steepness over log dose; negative where the response falls",
            "",
            RATE,
            exponential=True,
            signed=True,
        ),
    ),
    variants=(Variant("normal"),),
    scale="log",
)
