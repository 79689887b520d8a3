"""Newton's method without a matrix: the step by preconditioned conjugate gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from ogive._base import Objective, Vector


class NewtonCG:
    """Truncated Newton direction for many coefficients (Dembo, Eisenstat and Steihaug 1982; Nocedal and Wright, ch. 7).

    Conjugate gradients on `H d = -g` with the diagonal of `H` as preconditioner, stopped once the residual is small
    beside the gradient: loosely at first, tightly near the optimum, so that convergence is superlinear, but never
    beyond the decrement `tol` that is asked of the answer.
    """

    name = "Newton-CG"
    wants_hessian = True
    dependent = 0  # it cannot tell: columns that depend on each other leave an optimum that is one of many
    condition: float | None = None

    def __init__(self, tol: float, max_products: int = 500) -> None:
        self.tol, self.max_products = tol, max_products

    def direction(self, objective: Objective, point: Any) -> Vector:
        """Return an approximate Newton step, always one of descent."""
        diagonal = objective.diagonal(point)
        inverse = np.where(diagonal > 0, 1.0 / np.where(diagonal > 0, diagonal, 1.0), 0.0)
        # Products are summed by NumPy: the bits of a BLAS product depend on its threads.
        step = np.zeros_like(point.x)
        residual = -point.gradient
        z = inverse * residual
        search = z.copy()
        gain = first = float(np.sum(residual * z))
        # `first` is about the squared decrement.
        target = max(first * min(0.1, np.sqrt(first)) ** 2, 0.01 * self.tol**2)
        for _ in range(self.max_products):
            if gain <= target:
                break
            product = objective.product(point, search)
            curvature = float(np.sum(search * product))
            if curvature <= 0:  # flat to rounding: what has been gained is all there is
                break
            length = gain / curvature
            step += length * search
            residual -= length * product
            z = inverse * residual
            gain, last = float(np.sum(residual * z)), gain
            search = z + (gain / last) * search
        steepest: Vector = inverse * -point.gradient
        return step if step.any() else steepest
