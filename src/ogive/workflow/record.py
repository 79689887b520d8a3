"""What a model file carries: all that a prediction needs, and the summary to show again."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import numpy as np

from ogive._base import InputError, Record, Vector
from ogive._kernels import sigmoid
from ogive.calibration import AnyRecord, from_record
from ogive.data import Design, Encoding, Schema
from ogive.report import LearntSummary, Summary
from ogive.workflow.predictions import linear_variance


class Parameters(Record, frozen=True, kw_only=True):
    """The fitted coefficients and how well they are known.

    Attributes
    ----------
    names : tuple of str
        Of the design columns.
    intercept : float
    coef : (p,) float64
        On the original scale of the columns.
    covariance : float64 or None
        Lower triangle, row by row, of the covariance of the intercept and the coefficients (intercept first).
        A coefficient that other columns determine has a row of zeros: the variance of a prediction then
        comes from the columns that determine it. None where no covariance is valid; `reason` says why.
    reason : str
        Why there is no covariance.
    """

    names: tuple[str, ...]
    intercept: float
    coef: np.ndarray
    covariance: np.ndarray | None = None
    reason: str = ""

    def covariance_matrix(self) -> Vector | None:
        """Return the covariance as a matrix of shape (p + 1, p + 1), or None."""
        if self.covariance is None:
            return None
        size = len(self.coef) + 1
        matrix = np.zeros((size, size))
        matrix[np.tril_indices(size)] = self.covariance
        return matrix + np.tril(matrix, -1).T


def lower_triangle(matrix: Vector) -> Vector:
    """Return the lower triangle of a symmetric matrix, row by row."""
    return np.asarray(matrix)[np.tril_indices(len(matrix))]


class ModelRecord(Record, frozen=True, kw_only=True):
    """A fitted model, whole.

    Attributes
    ----------
    threshold : float
        Probability from which on a row is decided positive.
    na_values : tuple of str
        Texts that meant missing in the training table, and mean it in any other.
    calibrator : record of a calibrator, or None
        Turns the log-odds of the model into its probabilities; None where the sigmoid does.
    """

    schema: Schema
    encoding: Encoding
    parameters: Parameters
    threshold: float
    na_values: tuple[str, ...] = ()
    calibrator: AnyRecord | None = None
    summary: Summary

    @property
    def no_intervals(self) -> str:
        """Why predictions have no interval; empty where they have one."""
        return "" if self.parameters.covariance is not None else self.parameters.reason

    def linear_predictor(self, design: Design) -> Vector:
        """Return the log-odds of each row."""
        return design.matvec(self.parameters.coef) + self.parameters.intercept

    def variance(self, design: Design) -> Vector | None:
        """Return the variance of each linear predictor, or None where no covariance is valid."""
        covariance = self.parameters.covariance_matrix()
        return None if covariance is None else linear_variance(design, covariance)

    def probability(self, linear: Vector) -> Vector:
        """Return the probability of each linear predictor."""
        return probability(linear, self.calibrator)


class Learnt(Protocol):
    """What a learner leaves: a record of all that a prediction needs, for it stands in the model file."""

    def log_odds(self, x: Vector) -> Vector:
        """Return the log-odds of rows of shape (n, columns): an array of shape (n,)."""
        ...


L = TypeVar("L", bound=Learnt)


class LearntRecord(Record, Generic[L], frozen=True, kw_only=True):
    """A model that a learner left, whole: as `ModelRecord`, with what was `learnt` in place of coefficients."""

    schema: Schema
    encoding: Encoding
    learnt: L
    threshold: float
    na_values: tuple[str, ...] = ()
    calibrator: AnyRecord | None = None
    summary: LearntSummary

    @property
    def no_intervals(self) -> str:
        """Why predictions have no interval."""
        return self.summary.learning.no_intervals

    def linear_predictor(self, design: Design) -> Vector:
        """Return the log-odds of each row."""
        return log_odds(self.learnt, dense(design))

    def variance(self, design: Design) -> None:
        """Return None: how well the log-odds are known is not known."""

    def probability(self, linear: Vector) -> Vector:
        """Return the probability of each linear predictor."""
        return probability(linear, self.calibrator)


TableRecord: TypeAlias = ModelRecord | LearntRecord[Any]


# A learner reads rows as they are multiplied: 4 GB of them.
_MOST_NUMBERS = 500_000_000


def dense(design: Design) -> Vector:
    """Return a design matrix as one array of shape (n, columns), for learners that multiply it themselves."""
    rows, columns = design.shape
    if rows * columns > _MOST_NUMBERS:
        raise InputError(
            f"{rows:,} rows of {columns:,} columns are too many for the memory of a learner that needs all of them.",
            "leave out categories of many levels (--exclude), or take fewer rows",
        )
    x = np.empty((rows, columns))
    for j in range(columns):
        x[:, j] = design.column(j)
    return x


def log_odds(learnt: Learnt, x: Vector) -> Vector:
    """Return log-odds of rows, or refuse where they are no numbers."""
    with np.errstate(over="ignore", invalid="ignore"):
        linear = learnt.log_odds(x)
    bad = ~np.isfinite(linear)
    if bad.any():
        raise InputError(
            f"the model gives no finite number for {bad.sum():,} of {bad.size:,} rows.",
            "learn again in smaller steps (--rate), and look for numbers of absurd size in those rows",
        )
    return linear


def probability(linear: Vector, calibrator: AnyRecord | None) -> Vector:
    """Return the probability of each linear predictor, by the calibrator where there is one."""
    if calibrator is None:
        return np.asarray(sigmoid(linear), dtype=np.float64)
    p: Vector = from_record(calibrator).transform(linear)
    return p
