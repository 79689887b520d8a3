"""Tables drawn again, to see what choosing the best of many thresholds does to what it promises.

Rows that are interchangeable are drawn as counts of the cells of the table; rows of sampling weights, rows with costs
of their own and clusters are drawn as such. Large tables are first merged into groups of neighbours, so the time of a
replicate does not grow with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ogive._base import InputError
from ogive.decisions.stakes import EVENTS, NONEVENTS, Array, Codes, Rows, Stakes, row_money

# Groups of neighbouring probabilities that a table is merged into, and replicates that are in memory at once.
_GROUPS = 1024
_AT_ONCE = 50
# Rows a cell up to which drawing rows is quicker than drawing counts.
_MANY = 16
# Fewest clusters to draw from.
FEWEST_CLUSTERS = 20


def grouped(stakes: Stakes, keep: list[int]) -> tuple[Codes, Stakes]:
    """Merge neighbours into groups of about equal weight; the cuts in `keep` stay cuts.

    Returns the first row of the table in each group, and the smaller table.
    """
    size = stakes.p.size
    starts = np.arange(size)
    if size > _GROUPS:
        before = np.cumsum(stakes.columns[:2].sum(axis=0))
        starts = np.searchsorted(before, np.arange(_GROUPS) * (stakes.count / _GROUPS), side="right")
        starts = np.unique([0, *starts, *keep])
        starts = starts[starts < size]
    columns = np.add.reduceat(stakes.columns, starts, axis=1)
    return starts, Stakes(stakes.p[starts], columns, stakes.costs)


def drawn(rows: Rows, groups: Stakes, replicates: int, seed: int) -> Iterator[Array]:
    """Yield columns of drawn tables, shape (some replicates, columns, groups); those without one class are left out."""
    if replicates < 0:
        raise InputError(f"replicates must be 0 or more; got {replicates}.", "leave it out for 1,000")
    rng = np.random.default_rng(seed)
    own_costs = groups.costs is not None and groups.costs.rows is not None
    draw = _of_cells(groups) if rows.simple and not own_costs else _of_rows(rows, groups)
    for start in range(0, replicates, _AT_ONCE):
        columns = draw(rng, min(_AT_ONCE, replicates - start))
        both = (columns[:, [EVENTS, NONEVENTS]].sum(axis=2) > 0).all(axis=1)
        if both.any():
            yield columns[both]


_Draw = Callable[[np.random.Generator, int], Array]


def _of_cells(groups: Stakes) -> _Draw:
    """Draw as many rows as there are from the cells of the table."""
    cells = groups.columns[:2].ravel()
    there = np.flatnonzero(cells)
    chances, size = cells[there] / cells.sum(), max(round(float(cells.sum())), 1)

    whole = np.rint(cells).astype(np.intp)
    few = bool((whole == cells).all()) and size <= _MANY * there.size
    cell_of = np.repeat(np.arange(cells.size), whole) if few else None

    def draw(rng: np.random.Generator, count: int) -> Array:
        columns = np.zeros((count, cells.size))
        if cell_of is not None:
            for replicate in columns:
                replicate[:] = np.bincount(cell_of[rng.integers(0, size, size)], minlength=cells.size)
        else:
            columns[:, there] = rng.multinomial(size, chances, count)
        return np.asarray(columns.reshape(count, 2, -1) * (cells.sum() / size))

    return draw


def _of_rows(rows: Rows, groups: Stakes) -> _Draw:
    """Draw as many rows, or clusters, as there are; frequencies are copies of a row, other weights stay with it."""
    starts = groups.p
    group = np.maximum(np.searchsorted(starts, rows.p, side="right") - 1, 0)
    event, weights = rows.y == 1, rows.weights
    values = [np.where(event, weights, 0.0), np.where(event, 0.0, weights)]
    if groups.costs is not None and groups.costs.rows is not None:
        values += [weights * column for column in row_money(rows, groups.costs)]
    unit = rows.cluster
    copies = np.ones(rows.y.size) if rows.sampled else weights
    if unit is not None:
        copies = np.ones(int(unit.max()) + 1)
    alike, size = bool((copies == 1).all()), max(round(float(copies.sum())), 1)
    chances = copies / copies.sum()

    def times(rng: np.random.Generator) -> Array:
        """How often a row is there, by its weight."""
        if alike:
            counts: Array = np.bincount(rng.integers(0, copies.size, size), minlength=copies.size).astype(
                float
            )
        else:
            counts = rng.multinomial(size, chances) / np.where(copies > 0, copies, 1.0)
        return counts if unit is None else counts[unit]

    def draw(rng: np.random.Generator, count: int) -> Array:
        columns = np.empty((count, len(values), starts.size))
        for replicate in columns:
            how_often = times(rng)
            for column, value in zip(replicate, values, strict=True):
                column[:] = np.bincount(group, how_often * value, starts.size)
        return columns

    return draw
