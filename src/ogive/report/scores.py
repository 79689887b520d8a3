"""What is said of columns of scores, whoever made them: judged, compared, calibrated and acted on; frozen records."""

from __future__ import annotations

from typing import TypeAlias

from ogive._base import Record
from ogive.calibration import Candidate
from ogive.decisions import ThresholdChoice
from ogive.metrics import Comparison, ManyComparison, MulticlassEvaluation, ReliabilityDiagram
from ogive.report.summary import (
    EvaluationSummary,
    LearntSummary,
    Notice,
    Outcome,
    Shown,
    Source,
    Summary,
    Validation,
)


class Judged(Record, frozen=True, kw_only=True):
    """One column of scores, and how it did."""

    name: str
    validation: Validation


class ScoresSummary(Shown, frozen=True, kw_only=True):
    """Columns of scores judged by what happened (`ogive evaluate TABLE --score`).

    Attributes
    ----------
    source, outcome
        The table, and the label that the scores are for.
    scores : tuple of Judged
        One a column, as they were named.
    comparisons : tuple of Comparison
        Each further column against the first.
    """

    source: Source
    outcome: Outcome
    scores: tuple[Judged, ...]
    comparisons: tuple[Comparison, ...] = ()
    notices: tuple[Notice, ...] = ()


class ClassReliability(Record, frozen=True, kw_only=True):
    """How often one class happened at each of its probabilities."""

    name: str
    diagram: ReliabilityDiagram


class ClassesRecalibration(Record, frozen=True, kw_only=True):
    """What a calibrator made of probabilities of classes, judged on rows that did not teach it.

    Attributes
    ----------
    method, reason, candidates, scheme
        As in `Recalibration`.
    before : MulticlassEvaluation
        Of the same rows before.
    change : ManyComparison
        Of the probabilities after with those before, on the same rows.
    """

    method: str
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    scheme: str
    before: MulticlassEvaluation
    change: ManyComparison


class ClassesSummary(Shown, frozen=True, kw_only=True):
    """Probabilities of several classes judged by what happened: `columns` of scores, one a class, for a `label`.

    With `recalibration` the probabilities judged are those after it.
    """

    source: Source
    label: str
    columns: tuple[str, ...]
    evaluation: MulticlassEvaluation
    reliability: tuple[ClassReliability, ...] = ()
    recalibration: ClassesRecalibration | None = None


class DecisionSummary(Shown, frozen=True, kw_only=True):
    """The threshold for a column of scores (`ogive decide`): what it is chosen for, how well it is known, its worth."""

    source: Source
    outcome: Outcome
    score: str
    choice: ThresholdChoice


AnySummary: TypeAlias = (
    Summary | LearntSummary | EvaluationSummary | ScoresSummary | ClassesSummary | DecisionSummary
)
