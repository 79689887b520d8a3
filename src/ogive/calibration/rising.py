"""Logistic regression whose slopes are never negative, so that a higher score never gets a lower probability.

The log-likelihood is concave, so its maximum over slopes >= 0 is the point where no slope above 0 would raise it by
moving, and none at 0 by growing. The search for the set of slopes above 0 is that of Lawson and Hanson (1974) for least
squares, with a Newton fit in its place: the slope that promises most is set free, and where the optimum of the free
ones lies beyond 0, the step ends at 0 and what met it is held there again. The likelihood rises with every step and
each set has one maximum, so no set returns.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.data import DenseBlock, Design
from ogive.fitting import Problem, Solution, score, solve

# A slope is set free where the mean log-likelihood rises by more than this a standard deviation of its column.
PROMISING = 1e-10

Mask = NDArray[np.bool_]


def rising_fit(
    columns: Vector, share: Vector, weight: Vector, *, intercept: bool = True
) -> tuple[float, Vector]:
    """Maximise the likelihood of the shares over an intercept and slopes of at least 0.

    Parameters
    ----------
    columns : array of shape (n, k)
        What the log-odds are a sum of.
    share : array of shape (n,)
        Share of events in each row, in [0, 1].
    weight : array of shape (n,)
        Frequencies.
    intercept : bool
        Whether there is one.

    Returns
    -------
    intercept : float
    slopes : ndarray of shape (k,)
        Where the likelihood rises without end, those of a ridge of 1e-6; of columns that determine each other, those of
        minimum norm.
    """
    problem = Problem(Design([DenseBlock(columns)]), share, weight, fit_intercept=intercept)
    found = solve(problem, information=False)
    if (found.coef < 0).any():
        found = _bounded(problem)
    return found.intercept, found.coef


def _bounded(problem: Problem) -> Solution:
    standard, free = problem.standard, np.zeros(problem.design.shape[1], dtype=bool)
    best = solve(problem, active=free, information=False)
    while True:
        rise = np.where(free, 0.0, score(problem, best)[1:] * standard.scale / standard.weight)
        if not rise.max(initial=0.0) > PROMISING:
            return best
        free[rise.argmax()] = True
        higher = _within(problem, free, best)
        if not higher.log_likelihood > best.log_likelihood:  # what promised was rounding
            return best
        best = higher


def _within(problem: Problem, free: Mask, at: Solution) -> Solution:
    """Return the optimum over the slopes that are `free`, or over those of them that do not meet 0 on the way there."""
    while True:
        best = solve(problem, active=free, start=at, information=False)
        beyond = free & (best.coef < 0)
        if not beyond.any():
            return best
        length = np.min(at.coef[beyond] / (at.coef[beyond] - best.coef[beyond]), initial=1.0)
        slopes = at.coef + length * (best.coef - at.coef)
        free &= slopes > 1e-14 * np.abs(slopes).max()
        at = dataclasses.replace(at, coef=np.where(free, slopes, 0.0))
