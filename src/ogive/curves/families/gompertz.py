"""Gompertz growth: fast at the start and slow at the end."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

GOMPERTZ = Family(
    name="gompertz",
    title="Gompertz growth",
    kind="growth",
    formula="capacity * exp(-exp(-rate * (x - midpoint)))",
    source="Gompertz, On the nature of the function expressive of the law of human mortality, Phil. Trans. 115 (1825)",
    parameters=(
        Reading("capacity", "level that growth leads to", "y", RIGHT),
        Reading("midpoint", "where growth is fastest, at 37 % of the capacity", "x", CENTRE),
        Reading("rate", "how fast relative growth fades", "1/x", RATE, exponential=True),
    ),
    variants=(Variant("gompertz", {LEFT: 0.0}),),
)
