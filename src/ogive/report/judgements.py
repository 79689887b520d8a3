"""Sentences about probabilities that were judged, whoever made them: the same ones in the terminal and on the page."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ogive._base import Estimate
from ogive.metrics import Comparison, Difference, Evaluation, ReliabilityBin
from ogive.report.scores import ClassesRecalibration, ScoresSummary
from ogive.report.summary import Outcome, Recalibration
from ogive.report.tables import RARE
from ogive.report.words import calibration_words, discrimination_words, plural, sentence, spoken
from ogive.views import count, number, percent, whole_percent


def is_rare(evaluation: Evaluation) -> bool:
    """Return whether positive rows are so few that precision and recall tell more than anything else."""
    return evaluation.prevalence < RARE


def scores_asked(summary: ScoresSummary) -> str:
    """Return what was asked."""
    names, outcome = [score.name for score in summary.scores], summary.outcome
    have = f"{count(outcome.events)} of {plural(outcome.rows, 'row')} have it"
    if summary.scores[0].validation.recalibration is not None:
        return f"Column {names[0]} of {summary.source.name}, calibrated to the probability of {outcome.event}; {have}."
    which = f"Column {names[0]}" if len(names) == 1 else f"Columns {', '.join(names[:-1])} and {names[-1]}"
    return (
        f"{which} of {summary.source.name} as probabilities of {outcome.event}, judged by what happened; "
        f"{have}."
    )


def scores_answer(summary: ScoresSummary) -> str:
    """Return the answer in a sentence or two: how far the probabilities can be believed and acted on."""
    if summary.comparisons:
        return comparison_words(summary.comparisons)
    validation, outcome = summary.scores[0].validation, summary.outcome
    evaluation, change = validation.evaluation, validation.recalibration
    if change is not None:
        return (
            f"{sentence(recalibration_words(change))}. {sentence(calibration_words(evaluation))} afterwards."
        )
    if is_rare(evaluation):
        return f"{sentence(found_words(evaluation, outcome))} {sentence(calibration_words(evaluation))}."
    return (
        f"{sentence(calibration_words(evaluation))}, and {discrimination_words(evaluation, outcome.event)}."
    )


def scores_title(summary: ScoresSummary) -> str:
    """Return the question that the page answers."""
    names, event = [score.name for score in summary.scores], summary.outcome.event
    if len(names) > 1:
        return f"Which tells more about {event}: {' or '.join(names)}?"
    if summary.scores[0].validation.recalibration is not None:
        return f"Does calibration help {names[0]}?"
    return f"Can {names[0]} be believed about {event}?"


def found_words(evaluation: Evaluation, outcome: Outcome) -> str:
    """Return precision and recall at the threshold, and what always saying no would reach."""
    confusion, rate = evaluation.confusion, percent(evaluation.prevalence)
    precision, recall, at = confusion.precision, confusion.sensitivity, number(confusion.threshold)
    if precision is None or recall is None:
        acted = f"No row reaches the threshold {at}, so nothing is found."
    else:
        acted = (
            f"Of those called positive at {at}, {whole_percent(precision.value)} are (precision {spoken(precision)}), "
            f"and {whole_percent(recall.value)} of the positive are found (recall {spoken(recall)})."
        )
    return f"{rate} of the rows are {outcome.event}. {acted} {always_negative(evaluation)}"


def always_negative(evaluation: Evaluation) -> str:
    """Return what calling no row positive would score."""
    return f"Always answering no would be right in {percent(1 - evaluation.prevalence)} and find none."


def belief_words(evaluation: Evaluation) -> str:
    """Return what happened to the rows whose probability was off most clearly, in groups of equally many rows."""
    group = max(evaluation.reliability.bins, key=_off)
    given, happened = whole_percent(group.predicted), whole_percent(group.observed.value)
    return f"of the rows given about {given}, {happened} are positive"


def _off(group: ReliabilityBin) -> float:
    """Distance of the share from the probability, in standard errors that calibrated probabilities would have."""
    spread = math.sqrt(max(group.predicted * (1 - group.predicted), 1e-12) / group.count)
    return abs(group.observed.value - group.predicted) / spread


def comparison_words(comparisons: Iterable[Comparison]) -> str:
    """Return which scores give better probabilities, and which rank better."""
    said = []
    for c in comparisons:
        said.append(_better(c.names, c.log_loss, "gives better probabilities", "log loss"))
        said.append(_better(c.names, c.auc, "ranks better", "AUC"))
    return " ".join(said)


def _better(names: tuple[str, str], d: Difference, does: str, measure: str) -> str:
    """Return whether the data tell which of two columns does better."""
    if d.a is None or d.b is None or d.difference is None:
        return f"{sentence(d.verdict)}."
    swap = d.better == names[1]
    e = d.difference
    if swap and e.low is not None and e.high is not None:
        e = Estimate(value=-e.value, low=-e.high, high=-e.low, level=e.level, method=e.method)
    first, second = (d.b, d.a) if swap else (d.a, d.b)
    numbers = f"({measure} {first:.3f} against {second:.3f}, difference {spoken(e)})"
    if not d.better:
        return f"The data do not tell which of {names[0]} and {names[1]} {does} {numbers}."
    other = next(name for name in names if name != d.better)
    return f"{d.better} {does} than {other} {numbers}."


def recalibration_words(recalibration: Recalibration | ClassesRecalibration) -> str:
    """Return what a calibrator changed: by log loss, or by the Brier score where the loss is infinite."""
    change = recalibration.change
    loss = change.log_loss if _has_interval(change.log_loss) else change.brier
    verdicts = {
        "after": "calibration makes the probabilities better",
        "before": "calibration makes the probabilities worse",
        "": "calibration changes little: the data do not tell whether the probabilities are better after it",
    }
    by = "" if loss.difference is None else f", difference {spoken(loss.difference)}"
    name = "log loss" if loss is change.log_loss else loss.metric
    return f"{verdicts[loss.better]} ({name} {loss.b:.3f} before, {loss.a:.3f} after{by})"


def _has_interval(difference: Difference) -> bool:
    return difference.difference is not None and difference.difference.low is not None
