"""Quasi-Newton steps from a curvature that is already known: each costs a gradient, no Hessian."""

from __future__ import annotations

from typing import Any

import numpy as np

from ogive._base import Objective, Vector
from ogive._kernels import cholesky_solve


class QuasiNewton:
    """BFGS in product form (Liu and Nocedal 1989), started from the Hessian of a similar objective.

    The Hessian of a sample of the rows, or of all rows where a few of them are left out, differs from the one sought
    by a few per cent; so do the first steps from Newton's, and each step's gradient corrects the next.

    Parameters
    ----------
    factor : ndarray of shape (p, p)
        Cholesky factor of that Hessian.
    condition : float or None
        Its condition number.
    """

    name = "quasi-Newton"
    wants_hessian = False
    dependent = 0

    def __init__(self, factor: Vector, condition: float | None) -> None:
        self.condition = condition
        self._factor = factor
        self._last: Any = None
        self._pairs: list[tuple[Vector, Vector, float]] = []

    def direction(self, objective: Objective, point: Any) -> Vector:
        """Return the step, after learning from the last one."""
        if self._last is not None:
            moved, bent = point.x - self._last.x, point.gradient - self._last.gradient
            curvature = float(moved @ bent)
            if curvature > 0:
                self._pairs.append((moved, bent, curvature))
        self._last = point
        descent = -point.gradient
        shares = []
        for moved, bent, curvature in reversed(self._pairs):
            share = float(moved @ descent) / curvature
            descent = descent - share * bent
            shares.append(share)
        step = cholesky_solve(self._factor, np.ascontiguousarray(descent))
        for (moved, bent, curvature), share in zip(self._pairs, reversed(shares), strict=True):
            step = step + (share - float(bent @ step) / curvature) * moved
        return step
