"""The log-logistic dose-response curve with four parameters."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, TOP, Reading
from ogive.curves.shapes import CENTRE, RATE

LL4 = Family(
    name="ll4",
    title="four-parameter log-logistic",
    kind="dose-response",
    formula="bottom + (top - bottom) / (1 + (x / ec50)**-slope)",
    source="Finney, Bioassay and the practice of statistical inference, Int. Stat. Rev. 47 (1979)",
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
    variants=(Variant("logistic"),),
    scale="log",
)
