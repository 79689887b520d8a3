"""Share of correct answers over the strength of a stimulus: normal."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import LAPSE, Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE, RIGHT

PSYCHOMETRIC_NORMAL = Family(
    name="psychometric-normal",
    title="psychometric function, normal",
    kind="physics and physiology",
    formula="guess + (1 - lapse - guess) * normal(slope * (x - threshold))",
    source="Wichmann and Hill, The psychometric function, Perception & Psychophysics 63 (2001)",
    parameters=(
        Reading("guess", "share that is right without a stimulus", "y", LEFT),
        Reading("lapse", "share that is wrong however strong the stimulus", "y", LAPSE),
        Reading("threshold", "strength at the steepest point", "x", CENTRE),
        Reading("slope", "steepness there", "1/x", RATE, exponential=True),
    ),
    variants=(Variant("normal", low={LEFT: 0.0, RIGHT: 0.0}, high={LEFT: 1.0, RIGHT: 1.0}),),
)
