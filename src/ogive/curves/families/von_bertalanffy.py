"""Von Bertalanffy's growth of weight: slow at the start and at the end."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

VON_BERTALANFFY = Family(
    name="von-bertalanffy",
    title="von Bertalanffy growth of weight",
    kind="growth",
    formula="capacity * (1 - exp(-rate * maximum(x - start, 0)))**3",
    source="von Bertalanffy, Quantitative laws in metabolism and growth, Q. Rev. Biol. 32 (1957)",
    parameters=(
        Reading("capacity", "level that growth leads to", "y", RIGHT),
        Reading("start", "where growth begins, at 0", "x", CENTRE),
        Reading("rate", "how fast growth comes to its end", "1/x", RATE, exponential=True),
    ),
    variants=(Variant("bertalanffy weight", {LEFT: 0.0}),),
)
