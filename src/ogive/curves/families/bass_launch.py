"""Diffusion of an innovation whose launch is not known."""

from __future__ import annotations

from dataclasses import replace

from ogive.curves.families.bass import BASS
from ogive.curves.family import Variant
from ogive.curves.readings import Reading
from ogive.curves.shapes import CENTRE, LEFT

BASS_LAUNCH = replace(
    BASS,
    name="bass-launch",
    title="Bass diffusion from an unknown launch",
    parameters=(*BASS.parameters, Reading("launch", "where diffusion begins", "x", CENTRE)),
    variants=(Variant("bass", {LEFT: 0.0}),),
)
