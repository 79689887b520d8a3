"""The four cells of decisions against outcomes, and the measures that are functions of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ogive._base import Estimate, InputError, Vector
from ogive.metrics.forecasts import Forecasts, Weighed
from ogive.metrics.intervals import logit_interval, share_of, wilson, without_interval

# Rows below which a margin of the table is too small for an interval by the delta method.
FEW_ROWS = 5


class Cells(NamedTuple):
    """Rows by decision (positive where p >= threshold) and outcome."""

    true_positive: Weighed
    false_positive: Weighed
    false_negative: Weighed
    true_negative: Weighed

    @property
    def margins(self) -> tuple[Weighed, Weighed, Weighed, Weighed]:
        """Rows called positive, rows called negative, events, non-events."""
        tp, fp, fn, tn = self
        return tp.joined(fp), fn.joined(tn), tp.joined(fn), fp.joined(tn)


def cells_of(table: Forecasts, threshold: float) -> Cells:
    """Count the cells at a threshold."""
    if not 0 <= threshold <= 1:
        raise InputError(
            f"threshold must lie between 0 and 1; got {threshold:g}.", "use 0.5, or one from costs"
        )
    first, end = int(np.searchsorted(table.p, threshold, side="left")), table.p.size
    return Cells(
        table.events_within(first, end),
        table.nonevents_within(first, end),
        table.events_within(0, first),
        table.nonevents_within(0, first),
    )


def share(hits: Weighed, misses: Weighed, level: float) -> Estimate | None:
    """Return the share of hits; None where there is neither hit nor miss."""
    return share_of(hits, misses, level) if hits.sum + misses.sum > 0 else None


def balanced_accuracy_of(cells: Cells, level: float) -> Estimate | None:
    """Mean of sensitivity and specificity; None where a class does not occur.

    The two are independent shares. Each limit of the mean lies as far from it as the limits of the shares lie from
    them, their distances added as standard errors are (Zou and Donner 2008), so that it inherits what makes
    their intervals good.
    """
    sensitivity = share(cells.true_positive, cells.false_negative, level)
    specificity = share(cells.true_negative, cells.false_positive, level)
    if sensitivity is None or specificity is None:
        return None
    return combined(0.5, sensitivity, 0.5, specificity, "Zou and Donner, of two Wilson scores")


def combined(a: float, first: Estimate, b: float, second: Estimate, method: str) -> Estimate:
    """Return a times one independent estimate plus b times another, both with intervals (Zou and Donner 2008)."""
    below, above = (
        math.hypot(*(_distance(factor, one, side) for factor, one in ((a, first), (b, second))))
        for side in (-1, 1)
    )
    value = a * first.value + b * second.value
    return Estimate(value=value, low=value - below, high=value + above, level=first.level, method=method)


def _distance(factor: float, estimate: Estimate, side: int) -> float:
    """Distance of the limit that moves factor times the estimate down (-1) or up (1)."""
    limit = estimate.low if factor * side < 0 else estimate.high
    assert limit is not None
    return factor * (limit - estimate.value)


def f_of(cells: Cells, beta: float, level: float) -> Estimate | None:
    """F-beta of the cells; None where there is neither an event (for beta > 0) nor a row called positive.

    With a = beta² / (1 + beta²) and b = 1 - a, F = TP / (TP + a FN + b FP). The share J of TP among the three is
    that of a binomial count, and F = J / (J + c (1 - J)), c = (a FN + b FP) / (FN + FP). For beta = 1, c = 1/2
    whatever the counts, and the limits of J become those of F. Otherwise c varies too, and adds

        (a² FN + b² FP) / (a FN + b FP)² - 1 / (FN + FP)

    to the variance 1 / (n J (1 - J)) of log(F / (1 - F)), which gives the n of the Wilson interval of J; counts stand
    for sums of squared weights above the line. Half a row is added to FN and FP there, and in c for the limits.
    """
    tp, fp, fn, _ = cells
    a = beta**2 / (1 + beta**2)
    b = 1 - a
    errors = fn.joined(fp)
    found = tp.sum + errors.sum
    if tp.sum + a * fn.sum + b * fp.sum == 0:
        return None
    jaccard, factor = tp.sum / found, _error_cost(a, fn, b, fp)
    fn_half, fp_half = (
        Weighed(cell.sum + cell.usual / 2, cell.squares + cell.usual**2 / 2) for cell in (fn, fp)
    )
    per_error = _error_cost(a, fn_half, b, fp_half)
    rows = found / (tp.usual if tp.sum == 0 else errors.usual)
    if tp.sum > 0 and errors.sum > 0:
        cost = a * fn_half.sum + b * fp_half.sum
        both = fn_half.joined(fp_half)
        of_cost = (a**2 * fn_half.squares + b**2 * fp_half.squares) / cost**2 - both.squares / both.sum**2
        variance = tp.squares / tp.sum**2 + errors.squares / errors.sum**2 + of_cost
        rows = 1 / (variance * jaccard * (1 - jaccard))
    limits = wilson(jaccard, rows, level)
    assert limits.low is not None
    assert limits.high is not None
    value = jaccard / (jaccard + factor * (1 - jaccard))
    low, high = (x / (x + per_error * (1 - x)) for x in (limits.low, limits.high))
    return Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=level,
        method="Wilson score of the share it grows with",
    )


def _error_cost(a: float, fn: Weighed, b: float, fp: Weighed) -> float:
    """Mean cost of an error, where a false negative costs a and a false positive b; none costs nothing."""
    errors = fn.sum + fp.sum
    return (a * fn.sum + b * fp.sum) / errors if errors > 0 else 0.0


def matthews_of(cells: Cells, level: float) -> Estimate | None:
    """Matthews' correlation of decisions and outcomes; None where a class or a decision does not occur."""
    if any(margin.sum == 0 for margin in cells.margins):
        return None
    return _by_delta(cells, _matthews, level)


def kappa_of(cells: Cells, level: float) -> Estimate | None:
    """Cohen's kappa of decisions and outcomes; None where there is one class alone and all decisions are right."""
    positive, negative, events, nonevents = cells.margins
    if positive.sum * nonevents.sum + events.sum * negative.sum == 0:
        return None
    return _by_delta(cells, _kappa, level)


_Measure = Callable[[float, float, float, float], tuple[float, Vector]]


def _matthews(tp: float, fp: float, fn: float, tn: float) -> tuple[float, Vector]:
    """Return the correlation, whose denominator is the root of the product of the margins, and its gradient."""
    positive, negative, events, nonevents = tp + fp, fn + tn, tp + fn, fp + tn
    scale = math.sqrt(positive) * math.sqrt(negative) * math.sqrt(events) * math.sqrt(nonevents)
    value = (tp * tn - fp * fn) / scale
    decision = np.array([1 / positive, 1 / positive, 1 / negative, 1 / negative])
    outcome = np.array([1 / events, 1 / nonevents, 1 / events, 1 / nonevents])
    return value, np.array([tn, -fn, -fp, tp]) / scale - value / 2 * (decision + outcome)


def _kappa(tp: float, fp: float, fn: float, tn: float) -> tuple[float, Vector]:
    """Return 2 (TP TN - FP FN) / (positive * nonevents + events * negative) and its gradient."""
    positive, negative, events, nonevents = tp + fp, fn + tn, tp + fn, fp + tn
    scale = positive * nonevents + events * negative
    value = 2 * (tp * tn - fp * fn) / scale
    of_scale = np.array([nonevents + negative, nonevents + positive, negative + events, positive + events])
    return value, (2 * np.array([tn, -fn, -fp, tp]) - value * of_scale) / scale


def _by_delta(cells: Cells, measure: _Measure, level: float) -> Estimate:
    """Return a measure between -1 and 1 with its interval by the delta method on Fisher's scale, atanh.

    The measure does not change when all cells grow by a factor, so cells · gradient = 0, and its variance is the sum of
    gradient² times the squared weights of each cell. Half a row is added to each cell for the interval (not
    for the value), which keeps an empty cell from counting as certain.
    """
    value, _ = measure(*(cell.sum for cell in cells))
    if min(margin.effective for margin in cells.margins) < FEW_ROWS:
        reason = f"fewer than {FEW_ROWS} events, non-events, or rows called positive or negative"
        return without_interval(value, level, reason)
    centre, gradient = measure(*(cell.sum + cell.usual / 2 for cell in cells))
    squares = np.array([cell.squares + cell.usual**2 / 2 for cell in cells])
    variance = float(np.sum(squares * gradient**2))
    # atanh is half the logit of (1 + value) / 2.
    shape = logit_interval((1 + value) / 2, (1 + centre) / 2, variance / 4, math.inf, level, "")
    assert shape.low is not None
    assert shape.high is not None
    low, high = 2 * shape.low - 1, 2 * shape.high - 1
    return Estimate(value=value, low=low, high=high, level=level, method="delta method, Fisher's scale")
