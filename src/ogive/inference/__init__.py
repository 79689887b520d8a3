"""What a fit says beyond its coefficients: errors, intervals, tests, effects, where they are valid."""

from ogive.inference.adequacy import (
    FEW_EVENTS,
    SampleAdequacy,
    expected_shrinkage,
    sample_adequacy,
    sample_verdict,
)
from ogive.inference.collinearity import Collinearity, Inflation, collinear_columns, variance_inflation
from ogive.inference.comparisons import HypothesisTest, likelihood_ratio_test, score_test, wald_test
from ogive.inference.effects import MarginalEffect, marginal_effects
from ogive.inference.profile import profile_interval, profile_intervals
from ogive.inference.separation import PerfectPrediction, Separation, find_separation, suspicious
from ogive.inference.statistics import FitStatistics, fit_statistics
from ogive.inference.validity import Validity, validity
from ogive.inference.wald import WaldRow, all_coefficients, odds_ratio, wald_table

__all__ = [
    "FEW_EVENTS",
    "Collinearity",
    "FitStatistics",
    "HypothesisTest",
    "Inflation",
    "MarginalEffect",
    "PerfectPrediction",
    "SampleAdequacy",
    "Separation",
    "Validity",
    "WaldRow",
    "all_coefficients",
    "collinear_columns",
    "expected_shrinkage",
    "find_separation",
    "fit_statistics",
    "likelihood_ratio_test",
    "marginal_effects",
    "odds_ratio",
    "profile_interval",
    "profile_intervals",
    "sample_adequacy",
    "sample_verdict",
    "score_test",
    "suspicious",
    "validity",
    "variance_inflation",
    "wald_table",
    "wald_test",
]
