"""The main job: right numbers, the same from every kind of table, and options that do what they say."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

import ogive
from ogive._kernels import sigmoid
from ogive.datasets import heart_path
from ogive.workflow.options import Options

REFERENCE = Path(__file__).parents[1] / "reference"


def by_name(model):
    return {term.name: term for term in model.terms}


def test_coefficients_and_errors_are_those_of_r(heart_model):
    terms = by_name(heart_model)
    with open(REFERENCE / "heart_glm.csv", encoding="utf-8") as file:
        head = next(file)
        rows = list(csv.DictReader(file))
    assert len(rows) == len(terms) + 1
    for row in rows[1:]:
        term = terms[row["name"]]
        assert term.estimate.value == pytest.approx(float(row["coefficient"]), rel=1e-8)
        assert term.se == pytest.approx(float(row["standard_error"]), rel=1e-8)
    assert heart_model.intercept == pytest.approx(float(rows[0]["coefficient"]), rel=1e-8)
    deviance = float(head.split("deviance ")[1].split(",")[0])
    assert heart_model.record.summary.statistics.deviance == pytest.approx(deviance, rel=1e-10)


def test_every_kind_of_table_gives_the_same_model(heart_model, heart_table, tmp_path):
    parquet.write_table(heart_table, tmp_path / "heart.parquet")
    frame = heart_table.to_pandas()
    sources = {
        "Parquet": tmp_path / "heart.parquet",
        "Arrow": heart_table,
        "pandas": frame,
        "Polars": pl.from_arrow(heart_table),
        "DuckDB": duckdb.from_arrow(heart_table),
        "dict": heart_table.to_pydict(),
        "batches": heart_table.to_batches(max_chunksize=100),
    }
    for kind, source in sources.items():
        model = ogive.fit(source, "disease")
        np.testing.assert_array_equal(model.coef, heart_model.coef, err_msg=kind)
        assert model.evaluation == heart_model.evaluation, kind
        assert model.record.summary.provenance.fingerprint == (
            heart_model.record.summary.provenance.fingerprint
        ), kind


def test_a_weight_of_two_is_the_row_twice(heart_table):
    rng = np.random.default_rng(4)
    times = rng.integers(1, 4, heart_table.num_rows)
    weighted = ogive.fit(heart_table.append_column("w", pa.array(times)), "disease", weights="w", folds=0)
    repeated = ogive.fit(
        heart_table.take(np.repeat(np.arange(heart_table.num_rows), times)), "disease", folds=0
    )
    for once, twice in zip(weighted.terms, repeated.terms, strict=True):
        assert once.name == twice.name
        assert once.estimate.value == pytest.approx(twice.estimate.value, rel=1e-8, abs=1e-10)
        assert once.estimate.low == pytest.approx(twice.estimate.low, rel=1e-7, abs=1e-9)
        assert once.se == pytest.approx(twice.se, rel=1e-8)
        assert once.marginal.value == pytest.approx(twice.marginal.value, rel=1e-7, abs=1e-10)
        if once.kind == "number":
            assert once.mean == pytest.approx(twice.mean)
            assert once.sd == pytest.approx(twice.sd)
            assert once.median == pytest.approx(twice.median)
    assert weighted.record.summary.outcome.rows == times.sum()


def test_zero_weights_are_rows_that_are_not_there(heart_table):
    kept, exclude = np.arange(heart_table.num_rows) % 3 != 0, ["thal", "ca", "restecg"]
    weighted = ogive.fit(
        heart_table.append_column("w", pa.array(kept.astype(float))),
        "disease",
        weights="w",
        folds=0,
        exclude=exclude,
    )
    fewer = ogive.fit(heart_table.filter(pa.array(kept)), "disease", folds=0, exclude=exclude)
    np.testing.assert_allclose(weighted.coef, fewer.coef, rtol=1e-7, atol=1e-9)


def test_an_offset_is_added_as_it_is(heart_table):
    """Moving a term's contribution into the offset leaves the other coefficients alone."""
    whole = ogive.fit(heart_table, "disease", folds=0)
    age = heart_table["age"].to_numpy()
    moved = heart_table.append_column("known", pa.array(by_name(whole)["age"].estimate.value * age))
    rest = ogive.fit(moved, "disease", offset="known", exclude="age", folds=0)
    for term in rest.terms:
        assert term.estimate.value == pytest.approx(
            by_name(whole)[term.name].estimate.value, rel=1e-6, abs=1e-9
        )
    p = rest.predict(moved).probability
    np.testing.assert_allclose(p, whole.predict(heart_table).probability, rtol=1e-6)


def test_a_penalised_fit_gives_no_wrong_p_values(heart_table):
    model = ogive.fit(heart_table, "disease", alpha=0.01)
    assert all(t.se is None and t.p is None and t.estimate.low is None for t in model.terms)
    assert all("penalised" in t.estimate.method for t in model.terms)
    assert len(model.tests) == 0
    assert model.covariance is None
    assert model.record.summary.statistics.aic is None
    assert any("penalised" in notice.sentence for notice in model.record.summary.notices)
    prediction = model.predict(heart_table)
    assert prediction.low is None
    assert prediction.to_arrow()["low"].null_count == 303
    shrunken = np.abs(model.coef).sum()
    assert shrunken < np.abs(ogive.fit(heart_table, "disease", folds=0).coef).sum()


def test_separation_stops_with_columns_and_remedies(shared_data):
    table = shared_data / "clinical" / "endometrial.csv"
    with pytest.raises(ogive.SeparationError) as caught:
        ogive.fit(table, "HG")
    message = str(caught.value)
    assert "NV = 1 (13 rows, all HG = 1)" in message
    assert "--alpha 0.01" in message
    assert "--exclude NV" in message
    assert "firth" not in message.lower()
    assert np.isfinite(ogive.fit(table, "HG", alpha=0.01).coef).all()
    assert "NV" not in by_name(ogive.fit(table, "HG", exclude="NV"))


def test_separation_names_labels_levels_and_many_rules():
    rng = np.random.default_rng(0)
    n = 400
    place = rng.choice(["north", "south", "east"], n)
    x = rng.normal(size=n)
    x[rng.random(n) < 0.1] = np.nan
    bought = np.where(rng.random(n) < 0.5, "yes", "no")
    bought[place == "east"] = "no"
    bought[np.isnan(x)] = "yes"
    place[np.isnan(x)] = "south"
    with pytest.raises(ogive.SeparationError) as caught:
        ogive.fit({"place": place, "x": x, "z": rng.normal(size=n), "bought": bought}, "bought")
    message = str(caught.value)
    assert "place = east" in message
    assert "all bought = no" in message
    assert "x is missing" in message
    assert "all bought = yes" in message


def test_columns_that_determine_each_other_are_left_out_and_named():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 300))
    y = (rng.random(300) < sigmoid(a - b)).astype(int)
    model = ogive.fit({"a": a, "b": b, "total": a + b, "twice": 2 * a, "y": y}, "y")
    without = ogive.fit({"a": a, "b": b, "y": y}, "y")
    reasons = {left.name: left.reason for left in model.record.summary.left_out}
    assert reasons == {"total": "determined by a and b", "twice": "determined by a"}
    np.testing.assert_array_equal(model.coef, without.coef)
    assert model.evaluation.auc.value == pytest.approx(without.evaluation.auc.value)


def test_few_gaps_of_one_outcome_get_no_column():
    """Their coefficient would be infinite; the median stands for them, and the reason is told."""
    rng = np.random.default_rng(5)
    x, z = rng.normal(size=(2, 300))
    y = (rng.random(300) < sigmoid(x)).astype(int)
    gaps = np.flatnonzero(y == 0)[:8]
    x[gaps] = np.nan
    filled = np.where(np.isnan(x), np.nanmedian(x), x)
    model, plain = (ogive.fit({"x": v, "z": z, "y": y}, "y", folds=0) for v in (x, filled))
    (left,) = model.record.summary.left_out
    assert (left.name, left.reason) == ("x: missing", "its 8 rows all have y = 0")
    assert model.record.summary.predictors[0].treatment == "median"
    np.testing.assert_array_equal(model.coef, plain.coef)
    mixed = np.concatenate([gaps[:7], np.flatnonzero(y == 1)[:1]])
    x = filled.copy()
    x[mixed] = np.nan
    assert "x: missing" in by_name(ogive.fit({"x": x, "z": z, "y": y}, "y", folds=0))


def test_levels_that_others_determine_are_no_news_at_prediction():
    rng = np.random.default_rng(2)
    net = rng.choice(["none", "slow", "fast"], 500)
    backup = np.where(net == "none", "no net", rng.choice(["yes", "no"], 500))
    y = (rng.random(500) < np.where(net == "fast", 0.6, 0.3)).astype(int)
    table = {"net": net, "backup": backup, "y": y}
    model = ogive.fit(table, "y")
    assert [left.name for left in model.record.summary.left_out] == ["backup: no net"]
    predicted = model.predict(table)
    assert predicted.notes == ()
    # The fit is a saturated one but for the interaction: shares by group of `net` are met exactly.
    for level in ("none", "slow", "fast"):
        group = net == level
        assert predicted.probability[group].mean() == pytest.approx(y[group].mean(), abs=1e-9)


def test_a_target_of_many_codes_takes_several_as_positive(shared_data):
    names = ["age", "sex", "cp", "trestbps", "chol", "fbs", "restecg"]
    names += ["thalach", "exang", "oldpeak", "slope", "ca", "thal", "num"]
    model = ogive.fit(
        shared_data / "clinical" / "heart_cleveland.data",
        "num",
        positive=[1, 2, 3, 4],
        columns=names,
        na_values="?",
    )
    assert model.record.summary.outcome.events == 139
    assert model.record.summary.outcome.positive == "1, 2, 3 or 4"


def test_rows_without_outcome_are_left_out_and_counted(heart_table):
    outcome = heart_table["disease"].to_pylist()
    outcome[5] = outcome[17] = None
    place = heart_table.column_names.index("disease")
    model = ogive.fit(heart_table.set_column(place, "disease", pa.array(outcome)), "disease", folds=0)
    source = model.record.summary.source
    assert (source.rows, source.dropped, source.reason) == (303, 2, "no value of disease")


def test_refits_are_made_only_while_they_are_cheap(heart_model, heart_table):
    """By count of operations, so that the answer is the same on every machine."""
    assert {t.estimate.method for t in heart_model.terms} == {"profile likelihood"}
    assert {t.method for t in heart_model.tests} == {"likelihood ratio"}
    wald = ogive.fit(heart_table, "disease", inference="wald")
    assert {t.estimate.method for t in wald.terms} == {"Wald"}
    assert wald.tests[0].term == "all terms"
    assert {t.method for t in wald.tests[1:]} == {"Wald"}
    assert not any("stand in" in notice.sentence for notice in wald.record.summary.notices)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60_000, 30))
    y = (rng.random(60_000) < sigmoid(x[:, 0])).astype(int)
    big = ogive.fit({**{f"x{j}": x[:, j] for j in range(30)}, "y": y}, "y", folds=2)
    assert {t.estimate.method for t in big.terms} == {"Wald"}
    assert any(
        "stand in" in n.sentence and "--inference full" in n.remedy for n in big.record.summary.notices
    )


def test_few_events_are_warned_of_first():
    rng = np.random.default_rng(7)
    table = {f"x{j}": rng.normal(size=60) for j in range(8)}
    table["y"] = (rng.random(60) < 0.3).astype(int)
    model = ogive.fit(table, "y")
    first = model.record.summary.notices[0]
    assert first.level == "caution"
    assert "too few" in first.sentence


def test_median_imputation_is_said_to_flatter_standard_errors(heart_model):
    sentences = [f"{n.sentence} {n.cause}" for n in heart_model.record.summary.notices]
    assert any("too small" in text and "ca (4)" in text for text in sentences)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"alpha": -1.0}, "alpha is -1"),
        ({"alpha": math.nan}, "alpha is nan"),
        ({"folds": 1}, "folds is 1"),
        ({"threshold": 1.5}, "threshold is 1.5"),
        ({"level": 1.0}, "level is 1"),
        ({"inference": "fast"}, "inference is fast"),
        ({"bootstrap": 3}, "bootstrap is 3"),
        ({"seed": -1}, "seed is -1"),
        ({"groups": "sex", "time": "age"}, "both were given"),
    ],
)
def test_options_are_checked_before_reading(option, words):
    with pytest.raises(ogive.InputError, match=words):
        ogive.fit("does-not-exist.csv", "y", **option)


def test_options_given_are_kept_with_the_model(heart_table):
    model = ogive.fit(heart_table, "disease", exclude=["ca", "thal"], folds=3, seed=9)
    kept = model.record.summary.provenance
    assert kept.options == {"target": "disease", "exclude": "ca, thal", "folds": "3", "seed": "9"}
    assert set(kept.versions) == {"ogive", "numpy"}
    assert Options(target="y").given() == {"target": "y"}


def test_terms_become_arrow_pandas_and_polars(heart_model):
    arrow = heart_model.terms.to_arrow()
    assert arrow.num_rows == 20
    assert {"name", "estimate", "estimate_low", "estimate_high", "se", "p"} <= set(arrow.column_names)
    assert pl.DataFrame(heart_model.terms).shape == arrow.shape
    assert list(pd.DataFrame.from_arrow(heart_model.terms).columns) == arrow.column_names
    assert "thal: reversible defect" in repr(heart_model.terms)


def test_the_model_shows_itself(heart_model):
    text = repr(heart_model)
    for words in ("Read heart.csv: 303 rows", "certified", "AUC", "odds ratio", "slope"):
        assert words in text
    assert "thal: fixed defect" in heart_model.summary()
    assert "<table" in heart_model._repr_html_()
    assert "<pre>" in heart_model.terms._repr_html_()
    assert heart_model.to_html().lstrip().lower().startswith("<!doctype html")


def test_progress_is_told_in_words(heart_table):
    said = []
    ogive.fit(heart_table, "disease", progress=said.append)
    assert said[0] == "Reading the table"
    assert "Evaluating on fold 5 of 5" in said


def test_the_bundled_path_is_read_as_any_other(heart_model):
    assert heart_model.record.summary.source.name == heart_path().name


def test_thousands_of_levels_are_fitted_without_a_covariance():
    rng = np.random.default_rng(0)
    level = rng.integers(0, 2500, 12_000)
    x = rng.normal(size=12_000)
    y = (rng.random(12_000) < sigmoid(x)).astype(int)
    table = {"x": x, "level": np.char.add("L", level.astype(str)), "y": y}
    model = ogive.fit(table, "y", alpha=1e-3, folds=2, categories="level")
    assert len(model.coef) > 2000
    assert model.covariance is None
    assert model.predict(table).low is None
    assert model.evaluation.auc.low > 0.55
