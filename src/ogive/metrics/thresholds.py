"""What other thresholds, and other prevalences, would have made of the same scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, Record, SampleWeight, Vector
from ogive.metrics.discrimination import auc_value
from ogive.metrics.forecasts import Forecasts, forecasts

# Round probabilities: steps of 0.01 from 0.1 to 0.9, towards 0 and 1 those whose two digits are even or end in 5, and
# beyond 0.0001 three a decade.
_EVEN = [k / 10.0**e for e in (3, 4, 5) for k in range(10, 100) if k % 2 == 0 or k % 5 == 0]
_SMALL = np.sort([*_EVEN, *(k / 10.0**e for e in (6, 5) for k in (1, 2, 5))])
_ROUND = np.concatenate([[0.0], _SMALL, np.arange(10, 91) / 100, np.round(1 - _SMALL[::-1], 6), [1.0]])
# Prevalences of the curve.
PREVALENCES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)


class ThresholdCurve(Record, frozen=True, kw_only=True):
    """Right and wrong decisions at round thresholds: counted, not interpolated.

    Attributes
    ----------
    threshold : tuple of float, increasing
        A row is called positive where p >= threshold.
    true_positive, false_positive : tuple of float
        Events and non-events (sums of weights) called positive.
    positive, negative : float
        All events and all non-events.
    """

    threshold: tuple[float, ...]
    true_positive: tuple[float, ...]
    false_positive: tuple[float, ...]
    positive: float
    negative: float


class PrevalenceCurve(Record, frozen=True, kw_only=True):
    """The same scores at other prevalences: each class keeps its scores, only its share of the rows changes.

    Attributes
    ----------
    prevalence : tuple of float, increasing
        That of the rows themselves among them.
    average_precision : tuple of float
    auc : float
        The same at every prevalence, because it compares an event with a non-event.
    observed : float
        Prevalence of the rows.
    """

    prevalence: tuple[float, ...]
    average_precision: tuple[float, ...]
    auc: float
    observed: float


def threshold_curve(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    also: Sequence[float] = (),
) -> ThresholdCurve:
    """Count the decisions at some 420 round thresholds, as far as the probabilities reach.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    also : sequence of float
        Thresholds to count at although they are not round: those in use.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import threshold_curve
    >>> curve = threshold_curve([0, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7])
    >>> at = curve.threshold.index(0.35)
    >>> curve.true_positive[at], curve.false_positive[at]
    (2.0, 1.0)
    """
    table = forecasts(y, p, sample_weight)
    if any(not 0 <= t <= 1 for t in also):
        raise InputError(f"thresholds lie between 0 and 1; got {list(also)}.", "leave out those beyond")
    thresholds = np.unique([*_within(_ROUND, float(table.p[0]), float(table.p[-1])), *also])
    first = np.searchsorted(table.p, thresholds, side="left")
    return ThresholdCurve(
        threshold=tuple(thresholds.tolist()),
        true_positive=_above(table.events, first),
        false_positive=_above(table.nonevents, first),
        positive=table.event_count,
        negative=table.nonevent_count,
    )


def prevalence_curve(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None) -> PrevalenceCurve:
    """Hold the scores of both classes fixed and vary the prevalence: the AUC stays, average precision does not.

    A prevalence q is reached by weighing each non-event (1 - q) / q times the events for each non-event.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1; only their order counts.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import prevalence_curve
    >>> curve = prevalence_curve([0, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7])
    >>> [round(value, 3) for value in curve.average_precision[-2:]]
    [0.889, 0.917]
    """
    table = forecasts(y, p, sample_weight).need_both_classes("prevalence_curve")
    observed = table.event_count / table.count
    prevalences = np.unique([*PREVALENCES, observed])
    return PrevalenceCurve(
        prevalence=tuple(prevalences.tolist()),
        average_precision=_average_precisions(table, prevalences),
        auc=auc_value(table),
        observed=observed,
    )


def _average_precisions(table: Forecasts, prevalences: Vector) -> tuple[float, ...]:
    """Mean over events of A / (A + odds B), with A events and B non-events at or above the event."""
    at = np.flatnonzero(table.events[::-1] > 0)
    events, true = table.events[::-1][at], table.events_above[at]
    false = table.nonevents_above[at]
    odds = (1 - prevalences) / prevalences * (table.event_count / table.nonevent_count)
    return tuple(float(np.sum(events * (true / (true + k * false)))) / table.event_count for k in odds)


def _within(thresholds: Vector, low: float, high: float) -> Vector:
    """Thresholds from the last at which every row is called positive to the first at which none is."""
    first = max(int(np.searchsorted(thresholds, low, side="right")) - 1, 0)
    return thresholds[first : int(np.searchsorted(thresholds, high, side="right")) + 1]


def _above(weights: Vector, first: np.ndarray) -> tuple[float, ...]:
    below = np.concatenate([[0.0], np.cumsum(weights)])
    return tuple((below[-1] - below[first]).tolist())
