"""Every way a file can be wrong gives one message: what was expected, what was found, what to do."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from ogive import InputError
from ogive.data import read_table


@pytest.mark.parametrize(
    ("name", "data", "problem", "remedy"),
    [
        ("t.csv", b"", "is empty", "completely"),
        ("t.csv", b"\n \n", "only blank lines", "completely"),
        ("t.csv", b"a,b\n", r"has a header \(a,b\) but no rows", "--columns"),
        ("t.csv", b"a,b\n1,2\n3\n", "line 3: expected 2 columns, found 1: 3", "double quotes"),
        ("t.csv", b"a,b,a\n1,2,3\n", "several columns called 'a'", "rename"),
        ("t.csv", b"a,b\nx,2\ncaf\xe9,2\n", "line 3: byte 0xe9 is not UTF-8", "iconv"),
        ("t.csv", b"caf\xe9,b\nx,2\n", "line 1: byte 0xe9 is not UTF-8", "iconv"),
        ("t.csv", "a,b\n1,2\n".encode("utf-16"), "UTF-16", "UTF-8"),
        ("t.csv", b"30,64,1,1\n30,62,3,1\n", "first row looks like data", "--columns"),
        ("t.csv", b"PAR1 and so on", "holds Parquet", "ends in .parquet"),
        ("t.csv", gzip.compress(b"a,b\n1,2\n"), "holds gzip", "ends in .gz"),
        ("t.csv", b"<!DOCTYPE html>", "a web page", "export"),
        ("t.csv.gz", b"a,b\n1,2\n", "expected gzip by its name, but it holds text", "ends in .csv"),
        ("t.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 99)[:30], "cannot be read", "complete"),
        ("t.parquet", b"a,b\n1,2\n", "holds text", "ends in .csv"),
        ("t.parquet", b"PAR1 and then nothing", "cannot be read as Parquet", "complete"),
        ("t.jsonl", b'[{"a": 1}]', "expected JSON lines", "one object a line"),
        ("t.jsonl", b'{"a": 1}\n{"a":\n', "cannot be read as JSON lines", "complete"),
        ("t.xlsx", b"PK\x03\x04", "unknown extension '.xlsx'", "export"),
        ("t.weird", b"a,b\n1,2\n", "unknown extension '.weird'", "delimiter"),
        ("t", b"a,b\n1,2\n", "no extension", "supported: .csv"),
    ],
)
def test_files(tmp_path: Path, name: str, data: bytes, problem: str, remedy: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=problem) as caught:
        read_table(path)
    assert remedy in "\n".join(caught.value.remedies)
    assert name in caught.value.problem


COMPRESS: dict[str, Any] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("t.csv", "a,b\n", "{0},{0}\n"),
        ("t.data", "a b\n", "{0}  {0}\n"),
        ("t.jsonl", "", '{{"a": {0}}}\n'),
        ("t.arrow", "ARROW1", "{0}"),
    ],
)
def test_compressed_files_that_break_off(
    tmp_path: Path, name: str, head: str, row: str, compression: str
) -> None:
    """Beyond the part that is read first to tell the format and the delimiter."""
    numbers = np.random.default_rng(1).integers(10**9, size=60_000)
    whole = COMPRESS[compression]((head + "".join(map(row.format, numbers))).encode())
    path = tmp_path / (name + compression)
    for size in (len(whole) * 3 // 4, len(whole) - 9):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match=f"{path.name} cannot be read: ") as caught:
            read_table(path)
        assert "is the file complete?" in caught.value.remedies


def test_a_compressed_file_with_other_bytes_inside(tmp_path: Path) -> None:
    text = "".join(f"{i},{j}\n" for i, j in enumerate(np.random.default_rng(1).integers(10**9, size=60_000)))
    for compression in (".gz", ".bz2", ".xz"):
        data = bytearray(COMPRESS[compression](b"a,b\n" + text.encode()))
        middle = len(data) // 2
        data[middle : middle + 400] = bytes(400)
        path = tmp_path / f"t.csv{compression}"
        path.write_bytes(data)
        with pytest.raises(InputError, match="cannot be read: "):
            read_table(path)


def test_a_long_header_is_shown_short(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(f"column_{i}" for i in range(10_000)) + "\n")
    with pytest.raises(InputError, match=r"has a header \(column_0,.*\.\.\.\) but no rows") as caught:
        read_table(path)
    assert len(caught.value.problem) < 120


def test_wrong_paths(tmp_path: Path) -> None:
    (tmp_path / "heart.csv").write_text("a\n1\n")
    with pytest.raises(InputError, match=r"hart\.csv does not exist(.|\n)*did you mean .*heart\.csv"):
        read_table(tmp_path / "hart.csv")
    with pytest.raises(InputError, match="there is no folder"):
        read_table(tmp_path / "nowhere" / "heart.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_table(tmp_path)
    with pytest.raises(InputError, match="no file matches"):
        read_table(str(tmp_path / "*.parquet"))
    with pytest.raises(InputError, match="list of paths is empty"):
        read_table([])


def test_names_for_headerless_files(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("age,sex\n63,m\n41,f\n")
    with pytest.raises(InputError, match="has 2 columns, but 3 names were given"):
        read_table(path, columns=["a", "b", "c"])
    with pytest.raises(InputError, match="has a header with the very names"):
        read_table(path, columns=["age", "sex"])
    with pytest.raises(InputError, match="one character"):
        read_table(path, delimiter="||")
    pyarrow.parquet.write_table(pa.table({"a": [1]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match="names its own columns"):
        read_table(tmp_path / "t.parquet", columns=["a"])


def test_files_that_differ(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "b.csv").write_text("x,z\n1,2\n")
    (tmp_path / "c.csv").write_text("x,y\nred,2\n")
    with pytest.raises(InputError, match=r"a\.csv and b\.csv have different columns: 'y', 'z'"):
        read_table([tmp_path / "a.csv", tmp_path / "b.csv"])
    with pytest.raises(
        InputError, match=r"column 'x' differs between files: number in a\.csv and text in c\.csv"
    ):
        read_table([tmp_path / "a.csv", tmp_path / "c.csv"])


@pytest.mark.parametrize("source", [5, [[1, 2]], None])
def test_what_is_no_table(source: Any) -> None:
    with pytest.raises(InputError, match="expected a path or a table"):
        read_table(source)


def test_tables_in_memory() -> None:
    with pytest.raises(InputError, match="expected length 2 but got length 1"):
        read_table({"a": [1, 2], "b": [1]})
    with pytest.raises(InputError, match="has no rows"):
        read_table({"a": []})
    with pytest.raises(InputError, match="several columns called 'a'"):
        read_table(pa.table([[1], [2]], names=["a", "a"]))
    with pytest.raises(InputError, match="names the columns of a file"):
        read_table({"a": [1]}, columns=["b"])
