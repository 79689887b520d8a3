"""Probabilities of several classes, judged: words, tables, page and terminal text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive._base import Estimate
from ogive.metrics import MulticlassEvaluation
from ogive.report import html
from ogive.report.document import header
from ogive.report.judged_figures import by_chance, diagram_curve, merged
from ogive.report.judged_tables import Measures, before_and_after, candidates_table
from ogive.report.judgements import recalibration_words
from ogive.report.lines import facts, plain
from ogive.report.scores import ClassesRecalibration, ClassesSummary, ClassReliability
from ogive.report.tables import parts
from ogive.report.words import interval_header, plural, read_line, sentence, spoken
from ogive.views import (
    Field,
    Figure,
    Table,
    count,
    diagram_end,
    diagram_figure,
    percent,
    text_table,
    whole_percent,
)

if TYPE_CHECKING:
    from rich.console import RenderableType


def classes_title(summary: ClassesSummary) -> str:
    """Return the question that the page answers."""
    return f"Can the probabilities of {summary.label} be believed?"


def classes_answer(summary: ClassesSummary) -> str:
    """Return how often the likeliest class happened, and whether the probabilities mean what they say."""
    e, change = summary.evaluation, summary.recalibration
    off = [r.name for r in summary.reliability if not by_chance(r.diagram)]
    belief = (
        f"The probabilities of {', '.join(off)} are off beyond chance"
        if off
        else "No probability is off by more than chance"
    )
    if change is not None:
        return f"{sentence(recalibration_words(change))}. {belief} afterwards."
    right = whole_percent(e.accuracy.value)
    return (
        f"The likeliest class happened in {right} of the rows (accuracy {spoken(e.accuracy)}); "
        f"always naming the most frequent one would be right in {percent(_largest(e))}. {belief}."
    )


def _largest(e: MulticlassEvaluation) -> float:
    return max(c.prevalence for c in e.per_class)


def classes_body(summary: ClassesSummary) -> list[str]:
    """Return the sections of the page."""
    e = summary.evaluation
    figures = [class_figure(one) for one in summary.reliability]
    change = summary.recalibration
    asked = (
        f"{plural(len(summary.columns), 'column')} of {summary.source.name} as probabilities of the classes of "
        f"{summary.label}, judged by what happened in {plural(e.count, 'row')}."
    )
    return [
        header(asked, classes_title(summary), (), classes_answer(summary), figures[0] if figures else None),
        *(
            []
            if change is None
            else [html.section("recalibration", "Before and after", _recalibrated(e, change))]
        ),
        html.section(
            "classes",
            "Class by class",
            [
                html.table(per_class_table(e)),
                html.pair(figures[1:]) if len(figures) > 1 else "",
                html.table(confusion_of_classes(e)),
            ],
        ),
        html.section(
            "all", "All classes together", [*map(html.paragraph, e.notes), html.table(whole_table(e))]
        ),
        html.section(
            "table",
            "The table",
            [html.facts([("read", read_line(summary.source)), ("label", summary.label)])],
        ),
    ]


def _recalibrated(e: MulticlassEvaluation, change: ClassesRecalibration) -> list[str]:
    """Return what a calibrator changed, and what else was tried."""
    tried = html.table(candidates_table(change.candidates)) if change.candidates else ""
    return [
        html.paragraph(f"Calibrator: {change.method}: {change.reason}") if change.reason else "",
        html.table(recalibration_of_classes(e, change)),
        html.folded("What was tried", tried) if tried else "",
    ]


def classes_gist(summary: ClassesSummary) -> list[str]:
    """Return the answer and the measures, for a notebook."""
    e = summary.evaluation
    return [
        html.paragraph(classes_answer(summary)),
        html.table(whole_table(e)),
        html.table(per_class_table(e)),
    ]


def classes_lines(summary: ClassesSummary) -> list[RenderableType]:
    """Return the text of a summary."""
    e = summary.evaluation
    pairs = zip(summary.columns, e.classes, strict=True)
    found: list[tuple[str, str]] = [
        ("label", summary.label),
        ("scores", ", ".join(f"{column} for {name}" for column, name in pairs)),
    ]
    change, tables = summary.recalibration, [whole_table(e)]
    if change is not None:
        reason = f": {change.reason}" if change.reason else ""
        found.append(("calibrator", f"{change.method}{reason}"))
        tables.insert(0, recalibration_of_classes(e, change))
    tables += [per_class_table(e, digest=True), confusion_of_classes(e)]
    lines: list[RenderableType] = [
        plain(classes_answer(summary)),
        plain(""),
        plain(f"Read {read_line(summary.source)}"),
        *facts(found),
    ]
    for table in tables:
        lines += [plain(""), plain(table.caption), text_table(table)]
    return [*lines, *map(plain, e.notes)]


def class_figure(one: ClassReliability) -> Figure:
    """Return the reliability diagram of one class against the rest."""
    curve = diagram_curve(one.diagram)
    title = f"{one.name}: {'within what chance allows' if by_chance(one.diagram) else 'off beyond chance'}"
    figure = diagram_figure(title, curve, merged(one.diagram.histogram, diagram_end([curve])))
    return Figure(
        name=f"reliability-{one.name}",
        title=figure.title,
        alt=figure.alt,
        reading=figure.reading,
        spec=figure.spec,
        header=figure.header,
        rows=figure.rows,
    )


def whole_table(e: MulticlassEvaluation) -> Table:
    """Return the measures of all classes together."""
    measures: list[tuple[str, Estimate | None, str]] = [
        ("accuracy", e.accuracy, f"{_largest(e):.2g} by the most frequent class alone"),
        *((f"among the {k} likeliest", top, "") for k, top in enumerate(e.top_accuracy[1:3], 2)),
        ("log loss", e.log_loss, "0 is perfect"),
        ("Brier score", e.brier, "0 is perfect, 2 is worst"),
        ("AUC, mean of pairs (Hand and Till)", e.hand_till_auc, "0.5 by guessing; 1 is perfect"),
        ("AUC, mean of classes", e.macro.auc, "0.5 by guessing; 1 is perfect"),
        ("F1, mean of classes", e.macro.f1, ""),
        ("Cohen's kappa", e.kappa, "0 by guessing; 1 is perfect"),
        ("Matthews correlation", e.matthews, "0 by guessing; 1 is perfect"),
    ]
    return Table(
        caption="All classes together",
        fields=(
            Field(header="measure"),
            Field(header="value", align="decimal"),
            Field(header=interval_header(e.level), align="interval"),
            Field(header="compare"),
        ),
        rows=tuple((name, *parts(value), words) for name, value, words in measures if value is not None),
    )


def recalibration_of_classes(e: MulticlassEvaluation, change: ClassesRecalibration) -> Table:
    """Return the measures that a calibrator changes, before and after it."""
    before = change.before
    measures: Measures = [
        ("log loss", before.log_loss, e.log_loss),
        ("Brier score", before.brier, e.brier),
        ("accuracy", before.accuracy, e.accuracy),
        ("AUC, mean of pairs", before.hand_till_auc, e.hand_till_auc),
    ]
    return before_and_after(change, measures, e.level)


def per_class_table(e: MulticlassEvaluation, *, digest: bool = False) -> Table:
    """Return each class against the rest; as a digest in few columns, for a terminal."""
    rows = []
    for c in e.per_class:
        measures = [c.auc, c.precision, c.recall]
        shares = [] if digest else [percent(c.prevalence), percent(c.mean_predicted)]
        more = [] if digest else [c.f1, c.average_precision]
        cells = ["–" if value is None else repr(value) for value in (*measures, *more)]
        rows.append((c.name, count(c.events), *shares, *cells))
    headers = ["rows", *([] if digest else ["happened", "mean given"]), "AUC", "precision", "recall"]
    headers += [] if digest else ["F1", "average precision"]
    return Table(
        caption="Each class against the rest",
        fields=(Field(header="" if digest else "class"), *(Field(header=h, align="right") for h in headers)),
        rows=tuple(rows),
    )


def confusion_of_classes(e: MulticlassEvaluation) -> Table:
    """Return the rows of each class by the class that was likeliest."""
    return Table(
        caption="What happened, by the likeliest class",
        fields=(Field(header="what happened"), *(Field(header=name, align="right") for name in e.classes)),
        rows=tuple(
            (name, *(count(value) for value in row)) for name, row in zip(e.classes, e.confusion, strict=True)
        ),
    )
