"""A binary calibrator for each column of scores: one class against the rest, or one label after another."""

from __future__ import annotations

import copy
from typing import Annotated, Any, Self

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, SampleWeight, Vector
from ogive.calibration.base import CalibratorRecord, KeptCalibrator
from ogive.calibration.classes import as_classes, as_matrix
from ogive.calibration.platt import PlattScaling
from ogive.calibration.readers import EVENT_READERS, EventRecord


class ColumnsRecord(CalibratorRecord, frozen=True, kw_only=True):
    """The calibrator of each column."""

    classes: Annotated[int, msgspec.Meta(ge=1)]
    parts: tuple[EventRecord, ...]

    def __post_init__(self) -> None:
        fitting = [part.logits == self.logits and getattr(part, "classes", 2) == 2 for part in self.parts]
        if len(fitting) != self.classes or not all(fitting):
            raise ValueError("parts must be calibrators of one event, one a column")


class OneVsRestRecord(ColumnsRecord, frozen=True, kw_only=True, tag="one-vs-rest"):
    """Calibrators of each class against the rest."""


class PerLabelRecord(ColumnsRecord, frozen=True, kw_only=True, tag="per label"):
    """Calibrators of each label."""


class ColumnsCalibrator(KeptCalibrator):
    """A copy of one binary calibrator for each column.

    Parameters
    ----------
    calibrator : calibrator of one event, default PlattScaling()
        Copied for each column. Its `logits` says what all the scores are.
    """

    record: type[ColumnsRecord]
    parts_: tuple[Any, ...]
    classes_: int

    def __init__(self, calibrator: Any = None) -> None:
        self.calibrator = PlattScaling() if calibrator is None else calibrator
        super().__init__(logits=self.calibrator.logits)

    def to_record(self) -> ColumnsRecord:
        """Return the calibrators as they stand in a file."""
        self.check_fitted()
        parts = tuple(part.to_record() for part in self.parts_)
        return self.record(logits=self.logits, classes=len(parts), parts=parts)

    @classmethod
    def from_record(cls, record: CalibratorRecord) -> Self:
        """Return the fitted calibrator that a record describes."""
        assert isinstance(record, ColumnsRecord)
        parts = tuple(EVENT_READERS[type(part)].from_record(part) for part in record.parts)
        calibrator = cls(parts[0])
        calibrator.parts_, calibrator.classes_ = parts, len(parts)
        return calibrator

    def _learn(self, scores: Vector, outcomes: Vector, sample_weight: SampleWeight, name: str) -> Self:
        """Fit each column; an error says which `name` it is of."""
        parts = []
        for k, (column, outcome) in enumerate(zip(scores.T, outcomes.T, strict=True)):
            try:
                parts.append(copy.deepcopy(self.calibrator).fit(column, outcome, sample_weight))
            except InputError as error:
                raise InputError(f"{name} {k}: {error.problem}", error.remedies) from None
        self.parts_, self.classes_ = tuple(parts), len(parts)
        return self

    def _map(self, scores: ArrayLike) -> Vector:
        self.check_fitted()
        matrix = as_matrix(scores, self.classes_)
        return np.column_stack([part.transform(x) for part, x in zip(self.parts_, matrix.T, strict=True)])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.calibrator!r})"


class OneVsRest(ColumnsCalibrator):
    """Any binary calibrator for several classes: each class against the rest, then divided by the sum.

    Scores need not add up to 1, so the decision values of one-against-the-rest machines will do, with `logits` of the
    calibrator. A row whose probabilities are all 0 gets the same for each class. (Zadrozny and Elkan 2002.)

    Parameters
    ----------
    calibrator : calibrator of one event, default PlattScaling()
        Copied for each class. Its `logits` says what all the scores are.

    Attributes
    ----------
    parts_ : tuple of calibrators
        Of each class.
    classes_ : int
        K.

    Examples
    --------
    >>> from ogive.calibration import OneVsRest
    >>> scores = [[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.4, 0.5, 0.1], [0.2, 0.7, 0.1], [0.2, 0.3, 0.5], [0.3, 0.3, 0.4],
    ...           [0.3, 0.4, 0.3], [0.1, 0.2, 0.7], [0.5, 0.2, 0.3]]
    >>> each = OneVsRest().fit(scores, [0, 1, 0, 1, 1, 1, 0, 2, 2])
    >>> each.transform([[0.4, 0.3, 0.3]]).round(2)
    array([[0.34, 0.41, 0.25]])
    """

    record = OneVsRestRecord

    def fit(self, scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None) -> Self:
        """Learn from rows on which the model was not trained.

        Parameters
        ----------
        scores : array of shape (n, K)
            What the model says of each row, one column a class.
        y : array of shape (n,)
            Number of the class of each row, 0 to K - 1; each must occur.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies: 2 is the row twice; sampling weights are scaled to their effective number of rows.

        Raises
        ------
        InputError
            Where an input is not usable, or a class does not occur.
        """
        matrix = as_matrix(scores)
        label = as_classes(y, matrix.shape[1])
        outcomes = (label[:, np.newaxis] == np.arange(matrix.shape[1])).astype(np.float64)
        return self._learn(matrix, outcomes, sample_weight, "class")

    def transform(self, scores: ArrayLike) -> Vector:
        """Calibrated probabilities of scores.

        Parameters
        ----------
        scores : array of shape (m, K)
            On the scale of those in `fit`.

        Returns
        -------
        ndarray of shape (m, K)
            Each row adds up to 1.

        Raises
        ------
        InputError
            Where the calibrator has not learnt, or scores are not usable or of another number of classes.
        """
        p = self._map(scores)
        total = p.sum(axis=1, keepdims=True)
        shares: Vector = np.divide(p, total, out=np.full_like(p, 1 / self.classes_), where=total > 0)
        return shares


class PerLabel(ColumnsCalibrator):
    """Any binary calibrator for several labels, of which a row may have any number: one calibrator a label.

    Parameters
    ----------
    calibrator : calibrator of one event, default PlattScaling()
        Copied for each label. Its `logits` says what all the scores are.

    Attributes
    ----------
    parts_ : tuple of calibrators
        Of each label.
    classes_ : int
        Number of labels.

    Examples
    --------
    >>> from ogive.calibration import PerLabel
    >>> scores = [[0.8, 0.1], [0.6, 0.3], [0.2, 0.7], [0.3, 0.4], [0.1, 0.2], [0.5, 0.2]]
    >>> labels = PerLabel().fit(scores, [[1, 0], [0, 1], [1, 1], [0, 0], [0, 1], [1, 0]])
    >>> labels.transform([[0.9, 0.9]]).round(2)
    array([[0.74, 0.87]])
    """

    record = PerLabelRecord

    def fit(self, scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None) -> Self:
        """Learn from rows on which the model was not trained.

        Parameters
        ----------
        scores : array of shape (n, L)
            What the model says of each row, one column a label.
        y : array of shape (n, L)
            1 where the row has the label, 0 where not.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies: 2 is the row twice; sampling weights are scaled to their effective number of rows.

        Raises
        ------
        InputError
            Where an input is not usable, or all rows have a label, or none has.
        """
        matrix, outcomes = as_matrix(scores), as_matrix(y, name="y")
        if matrix.shape != outcomes.shape:
            raise InputError(
                f"y has shape {outcomes.shape} and scores have shape {matrix.shape}.",
                "pass 0 or 1 for each row and label",
            )
        return self._learn(matrix, outcomes, sample_weight, "label")

    def transform(self, scores: ArrayLike) -> Vector:
        """Calibrated probabilities of scores.

        Parameters
        ----------
        scores : array of shape (m, L)
            On the scale of those in `fit`.

        Returns
        -------
        ndarray of shape (m, L)

        Raises
        ------
        InputError
            Where the calibrator has not learnt, or scores are not usable or of another number of labels.
        """
        return self._map(scores)
