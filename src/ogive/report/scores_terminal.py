"""Judged scores in a terminal: the answer first, then the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.metrics import Evaluation
from ogive.report.deciding import choice_facts
from ogive.report.judged_tables import differences_table, recalibration_table, segments_digest
from ogive.report.judgements import always_negative, is_rare, scores_answer
from ogive.report.lines import facts, plain
from ogive.report.scores import Judged, ScoresSummary
from ogive.report.summary import Validation
from ogive.report.words import read_line, target_line
from ogive.views import number, percentage, text_table

if TYPE_CHECKING:
    from rich.console import RenderableType


def scores_lines(summary: ScoresSummary) -> list[RenderableType]:
    """Return the text of a summary of scores."""
    lines: list[RenderableType] = [
        plain(scores_answer(summary)),
        plain(""),
        plain(f"Read {read_line(summary.source)}"),
        *facts([("label", target_line(summary.outcome))]),
    ]
    for comparison in summary.comparisons:
        table = differences_table(comparison)
        lines += [plain(""), plain(table.caption), text_table(table)]
    for score in summary.scores:
        lines += _one(score)
    return lines


def _one(score: Judged) -> list[RenderableType]:
    """Return how one column of scores did."""
    validation = score.validation
    change, segments = validation.recalibration, validation.evaluation.segments
    lines: list[RenderableType] = [plain(""), plain(f"Evaluated {score.name} on {validation.scheme}")]
    if change is not None:
        table = recalibration_table(validation)
        reason = f": {change.reason}" if change.reason else ""
        lines = [
            plain(""),
            plain(f"Calibrator: {change.method}{reason}"),
            plain(table.caption),
            text_table(table),
            plain("After calibration"),
        ]
    lines += facts(measured(validation, distance=True))
    if segments:
        digest = segments_digest(segments)
        lines += [plain(""), plain(digest.caption), text_table(digest)]
    return lines


# What is told of a choice of threshold beside other measures.
_MONEY = ("threshold", "closed form", "saves")


def measured(validation: Validation, *, distance: bool = False) -> list[tuple[str, str]]:
    """Return the measures that matter most, by group; precision and recall lead where positive rows are rare.

    With `distance` also how far from calibration the probabilities are.
    """
    evaluation = validation.evaluation
    line, confusion = evaluation.calibration, evaluation.confusion
    slope = f"slope {line.slope!r}, " if line.slope else ""
    rare = is_rare(evaluation)
    shares = {
        "precision": confusion.precision,
        "sensitivity": confusion.sensitivity,
        "specificity": confusion.specificity,
    }
    wanted = ("precision", "sensitivity", "specificity") if rare else ("sensitivity", "specificity")
    decisions = [f"{name} {shares[name]!r}" for name in wanted if shares[name] is not None]
    precision = (
        f"average precision {evaluation.average_precision!r}; guessing reaches {evaluation.prevalence:.2g}"
    )
    at = (f"at {number(confusion.threshold)}", ", ".join(decisions))
    facts = [
        ("discrimination", f"AUC {evaluation.auc!r}"),
        ("calibration", f"{slope}intercept {line.intercept!r}"),
        *(distances(evaluation) if distance else ()),
    ]
    facts = (
        [at, ("", always_negative(evaluation)), ("precision", precision), *facts] if rare else [*facts, at]
    )
    if validation.choice is not None:
        facts += [fact for fact in choice_facts(validation.choice) if fact[0] in _MONEY]
    return [*facts, *(("", note) for note in evaluation.notes)]


def distances(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return the distance from calibration beside what chance makes of it."""
    measures = evaluation.calibration_measures
    if measures is None:
        return []
    e = measures.smooth_ece
    usual = f"calibrated probabilities stay below {e.high:.2g} in {percentage(e.level)} of samples"
    return [("", f"smooth ECE {e.value:.2g}; {usual}")]
