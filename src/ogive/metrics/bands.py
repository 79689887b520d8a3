"""Limits beside a calibration curve: where calibrated probabilities would lie, and where the truth lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector, normal_quantile
from ogive.metrics.forecasts import Forecasts
from ogive.metrics.redraws import Matrix


def central_limits(values: Matrix, level: float) -> tuple[Vector, Vector]:
    """Return limits between which one more row of `values` would lie in the share `level`, for each column.

    With n rows these are the k-th smallest and largest, 2k = (n + 1) (1 - level). Many curves end on a value that they
    cannot pass, such as a share of 0; nothing lies beyond a limit that stands there, so what that tail does not use is
    given to the other, and the limits stay exact instead of wide.
    """
    sorted_values, columns = np.sort(values, axis=0), np.arange(values.shape[1])
    n = values.shape[0]
    both = int((n + 1) * (1 - level) + 1e-9)
    k = max(both // 2, 1)
    low = sorted_values[k - 1]
    used = _used(np.sum(sorted_values < low, axis=0), np.full(columns.size, k))
    of_high = np.maximum(both - used, 1)
    high = sorted_values[n - of_high, columns]
    used = _used(np.sum(sorted_values > high, axis=0), of_high)
    return sorted_values[np.maximum(both - used, 1) - 1, columns], high


def _used(beyond: NDArray[np.intp], k: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how much of its k a tail uses with so many rows beyond the k-th: less than k where the k-th is tied."""
    return np.where(beyond < k - 1, beyond + (beyond > 0), k)


def increasing_limits(table: Forecasts, at: NDArray[np.intp], level: float) -> tuple[Vector, Vector]:
    """Return confidence limits of the event probability at some rows of a table, if it never falls as p rises.

    Each row from a to i is then an event with the probability at i or a smaller one, so the events among them are
    at most binomial, and their Clopper-Pearson lower limit is one for the probability at i, in samples of any size. The
    rows may be chosen by anything but the outcomes: here those of which calibrated probabilities would give the highest
    limit, by the normal approximation. The upper limit is the same with the rows above i. Dimitriadis, Dümbgen, Henzi,
    Puke and Ziegel (2023) take all such runs of rows for a band that holds everywhere at once; this one holds at each
    point by itself, and so may fall now and then. Resampling from the isotonic fit would not hold: the fit is 0 or 1 at
    its ends, and what is redrawn from it stays there.
    """
    low = _lower_limits(table, at, level)
    return low, 1 - _lower_limits(_mirrored(table), table.p.size - 1 - at, level)


def _mirrored(table: Forecasts) -> Forecasts:
    """Exchange events and non-events."""
    squares = None if table.squares is None else _mirrored(table.squares)
    return Forecasts(1 - table.p[::-1], table.nonevents[::-1], table.events[::-1], squares)


def _lower_limits(table: Forecasts, at: NDArray[np.intp], level: float) -> Vector:
    from scipy.special import betaincinv  # noqa: PLC0415  (takes a tenth of a second)

    p, spread = table.p, table.spread
    end = at[:, None] + 1

    def within(column: Vector, start: NDArray[np.intp]) -> NDArray[np.float64]:
        total = np.append(0.0, np.cumsum(column))
        sums: NDArray[np.float64] = total[end] - total[start]
        return sums

    every = np.arange(p.size)[None, :]
    allowed = every < end
    weight = np.where(allowed, within(table.weight, every), 1.0)
    variance = within(spread.weight * p * (1 - p), every)
    # One more unit of variance keeps a run of certain probabilities from looking enough when it is short.
    expected = within(table.weight * p, every) - normal_quantile(level) * np.sqrt(
        np.maximum(variance, 0.0) + 1
    )
    start = np.where(allowed, expected / weight, -np.inf).argmax(axis=1)[:, None]
    hits, misses = within(table.events, start)[:, 0], within(table.nonevents, start)[:, 0]
    if table.squares is not None:
        hits, misses = _effective(
            hits, misses, *(within(c, start)[:, 0] for c in (spread.events, spread.nonevents))
        )
    some = hits > 0
    limits = np.zeros(at.size)
    limits[some] = betaincinv(hits[some], misses[some] + 1, (1 - level) / 2)
    return limits


def _effective(
    hits: Vector, misses: Vector, hit_squares: Vector, miss_squares: Vector
) -> tuple[Vector, Vector]:
    """Scale sampling weights to the number of rows of which the share would have the variance it has (`share_of`)."""
    both = hits + misses
    share = hits / both
    variance = hit_squares * (1 - share) ** 2 + miss_squares * share**2
    rows = np.where(
        variance > 0,
        hits * misses / np.where(variance > 0, variance, 1.0),
        both**2 / np.maximum(hit_squares + miss_squares, np.finfo(np.float64).tiny),
    )
    return share * rows, (1 - share) * rows
