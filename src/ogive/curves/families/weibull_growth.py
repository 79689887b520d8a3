"""Growth by Weibull's distribution, from 0 at time 0."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

WEIBULL = Family(
    name="weibull",
    title="Weibull growth",
    kind="growth",
    formula="capacity * (1 - exp(-(x / time)**shape))",
    source="Yang, Kozak and Smith, Weibull-type functions as growth curves, Can. J. For. Res. 8 (1978)",
    parameters=(
        Reading("capacity", "level that growth leads to", "y", RIGHT),
        Reading("time", "when 63 % of the capacity is reached", "x", CENTRE, exponential=True),
        Reading("shape", "1 for a saturating exponential, more for a slow start", "", RATE, exponential=True),
    ),
    variants=(Variant("cloglog", {LEFT: 0.0}),),
    scale="log",
)
