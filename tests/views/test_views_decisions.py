"""Figures of reliability, decisions and prevalence: what is drawn, named and cut where."""

from __future__ import annotations

import json
import re

import pytest
from test_views_figures import layers

from ogive._base import Estimate
from ogive.views import (
    LIGHT,
    Benefit,
    Bin,
    CostLine,
    Curve,
    Figure,
    before_after_figure,
    cost_figure,
    diagram_end,
    diagram_figure,
    net_benefit_figure,
    prevalence_figure,
    theme,
)

BINS = [Bin(low=k / 10, high=(k + 1) / 10, rows=1234.0 * k, events=0.0) for k in range(10)]
CURVE = Curve(
    probability=(0.1, 0.4, 0.9),
    share=(0.2, 0.4, 0.7),
    low=(0.05, 0.45, 0.85),
    high=(0.15, 0.55, 0.95),
)
BENEFIT = Benefit(
    threshold=(0.0, 0.1, 0.2, 0.4),
    scores=(0.2, 0.15, 0.1, 0.05),
    everyone=(0.2, 0.11, 0.0, -0.33),
    low=(0.18, 0.13, 0.08, 0.03),
    high=(0.22, 0.17, 0.12, 0.07),
)
COSTS = CostLine(
    threshold=(0.0, 0.05, 0.1, 0.5, 1.0),
    cost=(800.0, 500.0, 450.0, 900.0, 1000.0),
    everyone=800.0,
    nobody=1000.0,
    chosen=0.0476,
    cheapest=Estimate(value=0.1, low=0.05, high=0.2),
)
FIGURES = [
    diagram_figure("t", CURVE, BINS),
    diagram_figure("t", Curve(probability=(0.1,), share=(0.2,)), BINS),
    before_after_figure("t", Curve(name="before", probability=(0.2, 0.3), share=(0.1, 0.2)), CURVE),
    net_benefit_figure("t", BENEFIT, 0.1, "y = 1"),
    net_benefit_figure("t", Benefit(threshold=(0.1,), scores=(-0.1,), everyone=(-0.2,)), None, "y = 1"),
    cost_figure("t", COSTS),
    cost_figure("t", CostLine(threshold=(0.5,), cost=(1.0,), everyone=2.0, nobody=1.0, chosen=0.5)),
    prevalence_figure("t", (0.001, 0.1, 0.5), (0.01, 0.4, 0.8), 0.8, 0.1),
    prevalence_figure("t", (0.001, 0.002, 0.5), (0.01, 0.02, 0.8), 0.8, 0.002),
]


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_plain_json_in_styles_of_the_theme(figure: Figure) -> None:
    text = json.dumps(figure.spec, allow_nan=False)
    assert not re.search(r'"(color|fill|stroke)"|#[0-9a-f]{6}', text)
    assert {part["mark"]["style"] for part in figure.spec["layer"]} <= set(theme(LIGHT)["style"])
    assert figure.alt and figure.reading
    assert all(len(row) == len(figure.header) for row in figure.rows)


@pytest.mark.parametrize("figure", FIGURES)
def test_all_layers_share_their_axes(figure: Figure) -> None:
    for name in ("x", "y"):
        titles = {
            part["encoding"][name]["title"]
            for part in figure.spec["layer"]
            if "field" in part["encoding"].get(name, {})
        }
        assert len(titles) == 1


def test_counts_stand_above_the_bars_and_can_be_read() -> None:
    texts = [v["text"] for v in next(layers(FIGURES[0], "count"))["data"]["values"]]
    assert texts == ["", "1.2k", "2.5k", "3.7k", "4.9k", "6.2k", "7.4k", "8.6k", "9.9k", "11k"]


def test_a_consistency_band_is_grey_and_a_confidence_band_is_the_curves() -> None:
    assert list(layers(FIGURES[0], "chance")) and not list(layers(FIGURES[0], "band"))
    confidence = Curve(probability=(0.1,), share=(0.2,), low=(0.1,), high=(0.3,), around="curve", level=0.9)
    figure = diagram_figure("t", confidence, BINS)
    assert list(layers(figure, "band")) and not list(layers(figure, "chance"))
    assert "90 % confidence" in figure.reading


def test_rare_outcomes_get_axes_of_their_own() -> None:
    assert diagram_end([Curve(probability=(0.01, 0.03), share=(0.0, 0.04))]) == 0.05


def test_the_former_curve_is_grey() -> None:
    figure = FIGURES[2]
    assert [v["y"] for v in next(layers(figure, "former"))["data"]["values"]] == [0.1, 0.2]
    assert [v["y"] for v in next(layers(figure, "curve"))["data"]["values"]] == [0.2, 0.4, 0.7]
    assert figure.rows[0] == ("before", 0.2, 0.1)


def test_net_benefit_shows_its_interval_and_both_extremes() -> None:
    figure = FIGURES[3]
    assert figure.rows[1] == (0.1, 0.15, 0.13, 0.17, 0.11, 0.0)
    assert len(next(layers(figure, "band"))["data"]["values"]) == 4
    texts = {
        v["text"]
        for style in ("note", "curve-label")
        for part in layers(figure, style)
        for v in part["data"]["values"]
    }
    assert texts == {"act on the scores", "act on all", "act on none", "at 0.1"}
    assert FIGURES[4].rows == ((0.1, -0.1, None, None, -0.2, 0.0),)


def test_cost_marks_the_threshold_in_use_and_the_cheapest_with_its_interval() -> None:
    (span,) = layers(FIGURES[5], "chance")
    assert (span["data"]["values"][0]["low"], span["data"]["values"][0]["high"]) == (0.05, 0.2)
    (mark,) = layers(FIGURES[5], "mark")
    assert mark["data"]["values"][0] == {"x": 0.1, "y": 450.0, "text": "cheapest here: 0.1"}
    assert not list(layers(FIGURES[6], "mark"))


def test_only_average_precision_follows_the_prevalence() -> None:
    figure = FIGURES[7]
    assert {row[2] for row in figure.rows} == {0.8}
    assert [row[1] for row in figure.rows] == [0.01, 0.4, 0.8]
    (mark,) = layers(figure, "mark")
    assert mark["data"]["values"] == [{"x": 0.1, "y": 0.4}]
