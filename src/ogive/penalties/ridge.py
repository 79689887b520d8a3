"""The ridge penalty: alpha / 2 times the sum of squared coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogive._base import Vector


@dataclass(frozen=True)
class Ridge:
    """Squared (L2) penalty of strength `alpha` (Hoerl and Kennard 1970)."""

    alpha: float

    def value(self, coef: Vector) -> float:
        """`alpha / 2 * sum(coef ** 2)`."""
        return 0.5 * self.alpha * float(coef @ coef)

    def gradient(self, coef: Vector) -> Vector:
        """`alpha * coef`."""
        return self.alpha * coef

    def curvature(self, coef: Vector) -> Vector:
        """The constant `alpha`, once a coefficient."""
        return np.full_like(coef, self.alpha)
