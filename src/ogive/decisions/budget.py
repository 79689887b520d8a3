"""Whom to act on where a budget runs out: rows by what they bring for what they cost."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import (
    Estimate,
    InputError,
    Record,
    Vector,
    as_vector,
    check_binary,
    check_finite,
    check_same_length,
    student_quantile,
)
from ogive.metrics import without_interval

# Rows acted on below which what they brought has no interval.
_FEWEST = 20


class BudgetPlan(Record, frozen=True, kw_only=True):
    """Rows to act on, and what that is expected to bring.

    Attributes
    ----------
    chosen : tuple of int
        Numbers of the rows, counted from 0, the best first.
    spent : float
        What they take from the budget.
    expected : float
        Sum of probability x value.
    possible : float
        What no choice within the budget exceeds: that of the rows up to the first that does not fit, and of the part
        of it that does. With equal costs the choice itself is the best.
    gained : Estimate or None
        What the rows brought, where outcomes are known, with the interval of what as many such rows would bring.
    """

    chosen: tuple[int, ...]
    spent: float
    expected: float
    possible: float
    gained: Estimate | None

    def __repr__(self) -> str:
        lines = [
            f"act on {len(self.chosen):,} rows for {self.spent:,.6g}: expected to bring {self.expected:,.6g}"
        ]
        if self.gained is not None:
            lines.append(f"  they brought {self.gained}")
        return "\n".join(lines)


def rank_by_value(
    p: ArrayLike,
    value: ArrayLike,
    *,
    budget: float,
    cost: ArrayLike = 1.0,
    y: ArrayLike | None = None,
    level: float = 0.95,
) -> BudgetPlan:
    """Choose rows to act on by probability x value, for what each takes from the budget.

    Rows are taken in the order of probability x value / cost as long as they fit; those that do not are passed over.
    With equal costs no choice brings more; otherwise it falls short of the best by less than the first row passed over
    would bring (Dantzig 1957), and `possible` says what that can be at most. Rows that bring nothing are left. Equal
    rows are taken in their order.

    Parameters
    ----------
    p : array of shape (n,)
        Calibrated probabilities that acting on the row succeeds.
    value : float or array of shape (n,)
        What a success brings, in any unit.
    budget : float
        What may be spent.
    cost : float or array of shape (n,)
        What acting on a row takes from the budget, in its unit (money, calls, hours); with 1 the budget is a number of
        rows.
    y : array of shape (n,), optional
        Outcomes, 0 or 1, where they are known.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.decisions import rank_by_value
    >>> rank_by_value([0.9, 0.2, 0.5], [10, 80, 30], budget=2).chosen
    (1, 2)
    """
    chance = as_vector(p, "p")
    check_finite(chance, "p")
    if (chance < 0).any() or (chance > 1).any():
        raise InputError("p must lie between 0 and 1.", "turn scores into probabilities first")
    worth = chance * _each(value, "value", chance)
    price = _each(cost, "cost", chance)
    if (price <= 0).any():
        raise InputError(
            f"cost must be above 0; it is not in {(price <= 0).sum()} of {price.size} rows.",
            "leave out rows that cost nothing: act on them in any case",
        )
    if not budget > 0:
        raise InputError(f"budget must be above 0; got {budget:g}.", "in the unit of the costs")
    chosen, possible = _greedy(worth, price, float(budget))
    return BudgetPlan(
        chosen=tuple(chosen.tolist()),
        spent=float(price[chosen].sum()),
        expected=float(worth[chosen].sum()),
        possible=possible,
        gained=None if y is None else _gained(y, _each(value, "value", chance), chosen, level),
    )


def _greedy(worth: Vector, price: Vector, budget: float) -> tuple[NDArray[np.intp], float]:
    """Return the rows taken, and the value with a part of the first that does not fit."""
    order = np.argsort(-(worth / price), kind="stable")
    order = order[worth[order] > 0]
    spent = np.cumsum(price[order])
    tolerance = 1e-12 * budget
    fits = int(np.searchsorted(spent, budget + tolerance, side="right"))
    left = budget - (float(spent[fits - 1]) if fits else 0.0)
    possible = float(worth[order[:fits]].sum())
    if fits < order.size:
        possible += float(worth[order[fits]] / price[order[fits]]) * max(left, 0.0)
    taken = order[:fits].tolist()
    for row in order[fits:][price[order[fits:]] <= left + tolerance].tolist():
        if price[row] <= left + tolerance:
            taken.append(row)
            left -= price[row]
    return np.array(taken, dtype=np.intp), possible


def _gained(y: ArrayLike, value: Vector, chosen: NDArray[np.intp], level: float) -> Estimate:
    outcome = as_vector(y, "y")
    check_same_length(outcome, value, "y")
    check_finite(outcome, "y")
    check_binary(outcome)
    brought, count = (outcome * value)[chosen], chosen.size
    total = float(brought.sum())
    hits = int(np.count_nonzero(outcome[chosen]))
    if min(hits, count - hits) < _FEWEST:
        return without_interval(
            total, level, f"fewer than {_FEWEST} successes or failures among the rows acted on"
        )
    half = student_quantile(level, count - 1) * math.sqrt(count) * float(brought.std(ddof=1))
    return Estimate(
        value=total, low=total - half, high=total + half, level=level, method="mean ± t standard errors"
    )


def _each(values: ArrayLike, name: str, like: Vector) -> Vector:
    vector = as_vector(np.broadcast_to(values, like.shape) if np.ndim(values) == 0 else values, name)
    check_same_length(vector, like, name)
    check_finite(vector, name)
    return vector
