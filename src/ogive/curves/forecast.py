"""Forecasts beyond the points: levels, or what is added and its sum, and whether the points tell where growth ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import Estimate, InputError, Vector, as_vector, check_finite
from ogive.curves.intervals import Band, Read
from ogive.curves.noises import noise_named
from ogive.curves.observations import expected_limits, observed
from ogive.curves.quantities import CurveQuantity, far_levels
from ogive.views import MOST_WIDTH, as_text, measured_text, table_of, text_table

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit

# Most places of a forecast that is asked for by where it ends.
MOST_PLACES = 2000


@dataclass(frozen=True, eq=False)
class Forecast:
    """What one curve says beyond its points. It displays itself as a table.

    Attributes
    ----------
    group : str
        Empty where there are no groups.
    new : Band
        Expected observations at x, with the limits of single ones; of fits of increments what is added since the
        place before.
    curve : Band
        The same with the limits of what is expected.
    total : Band or None
        Of fits of increments: the sum of all that was observed and all that is added after it.
    far_level : CurveQuantity or None
        The level that the curve leads to; None of a function, of which it is not known.
    statement : str
        What the points tell of that level.
    endless : bool
        Whether they set no limit of it.
    """

    group: str
    new: Band
    curve: Band
    total: Band | None
    far_level: CurveQuantity | None
    statement: str
    endless: bool = False

    def __repr__(self) -> str:
        parts = [("forecast", self.new)] + ([("sum", self.total)] if self.total else [])
        rows = [
            {"x": f"{x:.12g}"} | {name: _cell(band, k) for name, band in parts}
            for k, x in enumerate(self.new.x.tolist())
        ]
        title = [self.group] if self.group else []
        return "\n".join([*title, as_text(text_table(table_of("", rows)), MOST_WIDTH), f"  {self.statement}"])


@dataclass(frozen=True, eq=False)
class Places:
    """Where forecasts are: places of several curves, one curve after another.

    `before` are the places before them, and `weight` the weights, or numbers of trials, of the observations there.
    """

    curves: NDArray[np.intp]
    x: Vector
    before: Vector
    weight: Vector


def forecast(fit: CurveFit, x: ArrayLike, groups: Collection[str] | None = None) -> list[Forecast]:
    """Say what comes after the points of every curve, and whether they tell where it ends.

    Parameters
    ----------
    fit
        Curves fitted to points.
    x
        Where the forecasts end: their steps are those of the points, by their median. Or the places themselves, of
        shape (n,), after all points and in order.
    groups : collection of str, optional
        Those to forecast; all unless given.

    Returns
    -------
    list of Forecast
        With the limits of new observations of the weight, or the number of trials, that the last point of the group
        has; of fits of increments those of what is added in each step, and of the sum. Where sizes of counts or
        correlations of shares are estimated, limits count that these are not known.

    Raises
    ------
    InputError
        Where places are not after the points.

    Examples
    --------
    >>> from ogive.curves import fit, forecast
    >>> day, size = [0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]
    >>> forecast(fit(day, size, family="logistic"), 20)[0]
      x    forecast
      16   28.84 (28.52 – 29.17)
      18   29.06 (28.73 – 29.40)
      20   29.15 (28.81 – 29.50)
      The capacity is 29.20 (28.94 – 29.47).
    """
    if fit.points.coordinates is not None:
        raise InputError("x has several coordinates; there is no beyond.", "use predict(x)")
    if noise_named(fit.noise).core == "binomial" and fit.increments:
        raise InputError("shares are not what is added.", "fit the number of those that were added")
    chosen = [k for k, name in enumerate(fit.groups) if groups is None or name in groups]
    if groups is not None and not 0 < len(chosen) == len(set(groups)):
        raise InputError("there is no curve for some of these groups.", "see the groups of the fit")
    places = [_places(fit, k, x) for k in chosen]
    sizes = [one.size for one in places]
    curves = np.repeat(chosen, sizes).astype(np.intp)
    at = np.concatenate([*places, []])
    last = fit.points.per_group(np.maximum, fit.points.x)
    before = np.append(np.nan, at[:-1])[: at.size]
    opens = np.append(True, curves[1:] != curves[:-1])[: at.size]
    before = np.where(opens, last[curves], before)
    weight = fit.points.weight[fit.points.offsets[1:] - 1]
    beyond = Places(curves, at, before, weight[curves])
    new, curve = new_observations(fit, beyond)
    total = _sums(fit, beyond, curve.value, last) if fit.increments else None
    known = fit.family.kind != "function"
    far: list[CurveQuantity | None] = [*far_levels(fit)] if known else [None] * len(fit.groups)
    return [
        Forecast(
            group=fit.groups[k],
            new=new.at(rows := np.flatnonzero(curves == k)),
            curve=curve.at(rows),
            total=None if total is None else total.at(rows),
            far_level=far[k],
            **_outlook(fit, k, far[k]),
        )
        for k in chosen
    ]


def new_observations(fit: CurveFit, places: Places) -> tuple[Band, Band]:
    """Return bands of single observations, and of what is expected of them: of increments since the place before."""
    read = reader(fit, places.x, places.before if fit.increments else None)
    value = fit.uncertainty.estimates(places.curves, read)[0]
    expected = expected_limits(fit, places.curves, read)
    variance = _variance(fit, places, value)
    low, high = observed(fit, places.curves, read, value, variance, places.weight, expected=expected)
    return Band(places.x, value, low, high), Band(places.x, value, *expected)


def _sums(fit: CurveFit, places: Places, value: Vector, last: Vector) -> Band:
    """Return the band of sums: of all that was observed, and what is added after it, whose variances add up."""
    read = reader(fit, places.x, last[places.curves])
    added = fit.uncertainty.estimates(places.curves, read)[0]
    variance = _variance(fit, places, value)
    for group in range(len(fit.groups)):
        rows = places.curves == group
        variance[rows] = np.cumsum(variance[rows])
    low, high = observed(fit, places.curves, read, added, variance)
    there = fit.points.per_group(np.add, fit.points.y)[places.curves]
    return Band(places.x, there + added, there + low, there + high)


def _variance(fit: CurveFit, places: Places, value: Vector) -> Vector:
    """Variance of single observations by the dispersion; of shares by that and the trials."""
    shares = noise_named(fit.noise).core == "binomial"
    precision = fit.precision(value, places.curves, places.weight if shares else 1.0)
    return 1 / (precision if shares else precision * places.weight)


def reader(fit: CurveFit, x: Vector, before: Vector | None = None) -> Read:
    """Read the curve at x, or what is added to it since the places before."""
    t, start = (
        np.empty(0) if one is None else np.ascontiguousarray(fit.family.place(one)) for one in (x, before)
    )

    def read(tasks: NDArray[np.intp], z: Vector, variant: int) -> tuple[Vector, Vector]:
        made, offsets = fit.solutions.variants[variant].made, np.arange(tasks.size + 1, dtype=np.int64)
        since = start[tasks] if start.size else start
        value, slopes = made.values(t[tasks], since, offsets, np.ascontiguousarray(z))
        return value, slopes.T

    return read


def _places(fit: CurveFit, group: int, x: ArrayLike) -> Vector:
    """Return the places of a group's forecast: those that are given, or steps like those of its points."""
    seen = np.unique(_own(fit, group)[0])
    last = float(seen[-1])
    if np.ndim(x):
        given = as_vector(x, "x")
        check_finite(given, "x")
        if not given.size or not (given > last).all() or not (np.diff(given) > 0).all():
            raise InputError(
                f"a forecast is after the points, which end at {last:g}, place after place.",
                "pass later places in order; predict(x) is for any",
            )
        return given
    end = float(as_vector(np.atleast_1d(x), "x")[0])
    if not (np.isfinite(end) and end > last):
        raise InputError(f"there is no forecast to {end:g}: the points end at {last:g}.", "pass a later x")
    t = fit.family.place(np.append(seen, end))
    step = float(np.median(np.diff(t[np.isfinite(t)][:-1])))
    count = int(np.ceil((t[-1] - t[-2]) / step - 1e-9))
    if count > MOST_PLACES:
        raise InputError(
            f"there are {count:,} steps to {end:g}.", "end it nearer, or pass the places that are wanted"
        )
    along = t[-2] + step * np.arange(1, count)
    return np.append(np.exp(along) if fit.family.scale == "log" else along, end)


def _own(fit: CurveFit, group: int) -> tuple[Vector, Vector]:
    """Return x and y of a group."""
    rows = slice(*fit.points.offsets[group : group + 2])
    return fit.points.x[rows], fit.points.y[rows]


class _Outlook(TypedDict):
    """What a forecast says of the level that the curve leads to."""

    statement: str
    endless: bool


def _outlook(fit: CurveFit, group: int, far: CurveQuantity | None) -> _Outlook:
    """Say what the points tell of the level that a curve leads to."""
    if far is None:
        return {"statement": "Of a function it is not known to which level it leads.", "endless": False}
    last = _own(fit, group)[0].max()
    now = float(fit.predict([last], [fit.groups[group]] if fit.points.names else None)[0])
    estimate = far.estimate
    if not np.isfinite(estimate.value):
        words = f"A curve of the family {fit.family.name} leads to no level."
        return {"statement": words, "endless": False}
    rises = estimate.value >= now
    same = (
        one.name
        for one in fit.family.parameters
        if one.unit == "y" and np.isclose(fit.values[one.name][group], estimate.value, rtol=1e-9)
    )
    name = next(same, "level that it leads to")
    side, going = ("upper", "growth") if rises else ("lower", "the fall")
    if (estimate.high if rises else estimate.low) is None:
        words = f"The points set no {side} limit of the {name}: {going} may go on without end so far as they tell."
        return {"statement": words, "endless": True}
    return {"statement": f"The {name} is {measured_text(estimate)}.", "endless": False}


def _cell(band: Band, k: int) -> str:
    """Return a value with its limits as text."""
    low, high = (float(end[k]) if np.isfinite(end[k]) else None for end in (band.low, band.high))
    return repr(Estimate(value=float(band.value[k]), low=low, high=high))
