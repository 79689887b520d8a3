"""Gompertz' curve as a dose-response curve on a linear scale."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, TOP, Reading
from ogive.curves.shapes import CENTRE, RATE

GOMPERTZ_DOSE = Family(
    name="gompertz-dose",
    title="four-parameter Gompertz",
    kind="dose-response",
    formula="bottom + (top - bottom) * exp(-exp(-slope * (x - inflection)))",
    source="Ritz, Baty, Streibig and Gerhard, Dose-response analysis using R, PLoS ONE 10 (2015)",
    parameters=(
        Reading("bottom", "lower level", "y", BOTTOM),
        Reading("top", "upper level", "y", TOP),
        Reading("inflection", "dose at which the response is steepest", "x", CENTRE),
        Reading(
            "slope",
            "steepness; negative where the response falls",
            "1/x",
            RATE,
            exponential=True,
            signed=True,
        ),
    ),
    variants=(Variant("cloglog", rises=False), Variant("gompertz", rises=True)),
)
