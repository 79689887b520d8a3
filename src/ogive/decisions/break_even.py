"""The interval of the best threshold: where an increasing probability of the event can cross the break-even.

The cheapest cut is where the isotonic regression of the outcomes crosses the break-even t. It moves with n^(-1/3), not
n^(-1/2), and resampling fails (Kosorok 2008), but "the crossing is at this cut" can be tested by likelihood ratio,

    2 [log-likelihood of the isotonic fit - the same with the fit held <= t below the cut and >= t from it on],

which tends to a law without unknown constants (Banerjee and Wellner 2001); the cuts not rejected are the interval
(Banerjee and Wellner 2005). It holds the empirical threshold, whose statistic is 0, and knows nothing of how the
probabilities are calibrated except that more means more.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector, normal_quantile
from ogive._kernels import isotonic_pools

# Quantiles of the limiting law, by tests/reference/isotonic_ratio.py; between levels their ratio to those of the
# chi-square with one degree of freedom, which hardly varies, is interpolated.
_LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_QUANTILES = (0.2803, 0.4316, 0.6477, 0.9812, 1.5972, 2.2544, 3.1585, 3.8619, 4.5832, 6.3195)
# Beyond the last row the table goes on with rows at break-even that hold this many of the rarer class: a handful of
# rows at an end, of which chance makes one pure, says little, whatever its likelihood (compare Agresti and Coull 1998).
_BEYOND = 5.0


def ratio_quantile(level: float) -> float:
    """Quantile of the limiting law of the statistic.

    >>> round(ratio_quantile(0.95), 2)
    2.25
    """
    known = [normal_quantile(step) for step in _LEVELS]
    ratio = [quantile / z**2 for quantile, z in zip(_QUANTILES, known, strict=True)]
    z = normal_quantile(level)
    return float(np.interp(z, known, ratio)) * z**2


def crossing_cuts(events: Vector, nonevents: Vector, even: float, level: float) -> tuple[int, int]:
    """Return the first and the last cut at which the probability of the event may cross `even`.

    Weights are effective: as many independent rows as tell as much. Moving the cut away from the crossing of the fit
    only tightens what the fit has to obey, so the statistic rises on both sides, and each end is found by itself. Left
    of the crossing the world is mirrored.
    """
    walk = np.concatenate([[0.0], np.cumsum(events * (1 - even) - nonevents * even)])
    crossing = walk.size - 1 - int(np.argmin(walk[::-1]))
    quantile = ratio_quantile(level)
    above = _reach(events[crossing:], nonevents[crossing:], even, quantile)
    below = _reach(nonevents[:crossing][::-1], events[:crossing][::-1], 1 - even, quantile)
    return crossing - below, crossing + above


def _reach(events: Vector, nonevents: Vector, even: float, quantile: float) -> int:
    """Return how many of the first rows may lie at or below `even`, where the free fit has all of them above it.

    Rows up to a cut at the edge of a pool cost the deviance of the pools before it. A cut within a pool parts it: the
    rows before it are held at `even`, the rest is fitted afresh and held at `even` at least; later pools stay.
    """
    pad = _BEYOND / min(even, 1 - even)
    events, nonevents = np.append(events, pad * even), np.append(nonevents, pad * (1 - even))
    bounds, hits, misses = _pools(events, nonevents)
    lost = np.cumsum(2 * (_free(hits, misses) - _held(hits, misses, even)))
    pool = int(np.searchsorted(lost, quantile, side="right"))
    if pool == hits.size:
        return events.size - 1
    before = float(lost[pool - 1]) if pool else 0.0
    free = float(_free(hits[pool], misses[pool]))
    first, end = int(bounds[pool]), int(bounds[pool + 1])
    within, beyond = first, end
    while beyond - within > 1:
        cut = (within + beyond) // 2
        _, rest_hits, rest_misses = _pools(events[cut:end], nonevents[cut:end])
        rest = np.where(
            rest_hits > even * (rest_hits + rest_misses),
            _free(rest_hits, rest_misses),
            _held(rest_hits, rest_misses, even),
        )
        held = _held(events[first:cut].sum(), nonevents[first:cut].sum(), even)
        if before + 2 * (free - float(held) - float(rest.sum())) <= quantile:
            within = cut
        else:
            beyond = cut
    return min(within, events.size - 1)


def _pools(events: Vector, nonevents: Vector) -> tuple[NDArray[np.int64], Vector, Vector]:
    """Return the bounds of the pools of the isotonic fit and their weights of events and non-events."""
    events, nonevents = np.ascontiguousarray(events), np.ascontiguousarray(nonevents)
    bounds = isotonic_pools(events, nonevents)
    return bounds, np.add.reduceat(events, bounds[:-1]), np.add.reduceat(nonevents, bounds[:-1])


def _free(events: Vector, nonevents: Vector) -> Vector:
    """Log-likelihood of pools at their own share of events."""
    both = events + nonevents
    return np.asarray(_x_log_y(events, events / both) + _x_log_y(nonevents, nonevents / both))


def _held(events: Vector, nonevents: Vector, even: float) -> Vector:
    """Log-likelihood of pools at `even`."""
    return np.asarray(events * math.log(even) + nonevents * math.log1p(-even))


def _x_log_y(x: Vector, y: Vector) -> Vector:
    return np.asarray(x * np.log(np.where(x > 0, y, 1.0)))
