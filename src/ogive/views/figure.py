"""A figure: what it says, the specification that draws it, and the numbers behind it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
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


def layered(layers: Sequence[Spec], height: Any) -> Spec:
    """Return layers as one specification that fills the width of its container."""
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": list(layers),
    }


def layer(values: Sequence[Spec], mark: str, style: str, **options: Any) -> Spec:
    """Return one layer: rows of data drawn by a mark in a style of the theme.

    `options` that are channels (x, y, x2, ...) encode; the others are properties of the mark.
    """
    channels = {key: value for key, value in options.items() if key in _CHANNELS}
    properties = {key: value for key, value in options.items() if key not in _CHANNELS}
    return {
        "data": {"values": list(values)},
        "mark": {"type": mark, "style": style, **properties},
        "encoding": channels,
    }


_CHANNELS = {"x", "x2", "y", "y2", "text", "tooltip", "order"}


def measure(field: str, title: str | None = None, **options: Any) -> Spec:
    """Return a quantitative channel; `domain` and other scale options go to its scale, the rest to its axis."""
    scale = {key: options.pop(key) for key in ("domain", "type", "nice", "zero", "clamp") if key in options}
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        **({"scale": scale} if scale else {}),
        **({"axis": options} if options else {}),
    }


def hint(field: str, title: str, form: str | None = None) -> Spec:
    """Return one line of a tooltip."""
    kind = "quantitative" if form else "nominal"
    return {"field": field, "type": kind, "title": title, **({"format": form} if form else {})}
