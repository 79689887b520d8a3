"""Plain records to table text and Vega-Lite specifications: how to show, without models or metrics."""

from ogive.views.calibration import reliability_figure
from ogive.views.canvas import terminal_plot
from ogive.views.discrimination import histogram_figure, precision_recall_figure, roc_figure
from ogive.views.drawing import drawing, drawn
from ogive.views.figure import Figure
from ogive.views.forest import forest_figure
from ogive.views.lines import Line, Spot, lines_figure
from ogive.views.numbers import (
    count,
    duration,
    exponent,
    interval,
    number,
    odds_ratio,
    p_value,
    percent,
    percentage,
    points,
    probability,
    ratio_parts,
    size,
    whole_percent,
)
from ogive.views.records import Bin, Observed, RatioRow, TermCurve
from ogive.views.scurves import score_figure, term_figure
from ogive.views.tables import Field, Table, as_text, line_width, printable, table_of, text_table
from ogive.views.theme import DARK, LIGHT, Palette, theme

__all__ = [
    "DARK",
    "LIGHT",
    "Bin",
    "Field",
    "Figure",
    "Line",
    "Observed",
    "Palette",
    "RatioRow",
    "Spot",
    "Table",
    "TermCurve",
    "as_text",
    "count",
    "drawing",
    "drawn",
    "duration",
    "exponent",
    "forest_figure",
    "histogram_figure",
    "interval",
    "line_width",
    "lines_figure",
    "number",
    "odds_ratio",
    "p_value",
    "percent",
    "percentage",
    "points",
    "precision_recall_figure",
    "printable",
    "probability",
    "ratio_parts",
    "reliability_figure",
    "roc_figure",
    "score_figure",
    "size",
    "table_of",
    "term_figure",
    "terminal_plot",
    "text_table",
    "theme",
    "whole_percent",
]
