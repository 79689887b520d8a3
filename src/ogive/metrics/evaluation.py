"""All scores at once, from one sort."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import CERTAIN, InputError, SampleWeight
from ogive._kernels import side_by_side
from ogive.metrics.calibration import calibration_of, calibration_values, decomposition_of, reliability_of
from ogive.metrics.confusion import confusion_of
from ogive.metrics.curves import histogram_of, precision_recall_of, roc_of
from ogive.metrics.diagram import calibration_judged
from ogive.metrics.discrimination import (
    auc_of,
    auc_value,
    average_precision_of,
    average_precision_value,
    gini_of,
)
from ogive.metrics.distance import ks_of
from ogive.metrics.forecasts import forecasts
from ogive.metrics.multiclass import evaluate_multiclass
from ogive.metrics.multilabel import evaluate_multilabel
from ogive.metrics.proper import Proper, proper_of
from ogive.metrics.records import Evaluation, Scores
from ogive.metrics.segments import segments_of

# Distinct probabilities from which on scores are read side by side.
LARGE = 100_000


def evaluate(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    by: ArrayLike | None = None,
    classes: Sequence[Any] | None = None,
    threshold: ArrayLike = 0.5,
    level: float = 0.95,
) -> Evaluation | Any:  # the shapes of y and p decide, which types cannot tell
    """Judge probabilities by what happened: discrimination, calibration, accuracy and decisions.

    There are three tasks, told by the shapes of `y` and `p`:

    - an outcome, yes or no: y of shape (n,) with 0 and 1, p of shape (n,) its probabilities; gives an `Evaluation`;
    - classes, of which one happens: y of shape (n,) with the number of the class, p of shape (n, K), K > 2, the
      probabilities of all, which add up to 1; gives a `MulticlassEvaluation`;
    - labels, of which any number happen: y of shape (n, L) with 0 and 1, p of shape (n, L); gives a
      `MultilabelEvaluation`.

    Intervals describe how the scores would vary over other samples of as many rows, the probabilities
    given; they know nothing of the sample on which a model was fitted.

    Parameters
    ----------
    y : array of shape (n,) or (n, L)
        What happened.
    p : array of shape (n,), (n, K) or (n, L)
        Its probabilities.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, where a row of weight 2 counts as the row twice, unless declared sampling weights.
    by : array of shape (n,), optional
        Text, numbers or booleans: the rows of each value are judged as a segment too, and flagged where they are
        miscalibrated beyond chance. None and NaN are a segment of their own. For one outcome only.
    classes : sequence, optional
        Names of the classes or labels in the order of the columns; y then holds the names of classes.
    threshold : float or array of shape (L,)
        A row is called positive where p >= threshold; of several classes the most probable one is called.
    level : float
        Of all intervals.

    Returns
    -------
    Evaluation, MulticlassEvaluation or MultilabelEvaluation

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import evaluate
    >>> result = evaluate([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    >>> result.auc
    0.81 (0.32 – 0.95)
    >>> result.confusion.true_positive
    3.0
    >>> p = [[0.7, 0.2, 0.1], [0.5, 0.4, 0.1], [0.1, 0.6, 0.3], [0.3, 0.5, 0.2], [0.2, 0.1, 0.7], [0.6, 0.2, 0.2]]
    >>> round(evaluate([0, 0, 1, 1, 2, 2], p).accuracy.value, 2)
    0.83
    """
    if np.ndim(y) == 2 or (np.ndim(p) == 2 and np.shape(p)[1] > 2):
        if by is not None:
            raise InputError(
                "by needs one outcome, y and p of shape (n,).", "judge the classes or labels one by one"
            )
        if np.ndim(y) == 2:
            return evaluate_multilabel(y, p, sample_weight, classes, threshold, level)
        return evaluate_multiclass(y, p, sample_weight, classes, level)
    if np.ndim(threshold) != 0:
        raise InputError("threshold must be one number for one outcome.", "use 0.5, or one from costs")
    table = forecasts(y, p, sample_weight).need_both_classes("evaluate")
    large = table.p.size >= LARGE
    calibration, auc, average_precision, proper = side_by_side(
        *(partial(read, table, level) for read in (calibration_of, auc_of, average_precision_of)),
        partial(proper_of, table),
        worthwhile=large,
    )
    histogram, parts = histogram_of(table), decomposition_of(table, proper.brier[0])
    judged, distance, roc, precision_recall, confusion, reliability = side_by_side(
        partial(calibration_judged, table, histogram, parts, level),
        partial(ks_of, table, level),
        partial(roc_of, table, auc),
        partial(precision_recall_of, table, average_precision),
        partial(confusion_of, table, cast(float, threshold), level),
        partial(reliability_of, table, level),
        worthwhile=large,
    )
    measures, diagram = judged
    return Evaluation(
        count=table.count,
        events=table.event_count,
        prevalence=table.event_count / table.count,
        auc=auc,
        average_precision=average_precision,
        gini=gini_of(auc),
        ks=distance,
        log_loss=proper.log_loss_estimate(level),
        brier=proper.brier_estimate(level),
        brier_parts=parts,
        calibration=calibration,
        confusion=confusion,
        roc=roc,
        precision_recall=precision_recall,
        reliability=reliability,
        histogram=histogram,
        calibration_measures=measures,
        diagram=diagram,
        segments=() if by is None else segments_of(y, p, sample_weight, by, level),
        level=level,
        notes=_notes(proper, calibration.note),
    )


def scores(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None) -> Scores:
    """Return the plain values of an evaluation, without intervals and curves: fast enough for resampling.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,), optional
        Frequencies; a bootstrap sample is the original rows with the number of times each was drawn.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import scores
    >>> round(scores([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9]).auc, 3)
    0.812
    """
    table = forecasts(y, p, sample_weight).need_both_classes("scores")
    intercept, slope = calibration_values(table)
    proper = proper_of(table)
    return Scores(
        auc=auc_value(table),
        average_precision=average_precision_value(table),
        log_loss=proper.log_loss[0],
        brier=proper.brier[0],
        intercept=intercept,
        slope=slope,
    )


def _notes(proper: Proper, calibration_note: str) -> tuple[str, ...]:
    notes = []
    if proper.contradicted:
        notes.append(
            f"A probability of exactly 0 or 1 turned out wrong in {proper.contradicted:,.10g} of "
            f"{proper.count:,.10g} rows, so the log loss is infinite; the value shown counts it as {CERTAIN:g} "
            "away from certain. Fit with alpha > 0 for a model that is less certain."
        )
    if calibration_note:
        notes.append(calibration_note)
    return tuple(notes)
