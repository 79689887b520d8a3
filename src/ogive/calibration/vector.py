"""Vector scaling: the logarithm of each class probability stretched and shifted on its own."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.calibration.classes import ClassesCalibrator, ClassesRecord, ClassRows
from ogive.calibration.maps import Slopes, fit_map


class VectorRecord(ClassesRecord, frozen=True, kw_only=True, tag="vector"):
    """A slope and an intercept for each class."""

    slopes: np.ndarray
    intercepts: np.ndarray

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.slopes.shape == self.intercepts.shape == (self.classes,):
            raise ValueError("slopes and intercepts must be as many as classes")


class VectorScaling(ClassesCalibrator):
    """A slope and an intercept for each class: `softmax(slopes * log(p) + intercepts)` (Guo et al. 2017).

    2 K - 1 parameters, of greatest likelihood: beside too much or too little confidence it mends classes that are
    called too often. (Intercepts add up to 0, for what they have in common changes nothing.) Of two classes it is beta
    calibration with slopes of any sign.

    Parameters
    ----------
    logits : bool
        Whether scores are logits or decision values, of any size, instead of probabilities that add up to 1. Logits are
        turned into log-probabilities first.

    Attributes
    ----------
    slopes_, intercepts_ : ndarray of shape (K,)
        Where scores separate the classes, so that the likelihood rises without end, those of a ridge of 1e-6 about
        slopes of 1 and intercepts of 0.
    classes_ : int
        K.
    certificate_ : Certificate
        How well they were found; not kept in files.
    limits_ : tuple of float, or None
        What probabilities of 0 and 1 count as; None with `logits`.

    Examples
    --------
    >>> from ogive.calibration import VectorScaling
    >>> scores = [[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.4, 0.5, 0.1], [0.2, 0.7, 0.1], [0.2, 0.3, 0.5], [0.3, 0.3, 0.4],
    ...           [0.3, 0.4, 0.3], [0.1, 0.2, 0.7], [0.5, 0.2, 0.3]]
    >>> vector = VectorScaling().fit(scores, [0, 1, 0, 1, 1, 1, 0, 2, 2])
    >>> vector.transform([[0.4, 0.3, 0.3]]).round(2)
    array([[0.36, 0.45, 0.2 ]])
    """

    record = VectorRecord
    slopes_: Vector
    intercepts_: Vector

    def _learn(self, rows: ClassRows) -> None:
        found, self.certificate_ = fit_map(Slopes(rows.x, rows.classes), rows)
        self.slopes_, self.intercepts_ = np.split(found, 2)

    def _logits(self, x: Vector) -> Vector:
        return self.slopes_ * x + self.intercepts_
