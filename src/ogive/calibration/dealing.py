"""Folds for choosing among fits: rows dealt at random in an order that only scores and classes fix.

So neither the order of the rows nor whether equal rows are told by weights changes a choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector

FOLDS = 5


def dealt(count: Vector, rng: np.random.Generator) -> Vector:
    """Deal the rows that a count stands for to FOLDS folds at random, shape (FOLDS, n).

    Each row goes where it goes whatever the others do, so that held-out rows tell nothing of those that train: folds of
    equal shares would repeat the accidents of each other. What a frequency has beyond whole rows is dealt as one.
    """
    whole = np.floor(count)
    folds = rng.multinomial(whole.astype(np.int64), np.full(FOLDS, 1 / FOLDS)).T.astype(float)
    folds[rng.integers(FOLDS, size=count.size), np.arange(count.size)] += count - whole
    return folds


def distinct(x: Vector, y: NDArray[np.intp], weight: Vector) -> tuple[Vector, NDArray[np.intp], Vector]:
    """Sort rows with scores `x`, shape (n, K), and classes `y`, and make one of those that are equal."""
    order = np.lexsort((*x.T, y))
    x, y, weight = x[order], y[order], weight[order]
    differs = (np.diff(x, axis=0) != 0).any(axis=1) | (np.diff(y) != 0)
    first = np.flatnonzero(np.append(True, differs))
    return x[first], y[first], np.add.reduceat(weight, first)
