"""Raw columns, what is learnt from training rows, and the design matrix of any table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ogive import InputError
from ogive._base import decode
from ogive._base import encode as to_json
from ogive.data import (
    Columns,
    Design,
    Encoding,
    Schema,
    encode,
    fingerprint,
    infer_schema,
    learn_encoding,
    load_columns,
    read_table,
    table_notes,
)

TRAINING: dict[str, list[Any]] = {
    "age": [50.5, 60.0, None, 40.0, 45.0, 55.0, 65.0, 70.0],
    "dose": [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5],
    "site": ["b", "a", "b", None, "c", "b", "a", "b"],
    "smoker": ["no", "yes", "yes", "yes", "no", "yes", "yes", "yes"],
    "stage": [2, 2, 1, 1, 2, 3, 2, 3],
    "y": [0, 1, 0, 1, 0, 1, 0, 1],
}


def fitted() -> tuple[Schema, Encoding]:
    table = read_table(TRAINING)
    schema = infer_schema(table, target="y")
    return schema, learn_encoding(schema, load_columns(table, schema))


def matrix(design: Design) -> list[list[float]]:
    return [design.column(j).tolist() for j in range(design.shape[1])]


def applied(new: dict[str, list[Any]], **options: Any) -> tuple[Columns, dict[str, list[float]], Any]:
    schema, encoding = fitted()
    columns = load_columns(read_table(new), schema, **options)
    cells = dict(zip(encoding.column_names, matrix(encode(columns, encoding)), strict=True))
    return columns, cells, table_notes(columns, encoding)


def new_rows(**changed: Any) -> dict[str, list[Any]]:
    rows = {name: values[:3] for name, values in TRAINING.items() if name != "y"}
    return {name: values for name, values in (rows | changed).items() if values is not None}


def test_the_design_of_the_training_table() -> None:
    schema, encoding = fitted()
    columns = load_columns(read_table(TRAINING), schema)
    cells = dict(zip(encoding.column_names, matrix(encode(columns, encoding)), strict=True))
    assert cells == {
        "age": [50.5, 60, 55, 40, 45, 55, 65, 70],  # 55 is the median of the others
        "dose": TRAINING["dose"],
        "age: missing": [0, 0, 1, 0, 0, 0, 0, 0],
        "site: a": [0, 1, 0, 0, 0, 0, 1, 0],  # b is the most frequent level
        "site: c": [0, 0, 0, 0, 1, 0, 0, 0],
        "site: missing": [0, 0, 0, 1, 0, 0, 0, 0],
        "smoker: yes": [0, 1, 1, 1, 0, 1, 1, 1],  # of a boolean, the false level is the reference
        "stage: 1": [0, 0, 1, 1, 0, 0, 0, 0],
        "stage: 3": [0, 0, 0, 0, 0, 1, 0, 1],
    }
    assert {name: places.tolist() for name, places in encoding.term_columns.items()} == {
        "age": [0, 2],
        "dose": [1],
        "site": [3, 4, 5],
        "smoker": [6],
        "stage": [7, 8],
    }
    assert encoding.term("stage").reference == "2"
    assert decode(to_json(encoding), Encoding) == encoding


def test_numbers_are_not_copied() -> None:
    schema, encoding = fitted()
    columns = load_columns(read_table(TRAINING), schema)
    assert columns.numbers.flags.f_contiguous
    assert encode(columns, encoding).blocks[0].values is columns.numbers  # type: ignore[union-attr]


def test_reordered_and_extra_columns_change_nothing() -> None:
    _, plain, _ = applied(new_rows())
    backwards = dict(reversed(new_rows(colour=["red", "green", "red"]).items()))
    _, same, notes = applied(backwards)
    assert same == plain
    assert notes.extra == ("colour",)


def test_unseen_levels_are_as_the_reference_and_counted() -> None:
    _, cells, notes = applied(new_rows(site=["z", "a", "z"], stage=[9, 1, 2]))
    assert [cells["site: a"], cells["site: c"], cells["site: missing"]] == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert notes.unseen == {"site": {"z": 2}, "stage": {"9": 1}}


def test_missing_values_that_training_never_had_are_filled_and_counted() -> None:
    _, cells, notes = applied(new_rows(dose=[None, float("nan"), 99.0], smoker=["yes", None, "no"]))
    assert cells["dose"] == [5.0, 5.0, 99.0]
    assert cells["smoker: yes"] == [1, 0, 0]
    assert notes.filled == {"dose": 2, "smoker": 1}
    assert notes.missing == {"age": 1}
    assert notes.outside == {"dose": 1}


def test_labels_match_however_they_are_written() -> None:
    _, plain, _ = applied(new_rows())
    _, same, notes = applied(
        new_rows(stage=["2", "2.0", " 1"], smoker=[False, True, True], site=["b ", "a", "b"])
    )
    assert same == plain
    assert notes.unseen == {}


def test_columns_that_are_not_there() -> None:
    with pytest.raises(InputError) as caught:
        applied(new_rows(dose=None, Doses=[1.0, 2.0, 3.0], site=None))
    assert (
        "no columns 'dose' (number, in the training table 1.5 – 8.5), 'site' (category"
        in caught.value.problem
    )
    assert "columns that look alike: 'Doses'" in caught.value.remedies
    assert "use --rename Doses=dose, or --missing dose to predict with it missing" in caught.value.remedies
    _, cells, _ = applied(new_rows(dose=None, Doses=[1.0, 2.0, 3.0]), rename={"Doses": "dose"})
    assert cells["dose"] == [1, 2, 3]
    _, cells, notes = applied(new_rows(dose=None, site=None), missing=["dose", "site"])
    assert (cells["dose"], cells["site: missing"]) == ([5, 5, 5], [1, 1, 1])
    assert (notes.filled, notes.missing) == ({"dose": 3}, {"age": 1, "site": 3})
    with pytest.raises(InputError, match="no column 'Dose' to rename"):
        applied(new_rows(), rename={"Dose": "dose"})
    with pytest.raises(InputError, match="no term 'colour' to treat as missing"):
        applied(new_rows(), missing="colour")


def test_values_that_cannot_be_used() -> None:
    with pytest.raises(InputError, match="'dose' must hold numbers, but row 3 of the data holds 'high'"):
        applied(new_rows(dose=["1.5", " 2", "high"]))
    with pytest.raises(InputError, match="'dose' is infinite in 1 rows, first in row 2"):
        applied(new_rows(dose=[1.0, float("-inf"), 2.0]))
    _, cells, _ = applied(new_rows(dose=["1.5", " 2", "3e0"]))
    assert cells["dose"] == [1.5, 2, 3]


def test_constant_and_repeated_columns_are_dropped_with_the_reason() -> None:
    table = read_table(
        {
            "a": [1.5, None, 2.5, 3.5],
            "b": [7.0, None, 7.0, 7.0],
            "c": ["u", None, "v", "u"],
            "d": ["x", "x", "x", "z"],
            "y": [0, 1, 0, 1],
        }
    )
    schema = infer_schema(table, target="y", categories=["d"])
    columns = load_columns(table, schema)
    encoding = learn_encoding(schema, columns)
    assert encoding.column_names == ("a", "a: missing", "c: v", "d: z")
    assert encoding.term("b").dropped == {
        "b": "constant in the training rows",
        "b: missing": "missing in the same rows as 'a'",
    }
    assert encoding.term("c").dropped == {"c: missing": "missing in the same rows as 'a'"}
    first = learn_encoding(schema, columns, np.array([True, True, True, False]))
    assert first.column_names == ("a", "a: missing", "c: v")
    assert first.term("d").dropped == {"d": "constant in the training rows"}
    notes = table_notes(columns, first)
    assert notes.unseen == {"d": {"z": 1}}
    assert encode(columns, first).shape == (4, 3)


def test_what_training_rows_lack_has_no_column() -> None:
    schema, _ = fitted()
    columns = load_columns(read_table(TRAINING), schema)
    rows = np.array([True, True, False, False, False, True, True, True])
    encoding = learn_encoding(schema, columns, rows)
    cells = dict(zip(encoding.column_names, matrix(encode(columns, encoding)), strict=True))
    assert list(cells) == ["age", "dose", "site: a", "smoker: yes", "stage: 3"]
    assert cells["age"][2] == 60.0  # the median of the training rows alone
    assert cells["site: a"] == [0, 1, 0, 0, 0, 0, 1, 0]


def test_the_fingerprint_depends_on_content_alone() -> None:
    schema, _ = fitted()
    table = read_table(TRAINING)
    y = np.array(TRAINING["y"], float)
    print_ = fingerprint(load_columns(table, schema), y)
    chunked = read_table(table.to_batches(max_chunksize=3))
    assert fingerprint(load_columns(chunked, schema), y) == print_
    assert fingerprint(load_columns(table, schema), None) != print_
    changed = read_table(TRAINING | {"dose": [*TRAINING["dose"][:-1], 8.6]})
    assert fingerprint(load_columns(changed, schema), y) != print_


def test_ten_thousand_levels_are_not_expanded(tmp_path: Path) -> None:
    n = 60_000
    levels = np.char.add("level ", (np.arange(n) % 10_000).astype(str))
    table = read_table({"many": levels, "x": np.arange(n) / 7, "y": np.arange(n) % 2})
    schema = infer_schema(table, target="y")
    columns = load_columns(table, schema)
    design = encode(columns, learn_encoding(schema, columns))
    assert design.shape == (n, 10_000)
    assert [block.rows for block in design.blocks] == [n, n]
    assert design.blocks[1].codes.nbytes == 4 * n  # type: ignore[union-attr]
