"""The intervals of scores, each in one home; where none is valid, limits are None and `method` says why."""

from __future__ import annotations

import math

from ogive._base import Estimate, normal_quantile, student_quantile
from ogive.metrics.forecasts import Weighed

# Rows from which on three hits count as few, not two (Brown, Cai and DasGupta 2001).
MANY_ROWS = 50


def without_interval(value: float, level: float, reason: str) -> Estimate:
    """Return an estimate that has no valid interval, with the reason."""
    return Estimate(value=value, level=level, method=f"no interval: {reason}")


def logit_interval(
    value: float, centre: float, variance: float, df: float, level: float, method: str
) -> Estimate:
    """Return centre ± t se on the logit scale, carried back, so that it stays inside (0, 1); it holds the value.

    The delta method gives the standard error of logit(centre) as se / (centre (1 - centre)). With
    s = exp(t times that), the limits are centre / (centre + (1 - centre) s^±1).
    """
    spread = student_quantile(level, df) * math.sqrt(variance) / (centre * (1 - centre))
    stretch = math.exp(min(spread, 700.0))  # beyond that the interval is all of [0, 1] to the last digit
    low, high = centre / (centre + (1 - centre) * stretch), centre / (centre + (1 - centre) / stretch)
    return Estimate(value=value, low=min(low, value), high=max(high, value), level=level, method=method)


def mean_interval(value: float, variance: float, df: float, level: float, most: float) -> Estimate:
    """Return a mean loss ± t standard errors on the log scale, so that it stays above 0; cut at `most`."""
    stretch = math.exp(min(student_quantile(level, df) * math.sqrt(variance) / value, 700.0))
    low, high = value / stretch, min(value * stretch, most)
    return Estimate(value=value, low=low, high=high, level=level, method="mean, t on the log scale")


def share_of(hits: Weighed, misses: Weighed, level: float) -> Estimate:
    """Return the share of hits among hits and misses, of which there are some, with Wilson's interval.

    With a share s of weight W the variance by linearisation is the sum over hits of w² (1 - s)² and over misses of
    w² s², by W². The interval is that of n rows of which the share would have this variance, s (1 - s) / n; for
    frequencies that is n = W. With v and u the mean weights of hits and of misses, each weighed by itself, n is
    W / (v (1 - s) + u s), which holds also where s is 0 or 1.
    """
    total = hits.sum + misses.sum
    share = hits.sum / total
    rows = total / (hits.weight_of_one * (1 - share) + misses.weight_of_one * share)
    return wilson(share, rows, level)


def wilson(share: float, rows: float, level: float) -> Estimate:
    """Return a share of `rows` rows, of which there are some, with its score interval (Wilson 1927).

    Alone it misses a share of which a fifth of a hit is expected in 16 % of the samples, since one hit already
    excludes it. So up to two hits (three among more than 50 rows) the lower limit is that of a Poisson count, and
    so is the upper one for misses, as Brown, Cai and DasGupta (2001) propose.
    """
    z2 = normal_quantile(level) ** 2
    hits, misses = share * rows, (1 - share) * rows
    centre = (hits + z2 / 2) / (rows + z2)
    half = math.sqrt(z2 * (hits * (1 - share) + z2 / 4)) / (rows + z2)
    # At a share of 0 or 1 one limit is the share itself; rounding must not push it past.
    low, high = min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)
    few = 2.5 if rows <= MANY_ROWS else 3.5  # effective rows need not be whole
    if 0 < hits <= few:
        low = min(low, poisson_low(hits, level) / rows)
    if 0 < misses <= few:
        high = max(high, 1 - poisson_low(misses, level) / rows)
    return Estimate(value=share, low=low, high=high, level=level, method="Wilson score")


def poisson_low(count: float, level: float) -> float:
    """Return the mean at which a Poisson count would be as large as this with probability 1 - level."""
    from scipy.special import gammaincinv  # noqa: PLC0415  (takes a tenth of a second)

    return float(gammaincinv(count, 1 - level))
