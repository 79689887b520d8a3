"""How points scatter about a curve, in NumPy: what functions of the user are fitted by.

The compiled shapes have the same in the core.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogive._base import Vector

# How near to 0, and of shares to 1, the curve counts as being.
_LEAST = 1e-12


@dataclass(frozen=True)
class Scatter:
    """A noise, by its number among those of the engine, and the size of the negative binomial one."""

    noise: int
    size: float

    def read(self, y: Vector, root_weight: Vector, f: Vector) -> tuple[float, Vector, Vector]:
        """Return half the deviance, the residuals of a Gauss-Newton step, and what slopes are multiplied by there."""
        with np.errstate(all="ignore"):
            if self.noise == 0:
                r = root_weight * (f - y)
                return float(0.5 * (r @ r)), r, root_weight
            f = np.clip(f, _LEAST, 1 - _LEAST) if self.noise == 2 else np.maximum(f, _LEAST)
            loss, variance = self._loss(y, f)
            root = root_weight / np.sqrt(variance)
            return float((loss * root_weight) @ root_weight), root * (f - y), root

    def _loss(self, y: Vector, f: Vector) -> tuple[Vector, Vector]:
        """Return half the deviance of each point, and the variance."""
        if self.noise == 1:
            return _entropy(y, f) - (y - f), f
        if self.noise == 2:
            return _entropy(y, f) + _entropy(1 - y, 1 - f), f * (1 - f)
        if self.noise == 3:
            return (y - f) / f - np.log(np.maximum(y, _LEAST) / f), f**2
        size = self.size
        return _entropy(y, f) - (y + size) * np.log((y + size) / (f + size)), f * (1 + f / size)


def _entropy(y: Vector, f: Vector) -> Vector:
    """Return y log(y/f), which is 0 at y = 0."""
    return np.asarray(y * np.log(np.where(y > 0, y, f) / f))
