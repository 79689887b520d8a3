"""The log-logistic dose-response curve with an upper level of 1."""

from __future__ import annotations

from ogive.curves.families.ll4 import LL4

LL3U = LL4.holding(
    "ll3u",
    "three-parameter log-logistic below 1",
    "bottom + (1 - bottom) / (1 + (x / ec50)**-slope)",
    top=1.0,
)
