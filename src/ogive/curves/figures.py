"""Figures of fitted curves: which numbers they draw, and the finding that each title states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector, interval_texts
from ogive.curves.naming import group_words, in_words, name_of, unit_of, unit_words
from ogive.curves.noises import noise_named
from ogive.curves.readings import BOTTOM, TOP
from ogive.curves.shapes import LEFT, LEVEL, LOG_RATE, PLACE, RIGHT
from ogive.views import (
    Dot,
    DrawnCurve,
    Figure,
    Frame,
    GroupEstimate,
    Place,
    Ribbon,
    curve_figure,
    measured_text,
    number,
    overlay_figure,
    panels_figure,
    parameter_figure,
    place,
    residual_figure,
)

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit
    from ogive.curves.parameters import CurveParameter
    from ogive.curves.readings import Reading

# Places along a curve alone, and in a panel; curves on common axes, in panels, and lines of a forest plot.
_ALONG, _SMALL = 61, 31
OVERLAID, PANELS, LINES = 3, 12, 60
# More points than this are drawn as means of neighbours; more single points, or residuals, are thinned.
_DOTS, _SINGLES = 120, 600
_MEANS = 40
# So few points are all drawn alike, repeated or not.
_REPEATED = 20
# Points of a set of curves from which on profiles take long, and say what standard errors say.
_MANY = 1000


def fit_figure(
    fit: CurveFit,
    *,
    x: str = "x",
    y: str = "y",
    by: str = "group",
    upto: float | None = None,
    groups: Sequence[str] | None = None,
) -> Figure:
    """Return the curves with their points and bands: one, up to three on common axes, or more in small panels.

    Parameters
    ----------
    fit
        Curves fitted to points.
    x, y, by : str
        Titles of the axes, with their units, and what the groups are.
    upto : float, optional
        Where forecasts end.
    groups : sequence of str, optional
        Those to draw; if not given, the twelve whose points lie furthest from their curves.

    Raises
    ------
    InputError
        Where there is no such group, or x has several columns.
    """
    _check_drawable(fit)
    chosen = worst_first(fit)[:PANELS] if groups is None else _known(fit, groups)
    alone = chosen.size == 1
    fit = _quick(fit)
    panels = not alone and (upto is not None or chosen.size > OVERLAID)
    curves = [drawn_curve(fit, k, by, upto, small=panels) for k in chosen.tolist()]
    frame = Frame.of(x, [v for curve in curves for v in (*curve.x, *_places_of(curve))], log=_is_log(fit))
    if alone:
        k = int(chosen[0])
        title, centre = curve_title(fit, k, curves[0], x, y), _centre(fit, k, frame)
        return curve_figure("curve", title, curves[0], frame, y, level=fit.level, places=centre)
    title = _groups_title(fit, chosen, by)
    if any(curve.since is not None for curve in curves):
        title = _ahead_title(curves, len(fit.groups), x)
    if panels:
        return panels_figure("curves", title, curves, frame, y, level=fit.level)
    return overlay_figure("curves", title, sorted(curves, key=_natural_name), frame, y, level=fit.level)


def _check_drawable(fit: CurveFit) -> None:
    """Refuse to draw over several coordinates."""
    if fit.points.coordinates is not None:
        raise InputError(
            "x has several columns; a curve is drawn over one.", "see fit.parameters and fit.predict(x)"
        )


def _quick(fit: CurveFit) -> CurveFit:
    """Return the fit with bands by standard errors where there are so many points that profiles agree with them."""
    return replace(fit, intervals="wald") if fit.points.x.size / fit.solutions.loss.size > _MANY else fit


def drawn_curve(
    fit: CurveFit, group: int, by: str = "group", upto: float | None = None, *, small: bool = False
) -> DrawnCurve:
    """Return the curve of a group as it is drawn: in a panel with less detail."""
    x, y, weight = _own(fit, group)
    along = _grid(fit, x, upto, _SMALL if small else _ALONG)
    of = np.full(along.size, fit.groups[group]) if fit.points.names else None
    shares = noise_named(fit.noise).core == "binomial"
    band = fit.predict(along, of, interval="confidence")
    ahead = upto is not None and upto > x.max()
    plain = (small and not ahead) or shares or fit.increments
    beyond = None if plain else fit.predict(along, of, interval="prediction")
    dots, singles, pooled = _dots(x, y, weight)
    return DrawnCurve(
        name=group_words(by, fit.groups[group]),
        x=tuple(along.tolist()),
        y=_short(band.value),
        curve=Ribbon(low=_short(band.low), high=_short(band.high)),
        points=None if beyond is None else Ribbon(low=_short(beyond.low), high=_short(beyond.high)),
        dots=dots,
        singles=() if small or shares else singles,
        pooled=pooled,
        since=float(x.max()) if ahead else None,
    )


def standardised(fit: CurveFit) -> tuple[Vector, Vector]:
    """Return the fitted value at each point, and its residual in standard deviations of the noise (Pearson's)."""
    points = fit.points
    group = np.repeat(np.arange(points.counts.size), points.counts)
    by = np.array(fit.groups)[group] if points.names else None
    value = fit.predict(points.x, by)
    if fit.increments:
        value = value - fit.predict(points.places_before(), by)
    sets = fit.solutions.split(group)[0]
    variance = 1 / fit.precision(value, group, points.weight)
    size = fit.uncertainty.dispersion[sets] * fit.uncertainty.unit(sets)
    with np.errstate(divide="ignore", invalid="ignore"):
        return value, np.asarray((points.y - value) * np.sqrt(points.weight / (size * variance)))


def residual_figures(fit: CurveFit, *, x: str = "x", y: str = "y") -> list[Figure]:
    """Return the standardised residuals against the fitted values and against x; none where no point is left over."""
    _check_drawable(fit)
    value, residual = standardised(fit)
    known = np.flatnonzero(np.isfinite(residual))
    if not known.size:
        return []
    beyond, expected = int((np.abs(residual[known]) > 2).sum()), 0.0455 * known.size
    title = (
        f"{beyond or 'None'} of {known.size:,} points {'lies' if beyond == 1 else 'lie'} more than 2 standard "
        f"deviations from {'their curves' if len(fit.groups) > 1 else 'the curve'}; by chance {_about(expected)} would"
    )
    known = _thinned(known, _SINGLES)
    figures = []
    for name, heading, at, log in (
        ("residuals-fitted", title, value, False),
        ("residuals-x", f"The same residuals along {name_of(x)}", fit.points.x, _is_log(fit)),
    ):
        dots = [Dot(x=float(at[k]), y=float(residual[k])) for k in known]
        label = f"{name_of(y)} on the curve" if name == "residuals-fitted" else x
        figures.append(residual_figure(name, heading, dots, Frame.of(label, [d.x for d in dots], log=log)))
    return figures


def parameter_figures(
    fit: CurveFit,
    *,
    x: str = "x",
    y: str = "y",
    by: str = "group",
    sort: Literal["estimate", "name"] = "estimate",
) -> list[Figure]:
    """Return each parameter over the groups, up to sixty of them; those that all groups share are left out.

    Parameters
    ----------
    fit
        Curves fitted to points.
    x, y, by : str
        Titles of the axes, for the units, and what the groups are.
    sort : "estimate" or "name"
        By the estimate of the place where the curve is steepest, the same order in all figures; or by name.
    """
    if len(fit.groups) == 1:
        return []
    rows = {
        reading.name: [p for p in fit.parameters if p.name == reading.name]
        for reading in fit.family.parameters
    }
    order = sorted(range(len(fit.groups)), key=lambda k: _natural(fit.groups[k]))
    if sort == "estimate":
        first = rows[headline(fit).name]
        order.sort(key=lambda k: (not first[k].identified, first[k].estimate.value))
    if len(order) > LINES:
        at = np.linspace(0, len(order) - 1, LINES).round().astype(int)
        order = [order[k] for k in at]
    return [
        parameter_figure(
            f"parameter-{name}",
            _parameter_title(every, by),
            [GroupEstimate(group=every[k].group, estimate=every[k].estimate) for k in order],
            " ".join(filter(None, [name, _bracketed(unit_words(every[0].unit, x, y))])),
        )
        for name, every in rows.items()
        if len({p.estimate.value for p in every}) > 1
    ]


def headline(fit: CurveFit) -> Reading:
    """Return the parameter that is told first: the place where the curve is steepest, if the family has one."""
    shape = fit.solutions.variants[0].made
    for reading in fit.family.parameters:
        if reading.part >= 0 and shape.parts[reading.part].kind == PLACE:
            return reading
    return fit.family.parameters[0]


class Role(Enum):
    """What a parameter is of a curve."""

    LEVEL, PLACE, RATE, OTHER = range(4)


def side_of(fit: CurveFit, group: int, reading: Reading) -> tuple[Role, bool]:
    """Return what a parameter is of a curve, and whether it belongs to its right end (that of a level)."""
    if reading.part in {BOTTOM, TOP}:
        return Role.LEVEL, (reading.part == TOP) == rises(fit, group)
    if reading.part < 0:
        return Role.OTHER, False
    variant = int(fit.solutions.variant[fit.solutions.split(np.array([group]))[0][0]])
    kind = fit.solutions.variants[variant].made.parts[reading.part].kind
    if kind == LEVEL and reading.part in {LEFT, RIGHT}:
        return Role.LEVEL, reading.part == RIGHT
    return {PLACE: Role.PLACE, LOG_RATE: Role.RATE}.get(kind, Role.OTHER), False


def rises(fit: CurveFit, group: int) -> bool:
    """Whether a curve ends higher than it begins, over its points."""
    x = _own(fit, group)[0]
    by = [fit.groups[group]] * 2 if fit.points.names else None
    first, last = fit.predict([x.min(), x.max()], by)
    return bool(first <= last)


def worst_first(fit: CurveFit) -> NDArray[np.intp]:
    """Return the curves in the order of the share of the variance of y that they leave, the largest first."""
    value, _ = standardised(fit)
    points = fit.points
    w = points.weight
    mean = points.per_group(np.add, w * points.y) / points.per_group(np.add, w)
    around = points.y - np.repeat(mean, points.counts)
    left = points.per_group(np.add, w * (points.y - value) ** 2) / points.per_group(np.add, w * around**2)
    return np.argsort(-left, kind="stable")


def curve_title(fit: CurveFit, group: int, curve: DrawnCurve, x: str, y: str) -> str:
    """Say what a curve does over its points, and where it is steepest or what is not known."""
    last = float(_own(fit, group)[0].max())
    end = max(k for k, at in enumerate(curve.x) if at <= last)
    found = parameters_of(fit, group)
    named = next(p for p in found if p.name == headline(fit).name)
    lost = [p.name for p in found if not p.identified]
    told = f"{named.name} {measured_text(named.estimate)}"
    if named.estimate.low is not None and named.estimate.low == named.estimate.high:
        told = f"{named.name} {place(named.estimate.value)}, given"
    if lost:
        told = f"the points do not determine {in_words(lost)}"
    return _capital(
        f"{name_of(y)} from {_spoken(curve.y[0], curve.y[end], y)} over {name_of(x)} from "
        f"{place(curve.x[0], 3)} to "
        f"{place(curve.x[end], 3)} {unit_of(x)}".rstrip()
        + f"; {told}"
    )


def _spoken(first: float, last: float, title: str) -> str:
    return f"{number(first)} to {number(last)} {unit_of(title)}".rstrip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def parameters_of(fit: CurveFit, group: int) -> list[CurveParameter]:
    """Return the parameters of one curve."""
    size = len(fit.family.parameters)
    return fit.parameters[group * size : (group + 1) * size]


def _groups_title(fit: CurveFit, chosen: NDArray[np.intp], by: str) -> str:
    shown, name = chosen.size, headline(fit).name
    if shown < len(fit.groups):
        return f"The {shown} of {len(fit.groups):,} curves whose points lie furthest from them"
    found = [p for p in fit.parameters if p.name == name and p.identified]
    if len({p.estimate.value for p in found}) < 2:
        return f"{shown} curves"
    if shown <= OVERLAID:
        return f"{name} " + in_words(
            [f"{measured_text(p.estimate)} in {group_words(by, p.group)}" for p in found]
        )
    which, low, high = spread(found, by)
    return f"{shown} curves: {name} {which}from {low} to {high}"


def _ahead_title(curves: Sequence[DrawnCurve], every: int, x: str) -> str:
    """Say where the curves that are drawn end, as far as the points tell; all forecasts end at the same place."""
    ahead = [one for one in curves if one.since is not None]
    shown = f"{len(curves)} of {every:,} curves" if len(curves) < every else f"{every} curves"
    title = f"Forecasts of {shown} to {name_of(x)} {place(ahead[0].x[-1])}"
    told = sorted((one for one in ahead if _ends_somewhere(one)), key=lambda one: one.y[-1])
    open_ones = f"in {len(ahead) - len(told)} without a limit" if len(told) < len(ahead) else ""
    ends = list(dict.fromkeys(f"{number(one.y[-1])} ({one.name})" for one in told))
    reach = ends[0] if len(ends) == 1 else f"from {ends[0]} to {ends[-1]}" if ends else ""
    words = ", ".join(filter(None, [reach, open_ones]))
    return f"{title}: {words}"


def _ends_somewhere(curve: DrawnCurve) -> bool:
    """Whether the last place of a curve has both limits."""
    return curve.curve is not None and bool(np.isfinite([curve.curve.low[-1], curve.curve.high[-1]]).all())


def spread(found: Sequence[CurveParameter], by: str) -> tuple[str, str, str]:
    """Return where a parameter lies in the groups that determine it: in half of them, if they are many; from, to."""
    order = sorted(found, key=lambda p: p.estimate.value)
    if len(order) <= PANELS:
        first, last = (f"{_value(p)} ({group_words(by, p.group)})" for p in (order[0], order[-1]))
        return "", first, last
    quarter = len(order) // 4
    return (
        "in half of the groups ",
        _value(order[quarter]),
        _value(order[-1 - quarter]),
    )


def _value(p: CurveParameter) -> str:
    """Return an estimate with the digits that its interval supports."""
    return interval_texts(p.estimate.value, p.estimate.low, p.estimate.high)[0]


def _parameter_title(found: Sequence[CurveParameter], by: str) -> str:
    inside = [p for p in found if p.identified]
    name = found[0].name
    hidden = f"; {LINES} of {len(found)} groups are shown" if len(found) > LINES else ""
    if not inside:
        return f"No group determines {name}{hidden}"
    lost = len(found) - len(inside)
    without = (
        f"; {lost} of {len(found)} groups {'does' if lost == 1 else 'do'} not determine it" if lost else ""
    )
    if len(inside) == 1:
        return f"{name} {measured_text(inside[0].estimate)} in {group_words(by, inside[0].group)}{without}{hidden}"
    which, low, high = spread(inside, by)
    return f"{name} {which}from {low} to {high}{without}{hidden}"


def _centre(fit: CurveFit, group: int, frame: Frame) -> list[Place]:
    """Return where the curve is steepest, if the points determine it."""
    reading = headline(fit)
    named = next(p for p in parameters_of(fit, group) if p.name == reading.name)
    at = named.estimate.value
    if reading is fit.family.parameters[0] and len(fit.family.parameters) > 1 and reading.unit != "x":
        return []
    if not named.identified or not frame.low < at < frame.high:
        return []
    given = named.estimate.low == named.estimate.high
    return [Place(x=at, text=f"{named.name} {place(at) if given else _value(named)}")]


def _own(fit: CurveFit, group: int) -> tuple[Vector, Vector, Vector]:
    """Return the points of a group: of what is added, the sums, from where the curve is before the first."""
    points = fit.points
    rows = np.arange(*points.offsets[group : group + 2])
    if not fit.increments:
        return points.x[rows], points.y[rows], points.weight[rows]
    rows = rows[np.argsort(points.x[rows], kind="stable")]
    start = fit.predict(points.places_before()[rows[:1]], [fit.groups[group]] if points.names else None)
    return points.x[rows], start + np.cumsum(points.y[rows]), np.ones(rows.size)


def _grid(fit: CurveFit, x: Vector, upto: float | None, size: int) -> Vector:
    """Return places along the points, and on to the end of a forecast."""
    end = float(x.max()) if upto is None else max(upto, float(x.max()))
    above = x[x > 0] if _is_log(fit) else x
    space = np.geomspace if _is_log(fit) else np.linspace
    along = space(float(above.min()), end, size)
    zero = [0.0] if above.size < x.size else []
    return np.unique(np.concatenate([zero, along, [x.max()]]))


def _is_log(fit: CurveFit) -> bool:
    """Whether x is drawn on a logarithmic axis: where the family is, and doses above 0 differ."""
    above = fit.points.x[fit.points.x > 0]
    return fit.family.scale == "log" and above.size > 1 and bool(above.min() < above.max())


def _dots(x: Vector, y: Vector, weight: Vector) -> tuple[tuple[Dot, ...], tuple[Dot, ...], bool]:
    """Return points, or means of those at one place or of neighbours with the points behind; whether of neighbours."""
    places, code = np.unique(x, return_inverse=True)
    pooled = places.size > _DOTS
    if pooled:
        code = np.empty(x.size, dtype=np.intp)
        code[np.argsort(x, kind="stable")] = np.arange(x.size) * _MEANS // x.size
    elif x.size < _REPEATED or x.size < 2 * places.size:
        return _as_dots(x, y, np.ones(x.size)), (), False
    total = np.bincount(code, weight)
    means = _as_dots(
        np.bincount(code, x * weight) / total, np.bincount(code, y * weight) / total, np.bincount(code)
    )
    rows = _thinned(np.arange(x.size), _SINGLES)
    return means, _as_dots(x[rows], y[rows], np.ones(rows.size)), pooled


def _as_dots(x: Vector, y: Vector, count: Vector | NDArray[np.intp]) -> tuple[Dot, ...]:
    rows = zip(x.tolist(), y.tolist(), count.tolist(), strict=True)
    return tuple(Dot(x=a, y=b, count=c) for a, b, c in rows)


def _short(values: Vector) -> tuple[float, ...]:
    """Return what is drawn with the digits that can be seen, so that pages stay light."""
    return tuple(float(f"{v:.6g}") for v in values.tolist())


def _about(count: float) -> str:
    return f"about {count:.0f}" if count >= 0.95 else "hardly one"


def _thinned(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return at most so many rows, evenly chosen."""
    if rows.size <= most:
        return rows
    return rows[np.linspace(0, rows.size - 1, most).round().astype(np.intp)]


def _places_of(curve: DrawnCurve) -> list[float]:
    return [dot.x for dot in (*curve.dots, *curve.singles)]


def _known(fit: CurveFit, groups: Sequence[str]) -> NDArray[np.intp]:
    for name in groups:
        if name not in fit.groups:
            raise InputError(
                f"there is no curve for the group {name!r}.", f"the groups are {', '.join(fit.groups[:8])}"
            )
    return np.array([fit.groups.index(name) for name in groups], dtype=np.intp)


def _bracketed(text: str) -> str:
    return f"({text})" if text else ""


def _natural(name: str) -> list[tuple[int, float, str]]:
    """Return a key that sorts numbers in names by size."""
    parts = re.split(r"(\d+\.?\d*)", name)
    return [(0, float(p), "") if re.fullmatch(r"\d+\.?\d*", p) else (1, 0.0, p) for p in parts if p]


def _natural_name(curve: DrawnCurve) -> list[tuple[int, float, str]]:
    return _natural(curve.name)
