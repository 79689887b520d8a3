"""Rows drawn again: tables of as many rows as there were, by a generator of its own for each, and what they say.

A replicate is a count for every unit. Units are rows that are alike (same forecasts, outcome and sampling weight),
drawn as often as there are copies of them, or clusters, drawn whole. So a replicate takes the memory of distinct rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from ogive._base import Estimate, InputError, Vector, normal_quantile
from ogive._kernels import thread_count
from ogive.metrics.forecasts import Forecasts, Rows
from ogive.metrics.groups import Groups
from ogive.metrics.intervals import without_interval

# Groups of units, in each class, that the acceleration leaves out one by one.
GROUPS = 100
# Largest bias, in standard errors (z0, below), that is corrected: that of smooth metrics is well below, that of
# calibration error or of a maximum over thresholds about it or above.
MOST_BIAS = 0.5
# Share of the replicates in which a metric may fail to exist before its interval is withheld.
FAILURES = 0.01

Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Column:
    """One column of probabilities: its distinct values, and the cell of the table to which each kind of row belongs."""

    p: Vector
    cell: Codes

    def table(self, weight: Vector) -> Forecasts:
        """Tabulate the kinds of rows with these weights."""
        both: Vector = np.bincount(self.cell, weight, 2 * self.p.size).astype(np.float64, copy=False)
        events, nonevents = both[: self.p.size], both[self.p.size :]
        there = events + nonevents > 0
        return Forecasts(self.p[there], events[there], nonevents[there])


@dataclass(frozen=True)
class Resampler:
    """Kinds of rows, and the units in which they are drawn.

    Attributes
    ----------
    columns : tuple of Column
        Of the probabilities, one a model.
    weight : Vector
        Of one row of each kind (of all its copies, with clusters).
    unit : array of int or None
        To which unit a kind belongs; None where each is its own.
    copies : Vector
        Of each unit, in the order of strata and, in them, of the first column of probabilities.
    strata : tuple of slice
        Units among which as many are drawn as there are copies.
    classes : tuple of slice
        Units with events and without, which are parts of strata.
    fewest : float
        Events or non-events, whichever are fewer (clusters with one).
    """

    columns: tuple[Column, ...]
    weight: Vector
    unit: Codes | None
    copies: Vector
    strata: tuple[slice, ...]
    classes: tuple[slice, ...]
    fewest: float

    @property
    def by(self) -> str:
        """What is drawn, where it is not single rows."""
        return "" if self.unit is None else " of clusters"

    def refusal(self, fewest: int) -> str:
        """Say why there is too little to draw from; empty where there is enough."""
        if self.fewest >= fewest:
            return ""
        what = "events or non-events" if self.unit is None else "clusters with an event, or with a non-event"
        return f"fewer than {fewest} {what}"

    def tables(self, counts: Vector) -> list[Forecasts]:
        """Tabulate each column for the number of times that each unit is there."""
        weight = (counts if self.unit is None else counts[self.unit]) * self.weight
        return [column.table(weight) for column in self.columns]

    def draw(self, rng: np.random.Generator) -> Vector:
        """Draw units with replacement, stratum by stratum; fractional copies are drawn a whole number of times."""
        counts = np.empty(self.copies.size)
        for units in self.strata:
            counts[units] = _multinomial(self.copies[units], rng)
        return counts

    def acceleration(self, statistic: Callable[[Vector], float]) -> float:
        """Skewness of the influence of a row, by 6 √n: the grouped jackknife, stratum by stratum.

        With d = (mean of the values without one row) - (value without this row), it is Σ d³ / (6 (Σ d²)^1.5) (Efron
        1987; for several samples, Davison and Hinkley 1997, section 5.3). Influence is a smooth function of the
        probability in each class, so one row is left out of each stretch of neighbours, in equal parts.
        """
        squares = cubes = 0.0
        for stratum in self.strata:
            sizes, values = [], []
            for units in _stretches(stratum, self.classes):
                size = self.copies[units].sum()
                counts = self.copies.copy()
                counts[units] *= max(1 - 1 / size, 0.0)
                sizes.append(size)
                values.append(statistic(counts))
            size, value = np.array(sizes), np.array(values)
            size, value = size[np.isfinite(value)], value[np.isfinite(value)]
            d = np.sum(size * value) / max(size.sum(), 1.0) - value
            squares += float(np.sum(size * d**2))
            cubes += float(np.sum(size * d**3))
        return cubes / (6 * squares**1.5) if squares > 0 else 0.0


def resampler(
    rows: Rows, probabilities: list[Vector], clusters: Groups | None, *, stratified: bool
) -> Resampler:
    """Sort rows into kinds, and kinds into units and strata: events and others, or clusters with events and others."""
    used = slice(None) if rows.weight is None else np.flatnonzero(rows.weight > 0)
    outcome = rows.outcome[used]
    weight = np.ones(outcome.size) if rows.weight is None else rows.weight[used]
    columns = [_column(p[used], outcome) for p in probabilities]
    kind = columns[0].cell
    for column in columns[1:]:
        kind = _joined(kind, column.cell)
    if rows.squares is not None:
        kind = _joined(kind, np.unique(weight, return_inverse=True)[1])
    if clusters is not None:
        kind = _joined(kind, clusters.code[used])
    _, first, kind = np.unique(kind, return_index=True, return_inverse=True)
    columns = [Column(column.p, column.cell[first]) for column in columns]
    event = outcome[first] == 1
    copies = np.bincount(kind, None if rows.squares is not None else weight).astype(np.float64)
    own = np.ones(first.size) if rows.squares is None else weight[first]
    if clusters is None:
        unit, events = None, int(event.sum())  # they come first
        sizes = [float(copies[event].sum()), float(copies[~event].sum())]
    else:
        own, unit, events = copies * own, *_clusters(clusters.code[used][first], event)
        copies = np.ones(int(unit.max()) + 1)
        sizes = [float(np.unique(unit[event]).size), float(np.unique(unit[~event]).size)]
    classes = tuple(s for s in (slice(0, events), slice(events, copies.size)) if s.stop > s.start)
    strata = classes if stratified else (slice(0, copies.size),)
    fewest = min(size for size in sizes if size > 0)
    return Resampler(tuple(columns), own, unit, copies, strata, classes, fewest)


def replicated(plan: Resampler, statistic: Callable[[Vector], float], replicates: int, seed: int) -> Vector:
    """Return the statistic of each replicate, NaN where it does not exist: the same for any number of threads."""
    if replicates < 100:
        raise InputError(f"replicates must be at least 100; got {replicates}.", "leave it out for 2,000")
    values, threads = np.empty(replicates), min(thread_count(), replicates)

    def work(thread: int) -> None:
        for r in range(thread, replicates, threads):
            own = np.random.SeedSequence(seed, spawn_key=(r,))
            values[r] = statistic(plan.draw(np.random.Generator(np.random.PCG64(own))))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return values


def bca(value: float, values: Vector, acceleration: float, level: float, method: str) -> Estimate:
    """Return a value with the bias-corrected and accelerated interval of its replicates (BCa; Efron 1987).

    With z0 the normal quantile of the share of replicates below the value, the limit at quantile z is the quantile
    Φ(z0 + (z0 + z) / (1 - a (z0 + z))) of the replicates.
    """
    z, normal = normal_quantile(level), NormalDist()
    existing = np.sort(values[np.isfinite(values)])
    failed = values.size - existing.size
    if failed > FAILURES * values.size:
        return without_interval(
            value, level, f"the metric does not exist in {failed:,} of {values.size:,} resamples of the rows"
        )
    if existing[0] == existing[-1]:
        return without_interval(value, level, "every resample of the rows gives the same value")
    # Rounding must not decide on which side a replicate lies that is the value itself.
    near = 1e-12 * max(abs(value), abs(existing[0]), abs(existing[-1]))
    below, upto = np.searchsorted(existing, [value - near, value + near])
    share = (below + upto) / 2 / existing.size
    z0 = normal.inv_cdf(min(max(share, 1e-9), 1 - 1e-9))
    if abs(z0) > MOST_BIAS:
        return without_interval(
            value, level, "drawing rows again moves the metric to one side, so it is biased in samples"
        )
    limits = []
    for side in (z0 - z, z0 + z):
        stretch = 1 - acceleration * side
        limits.append(normal.cdf(z0 + side / stretch) if stretch > 0 else math.nan)
    outermost = 1 / (existing.size + 1)
    if not all(outermost <= limit <= 1 - outermost for limit in limits):
        return without_interval(value, level, f"{values.size:,} resamples of the rows are too few")
    low, high = np.quantile(existing, limits, method="weibull").tolist()
    return Estimate(value=value, low=min(low, value), high=max(high, value), level=level, method=method)


def _column(p: Vector, outcome: Vector) -> Column:
    """Cells are numbered by increasing probability, those of events first."""
    distinct, place = np.unique(p, return_inverse=True)
    return Column(distinct, place + np.where(outcome == 1, 0, distinct.size))


def _joined(major: Codes, minor: Codes) -> Codes:
    """Number the pairs of two codes, in order of the first."""
    both: Codes = np.unique(major * (int(minor.max()) + 1) + minor, return_inverse=True)[1]
    return both


def _clusters(code: Codes, event: NDArray[np.bool_]) -> tuple[Codes, int]:
    """Number the clusters that occur, those with events first; and how many these are."""
    there, code = np.unique(code, return_inverse=True)
    with_event = np.zeros(there.size, dtype=bool)
    with_event[code[event]] = True
    place = np.empty(there.size, dtype=np.intp)
    place[np.argsort(~with_event, kind="stable")] = np.arange(there.size)
    return place[code], int(with_event.sum())


def _multinomial(copies: Vector, rng: np.random.Generator) -> Vector:
    """Draw as many as there are copies, with replacement: how often each unit came."""
    total = float(copies.sum())
    draws = max(round(total), 1)
    if (copies == 1).all():
        return np.bincount(rng.integers(0, draws, draws), minlength=draws).astype(np.float64)
    counts: Vector = rng.multinomial(draws, copies / total) * np.float64(total / draws)
    return counts


def _stretches(stratum: slice, classes: tuple[slice, ...]) -> list[slice]:
    """Cut each class of a stratum into at most so many stretches."""
    edges: set[int] = set()
    for own in classes:
        if stratum.start <= own.start < stratum.stop:
            edges.update(np.linspace(own.start, own.stop, GROUPS + 1).astype(int).tolist())
    return [slice(start, stop) for start, stop in pairwise(sorted(edges))]
