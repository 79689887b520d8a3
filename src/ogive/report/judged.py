"""The sections of a page that judge probabilities: are they to be believed, what to decide, who is told apart."""

from __future__ import annotations

from ogive.report import html
from ogive.report.decider import decider
from ogive.report.deciding import choice_answer, in_use, savings_table
from ogive.report.judged_figures import (
    before_after,
    benefit,
    cost_pair,
    costs,
    histogram,
    precision_recall,
    prevalence,
    reliability,
    roc,
)
from ogive.report.judged_tables import (
    MISCALIBRATED,
    calibration_table,
    candidates_table,
    recalibration_table,
    segments_table,
)
from ogive.report.judgements import always_negative, is_rare
from ogive.report.summary import Outcome, Validation
from ogive.report.tables import confusion_table, evaluation_table, more_table
from ogive.views import Figure


def hero_of_scores(validation: Validation) -> Figure:
    """Return the one figure that shows the answer: precision and recall where positive rows are rare."""
    if validation.recalibration is not None:
        return before_after(validation) or reliability(validation)
    return (
        precision_recall(validation.evaluation) if is_rare(validation.evaluation) else reliability(validation)
    )


def judged_sections(
    validation: Validation,
    outcome: Outcome,
    hero: Figure | None = None,
    *,
    title: str = "How far to believe the probabilities",
    first: str = "",
    last: str = "",
) -> list[str]:
    """Return every section.

    Parameters
    ----------
    validation : Validation
        What to show.
    outcome : Outcome
        The classes in words.
    hero : Figure, optional
        Stands on the first screen already.
    title, first, last : str
        Of the section on belief: its heading, and pieces at its start and end.
    """
    return [
        _believe(validation, hero, title, first, last),
        _decide(validation, outcome),
        _apart(validation, outcome, hero),
        _segments(validation),
    ]


def _believe(validation: Validation, hero: Figure | None, title: str, first: str, last: str) -> str:
    evaluation = validation.evaluation
    figure, measures, more = (
        reliability(validation),
        evaluation.calibration_measures,
        more_table(validation),
    )
    return html.section(
        "trust",
        title,
        [
            first,
            *_recalibrated(validation),
            *(html.paragraph(note) for note in evaluation.notes),
            html.table(evaluation_table(validation)),
            html.table(calibration_table(measures)) if measures is not None else "",
            html.folded("More measures", html.table(more)) if more is not None else "",
            "" if hero is not None and figure.name == hero.name else html.figure(figure),
            last,
        ],
    )


def _recalibrated(validation: Validation) -> list[str]:
    """Return what a calibrator changed, and what else was tried."""
    change = validation.recalibration
    if change is None:
        return []
    tried = html.table(candidates_table(change.candidates)) if change.candidates else ""
    return [
        html.paragraph(f"Calibrator: {change.method}: {change.reason}") if change.reason else "",
        html.table(recalibration_table(validation)),
        html.folded("What was tried", tried) if tried else "",
    ]


def _decide(validation: Validation, outcome: Outcome) -> str:
    evaluation, curve = validation.evaluation, validation.thresholds
    threshold = evaluation.confusion.threshold
    figures = (benefit(validation, outcome), costs(validation), histogram(evaluation, outcome))
    return html.section(
        "decide",
        "What to decide",
        [
            html.paragraph(always_negative(evaluation)) if is_rare(evaluation) else "",
            *_chosen(validation, outcome),
            decider(curve, threshold, cost_pair(validation), outcome)
            if curve is not None
            else html.table(confusion_table(evaluation, outcome)),
            html.pair([figure for figure in figures if figure is not None]),
        ],
    )


def _chosen(validation: Validation, outcome: Outcome) -> list[str]:
    """Return the threshold that the costs choose, in words, and what it saves."""
    choice = validation.choice
    if choice is None:
        return []
    return [
        html.paragraph(
            f"{choice_answer(choice, outcome.event)} {in_use(choice, validation.evaluation.confusion)}"
        ),
        *map(html.paragraph, choice.notes),
        html.table(savings_table(choice)),
    ]


def _apart(validation: Validation, outcome: Outcome, hero: Figure | None) -> str:
    """Return how far the classes are told apart, at this prevalence and at others."""
    evaluation = validation.evaluation
    figures = [roc(evaluation, outcome), precision_recall(evaluation)]
    fall = prevalence(validation)
    if is_rare(evaluation):
        figures = [figures[1], *([fall] if fall else []), figures[0]]
    elif fall:
        figures.append(fall)
    shown = [figure for figure in figures if hero is None or figure.name != hero.name]
    return html.section("apart", "How far rows are told apart", [html.pair(shown)])


def _segments(validation: Validation) -> str:
    """Return how the probabilities did in each segment, and where they are off by more than chance."""
    segments = validation.evaluation.segments
    if not segments:
        return ""
    off = [s.name for s in segments if s.flagged]
    words = (
        f"The probabilities are miscalibrated beyond chance in {', '.join(off)}."
        if off
        else "In no segment are the probabilities off by more than chance."
    )
    return html.section(
        "segments",
        "By segment",
        [
            html.paragraph(words),
            html.table(segments_table(segments, validation.evaluation.level), alarm=MISCALIBRATED),
        ],
    )
