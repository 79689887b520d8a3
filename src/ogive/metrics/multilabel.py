"""Probabilities of any number of labels a row: each label, their averages, and the ranking within a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, SampleWeight, Vector
from ogive.metrics.averages import (
    Macro,
    Truth,
    column_scores,
    left_out,
    mean_calibration_error,
    mean_log_loss,
    micro_deciding,
    micro_ranking,
)
from ogive.metrics.many_records import Averages, MultilabelEvaluation
from ogive.metrics.matrices import LabelRows, label_rows


def evaluate_multilabel(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    classes: Sequence[Any] | None = None,
    threshold: ArrayLike = 0.5,
    level: float = 0.95,
) -> MultilabelEvaluation:
    """Judge probabilities (n, L) of labels by which labels each row has."""
    rows = label_rows(y, p, sample_weight, classes)
    sample, limits = rows.sample, _limits(threshold, len(rows.names))
    decided = rows.p >= limits
    macro = Macro(sample)
    per_label = [
        column_scores(
            name,
            rows.labelled[:, j],
            rows.p[:, j],
            decided[:, j],
            rows.weight,
            macro,
            level,
            float(limits[j]),
        )
        for j, name in enumerate(rows.names)
    ]
    wrong = (decided != rows.labelled).mean(axis=1)
    auc, average_precision = micro_ranking(rows.p, rows.labelled, rows.weight, sample, level)
    precision, recall, f1 = micro_deciding(decided, rows.labelled, sample, level)
    ranked, mistaken, depth = ranking(rows.labelled, rows.p)
    given = np.where(rows.labelled, rows.p, 1 - rows.p)
    log_loss, note = mean_log_loss(sample, given, level)
    return MultilabelEvaluation(
        count=sample.count,
        labels=rows.names,
        cardinality=sample.mean(rows.labelled.sum(axis=1)),
        subset_accuracy=sample.share(wrong == 0, level),
        hamming_loss=sample.mean_estimate(wrong, level, 1.0),
        log_loss=log_loss,
        brier=sample.mean_estimate(((1 - given) ** 2).mean(axis=1), level, 1.0),
        ranking_average_precision=sample.mean_estimate(ranked, level, 1.0),
        ranking_loss=sample.mean_estimate(mistaken, level, 1.0),
        coverage_error=sample.mean_estimate(depth, level, float(len(rows.names))),
        calibration_error=mean_calibration_error(per_label, level),
        macro=macro.averages(level, left_out(per_label)),
        micro=Averages(
            auc=auc, average_precision=average_precision, precision=precision, recall=recall, f1=f1
        ),
        per_label=tuple(per_label),
        level=level,
        notes=tuple(text for text in (note, left_out(per_label), _one_each(rows)) if text),
    )


def ranking(labelled: Truth, p: Vector) -> tuple[Vector, Vector, Vector]:
    """Rank the labels of each row: average precision, share of pairs in wrong order, and depth to the last label.

    With r(j) labels ranked at or above label j, ties included, t(j) of them the row's own, a row of m labels scores
    the mean of t / r over its labels; the sum of r - t over them, by m (L - m); and the largest r (Tsoumakas,
    Katakis and Vlahavas 2010). Where a row has no label, or all, there is nothing to rank: 1, 0, and 0 or L.
    """
    order = np.argsort(p, axis=1, kind="stable")
    sorted_p, own = np.take_along_axis(p, order, axis=1), np.take_along_axis(labelled, order, axis=1)
    rows, columns = p.shape
    new = np.ones((rows, columns), dtype=bool)
    new[:, 1:] = sorted_p[:, 1:] != sorted_p[:, :-1]
    start = np.maximum.accumulate(np.where(new, np.arange(columns), 0), axis=1)  # of the ties
    above = columns - start
    labels = own.sum(axis=1)
    own_below: NDArray[np.intp] = np.cumsum(own, axis=1) - own
    own_above = labels[:, None] - np.take_along_axis(own_below, start, axis=1)
    some = np.maximum(labels, 1)
    ranked = np.where(labels > 0, np.sum(own * (own_above / above), axis=1) / some, 1.0)
    pairs = labels * (columns - labels)
    mistaken = np.sum(own * (above - own_above), axis=1) / np.maximum(pairs, 1)
    return np.where(pairs > 0, ranked, 1.0), mistaken, np.max(own * above, axis=1).astype(np.float64)


def _limits(threshold: ArrayLike, labels: int) -> Vector:
    limits = np.asarray(threshold, dtype=np.float64)
    if limits.shape not in {(), (labels,)} or not ((limits >= 0) & (limits <= 1)).all():
        raise InputError(
            f"threshold must be a number between 0 and 1, or one for each of {labels} labels; got {limits}.",
            "use 0.5, or thresholds from costs",
        )
    return np.broadcast_to(limits, (labels,))


def _one_each(rows: LabelRows) -> str:
    if (rows.labelled.sum(axis=1) == 1).all() and np.allclose(rows.p.sum(axis=1), 1, atol=1e-6):
        return (
            "Every row has exactly one label and its probabilities add up to 1, so these may be classes: "
            "pass y.argmax(axis=1) to have them judged so."
        )
    return ""
