"""Whether probabilities mean what they say: the reliability diagram, with the rows behind it below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ogive._kernels import logit, sigmoid
from ogive.views.figure import Figure, Spec, hint, layer, layered, round_share, share_axis
from ogive.views.marks import observed_layers
from ogive.views.records import Bin, Observed

# The histogram stands below the diagram: between these parts of its height.
_FLOOR, _CEILING = -0.24, -0.05


def reliability_figure(
    title: str,
    observed: Sequence[Observed],
    histogram: Sequence[Bin],
    line: tuple[float, float] | None,
) -> Figure:
    """Return observed shares against predicted probabilities, and how many rows had which probability.

    Parameters
    ----------
    title : str
        The finding.
    observed : sequence of Observed
        `x` is the mean probability of the group.
    histogram : sequence of Bin
        Rows by probability.
    line : (intercept, slope) or None
        Logistic recalibration sigmoid(intercept + slope * logit(p)), drawn as a curve.
    """
    end = round_share([*(o.x for o in observed), *(o.rate.value for o in observed)])
    layers = [
        layer([{"x": 0, "y": 0}, {"x": end, "y": end}], "line", "reference", x="x", y="y"),
        _bars([b for b in histogram if b.high <= end + 1e-9], end),
        *([_recalibration(*line, end)] if line else []),
        *observed_layers(observed),
    ]
    return Figure(
        name="reliability",
        title=title,
        alt=(
            f"Observed share against probability in {len(observed)} groups of rows, with intervals: "
            + "; ".join(f"{o.rate.value:.2f} observed at {o.x:.2f}" for o in observed)
            + ". Below, a histogram of the probabilities."
        ),
        reading=(
            "Dots on the dashed diagonal mean that of the rows given 30 %, 30 % are positive. Below it the "
            "probabilities are too high, above it too low. The curve smooths the dots; grey bars count rows."
        ),
        spec=layered(
            layers, 400, x=share_axis("probability given", end), y=share_axis("share observed", end, -_FLOOR)
        ),
        header=("probability", "rows", "observed", "low", "high"),
        rows=tuple((o.x, o.rows, o.rate.value, o.rate.low, o.rate.high) for o in observed),
    )


def _bars(histogram: Sequence[Bin], end: float) -> Spec:
    tallest = max((b.rows for b in histogram), default=0.0) or 1.0
    values = [
        {
            "low": b.low,
            "high": b.high,
            "rows": b.rows,
            "base": _FLOOR * end,
            "top": (_FLOOR + (_CEILING - _FLOOR) * b.rows / tallest) * end,
        }
        for b in histogram
    ]
    tips = [hint("low", "from", ".3f"), hint("high", "to", ".3f"), hint("rows", "rows", ",")]
    return layer(values, "rect", "rows", x="low", x2="high", y="base", y2="top", tooltip=tips)


def _recalibration(intercept: float, slope: float, end: float) -> Spec:
    p = np.linspace(0.005, 0.995, 100) * end
    y = sigmoid(intercept + slope * logit(p))
    values = [{"x": float(a), "y": float(b)} for a, b in zip(p, y, strict=True)]
    return layer(values, "line", "curve", x="x", y="y", clip=True)
