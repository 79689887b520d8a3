"""Conditions that a threshold must meet, and the interval of a threshold that just meets one.

Each condition holds a share of hits among some rows to a bound: precision and recall from below, the false-positive
rate and the share called from above. With more rows called, recall rises and the others grow worse, so recall keeps
the cut from moving up, and the others keep it from moving down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ogive._base import InputError, Vector, normal_quantile
from ogive.decisions.records import Condition
from ogive.decisions.stakes import Array, Cuts, Rows, Stakes

# Shares that differ by less are equal.
ROUNDING = 1e-12

Kind = Literal["precision", "recall", "false positive rate", "share called"]


@dataclass(frozen=True)
class Limit:
    """One condition: `kind` at least or at most `bound`; `said` is how it was put, where that is in other words."""

    kind: Kind
    bound: float
    said: str = ""

    @property
    def at_least(self) -> bool:
        """Whether the bound is a lower one."""
        return self.kind in {"precision", "recall"}

    @property
    def words(self) -> str:
        """The condition in words."""
        return self.said or f"{self.kind} {'at least' if self.at_least else 'at most'} {self.bound:.4g}"

    def hits(self, cuts: Cuts) -> tuple[Array, Array]:
        """Weight of the hits and of the rows that they are a share of, at every cut."""
        if self.kind == "precision":
            return cuts.tp, cuts.called
        if self.kind == "recall":
            return cuts.tp, np.broadcast_to(cuts.positive, cuts.tp.shape)
        if self.kind == "false positive rate":
            return cuts.fp, np.broadcast_to(cuts.negative, cuts.fp.shape)
        return cuts.called, np.broadcast_to(cuts.count, cuts.tp.shape)

    def shortfall(self, cuts: Cuts) -> Array:
        """How far the share misses the bound at every cut; a precision of no rows misses it altogether."""
        hits, among = self.hits(cuts)
        share = np.where(among > 0, hits / np.where(among > 0, among, 1.0), 0.0)
        return np.maximum(self.bound - share if self.at_least else share - self.bound, 0.0)

    def condition(self, cuts: Cuts, cut: int) -> Condition:
        """Return what a cut makes of the condition."""
        hits, among = (float(values[cut]) for values in self.hits(cuts))
        return Condition(
            name=self.words,
            bound=self.bound,
            reached=hits / among if among > 0 else None,
            met=bool(self.shortfall(cuts)[cut] <= ROUNDING),
        )

    def scores(self, rows: Rows, threshold: float) -> Vector:
        """What each row adds to hits - bound * rows."""
        called, event = (rows.p >= threshold).astype(np.float64), rows.y
        if self.kind == "precision":
            return np.asarray(called * (event - self.bound))
        if self.kind == "recall":
            return np.asarray(event * (called - self.bound))
        if self.kind == "false positive rate":
            return np.asarray((1 - event) * (called - self.bound))
        return np.asarray(called - self.bound)

    def edge(self, cuts: Cuts) -> int | None:
        """Return the cut at which the condition is just met; None where no cut meets it."""
        met = np.flatnonzero(self.shortfall(cuts) <= ROUNDING)
        if met.size == 0:
            return None
        return int(met[-1] if self.kind == "recall" else met[0])

    def edge_cuts(self, stakes: Stakes, rows: Rows, edge: int, level: float) -> tuple[int, int]:
        """Return the cuts around the edge at which the share may be the bound, by its score test.

        The share at the true edge is the bound, so hits - bound * rows has mean 0 there and variance
        rows * bound * (1 - bound), times what clusters and sampling weights add (Wilson 1927).
        """
        hits, among = self.hits(stakes.cuts)
        variance = among * self.bound * (1 - self.bound)
        if not rows.simple:
            scores = self.scores(rows, stakes.threshold(edge))
            variance = variance * rows.inflation(rows.carried * scores, rows.carried * scores**2, scores != 0)
        rejected = np.abs(hits - self.bound * among) > normal_quantile(level) * np.sqrt(variance)
        rejected[edge] = False
        before, after = np.flatnonzero(rejected[:edge]), np.flatnonzero(rejected[edge:])
        return (int(before[-1]) + 1 if before.size else 0), (
            edge + int(after[0]) - 1 if after.size else rejected.size - 1
        )


def limits_of(
    stakes: Stakes,
    precision_at_least: float | None,
    recall_at_least: float | None,
    false_positive_rate_at_most: float | None,
    at_most: float | None,
    days: float | None,
) -> tuple[Limit, ...]:
    """Return the conditions that were asked for."""
    found: list[Limit] = []
    asked: tuple[tuple[Kind, str, float | None], ...] = (
        ("precision", "precision_at_least", precision_at_least),
        ("recall", "recall_at_least", recall_at_least),
        ("false positive rate", "false_positive_rate_at_most", false_positive_rate_at_most),
    )
    for kind, name, bound in asked:
        if bound is None:
            continue
        if not 0 < bound < 1:
            raise InputError(f"{name} must lie between 0 and 1; got {bound:g}.", "0.8 is 80 %")
        found.append(Limit(kind, bound))
    if days is not None and (at_most is None or at_most < 1 or not days > 0):
        raise InputError(
            "days turns a number of cases a day into one for all rows.",
            "pass at_most=20, days=30 for 20 cases a day where the rows are those of 30 days",
        )
    if at_most is not None:
        if not at_most > 0:
            raise InputError(f"at_most must be above 0; got {at_most:g}.", "pass cases, or a share below 1")
        if at_most < 1:
            found.append(Limit("share called", at_most))
        elif (share := at_most * (days or 1.0) / stakes.count) < 1:
            found.append(
                Limit("share called", share, f"{at_most:g} rows called{' a day' if days else ''} at most")
            )
    return tuple(found)


def clipped(own: tuple[int, int], edges: Sequence[tuple[Limit, tuple[int, int]]]) -> tuple[int, int]:
    """Return the range of the best cut that the conditions leave, from the ranges of its own and of their edges.

    The cut is the best one, not below the edges of some and not above those of recall; it grows with each of these, so
    the ends of their ranges give the ends of its own.
    """
    ends = list(own)
    for side in (0, 1):
        lower = [cuts[side] for limit, cuts in edges if limit.kind != "recall"]
        upper = [cuts[side] for limit, cuts in edges if limit.kind == "recall"]
        ends[side] = min([max([ends[side], *lower]), *upper])
    return ends[0], ends[1]
