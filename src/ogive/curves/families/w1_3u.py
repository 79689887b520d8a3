"""Weibull dose-response curve of type 1 with an upper level of 1."""

from __future__ import annotations

from ogive.curves.families.w1_4 import W1_4

W1_3U = W1_4.holding(
    "w1.3u",
    "three-parameter Weibull, type 1 below 1",
    "bottom + (1 - bottom) * exp(-(x / inflection)**-slope)",
    top=1.0,
)
