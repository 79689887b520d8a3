"""The linear programmes of separation: a direction of the coefficients that no row speaks against.

Two are solved over signed rows z_i = ±(x_i, 1), in variables d, both by SciPy's HiGHS:

which rows can be predicted   maximise sum t_i  subject to  z_i'd >= t_i,  0 <= t_i <= 1
by which columns              minimise sum |d_j|  subject to  z_i'd >= 1 for those rows, >= 0 for the others

Directions add up and may be stretched, so one d serves every row that any d can predict: the first programme has
all its t_i at 0 or 1. The second tells it in the fewest columns that a simplex vertex can.

Of many rows only some are put into the programmes. If these leave no direction but zero, neither do all rows;
otherwise the direction found is held against all rows, and those that speak against it are put in too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from ogive._base import Vector
from ogive.data import CodesBlock, DenseBlock

if TYPE_CHECKING:
    from ogive.fitting import Problem

PORTION = 4000  # rows put into the programmes at a time
DENSE_LIMIT = 2000  # most columns for which the null space of a portion is computed
TOLERANCE = 1e-9  # of the programmes, and of margins in units of the terms that they are the sum of


def recession_direction(problem: Problem, ones: Vector, zeros: Vector) -> tuple[Vector, Vector] | None:
    """Return a direction in which the likelihood rises for ever, or None.

    Parameters
    ----------
    problem : Problem
        Design, intercept and standardisation; its outcomes are not read.
    ones, zeros : array of bool, shape (n,)
        Rows in which outcome 1 occurs, and those in which 0 does.

    Returns
    -------
    direction : array of shape (p,)
        Of the coefficients on standardised columns; zeros where a column plays no part.
    predicted : array of bool, shape (n,)
        Rows whose outcome it predicts without error.
    """
    row = np.concatenate([np.flatnonzero(ones), np.flatnonzero(zeros)])
    sign = np.where(np.arange(len(row)) < ones.sum(), 1.0, -1.0)
    distinct = _distinct(problem, row, sign)
    row, sign = row[distinct], sign[distinct]
    everything = np.arange(len(row))
    chosen = everything if problem.design.shape[1] > DENSE_LIMIT else _spread(everything)
    while True:
        Z = _signed_rows(problem, row[chosen], sign[chosen])
        can = _predictable(Z)
        found = None
        if not can.any():
            more = _unspoken(problem, Z, row)
        else:
            direction = _fewest_columns(Z, can, problem.fit_intercept)
            margin, tolerance = _margins(problem, direction, row, sign)
            more = margin < -tolerance
            if not more.any():
                found = direction[:-1], _expanded(problem, direction, ones | zeros, tolerance)
                more = margin <= tolerance if can.all() else more
        new = np.setdiff1d(np.flatnonzero(more), chosen)
        if not new.size:
            return found
        chosen = np.union1d(chosen, _spread(new))


def _distinct(problem: Problem, row: Vector, sign: Vector) -> Vector:
    """One of each set of equal signed rows, told apart by their product with one arbitrary vector.

    Unequal rows that share a product would be lost here, but not to the margins, which are of all rows.
    """
    arbitrary = np.random.default_rng(0).uniform(1, 2, problem.design.shape[1] + 1)
    product = _linear(problem, arbitrary)[row] * sign
    first: Vector = np.unique(product, return_index=True)[1]
    return np.sort(first)


def _spread(indices: Vector) -> Vector:
    """At most PORTION of them, evenly spread."""
    if len(indices) <= PORTION:
        return indices
    return indices[np.linspace(0, len(indices) - 1, PORTION).astype(np.intp)]


def _linear(problem: Problem, direction: Vector) -> Vector:
    """Standardised rows times a direction (intercept last), shape (n,)."""
    standard = problem.standard
    return problem.design.core.matvec(direction, standard.centre, standard.scale)


def _signed_rows(problem: Problem, row: Vector, sign: Vector) -> Any:
    """Signed standardised rows with the intercept last (zero where there is none), as compressed rows."""
    standard, parts, first = problem.standard, [], 0
    for block in problem.design.blocks:
        own = slice(first, first + block.width)
        if isinstance(block, DenseBlock):
            columns = [block.column(k)[row] for k in range(block.width)]
            values = (np.stack(columns, axis=1) - standard.centre[own]) / standard.scale[own]
            parts.append(sp.csr_array(values))
        elif isinstance(block, CodesBlock):
            column_of = np.full(block.levels + 1, -1)  # the last stands for code -1
            column_of[[block.level(k) for k in range(block.width)]] = np.arange(block.width)
            column = column_of[block.codes[row]]
            has = column >= 0
            entries = (np.ones(has.sum()), (np.flatnonzero(has), column[has]))
            parts.append(sp.csr_array(entries, shape=(len(row), block.width)) / standard.scale[own])
        else:
            parts.append(sp.csr_array(block.matrix[row]) / standard.scale[own])
        first += block.width
    parts.append(sp.csr_array(np.full((len(row), 1), float(problem.fit_intercept))))
    return (sp.diags_array(sign) @ sp.hstack(parts)).tocsr()
