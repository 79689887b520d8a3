"""S-curves of a fitted model: along the linear predictor with both classes, along its strongest numbers."""

from __future__ import annotations

import numpy as np

from ogive._base import Estimate, Vector, normal_quantile
from ogive._kernels import logit, sigmoid
from ogive.metrics import reliability_curve
from ogive.report import Bin, Observed, TermCurve
from ogive.workflow.describe import DesignColumn, typical_row
from ogive.workflow.record import Parameters
from ogive.workflow.study import Study

MOST_CURVES, POINTS, BINS, GROUPS = 4, 61, 30, 10


def score_bins(y: Vector, linear: Vector, weights: Vector | None) -> tuple[Bin, ...]:
    """Count rows and events along the linear predictor; the outer bins take the lowest and highest 0.5 %."""
    low, high = np.quantile(linear, [0.005, 0.995])
    if not high > low:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    place = np.clip(np.searchsorted(edges, linear, side="right") - 1, 0, BINS - 1)
    base = np.ones(y.size) if weights is None else weights
    rows = np.bincount(place, base, BINS)
    events = np.bincount(place, base * y, BINS)
    return tuple(
        Bin(low=float(edges[i]), high=float(edges[i + 1]), rows=float(rows[i]), events=float(events[i]))
        for i in range(BINS)
    )


def term_curves(
    study: Study,
    described: tuple[DesignColumn, ...],
    parameters: Parameters,
    level: float,
) -> tuple[TermCurve, ...]:
    """Return the probability along the strongest numbers, every other column as in a typical row.

    A number is strong where a standard deviation of it moves the log-odds much.
    """
    intercept, coef, covariance = parameters.intercept, parameters.coef, parameters.covariance_matrix()
    numbers = [
        (j, c)
        for j, c in enumerate(described)
        if c.kind == "number" and c.name == c.term and coef[j] and c.sd
    ]
    strongest = sorted(numbers, key=lambda pair: -abs(coef[pair[0]]) * (pair[1].sd or 0.0))[:MOST_CURVES]
    base = typical_row(described)
    offset = 0.0 if study.offset is None else float(np.median(study.offset))
    curves = []
    for j, column in strongest:
        assert column.low is not None
        assert column.high is not None
        x = np.linspace(column.low, column.high, POINTS)
        rows = np.repeat(base[None, :], POINTS, axis=0)
        rows[:, j] = x
        eta = rows @ coef + intercept + offset
        low, high = _band(rows, eta, covariance, level)
        curves.append(
            TermCurve(
                term=column.name,
                x=tuple(x.tolist()),
                probability=tuple(sigmoid(eta).tolist()),
                low=low,
                high=high,
                observed=_observed(study, column, level),
            )
        )
    return tuple(curves)


def _band(
    rows: Vector, eta: Vector, covariance: Vector | None, level: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Pointwise Wald limits on the log-odds scale; no width where no covariance is valid."""
    if covariance is None:
        line = tuple(sigmoid(eta).tolist())
        return line, line
    x = np.column_stack([np.ones(len(rows)), rows])
    half = normal_quantile(level) * np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", x, covariance, x), 0.0))
    return tuple(sigmoid(eta - half).tolist()), tuple(sigmoid(eta + half).tolist())


def _observed(study: Study, column: DesignColumn, level: float) -> tuple[Observed, ...]:
    """Shares of events in about ten groups of equally many rows along a number.

    The reliability curve groups by a number in [0, 1]; any number is one after stretching.
    """
    assert column.low is not None
    assert column.high is not None
    values = study.columns.numbers[:, study.columns.number_names.index(column.name)]
    known = ~np.isnan(values)
    if study.weights is not None:
        known &= study.weights > 0
    span = column.high - column.low
    curve = reliability_curve(
        study.y[known],
        np.clip((values[known] - column.low) / span, 0.0, 1.0),
        None if study.weights is None else study.weights[known],
        bins=GROUPS,
        level=level,
    )
    return tuple(
        Observed(x=column.low + span * group.predicted, rows=group.count, rate=group.observed)
        for group in curve.bins
    )


def boundary(
    intercept: float, slope: float, covariance: Vector, *, probability: float = 0.5, level: float = 0.95
) -> Estimate:
    """Return where the probability crosses a value along one number, with its interval.

    With a the intercept less logit(probability) and b the slope, it is -a / b. Fieller's interval (1954,
    JRSS B 16:175) holds the x for which a + b x does not differ from 0:
    (a + b x)² <= z² (V_aa + 2 x V_ab + x² V_bb).
    It is bounded only where the slope differs from 0; `low` and `high` are None elsewhere.

    Parameters
    ----------
    intercept, slope : float
        Log-odds at 0, and a unit.
    covariance : array of shape (2, 2)
        Of the two, intercept first.
    probability : float
        The one that is crossed.
    level : float
        Of the interval.

    Examples
    --------
    >>> boundary(-4.0, 0.08, np.array([[0.16, -0.003], [-0.003, 0.00006]]))
    50.00 (47.50 – 52.50)
    """
    z2 = normal_quantile(level) ** 2
    intercept = intercept - float(logit(probability))
    (vaa, vab), (_, vbb) = np.asarray(covariance, dtype=np.float64)
    a, b, c = slope**2 - z2 * vbb, 2 * (intercept * slope - z2 * vab), intercept**2 - z2 * vaa
    value = -intercept / slope
    if a <= 0:
        return Estimate(value=value, level=level, method="no interval: the slope does not differ from 0")
    root = float(np.sqrt(max(b * b - 4 * a * c, 0.0)))
    return Estimate(
        value=value, low=(-b - root) / (2 * a), high=(-b + root) / (2 * a), level=level, method="Fieller"
    )
