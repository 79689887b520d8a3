"""What is made of the functions: tables, steps, derivations, figures."""

from __future__ import annotations

import json
import re
import sys

import numpy as np
import pytest

from ogive import InputError
from ogive import functions as F
from ogive.functions.derivations import DERIVATIONS
from ogive.functions.family import CURVES
from ogive.functions.figures import FIGURES, saturated
from ogive.functions.steps import _STEPS
from ogive.views import DARK, LIGHT, Line, drawing, drawn, lines_figure, terminal_plot


def test_the_catalogue_has_every_member_and_computes_its_rows() -> None:
    table = F.catalogue()
    assert table["function"] == list(F.FAMILY)
    assert {len(column) for column in table.values()} == {len(F.FAMILY)}
    row = {key: column[table["function"].index("sigmoid")] for key, column in table.items()}
    assert (row["low"], row["high"], row["max_slope"]) == (0.0, 1.0, F.sigmoid.max_slope)
    assert "sigmoid" in repr(table) and "<pre>" in table._repr_html_()


def test_times_are_measured_when_asked_for() -> None:
    table = F.catalogue(["sigmoid", "tanh"], time=True)
    assert all(time > 0 for time in table["time"])
    assert "time" in repr(table)


def test_a_table_is_columns_for_pandas_and_polars() -> None:
    x = np.linspace(-3, 3, 7)
    table = F.table(x, derivative=True)
    assert list(table)[:3] == ["x", next(iter(CURVES)), f"{next(iter(CURVES))}_derivative"]
    assert np.array_equal(table["sigmoid_derivative"], F.sigmoid.derivative(x))
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    assert list(pd.DataFrame(table).columns) == list(table) == pl.DataFrame(table).columns
    assert F.table(np.float32([1.0]), [F.tanh])["tanh"].dtype == np.float32
    assert F.table(2, ["tanh"])["x"].tolist() == [2.0]


@pytest.mark.parametrize("x", [np.zeros((2, 2)), ["a"], [1j]])
def test_points_must_be_a_list_of_numbers(x: object) -> None:
    with pytest.raises(InputError, match="list of numbers"):
        F.table(x)  # type: ignore[arg-type]


def test_a_long_table_shows_its_ends() -> None:
    text = repr(F.table(np.arange(1000), ["sigmoid"]))
    assert "…" in text and "999" in text and len(text.splitlines()) < 40


@pytest.mark.parametrize("name", [name for name in _STEPS if name in CURVES])
@pytest.mark.parametrize("x", [0.3, 0.75, -2.0, 3.5, -800.0, 800.0, 0.0])
def test_steps_end_in_the_value_and_every_line_is_an_equation(name: str, x: float) -> None:
    low, high = CURVES[name].domain
    if not low <= x <= high:
        with pytest.raises(InputError, match="takes numbers from 0 to 1"):
            F.written_out(name, x)
        return
    value, slope = F.written_out(name, x)
    for lines, last in ((value, F.FAMILY[name](x)), (slope, F.FAMILY[name].derivative(x))):
        assert len({line.index(" = ") for line in lines}) == 1
        assert float(lines[-1].split(" = ")[1]) == pytest.approx(float(last), rel=1e-6)


def test_each_step_of_the_sigmoid_has_the_same_value() -> None:
    for x in (-2.0, 0.5, 7.0):
        value, slope = F.written_out("sigmoid", x)
        plain = [line.split(" = ")[1].replace("^", "**").replace("×", "*") for line in value[1:] + slope[2:]]
        numbers = [eval(step) for step in plain]
        assert numbers[:3] == pytest.approx([float(F.sigmoid(x))] * 3, rel=1e-6)
        assert numbers[3:] == pytest.approx([float(F.sigmoid.derivative(x))] * 2, rel=1e-3)


@pytest.mark.parametrize("name", DERIVATIONS)
def test_every_line_of_a_derivation_has_the_same_value(name: str) -> None:
    columns = F.derivation(name, [-3.0, 0.0, 1.0, 4.0])
    for x in (-3.0, 0.0, 1.0, 4.0):
        assert len(set(columns[f"x = {x:g}"])) == 1, columns


def test_what_is_not_written_out_says_what_is() -> None:
    with pytest.raises(InputError, match="sigmoid, tanh, softplus"):
        F.derivation("logit")
    with pytest.raises(InputError, match="from -30 to 30"):
        F.derivation("sigmoid", [1000.0])
    with pytest.raises(InputError, match="finite"):
        F.written_out("sigmoid", np.inf)


def test_slopes_from_outputs() -> None:
    assert F.slopes_from_output(["sigmoid"], [0.8])["sigmoid_slope"] == pytest.approx([0.16], rel=1e-15)
    with pytest.raises(InputError, match="between 0 and 1"):
        F.slopes_from_output(["sigmoid"], [1.2])
    with pytest.raises(InputError, match="cannot be told"):
        F.slopes_from_output(["gelu"], [0.2])


ALL_FIGURES = [figure for name in FIGURES for figure in F.figures(name)] + [
    F.curve_figure(name, at=(0.3,)) for name in CURVES
]


@pytest.mark.parametrize("figure", ALL_FIGURES, ids=lambda f: f.name)
def test_figures_are_plain_json_without_colours_and_say_what_they_show(figure) -> None:
    text = json.dumps(figure.spec, allow_nan=False)
    assert not re.search(r'"(color|fill|stroke)"|#[0-9a-f]{6}', text)
    assert figure.title and figure.reading and figure.alt.endswith(".")
    assert figure.csv().count("\n") == len(figure.rows) + 1


def test_the_tangent_touches_the_curve() -> None:
    figure = F.curve_figure("sigmoid", at=(-2.0,))
    tangent = next(part for part in figure.spec["layer"] if part["mark"]["style"] == "reference")
    (a, b) = tangent["data"]["values"]
    slope = (b["y"] - a["y"]) / (b["x"] - a["x"])
    assert slope == pytest.approx(float(F.sigmoid.derivative(-2.0)), rel=1e-12)
    assert a["y"] + slope * (-2 - a["x"]) == pytest.approx(float(F.sigmoid(-2.0)), rel=1e-12)


def test_the_depth_figure_draws_powers_of_a_quarter() -> None:
    rows = [row for row in F.depth_figure(10).rows if row[0] == "weight 1"]
    assert [row[2] for row in rows] == [0.25**n for n in range(11)]
    assert saturated(6.0, 3)[-1] < 0.25


def test_the_loss_figure_has_p_minus_y() -> None:
    rows = [row for row in F.loss_figures()[1].rows if row[0] == "cross-entropy"]
    assert all(y == pytest.approx(float(F.sigmoid(z)) - 1, rel=1e-12) for _, z, y in rows)


def test_an_unknown_figure_is_named() -> None:
    with pytest.raises(InputError, match="nothing"):
        F.figures("nothing")


def test_names_of_lines_stay_apart() -> None:
    lines = [Line(name=n, x=(0.0, 1.0), y=(0.0, v)) for n, v in (("a", 0.5), ("b", 0.501), ("c", 0.5))]
    figure = lines_figure("f", "t", lines, x="x", y="y", ends=(0.0, 1.0))
    levels = [
        part["data"]["values"][0]["y"] for part in figure.spec["layer"] if part["mark"]["type"] == "text"
    ]
    assert min(abs(a - b) for i, a in enumerate(levels) for b in levels[:i]) > 0.07


def test_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = F.loss_figures()
    assert drawing(figures, DARK)["background"] == DARK["ground"]
    assert len(drawing(figures)["concat"]) == 2
    pytest.importorskip("vl_convert")
    assert drawn(figures[:1], "svg", LIGHT).startswith(b"<svg")
    assert drawn(figures[:1], "png").startswith(b"\x89PNG")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(InputError, match=r"ogive\[figures\]"):
        drawn(figures, "svg")


def test_a_terminal_plot_keeps_to_its_size() -> None:
    x = np.linspace(-1, 1, 50)
    steep = Line(name="a", x=tuple(x.tolist()), y=tuple((1e6 * x).tolist()))
    broken = Line(name="b", x=tuple(x.tolist()), y=tuple(None if v < 0 else float(v) for v in x))
    lines = terminal_plot("t", [steep, broken], (-1.0, 1.0), width=40, height=5).splitlines()
    assert len(lines) == 7 and max(map(len, lines)) <= 40
    assert any("\u2801" <= c <= "\u28ff" for c in lines[3])
