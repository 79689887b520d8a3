"""The log-logistic dose-response curve with a lower level of 0."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import TOP, Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

LL3 = Family(
    name="ll3",
    title="three-parameter log-logistic",
    kind="dose-response",
    formula="top / (1 + (x / ec50)**-slope)",
    source="Ritz, Baty, Streibig and Gerhard, Dose-response analysis using R, PLoS ONE 10 (2015)",
    parameters=(
        Reading("top", "upper level; the lower one is 0", "y", TOP),
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
    variants=(
        Variant("logistic", {LEFT: 0.0}),
        Variant("logistic", {RIGHT: 0.0}),
    ),
    scale="log",
)
