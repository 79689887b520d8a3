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
        layer(values, "rule", "interval", x="x", y="low", y2="high", clip=True),
        layer(values, "point", "dot", x="x", y="y", tooltip=tips),
    ]


def class_labels(bins: Sequence[Bin], positive: str, negative: str) -> tuple[str, str]:
    """Return the names of the classes with their number of rows."""
    return (
        f"{positive} ({count(sum(b.events for b in bins))})",
        f"{negative} ({count(sum(b.others for b in bins))})",
    )


def class_bars(bins: Sequence[Bin]) -> list[Spec]:
    """Return bins with their rows by class, and these as shares of their class, so that a rare one is seen."""
    events, others = (sum(b.events for b in bins) or 1.0), (sum(b.others for b in bins) or 1.0)
    return [
        {
            "low": b.low,
            "high": b.high,
            "zero": 0,
            "positive": b.events,
            "negative": b.others,
            "up": b.events / events,
            "down": -b.others / others,
        }
        for b in bins
    ]


def tallest(bars: Sequence[Spec]) -> float:
    """Return the largest share of its class in a bar of `class_bars`."""
    return max(max(bar["up"], -bar["down"]) for bar in bars) or 1.0


def bar_layer(bars: Sequence[Spec], name: str, edge: str, base: str = "zero", form: str = ".3f") -> Spec:
    """Return the bars of one class, from `base` to `edge`."""
    tips = [hint("low", "from", form), hint("high", "to", form), hint(name, "rows", ",")]
    return layer(bars, "rect", name, x="low", x2="high", y=edge, y2=base, tooltip=tips)


def upper_corner(text: str, style: str, *, left: bool, dy: int = 5) -> Spec:
    """Return a label in the upper left or right corner of the plot."""
    place = {
        "x": {"value": 0 if left else "width"},
        "align": "left" if left else "right",
        "dx": 8 if left else -8,
    }
    return layer([{"text": text}], "text", style, text="text", y={"value": 0}, baseline="top", dy=dy, **place)


def lower_right(text: str, style: str, dy: int = -5) -> Spec:
    """Return a label in the lower right corner of the plot."""
    place = {"x": {"value": "width"}, "y": {"value": "height"}, "align": "right", "baseline": "bottom"}
    return layer([{"text": text}], "text", style, text="text", dx=-8, dy=dy, **place)
