"""Share of correct answers over the strength of a stimulus: normal."""

from __future__ import annotations

from dataclasses import replace

from ogive.curves.families.psychometric import PSYCHOMETRIC

PSYCHOMETRIC_NORMAL = replace(
    PSYCHOMETRIC,
    name="psychometric-normal",
    title="psychometric function, normal",
    formula="guess + (1 - lapse - guess) * normal(slope * (x - threshold))",
    variants=(replace(PSYCHOMETRIC.variants[0], shape_name="normal"),),
)
