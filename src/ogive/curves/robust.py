"""Curves that outlying points do not draw: robust losses, and outliers found by ROUT.

A robust loss is a least-squares fit whose weights depend on the residuals: all curves are fitted again with the weights
that the last fit gives them, until neither moves. The scale of the residuals is found on the way.

Sources: Huber, Robust Statistics, 1981, chapters 6 and 7; Motulsky and Brown, Detecting outliers when fitting data with
nonlinear regression (ROUT), BMC Bioinformatics 7:123, 2006.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ogive._base import Record, Vector
from ogive.curves.noises import noise_named
from ogive.curves.settling import alternated, first_points, residuals, set_of_points

if TYPE_CHECKING:
    from ogive.curves.engine import Solutions
    from ogive.curves.points import Points

Robust: TypeAlias = Literal["huber", "tukey", "cauchy"]
# Of how many scales a residual is large: 95 % efficient where the noise is Gaussian; of Cauchy's loss as ROUT has it.
_LARGE = {"huber": 1.345, "tukey": 4.685, "cauchy": 1.0}
# The median of the size of a standard normal number, and the share of such within 1.
_MEDIAN, _WITHIN = 0.6744897501960817, 0.6827
# Only this share of a curve's points, those farthest from it, may be outliers.
_SUSPECT = 0.3
# After so many rounds a scale only grows: a median may jump to and fro between two points.
PATIENCE = 30


class Outlier(Record, frozen=True, kw_only=True):
    """A point that ROUT found too far from its curve.

    Attributes
    ----------
    group : str
        Empty where there are no groups.
    row : int
        Where it stands in the points as they were given, from 0.
    x, y : float
    t : float
        Residual from the robust curve, in robust standard deviations.
    p_value : float
        Probability of one at least so far, by Student's distribution.
    """

    group: str
    row: int
    x: float
    y: float
    t: float
    p_value: float


def _quantile(values: Vector, first: NDArray[np.int64], share: float) -> Vector:
    """Return a quantile of the values of each set, between neighbours where it is between them.

    It has the rank (n + 1) times the share (definition 6 of Hyndman and Fan, Am. Stat. 50, 1996), as in Prism. The
    rank 1 + (n - 1) times the share is lower: with it, outliers are named in five times as many clean sets of 8 points.
    """
    count = np.diff(np.append(first, values.size))
    ordered = values[np.lexsort((values, np.repeat(np.arange(first.size), count)))]
    place = np.clip((count + 1) * share - 1, 0.0, count - 1.0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, count - 1)
    return np.asarray(
        ordered[first + below] + (place - below) * (ordered[first + above] - ordered[first + below])
    )


def _weight(loss: Robust, far: Vector) -> Vector:
    """Weight of a residual of so many times what is large."""
    if loss == "huber":
        return 1 / np.maximum(np.abs(far), 1.0)
    return np.maximum(1 - far**2, 0.0) ** 2 if loss == "tukey" else 1 / (1 + far**2)


def _slope(loss: Robust, far: Vector) -> Vector:
    """Return the derivative of residual times weight by the residual."""
    v = far**2
    if loss == "huber":
        return np.where(v < 1, 1.0, 0.0)
    return np.where(v < 1, (1 - v) * (1 - 5 * v), 0.0) if loss == "tukey" else (1 - v) / (1 + v) ** 2


class _Reweighting:
    """Weights by the residuals of the last fit, and their scale in each set."""

    def __init__(self, solutions: Solutions, loss: Robust, root: Vector) -> None:
        like = solutions.likelihoods[0]
        self.loss, self.root = loss, root
        self.code = set_of_points(like)
        self.first = first_points(like)
        self.count = np.diff(np.append(self.first, root.size))
        self.rounds, self.least = 0, np.zeros(self.first.size)

    def __call__(self, solutions: Solutions, going: NDArray[np.intp]) -> tuple[dict[str, object], Vector]:
        """Weigh the points by how far they are."""
        now = solutions.likelihoods[0].root_weight
        scale, far = self.read(solutions)
        self.rounds += 1
        if self.rounds > PATIENCE:
            self.least = scale
        # a point without weight is still there
        root = self.root * np.sqrt(np.maximum(_weight(self.loss, far), 1e-12))
        moved = np.maximum.reduceat(np.abs(root - now) / self.root, self.first)
        return {"root_weight": root}, np.where(scale > 0, moved, 0.0)

    def read(self, solutions: Solutions) -> tuple[Vector, Vector]:
        """Scale of each set, (sets,), and residuals by what is large, (n,).

        The scale is the median of the sizes of the residuals, as that of Gaussian noise; of Cauchy's loss what 68 % of
        the sizes are within, by the degrees of freedom.
        """
        like = solutions.likelihoods[0]
        far = self.root / like.root_weight * residuals(solutions, noise_named("gaussian"))
        size = np.abs(far)
        if self.loss == "cauchy":
            df = np.maximum(self.count - solutions.free.sum(axis=1), 1)
            scale = _quantile(size, self.first, _WITHIN) * self.count / df
        else:
            scale = _quantile(size, self.first, 0.5) / _MEDIAN
        scale = np.maximum(scale, self.least)
        return scale, far / (_LARGE[self.loss] * np.where(scale > 0, scale, 1.0))[self.code]

    def dispersion(self, solutions: Solutions) -> Vector:
        """Variance that gives the estimates their standard errors, with the information of the weighted points.

        That of M-estimates is s^2 K^2 sum psi^2 / (n - p) / (mean psi')^2 with the information of the points without
        robust weights (Huber 1981, section 7.6), which is that of the weighted ones by their mean weight.
        """
        scale, far = self.read(solutions)
        weight, slope = _weight(self.loss, far), _slope(self.loss, far)

        def mean(each: Vector) -> Vector:
            return np.asarray(np.add.reduceat(each, self.first) / self.count)

        moved = solutions.free.sum(axis=1)
        df = self.count - moved
        steep = mean(slope)
        correction = 1 + moved / self.count * (mean(slope**2) - steep**2) / steep**2
        square = mean((far * weight) ** 2) * _LARGE[self.loss] ** 2 * self.count / np.maximum(df, 1)
        found = (scale * correction / steep) ** 2 * square * mean(weight)
        return np.where((df > 0) & (steep > 0), found, np.nan)


def robustly(solutions: Solutions, loss: Robust) -> Solutions:
    """Fit with a robust loss from the least-squares answer; Tukey's from that of Huber's, which has one minimum."""
    root = solutions.likelihoods[0].root_weight
    if loss == "tukey":
        solutions = alternated(solutions, _Reweighting(solutions, "huber", root))
    turn = _Reweighting(solutions, loss, root)
    solutions = alternated(solutions, turn)
    return replace(solutions, dispersion=turn.dispersion(solutions))


def outliers(solutions: Solutions, points: Points, q: float) -> tuple[NDArray[np.intp], tuple[Outlier, ...]]:
    """Find the points that are too far from curves fitted with Cauchy's loss: their rows, and what is known of them.

    Of what is found, a share of q is found falsely, at most.
    """
    from scipy.special import stdtr  # noqa: PLC0415  (takes a tenth of a second)

    like = solutions.likelihoods[0]
    turn = _Reweighting(solutions, "cauchy", np.sqrt(points.weight))
    scale, far = turn.read(solutions)
    df = turn.count - solutions.free.sum(axis=1)
    t = np.where((scale > 0)[turn.code], far, 0.0)
    p = 2 * stdtr(np.maximum(df, 1)[turn.code], -np.abs(t))
    order = np.lexsort((np.abs(t), turn.code))
    count, rank = turn.count[turn.code], np.arange(t.size) - turn.first[turn.code]  # rank of order[k], from 0
    suspect = rank >= np.maximum(np.floor((1 - _SUSPECT) * count), solutions.free.sum(axis=1)[turn.code] + 1)
    small = suspect & (p[order] < q * (count - rank) / count)
    # the nearest of those that are too far, and all beyond it
    least = np.minimum.reduceat(np.where(small, rank, t.size), turn.first)
    rows = np.sort(order[rank >= least[turn.code]])
    groups = np.searchsorted(like.offsets, rows, side="right") - 1
    return rows, tuple(
        Outlier(
            group=points.names[k] if points.names else "",
            row=int(points.order[row]),
            x=float(points.x[row]),
            y=float(points.y[row]),
            t=float(t[row]),
            p_value=float(p[row]),
        )
        for k, row in zip(groups, rows, strict=True)
    )


def without(points: Points, rows: NDArray[np.intp]) -> Points:
    """Return the points without some of them."""
    kept = np.ones(points.x.size, dtype=bool)
    kept[rows] = False
    return replace(
        points,
        x=points.x[kept],
        y=points.y[kept],
        weight=points.weight[kept],
        offsets=np.concatenate([[0], np.cumsum(kept)])[points.offsets].astype(np.int64),
        order=points.order[kept],
    )
