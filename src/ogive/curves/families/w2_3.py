"""Weibull dose-response curve of type 2 with a lower level of 0."""

from __future__ import annotations

from ogive.curves.families.w2_4 import W2_4

W2_3 = W2_4.holding(
    "w2.3", "three-parameter Weibull, type 2", "top * (1 - exp(-(x / inflection)**slope))", bottom=0.0
)
