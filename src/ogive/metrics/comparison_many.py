"""Two forecasts of several classes or labels of the same rows: paired differences of their mean scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, SampleWeight, Vector
from ogive.metrics.averages import mean_log_loss
from ogive.metrics.differences import Difference, Good, ManyComparison, tested, untested
from ogive.metrics.influence import Sample
from ogive.metrics.matrices import class_rows, label_rows
from ogive.metrics.multiclass import given_to_class, squared_errors

# Fewest rows (or clusters) for which the normal approximation to a mean difference is good enough.
FEWEST = 10


@dataclass(frozen=True)
class _Forecast:
    """What each row adds to the scores of one forecast: `given` (n, k) to what happened, `error`, `right` or wrong."""

    sample: Sample
    names: tuple[str, ...]
    given: Vector
    error: Vector
    right: Vector


def compare_many(
    y: ArrayLike,
    p_a: ArrayLike,
    p_b: ArrayLike,
    sample_weight: SampleWeight,
    clusters: ArrayLike | None,
    classes: Sequence[Any] | None,
    level: float,
    names: tuple[str, str],
) -> ManyComparison:
    """Compare two forecasts, probabilities (n, K) of classes or (n, L) of labels."""
    read = _of_labels if np.ndim(y) == 2 else _of_classes
    a, b = (read(y, p, sample_weight, classes, clusters) for p in (p_a, p_b))
    if a.names != b.names or a.sample.weight.size != b.sample.weight.size:
        raise InputError(
            f"the forecasts have shapes {np.shape(p_a)} and {np.shape(p_b)}.",
            "pass two forecasts of the same rows and classes",
        )
    return ManyComparison(
        names=names,
        count=a.sample.count,
        classes=a.names,
        log_loss=_log_loss(a, b, level, names),
        brier=_paired("Brier score", "lower", a.sample, a.error, b.error, level, names),
        accuracy=_paired("accuracy", "higher", a.sample, a.right, b.right, level, names),
        level=level,
    )


def _of_classes(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight,
    classes: Sequence[Any] | None,
    clusters: ArrayLike | None,
) -> _Forecast:
    rows = class_rows(y, p, sample_weight, classes, clusters)
    right = (rows.p.argmax(axis=1) == rows.label).astype(np.float64)
    return _Forecast(rows.sample, rows.names, given_to_class(rows)[:, None], squared_errors(rows), right)


def _of_labels(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight,
    classes: Sequence[Any] | None,
    clusters: ArrayLike | None,
) -> _Forecast:
    rows = label_rows(y, p, sample_weight, classes, clusters)
    given = np.where(rows.labelled, rows.p, 1 - rows.p)
    right = ((rows.p >= 0.5) == rows.labelled).all(axis=1).astype(np.float64)
    return _Forecast(rows.sample, rows.names, given, ((1 - given) ** 2).mean(axis=1), right)


def _log_loss(a: _Forecast, b: _Forecast, level: float, names: tuple[str, str]) -> Difference:
    """Compare log losses; there is no interval where one is infinite."""
    if a.given.all() and b.given.all():
        of_a, of_b = (-np.log(of.given).mean(axis=1) for of in (a, b))
        return _paired("log loss", "lower", a.sample, of_a, of_b, level, names)
    of_a, of_b = (mean_log_loss(of.sample, of.given, level)[0].value for of in (a, b))
    reason = "what happened had probability 0, so a loss is infinite"
    return untested("log loss", names, (of_a, of_b), level, reason)


def _paired(
    metric: str, good: Good, sample: Sample, a: Vector, b: Vector, level: float, names: tuple[str, str]
) -> Difference:
    """Compare the means of what each row adds."""
    values, variance = (sample.mean(a), sample.mean(b)), sample.variance_of_mean(a - b)
    if sample.effective < FEWEST:
        what = "rows" if sample.cluster is None else "clusters"
        return untested(metric, names, values, level, f"fewer than {FEWEST} {what}")
    if not variance > 0 or math.isnan(variance):
        return untested(metric, names, values, level, "no row tells the forecasts apart by this score")
    method = "paired mean ± t standard errors" + ("" if sample.cluster is None else ", by cluster")
    return tested(metric, names, values, variance, sample.df, level, method, good)
