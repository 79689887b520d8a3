"""Invariances: what must not change an encoding, whatever the table."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive import InputError
from ogive.data import Encoding, encode, infer_schema, learn_encoding, load_columns, read_table

quick = settings(max_examples=60)

VALUES = {
    "number": st.one_of(st.none(), st.floats(-1e6, 1e6), st.just(float("nan"))),
    "whole": st.one_of(st.none(), st.integers(-3, 12)),
    "text": st.one_of(st.none(), st.sampled_from(["a", "b", "B", "c d", "7", ""])),
    "flag": st.one_of(st.none(), st.booleans()),
    "date": st.one_of(st.none(), st.dates()),
}


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    n = draw(st.integers(4, 40))
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5))
    columns: dict[str, Any] = {
        f"{kind} {j}": draw(st.lists(VALUES[kind], min_size=n, max_size=n)) for j, kind in enumerate(kinds)
    }
    columns["steady"] = [0.25 + i % 3 for i in range(n)]
    columns["y"] = [i % 2 for i in range(n)]
    return pa.table(columns)


def learnt(table: Any, rows: Any = None, weights: Any = None) -> tuple[Encoding, np.ndarray]:
    """Return the encoding, and the design as an array with its columns in order of their names."""
    table = read_table(table)
    schema = infer_schema(table, target="y")
    columns = load_columns(table, schema)
    encoding = learn_encoding(schema, columns, rows, weights)
    design = encode(columns, encoding)
    cells = [design.column(j) for j in np.argsort(encoding.column_names)]
    return encoding, np.column_stack(cells) if cells else np.empty((table.num_rows, 0))


def terms(encoding: Encoding) -> dict[str, Any]:
    return {term.name: term for term in encoding.terms}


@quick
@given(tables(), st.integers(1, 7))
def test_chunks_change_nothing(table: pa.Table, size: int) -> None:
    encoding, cells = learnt(table)
    again, same = learnt(table.to_batches(max_chunksize=size))
    assert again == encoding
    assert np.array_equal(same, cells)


@quick
@given(tables(), st.randoms(use_true_random=False))
def test_row_order_changes_nothing(table: pa.Table, random: Any) -> None:
    order = list(range(table.num_rows))
    random.shuffle(order)
    encoding, cells = learnt(table)
    again, same = learnt(table.take(order))
    assert again == encoding
    assert np.array_equal(same, cells[order])


@quick
@given(tables(), st.randoms(use_true_random=False))
def test_column_order_changes_nothing_but_which_of_two_equal_indicators_stays(
    table: pa.Table, random: Any
) -> None:
    names = table.column_names
    random.shuffle(names)
    encoding, cells = learnt(table)
    again, same = learnt(table.select(names))
    ours, theirs = terms(encoding), terms(again)
    assert ours.keys() == theirs.keys()
    assert all(ours[name].numbers == theirs[name].numbers for name in ours)
    assert all(ours[name].reference == theirs[name].reference for name in ours)
    assert cells.shape == same.shape
    if not any(term.dropped for term in encoding.terms):
        assert again.terms == tuple(theirs[name] for name in names if name in theirs)
        assert np.array_equal(same, cells)


@quick
@given(tables(), st.data())
def test_rows_held_out_teach_nothing(table: pa.Table, data: st.DataObject) -> None:
    """Values planted in the held-out rows change neither what is learnt nor how training rows are encoded."""
    n = table.num_rows
    rows = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    schema = infer_schema(read_table(table), target="y")
    columns = load_columns(read_table(table), schema)
    before = learn_encoding(schema, columns, rows)
    design = encode(columns, before)
    cells = [design.column(j)[rows] for j in range(design.shape[1])]
    columns.numbers[~rows] = np.where(np.isnan(columns.numbers[~rows]), np.nan, 1e300)
    for name, codes in columns.codes.items():
        codes[~rows] = data.draw(st.integers(-1, len(schema.column(name).levels)))
    after = learn_encoding(schema, columns, rows)
    assert after == before
    design = encode(columns, after)
    assert all(np.array_equal(design.column(j)[rows], cell) for j, cell in enumerate(cells))


@quick
@given(tables(), st.data())
def test_a_weight_is_the_row_that_many_times(table: pa.Table, data: st.DataObject) -> None:
    n = table.num_rows
    weights = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n).filter(any))
    schema = infer_schema(read_table(table), target="y")
    weighted = learn_encoding(schema, load_columns(read_table(table), schema), None, np.array(weights, float))
    repeated = read_table(table.take(np.repeat(np.arange(n), weights)))
    assert weighted == learn_encoding(schema, load_columns(repeated, schema))


@quick
@given(st.lists(st.text(alphabet="ab1.,;\t\"' é\n", max_size=6), min_size=1, max_size=12))
def test_any_text_is_read_or_refused_with_a_message(lines: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
        try:
            rows = read_table("-").num_rows
        except InputError as error:
            rows = len(error.remedies)
        assert rows > 0
