"""Temperature scaling: the log-odds divided by one number."""

from __future__ import annotations

from typing import Annotated, Self

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from ogive._base import SampleWeight, Vector
from ogive._kernels import sigmoid
from ogive.calibration.base import LogOddsCalibrator, Table
from ogive.calibration.classes import ClassesRecord, class_rows, known_log_probabilities, softmax
from ogive.calibration.maps import Slope, fit_map
from ogive.calibration.rising import rising_fit


class TemperatureRecord(ClassesRecord, frozen=True, kw_only=True, tag="temperature"):
    """A factor of the log-odds."""

    slope: Annotated[float, msgspec.Meta(ge=0)]


class TemperatureScaling(LogOddsCalibrator):
    """The log-odds times one slope: `sigmoid(slope * logit(score))`; 1 / slope is the temperature (Guo et al. 2017).

    One parameter, of greatest likelihood. A probability of 1/2 stays where it is, so this cannot mend a prevalence that
    has changed. The slope is never negative: where scores rank the wrong way round every probability becomes 1/2.

    Of several classes, with scores of shape (n, K) and `y` from 0 to K - 1, it is `softmax(slope * log(p))`, of shape
    (n, K) too; two columns give the same slope as the second of them alone.

    Parameters
    ----------
    logits : bool
        Whether scores are log-odds or decision values, of any size, instead of probabilities in [0, 1].

    Attributes
    ----------
    slope_ : float
        1 / temperature. Below 1 says that the scores are too extreme. Where they separate the classes at 1/2, so that
        the likelihood rises without end, that of a ridge of 1e-6.
    classes_ : int
        K; 2 where scores were of shape (n,).
    limits_ : tuple of float, or None
        What probabilities of 0 and 1 count as; None with `logits`.

    Examples
    --------
    >>> from ogive.calibration import TemperatureScaling
    >>> temperature = TemperatureScaling(logits=True).fit([-4, -3, -1, 1, 2, 5], [0, 1, 0, 1, 0, 1])
    >>> temperature.transform([-4, 0, 4]).round(2)
    array([0.28, 0.5 , 0.72])
    """

    record = TemperatureRecord
    classes_: int
    slope_: float

    def fit(self, scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None) -> Self:
        """Learn from rows on which the model was not trained.

        Parameters
        ----------
        scores : array of shape (n,) or (n, K)
            What the model says of each row: of the event, or of every class.
        y : array of shape (n,)
            Outcomes, 0 or 1, or the number of the class, 0 to K - 1.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies: 2 is the row twice; sampling weights are scaled to their effective number of rows.

        Raises
        ------
        InputError
            Where an input is not usable, or only one class occurs.
        """
        if np.ndim(scores) != 2:
            self.classes_ = 2
            return super().fit(scores, y, sample_weight)
        rows, self.limits_ = class_rows(scores, y, sample_weight, logits=self.logits)
        self.classes_ = rows.classes
        slope, _ = fit_map(Slope(rows.x), rows)
        self.slope_ = max(float(slope[0]), 0.0)
        return self

    def transform(self, scores: ArrayLike) -> Vector:
        """Calibrated probabilities of scores.

        Parameters
        ----------
        scores : array of shape (m,) or (m, K)
            On the scale of those in `fit`.

        Returns
        -------
        ndarray of shape (m,) or (m, K)

        Raises
        ------
        InputError
            Where the calibrator has not learnt, or scores are not usable or of another number of classes.
        """
        self.check_fitted()
        if np.ndim(scores) != 2 and self.classes_ == 2:
            return super().transform(scores)
        p: Vector = softmax(self.slope_ * known_log_probabilities(self, scores))
        return p

    def _learn_log_odds(self, x: Vector, table: Table) -> None:
        _, slopes = rising_fit(x[:, np.newaxis], table.share, table.weight, intercept=False)
        self.slope_ = float(slopes[0])

    def _map_log_odds(self, x: Vector) -> Vector:
        p: Vector = sigmoid(self.slope_ * x)
        return p
