"""One parameter over groups, with intervals that may have one end only; and what is left of points beside a curve."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ogive._base import Estimate, Record
from ogive.views.figure import Figure, Spec, axis, four_digits, hint, layer, layered, log_ticks
from ogive.views.fitted import Dot
from ogive.views.frame import Frame
from ogive.views.numbers import measured_text, number, percentage

# An interval is drawn no further than so many spans of the estimates beyond them; the table has its ends.
_REACH = 1.0
# Names of groups that fit beside their intervals on a narrow screen too; groups that leave room between them.
_SHORT, _ROOMY = 14, 20
# Standard deviations within which 95 of 100 residuals lie.
USUAL = 2.0


class GroupEstimate(Record, frozen=True, kw_only=True):
    """A parameter of the curve of a group; `open` where the points set no limit on either side."""

    group: str
    estimate: Estimate

    @property
    def open(self) -> bool:
        """Whether the points say nothing of it."""
        return self.estimate.low is None and self.estimate.high is None

    @property
    def closed(self) -> bool:
        """Whether its interval has both ends."""
        return self.estimate.low is not None and self.estimate.high is not None


def parameter_figure(name: str, title: str, rows: Sequence[GroupEstimate], x: str) -> Figure:
    """Return a parameter of every group with its interval, in the order given.

    Parameters
    ----------
    name, title : str
        As in `Figure`.
    rows : sequence of GroupEstimate
        At least one.
    x : str
        Title of the axis.
    """
    low, high, log = _domain(rows)
    values = [_drawn(row, low, high) for row in rows]
    tips = [hint("group", "group"), hint("text", "estimate")]
    known = [v for v in values if v["start"] is not None]
    layers = [
        layer([{"group": row.group} for row in rows], "point", "dot", y="group", opacity=0),
        layer(known, "rule", "estimate", y="group", x="start", x2="end", tooltip=tips),
        layer([v for v in known if v["x"] is not None], "point", "mark", y="group", x="x", tooltip=tips),
    ]
    for side, shape in (("left", "triangle-left"), ("right", "triangle-right")):
        cut = [v for v in known if v[side]]
        at = low if side == "left" else high
        if cut:
            arrow = {"shape": shape, "size": 70, "tooltip": tips}
            layers.append(layer([{**v, "x": at} for v in cut], "point", "mark", y="group", x="x", **arrow))
    silent = [{"group": v["group"], "text": "not determined"} for v in values if v["start"] is None]
    if silent:
        place: Spec = {"x": {"value": 0}, "align": "left", "dx": 8, "baseline": "middle"}
        layers.append(layer(silent, "text", "note", y="group", text="text", **place))
    ticks: Spec = (
        {"values": log_ticks(low, high), "format": "~g"}
        if log
        else {"tickCount": 5, **four_digits((low, high))}
    )
    short = max(len(row.group) for row in rows) <= _SHORT
    height = (24 if len(rows) <= _ROOMY else 16) if short else 28
    style = "groups" if short else "terms"
    return Figure(
        name=name,
        title=title,
        alt=f"{x} by group: " + "; ".join(f"{v['group']} {v['text']}" for v in values) + ".",
        reading=_reading(rows, values),
        spec=({} if short else {"usermeta": {"narrow": {"height": 38 * len(rows)}}})
        | layered(
            layers,
            height * len(rows),
            x=axis(x, (low, high), "log" if log else "linear", grid=True, **ticks),
            y={
                "type": "nominal",
                "sort": [row.group for row in rows],
                "title": None,
                "axis": {"style": style},
            },
        ),
        header=("group", x, "low", "high", "level"),
        rows=tuple(
            (
                r.group,
                r.estimate.value if r.closed else None,
                r.estimate.low,
                r.estimate.high,
                r.estimate.level,
            )
            for r in rows
        ),
    )


def _reading(rows: Sequence[GroupEstimate], values: Sequence[Spec]) -> str:
    words = [f"Lines are {percentage(rows[0].estimate.level)} intervals."]
    if any(v["left"] or v["right"] for v in values):
        words.append("An arrow: the interval goes on beyond the axis, or has no end on that side.")
    return " ".join(words)


def _drawn(row: GroupEstimate, low: float, high: float) -> Spec:
    """Return the drawn part of an interval, cut at the ends of the axis; no dot where it has one end only."""
    e = row.estimate
    start = low if e.low is None else e.low
    end = high if e.high is None else e.high
    return {
        "group": row.group,
        "x": min(max(e.value, low), high) if row.closed else None,
        "start": None if row.open else min(max(start, low), high),
        "end": None if row.open else max(min(end, high), low),
        "left": not row.open and (start < low or e.low is None),
        "right": not row.open and (end > high or e.high is None),
        "text": "not determined" if row.open else measured_text(e),
    }


def _domain(rows: Sequence[GroupEstimate]) -> tuple[float, float, bool]:
    """Return the ends of the axis, and whether it is logarithmic: where estimates differ in size tenfold."""
    inside = [row.estimate.value for row in rows if row.closed]
    limits = [v for row in rows for v in (row.estimate.low, row.estimate.high) if v is not None]
    centres = inside or limits or [row.estimate.value for row in rows]
    log = min(centres) > 0 and max(centres) > 10 * min(centres)
    to, back = (math.log, math.exp) if log else (float, float)
    places = [to(v) for v in centres]
    widths = sorted(
        to(row.estimate.high) - to(row.estimate.low)
        for row in rows
        if row.estimate.low is not None
        and row.estimate.high is not None
        and not (log and row.estimate.low <= 0)
    )
    usual = widths[len(widths) // 2] if widths else 0.0
    span = max(max(places) - min(places), usual) or abs(places[0]) or 1.0
    floor, ceiling = min(places) - _REACH * span, max(places) + _REACH * span
    ends = [to(v) if not log or v > 0 else floor for v in limits]
    low, high = max(min([*places, *ends]), floor), min(max([*places, *ends]), ceiling)
    room = 0.05 * ((high - low) or span)
    return back(low - room), back(high + room), log


def residual_figure(name: str, title: str, dots: Sequence[Dot], frame: Frame) -> Figure:
    """Return standardised residuals over x or over the fitted values.

    Parameters
    ----------
    name, title : str
        As in `Figure`.
    dots : sequence of Dot
        Residuals in standard deviations of the noise, at their place.
    frame : Frame
        The horizontal axis.
    """
    far = max([1.1 * abs(dot.y) for dot in dots] + [1.5 * USUAL])
    start, end = frame.ends
    values = [{"x": frame.place(dot.x), "at": dot.x, "y": dot.y} for dot in dots]
    tips = [hint("at", frame.title, ".4~g"), hint("y", "residual", ".2f")]
    beyond = sum(abs(dot.y) > USUAL for dot in dots)
    layers = [
        layer(
            [{"x": start, "end": end, "low": -USUAL, "high": USUAL}],
            "rect",
            "chance",
            x="x",
            x2="end",
            y="low",
            y2="high",
            opacity=0.12,
        ),
        layer([{"y": 0}], "rule", "reference", y="y"),
        layer(values, "point", "dot", x="x", y="y", tooltip=tips, size=40 if len(dots) < 100 else 18),
        *frame.gap(),
    ]
    return Figure(
        name=name,
        title=title,
        alt=(
            f"Residuals of {len(dots)} points over {frame.title}, from {number(min(d.y for d in dots))} to "
            f"{number(max(d.y for d in dots))} standard deviations; {beyond} lie beyond {USUAL:g}."
        ),
        reading=(
            "Each dot is how far a point lies from its curve, in standard deviations of the noise. A good fit has no "
            f"pattern about the dashed line, and 95 of 100 points in the grey band (within {USUAL:g})."
        ),
        spec=layered(
            layers, 220, x=frame.axis(6), y=axis("residual (standard deviations)", (-far, far), tickCount=6)
        ),
        header=(frame.title, "residual"),
        rows=tuple((dot.x, dot.y) for dot in dots),
    )
