"""Curves and counts to look at: ROC, precision-recall, and the histogram of probabilities by class."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import Estimate, SampleWeight, Vector
from ogive.metrics.binning import bin_bounds
from ogive.metrics.discrimination import auc_of, average_precision_of
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.records import PrecisionRecallCurve, RocCurve, ScoreHistogram

# Vertices that a curve keeps, and the area below which one more would show nothing.
MOST_VERTICES = 500
LEAST_AREA = 1e-7
# Vertices from which on only the first in each square of a fine grid is looked at, and the squares along each axis.
MANY_VERTICES, SQUARES = 1 << 16, 1 << 13


def roc_curve(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95
) -> RocCurve:
    """Sensitivity against false-positive rate over all thresholds, with its area.

    Vertices on a straight line are left out; of the rest, at most 500 are kept, those that change the area
    most, so the area drawn differs from the true one by less than 0.001.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    level : float
        Of the interval of the area.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import roc_curve
    >>> curve = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> list(zip(curve.false_positive_rate, curve.sensitivity))
    [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]
    """
    table = forecasts(y, p, sample_weight).need_both_classes("roc_curve")
    return roc_of(table, auc_of(table, level))


def precision_recall_curve(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, level: float = 0.95
) -> PrecisionRecallCurve:
    """Precision against recall at every threshold that adds events, with its area (average precision).

    At most 500 vertices are kept, those that change the area under the steps most.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    level : float
        Of the interval of the average precision.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import precision_recall_curve
    >>> curve = precision_recall_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> [(r, round(q, 3)) for r, q in zip(curve.recall, curve.precision)]
    [(0.5, 1.0), (1.0, 0.667)]
    """
    table = forecasts(y, p, sample_weight).need_both_classes("precision_recall_curve")
    return precision_recall_of(table, average_precision_of(table, level))


def score_histogram(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None, *, bins: int = 20
) -> ScoreHistogram:
    """Count rows of each class in `bins` intervals of probability of equal width.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    bins : int
        Number of intervals.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import score_histogram
    >>> score_histogram([0, 0, 1, 1], [0.1, 0.4, 0.35, 1.0], bins=2).positive
    (1.0, 1.0)
    """
    return histogram_of(forecasts(y, p, sample_weight), bins)


def roc_of(table: Forecasts, auc: Estimate) -> RocCurve:
    """ROC curve of a table that has both classes."""
    # A threshold just above the largest probability calls nothing positive.
    threshold = np.append(np.nextafter(table.p[-1], 2), table.p[::-1])
    true, false = np.append(0.0, table.events_above), np.append(0.0, table.nonevents_above)
    sensitivity, false_positive = true / true[-1], false / false[-1]
    kept = thinned(false_positive, sensitivity, triangle)
    return RocCurve(
        threshold=tuple(threshold[kept].tolist()),
        false_positive_rate=tuple(false_positive[kept].tolist()),
        sensitivity=tuple(sensitivity[kept].tolist()),
        auc=auc,
    )


def precision_recall_of(table: Forecasts, average_precision: Estimate) -> PrecisionRecallCurve:
    """Precision-recall curve of a table that has both classes."""
    adds = np.flatnonzero(table.events[::-1])
    events, nonevents = table.events_above[adds], table.nonevents_above[adds]
    recall = events / events[-1]
    precision = events / (events + nonevents)
    kept = thinned(recall, precision, _rectangle)
    return PrecisionRecallCurve(
        threshold=tuple(table.p[::-1][adds][kept].tolist()),
        recall=tuple(recall[kept].tolist()),
        precision=tuple(precision[kept].tolist()),
        prevalence=table.event_count / table.count,
        average_precision=average_precision,
    )


def histogram_of(table: Forecasts, bins: int = 20) -> ScoreHistogram:
    """Histogram of a table."""
    starts = bin_bounds(table, bins, "width")[:-1]
    edges = np.arange(bins + 1) / bins
    filled = np.minimum(np.searchsorted(edges, table.p[starts], side="right") - 1, bins - 1)
    positive, negative = np.zeros(bins), np.zeros(bins)
    positive[filled], negative[filled] = (np.add.reduceat(c, starts) for c in (table.events, table.nonevents))
    return ScoreHistogram(
        edges=tuple(edges.tolist()), positive=tuple(positive.tolist()), negative=tuple(negative.tolist())
    )


_Area = Callable[[float, float, Vector, Vector, float, float], Vector]


def triangle(x0: float, y0: float, x: Vector, y: Vector, x1: float, y1: float) -> Vector:
    """Area that a vertex adds to the straight line between its neighbours."""
    return ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / 2


def _rectangle(x0: float, y0: float, x: Vector, y: Vector, x1: float, y1: float) -> Vector:
    """Area that a vertex adds to the step between its neighbours."""
    return (x - x0) * (y - y1)


def thinned(x: Vector, y: Vector, area: _Area, most: int = MOST_VERTICES) -> NDArray[np.intp]:
    """Pick the `most` vertices that change the area most, best first: each splits the stretch it lies in.

    This is the line simplification of Douglas and Peucker (1973), with area in the place of distance and
    a budget in the place of a tolerance.
    """
    at = _apart(x, y)
    x, y = x[at], y[at]
    kept = sorted({0, x.size - 1})
    heap: list[tuple[float, int, int, int]] = []

    def offer(i: int, j: int) -> None:
        if j - i > 1:
            gain = np.abs(area(x[i], y[i], x[i + 1 : j], y[i + 1 : j], x[j], y[j]))
            best = int(gain.argmax())
            if gain[best] > LEAST_AREA:
                heapq.heappush(heap, (-float(gain[best]), i, j, i + 1 + best))

    offer(0, x.size - 1)
    while heap and len(kept) < most:
        _, i, j, best = heapq.heappop(heap)
        kept.append(best)
        offer(i, best)
        offer(best, j)
    vertices: NDArray[np.intp] = at[np.sort(kept)]
    return vertices


def _apart(x: Vector, y: Vector) -> NDArray[np.intp]:
    """Vertices of a curve in the unit square, of very many only the first of each visit to a square of a fine grid."""
    if x.size < MANY_VERTICES:
        return np.arange(x.size)
    new = np.zeros(x.size, dtype=bool)
    new[0] = new[-1] = True
    for along in (x, y):
        square = (along * SQUARES).astype(np.int16)
        new[1:] |= square[1:] != square[:-1]
    found: NDArray[np.intp] = np.flatnonzero(new)
    return found
