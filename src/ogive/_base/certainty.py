"""What a probability of exactly 0 or 1 is counted as where its logarithm is needed."""

from __future__ import annotations

from ogive._base.protocols import Vector

# What a certain forecast (exactly 0 or 1) is counted as, unless another forecast is nearer to it.
CERTAIN = 1e-6


def certain_limits(p: Vector) -> tuple[float, float]:
    """What 0 and 1 count as among `p`: 1e-6 and 1 - 1e-6, or the nearest other probability where more extreme.

    Their log-odds are infinite; this keeps them the most extreme forecasts without inventing a size.

    >>> import numpy as np
    >>> certain_limits(np.array([0.0, 1e-9, 0.3, 1.0]))
    (1e-09, 0.999999)
    """
    within = p[(p > 0) & (p < 1)]
    return float(min(CERTAIN, within.min(initial=1.0))), float(max(1 - CERTAIN, within.max(initial=0.0)))
