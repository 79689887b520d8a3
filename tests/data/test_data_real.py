"""Real public tables, read as they were published: each becomes a design matrix without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ogive._base import decode
from ogive._base import encode as to_json
from ogive.data import (
    Schema,
    encode,
    infer_schema,
    learn_encoding,
    load_columns,
    read_table,
    table_notes,
    target_vector,
    usable_rows,
)

HEART: dict[str, Any] = {
    "columns": [
        "age",
        "sex",
        "cp",
        "trestbps",
        "chol",
        "fbs",
        "restecg",
        "thalach",
        "exang",
        "oldpeak",
        "slope",
        "ca",
        "thal",
        "num",
    ],
    "na_values": "?",
}
GERMAN = [*(f"a{i}" for i in range(1, 21)), "bad"]
CRITEO = ["y", *(f"i{k}" for k in range(13)), *(f"c{k}" for k in range(26))]

# file, how to read it, target and positive class, events and rows (as published, or counted by the csv module)
TABLES: list[tuple[str, dict[str, Any], str, Any, int, int]] = [
    ("clinical/heart_cleveland.data", HEART, "num", "1,2,3,4", 139, 303),
    ("clinical/heart_hungarian.data", HEART, "num", None, 106, 294),
    ("clinical/haberman.csv", {"columns": ["age", "year", "nodes", "status"]}, "status", 2, 81, 306),
    ("clinical/endometrial.csv", {}, "HG", None, 30, 79),
    ("clinical/birthwt.csv", {}, "low", None, 59, 189),
    ("clinical/breast_cancer_biopsy.csv", {}, "class", "malignant", 241, 699),
    ("clinical/breast_cancer_wdbc.csv", {}, "target", 0, 212, 569),
    ("clinical/covid19_wuhan_375_timeseries.csv", {}, "outcome", None, 2905, 6120),
    ("clinical/hl_glow500.csv", {}, "fracture", None, 125, 500),
    ("clinical/hl_icu.csv", {}, "sta", "Died", 40, 200),
    ("clinical/hl_lowbwt.csv", {}, "low", "< 2500 g", 59, 189),
    ("clinical/toenail.csv", {}, "outcome", "moderate or severe", 408, 1908),
    ("clinical/wcgs.csv", {}, "chd", None, 257, 3154),
    ("clinical/gusto.parquet", {}, "day30", None, 2851, 40830),
    ("credit/german.data", {"columns": GERMAN}, "bad", 2, 300, 1000),
    ("credit/german_numeric.data", {"columns": [*(f"a{i}" for i in range(24)), "bad"]}, "bad", 2, 300, 1000),
    ("credit/give_me_some_credit.parquet", {}, "SeriousDlqin2yrs", None, 10026, 150000),
    ("credit/credit_scoring_belanche.csv", {}, "Status", "bad", 1254, 4454),
    ("credit/heloc.csv", {"na_values": ["-7", "-8", "-9"]}, "RiskPerformance", "Bad", 5459, 10459),
    ("credit/hmda_boston.csv", {}, "deny", None, 285, 2380),
    ("libsvm/adult_train.parquet", {"na_values": "?"}, "income", ">50K", 7841, 32561),
    ("imbalanced/telco_churn_IBM_SAMPLE.csv", {}, "Churn", None, 1869, 7043),
    ("imbalanced/mammography.csv", {"columns": list("abcdefy")}, "y", "'1'", 260, 11183),
    ("imbalanced/amazon_employee_access.csv", {}, "ACTION", None, 30872, 32769),
    ("calibration/compas_two_years.parquet", {}, "two_year_recid", None, 3251, 7214),
    ("ctr/ipinyou_train.csv", {}, "IsClick", None, 83, 2363),
    ("ctr/criteo_dac_first10800.tsv", {"columns": CRITEO}, "y", None, 2112, 10800),
]


@pytest.mark.parametrize(
    ("file", "reading", "target", "positive", "events", "rows"), TABLES, ids=lambda v: str(v)[:40]
)
def test_a_published_table_becomes_a_design(
    shared_data: Path, file: str, reading: dict[str, Any], target: str, positive: Any, events: int, rows: int
) -> None:
    if not (shared_data / file).exists():
        pytest.skip(f"{file} is not on this machine")
    table = read_table(shared_data / file, **reading)
    schema = infer_schema(table, target=target, positive=positive)
    assert (schema.target.events, table.num_rows) == (events, rows)
    table = usable_rows(table, schema)
    columns = load_columns(table, schema)
    encoding = learn_encoding(schema, columns)
    design = encode(columns, encoding)
    assert design.shape == (schema.rows, len(encoding.column_names))
    assert len(set(encoding.column_names)) == design.shape[1]
    assert target_vector(table, schema).sum() == events
    notes = table_notes(columns, encoding)
    assert (notes.unseen, notes.filled, notes.outside) == ({}, {}, {})
    sums = design.rmatvec(np.ones(schema.rows))
    assert np.isfinite(sums).all()


def heart(folder: Path) -> Schema:
    table = read_table(folder / "clinical/heart_cleveland.data", **HEART)
    return infer_schema(table, target="num", positive="1,2,3,4")


def test_the_cleveland_heart_file_as_published(shared_data: Path) -> None:
    """Counts are those that heart_disease_names.txt states: 303 rows, 164 without disease."""
    schema = heart(shared_data)
    kinds = {
        kind: [c.name for c in schema.terms if c.kind == kind] for kind in ("number", "boolean", "category")
    }
    assert kinds == {
        "number": ["age", "trestbps", "chol", "thalach", "oldpeak", "ca"],
        "boolean": ["sex", "fbs", "exang"],
        "category": ["cp", "restecg", "slope", "thal"],
    }
    assert schema.column("thal").levels == ("3", "6", "7")
    assert {c.name: c.missing for c in schema.terms if c.missing} == {"ca": 4, "thal": 2}
    assert (schema.rows, schema.target.events, schema.target.label) == (303, 139, "num = 1, 2, 3 or 4")
    assert schema.column("thalach").span == "71 – 202"
    assert schema.left_out == ()


def test_a_schema_survives_its_file(shared_data: Path) -> None:
    schema = heart(shared_data)
    assert decode(to_json(schema), Schema) == schema


def test_telco_churn_is_understood(shared_data: Path) -> None:
    schema = infer_schema(read_table(shared_data / "imbalanced/telco_churn_IBM_SAMPLE.csv"), target="Churn")
    assert [column.name for column in schema.left_out] == ["customerID"]
    assert schema.column("TotalCharges").missing == 11  # blanks in the file
    assert schema.column("TotalCharges").kind == "number"
    assert schema.column("OnlineBackup").levels == ("No", "No internet service", "Yes")


def test_a_model_of_one_hospital_reads_the_table_of_another(shared_data: Path) -> None:
    cleveland = read_table(shared_data / "clinical/heart_cleveland.data", **HEART)
    schema = infer_schema(cleveland, target="num", positive="1,2,3,4")
    encoding = learn_encoding(schema, load_columns(cleveland, schema))
    hungarian = read_table(shared_data / "clinical/heart_hungarian.data", **HEART)
    columns = load_columns(hungarian, schema)
    assert encode(columns, encoding).shape == (294, len(encoding.column_names))
    assert target_vector(hungarian, schema).sum() == 106
    notes = table_notes(columns, encoding)
    assert notes.missing == {"ca": 291, "thal": 266}
    assert notes.filled == {
        "trestbps": 1,
        "chol": 23,
        "fbs": 8,
        "restecg": 1,
        "thalach": 1,
        "exang": 1,
        "slope": 190,
    }
