"""Whether probabilities mean what they say: logistic recalibration and reliability in bins."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, Vector
from ogive._kernels import logit
from ogive.data import DenseBlock, Design
from ogive.fitting import Problem, covariance, solve
from ogive.metrics.curves import width_bins
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import normal_quantile, wilson
from ogive.metrics.proper import CERTAIN, uncertain
from ogive.metrics.records import CalibrationLine, ReliabilityBin, ReliabilityCurve


def calibration_line(
    y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None, *, level: float = 0.95
) -> CalibrationLine:
    """Fit the outcomes to the log-odds of the probabilities by logistic regression (Cox 1958).

    The intercept is calibration in the large: the slope is held at 1 (logit(p) is an offset). The slope is
    estimated with an intercept of its own. Intervals are Wald's.

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
    >>> calibration_line([0, 1, 0, 1, 0, 1], [0.1, 0.3, 0.4, 0.6, 0.7, 0.9]).slope
    0.9 (-0.7 – 2.5)
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
    rows = _Rows(table)
    intercept, variance = rows.fit_intercept()
    notes = []
    certain = float(table.weight[(table.p == 0) | (table.p == 1)].sum())
    if certain:
        notes.append(
            f"{certain:g} rows have a probability of exactly 0 or 1, whose log-odds are infinite; the "
            f"calibration line counts them as {CERTAIN:g} and 1 - {CERTAIN:g}, or as the nearest other "
            "probability if that is more extreme."
        )
    trouble = _no_slope(table)
    slope, line_intercept = None, None
    if trouble:
        notes.append(trouble)
    else:
        line_intercept, value, slope_variance = rows.fit_line()
        slope = _wald(value, slope_variance, level)
    return CalibrationLine(
        intercept=_wald(intercept, variance, level),
        slope=slope,
        line_intercept=line_intercept,
        note=" ".join(notes),
    )


def calibration_values(table: Forecasts) -> tuple[float, float | None]:
    """Return the plain values of intercept (in the large) and slope."""
    rows = _Rows(table)
    return rows.fit_intercept()[0], None if _no_slope(table) else rows.fit_line()[1]


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


class _Rows:
    """The table as rows of a logistic regression on the log-odds of the probabilities."""

    def __init__(self, table: Forecasts) -> None:
        happened, not_happened = table.events > 0, table.nonevents > 0
        log_odds: Vector = logit(uncertain(table.p))
        self.log_odds = np.concatenate([log_odds[happened], log_odds[not_happened]])
        self.weights = np.concatenate([table.events[happened], table.nonevents[not_happened]])
        self.y = np.repeat([1.0, 0.0], [happened.sum(), not_happened.sum()])

    def fit_intercept(self) -> tuple[float, float]:
        """Shift of the log-odds with slope 1, and its variance."""
        nothing = Design([DenseBlock(np.empty((self.y.size, 0)))])
        problem = Problem(nothing, self.y, self.weights, offset=self.log_odds)
        solution = solve(problem)
        return float(solution.intercept), float(covariance(problem, solution)[0, 0])

    def fit_line(self) -> tuple[float, float, float]:
        """Intercept, slope, and the variance of the slope."""
        problem = Problem(Design([DenseBlock(self.log_odds[:, None])]), self.y, self.weights)
        solution = solve(problem)
        return float(solution.intercept), float(solution.coef[0]), float(covariance(problem, solution)[1, 1])


def _no_slope(table: Forecasts) -> str:
    """Say why no finite slope exists; empty where one does."""
    if table.p.size == 1:
        return "The calibration slope does not exist, because every predicted probability is the same."
    (first_event, last_event), (first_nonevent, last_nonevent) = table.ranges
    if last_nonevent <= first_event or last_event <= first_nonevent:
        return "The calibration slope is infinite, because the probabilities of the classes do not overlap."
    return ""


def _wald(value: float, variance: float, level: float) -> Estimate:
    half = normal_quantile(level) * math.sqrt(variance)
    return Estimate(
        value=value, low=value - half, high=value + half, level=level, method="logistic recalibration, Wald"
    )
