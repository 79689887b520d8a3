"""Weibull dose-response curve of type 1: quick near the upper level."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, TOP, Reading
from ogive.curves.shapes import CENTRE, RATE

W1_4 = Family(
    name="w1.4",
    title="four-parameter Weibull, type 1",
    kind="dose-response",
    formula="bottom + (top - bottom) * exp(-(x / inflection)**-slope)",
    source="Ritz, Baty, Streibig and Gerhard, Dose-response analysis using R, PLoS ONE 10 (2015)",
    parameters=(
        Reading("bottom", "lower level", "y", BOTTOM),
        Reading("top", "upper level", "y", TOP),
        Reading(
            "inflection",
            "dose at which the response is steepest over log dose",
            "x",
            CENTRE,
            exponential=True,
        ),
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
        Variant("cloglog", rises=False),
        Variant("gompertz", rises=True),
    ),
    scale="log",
)
