"""The log-normal (probit) dose-response curve between 0 and 1."""

from __future__ import annotations

from ogive.curves.families.ln4 import LN4

LN2 = LN4.holding("ln2", "two-parameter log-normal", "normal(slope * log(x / ec50))", bottom=0.0, top=1.0)
