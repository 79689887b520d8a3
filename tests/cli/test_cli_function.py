"""`ogive function`: values, slopes, steps, derivations, figures; and its mistakes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from ogive import functions as F


def test_a_table_of_values_and_slopes(ogive_command) -> None:
    done = ogive_command(
        "function", "sigmoid", "--from", "-10", "--to", "10", "--points", "21", "--derivative"
    )
    header, *rows = done.out.splitlines()
    assert done.code == 0 and done.err == ""
    assert header.split() == ["x", "sigmoid", "sigmoid_derivative"]
    assert len(rows) == 21 and rows[10].split() == ["0", "0.5", "0.25"]


def test_a_long_table_is_printed_whole(ogive_command) -> None:
    assert len(ogive_command("function", "tanh", "--points", "200").out.splitlines()) == 201


def test_chosen_points(ogive_command) -> None:
    done = ogive_command("function", "sigmoid", "tanh", "--at", "-4,-2,0,2,4", "--json")
    columns = json.loads(done.out)
    assert columns["x"] == [-4, -2, 0, 2, 4]
    assert columns["sigmoid"] == F.sigmoid(columns["x"]).tolist()
    assert columns["tanh"][2] == 0


def test_points_outside_the_domain_are_named(ogive_command) -> None:
    said = "logit takes numbers from 0 to 1: there is no value at 1.5, -1."
    assert said in ogive_command("function", "logit", "sigmoid", "--at", "1.5,0.5,-1").out
    assert "takes numbers" not in ogive_command("function", "logit", "--at", "0,0.5,1").out


def test_the_list_fits_a_terminal_of_80_columns(ogive_command, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = ogive_command("function", "--list").out.splitlines()
    assert max(map(len, lines)) <= 82 and "algebraic_sigmoid" in {line.split()[0] for line in lines}


def test_infinite_points_give_the_limits(ogive_command) -> None:
    assert json.loads(ogive_command("function", "sigmoid", "--at", "-inf,inf", "--json").out) == {
        "x": [None, None],
        "sigmoid": [0, 1],
    }


def test_steps(ogive_command) -> None:
    done = ogive_command("function", "sigmoid", "--at", "-2", "--steps")
    assert "1 / (1 + 7.389056)" in done.out and "= 0.1192029" in done.out and "= 0.1049936" in done.out
    page = json.loads(ogive_command("function", "sigmoid", "--at", "-2,0", "--steps", "--json").out)
    assert [item["x"] for item in page] == [-2, 0]
    assert page[1]["value"][-1].endswith("= 0.5")


def test_the_slope_from_the_output_alone(ogive_command) -> None:
    assert ogive_command("function", "sigmoid", "--output", "0.8").out.split()[-2:] == ["0.8", "0.16"]


def test_a_derivation(ogive_command) -> None:
    done = ogive_command("function", "sigmoid", "tanh", "--derivation", "--at", "0,1")
    assert "The slope of tanh" in done.out and "sigmoid.derivative(x)" in done.out
    assert done.out.count("0.2500000") == 7


def test_names_alone_print_facts_and_a_plot(ogive_command) -> None:
    done = ogive_command("function", "sigmoid", "tanh", "--derivative")
    assert "at most 0.25" in done.out and "dotted: its derivative" in done.out
    assert any("\u2801" <= c <= "\u28ff" for c in done.out)
    facts = json.loads(ogive_command("function", "sigmoid", "--json").out)["sigmoid"]
    assert facts["range"] == [0, 1] and facts["max_slope"] == 0.25 and facts["domain"] == [None, None]


def test_the_list(ogive_command) -> None:
    assert "sigmoid" in ogive_command("function", "--list").out
    assert json.loads(ogive_command("function", "--list", "--json").out)["function"] == list(F.FAMILY)
    assert json.loads(ogive_command("function", "tanh", "--list", "--json").out)["function"] == ["tanh"]


def test_a_page(ogive_command, folder) -> None:
    done = ogive_command("function", "sigmoid", "tanh", "softplus", "--plot", "family.html")
    assert done.code == 0 and re.fullmatch(r"Wrote family.html \(1\.\d MB\)\n", done.out)
    page = (folder / "family.html").read_text(encoding="utf-8")
    assert page.count('class="plot"') == 6
    assert "http-equiv" in page and not re.search(r'(src|href)="http', page)
    assert "prefers-color-scheme: dark" in page


def test_tangents_on_a_page(ogive_command, folder) -> None:
    ogive_command("function", "sigmoid", "--at", "-2,1", "--plot", "tangent.html")
    assert "slope 0.105" in (folder / "tangent.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_drawings(ogive_command, folder, ending: str, start: bytes) -> None:
    pytest.importorskip("vl_convert")
    assert ogive_command("function", "sigmoid", "tanh", "--plot", f"family.{ending}").code == 0
    assert (folder / f"family.{ending}").read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sigmod"], ["no function 'sigmod'", "did you mean 'sigmoid'"]),
        (["nothing-like-it"], ["no function", "--list"]),
        ([], ["name a function"]),
        (["sigmoid", "--at", "1,b"], ["--at 1,b", "numbers separated by commas"]),
        (["sigmoid", "--at", ""], ["--at", "numbers"]),
        (["sigmoid", "--at", "nan"], ["nan is no number"]),
        (["sigmoid", "--from", "x"], ["--from"]),
        (["sigmoid", "--from", "3", "--to", "1", "--points", "5"], ["from 3 to 1"]),
        (["sigmoid", "--from", "-inf"], ["-inf", "expected two numbers"]),
        (["sigmoid", "--points", "1"], ["--points"]),
        (["sigmoid", "--output", "1.2"], ["1.2 is no output of sigmoid", "between 0 and 1"]),
        (["sigmoid", "--output", "-0.1"], ["no output of sigmoid"]),
        (["gelu", "--output", "0.5"], ["cannot be told from its output"]),
        (["sigmoid", "--steps"], ["--steps needs a number", "--at -2"]),
        (["logit", "--at", "2", "--steps"], ["numbers from 0 to 1"]),
        (["logit", "--derivation"], ["not written out", "sigmoid, tanh, softplus"]),
        (["sigmoid", "--steps", "--output", "0.5", "--at", "1"], ["--steps and --output"]),
        (["sigmoid", "--plot", "a.pdf"], [".pdf cannot be drawn", ".html"]),
        (["sigmoid", "--plot", "nowhere/a.html"], ["no folder"]),
    ],
)
def test_mistakes(ogive_command, arguments: list[str], words: list[str]) -> None:
    done = ogive_command("function", *arguments)
    assert done.code == 2 and done.out == ""
    assert done.err.splitlines()[-1].endswith("[exit status 2]")
    for word in words:
        assert word in " ".join(done.err.split())


def test_a_mistake_for_a_machine(ogive_command) -> None:
    done = ogive_command("function", "sigmod", "--json")
    assert json.loads(done.out)["error"]["remedies"] == ["did you mean 'sigmoid' or 'log_sigmoid'?"]


def test_a_drawing_without_the_converter_names_the_extra(ogive_command, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    done = ogive_command("function", "sigmoid", "--plot", "a.svg")
    assert done.code == 2 and "pip install 'ogive[figures]'" in done.err


def test_a_table_loads_neither_reports_nor_tables_of_other_libraries(tmp_path) -> None:
    program = (
        "import sys; from ogive.cli import main; main(['function', 'sigmoid', '--at', '0'])\n"
        "print([name for name in ('pyarrow', 'scipy', 'pandas', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [375, 1280])
def test_the_page_is_drawn_in_a_browser(ogive_command, folder, tmp_path, width: int) -> None:
    ogive_command("function", "sigmoid", "tanh", "logit", "--plot", "family.html")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]
    flags += [
        f"--window-size={width},900",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=20000",
    ]
    done = subprocess.run(
        ["chromium", *flags, "--dump-dom", (folder / "family.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.count('data-drawn="yes"') == 6
    assert "CONSOLE" not in done.stderr
