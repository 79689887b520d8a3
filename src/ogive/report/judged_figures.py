"""The figures that judge probabilities: which numbers they draw, and the finding that each title states."""

from __future__ import annotations

from bisect import bisect_left

from ogive.metrics import Evaluation, ReliabilityDiagram, ScoreHistogram, ThresholdCurve
from ogive.report.judgements import belief_words
from ogive.report.summary import Outcome, Validation
from ogive.report.words import calibration_words, discrimination_words, sentence
from ogive.views import (
    Benefit,
    Bin,
    CostLine,
    Curve,
    Figure,
    Observed,
    before_after_figure,
    cost_figure,
    diagram_end,
    diagram_figure,
    histogram_figure,
    net_benefit_figure,
    number,
    percent,
    precision_recall_figure,
    prevalence_figure,
    reliability_figure,
    roc_figure,
    whole_percent,
)

_BINS = 10  # of the histogram under a reliability diagram: so many counts can be read


def reliability(validation: Validation) -> Figure:
    """Return the share of positive rows against probability: without bins, where the record has that."""
    evaluation = validation.evaluation
    curve = belief_curve(evaluation)
    if curve is not None and validation.thresholds is not None:
        title = sentence(belief_words(evaluation))
        if evaluation.diagram is not None and by_chance(evaluation.diagram):
            title = (
                f"The curve strays from the diagonal no more than chance would: {belief_words(evaluation)}"
            )
        return diagram_figure(title, curve, counted(validation.thresholds, diagram_end([curve])))
    observed = [Observed(x=b.predicted, rows=b.count, rate=b.observed) for b in evaluation.reliability.bins]
    line = evaluation.calibration
    recalibration = None
    if line.slope is not None and line.line_intercept is not None:
        recalibration = (line.line_intercept, line.slope.value)
    title = sentence(calibration_words(evaluation))
    return reliability_figure(title, observed, _classes(evaluation), recalibration)


def before_after(validation: Validation) -> Figure | None:
    """Return the curves before and after a calibrator, where there is one."""
    change = validation.recalibration
    if change is None:
        return None
    before = belief_curve(change.before, "before")
    after = belief_curve(validation.evaluation, f"after ({change.method})")
    if before is None or after is None:
        return None
    title = (
        f"Before calibration, {belief_words(change.before)}; after it, {belief_words(validation.evaluation)}"
    )
    return before_after_figure(title, before, after)


def belief_curve(evaluation: Evaluation, name: str = "") -> Curve | None:
    """Return the curve of a reliability diagram as it is drawn, where the record has one."""
    return None if evaluation.diagram is None else diagram_curve(evaluation.diagram, name)


def diagram_curve(diagram: ReliabilityDiagram, name: str = "") -> Curve:
    """Return the curve of a reliability diagram as it is drawn."""
    return Curve(
        name=name,
        probability=diagram.p,
        share=diagram.observed,
        low=diagram.low,
        high=diagram.high,
        around="curve" if diagram.band == "confidence" else "diagonal",
        level=diagram.level,
    )


def histogram(evaluation: Evaluation, outcome: Outcome) -> Figure:
    """Return the probabilities of both classes back to back."""
    confusion = evaluation.confusion
    missed, alarms = confusion.false_negative, confusion.false_positive
    title = (
        f"At {number(confusion.threshold)}, {missed:,.0f} of {evaluation.events:,.0f} rows with "
        f"{outcome.event} are missed and {alarms:,.0f} others raise a false alarm"
    )
    return histogram_figure(title, _classes(evaluation), confusion.threshold, outcome.event, outcome.other)


def _classes(evaluation: Evaluation) -> list[Bin]:
    h = evaluation.histogram
    return [
        Bin(low=low, high=high, rows=p + n, events=p)
        for low, high, p, n in zip(h.edges[:-1], h.edges[1:], h.positive, h.negative, strict=True)
    ]


def by_chance(diagram: ReliabilityDiagram) -> bool:
    """Return whether calibrated probabilities would stray as far from the diagonal."""
    return diagram.miscalibration.p_value >= 1 - diagram.level


def merged(histogram: ScoreHistogram, end: float) -> list[Bin]:
    """Return the bins of a histogram up to `end`, in pairs where there are many, so that counts can be read."""
    rows = [p + n for p, n in zip(histogram.positive, histogram.negative, strict=True)]
    size = 2 if end > 0.5 else 1
    return [
        Bin(low=histogram.edges[i], high=histogram.edges[i + size], rows=sum(rows[i : i + size]), events=0.0)
        for i in range(0, len(rows), size)
        if histogram.edges[i] < end - 1e-9
    ]


def counted(curve: ThresholdCurve, end: float) -> list[Bin]:
    """Return the rows in ten bins from 0 to `end`, whose limits are thresholds of the curve."""
    edges = [round(end * k / _BINS, 12) for k in range(_BINS)]
    above = [_above(curve, edge) for edge in edges] + [(0.0, 0.0)]
    return [
        Bin(
            low=edge,
            high=round(end * (k + 1) / _BINS, 12),
            rows=sum(above[k]) - sum(above[k + 1]),
            events=above[k][0] - above[k + 1][0],
        )
        for k, edge in enumerate(edges)
    ]


def _above(curve: ThresholdCurve, edge: float) -> tuple[float, float]:
    """Events and non-events at or above a limit."""
    place = bisect_left(curve.threshold, edge - 1e-9)
    if place == 0:
        return curve.positive, curve.negative
    if place == len(curve.threshold):
        return 0.0, 0.0
    return curve.true_positive[place], curve.false_positive[place]


def roc(evaluation: Evaluation, outcome: Outcome) -> Figure:
    """Return the ROC curve."""
    curve, confusion = evaluation.roc, evaluation.confusion
    path = list(zip(curve.threshold, curve.false_positive_rate, curve.sensitivity, strict=True))
    negative = confusion.false_positive + confusion.true_negative
    positive = confusion.true_positive + confusion.false_negative
    at = (
        confusion.threshold,
        confusion.false_positive / negative if negative else 0.0,
        confusion.true_positive / positive if positive else 0.0,
    )
    return roc_figure(sentence(discrimination_words(evaluation, outcome.event)), path, evaluation.auc, at)


def precision_recall(evaluation: Evaluation) -> Figure:
    """Return precision against recall."""
    curve, confusion = evaluation.precision_recall, evaluation.confusion
    path = list(zip(curve.threshold, curve.recall, curve.precision, strict=True))
    called = confusion.true_positive + confusion.false_positive
    at = None
    title = f"Average precision {evaluation.average_precision!r}, guessing reaches {curve.prevalence:.2f}"
    if called and confusion.precision is not None and confusion.sensitivity is not None:
        at = (confusion.threshold, confusion.sensitivity.value, confusion.precision.value)
        title = (
            f"Of the rows called positive at {number(confusion.threshold)}, "
            f"{whole_percent(confusion.precision.value)} are"
        )
    return precision_recall_figure(title, path, evaluation.average_precision, curve.prevalence, at)


def prevalence(validation: Validation) -> Figure | None:
    """Return the same scores at other prevalences, where they were computed."""
    curve = validation.prevalences
    if curve is None:
        return None
    title = (
        f"The same scores where positive rows are rarer: the AUC stays {curve.auc:.2f}, average precision falls from "
        f"{curve.average_precision[-1]:.2f} at {percent(curve.prevalence[-1], 0)} to "
        f"{number(curve.average_precision[0], 2)} at {percent(curve.prevalence[0])}"
    )
    return prevalence_figure(title, curve.prevalence, curve.average_precision, curve.auc, curve.observed)


def cost_pair(validation: Validation) -> tuple[float, float] | None:
    """Return what a false positive and a false negative cost, where that was said."""
    choice = validation.choice
    if choice is None or choice.costs is None:
        return None
    return choice.costs.false_positive, choice.costs.false_negative


def costs(validation: Validation) -> Figure | None:
    """Return what decisions cost over the threshold, where costs were given."""
    pair, curve, choice = cost_pair(validation), validation.thresholds, validation.choice
    if pair is None or curve is None or choice is None:
        return None
    rows = (curve.positive + curve.negative) / 1000
    line = CostLine(
        threshold=curve.threshold,
        cost=tuple(
            (pair[0] * fp + pair[1] * (curve.positive - tp)) / rows
            for tp, fp in zip(curve.true_positive, curve.false_positive, strict=True)
        ),
        everyone=pair[0] * curve.negative / rows,
        nobody=pair[1] * curve.positive / rows,
        chosen=validation.evaluation.confusion.threshold,
        cheapest=choice.threshold,
    )
    at = line.cost[min(bisect_left(curve.threshold, line.chosen), len(line.cost) - 1)]
    title = (
        f"At the threshold {number(line.chosen)} 1,000 rows cost {number(at)}; acting on all of them "
        f"{number(line.everyone)}, on none {number(line.nobody)}"
    )
    return cost_figure(title, line)


def benefit(validation: Validation, outcome: Outcome) -> Figure | None:
    """Return the decision curve, where it was computed."""
    curve = validation.benefit
    if curve is None:
        return None
    model, everyone = curve.models[0], [e.value for e in curve.act_on_all]
    known = all(e.low is not None and e.high is not None for e in model.benefit)
    line = Benefit(
        threshold=curve.threshold,
        scores=tuple(e.value for e in model.benefit),
        everyone=tuple(everyone),
        low=tuple(e.low or 0.0 for e in model.benefit) if known else (),
        high=tuple(e.high or 0.0 for e in model.benefit) if known else (),
    )
    useful = [
        t
        for t, own, over in zip(curve.threshold, model.benefit, model.over_all, strict=True)
        if (own.low or 0) > 0 and (over.low or 0) > 0
    ]
    title = (
        "At no threshold is acting on the scores better, beyond chance, than acting on all rows or on none"
    )
    if useful:
        title = (
            f"Acting on the scores beats acting on all rows and on none, beyond chance, from the threshold "
            f"{number(useful[0], 2)} to {number(useful[-1], 2)}"
        )
    return net_benefit_figure(title, line, validation.evaluation.confusion.threshold, outcome.event)
