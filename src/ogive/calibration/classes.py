"""What calibrators of several classes share: the reading of rows, and the logarithms of class probabilities.

They work on those logarithms whether probabilities or logits come in; of logits only differences within a row count.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Protocol, Self

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import (
    Certificate,
    InputError,
    SampleWeight,
    Vector,
    as_frequencies,
    as_vector,
    certain_limits,
    check_finite,
    check_same_length,
    check_weights,
)
from ogive._kernels import FUNCTIONS
from ogive.calibration.base import CalibratorRecord, KeptCalibrator, check_limits, check_scores

softmax, log_softmax, log_sum_exp = (
    FUNCTIONS[name]["value"] for name in ("softmax", "log_softmax", "log_sum_exp")
)

# Class probabilities that miss a sum of 1 by more are something else; those of float32 miss it by 1e-6.
ROUNDED = 1e-3


class ClassesRecord(CalibratorRecord, frozen=True, kw_only=True):
    """Number of classes, and what probabilities of 0 and 1 count as; None where scores are logits."""

    classes: Annotated[int, msgspec.Meta(ge=2)]
    limits: tuple[float, float] | None

    def __post_init__(self) -> None:
        check_limits(self.limits, logits=self.logits)


@dataclass(frozen=True)
class ClassRows:
    """Log-probabilities `x` of shape (n, K), the number of the class of each row, and its weight."""

    x: Vector
    y: NDArray[np.intp]
    weight: Vector

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.x.shape[1])

    def of(self, rows: NDArray[np.bool_]) -> ClassRows:
        """Return some of the rows."""
        return ClassRows(self.x[rows], self.y[rows], self.weight[rows])


def as_matrix(scores: ArrayLike, columns: int | None = None, name: str = "scores") -> Vector:
    """Return scores as numbers of shape (n, K); refuse another number of columns."""
    try:
        matrix: Vector = np.ascontiguousarray(scores, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be numbers.", f"convert {name} to an array of float") from None
    if matrix.ndim != 2 or matrix.shape[0] == 0 or matrix.shape[1] == 0:
        raise InputError(
            f"{name} must be a matrix with one column a class or label; got shape {matrix.shape}.",
            "pass all columns of what predict_proba returns",
        )
    if columns is not None and matrix.shape[1] != columns:
        raise InputError(
            f"scores have {matrix.shape[1]} columns, and this calibrator is for {columns}.",
            "pass the scores of the model that it was fitted on, one column a class",
        )
    return matrix


def as_classes(y: ArrayLike, columns: int) -> NDArray[np.intp]:
    """Return the number of each row's class, 0 to K - 1."""
    label = as_vector(y, "y")
    check_finite(label, "y")
    other = label[(label != np.trunc(label)) | (label < 0) | (label >= columns)]
    if other.size:
        raise InputError(
            f"y must be the number of the class, from 0 to {columns - 1}; got {other[0]:g}.",
            "number the classes in the order of the columns, for example with "
            "numpy.searchsorted(model.classes_, y)",
        )
    number: NDArray[np.intp] = label.astype(np.intp)
    return number


def as_weights(sample_weight: SampleWeight, like: Vector) -> Vector:
    """Return frequencies, 1 for each row where none are given."""
    if sample_weight is None:
        return np.ones(like.size)
    weight = as_frequencies(sample_weight)
    check_same_length(weight, like, "sample_weight")
    check_weights(weight)
    return weight


def check_classes(scores: Vector, *, logits: bool) -> None:
    """Refuse what are not logits, or probabilities that add up to 1 in each row."""
    check_scores(scores, logits=logits)
    total = scores.sum(axis=1)
    off = np.abs(total - 1) > ROUNDED
    if not logits and off.any():
        raise InputError(
            f"scores do not add up to 1 in {off.sum()} of {total.size} rows, first to {total[off][0]:g}: they are "
            "not class probabilities.",
            [
                "if they are logits or decision values, say logits=True",
                "if a row may have several labels, use PerLabel",
            ],
        )


def checked_scores(scores: ArrayLike, *, logits: bool, classes: int | None = None) -> Vector:
    """Return usable scores: of two classes, shape (n,), or of K, shape (n, K); of `classes`, where that is given."""
    if np.ndim(scores) != 2 and classes in {None, 2}:
        x = as_vector(scores, "scores")
        check_scores(x, logits=logits)
        return x
    matrix = as_matrix(scores, classes)
    check_classes(matrix, logits=logits)
    return matrix


def class_rows(
    scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None, *, logits: bool = False
) -> tuple[ClassRows, tuple[float, float] | None]:
    """Check scores, classes and frequencies; return them, and what probabilities of 0 and 1 count as.

    Raises
    ------
    InputError
        Where one of them is not usable, or only one class occurs.
    """
    matrix = as_matrix(scores)
    label = as_classes(y, matrix.shape[1])
    first = matrix[:, 0]
    check_same_length(first, as_vector(y, "y"), "scores")
    weight = as_weights(sample_weight, first)
    check_classes(matrix, logits=logits)
    there = np.flatnonzero(np.bincount(label, weight))
    if there.size < 2:
        raise InputError(
            f"a calibrator learns from at least two classes, but every row has y = {there[0]}.",
            ["add rows of the others", "check how the classes were numbered"],
        )
    limits = None if logits else certain_limits(matrix)
    return ClassRows(log_probabilities(matrix, limits), label, weight), limits


def log_probabilities(scores: Vector, limits: tuple[float, float] | None) -> Vector:
    """Return logarithms of probabilities, none beyond `limits`, or of the softmax of logits where that is None."""
    x: Vector = log_softmax(scores if limits is None else np.log(np.clip(scores, *limits)))
    return x


class Learnt(Protocol):
    """What a fitted calibrator knows of the scores that it takes."""

    logits: bool
    classes_: int
    limits_: tuple[float, float] | None


def known_log_probabilities(calibrator: Learnt, scores: ArrayLike) -> Vector:
    """Check scores against what a calibrator was fitted on; return the logarithms of the probabilities."""
    matrix = checked_scores(as_matrix(scores), logits=calibrator.logits, classes=calibrator.classes_)
    return log_probabilities(matrix, calibrator.limits_)


class ClassesCalibrator(KeptCalibrator):
    """A calibrator of the probabilities of several classes, by softmax of a function of their logarithms.

    A probability of exactly 0 counts as 1e-6, or as the smallest other one that `fit` saw where that is smaller. So
    does, in `transform`, what is nearer to 0 than that; and likewise at 1.
    """

    classes_: int
    limits_: tuple[float, float] | None
    certificate_: Certificate

    @abstractmethod
    def _learn(self, rows: ClassRows) -> None:
        """Set the parameters, named with a trailing underscore, and the certificate."""

    @abstractmethod
    def _logits(self, x: Vector) -> Vector:
        """Calibrated logits of log-probabilities."""

    def fit(self, scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None) -> Self:
        """Learn from rows on which the model was not trained.

        Parameters
        ----------
        scores : array of shape (n, K)
            What the model says of each row, one column a class.
        y : array of shape (n,)
            Number of the class of each row, 0 to K - 1.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies: 2 is the row twice; sampling weights are scaled to their effective number of rows.

        Raises
        ------
        InputError
            Where an input is not usable, or only one class occurs.
        """
        rows, self.limits_ = class_rows(scores, y, sample_weight, logits=self.logits)
        self.classes_ = rows.classes
        self._learn(rows)
        return self

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
        self.check_fitted()
        p: Vector = softmax(self._logits(known_log_probabilities(self, scores)))
        return p
