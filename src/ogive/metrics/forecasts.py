"""The one table behind every score: distinct probabilities with the weight of events and non-events at each.

Scores depend on the rows only through this table (weights are frequencies), so ties need no special care
anywhere, duplicated rows equal weights, and the order of rows is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, Vector
from ogive._kernels import tally


@dataclass(frozen=True)
class Forecasts:
    """Probabilities `p` (distinct, increasing) and the weight of `events` and `nonevents` at each."""

    p: Vector
    events: Vector
    nonevents: Vector

    @cached_property
    def weight(self) -> Vector:
        """Weight of all rows at each probability."""
        return self.events + self.nonevents

    @cached_property
    def event_count(self) -> float:
        """Weight of all events."""
        return float(self.events.sum())

    @cached_property
    def nonevent_count(self) -> float:
        """Weight of all non-events."""
        return float(self.nonevents.sum())

    @property
    def count(self) -> float:
        """Weight of all rows."""
        return self.event_count + self.nonevent_count

    def total(self, of_event: Vector | float, of_nonevent: Vector | float) -> float:
        """Sum over all rows of a quantity given for an event and for a non-event at each probability.

        NumPy's pairwise sum, because a BLAS dot product depends on the number of threads.
        """
        return float(np.sum(self.events * of_event)) + float(np.sum(self.nonevents * of_nonevent))

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Smallest and largest probability of the events, and of the non-events; both must occur."""
        return self._range(self.events), self._range(self.nonevents)

    def _range(self, weights: Vector) -> tuple[float, float]:
        there = weights > 0
        return float(self.p[there.argmax()]), float(self.p[there.size - 1 - there[::-1].argmax()])

    def need_both_classes(self, what: str) -> Forecasts:
        """Return the table itself, or refuse `what` where only one class occurs."""
        if self.event_count > 0 and self.nonevent_count > 0:
            return self
        only, other = (1, 0) if self.event_count > 0 else (0, 1)
        raise InputError(
            f"{what} compares events with non-events, but every row has y = {only}.",
            [
                f"add rows with y = {other}",
                "check how the outcome was coded",
                "brier_score needs no second class",
            ],
        )


@dataclass(frozen=True)
class Rows:
    """Outcomes, probabilities and weights as they were given: numbers, of equal length; more is not known of them."""

    outcome: Vector
    probability: Vector
    weight: Vector | None

    def refuse(self) -> NoReturn:
        """Say what is wrong with the rows, in the order in which people look at them."""
        _finite(self.outcome, "y")
        _binary(self.outcome)
        _finite(self.probability, "p")
        _within_unit(self.probability)
        assert self.weight is not None
        _finite(self.weight, "sample_weight")
        if (self.weight < 0).any():
            raise InputError(
                f"sample_weight is negative in {np.sum(self.weight < 0)} of {self.weight.size} rows.",
                "weights are frequencies: use 0 or more",
            )
        raise InputError(
            "sample_weight is 0 in every row, so no row counts.", "give at least one row a positive weight"
        )


def rows_of(y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None) -> Rows:
    """Return the rows as arrays of equal length."""
    outcome, probability = _vector(y, "y"), _vector(p, "p")
    weight = None if sample_weight is None else _vector(sample_weight, "sample_weight")
    _same_length(probability, outcome, "p")
    if weight is not None:
        _same_length(weight, outcome, "sample_weight")
    return Rows(outcome, probability, weight)


def forecasts(y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None) -> Forecasts:
    """Check outcomes, probabilities and weights, and tabulate them with one sort."""
    rows = rows_of(y, p, sample_weight)
    columns = tally(rows.probability, rows.outcome, rows.weight)
    return Forecasts(*columns) if columns is not None else rows.refuse()


def _vector(values: ArrayLike, name: str) -> Vector:
    try:
        vector = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be numbers.", f"convert {name} to an array of float") from None
    if np.ndim(values) != 1 or vector.size == 0:
        raise InputError(
            f"{name} must be one-dimensional with at least one value; got shape {np.shape(values)}.",
            "pass one number a row; of predict_proba, that is the column of the positive class",
        )
    return vector


def _finite(vector: Vector, name: str) -> None:
    bad = int(np.sum(~np.isfinite(vector)))
    if bad:
        raise InputError(
            f"{name} is missing or infinite in {bad} of {vector.size} rows.",
            "leave those rows out, or mend them",
        )


def _binary(outcome: Vector) -> None:
    other = outcome[(outcome != 0) & (outcome != 1)]
    if other.size:
        raise InputError(
            f"y must be 0 or 1; got {other[0]:g}.",
            "code the event as 1 and its absence as 0, for example y == 'yes'",
        )


def _within_unit(p: Vector) -> None:
    outside = (p < 0) | (p > 1)
    if outside.any():
        raise InputError(
            f"p is not between 0 and 1 in {outside.sum()} of {p.size} rows, first {p[outside][0]:g}.",
            "turn log-odds into probabilities with ogive.functions.sigmoid; divide percentages by 100",
        )


def _same_length(vector: Vector, outcome: Vector, name: str) -> None:
    if vector.size != outcome.size:
        raise InputError(
            f"{name} has {vector.size} values and y has {outcome.size}.", "pass one value of each a row"
        )
