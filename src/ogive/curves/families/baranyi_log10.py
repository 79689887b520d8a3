"""Growth of bacteria after a lag, as decimal logarithms of their number."""

from __future__ import annotations

import math
from dataclasses import replace

from ogive.curves.families.baranyi import BARANYI
from ogive.curves.family import Variant
from ogive.curves.shapes import FOLD, LAG, START

BARANYI_LOG10 = replace(
    BARANYI,
    name="baranyi-log10",
    title="Baranyi-Roberts growth, decimal logarithms",
    formula="final + log((exp(rate * x) + exp(rate * lag) - 1) "
    "/ (exp(rate * x) - 1 + exp(rate * lag) * 10**(final - initial))) / log(10)",
    variants=(Variant("baranyi", {FOLD: 1 / math.log(10), START: 0.0}, low={LAG: 0.0}),),
)
