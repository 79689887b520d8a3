"""A figure: what it says, the specification that draws it, and the numbers behind it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from ogive._base import Record

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
Spec = dict[str, Any]


class Figure(Record, frozen=True, kw_only=True):
    """A Vega-Lite figure without colours (those are the theme's) and everything said about it.

    Attributes
    ----------
    name : str
        Short name for identifiers and files, as in "reliability".
    title : str
        The finding, as a sentence without its full stop.
    alt : str
        What the figure shows, for those who cannot see it.
    reading : str
        How to read it, in plain words.
    spec : dict
        Vega-Lite specification with its data; it takes the width of its container.
    header : tuple of str
    rows : tuple of tuple
        The numbers drawn: names of the columns and their values.
    """

    name: str
    title: str
    alt: str
    reading: str
    spec: Spec
    header: tuple[str, ...]
    rows: tuple[tuple[float | str | None, ...], ...]

    def csv(self) -> str:
        """Return the numbers drawn as CSV with a header; floats are written exactly."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(["" if v is None else v for v in row] for row in self.rows)
        return text.getvalue()


def layered(layers: Sequence[Spec], height: int, x: Spec, y: Spec) -> Spec:
    """Return layers on common axes as one specification that fills the width of its container.

    Every layer gets the same axes `x` and `y` (see `axis`), because Vega-Lite would join different titles.
    """
    axes = {"x": x, "y": y}
    for part in layers:
        for name, channel in part["encoding"].items():
            if name in axes and "field" in channel:
                channel.update(axes[name])
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": list(layers),
    }


def axis(title: str, domain: tuple[float, float], kind: str = "linear", **options: Any) -> Spec:
    """Return the axis of a number: its title with the unit, its ends and what Vega-Lite calls its options."""
    return {
        "type": "quantitative",
        "title": title,
        "scale": {"domain": list(domain), "type": kind, "nice": False},
        "axis": options,
    }


def share_axis(title: str, high: float = 1.0, below: float = 0.0) -> Spec:
    """Return an axis of shares from 0 to `high`, with room for something else `below` (a part of its length)."""
    ticks = [round(high * k / 5, 12) for k in range(6)]
    return axis(title, (-below * high, high), values=ticks, format=".1f" if high == 1 else "~g")


def round_share(values: Iterable[float]) -> float:
    """Return the round share at which an axis may end: 1 unless all values are small.

    Examples
    --------
    >>> round_share([0.07, 0.13]), round_share([0.3, 0.7]), round_share([])
    (0.2, 1.0, 0.01)
    """
    largest = max(values, default=0.0)
    return next((end for end in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if largest <= end), 1.0)


def layer(values: Sequence[Spec], mark: str, style: str, **options: Any) -> Spec:
    """Return one layer: rows of data drawn by a mark in a style of the theme.

    `options` that are channels (x, y, x2, y2, text, order) name a field of the rows, or hold a constant
    position as {"value": ...}; `tooltip` is a list of `hint`; all others are properties of the mark.
    """
    channels = {
        key: {"field": value} if isinstance(value, str) else value
        for key, value in options.items()
        if key in _CHANNELS
    }
    properties = {key: value for key, value in options.items() if key not in _CHANNELS}
    return {
        "data": {"values": list(values)},
        "mark": {"type": mark, "style": style, **properties},
        "encoding": channels,
    }


_CHANNELS = {"x", "x2", "y", "y2", "text", "tooltip", "order"}


def hint(field: str, title: str, form: str | None = None) -> Spec:
    """Return one line of a tooltip."""
    kind = "quantitative" if form else "nominal"
    return {"field": field, "type": kind, "title": title, **({"format": form} if form else {})}
