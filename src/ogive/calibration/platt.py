"""Platt scaling: a straight line on the log-odds."""

from __future__ import annotations

from typing import Annotated

import msgspec
import numpy as np

from ogive._base import Vector
from ogive._kernels import sigmoid
from ogive.calibration.base import LogOddsCalibrator, LogOddsRecord, Table
from ogive.calibration.rising import rising_fit


class PlattRecord(LogOddsRecord, frozen=True, kw_only=True, tag="platt"):
    """A line on the log-odds."""

    slope: Annotated[float, msgspec.Meta(ge=0)]
    intercept: float


def smoothed_share(table: Table) -> Vector:
    """Return the share of events at each score with Platt's targets in place of 1 and 0.

    An event counts as (N+ + 1) / (N+ + 2) and a non-event as 1 / (N- + 2), their Bayes estimates under a uniform prior,
    so that the log-odds stay finite where the classes do not overlap.
    """
    events, nonevents = float(table.events.sum()), float(table.nonevents.sum())
    of_event, of_nonevent = (events + 1) / (events + 2), 1 / (nonevents + 2)
    share: Vector = (table.events * of_event + table.nonevents * of_nonevent) / table.weight
    return share


class PlattScaling(LogOddsCalibrator):
    """A straight line on the log-odds: `sigmoid(intercept + slope * logit(score))` (Platt 1999).

    Two parameters, fitted by maximum likelihood to Platt's smoothed targets: the calibrator for few rows. It works on
    log-odds whether probabilities or log-odds come in; a probability of exactly 0 or 1 counts as 1e-6 or 1 - 1e-6,
    or as the most extreme other probability in `fit` where that is nearer. The slope is never negative: scores that
    rank the wrong way round all get the same probability.

    Parameters
    ----------
    logits : bool
        Whether scores are log-odds or decision values, of any size, instead of probabilities in [0, 1].

    Attributes
    ----------
    slope_, intercept_ : float
        Of the line. A slope below 1 says that the scores are too extreme.
    limits_ : tuple of float, or None
        What probabilities of 0 and 1 count as; None with `logits`.

    Examples
    --------
    >>> from ogive.calibration import PlattScaling
    >>> platt = PlattScaling().fit([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], [0, 0, 1, 0, 1, 0, 1, 1])
    >>> platt.transform([0.05, 0.5, 0.95]).round(2)
    array([0.14, 0.53, 0.89])
    """

    record = PlattRecord
    slope_: float
    intercept_: float

    def _learn_log_odds(self, x: Vector, table: Table) -> None:
        self.intercept_, slopes = rising_fit(x[:, np.newaxis], smoothed_share(table), table.weight)
        self.slope_ = float(slopes[0])

    def _map_log_odds(self, x: Vector) -> Vector:
        p: Vector = sigmoid(self.intercept_ + self.slope_ * x)
        return p
