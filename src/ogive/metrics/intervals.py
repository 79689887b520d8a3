"""The intervals of scores, each in one home; where none is valid, limits are None and `method` says why."""

from __future__ import annotations

import math

from ogive._base import Estimate, normal_quantile, student_quantile


def without_interval(value: float, level: float, reason: str) -> Estimate:
    """Return an estimate that has no valid interval, with the reason."""
    return Estimate(value=value, level=level, method=f"no interval: {reason}")


def logit_interval(value: float, variance: float, df: float, level: float, method: str) -> Estimate:
    """Return value ± t se on the logit scale, carried back, so that it stays inside (0, 1).

    The delta method gives the standard error of logit(value) as se / (value (1 - value)). With
    s = exp(t times that), the limits are value / (value + (1 - value) s^±1).
    """
    spread = student_quantile(level, df) * math.sqrt(variance) / (value * (1 - value))
    stretch = math.exp(min(spread, 700.0))  # beyond that the interval is all of [0, 1] to the last digit
    return Estimate(
        value=value,
        low=value / (value + (1 - value) * stretch),
        high=value / (value + (1 - value) / stretch),
        level=level,
        method=method,
    )


def mean_interval(value: float, variance: float, df: float, level: float, most: float) -> Estimate:
    """Return value ± t se, cut to [0, most]."""
    half = student_quantile(level, df) * math.sqrt(variance)
    low, high = max(value - half, 0.0), min(value + half, most)
    return Estimate(value=value, low=low, high=high, level=level, method="mean ± t standard errors")


def wilson(hits: float, count: float, level: float) -> Estimate:
    """Return the share hits / count, count > 0, with its score interval (Wilson 1927)."""
    z2 = normal_quantile(level) ** 2
    share = hits / count
    centre = (hits + z2 / 2) / (count + z2)
    half = math.sqrt(z2 * (hits * (1 - share) + z2 / 4)) / (count + z2)
    # At a share of 0 or 1 one limit is the share itself; rounding must not push it past.
    low, high = min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)
    return Estimate(value=share, low=low, high=high, level=level, method="Wilson score")
