"""Estimators with scikit-learn's interface."""

from ogive.models.logistic import LogisticRegression
from ogive.models.warnings import ConvergenceWarning, SeparationWarning

__all__ = ["ConvergenceWarning", "LogisticRegression", "SeparationWarning"]
