"""The report as one self-contained HTML file: the question, the answer, its figure, then the evidence."""

from __future__ import annotations

from ogive.report import html
from ogive.report.classes import classes_body, classes_gist, classes_title
from ogive.report.deciding import decision_gist, decision_title
from ogive.report.document import document, file, header, joined
from ogive.report.figures import hero_figure, odds_figure, term_figures
from ogive.report.judged import judged_sections
from ogive.report.judgements import scores_title
from ogive.report.learnt import learnt_body, learnt_gist
from ogive.report.scores import AnySummary, ClassesSummary, DecisionSummary, ScoresSummary
from ogive.report.scores_page import scores_body, scores_gist
from ogive.report.summary import EvaluationSummary, LearntSummary, Summary, Validation, notes, urgent
from ogive.report.tables import (
    coefficient_table,
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
    provenance_facts,
    question,
    read_line,
    sentence,
    step_words,
    strongest,
    target_line,
    verdict,
)

_TRUST = "How far to trust it"
# Sentences shown before a list folds, sentences at most, and coefficients shown in a notebook.
_LINES, _TOLD, _STRONGEST = 6, 200, 8


def html_page(summary: AnySummary) -> str:
    """Return a summary as one HTML file that needs nothing else: about 1 MB, 0.9 of it the figure library.

    Parameters
    ----------
    summary : Summary, EvaluationSummary or ScoresSummary
        A fitted model, one judged on another table, or scores that were judged. The same summary gives the same page.
    """
    title, body = _content(summary)
    return document(title, body)


def _content(summary: AnySummary) -> tuple[str, list[str]]:
    """Return the title of a page and its pieces."""
    if isinstance(summary, ScoresSummary):
        return scores_title(summary), scores_body(summary)
    if isinstance(summary, ClassesSummary):
        return classes_title(summary), classes_body(summary)
    if isinstance(summary, DecisionSummary):
        title = decision_title(summary)
        return title, [f"<h1>{html.text(title)}</h1>", *decision_gist(summary)]
    if isinstance(summary, EvaluationSummary):
        return f"{summary.model} on {summary.source.name}", _evaluated(summary)
    title = f"{summary.outcome.event} · {summary.source.name}"
    return title, learnt_body(summary) if isinstance(summary, LearntSummary) else _fitted(summary)


def html_fragment(summary: AnySummary) -> str:
    """Return the gist of a summary as static HTML without figures or scripts, for a notebook."""
    return f'<div class="ogive">\n<style>{file("fragment.css")}</style>\n{joined(_gist(summary))}\n</div>'


def _gist(summary: AnySummary) -> list[str]:
    if isinstance(summary, ScoresSummary):
        return scores_gist(summary)
    if isinstance(summary, ClassesSummary):
        return classes_gist(summary)
    if isinstance(summary, DecisionSummary):
        return decision_gist(summary)
    if isinstance(summary, LearntSummary):
        return learnt_gist(summary)
    return _model_gist(summary)


def _model_gist(summary: Summary | EvaluationSummary) -> list[str]:
    parts = [html.notices(urgent(summary.notices))]
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
    return parts


def _fitted(summary: Summary) -> list[str]:
    validation = summary.validation
    hero = hero_figure(validation, summary.outcome) if validation else None
    return [
        header(asked(summary), question(summary.outcome), summary.notices, answer(summary), hero),
        _terms(summary),
        _numbers(summary),
        *(_trust(validation, summary) if validation else []),
        _fit(summary),
    ]


def _evaluated(summary: EvaluationSummary) -> list[str]:
    validation, outcome = summary.validation, summary.outcome
    facts = [("read", read_line(summary.source)), ("target", target_line(outcome)), ("model", summary.model)]
    asked_of = f"{summary.model}, judged on {summary.source.name}, a table that it had not seen."
    return [
        header(
            asked_of,
            question(outcome),
            summary.notices,
            verdict(validation, outcome),
            hero_figure(validation, outcome),
        ),
        *judged_sections(validation, outcome, title=_TRUST),
        html.section("fit", "Table and model", [html.notices(notes(summary.notices)), html.facts(facts)]),
    ]


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


def _trust(validation: Validation, summary: Summary) -> list[str]:
    """Return how the probabilities did on rows that the model had not seen."""
    return judged_sections(
        validation,
        summary.outcome,
        title=_TRUST,
        first=html.paragraph(f"{sentence(adequacy_line(summary.adequacy))}."),
        last=html.table(correction_table(validation.corrected)) if validation.corrected else "",
    )


def _fit(summary: Summary) -> str:
    facts = [
        ("read", read_line(summary.source)),
        *data_facts(summary),
        ("fit", fit_line(summary.fit)),
        *provenance_facts(summary.provenance),
    ]
    return html.section(
        "fit",
        "Data and fit",
        [
            html.notices(notes(summary.notices)),
            html.facts(facts),
            html.table(statistics_table(summary.statistics)),
        ],
    )
