"""The S-curve itself: along the linear predictor with both classes, and along one number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ogive._kernels import logit, sigmoid
from ogive.views.figure import Figure, Spec, hint, layer, layered, measure
from ogive.views.numbers import count, number
from ogive.views.records import Bin, Observed, TermCurve

# Share of the height that the tallest bar of a class takes.
_BAR = 0.3


def score_figure(
    title: str,
    bins: Sequence[Bin],
    observed: Sequence[Observed],
    threshold: float,
    positive: str,
    negative: str,
) -> Figure:
    """Return the S-curve along the linear predictor, both classes as bars and observed shares as dots.

    Parameters
    ----------
    title : str
        The finding.
    bins : sequence of Bin
        Rows by linear predictor.
    observed : sequence of Observed
        Observed shares; `x` is the linear predictor.
    threshold : float
        Probability from which a row is called positive.
    positive, negative : str
        Names of the classes, as in "disease = 1".
    """
    low, high = bins[0].low, bins[-1].high
    line = np.linspace(low, high, 121)
    curve = [{"x": float(x), "y": float(p)} for x, p in zip(line, sigmoid(line), strict=True)]
    bars = _bars(bins)
    totals = sum(b.events for b in bins), sum(b.rows - b.events for b in bins)
    layers = [
        layer(
            bars,
            "rect",
            "negative",
            x=measure("low", "linear predictor (log-odds)", domain=[low, high], nice=False),
            x2={"field": "high"},
            y=measure("bottom", "probability", domain=[0, 1], values=_TENTHS, format=".1f"),
            y2={"field": "zero"},
            tooltip=[hint("low", "from", ".2f"), hint("high", "to", ".2f"), hint("others", "rows", ",")],
        ),
        layer(
            bars,
            "rect",
            "positive",
            x=measure("low"),
            x2={"field": "high"},
            y=measure("top"),
            y2={"field": "one"},
            tooltip=[hint("low", "from", ".2f"), hint("high", "to", ".2f"), hint("events", "rows", ",")],
        ),
        *_boundary(threshold, low, high),
        layer(curve, "line", "curve", x=measure("x"), y=measure("y")),
        *observed_layers(observed),
        *_corner_labels(f"{positive} ({count(totals[0])})", f"{negative} ({count(totals[1])})"),
    ]
    return Figure(
        name="s-curve",
        title=title,
        alt=(
            f"S-curve of the probability over the linear predictor from {number(low)} to {number(high)}. "
            f"Bars from the top count {positive}, bars from the bottom {negative}. "
            f"{len(observed)} dots show the observed share in groups of rows, with intervals. "
            f"The threshold {number(threshold)} lies at a linear predictor of "
            f"{number(float(logit(threshold)))}."
        ),
        reading=(
            "Each row's columns add up to one number, the linear predictor; the S-curve turns it into a "
            "probability. Dots are what happened to groups of similar rows: on the curve, the probabilities "
            "are right. Bars show where each class lies: the further apart, the better told apart."
        ),
        spec=layered(layers, 360),
        header=("from", "to", positive, negative),
        rows=tuple((b.low, b.high, b.events, b.rows - b.events) for b in bins),
    )


def term_figure(title: str, curve: TermCurve, positive: str) -> Figure:
    """Return the probability along one number with its band, and observed shares as dots."""
    axis = f"{curve.term} ({curve.unit})" if curve.unit else curve.term
    points = [
        {"x": x, "y": y, "low": low, "high": high}
        for x, y, low, high in zip(curve.x, curve.probability, curve.low, curve.high, strict=True)
    ]
    layers = [
        layer(
            points,
            "area",
            "band",
            x=measure("x", axis, domain=[curve.x[0], curve.x[-1]], nice=False),
            y=measure("low", f"probability of {positive}", domain=[0, 1], values=_TENTHS, format=".1f"),
            y2={"field": "high"},
        ),
        layer(points, "line", "curve", x=measure("x"), y=measure("y")),
        *observed_layers(curve.observed),
    ]
    return Figure(
        name=f"along-{curve.term}",
        title=title,
        alt=(
            f"Probability of {positive} along {curve.term}: {curve.probability[0]:.2f} at "
            f"{number(curve.x[0])}, {curve.probability[-1]:.2f} at {number(curve.x[-1])}, with its interval "
            f"and {len(curve.observed)} observed shares."
        ),
        reading=(
            "The curve holds every other column at its median or most frequent level; dots are the shares "
            "observed, whatever the other columns were, so they need not lie on it."
        ),
        spec=layered(layers, 260),
        header=(curve.term, "probability", "low", "high"),
        rows=tuple(zip(curve.x, curve.probability, curve.low, curve.high, strict=True)),
    )


_TENTHS = [0, 0.2, 0.4, 0.6, 0.8, 1]


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
        layer(values, "rule", "interval", x=measure("x"), y=measure("low"), y2={"field": "high"}),
        layer(values, "point", "dot", x=measure("x"), y=measure("y"), tooltip=tips),
    ]


def _bars(bins: Sequence[Bin]) -> list[Spec]:
    tallest = max(max(b.events, b.rows - b.events) for b in bins) or 1.0
    return [
        {
            "low": b.low,
            "high": b.high,
            "events": b.events,
            "others": b.rows - b.events,
            "zero": 0,
            "bottom": _BAR * (b.rows - b.events) / tallest,
            "one": 1,
            "top": 1 - _BAR * b.events / tallest,
        }
        for b in bins
    ]


def _boundary(threshold: float, low: float, high: float) -> list[Spec]:
    """Return the threshold as a level of probability and as a boundary along the linear predictor."""
    x = float(logit(threshold))
    if not low < x < high:
        return []
    here = [{"x": x, "y": threshold, "left": low, "zero": 0, "text": f"threshold {number(threshold)}"}]
    return [
        layer(here, "rule", "reference", x=measure("left"), x2={"field": "x"}, y=measure("y")),
        layer(here, "rule", "reference", x=measure("x"), y=measure("zero"), y2={"field": "y"}),
        layer(
            here,
            "text",
            "note",
            align="left",
            dx=6,
            baseline="bottom",
            dy=-5,
            x=measure("left"),
            y=measure("y"),
            text={"field": "text"},
        ),
    ]


def _corner_labels(top: str, bottom: str) -> list[Spec]:
    """Return the names of the classes beside their bars: upper left and lower right."""
    return [
        layer(
            [{"text": top}],
            "text",
            "positive-label",
            align="left",
            baseline="top",
            x={"value": 8},
            y={"value": 4},
            text={"field": "text"},
        ),
        layer(
            [{"text": bottom}],
            "text",
            "negative-label",
            align="right",
            baseline="bottom",
            dx=-8,
            dy=-4,
            x={"value": "width"},
            y={"value": "height"},
            text={"field": "text"},
        ),
    ]
