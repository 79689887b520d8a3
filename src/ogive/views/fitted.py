"""Curves fitted to points: one with its bands, a few on common axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ogive._base import Record
from ogive.views.figure import Figure, Spec, axis, hint, layer, layered, upright
from ogive.views.frame import Frame
from ogive.views.numbers import number, percentage, place

# How far limits are followed beyond the points, and a forecast, in spans of the points.
_BAND, _AHEAD = 0.35, 3.0
# Colours of several curves on common axes, with those of their names.
COLOURS = (("curve", "curve-label"), ("positive", "positive-label"), ("negative", "negative-label"))
# Height of a figure; share of its width that the name of a place takes on a narrow screen.
_HEIGHT, _LEFT = 340, 0.4
# How places along a curve are joined.
_SMOOTH: Spec = {"clip": True, "interpolate": "monotone"}


class Dot(Record, frozen=True, kw_only=True):
    """A point, or the mean of several at one place."""

    x: float
    y: float
    count: float = 1.0


class Ribbon(Record, frozen=True, kw_only=True):
    """Limits at each x of a curve; infinite where the points set none."""

    low: tuple[float, ...]
    high: tuple[float, ...]


class DrawnCurve(Record, frozen=True, kw_only=True):
    """A curve with the points that it was fitted to.

    Attributes
    ----------
    name : str
        Of its group; empty where there is one curve.
    x, y : tuple of float
        Increasing x. On a log axis the first may be 0, which stands apart.
    curve, points : Ribbon or None
        Limits of the curve, and of new points.
    dots : tuple of Dot
        What counts: points, or means of points at one place.
    singles : tuple of Dot
        The points behind means.
    pooled : bool
        Whether the means are of neighbours, not of one place.
    since : float or None
        Where the points end and a forecast begins.
    """

    name: str = ""
    x: tuple[float, ...]
    y: tuple[float, ...]
    curve: Ribbon | None = None
    points: Ribbon | None = None
    dots: tuple[Dot, ...] = ()
    singles: tuple[Dot, ...] = ()
    pooled: bool = False
    since: float | None = None


class Place(Record, frozen=True, kw_only=True):
    """A place on the axis with what it is, as in "ec50 3.06"."""

    x: float
    text: str


def curve_figure(
    name: str,
    title: str,
    curve: DrawnCurve,
    frame: Frame,
    y: str,
    *,
    level: float,
    places: Sequence[Place] = (),
) -> Figure:
    """Return one curve with its points and bands.

    Parameters
    ----------
    name, title : str
        As in `Figure`.
    curve
        With its points.
    frame : Frame
        The horizontal axis.
    y : str
        Title of the vertical one.
    level : float
        Of the bands.
    places : sequence of Place
        Marked on the horizontal axis.
    """
    ends = ends_of([curve])
    layers = [
        *_ahead(curve.since, frame, ends),
        *_band(curve, curve.points, frame, ends, "chance"),
        *_band(curve, curve.curve, frame, ends, "band"),
        *_places(places, curve, frame, ends),
        *_line(curve, frame, ["curve"]),
        *_dots(curve, frame, ["dot"]),
        *frame.gap(),
    ]
    return Figure(
        name=name,
        title=title,
        alt=f"{said(curve, frame.title, y)} {band_words(curve, level)}".strip(),
        reading=" ".join(
            filter(
                None, [dot_words(curve), band_words(curve, level), ahead_words([curve]), zero_words(frame)]
            )
        ),
        spec=layered(layers, _HEIGHT, x=frame.axis(), y=axis(upright(y, _HEIGHT), ends, tickCount=6)),
        header=header_of(frame, y),
        rows=tuple(rows_of(curve)),
    )


def overlay_figure(
    name: str, title: str, curves: Sequence[DrawnCurve], frame: Frame, y: str, *, level: float
) -> Figure:
    """Return up to three curves on common axes, each in its colour, with the bands of the curves."""
    ends = ends_of(curves)
    layers = [
        part
        for curve, (style, _) in zip(curves, COLOURS, strict=False)
        for part in _band(curve, curve.curve, frame, ends, ["band", style])
    ]
    for curve, (style, _) in zip(curves, COLOURS, strict=False):
        layers += [*_line(curve, frame, ["curve", style]), *_dots(curve, frame, ["dot", style])]
    layers += [*_names(curves), *frame.gap()]
    return Figure(
        name=name,
        title=title,
        alt=" ".join(said(curve, frame.title, y) for curve in curves),
        reading=" ".join(
            filter(None, [dot_words(curves[0]), band_words(curves[0], level, alone=True), zero_words(frame)])
        ),
        spec=layered(layers, _HEIGHT, x=frame.axis(), y=axis(upright(y, _HEIGHT), ends, tickCount=6)),
        header=header_of(frame, y),
        rows=tuple(row for curve in curves for row in rows_of(curve)),
    )


def ends_of(curves: Sequence[DrawnCurve]) -> tuple[float, float]:
    """Return the ends of the vertical axis: points and curves, limits not far beyond them, 0 where it is near."""
    dots = [dot.y for curve in curves for dot in (*curve.dots, *curve.singles)]
    drawn = [v for curve in curves for v in curve.y]
    dots += [v for curve in curves if curve.since is None for v in curve.y]
    low, high = min(dots), max(dots)
    span = (high - low) or abs(high) or 1.0
    reach = _BAND if all(curve.since is None for curve in curves) else _AHEAD
    drawn += [
        v for curve in curves for r in (curve.points, curve.curve) if r is not None for v in (*r.low, *r.high)
    ]
    bottom = max(min([low, *drawn]), low - _BAND * span)
    top = min(max([high, *drawn]), high + reach * span)
    room = 0.04 * (top - bottom)
    return (0.0 if 0 <= low < 0.4 * high else bottom - room), top + room


def path_of(curve: DrawnCurve, frame: Frame) -> list[Spec]:
    """Return the places of a curve."""
    return [{"x": frame.place(a), "y": b} for a, b in zip(curve.x, curve.y, strict=True)]


def limits_of(
    curve: DrawnCurve, ribbon: Ribbon | None, frame: Frame, ends: tuple[float, float]
) -> list[Spec]:
    """Return the limits at each x, cut beyond the axis."""
    if ribbon is None:
        return []
    far = ends[0] - (ends[1] - ends[0]), ends[1] + (ends[1] - ends[0])
    return [
        {"x": frame.place(x), "low": max(low, far[0]), "high": min(high, far[1])}
        for x, low, high in zip(curve.x, ribbon.low, ribbon.high, strict=True)
        if not (math.isnan(low) or math.isnan(high))
    ]


def _styled(part: Spec, styles: Sequence[str]) -> Spec:
    """Give a layer several styles, the later ones above the earlier."""
    part["mark"]["style"] = list(styles)
    return part


def _band(
    curve: DrawnCurve,
    ribbon: Ribbon | None,
    frame: Frame,
    ends: tuple[float, float],
    style: str | Sequence[str],
) -> list[Spec]:
    styles = [style] if isinstance(style, str) else style
    return [
        _styled(layer(piece, "area", "", x="x", y="low", y2="high", **_SMOOTH), styles)
        for piece in frame.pieces(limits_of(curve, ribbon, frame, ends))
        if piece
    ]


def _line(curve: DrawnCurve, frame: Frame, styles: Sequence[str]) -> list[Spec]:
    tips = [hint("x", frame.title, ".4~g"), hint("y", "curve", ".4~g")]
    return [
        _styled(layer(piece, "line", "", x="x", y="y", tooltip=tips, **_SMOOTH), styles)
        for piece in frame.pieces(path_of(curve, frame))
    ]


def _dots(curve: DrawnCurve, frame: Frame, styles: Sequence[str]) -> list[Spec]:
    tips = [hint("at", frame.title, ".4~g"), hint("y", "y", ".4~g"), hint("count", "points", "~g")]
    layers = []
    for dots, size in ((curve.singles, 20), (curve.dots, 50 if len(curve.dots) < 60 else 26)):
        if dots:
            values = [{"x": frame.place(d.x), "at": d.x, "y": d.y, "count": d.count} for d in dots]
            options = {"opacity": 0.35} if dots is curve.singles else {}
            layers.append(
                _styled(layer(values, "point", "", x="x", y="y", size=size, tooltip=tips, **options), styles)
            )
    return layers


def _places(
    places: Sequence[Place], curve: DrawnCurve, frame: Frame, ends: tuple[float, float]
) -> list[Spec]:
    """Return dashed lines from the axis to the curve with their names, on the side that has room for them."""
    rises = curve.y[-1] >= curve.y[0]
    layers = []
    for one in places:
        share = frame.share(one.x)
        right = share < _LEFT or (rises and share < 1 - _LEFT)
        aside: Spec = {"align": "left", "dx": 6} if right else {"align": "right", "dx": -6}
        after = next((k for k, x in enumerate(curve.x) if x >= one.x), len(curve.x) - 1)
        here = [{"x": one.x, "low": ends[0], "high": curve.y[after], "text": one.text}]
        layers += [
            layer(here, "rule", "reference", x="x", y="low", y2="high"),
            layer(here, "text", "note", x="x", y="low", text="text", baseline="bottom", dy=-6, **aside),
        ]
    return layers


def _ahead(since: float | None, frame: Frame, ends: tuple[float, float]) -> list[Spec]:
    """Return the part of the plot in which there are no points."""
    if since is None:
        return []
    here = [{"x": since, "end": frame.ends[1], "low": ends[0], "high": ends[1], "text": "forecast"}]
    return [
        layer(here, "rect", "rows", x="x", x2="end", y="low", y2="high", opacity=0.08),
        layer(here, "text", "note", x="x", y="high", text="text", align="left", baseline="top", dx=8, dy=6),
    ]


def _names(curves: Sequence[DrawnCurve]) -> list[Spec]:
    """Return the names of curves in their colours, one below the other in the upper corner that they leave free."""
    rising = sum(curve.y[-1] - curve.y[0] for curve in curves) >= 0
    side: Spec = {"align": "left", "dx": 10} if rising else {"align": "right", "dx": -10}
    corner: Spec = {"x": {"value": 0 if rising else "width"}, "y": {"value": 0}, "baseline": "top", **side}
    return [
        layer([{"text": curve.name}], "text", label, text="text", dy=6 + 20 * k, fontWeight=600, **corner)
        for k, (curve, (_, label)) in enumerate(zip(curves, COLOURS, strict=False))
    ]


def said(curve: DrawnCurve, x: str, y: str) -> str:
    """Say what a curve does."""
    verb = "rises" if curve.y[-1] >= curve.y[0] else "falls"
    count = int(sum(dot.count for dot in curve.dots))
    return (
        f"{curve.name + ': ' if curve.name else ''}{y} {verb} from {number(curve.y[0])} at {x} {place(curve.x[0])} to "
        f"{number(curve.y[-1])} at {place(curve.x[-1])}; {count} points."
    )


def dot_words(curve: DrawnCurve) -> str:
    """Say what the dots are where they are not single points."""
    if all(dot.count == 1 for dot in curve.dots):
        return ""
    means = f"Dots are means of {'neighbouring points' if curve.pooled else 'points at one place'}"
    return (
        f"{means}, pale dots {'some of ' if curve.pooled else ''}the points."
        if curve.singles
        else f"{means}."
    )


def band_words(curve: DrawnCurve, level: float, *, alone: bool = False) -> str:
    """Say what the bands hold; `alone`, only the inner one is drawn."""
    words = []
    if curve.curve is not None:
        words.append(
            f"The {'' if alone or curve.points is None else 'inner '}band holds the curve with "
            f"{percentage(level)} confidence at each place."
        )
    if curve.points is not None and not alone:
        words.append(f"The outer one holds {percentage(level)} of new points.")
    return " ".join(words)


def ahead_words(curves: Sequence[DrawnCurve]) -> str:
    """Say which part is a forecast; nothing where none is."""
    if all(curve.since is None for curve in curves):
        return ""
    return "Where the ground is grey there are no points: what is drawn is a forecast."


def zero_words(frame: Frame) -> str:
    """Say why 0 stands apart, where it does."""
    return "" if frame.zero is None else "0 has no place on a logarithmic axis and stands apart."


def header_of(frame: Frame, y: str) -> tuple[str, ...]:
    """Return the names of the columns of the numbers drawn."""
    return ("group", "what", frame.title, y, "low", "high", "low of new points", "high of new points")


def rows_of(curve: DrawnCurve) -> Iterable[tuple[float | str | None, ...]]:
    """Return the numbers drawn: the curve with its limits, then the points."""
    none = (None,) * len(curve.x)
    inner = (curve.curve.low, curve.curve.high) if curve.curve else (none, none)
    outer = (curve.points.low, curve.points.high) if curve.points else (none, none)
    for row in zip(curve.x, curve.y, *inner, *outer, strict=True):
        yield curve.name, "curve", *(None if v is None or not math.isfinite(v) else v for v in row)
    for kind, dots in (("mean" if curve.singles else "point", curve.dots), ("point", curve.singles)):
        for dot in dots:
            yield curve.name, kind, dot.x, dot.y, None, None, None, None
