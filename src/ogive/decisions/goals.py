"""What a threshold is chosen for: the least cost, or the best of a measure of decisions.

A measure that is a ratio of linear functions of the true and the false positives grows by calling a row exactly when
the event is more probable there than some break-even probability, which depends on the value of the measure alone. At
the best threshold the calibrated probability of the event is that break-even; its interval follows from this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ogive._base import InputError
from ogive.decisions.stakes import Array, Cuts


@dataclass(frozen=True)
class Goal:
    """What to make as large as possible.

    Attributes
    ----------
    name : str
    value : function of Cuts
        The measure at every cut.
    break_even : function of the best value and the prevalence, or None
        Probability of the event at the best threshold; None where none follows.
    by_value : bool
        Whether it depends on the value.
    """

    name: str
    value: Callable[[Cuts], Array]
    break_even: Callable[[float, float], float] | None = None
    by_value: bool = True


def _f(beta: float) -> Goal:
    """F-beta: with b = beta², F = (1 + b) TP / (called + b positive), so calling pays from F / (1 + b) on."""
    b = beta**2
    return Goal(
        f"f{beta:g}",
        lambda cuts: (1 + b) * cuts.tp / (cuts.called + b * cuts.positive),
        lambda value, prevalence: value / (1 + b),
    )


def _youden(cuts: Cuts) -> Array:
    """Sensitivity + specificity - 1: an event adds 1 / positive, a non-event takes 1 / negative."""
    return cuts.tp / cuts.positive - cuts.fp / cuts.negative


def _kappa(cuts: Cuts) -> Array:
    """Cohen's kappa, 2 (TP negative - FP positive) / (called negative + left positive)."""
    left = cuts.count - cuts.called
    wins = cuts.tp * cuts.negative - cuts.fp * cuts.positive
    return 2 * wins / (cuts.called * cuts.negative + left * cuts.positive)


def _matthews(cuts: Cuts) -> Array:
    """Matthews' correlation; 0 where all rows are called or none."""
    left = cuts.count - cuts.called
    wins = cuts.tp * cuts.negative - cuts.fp * cuts.positive
    squared = np.maximum(cuts.called * left, 0.0) * cuts.positive * cuts.negative
    return np.asarray(wins / np.sqrt(np.where(squared > 0, squared, np.inf)))


MEASURES = {
    goal.name: goal
    for goal in (
        _f(1.0),
        _f(2.0),
        _f(0.5),
        Goal("youden", _youden, lambda value, prevalence: prevalence, by_value=False),
        # Differentiate numerator - value * denominator in TP and in FP.
        Goal("kappa", _kappa, lambda value, prevalence: prevalence + value * (0.5 - prevalence)),
        Goal("matthews", _matthews),
    )
}
LEAST_COST = Goal("least cost", lambda cuts: -cuts.cost)
MOST_FOUND = Goal("most events found", lambda cuts: cuts.tp)
FEWEST_CALLED = Goal("fewest rows called", lambda cuts: -cuts.called)


def measure(name: str) -> Goal:
    """Return the goal of a name."""
    if name not in MEASURES:
        raise InputError(
            f"there is no measure {name!r} to maximise.",
            [
                f"use one of {', '.join(MEASURES)}",
                "accuracy is least cost with equal costs, balanced accuracy is 'youden'",
            ],
        )
    return MEASURES[name]


def best_cut(value: Array, allowed: Array | None = None, shortfall: Array | None = None) -> np.ndarray:
    """Return the last cut of largest value along the last axis, among those allowed.

    Where none is allowed it is the one of least shortfall. Values that differ by rounding alone are equal, so that
    scaling costs decides no tie.
    """
    if allowed is not None and shortfall is not None:
        value = np.where(allowed, value, -np.inf)
        none = ~allowed.any(axis=-1, keepdims=True)
        value = np.where(none, -shortfall, value)
    best = value.max(axis=-1, keepdims=True)
    size = np.abs(np.where(np.isfinite(value), value, 0.0)).max(axis=-1, keepdims=True)
    ties = value >= best - 1e-12 * size
    return np.asarray(value.shape[-1] - 1 - np.argmax(ties[..., ::-1], axis=-1))
