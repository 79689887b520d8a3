"""The summary in a terminal: the result first, then the evidence; plain text that stands without colour."""

# ruff: noqa: PLC0415 (Rich is imported when a terminal is written to: a page does not need it)

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ogive.report.summary import EvaluationSummary, Notice, Summary, Validation
from ogive.report.tables import effect_table, odds_table
from ogive.report.words import (
    adequacy_line,
    data_facts,
    fit_line,
    read_line,
    strongest,
    target_line,
)
from ogive.views import number, printable, text_table

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

# Terms shown unless all are asked for.
_SHOWN = 8
_LEVELS = {
    "invalid": ("Not valid: ", "bold red"),
    "caution": ("Caution: ", "bold yellow"),
    "note": ("Note: ", "bold"),
}


def terminal_summary(
    summary: Summary | EvaluationSummary, *, all_terms: bool = False, milliseconds: float | None = None
) -> Group:
    """Return a summary as text for a terminal.

    Parameters
    ----------
    summary : Summary or EvaluationSummary
        A fitted model, or one judged on another table.
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

    urgent = [n for n in summary.notices if n.level != "note"]
    notes = [n for n in summary.notices if n.level == "note"]
    if isinstance(summary, EvaluationSummary):
        body = [
            _plain(f"Evaluated {summary.model} on {read_line(summary.source)}"),
            *_facts([("target", target_line(summary.outcome))]),
            *_evaluation(summary.validation),
        ]
    else:
        body = [*_fitted(summary, milliseconds), *_terms(summary, all_terms)]
        if summary.validation is not None:
            body += [_plain(f"Evaluated on {summary.validation.scheme}"), *_evaluation(summary.validation)]
    return Group(*_notices(urgent), *body, *([_plain("")] if notes else []), *_notices(notes))


def _fitted(summary: Summary, milliseconds: float | None) -> list[RenderableType]:
    return [
        _plain(f"Read {read_line(summary.source)}"),
        *_facts(data_facts(summary)),
        _plain(fit_line(summary.fit, milliseconds)),
        _plain(adequacy_line(summary.adequacy)),
        _plain(""),
    ]


def _terms(summary: Summary, all_terms: bool) -> list[RenderableType]:
    """Return the odds ratios, and what a step of each number among them does."""
    coefficients = strongest(summary.coefficients)
    shown = coefficients if all_terms else coefficients[:_SHOWN]
    hidden = len(coefficients) - len(shown)
    lines: list[RenderableType] = [text_table(odds_table(shown, summary.fit))]
    if hidden:
        lines.append(_plain(f"  … ({hidden} more; --all, or the report)"))
    numbers = [c for c in shown if c.kind == "number"]
    if numbers:
        table = effect_table(numbers, summary.fit)
        lines += [_plain(""), _plain(table.caption), text_table(table)]
    return [*lines, _plain("")]


def _plain(text: str) -> RenderableType:
    from rich.text import Text

    return Text(printable(text))


def _facts(pairs: Iterable[tuple[str, str]]) -> list[RenderableType]:
    """Return lines of a name and what there is to say, the latter folded under itself."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(min_width=16, no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in pairs:
        grid.add_row(_plain(f"  {name}"), _plain(text))
    return [grid]


def _notices(notices: Iterable[Notice]) -> list[RenderableType]:
    from rich.text import Text

    lines: list[RenderableType] = []
    for notice in notices:
        word, style = _LEVELS[notice.level]
        cause = f": {notice.cause}" if notice.cause else ""
        lines.append(Text.assemble((word, style), printable(f"{notice.sentence}{cause}")))
        if notice.remedy:
            lines.append(_plain(f"  {notice.remedy}"))
    return lines


def _evaluation(validation: Validation) -> list[RenderableType]:
    evaluation = validation.evaluation
    line, confusion = evaluation.calibration, evaluation.confusion
    slope = f"slope {line.slope!r}, " if line.slope else ""
    decisions = [
        f"{name} {share!r}"
        for name, share in (("sensitivity", confusion.sensitivity), ("specificity", confusion.specificity))
        if share is not None
    ]
    facts = [
        ("discrimination", f"AUC {evaluation.auc!r}"),
        ("calibration", f"{slope}intercept {line.intercept!r}"),
        (f"at {number(confusion.threshold)}", ", ".join(decisions)),
    ]
    facts += [("", note) for note in evaluation.notes]
    facts += [("", f"{c.measure} {c.corrected:.2f} corrected for optimism") for c in validation.corrected]
    return _facts(facts)
