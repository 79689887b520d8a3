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
    y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None, *, level: float = 0.95
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
    weights : array of shape (n,), optional
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
    return _log_loss(_of_rows(y, p, weights, logs=True), level)


def brier_score(
    y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None, *, level: float = 0.95
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
    weights : array of shape (n,), optional
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
    return _brier_score(_of_rows(y, p, weights, logs=False), level)


@dataclass(frozen=True)
class _Proper:
    """Weight of all rows, of those whose certainty was contradicted, and mean and squares about it of either loss."""

    count: float
    contradicted: float
    log_loss: tuple[float, float]
    brier: tuple[float, float]


def _of_rows(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None, *, logs: bool) -> _Proper:
    """Read the rows as they come, for neither score needs a sort; without `logs` for the Brier score alone."""
    rows = rows_of(y, p, weights)
    found = proper_of_rows(rows.probability, rows.outcome, rows.weight, CERTAIN, logs)
    return _Proper(*found) if found is not None else rows.refuse()


def proper_of(table: Forecasts) -> _Proper:
    """Both scores of a table."""
    found = proper_of_table(table.p, table.events, table.nonevents, CERTAIN)
    assert found is not None  # a table is checked when it is made
    return _Proper(*found)


def log_loss_of(table: Forecasts, level: float) -> Estimate:
    """Log loss of a table."""
    return _log_loss(proper_of(table), level)


def brier_score_of(table: Forecasts, level: float) -> Estimate:
    """Brier score of a table."""
    return _brier_score(proper_of(table), level)


def contradicted(table: Forecasts) -> float:
    """Weight of the rows whose probability is exactly 0 or 1 and whose outcome is the other."""
    return float(table.events[table.p == 0].sum() + table.nonevents[table.p == 1].sum())


def uncertain(p: Vector) -> Vector:
    """Replace 0 and 1 by 1e-6 and 1 - 1e-6, or by the nearest other probability where that is more extreme.

    Their log-odds are infinite; this keeps them the most extreme forecasts without inventing a size.
    """
    within = p[(p > 0) & (p < 1)]
    low = min(CERTAIN, within.min(initial=1.0))
    high = max(1 - CERTAIN, within.max(initial=0.0))
    return np.clip(p, low, high)


def _log_loss(proper: _Proper, level: float) -> Estimate:
    estimate = _mean(proper.count, proper.log_loss, level, math.inf)
    if proper.contradicted == 0:
        return estimate
    return without_interval(
        estimate.value,
        level,
        f"the loss is infinite, because a probability of exactly 0 or 1 turned out wrong in "
        f"{proper.contradicted:,.10g} of {proper.count:,.10g} rows; the value counts it as {CERTAIN:g} away from "
        "certain",
    )


def _brier_score(proper: _Proper, level: float) -> Estimate:
    return _mean(proper.count, proper.brier, level, 1.0)


def _mean(count: float, moments: tuple[float, float], level: float, most: float) -> Estimate:
    value, squares = moments
    if count <= 1:
        return without_interval(value, level, "fewer than two rows")
    variance = squares / (count - 1) / count
    if variance == 0:
        return without_interval(value, level, "every row has the same loss")
    return mean_interval(value, variance, count - 1, level, most)
