"""The forest plot: every odds ratio with its interval on one logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence

from ogive.views.figure import Figure, Spec, axis, hint, layer, layered, log_ticks
from ogive.views.numbers import interval, percentage, ratio_parts
from ogive.views.records import RatioRow

# An interval is drawn no further than this many times beyond the outermost estimate; the table has its ends.
_REACH = 8.0


def forest_figure(title: str, rows: Sequence[RatioRow], positive: str) -> Figure:
    """Return odds ratios with intervals, in the order given, on a log axis with a line at 1."""
    low, high = _domain(rows)
    values = [_line(row, low, high) for row in rows]
    tips = [hint("label", "term"), hint("text", "odds ratio")]
    layers = [
        layer(values, "rule", "estimate", y="label", x="low", x2="high", tooltip=tips),
        layer([{"x": 1}], "rule", "reference", x="x"),
        layer(values, "point", "mark", y="label", x="x", tooltip=tips),
    ]
    level = percentage(rows[0].ratio.level)
    cut = any(v["low"] == low or v["high"] == high for v in values)
    return Figure(
        name="odds-ratios",
        title=title,
        alt=(
            f"Odds ratios with {level} intervals for {len(rows)} terms: "
            + "; ".join(f"{v['label']} {v['text']}" for v in values)
            + "."
        ),
        reading=(
            f"An odds ratio of 2 doubles the odds of {positive}, one of 0.5 halves them; an interval that "
            "crosses the line at 1 is compatible with no effect. Numbers are taken over one standard "
            "deviation, so that they can be compared; levels stand against their reference."
            + (" An interval that reaches the edge goes on; its end is in the data." if cut else "")
        ),
        spec={"usermeta": {"narrow": {"height": 38 * len(rows)}}}
        | layered(
            layers,
            28 * len(rows),
            x=axis(
                "odds ratio (logarithmic axis)",
                (low, high),
                "log",
                values=log_ticks(low, high),
                format="~g",
                grid=True,
            ),
            y={
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"style": "terms"},
            },
        ),
        header=("term", "odds_ratio", "low", "high", "level"),
        rows=tuple((r.label, r.ratio.value, r.ratio.low, r.ratio.high, r.ratio.level) for r in rows),
    )


def _line(row: RatioRow, low: float, high: float) -> Spec:
    """Return the drawn part of one odds ratio, cut at the ends of the axis, and its full text."""
    ratio = row.ratio
    value, *limits = ratio_parts(ratio)
    start = ratio.value if ratio.low is None else ratio.low
    end = ratio.value if ratio.high is None else ratio.high
    return {
        "label": row.label,
        "x": min(max(ratio.value, low), high),
        "low": max(start, low),
        "high": min(end, high),
        "text": f"{value} ({interval(*limits)})" if limits[0] else value,
    }


def _domain(rows: Sequence[RatioRow]) -> tuple[float, float]:
    """Return the ends of the axis: all estimates and intervals, but no further than `_REACH` beyond."""
    centres = [min(max(r.ratio.value, 1e-6), 1e6) for r in rows] + [1.0]
    floor, ceiling = min(centres) / _REACH, max(centres) * _REACH
    lows = [r.ratio.low for r in rows if r.ratio.low is not None] + centres
    highs = [r.ratio.high for r in rows if r.ratio.high is not None] + centres
    return max(min(lows), floor) / 1.1, min(max(highs), ceiling) * 1.1
