"""Weibull dose-response curve of type 1 between 0 and 1."""

from __future__ import annotations

from ogive.curves.families.w1_4 import W1_4

W1_2 = W1_4.holding(
    "w1.2", "two-parameter Weibull, type 1", "exp(-(x / inflection)**-slope)", bottom=0.0, top=1.0
)
