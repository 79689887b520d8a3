"""What every calibrator is, and the reading of rows that binary calibrators share.

A calibrator learns on held-out rows how scores and outcomes go together, and turns scores into probabilities. It sees
the rows only through the table of the distinct scores with the weight of events and non-events at each, so the
order of rows is forgotten and a weight of 2 is the row twice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import (
    InputError,
    Record,
    SampleWeight,
    Vector,
    as_frequencies,
    as_vector,
    certain_limits,
    check_binary,
    check_finite,
    check_same_length,
    check_weights,
)
from ogive._kernels import logit, tally


class Calibrator(Protocol):
    """What turns the scores of a model into probabilities; `fit` learns it, `transform` does it."""

    @property
    def method(self) -> str:
        """Name of the method, as in its file."""
        ...

    def fit(self, scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None) -> Self:
        """Learn from scores and outcomes of rows on which the model was not trained."""
        ...

    def transform(self, scores: ArrayLike) -> Vector:
        """Calibrated probabilities of scores."""
        ...


class CalibratorRecord(Record, frozen=True, kw_only=True, tag_field="method"):
    """What a fitted calibrator is in a file: the tag `method`, the options, the parameters."""

    logits: bool


class BinaryRecord(CalibratorRecord, frozen=True, kw_only=True):
    """What a calibrator of one event is in a file."""

    classes: Literal[2] = 2


@dataclass(frozen=True)
class Table:
    """Distinct scores `x`, increasing, with the weight of `events` and of `nonevents` at each, of both some."""

    x: Vector
    events: Vector
    nonevents: Vector

    @property
    def weight(self) -> Vector:
        """Weight of all rows at each score."""
        return self.events + self.nonevents

    @property
    def share(self) -> Vector:
        """Share of events at each score."""
        return self.events / self.weight


def tabulate(
    scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None, *, logits: bool = False
) -> Table:
    """Check scores, outcomes and frequencies, and tabulate them with one sort.

    Raises
    ------
    InputError
        Where one of them is not usable, or only one class occurs.
    """
    x, outcome = as_vector(scores, "scores"), as_vector(y, "y")
    check_same_length(x, outcome, "scores")
    weight = None if sample_weight is None else as_frequencies(sample_weight)
    if weight is not None:
        check_same_length(weight, outcome, "sample_weight")
    columns = tally(x, outcome, weight, logits)
    if columns is None:
        _refuse(x, outcome, weight, logits=logits)
    table = Table(*columns)
    if not (table.events.any() and table.nonevents.any()):
        only = int(table.events.any())
        raise InputError(
            f"a calibrator learns from events and non-events, but every row has y = {only}.",
            [f"add rows with y = {1 - only}", "check how the outcome was coded"],
        )
    return table


def _refuse(x: Vector, outcome: Vector, weight: Vector | None, *, logits: bool) -> NoReturn:
    """Say what is wrong with the rows."""
    check_finite(outcome, "y")
    check_binary(outcome)
    check_scores(x, logits=logits)
    assert weight is not None
    check_weights(weight)
    raise AssertionError("the rows are usable")


def check_scores(x: Vector, *, logits: bool) -> None:
    """Refuse scores that are missing or infinite, or outside [0, 1] where they should be probabilities.

    Of any shape: matrices of class probabilities too.
    """
    check_finite(x, "scores")
    outside = (x < 0) | (x > 1)
    if not logits and outside.any():
        raise InputError(
            f"scores are not between 0 and 1 in {outside.sum()} of {x.size} rows, first {x[outside][0]:g}. "
            "Are they log-odds?",
            [
                "if they are log-odds or decision values, say logits=True (--logits)",
                "if they are percentages, divide by 100",
            ],
        )


def log_odds(p: Vector, limits: tuple[float, float] | None) -> Vector:
    """Log-odds of probabilities, none beyond `limits`; without limits `p` are log-odds already."""
    return p if limits is None else logit(np.clip(p, *limits))


class KeptCalibrator(ABC):
    """A calibrator that can be written to a file: what all of them share.

    Parameters
    ----------
    logits : bool
        Whether scores are log-odds or decision values, of any size, instead of probabilities in [0, 1].
    """

    def __init__(self, *, logits: bool = False) -> None:
        self.logits = logits

    @property
    @abstractmethod
    def record(self) -> type[CalibratorRecord]:
        """Kind of record that describes it: each field is an option, or an attribute with a trailing underscore."""

    @property
    def method(self) -> str:
        """Name of the method, as in its file."""
        return str(self.record.__struct_config__.tag)

    def check_fitted(self) -> None:
        """Refuse to go on where `fit` was not called."""
        if not all(hasattr(self, held) for held in self._state().values()):
            raise InputError(f"{self!r} has not learnt yet.", "call fit(scores, y) first")

    def _state(self) -> dict[str, str]:
        """Fields of the record that were learnt, and the attributes that hold them."""
        return {name: f"{name}_" for name in self.record.__struct_fields__ if name != "logits"}

    def to_record(self) -> CalibratorRecord:
        """Return options and parameters as they stand in a file."""
        self.check_fitted()
        state: dict[str, Any] = {name: getattr(self, held) for name, held in self._state().items()}
        return self.record(logits=self.logits, **state)

    @classmethod
    def from_record(cls, record: CalibratorRecord) -> Self:
        """Return the fitted calibrator that a record describes."""
        calibrator = cls._with_options(record)
        for name, held in calibrator._state().items():
            setattr(calibrator, held, getattr(record, name))
        return calibrator

    @classmethod
    def _with_options(cls, record: CalibratorRecord) -> Self:
        return cls(logits=record.logits)

    def __repr__(self) -> str:
        options = (f"{name}={value}" for name, value in vars(self).items() if name[-1] != "_" and value)
        return f"{type(self).__name__}({', '.join(options)})"


class BinaryCalibrator(KeptCalibrator):
    """A calibrator of the probability of one event; subclasses learn from the table and map scores."""

    classes_ = 2

    @abstractmethod
    def _learn(self, table: Table) -> None:
        """Set the parameters, named with a trailing underscore, from the table."""

    @abstractmethod
    def _map(self, x: Vector) -> Vector:
        """Probabilities of scores that are known to be usable."""

    def fit(self, scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None) -> Self:
        """Learn from rows on which the model was not trained.

        Parameters
        ----------
        scores : array of shape (n,)
            What the model says of each row.
        y : array of shape (n,)
            Outcomes, 0 or 1.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies: 2 is the row twice; sampling weights are scaled to their effective number of rows.

        Raises
        ------
        InputError
            Where an input is not usable, or only one class occurs.
        """
        self._learn(tabulate(scores, y, sample_weight, logits=self.logits))
        return self

    def transform(self, scores: ArrayLike) -> Vector:
        """Calibrated probabilities of scores.

        Parameters
        ----------
        scores : array of shape (m,)
            On the scale of those in `fit`.

        Returns
        -------
        ndarray of shape (m,)

        Raises
        ------
        InputError
            Where the calibrator has not learnt, or scores are not usable.
        """
        return self._map(self._usable(scores))

    def _usable(self, scores: ArrayLike) -> Vector:
        self.check_fitted()
        if np.ndim(scores) == 2:
            raise InputError(
                f"scores have {np.shape(scores)[1]} columns, but this calibrator is for the probability of one event.",
                "pass the column of that event, or use a calibrator of several classes",
            )
        x = as_vector(scores, "scores")
        check_scores(x, logits=self.logits)
        return x


class LogOddsCalibrator(BinaryCalibrator):
    """A binary calibrator that works on log-odds.

    A probability of exactly 0 or 1 has infinite log-odds: it counts as 1e-6 or 1 - 1e-6, or as the most extreme other
    probability that `fit` saw where that is nearer. So does, in `transform`, what is nearer to certain than that.
    """

    limits_: tuple[float, float] | None

    def _learn(self, table: Table) -> None:
        self.limits_ = None if self.logits else certain_limits(table.x)
        self._learn_log_odds(log_odds(table.x, self.limits_), table)

    def _map(self, x: Vector) -> Vector:
        return self._map_log_odds(log_odds(x, self.limits_))

    @abstractmethod
    def _learn_log_odds(self, x: Vector, table: Table) -> None:
        """Set the parameters; `x` are the log-odds of the scores of the table."""

    @abstractmethod
    def _map_log_odds(self, x: Vector) -> Vector:
        """Probabilities of log-odds."""


class LogOddsRecord(BinaryRecord, frozen=True, kw_only=True):
    """What probabilities of exactly 0 and 1 count as; None where scores are log-odds already."""

    limits: tuple[float, float] | None

    def __post_init__(self) -> None:
        check_limits(self.limits, logits=self.logits)


def check_limits(limits: tuple[float, float] | None, *, logits: bool) -> None:
    """Refuse what cannot stand in for 0 and 1."""
    if (limits is None) != logits:
        raise ValueError("limits are for scores that are probabilities, and those need them")
    if limits is not None and not 0 < limits[0] < limits[1] < 1:
        raise ValueError("limits must lie within 0 and 1 and increase")
