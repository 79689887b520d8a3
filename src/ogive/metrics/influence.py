"""What each row does to a score: influences, whose weighted squares are the score's variance.

To first order a score is off by Σ w ψ over the rows, ψ of mean 0. So the variance of any smooth function of scores of
the same rows (a difference, an average over classes) follows from its ψ, and clusters are summed before squaring.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ogive._base import Estimate, Vector
from ogive._kernels import logit, sigmoid
from ogive.metrics.discrimination import auc_value, average_precision_value, placements, precision_influence
from ogive.metrics.forecasts import Forecasts, Weighed
from ogive.metrics.groups import Groups
from ogive.metrics.intervals import mean_interval, share_of, without_interval
from ogive.metrics.proper import uncertain

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Sample:
    """Weights of rows, what each adds to the variance of a sum, and the cluster of each, if rows come in clusters."""

    weight: Vector
    spread: Vector
    cluster: Codes | None = None

    @cached_property
    def count(self) -> float:
        """Weight of all rows."""
        return float(self.weight.sum())

    @cached_property
    def effective(self) -> float:
        """Independent rows of equal weight that would tell as much; with clusters, their number."""
        if self.cluster is not None:
            return float(np.unique(self.cluster).size)
        return Weighed(self.count, float(self.spread.sum())).effective

    @property
    def df(self) -> float:
        """Degrees of freedom of a variance."""
        return self.effective - 1

    def df_of(self, psi: Vector) -> float:
        """Degrees of freedom of the variance of Σ w ψ, where few rows may make most of it.

        A chi-square of d degrees of freedom varies by 2/d relative to its square. A sum of squares u² of k rows does
        so by Σ u⁴ / (Σ u²)² - 1/k, whence d (Satterthwaite 1946): k if u is normal, 2m if m equal u make it all.
        """
        squares = self.spread * psi**2
        fourth = squares * psi**2 if self.spread is self.weight else squares**2
        total = float(squares.sum())
        if total == 0:
            return math.nan
        excess = float(fourth.sum()) / total**2 - 1 / self.effective
        return min(max(2 / excess, 1.0), self.df) if excess > 0 else self.df

    def ratio(self, above: Vector, below: Vector) -> tuple[float, Vector]:
        """Return Σ w above / Σ w below, and its ψ."""
        total = float(np.sum(self.weight * below))
        value = float(np.sum(self.weight * above)) / total
        return value, (above - value * below) / total

    def weigh(self, chosen: NDArray[np.bool_]) -> Weighed:
        """Weigh some of the rows."""
        return Weighed(float(self.weight[chosen].sum()), float(self.spread[chosen].sum()))

    def share(self, hit: NDArray[np.bool_], level: float) -> Estimate:
        """Return the share of rows that are hits."""
        return share_of(self.weigh(hit), self.weigh(~hit), level)

    def mean_estimate(self, of_row: Vector, level: float, most: float) -> Estimate:
        """Return the mean of a loss over the rows, which lies between 0 and `most`."""
        value = self.mean(of_row)
        if self.effective <= 1:
            return without_interval(value, level, "fewer than two rows")
        if np.ptp(of_row) == 0:
            return without_interval(value, level, "every row has the same value")
        return mean_interval(value, self.variance_of_mean(of_row), self.df, level, most)

    def mean(self, of_row: Vector) -> float:
        """Weighted mean over the rows."""
        return float(np.sum(self.weight * of_row)) / self.count

    def variance(self, psi: Vector) -> float:
        """Variance of Σ w ψ: with k effective rows Σ spread ψ² / (1 - 1/k), or the same of the sums of clusters."""
        if self.effective <= 1:
            return math.nan
        if self.cluster is None:
            squares = float(np.sum(self.spread * psi**2))
        else:
            squares = float(np.sum(np.bincount(self.cluster, self.weight * psi) ** 2))
        return squares / (1 - 1 / self.effective)

    def variance_of_mean(self, of_row: Vector) -> float:
        """Variance of a weighted mean over the rows."""
        return self.variance((of_row - self.mean(of_row)) / self.count)

    def variance_within(self, psi: Vector, part: Codes) -> tuple[float, float]:
        """Variance of Σ w ψ where each part of the rows is a sample of its own, and its degrees of freedom.

        For the two classes it is DeLong's variance of an area, with Satterthwaite's degrees of freedom.
        """
        if self.cluster is not None:
            return self.variance(psi), self.df
        weight, spread = np.bincount(part, self.weight), np.bincount(part, self.spread)
        there = weight > 0
        rows = weight[there] ** 2 / spread[there]
        if (rows <= 1).any():
            return math.nan, math.nan
        own = np.bincount(part, self.spread * psi**2)[there] / (1 - 1 / rows)
        squares = float(np.sum(own**2 / (rows - 1)))
        variance = float(own.sum())
        return variance, variance**2 / squares if squares > 0 else math.nan


@dataclass(frozen=True)
class Placed:
    """A column of probabilities: its table, the place of each row in it, and which rows are events."""

    table: Forecasts
    place: Codes
    event: NDArray[np.bool_]

    def auc(self) -> Vector:
        """ψ of the area under the ROC curve, the number of events given; its mean is 0 in each class."""
        (beats, beaten), value = placements(self.table), auc_value(self.table)
        return self._of_rows(
            (beats - value) / self.table.event_count, (beaten - value) / self.table.nonevent_count
        )

    def average_precision(self) -> Vector:
        """ψ of the average precision."""
        of_event, of_nonevent = precision_influence(self.table, average_precision_value(self.table))
        return self._of_rows(of_event / self.table.event_count, of_nonevent / self.table.event_count)

    def slope(self, intercept: float, slope: float) -> Vector:
        """ψ of the calibration slope, whose line is given: H^-1 x (y - μ), where H = Σ w μ (1 - μ) x x'."""
        x = logit(uncertain(self.table.p))
        mu = sigmoid(intercept + slope * x)
        curvature = self.table.weight * mu * (1 - mu)
        centre = np.sum(curvature * x) / np.sum(curvature)
        pull = (x - centre) / np.sum(curvature * (x - centre) ** 2)
        return self._of_rows(pull * (1 - mu), -pull * mu)

    def log_loss(self) -> Vector:
        """-log of the probability given to what happened; infinite where that was 0."""
        with np.errstate(divide="ignore"):
            return self._of_rows(-np.log(self.table.p), -np.log1p(-self.table.p))

    def brier(self) -> Vector:
        """Squared difference between probability and outcome."""
        return self._of_rows((1 - self.table.p) ** 2, self.table.p**2)

    def _of_rows(self, of_event: Vector, of_nonevent: Vector) -> Vector:
        return np.where(self.event, of_event[self.place], of_nonevent[self.place])


def sample_of(
    weight: Vector | None, squares: Vector | None, rows: int, clusters: Groups | None
) -> tuple[Sample, Codes | slice]:
    """Return the sample of the rows that count, and which rows these are."""
    used = slice(None) if weight is None else np.flatnonzero(weight > 0)
    own = np.ones(rows) if weight is None else weight[used]
    spread = own if squares is None else squares[used]
    return Sample(own, spread, None if clusters is None else clusters.code[used]), used
