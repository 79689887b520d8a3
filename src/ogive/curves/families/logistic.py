"""Logistic growth."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import TOP, Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

LOGISTIC = Family(
    name="logistic",
    title="logistic growth",
    kind="growth",
    formula="capacity / (1 + exp(-rate * (x - midpoint)))",
    source="Verhulst, Notice sur la loi que la population suit dans son accroissement, Corr. Math. Phys. 10 (1838)",
    parameters=(
        Reading("capacity", "level that growth leads to", "y", TOP),
        Reading("midpoint", "where half of the capacity is reached and growth is fastest", "x", CENTRE),
        Reading(
            "rate",
            "relative growth rate at the start; negative where y falls",
            "1/x",
            RATE,
            exponential=True,
            signed=True,
        ),
    ),
    variants=(
        Variant("logistic", {LEFT: 0.0}),
        Variant("logistic", {RIGHT: 0.0}),
    ),
)
