"""Loss, penalty, solver and design composed into a problem; solved, certified and inspected; folds."""

from ogive.fitting.inspect import covariance, information, linear_predictor, score
from ogive.fitting.problem import Problem, Standardisation
from ogive.fitting.solve import Solution, solve

__all__ = [
    "Problem",
    "Solution",
    "Standardisation",
    "covariance",
    "information",
    "linear_predictor",
    "score",
    "solve",
]
