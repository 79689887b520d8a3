"""The log-logistic dose-response curve between 0 and 1."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

LL2 = Family(
    name="ll2",
    title="two-parameter log-logistic",
    kind="dose-response",
    formula="1 / (1 + (x / ec50)**-slope)",
    source="Ritz, Baty, Streibig and Gerhard, Dose-response analysis using R, PLoS ONE 10 (2015)",
    parameters=(
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
        Variant("logistic", {LEFT: 0.0, RIGHT: 1.0}),
        Variant("logistic", {LEFT: 1.0, RIGHT: 0.0}),
    ),
    scale="log",
)
