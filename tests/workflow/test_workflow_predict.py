"""Predictions: the probability, its interval and the decision, and what is done to tables that differ."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import csv, feather, parquet

import ogive
from ogive._kernels import sigmoid
from ogive.data import encode, load_columns
from ogive.workflow import write_table
from ogive.workflow.curves import boundary


def dense(model, table):
    """The design matrix, expanded, with a column of ones."""
    design = encode(load_columns(table, model.record.schema), model.record.encoding)
    columns = [design.column(j) for j in range(design.shape[1])]
    return np.column_stack([np.ones(design.shape[0]), *columns])


def test_probability_and_interval_are_those_of_the_formula(heart_model, heart_table):
    x = dense(heart_model, heart_table)
    eta = x @ np.concatenate([[heart_model.intercept], heart_model.coef])
    error = np.sqrt(np.einsum("ij,jk,ik->i", x, heart_model.covariance, x))
    predicted = heart_model.predict(heart_table, level=0.9)
    np.testing.assert_allclose(predicted.probability, sigmoid(eta), rtol=1e-11)
    np.testing.assert_allclose(predicted.low, sigmoid(eta - 1.6448536269514722 * error), rtol=1e-9)
    np.testing.assert_allclose(predicted.high, sigmoid(eta + 1.6448536269514722 * error), rtol=1e-9)
    np.testing.assert_array_equal(predicted.decision, predicted.probability >= 0.5)


def test_maximum_likelihood_meets_the_total(heart_model, heart_table):
    assert heart_model.predict(heart_table).probability.sum() == pytest.approx(139, abs=1e-8)


def test_threshold_moves_the_decision_alone(heart_model, heart_table):
    half, low = heart_model.predict(heart_table), heart_model.predict(heart_table, threshold=0.1)
    np.testing.assert_array_equal(half.probability, low.probability)
    assert low.decision.sum() > half.decision.sum()
    kept = ogive.fit(heart_table, "disease", threshold=0.1, folds=0)
    np.testing.assert_array_equal(kept.predict(heart_table).decision, low.decision)


def test_the_table_is_kept_and_four_columns_added(heart_model, heart_table):
    table = heart_model.predict(heart_table).to_arrow()
    assert table.column_names == [*heart_table.column_names, "probability", "low", "high", "decision"]
    assert table["decision"].type == pa.int64()
    assert set(table["decision"].to_pylist()) == {0, 1}
    frame = pd.DataFrame.from_arrow(heart_model.predict(heart_table))
    assert frame.shape == (303, 18)
    with pytest.raises(ogive.InputError, match="already has a column"):
        heart_model.predict(table).to_arrow()


def test_decisions_are_in_the_words_of_the_target():
    rng = np.random.default_rng(0)
    x = rng.normal(size=100)
    bought = np.where(rng.random(100) < sigmoid(x), "yes", "no")
    model = ogive.fit({"x": x, "bought": bought}, "bought")
    assert set(model.predict({"x": x}).labels().to_pylist()) == {"yes", "no"}
    codes = rng.integers(0, 5, 100)
    several = ogive.fit({"x": x, "code": codes}, "code", positive=[1, 2])
    assert set(several.predict({"x": x}, threshold=0.4).labels().to_pylist()) <= {True, False}


def test_sentences_keep_three_things_apart(heart_model, heart_table):
    predicted = heart_model.predict(heart_table, threshold=0.3)
    sentences = list(predicted.sentences())
    assert len(sentences) == 303
    first = sentences[0]
    assert "the probability of disease = 1 is 0.10" in first
    assert "95 % interval 0.01 – 0.55" in first
    assert "0.20 below the threshold 0.3" in first
    assert "not sure of the decision" in first
    unsure = (predicted.low < 0.3) & (predicted.high >= 0.3)
    assert sum("not sure" in sentence for sentence in sentences) == unsure.sum()
    assert predicted.to_arrow(explain=True)["explanation"][0].as_py() == first
    assert "Row 10:" in repr(predicted)
    assert "Row 11:" not in repr(predicted)


def test_order_and_extra_columns_do_not_matter(heart_model, heart_table):
    names = heart_table.column_names
    other = heart_table.select(names[::-1]).append_column("note", pa.array(["x"] * 303))
    predicted = heart_model.predict(other.drop_columns(["disease"]))
    np.testing.assert_array_equal(predicted.probability, heart_model.predict(heart_table).probability)
    assert any("note" in note for note in predicted.notes)


def test_a_missing_column_says_what_it_needs_and_what_looks_alike(heart_model, heart_table, tmp_path):
    names = ["thalac" if name == "thalach" else name for name in heart_table.column_names]
    table = heart_table.rename_columns(names)
    with pytest.raises(ogive.InputError) as caught:
        heart_model.predict(table)
    message = str(caught.value)
    assert "'thalach'" in message
    assert "71 – 202" in message
    assert "--rename thalac=thalach" in message
    assert "--missing thalach" in message
    renamed = heart_model.predict(table, rename={"thalac": "thalach"})
    np.testing.assert_array_equal(renamed.probability, heart_model.predict(heart_table).probability)
    missing = heart_model.predict(table, missing="thalach")
    median = np.median(heart_table["thalach"].to_numpy())
    place = heart_table.column_names.index("thalach")
    expected = heart_model.predict(heart_table.set_column(place, "thalach", pa.array(np.full(303, median))))
    np.testing.assert_allclose(missing.probability, expected.probability, rtol=1e-12)
    assert any("Thalach is missing in 303" in note for note in missing.notes)


def test_new_levels_count_as_the_reference_and_are_told(heart_model, heart_table):
    place = heart_table.column_names.index("cp")
    kinds = heart_table["cp"].to_pylist()
    strange = heart_table.set_column(place, "cp", pa.array(["phantom pain", *kinds[1:]]))
    usual = heart_table.set_column(place, "cp", pa.array(["asymptomatic", *kinds[1:]]))
    predicted = heart_model.predict(strange)
    np.testing.assert_array_equal(predicted.probability, heart_model.predict(usual).probability)
    assert any("'phantom pain' (1)" in note for note in predicted.notes)


def test_rows_outside_the_training_range_are_told(heart_model, heart_table):
    place = heart_table.column_names.index("age")
    old = heart_table.set_column(place, "age", pa.array(heart_table["age"].to_numpy() + 30))
    assert any("age (" in note and "extrapolates" in note for note in heart_model.predict(old).notes)


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "feather", "arrow", "jsonl", "ndjson"])
def test_results_are_written_by_their_ending(heart_model, heart_table, tmp_path, ending):
    table = heart_model.predict(heart_table).to_arrow(explain=True)
    path = tmp_path / f"scored.{ending}"
    write_table(table, path, path.name)
    if ending in ("jsonl", "ndjson"):
        back = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert back[0]["probability"] == table["probability"][0].as_py()
        assert back[88]["thal"] is None or "thal" in back[88]
        return
    readers = {"parquet": parquet.read_table, "feather": feather.read_table, "arrow": feather.read_table}
    if ending in readers:
        assert readers[ending](path).equals(table)
        return
    parsing = csv.ParseOptions(delimiter="," if ending == "csv" else "\t")
    back = csv.read_csv(path, parse_options=parsing)
    assert back.column_names == table.column_names
    np.testing.assert_array_equal(back["probability"].to_numpy(), table["probability"].to_numpy())
    assert back["explanation"].to_pylist() == table["explanation"].to_pylist()


def test_plain_tables_are_written_without_quotes(tmp_path):
    path = tmp_path / "plain.csv"
    write_table(pa.table({"a": ["x", "y"], "b": [1, None]}), path, path.name)
    assert path.read_text() == "a,b\nx,1\ny,\n"
    write_table(pa.table({"a": ["x, y", 'say "z"']}), path, path.name)
    assert csv.read_csv(path)["a"].to_pylist() == ["x, y", 'say "z"']


def test_unknown_endings_and_impossible_tables_are_refused(tmp_path):
    with pytest.raises(ogive.InputError, match=r"\.xlsx cannot be written"):
        write_table(pa.table({"a": [1]}), tmp_path / "a.xlsx", "a.xlsx")
    with pytest.raises(ogive.InputError, match="cannot hold this table"):
        write_table(pa.table({"a": [[1]]}), tmp_path / "a.csv", "a.csv")


def test_external_validation_is_the_evaluation_of_the_predictions(heart_model, heart_table):
    order = np.random.default_rng(3).permutation(303)[:150]
    other = heart_table.take(order)
    judged = heart_model.evaluate(other, threshold=0.4)
    probability = heart_model.predict(other).probability
    y = other["disease"].to_numpy()
    positive, negative = probability[y == 1], probability[y == 0]
    auc = np.mean(positive[:, None] > negative[None, :]) + 0.5 * np.mean(
        positive[:, None] == negative[None, :]
    )
    assert judged.evaluation.auc.value == pytest.approx(auc, rel=1e-12)
    assert judged.evaluation.brier.value == pytest.approx(np.mean((probability - y) ** 2), rel=1e-12)
    assert judged.evaluation.confusion.threshold == 0.4
    assert "AUC" in repr(judged)
    assert "<table" in judged._repr_html_()


def test_judging_a_model_on_its_own_table_is_told(heart_model, heart_table):
    judged = heart_model.evaluate(heart_table)
    assert "fitted to" in judged.record.notices[0].sentence
    assert not heart_model.evaluate(heart_table.slice(0, 200)).record.notices


def test_external_validation_needs_both_outcomes(heart_model, heart_table):
    y = heart_table["disease"].to_numpy()
    with pytest.raises(ogive.InputError, match="only one outcome"):
        heart_model.evaluate(heart_table.filter(pa.array(y == 1)))
    with pytest.raises(ogive.InputError, match="disease"):
        heart_model.evaluate(heart_table.drop_columns(["disease"]))


def test_weights_and_offset_are_needed_where_the_fit_had_them(heart_table):
    weights = np.random.default_rng(0).integers(1, 4, 303)
    table = heart_table.append_column("w", pa.array(weights)).append_column("o", pa.array(np.full(303, 0.3)))
    model = ogive.fit(table, "disease", weights="w", offset="o", folds=0)
    assert model.evaluate(table).evaluation.count == weights.sum()
    assert len(model.predict(table.drop_columns(["w"]))) == 303
    with pytest.raises(ogive.InputError, match="'o'"):
        model.predict(table.drop_columns(["o"]))


def test_boundary_agrees_with_its_definition():
    """Fieller's limits are where the interval of the log-odds touches that of the probability asked for."""
    a, b = -4.0, 0.08
    covariance = np.array([[0.16, -0.003], [-0.003, 0.00006]])
    for probability in (0.5, 0.8):
        found = boundary(a, b, covariance, probability=probability)
        target = np.log(probability / (1 - probability))
        assert a + b * found.value == pytest.approx(target)
        for x in (found.low, found.high):
            row = np.array([1.0, x])
            half = 1.959963984540054 * np.sqrt(row @ covariance @ row)
            assert abs(a + b * x - target) == pytest.approx(half, rel=1e-9)
    flat = boundary(0.1, 0.01, np.array([[0.16, 0.0], [0.0, 0.01]]))
    assert flat.low is None
    assert "does not differ" in flat.method


def test_boundary_holds_other_columns_typical(heart_model, heart_table):
    crossing = heart_model.boundary("oldpeak")
    typical = {name: [None] for name in heart_table.column_names}
    for name in heart_table.column_names:
        column = heart_table[name].drop_null()
        if name == "oldpeak":
            typical[name] = [crossing.value]
        elif pa.types.is_string(column.type):
            counts = column.value_counts().to_pylist()
            typical[name] = [max(counts, key=lambda entry: entry["counts"])["values"]]
        else:
            typical[name] = [float(np.median(column.to_numpy()))]
    typical["exang"] = ["no"]
    assert heart_model.predict(typical).probability[0] == pytest.approx(0.5, abs=1e-9)
    with pytest.raises(ogive.InputError, match="no number 'cp'"):
        heart_model.boundary("cp")
