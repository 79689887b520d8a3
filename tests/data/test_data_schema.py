"""The rules by which a column is a number, a boolean, a category or a date, and by which it is left out."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

from ogive import InputError
from ogive.data import Column, infer_schema, read_table

N = 300


def column_of(values: Any, name: str = "x", **options: Any) -> Column:
    """What one column is, beside a term and a target that are plain."""
    table = {name: values, "other": np.linspace(0.1, 2.2, len(values)), "y": np.arange(len(values)) % 2}
    return infer_schema(read_table(table), target="y", **options).column(name)


def repeat(*values: Any) -> list[Any]:
    return [values[i % len(values)] for i in range(N)]


@pytest.mark.parametrize(
    ("values", "kind", "levels"),
    [
        (np.linspace(0, 1, N), "number", ()),
        (repeat(0, 1), "boolean", ("0", "1")),
        (repeat(1.0, 0.0, None), "boolean", ("0", "1")),
        (repeat(True, False), "boolean", ("false", "true")),
        (repeat("Yes", "No"), "boolean", ("No", "Yes")),
        (repeat("b", "a", " a"), "category", ("a", "b")),
        (repeat("10", "9", "x"), "category", ("9", "10", "x")),
        (repeat(2, 1), "category", ("1", "2")),
        (repeat(3.0, 7.0, 6.0, np.nan), "category", ("3", "6", "7")),
        (repeat(1, 2, 3, 4, 5), "category", ("1", "2", "3", "4", "5")),
        (repeat(0, 1, 2, 1, 3), "category", ("0", "1", "2", "3")),  # 1 is more frequent than 0: no count
        (repeat(0, 0, 0, 1, 1, 2, 3), "number", ()),  # a count: each value rarer than the one before
        (repeat(1, 2, 3, 4, 5, 6), "number", ()),  # more than five values
        (repeat(5, 6, 7, 8), "number", ()),  # four values that begin at neither 0 nor 1
        (repeat(10, 20, 30), "number", ()),  # not single digits
        (repeat(-1, 0, 1), "number", ()),
        (repeat(1.5, 2.0), "number", ()),
    ],
)
def test_numbers_codes_and_text(values: Any, kind: str, levels: tuple[str, ...]) -> None:
    column = column_of(values)
    assert (column.role, column.kind, column.levels) == ("term", kind, levels)


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("x", [None] * N, "every value is missing"),
        ("x", ["  "] * N, "every value is missing"),
        ("x", [3.0] * N, "constant: always 3"),
        ("x", ["a"] * N, "constant: always 'a'"),
        ("x", np.arange(1, N + 1), "all 300 values differ"),
        ("rownames", np.arange(5, 5 + N), "all 300 values differ"),
        ("patientID", np.random.default_rng(0).permutation(N) * 17, "all 300 values differ"),
        ("patientID", np.arange(N) // 3, "named like an identifier, with 100 different values"),
        ("site_id", [f"s{i % 30}" for i in range(N)], "named like an identifier, with 30 different values"),
        ("x", [f"name {i}" for i in range(N)], "looks like an identifier: all 300 texts differ"),
        ("x", [f"name {i // 2}" for i in range(N)], "looks like free text or names: 150 different texts"),
        ("x", [[1, 2]] * N, "neither a number, text nor a date"),
        ("x", [datetime.date(2024, 1, 31)] * N, "constant: always the same date"),
    ],
)
def test_what_is_left_out_and_why(name: str, values: Any, reason: str) -> None:
    column = column_of(values, name)
    assert column.role == "left out"
    assert reason in column.reason


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("x", np.arange(1, 101), "number"),  # a hundred hours are no row numbers
        ("year", np.arange(1700, 1700 + N), "number"),
        ("income", np.random.default_rng(0).permutation(N) * 17, "number"),
        ("site_id", np.arange(N) % 6 + 10, "category"),
        ("paid", np.arange(N) * 7, "number"),  # "id" is no word of its own here
        ("x", [str(i / 7) for i in range(N)], "number"),  # numbers written as text
        ("flag", ["Y", None] * (N // 2), "category"),  # missing tells something
    ],
)
def test_what_is_kept(name: str, values: Any, kind: str) -> None:
    column = column_of(values, name)
    assert (column.role, column.kind) == ("term", kind)


def test_people_overrule_the_rules() -> None:
    assert column_of(repeat(1, 2, 3), numbers="x").kind == "number"
    assert column_of(repeat("1", "2", "3"), numbers=["x"]).high == 3.0
    assert column_of(np.arange(N) % 40, categories="x").levels[:3] == ("0", "1", "2")
    assert column_of(np.arange(1, N + 1), numbers="x").role == "term"
    assert len(column_of([f"name {i}" for i in range(N)], categories="x").levels) == N
    assert column_of([datetime.date(2024, 1, 1 + i % 9) for i in range(N)], categories="x").kind == "category"
    with pytest.raises(InputError, match="column 'x' must hold numbers, but row 2 of the data holds 'b'"):
        column_of(repeat("1", "b"), numbers="x")


def test_dates_become_the_numbers_that_their_range_can_tell_apart() -> None:
    start = datetime.datetime(2020, 1, 1)
    hours = column_of([start + datetime.timedelta(hours=i / 30) for i in range(N)])
    months = column_of([(start + datetime.timedelta(days=i)).date() for i in range(N)])
    years = column_of([str((start + datetime.timedelta(days=3 * i)).date()) for i in range(N)])
    assert hours.parts == ("days", "day sine", "day cosine")
    assert months.parts == ("days", "weekend")
    assert years.parts == ("days", "year sine", "year cosine", "weekend")
    assert years.span == "2020-01-01 – 2022-06-16"


def test_roles_are_taken_from_names() -> None:
    rng = np.random.default_rng(1)
    names = ("w", "o", "g", "t", "who", "junk", "x", "y")
    table = {name: rng.normal(size=N).tolist() for name in names} | {"y": repeat(0, 1)}
    schema = infer_schema(
        read_table(table),
        target="y",
        weights="w",
        offset="o",
        groups="g",
        time="t",
        identifiers=["who"],
        exclude="junk",
    )
    assert [column.role for column in schema.columns] == [
        "weights",
        "offset",
        "group",
        "time",
        "identifier",
        "left out",
        "term",
        "target",
    ]
    assert schema.identifiers == ("who",)
    assert schema.name_of("weights") == "w"
    assert schema.column("junk").reason == "excluded by request"


def test_names_that_are_wrong() -> None:
    table = read_table({"age": repeat(1.5, 2.5, 3.5), "sex": repeat("m", "f"), "y": repeat(0, 1)})
    with pytest.raises(InputError, match=r"no column 'outcome' \(named as target\)(.|\n)*its columns: 'age'"):
        infer_schema(table, target="outcome")
    with pytest.raises(InputError, match=r"no column 'Agee' \(named as excluded\)(.|\n)*did you mean 'age'"):
        infer_schema(table, target="y", exclude="Agee")
    with pytest.raises(InputError, match="'age' is named both as weights and as left out"):
        infer_schema(table, target="y", weights="age", exclude="age")
    with pytest.raises(InputError, match="no column left to predict 'y' from"):
        infer_schema(table, target="y", exclude=["age", "sex"])


def test_infinite_values_are_refused_where_they_would_be_used() -> None:
    values = np.where(np.arange(N) % 100 == 7, np.inf, np.arange(N) / 7)
    with pytest.raises(InputError, match="column 'x' is infinite in 3 rows, first in row 8"):
        column_of(values)
    assert column_of(values, exclude="x").role == "left out"
