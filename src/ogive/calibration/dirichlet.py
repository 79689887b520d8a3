"""Dirichlet calibration: every class probability may speak on every class."""

from __future__ import annotations

import dataclasses
from typing import Self

import numpy as np

from ogive._base import InputError, Vector
from ogive.calibration.base import CalibratorRecord
from ogive.calibration.classes import ClassesCalibrator, ClassesRecord, ClassRows, log_softmax
from ogive.calibration.dealing import dealt, distinct
from ogive.calibration.maps import Matrix, fit_map
from ogive.fitting import MOST_COLUMNS

# Strengths of the penalty that compete.
STRENGTHS = (10.0, 1.0, 0.1, 0.01, 0.001, 0.0001)


class DirichletRecord(ClassesRecord, frozen=True, kw_only=True, tag="dirichlet"):
    """A matrix on the log-probabilities, intercepts, and the strength of the penalty they were found with."""

    matrix: np.ndarray
    intercepts: np.ndarray
    strength: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.matrix.shape != (self.classes, self.classes) or self.intercepts.shape != (self.classes,):
            raise ValueError("matrix and intercepts must have one row a class")


class DirichletCalibration(ClassesCalibrator):
    """A matrix on the log-probabilities: `softmax(matrix @ log(p) + intercepts)` (Kull et al. 2019).

    What is exact where the scores of each class have a Dirichlet distribution. K (K + 1) parameters, so that it wants
    many rows; off-diagonal and intercept regularisation (ODIR) adds `strength` times the mean square of the entries off
    the diagonal, and of the intercepts, to the mean log loss.

    Parameters
    ----------
    logits : bool
        Whether scores are logits or decision values, of any size, instead of probabilities that add up to 1. Logits are
        turned into log-probabilities first.
    strength : float, optional
        Of the penalty. Left out, it is that of 10, 1, ..., 0.0001 with the smallest log loss in 5 random folds.

    Attributes
    ----------
    matrix_ : ndarray of shape (K, K)
        Where the likelihood rises without end, that of a further ridge of 1e-6 about the identity.
    intercepts_ : ndarray of shape (K,)
    strength_ : float
        Of the penalty, as given or chosen.
    classes_ : int
        K.
    certificate_ : Certificate
        How well they were found; not kept in files.
    limits_ : tuple of float, or None
        What probabilities of 0 and 1 count as; None with `logits`.

    Examples
    --------
    >>> from ogive.calibration import DirichletCalibration
    >>> scores = [[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.4, 0.5, 0.1], [0.2, 0.7, 0.1], [0.2, 0.3, 0.5], [0.3, 0.3, 0.4],
    ...           [0.3, 0.4, 0.3], [0.1, 0.2, 0.7], [0.5, 0.2, 0.3]]
    >>> dirichlet = DirichletCalibration(strength=0.1).fit(scores, [0, 1, 0, 1, 1, 1, 0, 2, 2])
    >>> dirichlet.transform([[0.4, 0.3, 0.3]]).round(2)
    array([[0.36, 0.47, 0.17]])
    """

    record = DirichletRecord
    matrix_: Vector
    intercepts_: Vector
    strength_: float

    def __init__(self, *, logits: bool = False, strength: float | None = None) -> None:
        super().__init__(logits=logits)
        self.strength = strength

    @classmethod
    def _with_options(cls, record: CalibratorRecord) -> Self:
        return cls(logits=record.logits, strength=getattr(record, "strength"))  # noqa: B009

    def _learn(self, rows: ClassRows) -> None:
        size = rows.classes * (rows.classes + 1)
        if size > MOST_COLUMNS:
            raise InputError(
                f"Dirichlet calibration of {rows.classes} classes has {size:,} parameters; it is made for at most "
                f"{MOST_COLUMNS:,}.",
                "use VectorScaling or TemperatureScaling",
            )
        self.strength_ = _best_strength(rows) if self.strength is None else float(self.strength)
        found, self.certificate_ = fit_map(Matrix(rows.x), rows, _penalty(rows.classes, self.strength_))
        whole = found.reshape(rows.classes, -1)
        self.matrix_, self.intercepts_ = whole[:, :-1].copy(), whole[:, -1].copy()

    def _logits(self, x: Vector) -> Vector:
        return _apply(self.matrix_, self.intercepts_, x)


def _apply(matrix: Vector, intercepts: Vector, x: Vector) -> Vector:
    """`x @ matrix.T + intercepts` by NumPy's own sum: the bits of BLAS depend on its threads."""
    z: Vector = np.einsum("nk,jk->nj", x, matrix) + intercepts
    return z


def _penalty(classes: int, strength: float) -> Vector:
    """Return twice the weight of each squared coefficient, in the order of maps.Matrix; the diagonal is free."""
    pull = np.full((classes, classes + 1), 2 * strength / (classes * (classes - 1)))
    pull[:, -1] = 2 * strength / classes
    pull[np.diag_indices(classes)] = 0.0
    return pull.ravel()


def _best_strength(rows: ClassRows) -> float:
    """Return the strength of the smallest cross-validated log loss."""
    rows, loss = ClassRows(*distinct(rows.x, rows.y, rows.weight)), np.zeros(len(STRENGTHS))
    for held in dealt(rows.weight, np.random.default_rng(0)):
        tested, start = rows.of(held > 0), None
        train = dataclasses.replace(rows, weight=rows.weight - held).of(rows.weight > held)
        layout = Matrix(train.x)
        for i, strength in enumerate(STRENGTHS):
            start, _ = fit_map(layout, train, _penalty(rows.classes, strength), start=start)
            whole = start.reshape(rows.classes, -1)
            log_p = log_softmax(_apply(whole[:, :-1], whole[:, -1], tested.x))
            loss[i] -= np.sum(held[held > 0] * log_p[np.arange(tested.y.size), tested.y])
    return STRENGTHS[loss.argmin()]
