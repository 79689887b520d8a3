"""The reliability diagram without bins: the share that the isotonic fit gives, and how far chance would carry it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from ogive._base import Record
from ogive.views.figure import Figure, Spec, hint, layer, layered, round_share, share_axis
from ogive.views.numbers import percentage, short_count
from ogive.views.records import Bin

# The histogram stands below the diagram, between these parts of its height, with its counts above the bars.
_FLOOR, _CEILING = -0.32, -0.1


class Curve(Record, frozen=True, kw_only=True):
    """The share of events at each probability, joined by straight lines, with limits.

    Attributes
    ----------
    name : str
        Stands beside the curve where there are two.
    probability, share : tuple of float
        Increasing both.
    low, high : tuple of float
        Limits at each probability; empty where there are none.
    around : "diagonal" or "curve"
        Calibrated probabilities would keep the curve within the limits (consistency), or the truth lies within them
        (confidence).
    level : float
        Of the limits.
    """

    name: str = ""
    probability: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    around: Literal["diagonal", "curve"] = "diagonal"
    level: float = 0.95


def diagram_figure(title: str, curve: Curve, histogram: Sequence[Bin]) -> Figure:
    """Return a reliability diagram with the rows behind it below.

    Parameters
    ----------
    title : str
        The finding.
    curve : Curve
        Of the probabilities.
    histogram : sequence of Bin
        Rows by probability, ten bins or so from 0 to `diagram_end`.
    """
    end, band = diagram_end([curve]), _band_words(curve)
    return Figure(
        name="reliability",
        title=title,
        alt=(
            f"Share of positive rows against the probability given, from {_said(curve)}. {band} "
            "Below, a histogram of the probabilities: "
            + "; ".join(
                f"{short_count(b.rows)} rows from {b.low:g} to {b.high:g}" for b in histogram if b.rows
            )
            + "."
        ),
        reading=(
            "On the dashed diagonal, of the rows given 30 %, 30 % are positive; above it the probabilities are too "
            f"low, below it too high. The curve is the increasing one that fits best, without bins. {band} Bars count "
            "the rows."
        ),
        spec=layered(
            [*_diagram(end, [curve]), *_bars(histogram, end)],
            440,
            x=share_axis("probability given", end),
            y=share_axis("share positive", end, -_FLOOR),
        ),
        header=("probability", "share"),
        rows=tuple(zip(curve.probability, curve.share, strict=True)),
    )


def before_after_figure(title: str, before: Curve, after: Curve) -> Figure:
    """Return the curves of probabilities before a calibrator and after it."""
    end = diagram_end([before, after])
    return Figure(
        name="before-after",
        title=title,
        alt=(
            f"Share of positive rows against the probability given: {before.name} from {_said(before)}, "
            f"{after.name} from {_said(after)}. {_band_words(after)}"
        ),
        reading=(
            "Both curves are of rows that taught the calibrator nothing. The nearer to the dashed diagonal, the more "
            f"the probabilities mean what they say. {_band_words(after)}"
        ),
        spec=layered(
            _diagram(end, [after, before]),
            400,
            x=share_axis("probability given", end),
            y=share_axis("share positive", end),
        ),
        header=("curve", "probability", "share"),
        rows=tuple(
            (c.name, x, y) for c in (before, after) for x, y in zip(c.probability, c.share, strict=True)
        ),
    )


def diagram_end(curves: Sequence[Curve]) -> float:
    """Return where the axes of a diagram end: a round share that holds every probability and share."""
    return round_share([v for c in curves for v in (*c.probability[-1:], *c.share[-1:])])


def _diagram(end: float, curves: Sequence[Curve]) -> list[Spec]:
    """Return the limits of the first curve, the diagonal, and the curves: the first the one that counts."""
    first = curves[0]
    limits = zip(first.probability, first.low, first.high, strict=True) if first.low else ()
    band = [{"x": x, "low": low, "high": high} for x, low, high in limits]
    style = "chance" if first.around == "diagonal" else "band"
    layers = [layer(band, "area", style, x="x", y="low", y2="high", clip=True)] if band else []
    layers.append(layer([{"x": 0, "y": 0}, {"x": end, "y": end}], "line", "reference", x="x", y="y"))
    for curve, style, label, dy in zip(
        curves, ("curve", "former"), ("curve-label", "note"), (26, 6), strict=False
    ):
        values = [{"x": x, "y": y} for x, y in zip(curve.probability, curve.share, strict=True)]
        tips = [hint("x", "probability", ".3f"), hint("y", "share", ".3f")]
        layers.append(layer(values, "line", style, x="x", y="y", tooltip=tips, clip=True))
        if curve.name:
            corner: Spec = {"x": {"value": 0}, "y": {"value": 0}, "align": "left", "baseline": "top"}
            layers.append(layer([{"text": curve.name}], "text", label, text="text", dx=8, dy=dy, **corner))
    return layers


def _bars(histogram: Sequence[Bin], end: float) -> Iterator[Spec]:
    """Return bars of the rows, and their numbers above them."""
    most = max((b.rows for b in histogram), default=0.0) or 1.0
    values = [
        {
            "low": b.low,
            "high": b.high,
            "middle": (b.low + b.high) / 2,
            "rows": b.rows,
            "text": short_count(b.rows) if b.rows else "",
            "base": _FLOOR * end,
            "top": (_FLOOR + (_CEILING - _FLOOR) * b.rows / most) * end,
        }
        for b in histogram
    ]
    tips = [hint("low", "from", "~g"), hint("high", "to", "~g"), hint("rows", "rows", ",")]
    yield layer(values, "rect", "rows", x="low", x2="high", y="base", y2="top", tooltip=tips)
    yield layer(values, "text", "count", x="middle", y="top", text="text", baseline="bottom", dy=-2)


def _band_words(curve: Curve) -> str:
    band = percentage(curve.level)
    if not curve.low:
        return ""
    if curve.around == "curve":
        return f"The band around the curve holds the true share with {band} confidence."
    return f"In {band} of samples, calibrated probabilities would keep the curve within the grey band."


def _said(curve: Curve) -> str:
    first, last = (f"{curve.share[i]:.3g} at {curve.probability[i]:.3g}" for i in (0, -1))
    return f"{first} to {last}"
