"""The report as one self-contained HTML file: what was asked, the answer, the figure that shows it, the rest."""

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
    column_table,
    confusion_table,
    correction_table,
    evaluation_table,
    statistics_table,
    term_tests,
)
from ogive.report.words import (
    adequacy_line,
    answer,
    asked,
    effect_sentence,
    fit_line,
    read_line,
    sentence,
    strongest,
    target_line,
    verdict,
)
from ogive.views import DARK, LIGHT, Figure, Palette, theme

# Effects told before the list folds.
_EFFECTS = 6


def html_page(summary: Summary) -> str:
    """Return the report of a fit as one HTML file that needs nothing else.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    str
        About 1 MB, of which the figure library is 0.9 MB. The same summary gives the same text.
    """
    validation = summary.validation
    hero = hero_figure(validation, summary.outcome) if validation else odds_figure(summary)
    parts = [
        _header(asked(summary), summary.outcome, summary.notices, answer(summary), hero),
        _terms(summary, with_figure=validation is not None),
        _numbers(summary),
    ]
    if validation:
        parts.append(_trust(validation, summary.outcome, f"{sentence(adequacy_line(summary.adequacy))}."))
    parts.append(_fit(summary))
    return _page(f"{summary.outcome.event} · {summary.source.name}", parts)


def evaluation_page(summary: EvaluationSummary) -> str:
    """Return the report of `ogive evaluate` (a model judged on another table) as one HTML file."""
    validation, outcome = summary.validation, summary.outcome
    parts = [
        _header(
            f"How good is {summary.model} on {summary.source.name}?",
            outcome,
            summary.notices,
            verdict(validation, outcome),
            hero_figure(validation, outcome),
        ),
        _trust(validation, outcome),
        html.section(
            "fit",
            "The table",
            [html.facts([("Read", read_line(summary.source)), ("Target", target_line(outcome))])],
        ),
    ]
    return _page(f"{summary.model} on {summary.source.name}", parts)


def _header(question: str, outcome: Outcome, notices: Iterable[Notice], result: str, hero: Figure) -> str:
    """Return the first screen: the question, what is wrong if anything is, the answer, the figure that shows it."""
    return "\n".join(
        [
            "<header>",
            html.paragraph(question, "asked"),
            f"<h1>{html.text(f'How probable is {outcome.event}?')}</h1>",
            html.notices(n for n in notices if n.level != "note"),
            html.paragraph(result, "answer"),
            html.figure(hero),
            "</header>",
        ]
    )


def _terms(summary: Summary, *, with_figure: bool) -> str:
    numbers = [c for c in strongest(summary.coefficients) if c.kind == "number"]
    sentences = [f"{c.name}: {effect_sentence(c, summary.fit)}." for c in numbers]
    return html.section(
        "terms",
        "What matters",
        [
            html.figure(odds_figure(summary)) if with_figure else "",
            html.table(coefficient_table(summary)),
            html.table(term_tests(summary)) if summary.tests else "",
            "<h3>What one step of a number does</h3>" if sentences else "",
            html.bullets(sentences, _EFFECTS) if sentences else "",
        ],
    )


def _numbers(summary: Summary) -> str:
    if not summary.curves:
        return ""
    return html.section("numbers", "Along the strongest numbers", [html.pair(term_figures(summary))])


def _trust(validation: Validation, outcome: Outcome, adequacy: str = "") -> str:
    """Return how the probabilities did on rows that the model had not seen."""
    reliability, histogram, roc, recall = evaluation_figures(validation.evaluation, outcome)
    return html.section(
        "trust",
        "How far to trust it",
        [
            html.paragraph(adequacy) if adequacy else "",
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
    return html.section(
        "fit",
        "Data and fit",
        [
            html.notices(n for n in summary.notices if n.level == "note"),
            html.facts(
                [
                    ("Read", read_line(summary.source)),
                    ("Target", target_line(summary.outcome)),
                    ("Fit", fit_line(summary.fit)),
                    ("Data fingerprint", provenance.fingerprint),
                    ("Options", ", ".join(f"{k} = {v}" for k, v in provenance.options.items()) or "none"),
                    ("Versions", ", ".join(f"{k} {v}" for k, v in provenance.versions.items())),
                ]
            ),
            html.table(column_table(summary)),
            html.table(statistics_table(summary.statistics)),
        ],
    )


def _page(title: str, parts: Iterable[str]) -> str:
    return Template(_file("page.html")).substitute(
        title=html.text(title),
        colours=_colours(),
        style=_file("page.css"),
        body="\n".join(filter(None, parts)),
        vega=_file("vega.js"),
        theme=html.script(theme(_VARIABLES)),
        script=_file("page.js"),
    )


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
    return f":root{{{light}}}\n@media (prefers-color-scheme: dark) and (not print){{:root{{{dark}}}}}"
