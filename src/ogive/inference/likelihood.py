"""What every part of inference needs of a fit: weights, the likelihood at a predictor, quantiles, columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Status, Vector
from ogive._kernels import cholesky
from ogive.data import Design
from ogive.fitting import Problem, Solution, solve

Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

# A pivot of the information below this share of its diagonal belongs to a column that depends on others.
DEPENDENT = 1e-13
# Change of the log-odds by a standard deviation of a column above which only other columns can balance it.
LARGEST_EFFECT = 20.0

PENALISED = "the fit is penalised (alpha > 0)"


def row_weights(problem: Problem) -> Vector:
    """Return the weights of the rows, ones where the problem has none."""
    if problem.weights is None:
        return np.ones(len(problem.y))
    return np.asarray(problem.weights, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Point:
    """The log-likelihood at `x`: value, gradient, Cholesky factor of the information and its zero pivots."""

    x: Vector
    value: float
    gradient: Vector
    factor: Vector
    zeros: int


class Likelihood:
    """The log-likelihood of the coefficients that can move, standardised, the intercept last."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.index = np.flatnonzero(np.append(~problem.standard.constant, problem.fit_intercept))

    def at(self, x: Vector) -> Point:
        """Evaluate at `x`, in one reading of the data. Columns that depend on others have a zero pivot."""
        problem, standard = self.problem, self.problem.standard
        coef = np.zeros(problem.design.shape[1] + 1)
        coef[self.index] = x
        reading = problem.loss.read(
            problem.design.core,
            coef,
            problem.y,
            problem.weights,
            problem.offset,
            standard.centre,
            standard.scale,
            hessian=True,
        )
        assert reading.hessian is not None
        information = np.ascontiguousarray(reading.hessian[np.ix_(self.index, self.index)])
        factor, zeros, _ = cholesky(information, DEPENDENT)
        return Point(x, -reading.loss, -reading.gradient[self.index], factor, zeros)

    def at_solution(self, solution: Solution) -> Point:
        """Evaluate at the coefficients of a solution."""
        x = self.problem.standard.standardised(solution.intercept, solution.coef)
        return self.at(x[self.index])


def fit_without(problem: Problem, solution: Solution, tested: Indices) -> Solution:
    """Refit with some coefficients held at zero.

    It starts from the fit; what the columns contribute at their centres joins the intercept, so that the mean
    predictor stays. Coefficients that only balanced the ones left out would be a start beyond all reason.
    """
    active = np.ones(problem.design.shape[1], dtype=bool)
    active[tested] = False
    effects = problem.standard.standardised(0.0, solution.coef)[:-1]
    if np.abs(effects[tested]).max(initial=0.0) > LARGEST_EFFECT:
        return solve(problem, active=active)
    moved = float(solution.coef[tested] @ problem.standard.centre[tested]) if problem.fit_intercept else 0.0
    start = replace(solution, intercept=solution.intercept + moved, coef=np.where(active, solution.coef, 0.0))
    return solve(problem, start=start, active=active)


def null_fit(problem: Problem) -> Solution:
    """Fit no columns: the intercept and the offset, where the problem has them. No column is read."""
    return solve(replace(problem, design=Design([], rows=problem.design.shape[0]), alpha=0.0))


def chosen_columns(p: int, columns: Sequence[int] | slice | None) -> Indices:
    """Return the indices of design columns, checked; None means all of them."""
    indices = np.arange(p)
    if isinstance(columns, slice):
        indices = indices[columns]
    elif columns is not None:
        indices = np.unique(np.asarray(columns, dtype=np.intp))
    if len(indices) == 0 or indices[0] < 0 or indices[-1] >= p:
        raise InputError(
            f"columns must name at least one design column from 0 to {p - 1}; got {columns!r}.",
            "pass their indices, as in [0, 3], or None for all",
        )
    return indices


def why_not_maximum_likelihood(problem: Problem, solution: Solution) -> str:
    """Return why statistics of the likelihood are not valid for this fit; empty where they are.

    Whatever is built on the curvature or on differences of the log-likelihood assumes that the solution is
    its maximum.
    """
    if problem.alpha > 0:
        return PENALISED
    if solution.status is Status.SEPARATED:
        return "the maximum-likelihood estimate is infinite (the data are separated)"
    if solution.status in (Status.OPTIMAL, Status.NOT_UNIQUE):
        return ""
    # Whatever stopped the fit, it is good enough where the log-likelihood can rise by no more than this.
    excess = solution.certificate.decrement
    if excess is not None and excess * problem.weight_sum <= 1e-8:
        return ""
    return "the fit did not reach its optimum"
