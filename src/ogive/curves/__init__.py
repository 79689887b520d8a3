"""S-curves fitted to points: growth, dose-response, firing rates, transitions."""

from ogive.curves.families import families, family
from ogive.curves.family import Family, Variant
from ogive.curves.figures import (
    Role,
    fit_figure,
    group_words,
    headline,
    in_words,
    name_of,
    parameter_figures,
    parameters_of,
    residual_figures,
    rises,
    side_of,
    spread,
    standardised,
    unit_words,
)
from ogive.curves.fitted import Band, CurveFit, CurveParameter, Refused
from ogive.curves.fitting import fit

__all__ = [
    "Band",
    "CurveFit",
    "CurveParameter",
    "Family",
    "Refused",
    "Role",
    "Variant",
    "families",
    "family",
    "fit",
    "fit_figure",
    "group_words",
    "headline",
    "in_words",
    "name_of",
    "parameter_figures",
    "parameters_of",
    "residual_figures",
    "rises",
    "side_of",
    "spread",
    "standardised",
    "unit_words",
]
