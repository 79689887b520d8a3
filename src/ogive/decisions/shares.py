"""Means of a value a row that takes few values, such as a cost, with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ogive._base import Estimate
from ogive.metrics import wilson


class Cell(NamedTuple):
    """Rows of one value: the value, their weight, and what they add to a variance (weight, or its squares)."""

    value: float
    weight: float
    squares: float


def mean_of(cells: Sequence[Cell], level: float) -> Estimate:
    """Return the mean of the values of all rows; the cells were laid down before the rows were seen.

    With the commonest cell as the zero, the mean is its value + Σ d_i s_i over the other cells, d_i the differences and
    s_i their shares. The limit of the sum lies as far from it as the limits of the shares from them, put together as
    standard errors are (Zou and Donner 2008), correlations included,

        cov(s_i, s_j) W² = s_i s_j Q - s_i Q_j - s_j Q_i,    Q the sum of squared weights, Q_i that of a cell,

    which is -s_i s_j W for frequencies. So the mean inherits from Wilson's intervals that they hold for few rows. Cells
    without rows belong to it too: what was not seen may happen.
    """
    values, place = np.unique([cell.value for cell in cells], return_inverse=True)
    weight, squares = (np.bincount(place, [cell[k] for cell in cells]) for k in (1, 2))
    zero = int(np.argmax(weight))
    total, square = float(weight.sum()), float(squares.sum())
    shares = weight / total
    rest = np.flatnonzero(values != values[zero])
    distance = values[rest] - values[zero]
    mean = float(values[zero] + np.sum(distance * shares[rest]))
    s, q = shares[rest], squares[rest]
    moments = (np.outer(s, s) * square - np.outer(s, q) - np.outer(q, s) + np.diag(q)) / total**2
    spread = np.sqrt(np.diag(moments))
    scale = np.outer(spread, spread)
    correlation = np.divide(moments, scale, out=np.zeros_like(scale), where=scale > 0)
    np.fill_diagonal(correlation, 1.0)
    limits = np.array(
        [_limits(*one, total**2 / square, level) for one in zip(s, spread, strict=True)]
    ).reshape(-1, 2)
    arms = np.sort(distance[:, None] * (limits - s[:, None]), axis=1) * np.sign(distance)[:, None]
    below, above = (math.sqrt(max(float(np.sum(np.outer(arm, arm) * correlation)), 0.0)) for arm in arms.T)
    return Estimate(
        value=mean,
        low=mean - below,
        high=mean + above,
        level=level,
        method="Zou and Donner, of Wilson scores",
    )


def _limits(share: float, sd: float, rows: float, level: float) -> tuple[float, float]:
    """Wilson's interval of a share, for as many rows as would give it this standard deviation."""
    if sd > 0:
        rows = share * (1 - share) / sd**2
    found = wilson(share, rows, level)
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high
