"""Pages and terminal summaries, assembled from frozen records: data first, then a view of it."""

from ogive.report.contest import NetworksCompared
from ogive.report.contest_page import contest_page
from ogive.report.contest_terminal import contest_lines
from ogive.report.curves import curve_page
from ogive.report.curves_terminal import CurvesSummary, FittedCurve, ForecastPoint, Outlook, curves_text
from ogive.report.curves_words import Columns as CurveColumns
from ogive.report.curves_words import PotencySummary, date_words
from ogive.report.learnt import network_learning
from ogive.report.one_step import (
    descent_figures,
    descent_table,
    descent_words,
    slope_words,
    step_page,
    step_table,
)
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
from ogive.report.seeds import Complaint, NetworkCell, SeedRun, network_cell
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
    "Complaint",
    "Correction",
    "CurveColumns",
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
    "NetworkCell",
    "NetworksCompared",
    "Notice",
    "Observed",
    "Outcome",
    "Outlook",
    "Part",
    "PotencySummary",
    "Predictor",
    "Provenance",
    "Recalibration",
    "ScoresSummary",
    "SeedRun",
    "Source",
    "Summary",
    "TermCurve",
    "TermTest",
    "Validation",
    "contest_lines",
    "contest_page",
    "curve_page",
    "curves_text",
    "date_words",
    "descent_figures",
    "descent_table",
    "descent_words",
    "figures_page",
    "html_fragment",
    "html_page",
    "network_cell",
    "network_learning",
    "slope_words",
    "step_page",
    "step_table",
    "terminal_summary",
]
