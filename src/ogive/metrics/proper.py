"""Proper scores, which only honest probabilities make small: log loss and Brier score."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, Vector
from ogive.metrics.forecasts import Forecasts, forecasts
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
    return log_loss_of(forecasts(y, p, weights), level)


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
    return brier_score_of(forecasts(y, p, weights), level)


def log_loss_of(table: Forecasts, level: float) -> Estimate:
    """Log loss of a table."""
    estimate = _mean(table, *_log_losses(table), level, math.inf)
    wrong = contradicted(table)
    if wrong == 0:
        return estimate
    return without_interval(
        estimate.value,
        level,
        f"the loss is infinite, because a probability of exactly 0 or 1 turned out wrong in {wrong:,.10g} of "
        f"{table.count:,.10g} rows; the value counts it as {CERTAIN:g} away from certain",
    )


def log_loss_value(table: Forecasts) -> float:
    """Return the plain value of the log loss."""
    return _mean_value(table, *_log_losses(table))


def brier_score_of(table: Forecasts, level: float) -> Estimate:
    """Brier score of a table."""
    return _mean(table, (1 - table.p) ** 2, table.p**2, level, 1.0)


def brier_score_value(table: Forecasts) -> float:
    """Return the plain value of the Brier score."""
    return _mean_value(table, (1 - table.p) ** 2, table.p**2)


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


def _log_losses(table: Forecasts) -> tuple[Vector, Vector]:
    """Loss of an event and of a non-event at each probability; only contradicted certainty is softened."""
    soft = uncertain(table.p)
    # Where p is 1 an event loses exactly 0, so the softened value is used only on the wrong side.
    return -np.log(np.maximum(table.p, soft)), -np.log1p(-np.minimum(table.p, soft))


def _mean_value(table: Forecasts, of_event: Vector, of_nonevent: Vector) -> float:
    return table.total(of_event, of_nonevent) / table.count


def _mean(table: Forecasts, of_event: Vector, of_nonevent: Vector, level: float, most: float) -> Estimate:
    value, count = _mean_value(table, of_event, of_nonevent), table.count
    if count <= 1:
        return without_interval(value, level, "fewer than two rows")
    variance = table.total((of_event - value) ** 2, (of_nonevent - value) ** 2) / (count - 1) / count
    if variance == 0:
        return without_interval(value, level, "every row has the same loss")
    return mean_interval(value, variance, count - 1, level, most)
