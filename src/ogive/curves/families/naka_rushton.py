"""Firing rate of a neuron over the contrast of what it sees."""

from __future__ import annotations

from ogive.curves.family import Family, Variant
from ogive.curves.readings import SPAN, Reading
from ogive.curves.shapes import CENTRE, LEFT, RATE

NAKA_RUSHTON = Family(
    name="naka-rushton",
    title="Naka-Rushton firing rate",
    kind="physics and physiology",
    formula="baseline + gain / (1 + (x / c50)**-exponent)",
    source="Naka and Rushton, S-potentials from colour units in the retina of fish, J. Physiol. 185 (1966)",
    parameters=(
        Reading("baseline", "rate without a stimulus", "y", LEFT),
        Reading("gain", "rate that the strongest stimulus adds", "y", SPAN),
        Reading("c50", "contrast with half of the gain", "x", CENTRE, exponential=True),
        Reading("exponent", "steepness over log contrast", "", RATE, exponential=True),
    ),
    variants=(Variant("logistic"),),
    scale="log",
)
