"""The choice of a threshold in words, in a table, in a terminal and in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive._base import Estimate
from ogive.decisions import ThresholdChoice
from ogive.metrics import Confusion
from ogive.report import html
from ogive.report.decider import threshold_text
from ogive.report.lines import facts, plain
from ogive.report.scores import DecisionSummary
from ogive.report.tables import parts
from ogive.report.words import interval_header, read_line, target_line
from ogive.views import Field, Table, count, number, percentage, text_table

if TYPE_CHECKING:
    from rich.console import RenderableType


def decision_lines(summary: DecisionSummary) -> list[RenderableType]:
    """Return the text of a choice: the threshold, how well it is known, what it saves, what it decides."""
    choice = summary.choice
    lines: list[RenderableType] = [
        plain(choice_answer(choice, summary.outcome.event)),
        plain(""),
        plain(f"Read {read_line(summary.source)}"),
        *facts([("label", target_line(summary.outcome)), ("score", summary.score)]),
        plain(""),
        *facts(choice_facts(choice)),
    ]
    if choice.savings:
        table = savings_table(choice)
        lines += [plain(""), plain(table.caption), text_table(table)]
    return [*lines, *([plain("")] if choice.notes else []), *map(plain, choice.notes)]


def decision_title(summary: DecisionSummary) -> str:
    """Return the question that a choice answers."""
    return f"From which {summary.score} on should one act on {summary.outcome.event}?"


def decision_gist(summary: DecisionSummary) -> list[str]:
    """Return the choice for a notebook."""
    choice = summary.choice
    return [
        html.paragraph(choice_answer(choice, summary.outcome.event)),
        html.facts(choice_facts(choice)),
        html.table(savings_table(choice)) if choice.savings else "",
        *map(html.paragraph, choice.notes),
    ]


def choice_answer(choice: ThresholdChoice, event: str) -> str:
    """Return the threshold with its interval and what it saves, in a sentence or two."""
    threshold = choice.threshold
    c = choice.confusion
    if c.true_positive + c.false_positive == 0:
        return "Act on none of the rows: no threshold is worth more."
    if not all(condition.met for condition in choice.conditions):
        return f"No threshold meets the conditions; {threshold_text(threshold.value)} comes nearest: {_found(choice)}."
    known = ""
    if threshold.low is not None and threshold.high is not None:
        limits = f"{threshold_text(threshold.low)} – {threshold_text(threshold.high)}"
        known = f" ({percentage(threshold.level)} interval {limits})"
    said = f"Act where the probability of {event} is at least {threshold_text(threshold.value)}{known}"
    saving = best_alternative(choice)
    if saving is None:
        return f"{said}: {_found(choice)}."
    per, what = saving
    return f"{said}: that saves {amount(per)} a row against {what}, the better of acting on all rows and on none."


def in_use(choice: ThresholdChoice, decided: Confusion) -> str:
    """Return which threshold is in use, where it is not the one that these rows would choose."""
    if decided.threshold == choice.threshold.value:
        return ""
    what = ", which follows from the costs if the probabilities are calibrated"
    closed = what if decided.threshold == choice.closed_form else ""
    return f"In use is {threshold_text(decided.threshold)}{closed}."


def best_alternative(choice: ThresholdChoice) -> tuple[Estimate, str] | None:
    """Return what the threshold saves against the better way to do without scores; None without costs."""
    plain_ways = [s for s in choice.savings if s.against in ("acting on all rows", "acting on none")]
    if not plain_ways:
        return None
    least = min(plain_ways, key=lambda s: s.per_row.value)
    return least.per_row, least.against


def choice_facts(choice: ThresholdChoice) -> list[tuple[str, str]]:
    """Return what there is to say of a choice, each with its name."""
    t = choice.threshold
    why = t.method if t.low is None else f"{threshold_text(t.low)} – {threshold_text(t.high or 1.0)}"
    found = [("threshold", f"{threshold_text(t.value)} ({why}), for {choice.goal}")]
    if choice.closed_form is not None:
        agrees = {True: "; within the interval", False: "; outside the interval", None: ""}[choice.agrees]
        found.append(
            (
                "closed form",
                f"{threshold_text(choice.closed_form)}, if the probabilities are calibrated{agrees}",
            )
        )
    if choice.cost is not None and choice.total_cost is not None:
        total = f"{number(choice.total_cost.value)} for {count(choice.count)} rows"
        found.append(("cost", f"{amount(choice.cost)} a row, {total}"))
    saving = best_alternative(choice)
    if saving is not None:
        found.append(("saves", f"{amount(saving[0])} a row against {saving[1]}"))
    found.append(("decisions", _found(choice)))
    for condition in choice.conditions:
        reached = "no row is called" if condition.reached is None else number(condition.reached)
        found.append((condition.name, f"{reached}{'' if condition.met else ': not met'}"))
    return found


def _found(choice: ThresholdChoice) -> str:
    c = choice.confusion
    precision = "" if c.precision is None else f", precision {c.precision!r}"
    recall = "" if c.sensitivity is None else f", recall {c.sensitivity!r}"
    called = c.true_positive + c.false_positive
    return f"{count(called)} of {count(choice.count)} rows called{precision}{recall}"


def savings_table(choice: ThresholdChoice) -> Table:
    """Return what the threshold saves against other ways to decide."""
    return Table(
        caption="What the threshold saves, on new rows like these",
        fields=(
            Field(header="against"),
            Field(header="a row", align="decimal"),
            Field(header=interval_header(choice.level), align="interval"),
            Field(header=f"of {count(choice.count)} rows", align="decimal"),
        ),
        rows=tuple((s.against, *parts(s.per_row), number(s.total.value)) for s in choice.savings),
    )


def amount(estimate: Estimate) -> str:
    """Return an amount with its interval."""
    return repr(estimate)
