"""Hormesis with a level of 0 at large doses."""

from __future__ import annotations

from dataclasses import replace

from ogive.curves.families.brain_cousens import BRAIN_COUSENS
from ogive.curves.family import Variant
from ogive.curves.shapes import RIGHT, STIMULUS, UNIT

BRAIN_COUSENS_4 = replace(
    BRAIN_COUSENS,
    name="brain-cousens-4",
    title="four-parameter Brain-Cousens hormesis",
    formula="(control + stimulus * x) / (1 + (x / location)**slope)",
    parameters=BRAIN_COUSENS.parameters[1:],
    variants=(Variant("hormesis", {RIGHT: 0.0, UNIT: 0.0}, low={STIMULUS: 0.0}),),
)
