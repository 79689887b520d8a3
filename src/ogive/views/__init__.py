"""Plain records to table text and Vega-Lite specifications: how to show, without models or metrics."""

from ogive.views.calibration import reliability_figure
from ogive.views.canvas import terminal_plot
from ogive.views.computation import computation_figure
from ogive.views.decisions import Benefit, CostLine, cost_figure, net_benefit_figure, prevalence_figure
from ogive.views.discrimination import (
    histogram_figure,
    precision_recall_figure,
    roc_curves_figure,
    roc_figure,
)
from ogive.views.drawing import drawing, drawn
from ogive.views.figure import Figure
from ogive.views.fitted import (
    Dot,
    DrawnCurve,
    Place,
    Ribbon,
    curve_figure,
    overlay_figure,
)
from ogive.views.forest import forest_figure
from ogive.views.frame import Frame
from ogive.views.lines import Line, Spot, lines_figure
from ogive.views.numbers import (
    DASH,
    brief,
    count,
    duration,
    exponent,
    interval,
    measured_text,
    number,
    odds_ratio,
    p_value,
    percent,
    percentage,
    place,
    points,
    probability,
    ratio_parts,
    short_count,
    size,
    whole_percent,
)
from ogive.views.panels import panels_figure
from ogive.views.parameters import GroupEstimate, parameter_figure, residual_figure
from ogive.views.records import Bin, Descent, Node, Observed, RatioRow, TermCurve, Trace
from ogive.views.reliability import Curve, before_after_figure, diagram_end, diagram_figure
from ogive.views.scurves import score_figure, term_figure
from ogive.views.standings import Standing, standings_figure
from ogive.views.tables import MOST_WIDTH, Field, Table, as_text, line_width, printable, table_of, text_table
from ogive.views.theme import DARK, LIGHT, Palette, theme

__all__ = [
    "DARK",
    "DASH",
    "LIGHT",
    "MOST_WIDTH",
    "Benefit",
    "Bin",
    "CostLine",
    "Curve",
    "Descent",
    "Dot",
    "DrawnCurve",
    "Field",
    "Figure",
    "Frame",
    "GroupEstimate",
    "Line",
    "Node",
    "Observed",
    "Palette",
    "Place",
    "RatioRow",
    "Ribbon",
    "Spot",
    "Standing",
    "Table",
    "TermCurve",
    "Trace",
    "as_text",
    "before_after_figure",
    "brief",
    "computation_figure",
    "cost_figure",
    "count",
    "curve_figure",
    "diagram_end",
    "diagram_figure",
    "drawing",
    "drawn",
    "duration",
    "exponent",
    "forest_figure",
    "histogram_figure",
    "interval",
    "line_width",
    "lines_figure",
    "measured_text",
    "net_benefit_figure",
    "number",
    "odds_ratio",
    "overlay_figure",
    "p_value",
    "panels_figure",
    "parameter_figure",
    "percent",
    "percentage",
    "place",
    "points",
    "precision_recall_figure",
    "prevalence_figure",
    "printable",
    "probability",
    "ratio_parts",
    "reliability_figure",
    "residual_figure",
    "roc_curves_figure",
    "roc_figure",
    "score_figure",
    "short_count",
    "size",
    "standings_figure",
    "table_of",
    "term_figure",
    "terminal_plot",
    "text_table",
    "theme",
    "whole_percent",
]
