"""Decisions among several actions for several classes, and what they cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import (
    Estimate,
    InputError,
    Record,
    Vector,
    as_vector,
    check_finite,
    check_same_length,
    check_weights,
    normal_quantile,
)
from ogive.decisions.costs import MulticlassCosts
from ogive.decisions.shares import Cell, mean_of
from ogive.decisions.stakes import Array, Codes
from ogive.metrics import SamplingWeights


class MulticlassDecisions(Record, frozen=True, kw_only=True):
    """What deciding by least expected cost came to.

    Attributes
    ----------
    actions : tuple of str
    counts : tuple of tuple of float
        Rows (sums of weights) by class and action.
    cost : Estimate
        Of a row on average.
    best_fixed : str
        The action that would have cost least if it had been taken for all rows.
    saving_over_fixed : Estimate
        What deciding costs less than it, a row on average.
    saving_over_likeliest : Estimate or None
        What deciding costs less than taking the most probable class; None where actions are not classes.
    count : float
        Rows (sum of weights).
    level : float
        Of all intervals.
    """

    actions: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]
    cost: Estimate
    best_fixed: str
    saving_over_fixed: Estimate
    saving_over_likeliest: Estimate | None
    count: float
    level: float

    def __repr__(self) -> str:
        lines = [
            f"{self.count:,.0f} rows decided by least expected cost",
            f"  cost of a row  {self.cost}",
            f"  saves {self.saving_over_fixed} a row against {self.best_fixed} for all",
        ]
        if self.saving_over_likeliest is not None:
            lines.append(f"  saves {self.saving_over_likeliest} a row against the most probable class")
        return "\n".join(lines)


def judge_decisions(
    y: ArrayLike,
    p: ArrayLike,
    costs: MulticlassCosts,
    sample_weight: ArrayLike | SamplingWeights | None = None,
    *,
    level: float = 0.95,
) -> MulticlassDecisions:
    """Judge the decisions of least expected cost by what happened.

    Parameters
    ----------
    y : array of shape (n,)
        Classes as numbers, counted from 0 in the order of the rows of the cost matrix.
    p : array of shape (n, classes)
        Calibrated probabilities.
    costs : MulticlassCosts
        Of every action for every class.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.decisions import MulticlassCosts, judge_decisions
    >>> rng = np.random.default_rng(1)
    >>> p = rng.dirichlet([1, 1, 1], 2000)
    >>> y = (rng.random((2000, 1)) > p.cumsum(axis=1)).sum(axis=1)
    >>> judge_decisions(y, p, MulticlassCosts([[0, 1, 9], [1, 0, 9], [1, 1, 0]]))
    2,000 rows decided by least expected cost
      cost of a row  0.49 (0.47 – 0.52)
      saves 0.15 (0.12 – 0.18) a row against 1 for all
      saves 1.04 (0.92 – 1.19) a row against the most probable class
    """
    normal_quantile(level)
    probabilities = costs.probabilities(p)
    classes, actions = costs.matrix.shape
    happened = _classes(y, probabilities, classes)
    weight, squares = _weights(sample_weight, happened)
    likeliest = probabilities.argmax(axis=1)
    # Rows of one action and one most probable class share what their decisions cost for each class.
    pairs, kind = np.unique(costs.decide(probabilities) * classes + likeliest, return_inverse=True)
    action, top = np.divmod(pairs, classes)
    cell = happened * pairs.size + kind
    rows, spread = (
        np.bincount(cell, column, classes * pairs.size).reshape(classes, -1) for column in (weight, squares)
    )

    def mean(values: Array) -> Estimate:
        """Mean over the rows of a value for each class and kind."""
        columns = zip(*(column.ravel().tolist() for column in (values, rows, spread)), strict=True)
        return mean_of([Cell(*column) for column in columns], level)

    counts = np.stack([rows[:, action == k].sum(axis=1) for k in range(actions)], axis=1)
    fixed = int(np.argmin(np.sum(rows.sum(axis=1)[:, None] * costs.matrix, axis=0)))
    cost = costs.matrix[:, action]
    return MulticlassDecisions(
        actions=costs.actions,
        counts=tuple(tuple(row) for row in counts.tolist()),
        cost=mean(cost),
        best_fixed=costs.actions[fixed],
        saving_over_fixed=mean(costs.matrix[:, [fixed]] - cost),
        saving_over_likeliest=mean(costs.matrix[:, top] - cost) if classes == actions else None,
        count=float(weight.sum()),
        level=level,
    )


def _classes(y: ArrayLike, p: Vector, classes: int) -> Codes:
    values = as_vector(y, "y")
    check_finite(values, "y")
    if values.size != p.shape[0]:
        raise InputError(f"y has {values.size} values and p {p.shape[0]} rows.", "pass one class a row")
    codes = values.astype(np.intp)
    if (codes != values).any() or (codes < 0).any() or (codes >= classes).any():
        raise InputError(
            f"y must be whole numbers from 0 to {classes - 1}, one a class of the cost matrix.",
            "number the classes in the order of the rows of the matrix",
        )
    return codes


def _weights(sample_weight: ArrayLike | SamplingWeights | None, like: Codes) -> tuple[Vector, Vector]:
    """Return the weights and what they add to a variance."""
    sampled = isinstance(sample_weight, SamplingWeights)
    given = sample_weight.values if isinstance(sample_weight, SamplingWeights) else sample_weight
    if given is None:
        return np.ones(like.size), np.ones(like.size)
    weight = as_vector(given, "sample_weight")
    check_same_length(weight, like.astype(np.float64), "sample_weight")
    check_weights(weight)
    weight = weight * (np.count_nonzero(weight) / weight.sum()) if sampled else weight
    return weight, weight**2 if sampled else weight
