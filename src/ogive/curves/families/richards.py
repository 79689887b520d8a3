"""Richards' growth: logistic with an asymmetry of its own."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import ASYMMETRY, CENTRE, LEFT, RATE, RIGHT

RICHARDS = Family(
    name="richards",
    title="Richards growth",
    kind="growth",
    formula="capacity * (1 + asymmetry * exp(-rate * (x - midpoint)))**(-1 / asymmetry)",
    source="Richards, A flexible growth function for empirical use, J. Exp. Bot. 10 (1959)",
    parameters=(
        Reading("capacity", "level that growth leads to", "y", RIGHT),
        Reading("midpoint", "where growth is fastest", "x", CENTRE),
        Reading("rate", "steepness at the midpoint", "1/x", RATE, exponential=True),
        Reading(
            "asymmetry", "1 for logistic growth; near 0 for that of Gompertz", "", ASYMMETRY, exponential=True
        ),
    ),
    variants=(Variant("richards", {LEFT: 0.0}),),
)
