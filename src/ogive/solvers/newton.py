"""Newton's method by Cholesky factorisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ogive._base import Objective, Vector
from ogive._kernels import cholesky, cholesky_solve

# A pivot that has lost all but this share of its diagonal entry belongs to a column that depends on the others
# (one minus the squared multiple correlation), beyond what double precision resolves.
DEPENDENT = 1e-13


class Newton:
    """Newton direction `-H^-1 g` for moderate numbers of coefficients.

    Attributes
    ----------
    dependent : int
        Columns found to depend on others in the last factorisation; their step is 0.
    factor : ndarray or None
        The last factor.
    """

    name = "Newton"
    wants_hessian = True

    def __init__(self) -> None:
        self.dependent = 0
        self.factor: Vector | None = None

    def direction(self, objective: Objective, point: Any) -> Vector:
        """Return the step to the minimum of the local quadratic."""
        self.factor, self.dependent, _ = cholesky(objective.hessian(point), DEPENDENT)
        return cholesky_solve(self.factor, -point.gradient)

    @property
    def condition(self) -> float | None:
        """Lower bound of the condition number, from the pivots of the last factorisation."""
        pivots = np.diagonal(self.factor) if self.factor is not None else np.zeros(0)
        pivots = pivots[pivots > 0]
        return float((pivots.max() / pivots.min()) ** 2) if pivots.size else None
