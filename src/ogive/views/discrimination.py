"""How far the classes are told apart: ROC, precision against recall, probabilities by class."""

from __future__ import annotations

from collections.abc import Sequence

from ogive._base import Estimate
from ogive.views.figure import Figure, Spec, hint, layer, layered, measure
from ogive.views.numbers import count, number, percent
from ogive.views.records import Bin

_TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1]
Path = Sequence[tuple[float, float, float]]  # threshold, x, y


def roc_figure(title: str, path: Path, auc: Estimate, at: tuple[float, float, float]) -> Figure:
    """Return the ROC curve.

    Parameters
    ----------
    title : str
        The finding.
    path : sequence of (threshold, false-positive rate, sensitivity)
    auc : Estimate
    at : (threshold, false-positive rate, sensitivity)
        The decision in use.
    """
    diagonal = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
    layers = [
        layer(
            diagonal,
            "line",
            "reference",
            x=_share("x", "false positives among the negative"),
            y=_share("y", "true positives among the positive (sensitivity)"),
        ),
        layer(_points(path), "line", "curve", order={"field": "i"}, x=measure("x"), y=measure("y")),
        *_decision(at),
        layer(
            [{"text": f"AUC {auc!r}"}],
            "text",
            "curve-label",
            align="right",
            baseline="bottom",
            dx=-8,
            dy=-30,
            x={"value": "width"},
            y={"value": "height"},
            text={"field": "text"},
        ),
    ]
    return Figure(
        name="roc",
        title=title,
        alt=(
            f"ROC curve, area {auc!r}. At the threshold {number(at[0])} the sensitivity is {at[2]:.2f} and "
            f"the share of false positives {at[1]:.2f}."
        ),
        reading=(
            "Each point is a threshold. The area is the chance that a positive row gets a higher probability "
            "than a negative one: 0.5 is guessing (the dashed diagonal), 1 is perfect."
        ),
        spec=layered(layers, 340),
        header=("threshold", "false_positive_rate", "sensitivity"),
        rows=tuple(tuple(p) for p in path),
    )


def precision_recall_figure(
    title: str, path: Path, area: Estimate, prevalence: float, at: tuple[float, float, float] | None
) -> Figure:
    """Return precision against recall.

    Parameters
    ----------
    title : str
        The finding.
    path : sequence of (threshold, recall, precision)
        Recall increasing; a step at the precision of its right end.
    area : Estimate
        Average precision.
    prevalence : float
        Precision of calling every row positive.
    at : (threshold, recall, precision) or None
        The decision in use; None where no row is called positive.
    """
    base = [{"x": 0, "x2": 1, "y": prevalence, "text": f"prevalence {percent(prevalence)}"}]
    layers = [
        layer(
            base,
            "rule",
            "reference",
            x=_share("x", "positive rows that are found (recall)"),
            x2={"field": "x2"},
            y=_share("y", "positive among the found (precision)"),
        ),
        layer(
            base,
            "text",
            "note",
            align="left",
            baseline="bottom",
            dx=6,
            dy=-5,
            x=measure("x"),
            y=measure("y"),
            text={"field": "text"},
        ),
        layer(
            _points(path),
            "line",
            "curve",
            interpolate="step-before",
            order={"field": "i"},
            x=measure("x"),
            y=measure("y"),
        ),
        *(_decision(at) if at else []),
    ]
    return Figure(
        name="precision-recall",
        title=title,
        alt=(
            f"Precision against recall, average precision {area!r}; calling every row positive has a "
            f"precision of {prevalence:.2f}."
        ),
        reading=(
            "Each point is a threshold: lower it to find more of the positive rows, at the price of more "
            "false alarms. The dashed line is the share of positive rows, what guessing would reach."
        ),
        spec=layered(layers, 340),
        header=("threshold", "recall", "precision"),
        rows=tuple(tuple(p) for p in path),
    )


def histogram_figure(
    title: str, bins: Sequence[Bin], threshold: float, positive: str, negative: str
) -> Figure:
    """Return the probabilities of both classes back to back: positive upwards, negative downwards."""
    bars = [
        {
            "low": b.low,
            "high": b.high,
            "up": b.events,
            "down": b.events - b.rows,
            "zero": 0,
            "n": b.rows - b.events,
        }
        for b in bins
    ]
    totals = sum(b.events for b in bins), sum(b.rows - b.events for b in bins)
    reach = max(max(b.events, b.rows - b.events) for b in bins)
    mark = [{"x": threshold, "text": f"threshold {number(threshold)}"}]
    ends = [hint("low", "from", ".3f"), hint("high", "to", ".3f")]
    layers = [
        layer(
            bars,
            "rect",
            "positive",
            x=measure("low", "probability", domain=[0, 1], values=_TICKS, format=".1f"),
            x2={"field": "high"},
            y=measure("up", "rows", labelExpr="format(abs(datum.value), ',')", domain=[-reach, reach]),
            y2={"field": "zero"},
            tooltip=[*ends, hint("up", "rows", ",")],
        ),
        layer(
            bars,
            "rect",
            "negative",
            x=measure("low"),
            x2={"field": "high"},
            y=measure("zero"),
            y2={"field": "down"},
            tooltip=[*ends, hint("n", "rows", ",")],
        ),
        layer(mark, "rule", "reference", x=measure("x")),
        layer(
            mark,
            "text",
            "note",
            align="left",
            baseline="top",
            dx=6,
            dy=4,
            x=measure("x"),
            y={"value": 0},
            text={"field": "text"},
        ),
        layer(
            [{"text": f"{positive} ({count(totals[0])})"}],
            "text",
            "positive-label",
            align="left",
            baseline="top",
            dx=8,
            dy=4,
            x={"value": 0},
            y={"value": 0},
            text={"field": "text"},
        ),
        layer(
            [{"text": f"{negative} ({count(totals[1])})"}],
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
    return Figure(
        name="probabilities",
        title=title,
        alt=(
            f"Histogram of the probabilities in {len(bins)} bins: {positive} upwards, {negative} downwards, "
            f"and the threshold {number(threshold)}."
        ),
        reading=(
            "Orange bars to the left of the threshold are positive rows that are missed, blue bars to the "
            "right are false alarms."
        ),
        spec=layered(layers, 300),
        header=("from", "to", positive, negative),
        rows=tuple((b.low, b.high, b.events, b.rows - b.events) for b in bins),
    )


def _share(field: str, title: str) -> Spec:
    return measure(field, title, domain=[0, 1], values=_TICKS, format=".1f")


def _points(path: Path) -> list[Spec]:
    return [{"i": i, "x": x, "y": y} for i, (_, x, y) in enumerate(path)]


def _decision(at: tuple[float, float, float]) -> list[Spec]:
    """Return the point of the threshold in use, with its label."""
    threshold, x, y = at
    here = [{"x": x, "y": y, "text": f"at {number(threshold)}"}]
    return [
        layer(here, "point", "mark", x=measure("x"), y=measure("y")),
        layer(
            here,
            "text",
            "curve-label",
            align="left",
            baseline="top",
            dx=9,
            dy=4,
            x=measure("x"),
            y=measure("y"),
            text={"field": "text"},
        ),
    ]
