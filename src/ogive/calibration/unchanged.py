"""No calibration: probabilities as they are, for where they are right already."""

from __future__ import annotations

from typing import Annotated, Self

import msgspec
from numpy.typing import ArrayLike

from ogive._base import SampleWeight, Vector
from ogive._kernels import sigmoid
from ogive.calibration.base import CalibratorRecord, KeptCalibrator
from ogive.calibration.classes import checked_scores, softmax


class UnchangedRecord(CalibratorRecord, frozen=True, kw_only=True, tag="none"):
    """Number of classes."""

    classes: Annotated[int, msgspec.Meta(ge=2)]


class Unchanged(KeptCalibrator):
    """Leave probabilities as they are, or turn log-odds into the probabilities that they stand for.

    Parameters
    ----------
    logits : bool
        Whether scores are log-odds (or logits of several classes) instead of probabilities.

    Attributes
    ----------
    classes_ : int
        K; 2 where scores were of shape (n,).

    Examples
    --------
    >>> from ogive.calibration import Unchanged
    >>> Unchanged(logits=True).fit([-1.0, 0.0, 1.0], [0, 0, 1]).transform([0.0])
    array([0.5])
    """

    record = UnchangedRecord
    classes_: int

    def fit(self, scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None) -> Self:
        """Learn the number of classes; `y` and `sample_weight` are not looked at.

        Parameters
        ----------
        scores : array of shape (n,) or (n, K)
            What the model says of each row.
        y, sample_weight : array of shape (n,)
            Not used.

        Raises
        ------
        InputError
            Where scores are not usable.
        """
        x = checked_scores(scores, logits=self.logits)
        self.classes_ = 2 if x.ndim == 1 else x.shape[1]
        return self

    def transform(self, scores: ArrayLike) -> Vector:
        """Probabilities of scores: those given.

        Parameters
        ----------
        scores : array of shape (m,) or (m, K)
            On the scale of those in `fit`.

        Returns
        -------
        ndarray of the same shape

        Raises
        ------
        InputError
            Where `fit` was not called, or scores are not usable or of another number of classes.
        """
        self.check_fitted()
        x = checked_scores(scores, logits=self.logits, classes=self.classes_)
        if not self.logits:
            return x
        p: Vector = sigmoid(x) if x.ndim == 1 else softmax(x)
        return p
