"""Decisions at one threshold against outcomes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import wilson
from ogive.metrics.records import Confusion


def confusion(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: ArrayLike | None = None,
    *,
    threshold: float = 0.5,
    level: float = 0.95,
) -> Confusion:
    """Count right and wrong decisions, where a row is called positive if p >= threshold.

    Sensitivity, specificity, precision and accuracy carry Wilson (1927) intervals, which keep their coverage
    for small counts and stay inside [0, 1].

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,), optional
        Frequencies.
    threshold : float
        Between 0 and 1.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import confusion
    >>> confusion([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9]).sensitivity
    0.75 (0.30 – 0.95)
    """
    return confusion_of(forecasts(y, p, sample_weight), threshold, level)


def confusion_of(table: Forecasts, threshold: float, level: float) -> Confusion:
    """Confusion table at a threshold."""
    if not 0 <= threshold <= 1:
        raise InputError(
            f"threshold must lie between 0 and 1; got {threshold:g}.", "use 0.5, or one from costs"
        )
    first = int(np.searchsorted(table.p, threshold, side="left"))
    tp, fp = float(table.events[first:].sum()), float(table.nonevents[first:].sum())
    fn, tn = float(table.events[:first].sum()), float(table.nonevents[:first].sum())
    return Confusion(
        threshold=float(threshold),
        true_positive=tp,
        false_positive=fp,
        true_negative=tn,
        false_negative=fn,
        sensitivity=_share(tp, tp + fn, level),
        specificity=_share(tn, tn + fp, level),
        precision=_share(tp, tp + fp, level),
        accuracy=wilson(tp + tn, tp + tn + fp + fn, level),
    )


def _share(hits: float, count: float, level: float) -> Estimate | None:
    return wilson(hits, count, level) if count > 0 else None
