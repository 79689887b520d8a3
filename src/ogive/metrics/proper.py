"""Proper scores, which only honest probabilities make small: log loss and Brier score."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, Vector
from ogive._kernels import proper_of_rows, proper_of_table
from ogive.metrics.forecasts import Forecasts, rows_of
from ogive.metrics.intervals import mean_interval, without_interval

# What a certain forecast (exactly 0 or 1) is counted as, unless another forecast is nearer to it.
CERTAIN = 1e-6


def log_loss(
    y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None, *, level: float = 0.95
) -> Estimate:
    """Mean of -log of the probability given to what happened, in natural units (nats).

    The interval is the mean ± t standard errors, cut at 0. A probability of exactly 0 or 1 that turned
    out wrong has infinite loss: it is then counted as 1e-6 or 1 - 1e-6 (or as the nearest other forecast,
    if that is more extreme), and no interval is given.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,), optional
        Frequencies.
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
    0.51 (0.18 – 0.85)
    """
    return _of_rows(y, p, sample_weight, logs=True).log_loss_estimate(level)


def brier_score(
    y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None, *, level: float = 0.95
) -> Estimate:
    """Mean squared difference between probability and outcome (Brier 1950).

    The interval is the mean ± t standard errors, cut to [0, 1]. A forecast of the prevalence r for every row
    scores r (1 - r).

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,), optional
        Frequencies.
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
    0.18 (0.03 – 0.32)
    """
    return _of_rows(y, p, sample_weight, logs=False).brier_estimate(level)


@dataclass(frozen=True)
class Proper:
    """Weight of all rows, of those whose certainty was contradicted, and mean and squares about it of either loss.

    Contradicted is a probability of exactly 0 or 1 whose outcome is the other.
    """

    count: float
    contradicted: float
    log_loss: tuple[float, float]
    brier: tuple[float, float]

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
        value, squares = moments
        if self.count <= 1:
            return without_interval(value, level, "fewer than two rows")
        variance = squares / (self.count - 1) / self.count
        if variance == 0:
            return without_interval(value, level, "every row has the same loss")
        return mean_interval(value, variance, self.count - 1, level, most)


def _of_rows(y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None, *, logs: bool) -> Proper:
    """Read the rows as they come, for neither score needs a sort; without `logs` for the Brier score alone."""
    rows = rows_of(y, p, sample_weight)
    found = proper_of_rows(rows.probability, rows.outcome, rows.weight, CERTAIN, logs)
    return Proper(*found) if found is not None else rows.refuse()


def proper_of(table: Forecasts) -> Proper:
    """Both scores of a table."""
    found = proper_of_table(table.p, table.events, table.nonevents, CERTAIN)
    assert found is not None  # a table is checked when it is made
    return Proper(*found)


def uncertain(p: Vector) -> Vector:
    """Replace 0 and 1 by 1e-6 and 1 - 1e-6, or by the nearest other probability where that is more extreme.

    Their log-odds are infinite; this keeps them the most extreme forecasts without inventing a size.
    """
    within = p[(p > 0) & (p < 1)]
    low = min(CERTAIN, within.min(initial=1.0))
    high = max(1 - CERTAIN, within.max(initial=0.0))
    return np.clip(p, low, high)
