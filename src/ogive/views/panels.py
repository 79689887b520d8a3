"""Curves fitted to points, many of them, in small panels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ogive.views.figure import SCHEMA, Figure, Spec, axis, layer, layered, upright
from ogive.views.fitted import (
    DrawnCurve,
    ahead_words,
    band_words,
    dot_words,
    ends_of,
    header_of,
    limits_of,
    path_of,
    rows_of,
    said,
    zero_words,
)
from ogive.views.frame import Frame

# Height of a panel, and the least width with its axis that can be read; length of a name above it.
_PANEL, _LEAST, _NAME = 130, 250, 240


def panels_figure(
    name: str, title: str, curves: Sequence[DrawnCurve], frame: Frame, y: str, *, level: float
) -> Figure:
    """Return curves in small panels in the order given, each with all others as thin lines behind it.

    Panels have a common vertical axis where their sizes allow it.
    """
    own = _own_axes(curves)
    ends = [ends_of([curve] if own else curves) for curve in curves]
    ahead = any(curve.since is not None for curve in curves)
    rows = [row for curve, end in zip(curves, ends, strict=True) for row in _panel_rows(curve, frame, end)]
    ghosts = [
        {"of": f"{curve.name} {part}", "x": row["x"], "y": row["y"]}
        for curve in curves
        for part, piece in enumerate(frame.pieces(path_of(curve, frame)))
        for row in piece
    ]
    behind = layer(ghosts, "line", "former", x="x", y="y", strokeWidth=1, opacity=0.35, clip=True)
    behind["encoding"]["detail"] = {"field": "of", "type": "nominal"}
    layers = [
        *([_panel("ahead", "rect", "rows", x2="end", y="low", y2="high", opacity=0.08)] if ahead else []),
        *([] if own else [behind]),
        *([_panel("new", "area", "chance", y="low", y2="high")] if ahead else []),
        _panel("band", "area", "band", y="low", y2="high"),
        _panel("line", "line", "curve", y="y", strokeWidth=2),
        _panel("dot", "point", "dot", y="y", size=26),
    ]
    title_of_y = upright(y, _PANEL)
    free = {"type": "quantitative", "title": title_of_y, "axis": {"tickCount": 4}, "scale": {"zero": False}}
    shared = free if own else axis(title_of_y, ends[0], tickCount=4)
    spec = layered(layers, _PANEL, x=frame.axis(4), y=shared)
    words = [
        dot_words(curves[0]),
        band_words(curves[0], level, alone=not ahead),
        ahead_words(curves),
        "Vertical axes differ." if own else "Thin lines: the other curves.",
        zero_words(frame),
    ]
    return Figure(
        name=name,
        title=title,
        alt=" ".join(said(curve, frame.title, y) for curve in curves),
        reading=" ".join(filter(None, words)),
        spec=_faceted(spec["layer"], rows, [curve.name for curve in curves], own=own),
        header=header_of(frame, y),
        rows=tuple(row for curve in curves for row in rows_of(curve)),
    )


def _faceted(layers: list[Spec], rows: list[Spec], order: list[str], *, own: bool) -> Spec:
    """Return layers as panels side by side, of the rows of each."""
    names = {"sort": order, "title": None, "header": {"labelLimit": _NAME}}
    return {
        "$schema": SCHEMA,
        "usermeta": {"panels": {"least": _LEAST, "count": len(order)}},
        "data": {"values": rows},
        "facet": {"field": "of", "type": "nominal", **names},
        "columns": 3,
        "spacing": {"row": 26, "column": 20},
        "spec": {"width": 190, "height": _PANEL, "layer": layers},
        **({"resolve": {"scale": {"y": "independent"}}} if own else {}),
    }


def _panel(kind: str, mark: str, style: str, **options: str | float) -> Spec:
    """Return a layer of all panels: the rows of a kind, a path for each piece."""
    found = layer([], mark, style, x="x", clip=True, **options)
    del found["data"]
    found["transform"] = [{"filter": f"datum.kind === '{kind}'"}]
    if mark != "point":
        found["encoding"]["detail"] = {"field": "part", "type": "nominal"}
    return found


def _panel_rows(curve: DrawnCurve, frame: Frame, ends: tuple[float, float]) -> Iterable[Spec]:
    """Return what is drawn in the panel of a curve, cut at the ends of its axis."""
    bands = [("band", curve.curve)] + ([] if curve.since is None else [("new", curve.points)])
    paths = [("line", _inside(path_of(curve, frame), ends))] + [
        (kind, [_cut(row, ends) for row in limits_of(curve, ribbon, frame, ends)]) for kind, ribbon in bands
    ]
    for kind, path in paths:
        for part, piece in enumerate(frame.pieces(path)):
            yield from ({"of": curve.name, "kind": kind, "part": part, **row} for row in piece)
    for dot in curve.dots:
        yield {"of": curve.name, "kind": "dot", "x": frame.place(dot.x), "y": dot.y}
    if curve.since is not None:
        low, high = ends
        stretch = {"x": curve.since, "end": frame.ends[1], "low": low, "high": high}
        yield {"of": curve.name, "kind": "ahead", "part": 0, **stretch}


def _inside(path: Sequence[Spec], ends: tuple[float, float]) -> list[Spec]:
    """Return the part of a path between the ends of the axis, and where it crosses them."""
    found = list(path[:1])
    for before, after in pairwise(path):
        end = min(max(after["y"], ends[0]), ends[1])
        if end == after["y"]:
            found.append(after)
            continue
        if ends[0] <= before["y"] <= ends[1]:
            share = (end - before["y"]) / (after["y"] - before["y"])
            found.append({"x": before["x"] + share * (after["x"] - before["x"]), "y": end})
    return found


def _cut(row: Spec, ends: tuple[float, float]) -> Spec:
    return row | {side: min(max(row[side], ends[0]), ends[1]) for side in ("low", "high")}


def _own_axes(curves: Sequence[DrawnCurve]) -> bool:
    """Whether the curves differ so much in size that the small ones would be flat on a common axis."""
    spans = [max(values) - min(values) for curve in curves for values in [_values(curve)]]
    low, high = (pick(v for curve in curves for v in _values(curve)) for pick in (min, max))
    return min(spans) < 0.08 * (high - low)


def _values(curve: DrawnCurve) -> list[float]:
    return [*curve.y, *(dot.y for dot in curve.dots)]
