"""A figure: what it says, the specification that draws it, and the numbers behind it."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from ogive._base import InputError, Record, write_whole

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
Spec = dict[str, Any]
# Width of a letter in the title of an axis, with room.
_LETTER = 8


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

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the figure: as .svg or .png, or as .json, the Vega-Lite specification.

        Raises
        ------
        InputError
            If the ending is another one, or the drawing needs vl-convert, which is not installed.
        """
        from ogive.views.drawing import drawing, drawn  # noqa: PLC0415  (drawings are made of figures)

        kind = os.path.splitext(path)[1][1:].lower()
        if kind not in {"svg", "png", "json"}:
            raise InputError(
                f"a figure cannot be written as {os.fspath(path)!r}.", "use .svg, .png or .json (Vega-Lite)"
            )
        content = json.dumps(drawing([self])).encode() if kind == "json" else drawn([self], kind)
        write_whole(path, content)


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


def upright(title: str, height: int) -> str | list[str]:
    """Return the title of a vertical axis, in lines where it is longer than the axis.

    Examples
    --------
    >>> upright("share (%)", 130), upright("share of all households (%)", 130)
    ('share (%)', ['share of all', 'households (%)'])
    """
    lines = textwrap.wrap(title, max(height // _LETTER, 8))
    return title if len(lines) < 2 else lines


def axis(title: str | list[str], domain: tuple[float, float], kind: str = "linear", **options: Any) -> Spec:
    """Return the axis of a number: its title with the unit, its ends and what Vega-Lite calls its options."""
    return {
        "type": "quantitative",
        "title": title,
        "scale": {"domain": list(domain), "type": kind, "nice": False},
        "axis": options,
    }


def four_digits(ends: tuple[float, float]) -> dict[str, str]:
    """Return the option of an axis whose numbers have up to four digits: without a comma, as in years."""
    return {"format": "~f"} if 1000 <= max(map(abs, ends)) < 10_000 else {}


def share_axis(title: str, high: float = 1.0, below: float = 0.0) -> Spec:
    """Return an axis of shares from 0 to `high`, with room for something else `below` (a part of its length)."""
    ticks = [round(high * k / 5, 12) for k in range(6)]
    return axis(title, (-below * high, high), values=ticks, format=".1f" if high == 1 else "~g")


def log_ticks(low: float, high: float) -> list[float]:
    """Return round numbers on a logarithmic axis: 1, 2, 5 a decade, or powers of ten over a wide one.

    Examples
    --------
    >>> log_ticks(0.3, 30.0), log_ticks(1e-9, 1.0)
    ([0.5, 1.0, 2.0, 5.0, 10.0, 20.0], [1e-09, 1e-07, 1e-05, 0.001, 0.1])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    wide = math.log10(high / low)
    steps = (1, 2, 5) if wide < 3.2 else (1,)
    decades = range(first, last + 1, math.ceil(wide / 8))
    return [t for d in decades for t in (float(f"{s}e{d}") for s in steps) if low <= t <= high]


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
