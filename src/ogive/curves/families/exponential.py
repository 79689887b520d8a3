"""Exponential growth or decay: growth without a plateau."""

from __future__ import annotations

from ogive.curves.family import Family, Variant, first_place
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

EXPONENTIAL = Family(
    name="exponential",
    title="exponential growth",
    kind="growth",
    formula="start * exp(rate * (x - first))",
    source="Malthus, An essay on the principle of population (1798)",
    parameters=(
        Reading("start", "level at the first x", "y", RIGHT),
        Reading("rate", "relative growth rate; negative where y falls", "1/x", RATE),
    ),
    variants=(Variant("exponential", {LEFT: 0.0, CENTRE: first_place}),),
)
