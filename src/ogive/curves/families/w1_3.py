"""Weibull dose-response curve of type 1 with a lower level of 0."""

from __future__ import annotations

from ogive.curves.families.w1_4 import W1_4

W1_3 = W1_4.holding(
    "w1.3", "three-parameter Weibull, type 1", "top * exp(-(x / inflection)**-slope)", bottom=0.0
)
