"""Profile-likelihood intervals: the values of a coefficient that a likelihood-ratio test would not reject.

The limits of a linear function c'x of the coefficients are its extremes over all x whose log-likelihood l is
at least l* = max l - quantile / 2. There the gradient is U = m c for some multiplier m. Newton's method for
that equation together with l(x) = l* (Venzon and Moolgavkar 1988, Applied Statistics 37:87) has the step,
with V the inverse of the information,

    V U ± k V c,   k² = (2 (l - l*) + U'V U) / c'V c

so that a limit costs a few readings of the data instead of a root search of refits. The steps are safeguarded
by halving on the exact penalty function of this (convex) problem.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ogive._base import Estimate, InputError, Vector, normal_quantile
from ogive._kernels import cholesky_solve
from ogive.fitting import Problem, Solution
from ogive.inference.likelihood import Likelihood, Point, why_not_maximum_likelihood
from ogive.inference.wald import UNIDENTIFIED

MAX_STEPS = 50
NEAR = 1e-7
METHOD = "profile likelihood"


def profile_interval(problem: Problem, solution: Solution, j: int, level: float = 0.95) -> Estimate:
    """Return a coefficient with its profile-likelihood interval.

    Parameters
    ----------
    problem, solution
        What was fitted, and the result of `ogive.fitting.solve`.
    j : int
        Index of the design column; -1 is the intercept.
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        Both limits None where there is no valid interval; `method` then says why.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, solve
    >>> from ogive.inference import profile_interval
    >>> problem = Problem(Design([DenseBlock(np.arange(8.0)[:, None])]), np.array([0, 0, 1, 0, 1, 0, 1, 1.0]))
    >>> profile_interval(problem, solve(problem), 0)
    0.59 (-0.11 – 1.76)
    """
    return profile_intervals(problem, solution, [j], level)[0]


def profile_intervals(
    problem: Problem, solution: Solution, columns: Sequence[int] | None = None, level: float = 0.95
) -> tuple[Estimate, ...]:
    """Return coefficients with their profile-likelihood intervals.

    Parameters
    ----------
    problem, solution
        What was fitted, and the result of `ogive.fitting.solve`.
    columns : sequence of int, optional
        Indices of design columns, -1 for the intercept. By default the intercept (where the model has one),
        then all columns.
    level : float
        Of the intervals.

    Returns
    -------
    tuple of Estimate
        One for each of `columns`.

    Raises
    ------
    InputError
        Where a column or the level is out of range.
    """
    p = problem.design.shape[1]
    if columns is None:
        columns = range(-problem.fit_intercept, p)
    if any(not -problem.fit_intercept <= j < p for j in columns):
        raise InputError(
            f"columns must lie between {-int(problem.fit_intercept)} and {p - 1}; got {list(columns)}.",
            "count design columns from 0; -1 is the intercept",
        )
    drop = normal_quantile(level) ** 2 / 2
    reason = why_not_maximum_likelihood(problem, solution)
    if reason:
        return tuple(_without(_value(solution, j), level, reason) for j in columns)
    likelihood = Likelihood(problem)
    optimum = likelihood.at_solution(solution)
    return tuple(_interval(likelihood, optimum, solution, j, level, drop) for j in columns)


def _functional(likelihood: Likelihood, j: int) -> Vector:
    """Return c such that c'x is the coefficient of column j (-1: the intercept) as it was given."""
    standard = likelihood.problem.standard
    if j >= 0:
        c = np.zeros(len(standard.scale) + 1)
        c[j] = 1 / standard.scale[j]
    else:
        c = np.append(-standard.centre / standard.scale, 1.0)
    return c[likelihood.index]


def _identified(point: Point, c: Vector) -> bool:
    """Whether c'x is the same for all x that fit equally well: c lies in the range of the information L L'."""
    if not c.any() or not point.zeros:
        return bool(c.any())
    L = point.factor
    left = c - L @ (L.T @ cholesky_solve(L, c))
    return float(np.abs(left).max()) < 1e-6 * float(np.abs(c).max())


def _interval(
    likelihood: Likelihood, optimum: Point, solution: Solution, j: int, level: float, drop: float
) -> Estimate:
    value = _value(solution, j)
    c = _functional(likelihood, j)
    if not _identified(optimum, c):
        return _without(value, level, UNIDENTIFIED)
    low, high = (_limit(likelihood, optimum, c, side, drop) for side in (-1, 1))
    if low is None or high is None:
        return _without(value, level, "the profile likelihood could not be followed to its limits")
    return Estimate(value=value, low=low, high=high, level=level, method=METHOD)


def _limit(likelihood: Likelihood, optimum: Point, c: Vector, side: int, drop: float) -> float | None:
    """Return the largest (side 1) or smallest (-1) c'x whose log-likelihood is `drop` below the maximum."""
    point, target = optimum, optimum.value - drop
    for _ in range(MAX_STEPS):
        up, across = cholesky_solve(point.factor, point.gradient), cholesky_solve(point.factor, c)
        room = (2 * (point.value - target) + float(point.gradient @ up)) / float(c @ across)
        multiplier = side * math.sqrt(max(room, 0.0))  # 0 where far below the target: straight back up
        step = up + multiplier * across
        length = float(np.linalg.norm(point.factor.T @ step))  # in the metric of the information, L L'
        if length < NEAR:  # convergence is quadratic: what this step leaves is of the order of NEAR squared
            return float(c @ (point.x + step))
        following = _search(likelihood, point, step, length, target, multiplier * c)
        if following is None:
            return None
        point = following
    return None


def _search(
    likelihood: Likelihood, point: Point, step: Vector, length: float, target: float, towards: Vector
) -> Point | None:
    """Halve the step until the exact penalty function falls; None where it does not.

    The multiplier of the log-likelihood at the limit is 1, so any higher price of a shortfall makes it exact.
    """

    def penalty(at: Point) -> float:
        return 2 * max(target - at.value, 0.0) - float(towards @ at.x)

    before = penalty(point)
    for _ in range(30):
        candidate = likelihood.at(point.x + step)
        # Where rows are all but certain the information is singular to rounding, and no step could follow.
        if candidate.zeros == point.zeros and (length < 0.01 or penalty(candidate) < before):
            return candidate
        step, length = step / 2, length / 2
    return None


def _value(solution: Solution, j: int) -> float:
    return float(solution.coef[j]) if j >= 0 else solution.intercept


def _without(value: float, level: float, reason: str) -> Estimate:
    return Estimate(value=value, level=level, method=f"no interval: {reason}")
