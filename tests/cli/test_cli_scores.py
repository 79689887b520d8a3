"""`evaluate --score`, `calibrate`, `decide`, `fit --calibrate`: what they print, write and refuse."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, feather, parquet

import ogive
from ogive._kernels import sigmoid
from ogive.functions import softmax

JUDGE = ("evaluate", "scores.csv", "--label", "y", "--score", "p")
CALIBRATE = ("calibrate", "scores.csv", "--label", "y", "--score", "p")
DECIDE = ("decide", "scores.csv", "--label", "y", "--score", "p")
N = 500


def made() -> pa.Table:
    """Scores that are too extreme, in two regions, with weights."""
    rng = np.random.default_rng(2)
    z = rng.normal(-0.4, 1.1, N)
    return pa.table(
        {
            "y": (rng.random(N) < sigmoid(z)).astype(int),
            "p": sigmoid(3 * z).round(6),
            "q": sigmoid(z).round(6),
            "z": (3 * z).round(6),
            "w": rng.integers(1, 4, N),
            "region": rng.choice(["north", "south"], N),
        }
    )


@pytest.fixture
def scores(folder):
    """The folder with scores.csv in it."""
    csv.write_csv(made(), folder / "scores.csv")
    return folder


def fails(done, *words):
    """One message with these words, and what to do below it."""
    assert done.code == 2
    assert done.out == ""
    text = " ".join(done.err.split())
    for word in words:
        assert word in text, text
    assert any(line.startswith("  ") for line in done.err.splitlines()[1:]), "says what to do"


def test_the_answer_comes_first(ogive_command, scores):
    done = ogive_command(*JUDGE)
    assert done.code == 0
    assert done.err == ""
    lines = done.out.splitlines()
    assert lines[0].startswith("The probabilities are too low on the whole and too extreme (calibration")
    assert "Read scores.csv: 500 rows, 6 columns" in lines
    for words in ("AUC", "smooth ECE", "calibrated probabilities stay below", "at 0.5"):
        assert words in done.out
    assert lines[-1] == "Wrote scores-evaluation.html"
    files = ["heart.csv", "scores-evaluation.html", "scores.csv"]
    assert sorted(path.name for path in scores.iterdir()) == files


@pytest.mark.parametrize("option", ["--no-report", "--json"])
def test_the_page_can_be_left_out(ogive_command, scores, option):
    assert ogive_command(*JUDGE, option).code == 0
    assert sorted(path.name for path in scores.iterdir()) == ["heart.csv", "scores.csv"]


def test_every_option_reaches_the_judgement(ogive_command, scores):
    done = ogive_command(
        *JUDGE, "--weight", "w", "--sampling-weights", "--by", "region", "--cost-fp", "1", "--cost-fn", "20", "-o",
        "page.html",
    )  # fmt: skip
    assert done.code == 0, done.err
    for words in ("By segment", "north", "at 0.0476", "closed form", "for least cost", "Wrote page.html"):
        assert words in done.out
    page = (scores / "page.html").read_text()
    assert len(page) < 1_500_000
    for name in ("decider", "What to decide", "By segment", 'id="cost"'):
        assert name in page


def test_rare_outcomes_lead_with_precision_and_recall(ogive_command, scores):
    rng = np.random.default_rng(3)
    z = rng.normal(-4, 1.2, 3000)
    y = (rng.random(3000) < sigmoid(z)).astype(int)
    csv.write_csv(pa.table({"y": y, "p": sigmoid(z)}), scores / "rare.csv")
    done = ogive_command("evaluate", "rare.csv", "--label", "y", "--score", "p", "--threshold", "0.1")
    lines = done.out.splitlines()
    assert "of the rows are y = 1. Of those called positive at 0.1," in lines[0]
    assert "Always answering no would be right in" in " ".join(lines[:4])
    facts = [line for line in lines if line.startswith("  ") and line[2] != " "]
    assert [line.split()[0] for line in facts[1:]] == ["at", "precision", "discrimination", "calibration"]
    assert "accuracy" not in done.out


def test_several_scores_are_compared(ogive_command, scores):
    done = ogive_command(*JUDGE, "--score", "q", "-o", "page.html")
    assert done.out.startswith("q gives better probabilities than p (log loss")
    assert "q against p, on the same rows" in done.out
    assert 'id="roc-curves"' in (scores / "page.html").read_text()


def test_columns_of_classes(ogive_command, scores):
    rng = np.random.default_rng(4)
    p = rng.dirichlet([1, 1, 2], 300)
    y = [["a", "b", "c"][rng.choice(3, p=row)] for row in p]
    parquet.write_table(
        pa.table({"y": y, "p_a": p[:, 0], "p_b": p[:, 1], "p_c": p[:, 2]}), scores / "classes.parquet"
    )
    command = ("evaluate", "classes.parquet", "--label", "y", "--score", "p_a,p_b,p_c")
    done = ogive_command(*command, "-o", "page.html")
    assert done.code == 0, done.err
    assert done.out.startswith("The likeliest class happened in")
    assert json.loads(ogive_command(*command, "--json").out)["evaluation"]["classes"] == ["a", "b", "c"]
    fails(ogive_command(*command, "--cost-fp", "1"), "--cost-fp is for a label of two classes")
    fails(ogive_command(*command, "--classes", "a,b"), "2 classes are named for 3")
    fails(ogive_command(*JUDGE, "--classes", "a,b"), "--classes is for several classes")


def test_columns_of_classes_are_calibrated_together(ogive_command, scores):
    rng = np.random.default_rng(5)
    z = rng.normal(0, 1.2, (600, 3))
    y = ["xyz"[rng.choice(3, p=row)] for row in softmax(z)]
    columns = {f"p_{name}": column for name, column in zip("xyz", softmax(2.5 * z).T, strict=True)}
    parquet.write_table(pa.table({"y": y, **columns}), scores / "classes.parquet")
    command = ("calibrate", "classes.parquet", "--label", "y", "--score", "p_x,p_y,p_z")
    done = ogive_command(*command, "-o", "classes.json")
    assert done.code == 0, done.err
    assert done.out.startswith("Calibration makes the probabilities better (log loss")
    for words in (
        "calibrator      temperature: its cross-validated",
        "Before and after calibration",
        "classes.html",
    ):
        assert words in done.out
    assert "Before and after" in (scores / "classes.html").read_text()
    printed = ogive_command("calibrate", "--apply", "classes.json", "classes.parquet").out.splitlines()
    assert printed[0].endswith("calibrated p_x,calibrated p_y,calibrated p_z")
    assert sum(map(float, printed[1].split(",")[-3:])) == pytest.approx(1)
    fails(ogive_command(*command, "--cost-fp", "1"), "--cost-fp is for a label of two classes")
    fails(ogive_command(*command, "--positive", "x"), "--positive is for a label of two classes")
    fails(ogive_command(*CALIBRATE, "--classes", "a,b"), "--classes is for several classes")


@pytest.mark.parametrize("ending", ["tsv", "parquet", "feather", "csv.gz"])
def test_any_table_is_read(ogive_command, scores, ending):
    path = scores / f"table.{ending}"
    if ending == "parquet":
        parquet.write_table(made(), path)
    elif ending == "feather":
        feather.write_feather(made(), str(path))
    elif ending == "tsv":
        csv.write_csv(made(), path, csv.WriteOptions(delimiter="\t"))
    else:
        with pa.output_stream(str(path), compression="gzip") as sink:
            csv.write_csv(made(), sink)
    plain = json.loads(ogive_command(*JUDGE, "--json").out)
    read = json.loads(ogive_command("evaluate", path.name, *JUDGE[2:], "--json").out)
    assert read["scores"] == json.loads(json.dumps(plain["scores"]).replace("scores.csv", path.name))


def test_the_page_is_the_same_twice(ogive_command, scores):
    for name in ("a.html", "b.html"):
        ogive_command(*JUDGE, "-o", name)
    assert (scores / "a.html").read_bytes() == (scores / "b.html").read_bytes()


def test_calibrate_writes_file_and_page_and_applies_it(ogive_command, scores):
    done = ogive_command(*CALIBRATE, "--method", "platt", "-o", "calibrator.json")
    assert done.code == 0, done.err
    assert done.out.startswith("Calibration makes the probabilities better (log loss")
    assert "Before and after calibration (platt)" in done.out
    assert "Wrote calibrator.json (" in done.out
    assert 'id="before-after"' in (scores / "calibrator.html").read_text()
    content = json.loads((scores / "calibrator.json").read_text())
    assert (content["method"], content["columns"]) == ("platt", ["p"])
    done = ogive_command("calibrate", "--apply", "calibrator.json", "scores.csv", "-o", "out.parquet")
    assert done.code == 0, done.err
    assert done.err == "Wrote out.parquet: 500 rows\n"
    assert parquet.read_table(scores / "out.parquet").column_names[-1] == "calibrated"
    printed = ogive_command("calibrate", "--apply", "calibrator.json", "scores.csv").out
    assert printed.splitlines()[0] == "y,p,q,z,w,region,calibrated"


def test_calibrate_names_its_file_after_the_table(ogive_command, scores):
    assert ogive_command(*CALIBRATE, "--method", "isotonic", "--no-report").code == 0
    assert (scores / "scores-calibrator.json").exists()
    assert not (scores / "scores-calibrator.html").exists()


def test_calibrate_for_machines(ogive_command, scores):
    done = ogive_command(*CALIBRATE, "--method", "platt", "--json")
    change = json.loads(done.out)["scores"][0]["validation"]["recalibration"]
    assert change["method"] == "platt"


def test_decide_prints_threshold_interval_and_saving(ogive_command, scores):
    done = ogive_command(*DECIDE, "--cost-fp", "1", "--cost-fn", "4")
    assert done.code == 0, done.err
    assert done.out.startswith("Act where the probability of y = 1 is at least 0.")
    for words in ("95 % interval", "closed form", "0.2", "acting on none", "the closed form"):
        assert words in done.out
    choice = json.loads(ogive_command(*DECIDE, "--cost-fp", "1", "--cost-fn", "4", "--json").out)["choice"]
    assert choice["closed_form"] == 0.2
    done = ogive_command(
        *DECIDE, "--precision-at-least", "0.6", "--recall-at-least", "0.2", "--fpr-at-most", "0.5", "--at-most", "9",
        "--days", "20",
    )  # fmt: skip
    assert done.code == 0, done.err
    for words in ("precision at least 0.6", "recall at least 0.2", "false positive rate at most 0.5"):
        assert words in done.out


def test_conditions_that_no_threshold_meets_are_said_first(ogive_command, scores):
    done = ogive_command(*DECIDE, "--precision-at-least", "0.999", "--recall-at-least", "0.9")
    assert done.code == 0
    assert done.out.startswith("No threshold meets the conditions;")
    assert ": not met" in done.out


def test_sampling_weights_widen_the_interval(ogive_command, scores):
    def width(*more):
        auc = json.loads(ogive_command(*JUDGE, "--weight", "w", *more, "--json").out)
        auc = auc["scores"][0]["validation"]["evaluation"]["auc"]
        return auc["high"] - auc["low"]

    assert width("--sampling-weights") > 1.2 * width()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("evaluate", "scores.csv"), ["expected a model and a table", "--score p"]),
        (("evaluate", "scores.csv", "--score", "p"), ["both --label and --score"]),
        (("evaluate", "scores.csv", "--label", "y"), ["both --label and --score"]),
        ((*JUDGE[:-1], "x"), ["no column 'x'"]),
        ((*JUDGE[:-1], "z"), ["not between 0 and 1", "Are these log-odds?", "--logits"]),
        ((*JUDGE[:-1], "region"), ["must hold numbers"]),
        ((*JUDGE, "--cost-fp", "1"), ["together"]),
        ((*JUDGE, "--cost-fp", "0", "--cost-fn", "2"), ["above 0"]),
        ((*JUDGE, "--sampling-weights"), ["--weight"]),
        ((*JUDGE, "--rename", "a=b"), ["--rename is for a model"]),
        ((*JUDGE, "--by", "x"), ["no column 'x'"]),
        ((*JUDGE, "-o", "scores.csv"), ["is being read"]),
        ((*JUDGE, "--no-report", "-o", "page.html"), ["--no-report forbids"]),
        (("evaluate", "scores.csv", "--label", "x", "--score", "p"), ["no column 'x' (named as label)"]),
        (("evaluate", "m.ogive", "scores.csv", "--logits"), ["--logits is for scores"]),
        ((*CALIBRATE, "--method", "plat"), ["no calibration method 'plat'", "platt"]),
        ((*CALIBRATE, "--score", "q"), ["expected one --score"]),
        (("calibrate", "--apply", "scores.csv", "scores.csv"), ["is not an Ogive calibrator"]),
        (("calibrate", "--apply", "no.json", "scores.csv"), ["there is no file no.json"]),
        (("calibrate", "--apply", "c.json", "scores.csv", "--label", "y"), ["--label is for learning"]),
        (DECIDE, ["nothing says which threshold is best"]),
        ((*DECIDE, "--precision-at-least", "1.5"), ["between 0 and 1"]),
        (("fit", "heart.csv", "-t", "disease", "--calibrate", "magic"), ["no calibration method"]),
        (("fit", "heart.csv", "-t", "disease", "--calibrate", "platt", "--folds", "0"), ["held-out rows"]),
    ],
)
def test_mistakes(ogive_command, scores, command, words):
    fails(ogive_command(*command), *words)


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("y", [1] * N, ["only one class"]),
        ("y", [None] * N, ["every row is missing"]),
        ("y", ["yes", "no", "perhaps", "no"] * (N // 4), ["3 different values", "--positive"]),
        ("p", [None, *[0.3] * (N - 1)], ["missing in 1 of 500 rows", "--drop-missing"]),
        ("p", [float("nan"), None, *[0.3] * (N - 2)], ["missing in 2 of 500 rows"]),
        ("p", [42.0, *[0.3] * (N - 1)], ["Are these log-odds?", "percentages"]),
    ],
)
def test_tables_that_cannot_be_judged(ogive_command, scores, column, values, words):
    table = made()
    table = table.set_column(table.column_names.index(column), column, pa.array(values))
    parquet.write_table(table, scores / "wrong.parquet")
    for command in (JUDGE, CALIBRATE, (*DECIDE, "--cost-fp", "1", "--cost-fn", "2")):
        fails(ogive_command(command[0], "wrong.parquet", *command[2:]), *words)


def test_rows_without_a_score_can_be_left_out(ogive_command, scores):
    table = made()
    values = [None if i % 50 == 0 else v for i, v in enumerate(table["p"].to_pylist())]
    csv.write_csv(table.set_column(1, "p", pa.array(values)), scores / "scores.csv")
    done = ogive_command(*JUDGE, "--drop-missing")
    assert "10 rows left out (no value of p)" in " ".join(done.out.split())


def test_a_calibrator_for_several_classes_is_refused(ogive_command, scores):
    from ogive.calibration import VectorScaling, save

    p = np.random.default_rng(0).dirichlet([1, 1, 1], 60)
    save(VectorScaling().fit(p, np.arange(60) % 3), scores / "three.json")
    apply = ("calibrate", "--apply", "three.json", "scores.csv")
    fails(ogive_command(*apply, "--score", "p"), "three.json is for 3 classes", "got p", "p_a,p_b,p_c")
    fails(ogive_command(*apply), "none is named")
    columns = {name: pa.array(p[:, k]) for k, name in enumerate("abc")}
    csv.write_csv(pa.table(columns), scores / "classes.csv")
    done = ogive_command("calibrate", "--apply", "three.json", "classes.csv", "--score", "a,b,c")
    assert done.out.splitlines()[0] == "a,b,c,calibrated a,calibrated b,calibrated c"


class TestFit:
    FIT = ("fit", "heart.csv", "-t", "disease", "--exclude", "ca,thal")

    def test_a_calibrator_is_kept_applied_and_shown(self, ogive_command, folder):
        done = ogive_command(*self.FIT, "--calibrate", "platt", "--cost-fp", "1", "--cost-fn", "4")
        assert done.code == 0, done.err
        for words in ("calibrator", "platt: calibration", "threshold", "for least cost", "closed form"):
            assert words in done.out
        model = ogive.load("heart.ogive")
        assert model.record.calibrator is not None
        assert model.record.threshold == 0.2
        assert 'id="before-after"' in (folder / "heart.html").read_text()
        done = ogive_command("predict", "heart.ogive", "heart.csv", "-o", "out.csv")
        probability = csv.read_csv(folder / "out.csv")["probability"].to_numpy()
        assert np.allclose(probability, model.predict("heart.csv").probability)
        assert ogive_command("evaluate", "heart.ogive", "heart.csv", "--by", "sex").code == 0
        assert ogive_command("show", "heart.ogive", "-o", "again.html").code == 0
        assert (folder / "again.html").read_bytes() == (folder / "heart.html").read_bytes()

    def test_costs_alone(self, ogive_command, folder):
        done = ogive_command(*self.FIT, "--cost-fp", "1", "--cost-fn", "9", "--no-report")
        assert "closed form" in done.out
        assert ogive.load("heart.ogive").record.threshold == pytest.approx(0.1)
