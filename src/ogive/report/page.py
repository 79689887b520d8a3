"""The report as one self-contained HTML file: the question, the answer, its figure, then the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from string import Template

from ogive.report import html
from ogive.report.figures import evaluation_figures, hero_figure, odds_figure, term_figures
from ogive.report.summary import EvaluationSummary, Notice, Outcome, Summary, Validation
from ogive.report.tables import (
    coefficient_table,
    confusion_table,
    correction_table,
    evaluation_table,
    odds_table,
    statistics_table,
    term_tests,
)
from ogive.report.words import (
    adequacy_line,
    answer,
    asked,
    coefficient_notes,
    data_facts,
    effect_sentence,
    fit_line,
    read_line,
    sentence,
    step_words,
    strongest,
    target_line,
    verdict,
)
from ogive.views import DARK, LIGHT, Figure, Palette, theme

# Sentences shown before a list folds, sentences at most, and coefficients shown in a notebook.
_LINES, _TOLD, _STRONGEST = 6, 200, 8


def html_page(summary: Summary | EvaluationSummary) -> str:
    """Return a summary as one HTML file that needs nothing else: about 1 MB, 0.9 of it the figure library.

    Parameters
    ----------
    summary : Summary or EvaluationSummary
        A fitted model, or one judged on another table. The same summary gives the same page.
    """
    if isinstance(summary, EvaluationSummary):
        return document(f"{summary.model} on {summary.source.name}", _evaluated(summary))
    return document(f"{summary.outcome.event} · {summary.source.name}", _fitted(summary))


def html_fragment(summary: Summary | EvaluationSummary) -> str:
    """Return the gist of a summary as static HTML without figures or scripts, for a notebook."""
    parts = [html.notices(n for n in summary.notices if n.level != "note")]
    if isinstance(summary, EvaluationSummary):
        parts.append(html.paragraph(verdict(summary.validation, summary.outcome)))
    else:
        shown = strongest(summary.coefficients)[:_STRONGEST]
        hidden = len(summary.coefficients) - len(shown)
        parts += [
            html.paragraph(asked(summary)),
            html.paragraph(answer(summary)),
            html.paragraph(f"{fit_line(summary.fit)}."),
            html.table(odds_table(shown, summary.fit)) if shown else "",
            html.paragraph(f"{hidden} more coefficients are in the report.") if hidden else "",
        ]
    if summary.validation is not None:
        parts.append(html.table(evaluation_table(summary.validation)))
    return f'<div class="ogive">\n<style>{_file("fragment.css")}</style>\n{_join(parts)}\n</div>'


def _fitted(summary: Summary) -> list[str]:
    validation = summary.validation
    hero = hero_figure(validation, summary.outcome) if validation else None
    return [
        _header(asked(summary), summary.outcome, summary.notices, answer(summary), hero),
        _terms(summary),
        _numbers(summary),
        _trust(validation, summary.outcome, adequacy_line(summary.adequacy)) if validation else "",
        _fit(summary),
    ]


def _evaluated(summary: EvaluationSummary) -> list[str]:
    validation, outcome = summary.validation, summary.outcome
    facts = [("read", read_line(summary.source)), ("target", target_line(outcome)), ("model", summary.model)]
    question = f"{summary.model}, judged on {summary.source.name}, a table that it had not seen."
    return [
        _header(
            question, outcome, summary.notices, verdict(validation, outcome), hero_figure(validation, outcome)
        ),
        _trust(validation, outcome),
        html.section("fit", "Table and model", [_notes(summary.notices), html.facts(facts)]),
    ]


def _header(
    question: str, outcome: Outcome, notices: Iterable[Notice], result: str, hero: Figure | None
) -> str:
    """Return the first screen: the question, what is wrong if anything, the answer, its figure."""
    return _join(
        [
            "<header>",
            html.paragraph(question, "asked"),
            f"<h1>{html.text(f'How probable is {outcome.event}?')}</h1>",
            html.notices(n for n in notices if n.level != "note"),
            html.paragraph(result, "answer"),
            html.figure(hero) if hero else "",
            "</header>",
        ]
    )


def _terms(summary: Summary) -> str:
    if not summary.coefficients:
        return ""
    numbers = [c for c in strongest(summary.coefficients) if c.kind == "number"][:_TOLD]
    notes = coefficient_notes(summary.coefficients)
    sentences = [(f"{c.name} +{step_words(c)}", f"{effect_sentence(c, summary.fit)}.") for c in numbers]
    return html.section(
        "terms",
        "What matters",
        [
            html.figure(odds_figure(summary)),
            html.table(coefficient_table(summary)),
            html.bullets(notes, _LINES) if notes else "",
            html.table(term_tests(summary)) if summary.tests else "",
            "<h3>What one step of a number does</h3>" if sentences else "",
            html.bullets(sentences, _LINES) if sentences else "",
        ],
    )


def _numbers(summary: Summary) -> str:
    if not summary.curves:
        return ""
    figures = term_figures(summary)
    parts = [html.paragraph(figures[0].reading), html.pair(figures, read=False)]
    return html.section("numbers", "Along the strongest numbers", parts)


def _trust(validation: Validation, outcome: Outcome, adequacy: str = "") -> str:
    """Return how the probabilities did on rows that the model had not seen."""
    reliability, histogram, roc, recall = evaluation_figures(validation.evaluation, outcome)
    return html.section(
        "trust",
        "How far to trust it",
        [
            html.paragraph(f"{sentence(adequacy)}.") if adequacy else "",
            *(html.paragraph(note) for note in validation.evaluation.notes),
            html.table(evaluation_table(validation)),
            html.pair([reliability, histogram]),
            html.table(confusion_table(validation.evaluation, outcome)),
            html.pair([roc, recall]),
            html.table(correction_table(validation.corrected)) if validation.corrected else "",
        ],
    )


def _fit(summary: Summary) -> str:
    provenance = summary.provenance
    facts = [
        ("read", read_line(summary.source)),
        *data_facts(summary),
        ("fit", fit_line(summary.fit)),
        ("data fingerprint", provenance.fingerprint),
        ("options", ", ".join(f"{k} = {v}" for k, v in provenance.options.items()) or "none"),
        ("versions", ", ".join(f"{k} {v}" for k, v in provenance.versions.items())),
    ]
    return html.section(
        "fit",
        "Data and fit",
        [_notes(summary.notices), html.facts(facts), html.table(statistics_table(summary.statistics))],
    )


def _notes(notices: Iterable[Notice]) -> str:
    return html.notices(n for n in notices if n.level == "note")


def document(title: str, parts: Iterable[str]) -> str:
    """Return pieces of HTML as one file with the style, the figure library and the colours."""
    return Template(_file("page.html")).substitute(
        title=html.text(title),
        colours=_colours(),
        style=_file("page.css"),
        body=_join(parts),
        vega=_file("vega.js"),
        theme=html.script(theme(_VARIABLES)),
        script=_file("page.js"),
    )


def _join(parts: Iterable[str]) -> str:
    return "\n".join(filter(None, parts))


@cache
def _file(name: str) -> str:
    return (files("ogive.report") / name).read_text(encoding="utf-8")


# The theme of the figures in terms of the page's colours: light, dark and print change them all at once.
_VARIABLES = Palette(**{name: f"var(--{name.replace('_', '-')})" for name in LIGHT})  # type: ignore[typeddict-item]


def _colours() -> str:
    light, dark = (
        "".join(f"--{name.replace('_', '-')}:{value};" for name, value in palette.items())
        for palette in (LIGHT, DARK)
    )
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}"
