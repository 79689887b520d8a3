"""Binding of a ligand at several sites together."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

HILL = Family(
    name="hill",
    title="Hill binding",
    kind="physics and physiology",
    formula="capacity / (1 + (x / half)**-coefficient)",
    source="Hill, The possible effects of the aggregation of the molecules of haemoglobin, J. Physiol. 40 (1910)",
    parameters=(
        Reading("capacity", "what is bound when all sites are taken", "y", RIGHT),
        Reading("half", "concentration at which half of the sites are taken", "x", CENTRE, exponential=True),
        Reading("coefficient", "Hill coefficient: above 1 sites help each other", "", RATE, exponential=True),
    ),
    variants=(Variant("logistic", {LEFT: 0.0}),),
    scale="log",
)
