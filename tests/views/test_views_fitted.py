"""Figures of fitted curves: where 0 stands, what limits become, one-sided intervals, panels."""

from __future__ import annotations

import csv
import io
import math

import pytest

from ogive import Estimate, InputError
from ogive.views import (
    Dot,
    DrawnCurve,
    Frame,
    GroupEstimate,
    Place,
    Ribbon,
    curve_figure,
    measured_text,
    overlay_figure,
    panels_figure,
    parameter_figure,
    residual_figure,
)

X = (0.0, 1.0, 3.0, 10.0)


def curve(name="", scale=1.0, high=math.inf):
    return DrawnCurve(
        name=name,
        x=X,
        y=tuple(scale * v for v in (9.0, 8.0, 5.0, 1.0)),
        curve=Ribbon(low=tuple(scale * v for v in (8.0, 7.0, 4.0, 0.5)), high=(10.0, 9.0, 6.0, high)),
        dots=(Dot(x=0.0, y=9.1 * scale, count=3), Dot(x=10.0, y=1.1 * scale, count=2)),
        singles=(Dot(x=0.0, y=9.3 * scale),),
    )


def drawn(figure, mark):
    return [part for part in figure.spec["layer"] if part["mark"]["type"] == mark]


def test_a_dose_of_0_stands_apart_to_the_left_with_a_tick_of_its_own():
    frame = Frame.of("dose", X, log=True)
    low, high = frame.ends
    assert frame.zero is not None
    assert low < frame.zero < frame.low == 1.0
    assert high > frame.high == 10.0
    assert frame.place(0.0) == frame.zero
    assert frame.place(3.0) == 3.0
    axis = frame.axis()
    ticks = axis["axis"]["values"]
    assert ticks[0] == frame.zero
    assert ticks == sorted(ticks)
    assert "'0'" in axis["axis"]["labelExpr"]
    assert len(frame.gap()) == 1


@pytest.mark.parametrize(("values", "log"), [((-2.0, 0.0, 4.0), False), ((1.0, 10.0), True)])
def test_where_no_0_must_be_moved_none_is(values, log):
    frame = Frame.of("x", values, log=log)
    assert frame.zero is None
    assert frame.ends[0] < min(values)
    assert frame.ends[1] > max(values)
    assert not frame.gap()


def test_doses_far_apart_have_powers_of_ten_and_few_of_them():
    ticks = Frame.of("dose", [0.0, 1e-10, 1.0], log=True).axis()["axis"]["values"]
    assert 4 <= len(ticks) <= 9
    assert all(f"{t:e}".startswith("1.0") for t in ticks[1:])


def test_what_is_drawn_stands_in_the_rows_and_limits_that_do_not_exist_are_empty():
    figure = curve_figure("curve", "t", curve(), Frame.of("dose", X, log=True), "size", level=0.9)
    table = list(csv.DictReader(io.StringIO(figure.csv())))
    assert [float(row["size"]) for row in table if row["what"] == "curve"] == [9.0, 8.0, 5.0, 1.0]
    assert [row["high"] for row in table if row["what"] == "curve"] == ["10.0", "9.0", "6.0", ""]
    assert sum(row["what"] == "mean" for row in table) == 2
    assert sum(row["what"] == "point" for row in table) == 1
    assert "falls from 9 at dose 0 to 1 at dose 10" in figure.alt.replace("at 10", "at dose 10")
    assert "90 %" in figure.reading
    limits = [row for part in drawn(figure, "area") for row in part["data"]["values"]]
    assert all(math.isfinite(row["high"]) and row["low"] <= row["high"] for row in limits)


def test_the_curve_is_broken_between_0_and_the_lowest_dose():
    frame = Frame.of("dose", X, log=True)
    first, second = drawn(curve_figure("c", "t", curve(), frame, "y", level=0.95), "line")
    assert {row["y"] for row in first["data"]["values"]} == {9.0}
    assert max(row["x"] for row in first["data"]["values"]) < frame.low
    assert [row["x"] for row in second["data"]["values"]] == [1.0, 3.0, 10.0]


def test_places_reach_the_curve_and_a_forecast_is_shaded():
    one = DrawnCurve(
        x=(0.0, 1.0, 2.0, 4.0),
        y=(0.0, 1.0, 2.0, 8.0),
        dots=(Dot(x=0.0, y=0.1), Dot(x=1.0, y=1.0)),
        since=1.0,
    )
    frame = Frame.of("t", one.x, log=False)
    figure = curve_figure("c", "t", one, frame, "y", level=0.95, places=[Place(x=2.0, text="middle 2")])
    (rule,) = drawn(figure, "rule")
    assert rule["data"]["values"][0]["high"] == 2.0
    (ground,) = drawn(figure, "rect")
    assert ground["data"]["values"][0]["x"] == 1.0
    assert "forecast" in figure.reading


def test_curves_of_a_few_groups_have_their_colours_and_names():
    curves = [curve("a"), curve("b", 0.5, 5.0)]
    figure = overlay_figure("curves", "t", curves, Frame.of("dose", X, log=True), "y", level=0.95)
    names = [part for part in drawn(figure, "text") if part["mark"]["style"] != "note"]
    assert [part["data"]["values"][0]["text"] for part in names] == ["a", "b"]
    assert len({part["mark"]["style"] for part in names}) == 2
    assert figure.alt.startswith("a: y falls")


@pytest.mark.parametrize("small", [0.5, 1e-4])
def test_panels_keep_their_order_and_share_an_axis_where_sizes_allow_it(small):
    curves = [curve("worst"), curve("a", small, 5.0)]
    figure = panels_figure("curves", "t", curves, Frame.of("dose", X, log=True), "y", level=0.95)
    spec = figure.spec
    assert spec["facet"]["sort"] == ["worst", "a"]
    assert ("resolve" in spec) == (small < 0.1)
    kinds = {row["kind"] for row in spec["data"]["values"] if row["of"] == "a"}
    assert kinds == {"line", "band", "dot"}
    assert ("Thin lines" in figure.reading) == (small > 0.1)


def estimate(value, low, high):
    return Estimate(value=value, low=low, high=high)


def test_an_interval_with_one_end_has_an_arrow_and_no_dot():
    rows = [
        GroupEstimate(group="closed", estimate=estimate(2.0, 1.0, 3.0)),
        GroupEstimate(group="half", estimate=estimate(90.0, 2.5, None)),
        GroupEstimate(group="none", estimate=estimate(5.0, None, None)),
    ]
    figure = parameter_figure("p", "t", rows, "ec50")
    points = drawn(figure, "point")
    dots = [row["group"] for part in points if "shape" not in part["mark"] for row in part["data"]["values"]]
    arrows = [
        (part["mark"]["shape"], row["group"])
        for part in points
        if "shape" in part["mark"]
        for row in part["data"]["values"]
    ]
    assert dots.count("half") == 1  # the invisible one that keeps the row
    assert dots.count("closed") == 2
    assert arrows == [("triangle-right", "half")]
    (text,) = drawn(figure, "text")
    assert text["data"]["values"] == [{"group": "none", "text": "not determined"}]
    assert "half at least 2.5" in figure.alt
    assert "none not determined" in figure.alt
    assert figure.rows == (("closed", 2.0, 1.0, 3.0, 0.95), ("half", None, 2.5, None, 0.95),
                           ("none", None, None, None, 0.95))  # fmt: skip
    assert "arrow" in figure.reading


def test_a_wild_interval_does_not_squeeze_the_others():
    rows = [GroupEstimate(group=str(k), estimate=estimate(k, k - 0.5, k + 0.5)) for k in range(1, 6)]
    rows.append(GroupEstimate(group="wild", estimate=estimate(3.0, -1e6, 1e9)))
    figure = parameter_figure("p", "t", rows, "top")
    low, high = figure.spec["layer"][1]["encoding"]["x"]["scale"]["domain"]
    assert -10 < low < 0.5
    assert 5.5 < high < 15


def test_estimates_that_differ_tenfold_stand_on_a_logarithmic_axis():
    rows = [
        GroupEstimate(group=f"{k}", estimate=estimate(10.0**k, 0.5 * 10.0**k, 2 * 10.0**k)) for k in range(3)
    ]
    scale = parameter_figure("p", "t", rows, "ec50").spec["layer"][1]["encoding"]["x"]["scale"]
    assert scale["type"] == "log"
    assert 0 < scale["domain"][0] < 0.5
    assert scale["domain"][1] > 200


def test_residuals_beyond_two_are_counted():
    dots = [Dot(x=float(k), y=y) for k, y in enumerate((0.1, -2.5, 1.0, 3.0))]
    figure = residual_figure("r", "t", dots, Frame.of("x", [d.x for d in dots], log=False))
    assert "2 lie beyond 2" in figure.alt
    low, high = figure.spec["layer"][-1]["encoding"]["y"]["scale"]["domain"]
    assert low == -high < -3.0


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.0, -0.012, 0.012, "0.00 (-0.01 – 0.01)"),
        (12345.0, 12000.0, 12700.0, "12345 (12000 – 12700)"),
        (3.2e-7, None, None, "3.2e-7"),
        (5.0, None, 7.25, "at most 7.25"),
        (2.0, 2.0, 2.0, "2.00 (2.00 – 2.00)"),
    ],
)
def test_numbers_have_the_digits_that_their_interval_supports(value, low, high, text):
    assert measured_text(estimate(value, low, high)) == text


def test_figures_are_written_to_files(tmp_path):
    pytest.importorskip("vl_convert")
    frame = Frame.of("dose", X, log=True)
    curves = [curve("a & b"), curve("c", 0.5, 5.0)]
    for figure in (
        curve_figure("c", "one", curve(), frame, "y", level=0.95),
        overlay_figure("c", "few", curves, frame, "y", level=0.95),
        panels_figure("c", "many", curves, frame, "y", level=0.95),
    ):
        figure.save(tmp_path / "x.svg")
        drawing = (tmp_path / "x.svg").read_text()
        assert drawing.startswith("<svg")
        assert figure.title in drawing
        assert ("a &amp; b" in drawing) == (figure.title != "one")
    figure.save(tmp_path / "x.png")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match=r"x\.pdf"):
        figure.save(tmp_path / "x.pdf")
