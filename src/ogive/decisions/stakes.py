"""What is at stake at each probability, and what every cut of the sorted rows makes of it.

A cut is a place between distinct probabilities: the rows from it on are called, those before it are left. Cut 0
calls all rows and the last cut none. Replicates have an axis more in front.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, Vector, as_vector, check_same_length
from ogive.decisions.costs import CostMatrix
from ogive.metrics import Forecasts, SamplingWeights, forecasts

Codes = NDArray[np.intp]
Array = NDArray[np.float64]
# Columns of stakes: the weight of events and of non-events; where each row has costs of its own also what is lost by
# leaving the events and by calling the non-events, what right decisions cost, and the cost of deciding each row by
# its own threshold.
EVENTS, NONEVENTS, MISSED, ALARMED, RIGHT, OWN = range(6)


@dataclass(frozen=True)
class Rows:
    """Rows as they were given, and in which units they came: alone, or in clusters."""

    y: Vector
    p: Vector
    weight: Vector | None
    sampled: bool
    cluster: Codes | None

    @property
    def weights(self) -> Vector:
        """Weight of each row."""
        return np.ones(self.y.size) if self.weight is None else self.weight

    @property
    def simple(self) -> bool:
        """Whether rows of equal probability and outcome are interchangeable."""
        return not self.sampled and self.cluster is None

    @property
    def copies(self) -> Vector:
        """How often each row occurred: its frequency, or once where weights are sampling weights, unless they are 0."""
        return (self.weights > 0).astype(np.float64) if self.sampled else self.weights

    @property
    def carried(self) -> Vector:
        """What a copy of each row counts: its sampling weight, or 1."""
        return self.weights if self.sampled else np.ones(self.y.size)

    def inflation(self, scores: Vector, nominal: Vector, where: Array) -> float:
        """How many times larger the variance of the sum of a score a row is than the sum of nominal variances.

        Copies of a row are independent; rows of a cluster add the square of their sum. `where` marks the rows that take
        part.
        """
        copies, used = self.copies[where], scores[where]
        variance = float(np.sum(copies * used**2))
        if self.cluster is not None:
            together = np.bincount(self.cluster[where], copies * used)
            variance = max(float(np.sum(together**2)), variance)
        usual = float(np.sum(copies * nominal[where]))
        return variance / usual if variance > 0 and usual > 0 else 1.0


@dataclass(frozen=True)
class Stakes:
    """Columns (see above) at the distinct probabilities `p`, increasing, and the costs that they come from."""

    p: Vector
    columns: Array
    costs: CostMatrix | None

    @cached_property
    def cuts(self) -> Cuts:
        """What each cut makes of the rows."""
        return Cuts(self.columns, self.costs)

    @cached_property
    def count(self) -> float:
        """Weight of all rows."""
        return float(self.columns[:2].sum())

    @property
    def prevalence(self) -> float:
        """Share of events."""
        return float(self.columns[EVENTS].sum()) / self.count

    def cut_at(self, threshold: float) -> int:
        """Return the cut that calls the rows with p >= threshold."""
        return int(np.searchsorted(self.p, threshold, side="left"))

    def threshold(self, cut: int) -> float:
        """Return the threshold of a cut: the smallest probability called; 1, or just above it, where none is."""
        if cut < self.p.size:
            return float(self.p[cut])
        return 1.0 if self.p[-1] < 1 else float(np.nextafter(1.0, 2.0))


class Cuts:
    """Right and wrong decisions at every cut, and what they cost; the last axis is that of cuts."""

    def __init__(self, columns: Array, costs: CostMatrix | None) -> None:
        self._columns, self._costs = columns, costs
        self.tp, self.fp = _from_above(columns[..., EVENTS, :]), _from_above(columns[..., NONEVENTS, :])
        self.positive, self.negative = self.tp[..., :1], self.fp[..., :1]

    @property
    def called(self) -> Array:
        """Weight of the rows from the cut on."""
        return self.tp + self.fp

    @property
    def count(self) -> Array:
        """Weight of all rows."""
        return self.positive + self.negative

    @cached_property
    def cost(self) -> Array:
        """Cost of a row, on average; needs costs."""
        assert self._costs is not None
        if self._costs.rows is not None:
            missed = _from_above(self._columns[..., MISSED, :])
            alarmed = _from_above(self._columns[..., ALARMED, :])
            right = self._columns[..., RIGHT, :].sum(axis=-1, keepdims=True)
            return np.asarray((right + missed[..., :1] - missed + alarmed) / self.count)
        right = self.positive * self._costs.true_positive + self.negative * self._costs.true_negative
        wrong = (self.positive - self.tp) * self._costs.miss + self.fp * self._costs.alarm
        return np.asarray((right + wrong) / self.count)

    @property
    def own_cost(self) -> Array:
        """Cost of a row, on average, where each is decided by its own threshold."""
        return np.asarray(self._columns[..., OWN, :].sum(axis=-1, keepdims=True) / self.count)


def _from_above(column: Array) -> Array:
    """Sum from each cut on; the last cut has nothing above it."""
    sums = np.zeros((*column.shape[:-1], column.shape[-1] + 1))
    np.cumsum(column[..., ::-1], axis=-1, out=sums[..., 1:])
    return sums[..., ::-1]


def read(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: ArrayLike | SamplingWeights | None,
    costs: CostMatrix | None,
    clusters: ArrayLike | None = None,
) -> tuple[Rows, Stakes]:
    """Check and tabulate the rows."""
    table = forecasts(y, p, sample_weight).need_both_classes("a choice of threshold")
    sampled = isinstance(sample_weight, SamplingWeights)
    given = sample_weight.values if isinstance(sample_weight, SamplingWeights) else sample_weight
    outcome, probability = as_vector(y, "y"), as_vector(p, "p")
    weight = None if given is None else as_vector(given, "sample_weight")
    if sampled and weight is not None:
        weight = weight * (table.count / weight.sum())  # the scale of the table
    rows = Rows(outcome, probability, weight, sampled, _codes(clusters, outcome))
    return rows, Stakes(table.p, _columns(rows, table, costs), costs)


def _columns(rows: Rows, table: Forecasts, costs: CostMatrix | None) -> Array:
    if costs is None or costs.rows is None:
        return np.array([table.events, table.nonevents])
    if costs.rows != rows.y.size:
        raise InputError(
            f"there are costs for {costs.rows} rows and y has {rows.y.size}.",
            "pass one cost a row, or one for all",
        )
    cell = np.minimum(np.searchsorted(table.p, rows.p), table.p.size - 1)  # a row of weight 0 may lie beyond
    money = row_money(rows, costs)
    sums = [np.bincount(cell, rows.weights * column, table.p.size) for column in money]
    return np.array([table.events, table.nonevents, *sums])


def row_money(rows: Rows, costs: CostMatrix) -> list[Vector]:
    """Return the last four columns for each row."""
    event, called = rows.y == 1, rows.p >= costs.threshold
    right = np.where(event, costs.true_positive, costs.true_negative)
    wrong = np.where(event, costs.miss, costs.alarm)
    return [
        np.where(event, wrong, 0.0),
        np.where(event, 0.0, wrong),
        right,
        right + np.where(called == event, 0.0, wrong),
    ]


def _codes(clusters: ArrayLike | None, outcome: Vector) -> Codes | None:
    if clusters is None:
        return None
    values = np.asarray(clusters)
    if values.ndim != 1:
        raise InputError(
            f"clusters must be one-dimensional; got shape {values.shape}.", "pass one value a row"
        )
    check_same_length(values, outcome, "clusters")
    return np.unique(values, return_inverse=True)[1].astype(np.intp)
