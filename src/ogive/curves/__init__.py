"""S-curves fitted to points: growth, dose-response, firing rates, transitions."""

from ogive.curves.bootstrap import Bootstrap
from ogive.curves.families import families, family
from ogive.curves.family import Family, Variant
from ogive.curves.fitted import Band, CurveFit, CurveParameter, Refused
from ogive.curves.fitting import fit
from ogive.curves.robust import Outlier

__all__ = [
    "Band",
    "Bootstrap",
    "CurveFit",
    "CurveParameter",
    "Family",
    "Outlier",
    "Refused",
    "Variant",
    "families",
    "family",
    "fit",
]
