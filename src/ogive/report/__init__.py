"""Pages and terminal summaries, assembled from frozen records: data first, then a view of it."""

from ogive.report.page import html_fragment, html_page
from ogive.report.sheet import Part, figures_page
from ogive.report.summary import (
    Adequacy,
    Coefficient,
    Correction,
    EvaluationSummary,
    Fit,
    LeftOut,
    Notice,
    Outcome,
    Predictor,
    Provenance,
    Source,
    Summary,
    TermTest,
    Validation,
)
from ogive.report.terminal import terminal_summary
from ogive.views import Bin, Observed, TermCurve

__all__ = [
    "Adequacy",
    "Bin",
    "Coefficient",
    "Correction",
    "EvaluationSummary",
    "Fit",
    "LeftOut",
    "Notice",
    "Observed",
    "Outcome",
    "Part",
    "Predictor",
    "Provenance",
    "Source",
    "Summary",
    "TermCurve",
    "TermTest",
    "Validation",
    "figures_page",
    "html_fragment",
    "html_page",
    "terminal_summary",
]
