"""Curves fitted to points, without start values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import Estimate, InputError, Record, Vector, as_vector, normal_quantile, student_quantile
from ogive.curves.engine import NOISES, Noise, Solutions, solve
from ogive.curves.families import family as family_named
from ogive.curves.family import Family
from ogive.curves.points import Points, points_of

# What is read off a family: at x, with the parameters of a shape, which is that of a variant.
_Read: TypeAlias = Callable[[Vector, Vector, int], Vector]


class CurveParameter(Record, frozen=True, kw_only=True):
    """A parameter of one curve.

    Attributes
    ----------
    group : str
        Empty where there are no groups.
    name, meaning, unit : str
    estimate : Estimate
        With Wald's interval, or without one and the reason why.
    se : float or None
        Standard error; None where it is not valid.
    identified : bool
        Whether the points determine it.
    """

    group: str
    name: str
    meaning: str
    unit: str
    estimate: Estimate
    se: float | None
    identified: bool


@dataclass(frozen=True, eq=False)
class CurveFit:
    """Curves of a family, one a group.

    Attributes
    ----------
    family : Family
    points : Points
    noise : str
    level : float
        Of the intervals.
    solutions : Solutions
    """

    family: Family
    points: Points
    noise: Noise
    level: float
    solutions: Solutions

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups; one without a name where there are none."""
        return self.points.names or ("",)

    @cached_property
    def degrees_of_freedom(self) -> Vector:
        """Points of each group less the parameters that moved."""
        return np.asarray(self.points.counts - self.solutions.free.sum(axis=1), dtype=np.float64)

    @cached_property
    def dispersion(self) -> Vector:
        """Variance of the noise of each group by that of its model: estimated for Gaussian and gamma noise, else 1."""
        if self.noise in {"poisson", "binomial"}:
            return np.ones(len(self.groups))
        df = self.degrees_of_freedom
        return np.where(df > 0, 2 * self.solutions.loss / np.where(df > 0, df, 1.0), np.nan)

    @cached_property
    def covariance(self) -> Vector:
        """Covariance of the shape's parameters, (groups, P, P); 0 where a parameter did not move."""
        free = self.solutions.free
        both = free[:, :, None] & free[:, None, :]
        information = np.where(both, self.solutions.information, 0.0)
        size = np.sqrt(np.einsum("gii->gi", information))
        size = np.where(free & (size > 0), size, 1.0)
        scaled = (
            information / (size[:, :, None] * size[:, None, :]) + np.eye(free.shape[1]) * ~free[:, None, :]
        )
        inverse = np.linalg.pinv(scaled, rcond=1e-14, hermitian=True)
        return (
            np.where(both, inverse / (size[:, :, None] * size[:, None, :]), 0.0)
            * self.dispersion[:, None, None]
        )

    @cached_property
    def values(self) -> dict[str, Vector]:
        """Estimates by parameter, one a group."""
        return {reading.name: reading.value(self.solutions.z) for reading in self.family.parameters}

    @cached_property
    def standard_errors(self) -> dict[str, Vector]:
        """Standard errors by parameter, one a group; NaN where the points do not determine it."""
        found = {}
        for reading in self.family.parameters:
            slopes = reading.gradient(self.solutions.z)
            variance = np.einsum("gi,gij,gj->g", slopes, self.covariance, slopes)
            moved = ((slopes != 0) & self.solutions.bounded).any(axis=1)
            found[reading.name] = np.where(
                moved | ~(variance > 0), np.nan, np.sqrt(np.maximum(variance, 0.0))
            )
        return found

    @property
    def parameters(self) -> list[CurveParameter]:
        """Every parameter of every curve, with its interval or the reason why there is none."""
        return [
            self._parameter(k, group, number)
            for k, group in enumerate(self.groups)
            for number in range(len(self.family.parameters))
        ]

    def _parameter(self, group: int, name: str, number: int) -> CurveParameter:
        reading = self.family.parameters[number]
        value = float(self.values[reading.name][group])
        se = float(self.standard_errors[reading.name][group])
        reason = self._reason(group)
        df = self.degrees_of_freedom[group]
        if reason or not np.isfinite(se):
            reason = reason or "the points do not determine it"
            estimate = Estimate(value=value, level=self.level, method=reason)
        else:
            certain = self.noise in {"poisson", "binomial"}
            t = normal_quantile(self.level) if certain else student_quantile(self.level, df)
            low, high = value - t * se, value + t * se
            estimate = Estimate(value=value, low=low, high=high, level=self.level, method="Wald")
        identified = estimate.low is not None
        return CurveParameter(
            group=name,
            name=reading.name,
            meaning=reading.meaning,
            unit=reading.unit,
            estimate=estimate,
            se=se if identified else None,
            identified=identified,
        )

    def _reason(self, group: int) -> str:
        """Say why a curve has no standard errors; empty where it has."""
        bounded = np.flatnonzero(self.solutions.bounded[group])
        if bounded.size:
            shape = self.family.variants[int(self.solutions.variant[group])].made
            parts = " and ".join(shape.parts[index].name for index in bounded)
            return f"the points do not determine {parts}"
        if not self.solutions.converged[group]:
            return "the fit did not converge"
        if not self.degrees_of_freedom[group] > 0:
            return "there are no more points than parameters"
        return ""

    def predict(self, x: ArrayLike, by: ArrayLike | None = None) -> Vector:
        """Return the curve at x: of the only group, or of the group that `by` names for each x.

        Raises
        ------
        InputError
            Where there are several groups and `by` is missing, or names one that was not fitted.
        """
        at = as_vector(x, "x")
        return self._of_groups(at, by, self.family.value)

    def derivative(self, x: ArrayLike, by: ArrayLike | None = None) -> Vector:
        """Return dy/dx of the curve at x, as in `predict`."""
        at = as_vector(x, "x")
        return self._of_groups(at, by, self.family.derivative)

    def _of_groups(self, x: Vector, by: ArrayLike | None, read: _Read) -> Vector:
        found = np.empty(x.size)
        for k, rows in self._rows(x, by):
            variant = int(self.solutions.variant[k])
            size = self.family.variants[variant].size
            found[rows] = read(x[rows], np.ascontiguousarray(self.solutions.z[k, :size]), variant)
        return found

    def _rows(self, x: Vector, by: ArrayLike | None) -> list[tuple[int, NDArray[np.intp]]]:
        if by is None:
            if len(self.groups) > 1:
                raise InputError(
                    f"there are {len(self.groups)} curves; say which.", "pass by, one group an x"
                )
            return [(0, np.arange(x.size))]
        labels = np.broadcast_to(np.asarray(by).astype(str), x.shape)
        known = {name: k for k, name in enumerate(self.groups)}
        rows = []
        for name in np.unique(labels).tolist():
            if name not in known:
                raise InputError(
                    f"there is no curve for the group {name!r}.",
                    f"the groups are {', '.join(self.groups[:8])}",
                )
            rows.append((known[name], np.flatnonzero(labels == name)))
        return rows


def fit(
    x: ArrayLike,
    y: ArrayLike,
    *,
    family: str | Family = "logistic",
    by: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    noise: Noise = "gaussian",
    level: float = 0.95,
) -> CurveFit:
    """Fit S-curves to points, one a group, without start values.

    Starts come from a grid over the points; the best of them are followed by Levenberg and Marquardt's steps within
    bounds that are far beyond the points. Units change nothing but the units of the answer.

    Parameters
    ----------
    x, y : array of shape (n,)
        The points. With noise "binomial" y is a share, and the weight the number of trials.
    family : str or Family
        Name of the family; `families()` lists them.
    by : array of shape (n,), optional
        Group of each point: each has a curve of its own.
    weights : array of shape (n,), optional
        Inverse of the variance of y, up to a factor; number of trials with noise "binomial".
    noise : "gaussian", "poisson", "binomial" or "gamma"
        How y scatters about the curve: with the same spread everywhere, as counts, as shares of trials, or by a
        constant share of the curve.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        Where an input is not usable, or a group has fewer points than the family has parameters.

    Examples
    --------
    >>> from ogive.curves import fit
    >>> day, size = [0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]
    >>> found = fit(day, size, family="logistic")
    >>> [(p.name, p.estimate) for p in found.parameters]
    [('capacity', 29.20 (28.94 – 29.46)), ('midpoint', 6.95 (6.88 – 7.02)), ('rate', 0.49 (0.47 – 0.50))]
    >>> found.predict([7.0]).round(1)
    array([14.8])
    """
    if noise not in NOISES:
        raise InputError(f"there is no noise {noise!r}.", f"choose one of {', '.join(NOISES)}")
    named = family_named(family) if isinstance(family, str) else family
    points = points_of(x, y, weights, by)
    _check(named, points, noise)
    return CurveFit(named, points, noise, level, solve(named, points, noise))


def _check(family: Family, points: Points, noise: Noise) -> None:
    """Refuse points that no curve can be fitted to."""
    needed = len(family.parameters)
    few = np.flatnonzero(points.counts < needed)
    if few.size:
        where = f"the group {points.names[few[0]]!r} has" if points.names else "there are"
        raise InputError(
            f"{where} {points.counts[few[0]]} points, and the family {family.name} has {needed} parameters.",
            "add points, or choose a family with fewer parameters",
        )
    for name, values in (("x", points.x), ("y", points.y)):
        same = np.flatnonzero(points.per_group(np.minimum, values) == points.per_group(np.maximum, values))
        if same.size:
            where = f" in the group {points.names[same[0]]!r}" if points.names else ""
            raise InputError(
                f"every {name} is {values[points.offsets[same[0]]]:g}{where}; a curve needs different ones.",
                f"check the column of {name}",
            )
    if noise != "gaussian" and (points.y < 0).any():
        raise InputError(f"y is negative, and noise {noise!r} has no values below 0.", "use noise='gaussian'")
    if noise == "binomial" and (points.y > 1).any():
        raise InputError(
            "y is above 1; with noise 'binomial' it is a share.",
            "divide by the number of trials, and pass that as weights",
        )
