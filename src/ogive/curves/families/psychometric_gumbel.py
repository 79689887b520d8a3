"""Share of correct answers over the strength of a stimulus: Gumbel."""

from __future__ import annotations

from dataclasses import replace

from ogive.curves.families.psychometric import PSYCHOMETRIC

PSYCHOMETRIC_GUMBEL = replace(
    PSYCHOMETRIC,
    name="psychometric-gumbel",
    title="psychometric function, Gumbel",
    formula="guess + (1 - lapse - guess) * (1 - exp(-exp(slope * (x - threshold))))",
    variants=(replace(PSYCHOMETRIC.variants[0], shape_name="cloglog"),),
)
