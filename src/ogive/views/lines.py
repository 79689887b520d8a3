"""Lines over one number, each with its name at its end: functions, their slopes, what depth does to a gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from ogive._base import Record
from ogive.views.figure import Figure, Spec, axis, hint, layer, layered, log_ticks
from ogive.views.numbers import number

# Names nearer to each other than this part of the height are moved apart.
_APART = 0.075


class Line(Record, frozen=True, kw_only=True):
    """A named line; `style` is one of the theme, and y is None where the line is broken.

    The main line of a figure is a "curve"; "interval" is a thin one beside it, "reference" a dashed one.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    style: Literal["curve", "interval", "reference", "positive", "negative"] = "curve"


class Spot(Record, frozen=True, kw_only=True):
    """A marked point with what is said beside it."""

    x: float
    y: float
    text: str


# How the name of a line is written.
_LABELS = {
    "curve": "curve-label",
    "positive": "positive-label",
    "negative": "negative-label",
    "interval": "note",
    "reference": "note",
}


def lines_figure(
    name: str,
    title: str,
    lines: Sequence[Line],
    *,
    x: str,
    y: str,
    ends: tuple[float, float],
    kind: Literal["linear", "log"] = "linear",
    spots: Sequence[Spot] = (),
    reading: str = "",
    alt: str = "",
    height: int = 280,
    outside: bool = False,
) -> Figure:
    """Return lines over one number.

    Parameters
    ----------
    name, title, reading, alt : str
        As in `Figure`; the alternative text is made from the lines unless given.
    lines : sequence of Line
        Drawn in this order.
    x, y : str
        Titles of the axes.
    ends : (low, high)
        Of the vertical axis; lines beyond are cut.
    kind : {"linear", "log"}
        Of the vertical axis.
    spots : sequence of Spot
        Points to mark.
    height : int
        Of the plot, in pixels.
    outside : bool
        Names stand to the right of the plot, for lines that would cross them.
    """
    left, right = lines[0].x[0], lines[0].x[-1]
    powers: Spec = {"tickCount": 6}
    if kind == "log":
        plain = ends[0] >= 1e-3 and ends[1] <= 1e5
        powers = {"format": "~r" if plain else "~e", "values": log_ticks(*ends)}
    layers = [_path(line, ends) for line in lines]
    levels = _levels(lines, ends, kind)
    layers += [
        _label(line, level, ends, outside)
        for line, level in zip(lines, levels, strict=True)
        if line.name and _last(line, ends) is not None
    ]
    for spot in spots:
        layers += _spot(spot, (left, right))
    return Figure(
        name=name,
        title=title,
        alt=alt or "; ".join(_said(line) for line in lines) + ".",
        reading=reading,
        spec=layered(layers, height, x=axis(x, (left, right), tickCount=8), y=axis(y, ends, kind, **powers)),
        header=("line", x, y),
        rows=tuple((line.name, a, b) for line in lines for a, b in zip(line.x, line.y, strict=True)),
    )


def _path(line: Line, ends: tuple[float, float]) -> Spec:
    """Return the line; far beyond the axis it is cut, since drawings know no huge numbers."""
    reach = ends[1] - ends[0]
    values = [
        {"x": a, "y": None if b is None else min(max(b, ends[0] - reach), ends[1] + reach), "name": line.name}
        for a, b in zip(line.x, line.y, strict=True)
    ]
    tips = [hint("name", "line"), hint("x", "x", "~g"), hint("y", "y", ".4~g")]
    options: Spec = {"clip": True, "interpolate": "linear", "tooltip": tips}
    return layer([v for v in values if v["y"] is not None], "line", line.style, x="x", y="y", **options)


def _label(line: Line, level: float, ends: tuple[float, float], outside: bool) -> Spec:
    """Return the name of a line at its end, or beside the place where it leaves the plot."""
    x, y = _last(line, ends) or (line.x[-1], ends[0])
    place: Spec = {"align": "right", "baseline": "bottom", "dx": -4, "dy": -4}
    if x < line.x[-1]:
        falls = y < (ends[0] + ends[1]) / 2
        place = {"baseline": "bottom", "dy": -2} if falls else {"baseline": "top", "dy": 2}
        far = x > line.x[0] + 0.75 * (line.x[-1] - line.x[0])
        place |= {"align": "right", "dx": -12} if far else {"align": "left", "dx": 8}
        level = y
    elif outside:
        place = {"align": "left", "baseline": "middle", "dx": 6}
    elif level > ends[1] - 0.1 * (ends[1] - ends[0]) and _is_flat(line, ends):
        place |= {"baseline": "top", "dy": 5}
    values = [{"x": x, "y": level, "text": line.name}]
    return layer(values, "text", _LABELS[line.style], x="x", y="y", text="text", **place)


def _is_flat(line: Line, ends: tuple[float, float]) -> bool:
    """Whether there is room below the end of a line for its name."""
    before, last = line.y[-len(line.y) // 6], line.y[-1]
    return before is not None and last is not None and abs(last - before) < 0.05 * (ends[1] - ends[0])


def _last(line: Line, ends: tuple[float, float]) -> tuple[float, float] | None:
    """Return the last point of a line in the plot; None where it never is."""
    points = [(a, b) for a, b in zip(line.x, line.y, strict=True) if b is not None]
    return next(((a, b) for a, b in reversed(points) if ends[0] <= b <= ends[1]), None)


def _levels(lines: Sequence[Line], ends: tuple[float, float], kind: str) -> list[float]:
    """Return the heights at which the names stand: at the ends of the lines, but apart from each other."""
    to, back = (math.log, math.exp) if kind == "log" else (float, float)
    low, high = to(ends[0]), to(ends[1])
    gap = _APART * (high - low)
    places = [_last(line, ends) for line in lines]
    wanted = [low if place is None else to(place[1]) for place in places]
    at_end = [place is not None and place[0] == line.x[-1] for line, place in zip(lines, places, strict=True)]
    named = [i for i, line in enumerate(lines) if line.name and at_end[i]]
    order = sorted(named, key=wanted.__getitem__)
    for i, j in pairwise(order):
        wanted[j] = max(wanted[j], wanted[i] + gap)
    ceiling = high
    for i in reversed(order):
        wanted[i] = min(wanted[i], ceiling)
        ceiling = wanted[i] - gap
    return [back(v) for v in wanted]


def _spot(spot: Spot, x: tuple[float, float]) -> list[Spec]:
    """Return a dot with its text, to the upper left where there is room."""
    values = [{"x": spot.x, "y": spot.y, "text": spot.text}]
    room = spot.x > x[0] + 0.3 * (x[1] - x[0])
    place = {"align": "right", "dx": -8, "baseline": "bottom", "dy": -5}
    if not room:
        place = {"align": "left", "dx": 8, "baseline": "top", "dy": 5}
    return [
        layer(values, "point", "mark", x="x", y="y", tooltip=[hint("text", "at")]),
        layer(values, "text", "note", x="x", y="y", text="text", **place),
    ]


def _said(line: Line) -> str:
    points = [(a, b) for a, b in zip(line.x, line.y, strict=True) if b is not None]
    if not points:
        return f"{line.name} has no value here"
    (a, b), (c, d) = points[0], points[-1]
    return f"{line.name} goes from {number(b)} at {number(a)} to {number(d)} at {number(c)}"
