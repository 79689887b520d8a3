"""Values along a curve with their limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector


@dataclass(frozen=True)
class Band:
    """A curve at `x` with its limits, each of shape (n,); infinite where the points set none."""

    x: Vector
    value: Vector
    low: Vector
    high: Vector

    def at(self, rows: NDArray[np.intp]) -> Band:
        """Return some of its places."""
        return Band(self.x[rows], self.value[rows], self.low[rows], self.high[rows])
