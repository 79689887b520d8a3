"""Delimited text (CSV, TSV, blanks) -> Arrow, lean and parallel, with errors that name the line.

Arrow keeps the parsed text of every column whose type it has to guess, to guess again later. So the types
are guessed from the first block, and the whole file is read with those: a third of the memory. Where a later
value does not fit, the file is read again with fewer types given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyarrow import csv

from ogive._base import InputError
from ogive.data.files import DAMAGED, File, unreadable
from ogive.data.names import listed, repeated

DELIMITERS = (",", ";", "\t", "|")
_POINT = re.compile(r"[-+]?\d*\.\d+(e[-+]?\d+)?", re.IGNORECASE)  # a number with a decimal point
BLOCK = 4 << 20
FIRST_BLOCK = 1 << 20  # enough rows to tell the types
SAMPLE = 1 << 16  # enough lines to tell the delimiter


def read_delimited(
    file: File,
    columns: Sequence[str] | None,
    tokens: Sequence[str],
    delimiter: str | None,
    text: Sequence[str],
    *,
    numbers_name: bool = False,
) -> Any:
    """Read delimited text; `tokens` are the texts that mean missing, `text` the columns to keep as text.

    With `numbers_name` columns may be called by numbers.
    """
    lines = _first_lines(file)
    if len(lines) == 1 and columns is None:
        raise _no_rows(file, lines[0].strip())
    delimiter, decimal = _dialect(file, lines, delimiter)
    read = csv.ReadOptions(column_names=list(columns) if columns else None)
    parse = csv.ParseOptions(delimiter=delimiter)
    convert = csv.ConvertOptions(
        null_values=list(tokens), strings_can_be_null=True, decimal_point=decimal, column_types={}
    )
    convert.column_types = dict.fromkeys(text, pa.string())
    try:
        if delimiter == " ":
            file = _single_blanks(file)
        try:
            return _parsed(file, read, parse, convert, columns, numbers_name=numbers_name)
        except pa.ArrowInvalid as error:
            raise _explained(file, read, parse, error, columns) from error
        except UnicodeDecodeError:
            raise _undecodable(file) from None
    except DAMAGED as error:
        raise unreadable(file, error) from error


def _parsed(
    file: File, read: Any, parse: Any, convert: Any, columns: Sequence[str] | None, *, numbers_name: bool
) -> Any:
    """Return the table, its types guessed from the first block."""
    first = _first_block(file, read, parse, convert)
    _check_header(file, first, given=columns is not None, numbers_name=numbers_name)
    table = _read(file, read, parse, convert, _types(first))
    if any(pa.types.is_binary(field.type) for field in table.schema):
        raise _undecodable(file)
    return table


def _first_lines(file: File) -> list[str]:
    """Return up to twenty lines that are not blank, two of them whole; the last of the sample may be cut."""
    size, lines, more = SAMPLE, list[str](), True
    while more and len(lines) < 3:
        head = file.head(size)
        lines = [line for line in head.decode("latin-1").splitlines() if line.strip()]
        size, more = 4 * size, len(head) == size
    if not lines:
        raise InputError(f"{file.name} holds only blank lines.", "was it written completely?")
    return lines[:20] if len(lines) < 3 else lines[:-1][:20]


def _no_rows(file: File, header: str) -> InputError:
    return InputError(
        f"{file.name} has a header ({_shortened(header)}) but no rows.",
        "a file without a header needs its names: columns=[...], or --columns a,b,c",
    )


def _shortened(text: str, width: int = 60) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _dialect(file: File, lines: list[str], delimiter: str | None) -> tuple[str, str]:
    """Return the delimiter, found in the first lines unless given, and the decimal mark."""
    if delimiter is None:
        blanks = file.path is not None and ".csv" not in file.suffixes
        tabs = bool({".tsv", ".tab"} & set(file.suffixes))
        delimiter = (
            "\t" if tabs else _sniffed([re.sub(r'"[^"]*"', '""', line) for line in lines], blanks=blanks)
        )
    if len(delimiter) != 1:
        raise InputError(f"the delimiter must be one character, not {delimiter!r}.", r"for a tab give '\t'")
    # Whole cells tell: 3.5 is a number with a point, but 31.12.2024 is a date and 1.234,5 has a comma.
    cells = (cell.strip(' "') for line in lines for cell in line.split(";"))
    comma = delimiter == ";" and not any(_POINT.fullmatch(cell) for cell in cells)
    return delimiter, "," if comma else "."


def _sniffed(lines: list[str], *, blanks: bool) -> str:
    """Return the mark that stands equally often in every line, or at least in every line; else a comma."""
    for mark in DELIMITERS:
        if lines[0].count(mark) and len({line.count(mark) for line in lines}) == 1:
            return mark
    for mark in DELIMITERS:
        if all(mark in line for line in lines):
            return mark
    fields = {len(line.split()) for line in lines}
    return " " if blanks and len(fields) == 1 and fields != {1} else ","


def _single_blanks(file: File) -> File:
    """Return the file in memory with every run of blanks made one, so that a blank is a delimiter."""
    with file.open() as stream:
        data = bytes(stream.read())
    data = re.sub(rb"(?m)^[ \t]+|[ \t]+(?=\r?$)", b"", data)
    return File(file.name, None, "text", None, re.sub(rb"[ \t]+", b" ", data))


def _first_block(file: File, read: Any, parse: Any, convert: Any) -> Any:
    read.block_size = FIRST_BLOCK
    with file.open() as stream, csv.open_csv(stream, read, parse, convert) as reader:
        read.block_size = BLOCK
        names = reader.schema.names
        for batch in reader:
            return pa.Table.from_batches([batch])
    raise _no_rows(file, ", ".join(names))


def _check_header(file: File, first: Any, *, given: bool, numbers_name: bool) -> None:
    """Refuse names that stand twice, a first row that is plainly data, and one that is plainly names."""
    names = first.column_names
    numbers = [
        name for name in names if re.fullmatch(r"\s*[-+]?\d+\.?\d*(e[-+]?\d+)?\s*", name, re.IGNORECASE)
    ]
    odd = len(set(numbers)) < len(numbers) or any("." in number for number in numbers)
    if not (given or numbers_name) and len(numbers) > len(names) / 2 and odd:
        raise InputError(
            f"{file.name}: its first row looks like data ({listed(names, 5)}), not like column names.",
            [
                "name the columns: columns=[...], or --columns a,b,c",
                "where these are the x of a plate, as doses are: ogive curve with --wide, or rename them for all else",
            ],
        )
    if given and [str(column[0].as_py()).strip() for column in first.columns] == names:
        raise InputError(
            f"{file.name} has a header with the very names that were given for its columns.",
            "leave out `columns` (--columns): they are for files without a header",
        )
    if twice := repeated(names):
        raise InputError(
            f"{file.name} has several columns called {listed(twice)}.",
            "rename them so that each name stands once",
        )


def _types(first: Any) -> dict[str, Any]:
    """Return the types of the first block, text that repeats as a dictionary; none where all is missing."""
    types = {}
    for field, column in zip(first.schema, first.columns, strict=True):
        if pa.types.is_string(field.type):
            repeats = len(column.unique()) <= max(len(column) // 2, 1)
            types[field.name] = pa.dictionary(pa.int32(), pa.string()) if repeats else field.type
        elif not pa.types.is_null(field.type) and not pa.types.is_binary(field.type):
            types[field.name] = field.type
    return types


def _read(file: File, read: Any, parse: Any, convert: Any, types: dict[str, Any]) -> Any:
    """Read with all the types given, else with those that hardly change, else with none but the asked."""
    asked = dict(convert.column_types)
    stable = {
        name: kind
        for name, kind in types.items()
        if pa.types.is_floating(kind) or pa.types.is_dictionary(kind)
    }
    last: pa.ArrowInvalid | None = None
    for given, multiline in ((types, False), (stable, False), (asked, False), (asked, True)):
        convert.column_types = given
        parse.newlines_in_values = multiline
        try:
            with file.open() as stream:
                return csv.read_csv(stream, read, parse, convert)
        except pa.ArrowInvalid as error:
            last = last or error
    raise last or AssertionError


def _explained(
    file: File, read: Any, parse: Any, error: Exception, columns: Sequence[str] | None
) -> InputError:
    """Return the error with the line at fault, found by a second, sequential reading."""
    wrong: list[Any] = []

    def stop(row: Any) -> str:
        wrong.append(row)
        return "error"

    read.use_threads = False
    parse.newlines_in_values = True
    parse.invalid_row_handler = stop
    try:
        with file.open() as stream:
            csv.read_csv(stream, read, parse)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        pass
    if not wrong:
        return InputError(
            f"{file.name} cannot be read as delimited text: {error}.", "check the file in an editor"
        )
    row = wrong[0]
    if columns and row.number == 1:
        return InputError(
            f"{file.name} has {row.actual_columns} columns, but {row.expected_columns} names were given.",
            f"give {row.actual_columns} names, or another delimiter than {parse.delimiter!r}",
        )
    return InputError(
        f"{file.name}, line {row.number}: expected {row.expected_columns} columns, "
        f"found {row.actual_columns}: {_shortened(row.text)}",
        (
            "put text that contains the delimiter in double quotes, or remove the line",
            f"the delimiter used is {parse.delimiter!r}; another one can be given",
        ),
    )


def _undecodable(file: File) -> InputError:
    """Return an error that names the first line that is not UTF-8."""
    where = ""
    with file.open() as stream:
        for number, line in enumerate(bytes(stream.read()).split(b"\n"), 1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                where = f", line {number}: byte 0x{line[error.start]:02x}"
                break
    return InputError(
        f"{file.name}{where} is not UTF-8 text.",
        "save the file as UTF-8, for example: iconv -f latin1 -t utf-8 old.csv > new.csv",
    )
