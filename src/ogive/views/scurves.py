"""The S-curve itself: along the linear predictor with both classes, and along one number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ogive._kernels import logit, sigmoid
from ogive.views.figure import Figure, Spec, axis, hint, layer, layered, share_axis
from ogive.views.marks import class_labels, observed_layers
from ogive.views.numbers import number
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
    boundary = float(logit(threshold))
    above, below = class_labels(bins, positive, negative)
    # beyond the reach of the bars, and far from the curve
    upper, lower = {"x": low, "y": 1 - _BAR, "text": above}, {"x": high, "y": _BAR, "text": below}
    place = {"x": "x", "y": "y", "text": "text"}
    layers = [
        *_bars(bins),
        *_boundary(threshold, boundary, low, high),
        layer(curve, "line", "curve", x="x", y="y"),
        *observed_layers(observed),
        layer([upper], "text", "positive-label", align="left", baseline="top", dx=8, dy=3, **place),
        layer([lower], "text", "negative-label", align="right", baseline="bottom", dx=-8, dy=-3, **place),
    ]
    return Figure(
        name="s-curve",
        title=title,
        alt=(
            f"S-curve of the probability over the linear predictor from {number(low)} to {number(high)}. "
            f"Bars from the top count {positive}, bars from the bottom {negative}. "
            f"{len(observed)} dots show the observed share in groups of rows, with intervals. "
            f"The threshold {number(threshold)} lies at a linear predictor of {number(boundary)}."
        ),
        reading=(
            "Each row's columns add up to one number, the linear predictor; the S-curve turns it into a "
            "probability. Dots are what happened to groups of similar rows: on the curve, the probabilities "
            "are right. Bars show where each class lies: the further apart, the better told apart."
        ),
        spec=layered(
            layers,
            340,
            x=axis("linear predictor (log-odds)", (low, high), tickCount=8),
            y=share_axis("probability"),
        ),
        header=("from", "to", positive, negative),
        rows=tuple((b.low, b.high, b.events, b.others) for b in bins),
    )


def term_figure(title: str, curve: TermCurve, positive: str) -> Figure:
    """Return the probability along one number with its band, and observed shares as dots."""
    points = [
        {"x": x, "y": y, "low": low, "high": high}
        for x, y, low, high in zip(curve.x, curve.probability, curve.low, curve.high, strict=True)
    ]
    layers = [
        layer(points, "area", "band", x="x", y="low", y2="high"),
        layer(points, "line", "curve", x="x", y="y"),
        *observed_layers(curve.observed),
    ]
    name = f"{curve.term} ({curve.unit})" if curve.unit else curve.term
    return Figure(
        name=f"along-{curve.term}",
        title=title,
        alt=(
            f"Probability of {positive} along {curve.term}: {curve.probability[0]:.2f} at "
            f"{number(curve.x[0])}, {curve.probability[-1]:.2f} at {number(curve.x[-1])}, with its interval "
            f"and {len(curve.observed)} observed shares."
        ),
        reading=(
            "The curve and its band hold every other column at its median or most frequent level; dots are "
            "the shares observed, whatever the other columns were, so they need not lie on it."
        ),
        spec=layered(
            layers,
            240,
            x=axis(name, (curve.x[0], curve.x[-1]), tickCount=5),
            y=share_axis("probability"),
        ),
        header=(curve.term, "probability", "low", "high"),
        rows=tuple(zip(curve.x, curve.probability, curve.low, curve.high, strict=True)),
    )


def _bars(bins: Sequence[Bin]) -> list[Spec]:
    """Return the negative rows as bars from the bottom and the positive as bars from the top."""
    tallest = max(max(b.events, b.others) for b in bins) or 1.0
    values = [
        {
            "low": b.low,
            "high": b.high,
            "positive": b.events,
            "negative": b.others,
            "zero": 0,
            "bottom": _BAR * (b.others) / tallest,
            "one": 1,
            "top": 1 - _BAR * b.events / tallest,
        }
        for b in bins
    ]
    ends = [hint("low", "from", ".2f"), hint("high", "to", ".2f")]
    return [
        layer(
            values,
            "rect",
            name,
            x="low",
            x2="high",
            y=edge,
            y2=base,
            tooltip=[*ends, hint(name, "rows", ",")],
        )
        for name, edge, base in (("negative", "bottom", "zero"), ("positive", "top", "one"))
    ]


def _boundary(threshold: float, x: float, low: float, high: float) -> list[Spec]:
    """Return the threshold as a level of probability and as a boundary along the linear predictor."""
    if not low < x < high:
        return []
    here = [{"x": x, "y": threshold, "left": low, "zero": 0, "text": f"threshold {number(threshold)}"}]
    return [
        layer(here, "rule", "reference", x="left", x2="x", y="y"),
        layer(here, "rule", "reference", x="x", y="zero", y2="y"),
        layer(
            here, "text", "note", x="left", y="y", text="text", align="left", baseline="bottom", dx=8, dy=-5
        ),
    ]
