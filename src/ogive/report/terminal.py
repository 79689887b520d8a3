"""The summary in a terminal: the result first, then the evidence; plain text that stands without colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ogive.report.summary import EvaluationSummary, Notice, Summary, Validation
from ogive.report.tables import effect_table, odds_table
from ogive.report.words import (
    adequacy_line,
    fit_line,
    predictor_words,
    read_line,
    strongest,
    target_line,
)
from ogive.views import number, printable, text_table

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

# Terms shown unless all are asked for.
_SHOWN = 8
_KINDS = {"numbers": "number", "categories": "category", "booleans": "boolean", "dates": "date"}
_LEVELS = {
    "invalid": ("Not valid: ", "bold red"),
    "caution": ("Caution: ", "bold yellow"),
    "note": ("Note: ", "bold"),
}


def terminal_summary(
    summary: Summary, *, all_terms: bool = False, milliseconds: float | None = None
) -> Group:
    """Return a fitted model as text for a terminal.

    Parameters
    ----------
    summary : Summary
    all_terms : bool
        Show every coefficient; otherwise the strongest.
    milliseconds : float, optional
        Time that the fit took (it is not part of the summary, which is the same for the same data).

    Returns
    -------
    rich.console.Group
        Print it with `rich.console.Console().print`.
    """
    from rich.console import Group  # noqa: PLC0415  (a page does not need it)
    from rich.text import Text  # noqa: PLC0415

    coefficients = strongest(summary.coefficients)
    shown = coefficients if all_terms else coefficients[:_SHOWN]
    hidden = len(coefficients) - len(shown)
    parts: list[RenderableType] = [
        *_notices(summary.notices),
        *_data(summary),
        _plain(fit_line(summary.fit, milliseconds)),
        _plain(adequacy_line(summary.adequacy)),
        Text(),
        text_table(odds_table(shown, summary.fit)),
    ]
    if hidden:
        parts.append(_plain(f"  … ({hidden} more; --all, or the report)"))
    numbers = [c for c in shown if c.kind == "number"]
    if numbers:
        table = effect_table(numbers, summary.fit)
        parts += [Text(), _plain(table.caption), text_table(table)]
    if summary.validation is not None:
        parts += [
            Text(),
            _plain(f"Evaluated on {summary.validation.scheme}"),
            *_evaluation(summary.validation),
        ]
    return Group(*parts)


def terminal_evaluation(summary: EvaluationSummary) -> Group:
    """Return a model judged on another table, as text for a terminal."""
    from rich.console import Group  # noqa: PLC0415

    return Group(
        *_notices(summary.notices),
        _plain(f"Evaluated {summary.model} on {read_line(summary.source)}"),
        *_facts([("target", target_line(summary.outcome))]),
        *_evaluation(summary.validation),
    )


def _plain(text: str) -> RenderableType:
    from rich.text import Text  # noqa: PLC0415

    return Text(printable(text))


def _facts(pairs: Iterable[tuple[str, str]]) -> list[RenderableType]:
    """Return lines of a name and what there is to say, the latter folded under itself."""
    from rich.table import Table  # noqa: PLC0415

    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=13, no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in pairs:
        grid.add_row(_plain(f"  {name}"), _plain(text))
    return [grid] if grid.row_count else []


def _notices(notices: Iterable[Notice]) -> list[RenderableType]:
    from rich.text import Text  # noqa: PLC0415

    lines: list[RenderableType] = []
    for notice in notices:
        word, style = _LEVELS[notice.level]
        cause = f": {notice.cause}" if notice.cause else ""
        lines.append(Text.assemble((word, style), printable(f"{notice.sentence}{cause}")))
        if notice.remedy:
            lines.append(_plain(f"  {notice.remedy}"))
    return lines


def _data(summary: Summary) -> list[RenderableType]:
    facts = [("target", target_line(summary.outcome))]
    for name, kind in _KINDS.items():
        columns = [predictor_words(c) for c in summary.predictors if c.kind == kind]
        if columns:
            facts.append((name, ", ".join(columns)))
    if summary.left_out:
        facts.append(("left out", ", ".join(f"{c.name} ({c.reason})" for c in summary.left_out)))
    return [_plain(f"Read {read_line(summary.source)}"), *_facts(facts)]


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
    facts += [("", f"{c.measure} {c.corrected:.2f} corrected for optimism") for c in validation.corrected]
    return _facts(facts)
