"""`ogive neural compare`: digits as a person compares them, a table with gaps and text, and mistakes."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from pyarrow import parquet
from sklearn.datasets import load_digits

SMALL = ["--activations", "sigmoid,relu", "--depth", "1,4", "--seeds", "2", "--epochs", "4", "--width", "16"]


@pytest.fixture
def digits(folder):
    """The folder with digits.parquet: whole numbers, a class of ten."""
    data = load_digits()
    columns = {name: data.data[:, i].astype(int) for i, name in enumerate(data.feature_names)}
    parquet.write_table(pa.table(columns | {"label": data.target}), folder / "digits.parquet")
    return folder


def test_digits(digits, ogive_command) -> None:
    done = ogive_command(
        "neural", "compare", "digits.parquet", "--target", "label", *SMALL, "-o", "compare.html"
    )
    assert done.code == 0, done.err
    assert "Read digits.parquet: 1,797 rows, 65 columns" in done.out
    assert (
        "2 activations at 2 depths: 2 networks each, on 1,347 rows to learn from, 450 rows held out."
        in done.out
    )
    assert [line.split()[:2] for line in done.out.splitlines() if line.startswith("  ") and "%" in line][
        1:
    ] == [[name, depth] for depth in "14" for name in ("sigmoid", "relu")]
    assert "At depth" in done.out and "Wrote compare.html" in done.out
    page = (digits / "compare.html").read_text(encoding="utf-8")
    assert "10 of label" in page and "pixel_0_0 (constant: always 0)" in page


def test_an_initialisation_is_named(digits, ogive_command) -> None:
    options = ["--target", "label", *SMALL, "--seeds", "1", "--depth", "1", "--init", "he"]
    done = ogive_command("neural", "compare", "digits.parquet", *options)
    assert "2 activations at 1 depth, weights by he: 1 network each, on" in done.out
    assert "take more seeds" in done.out


def test_machines_get_the_record(digits, ogive_command) -> None:
    options = ["--target", "label", *SMALL, "--activations", "tanh", "--init", "auto,he", "--json"]
    done = ogive_command("neural", "compare", "digits.parquet", *options)
    found = json.loads(done.out)
    assert [(c["depth"], c["init"]) for c in found["cells"]] == [
        (1, "auto"),
        (1, "he"),
        (4, "auto"),
        (4, "he"),
    ]
    assert found["target"] == "label" and found["source"]["rows"] == 1797
    assert len(found["milliseconds"]) == 4


def test_a_table_with_categories_and_gaps(ogive_command) -> None:
    """Two classes; text becomes one column a level, gaps their median, as in every command."""
    options = ["--target", "disease", *SMALL, "--depth", "1", "--held-out", "0.4", "--exclude", "age"]
    done = ogive_command("neural", "compare", "heart.csv", *options, "--json")
    found = json.loads(done.out)
    assert (found["classes"], found["learnt"], found["held_out"]) == (2, 181, 122)
    assert found["left_out"] == {"age": "excluded by request"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--activations", "sigmod"], "did you mean 'sigmoid'"),
        (["--activations", "logit"], "does not take one number from the whole line"),
        (["--depth", "0"], "depth must be a whole number of 1 or more; got 0"),
        (["--depth", "two"], "--depth two: expected whole numbers"),
        (["--init", "zeros"], "there is no initialisation 'zeros'"),
        (["--held-out", "1"], "expected a share between 0 and 1"),
        (["--rate", "-1"], "rate must be above 0"),
        (["--seeds", "0"], "--seeds"),
        (["-o", "compare.pdf"], "the page is written as .html"),
        (["-o", "nowhere/compare.html"], "there is no folder"),
        (["--target", "desease"], "did you mean 'disease'"),
        (["--target", "chol"], "expected classes, each of several rows"),
    ],
)
def test_mistakes(ogive_command, options: list[str], said: str) -> None:
    done = ogive_command("neural", "compare", "heart.csv", "--target", "disease", *options)
    assert done.code == 2
    assert said in " ".join(done.err.split())
    assert "Nothing was written." in done.err


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"x": [1.5, 2.5, 3.0] * 5, "y": ["a"] * 15}, "only one class: a (15)"),
        ({"name": [f"n{i}" for i in range(20)], "y": [0, 1] * 10}, "no column left to predict 'y' from"),
        ({"x": [1.5, None, float("inf")] * 5, "y": [0, 1, 0] * 5}, "infinite"),
    ],
)
def test_tables_that_cannot_be_learnt_from(folder, ogive_command, rows: dict, said: str) -> None:
    parquet.write_table(pa.table(rows), folder / "t.parquet")
    done = ogive_command("neural", "compare", "t.parquet", "--target", "y", "-o", "t.html")
    assert done.code == 2
    assert said in " ".join(done.err.split())
