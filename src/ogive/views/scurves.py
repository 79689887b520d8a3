"""The S-curve itself: along the log-odds with both classes, and along one number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ogive._kernels import logit, sigmoid
from ogive.views.figure import Figure, Spec, axis, layer, layered, round_share, share_axis
from ogive.views.marks import bar_layer, class_bars, class_labels, observed_layers, tallest
from ogive.views.numbers import number, probability
from ogive.views.records import Bin, Observed, TermCurve

# Share of the height that the tallest bar of a class takes.
_BAR = 0.3
# Log-odds beyond which the curve leaves room for a name: a probability of 0.1 or 0.9.
_FAR = 2.2


def score_figure(
    title: str,
    bins: Sequence[Bin],
    observed: Sequence[Observed],
    threshold: float,
    positive: str,
    negative: str,
) -> Figure:
    """Return the S-curve along the log-odds, both classes as bars and observed shares as dots.

    Parameters
    ----------
    title : str
        The finding.
    bins : sequence of Bin
        Rows by log-odds.
    observed : sequence of Observed
        Observed shares; `x` is the log-odds.
    threshold : float
        Probability from which a row is called positive.
    positive, negative : str
        Names of the classes, as in "disease = 1".
    """
    low, high = bins[0].low, bins[-1].high
    line = np.linspace(low, high, 121)
    curve = [{"x": float(x), "y": float(p)} for x, p in zip(line, sigmoid(line), strict=True)]
    boundary = float(logit(threshold))
    layers = [
        *_bars(bins),
        *_boundary(threshold, boundary, low, high),
        layer(curve, "line", "curve", x="x", y="y"),
        *observed_layers(observed),
        *_class_names(bins, positive, negative),
    ]
    return Figure(
        name="s-curve",
        title=title,
        alt=(
            f"S-curve of the probability over the log-odds from {number(low)} to {number(high)}. "
            f"Bars from the top count {positive}, bars from the bottom {negative}. "
            f"{len(observed)} dots show the observed share in groups of rows, with intervals. "
            f"The threshold {number(threshold)} lies at log-odds of {number(boundary)}."
        ),
        reading=(
            "The model makes one number of each row, the log-odds; the S-curve turns it into a "
            "probability. Dots are what happened to groups of similar rows: on the curve, the probabilities "
            "are right. Bars show where each class lies, as shares of the class: the further apart, the "
            "better told apart."
        ),
        spec=layered(
            layers,
            340,
            x=axis("log-odds", (low, high), tickCount=8),
            y=share_axis("probability"),
        ),
        header=("from", "to", positive, negative),
        rows=tuple((b.low, b.high, b.events, b.others) for b in bins),
    )


def term_figure(title: str, curve: TermCurve, positive: str, place: int = 1) -> Figure:
    """Return the probability along one number, the `place`-th, with its band and observed shares as dots."""
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
    top = round_share([*curve.high, *(o.rate.value for o in curve.observed)])
    return Figure(
        name=f"curve-{place}-{curve.term}",
        title=title,
        alt=(
            f"Probability of {positive} along {curve.term}: {probability(curve.probability[0])} at "
            f"{number(curve.x[0])}, {probability(curve.probability[-1])} at {number(curve.x[-1])}, with its interval "
            f"and {len(curve.observed)} observed shares."
        ),
        reading=(
            "The curve and its band hold every other column at its median or most frequent value; dots are "
            "the shares observed, whatever the other columns were, so they need not lie on it."
        ),
        spec=layered(
            layers,
            240,
            x=axis(name, (curve.x[0], curve.x[-1]), tickCount=5),
            y=share_axis("probability", top),
        ),
        header=(curve.term, "probability", "low", "high"),
        rows=tuple(zip(curve.x, curve.probability, curve.low, curve.high, strict=True)),
    )


def _bars(bins: Sequence[Bin]) -> list[Spec]:
    """Return the negative rows as bars from the bottom and the positive as bars from the top."""
    bars = class_bars(bins)
    reach = tallest(bars)
    for bar in bars:
        bar |= {"one": 1, "top": 1 - _BAR * bar["up"] / reach, "bottom": -_BAR * bar["down"] / reach}
    return [
        bar_layer(bars, "negative", "bottom", form=".2f"),
        bar_layer(bars, "positive", "top", "one", ".2f"),
    ]


def _class_names(bins: Sequence[Bin], positive: str, negative: str) -> list[Spec]:
    """Return the names of the classes beyond the reach of their bars, on the side where the curve is far."""
    low, high = bins[0].low, bins[-1].high
    above, below = class_labels(bins, positive, negative)
    return [
        _name(above, low if low < -_FAR else high, 1 - _BAR, low < -_FAR, style="positive-label"),
        _name(below, high if high > _FAR else low, _BAR, high <= _FAR, style="negative-label"),
    ]


def _name(text: str, x: float, y: float, left: bool, style: str) -> Spec:
    place = {"align": "left", "dx": 8} if left else {"align": "right", "dx": -8}
    upper = {"baseline": "top", "dy": 3} if y > 0.5 else {"baseline": "bottom", "dy": -3}
    return layer([{"x": x, "y": y, "text": text}], "text", style, x="x", y="y", text="text", **place, **upper)


def _boundary(threshold: float, x: float, low: float, high: float) -> list[Spec]:
    """Return the threshold as a level of probability and as a boundary along the log-odds."""
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
