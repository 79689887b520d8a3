"""Every command does what it says, prints what it did, and writes what it names."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time

import pyarrow as pa
import pytest
from pyarrow import csv, feather, parquet

import ogive
from ogive.cli import console
from ogive.datasets import heart


def test_fit_writes_model_and_page_and_prints_the_summary(ogive_command, folder):
    done = ogive_command("fit", "heart.csv", "--target", "disease")
    assert done.code == 0
    assert done.err == ""
    lines = done.out.splitlines()
    assert lines[0].startswith("Caution: the probabilities are too extreme")
    assert "Read heart.csv: 303 rows, 14 columns" in lines
    for words in (
        "certified",
        "odds ratio",
        "95 % interval",
        "Evaluated on 5 held-out folds",
        "AUC",
        "slope",
    ):
        assert words in done.out
    assert "Wrote heart.ogive (" in done.out
    assert "heart.html (" in done.out
    assert lines[-1].startswith("Next: ogive predict heart.ogive new.csv")
    assert ogive.load("heart.ogive").evaluation.auc.value > 0.8
    assert (folder / "heart.html").stat().st_size < 1_500_000


def test_results_can_be_named_and_the_page_left_out(ogive_command, folder):
    done = ogive_command("fit", "heart.csv", "-t", "disease", "-o", "risk.ogive", "--no-report", "--all")
    assert done.code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["heart.csv", "risk.ogive"]
    assert "thal: fixed defect" in done.out


def test_the_published_file_is_read_by_options_alone(ogive_command, shared_data):
    done = ogive_command(
        "fit",
        str(shared_data / "clinical" / "heart_cleveland.data"),
        "--columns",
        "age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,slope,ca,thal,num",
        "--na",
        "?",
        "--target",
        "num",
        "--positive",
        "1,2,3,4",
        "--categories",
        "cp,restecg,slope,thal",
    )
    assert done.code == 0
    assert "139 of 303" in done.out
    assert "ca (4 missing: median + indicator)" in done.out.replace("\n                  ", " ")
    assert "Wrote heart_cleveland.ogive" in done.out


def test_every_fit_option_reaches_the_fit(ogive_command, folder):
    table = (
        heart()
        .append_column("w", pa.array([1, 2, 1] * 101))
        .append_column("ward", pa.array([*range(101)] * 3))
    )
    table = table.append_column("known", pa.array([0.1] * 303)).append_column(
        "patient", pa.array(range(1000, 1303))
    )
    parquet.write_table(table, folder / "rows.parquet")
    done = ogive_command(
        *(
            "fit",
            "rows.parquet",
            "--target",
            "disease",
            "--positive",
            "1",
            "--weights",
            "w",
            "--offset",
            "known",
        ),
        *("--id", "patient", "--exclude", "ca,thal", "--alpha", "0.01", "--folds", "4", "--groups", "ward"),
        *(
            "--seed",
            "3",
            "--bootstrap",
            "20",
            "--threshold",
            "0.3",
            "--categories",
            "slope",
            "--numbers",
            "age",
        ),
        *("--level", "0.9", "--inference", "wald", "--threads", "1"),
    )
    assert done.code == 0, done.err
    given = ogive.load("rows.ogive").record.summary.provenance.options
    assert given == {
        **{"target": "disease", "positive": "1", "weights": "w", "offset": "known", "identifiers": "patient"},
        **{"exclude": "ca, thal", "alpha": "0.01", "folds": "4", "groups": "ward", "seed": "3"},
        **{"bootstrap": "20", "threshold": "0.3", "categories": "slope", "numbers": "age"},
        **{"level": "0.9", "inference": "wald"},
    }
    assert (
        ogive_command(
            "fit", "rows.parquet", "-t", "disease", "--time", "patient", "--exclude", "ca,thal"
        ).code
        == 0
    )


def test_costs_set_the_threshold(ogive_command):
    done = ogive_command(
        "fit", "heart.csv", "-t", "disease", "--cost-fp", "1", "--cost-fn", "4", "--no-report"
    )
    assert done.code == 0
    assert ogive.load("heart.ogive").record.threshold == pytest.approx(0.2)
    done = ogive_command("fit", "heart.csv", "-t", "disease", "--cost-fp", "1")
    assert done.code == 2
    assert "together" in done.err


def test_json_is_for_machines(ogive_command):
    done = ogive_command("fit", "heart.csv", "-t", "disease", "--json")
    summary = json.loads(done.out)
    assert summary["source"]["rows"] == 303
    assert summary["validation"]["evaluation"]["auc"]["value"] > 0.8
    assert json.loads(ogive_command("show", "heart.ogive", "--json").out) == summary
    judged = json.loads(ogive_command("evaluate", "heart.ogive", "heart.csv", "--json").out)
    assert judged["validation"]["evaluation"]["count"] == 303


def test_show_is_the_summary_again(ogive_command, with_model):
    fitted = ogive.load("heart.ogive")
    done = ogive_command("show", "heart.ogive")
    assert done.code == 0
    assert done.out.rstrip("\n") == fitted.summary(all_terms=False, width=100).rstrip("\n")
    assert ogive_command("show", "heart.ogive", "--all").out.rstrip("\n") == fitted.summary(width=100).rstrip(
        "\n"
    )
    assert ogive_command("show", "heart.ogive", "-o", "again.html").code == 0
    assert (with_model / "again.html").read_text(encoding="utf-8") == fitted.to_html()


@pytest.mark.usefixtures("with_model")
def test_predict_prints_csv_json_lines_or_sentences(ogive_command):
    done = ogive_command("predict", "heart.ogive", "heart.csv")
    assert done.code == 0
    back = csv.read_csv(pa.BufferReader(done.out.encode()))
    assert back.column_names[-4:] == ["probability", "low", "high", "decision"]
    assert back.num_rows == 303
    lines = ogive_command("predict", "heart.ogive", "heart.csv", "--json").out.splitlines()
    assert json.loads(lines[0])["probability"] == back["probability"][0].as_py()
    said = ogive_command("predict", "heart.ogive", "heart.csv", "--explain", "--threshold", "0.3").out
    assert said.splitlines()[0].startswith("Row 1: the probability of disease = 1 is 0.10 (95 % interval")
    assert "threshold 0.3" in said


@pytest.mark.usefixtures("with_model")
def test_predict_writes_what_the_ending_says(ogive_command):
    readers = {"csv": csv.read_csv, "parquet": parquet.read_table, "feather": feather.read_table}
    for ending, read in readers.items():
        done = ogive_command("predict", "heart.ogive", "heart.csv", "-o", f"scored.{ending}", "--explain")
        assert done.code == 0
        assert f"Wrote scored.{ending}: 303 rows" in done.err
        table = read(f"scored.{ending}")
        assert table.num_rows == 303
        assert table["explanation"][0].as_py().startswith("Row 1: ")


def test_predict_renames_and_fills_missing_columns(ogive_command, with_model):
    text = (with_model / "heart.csv").read_text().replace("thalach", "max_hr")
    (with_model / "new.csv").write_text(text)
    assert ogive_command("predict", "heart.ogive", "new.csv", "--rename", "max_hr=thalach").code == 0
    done = ogive_command("predict", "heart.ogive", "new.csv", "--missing", "thalach")
    assert done.code == 0
    assert "Thalach is missing in 303 of 303 rows" in done.err


def test_evaluate_judges_another_table(ogive_command, with_model):
    lines = (with_model / "heart.csv").read_text().splitlines()
    (with_model / "new.csv").write_text("\n".join([lines[0], *lines[1:150]]) + "\n")
    done = ogive_command("evaluate", "heart.ogive", "new.csv", "-o", "new.html", "--threshold", "0.3")
    assert done.code == 0
    assert "Evaluated heart.ogive on new.csv: 149 rows" in done.out
    assert "at 0.3" in done.out
    assert "Wrote new.html" in done.out
    assert (with_model / "new.html").exists()


def test_demo_says_what_to_look_at(ogive_command, folder):
    (folder / "out").mkdir()
    done = ogive_command("demo", "--output-dir", "out")
    assert done.code == 0
    assert "CC BY 4.0" in done.out
    assert "What to look at" in done.out
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["heart.html", "heart.ogive"]


def test_version_and_help(ogive_command):
    assert ogive_command("--version").out.strip() == f"ogive {ogive.__version__}"
    for arguments in ([], ["--help"], ["fit", "--help"], ["predict", "-h"]):
        done = ogive_command(*arguments)
        assert done.code == 0
        assert "Usage: ogive" in done.out


def test_standard_input_and_several_files(folder):
    lines = (folder / "heart.csv").read_text().splitlines(keepends=True)
    (folder / "a.csv").write_text("".join(lines[:150]))
    (folder / "b.csv").write_text(lines[0] + "".join(lines[150:]))
    command = [sys.executable, "-c", "import sys; from ogive.cli import main; sys.exit(main())"]
    fit = [*command, "fit", "--target", "disease", "--no-report"]
    subprocess.run([*fit, "-"], cwd=folder, input="".join(lines).encode(), check=True, capture_output=True)
    whole = ogive.load(folder / "model.ogive")
    subprocess.run([*fit, "a.csv", "b.csv", "-o", "two.ogive"], cwd=folder, check=True, capture_output=True)
    subprocess.run([*fit, "[ab].csv", "-o", "glob.ogive"], cwd=folder, check=True, capture_output=True)
    for name in ("two.ogive", "glob.ogive"):
        parts = ogive.load(folder / name)
        assert parts.record.summary.provenance.fingerprint == whole.record.summary.provenance.fingerprint
        assert (parts.coef == whole.coef).all()


def test_the_seed_and_the_threads_repeat_the_bytes(folder):
    """In processes of their own, with the number of threads set from outside."""
    command = [sys.executable, "-c", "import sys; from ogive.cli import main; sys.exit(main())"]
    files = []
    for threads in ("1", "2", "4"):
        fit = [*command, "fit", "heart.csv", "--target", "disease", "--seed", "7", "-o", f"{threads}.ogive"]
        environment = {**os.environ, "OGIVE_NUM_THREADS": threads}
        subprocess.run(fit, cwd=folder, env=environment, check=True, capture_output=True)
        files.append((folder / f"{threads}.ogive").read_bytes() + (folder / f"{threads}.html").read_bytes())
    assert files[0] == files[1] == files[2]


def test_progress_is_shown_on_a_terminal_alone(capsys, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(console, "PATIENCE", 0.0)
    monkeypatch.setattr("sys.stderr", Terminal())
    with console.progress() as say:
        say("Evaluating on fold 3 of 5")
        time.sleep(0.5)
    assert "Evaluating on fold 3 of 5" in sys.stderr.getvalue()
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with console.progress() as say:
        say("Evaluating on fold 3 of 5")
    assert sys.stderr.getvalue() == ""
    assert capsys.readouterr().out == ""


def test_the_command_starts_without_heavy_libraries(folder):
    program = (
        "import sys; from ogive.cli import main\n"
        "sys.argv = ['ogive', 'fit', 'heart.csv', '--target', 'disease']; main()\n"
        "sys.argv = ['ogive', 'predict', 'heart.ogive', 'heart.csv', '-o', 's.parquet']; main()\n"
        "heavy = {'sklearn', 'pandas', 'altair', 'polars', 'matplotlib'} & set(sys.modules); "
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_is_no_error(with_model):
    command = f'{sys.executable} -c "import sys; from ogive.cli import main; sys.exit(main())"'
    line = f"{command} predict heart.ogive heart.csv --explain | head -n 1"
    done = subprocess.run(["bash", "-c", line], cwd=with_model, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.startswith("Row 1: ")
