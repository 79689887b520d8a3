"""Wald statistics: everything that follows from the coefficients and their covariance alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ogive._base import Estimate, InputError, Record, Vector, normal_quantile, normal_tails
from ogive.fitting import Solution

INTERCEPT = "(intercept)"
UNIDENTIFIED = "the data do not identify this coefficient (other columns determine its column)"


class WaldRow(Record, frozen=True, kw_only=True):
    """One coefficient with its Wald statistics; those that are not valid are None, and `reason` says why.

    Attributes
    ----------
    name : str
        Of the design column, or "(intercept)".
    estimate : float
        Log-odds a unit.
    standard_error, z, p, low, high : float or None
        Square root of the variance, estimate / standard error, two-sided p-value of z, and the limits
        estimate ± quantile * standard error.
    level : float
        Of the interval.
    reason : str
        Why the statistics are None; empty where they are valid.
    """

    name: str
    estimate: float
    standard_error: float | None = None
    z: float | None = None
    p: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    reason: str = ""

    @property
    def interval(self) -> Estimate:
        """The estimate with its Wald interval."""
        method = f"no interval: {self.reason}" if self.low is None else "Wald"
        return Estimate(value=self.estimate, low=self.low, high=self.high, level=self.level, method=method)


def wald_table(
    coef: Vector,
    covariance: Vector,
    level: float = 0.95,
    *,
    names: Sequence[str] | None = None,
    reason: str = "",
) -> tuple[WaldRow, ...]:
    """Return the Wald statistics of coefficients.

    Parameters
    ----------
    coef : array of shape (p,)
        Coefficients; `all_coefficients(solution)` for the intercept and those of the design.
    covariance : array of shape (p, p)
        Of the coefficients; rows of NaN mark what the data do not identify.
    level : float
        Of the intervals.
    names : sequence of str, optional
        One a coefficient; by default "(intercept)", "x0", "x1", …
    reason : str
        Where given, standard errors are not valid for this fit (see `validity`): only the estimates are
        returned, with this reason.

    Raises
    ------
    InputError
        Where the shapes do not match or the level is not between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.inference import wald_table
    >>> coef, covariance = np.array([0.0, 1.2]), np.array([[0.5, 0.1], [0.1, 0.16]])
    >>> row = wald_table(coef, covariance, names=["(intercept)", "age"])[1]
    >>> round(row.z, 4), round(row.p, 5), row.interval
    (3.0, 0.0027, 1.20 (0.42 – 1.98))
    """
    coef, covariance = np.asarray(coef, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    if coef.ndim != 1 or covariance.shape != (len(coef), len(coef)):
        raise InputError(
            f"a covariance of shape ({len(coef)}, {len(coef)}) was expected; got {covariance.shape}.",
            "pass the coefficients with the intercept first, as all_coefficients(solution) gives them",
        )
    if names is None:
        names = default_names(len(coef) - 1, intercept=True)
    if len(names) != len(coef):
        raise InputError(f"{len(coef)} names were expected; got {len(names)}.", "name every coefficient")
    quantile = normal_quantile(level)
    variances = np.diagonal(covariance)
    return tuple(
        _row(name, float(b), float(v), level, quantile, reason)
        for name, b, v in zip(names, coef, variances, strict=True)
    )


def _row(name: str, estimate: float, variance: float, level: float, quantile: float, reason: str) -> WaldRow:
    if not reason and not (math.isfinite(variance) and variance > 0 and math.isfinite(estimate)):
        reason = UNIDENTIFIED
    if reason:
        return WaldRow(name=name, estimate=estimate, level=level, reason=reason)
    error = math.sqrt(variance)
    z = estimate / error
    return WaldRow(
        name=name,
        estimate=estimate,
        standard_error=error,
        z=z,
        p=normal_tails(z),
        low=estimate - quantile * error,
        high=estimate + quantile * error,
        level=level,
    )


def all_coefficients(solution: Solution) -> Vector:
    """Return the intercept and the coefficients as one vector of shape (p + 1,), intercept first."""
    return np.concatenate([[solution.intercept], solution.coef])


def odds_ratio(estimate: Estimate, units: float = 1.0) -> Estimate | None:
    """Return the odds ratio of a change by `units`, with the interval carried over by the exponential.

    None where it exceeds the largest number, as for a column whose values are all tiny: choose smaller units.

    Parameters
    ----------
    estimate : Estimate
        Log-odds a unit, with any interval.
    units : float
        Size of the change; negative to compare downwards.

    Examples
    --------
    >>> from ogive import Estimate
    >>> from ogive.inference import odds_ratio
    >>> odds_ratio(Estimate(value=0.02, low=0.01, high=0.03, method="Wald"), units=10)
    1.22 (1.11 – 1.35)
    """
    value = _exp(units * estimate.value)
    if value is None:
        return None
    low, high = (None if x is None else _exp(units * x) for x in (estimate.low, estimate.high))
    if units < 0:
        low, high = high, low
    return Estimate(value=value, low=low, high=high, level=estimate.level, method=estimate.method)


def _exp(x: float) -> float | None:
    """exp(x), or None where it exceeds the largest number."""
    try:
        return math.exp(x)
    except OverflowError:
        return None


def default_names(p: int, *, intercept: bool = False) -> tuple[str, ...]:
    """Names of design columns that have none."""
    columns = tuple(f"x{j}" for j in range(p))
    return (INTERCEPT, *columns) if intercept else columns
