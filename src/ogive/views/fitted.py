"""Curves fitted to points: one with its bands, a few on common axes, many in small panels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ogive._base import Record
from ogive.views.figure import SCHEMA, Figure, Spec, axis, four_digits, hint, layer, layered, log_ticks
from ogive.views.numbers import number, percentage

# How far limits are followed beyond the points, and a forecast, in spans of the points.
_BAND, _AHEAD = 0.35, 3.0
# Colours of several curves on common axes, with those of their names.
COLOURS = (("curve", "curve-label"), ("positive", "positive-label"), ("negative", "negative-label"))
# Height of a panel, and the least width with its axis that can be read.
_PANEL, _LEAST = 130, 250
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
    """

    name: str = ""
    x: tuple[float, ...]
    y: tuple[float, ...]
    curve: Ribbon | None = None
    points: Ribbon | None = None
    dots: tuple[Dot, ...] = ()
    singles: tuple[Dot, ...] = ()
    pooled: bool = False


class Place(Record, frozen=True, kw_only=True):
    """A place on the axis with what it is, as in "ec50 3.06"."""

    x: float
    text: str


class Frame(Record, frozen=True, kw_only=True):
    """The horizontal axis of points: its ends, and where a dose of 0 stands on a logarithmic one.

    Attributes
    ----------
    title : str
    log : bool
    low, high : float
        Of the points, and above 0 on a logarithmic axis.
    zero : float or None
        Where 0 is drawn on a logarithmic axis: apart, to the left.
    """

    title: str
    log: bool
    low: float
    high: float
    zero: float | None = None

    @staticmethod
    def of(title: str, values: Iterable[float], *, log: bool) -> Frame:
        """Return the axis that holds values."""
        every = list(values)
        inside = [v for v in every if v > 0] if log else every
        low, high = min(inside, default=1.0), max(inside, default=1.0)
        if not log:
            return Frame(title=title, log=False, low=low, high=high)
        if low == high:
            low, high = low / 2, high * 2
        apart = low / max((high / low) ** 0.14, 1.5)
        return Frame(
            title=title, log=True, low=low, high=high, zero=apart if len(inside) < len(every) else None
        )

    def place(self, x: float) -> float:
        """Return where x is drawn."""
        return self.zero if self.zero is not None and x == 0 else x

    @property
    def ends(self) -> tuple[float, float]:
        """Where the axis begins and ends."""
        if not self.log:
            room = 0.03 * ((self.high - self.low) or 1.0)
            return self.low - room, self.high + room
        room = (self.high / self.low) ** 0.03
        return (self.low if self.zero is None else self.zero) / room, self.high * room

    def axis(self, ticks: int = 8) -> Spec:
        """Return the axis."""
        if not self.log:
            return axis(self.title, self.ends, tickCount=ticks, **four_digits(self.ends))
        values = log_ticks(self.low * 0.999, self.high * 1.001)
        if len(values) > ticks:
            values = [v for v in values if f"{v:e}"[0] == "1"]
        if len(values) < 2:
            values = [self.low, self.high]
        label = "format(datum.value, datum.value < 1e-3 || datum.value >= 1e6 ? '~e' : '~g')"
        if self.zero is not None:
            values = [self.zero, *values]
            label = f"datum.value < {math.sqrt(self.zero * self.low)!r} ? '0' : {label}"
        return axis(self.title, self.ends, "log", values=values, labelExpr=label)

    def gap(self) -> list[Spec]:
        """Return the two strokes that say that the axis is broken between 0 and what follows."""
        if self.zero is None:
            return []
        middle = [{"x": math.sqrt(self.zero * self.low), "text": "//"}]
        return [layer(middle, "text", "note", x="x", y={"value": "height"}, text="text", baseline="middle")]

    def pieces(self, values: Sequence[Spec]) -> list[list[Spec]]:
        """Return rows of a curve in its pieces: at 0, drawn as a short level stretch, and from there on."""
        if self.zero is None or not values or values[0]["x"] != self.zero:
            return [list(values)]
        aside = (self.low / self.zero) ** 0.2
        here = [values[0] | {"x": self.zero / aside}, values[0] | {"x": self.zero * aside}]
        return [here, list(values[1:])]


def curve_figure(
    name: str,
    title: str,
    curve: DrawnCurve,
    frame: Frame,
    y: str,
    *,
    level: float,
    places: Sequence[Place] = (),
    since: float | None = None,
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
    since : float, optional
        Where the points end and a forecast begins.
    """
    ends = _ends([curve], since)
    layers = [
        *_ahead(since, frame, ends),
        *_band(curve, curve.points, frame, ends, "chance"),
        *_band(curve, curve.curve, frame, ends, "band"),
        *_places(places, curve, ends),
        *_line(curve, frame, ["curve"]),
        *_dots(curve, frame, ["dot"]),
        *frame.gap(),
    ]
    return Figure(
        name=name,
        title=title,
        alt=f"{_said(curve, frame.title, y)} {_band_words(curve, level)}".strip(),
        reading=" ".join(
            filter(None, [_dot_words(curve), _band_words(curve, level), _ahead_words(since), _zero(frame)])
        ),
        spec=layered(layers, 340, x=frame.axis(), y=axis(y, ends, tickCount=6)),
        header=_header(frame, y),
        rows=tuple(_rows(curve)),
    )


def overlay_figure(
    name: str, title: str, curves: Sequence[DrawnCurve], frame: Frame, y: str, *, level: float
) -> Figure:
    """Return up to three curves on common axes, each in its colour, with the bands of the curves."""
    ends = _ends(curves)
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
        alt=" ".join(_said(curve, frame.title, y) for curve in curves),
        reading=" ".join(
            filter(None, [_dot_words(curves[0]), _band_words(curves[0], level, alone=True), _zero(frame)])
        ),
        spec=layered(layers, 340, x=frame.axis(), y=axis(y, ends, tickCount=6)),
        header=_header(frame, y),
        rows=tuple(row for curve in curves for row in _rows(curve)),
    )


def panels_figure(
    name: str, title: str, curves: Sequence[DrawnCurve], frame: Frame, y: str, *, level: float
) -> Figure:
    """Return curves in small panels in the order given, each with all others as thin lines behind it.

    Panels have a common vertical axis where their sizes allow it.
    """
    ends = _ends(curves)
    own = _own_axes(curves)
    rows = [row for curve in curves for row in _panel_rows(curve, frame, ends)]
    ghosts = [
        {"of": f"{curve.name} {part}", "x": row["x"], "y": row["y"]}
        for curve in curves
        for part, piece in enumerate(frame.pieces(_path(curve, frame)))
        for row in piece
    ]
    layers = [
        {**layer(ghosts, "line", "former", x="x", y="y", strokeWidth=1, opacity=0.35)},
        _panel("band", "area", "band", y="low", y2="high"),
        _panel("line", "line", "curve", y="y", strokeWidth=2),
        _panel("dot", "point", "dot", y="y", size=26),
    ]
    layers[0]["encoding"]["detail"] = {"field": "of", "type": "nominal"}
    spec = layered(
        layers[1 if own else 0 :],
        _PANEL,
        x=frame.axis(4),
        y={
            "type": "quantitative",
            "title": y,
            "axis": {"tickCount": 4, "titleLimit": _PANEL},
            "scale": {"zero": False},
        }
        if own
        else axis(y, ends, tickCount=4, titleLimit=_PANEL),
    )
    inner = {"width": 190, "height": _PANEL, "layer": spec["layer"]}
    order = [curve.name for curve in curves]
    return Figure(
        name=name,
        title=title,
        alt=" ".join(_said(curve, frame.title, y) for curve in curves),
        reading=" ".join(
            filter(
                None,
                [
                    _dot_words(curves[0]),
                    _band_words(curves[0], level, alone=True),
                    "" if own else "Thin lines: the other curves.",
                    "Vertical axes differ." if own else "",
                    _zero(frame),
                ],
            )
        ),
        spec={
            "$schema": SCHEMA,
            "usermeta": {"panels": {"least": _LEAST, "count": len(curves)}},
            "data": {"values": rows},
            "facet": {"field": "of", "type": "nominal", "sort": order, "title": None},
            "columns": 3,
            "spacing": {"row": 26, "column": 20},
            "spec": inner,
            **({"resolve": {"scale": {"y": "independent"}}} if own else {}),
        },
        header=_header(frame, y),
        rows=tuple(row for curve in curves for row in _rows(curve)),
    )


def _panel(kind: str, mark: str, style: str, **options: str | float) -> Spec:
    """Return a layer of all panels: the rows of a kind, a path for each piece."""
    found = layer([], mark, style, x="x", clip=True, **options)
    del found["data"]
    found["transform"] = [{"filter": f"datum.kind === '{kind}'"}]
    if mark != "point":
        found["encoding"]["detail"] = {"field": "part", "type": "nominal"}
    return found


def _panel_rows(curve: DrawnCurve, frame: Frame, ends: tuple[float, float]) -> Iterable[Spec]:
    for part, piece in enumerate(frame.pieces(_path(curve, frame))):
        yield from ({"of": curve.name, "kind": "line", "part": part, **row} for row in piece)
    for part, piece in enumerate(frame.pieces(_limits(curve, curve.curve, frame, ends))):
        yield from ({"of": curve.name, "kind": "band", "part": part, **row} for row in piece)
    for dot in curve.dots:
        yield {"of": curve.name, "kind": "dot", "x": frame.place(dot.x), "y": dot.y}


def _own_axes(curves: Sequence[DrawnCurve]) -> bool:
    """Whether the curves differ so much in size that the small ones would be flat on a common axis."""
    spans = [max(values) - min(values) for curve in curves for values in [_values(curve)]]
    low, high = (pick(v for curve in curves for v in _values(curve)) for pick in (min, max))
    return min(spans) < 0.08 * (high - low)


def _values(curve: DrawnCurve) -> list[float]:
    return [*curve.y, *(dot.y for dot in curve.dots)]


def _ends(curves: Sequence[DrawnCurve], since: float | None = None) -> tuple[float, float]:
    """Return the ends of the vertical axis: points and curves, limits not far beyond them, 0 where it is near."""
    dots = [dot.y for curve in curves for dot in (*curve.dots, *curve.singles)]
    if since is None:
        dots += [v for curve in curves for v in curve.y]
    low, high = min(dots), max(dots)
    span = (high - low) or abs(high) or 1.0
    reach = _BAND if since is None else _AHEAD
    drawn = [v for curve in curves for v in curve.y]
    drawn += [
        v for curve in curves for r in (curve.points, curve.curve) if r is not None for v in (*r.low, *r.high)
    ]
    bottom = max(min([low, *drawn]), low - _BAND * span)
    top = min(max([high, *drawn]), high + reach * span)
    room = 0.04 * (top - bottom)
    return (0.0 if 0 <= low < 0.4 * high else bottom - room), top + room


def _path(curve: DrawnCurve, frame: Frame) -> list[Spec]:
    return [{"x": frame.place(a), "y": b} for a, b in zip(curve.x, curve.y, strict=True)]


def _limits(curve: DrawnCurve, ribbon: Ribbon | None, frame: Frame, ends: tuple[float, float]) -> list[Spec]:
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
        for piece in frame.pieces(_limits(curve, ribbon, frame, ends))
        if piece
    ]


def _line(curve: DrawnCurve, frame: Frame, styles: Sequence[str]) -> list[Spec]:
    tips = [hint("x", frame.title, ".4~g"), hint("y", "curve", ".4~g")]
    return [
        _styled(layer(piece, "line", "", x="x", y="y", tooltip=tips, **_SMOOTH), styles)
        for piece in frame.pieces(_path(curve, frame))
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


def _places(places: Sequence[Place], curve: DrawnCurve, ends: tuple[float, float]) -> list[Spec]:
    """Return dashed lines from the axis to the curve with their names, on the side that the curve leaves free."""
    rises = curve.y[-1] >= curve.y[0]
    aside: Spec = {"align": "left", "dx": 6} if rises else {"align": "right", "dx": -6}
    layers = []
    for place in places:
        after = next((k for k, x in enumerate(curve.x) if x >= place.x), len(curve.x) - 1)
        here = [{"x": place.x, "low": ends[0], "high": curve.y[after], "text": place.text}]
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
    place: Spec = {"x": {"value": 0 if rising else "width"}, "y": {"value": 0}, "baseline": "top", **side}
    return [
        layer([{"text": curve.name}], "text", label, text="text", dy=6 + 20 * k, fontWeight=600, **place)
        for k, (curve, (_, label)) in enumerate(zip(curves, COLOURS, strict=False))
    ]


def _said(curve: DrawnCurve, x: str, y: str) -> str:
    """Say what a curve does."""
    verb = "rises" if curve.y[-1] >= curve.y[0] else "falls"
    count = int(sum(dot.count for dot in curve.dots))
    return (
        f"{curve.name + ': ' if curve.name else ''}{y} {verb} from {number(curve.y[0])} at {x} {number(curve.x[0])} to "
        f"{number(curve.y[-1])} at {number(curve.x[-1])}; {count} points."
    )


def _dot_words(curve: DrawnCurve) -> str:
    if all(dot.count == 1 for dot in curve.dots):
        return ""
    means = f"Dots are means of {'neighbouring points' if curve.pooled else 'points at one place'}"
    return (
        f"{means}, pale dots {'some of ' if curve.pooled else ''}the points."
        if curve.singles
        else f"{means}."
    )


def _band_words(curve: DrawnCurve, level: float, *, alone: bool = False) -> str:
    words = []
    if curve.curve is not None:
        words.append(
            f"The {'' if alone or curve.points is None else 'inner '}band holds the curve with "
            f"{percentage(level)} confidence at each place."
        )
    if curve.points is not None and not alone:
        words.append(f"The outer one holds {percentage(level)} of new points.")
    return " ".join(words)


def _ahead_words(since: float | None) -> str:
    return (
        "" if since is None else "Where the ground is grey there are no points: what is drawn is a forecast."
    )


def _zero(frame: Frame) -> str:
    return "" if frame.zero is None else "0 has no place on a logarithmic axis and stands apart."


def _header(frame: Frame, y: str) -> tuple[str, ...]:
    return ("group", "what", frame.title, y, "low", "high", "low of new points", "high of new points")


def _rows(curve: DrawnCurve) -> Iterable[tuple[float | str | None, ...]]:
    """Return the numbers drawn: the curve with its limits, then the points."""
    none = (None,) * len(curve.x)
    inner = (curve.curve.low, curve.curve.high) if curve.curve else (none, none)
    outer = (curve.points.low, curve.points.high) if curve.points else (none, none)
    for row in zip(curve.x, curve.y, *inner, *outer, strict=True):
        yield curve.name, "curve", *(None if v is None or not math.isfinite(v) else v for v in row)
    for kind, dots in (("mean" if curve.singles else "point", curve.dots), ("point", curve.singles)):
        for dot in dots:
            yield curve.name, kind, dot.x, dot.y, None, None, None, None
