"""Weibull dose-response curve of type 2 with an upper level of 1."""

from __future__ import annotations

from ogive.curves.families.w2_4 import W2_4

W2_3U = W2_4.holding(
    "w2.3u",
    "three-parameter Weibull, type 2 below 1",
    "bottom + (1 - bottom) * (1 - exp(-(x / inflection)**slope))",
    top=1.0,
)
