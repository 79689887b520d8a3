"""Probabilities of several classes, one of which happens: ranking, proper scores and decisions, with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import Estimate, SampleWeight, Vector
from ogive.metrics.averages import (
    Macro,
    column_scores,
    left_out,
    mean_calibration_error,
    mean_log_loss,
    micro_ranking,
)
from ogive.metrics.calibration_measures import calibration_error
from ogive.metrics.discrimination import auc_value, placements
from ogive.metrics.forecasts import forecasts
from ogive.metrics.influence import Sample
from ogive.metrics.intervals import logit_interval, without_interval
from ogive.metrics.many_records import Averages, MulticlassEvaluation
from ogive.metrics.matrices import ClassRows, class_rows

# Largest k of top-k accuracy.
MOST_TOP = 5


def evaluate_multiclass(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    classes: Sequence[Any] | None = None,
    level: float = 0.95,
) -> MulticlassEvaluation:
    """Judge probabilities (n, K) of classes by the class of each row."""
    rows = class_rows(y, p, sample_weight, classes)
    sample, size = rows.sample, len(rows.names)
    truth = np.asfortranarray(rows.label[:, None] == np.arange(size))
    decided: NDArray[np.intp] = rows.p.argmax(axis=1)
    macro = Macro(sample)
    per_class = [
        column_scores(
            rows.names[k],
            truth[:, k],
            rows.p[:, k],
            decided == k,
            rows.weight,
            macro,
            level,
        )
        for k in range(size)
    ]
    rank, accuracy = _ranks(rows), sample.share(decided == rows.label, level)
    auc, average_precision = micro_ranking(rows.p, truth, rows.weight, sample, level)
    cells = np.bincount(rows.label * size + decided, sample.weight, size**2).astype(np.float64)
    confusion = cells.reshape(size, size)
    log_loss, note = mean_log_loss(sample, given_to_class(rows)[:, None], level)
    return MulticlassEvaluation(
        count=sample.count,
        classes=rows.names,
        accuracy=accuracy,
        top_accuracy=tuple(sample.share(rank < k, level) for k in range(1, min(size - 1, MOST_TOP) + 1)),
        log_loss=log_loss,
        brier=sample.mean_estimate(squared_errors(rows), level, 2.0),
        kappa=_agreement(_kappa, confusion, rows.label, decided, sample, level),
        matthews=_agreement(_matthews, confusion, rows.label, decided, sample, level),
        hand_till_auc=_hand_till(rows, level),
        calibration_error=mean_calibration_error(per_class, level),
        top_calibration_error=calibration_error(
            decided == rows.label, rows.p.max(axis=1), rows.weight, level=level
        ),
        macro=macro.averages(level, left_out(per_class)),
        # A wrong decision is a false positive of one class and a false negative of another.
        micro=Averages(
            auc=auc, average_precision=average_precision, precision=accuracy, recall=accuracy, f1=accuracy
        ),
        per_class=tuple(per_class),
        confusion=tuple(map(tuple, confusion.tolist())),
        level=level,
        notes=tuple(text for text in (note, left_out(per_class)) if text),
    )


def given_to_class(rows: ClassRows) -> Vector:
    """Probability given to the class that happened."""
    given: Vector = np.take_along_axis(rows.p, rows.label[:, None], axis=1)[:, 0]
    return given


def _ranks(rows: ClassRows) -> NDArray[np.intp]:
    """How many classes rank above the one that happened; of equal ones the first ranks first, as in a decision."""
    given = given_to_class(rows)
    above = np.zeros(given.size, dtype=np.intp)
    for k in range(rows.p.shape[1]):
        column = rows.p[:, k]
        above += (column > given) | ((column == given) & (k < rows.label))
    return above


def squared_errors(rows: ClassRows) -> Vector:
    """Σ over classes of (p - [it happened])² = Σ p² - 2 p(what happened) + 1."""
    errors: Vector = np.einsum("ij,ij->i", rows.p, rows.p) - 2 * given_to_class(rows) + 1
    return errors


def _hand_till(rows: ClassRows, level: float) -> Estimate | None:
    """Mean over ordered pairs (j, k) of A(j | k), the chance that p_j is higher in a row of class j than in one of k.

    For one j the mean over k is the AUC of class j against the rest with every other class weighing the same, so K
    sorts serve for all pairs. Given the number of rows of each class, a row of class k adds its share of non-events
    beaten in column k, and the mean over the other columns of the share of events that beat it.
    """
    weight, label = rows.sample.weight, rows.label
    total = np.bincount(label, weight, len(rows.names))
    there = np.flatnonzero(total)
    if there.size < 2:
        return None
    balanced, value, psi = weight / total[label], 0.0, np.zeros(label.size)
    for j in there:
        own, p = label == j, rows.p[:, j]
        table = forecasts(own, p, balanced)
        beats, beaten = placements(table)
        place = np.searchsorted(table.p, p)
        psi += np.where(own, beats[place], beaten[place] / (there.size - 1)) / there.size
        value += auc_value(table) / there.size
    centre = np.bincount(label, balanced * psi, total.size)
    variance, df = rows.sample.variance_within((psi - centre[label]) / total[label], label)
    if math.isnan(variance):
        return without_interval(value, level, "a class has fewer than two rows")
    if variance == 0 or not 0 < value < 1:
        return without_interval(value, level, "the probabilities of the classes do not overlap")
    return logit_interval(value, value, variance, df, level, "DeLong, over pairs of classes, logit scale")


def _agreement(
    measure: Any,
    confusion: Vector,
    label: NDArray[np.intp],
    decided: NDArray[np.intp],
    sample: Sample,
    level: float,
) -> Estimate:
    """Return a measure of the confusion table between -1 and 1, with its interval.

    It does not change when the table grows by a factor, so the gradient with respect to the cells is ψ.
    """
    if min(np.count_nonzero(confusion.sum(axis=side)) for side in (0, 1)) < 2:
        return without_interval(0.0, level, "only one class occurs, or is predicted")
    value, gradient = measure(confusion)
    psi = gradient[label, decided]
    variance = sample.variance(psi)
    if not -1 < value < 1 or not variance > 0:
        return without_interval(value, level, "no row moves it")
    half = (1 + value) / 2  # atanh is half the logit of this
    shape = logit_interval(half, half, variance / 4, sample.df_of(psi), level, "")
    low, high = 2 * (shape.low or 0.0) - 1, 2 * (shape.high or 0.0) - 1
    return Estimate(value=value, low=low, high=high, level=level, method="delta method, Fisher's scale")


def _kappa(confusion: Vector) -> tuple[float, Vector]:
    """Cohen's kappa (Po - Pe) / (1 - Pe), Pe = Σ row column / N², and its gradient by the cells."""
    n, row, column = confusion.sum(), confusion.sum(axis=1), confusion.sum(axis=0)
    observed, chance = np.trace(confusion) / n, np.sum(row * column) / n**2
    of_observed = (np.eye(row.size) - observed) / n
    of_chance = (column[:, None] + row) / n**2 - 2 * chance / n
    gradient = of_observed / (1 - chance) - (1 - observed) * of_chance / (1 - chance) ** 2
    return float((observed - chance) / (1 - chance)), gradient


def _matthews(confusion: Vector) -> tuple[float, Vector]:
    """Gorodkin's (2004) correlation X / √(U V) of true and decided classes, and its gradient by the cells.

    X = N trace - Σ row column, U = N² - Σ column², V = N² - Σ row².
    """
    n, row, column = confusion.sum(), confusion.sum(axis=1), confusion.sum(axis=0)
    x = n * np.trace(confusion) - np.sum(row * column)
    u, v = n**2 - np.sum(column**2), n**2 - np.sum(row**2)
    of_x = n * np.eye(row.size) + np.trace(confusion) - (column[:, None] + row)
    of_u, of_v = 2 * (n - column), 2 * (n - row[:, None])
    return float(x / np.sqrt(u * v)), of_x / np.sqrt(u * v) - x / (2 * np.sqrt(u * v)) * (of_u / u + of_v / v)
