"""S-curves fitted to points: growth, dose-response, firing rates, transitions."""

from ogive.curves.families import families, family
from ogive.curves.family import Family, Variant
from ogive.curves.fitted import Band, CurveFit, CurveParameter, Refused
from ogive.curves.fitting import fit
from ogive.curves.quantities import CurveQuantity

__all__ = [
    "Band",
    "CurveFit",
    "CurveParameter",
    "CurveQuantity",
    "Family",
    "Refused",
    "Variant",
    "families",
    "family",
    "fit",
]
