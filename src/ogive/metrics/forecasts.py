"""The one table behind every score: distinct probabilities with the weight of events and non-events at each.

Scores depend on the rows only through this table, so ties need no special care anywhere, duplicated rows equal
frequencies, and the order of rows is forgotten. For sampling weights a second table of their squares is beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import (
    InputError,
    SampleWeight,
    SamplingWeights,
    Vector,
    as_vector,
    check_binary,
    check_finite,
    check_same_length,
    check_weights,
    scaled_to_mean_one,
    squared,
)
from ogive._kernels import tally

# Rows that are too few to tell what rows like them weigh.
FEW = 5


class Weighed(NamedTuple):
    """Weight of some rows and the sum of what each adds to a variance: its weight, or its sampling weight squared.

    `usual` is the weight that a row of their class usually has, known even if there are none; 1 for frequencies.
    """

    sum: float
    squares: float
    usual: float = 1.0

    def joined(self, other: Weighed) -> Weighed:
        """Return both together."""
        return Weighed(self.sum + other.sum, self.squares + other.squares, max(self.usual, other.usual))

    @property
    def weight_of_one(self) -> float:
        """Weight that one of them has, squares / sum; of few, who may happen to be light, at least the usual one."""
        if self.sum < FEW * self.usual:
            return max(self.squares / self.sum, self.usual) if self.sum > 0 else self.usual
        return self.squares / self.sum

    @property
    def effective(self) -> float:
        """Rows of equal weight that would tell as much (Kish 1965): the weight itself where it is a frequency."""
        return self.sum**2 / self.squares if self.squares > 0 else 0.0


@dataclass(frozen=True)
class Forecasts:
    """Probabilities `p` (distinct, increasing) and the weight of `events` and `nonevents` at each.

    `squares` is None where weights are frequencies; for sampling weights it is the same table of the squared weights.
    A sum of w ψ over the rows, ψ of mean 0, has the variance Σ f ψ² with frequencies f, for f rows are alike, and
    Σ w² ψ² with sampling weights: in both cases the total of ψ² over `spread`.
    """

    p: Vector
    events: Vector
    nonevents: Vector
    squares: Forecasts | None = None

    @property
    def spread(self) -> Forecasts:
        """Table whose weights are what a row adds to a variance."""
        return self if self.squares is None else self.squares

    @cached_property
    def weight(self) -> Vector:
        """Weight of all rows at each probability."""
        return self.events + self.nonevents

    @cached_property
    def weight_below(self) -> Vector:
        """Weight of all rows at or below each probability."""
        return np.cumsum(self.weight)

    @cached_property
    def events_above(self) -> Vector:
        """Weight of the events at or above each probability, from the largest probability down."""
        return np.cumsum(self.events[::-1])

    @cached_property
    def nonevents_above(self) -> Vector:
        """Weight of the non-events at or above each probability, from the largest probability down."""
        return np.cumsum(self.nonevents[::-1])

    @property
    def weight_above(self) -> Vector:
        """Weight of all rows at or above each probability, from the largest probability down."""
        return self.events_above + self.nonevents_above

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

    @property
    def effective_events(self) -> float:
        """Events of equal weight that would tell as much."""
        return Weighed(self.event_count, self.spread.event_count).effective

    @property
    def effective_nonevents(self) -> float:
        """Non-events of equal weight that would tell as much."""
        return Weighed(self.nonevent_count, self.spread.nonevent_count).effective

    @property
    def effective_count(self) -> float:
        """Rows of equal weight that would tell as much."""
        return Weighed(self.count, self.spread.count).effective

    def events_within(self, start: int, stop: int) -> Weighed:
        """Weigh the events at the probabilities from `start` to before `stop`."""
        usual = self.event_count / self.effective_events if self.event_count > 0 else 1.0
        return _weighed(self.events, self.spread.events, start, stop, usual)

    def nonevents_within(self, start: int, stop: int) -> Weighed:
        """Weigh the non-events at the probabilities from `start` to before `stop`."""
        usual = self.nonevent_count / self.effective_nonevents if self.nonevent_count > 0 else 1.0
        return _weighed(self.nonevents, self.spread.nonevents, start, stop, usual)

    def total(self, of_event: Vector | float, of_nonevent: Vector | float) -> float:
        """Sum over all rows of a quantity given for an event and for a non-event at each probability.

        NumPy's pairwise sum, because a BLAS dot product depends on the number of threads.
        """
        return float(np.sum(self.events * of_event)) + float(np.sum(self.nonevents * of_nonevent))

    @cached_property
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


def _weighed(weights: Vector, spread: Vector, start: int, stop: int, usual: float) -> Weighed:
    total = float(weights[start:stop].sum())
    return Weighed(total, total if spread is weights else float(spread[start:stop].sum()), usual)


@dataclass(frozen=True)
class Rows:
    """Outcomes, probabilities and weights as they were given: numbers, of equal length; more is not known of them.

    Sampling weights are scaled to a mean of 1, and `squares` are their squares; None for frequencies.
    """

    outcome: Vector
    probability: Vector
    weight: Vector | None
    squares: Vector | None = None

    def refuse(self) -> NoReturn:
        """Say what is wrong with the rows, in the order in which people look at them."""
        check_finite(self.outcome, "y")
        check_binary(self.outcome)
        check_finite(self.probability, "p")
        _within_unit(self.probability)
        assert self.weight is not None
        check_weights(self.weight)
        raise AssertionError("the rows are usable")


def rows_of(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None) -> Rows:
    """Return the rows as arrays of equal length."""
    outcome, probability = as_vector(y, "y"), as_vector(p, "p")
    check_same_length(probability, outcome, "p")
    if sample_weight is None:
        return Rows(outcome, probability, None)
    if isinstance(sample_weight, SamplingWeights):
        weight = scaled_to_mean_one(as_vector(sample_weight.values, "sample_weight"))
        check_same_length(weight, outcome, "sample_weight")
        return Rows(outcome, probability, weight, squared(weight))
    weight = as_vector(sample_weight, "sample_weight")
    check_same_length(weight, outcome, "sample_weight")
    return Rows(outcome, probability, weight)


def forecasts(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None) -> Forecasts:
    """Check outcomes, probabilities and weights, and tabulate them with one sort (two for sampling weights)."""
    rows = rows_of(y, p, sample_weight)
    columns = tally(rows.probability, rows.outcome, rows.weight)
    if columns is None:
        rows.refuse()
    if rows.squares is None:
        return Forecasts(*columns)
    squares = tally(rows.probability, rows.outcome, rows.squares)
    assert squares is not None  # the same rows count
    return Forecasts(*columns, Forecasts(*squares))


def _within_unit(p: Vector) -> None:
    outside = (p < 0) | (p > 1)
    if outside.any():
        raise InputError(
            f"p is not between 0 and 1 in {outside.sum()} of {p.size} rows, first {p[outside][0]:g}.",
            "turn log-odds into probabilities with ogive.functions.sigmoid; divide percentages by 100",
        )
