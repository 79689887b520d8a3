"""What is won by taking the rows with the highest probabilities first: lift, the gain curve, the top k."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, Record, SampleWeight, Vector
from ogive.metrics.curves import thinned, triangle
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import wilson

# Share of the rows contacted (or left out, if those are fewer) on either side of the last one contacted, in which
# the share of events at that point is counted.
NEAR = 0.2


class GainCurve(Record, frozen=True, kw_only=True):
    """Share of the events found against share of the rows contacted, highest probabilities first.

    Attributes
    ----------
    threshold : tuple of float, decreasing
        Rows with p >= threshold are contacted; the first lies just above every p.
    contacted, found : tuple of float
        Shares of rows and of events, increasing from 0 to 1. Straight lines join them: among rows of the same
        probability they are contacted at random.
    lift : tuple of float
        found / contacted; of the first vertex, the limit.
    prevalence : float
        Share of events: a perfect ranking has found them all when it has contacted this share of the rows.
    """

    threshold: tuple[float, ...]
    contacted: tuple[float, ...]
    found: tuple[float, ...]
    lift: tuple[float, ...]
    prevalence: float


class TopK(Record, frozen=True, kw_only=True):
    """The rows with the highest probabilities.

    Attributes
    ----------
    count, share : float
        How many rows (sum of weights), and of all rows.
    threshold : float
        Lowest probability among them; ties with it are taken in part, at random.
    events : float
        Events expected among them; a whole number of rows where no tie is taken in part.
    precision : Estimate
        Share of events among them.
    recall : Estimate
        Share of all events that are among them.
    lift : Estimate
        precision / prevalence = recall / share: how many times more events than among as many rows at random.
    """

    count: float
    share: float
    threshold: float
    events: float
    precision: Estimate
    recall: Estimate
    lift: Estimate


def lift(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    share: float = 0.1,
    level: float = 0.95,
) -> Estimate:
    """How many times more events there are among the highest probabilities than among as many rows at random.

    The method is that of `top_k`.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    share : float
        Of all rows, above 0, at most 1.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import lift
    >>> lift([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], share=0.25)
    2.00 (0.97 – 3.03)
    """
    return top_of(forecasts(y, p, sample_weight).need_both_classes("lift"), share, level).lift


def gain_curve(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None) -> GainCurve:
    """Share of the events found as more rows are contacted, highest probabilities first (also called CAP curve).

    At most 500 vertices are kept, those that change the area most. `top_k` gives a point of it with its interval.

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
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import gain_curve
    >>> curve = gain_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> list(zip(curve.contacted, curve.found))
    [(0.0, 0.0), (0.25, 0.5), (0.5, 0.5), (0.75, 1.0), (1.0, 1.0)]
    """
    return gain_of(forecasts(y, p, sample_weight).need_both_classes("gain_curve"))


def top_k(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    k: float | None = None,
    share: float | None = None,
    level: float = 0.95,
) -> TopK:
    """Precision, recall and lift among the k rows (or the share of rows) with the highest probabilities.

    Of rows that tie at the last place as many are taken at random as are wanted, and their events are counted by
    expected value, so the order of rows does not matter.

    The intervals are Wilson's for as many rows as have the variance of the share by its influence function, which takes
    into account that another sample has another last probability: with x the share of events among the rows near it, a
    share q of rows with events a in all,

        influence on a = y [taken] - a - x ([taken] - q).

    They describe other samples of as many rows, of which the same share is taken.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    k : float, optional
        Number of rows (sum of weights).
    share : float, optional
        Of all rows, above 0, at most 1; instead of k.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        Where an input is not usable, only one class occurs, or not exactly one of `k` and `share` is given.

    Examples
    --------
    >>> from ogive.metrics import top_k
    >>> top = top_k([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], k=2)
    >>> top.precision, top.recall, top.threshold
    (1.00 (0.18 – 1.00), 0.50 (0.24 – 0.76), 0.7)
    """
    table = forecasts(y, p, sample_weight).need_both_classes("top_k")
    if (k is None) == (share is None):
        raise InputError(
            "top_k needs either a number of rows or a share of them.", "give k=100, or share=0.1 for a tenth"
        )
    if k is not None:
        if not 0 < k <= table.count:
            raise InputError(
                f"k must lie between 0 and the number of rows, {table.count:,.10g}; got {k:g}.",
                "take fewer rows",
            )
        share = k / table.count
    assert share is not None
    return top_of(table, share, level)


def gain_of(table: Forecasts) -> GainCurve:
    """Gain curve of a table that has both classes."""
    # A threshold just above the largest probability contacts nobody.
    threshold = np.append(np.nextafter(table.p[-1], 2), table.p[::-1])
    rows, events = np.append(0.0, table.weight_above), np.append(0.0, table.events_above)
    contacted, found = rows / rows[-1], events / events[-1]
    kept = thinned(contacted, found, triangle)
    lifts = found[1:] / contacted[1:]
    return GainCurve(
        threshold=tuple(threshold[kept].tolist()),
        contacted=tuple(contacted[kept].tolist()),
        found=tuple(found[kept].tolist()),
        lift=tuple(np.append(lifts[0], lifts)[kept].tolist()),
        prevalence=table.event_count / table.count,
    )


def top_of(table: Forecasts, share: float, level: float) -> TopK:
    """Top share of a table that has both classes."""
    if not 0 < share <= 1:
        raise InputError(f"share must lie above 0 and at most at 1; got {share:g}.", "use 0.1 for a tenth")
    count, prevalence = table.count, table.event_count / table.count
    wanted = share * count
    rows = table.weight_above
    before = min(int(np.searchsorted(rows, wanted * (1 - 1e-12))), rows.size - 1)
    last, end = rows.size - 1 - before, rows.size
    part = min((wanted - (float(rows[before - 1]) if before else 0.0)) / float(table.weight[last]), 1.0)
    zones = [
        (taken, table.events_within(*within), table.nonevents_within(*within))
        for taken, within in ((1.0, (last + 1, end)), (part, (last, last + 1)), (0.0, (0, last)))
    ]
    events = sum(taken * of_events.sum for taken, of_events, _ in zones)
    _, hits, misses = zones[0]
    near = _share_near(table, rows, wanted)

    def rows_like(value: float, base: float, of_event: float, if_certain: float) -> float:
        """Rows of which a share would vary like a / base, whose influence has of_event (y - prevalence) besides."""
        if not 0 < value < 1:
            return if_certain
        variance = 0.0
        for taken, of_events, of_nonevents in zones:
            for y, squares in ((1, of_events.squares), (0, of_nonevents.squares)):
                on_events = y * taken - events / count - near * (taken - share)
                influence = on_events / base + of_event * (y - prevalence)
                variance += squares * influence**2 / count**2
        return value * (1 - value) / variance if variance > 0 else if_certain

    precision, recall = min(events / wanted, 1.0), min(events / table.event_count, 1.0)
    # The share of a fixed number of rows varies less, and has a number also where it is 0 or 1.
    fixed = wanted / (hits.usual * (1 - precision) + misses.usual * precision)
    found = wilson(recall, rows_like(recall, prevalence, -recall / prevalence, table.effective_events), level)
    assert found.low is not None
    assert found.high is not None
    return TopK(
        count=wanted,
        share=share,
        threshold=float(table.p[last]),
        events=events,
        precision=wilson(precision, min(rows_like(precision, share, 0.0, fixed), fixed), level),
        recall=found,
        lift=Estimate(
            value=found.value / share,
            low=found.low / share,
            high=found.high / share,
            level=level,
            method=found.method,
        ),
    )


def _share_near(table: Forecasts, rows: Vector, wanted: float) -> float:
    """Share of events near the last row taken; 0 where all rows are, for nothing then depends on which is the last."""
    room = min(wanted, table.count - wanted)
    width = min(max(NEAR * room, table.count / table.effective_count), room)
    if width <= 0:
        return 0.0
    cumulative = np.append(0.0, table.events_above)
    below, above = np.interp([wanted - width, wanted + width], np.append(0.0, rows), cumulative)
    return float(above - below) / (2 * width)
