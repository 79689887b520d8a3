"""Average marginal effects: by how much each column changes the probability, averaged over the rows.

For a number the effect on a row is the derivative p (1 - p) b; for a level of a category or a boolean it is
the probability with the level less that with the reference level, all else as it is. Standard errors are by
the delta method over the coefficients, the rows taken as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from ogive._base import Estimate, InputError, Record, Vector, normal_quantile, normal_tails
from ogive._kernels import sigmoid
from ogive.data import CodesBlock
from ogive.fitting import Problem, Solution, linear_predictor
from ogive.inference.likelihood import chosen_columns, row_weights
from ogive.inference.wald import UNIDENTIFIED, default_names


class MarginalEffect(Record, frozen=True, kw_only=True):
    """Average change of the probability that goes with one design column.

    Attributes
    ----------
    name : str
        Of the design column.
    kind : str
        "derivative" (a unit of a number) or "change" (the level against the reference level).
    effect : Estimate
        With its Wald interval; `method` "delta method", or why there is no interval.
    standard_error, z, p : float or None
        None where not valid.
    """

    name: str
    kind: Literal["derivative", "change"]
    effect: Estimate
    standard_error: float | None = None
    z: float | None = None
    p: float | None = None


class _Effect(NamedTuple):
    column: int
    kind: Literal["derivative", "change"]
    value: float
    gradient: Vector  # of the value with respect to the intercept and the coefficients


def marginal_effects(
    problem: Problem,
    solution: Solution,
    covariance: Vector,
    columns: Sequence[int] | slice | None = None,
    *,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    reason: str = "",
) -> tuple[MarginalEffect, ...]:
    """Return average marginal effects with standard errors by the delta method.

    Costs one pass over the rows a number and two a level.

    Parameters
    ----------
    problem, solution
        What was fitted, and the result of `ogive.fitting.solve`.
    covariance : array of shape (p + 1, p + 1)
        From `ogive.fitting.covariance`, intercept first.
    columns : sequence of int or slice, optional
        Design columns wanted; all by default.
    names : sequence of str, optional
        Of all design columns.
    level : float
        Of the intervals.
    reason : str
        Where given, standard errors are not valid for this fit (see `validity`).

    Returns
    -------
    tuple of MarginalEffect
        One a column, in the order of the design.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, covariance, solve
    >>> from ogive.inference import marginal_effects
    >>> problem = Problem(Design([DenseBlock(np.arange(8.0)[:, None])]), np.array([0, 0, 1, 0, 1, 0, 1, 1.0]))
    >>> solution = solve(problem)
    >>> marginal_effects(problem, solution, covariance(solution))[0].effect
    0.10 (0.04 – 0.17)
    """
    p = problem.design.shape[1]
    wanted = set(chosen_columns(p, columns).tolist())
    names = default_names(p) if names is None else names
    if len(names) != p:
        raise InputError(f"{p} names were expected; got {len(names)}.", "name every design column")
    return tuple(
        _with_error(effect, names[effect.column], covariance, level, reason)
        for effect in _effects(problem, solution, wanted)
    )


def _effects(problem: Problem, solution: Solution, wanted: set[int]) -> Iterator[_Effect]:
    weights = row_weights(problem)
    weights = weights / weights.sum()
    eta = linear_predictor(problem, solution)
    slope: tuple[float, Vector] | None = None
    first = 0
    for block in problem.design.blocks:
        columns = [j for j in range(first, first + block.width) if j in wanted]
        if columns and isinstance(block, CodesBlock):
            yield from _changes(problem, solution, weights, eta, block, first, columns)
        elif columns:
            slope = slope or _mean_slope(problem, weights, eta)
            mean, gradient = slope
            for j in columns:
                whole = solution.coef[j] * gradient
                whole[j + 1] += mean
                yield _Effect(j, "derivative", float(solution.coef[j] * mean), whole)
        first += block.width


def _mean_slope(problem: Problem, weights: Vector, eta: Vector) -> tuple[float, Vector]:
    """Return the mean of p (1 - p), and its gradient: the mean of p (1 - p) (1 - 2 p) times the row."""
    p, q = sigmoid(eta), sigmoid(-eta)
    slope = weights * p * q
    return float(slope.sum()), _times_rows(problem, slope * (q - p))


def _changes(
    problem: Problem,
    solution: Solution,
    weights: Vector,
    eta: Vector,
    block: CodesBlock,
    first: int,
    columns: list[int],
) -> Iterator[_Effect]:
    """Yield the changes from the reference level (contribution 0) to each level wanted."""
    inside = slice(first + 1, first + 1 + block.width)
    contribution = np.zeros(block.levels + 1)  # the last stands for code -1
    contribution[[block.level(k) for k in range(block.width)]] = solution.coef[first : first + block.width]
    base = eta - contribution[block.codes]
    p0, slope0 = sigmoid(base), weights * sigmoid(base) * sigmoid(-base)
    for j in columns:
        there = base + solution.coef[j]
        p1, slope1 = sigmoid(there), weights * sigmoid(there) * sigmoid(-there)
        gradient = _times_rows(problem, slope1 - slope0)
        gradient[inside] = 0.0  # rows are moved between levels, whatever theirs is
        gradient[j + 1] = slope1.sum()
        yield _Effect(j, "change", float(np.sum(weights * (p1 - p0))), gradient)


def _times_rows(problem: Problem, factor: Vector) -> Vector:
    intercept = factor.sum() if problem.fit_intercept else 0.0
    return np.concatenate([[intercept], problem.design.rmatvec(factor)])


def _with_error(effect: _Effect, name: str, covariance: Vector, level: float, reason: str) -> MarginalEffect:
    used = effect.gradient != 0
    part = covariance[np.ix_(used, used)]
    variance = float(effect.gradient[used] @ part @ effect.gradient[used])
    if not reason and not (math.isfinite(variance) and variance > 0):
        reason = UNIDENTIFIED
    if reason:
        estimate = Estimate(value=effect.value, level=level, method=f"no interval: {reason}")
        return MarginalEffect(name=name, kind=effect.kind, effect=estimate)
    error = math.sqrt(variance)
    half, z = normal_quantile(level) * error, effect.value / error
    estimate = Estimate(
        value=effect.value,
        low=effect.value - half,
        high=effect.value + half,
        level=level,
        method="delta method",
    )
    return MarginalEffect(
        name=name, kind=effect.kind, effect=estimate, standard_error=error, z=z, p=normal_tails(z)
    )
