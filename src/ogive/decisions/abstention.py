"""When to pass a row to a person: where a review is cheaper than either decision."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import Estimate, InputError, Record, normal_quantile
from ogive.decisions.costs import Cost, CostMatrix
from ogive.decisions.shares import Cell, mean_of
from ogive.metrics import Forecasts, SamplingWeights, forecasts, without_interval

Mask = NDArray[np.bool_]


class Abstention(Record, frozen=True, kw_only=True):
    """A zone of probabilities whose rows are passed to a person, and what that brings.

    Attributes
    ----------
    low, high : float or None
        A row is passed on where low <= p <= high; None where the zone is empty.
    threshold : float
        Of the decision on the other rows, and on all rows without the zone: the closed form.
    cost_of_review : float
    passed : Estimate
        Share of the rows in the zone.
    cost_with, cost_without : Estimate
        Cost of a row on average, reviews included.
    saving : Estimate
        cost_without - cost_with.
    count : float
        Rows (sum of weights).
    level : float
        Of all intervals.
    """

    low: float | None
    high: float | None
    threshold: float
    cost_of_review: float
    passed: Estimate
    cost_with: Estimate
    cost_without: Estimate
    saving: Estimate
    count: float
    level: float

    def __repr__(self) -> str:
        zone = "no row" if self.low is None else f"rows from {self.low:.3g} to {self.high:.3g}"
        return "\n".join(
            [
                f"pass {zone} to a person: share {self.passed} of {self.count:,.0f} rows",
                f"  cost of a row    {self.cost_with}",
                f"  without reviews  {self.cost_without}",
                f"  saves            {self.saving} a row",
            ]
        )


def abstain(
    y: ArrayLike,
    p: ArrayLike,
    cost: CostMatrix,
    sample_weight: ArrayLike | SamplingWeights | None = None,
    *,
    cost_of_review: float,
    at_most: float | None = None,
    level: float = 0.95,
) -> Abstention:
    """Find the probabilities for which a review is cheaper than acting and than leaving (Chow 1970).

    Acting on a row of calibrated probability p costs p c_TP + (1 - p) c_FP, leaving it p c_FN + (1 - p) c_TN. A
    review at cost r, its own mistakes included, is cheaper than both from (r - c_TN) / (c_FN - c_TN) to
    (c_FP - r) / (c_FP - c_TP). Where fewer rows can be reviewed, those are passed on of which a review saves most,
    which is a smaller zone.

    The zone follows from the costs, not from the outcomes: the outcomes tell what it is worth.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Calibrated probabilities of 1.
    cost : CostMatrix
        The same for all rows.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    cost_of_review : float
        Of one row, in the unit of the costs.
    at_most : float, optional
        Most rows that can be reviewed: from 1 on a number among these rows, below 1 a share of them.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        Where an input is not usable, or costs differ by row.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.decisions import CostMatrix, abstain
    >>> rng = np.random.default_rng(1)
    >>> p = rng.beta(1, 2, 5000)
    >>> y = rng.random(5000) < p
    >>> abstain(y, p, CostMatrix(false_positive=5, false_negative=10), cost_of_review=1)
    pass rows from 0.1 to 0.8 to a person: share 0.77 (0.76 – 0.78) of 5,000 rows
      cost of a row    0.90 (0.87 – 0.93)
      without reviews  1.82 (1.74 – 1.91)
      saves            0.92 (0.84 – 1.01) a row
    """
    normal_quantile(level)
    _usable(cost, cost_of_review)
    table = forecasts(y, p, sample_weight)
    low, high = _ends(cost, cost_of_review)
    if at_most is not None:
        low, high = _most_useful(table, cost, cost_of_review, at_most)
    zone = (low, high) if low <= high else None
    cells, review = _Cells(table, cost, zone), float(cost_of_review)
    if zone is None:
        nothing = without_interval(0.0, level, "the zone is empty")
        without = mean_of(cells.decided(~cells.inside), level)
        passed, with_zone, saving = nothing, without, nothing
    else:
        outside = [] if zone == (0.0, 1.0) else [~cells.inside]
        rest = [cell for where in outside for cell in cells.decided(where)]
        without = mean_of([*cells.decided(cells.inside), *rest], level)
        with_zone = mean_of([*cells.of(cells.inside, review, review), *rest], level)
        same = [cell for where in outside for cell in cells.of(where, 0.0, 0.0)]
        saving = mean_of([*cells.decided(cells.inside, review), *same], level)
        passed = mean_of([*cells.of(cells.inside, 1.0, 1.0), *same], level)
    return Abstention(
        low=None if zone is None else low,
        high=None if zone is None else high,
        threshold=float(cost.threshold),
        cost_of_review=review,
        passed=passed,
        cost_with=with_zone,
        cost_without=without,
        saving=saving,
        count=table.count,
        level=level,
    )


class _Cells:
    """Cells of a mean over the rows of a table."""

    def __init__(self, table: Forecasts, cost: CostMatrix, zone: tuple[float, float] | None) -> None:
        self.table, self.cost = table, cost
        self.acted: Mask = table.p >= cost.threshold
        low, high = zone or (2.0, -1.0)
        self.inside: Mask = (table.p >= low) & (table.p <= high)

    def of(self, where: Mask, event: Cost, nonevent: Cost) -> list[Cell]:
        """Return the events and the non-events of some probabilities with their values."""
        table, spread = self.table, self.table.spread
        return [
            Cell(float(event), float(table.events[where].sum()), float(spread.events[where].sum())),
            Cell(float(nonevent), float(table.nonevents[where].sum()), float(spread.nonevents[where].sum())),
        ]

    def decided(self, where: Mask, less: float = 0.0) -> list[Cell]:
        """Return cells whose value is the cost of deciding without a review, less something."""
        cost = self.cost
        act = self.of(where & self.acted, cost.true_positive - less, cost.false_positive - less)
        return act + self.of(where & ~self.acted, cost.false_negative - less, cost.true_negative - less)


def _usable(cost: CostMatrix, cost_of_review: float) -> None:
    if cost.rows is not None:
        raise InputError("a zone needs costs that are the same for all rows.", "pass numbers, not arrays")
    if not np.isfinite(cost_of_review):
        raise InputError(
            f"cost_of_review must be a number; got {cost_of_review}.", "in the unit of the costs"
        )
    if not (cost.false_negative > cost.true_negative and cost.false_positive > cost.true_positive):
        raise InputError(
            "a mistake must cost more than either right decision, or reviews are wanted at an end and not in between.",
            "check the costs",
        )


def _ends(cost: CostMatrix, review: float) -> tuple[float, float]:
    """Return the ends of the zone; the first lies above the second where it is empty."""
    low = (review - cost.true_negative) / (cost.false_negative - cost.true_negative)
    high = (cost.false_positive - review) / (cost.false_positive - cost.true_positive)
    return max(float(low), 0.0), min(float(high), 1.0)


def _most_useful(table: Forecasts, cost: CostMatrix, review: float, at_most: float) -> tuple[float, float]:
    """Return the ends of the zone of the rows of which a review saves most, as many as can be reviewed.

    What it saves is the smaller of two straight lines less the review, so these rows lie side by side.
    """
    if not at_most > 0:
        raise InputError(f"at_most must be above 0; got {at_most:g}.", "pass rows, or a share below 1")
    act = table.p * cost.true_positive + (1 - table.p) * cost.false_positive
    leave = table.p * cost.false_negative + (1 - table.p) * cost.true_negative
    saves = np.minimum(act, leave) - review
    order = np.argsort(-saves, kind="stable")
    room = at_most * table.count if at_most < 1 else at_most
    fits = np.cumsum(table.weight[order]) <= room * (1 + 1e-12)
    zone = table.p[order[: int(np.sum(fits & (saves[order] >= 0)))]]
    return (float(zone.min()), float(zone.max())) if zone.size else (1.0, 0.0)
