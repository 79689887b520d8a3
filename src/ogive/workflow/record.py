"""What a model file carries: all that a prediction needs, and the summary to show again."""

from __future__ import annotations

import numpy as np

from ogive._base import Record, Vector
from ogive._kernels import sigmoid
from ogive.calibration import AnyRecord, from_record
from ogive.data import Encoding, Schema
from ogive.report import Summary


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

    def probability(self, linear: Vector) -> Vector:
        """Return the probability of each linear predictor."""
        if self.calibrator is None:
            return np.asarray(sigmoid(linear), dtype=np.float64)
        p: Vector = from_record(self.calibrator).transform(linear)
        return p
