"""How far apart the probabilities of events and of non-events are: the Kolmogorov-Smirnov statistic."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, SampleWeight
from ogive.metrics.cells import cells_of, combined
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import share_of, without_interval
from ogive.metrics.records import KolmogorovSmirnov

# By how much the error of the lower limit is less than usual, because the threshold was chosen.
CAUTION = 2


def ks(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95
) -> KolmogorovSmirnov:
    """Kolmogorov-Smirnov statistic: the largest distance of two distributions, and where it is reached.

    It is the largest value of Youden's index, sensitivity + specificity - 1, over all thresholds: 0 where the
    probabilities tell nothing, 1 where one threshold parts the classes.

    The threshold is chosen where the sample looks best, so the statistic is biased upwards: by a third to one standard
    error, more for weak forecasts, and it is above 0 where the truth is 0. The interval is that of a difference
    of two shares (Zou and Donner 2008) at the chosen threshold, but its lower limit has half the usual error to make
    up for the choice, and is 0 where the test of Kolmogorov and Smirnov finds no difference. Its coverage is
    studied in `benchmarks/coverage_metrics.py`.

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
    >>> from ogive.metrics import ks
    >>> found = ks([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    >>> found.statistic, found.threshold
    (0.50 (0.00 – 0.91), 0.7)
    """
    return ks_of(forecasts(y, p, sample_weight).need_both_classes("ks"), level)


def ks_of(table: Forecasts, level: float) -> KolmogorovSmirnov:
    """Kolmogorov-Smirnov statistic of a table that has both classes."""
    distance = table.events_above / table.event_count - table.nonevents_above / table.nonevent_count
    at = int(np.abs(distance).argmax())
    threshold = float(table.p[::-1][at])
    value = float(abs(distance[at]))
    if table.p.size == 1:
        statistic = without_interval(value, level, "every predicted probability is the same")
        return KolmogorovSmirnov(statistic=statistic, threshold=threshold)
    # Where non-events lie above events, the difference is that of the false-positive rate and the sensitivity.
    sign = 1.0 if distance[at] >= 0 else -1.0
    cautious, plain = (_difference(table, threshold, sign, of) for of in (1 - (1 - level) / CAUTION, level))
    low, high = cautious.low or 0.0, plain.high or 0.0
    statistic = Estimate(
        value=value,
        low=max(low, 0.0) if _surely_apart(table, value, level) else 0.0,
        high=min(high, 1.0),
        level=level,
        method="Zou and Donner, lower limit cautious",
    )
    return KolmogorovSmirnov(statistic=statistic, threshold=threshold)


def _difference(table: Forecasts, threshold: float, sign: float, level: float) -> Estimate:
    """Sensitivity less false-positive rate at a threshold, times the sign."""
    tp, fp, fn, tn = cells_of(table, threshold)
    return combined(sign, share_of(tp, fn, level), -sign, share_of(fp, tn, level), "")


def _surely_apart(table: Forecasts, value: float, level: float) -> bool:
    """Whether the test of Kolmogorov and Smirnov (1939) finds a difference: exp(-2 n D²) is half its p-value."""
    events, nonevents = table.effective_events, table.effective_nonevents
    rows = events * nonevents / (events + nonevents)
    return 2 * math.exp(-2 * rows * value**2) < 1 - level
