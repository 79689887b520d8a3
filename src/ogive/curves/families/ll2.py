"""The log-logistic dose-response curve between 0 and 1."""

from __future__ import annotations

from ogive.curves.families.ll4 import LL4

LL2 = LL4.holding("ll2", "two-parameter log-logistic", "1 / (1 + (x / ec50)**-slope)", bottom=0.0, top=1.0)
