"""The page of scores that were judged, whoever made them."""

from __future__ import annotations

from ogive.report import html
from ogive.report.document import header
from ogive.report.judged import hero_of_scores, judged_sections
from ogive.report.judged_figures import reliability
from ogive.report.judged_tables import differences_table
from ogive.report.judgements import scores_answer, scores_asked, scores_title
from ogive.report.scores import Judged, ScoresSummary
from ogive.report.tables import evaluation_table
from ogive.report.words import read_line, target_line
from ogive.views import roc_curves_figure


def scores_body(summary: ScoresSummary) -> list[str]:
    """Return the sections of the page."""
    if summary.comparisons:
        return _several(summary)
    validation, outcome = summary.scores[0].validation, summary.outcome
    hero = hero_of_scores(validation)
    return [
        header(scores_asked(summary), scores_title(summary), summary.notices, scores_answer(summary), hero),
        *judged_sections(validation, outcome, hero),
        _table(summary),
    ]


def _several(summary: ScoresSummary) -> list[str]:
    """Return the sections of a comparison: the differences, then each column by itself."""
    paths = []
    for score in summary.scores:
        curve = score.validation.evaluation.roc
        paths.append(
            (
                score.name,
                list(zip(curve.threshold, curve.false_positive_rate, curve.sensitivity, strict=True)),
            )
        )
    areas = ", ".join(f"{s.name} {s.validation.evaluation.auc.value:.3f}" for s in summary.scores)
    hero = roc_curves_figure(f"Area under the ROC curve: {areas}", paths)
    return [
        header(scores_asked(summary), scores_title(summary), summary.notices, scores_answer(summary), hero),
        html.section(
            "differences", "The differences", map(html.table, map(differences_table, summary.comparisons))
        ),
        *(_alone(score) for score in summary.scores),
        _table(summary),
    ]


def _alone(score: Judged) -> str:
    validation = score.validation
    return html.section(
        html.identifier(f"score {score.name}"),
        score.name,
        [html.figure(reliability(validation)), html.table(evaluation_table(validation))],
    )


def scores_gist(summary: ScoresSummary) -> list[str]:
    """Return the answer and the measures, for a notebook."""
    return [
        html.notices(n for n in summary.notices if n.level != "note"),
        html.paragraph(scores_asked(summary)),
        html.paragraph(scores_answer(summary)),
        *(html.table(evaluation_table(score.validation)) for score in summary.scores),
    ]


def _table(summary: ScoresSummary) -> str:
    facts = [
        ("read", read_line(summary.source)),
        ("label", target_line(summary.outcome)),
        ("scores", ", ".join(score.name for score in summary.scores)),
    ]
    notes = html.notices(n for n in summary.notices if n.level == "note")
    return html.section("table", "The table", [notes, html.facts(facts)])
