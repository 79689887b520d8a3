"""S-curves fitted to points: growth, dose-response, firing rates, transitions."""

from ogive.curves.families import families, family
from ogive.curves.family import Family, Variant
from ogive.curves.fitted import CurveFit, CurveParameter, fit

__all__ = ["CurveFit", "CurveParameter", "Family", "Variant", "families", "family", "fit"]
