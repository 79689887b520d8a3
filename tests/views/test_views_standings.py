"""Standings: a panel a setting, on an axis that is stretched near 100 %."""

from __future__ import annotations

import json
import re

from ogive._base import Estimate
from ogive.views import LIGHT, Standing, standings_figure, theme

ROWS = [
    Standing(panel="depth 1", name="relu", share=Estimate(value=0.97, low=0.96, high=0.98), leads=True),
    Standing(panel="depth 1", name="tanh", share=Estimate(value=1.0, low=0.99, high=1.0), leads=True),
    Standing(panel="depth 8", name="relu", share=Estimate(value=0.1), leads=False),
]


def test_marks_lie_where_the_mistakes_are() -> None:
    figure = standings_figure("a", "t", ROWS, x="accuracy", finest=0.001)
    drawn = figure.spec["data"]["values"]
    assert [(round(v["miss"], 6), round(v["low"], 6), round(v["high"], 6)) for v in drawn] == [
        (0.03, 0.02, 0.04),
        (0.001, 0.001, 0.01),  # 100 % has no place on the axis: it stands at its end
        (0.9, 0.9, 0.9),
    ]
    scale = figure.spec["spec"]["layer"][0]["encoding"]["x"]["scale"]
    assert scale["reverse"] and scale["type"] == "log" and scale["domain"][1] == 1.0
    assert figure.spec["usermeta"]["panels"]["count"] == 2


def test_it_is_plain_json_with_words_and_numbers() -> None:
    figure = standings_figure("a", "t", ROWS, x="accuracy", finest=0.001)
    text = json.dumps(figure.spec, allow_nan=False)
    assert not re.search(r'"(color|fill|stroke)"|#[0-9a-f]{6}', text)
    assert {part["mark"]["style"] for part in figure.spec["spec"]["layer"]} <= set(theme(LIGHT)["style"])
    assert "depth 1, relu: 97.0 % (95 % interval 96.0 – 98.0)" in figure.alt
    assert "depth 8, relu: 10.0 %" in figure.alt
    assert figure.csv().splitlines()[3] == "depth 8,relu,0.1,,,0.95"
