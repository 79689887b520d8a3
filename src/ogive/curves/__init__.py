"""S-curves fitted to points: growth, dose-response, firing rates, transitions."""

from ogive.curves.adequacy import CurveStatistics, CurveTest
from ogive.curves.comparison import (
    ComparedModel,
    Comparison,
    LeftOut,
    compare,
    equality,
    nested_test,
)
from ogive.curves.families import families, family
from ogive.curves.family import Family, Variant
from ogive.curves.fitted import Band, CurveFit, CurveParameter, Refused
from ogive.curves.fitting import fit
from ogive.curves.potency import Contrast, RelativePotency, contrasts, relative_potency
from ogive.curves.quantities import CurveQuantity

__all__ = [
    "Band",
    "ComparedModel",
    "Comparison",
    "Contrast",
    "CurveFit",
    "CurveParameter",
    "CurveQuantity",
    "CurveStatistics",
    "CurveTest",
    "Family",
    "LeftOut",
    "Refused",
    "RelativePotency",
    "Variant",
    "compare",
    "contrasts",
    "equality",
    "families",
    "family",
    "fit",
    "nested_test",
    "relative_potency",
]
