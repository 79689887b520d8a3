"""Spline calibration: a smooth curve on the log-odds that never falls."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive._kernels import sigmoid, softplus
from ogive.calibration.base import LogOddsCalibrator, LogOddsRecord, Table
from ogive.calibration.dealing import FOLDS, dealt
from ogive.calibration.platt import smoothed_share
from ogive.calibration.rising import rising_fit

# Numbers of knots that compete.
SIZES = (1, 2, 3, 4, 6, 8)

# Cells of about equal mass that the judgement reads instead of more distinct scores.
CELLS = 2000


class SplineRecord(LogOddsRecord, frozen=True, kw_only=True, tag="spline"):
    """Log-odds at the first knot, and the slope of the curve at each."""

    knots: np.ndarray
    slopes: np.ndarray
    intercept: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.knots.ndim == 1 and self.knots.shape == self.slopes.shape and self.knots.size):
            raise ValueError("knots and slopes must be as many, and one at least")
        if (np.diff(self.knots) <= 0).any() or (self.slopes < 0).any():
            raise ValueError("knots must increase, and slopes be 0 or more")


class SplineCalibration(LogOddsCalibrator):
    """A smooth increasing curve on the log-odds, with as many knots as pay.

    Calibration by splines on the log-odds is Lucena's (2018). His are cubic and may fall. This one is quadratic: its
    slope is a line from knot to knot and constant beyond them, so that it increases everywhere if only the slopes at
    the knots are 0 or more (I-splines; Ramsay 1988), and those slopes are its coefficients. Maximum likelihood with
    Platt's smoothed targets; knots lie at quantiles of the log-odds, both classes counting the same. With one knot it
    is Platt scaling. How many there are, up to 8, is chosen by log loss in 5 random folds.

    Parameters
    ----------
    logits : bool
        Whether scores are log-odds or decision values, of any size, instead of probabilities in [0, 1].

    Attributes
    ----------
    knots_ : ndarray of shape (k,)
        Log-odds of scores, increasing.
    slopes_ : ndarray of shape (k,)
        Of the curve at the knots.
    intercept_ : float
        Calibrated log-odds at the first knot.
    limits_ : tuple of float, or None
        What probabilities of 0 and 1 count as; None with `logits`.

    Examples
    --------
    >>> from ogive.calibration import SplineCalibration
    >>> spline = SplineCalibration().fit([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], [0, 0, 1, 0, 1, 0, 1, 1])
    >>> spline.transform([0.05, 0.5, 0.95]).round(2)
    array([0.14, 0.53, 0.89])
    """

    record = SplineRecord
    knots_: Vector
    slopes_: Vector
    intercept_: float

    def _learn_log_odds(self, x: Vector, table: Table) -> None:
        table = Table(x, table.events, table.nonevents)
        self.knots_, self.intercept_, self.slopes_ = _curve(table, _best_size(table))

    def _map_log_odds(self, x: Vector) -> Vector:
        p: Vector = sigmoid(self.intercept_ + climb(x, self.knots_, self.slopes_))
        return p


def climb(x: Vector, knots: Vector, slopes: Vector) -> Vector:
    """Return the integral from the first knot to x of the slope, which is linear between knots and constant beyond."""
    width = np.diff(knots)
    height = np.append(0.0, np.cumsum(width * (slopes[:-1] + slopes[1:]) / 2))
    bend = np.append(np.diff(slopes) / width, 0.0)
    at = np.maximum(np.searchsorted(knots, x, side="right") - 1, 0)
    past = x - knots[at]
    rise: Vector = height[at] + past * (slopes[at] + bend[at] * np.maximum(past, 0.0) / 2)
    return rise


def _curve(table: Table, size: int) -> tuple[Vector, float, Vector]:
    """Return knots, intercept and slopes of the likeliest curve."""
    levels = np.linspace(0.05, 0.95, size) if size > 1 else np.array([0.5])
    mass = _balanced(table)
    knots = np.unique(np.interp(levels, np.cumsum(mass) - mass / 2, table.x))
    columns = np.column_stack([climb(table.x, knots, unit) for unit in np.eye(knots.size)])
    return knots, *rising_fit(columns, smoothed_share(table), table.weight)


def _balanced(table: Table) -> Vector:
    """Return the share of all rows at each score, where either class makes up half of them."""
    classes = [column / column.sum() for column in (table.events, table.nonevents) if column.any()]
    return np.asarray(np.mean(classes, axis=0), dtype=np.float64)


def _best_size(table: Table) -> int:
    """Return the number of knots of the smallest cross-validated log loss."""
    table, rng = _condensed(table), np.random.default_rng(0)
    events, nonevents = dealt(table.events, rng), dealt(table.nonevents, rng)
    sizes = [size for size in SIZES if size < max(table.x.size, 2)]
    loss = np.zeros(len(sizes))
    for fold in range(FOLDS):
        others = np.arange(FOLDS) != fold
        train = _occurring(Table(table.x, events[others].sum(axis=0), nonevents[others].sum(axis=0)))
        for i, size in enumerate(sizes if train.x.size else []):
            knots, intercept, slopes = _curve(train, size)
            z = intercept + climb(table.x, knots, slopes)
            loss[i] += np.sum(events[fold] * softplus(-z) + nonevents[fold] * softplus(z))
    return sizes[loss.argmin()]


def _occurring(table: Table) -> Table:
    """Leave out scores without weight."""
    kept = table.weight > 0
    return Table(table.x[kept], table.events[kept], table.nonevents[kept])


def _condensed(table: Table) -> Table:
    """Return the table in at most CELLS rows, at the mean of the scores of each."""
    if table.x.size <= CELLS:
        return table
    mass = _balanced(table)
    cell = np.minimum(((np.cumsum(mass) - mass / 2) * CELLS).astype(np.intp), CELLS - 1)
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    events, nonevents, total = (
        np.add.reduceat(column, first) for column in (table.events, table.nonevents, table.x * table.weight)
    )
    return Table(total / (events + nonevents), events, nonevents)
