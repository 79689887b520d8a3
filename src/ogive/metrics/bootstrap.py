"""An interval for any metric, by drawing the rows again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, SampleWeight, Vector, normal_quantile
from ogive.metrics.calibration import calibration_values
from ogive.metrics.cells import (
    Cells,
    balanced_accuracy_of,
    cells_of,
    f_of,
    kappa_of,
    matthews_of,
    share,
)
from ogive.metrics.differences import Good
from ogive.metrics.discrimination import auc_value, average_precision_value
from ogive.metrics.distance import ks_of
from ogive.metrics.forecasts import Forecasts, forecasts, rows_of
from ogive.metrics.groups import clusters_of
from ogive.metrics.intervals import without_interval
from ogive.metrics.proper import proper_of
from ogive.metrics.resampling import Resampler, bca, replicated, resampler

# Fewest events and non-events (or clusters with one) to draw from.
FEWEST = 30

# A name, or a function of outcomes, probabilities and weights that returns a number or an `Estimate`.
Metric: TypeAlias = str | Callable[[Vector, Vector, Vector], Any]


def bootstrap(
    y: ArrayLike,
    p: ArrayLike,
    metric: Metric,
    sample_weight: SampleWeight = None,
    *,
    clusters: ArrayLike | None = None,
    stratified: bool | None = None,
    replicates: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Give any metric an interval by drawing the rows again and again.

    The interval is bias-corrected and accelerated (BCa; Efron 1987, DiCiccio and Efron 1996): quantiles of the
    replicates, moved by the share of them below the value and by the skewness of the influences of the rows. It needs
    no formula for the metric, only that it is smooth. Where a metric of this package carries an interval of its own,
    that one is as good and quicker. Coverage is studied in `benchmarks/coverage_resampling.py`.

    A metric that resampling moves to one side of its value (calibration error, the best of many thresholds) has no
    such interval, and none is given.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    metric : str or callable
        "auc", "average_precision", "log_loss", "brier", "intercept", "slope", "gini", "ks", or at the threshold 0.5
        "accuracy", "balanced_accuracy", "sensitivity", "specificity", "precision", "recall", "f1", "matthews" and
        "kappa". Or a function of y, p and weights that returns a number or an `Estimate`, such as
        `lambda y, p, w: f_beta(y, p, w, threshold=0.2)`; it is called from several threads with the distinct forecasts,
        not with the rows in their order, and weights say how often each occurs.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies: a row of weight 2 is drawn as two rows. Or sampling weights, which rows carry along.
    clusters : array of shape (n,), optional
        Rows of equal value belong together and are drawn together, whole clusters at a time.
    stratified : bool, optional
        Whether to hold the number of events fixed (with clusters: of clusters with an event). By default so for
        metrics that do not depend on the prevalence, where it changes nothing but that both classes are always
        there. For others it makes intervals too narrow, unless the rows were collected so (cases and controls).
    replicates : int
        How often to draw.
    seed : int
        Same seed, same interval, whatever the number of threads.
    level : float
        Of the interval.

    Raises
    ------
    InputError
        Where an input is not usable, or the metric unknown.

    Examples
    --------
    >>> from ogive.metrics import bootstrap
    >>> y, p = [0, 0, 1, 0, 1, 0, 1, 1] * 8, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9] * 8
    >>> bootstrap(y, p, "auc")
    0.81 (0.69 – 0.89)
    >>> bootstrap(y, p, lambda y, p, w: (w * (p > 0.5)).sum() / w.sum())
    0.38 (0.27 – 0.48)
    """
    own, rows = named_metric(metric), rows_of(y, p, sample_weight)
    table = forecasts(y, p, sample_weight)
    value, proper = own.value(table), proper_of(table)
    if own.name == "log_loss" and proper.contradicted:
        return proper.log_loss_estimate(level)
    if own.biased:
        return without_interval(value, level, own.biased)
    if not math.isfinite(value):
        raise InputError(f"{own.name} does not exist for these rows.", "see what the metric says of them")
    by_class = own.by_class if stratified is None else stratified
    plan = resampler(rows, [rows.probability], clusters_of(clusters, rows.outcome.size), stratified=by_class)
    return bootstrapped(plan, lambda tables: own.value(tables[0]), own.fewest, replicates, seed, level)


def bootstrapped(
    plan: Resampler,
    statistic: Callable[[list[Forecasts]], float],
    fewest: int,
    replicates: int,
    seed: int,
    level: float,
) -> Estimate:
    """Return a statistic of tables with its interval, or why there is none."""

    def of_counts(counts: Vector) -> float:
        try:
            return statistic(plan.tables(counts))
        except InputError:  # a class is not there
            return math.nan

    normal_quantile(level)  # refuses what is no level
    value = statistic(plan.tables(plan.copies))
    if refusal := plan.refusal(fewest):
        return without_interval(value, level, refusal)
    values = replicated(plan, of_counts, replicates, seed)
    return bca(
        value,
        values,
        plan.acceleration(of_counts),
        level,
        f"bootstrap{plan.by}, BCa, {replicates:,} replicates",
    )


@dataclass(frozen=True)
class Named:
    """A metric of a table; whether it takes each class by itself, what is good, and what its interval needs."""

    name: str
    value: Callable[[Forecasts], float]
    by_class: bool = False
    good: Good = "higher"
    fewest: int = FEWEST
    biased: str = ""


def named_metric(metric: Metric) -> Named:
    """Return the metric of a name, or a function as a metric."""
    if callable(metric):
        return Named(getattr(metric, "__name__", "metric"), lambda table: _called(metric, table), good=None)
    if metric not in METRICS:
        raise InputError(
            f"there is no metric {metric!r} to bootstrap.",
            [f"use one of {', '.join(METRICS)}", "or pass a function of y, p and weights"],
        )
    return METRICS[metric]


def _called(metric: Callable[[Vector, Vector, Vector], Any], table: Forecasts) -> float:
    """Call a function with the kinds of rows that are there."""
    happened, not_happened = table.events > 0, table.nonevents > 0
    found = metric(
        np.repeat([1.0, 0.0], [happened.sum(), not_happened.sum()]),
        np.concatenate([table.p[happened], table.p[not_happened]]),
        np.concatenate([table.events[happened], table.nonevents[not_happened]]),
    )
    try:
        return float(found.value if isinstance(found, Estimate) else found)
    except TypeError:
        raise InputError(
            f"a metric must return a number or an Estimate; got {type(found).__name__}.",
            "return the part of it that is wanted, for example lambda y, p, w: ks(y, p, w).statistic",
        ) from None


def _of_classes(value: Callable[[Forecasts], float]) -> Callable[[Forecasts], float]:
    return lambda table: value(table.need_both_classes("this metric"))


def _of_cells(measure: Callable[[Cells, float], Estimate | None]) -> Callable[[Forecasts], float]:
    """Value of a measure of the decisions at 0.5; NaN where it does not exist."""

    def value(table: Forecasts) -> float:
        found = measure(cells_of(table, 0.5), 0.95)
        return math.nan if found is None else found.value

    return value


def _slope(table: Forecasts) -> float:
    slope = calibration_values(table)[1]
    return math.nan if slope is None else slope


_SENSITIVITY = _of_cells(lambda cells, level: share(cells.true_positive, cells.false_negative, level))
_BIASED = "the largest of many distances is biased; ogive.metrics.ks has an interval that allows for it"
METRICS = {
    own.name: own
    for own in (
        Named("auc", _of_classes(auc_value), by_class=True),
        Named("gini", _of_classes(lambda table: 2 * auc_value(table) - 1), by_class=True),
        Named("ks", _of_classes(lambda t: ks_of(t, 0.95).statistic.value), by_class=True, biased=_BIASED),
        # An event that is drawn twice is tied with itself, which lifts the precision there: events must be many.
        Named("average_precision", _of_classes(average_precision_value), fewest=100),
        Named("log_loss", lambda table: proper_of(table).log_loss[0], good="lower"),
        Named("brier", lambda table: proper_of(table).brier[0], good="lower"),
        Named("intercept", _of_classes(lambda table: calibration_values(table)[0]), good=None),
        Named("slope", _of_classes(_slope), good="nearer to 1"),
        Named(
            "accuracy",
            _of_cells(
                lambda c, level: share(
                    c.true_positive.joined(c.true_negative), c.false_positive.joined(c.false_negative), level
                )
            ),
        ),
        Named("balanced_accuracy", _of_cells(balanced_accuracy_of), by_class=True),
        Named("sensitivity", _SENSITIVITY, by_class=True),
        Named("recall", _SENSITIVITY, by_class=True),
        Named(
            "specificity",
            _of_cells(lambda c, level: share(c.true_negative, c.false_positive, level)),
            by_class=True,
        ),
        Named(
            "precision",
            _of_cells(lambda cells, level: share(cells.true_positive, cells.false_positive, level)),
        ),
        Named("f1", _of_cells(lambda cells, level: f_of(cells, 1.0, level))),
        Named("matthews", _of_cells(matthews_of)),
        Named("kappa", _of_cells(kappa_of)),
    )
}
