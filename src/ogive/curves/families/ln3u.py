"""The log-normal (probit) dose-response curve with an upper level of 1."""

from __future__ import annotations

from ogive.curves.families.ln4 import LN4

LN3U = LN4.holding(
    "ln3u",
    "three-parameter log-normal below 1",
    "bottom + (1 - bottom) * normal(slope * log(x / ec50))",
    top=1.0,
)
