"""What decisions are worth: net benefit and cost over the threshold, and precision over the prevalence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ogive._base import Estimate, Record
from ogive.views.figure import Figure, Spec, axis, hint, layer, layered, round_share, share_axis
from ogive.views.numbers import number, percent

# Net benefit is drawn this far below 0, as a part of the height above it: acting on all falls without end.
_BELOW = 0.25


class Benefit(Record, frozen=True, kw_only=True):
    """Net benefit over the threshold: of acting on the scores, with limits (empty where none), and on all rows."""

    threshold: tuple[float, ...]
    scores: tuple[float, ...]
    everyone: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


class CostLine(Record, frozen=True, kw_only=True):
    """Cost of 1,000 rows over the threshold, and of acting on all of them and on none.

    `chosen` is the threshold in use and `cheapest` the one that would have cost least, with its interval.
    """

    threshold: tuple[float, ...]
    cost: tuple[float, ...]
    everyone: float
    nobody: float
    chosen: float
    cheapest: Estimate | None = None


def net_benefit_figure(title: str, benefit: Benefit, at: float | None, event: str) -> Figure:
    """Return the decision curve: net benefit of the scores against acting on all rows and on none.

    Parameters
    ----------
    title : str
        The finding.
    benefit : Benefit
        The curves.
    at : float or None
        Threshold in use.
    event : str
        The positive class in words.
    """
    end = round_share(benefit.threshold)
    top = 1.1 * max(*benefit.scores, *benefit.high, *benefit.everyone, 1e-9)
    unknown: list[tuple[float | None, float | None]] = [(None, None)] * len(benefit.threshold)
    limits = list(zip(benefit.low, benefit.high, strict=True)) or unknown
    points = list(zip(benefit.threshold, benefit.scores, limits, benefit.everyone, strict=True))
    band = [{"x": x, "low": a, "high": b} for x, _, (a, b), _ in points if a is not None]
    tips = [hint("x", "threshold", ".3f"), hint("y", "net benefit", ".4~g")]
    layers = [
        layer(band, "area", "band", x="x", y="low", y2="high", clip=True),
        layer([{"x": 0, "x2": end, "y": 0}], "rule", "reference", x="x", x2="x2", y="y"),
        layer([{"x": x, "y": y} for x, _, _, y in points], "line", "reference", x="x", y="y", clip=True),
        layer(
            [{"x": x, "y": y} for x, y, _, _ in points],
            "line",
            "curve",
            x="x",
            y="y",
            clip=True,
            tooltip=tips,
        ),
        *_strategies(benefit, end, top),
        *(_upright(at, -_BELOW * top, top, f"at {number(at)}") if at is not None and 0 < at < end else []),
    ]
    return Figure(
        name="decision-curve",
        title=title,
        alt=(
            f"Net benefit over the threshold. Acting on the scores: from {number(benefit.scores[0])} at "
            f"{number(benefit.threshold[0])} to {number(benefit.scores[-1])} at {number(benefit.threshold[-1])}; "
            f"acting on all rows: from {number(benefit.everyone[0])} to {number(benefit.everyone[-1])}; on none: 0."
        ),
        reading=(
            f"The threshold is how probable {event} must be before one acts, and so says how many false alarms a "
            "find is worth. Net benefit counts what acting gains, in finds a row without any false alarm. Act on the "
            "scores where their curve is the highest."
        ),
        spec=layered(
            layers,
            360,
            x=share_axis("threshold", end),
            y=axis("net benefit", (-_BELOW * top, top), tickCount=6, format=",f"),
        ),
        header=("threshold", "scores", "low", "high", "all", "none"),
        rows=tuple((x, y, low, high, everyone, 0.0) for x, y, (low, high), everyone in points),
    )


def _strategies(benefit: Benefit, end: float, top: float) -> list[Spec]:
    """Return the names of the three ways to act, each beside its line."""
    x, scores = np.array(benefit.threshold), np.array(benefit.scores)
    everyone = np.array(benefit.everyone)
    best = int(np.argmax(np.where(x < 0.75 * end, scores - np.maximum(everyone, 0), -np.inf)))
    ceiling = benefit.high[best] if benefit.high else float(scores[best])
    down = int(np.argmax(everyone < -0.55 * _BELOW * top)) or x.size - 1
    right = {"align": "left", "dx": 7} if x[down] < 0.6 * end else {"align": "right", "dx": -7}
    names = [
        (float(x[best]), ceiling, "act on the scores", "curve-label", {"align": "left", "dx": 4, "dy": -5}),
        (end, 0.0, "act on none", "note", {"align": "right", "dx": -4, "dy": 17}),
        (float(x[down]), -0.55 * _BELOW * top, "act on all", "note", right),
    ]
    return [
        layer(
            [{"x": a, "y": b, "text": text}],
            "text",
            style,
            x="x",
            y="y",
            text="text",
            baseline="bottom",
            **place,
        )
        for a, b, text, style, place in names
    ]


def cost_figure(title: str, costs: CostLine) -> Figure:
    """Return what decisions cost over the threshold, with the cheapest one and how well it is known."""
    cheapest = costs.cheapest
    known = (
        []
        if cheapest is None
        else [v for v in (cheapest.value, cheapest.low, cheapest.high) if v is not None]
    )
    end = round_share([min(2 * v, 1.0) for v in (costs.chosen, *known)])
    top = 1.25 * min(costs.everyone, costs.nobody)
    drawn = [{"x": x, "y": y} for x, y in zip(costs.threshold, costs.cost, strict=True) if x <= end]
    tips = [hint("x", "threshold", ".3f"), hint("y", "cost of 1,000 rows", ".4~g")]
    layers = [*([_span(cheapest, top)] if cheapest is not None and cheapest.low is not None else [])]
    for level, name in ((costs.everyone, "act on all"), (costs.nobody, "act on none")):
        if level <= top:
            layers += _level(level, end, name)
    layers.append(layer(drawn, "line", "curve", x="x", y="y", clip=True, tooltip=tips))
    layers += _upright(costs.chosen, 0, top, f"in use: {number(costs.chosen)}", foot=True)
    if cheapest is not None:
        at = float(np.interp(cheapest.value, costs.threshold, costs.cost))
        spot = [{"x": cheapest.value, "y": at, "text": f"cheapest here: {number(cheapest.value)}"}]
        layers += [
            layer(spot, "point", "mark", x="x", y="y"),
            layer(
                spot,
                "text",
                "curve-label",
                x="x",
                y="y",
                text="text",
                align="left",
                dx=8,
                baseline="top",
                dy=8,
            ),
        ]
    return Figure(
        name="cost",
        title=title,
        alt=(
            f"Cost of 1,000 rows over the threshold. Acting on all rows costs {number(costs.everyone)}, acting on none "
            f"{number(costs.nobody)}, the threshold {number(costs.chosen)} "
            f"{number(float(np.interp(costs.chosen, costs.threshold, costs.cost)))}."
        ),
        reading=(
            "The curve adds up false positives and false negatives, each at its cost. The grey stretch is the interval "
            "of the threshold that is cheapest on these rows: where it is wide, many thresholds cost nearly the same."
        ),
        spec=layered(
            layers,
            360,
            x=share_axis("threshold", end),
            y=axis("cost of 1,000 rows", (0, top), tickCount=6, format=",f"),
        ),
        header=("threshold", "cost_of_1000_rows"),
        rows=tuple(zip(costs.threshold, costs.cost, strict=True)),
    )


def prevalence_figure(
    title: str, prevalence: Sequence[float], average_precision: Sequence[float], auc: float, observed: float
) -> Figure:
    """Return AUC and average precision of the same scores over the prevalence, on a logarithmic axis."""
    ends = (min(prevalence), max(prevalence))
    falling = [{"x": x, "y": y} for x, y in zip(prevalence, average_precision, strict=True)]
    here = float(np.interp(observed, prevalence, average_precision))
    names = [
        ({"x": ends[0], "y": auc, "text": f"AUC {auc:.2f}"}, "note", {"align": "left", "dx": 6, "dy": -5}),
        (
            {"x": observed, "y": here, "text": f"average precision {here:.2f}"},
            "curve-label",
            {"align": "left", "dx": 9, "dy": 16}
            if observed < (ends[0] * ends[1]) ** 0.5 * 3
            else {"align": "right", "dx": -9, "dy": -5},
        ),
    ]
    layers = [
        layer([{"x": ends[0], "x2": ends[1], "y": auc}], "rule", "former", x="x", x2="x2", y="y"),
        layer(
            falling,
            "line",
            "curve",
            x="x",
            y="y",
            tooltip=[hint("x", "prevalence", "~g"), hint("y", "average precision", ".3f")],
        ),
        *_upright(observed, 0, 1, f"these rows: {percent(observed)}", left=observed > 0.02),
        layer([{"x": observed, "y": here}], "point", "mark", x="x", y="y"),
        *(
            layer([values], "text", style, x="x", y="y", text="text", baseline="bottom", **place)
            for values, style, place in names
        ),
    ]
    ticks = [t for t in (0.001, 0.01, 0.1, 0.5) if ends[0] <= t <= ends[1]]
    return Figure(
        name="prevalence",
        title=title,
        alt=(
            f"Over prevalences from {percent(ends[0])} to {percent(ends[1])} the AUC stays at {auc:.2f} and average "
            f"precision goes from {average_precision[0]:.3f} to {average_precision[-1]:.2f}."
        ),
        reading=(
            "The scores of both classes are held fixed and only the share of positive rows varies. The AUC cannot see "
            "it; precision depends on it, so compare average precision only at one prevalence."
        ),
        spec=layered(
            layers,
            320,
            x=axis("share of positive rows (logarithmic axis)", ends, "log", values=ticks, format="~%"),
            y=share_axis("score"),
        ),
        header=("prevalence", "average_precision", "auc"),
        rows=tuple((x, y, auc) for x, y in zip(prevalence, average_precision, strict=True)),
    )


def _upright(
    x: float, low: float, high: float, text: str, *, left: bool = False, foot: bool = False
) -> list[Spec]:
    """Return a dashed line that stands at `x`, with its name at the top or at its foot."""
    here = [{"x": x, "low": low, "high": high, "text": text}]
    side: Spec = {"align": "right", "dx": -7} if left else {"align": "left", "dx": 7}
    top: Spec = {"y": {"value": 0}, "baseline": "top", "dy": 5}
    if foot:
        top = {"y": {"value": "height"}, "baseline": "bottom", "dy": -5}
    return [
        layer(here, "rule", "reference", x="x", y="low", y2="high"),
        layer(here, "text", "note", x="x", text="text", **side, **top),
    ]


def _level(y: float, end: float, text: str) -> list[Spec]:
    """Return a dashed line across the plot with its name at the right end."""
    here = [{"x": 0, "x2": end, "y": y, "text": text}]
    place: Spec = {"align": "right", "dx": -4, "baseline": "bottom", "dy": -4}
    return [
        layer(here, "rule", "reference", x="x", x2="x2", y="y"),
        layer(here, "text", "note", x="x2", y="y", text="text", **place),
    ]


def _span(known: Estimate, top: float) -> Spec:
    """Return the stretch of an interval along the axis."""
    here = [{"low": known.low, "high": known.high, "zero": 0, "top": top}]
    return layer(here, "rect", "chance", x="low", x2="high", y="zero", y2="top", clip=True)
