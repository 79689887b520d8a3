"""Occupation of states by energy."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

FERMI = Family(
    name="fermi",
    title="Fermi function",
    kind="physics and physiology",
    formula="1 / (1 + exp(rate * (x - potential)))",
    source="Fermi, Zur Quantelung des idealen einatomigen Gases, Z. Phys. 36 (1926)",
    parameters=(
        Reading("potential", "chemical potential: energy of which half of the states are taken", "x", CENTRE),
        Reading("rate", "inverse of the thermal energy kT", "1/x", RATE, exponential=True),
    ),
    variants=(Variant("logistic", {LEFT: 1.0, RIGHT: 0.0}),),
)
