"""Isotonic calibration: the increasing function that fits best, and its centred form, which ties no scores."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector, certain_limits
from ogive._kernels import count_below, isotonic_pools, logit, sigmoid, venn_abers
from ogive.calibration.base import (
    BinaryCalibrator,
    BinaryRecord,
    CalibratorRecord,
    LogOddsRecord,
    Table,
    log_odds,
)


def check_steps(knots: np.ndarray, values: np.ndarray) -> None:
    """Refuse what is not an increasing function of scores with values in [0, 1]."""
    if not (knots.ndim == 1 and knots.shape == values.shape and knots.size):
        raise ValueError("knots and values must be as many, and one at least")
    if (np.diff(knots) <= 0).any() or (np.diff(values) < 0).any() or values[0] < 0 or values[-1] > 1:
        raise ValueError("knots must increase, and values too, from 0 to 1")


class IsotonicRecord(BinaryRecord, frozen=True, kw_only=True, tag="isotonic"):
    """Scores and the probabilities there; between them straight lines."""

    knots: np.ndarray
    values: np.ndarray

    def __post_init__(self) -> None:
        check_steps(self.knots, self.values)


class CentredIsotonicRecord(LogOddsRecord, frozen=True, kw_only=True, tag="centred isotonic"):
    """As isotonic, with the limits of log-odds beyond the knots."""

    knots: np.ndarray
    values: np.ndarray

    def __post_init__(self) -> None:
        super().__post_init__()
        check_steps(self.knots, self.values)
        if self.values[0] <= 0 or self.values[-1] >= 1:
            raise ValueError("values must lie within 0 and 1")


class IsotonicCalibration(BinaryCalibrator):
    """The increasing function of the score that fits the outcomes best (Zadrozny and Elkan 2002).

    Neighbouring scores are pooled until the share of events increases from pool to pool. No increasing function has a
    smaller log loss or Brier score on these rows, so with few rows it learns their noise; it wants a thousand and more.
    Between pools it is a straight line, beyond them constant. Probabilities of exactly 0 and 1 occur, and scores within
    a pool are tied.

    `centred` puts each pool's share at the mean of its scores, with straight lines between (Oron and Flournoy 2017).
    Ours keeps the ranking strict everywhere and is never certain: the rows count with one more event at the lowest
    score and one more non-event at the highest, as in Platt's targets; at the lowest and the highest score the function
    takes the value that one more non-event, or event, would have it take there (as in Venn-Abers); and beyond
    them the log-odds of the score are shifted. It may be a little worse on the rows it learnt from.

    Parameters
    ----------
    centred : bool
        Whether to keep the ranking strict.
    logits : bool
        Whether scores are log-odds or decision values, of any size, instead of probabilities in [0, 1].

    Attributes
    ----------
    knots_ : ndarray of shape (k,)
        Scores, increasing: both ends of each pool or, centred, their means.
    values_ : ndarray of shape (k,)
        Probabilities at the knots.

    Examples
    --------
    >>> from ogive.calibration import IsotonicCalibration
    >>> scores, y = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], [0, 0, 1, 0, 1, 0, 1, 1]
    >>> IsotonicCalibration().fit(scores, y).transform([0.1, 0.35, 0.4, 0.6]).round(2)
    array([0. , 0.5, 0.5, 0.5])
    >>> IsotonicCalibration(centred=True).fit(scores, y).transform([0.1, 0.35, 0.4, 0.6]).round(2)
    array([0.25, 0.44, 0.47, 0.57])
    """

    knots_: Vector
    values_: Vector
    limits_: tuple[float, float] | None

    def __init__(self, *, centred: bool = False, logits: bool = False) -> None:
        super().__init__(logits=logits)
        self.centred = centred

    @property
    def record(self) -> type[BinaryRecord]:
        """Kind of record: isotonic or centred isotonic."""
        return CentredIsotonicRecord if self.centred else IsotonicRecord

    @classmethod
    def _with_options(cls, record: CalibratorRecord) -> Self:
        return cls(centred=isinstance(record, CentredIsotonicRecord), logits=record.logits)

    def _learn(self, table: Table) -> None:
        if self.centred:
            self.limits_ = None if self.logits else certain_limits(table.x)
            self.knots_, self.values_ = _centred(table)
        else:
            self.knots_, self.values_ = _pooled(table)

    def _map(self, x: Vector) -> Vector:
        p = _interpolated(x, self.knots_, self.values_)
        return self._beyond(x, p) if self.centred else p

    def _beyond(self, x: Vector, p: Vector) -> Vector:
        """Shift the log-odds of scores beyond the knots so that they join on."""
        for end, outside in ((0, x < self.knots_[0]), (-1, x > self.knots_[-1])):
            start = log_odds(self.knots_[[end]], self.limits_)
            moved = log_odds(x[outside], self.limits_) - start
            p[outside] = sigmoid(logit(self.values_[end]) + moved)
        return p


def _interpolated(x: Vector, knots: Vector, values: Vector) -> Vector:
    """Return values on straight lines between knots, constant beyond; every rounding on the way keeps their order."""
    right = np.minimum(count_below(knots, x), knots.size - 1)
    left = np.maximum(right - 1, 0)
    width = np.where(right > left, knots[right] - knots[left], 1.0)
    part = np.clip((x - knots[left]) / width, 0.0, 1.0)
    low, high = values[left], values[right]
    return np.where(part < 1.0, np.minimum(low + part * (high - low), high), high)


def _pooled(table: Table) -> tuple[Vector, Vector]:
    """Return both ends of each pool (once where they are the same score), and its share of events."""
    bounds = isotonic_pools(table.events, table.nonevents)
    ends = np.stack([bounds[:-1], bounds[1:] - 1], axis=1).ravel()
    kept = np.diff(ends, prepend=-1) > 0
    return table.x[ends[kept]], np.repeat(_shares(table, bounds), 2)[kept]


def _centred(table: Table) -> tuple[Vector, Vector]:
    """Return the mean score of each pool and its share, with one more event at the bottom and non-event at the top."""
    events, nonevents = table.events.copy(), table.nonevents.copy()
    events[0] += 1
    nonevents[-1] += 1
    bounds = isotonic_pools(events, nonevents)
    first, last = bounds[:-1], bounds[1:] - 1
    centre = np.add.reduceat(table.x * table.weight, first) / np.add.reduceat(table.weight, first)
    centre = np.clip(centre, table.x[first], table.x[last])
    share = _shares(Table(table.x, events, nonevents), bounds)
    _, p0, _, p1 = venn_abers(events, nonevents)
    below, above = int(table.x[0] < centre[0]), int(centre[-1] < table.x[-1])
    knots = np.concatenate([table.x[:below], centre, table.x[table.x.size - above :]])
    return knots, np.concatenate([p0[:below], share, p1[p1.size - above :]])


def _shares(table: Table, bounds: NDArray[np.int64]) -> Vector:
    """Return the share of events in each pool."""
    events, nonevents = (np.add.reduceat(column, bounds[:-1]) for column in (table.events, table.nonevents))
    share: Vector = events / (events + nonevents)
    return np.maximum.accumulate(share)  # the sums by which pools met were rounded otherwise
