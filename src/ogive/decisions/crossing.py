"""Where the probability of the event crosses the break-even: the rows as the likelihood ratio wants them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogive._base import Vector
from ogive.decisions.break_even import crossing_cuts
from ogive.decisions.stakes import EVENTS, NONEVENTS, Array, Rows, Stakes


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

    Where rows have sampling weights or costs of their own, an event puts at stake its weight times what leaving it
    costs, and a non-event its weight times what calling it costs. With both by their means, m1 and m0, they are rows
    again, and calling one breaks even at odds m0 / m1 times as large: the likelihood of cases and controls, where
    weights are constant in each class. How they vary beyond that, and clusters, count by how many times they inflate
    the variance near the cut (compare Rao and Scott 1981).
    """
    costs = stakes.costs
    own_costs = even is None and costs is not None and costs.rows is not None
    if even is None:
        assert costs is not None
        even = 0.5 if own_costs else float(costs.threshold)
    even = float(np.clip(even, 1e-9, 1 - 1e-9))
    if rows.simple and not own_costs:
        return Crossing(stakes.columns[EVENTS], stakes.columns[NONEVENTS], even)
    event, copies, stake = rows.y == 1, rows.copies, rows.carried
    if own_costs:
        assert costs is not None
        stake = stake * np.where(event, costs.miss, costs.alarm)
    of_event, of_nonevent = (float(np.average(stake[of], weights=copies[of])) for of in (event, ~event))
    even = even * of_nonevent / (even * of_nonevent + (1 - even) * of_event)
    scale = stake / np.where(event, of_event, of_nonevent)
    spread = rows.inflation(scale * (rows.y - even), scale * (rows.y - even) ** 2, _near(rows, stakes, cut))
    cell = np.minimum(np.searchsorted(stakes.p, rows.p), stakes.p.size - 1)
    both = np.bincount(2 * cell + event, copies * scale, 2 * stakes.p.size) / spread
    return Crossing(both[1::2], both[::2], even)


def _near(rows: Rows, stakes: Stakes, cut: int) -> Array:
    """Mark the rows near the cut: n^(2/3) of them, the scale on which it varies, but a hundred at least."""
    share = max(rows.y.size ** (-1 / 3), min(100 / rows.y.size, 1.0))
    before = np.concatenate([[0.0], np.cumsum(stakes.columns[:2].sum(axis=0))])
    ends = before[cut] + np.array([-0.5, 0.5]) * share * stakes.count
    first, last = np.searchsorted(before, ends).clip(0, stakes.p.size - 1)
    return np.asarray((rows.p >= stakes.p[first]) & (rows.p <= stakes.p[last]))
