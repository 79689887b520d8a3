"""Figures: specifications without colours, data behind them, and colours that can be read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ogive._base import Estimate
from ogive.views import (
    DARK,
    LIGHT,
    Bin,
    Figure,
    Observed,
    Palette,
    RatioRow,
    TermCurve,
    forest_figure,
    histogram_figure,
    precision_recall_figure,
    reliability_figure,
    roc_figure,
    score_figure,
    term_figure,
    theme,
)

BINS = [
    Bin(low=x, high=x + 1, rows=10, events=e) for x, e in [(-2.0, 1.0), (-1.0, 3.0), (0.0, 6.0), (1.0, 9.0)]
]
SHARES = [Bin(low=b.low / 4 + 0.5, high=b.high / 4 + 0.5, rows=b.rows, events=b.events) for b in BINS]
RATE = Estimate(value=0.4, low=0.3, high=0.5)
OBSERVED = [Observed(x=0.3, rows=20.0, rate=RATE)]
AUC = Estimate(value=0.9, low=0.86, high=0.93)
CURVE = TermCurve(
    term="age", unit="years", x=(30.0, 60.0), probability=(0.2, 0.4), low=(0.1, 0.2), high=(0.3, 0.7)
)
ROWS = [
    RatioRow(label="a", ratio=Estimate(value=2.0, low=1.5, high=2.7)),
    RatioRow(label="b", ratio=Estimate(value=0.4, low=1e-9, high=1e9)),
    RatioRow(label="c", ratio=Estimate(value=1.1)),
    RatioRow(label="d", ratio=Estimate(value=float("inf"), low=0.0, high=float("inf"))),
]
FIGURES = [
    score_figure("t", BINS, OBSERVED, 0.5, "y = 1", "y = 0"),
    term_figure("t", CURVE, "y = 1"),
    forest_figure("t", ROWS, "y = 1"),
    roc_figure("t", [(1.0, 0.0, 0.0), (0.5, 0.2, 0.7), (0.0, 1.0, 1.0)], AUC, (0.5, 0.2, 0.7)),
    precision_recall_figure("t", [(0.5, 0.7, 0.8), (0.0, 1.0, 0.5)], AUC, 0.5, (0.5, 0.7, 0.8)),
    precision_recall_figure("t", [(0.5, 0.7, 0.8), (0.0, 1.0, 0.5)], AUC, 0.5, None),
    reliability_figure("t", OBSERVED, SHARES, (0.1, 0.8)),
    reliability_figure("t", OBSERVED, SHARES, None),
    histogram_figure("t", SHARES, 0.5, "y = 1", "y = 0"),
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_a_figure_is_plain_json_without_colours(figure: Figure) -> None:
    text = json.dumps(figure.spec, allow_nan=False)
    assert not re.search(r'"(color|fill|stroke)"|#[0-9a-f]{6}', text)
    styles = set(theme(LIGHT)["style"])
    assert {part["mark"]["style"] for part in figure.spec["layer"]} <= styles


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_a_figure_carries_its_numbers_and_says_what_it_shows(figure: Figure) -> None:
    header, *rows = csv.reader(io.StringIO(figure.csv()))
    assert tuple(header) == figure.header
    assert len(rows) == len(figure.rows)
    assert figure.alt
    assert figure.reading
    for row, values in zip(rows, figure.rows, strict=True):
        for cell, value in zip(row, values, strict=True):
            assert (cell == "" and value is None) or cell == value or float(cell) == value


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.name)
def test_all_layers_share_their_axes(figure: Figure) -> None:
    for name in ("x", "y"):
        titles = {
            part["encoding"][name]["title"]
            for part in figure.spec["layer"]
            if "field" in part["encoding"].get(name, {})
        }
        assert len(titles) == 1


def layers(figure: Figure, style: str) -> Iterator[dict[str, Any]]:
    return (part for part in figure.spec["layer"] if part["mark"]["style"] == style)


def test_the_boundary_stands_where_the_curve_crosses_the_threshold() -> None:
    figure = score_figure("t", BINS, OBSERVED, 0.7, "y = 1", "y = 0")
    line, _ = layers(figure, "reference")
    assert line["data"]["values"][0]["x"] == pytest.approx(np.log(0.7 / 0.3), rel=1e-15)
    far = score_figure("t", BINS, OBSERVED, 0.999, "y = 1", "y = 0")
    assert not list(layers(far, "reference"))


def test_bars_of_the_classes_are_to_one_scale() -> None:
    bars = next(layers(FIGURES[0], "negative"))["data"]["values"]
    events, others = sum(b.events for b in BINS), sum(b.others for b in BINS)
    largest = max(max(b.events / events, b.others / others) for b in BINS)
    for bar, b in zip(bars, BINS, strict=True):
        assert bar["bottom"] / 0.3 == pytest.approx(b.others / others / largest)
        assert (1 - bar["top"]) / 0.3 == pytest.approx(b.events / events / largest)


def test_small_probabilities_get_an_axis_of_their_own() -> None:
    rare = [Observed(x=0.02, rows=900.0, rate=Estimate(value=0.03, low=0.02, high=0.04))]
    figure = reliability_figure("t", rare, SHARES, (0.0, 1.0))
    reference = next(layers(figure, "reference"))["encoding"]
    assert reference["x"]["scale"]["domain"] == [0.0, 0.05]
    assert reference["y"]["scale"]["domain"] == [-0.24 * 0.05, 0.05]
    small = TermCurve(
        term="age", x=(30.0, 60.0), probability=(0.01, 0.02), low=(0.0, 0.01), high=(0.02, 0.07)
    )
    band = next(layers(term_figure("t", small, "y = 1"), "band"))
    assert band["encoding"]["y"]["scale"]["domain"] == [0.0, 0.1]


def test_a_forest_plot_keeps_to_its_axis_and_holds_one() -> None:
    figure = FIGURES[2]
    axis = next(layers(figure, "estimate"))
    low, high = axis["encoding"]["x"]["scale"]["domain"]
    assert 0 < low < 1 < high < float("inf")
    for value in axis["data"]["values"]:
        assert low <= value["low"] <= value["x"] <= value["high"] <= high
    assert 1 in axis["encoding"]["x"]["axis"]["values"]
    assert all(low <= tick <= high for tick in axis["encoding"]["x"]["axis"]["values"])


def test_precision_is_a_step_at_its_right_end() -> None:
    curve = next(layers(FIGURES[4], "curve"))
    assert curve["mark"]["interpolate"] == "step-before"


def test_the_recalibration_curve_is_the_identity_for_a_perfect_line() -> None:
    figure = reliability_figure("t", OBSERVED, SHARES, (0.0, 1.0))
    values = next(layers(figure, "curve"))["data"]["values"]
    assert np.allclose([v["x"] for v in values], [v["y"] for v in values], rtol=1e-14)


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_is_enough_to_read(palette: Palette) -> None:
    for name in ("ink", "quiet", "accent", "alarm", "positive_text", "negative_text"):
        assert contrast(palette[name], palette["ground"]) >= 4.5, name  # type: ignore[literal-required]
    for name in ("positive", "negative"):
        assert contrast(palette[name], palette["ground"]) >= 2.5, name  # type: ignore[literal-required]
