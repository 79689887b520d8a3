"""Whether probabilities mean what they say: logistic recalibration and reliability in bins."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, Status, Vector, normal_quantile
from ogive._kernels import isotonic_pools, logit, sigmoid
from ogive.data import DenseBlock, Design
from ogive.fitting import Problem, covariance, linear_predictor, solve
from ogive.metrics.curves import width_bins
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import wilson, without_interval
from ogive.metrics.proper import CERTAIN, proper_of, uncertain
from ogive.metrics.records import BrierDecomposition, CalibrationLine, ReliabilityBin, ReliabilityCurve


def calibration_line(
    y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None, *, level: float = 0.95
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
    sample_weight : array of shape (n,), optional
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
    return calibration_of(forecasts(y, p, sample_weight).need_both_classes("calibration_line"), level)


def reliability_curve(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: ArrayLike | None = None,
    *,
    bins: int = 10,
    strategy: Literal["mass", "width", "isotonic"] = "mass",
    level: float = 0.95,
) -> ReliabilityCurve:
    """Compare mean probability and share of events in bins of rows of similar probability.

    Bins of equal mass hold (nearly) equally many rows; rows of the same probability always share a bin, the
    one in which the middle of them falls, and a bin that is left empty is not returned.

    The isotonic strategy takes no number of bins: it pools rows until the share of events increases from bin to bin
    (Dimitriadis, Gneiting and Jordan 2021). As the outcomes chose the bins, their shares have no Wilson interval.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,), optional
        Frequencies.
    bins : int
        Most bins to make.
    strategy : "mass", "width" or "isotonic"
        Equally many rows a bin, equal width over [0, 1], or pools of increasing share.
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
    return reliability_of(forecasts(y, p, sample_weight), level, bins, strategy)


def brier_decomposition(
    y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None
) -> BrierDecomposition:
    """Split the Brier score into miscalibration, discrimination and uncertainty.

    The recalibrated probabilities are those of the isotonic fit, so there are no bins to choose (CORP; Dimitriadis,
    Gneiting and Jordan 2021): miscalibration is never negative, and 0 where no increasing function improves the score.
    It is above 0 in every sample, also of calibrated probabilities.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,), optional
        Frequencies.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import brier_decomposition
    >>> parts = brier_decomposition([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    >>> print(f"{parts.miscalibration:.3f} - {parts.discrimination:.3f} + {parts.uncertainty:.3f}")
    0.051 - 0.125 + 0.250
    """
    table = forecasts(y, p, sample_weight)
    prevalence = table.event_count / table.count
    bounds = isotonic_pools(table.events, table.nonevents)
    events, nonevents = (np.add.reduceat(column, bounds[:-1]) for column in (table.events, table.nonevents))
    pooled = Forecasts(events / (events + nonevents), events, nonevents)
    uncertainty, best = prevalence * (1 - prevalence), proper_of(pooled).brier[0]
    return BrierDecomposition(
        miscalibration=max(proper_of(table).brier[0] - best, 0.0),
        discrimination=max(uncertainty - best, 0.0),
        uncertainty=uncertainty,
    )


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
    table: Forecasts,
    level: float,
    bins: int = 10,
    strategy: Literal["mass", "width", "isotonic"] = "mass",
) -> ReliabilityCurve:
    """Reliability of a table in bins."""
    if strategy not in {"mass", "width", "isotonic"}:
        raise InputError(
            f"strategy must be 'mass', 'width' or 'isotonic'; got {strategy!r}.",
            "leave it out for bins of equal mass",
        )
    if strategy == "isotonic":
        bounds, share = isotonic_pools(table.events, table.nonevents).tolist(), _chosen_share
    else:
        _, bin_of = width_bins(table.p, bins)
        if strategy == "mass":
            middle = np.cumsum(table.weight) - table.weight / 2
            bin_of = np.minimum((middle / table.count * bins).astype(np.intp), bins - 1)
        bounds, share = [*np.flatnonzero(np.diff(bin_of, prepend=-1)).tolist(), bin_of.size], wilson
    made = tuple(_bin(table, start, stop, level, share) for start, stop in pairwise(bounds))
    return ReliabilityCurve(bins=made, strategy=strategy)


def _bin(
    table: Forecasts, start: int, stop: int, level: float, share: Callable[[float, float, float], Estimate]
) -> ReliabilityBin:
    p, weight = table.p[start:stop], table.weight[start:stop]
    count = float(weight.sum())
    return ReliabilityBin(
        low=float(p[0]),
        high=float(p[-1]),
        count=count,
        predicted=float(np.clip((p * weight).sum() / count, p[0], p[-1])),
        observed=share(float(table.events[start:stop].sum()), count, level),
    )


def _chosen_share(hits: float, count: float, level: float) -> Estimate:
    """Return a share without an interval: none holds where the outcomes had a say in the limits of the bin."""
    return without_interval(hits / count, level, "the outcomes chose the limits of the bin")


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
