"""All scores at once, from one sort."""

from __future__ import annotations

from numpy.typing import ArrayLike

from ogive.metrics.calibration import calibration_of, calibration_values, reliability_of
from ogive.metrics.confusion import confusion_of
from ogive.metrics.curves import histogram_of, precision_recall_of, roc_of
from ogive.metrics.discrimination import (
    auc_of,
    auc_value,
    average_precision_of,
    average_precision_value,
)
from ogive.metrics.forecasts import forecasts
from ogive.metrics.proper import CERTAIN, Proper, proper_of
from ogive.metrics.records import Evaluation, Scores


def evaluate(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: ArrayLike | None = None,
    *,
    threshold: float = 0.5,
    level: float = 0.95,
) -> Evaluation:
    """Judge probabilities by what happened: discrimination, calibration, accuracy and decisions.

    Intervals describe how the scores would vary over other samples of as many rows, the probabilities
    given; they know nothing of the sample on which a model was fitted.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,), optional
        Frequencies: a row of weight 2 counts as the row twice.
    threshold : float
        A row is called positive where p >= threshold.
    level : float
        Of all intervals.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import evaluate
    >>> result = evaluate([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    >>> result.auc
    0.81 (0.22 – 0.99)
    >>> result.confusion.true_positive
    3.0
    """
    table = forecasts(y, p, sample_weight).need_both_classes("evaluate")
    auc, average_precision = auc_of(table, level), average_precision_of(table, level)
    calibration, proper = calibration_of(table, level), proper_of(table)
    return Evaluation(
        count=table.count,
        events=table.event_count,
        prevalence=table.event_count / table.count,
        auc=auc,
        average_precision=average_precision,
        log_loss=proper.log_loss_estimate(level),
        brier=proper.brier_estimate(level),
        calibration=calibration,
        confusion=confusion_of(table, threshold, level),
        roc=roc_of(table, auc),
        precision_recall=precision_recall_of(table, average_precision),
        reliability=reliability_of(table, level),
        histogram=histogram_of(table),
        level=level,
        notes=_notes(proper, calibration.note),
    )


def scores(y: ArrayLike, p: ArrayLike, sample_weight: ArrayLike | None = None) -> Scores:
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
