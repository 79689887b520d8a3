"""Share of correct answers over the strength of a stimulus: logistic."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import LAPSE, Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

PSYCHOMETRIC = Family(
    name="psychometric",
    title="psychometric function, logistic",
    kind="physics and physiology",
    formula="guess + (1 - lapse - guess) / (1 + exp(-slope * (x - threshold)))",
    source="Wichmann and Hill, The psychometric function, Perception & Psychophysics 63 (2001)",
    parameters=(
        Reading("guess", "share that is right without a stimulus", "y", LEFT),
        Reading("lapse", "share that is wrong however strong the stimulus", "y", LAPSE),
        Reading("threshold", "strength at the steepest point", "x", CENTRE),
        Reading("slope", "steepness there", "1/x", RATE, exponential=True),
    ),
    variants=(Variant("logistic", low={LEFT: 0.0, RIGHT: 0.0}, high={LEFT: 1.0, RIGHT: 1.0}),),
)
