"""Whether probabilities mean what they say: logistic recalibration and reliability in bins."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import CERTAIN, Estimate, InputError, SampleWeight, Status, Vector, normal_quantile
from ogive._kernels import isotonic_pools, logit, sigmoid
from ogive.data import DenseBlock, Design
from ogive.fitting import Problem, Solution, covariance, linear_predictor, solve
from ogive.metrics.binning import bin_bounds
from ogive.metrics.forecasts import Forecasts, Weighed, forecasts
from ogive.metrics.intervals import share_of, without_interval
from ogive.metrics.proper import proper_of, uncertain
from ogive.metrics.records import BrierDecomposition, CalibrationLine, ReliabilityBin, ReliabilityCurve


def calibration_line(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95
) -> CalibrationLine:
    """Fit the outcomes to the log-odds of the probabilities by logistic regression (Cox 1958).

    The intercept is calibration in the large: the slope is held at 1 (logit(p) is an offset); its standard
    error stays valid where the slope is not 1. The slope is estimated with an intercept of its own.
    Intervals are Wald's; with sampling weights the variance of the slope too is the sandwich.

    A probability of exactly 0 or 1 has infinite log-odds. It is counted as 1e-6 or 1 - 1e-6, or as the most
    extreme other probability where that is nearer to it; `note` says that this was done.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
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
    sample_weight: SampleWeight = None,
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
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
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
    0.20 0.50 (0.03 – 0.97)
    0.70 0.50 (0.03 – 0.97)
    """
    return reliability_of(forecasts(y, p, sample_weight), level, bins, strategy)


def brier_decomposition(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None) -> BrierDecomposition:
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
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.

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
    return decomposition_of(table, proper_of(table).brier[0])


def decomposition_of(table: Forecasts, brier: float) -> BrierDecomposition:
    """Split the Brier score of a table.

    A pool of E events and N others has the score E N / (E + N)² at its share of events.
    """
    prevalence = table.event_count / table.count
    starts = isotonic_pools(table.events, table.nonevents)[:-1]
    events, nonevents = (np.add.reduceat(column, starts) for column in (table.events, table.nonevents))
    uncertainty = prevalence * (1 - prevalence)
    best = float(np.sum(events / (events + nonevents) * nonevents)) / table.count
    return BrierDecomposition(
        miscalibration=max(brier - best, 0.0),
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
        bounds, share = bin_bounds(table, bins, strategy).tolist(), share_of
    made = tuple(_bin(table, start, stop, level, share) for start, stop in pairwise(bounds))
    return ReliabilityCurve(bins=made, strategy=strategy)


def _bin(
    table: Forecasts,
    start: int,
    stop: int,
    level: float,
    share: Callable[[Weighed, Weighed, float], Estimate],
) -> ReliabilityBin:
    p, weight = table.p[start:stop], table.weight[start:stop]
    events, nonevents = table.events_within(start, stop), table.nonevents_within(start, stop)
    count = float(weight.sum())
    return ReliabilityBin(
        low=float(p[0]),
        high=float(p[-1]),
        count=count,
        predicted=float(np.clip((p * weight).sum() / count, p[0], p[-1])),
        observed=share(events, nonevents, level),
    )


def _chosen_share(hits: Weighed, misses: Weighed, level: float) -> Estimate:
    """Return a share without an interval: none holds where the outcomes had a say in the limits of the bin."""
    return without_interval(
        hits.sum / (hits.sum + misses.sum), level, "the outcomes chose the limits of the bin"
    )


@dataclass(frozen=True)
class _Fit:
    """A recalibration parameter, its variance, the intercept beside it, and how the fit ended."""

    value: float
    variance: float
    intercept: float
    status: Status
    interval: str

    def estimate(self, level: float) -> Estimate:
        """Return the value with Wald's interval, or without one where the fit is not certified."""
        if self.status is not Status.OPTIMAL:
            return without_interval(self.value, level, self.status.meaning)
        half = normal_quantile(level) * math.sqrt(self.variance)
        low, high = self.value - half, self.value + half
        return Estimate(
            value=self.value,
            low=low,
            high=high,
            level=level,
            method=f"logistic recalibration, {self.interval}",
        )


class _Rows:
    """The table as rows of a logistic regression on the log-odds of the probabilities."""

    def __init__(self, table: Forecasts) -> None:
        self.table, self.log_odds = table, logit(uncertain(table.p))
        self.share = table.events / table.weight

    @cached_property
    def shifted(self) -> Solution:
        """Fit of the intercept alone."""
        nothing = Design([DenseBlock(np.empty((self.share.size, 0)))])
        return solve(Problem(nothing, self.share, self.table.weight, offset=self.log_odds))

    def fit_intercept(self) -> _Fit:
        """Shift the log-odds with slope 1.

        Where the slope is not 1 this model is wrong on purpose, and so is the inverse of its information; the
        mean square of the score stays right (the sandwich of Huber 1967, which is scalar here).
        """
        solution = self.shifted
        p = sigmoid(self.log_odds + solution.intercept)
        information = np.sum(self.table.weight * p * (1 - p))
        variance = self.table.spread.total((1 - p) ** 2, p**2) / float(information) ** 2
        return _Fit(solution.intercept, variance, solution.intercept, solution.status, "Wald, sandwich")

    def fit_line(self) -> _Fit:
        """Stretch and shift the log-odds.

        The information holds for frequencies; sampling weights need the squares of the scores between two of its
        inverses, each score without what its own row takes from it (the leverage; HC3 of MacKinnon and White 1985).
        """
        problem = Problem(Design([DenseBlock(self.log_odds[:, None])]), self.share, self.table.weight)
        # From slope 1, which most probabilities are near, half as many steps lead to the end.
        solution = solve(problem, start=dataclasses.replace(self.shifted, coef=np.ones(1)))
        inverse = covariance(solution)
        variance, interval = float(inverse[1, 1]), "Wald"
        if self.table.squares is not None:
            interval = "Wald, sandwich"
            p = sigmoid(linear_predictor(problem, solution))
            step = inverse[1, 0] + inverse[1, 1] * self.log_odds
            pull = p * (1 - p) * (inverse[0, 0] + inverse[0, 1] * self.log_odds + self.log_odds * step)

            def square(y: float, weights: Vector, squares: Vector) -> Vector:
                leverage = squares / np.where(weights > 0, weights, 1.0) * pull
                squared: Vector = ((y - p) / np.maximum(1 - leverage, 0.1) * step) ** 2
                return squared

            rows, squares = self.table, self.table.squares
            variance = squares.total(
                square(1.0, rows.events, squares.events), square(0.0, rows.nonevents, squares.nonevents)
            )
        return _Fit(float(solution.coef[0]), variance, solution.intercept, solution.status, interval)


def _no_slope(table: Forecasts) -> str:
    """Say why no finite slope exists; empty where one does."""
    if table.p.size == 1:
        return "The calibration slope does not exist, because every predicted probability is the same."
    (first_event, last_event), (first_nonevent, last_nonevent) = table.ranges
    if last_nonevent <= first_event or last_event <= first_nonevent:
        return "The calibration slope is infinite, because the probabilities of the classes do not overlap."
    return ""
