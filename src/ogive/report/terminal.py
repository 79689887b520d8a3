"""The summary in a terminal: the result first, then the evidence; plain text that stands without colour."""

# ruff: noqa: PLC0415 (Rich is imported when a terminal is written to: a page does not need it)

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.report.classes import classes_lines
from ogive.report.deciding import decision_lines
from ogive.report.judgements import recalibration_words
from ogive.report.learnt import learnt_lines
from ogive.report.lines import facts, notice_lines, plain
from ogive.report.scores import AnySummary, ClassesSummary, DecisionSummary, ScoresSummary
from ogive.report.scores_terminal import measured, scores_lines
from ogive.report.summary import EvaluationSummary, LearntSummary, Summary, Validation, notes, urgent
from ogive.report.tables import effect_table, odds_table
from ogive.report.words import (
    adequacy_line,
    data_facts,
    fit_line,
    read_line,
    strongest,
    target_line,
)
from ogive.views import text_table

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

# Terms shown unless all are asked for.
_SHOWN = 8


def terminal_summary(
    summary: AnySummary,
    *,
    all_terms: bool = False,
    milliseconds: float | None = None,
) -> Group:
    """Return a summary as text for a terminal.

    Parameters
    ----------
    summary : Summary, EvaluationSummary or ScoresSummary
        A fitted model, one judged on another table, or scores that were judged.
    all_terms : bool
        Show every coefficient; otherwise the strongest.
    milliseconds : float, optional
        Time that the fit took (it is not part of the summary, which is the same for the same data).

    Returns
    -------
    rich.console.Group
        Print it with `rich.console.Console().print`.
    """
    from rich.console import Group

    if isinstance(summary, DecisionSummary):
        return Group(*decision_lines(summary))
    if isinstance(summary, ClassesSummary):
        return Group(*classes_lines(summary))
    if isinstance(summary, ScoresSummary):
        body = scores_lines(summary)
    elif isinstance(summary, EvaluationSummary):
        body = [
            plain(f"Evaluated {summary.model} on {read_line(summary.source)}"),
            *facts([("target", target_line(summary.outcome))]),
            *_evaluation(summary.validation),
        ]
    else:
        body = (
            learnt_lines(summary, milliseconds)
            if isinstance(summary, LearntSummary)
            else [*_fitted(summary, milliseconds), *_terms(summary, all_terms)]
        )
        if summary.validation is not None:
            body += [plain(f"Evaluated on {summary.validation.scheme}"), *_evaluation(summary.validation)]
    after = notes(summary.notices)
    return Group(
        *notice_lines(urgent(summary.notices)),
        *body,
        *([plain("")] if after else []),
        *notice_lines(after),
    )


def _fitted(summary: Summary, milliseconds: float | None) -> list[RenderableType]:
    return [
        plain(f"Read {read_line(summary.source)}"),
        *facts(data_facts(summary)),
        plain(fit_line(summary.fit, milliseconds)),
        plain(adequacy_line(summary.adequacy)),
        plain(""),
    ]


def _terms(summary: Summary, all_terms: bool) -> list[RenderableType]:
    """Return the odds ratios, and what a step of each number among them does."""
    coefficients = strongest(summary.coefficients)
    shown = coefficients if all_terms else coefficients[:_SHOWN]
    hidden = len(coefficients) - len(shown)
    lines: list[RenderableType] = [text_table(odds_table(shown, summary.fit))]
    if hidden:
        lines.append(plain(f"  … ({hidden} more; --all, or the report)"))
    numbers = [c for c in shown if c.kind == "number"]
    if numbers:
        table = effect_table(numbers, summary.fit)
        lines += [plain(""), plain(table.caption), text_table(table)]
    return [*lines, plain("")]


def _evaluation(validation: Validation) -> list[RenderableType]:
    change = validation.recalibration
    changed = [] if change is None else [("calibrator", f"{change.method}: {recalibration_words(change)}")]
    corrected = [("", f"{c.measure} {c.corrected:.2f} corrected for optimism") for c in validation.corrected]
    return facts([*measured(validation), *changed, *corrected])
