"""Tables on their way out: records as Arrow columns, Arrow tables as files."""

# ruff: noqa: PLC0415 (writers are imported by the format that needs them)

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import IO, Any, Generic, TypeVar, overload

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ogive._base import Estimate, InputError, Record
from ogive.views import as_text, table_of, text_table

R = TypeVar("R", bound=Record)
FORMATS = (".csv", ".tsv", ".parquet", ".feather", ".arrow", ".jsonl", ".ndjson")


class RecordTable(Generic[R]):
    """Records of one kind, one a row: it can be counted and indexed, and becomes an Arrow table.

    pandas, Polars and DuckDB take it as a table. (Polars reads what calls itself a sequence item by item, so
    this does not.)

    An `Estimate` gives three columns: its value under the field's name, then `_low` and `_high`.

    Examples
    --------
    >>> table = RecordTable([Estimate(value=0.5, low=0.2, high=0.8)])
    >>> len(table), table.to_arrow().column_names
    (1, ['value', 'low', 'high', 'level', 'method'])
    """

    def __init__(self, records: Sequence[R]) -> None:
        self._records = tuple(records)

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> RecordTable[R]: ...
    def __getitem__(self, index: int | slice) -> R | RecordTable[R]:
        if isinstance(index, slice):
            return RecordTable(self._records[index])
        return self._records[index]

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[R]:
        return iter(self._records)

    def to_arrow(self) -> pa.Table:
        """Return the records as an Arrow table, one column a field."""
        return pa.Table.from_pylist([_flat(record) for record in self._records])

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"

    def __repr__(self) -> str:
        rows = [_flat(record) for record in self._records]
        return as_text(text_table(table_of("", rows), indent=0), width=10_000) if rows else "an empty table"


def _flat(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Estimate):
            row |= {field.name: value.value, f"{field.name}_low": value.low, f"{field.name}_high": value.high}
        else:
            row[field.name] = value
    return row


def writable_ending(name: str) -> str:
    """Return the ending of a name, in lower case; an InputError where no table is written so.

    Examples
    --------
    >>> writable_ending("scored.PARQUET")
    '.parquet'
    """
    ending = Path(name).suffix.lower()
    if ending not in FORMATS:
        raise InputError(
            f"{name}: the ending says the format, and {ending or 'none'} cannot be written.",
            f"choose one of {', '.join(FORMATS)}",
        )
    return ending


def write_table(table: pa.Table, sink: Path | IO[bytes], name: str) -> None:
    """Write an Arrow table in the format that the ending of `name` says.

    Parameters
    ----------
    table : pyarrow.Table
        What to write.
    sink : path or binary file
        Where the bytes go; its own name is not looked at.
    name : str
        As in "scored.parquet"; .csv, .tsv, .parquet, .feather, .arrow, .jsonl or .ndjson.

    Raises
    ------
    InputError
        For any other ending.
    """
    ending = writable_ending(name)
    target = str(sink) if isinstance(sink, Path) else sink
    try:
        if ending in (".csv", ".tsv"):
            _write_delimited(table, target, "," if ending == ".csv" else "\t")
        elif ending == ".parquet":
            from pyarrow import parquet

            parquet.write_table(table, target, compression="zstd")
        elif ending in (".feather", ".arrow"):
            from pyarrow import feather

            feather.write_feather(table, target)
        else:
            _write_json_lines(table, sink)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{name}: {ending} cannot hold this table: {reason}.", "use .parquet") from None


def _write_delimited(table: pa.Table, target: Any, delimiter: str) -> None:
    """Write delimited text, with quotes only where some text in the table needs them."""
    from pyarrow import csv

    plain = pa.table(
        [
            column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            for column in table.columns
        ],
        names=table.column_names,
    )
    texts = [column for column in plain.columns if pa.types.is_string(column.type) or _is_large(column.type)]
    special = f'[{delimiter}"\r\n]'
    needed = any(pc.any(pc.match_substring_regex(column, special)).as_py() for column in texts)
    header = any(sign in name for name in plain.column_names for sign in (delimiter, '"', "\n", "\r"))
    options = csv.WriteOptions(
        delimiter=delimiter,
        quoting_style="needed" if needed else "none",
        quoting_header="needed" if header else "none",
    )
    csv.write_csv(plain, target, options)


def _is_large(kind: pa.DataType) -> bool:
    return bool(pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _write_json_lines(table: pa.Table, sink: Path | IO[bytes]) -> None:
    if isinstance(sink, Path):
        with sink.open("wb") as file:
            _write_json_lines(table, file)
        return
    for batch in table.to_batches(max_chunksize=10_000):
        rows = (_jsonable(row) for row in batch.to_pylist())
        lines = (json.dumps(row, ensure_ascii=False, allow_nan=False, default=str) + "\n" for row in rows)
        sink.write("".join(lines).encode())


def _jsonable(value: Any) -> Any:
    """Return a value with null for each number that JSON does not know: NaN and the infinities."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value
