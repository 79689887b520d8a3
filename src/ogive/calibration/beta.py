"""Beta calibration: the log-odds as a sum of log p and -log(1 - p), which may be stretched apart."""

from __future__ import annotations

from typing import Annotated

import msgspec
import numpy as np

from ogive._base import Vector
from ogive._kernels import sigmoid, softplus
from ogive.calibration.base import LogOddsCalibrator, LogOddsRecord, Table
from ogive.calibration.rising import rising_fit


class BetaRecord(LogOddsRecord, frozen=True, kw_only=True, tag="beta"):
    """Slopes of log p and of -log(1 - p), and an intercept."""

    a: Annotated[float, msgspec.Meta(ge=0)]
    b: Annotated[float, msgspec.Meta(ge=0)]
    c: float


class BetaCalibration(LogOddsCalibrator):
    """Log-odds `a log(p) - b log(1 - p) + c` of a score p, with a, b >= 0 (Kull, Silva Filho and Flach 2017).

    It is exact where the scores of either class have a beta distribution. Three parameters, by maximum likelihood:
    probabilities near 0 and near 1 may be stretched by different amounts, and a = b = 1, c = 0 changes nothing.

    Parameters
    ----------
    logits : bool
        Whether scores are log-odds or decision values, of any size, instead of probabilities in [0, 1].

    Attributes
    ----------
    a_, b_, c_ : float
        Where scores separate the classes, so that the likelihood rises without end, those of a ridge of 1e-6.
    limits_ : tuple of float, or None
        What probabilities of 0 and 1 count as; None with `logits`.

    Examples
    --------
    >>> from ogive.calibration import BetaCalibration
    >>> beta = BetaCalibration().fit([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], [0, 0, 1, 0, 1, 0, 1, 1])
    >>> beta.transform([0.05, 0.5, 0.95]).round(2)
    array([0.03, 0.57, 0.98])
    """

    record = BetaRecord
    a_: float
    b_: float
    c_: float

    def _learn_log_odds(self, x: Vector, table: Table) -> None:
        self.c_, slopes = rising_fit(np.column_stack(_logs(x)), table.share, table.weight)
        self.a_, self.b_ = map(float, slopes)

    def _map_log_odds(self, x: Vector) -> Vector:
        log_p, minus_log_q = _logs(x)
        p: Vector = sigmoid(self.c_ + self.a_ * log_p + self.b_ * minus_log_q)
        return p


def _logs(x: Vector) -> tuple[Vector, Vector]:
    """Return log(p) and -log(1 - p) of log-odds x."""
    return -softplus(-x), softplus(x)
