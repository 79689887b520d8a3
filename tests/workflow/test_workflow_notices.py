"""What is said before the numbers, and what quietly must not count."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

import ogive
from ogive._kernels import sigmoid
from ogive.workflow import write_table


def simulated(n: int, columns: int, seed: int = 0) -> dict[str, np.ndarray]:
    """A table of normal columns, the first of which matters."""
    rng = np.random.default_rng(seed)
    table = {f"x{j}": rng.normal(size=n) for j in range(columns)}
    return {**table, "y": (rng.random(n) < sigmoid(table["x0"])).astype(int)}


def notices(model: ogive.ProbabilityModel) -> list[str]:
    """Every notice of a model, whole."""
    return [f"{n.level}: {n.sentence}: {n.cause}: {n.remedy}" for n in model.record.summary.notices]


def test_rows_of_weight_zero_are_no_rows():
    table = simulated(400, 2)
    table["w"] = np.ones(400)
    table["group"] = np.array(["a", "b"] * 200)
    more = {name: np.concatenate([v, v[:40]]) for name, v in table.items()}
    more["w"][400:] = 0
    more["x1"][400:] = np.inf
    more["group"] = more["group"].astype("U9")
    more["group"][400:] = "elsewhere"
    some, all_ = (ogive.fit(t, "y", weights="w", seed=1) for t in (table, more))
    np.testing.assert_array_equal(some.coef, all_.coef)
    assert some.evaluation == all_.evaluation
    source = all_.record.summary.source
    assert (source.rows, source.dropped, source.reason) == (440, 40, "weight 0")


@pytest.mark.parametrize("noise", [1e-3, 1e-6])
def test_columns_that_nearly_determine_each_other_are_named(noise):
    table = simulated(500, 3)
    table["twin"] = table["x2"] + noise * np.random.default_rng(1).normal(size=500)
    said = [n for n in notices(ogive.fit(table, "y")) if "x2" in n and "twin" in n]
    assert len(said) == 1
    assert said[0].startswith("note")
    assert "--exclude" in said[0]
    assert not [n for n in notices(ogive.fit(table, "y", alpha=0.01)) if "twin" in n]


def test_a_penalised_fit_is_judged_by_what_held_out_rows_show():
    table = simulated(80, 12, seed=3)
    assert notices(ogive.fit(table, "y"))[0].startswith("caution: the data are too few")
    shrunken = ogive.fit(table, "y", alpha=1.0)
    assert shrunken.evaluation.calibration.slope.high > 1
    assert not [n for n in notices(shrunken) if "too few" in n or "too extreme" in n]


def test_predictions_say_why_they_have_no_interval():
    table = simulated(200, 2)
    predictions = ogive.fit(table, "y", alpha=0.1).predict(table)
    assert predictions.low is None
    assert any("No intervals" in note and "penal" in note for note in predictions.notes)


def test_words_for_missing_stay_with_the_model(tmp_path):
    table = simulated(200, 2)
    lines = [f"{a},{b},{y}" for a, b, y in zip(table["x0"], table["x1"], table["y"], strict=True)]
    lines[5] = "none here,0.5,1"
    path = tmp_path / "table.csv"
    path.write_text("x0,x1,y\n" + "\n".join(lines) + "\n")
    model = ogive.fit(path, "y", na_values="none here")
    new = tmp_path / "new.csv"
    new.write_text("x0,x1\nnone here,0.5\n?,1\n")
    both = model.predict(new, na_values="?")
    assert both.probability[0] == model.predict(path, na_values="none here").probability[5]
    assert model.record.na_values == ("none here",)


@pytest.mark.parametrize("missing", [(), ("x1",)])
def test_renamed_codes_stay_text(missing):
    rng = np.random.default_rng(0)
    codes = rng.choice(["01", "02", "10"], size=300)
    y = (rng.random(300) < np.where(codes == "01", 0.7, 0.3)).astype(int)
    model = ogive.fit({"code": codes, "x1": rng.normal(size=300), "y": y}, "y", categories=["code"])
    new = pa.table({"kind": ["01", "10"], "x1": [0.0, 0.0], "y": [1, 0]})
    renamed = model.predict(new, rename={"kind": "code"}, missing=missing)
    plain = model.predict(new.rename_columns(["code", "x1", "y"]), missing=missing)
    np.testing.assert_array_equal(renamed.probability, plain.probability)
    judged = model.evaluate(new, rename={"kind": "code"}, missing=missing)
    assert judged.record.validation is not None
    with pytest.raises(ogive.InputError, match="nowhere"):
        model.evaluate(new, rename={"nowhere": "code"})


def test_json_lines_hold_no_word_that_json_lacks(tmp_path):
    table = simulated(200, 2)
    model = ogive.fit(table, "y")
    table["x0"] = np.where(np.arange(200) == 3, np.nan, table["x0"])
    path = tmp_path / "scored.jsonl"
    write_table(model.predict(table).to_arrow(explain=True), path, path.name)
    rows = [json.loads(line, parse_constant=pytest.fail) for line in path.read_text().splitlines()]
    assert rows[3]["x0"] is None
    assert rows[3]["explanation"].startswith("Row 4:")
