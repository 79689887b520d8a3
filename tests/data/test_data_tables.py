"""Reading: every format, compression and in-memory table gives the same Arrow table."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from ogive.data import read_table

CSV = b"age,sex,ill\n63.5,m,1\n,f,0\n41,m,0\n"
ROWS: dict[str, list[Any]] = {"age": [63.5, None, 41.0], "sex": ["m", "f", "m"], "ill": [1, 0, 0]}


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.csv", CSV),
        ("t.CSV", CSV),
        ("t.tsv", CSV.replace(b",", b"\t")),
        ("t.txt", CSV.replace(b",", b"|")),
        ("semicolon.csv", CSV.replace(b",", b";").replace(b".", b",")),
        ("windows.csv", b"\xef\xbb\xbf" + CSV.replace(b"\n", b"\r\n")),
        ("t.data", b" age  sex ill\n63.5   m 1 \nNA f  0\n 41 m 0\n"),
        ("t.csv.gz", gzip.compress(CSV)),
        ("t.csv.bz2", bz2.compress(CSV)),
        ("t.csv.xz", lzma.compress(CSV)),
        ("t.csv.zst", pa.compress(CSV, "zstd", asbytes=True)),
        ("t.jsonl", b'{"age":63.5,"sex":"m","ill":1}\n{"sex":"f","ill":0}\n{"age":41,"sex":"m","ill":0}\n'),
    ],
)
def test_text_formats_give_the_same_rows(tmp_path: Path, name: str, data: bytes) -> None:
    assert read_table(write(tmp_path, name, data)).to_pydict() == ROWS


def test_binary_formats_give_the_same_rows(tmp_path: Path) -> None:
    table = pa.table(ROWS)
    pyarrow.parquet.write_table(table, tmp_path / "t.parquet")
    pyarrow.feather.write_feather(table, tmp_path / "t.feather")
    with pa.ipc.new_stream(tmp_path / "t.arrows", table.schema) as stream:
        stream.write_table(table)
    write(tmp_path, "t.parquet.gz", gzip.compress((tmp_path / "t.parquet").read_bytes()))
    for name in ("t.parquet", "t.feather", "t.arrows", "t.parquet.gz"):
        assert read_table(tmp_path / name).to_pydict() == ROWS


def test_standard_input_plain_and_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (CSV, gzip.compress(CSV)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert read_table("-").to_pydict() == ROWS


def test_patterns_and_lists_are_one_table_in_sorted_order(tmp_path: Path) -> None:
    second = write(tmp_path, "day-2.csv", b"ill,sex,age\n1,q,70\n")
    first = write(tmp_path, "day-1.csv", CSV)
    both = {"age": [*ROWS["age"], 70.0], "sex": [*ROWS["sex"], "q"], "ill": [*ROWS["ill"], 1]}
    assert read_table(str(tmp_path / "day-*.csv")).to_pydict() == both
    assert read_table([first, second]).to_pydict() == both


def test_in_memory_tables_give_the_same_rows() -> None:
    table = pa.table(ROWS)
    arrays = {"age": np.array([63.5, np.nan, 41.0]), "sex": np.array(["m", "f", "m"]), "ill": [1, 0, 0]}
    assert read_table(table).to_pydict() == ROWS
    assert read_table(table.to_batches(max_chunksize=2)).to_pydict() == ROWS
    assert read_table(table.to_reader()).to_pydict() == ROWS
    assert read_table(arrays).column_names == list(ROWS)


def test_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS, index=[5, 3, 9])
    assert read_table(frame).column_names == list(ROWS)
    assert read_table(frame.astype({"sex": "category"})).column("sex").to_pylist() == ROWS["sex"]


def test_polars() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(ROWS).with_columns(kind=polars.col("sex").cast(polars.Categorical))
    assert read_table(frame).to_pydict() == ROWS | {"kind": ROWS["sex"]}


def test_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("select 63.5 as age, 'm' as sex, 1 as ill")
    assert read_table(relation).column("sex").to_pylist() == ["m"]


def test_headerless_files_and_missing_tokens(tmp_path: Path) -> None:
    path = write(tmp_path, "t.data", b"63,1, ?\n?,0,2.5\n")
    table = read_table(path, columns=["age", "sex", "peak"], na_values="?")
    assert table.to_pydict() == {"age": [63, None], "sex": [1, 0], "peak": [None, 2.5]}


def test_missing_tokens_in_tables_in_memory() -> None:
    table = read_table(
        {"a": ["x", "?", " NA"], "b": [1, -9, 3], "c": ["None", ".", "Na"]}, na_values=["?", "-9"]
    )
    assert table.to_pydict() == {"a": ["x", None, None], "b": [1, None, 3], "c": ["None", ".", "Na"]}
    coded = pa.table({"a": pa.array(["x", "?", "x"]).dictionary_encode()})
    assert read_table(coded, na_values="?").column("a").to_pylist() == ["x", None, "x"]


def test_text_keeps_codes_as_they_are_written(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", b"zip,n\n01234,1\n99999,2\n")
    assert read_table(path).column("zip").to_pylist() == [1234, 99999]
    assert read_table(path, text="zip").column("zip").to_pylist() == ["01234", "99999"]


def test_types_are_right_where_the_first_block_misleads(tmp_path: Path) -> None:
    rows = 600_000  # more than one block of the reader
    late = write(tmp_path, "t.csv", b"a,b,c\n" + b"1,,7.5\n" * rows + b"1.5,x,y\n")
    table = read_table(late)
    assert pa.types.is_floating(table.column("a").type)
    assert table.slice(rows).to_pydict() == {"a": [1.5], "b": ["x"], "c": ["y"]}


def test_line_breaks_inside_quotes(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", b'a,b\n"x\ny",2\n' * 1 + b'"long\ntext",3\n' * 600_000)
    assert read_table(path).slice(0, 2).to_pydict() == {"a": ["x\ny", "long\ntext"], "b": [2, 3]}


def test_headers_longer_than_the_first_sample(tmp_path: Path) -> None:
    names = [f"column_{i}" for i in range(10_000)]
    rows = [";".join(names), ";".join(["1,5"] * len(names)), ";".join(["2,5"] * len(names))]
    table = read_table(write(tmp_path, "t.csv", "\n".join(rows).encode()))
    assert table.column_names == names
    assert table.column(9_999).to_pylist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (b"31.12.2024;3,5", 3.5),
        (b"2024-12-31 08:00:00.5;3,5", 3.5),
        (b"1.234,75;-3,5e1", -35.0),
        (b'192.168.0.1;"3,5"', 3.5),
        (b"31.12.2024;3.5", 3.5),
        (b'"2,5";-.5E1', -5.0),
    ],
)
def test_the_decimal_mark_is_told_by_whole_cells(tmp_path: Path, cells: bytes, expected: float) -> None:
    path = write(tmp_path, "t.csv", b"a;b\n" + (cells + b"\n") * 3)
    assert read_table(path).column("b").to_pylist() == [expected] * 3


def test_columns_without_a_name_get_one(tmp_path: Path) -> None:
    assert read_table(write(tmp_path, "t.csv", b",x\n1,2\n")).column_names == ["column 1", "x"]
