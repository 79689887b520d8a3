"""What a comparison of two forecasts gives: records, and which forecast is better, in words."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from ogive._base import Estimate, Record, normal_quantile, normal_tails, student_quantile, student_tails
from ogive.metrics.intervals import without_interval

# What makes a score better: more of it, less of it, being near to 1; None where that is not known.
Good: TypeAlias = Literal["higher", "lower", "nearer to 1"] | None


class Difference(Record, frozen=True, kw_only=True):
    """One score of two forecasts of the same rows.

    Attributes
    ----------
    metric : str
    a, b : float or None
        The score of each; None where it does not exist.
    difference : Estimate or None
        a - b with its paired interval; None where one of them does not exist.
    statistic, p_value : float or None
        The difference by its standard error, and the chance of one at least as large where there is none. None where
        there is no interval, and for a bootstrap, which tests nothing.
    better : str
        Name of the better forecast where the interval leaves out 0; empty where the data do not tell.
    verdict : str
        The same in a sentence.
    """

    metric: str
    a: float | None
    b: float | None
    difference: Estimate | None
    statistic: float | None = None
    p_value: float | None = None
    better: str = ""
    verdict: str = ""

    def __repr__(self) -> str:
        return self.verdict


class Comparison(Record, frozen=True, kw_only=True):
    """Two forecasts of the same rows, score by score.

    Attributes
    ----------
    names : tuple of two str
        Of the forecasts.
    count, events : float
        Rows and rows with the outcome (sums of weights).
    auc, average_precision, log_loss, brier, slope : Difference
    level : float
        Of all intervals.
    further : tuple of Difference
        Of the metrics that were asked for besides.
    """

    names: tuple[str, str]
    count: float
    events: float
    auc: Difference
    average_precision: Difference
    log_loss: Difference
    brier: Difference
    slope: Difference
    level: float
    further: tuple[Difference, ...] = ()

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All scores."""
        return (self.auc, self.average_precision, self.log_loss, self.brier, self.slope, *self.further)

    def __repr__(self) -> str:
        head = f"{self.names[0]} against {self.names[1]}: {self.count:,.0f} rows, {self.events:,.0f} with the outcome"
        return "\n".join([head, *(f"  {d.verdict}" for d in self.differences)])


class ManyComparison(Record, frozen=True, kw_only=True):
    """Two forecasts of several classes or labels of the same rows, score by score.

    Attributes
    ----------
    names : tuple of two str
        Of the forecasts.
    count : float
        Rows (sum of weights).
    classes : tuple of str
        Of the classes or labels.
    log_loss, brier : Difference
        As in `evaluate`: of classes the sum over them, of labels the mean.
    accuracy : Difference
        Share of rows whose most probable class is right; of labels, of rows of which all labels are, decided at 0.5.
    level : float
        Of all intervals.
    """

    names: tuple[str, str]
    count: float
    classes: tuple[str, ...]
    log_loss: Difference
    brier: Difference
    accuracy: Difference
    level: float

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All scores."""
        return (self.log_loss, self.brier, self.accuracy)

    def __repr__(self) -> str:
        first, second = self.names
        head = f"{first} against {second}: {self.count:,.0f} rows, {len(self.classes)} classes or labels"
        return "\n".join([head, *(f"  {d.verdict}" for d in self.differences)])


def tested(
    metric: str,
    names: tuple[str, str],
    values: tuple[float, float],
    variance: float,
    df: float,
    level: float,
    method: str,
    good: Good,
) -> Difference:
    """Return a difference ± t standard errors, tested against 0; with infinite `df` the normal distribution serves."""
    a, b = values
    error = math.sqrt(variance)
    half = (student_quantile(level, df) if df < math.inf else normal_quantile(level)) * error
    estimate = Estimate(value=a - b, low=a - b - half, high=a - b + half, level=level, method=method)
    statistic = (a - b) / error
    p_value = student_tails(statistic, df) if df < math.inf else normal_tails(statistic)
    return judged(metric, names, values, estimate, good, (statistic, p_value))


def untested(
    metric: str, names: tuple[str, str], values: tuple[float, float], level: float, reason: str
) -> Difference:
    """Return a difference without an interval, and why."""
    return judged(metric, names, values, without_interval(values[0] - values[1], level, reason), None)


def judged(
    metric: str,
    names: tuple[str, str],
    values: tuple[float | None, float | None],
    difference: Estimate | None,
    good: Good,
    test: tuple[float, float] | None = None,
) -> Difference:
    """Return a difference with what it says about which forecast is better."""
    better, verdict = _verdict(metric, names, values, difference, good)
    return Difference(
        metric=metric,
        a=values[0],
        b=values[1],
        difference=difference,
        statistic=None if test is None else test[0],
        p_value=None if test is None else test[1],
        better=better,
        verdict=verdict,
    )


def _verdict(
    metric: str,
    names: tuple[str, str],
    values: tuple[float | None, float | None],
    difference: Estimate | None,
    good: Good,
) -> tuple[str, str]:
    a, b = values
    if a is None or b is None or difference is None:
        lacking = [name for name, value in zip(names, values, strict=True) if value is None]
        return "", f"{metric}: does not exist for {' and '.join(lacking)}"
    against = f"{names[0]} {a:.3g}, {names[1]} {b:.3g}, difference {difference}"
    if difference.low is None or difference.high is None:
        return "", f"{metric}: {against}; {difference.method}"
    if difference.low <= 0 <= difference.high:
        return "", f"{metric}: the data do not tell which is better; {against}"
    # A slope below 1 and one above it may differ for certain without either being the better one for certain.
    if good is None or (good == "nearer to 1" and (a - 1) * (b - 1) < 0):
        return "", f"{metric}: differs; {against}"
    higher, lower = names if a > b else (names[1], names[0])
    below = max(a, b) <= 1  # of two slopes below 1 the higher is the nearer to it
    better = higher if good == "higher" or (good == "nearer to 1" and below) else lower
    return better, f"{metric}: {good} for {better}; {against}"
