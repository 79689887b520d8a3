"""Loss, penalty, solver and design composed into a problem; solved, certified and inspected; folds."""

from ogive.fitting.descend import Descent, descend
from ogive.fitting.folds import Folds, group_folds, stratified_folds, time_folds
from ogive.fitting.inspect import covariance, information, linear_predictor, score, with_information
from ogive.fitting.problem import Problem, Standardisation
from ogive.fitting.refit import refit
from ogive.fitting.solve import MOST_COLUMNS, SEPARATION_RIDGE, STRICT, Solution, is_endless, solve

__all__ = [
    "MOST_COLUMNS",
    "SEPARATION_RIDGE",
    "STRICT",
    "Descent",
    "Folds",
    "Problem",
    "Solution",
    "Standardisation",
    "covariance",
    "descend",
    "group_folds",
    "information",
    "is_endless",
    "linear_predictor",
    "refit",
    "score",
    "solve",
    "stratified_folds",
    "time_folds",
    "with_information",
]
