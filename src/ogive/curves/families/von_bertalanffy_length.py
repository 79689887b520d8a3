"""Von Bertalanffy's growth of length: fastest at the start."""

from __future__ import annotations

from dataclasses import replace

from ogive.curves.families.von_bertalanffy import VON_BERTALANFFY
from ogive.curves.family import Variant
from ogive.curves.shapes import LEFT

VON_BERTALANFFY_LENGTH = replace(
    VON_BERTALANFFY,
    name="von-bertalanffy-length",
    title="von Bertalanffy growth of length",
    formula="capacity * (1 - exp(-rate * maximum(x - start, 0)))",
    variants=(Variant("bertalanffy length", {LEFT: 0.0}),),
)
