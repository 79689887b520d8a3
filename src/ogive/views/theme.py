"""Colours and type of all figures, light and dark: specifications name a style, the theme says how it looks.

Blue and orange are the two classes and stay apart for colour-blind readers; one accent is the curve; grey is
reference. Text keeps a contrast of at least 4.5 to its background.
"""

from __future__ import annotations

from typing import Any, TypedDict

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


class Palette(TypedDict):
    """Colours of one theme."""

    ground: str
    ink: str
    quiet: str
    rule: str
    accent: str
    positive: str
    positive_text: str
    negative: str
    negative_text: str
    alarm: str


LIGHT: Palette = {
    "ground": "#ffffff",
    "ink": "#1c2126",
    "quiet": "#59636e",
    "rule": "#d5dbe1",
    "accent": "#0f766e",
    "positive": "#e08a2b",
    "positive_text": "#a34d00",
    "negative": "#3f86c4",
    "negative_text": "#1c66a6",
    "alarm": "#b42318",
}
DARK: Palette = {
    "ground": "#14181c",
    "ink": "#e8ebee",
    "quiet": "#a4aeb8",
    "rule": "#333b43",
    "accent": "#4fd1c5",
    "positive": "#d98a35",
    "positive_text": "#f3a95c",
    "negative": "#4a8fcb",
    "negative_text": "#7fbaf0",
    "alarm": "#ff8f80",
}


def theme(palette: Palette) -> dict[str, Any]:
    """Return the Vega-Lite configuration that draws a figure in these colours."""
    return {
        "font": FONT,
        "background": None,
        "padding": 4,
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            "domainColor": palette["rule"],
            "gridColor": palette["rule"],
            "gridOpacity": 0.6,
            "labelColor": palette["quiet"],
            "labelFontSize": 12,
            "labelPadding": 6,
            "tickColor": palette["rule"],
            "ticks": False,
            "titleColor": palette["ink"],
            "titleFontSize": 13,
            "titleFontWeight": "normal",
            "titleLimit": 320,
            "titlePadding": 10,
        },
        "axisX": {
            "grid": False,
            "ticks": True,
            "tickSize": 4,
            "labelPadding": 3,
            "labelFlush": False,
            "labelOverlap": True,
            "labelSeparation": 8,
        },
        "header": _panel_names(palette),
        "style": _styles(palette),
    }


def _styles(palette: Palette) -> dict[str, Any]:
    """How marks and axes that name a style look."""
    text = {"font": FONT, "fontSize": 13}
    halo = {"opacity": 1, "stroke": palette["ground"], "strokeWidth": 1}
    return {
        "terms": {"domain": False, "grid": False, "labelFontSize": 13, "labelLimit": 300},
        "groups": {"domain": False, "grid": False, "labelLimit": 120},
        "curve": {"color": palette["accent"], "strokeWidth": 2.5},
        "band": {"color": palette["accent"], "opacity": 0.16},
        "dot": {"color": palette["ink"], "filled": True, "size": 50, **halo},
        "mark": {"color": palette["accent"], "filled": True, "size": 80, **halo},
        "interval": {"color": palette["ink"], "strokeWidth": 1.25},
        "estimate": {"color": palette["accent"], "strokeWidth": 2},
        "reference": {"color": palette["quiet"], "strokeWidth": 1, "strokeDash": [4, 4]},
        "positive": {"color": palette["positive"]},
        "negative": {"color": palette["negative"]},
        "rows": {"color": palette["quiet"], "opacity": 0.5},
        "chance": {"color": palette["quiet"], "opacity": 0.18},
        "former": {"color": palette["quiet"], "strokeWidth": 2},
        "edge": {"color": palette["quiet"], "strokeWidth": 1},
        "node": {
            "color": palette["ground"],
            "filled": True,
            "stroke": palette["quiet"],
            "strokeWidth": 1,
            "opacity": 1,
        },
        "value": {"color": palette["ink"], **text, "fontSize": 12},
        "chain": {"color": palette["accent"], **text, "fontSize": 12},
        "count": {"color": palette["quiet"], **text, "fontSize": 11},
        "note": {"color": palette["quiet"], **text},
        "curve-label": {"color": palette["accent"], **text},
        "positive-label": {"color": palette["positive_text"], **text, "fontWeight": 600, "limit": 280},
        "negative-label": {"color": palette["negative_text"], **text, "fontWeight": 600, "limit": 280},
    }


def _panel_names(palette: Palette) -> dict[str, Any]:
    """How the names of small panels are written."""
    return {
        "labelColor": palette["ink"],
        "labelFont": FONT,
        "labelFontSize": 13,
        "labelFontWeight": 600,
        "labelAnchor": "start",
        "labelPadding": 6,
    }
