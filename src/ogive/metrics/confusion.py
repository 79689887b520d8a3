"""Decisions at one threshold against outcomes."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, SampleWeight
from ogive.metrics.cells import (
    Cells,
    balanced_accuracy_of,
    cells_of,
    f_of,
    kappa_of,
    matthews_of,
    share,
)
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.intervals import share_of
from ogive.metrics.records import Confusion


def confusion(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    threshold: float = 0.5,
    level: float = 0.95,
) -> Confusion:
    """Count right and wrong decisions, where a row is called positive if p >= threshold.

    Sensitivity, specificity, precision and accuracy carry Wilson (1927) intervals, which keep their coverage
    for small counts and stay inside [0, 1]; with up to two or three hits or misses, the limit of a Poisson count
    (Brown, Cai and DasGupta 2001).

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
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
    0.75 (0.30 – 0.99)
    """
    return confusion_of(forecasts(y, p, sample_weight), threshold, level)


def balanced_accuracy(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    threshold: float = 0.5,
    level: float = 0.95,
) -> Estimate:
    """Mean of sensitivity and specificity: 0.5 for decisions that know nothing, whatever the prevalence.

    The interval is made of the Wilson intervals of the two, which are independent (Zou and Donner 2008).


    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    threshold : float
        A row is called positive where p >= threshold.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import balanced_accuracy
    >>> balanced_accuracy([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.75 (0.43 – 0.92)
    """
    cells = cells_of(forecasts(y, p, sample_weight), threshold)
    return _defined(balanced_accuracy_of(cells, level), "balanced_accuracy", cells)


def f_beta(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    beta: float = 1.0,
    threshold: float = 0.5,
    level: float = 0.95,
) -> Estimate:
    """Weighted harmonic mean of precision and recall, of which recall counts beta times as much (van Rijsbergen 1979).

    It grows with the share of true positives among true positives and errors, whose Wilson interval gives its own.
    It says nothing of true negatives.


    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    beta : float
        1 is the F1 score; 0 is precision, and large values are recall.
    threshold : float
        A row is called positive where p >= threshold.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable, or no row is an event or called positive.

    Examples
    --------
    >>> from ogive.metrics import f_beta
    >>> f_beta([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.75 (0.37 – 0.96)
    """
    if not 0 <= beta < math.inf:
        raise InputError(f"beta must be 0 or more and finite; got {beta:g}.", "use 1, or 2 to prize recall")
    cells = cells_of(forecasts(y, p, sample_weight), threshold)
    return _defined(f_of(cells, beta, level), "f_beta", cells)


def matthews(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    threshold: float = 0.5,
    level: float = 0.95,
) -> Estimate:
    """Correlation between decision and outcome (Matthews 1975): 1 is perfect, 0 knows nothing, -1 is always wrong.

    The interval is by the delta method on Fisher's scale. There is none with fewer than five events, non-events, or
    rows called positive or negative.


    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    threshold : float
        A row is called positive where p >= threshold.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable, or a class or a decision does not occur.

    Examples
    --------
    >>> from ogive.metrics import matthews
    >>> matthews([0, 0, 1, 0, 1, 0, 1, 1] * 2, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9] * 2)
    0.50 (-0.04 – 0.76)
    """
    cells = cells_of(forecasts(y, p, sample_weight), threshold)
    return _defined(matthews_of(cells, level), "matthews", cells)


def kappa(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    threshold: float = 0.5,
    level: float = 0.95,
) -> Estimate:
    """Agreement of decision and outcome beyond what chance gives (Cohen 1960): 1 is perfect, 0 is chance.

    The interval is by the delta method on Fisher's scale. There is none with fewer than five events, non-events, or
    rows called positive or negative.


    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    threshold : float
        A row is called positive where p >= threshold.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable, or there is one class alone and all decisions are right.

    Examples
    --------
    >>> from ogive.metrics import kappa
    >>> kappa([0, 0, 1, 0, 1, 0, 1, 1] * 2, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9] * 2)
    0.50 (-0.04 – 0.76)
    """
    cells = cells_of(forecasts(y, p, sample_weight), threshold)
    return _defined(kappa_of(cells, level), "kappa", cells)


def confusion_of(table: Forecasts, threshold: float, level: float) -> Confusion:
    """Confusion table at a threshold."""
    cells = cells_of(table, threshold)
    tp, fp, fn, tn = cells
    return Confusion(
        threshold=float(threshold),
        true_positive=tp.sum,
        false_positive=fp.sum,
        true_negative=tn.sum,
        false_negative=fn.sum,
        sensitivity=share(tp, fn, level),
        specificity=share(tn, fp, level),
        precision=share(tp, fp, level),
        accuracy=share_of(tp.joined(tn), fp.joined(fn), level),
        balanced_accuracy=balanced_accuracy_of(cells, level),
        f1=f_of(cells, 1.0, level),
        matthews=matthews_of(cells, level),
        kappa=kappa_of(cells, level),
    )


def _defined(estimate: Estimate | None, what: str, cells: Cells) -> Estimate:
    """Return the estimate, or refuse `what` and say which rows it lacks."""
    if estimate is not None:
        return estimate
    names = ("row that is called positive", "row that is called negative", "event", "non-event")
    missing = [name for name, margin in zip(names, cells.margins, strict=True) if margin.sum == 0]
    raise InputError(
        f"{what} is not defined: there is no {' and no '.join(missing)}.",
        [
            "choose a threshold between the smallest and the largest p",
            "accuracy of confusion is always defined",
        ],
    )
