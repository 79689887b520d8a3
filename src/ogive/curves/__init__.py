"""S-curves fitted to points: growth, dose-response, firing rates, transitions."""

from ogive.curves.adequacy import CurveStatistics, CurveTest
from ogive.curves.backtest import BackTest, BackTestMean, BackTestScore, backtest
from ogive.curves.bootstrap import Bootstrap
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
from ogive.curves.figures import (
    Role,
    fit_figure,
    headline,
    parameter_figures,
    parameters_of,
    residual_figures,
    rises,
    side_of,
    spread,
    standardised,
)
from ogive.curves.file import SavedCurves, load, save, to_bytes
from ogive.curves.fitted import CurveFit
from ogive.curves.fitting import fit
from ogive.curves.forecast import Forecast, forecast
from ogive.curves.intervals import Band
from ogive.curves.naming import group_words, in_words, name_of, unit_words
from ogive.curves.noises import NoiseModel, noise_named
from ogive.curves.parameters import CurveParameter
from ogive.curves.points import Refused
from ogive.curves.potency import (
    Contrast,
    RelativePotency,
    contrasts,
    relative_potency,
    relative_potency_at,
)
from ogive.curves.quantities import CurveQuantity
from ogive.curves.robust import Outlier

__all__ = [
    "BackTest",
    "BackTestMean",
    "BackTestScore",
    "Band",
    "Bootstrap",
    "ComparedModel",
    "Comparison",
    "Contrast",
    "CurveFit",
    "CurveParameter",
    "CurveQuantity",
    "CurveStatistics",
    "CurveTest",
    "Family",
    "Forecast",
    "LeftOut",
    "NoiseModel",
    "Outlier",
    "Refused",
    "RelativePotency",
    "Role",
    "SavedCurves",
    "Variant",
    "backtest",
    "compare",
    "contrasts",
    "equality",
    "families",
    "family",
    "fit",
    "fit_figure",
    "forecast",
    "group_words",
    "headline",
    "in_words",
    "load",
    "name_of",
    "nested_test",
    "noise_named",
    "parameter_figures",
    "parameters_of",
    "relative_potency",
    "relative_potency_at",
    "residual_figures",
    "rises",
    "save",
    "side_of",
    "spread",
    "standardised",
    "to_bytes",
    "unit_words",
]
