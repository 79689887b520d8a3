"""The work behind a choice of threshold: the best cut, its interval, its worth, and what to say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np

from ogive._base import Estimate
from ogive.decisions.costs import Cost, CostMatrix
from ogive.decisions.crossing import crossing
from ogive.decisions.curve import cost_curve
from ogive.decisions.goals import FEWEST_CALLED, LEAST_COST, MEASURES, MOST_FOUND, Goal, best_cut
from ogive.decisions.limits import ROUNDING, Limit, clipped
from ogive.decisions.promises import Quantity, Roots, promised, roots, times
from ogive.decisions.records import Costs, Saving, ThresholdChoice
from ogive.decisions.replicates import FEWEST_CLUSTERS, drawn, grouped
from ogive.decisions.stakes import EVENTS, Array, Codes, Cuts, Rows, Stakes
from ogive.metrics import Confusion, SamplingWeights, confusion, without_interval

# Rows called below which the interval of a threshold that holds a precision would hold the truth too seldom.
FEWEST_CALLED_ROWS = 50
# Events or non-events below which what a choice saves has no interval that holds the truth often enough.
FEWEST_OF_CLASS = 20
_ALL, _NONE, _HALF = "acting on all rows", "acting on none", "the threshold 0.5"
_CLOSED, _OWN = "the closed form", "the thresholds of the rows"


@dataclass(frozen=True)
class Choice:
    """Rows, what to make best under which conditions, and how to tell how well that is known."""

    rows: Rows
    stakes: Stakes
    goal: Goal
    limits: tuple[Limit, ...]
    level: float
    replicates: int
    seed: int

    def record(self) -> ThresholdChoice:
        """Return everything about the choice."""
        stakes, cut, costs = self.stakes, self.cut, self.stakes.costs
        table = self.confusion
        threshold = self.interval
        savings = tuple(
            Saving(against=name, per_row=one, total=times(one, stakes.count))
            for name, one in self.worth.items()
            if name not in {"cost", "score"}
        )
        cost = self.worth.get("cost")
        return ThresholdChoice(
            threshold=threshold,
            closed_form=self.closed_form,
            agrees=self._agrees(threshold),
            goal=self.goal.name,
            score=self.worth.get("score"),
            costs=None if costs is None else _mean_costs(costs, self.rows),
            cost=cost,
            total_cost=None if cost is None else times(cost, stakes.count),
            in_sample_cost=None if costs is None else float(stakes.cuts.cost[cut]),
            savings=savings,
            confusion=table,
            conditions=tuple(limit.condition(stakes.cuts, cut) for limit in self.limits),
            curve=cost_curve(stakes, [cut, *self._references().values()]),
            count=stakes.count,
            events=float(stakes.columns[EVENTS].sum()),
            level=self.level,
            notes=tuple(self._notes(threshold)),
        )

    @cached_property
    def cut(self) -> int:
        """The best cut."""
        return int(self._best(self.stakes.cuts))

    @cached_property
    def feasible(self) -> bool:
        """Whether some threshold meets all conditions."""
        return not self.limits or bool(self._allowed(self.stakes.cuts)[0].any())

    @cached_property
    def binding(self) -> bool:
        """Whether the conditions keep the cut from where the goal alone would have it."""
        return bool(self.limits) and self.cut != int(best_cut(self.goal.value(self.stakes.cuts)))

    @property
    def closed_form(self) -> float | None:
        """The best threshold of calibrated probabilities, where it is one number."""
        costs = self.stakes.costs
        return None if costs is None or costs.rows is not None else float(costs.threshold)

    def _best(self, cuts: Cuts) -> np.ndarray:
        value = self.goal.value(cuts)
        return best_cut(value, *self._allowed(cuts)) if self.limits else best_cut(value)

    def _allowed(self, cuts: Cuts) -> tuple[Array, Array]:
        """Whether a cut meets all conditions, and by how much it misses them in sum."""
        shortfall = np.sum([limit.shortfall(cuts) for limit in self.limits], axis=0)
        return shortfall <= ROUNDING, shortfall

    @cached_property
    def confusion(self) -> Confusion:
        """Decisions at the threshold, which may lie just above 1."""
        threshold = self.stakes.threshold(self.cut)
        rows = self.rows
        if rows.sampled:
            table = confusion(rows.y, rows.p >= threshold, SamplingWeights(rows.weights), level=self.level)
        else:
            cuts = self.stakes.cuts
            tp, fp = float(cuts.tp[self.cut]), float(cuts.fp[self.cut])
            cells = [tp, fp, float(cuts.positive[0]) - tp, float(cuts.negative[0]) - fp]
            table = confusion([1, 0, 1, 0], [1, 1, 0, 0], cells, level=self.level)
        return msgspec.structs.replace(table, threshold=threshold)

    @cached_property
    def worth(self) -> dict[str, Estimate]:
        """Cost, savings and measure that new rows may be expected to have."""
        starts, groups = grouped(self.stakes, [self.cut, *self._references().values()])
        quantities = self._quantities(starts)
        if not quantities:
            return {}
        cut = int(np.searchsorted(starts, self.cut))
        samples = (
            Cuts(columns, groups.costs) for columns in drawn(self.rows, groups, self.replicates, self.seed)
        )
        found = roots(list(quantities.values()), groups.cuts, cut, samples, self._best)
        irregular = self.goal in {LEAST_COST, *MEASURES.values()} and not self.binding
        return {
            name: self._promised(quantity, float(quantity.value(groups.cuts)[cut]), root, irregular)
            for (name, quantity), root in zip(quantities.items(), found, strict=True)
        }

    def _promised(self, quantity: Quantity, value: float, root: Roots, irregular: bool) -> Estimate:
        table = self.confusion
        events = table.true_positive + table.false_negative
        few = min(events, self.stakes.count - events) < FEWEST_OF_CLASS
        reason = self._few_clusters or (f"fewer than {FEWEST_OF_CLASS} events or non-events" if few else "")
        if reason:
            return without_interval(value, self.level, reason)
        return promised(quantity, value, root, self.level, irregular)

    @property
    def _few_clusters(self) -> str:
        """Say that there are too few clusters; empty where there are enough or rows stand alone."""
        few = self.rows.cluster is not None and self.rows.cluster.max() + 1 < FEWEST_CLUSTERS
        return f"fewer than {FEWEST_CLUSTERS} clusters" if few else ""

    def _references(self) -> dict[str, int]:
        """Cuts to compare with."""
        found = {_ALL: 0, _NONE: self.stakes.p.size, _HALF: self.stakes.cut_at(0.5)}
        if self.closed_form is not None and self.closed_form != 0.5:
            found[_CLOSED] = self.stakes.cut_at(self.closed_form)
        return found

    def _quantities(self, starts: Codes) -> dict[str, Quantity]:
        """What depends on the cut; cuts to compare with are given in the table of groups, which begin at `starts`."""
        found: dict[str, Quantity] = {}
        costs = self.stakes.costs
        if costs is not None:
            smallest = min(float(np.min(costs.miss)), float(np.min(costs.alarm))) / self.stakes.count
            found["cost"] = Quantity(lambda cuts: cuts.cost, costs.least, smallest / 2)
            for name, cut in self._references().items():
                found[name] = Quantity(_less_than(int(np.searchsorted(starts, cut))))
            if costs.rows is not None:
                found[_OWN] = Quantity(lambda cuts: cuts.own_cost - cuts.cost)
        if self.goal in MEASURES.values():
            found["score"] = Quantity(self.goal.value)
        return found

    @cached_property
    def interval(self) -> Estimate:
        """The threshold with its interval."""
        stakes = self.stakes
        value = stakes.threshold(self.cut)
        reason = self._few_clusters or self._no_interval()
        if reason:
            return without_interval(value, self.level, reason)
        edges = [
            (limit, limit.edge_cuts(stakes, self.rows, edge, self.level))
            for limit in self.limits
            if (edge := limit.edge(stakes.cuts)) is not None
        ]
        first, last = clipped(self._own_range, edges)
        first, last = min(first, self.cut), max(last, self.cut)
        if first == 0 and last == stakes.p.size:
            return without_interval(
                value, self.level, "the rows do not tell any threshold from acting on all or none"
            )
        return Estimate(
            value=value,
            low=float(stakes.p[first - 1]) if first else 0.0,
            high=float(stakes.p[last]) if last < stakes.p.size else max(value, 1.0),
            level=self.level,
            method="score test of the condition" if self.binding else "isotonic likelihood ratio",
        )

    @property
    def _own_range(self) -> tuple[int, int]:
        """Cuts that may be best without conditions."""
        if self.goal is MOST_FOUND:  # rows below the last event are left, but in truth events go on below it
            return 0, 0
        if self.goal is FEWEST_CALLED:
            return self.stakes.p.size, self.stakes.p.size
        even = None
        if self.goal.break_even is not None:
            even = self.goal.break_even(self.worth["score"].value, self.stakes.prevalence)
        return crossing(self.rows, self.stakes, self.cut, even).cuts(self.level)

    def _no_interval(self) -> str:
        if not self.feasible:
            return "no threshold meets the conditions"
        if self.goal in MEASURES.values() and self.goal.break_even is None:
            return f"none is known to hold for the best of {self.goal.name}"
        if self.goal.break_even is not None and self.goal.by_value and self.worth["score"].low is None:
            return f"the value of {self.goal.name}, which it depends on, is not known well enough"
        precise = self.binding and any(limit.kind == "precision" for limit in self.limits)
        if precise and float(self.stakes.cuts.called[self.cut]) < FEWEST_CALLED_ROWS:
            return f"fewer than {FEWEST_CALLED_ROWS} rows are called, too few to hold a precision to a bound"
        return ""

    def _agrees(self, threshold: Estimate) -> bool | None:
        """Whether the closed form may be the best threshold in truth; None where that is not the question."""
        closed = self.closed_form
        if closed is None or self.goal is not LEAST_COST or self.binding or not self.feasible:
            return None
        if threshold.low is None or threshold.high is None:
            return None
        return threshold.low <= closed <= threshold.high

    def _notes(self, threshold: Estimate) -> list[str]:
        notes = []
        names = " and ".join(limit.words for limit in self.limits)
        if not self.feasible:
            notes.append(f"No threshold meets {names}: the nearest is {threshold.value:.3g}.")
        elif self.binding:
            free = self.stakes.threshold(int(best_cut(self.goal.value(self.stakes.cuts))))
            if self.goal not in (MOST_FOUND, FEWEST_CALLED):
                notes.append(f"Without {names} the threshold would be {free:.3g}.")
        if self.cut == self.stakes.p.size:
            notes.append("It is best to act on none of these rows.")
        elif self.cut == 0:
            notes.append("It is best to act on all of these rows.")
        if self._agrees(threshold) is False:
            notes.append(
                f"The closed form, {self.closed_form:.3g}, is best for calibrated probabilities and lies outside the "
                "interval: these are not calibrated there. Calibrate them, or use this threshold."
            )
        return notes


def _less_than(cut: int) -> Callable[[Cuts], Array]:
    """Return what every cut saves against one of them."""
    return lambda cuts: cuts.cost[..., cut : cut + 1] - cuts.cost


def _mean_costs(costs: CostMatrix, rows: Rows) -> Costs:
    def mean(value: Cost) -> float:
        return float(np.average(value, weights=rows.weights)) if isinstance(value, np.ndarray) else value

    return Costs(
        false_positive=mean(costs.false_positive),
        false_negative=mean(costs.false_negative),
        true_positive=mean(costs.true_positive),
        true_negative=mean(costs.true_negative),
    )
