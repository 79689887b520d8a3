"""Exponential growth or decay: growth without a plateau."""

from __future__ import annotations

from ogive.curves.family import Family, Variant, first_place
from ogive.curves.readings import Reading
from ogive.curves.shapes import AMOUNT_THERE, FLOOR, GROWTH, THERE

EXPONENTIAL = Family(
    name="exponential",
    title="exponential growth",
    kind="growth",
    formula="start * exp(rate * (x - first))",
    source="Malthus, An essay on the principle of population (1798)",
    parameters=(
        Reading("start", "level at the first x", "y", AMOUNT_THERE),
        Reading("rate", "relative growth rate; negative where y falls", "1/x", GROWTH),
    ),
    variants=(Variant("exponential", {FLOOR: 0.0}, decided={THERE: first_place}),),
)
