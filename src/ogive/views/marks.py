"""What several figures draw: observed shares with intervals, names of classes, labels in corners."""

from __future__ import annotations

from collections.abc import Sequence

from ogive.views.figure import Spec, hint, layer
from ogive.views.numbers import count
from ogive.views.records import Bin, Observed


def observed_layers(observed: Sequence[Observed]) -> list[Spec]:
    """Return dots with intervals for observed shares."""
    values = [
        {
            "x": o.x,
            "y": o.rate.value,
            "low": o.rate.low,
            "high": o.rate.high,
            "rows": o.rows,
            "text": repr(o.rate),
        }
        for o in observed
    ]
    tips = [hint("text", "observed share"), hint("rows", "rows", ",")]
    return [
        layer(values, "rule", "interval", x="x", y="low", y2="high"),
        layer(values, "point", "dot", x="x", y="y", tooltip=tips),
    ]


def class_labels(bins: Sequence[Bin], positive: str, negative: str) -> tuple[str, str]:
    """Return the names of the classes with their number of rows."""
    return (
        f"{positive} ({count(sum(b.events for b in bins))})",
        f"{negative} ({count(sum(b.others for b in bins))})",
    )


def upper_left(text: str, style: str, dy: int = 5) -> Spec:
    """Return a label in the upper left corner of the plot."""
    place = {"x": {"value": 0}, "y": {"value": 0}, "align": "left", "baseline": "top", "dx": 8, "dy": dy}
    return layer([{"text": text}], "text", style, text="text", **place)


def lower_right(text: str, style: str) -> Spec:
    """Return a label in the lower right corner of the plot."""
    place = {"x": {"value": "width"}, "y": {"value": "height"}, "align": "right", "baseline": "bottom"}
    return layer([{"text": text}], "text", style, text="text", dx=-8, dy=-5, **place)
