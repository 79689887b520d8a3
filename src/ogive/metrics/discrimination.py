"""How well probabilities rank events above non-events: area under the ROC and precision-recall curves."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from ogive._base import Estimate
from ogive._kernels import precision_area, roc_area
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import logit_interval, without_interval


def roc_auc(
    y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None, *, level: float = 0.95
) -> Estimate:
    """Area under the ROC curve: the chance that an event has a higher probability than a non-event.

    The variance is that of DeLong et al. (1988), computed through midranks in O(n log n) as Sun and Xu
    (2014) do; ties count one half. The interval is symmetric on the logit scale, so it stays inside (0, 1),
    and takes Student's t with Satterthwaite's degrees of freedom (Brunner and Munzel 2000), which matters
    where a class is rare. Its coverage is studied in `benchmarks/coverage_metrics.py`.

    There is no interval with fewer than two events or non-events, nor where the classes do not overlap or
    the forecast is constant: DeLong's variance is then undefined or 0.

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
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import roc_auc
    >>> roc_auc([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.81 (0.22 – 0.99)
    """
    return auc_of(forecasts(y, p, sample_weight).need_both_classes("roc_auc"), level)


def average_precision(
    y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None, *, level: float = 0.95
) -> Estimate:
    """Average precision: the mean over events of the precision at the threshold that just includes each.

    This is the step-wise area under the precision-recall curve, without interpolation. The variance is
    that of its influence function (the rows are a random sample, the number of events with them); the
    interval is symmetric on the logit scale (Boyd, Eng and Page 2013), so it stays inside (0, 1), and takes
    Student's t with one degree of freedom less than there are events. Its coverage is studied in
    `benchmarks/coverage_metrics.py`.

    With few events the value lies above what a large sample would give, because an event counts in
    its own precision. There is no interval with fewer than two events, nor where every event lies above
    every non-event.

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
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import average_precision
    >>> average_precision([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.85 (0.19 – 0.99)
    """
    return average_precision_of(forecasts(y, p, sample_weight).need_both_classes("average_precision"), level)


def auc_of(table: Forecasts, level: float) -> Estimate:
    """Area under the ROC curve of a table that has both classes."""
    value, variance, df = delong(table)
    if table.event_count <= 1 or table.nonevent_count <= 1:
        return without_interval(value, level, "fewer than two events or non-events")
    if table.p.size == 1:
        return without_interval(value, level, "every predicted probability is the same")
    (first_event, last_event), (first_nonevent, last_nonevent) = table.ranges
    if last_nonevent < first_event or last_event < first_nonevent:
        return without_interval(value, level, "the probabilities of the classes do not overlap")
    return logit_interval(value, variance, df, level, "DeLong, logit scale")


def delong(table: Forecasts) -> tuple[float, float, float]:
    """Return the area, DeLong's variance of it and Satterthwaite's degrees of freedom of that.

    The share of non-events that an event beats, and of events that beat a non-event, are the midranks of both
    samples, read off cumulative weights. Their variances are independent. NaN where a class has one row.
    """
    m, n = table.event_count, table.nonevent_count
    value, squares_of_events, squares_of_nonevents = roc_area(table.events, table.nonevents)
    if m <= 1 or n <= 1:
        return value, math.nan, math.nan
    of_events = squares_of_events / (m - 1) / m
    of_nonevents = squares_of_nonevents / (n - 1) / n
    variance = of_events + of_nonevents
    spread = of_events**2 / (m - 1) + of_nonevents**2 / (n - 1)
    return value, variance, variance**2 / spread if spread > 0 else math.nan


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
    """
    m = table.event_count
    value, of_events, of_nonevents = precision_area(table.events, table.nonevents)
    if m <= 1:
        return without_interval(value, level, "fewer than two events")
    if table.ranges[1][1] < table.ranges[0][0]:
        return without_interval(value, level, "every event lies above every non-event")
    variance = (of_events + of_nonevents) / m**2
    return logit_interval(value, variance, m - 1, level, "influence function, logit scale")


def average_precision_value(table: Forecasts) -> float:
    """Return the plain value of the average precision."""
    return precision_area(table.events, table.nonevents)[0]
