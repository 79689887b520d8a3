"""Limits of parameters across valleys of the likelihood.

A profile that is followed step by step ends where the loss has risen enough, also where it falls again further on: a
steep curve may pass between other doses. So values beyond a limit are held and fitted anew, from all starts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ogive.curves.engine import Solutions, refit
from ogive.curves.likelihood import Reach, Search, reach

# How far beyond a limit is looked: in distances of the limit from the estimate, and in spans.
DISTANCES, SPANS = np.array([0.1, 0.3, 1.0, 3.0]), np.array([0.1, 0.5, 1.5])


def leap(solutions: Solutions, variant: int, search: Search, found: Reach, part: int) -> Reach:
    """Look for values of a parameter beyond its limits that the likelihood admits, and go on from the furthest."""
    likelihood, best = search.likelihood, solutions.theta[search.sets, part]
    at = np.flatnonzero(found.closed & (search.rise > 0))
    ahead = np.sign(found.theta[at, part] - best[at])
    away = np.abs(found.theta[at, part] - best[at])[:, None] * DISTANCES
    away = np.concatenate([away, np.tile(SPANS, (at.size, 1))], axis=1)
    low, high = likelihood.low[search.sets[at], part], likelihood.high[search.sets[at], part]
    value = np.clip(found.theta[at, part][:, None] + ahead[:, None] * away, low[:, None], high[:, None])
    tried = np.repeat(at, value.shape[1])
    theta, loss = refit(solutions, variant, search.sets[tried], part, value.ravel())
    admitted = loss < (search.loss + 0.999 * search.rise)[tried]
    go = search.quantity(tried, theta)[0] * search.side[tried]
    go = np.where(admitted & (go > found.limit[tried] * search.side[tried]), go, -np.inf)
    furthest = go.reshape(value.shape).argmax(axis=1) + np.arange(at.size) * value.shape[1]
    rows = np.flatnonzero(np.isfinite(go[furthest]))
    if not rows.size:
        return found
    at, furthest = at[rows], furthest[rows]
    step = np.abs(go[furthest] - found.limit[at] * search.side[at])
    more = reach(search.take(at), theta[furthest], step)
    limit, closed, end = found.limit.copy(), found.closed.copy(), found.theta.copy()
    limit[at], closed[at], end[at] = more.limit, more.closed, more.theta
    return replace(found, limit=limit, closed=closed, theta=end)
