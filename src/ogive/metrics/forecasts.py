"""The one table behind every score: distinct probabilities with the weight of events and non-events at each.

Scores depend on the rows only through this table (weights are frequencies), so ties need no special care
anywhere, duplicated rows equal weights, and the order of rows is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, Vector


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
        of_events, of_nonevents = self.p[self.events > 0], self.p[self.nonevents > 0]
        return (of_events[0], of_events[-1]), (of_nonevents[0], of_nonevents[-1])

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


def forecasts(y: ArrayLike, p: ArrayLike, weights: ArrayLike | None = None) -> Forecasts:
    """Check outcomes, probabilities and weights, and tabulate them with one sort."""
    outcome, probability = _outcomes(y), _vector(p, "p")
    _same_length(probability, outcome, "p")
    _within_unit(probability)
    if weights is None:
        return _tabulate(outcome, probability)
    weight = _vector(weights, "weights")
    _same_length(weight, outcome, "weights")
    if (weight < 0).any():
        raise InputError(
            f"weights is negative in {np.sum(weight < 0)} of {weight.size} rows.",
            "weights are frequencies: use 0 or more",
        )
    used = weight > 0
    if not used.any():
        raise InputError("weights are all 0, so no row counts.", "give at least one row a positive weight")
    return _tabulate(outcome[used], probability[used], weight[used])


def _tabulate(outcome: NDArray[np.bool_], p: Vector, weight: Vector | None = None) -> Forecasts:
    # The bits of a float64 in [0, 1], read as an integer, keep its order and leave the upper bit free:
    # shifted by one to carry the outcome, they need one fast integer sort and no permutation.
    key = ((p + 0.0).view(np.uint64) << np.uint64(1)) | outcome
    if weight is None:
        key.sort()
    else:
        order = np.argsort(key, kind="stable")
        key, weight = key[order], weight[order]
    bits, event = key >> np.uint64(1), (key & np.uint64(1)).astype(np.float64)
    first = np.flatnonzero(np.concatenate(([True], bits[1:] != bits[:-1])))
    if weight is None:
        events = np.add.reduceat(event, first)
        nonevents = np.diff(first, append=key.size) - events
    else:
        events, nonevents = (
            np.add.reduceat(weight * event, first),
            np.add.reduceat(weight * (1 - event), first),
        )
    return Forecasts(p=bits[first].view(np.float64), events=events, nonevents=nonevents)


def _vector(values: ArrayLike, name: str) -> Vector:
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be numbers.", f"convert {name} to an array of float") from None
    if vector.ndim != 1 or vector.size == 0:
        raise InputError(
            f"{name} must be one-dimensional with at least one value; got shape {vector.shape}.",
            "pass one number a row; of predict_proba, that is the column of the positive class",
        )
    if not np.isfinite(vector).all():
        bad = int(np.sum(~np.isfinite(vector)))
        raise InputError(
            f"{name} is missing or infinite in {bad} of {vector.size} rows.",
            "leave those rows out, or mend them",
        )
    return vector


def _outcomes(y: ArrayLike) -> NDArray[np.bool_]:
    outcome = _vector(y, "y")
    event: NDArray[np.bool_] = outcome == 1
    if not (event | (outcome == 0)).all():
        other = outcome[~event & (outcome != 0)][0]
        raise InputError(
            f"y must be 0 or 1; got {other:g}.",
            "code the event as 1 and its absence as 0, for example y == 'yes'",
        )
    return event


def _within_unit(p: Vector) -> None:
    outside = (p < 0) | (p > 1)
    if outside.any():
        raise InputError(
            f"p is not between 0 and 1 in {outside.sum()} of {p.size} rows, first {p[outside][0]:g}.",
            "turn log-odds into probabilities with ogive.functions.sigmoid; divide percentages by 100",
        )


def _same_length(vector: Vector, outcome: NDArray[np.bool_], name: str) -> None:
    if vector.size != outcome.size:
        raise InputError(
            f"{name} has {vector.size} values and y has {outcome.size}.", "pass one value of each a row"
        )
