"""Which threshold is best for given rows, how well they tell, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, normal_quantile
from ogive.decisions.choice import Choice
from ogive.decisions.costs import CostMatrix
from ogive.decisions.goals import FEWEST_CALLED, LEAST_COST, MOST_FOUND, Goal, measure
from ogive.decisions.limits import Limit, limits_of
from ogive.decisions.records import LabelThresholds, ThresholdChoice
from ogive.decisions.stakes import read
from ogive.metrics import SamplingWeights


def choose_threshold(  # noqa: PLR0913  (each condition is a parameter that reads aloud)
    y: ArrayLike,
    p: ArrayLike,
    cost: CostMatrix | None = None,
    sample_weight: ArrayLike | SamplingWeights | None = None,
    *,
    maximise: str | None = None,
    precision_at_least: float | None = None,
    recall_at_least: float | None = None,
    false_positive_rate_at_most: float | None = None,
    at_most: float | None = None,
    days: float | None = None,
    level: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
    clusters: ArrayLike | None = None,
) -> ThresholdChoice:
    """Choose the threshold that is best for these rows, with its interval and what it is worth.

    What is best: the least cost, the largest `maximise`, or, with conditions alone, the most events found (with
    `recall_at_least` alone the fewest rows called). Among equally good thresholds the highest is taken. Where no
    threshold meets all conditions it is the one that misses them least, and the result says so.

    **The threshold.** Its interval holds the best threshold of the population. For costs, F, kappa and Youden's index
    it is that of the crossing of an increasing function, by likelihood ratio (Banerjee and Wellner 2005), because the
    best threshold moves with the cube root of the number of rows, for which the bootstrap does not hold. For a
    condition that binds it is that of a share, by score test. It assumes that a larger p does not mean a smaller
    probability of the event. For Matthews' correlation none is known to hold.

    **The money.** The rows that choose a threshold flatter it. Replicates choose anew, which shows by how much; cost
    and savings are those that new rows may be expected to have at the chosen threshold.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1, calibrated or not.
    cost : CostMatrix, optional
        Costs of right and wrong decisions, for all rows or one a row.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    maximise : str, optional
        "f1", "f2", "f0.5", "kappa", "matthews" or "youden"; costs, if given, then only price the choice.
    precision_at_least, recall_at_least, false_positive_rate_at_most : float, optional
        Conditions on the rows at hand.
    at_most : float, optional
        Most rows to call: from 1 on a number among these rows, below 1 a share of them.
    days : float, optional
        How many days these rows come from: `at_most` is then a number a day, on average.
    level : float
        Of the intervals.
    replicates : int
        Of the bootstrap behind the money; 0 for none.
    seed : int
        Of the replicates: same seed, same bits.
    clusters : array of shape (n,), optional
        Rows of one value (a patient, a customer) belong together.

    Raises
    ------
    InputError
        Where an input is not usable, only one class occurs, or nothing says what is best.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.decisions import CostMatrix, choose_threshold
    >>> rng = np.random.default_rng(1)
    >>> p = rng.beta(1, 6, 2000)
    >>> y = rng.random(2000) < p
    >>> choice = choose_threshold(y, p, CostMatrix(false_positive=1, false_negative=9))
    >>> choice.threshold, choice.closed_form, choice.agrees
    (0.14 (0.08 – 0.17), 0.1, True)
    """
    normal_quantile(level)
    rows, stakes = read(y, p, sample_weight, cost, clusters)
    limits = limits_of(
        stakes, precision_at_least, recall_at_least, false_positive_rate_at_most, at_most, days
    )
    goal = _goal(cost, maximise, limits)
    return Choice(rows, stakes, goal, limits, level, replicates, seed).record()


def choose_thresholds(
    y: ArrayLike,
    p: ArrayLike,
    cost: CostMatrix | Sequence[CostMatrix] | None = None,
    sample_weight: ArrayLike | SamplingWeights | None = None,
    *,
    labels: Sequence[str] | None = None,
    **options: Any,
) -> LabelThresholds:
    """Choose a threshold for each label of rows that may have several.

    Parameters
    ----------
    y : array of shape (n, labels)
        Whether each label applies, 0 or 1.
    p : array of shape (n, labels)
        Its probability.
    cost : CostMatrix or sequence of CostMatrix, optional
        For all labels, or one a label.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    labels : sequence of str, optional
        Names of the labels; their numbers otherwise.
    **options
        Of `choose_threshold`, the same for all labels.

    Raises
    ------
    InputError
        Where an input is not usable; the message names the label.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.decisions import choose_thresholds
    >>> rng = np.random.default_rng(1)
    >>> p = np.column_stack([rng.beta(1, 6, 2000), rng.beta(2, 2, 2000)])
    >>> y = rng.random(p.shape) < p
    >>> choose_thresholds(y, p, maximise="f1", labels=["rain", "wind"])
    rain  0.20 (0.14 – 0.29)
    wind  0.32 (0.28 – 0.45)
    """
    outcomes, probabilities = np.asarray(y), np.asarray(p)
    if outcomes.ndim != 2 or outcomes.shape != probabilities.shape:
        raise InputError(
            f"y and p must have the same two dimensions; got {outcomes.shape} and {probabilities.shape}.",
            "pass one column a label; for one label alone use choose_threshold",
        )
    count = outcomes.shape[1]
    names = tuple(labels) if labels is not None else tuple(map(str, range(count)))
    costs = tuple(cost) if isinstance(cost, Sequence) else (cost,) * count
    if not len(names) == len(costs) == count:
        raise InputError(
            f"there are {count} labels, {len(names)} names and {len(costs)} cost matrices.",
            "pass one of each a label",
        )
    choices = []
    for name, own, outcome, probability in zip(names, costs, outcomes.T, probabilities.T, strict=True):
        try:
            choices.append(choose_threshold(outcome, probability, own, sample_weight, **options))
        except InputError as error:
            raise InputError(f"label {name}: {error.problem}", error.remedies) from None
    return LabelThresholds(labels=names, choices=tuple(choices))


def _goal(cost: CostMatrix | None, maximise: str | None, limits: tuple[Limit, ...]) -> Goal:
    """Return what is to be made best."""
    if maximise is not None:
        return measure(maximise)
    if cost is not None:
        return LEAST_COST
    if not limits:
        raise InputError(
            "nothing says which threshold is best.",
            [
                "pass what decisions cost: CostMatrix(false_positive=1, false_negative=20)",
                "or a measure: maximise='f1'",
                "or a condition: precision_at_least=0.8",
            ],
        )
    return FEWEST_CALLED if all(limit.kind == "recall" for limit in limits) else MOST_FOUND
