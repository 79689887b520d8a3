"""A smoothed calibration curve: locally weighted straight lines, and their distances from the diagonal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.metrics.redraws import Matrix, Redraws

# Share of the rows that a local line sees, and how far apart lines are fitted: as R's lowess has them.
SPAN = 2 / 3
STEP = 0.01


def smoothed(outcomes: Redraws) -> Matrix:
    """Smooth events against probabilities by lowess, one curve a row of `outcomes`, at each of its groups.

    Cleveland's (1979) robust locally weighted regression without its robustness iterations, which would take events
    that are rare for outliers: at x, a line fitted with tricube weights to the nearest 2/3 of the rows. It is fitted at
    points at least 1 % of the range apart and read off straight lines in between, all as R's lowess(p, y, iter = 0)
    does. Rows of one probability count as their weight.

    With kernel weights k about x, and S_j, T_j the sums of w k (p - x)^j over all rows and over events, the line at x
    is T0 / S0 - (S1 / S0) (T1 S0 - S1 T0) / (S2 S0 - S1²).
    """
    x, weight = outcomes.p, outcomes.weight
    at = _fit_points(x)
    distance = x - x[at, None]
    kernel = _tricube(np.abs(distance), weight[0])
    moments = [kernel, kernel * distance, kernel * distance**2]
    s0, s1, s2 = (_sums(weight, moment) for moment in moments)
    t0, t1 = (_sums(outcomes.events, moment) for moment in moments[:2])
    centre, level = s1 / s0, t0 / s0
    spread = s2 / s0 - centre**2
    # Too narrow for a line: R takes the mean.
    sloped = spread > (0.001 * (x[-1] - x[0])) ** 2
    slope = (t1 / s0 - centre * level) / np.where(sloped, spread, np.inf)
    fitted = level - centre * slope
    right = np.clip(np.searchsorted(x[at], x), 1, max(at.size - 1, 1))
    if at.size == 1:
        return np.repeat(fitted, x.size, axis=1)
    share = (x - x[at][right - 1]) / (x[at][right] - x[at][right - 1])
    return fitted[:, right - 1] * (1 - share) + fitted[:, right] * share


def distances(outcomes: Redraws) -> tuple[Vector, Vector, Vector, Vector]:
    """Return mean, median, 90 % quantile and largest distance of the smoothed curve from the diagonal, for every row.

    The quantiles are those of the rows repeated as often as their weights say, interpolated as R does by default.
    """
    far = np.abs(outcomes.p - smoothed(outcomes))
    weight = np.broadcast_to(outcomes.weight, far.shape)
    order = np.argsort(far, axis=1, kind="stable")
    far, weight = np.take_along_axis(far, order, axis=1), np.take_along_axis(weight, order, axis=1)
    below = np.cumsum(weight, axis=1)
    mean = np.sum(far * weight, axis=1) / below[:, -1]
    return mean, _quantile(far, below, 0.5), _quantile(far, below, 0.9), far[:, -1]


def _quantile(values: Matrix, below: Matrix, share: float) -> Vector:
    """Quantile of sorted values with their cumulative weights: between the rows of index (n - 1) share."""
    index = (below[:, -1] - 1) * share
    whole = np.floor(index + 1e-9)
    rows = np.arange(values.shape[0])
    low, high = (
        values[rows, np.minimum(np.sum(below <= place[:, None] + 1e-9, axis=1), values.shape[1] - 1)]
        for place in (whole, whole + 1)
    )
    between: Vector = low + np.maximum(index - whole, 0.0) * (high - low)
    return between


def _fit_points(x: Vector) -> NDArray[np.intp]:
    """Choose where lines are fitted: the last point that is within the step of the one before, or the next point."""
    points = [0]
    while points[-1] < x.size - 1:
        beyond = int(np.searchsorted(x, x[points[-1]] + STEP * (x[-1] - x[0]), side="right"))
        points.append(max(points[-1] + 1, beyond - 1))
    return np.array(points)


def _tricube(distance: Matrix, weight: Vector) -> Matrix:
    """Kernel weights that vanish from the distance on within which 2/3 of the rows lie."""
    count = float(weight.sum())
    needed = min(max(np.floor(SPAN * count + 1e-7), 2.0), count)
    order = np.argsort(distance, axis=1, kind="stable")
    reached = np.cumsum(weight[order], axis=1) >= needed * (1 - 1e-12)
    nth = np.take_along_axis(order, reached.argmax(axis=1)[:, None], axis=1)
    reach = np.take_along_axis(distance, nth, axis=1)
    # R gives those within a thousandth of the reach full weight, and none to those in the outermost thousandth.
    share = np.where(distance <= 0.001 * reach, 0.0, distance / np.where(reach > 0, reach, 1.0))
    return np.where(distance <= 0.999 * reach, (1 - np.minimum(share, 1.0) ** 3) ** 3, 0.0)


def _sums(values: Matrix, kernel: Matrix) -> Matrix:
    """Sum kernel times values for each row of values: einsum's own loops, which no number of threads changes."""
    sums: Matrix = np.einsum("bg,fg->bf", values, kernel)
    return sums
