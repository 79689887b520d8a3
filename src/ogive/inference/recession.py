"""The linear programmes of separation: a direction of the coefficients that no row speaks against.

Two are solved over signed rows z_i = ±(x_i, 1), in variables d, both by SciPy's HiGHS:

which rows can be predicted   maximise sum t_i  subject to  z_i'd >= t_i,  0 <= t_i <= 1
by which columns              minimise sum |d_j|  subject to  z_i'd >= 1 for those rows, >= 0 for the others

Directions add up and may be stretched, so one d serves every row that any d can predict, and the first
programme ends with all t_i at 0 or 1. The second says it in few columns, as its vertices have many zeros.

Of many rows only some are put into the programmes. If these leave no direction but zero, neither do all rows;
otherwise the direction found is held against all rows, and those that speak against it are put in too.
"""

# ruff: noqa: PLC0415 (SciPy is imported when it is needed)

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from ogive._base import Vector
from ogive.data import CodesBlock, DenseBlock
from ogive.fitting import Problem
from ogive.inference.likelihood import Indices, Mask

PORTION = 4000  # rows put into the programmes at a time
_OPTIONS: Any = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
DENSE_LIMIT = 2000  # most columns for which the null space of a portion is computed
TOLERANCE = 1e-9  # of margins, in units of the terms that they are the sum of


def recession_direction(problem: Problem, ones: Mask, zeros: Mask) -> tuple[Vector, Mask] | None:
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
    chosen = _distinct(problem, row, sign)
    if problem.design.shape[1] <= DENSE_LIMIT:
        chosen = _spread(chosen)
    while True:
        Z = _signed_rows(problem, row[chosen], sign[chosen])
        can = _predictable(Z)
        found = None
        if not can.any():
            more = _unspoken(problem, Z)[row]
        else:
            direction = _fewest_columns(Z, can, problem.fit_intercept)
            predictor = _linear(problem, direction)
            rounding = TOLERANCE * float(np.abs(direction) @ np.append(problem.standard.reach, 1.0))
            margin = predictor[row] * sign
            more = margin < -rounding
            if more[chosen].any():  # the programme's own rows: its precision does not suffice to tell
                return None
            if not more.any():
                found = direction[:-1], (np.abs(predictor) > rounding) & (ones | zeros)
                more = margin <= rounding if can.all() else more
        new = np.setdiff1d(np.flatnonzero(more), chosen)
        if not new.size:
            return found
        chosen = np.union1d(chosen, _spread(new))


def _distinct(problem: Problem, row: Indices, sign: Vector) -> Indices:
    """Return one of each set of equal signed rows, told apart by their product with one arbitrary vector."""
    arbitrary = np.random.default_rng(0).uniform(1, 2, problem.design.shape[1] + 1)
    product = _linear(problem, arbitrary)[row] * sign
    return np.sort(np.unique(product, return_index=True)[1])


def _spread(indices: Indices) -> Indices:
    """Return at most PORTION of them, evenly spread."""
    if len(indices) <= PORTION:
        return indices
    return indices[np.linspace(0, len(indices) - 1, PORTION).astype(np.intp)]


def _linear(problem: Problem, direction: Vector) -> Vector:
    """Return standardised rows times a direction (intercept last), shape (n,)."""
    standard = problem.standard
    return problem.design.core.matvec(direction, standard.centre, standard.scale)


def _signed_rows(problem: Problem, row: Indices, sign: Vector) -> Any:
    """Return signed standardised rows, the intercept last (zero where there is none), as compressed rows."""
    standard, first = problem.standard, 0
    parts: list[Any] = []
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


def _predictable(Z: Any) -> Mask:
    """Return which signed rows some direction of recession brings above 0, shape (m,) bool."""
    from scipy.optimize import linprog

    m, k = Z.shape
    result = linprog(
        np.repeat([0.0, -1.0], [k, m]),
        A_ub=_hstack(-Z, sp.eye_array(m)),
        b_ub=np.zeros(m),
        bounds=[(None, None)] * k + [(0, 1)] * m,
        method="highs-ds",
        options=_OPTIONS,
    )
    # Directions may be stretched, so only 0 and 1 are optimal; no answer counts as no separation.
    can: Mask = np.zeros(m, dtype=bool) if result.x is None else result.x[k:] > 0.5
    return can


def _fewest_columns(Z: Any, can: Mask, free_intercept: bool) -> Vector:
    """Return a direction of small absolute sum, hence of few columns, that brings those rows to 1 or more."""
    from scipy.optimize import linprog

    k = Z.shape[1]
    price = np.append(np.ones(k - 1), 0.0 if free_intercept else 1.0)
    result = linprog(
        np.tile(price, 2),  # d = u - v with u, v >= 0
        A_ub=_hstack(-Z, Z),
        b_ub=-can.astype(np.float64),
        method="highs-ds",
        options=_OPTIONS,
    )
    if result.x is None:
        return np.zeros(k)
    direction: Vector = result.x[:k] - result.x[k:]
    return np.where(np.abs(direction) > 1e-7 * np.abs(direction).max(), direction, 0.0)


def _unspoken(problem: Problem, Z: Any) -> Mask:
    """Return rows outside the span of those in Z: these leave directions unbounded that the others may bound.

    A random vector of the null space of Z meets a row outside the span with probability 1.
    """
    n, p = problem.design.shape
    used = p + problem.fit_intercept
    if used > DENSE_LIMIT + 1:
        return np.zeros(n, dtype=bool)
    values, vectors = np.linalg.eigh((Z.T @ Z).toarray()[:used, :used])
    null = vectors[:, values <= 1e-12 * max(values[-1], 1.0)]
    vector = np.zeros(p + 1)
    vector[:used] = null @ np.random.default_rng(0).uniform(1, 2, null.shape[1])
    outside: Mask = np.abs(_linear(problem, vector)) > 1e-8
    return outside


def _hstack(left: Any, right: Any) -> Any:
    return sp.hstack([left, right], format="csr")
