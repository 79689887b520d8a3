"""How well probabilities rank events above non-events: area under the ROC and precision-recall curves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, SampleWeight, Vector
from ogive._kernels import precision_area, roc_area
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import logit_interval, without_interval

# Events from which on the bias of average precision is not worth another reading of the table.
FEW_EVENTS = 500


def roc_auc(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95
) -> Estimate:
    """Area under the ROC curve: the chance that an event has a higher probability than a non-event.

    The variance is that of DeLong et al. (1988), computed through midranks in O(n log n) as Sun and Xu
    (2014) do; ties count one half. The interval is symmetric on the logit scale, so it stays inside (0, 1),
    takes Student's t with Satterthwaite's degrees of freedom (Brunner and Munzel 2000), and counts half an event and
    half a non-event at chance, which matter where a class is rare. Its coverage is studied in
    `benchmarks/coverage_metrics.py`.

    There is no interval with fewer than two events or non-events, nor where the classes do not overlap or
    the forecast is constant: DeLong's variance is then undefined or 0.

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
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import roc_auc
    >>> roc_auc([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.81 (0.32 – 0.95)
    """
    return auc_of(forecasts(y, p, sample_weight).need_both_classes("roc_auc"), level)


def gini(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95) -> Estimate:
    """Gini coefficient, 2 AUC - 1 (also Somers' D, accuracy ratio): 1 ranks perfectly, 0 knows nothing.

    The interval is that of `roc_auc`, stretched.

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
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import gini
    >>> gini([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.62 (-0.36 – 0.90)
    """
    return gini_of(auc_of(forecasts(y, p, sample_weight).need_both_classes("gini"), level))


def average_precision(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95
) -> Estimate:
    """Average precision: the mean over events of the precision at the threshold that just includes each.

    This is the step-wise area under the precision-recall curve, without interpolation. The variance is
    that of its influence function (the rows are a random sample, the number of events with them); the
    interval is symmetric on the logit scale (Boyd, Eng and Page 2013), so it stays inside (0, 1), takes Student's t
    and counts half an event at chance. Its coverage is studied in `benchmarks/coverage_metrics.py`.

    With few events the value lies above what a large sample would give, because an event counts in
    its own precision; the interval allows for that, so its middle is lower. There is no interval with fewer
    than two events, nor where every event lies above every non-event.

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
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import average_precision
    >>> average_precision([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.85 (0.23 – 0.98)
    """
    return average_precision_of(forecasts(y, p, sample_weight).need_both_classes("average_precision"), level)


def auc_of(table: Forecasts, level: float) -> Estimate:
    """Area under the ROC curve of a table that has both classes.

    The interval is DeLong's of the rows and, besides, half an event and half a non-event that the forecasts tell
    nothing about: their placement is 1/2. Few events that happen to be alike would otherwise promise a variance of
    next to nothing; among many rows two halves change nothing. With k events and j non-events of area A, the
    mean placement of the events becomes (A j + 1/4) / (j + 1/2), and so on.
    """
    squares = _squares(table)
    value, k, j = squares.value, squares.events, squares.nonevents
    if k <= 1 or j <= 1:
        return without_interval(value, level, "fewer than two events or non-events")
    if table.p.size == 1:
        return without_interval(value, level, "every predicted probability is the same")
    (first_event, last_event), (first_nonevent, last_nonevent) = table.ranges
    if last_nonevent < first_event or last_event < first_nonevent:
        return without_interval(value, level, "the probabilities of the classes do not overlap")
    centre = (value * k * j + (k + j + 0.5) / 4) / ((k + 0.5) * (j + 0.5))

    def with_half(squares: float, rows: float, others: float) -> float:
        mean = (value * others + 0.25) / (others + 0.5)
        within = squares * (others / (others + 0.5)) ** 2
        return within + rows * (mean - centre) ** 2 + (0.5 - centre) ** 2 / 2

    all_rows = _Squares(
        centre,
        k + 0.5,
        j + 0.5,
        with_half(squares.of_events, k, j),
        with_half(squares.of_nonevents, j, k),
    )
    return logit_interval(value, centre, all_rows.variance, all_rows.df, level, "DeLong, logit scale")


def gini_of(auc: Estimate) -> Estimate:
    """Gini coefficient that goes with an area under the ROC curve."""
    low, high = (None if limit is None else 2 * limit - 1 for limit in (auc.low, auc.high))
    return Estimate(value=2 * auc.value - 1, low=low, high=high, level=auc.level, method=auc.method)


@dataclass(frozen=True)
class _Squares:
    """An area, effective rows of both classes, and sums of squares over those of the placements about the area."""

    value: float
    events: float
    nonevents: float
    of_events: float
    of_nonevents: float

    @property
    def parts(self) -> tuple[float, float]:
        """Variances that the events and the non-events bring; they are independent."""
        return (
            self.of_events / (self.events - 1) / self.events,
            self.of_nonevents / (self.nonevents - 1) / self.nonevents,
        )

    @property
    def variance(self) -> float:
        """Variance of the area."""
        return sum(self.parts)

    @property
    def df(self) -> float:
        """Satterthwaite's degrees of freedom of the variance."""
        first, second = self.parts
        spread = first**2 / (self.events - 1) + second**2 / (self.nonevents - 1)
        return (first + second) ** 2 / spread if spread > 0 else math.nan


def _squares(table: Forecasts) -> _Squares:
    """Read the table. The sum over a class of w² ψ², by the square of its weight, is that of k rows by k²."""
    k, j = table.effective_events, table.effective_nonevents
    value, of_events, of_nonevents = roc_area(table.events, table.nonevents)
    if table.squares is not None:
        beats, beaten = placements(table)
        of_events = table.squares.total((beats - value) ** 2, 0.0) * (k / table.event_count) ** 2
        of_nonevents = table.squares.total(0.0, (beaten - value) ** 2) * (j / table.nonevent_count) ** 2
    return _Squares(value, k, j, of_events, of_nonevents)


def delong(table: Forecasts) -> tuple[float, float]:
    """Return the area and DeLong's variance of it, NaN where a class has one row.

    The share of non-events that an event beats, and of events that beat a non-event, are the midranks of both
    samples, read off cumulative weights. Their variances are independent.
    """
    squares = _squares(table)
    known = squares.events > 1 and squares.nonevents > 1
    return squares.value, squares.variance if known else math.nan


def placements(table: Forecasts) -> tuple[Vector, Vector]:
    """Return the share of non-events that an event at each p beats, and of events that beat a non-event there.

    Ties count one half; the weighted mean of either is the area.
    """
    nonevents_below = np.cumsum(table.nonevents) - table.nonevents / 2
    events_above = table.event_count - (np.cumsum(table.events) - table.events / 2)
    return nonevents_below / table.nonevent_count, events_above / table.event_count


def auc_value(table: Forecasts) -> float:
    """Return the plain value of the area under the ROC curve."""
    return roc_area(table.events, table.nonevents)[0]


def average_precision_of(table: Forecasts, level: float) -> Estimate:
    """Average precision of a table that has both classes.

    With A(t) and B(t) the weight of events and of rows at or above t, precision is P = A / B and
    AP = mean over events of P. Adding a row at s moves A and B at every t <= s; differentiating gives its
    influence

        (count / events) * [y (P(s) - AP + G(s)) - H(s)],
        G(s) = sum over events at t <= s of 1 / B(t),   H(s) = the same of P(t) / B(t),

    whose mean is 0 and whose mean square over the rows is count * variance.

    The interval is about the value less half of what it is too high to first order, and of the k events and half of
    one of which the forecasts tell nothing, whose precision is the prevalence. Half, because all of it would
    correct too much; the coverage study chose both halves.
    """
    k, j = table.effective_events, table.effective_nonevents
    value, of_events, of_nonevents = precision_area(table.events, table.nonevents)
    if k <= 1:
        return without_interval(value, level, "fewer than two events")
    if table.ranges[1][1] < table.ranges[0][0]:
        return without_interval(value, level, "every event lies above every non-event")
    squares = of_events + of_nonevents
    if table.squares is not None:
        of_event, of_nonevent = precision_influence(table, value, of_loss=True)
        squares = table.squares.total(of_event**2, of_nonevent**2) * (k / table.event_count) ** 2
    prevalence = table.event_count / table.count
    less = value - (_excess(table) / 2 if min(k, j) < FEW_EVENTS else 0.0)
    centre = (less * k + prevalence / 2) / (k + 0.5)
    squares += k * (value - centre) ** 2 + (prevalence - centre) ** 2 / 2
    variance = squares / (k + 0.5) / (k - 0.5)
    df = max(min(k, j) - 0.5, 1.0)
    return logit_interval(value, centre, variance, df, level, "influence function, logit scale")


def _excess(table: Forecasts) -> float:
    """Return by how much the average precision is too high, to first order.

    An event adds to its own precision (1 - P) / B. Besides, the mean of A / B is not that of A by that of B: with S the
    sums of squared weights it exceeds it by (A S_N - N S_A) / B³, where N = B - A are the non-events; that is 0 for
    frequencies.
    """
    at = np.flatnonzero(table.events)
    rows, squares = (of.weight[::-1].cumsum()[::-1][at] for of in (table, table.spread))
    events, squares_of_events = (of.events[at][::-1].cumsum()[::-1] for of in (table, table.spread))
    nonevents, squares_of_nonevents = rows - events, squares - squares_of_events
    own = table.spread.events[at] * (nonevents / rows**2)
    ratio = (events * squares_of_nonevents - nonevents * squares_of_events) / rows**3
    return float(np.sum(own + table.events[at] * ratio)) / table.event_count


def precision_influence(table: Forecasts, value: float, *, of_loss: bool = False) -> tuple[Vector, Vector]:
    """Return events / count times the influence on average precision of an event and of a non-event at each p.

    With `of_loss` it is what the loss of a row does rather than the loss of a speck of it (the jackknife): the row's
    usual weight is gone from B below the fraction line. Where weights are heavy this matters; B keeps half of itself.
    """
    above = table.weight_above[::-1]
    precision = table.events_above[::-1] / above
    usual = (table.events_within(0, 0).usual, table.nonevents_within(0, 0).usual) if of_loss else (0.0, 0.0)
    without_event, without_nonevent = (np.maximum(above - weight, above / 2) for weight in usual)
    gain = np.cumsum(table.events * (1 - precision) / without_event)
    loss = np.cumsum(table.events * precision / without_nonevent)
    return precision - value + gain, -loss


def average_precision_value(table: Forecasts) -> float:
    """Return the plain value of the average precision."""
    return precision_area(table.events, table.nonevents)[0]
