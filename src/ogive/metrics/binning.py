"""Rows of similar probability taken together: the bins of a table, and the few groups that stand for a large one."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector
from ogive.metrics.forecasts import Forecasts

# A large table is condensed in about so many cells of equal mass, crossed with as many of equal width.
CELLS = 500


def bin_bounds(table: Forecasts, bins: int, strategy: Literal["mass", "width"]) -> NDArray[np.intp]:
    """Return where each bin that holds rows begins in the table, and the length of the table.

    Bins of equal mass take the probability in which the middle of the rows of that probability falls. Bins of equal
    width are [k / bins, (k + 1) / bins), the last with p = 1.
    """
    if bins < 1:
        raise InputError(f"bins must be at least 1; got {bins}.", "use 10 or 20")
    inner = np.arange(1, bins) / bins
    if strategy == "width":
        starts = np.searchsorted(table.p, inner)
    elif strategy == "mass":
        below = table.weight_below
        starts = np.searchsorted(below, inner * below[-1])
        middle = below[starts] - table.weight[starts] / 2
        starts = starts + (middle < inner * below[-1])
    else:
        raise InputError(
            f"strategy must be 'mass' or 'width'; got {strategy!r}.", "leave it out for bins of equal mass"
        )
    return np.unique(np.concatenate([[0], starts, [table.p.size]]))


def condensed(table: Forecasts, bins: int = 1) -> Forecasts:
    """Return a table of about a thousand groups at most in the place of a larger one.

    A group is a run of probabilities that lies in one of 500 cells of equal mass and in one of 500 cells of equal
    width, and stands at its mean. So no row moves by 0.002 or more, nor past more than 0.2 % of the others, and sums of
    p, events and rows are kept. `bins` of either kind are unions of groups, so nothing in bins changes; tests hold the
    change of the smooth calibration error and of the distances of a smoothed curve below 0.5 %, and that of the
    isotonic curve below 0.002 on average.
    """
    if table.p.size <= 2 * CELLS:
        return table
    cells = bins * -(-CELLS // bins)
    parts: tuple[Literal["mass", "width"], ...] = ("mass", "width")
    starts = np.unique(np.concatenate([bin_bounds(table, cells, part) for part in parts]))[:-1]
    mean = np.add.reduceat(table.p * table.weight, starts) / np.add.reduceat(table.weight, starts)
    last = np.append(starts[1:], table.p.size) - 1
    return _grouped(table, starts, np.clip(mean, table.p[starts], table.p[last]))


def _grouped(table: Forecasts, starts: NDArray[np.intp], p: Vector) -> Forecasts:
    events, nonevents = (np.add.reduceat(column, starts) for column in (table.events, table.nonevents))
    squares = None if table.squares is None else _grouped(table.squares, starts, p)
    return Forecasts(p, events, nonevents, squares)
