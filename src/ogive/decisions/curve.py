"""The decisions over the threshold, thinned to what a page can show."""

from __future__ import annotations

import numpy as np

from ogive.decisions.records import CostCurve
from ogive.decisions.stakes import Stakes

# Vertices of the curve: half of them equally many rows apart, half equally far apart.
_VERTICES = 500


def cost_curve(stakes: Stakes, keep: list[int]) -> CostCurve:
    """Return the curve at some 500 cuts; those in `keep` are among them."""
    cuts, p = stakes.cuts, stakes.p
    left = stakes.count - cuts.called
    by_rows = np.searchsorted(left, np.linspace(0, stakes.count, _VERTICES // 2))
    by_threshold = np.searchsorted(p, np.linspace(p[0], p[-1], _VERTICES // 2))
    at = np.unique(np.clip([0, p.size, *keep, *by_rows, *by_threshold], 0, p.size))
    called = cuts.called[at]
    precision = np.divide(cuts.tp[at], called, out=np.full(at.size, np.nan), where=called > 0)
    return CostCurve(
        threshold=tuple(stakes.threshold(int(cut)) for cut in at),
        cost=() if stakes.costs is None else tuple(cuts.cost[at].tolist()),
        precision=tuple(None if np.isnan(value) else float(value) for value in precision),
        recall=tuple((cuts.tp[at] / cuts.positive).tolist()),
        called=tuple((called / stakes.count).tolist()),
        true_positive=tuple(cuts.tp[at].tolist()),
        false_positive=tuple(cuts.fp[at].tolist()),
    )
