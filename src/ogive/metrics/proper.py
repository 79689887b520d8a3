"""Proper scores, which only honest probabilities make small: log loss and Brier score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import CERTAIN, Estimate, SampleWeight, Vector, certain_limits
from ogive._kernels import proper_of_rows, proper_of_table
from ogive.metrics.forecasts import Forecasts, Rows, Weighed, rows_of
from ogive.metrics.intervals import mean_interval, without_interval

# Rows of each class from which on Student's t is as good as normal, and rows that are read at once to see them.
MANY = 1000
BLOCK = 1 << 16

# What the kernels return: weight, contradicted weight, and mean and squares about it of log loss and of Brier score.
_Moments: TypeAlias = tuple[float, float, tuple[float, float], tuple[float, float]]


def log_loss(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95
) -> Estimate:
    """Mean of -log of the probability given to what happened, in natural units (nats).

    The interval is the mean ± t standard errors on the log scale, which losses, being skewed, need. A
    probability of exactly 0 or 1 that turned out wrong has infinite loss: it is then counted as 1e-6 or
    1 - 1e-6 (or as the nearest other forecast, if that is more extreme), and no interval is given; nor is one
    with fewer than two events or non-events.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import log_loss
    >>> log_loss([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.51 (0.21 – 1.23)
    """
    return _of_rows(y, p, sample_weight, logs=True).log_loss_estimate(level)


def brier_score(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95
) -> Estimate:
    """Mean squared difference between probability and outcome (Brier 1950).

    The interval is the mean ± t standard errors on the log scale, which losses, being skewed, need. There is none with
    fewer than two events or non-events. A forecast of the prevalence r for every row
    scores r (1 - r).

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import brier_score
    >>> brier_score([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.18 (0.06 – 0.55)
    """
    return _of_rows(y, p, sample_weight, logs=False).brier_estimate(level)


@dataclass(frozen=True)
class Proper:
    """Weight of all rows, of those whose certainty was contradicted, and mean and squares about it of either loss.

    Contradicted is a probability of exactly 0 or 1 whose outcome is the other. `effective` is the number of rows of
    equal weight that would tell as much, `rarer` that of the rarer class, cut at MANY.
    """

    count: float
    contradicted: float
    log_loss: tuple[float, float]
    brier: tuple[float, float]
    effective: float
    rarer: float

    @classmethod
    def of(cls, moments: _Moments, of_squares: _Moments | None, rarer: float) -> Proper:
        """Take the moments by the weights and, of sampling weights, by their squares.

        About another mean than its own a sum of squares grows by the weight times the distance squared.
        """
        count, contradicted, log_loss, brier = moments
        if of_squares is None:
            return cls(count, contradicted, log_loss, brier, count, rarer)
        weight = of_squares[0]
        log_loss, brier = (
            (value, squares + weight * (centre - value) ** 2)
            for (value, _), (centre, squares) in zip((log_loss, brier), of_squares[2:], strict=True)
        )
        return cls(count, contradicted, log_loss, brier, Weighed(count, weight).effective, rarer)

    def log_loss_estimate(self, level: float) -> Estimate:
        """Return the log loss with its interval."""
        estimate = self._mean(self.log_loss, level, math.inf)
        if self.contradicted == 0:
            return estimate
        return without_interval(
            estimate.value,
            level,
            f"the loss is infinite, because a probability of exactly 0 or 1 turned out wrong in "
            f"{self.contradicted:,.10g} of {self.count:,.10g} rows; the value counts it as {CERTAIN:g} away from "
            "certain",
        )

    def brier_estimate(self, level: float) -> Estimate:
        """Return the Brier score with its interval."""
        return self._mean(self.brier, level, 1.0)

    def _mean(self, moments: tuple[float, float], level: float, most: float) -> Estimate:
        """Return a mean with its interval.

        Losses are skewed, the more so the rarer a class, whose rows then bring most of the variance: hence the
        log scale and the degrees of freedom of the rarer class.
        """
        value, squares = moments
        if self.rarer <= 1:
            return without_interval(value, level, "fewer than two events or non-events")
        variance = squares / self.count**2 / (1 - 1 / self.effective)
        if variance == 0:
            return without_interval(value, level, "every row has the same loss")
        df = self.rarer - 1 if self.rarer < MANY else math.inf
        return mean_interval(value, variance, df, level, most)


def _of_rows(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight, *, logs: bool) -> Proper:
    """Read the rows as they come, for neither score needs a sort; without `logs` for the Brier score alone."""
    rows = rows_of(y, p, sample_weight)

    def moments(weight: Vector | None) -> _Moments:
        found = proper_of_rows(rows.probability, rows.outcome, weight, CERTAIN, logs)
        return found if found is not None else rows.refuse()

    of_squares = None if rows.squares is None else moments(rows.squares)
    return Proper.of(moments(rows.weight), of_squares, _rarer(rows))


def _rarer(rows: Rows) -> float:
    """Effective rows of the rarer class, cut at MANY; no more rows are read than it takes to see that."""
    weights, squares = [0.0, 0.0], [0.0, 0.0]
    for start in range(0, rows.outcome.size, BLOCK):
        part = slice(start, start + BLOCK)
        event = rows.outcome[part]
        weight = np.ones_like(event) if rows.weight is None else rows.weight[part]
        square = weight if rows.squares is None else rows.squares[part]
        for k, there in enumerate((event, 1 - event)):
            weights[k] += float(np.sum(there * weight))
            squares[k] += float(np.sum(there * square))
        if rows.squares is None and min(weights) >= MANY:
            break
    return min(MANY, *(Weighed(*of_class).effective for of_class in zip(weights, squares, strict=True)))


def proper_of(table: Forecasts) -> Proper:
    """Both scores of a table."""

    def moments(weights: Forecasts) -> _Moments:
        found = proper_of_table(table.p, weights.events, weights.nonevents, CERTAIN)
        assert found is not None  # a table is checked when it is made
        return found

    of_squares = None if table.squares is None else moments(table.squares)
    rarer = min(MANY, table.effective_events, table.effective_nonevents)
    return Proper.of(moments(table), of_squares, rarer)


def uncertain(p: Vector) -> Vector:
    """Replace 0 and 1 by 1e-6 and 1 - 1e-6, or by the nearest other probability where that is more extreme.

    Their log-odds are infinite; this keeps them the most extreme forecasts without inventing a size.
    """
    return np.clip(p, *certain_limits(p))
