"""How far the classes are told apart: ROC, precision against recall, probabilities by class."""

from __future__ import annotations

from collections.abc import Sequence

from ogive._base import Estimate
from ogive.views.figure import Figure, Spec, axis, layer, layered, share_axis
from ogive.views.marks import bar_layer, class_bars, class_labels, lower_right, tallest, upper_corner
from ogive.views.numbers import number, percent
from ogive.views.records import Bin

Vertex = tuple[float, float, float]  # threshold, x, y


def roc_figure(title: str, path: Sequence[Vertex], auc: Estimate, at: Vertex) -> Figure:
    """Return the ROC curve.

    Parameters
    ----------
    title : str
        The finding.
    path : sequence of (threshold, false-positive rate, sensitivity)
        Vertices, joined by straight lines.
    auc : Estimate
        Area under the curve.
    at : (threshold, false-positive rate, sensitivity)
        The decision in use.
    """
    layers = [
        layer([{"x": 0, "y": 0}, {"x": 1, "y": 1}], "line", "reference", x="x", y="y"),
        layer(_points(path), "line", "curve", x="x", y="y", order="i"),
        *_decision(at, align="left", dx=9, dy=6),
        lower_right(f"AUC {auc!r}", "curve-label"),
    ]
    return Figure(
        name="roc",
        title=title,
        alt=(
            f"ROC curve, area {auc!r}. At the threshold {number(at[0])} the sensitivity is {at[2]:.2f} and "
            f"the share of false positives {at[1]:.2f}."
        ),
        reading=(
            "Each point of the curve is a threshold. The area below is the chance that a positive row gets a "
            " higher probability than a negative one: 0.5 is guessing (the dashed diagonal), 1 is perfect."
        ),
        spec=layered(
            layers,
            360,
            x=share_axis("false positives among the negative"),
            y=share_axis("found among the positive (sensitivity)"),
        ),
        header=("threshold", "false_positive_rate", "sensitivity"),
        rows=tuple(path),
    )


def precision_recall_figure(
    title: str, path: Sequence[Vertex], area: Estimate, prevalence: float, at: Vertex | None
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
        layer(base, "rule", "reference", x="x", x2="x2", y="y"),
        layer(base, "text", "note", x="x", y="y", text="text", align="left", baseline="bottom", dx=8, dy=-5),
        layer(_points(path), "line", "curve", x="x", y="y", order="i", interpolate="step-before"),
        *(_decision(at, align="right", dx=-8, dy=8) if at else []),
    ]
    return Figure(
        name="precision-recall",
        title=title,
        alt=(
            f"Precision against recall, average precision {area!r}; calling every row positive has a "
            f"precision of {prevalence:.2f}."
        ),
        reading=(
            "Each point of the curve is a threshold: lower it to find more of the positive rows, "
            "at the price of more false alarms. The dashed line is the share of positive rows: guessing."
        ),
        spec=layered(
            layers,
            360,
            x=share_axis("found among the positive (recall)"),
            y=share_axis("positive among the found (precision)"),
        ),
        header=("threshold", "recall", "precision"),
        rows=tuple(path),
    )


def histogram_figure(
    title: str, bins: Sequence[Bin], threshold: float, positive: str, negative: str
) -> Figure:
    """Return the probabilities of both classes back to back: positive upwards, negative downwards."""
    bars = class_bars(bins)
    reach = tallest(bars)
    above, below = class_labels(bins, positive, negative)
    mark = [{"x": threshold, "text": f"threshold {number(threshold)}"}]
    layers = [
        bar_layer(bars, "positive", "up"),
        bar_layer(bars, "negative", "down"),
        layer(mark, "rule", "reference", x="x"),
        layer(
            mark, "text", "note", x="x", y={"value": 0}, text="text", align="left", baseline="top", dx=7, dy=5
        ),
        upper_corner(above, "positive-label", left=threshold > 0.5, dy=26),
        lower_right(below, "negative-label"),
    ]
    return Figure(
        name="probabilities",
        title=title,
        alt=(
            f"Histogram of the probabilities in {len(bins)} bins: {positive} upwards, {negative} downwards, "
            f"and the threshold {number(threshold)}."
        ),
        reading=(
            "Each class fills its own side: bars are shares of the class. Orange bars to the left of the "
            "threshold are positive rows that are missed, blue bars to the right are false alarms."
        ),
        spec=layered(
            layers,
            400,
            x=share_axis("probability"),
            y=axis(
                "share of the class", (-reach, reach), labelExpr="format(abs(datum.value), '~g')", tickCount=8
            ),
        ),
        header=("from", "to", positive, negative),
        rows=tuple((b.low, b.high, b.events, b.others) for b in bins),
    )


def _points(path: Sequence[Vertex]) -> list[Spec]:
    return [{"i": i, "x": x, "y": y} for i, (_, x, y) in enumerate(path)]


def _decision(at: Vertex, **place: str | int) -> list[Spec]:
    """Return the point of the threshold in use, with its label."""
    threshold, x, y = at
    here = [{"x": x, "y": y, "text": f"at {number(threshold)}"}]
    return [
        layer(here, "point", "mark", x="x", y="y"),
        layer(here, "text", "curve-label", x="x", y="y", text="text", baseline="top", **place),
    ]


def roc_curves_figure(title: str, paths: Sequence[tuple[str, Sequence[Vertex]]]) -> Figure:
    """Return the ROC curves of several scores of the same rows, each with its name: the first one leads."""
    layers = [layer([{"x": 0, "y": 0}, {"x": 1, "y": 1}], "line", "reference", x="x", y="y")]
    styles = ("curve", "former", "positive", "negative")
    for place, (name, path) in enumerate(paths):
        style = styles[place % len(styles)]
        layers.append(layer(_points(path), "line", style, x="x", y="y", order="i"))
        label = {"curve": "curve-label", "former": "note"}.get(style, f"{style}-label")
        layers.append(lower_right(name, label, dy=-5 - 20 * (len(paths) - 1 - place)))
    return Figure(
        name="roc-curves",
        title=title,
        alt=f"ROC curves of {', '.join(name for name, _ in paths)} on the same rows.",
        reading=(
            "Each point of a curve is a threshold; the higher curve finds more of the positive rows at the same share "
            "of false alarms. Curves that cross are better at different thresholds."
        ),
        spec=layered(
            layers,
            400,
            x=share_axis("false positives among the negative"),
            y=share_axis("found among the positive (sensitivity)"),
        ),
        header=("score", "threshold", "false_positive_rate", "sensitivity"),
        rows=tuple((name, *vertex) for name, path in paths for vertex in path),
    )
