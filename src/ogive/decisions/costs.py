"""What decisions cost, and the threshold that follows from the costs alone when probabilities are calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, Vector, as_vector, check_finite

# One number for all rows, or one a row.
Cost: TypeAlias = float | Vector

_NAMES = ("false_positive", "false_negative", "true_positive", "true_negative")


@dataclass(frozen=True, init=False, eq=False)
class CostMatrix:
    """Costs of the four outcomes of a decision, in any unit; a gain is a negative cost.

    Acting on a row of probability p is expected to cost p c_TP + (1 - p) c_FP, leaving it p c_FN + (1 - p) c_TN. Acting
    is cheaper from

        p = (c_FP - c_TN) / (c_FP - c_TN + c_FN - c_TP)

    on (Elkan 2001), whatever the prevalence: c_FP / (c_FP + c_FN) where right decisions cost nothing. Only the ratio of
    what the two mistakes cost more than the right decisions counts.

    Parameters
    ----------
    false_positive : float or array of shape (n,)
        Cost of acting on a row without the event; with an array, of each row.
    false_negative : float or array of shape (n,)
        Cost of leaving a row with the event.
    true_positive, true_negative : float or array of shape (n,)
        Costs of right decisions.

    Raises
    ------
    InputError
        Where a cost is not a number, lengths differ, or a mistake does not cost more than the right decision.

    Examples
    --------
    >>> from ogive.decisions import CostMatrix
    >>> round(CostMatrix(false_positive=1, false_negative=20).threshold, 4)
    0.0476
    >>> CostMatrix(false_positive=5, false_negative=[45, 15, 5]).threshold
    array([0.1 , 0.25, 0.5 ])
    """

    false_positive: Cost
    false_negative: Cost
    true_positive: Cost
    true_negative: Cost

    def __init__(
        self,
        *,
        false_positive: ArrayLike,
        false_negative: ArrayLike,
        true_positive: ArrayLike = 0.0,
        true_negative: ArrayLike = 0.0,
    ) -> None:
        given = (false_positive, false_negative, true_positive, true_negative)
        for name, value in zip(_NAMES, given, strict=True):
            object.__setattr__(self, name, _number(value, name))
        lengths = {np.size(value) for value in self._all if np.ndim(value)}
        if len(lengths) > 1:
            raise InputError(
                f"costs of each row must be as many as there are rows; got {sorted(lengths)}.",
                "pass one number for all rows, or one a row",
            )
        _dearer(
            self.alarm, "acting on a row without the event (false_positive)", "leaving it (true_negative)"
        )
        _dearer(self.miss, "leaving a row with the event (false_negative)", "acting on it (true_positive)")

    @property
    def alarm(self) -> Cost:
        """What acting on a row without the event costs more than leaving it."""
        return self.false_positive - self.true_negative

    @property
    def miss(self) -> Cost:
        """What leaving a row with the event costs more than acting on it."""
        return self.false_negative - self.true_positive

    @property
    def rows(self) -> int | None:
        """Number of rows that have costs of their own; None where all share the same."""
        return next((np.size(value) for value in self._all if np.ndim(value)), None)

    @property
    def threshold(self) -> Cost:
        """Probability from which on acting is cheaper; one a row where costs differ by row."""
        return 1 / (1 + self.miss / self.alarm)

    @property
    def least(self) -> float:
        """The smallest cost that a decision can have."""
        return min(float(np.min(value)) for value in self._all)

    @property
    def _all(self) -> tuple[Cost, ...]:
        return self.false_positive, self.false_negative, self.true_positive, self.true_negative


def optimal_threshold(cost: CostMatrix) -> Cost:
    """Return the probability from which on acting is cheaper, if probabilities are calibrated.

    Parameters
    ----------
    cost : CostMatrix
        One threshold for all rows, or one a row where costs differ by row.

    Examples
    --------
    >>> from ogive.decisions import CostMatrix, optimal_threshold
    >>> optimal_threshold(CostMatrix(false_positive=1, false_negative=4))
    0.2
    """
    return cost.threshold


class MulticlassCosts:
    """Costs of every action for every class: rows are classes, columns are actions.

    Actions are mostly "treat as class k", but there may be others, such as passing a row to a person.

    Parameters
    ----------
    matrix : array of shape (classes, actions)
        Cost of an action where the class is the true one; a gain is a negative cost.
    actions : sequence of str, optional
        Names of the actions; their numbers otherwise.

    Raises
    ------
    InputError
        Where the matrix is not one of numbers with at least two classes and two actions.

    Examples
    --------
    >>> from ogive.decisions import MulticlassCosts
    >>> costs = MulticlassCosts([[0, 4, 1], [10, 0, 1]], actions=["healthy", "ill", "ask"])
    >>> costs.decide([[0.95, 0.05], [0.6, 0.4], [0.1, 0.9]])
    array([0, 2, 1])
    """

    def __init__(self, matrix: ArrayLike, *, actions: Sequence[str] | None = None) -> None:
        self.matrix = _matrix(matrix)
        classes, count = self.matrix.shape
        if classes < 2 or count < 2:
            raise InputError(
                f"a cost matrix needs at least two classes and two actions; got shape {self.matrix.shape}.",
                "rows are classes and columns are actions",
            )
        self.actions = tuple(actions) if actions is not None else tuple(str(k) for k in range(count))
        if len(self.actions) != count:
            raise InputError(
                f"the cost matrix has {count} actions and {len(self.actions)} names.", "name each column"
            )

    def expected(self, p: ArrayLike) -> NDArray[np.float64]:
        """Return the expected cost of each action, shape (n, actions), for probabilities of shape (n, classes)."""
        # einsum without a path calls no BLAS, whose sums may depend on the number of threads.
        return np.asarray(np.einsum("nk,ka->na", self.probabilities(p), self.matrix))

    def decide(self, p: ArrayLike) -> NDArray[np.intp]:
        """Return the number of the action of least expected cost of each row; of equal ones the first."""
        return np.asarray(np.argmin(self.expected(p), axis=1))

    def probabilities(self, p: ArrayLike) -> NDArray[np.float64]:
        """Check probabilities of shape (n, classes): finite, between 0 and 1, one row adding up to 1."""
        values, classes = _matrix(p, "p"), self.matrix.shape[0]
        if values.shape[1] != classes:
            raise InputError(
                f"p has {values.shape[1]} columns and the cost matrix {classes} classes.",
                "pass one column a class, in the order of the rows of the cost matrix",
            )
        if (values < 0).any() or (values > 1).any():
            raise InputError("p must lie between 0 and 1.", "turn scores into probabilities first")
        off = np.abs(values.sum(axis=1) - 1) > 1e-6
        if off.any():
            raise InputError(
                f"the probabilities of {off.sum()} of {off.size} rows do not add up to 1.",
                "divide each row by its sum, or use one threshold a label if labels may occur together",
            )
        return values


def _number(value: ArrayLike, name: str) -> Cost:
    vector = as_vector(np.atleast_1d(np.asarray(value)), name)
    check_finite(vector, name)
    return vector if np.ndim(value) else float(vector[0])


def _dearer(more: Cost, wrong: str, right: str) -> None:
    cheap = np.atleast_1d(more) <= 0
    if cheap.any():
        where = f" in {cheap.sum()} of {cheap.size} rows" if cheap.size > 1 else ""
        raise InputError(
            f"{wrong} must cost more than {right}; it does not{where}.",
            [
                "write gains as negative costs: a find that earns 5 is true_positive=-5",
                "where acting pays in any case, or never, no threshold is needed",
            ],
        )


def _matrix(values: ArrayLike, name: str = "the cost matrix") -> NDArray[np.float64]:
    try:
        matrix = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be numbers.", "convert it to an array of float") from None
    if matrix.ndim != 2 or matrix.size == 0:
        raise InputError(
            f"{name} must have two dimensions; got shape {matrix.shape}.", "pass rows of numbers"
        )
    check_finite(matrix.ravel(), name)
    return matrix
