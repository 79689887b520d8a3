"""Weibull dose-response curve of type 2 between 0 and 1."""

from __future__ import annotations

from ogive.curves.families.w2_4 import W2_4

W2_2 = W2_4.holding(
    "w2.2", "two-parameter Weibull, type 2", "1 - exp(-(x / inflection)**slope)", bottom=0.0, top=1.0
)
