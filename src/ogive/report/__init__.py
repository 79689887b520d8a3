"""Pages and terminal summaries, assembled from frozen records: data first, then a view of it."""

from ogive.report.curves import curve_page
from ogive.report.curves_terminal import CurvesSummary, FittedCurve, ForecastPoint, curves_text
from ogive.report.learnt import network_learning
from ogive.report.page import html_fragment, html_page
from ogive.report.scores import (
    AnySummary,
    ClassesRecalibration,
    ClassesSummary,
    ClassReliability,
    DecisionSummary,
    Judged,
    ScoresSummary,
)
from ogive.report.sheet import Part, figures_page
from ogive.report.summary import (
    Adequacy,
    Coefficient,
    Correction,
    EvaluationSummary,
    Fit,
    Learning,
    LearntSummary,
    LeftOut,
    Notice,
    Outcome,
    Predictor,
    Provenance,
    Recalibration,
    Source,
    Summary,
    TermTest,
    Validation,
)
from ogive.report.terminal import terminal_summary
from ogive.views import Bin, Observed, TermCurve

__all__ = [
    "Adequacy",
    "AnySummary",
    "Bin",
    "ClassReliability",
    "ClassesRecalibration",
    "ClassesSummary",
    "Coefficient",
    "Correction",
    "CurvesSummary",
    "DecisionSummary",
    "EvaluationSummary",
    "Fit",
    "FittedCurve",
    "ForecastPoint",
    "Judged",
    "Learning",
    "LearntSummary",
    "LeftOut",
    "Notice",
    "Observed",
    "Outcome",
    "Part",
    "Predictor",
    "Provenance",
    "Recalibration",
    "ScoresSummary",
    "Source",
    "Summary",
    "TermCurve",
    "TermTest",
    "Validation",
    "curve_page",
    "curves_text",
    "figures_page",
    "html_fragment",
    "html_page",
    "network_learning",
    "terminal_summary",
]
