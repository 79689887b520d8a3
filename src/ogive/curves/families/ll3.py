"""The log-logistic dose-response curve with a lower level of 0."""

from __future__ import annotations

from ogive.curves.families.ll4 import LL4

LL3 = LL4.holding("ll3", "three-parameter log-logistic", "top / (1 + (x / ec50)**-slope)", bottom=0.0)
