"""Every mistake gets one clear message, exit code 2, no traceback, and nothing half-written."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from ogive.cli import main
from ogive.workflow import fit as workflow_fit

FIT = ("fit", "table.csv", "--target", "y")
ROWS = "x,z,y\n" + "".join(f"{i % 7},{i % 5 + i / 10},{int(i % 3 == 0)}\n" for i in range(60))


def fails(done, *words):
    """One message with these words, what to do below it, and the line that says nothing was written."""
    assert done.code == 2
    assert done.out == ""
    lines = done.err.splitlines()
    assert lines[-1].startswith("Nothing was written.")
    assert lines[-1].endswith("[exit status 2]")
    text = " ".join(done.err.split())
    for word in words:
        assert word in text, text
    assert any(line.startswith("  ") for line in lines[1:]), "says what to do"


def numbered(change):
    """The table with one cell changed by row and column."""
    rows = [line.split(",") for line in ROWS.splitlines()]
    for (i, j), value in change.items():
        rows[i][j] = value
    return "\n".join(",".join(row) for row in rows) + "\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ["table.csv", "exist"]),
        ("", ["table.csv", "empty"]),
        ("x,z,y\n", ["table.csv", "no rows"]),
        (ROWS.replace("x,z,y", "x,x,y"), ["x"]),
        (ROWS.replace("x,z,y", "x,z,w"), ["no column 'y'", "table.csv"]),
        (numbered({(i, 2): "1" for i in range(1, 61)}), ["only one class", "'y'"]),
        (numbered({(i, 2): str(i % 3) for i in range(1, 61)}), ["3 different values", "--positive"]),
        (numbered({(i, 2): "" for i in range(1, 61)}), ["'y'", "every row is missing"]),
        (
            numbered({(i, j): "" for i in range(1, 61) for j in (0, 1)}),
            ["no column left", "'y'"],
        ),
        (numbered({(5, 1): "inf"}), ["infinite", "z"]),
        (numbered({(5, 1): "-Infinity"}), ["infinite", "z"]),
    ],
    ids=[
        *(
            "wrong path",
            "empty file",
            "header alone",
            "duplicate names",
            "no target",
            "one class",
            "three classes",
        ),
        *("no outcome", "all-missing columns", "infinity", "minus infinity"),
    ],
)
def test_tables_that_cannot_be_used(ogive_command, folder, content, words):
    if content is not None:
        (folder / "table.csv").write_text(content)
    fails(ogive_command(*FIT), *words)


def test_all_missing_column_beside_others_is_left_out_with_its_reason(ogive_command, folder):
    (folder / "table.csv").write_text(numbered({(i, 0): "" for i in range(1, 61)}))
    done = ogive_command(*FIT)
    assert done.code == 0
    assert "left out" in done.out


@pytest.mark.parametrize(
    ("value", "words"),
    [("-1", ["negative", "'z'", "row 4"]), ("inf", ["'z'", "infinite"]), ("", ["'z'", "missing"])],
)
def test_weights_that_are_no_frequencies(ogive_command, folder, value, words):
    (folder / "table.csv").write_text(numbered({(4, 1): value}))
    fails(ogive_command(*FIT, "--weights", "z"), *words)


def test_separation_leaves_nothing_behind(ogive_command, folder):
    (folder / "table.csv").write_text(numbered({(i, 1): str(int(i % 3 == 1) * 2) for i in range(1, 61)}))
    done = ogive_command(*FIT)
    fails(done, "perfectly predicted", "--alpha", "--exclude z")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[: len(data) // 2], ["breaks off"]),
        (lambda data: b"", ["empty"]),
        (lambda data: data.replace(b'"version": 1', b'"version": 2', 1), ["newer", "upgrade"]),
        (lambda data: data.replace(b'"threshold": 0.5', b'"threshold": 0.6', 1), ["was edited"]),
        (lambda data: data.replace(b'"threshold": 0.5', b'"threshold": "x"', 1), ["damaged or was edited"]),
        (lambda data: b"age,sex\n1,2\n", ["not an Ogive model"]),
    ],
    ids=["truncated", "empty", "newer", "edited", "mistyped", "a table"],
)
def test_model_files_that_cannot_be_used(ogive_command, with_model, damage, words):
    path = with_model / "heart.ogive"
    path.write_bytes(damage(path.read_bytes()))
    for command in ("predict", "evaluate"):
        fails(ogive_command(command, "heart.ogive", "heart.csv"), *words)
    shown = ogive_command("show", "heart.ogive")
    assert shown.code == 2
    assert words[0] in " ".join(shown.err.split())


@pytest.mark.usefixtures("with_model")
def test_a_missing_model_file(ogive_command):
    fails(ogive_command("predict", "other.ogive", "heart.csv"), "no file other.ogive")


def test_prediction_tables_without_a_needed_column(ogive_command, with_model):
    text = (with_model / "heart.csv").read_text()
    (with_model / "new.csv").write_text(text.replace("thalach", "thalac"))
    done = ogive_command("predict", "heart.ogive", "new.csv", "-o", "scored.csv")
    fails(done, "no column 'thalach'", "71 – 202", "--rename thalac=thalach", "--missing thalach")
    done = ogive_command("predict", "heart.ogive", "new.csv", "--rename", "thalac")
    fails(done, "--rename thalac", "NEW=OLD")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fit", "heart.csv"], ["--target"]),
        (["fit", "heart.csv", "--target", "desease"], ["no column 'desease'", "'disease'"]),
        (["fit", "heart.csv", "--target", "disease", "--firth"], ["--firth"]),
        (["fit", "heart.csv", "--target", "disease", "--alpha", "lots"], ["--alpha", "number"]),
        (["fit", "heart.csv", "--target", "disease", "--alpha", "-1"], ["alpha"]),
        (["fit", "heart.csv", "--target", "disease", "--folds", "1"], ["folds is 1"]),
        (["fit", "heart.csv", "--target", "disease", "--inference", "quick"], ["auto, full or wald"]),
        (["fit", "heart.csv", "--target", "disease", "--exclude", "cholesterol"], ["cholesterol"]),
        (["fit", "heart.csv", "--target", "disease", "-o", "nowhere/heart.ogive"], ["no folder"]),
        (["fit", "heart.csv", "--target", "disease", "-o", "heart.csv"], ["is being read"]),
        (["fit", "heart.csv", "--target", "disease", "-o", "heart.html"], ["two results"]),
        (["predict", "heart.ogive", "heart.csv", "-o", "heart.csv"], ["is being read"]),
        (["predict", "heart.ogive", "heart.csv", "-o", "scored.xlsx"], [".xlsx"]),
        (["predict", "heart.ogive", "heart.csv", "--threshold", "2"], ["threshold"]),
        (["refit", "heart.csv"], ["refit"]),
    ],
)
@pytest.mark.usefixtures("with_model")
def test_options_that_cannot_be_used(ogive_command, arguments, words):
    fails(ogive_command(*arguments), *words)


@pytest.mark.usefixtures("folder")
def test_json_errors_are_for_machines_too(ogive_command):
    done = ogive_command("fit", "nowhere.csv", "--target", "y", "--json")
    assert done.code == 2
    assert "nowhere.csv" in json.loads(done.out)["error"]["problem"]


def test_a_full_disk_is_told_without_a_traceback(folder, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device", "heart.ogive")

    monkeypatch.setattr("ogive.workflow.model.to_bytes", full)
    assert main(["fit", "heart.csv", "--target", "disease"]) == 2
    assert "no space left on device" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["heart.csv"]


def test_interruption_at_any_step_leaves_nothing(folder, capsys, monkeypatch):
    """Ctrl-C while fitting, and while the second of two files is being written."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    for target in ("ogive.workflow.heldout.hold_out", "ogive.report.html_page"):
        module, name = target.rsplit(".", 1)
        place = "ogive.workflow.pipeline" if name == "hold_out" else module
        with monkeypatch.context() as patch:
            patch.setattr(sys.modules.get(place) or __import__(place, fromlist=[name]), name, interrupted)
            assert main(["fit", "heart.csv", "--target", "disease"]) == 130
        assert capsys.readouterr().err == "Stopped; nothing was written.\n"
        assert [path.name for path in folder.iterdir()] == ["heart.csv"]
    assert callable(workflow_fit)


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "Stopped; nothing was written.\n"), (signal.SIGTERM, 143, "")],
    ids=["Ctrl-C", "ended"],
)
def test_a_real_signal_stops_a_real_fit(folder, number, code, word):
    """Sent to a fit that has much to do."""
    program = "import sys; from ogive.cli import main; print('ready', flush=True); sys.exit(main())"
    command = [sys.executable, "-c", program, "fit", "heart.csv", "-t", "disease", "--bootstrap", "1000000"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    time.sleep(1)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert err == word
    assert out == ""
    assert [path.name for path in folder.iterdir()] == ["heart.csv"]


def test_another_table_is_named_and_told_apart(ogive_command, with_model, folder):
    (folder / "other.csv").write_text("a,b\n1,2\n")
    fails(
        ogive_command("predict", "heart.ogive", "other.csv"),
        "other.csv has no columns 'age'",
        "'a', 'b'",
        "right table",
    )
