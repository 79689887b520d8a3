"""Two forecasts of the same rows: by how much they differ, and whether the data tell which is better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, SampleWeight, Vector
from ogive.metrics.bootstrap import Metric, bootstrapped, named_metric
from ogive.metrics.calibration import calibration_of
from ogive.metrics.comparison_many import compare_many
from ogive.metrics.differences import Comparison, Difference, Good, judged, tested, untested
from ogive.metrics.discrimination import auc_value, average_precision_value
from ogive.metrics.forecasts import Forecasts, Rows, forecasts, rows_of
from ogive.metrics.groups import Groups, clusters_of
from ogive.metrics.influence import Placed, sample_of
from ogive.metrics.proper import proper_of
from ogive.metrics.resampling import resampler

# Fewest events and non-events (or clusters) for which the normal approximation to a difference is good enough.
FEWEST = 10


def compare(
    y: ArrayLike,
    p_a: ArrayLike,
    p_b: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    clusters: ArrayLike | None = None,
    metrics: Sequence[Metric] = (),
    replicates: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    names: tuple[str, str] = ("a", "b"),
    classes: Sequence[Any] | None = None,
) -> Comparison | Any:  # the shapes of y and p decide, which types cannot tell
    """Compare two forecasts of the same rows: differences of their scores with paired intervals.

    As in `evaluate`, the shapes tell the task: an outcome gives a `Comparison`, classes or labels a `ManyComparison` of
    log loss, Brier score and accuracy.

    Rows that are hard for one forecast are mostly hard for the other, so the difference is known better than either
    score: that two intervals overlap does not mean that the data cannot tell.

    The difference of AUCs is tested as DeLong et al. (1988) do, on the placements of the rows under both forecasts. Log
    loss and Brier score are paired means ± t standard errors. Average precision and calibration slope take the
    difference of their influence functions (the slope by the sandwich, for its model may be wrong). With clusters the
    influences of a cluster are added before they are squared (Obuchowski 1997 for the AUC), and t has one degree
    of freedom less than there are clusters. Coverage is studied in `benchmarks/coverage_resampling.py`.

    Parameters
    ----------
    y : array of shape (n,) or (n, L)
        What happened.
    p_a, p_b : array of shape (n,), (n, K) or (n, L)
        Its probabilities by either forecast.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    clusters : array of shape (n,), optional
        Rows of equal value belong together (visits of a patient): clusters are then independent, rows are not.
    metrics : sequence of str or callable
        Further metrics of an outcome, as `bootstrap` takes them; their differences are bootstrapped in pairs.
    replicates, seed : int
        Of that bootstrap.
    level : float
        Of the intervals.
    names : tuple of two str
        What to call the forecasts.
    classes : sequence, optional
        Names of the classes or labels in the order of the columns; y then holds the names of classes.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.metrics import compare
    >>> y = [0, 0, 1, 0, 1, 0, 1, 1] * 8
    >>> new, old = [0.1, 0.2, 0.3, 0.2, 0.7, 0.4, 0.7, 0.9] * 8, [0.5, 0.2, 0.6, 0.4, 0.3, 0.3, 0.6, 0.4] * 8
    >>> compare(y, new, old, names=("new", "old")).auc
    AUC: higher for new; new 0.938, old 0.75, difference 0.19 (0.04 – 0.34)
    """
    first, second = map(str, names)
    if first == second:
        raise InputError(f"both forecasts are called {first!r}.", "give them two names")
    if np.ndim(y) == 2 or (np.ndim(p_a) == 2 and np.shape(p_a)[1] > 2):
        if metrics:
            raise InputError(
                "metrics needs one outcome, y and p of shape (n,).", "compare the classes one by one"
            )
        return compare_many(y, p_a, p_b, sample_weight, clusters, classes, level, (first, second))
    rows = [rows_of(y, p, sample_weight) for p in (p_a, p_b)]
    tables = [forecasts(y, p, sample_weight).need_both_classes("compare") for p in (p_a, p_b)]
    groups = clusters_of(clusters, rows[0].outcome.size)
    pair = _Pair(rows, tables, groups, level, (first, second))
    return Comparison(
        names=pair.names,
        count=tables[0].count,
        events=tables[0].event_count,
        auc=pair.auc(),
        average_precision=pair.average_precision(),
        log_loss=pair.log_loss(),
        brier=pair.brier(),
        slope=pair.slope(),
        level=level,
        further=tuple(pair.bootstrapped(metric, replicates, seed) for metric in metrics),
    )


class _Pair:
    """Two columns of probabilities of the same rows."""

    def __init__(
        self,
        rows: list[Rows],
        tables: list[Forecasts],
        clusters: Groups | None,
        level: float,
        names: tuple[str, str],
    ) -> None:
        self.rows, self.tables, self.clusters, self.level, self.names = rows, tables, clusters, level, names
        self.sample, used = sample_of(rows[0].weight, rows[0].squares, rows[0].outcome.size, clusters)
        event = rows[0].outcome[used] == 1
        self.part = event.astype(np.intp)
        self.placed = [
            Placed(table, np.searchsorted(table.p, own.probability[used]), event)
            for table, own in zip(tables, rows, strict=True)
        ]

    def auc(self) -> Difference:
        """Compare the areas under the ROC curve."""
        a, b = (placed.auc() for placed in self.placed)
        variance, _ = self.sample.variance_within(a - b, self.part)
        a_value, b_value = (auc_value(table) for table in self.tables)
        return self._tested("AUC", a_value, b_value, variance, math.inf, "DeLong, paired", "higher")

    def average_precision(self) -> Difference:
        """Compare average precisions."""
        a, b = (placed.average_precision() for placed in self.placed)
        variance, df = self.sample.variance(a - b), self.tables[0].effective_events - 1
        a_value, b_value = (average_precision_value(table) for table in self.tables)
        return self._tested(
            "average precision", a_value, b_value, variance, df, "influence functions, paired", "higher"
        )

    def log_loss(self) -> Difference:
        """Compare log losses; there is no interval where one is infinite."""
        proper = [proper_of(table) for table in self.tables]
        a_value, b_value = (own.log_loss[0] for own in proper)
        if any(own.contradicted for own in proper):
            reason = "a probability of exactly 0 or 1 turned out wrong, so a loss is infinite"
            return self._untested("log loss", a_value, b_value, reason)
        a, b = (placed.log_loss() for placed in self.placed)
        return self._mean("log loss", a_value, b_value, a - b)

    def brier(self) -> Difference:
        """Compare Brier scores."""
        a, b = (placed.brier() for placed in self.placed)
        a_value, b_value = (proper_of(table).brier[0] for table in self.tables)
        return self._mean("Brier score", a_value, b_value, a - b)

    def slope(self) -> Difference:
        """Compare calibration slopes."""
        metric = "calibration slope"
        lines = [calibration_of(table, self.level) for table in self.tables]
        a_value, b_value = (None if line.slope is None else line.slope.value for line in lines)
        if a_value is None or b_value is None:
            return judged(metric, self.names, (a_value, b_value), None, None)
        a, b = (
            placed.slope(line.line_intercept or 0.0, value)
            for placed, line, value in zip(self.placed, lines, (a_value, b_value), strict=True)
        )
        variance = self.sample.variance(a - b)
        return self._tested(
            metric, a_value, b_value, variance, math.inf, "influence functions, paired", "nearer to 1"
        )

    def bootstrapped(self, metric: Metric, replicates: int, seed: int) -> Difference:
        """Compare any metric, by drawing the rows again with both probabilities."""
        own = named_metric(metric)
        plan = resampler(
            self.rows[0], [rows.probability for rows in self.rows], self.clusters, stratified=own.by_class
        )

        def difference(tables: list[Forecasts]) -> float:
            return own.value(tables[0]) - own.value(tables[1])

        values = [own.value(table) for table in self.tables]
        a_value, b_value = (value if math.isfinite(value) else None for value in values)
        estimate = None
        if a_value is not None and b_value is not None:
            estimate = bootstrapped(plan, difference, own.fewest, replicates, seed, self.level)
        return judged(own.name, self.names, (a_value, b_value), estimate, own.good)

    def _mean(self, metric: str, a: float, b: float, of_row: Vector) -> Difference:
        variance = self.sample.variance_of_mean(of_row)
        return self._tested(
            metric, a, b, variance, self.sample.df, "paired mean ± t standard errors", "lower"
        )

    def _tested(
        self, metric: str, a: float, b: float, variance: float, df: float, method: str, good: Good
    ) -> Difference:
        """Return a difference ± t standard errors, unless something forbids it."""
        table = self.tables[0]
        rows = min(table.effective_events, table.effective_nonevents)
        if self.clusters is not None:
            rows, df, method = self.sample.effective, self.sample.df, f"{method}, by cluster"
        if rows < FEWEST:
            what = "events or non-events" if self.clusters is None else "clusters"
            return self._untested(metric, a, b, f"fewer than {FEWEST} {what}")
        if not variance > 0:
            return self._untested(metric, a, b, "no row tells the forecasts apart by this score")
        return tested(metric, self.names, (a, b), variance, df, self.level, method, good)

    def _untested(self, metric: str, a: float, b: float, reason: str) -> Difference:
        return untested(metric, self.names, (a, b), self.level, reason)
