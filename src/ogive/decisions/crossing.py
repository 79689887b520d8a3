"""Where the probability of the event crosses the break-even: the rows as the likelihood ratio wants them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogive._base import Vector
from ogive.decisions.break_even import crossing_cuts
from ogive.decisions.stakes import ALARMED, EVENTS, MISSED, NONEVENTS, Array, Rows, Stakes


@dataclass(frozen=True)
class Crossing:
    """Effective weight of events and non-events at each probability, and the break-even."""

    events: Vector
    nonevents: Vector
    even: float

    def cuts(self, level: float) -> tuple[int, int]:
        """Return the first and the last cut at which the crossing may be."""
        return crossing_cuts(self.events, self.nonevents, self.even, level)


def crossing(rows: Rows, stakes: Stakes, cut: int, even: float | None) -> Crossing:
    """Return the question for a break-even; for that of the costs where it is None.

    Where rows have costs of their own, an event weighs what leaving it costs and a non-event what calling it does, each
    by their mean: the cheapest cut is that at which equal costs, with these weights, break even. Such weights, sampling
    weights and clusters are allowed for by how many times they inflate the variance near the cut (compare Rao and Scott
    1981).
    """
    events, nonevents, scale = stakes.columns[EVENTS], stakes.columns[NONEVENTS], None
    costs = stakes.costs
    if even is None:
        assert costs is not None
        if costs.rows is None:
            even = float(costs.threshold)
        else:
            missed, alarmed = stakes.columns[MISSED], stakes.columns[ALARMED]
            miss, alarm = missed.sum() / events.sum(), alarmed.sum() / nonevents.sum()
            events, nonevents, even = missed / miss, alarmed / alarm, float(alarm / (alarm + miss))
            scale = np.where(rows.y == 1, costs.miss / miss, costs.alarm / alarm)
    even = float(np.clip(even, 1e-9, 1 - 1e-9))
    if rows.simple and scale is None:
        return Crossing(events, nonevents, even)
    scale = np.ones(rows.y.size) if scale is None else scale
    score = rows.y - even
    spread = rows.inflation(scale * score, scale * score**2, _near(rows, stakes, cut))
    return Crossing(events / spread, nonevents / spread, even)


def _near(rows: Rows, stakes: Stakes, cut: int) -> Array:
    """Mark the rows near the cut: n^(2/3) of them, the scale on which it varies, but a hundred at least."""
    share = max(rows.y.size ** (-1 / 3), min(100 / rows.y.size, 1.0))
    before = np.concatenate([[0.0], np.cumsum(stakes.columns[:2].sum(axis=0))])
    ends = before[cut] + np.array([-0.5, 0.5]) * share * stakes.count
    first, last = np.searchsorted(before, ends).clip(0, stakes.p.size - 1)
    return np.asarray((rows.p >= stakes.p[first]) & (rows.p <= stakes.p[last]))
