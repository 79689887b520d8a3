"""Whether probabilities mean what they say: logistic recalibration and reliability in bins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, Status, Vector, normal_quantile
from ogive._kernels import logit, sigmoid
from ogive.data import DenseBlock, Design
from ogive.fitting import Problem, covariance, linear_predictor, solve
from ogive.metrics.curves import width_bins
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import wilson, without_interval
from ogive.metrics.proper import CERTAIN, uncertain
from ogive.metrics.records import CalibrationLine, ReliabilityBin, ReliabilityCurve


def calibration_line(
    y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None, *, level: float = 0.95
) -> CalibrationLine:
    """Fit the outcomes to the log-odds of the probabilities by logistic regression (Cox 1958).

    The intercept is calibration in the large: the slope is held at 1 (logit(p) is an offset); its standard
    error stays valid where the slope is not 1. The slope is estimated with an intercept of its own.
    Intervals are Wald's.

    A probability of exactly 0 or 1 has infinite log-odds. It is counted as 1e-6 or 1 - 1e-6, or as the most
    extreme other probability where that is nearer to it; `note` says that this was done.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    weights : array of shape (n,), optional
        Frequencies.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import calibration_line
    >>> calibration_line([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9]).slope
    1.27 (-0.60 – 3.15)
    """
    return calibration_of(forecasts(y, p, weights).need_both_classes("calibration_line"), level)


def reliability_curve(
    y: ArrayLike,
    p: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    bins: int = 10,
    strategy: Literal["mass", "width"] = "mass",
    level: float = 0.95,
) -> ReliabilityCurve:
    """Compare mean probability and share of events in bins of rows of similar probability.

    Bins of equal mass hold (nearly) equally many rows; rows of the same probability always share a bin, the
    one in which the middle of them falls, and a bin that is left empty is not returned.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    weights : array of shape (n,), optional
        Frequencies.
    bins : int
        Most bins to make.
    strategy : "mass" or "width"
        Equally many rows a bin, or equal width over [0, 1].
    level : float
        Of the Wilson intervals of the shares.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import reliability_curve
    >>> for b in reliability_curve([0, 1, 0, 1], [0.1, 0.3, 0.6, 0.8], bins=2).bins:
    ...     print(f"{b.predicted:.2f} {b.observed}")
    0.20 0.50 (0.09 – 0.91)
    0.70 0.50 (0.09 – 0.91)
    """
    return reliability_of(forecasts(y, p, weights), level, bins, strategy)


def calibration_of(table: Forecasts, level: float) -> CalibrationLine:
    """Logistic recalibration of a table that has both classes."""
    rows, notes = _Rows(table), []
    certain = float(table.weight[(table.p == 0) | (table.p == 1)].sum())
    if certain:
        notes.append(
            f"A probability is exactly 0 or 1 in {certain:,.10g} of {table.count:,.10g} rows, where log-odds "
            f"are infinite; the calibration line counts it as {CERTAIN:g} away from certain, or as the "
            "nearest other probability if that is more extreme."
        )
    no_slope = _no_slope(table)
    line = None if no_slope else rows.fit_line()
    return CalibrationLine(
        intercept=rows.fit_intercept().estimate(level),
        slope=line.estimate(level) if line else None,
        line_intercept=line.intercept if line else None,
        note=" ".join([*notes, no_slope]).strip(),
    )


def calibration_values(table: Forecasts) -> tuple[float, float | None]:
    """Return the plain values of intercept (in the large) and slope."""
    rows = _Rows(table)
    return rows.fit_intercept().value, None if _no_slope(table) else rows.fit_line().value


def reliability_of(
    table: Forecasts, level: float, bins: int = 10, strategy: Literal["mass", "width"] = "mass"
) -> ReliabilityCurve:
    """Reliability of a table in bins."""
    if strategy not in {"mass", "width"}:
        raise InputError(
            f"strategy must be 'mass' or 'width'; got {strategy!r}.", "leave it out for bins of equal mass"
        )
    _, bin_of = width_bins(table.p, bins)
    if strategy == "mass":
        middle = np.cumsum(table.weight) - table.weight / 2
        bin_of = np.minimum((middle / table.count * bins).astype(np.intp), bins - 1)
    bounds = [*np.flatnonzero(np.diff(bin_of, prepend=-1)).tolist(), bin_of.size]
    return ReliabilityCurve(
        bins=tuple(_bin(table, start, stop, level) for start, stop in pairwise(bounds)), strategy=strategy
    )


def _bin(table: Forecasts, start: int, stop: int, level: float) -> ReliabilityBin:
    p, weight = table.p[start:stop], table.weight[start:stop]
    count = float(weight.sum())
    return ReliabilityBin(
        low=float(p[0]),
        high=float(p[-1]),
        count=count,
        predicted=float(np.clip((p * weight).sum() / count, p[0], p[-1])),
        observed=wilson(float(table.events[start:stop].sum()), count, level),
    )


@dataclass(frozen=True)
class _Fit:
    """A recalibration parameter, its variance, the intercept beside it, and how the fit ended."""

    value: float
    variance: float
    intercept: float
    status: Status

    def estimate(self, level: float) -> Estimate:
        """Return the value with Wald's interval, or without one where the fit is not certified."""
        if self.status is not Status.OPTIMAL:
            return without_interval(self.value, level, self.status.meaning)
        half = normal_quantile(level) * math.sqrt(self.variance)
        low, high = self.value - half, self.value + half
        return Estimate(
            value=self.value, low=low, high=high, level=level, method="logistic recalibration, Wald"
        )


class _Rows:
    """The table as rows of a logistic regression on the log-odds of the probabilities."""

    def __init__(self, table: Forecasts) -> None:
        happened, not_happened = table.events > 0, table.nonevents > 0
        log_odds: Vector = logit(uncertain(table.p))
        self.log_odds = np.concatenate([log_odds[happened], log_odds[not_happened]])
        self.weights = np.concatenate([table.events[happened], table.nonevents[not_happened]])
        self.y = np.repeat([1.0, 0.0], [happened.sum(), not_happened.sum()])

    def fit_intercept(self) -> _Fit:
        """Shift the log-odds with slope 1.

        Where the slope is not 1 this model is wrong on purpose, and so is the inverse of its information; the
        mean square of the score stays right (the sandwich of Huber 1967, which is scalar here).
        """
        nothing = Design([DenseBlock(np.empty((self.y.size, 0)))])
        problem = Problem(nothing, self.y, self.weights, offset=self.log_odds)
        solution = solve(problem)
        p = sigmoid(linear_predictor(problem, solution))
        information = np.sum(self.weights * p * (1 - p))
        variance = float(np.sum(self.weights * (self.y - p) ** 2) / information**2)
        return _Fit(solution.intercept, variance, solution.intercept, solution.status)

    def fit_line(self) -> _Fit:
        """Stretch and shift the log-odds."""
        problem = Problem(Design([DenseBlock(self.log_odds[:, None])]), self.y, self.weights)
        solution = solve(problem)
        variance = float(covariance(solution)[1, 1])
        return _Fit(float(solution.coef[0]), variance, solution.intercept, solution.status)


def _no_slope(table: Forecasts) -> str:
    """Say why no finite slope exists; empty where one does."""
    if table.p.size == 1:
        return "The calibration slope does not exist, because every predicted probability is the same."
    (first_event, last_event), (first_nonevent, last_nonevent) = table.ranges
    if last_nonevent <= first_event or last_event <= first_nonevent:
        return "The calibration slope is infinite, because the probabilities of the classes do not overlap."
    return ""
