"""Losses of a linear predictor; each knows the compiled pass that evaluates it."""

from ogive.losses.logistic import Logistic

__all__ = ["Logistic"]
