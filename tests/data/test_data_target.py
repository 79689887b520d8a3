"""The outcome, and the weights, offsets, groups and times that rows carry."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

from ogive import InputError
from ogive.data import (
    Schema,
    group_codes,
    infer_schema,
    offset_vector,
    read_table,
    target_vector,
    time_vector,
    usable_rows,
    weights_vector,
)


def study(y: list[Any], positive: Any = None, **options: Any) -> tuple[Any, Schema]:
    table = read_table({"x": np.linspace(0.5, 1.5, len(y)), "y": y, **options.pop("more", {})})
    return table, infer_schema(table, target="y", positive=positive, **options)


@pytest.mark.parametrize(
    ("y", "positive", "expected"),
    [
        ([0, 1, 1], None, [0, 1, 1]),
        ([0.0, 1.0, 1.0], 1, [0, 1, 1]),
        ([0, 1, 1], 0, [1, 0, 0]),
        ([-1, 1, 1], None, [0, 1, 1]),
        ([False, True, True], None, [0, 1, 1]),
        ([False, True, True], "true", [0, 1, 1]),
        ([False, True, True], True, [0, 1, 1]),
        (["No", "yes", "yes"], None, [0, 1, 1]),
        (["present", "absent", "present"], None, [1, 0, 1]),
        (["good", "bad", "bad"], "bad", [0, 1, 1]),
        ([1, 2, 2], "2", [0, 1, 1]),
        ([0, 3, 1, 4], ["1", "3", "4"], [0, 1, 1, 1]),
        ([0, 3, 1, 4], "1, 3,4", [0, 1, 1, 1]),
        ([0, 3, 1, 4], [1.0, 3, 4], [0, 1, 1, 1]),
        (["a", "b, c", "a"], "b, c", [0, 1, 0]),
        ([1, 2, 2], np.int64(2), [0, 1, 1]),
        ([1, 2, 2], np.float32(2), [0, 1, 1]),
        (["good", "bad", "bad"], np.str_("bad"), [0, 1, 1]),
        ([False, True, True], np.bool_(False), [1, 0, 0]),
        ([0, 3, 1, 4], np.array([1, 3, 4]), [0, 1, 1, 1]),
    ],
)
def test_which_labels_are_positive(y: list[Any], positive: Any, expected: list[int]) -> None:
    table, schema = study(y, positive)
    assert target_vector(table, schema).tolist() == expected
    assert schema.target.events == sum(expected)
    assert schema.target.prevalence == pytest.approx(np.mean(expected))


def test_rows_without_an_outcome_are_dropped_and_counted() -> None:
    table, schema = study([1, None, 0, 1, None], more={"z": [9.5, 100.0, 1.5, 2.5, -7.0]})
    assert (schema.rows, schema.target.rows, schema.target.missing) == (3, 3, 2)
    assert (schema.column("z").low, schema.column("z").high) == (1.5, 9.5)
    table = usable_rows(table, schema)
    assert target_vector(table, schema).tolist() == [1, 0, 1]
    assert usable_rows(table, schema) is table


@pytest.mark.parametrize(
    ("y", "positive", "problem", "remedy"),
    [
        ([1, 1, 1], None, r"only one class: 1 \(3\)", "both outcomes"),
        ([None, None], None, "no value at all", "right column"),
        (["a", "b", "a"], None, r"two values, a \(2\), b \(1\), and neither is plainly", "--positive 'a'"),
        ([1, 2, 2], None, "neither is plainly the positive one", "--positive '2'"),
        ([0, 1, 2, 3], None, r"4 different values, 0 \(1\), 1 \(1\)", "--positive 1,2,3"),
        (list(range(100)), None, "100 different values", "threshold"),
        (["good", "bad"], "bed", "no value 'bed'; its values are bad", "did you mean 'bad'"),
        ([0, 1, 2], "1,9", "no value '9'", "positive"),
        ([0, 1], [0, 1], "all or none of the values", "name some"),
        ([0, 1], [], "all or none of the values", "name some"),
    ],
)
def test_outcomes_that_cannot_be_used(y: list[Any], positive: Any, problem: str, remedy: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        study(y, positive)
    assert remedy in "\n".join(caught.value.remedies)


def test_the_outcome_of_another_table() -> None:
    _, schema = study(["No", "Yes", "No"])
    assert target_vector(read_table({"y": ["Yes", "No"]}), schema).tolist() == [1, 0]
    assert target_vector(read_table({"y": [True, False]}), schema).tolist() == [1, 0]
    assert target_vector(read_table({"y": [1, 0]}), schema).tolist() == [1, 0]
    with pytest.raises(InputError, match="has 'maybe'; expected 'No', 'Yes'"):
        target_vector(read_table({"y": ["Yes", "maybe"]}), schema)
    with pytest.raises(InputError, match="has missing values"):
        target_vector(read_table({"y": ["Yes", None]}), schema)
    with pytest.raises(InputError, match="no column 'y'"):
        usable_rows(read_table({"yy": [1]}), schema)


def test_weights_and_offset() -> None:
    table, schema = study([0, 1, 1], weights="w", offset="o", more={"w": [1, 0, 2], "o": [0.5, -1.0, 0.0]})
    weights, offset = weights_vector(table, schema), offset_vector(table, schema)
    assert weights is not None
    assert offset is not None
    assert weights.tolist() == [1, 0, 2]
    assert offset.tolist() == [0.5, -1, 0]
    plain, without = study([0, 1, 1])
    assert weights_vector(plain, without) is None
    assert offset_vector(plain, without) is None


@pytest.mark.parametrize(
    ("w", "problem"),
    [
        ([1.0, -2.0, -1.0], r"negative in 2 rows, first in row 2 \(-2\)"),
        ([1.0, None, 1.0], "missing or infinite in 1 rows, first in row 2"),
        ([1.0, 1.0, float("inf")], "missing or infinite in 1 rows, first in row 3"),
        ([0, 0, 0], "all weights 'w' are zero"),
        (["1", "2", "x"], "must hold numbers, but row 3 of the data holds 'x'"),
    ],
)
def test_weights_that_cannot_be_used(w: list[Any], problem: str) -> None:
    table, schema = study([0, 1, 1], weights="w", more={"w": w})
    with pytest.raises(InputError, match=problem):
        weights_vector(table, schema)


def test_groups_and_time() -> None:
    days = [datetime.date(1970, 1, 3), datetime.date(1970, 1, 1), datetime.date(1970, 1, 2)]
    table, schema = study([0, 1, 1], groups="g", time="t", more={"g": ["b", "a", "b"], "t": days})
    groups, time = group_codes(table, schema), time_vector(table, schema)
    assert groups is not None
    assert time is not None
    assert groups.tolist() == [1, 0, 1]
    assert time.tolist() == [2, 0, 1]
    table, schema = study(
        [0, 1, 1], time="t", more={"t": ["1970-01-03", "1970-01-01T12:00", "1970-01-02 06:00:00"]}
    )
    assert np.array_equal(time_vector(table, schema), [2, 0.5, 1.25])  # type: ignore[arg-type]
    table, schema = study([0, 1, 1], groups="g", more={"g": ["b", None, "b"]})
    with pytest.raises(InputError, match="group 'g' is missing in 1 rows"):
        group_codes(table, schema)
    table, schema = study([0, 1, 1], time="t", more={"t": [3.5, None, 1.0]})
    with pytest.raises(InputError, match="time 't' is missing in 1 rows"):
        time_vector(table, schema)
