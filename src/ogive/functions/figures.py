"""The figures of the family: which numbers they draw, and the finding that each title states."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ogive._base import InputError
from ogive.functions.columns import curve_of
from ogive.functions.family import CURVES, FAMILY, named
from ogive.views import Figure, Line, Spot, lines_figure, number

_POINTS = 241
_DEPTH = 30
# The usual range of a function of the whole line; those of a probability have theirs.
_ENDS = (-6.0, 6.0)
# Side by side, functions are compared where all of them bend: what grows on leaves the plot.
_CUT = (-2.0, 3.0)


def usual_range(names: Iterable[str]) -> tuple[float, float]:
    """Return where functions are usually drawn.

    Examples
    --------
    >>> usual_range(["sigmoid", "logit"]), usual_range(["logit"])
    ((-6.0, 6.0), (0.0, 1.0))
    """
    if all(curve_of(name).domain == (0.0, 1.0) for name in map(named, names)):
        return 0.0, 1.0
    return _ENDS


def curve_lines(name: str, low: float, high: float, points: int = _POINTS) -> list[Line]:
    """Return a function and its derivative as lines."""
    x = np.linspace(low, high, points)
    curve = curve_of(name)
    return [
        Line(name=name, x=tuple(x.tolist()), y=_finite(curve.values(x))),
        Line(name="derivative", x=tuple(x.tolist()), y=_finite(curve.slopes(x)), style="interval"),
    ]


def curve_figure(
    name: str, low: float | None = None, high: float | None = None, at: Sequence[float] = ()
) -> Figure:
    """Return a function with its derivative and, if points are given, its tangents there.

    Parameters
    ----------
    name : str
        A member that is a function of one number.
    low, high : float, optional
        Range of x.
    at : sequence of float
        Points at which to draw a tangent.

    Examples
    --------
    >>> curve_figure("sigmoid").title
    'sigmoid: values from 0 to 1, steepest 0.25 at 0'
    """
    name = named(name)
    first, last = usual_range([name])
    low, high = first if low is None else low, last if high is None else high
    lines = curve_lines(name, low, high)
    ends = value_ends(lines)
    curve = curve_of(name)
    spots = []
    for x in at:
        y, slope = (float(f(np.array([x]))[0]) for f in (curve.values, curve.slopes))
        if math.isfinite(y) and math.isfinite(slope) and low <= x <= high:
            lines.append(_tangent(x, y, slope, low, high, ends))
            spots.append(Spot(x=x, y=y, text=f"slope {number(slope)}"))
    return lines_figure(
        name,
        _curve_title(name, lines),
        lines,
        x=_axis_name(name),
        y="value and slope",
        ends=ends,
        spots=spots,
        reading=f"{FAMILY[name].formula}. Thick: the function; thin: its derivative"
        + ("; dashed: the tangent." if spots else "."),
    )


def _curve_title(name: str, lines: Sequence[Line]) -> str:
    curve = curve_of(name)
    low, high = curve.range
    title = f"{name}: values from {_end(low)} to {_end(high)}"
    slopes = [(abs(y), x) for x, y in zip(lines[1].x, lines[1].y, strict=True) if y is not None]
    steepest, where = max(slopes, default=(0.0, 0.0))
    alone = sum(size > 0.999 * curve.max_slope for size, _ in slopes) < _POINTS // 10
    if alone and steepest > 0.999 * curve.max_slope and lines[0].x[0] < where < lines[0].x[-1]:
        return f"{title}, steepest {number(curve.max_slope)} at {number(where, 2)}"
    return f"{title}, slope at most {_end(curve.max_slope)}"


def _tangent(x: float, y: float, slope: float, low: float, high: float, ends: tuple[float, float]) -> Line:
    """Return the tangent as far as it stays in the plot, and not further than a third of it."""
    reach = (high - low) / 6
    if slope:
        reach = min(reach, 0.35 * (ends[1] - ends[0]) / abs(slope))
    left, right = max(x - reach, low), min(x + reach, high)
    return Line(
        name="", x=(left, right), y=(y + slope * (left - x), y + slope * (right - x)), style="reference"
    )


def family_figures(names: Sequence[str], low: float | None = None, high: float | None = None) -> list[Figure]:
    """Return several functions side by side, each with its derivative, on common axes."""
    names = [named(name) for name in names]
    pairs = []
    for name in names:
        first, last = usual_range([name])
        pairs.append(curve_lines(name, first if low is None else low, last if high is None else high))
    every = [value_ends(lines) for lines in pairs]
    ends = (max(min(e[0] for e in every), _CUT[0]), min(max(e[1] for e in every), _CUT[1]))
    return [
        lines_figure(
            name,
            _curve_title(name, lines),
            lines,
            x=_axis_name(name),
            y="value and slope",
            ends=ends,
            reading=f"{FAMILY[name].formula}.",
            height=220,
        )
        for name, lines in zip(names, pairs, strict=True)
    ]


def _axis_name(name: str) -> str:
    return "p" if curve_of(name).domain == (0.0, 1.0) else "x"


def depth_figure(layers: int = _DEPTH) -> Figure:
    """Return what passing through layer after layer of sigmoids does to a gradient, for several weights.

    A layer multiplies the gradient by the slope times the weight. Each layer is `s -> sigmoid(w (s - 1/2))`, which
    keeps 1/2, where the slope is largest: the best case. The dashed line has the same weight without the shift:
    its units saturate, and the slope with them.

    Examples
    --------
    >>> depth_figure(20).title
    'A layer of sigmoids leaves at most 0.25 of a gradient, unless its weights make up for it'
    """
    best = CURVES["sigmoid"].max_slope
    n = np.arange(layers + 1)
    lines = [
        _power_line(f"weight {w}", n, (w * best) ** n, "curve" if w == 1 else "interval")
        for w in (1, 2, 4, 6)
    ]
    lines.append(_power_line("saturated", n, saturated(6.0, layers), "reference"))
    return lines_figure(
        "depth",
        f"A layer of sigmoids leaves at most {number(best)} of a gradient, unless its weights make up for it",
        lines,
        x="layers",
        y="part of the gradient that is left",
        ends=(best**layers / 10, (6 * best) ** layers * 10),
        kind="log",
        outside=True,
        reading=(
            "Each layer multiplies a gradient by its weight times the sigmoid's slope, which is 0.25 at most. A weight "
            "of 4 would keep it, 6 makes it grow; but large weights push units to "
            "where the slope is near 0 (dashed: weight 6, saturated)."
        ),
        height=320,
    )


def saturated(weight: float, layers: int) -> np.ndarray:
    """Return the product of `weight sigmoid'` along s -> sigmoid(weight s) from s = 1/2, after 0, 1, … layers.

    Examples
    --------
    >>> bool(saturated(6.0, 10)[-1] < 1e-15)
    True
    """
    s, product = 0.5, [1.0]
    for _ in range(layers):
        z = weight * s
        s = float(FAMILY["sigmoid"](z))
        product.append(product[-1] * weight * float(FAMILY["sigmoid"].derivative(z)))
    return np.array(product)


def _power_line(name: str, n: np.ndarray, y: np.ndarray, style: Any) -> Line:
    return Line(name=name, x=tuple(n.astype(float).tolist()), y=_finite(y), style=style)


def loss_figures(low: float = -6.0, high: float = 6.0) -> list[Figure]:
    """Return cross-entropy and squared error of a logit for an outcome that happened, then their gradients.

    Examples
    --------
    >>> [figure.name for figure in loss_figures()]
    ['losses', 'loss-gradients']
    """
    z = np.linspace(low, high, _POINTS)
    p = FAMILY["sigmoid"](z)
    # -log p; ((p - 1)^2)/2, whose slope in z carries the sigmoid's slope.
    losses = (-FAMILY["log_sigmoid"](z), (1 - p) ** 2 / 2)
    slopes = (p - 1, (p - 1) * FAMILY["sigmoid"].derivative(z))
    where = float(z[0])
    return [
        lines_figure(
            "losses",
            "Cross-entropy keeps growing for confident mistakes, squared error levels off",
            _two(z, losses),
            x="logit z, for an outcome that happened",
            y="loss",
            ends=(0.0, float(losses[0].max())),
            outside=True,
            reading="Cross-entropy is -log p, squared error (p - 1)²/2, with p = sigmoid(z).",
        ),
        lines_figure(
            "loss-gradients",
            f"At z = {number(where)} the gradient of cross-entropy is {slopes[0][0]:.2f}, "
            f"that of squared error {slopes[1][0]:.4f}",
            _two(z, slopes),
            x="logit z, for an outcome that happened",
            y="gradient in z",
            ends=(-1.0, 0.1),
            outside=True,
            reading=(
                "With cross-entropy the sigmoid's slope cancels: the gradient is p - y. With squared error it stays, "
                "(p - y) p (1 - p), and a confident mistake teaches nothing."
            ),
        ),
    ]


def _two(z: np.ndarray, pair: tuple[np.ndarray, np.ndarray]) -> list[Line]:
    names: tuple[tuple[str, Any], ...] = (("cross-entropy", "curve"), ("squared error", "interval"))
    x = tuple(z.tolist())
    return [Line(name=n, x=x, y=_finite(y), style=s) for (n, s), y in zip(names, pair, strict=True)]


def value_ends(lines: Sequence[Line]) -> tuple[float, float]:
    """Return round ends of an axis that show the first line whole, and of the others what lies near it."""
    values = [y for y in lines[0].y if y is not None] or [0.0, 1.0]
    low, high = min(values), max(values)
    reach = max(high - low, 1.0)
    others = [
        min(max(y, low - reach / 4), high + reach / 4) for line in lines[1:] for y in line.y if y is not None
    ]
    return _round_ends(min([low, *others]), max([high, *others]))


def _round_ends(low: float, high: float) -> tuple[float, float]:
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-9))) / 4
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def _finite(values: np.ndarray) -> tuple[float | None, ...]:
    return tuple(v if math.isfinite(v) else None for v in values.tolist())


def _end(value: float) -> str:
    return number(value) if math.isfinite(value) else {math.inf: "∞", -math.inf: "-∞"}[value]


_SHOWN = ("sigmoid", "tanh", "softplus", "relu", "gelu", "silu")

FIGURES: dict[str, Callable[[], list[Figure]]] = {
    "sigmoid": lambda: [curve_figure("sigmoid")],
    "tangent": lambda: [curve_figure("sigmoid", at=(-2.0, 0.0))],
    "family": lambda: family_figures([n for n in _SHOWN if n in CURVES]),
    "depth": lambda: [depth_figure()],
    "losses": loss_figures,
}


def figures(name: str) -> list[Figure]:
    """Return the figures of the guide by name: sigmoid, tangent, family, depth or losses."""
    if name not in FIGURES:
        raise InputError(f"there is no figure {name!r}.", "there are " + ", ".join(FIGURES))
    return FIGURES[name]()
