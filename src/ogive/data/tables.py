"""Anything that holds a table -> one Arrow table: files, standard input, in-memory tables, dicts."""

# ruff: noqa: PLC0415 (readers are imported by the format that needs them)

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from ogive._base import InputError
from ogive.data.cleaning import missing_tokens, without_tokens
from ogive.data.delimited import read_delimited
from ogive.data.files import DAMAGED, File, find_files, standard_input, unreadable
from ogive.data.names import as_names, listed, repeated
from ogive.data.values import family

_SOURCE = b"ogive.source"


def read_table(
    source: Any,
    *,
    columns: str | Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    text: str | Sequence[str] = (),
    numbers_name: bool = False,
) -> Any:
    """Read a table from wherever it is.

    Parameters
    ----------
    source : path, pattern, sequence of paths, "-", table, dict of arrays or list of record batches
        Files: CSV, TSV and other delimited text (.csv .tsv .txt .data .dat), Parquet, Feather or Arrow IPC,
        JSON lines; plain or compressed (.gz .bz2 .zst .xz). A pattern such as ``day-*.csv`` reads the files in
        sorted order as one table. "-" is delimited text from standard input. Tables: anything with
        `__arrow_c_stream__` (pandas, Polars, DuckDB, Arrow).
    columns : sequence of str, optional
        Names of the columns of delimited text without a header.
    na_values : str or sequence of str
        Texts that mean missing beside the usual ones (empty, blank, NA, N/A, NaN, null).
    delimiter : str, optional
        Found from the first lines where not given.
    text : str or sequence of str
        Columns of delimited text to keep as text although they look like numbers (codes such as "007").
    numbers_name : bool
        Whether columns of delimited text may be called by numbers, such as doses; else a first row of such is taken
        for data without a header.

    Returns
    -------
    pyarrow.Table

    Raises
    ------
    InputError
        Where there is no such file, its content is not what its name says, rows are ragged, names stand
        twice, or there are no rows.

    Examples
    --------
    >>> from ogive.data import read_table
    >>> read_table({"age": [63, 67], "sex": ["m", "f"]}).column_names
    ['age', 'sex']
    """
    tokens = missing_tokens(as_names(na_values))
    if isinstance(source, str) and source == "-":
        files = [standard_input()]
    elif _is_paths(source):
        files = find_files(source, delimiter=delimiter)
    else:
        if columns is not None:
            raise InputError(
                "`columns` names the columns of a file without a header.", "rename them in the table"
            )
        return _finished(_from_memory(source), tokens, "the table")
    names = None if columns is None else as_names(columns)
    tables = [
        _finished(_read(file, names, tokens, delimiter, as_names(text), numbers_name), tokens, file.name)
        for file in files
    ]
    return tables[0] if len(tables) == 1 else _together(tables)


def source_name(table: Any) -> str:
    """Return where a table was read from, for messages."""
    return str((table.schema.metadata or {}).get(_SOURCE, b"the table").decode())


def named(table: Any, name: str) -> Any:
    """Return the table with a name of its source, for messages."""
    return table.replace_schema_metadata({_SOURCE: name})


def renamed(table: Any, names: Mapping[str, str]) -> Any:
    """Return the table with some columns under another name; it keeps the name of its source."""
    return named(
        table.rename_columns([names.get(name, name) for name in table.column_names]), source_name(table)
    )


def _is_paths(source: Any) -> bool:
    if isinstance(source, str | os.PathLike):
        return True
    return isinstance(source, list | tuple) and all(isinstance(item, str | os.PathLike) for item in source)


def _read(
    file: File,
    columns: tuple[str, ...] | None,
    tokens: Sequence[str],
    delimiter: str | None,
    text: Sequence[str],
    numbers_name: bool,
) -> Any:
    if file.format == "text":
        return read_delimited(file, columns, tokens, delimiter, text, numbers_name=numbers_name)
    if columns is not None:
        raise InputError(f"{file.name} ({file.format}) names its own columns.", "leave out `columns`")
    try:
        return _BINARY[file.format](file)
    except DAMAGED as error:
        raise unreadable(file, error) from error
    except pa.ArrowException as error:
        raise InputError(
            f"{file.name} cannot be read as {file.format}: {str(error).splitlines()[0]}",
            "is the file complete?",
        ) from error


def _seekable(file: File) -> Any:
    """Return the plain file, or its decompressed content in memory."""
    if file.compression is None:
        return file.path
    with file.open() as stream:
        return pa.BufferReader(stream.read())


def _parquet(file: File) -> Any:
    from pyarrow import parquet

    return parquet.ParquetFile(_seekable(file)).read()


def _arrow(file: File) -> Any:
    source = _seekable(file)
    opened = pa.memory_map(os.fspath(source)) if file.compression is None else source
    if file.head(6) == b"ARROW1":
        return pa.ipc.open_file(opened).read_all()
    return pa.ipc.open_stream(opened).read_all()


def _json_lines(file: File) -> Any:
    from pyarrow import json

    if not file.head(256).lstrip().startswith(b"{"):
        raise InputError(
            f"{file.name}: expected JSON lines.", 'write one object a line: {"age": 63, "sex": "m"}'
        )
    with file.open() as stream:
        return json.read_json(stream)


_BINARY = {"Parquet": _parquet, "Arrow": _arrow, "JSON lines": _json_lines}


def _from_memory(source: Any) -> Any:
    """Return an Arrow table of any in-memory table."""
    if isinstance(source, pa.Table):
        return source
    try:
        if (
            isinstance(source, list | tuple)
            and all(isinstance(item, pa.RecordBatch) for item in source)
            and source
        ):
            return pa.Table.from_batches(source)
        if hasattr(source, "__arrow_c_stream__"):
            return pa.RecordBatchReader.from_stream(source).read_all()
        if hasattr(source, "__arrow_c_array__"):
            return pa.Table.from_batches([pa.record_batch(source)])
        if isinstance(source, Mapping):
            return pa.table({str(name): values for name, values in source.items()})
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise InputError(
            f"the table cannot be read: {str(error).splitlines()[0]}.",
            "every column must be one-dimensional, of one type, and as long as the others",
        ) from error
    raise InputError(
        f"expected a path or a table, got {type(source).__name__}.",
        "give a path, a pandas, Polars, DuckDB or Arrow table, or a dict of arrays",
    )


def _finished(table: Any, tokens: Sequence[str], name: str) -> Any:
    """Return the table with unique names, missing tokens as nulls, and the name of its source."""
    names = [column or f"column {i}" for i, column in enumerate(table.column_names, 1)]
    if twice := repeated(names):
        raise InputError(f"{name} has several columns called {listed(twice)}.", "rename them, each name once")
    if table.num_columns == 0 or table.num_rows == 0:
        raise InputError(f"{name} has no {'rows' if names else 'columns'}.", "give a table with rows")
    table = table.rename_columns(names)
    # pandas hands over its index as a column of this name; it is no data of the user's.
    table = table.drop_columns([column for column in names if column.startswith("__index_level_")])
    cleaned = [without_tokens(column, tokens) for column in table.columns]
    return named(pa.table(cleaned, names=table.column_names), name)


def _together(tables: list[Any]) -> Any:
    """Return several files as one table: same columns, types that can be made one."""
    first = tables[0]
    for other in tables[1:]:
        only = sorted(set(first.column_names) ^ set(other.column_names))
        if only:
            raise InputError(
                f"{source_name(first)} and {source_name(other)} have different columns: {listed(only)} "
                "in only one of them.",
                "files read together need the same columns",
            )
    columns = {}
    for name in first.column_names:
        parts = [table.column(name) for table in tables]
        families = {family(part.type): source_name(table) for part, table in zip(parts, tables, strict=True)}
        families.pop("null", None)
        if len(families) > 1:
            found = " and ".join(f"{kind} in {file}" for kind, file in families.items())
            raise InputError(
                f"column {name!r} differs between files: {found}.", "give it one type in all files"
            )
        columns[name] = _joined(parts)
    label = f"{len(tables)} files ({source_name(first)}, …)"
    return named(pa.table(columns), label)


def _joined(parts: list[Any]) -> Any:
    """Return the parts of one column as one chunked array of a common type."""
    plain = [part.cast(part.type.value_type) if pa.types.is_dictionary(part.type) else part for part in parts]
    tables = [pa.table([part], names=["x"]) for part in plain]
    joined = pa.concat_tables(tables, promote_options="permissive").column(0)
    return joined.dictionary_encode() if any(pa.types.is_dictionary(part.type) for part in parts) else joined
