"""What every part of inference needs of a fit: weights, the likelihood at a predictor, quantiles, columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ogive._base import InputError, Status, Vector
from ogive.fitting import Problem, Solution, solve

PENALISED = "the fit is penalised (alpha > 0)"


def row_weights(problem: Problem) -> Vector:
    """Weights of the rows, ones where the problem has none."""
    if problem.weights is None:
        return np.ones(len(problem.y))
    return np.asarray(problem.weights, dtype=np.float64)


def null_log_likelihood(problem: Problem) -> float:
    """Log-likelihood of the model with no columns: the intercept and the offset, where the problem has them."""
    p = problem.design.shape[1]
    if problem.fit_intercept:
        return solve(replace(problem, alpha=0.0), active=np.zeros(p, dtype=bool)).log_likelihood
    standard = problem.standard
    reading = problem.loss.read(
        problem.design.core,
        np.zeros(p + 1),
        problem.y,
        problem.weights,
        problem.offset,
        standard.centre,
        standard.scale,
    )
    return -reading.loss


def normal_quantile(level: float) -> float:
    """Return z such that a standard normal lies within ±z with probability `level`."""
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1; got {level:g}.", "use 0.95 for a 95 % interval")
    return float(ndtri(0.5 + level / 2))


def chosen_columns(problem: Problem, columns: Sequence[int] | slice | None) -> Vector:
    """Indices of design columns, checked; None means all of them."""
    p = problem.design.shape[1]
    if columns is None:
        columns = slice(None)
    if isinstance(columns, slice):
        indices = np.arange(p)[columns]
    else:
        indices = np.asarray(columns, dtype=np.intp)
    if indices.ndim != 1 or len(indices) == 0 or indices.min() < 0 or indices.max() >= p:
        raise InputError(
            f"columns must name at least one design column from 0 to {p - 1}; got {columns!r}.",
            "pass their indices, as in [0, 3], or None for all",
        )
    return np.unique(indices)


def why_not_maximum_likelihood(problem: Problem, solution: Solution) -> str:
    """Return why statistics of the likelihood are not valid for this fit; empty where they are.

    Everything built on the curvature or on differences of the log-likelihood assumes that the solution is its
    maximum.
    """
    if problem.alpha > 0:
        return PENALISED
    status = solution.status
    if status is Status.SEPARATED:
        return "the maximum-likelihood estimate is infinite (the data are separated)"
    if status is Status.ITERATION_LIMIT:
        return "the fit did not reach its optimum"
    return ""
