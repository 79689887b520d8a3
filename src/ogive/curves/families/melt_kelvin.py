"""Thermal melting between two states, over temperatures in kelvin."""

from __future__ import annotations

from dataclasses import replace

from ogive.curves.families.melt import MELT
from ogive.curves.family import Variant
from ogive.curves.shapes import ZERO

MELT_KELVIN = replace(
    MELT,
    name="melt-kelvin",
    title="two-state melting, kelvin",
    formula="folded + folded_slope * x + (unfolded - folded + (unfolded_slope - folded_slope) * x) "
    "/ (1 + exp(enthalpy / 8.314462618 * (1 / x - 1 / tm)))",
    variants=(Variant("melt", {ZERO: 0.0}),),
)
