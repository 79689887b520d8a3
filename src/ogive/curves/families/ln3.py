"""The log-normal (probit) dose-response curve with a lower level of 0."""

from __future__ import annotations

from ogive.curves.families.ln4 import LN4

LN3 = LN4.holding("ln3", "three-parameter log-normal", "top * normal(slope * log(x / ec50))", bottom=0.0)
