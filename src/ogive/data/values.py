"""Arrow values -> NumPy: numbers with NaN, labels with codes, dates as days. No loop over rows anywhere."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ogive._base import InputError, Vector

_ISO_DATE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$"
YEAR = 365.2425  # days in a mean Gregorian year


def family(kind: Any) -> str:
    """Return what an Arrow type holds: "number", "boolean", "text", "date", "null" or "other"."""
    types = pa.types
    if types.is_dictionary(kind):
        return family(kind.value_type)
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "text"
    if types.is_date(kind) or types.is_timestamp(kind):
        return "date"
    return "boolean" if types.is_boolean(kind) else "null" if types.is_null(kind) else "other"


def _decoded(column: Any) -> Any:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _vector(column: Any, out: Vector | None = None) -> Vector:
    """Return a chunked array of numbers as float64 with NaN for null, into `out` where given."""
    out = np.empty(len(column)) if out is None else out
    start = 0
    for chunk in column.chunks:
        out[start : start + len(chunk)] = chunk.to_numpy(zero_copy_only=False)
        start += len(chunk)
    return out


def numbers(column: Any, name: str, where: str, out: Vector | None = None) -> Vector:
    """Return a column as float64 with NaN where missing, into `out` where given.

    Raises
    ------
    InputError
        Where text is no number: with the value and its row.
    """
    kind = family(column.type)
    column = _decoded(column)
    if kind == "text":
        column = _parsed(column, name, where)
    elif kind == "null" or pa.types.is_decimal(column.type) or kind == "boolean":
        column = column.cast(pa.float64())
    elif kind != "number":
        raise InputError(
            f"{where}: column {name!r} holds {column.type}; numbers were expected.", "convert it"
        )
    return _vector(column, out)


def _trimmed(column: Any) -> Any:
    """Return text without blanks around it; nothing but blanks is missing."""
    column = pc.utf8_trim_whitespace(_decoded(column))
    blank = pc.equal(pc.utf8_length(column), 0)
    return pc.if_else(blank, pa.scalar(None, column.type), column) if pc.any(blank).as_py() else column


def parses(column: Any) -> bool:
    """Return whether every text of a column is a number."""
    try:
        pc.cast(_trimmed(column), pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def _parsed(column: Any, name: str, where: str) -> Any:
    trimmed = _trimmed(column)
    try:
        return pc.cast(trimmed, pa.float64())
    except pa.ArrowInvalid:
        row, text = _first_not_number(trimmed)
    raise InputError(
        f"{where}: column {name!r} must hold numbers, but row {row} of the data holds {text!r}.",
        f"correct it; where it means missing, name it so: --na {text!r}",
    )


def _first_not_number(column: Any) -> tuple[int, str]:
    """Return the row (from 1) and the text of the first value that is no number, by bisection."""
    low, high = 0, len(column)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if parses(column.slice(low, middle - low)) else (low, middle)
    return low + 1, column[low].as_py()


def label(value: Any) -> str | None:
    """Return the label of one value: 1.0 is "1", text is stripped, nothing and NaN are None."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int):
        return str(value)
    try:
        return str(int(value)) if float(value) == int(value) else repr(float(value))
    except (TypeError, ValueError, OverflowError):
        return str(value)


def labels(column: Any) -> tuple[list[str | None], NDArray[np.int32]]:
    """Return the distinct labels of a column and, for each row, the position of its label.

    Several entries may carry the same label (or None = missing); the last one is None and stands for null.
    """
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    else:
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        column = pc.dictionary_encode(column)
    entries = column.chunk(0).dictionary if column.num_chunks else pa.array([], column.type.value_type)
    found = [label(value) for value in entries.to_pylist()]
    codes = np.empty(len(column), np.int32)
    start = 0
    for chunk in column.chunks:
        codes[start : start + len(chunk)] = pc.fill_null(
            pc.cast(chunk.indices, pa.int32()), len(found)
        ).to_numpy()
        start += len(chunk)
    return [*found, None], codes


def missing_count(column: Any) -> int:
    """Return how many rows have no value: null, NaN, or text of blanks."""
    if family(column.type) != "text":
        return int(pc.sum(pc.is_null(column, nan_is_null=True)).as_py() or 0)
    if pa.types.is_dictionary(column.type):
        entries, codes = labels(column)
        return int(np.array([text is None for text in entries])[codes].sum())
    blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0)
    return int(pc.sum(pc.fill_null(blank, True)).as_py() or 0)


def distinct_count(column: Any) -> int:
    """Return how many different values a column has."""
    if pa.types.is_dictionary(column.type):
        entries, codes = labels(column)
        return len({entries[code] for code in np.unique(codes).tolist()} - {None})
    if pa.types.is_floating(column.type):
        column = column.filter(pc.invert(pc.is_nan(column)))
    return int(pc.count_distinct(column, mode="only_valid").as_py())


def holds_dates(column: Any) -> bool:
    """Return whether every text of a column is an ISO 8601 date or time; the first ones usually tell."""
    if pa.types.is_dictionary(column.type):
        column = pa.chunked_array([column.unify_dictionaries().chunk(0).dictionary])
    for part in (column.slice(0, 100), column):
        known = _trimmed(part).drop_null()
        if not pc.all(pc.match_substring_regex(known, _ISO_DATE), min_count=0).as_py():
            return False
    return len(known) > 0 and _dates(known) is not None


def refuse_infinite(values: Vector, name: str, where: str) -> None:
    """Raise an InputError where a number is infinite."""
    wrong = np.isinf(values)
    if wrong.any():
        raise InputError(
            f"{where}: column {name!r} is infinite in {int(wrong.sum())} rows, "
            f"first in row {int(wrong.argmax()) + 1}.",
            "correct the values, write them as missing, or exclude the column",
        )


def days(column: Any, name: str, where: str) -> Vector:
    """Return dates and times as days since 1970-01-01 of the local clock, with fraction; NaN = missing."""
    column = _decoded(column)
    if family(column.type) == "text":
        found = _dates(_trimmed(column))
        column = column if found is None else found
    if pa.types.is_null(column.type):
        return np.full(len(column), np.nan)
    if not (pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)):
        raise InputError(
            f"{where}: column {name!r} must hold dates, but it holds {column.type} that is none.",
            "write 2024-01-31",
        )
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column)
    unit = 86_400_000_000
    whole = column.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
    return _vector(whole.cast(pa.float64(), safe=False)) / unit


def _dates(column: Any) -> Any:
    """Return texts as times, or None where one of them is none (or only some of them have a time zone)."""
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            return column.cast(kind)
        except pa.ArrowInvalid:
            continue
    return None


def date_part(part: str, day: Vector) -> Vector:
    """Return one numeric part of dates given as days since 1970-01-01.

    `days` is the trend. The season and the time of day are a sine and a cosine, so that 31 December lies
    beside 1 January and 23:59 beside 0:00 (harmonic regression). `weekend` is 1 on Saturday and Sunday.
    """
    if part == "days":
        return day
    if part == "weekend":
        weekday = np.mod(np.floor(day) + 3, 7)  # 1970-01-01 was a Thursday; Monday = 0
        return np.where(np.isnan(day), np.nan, (weekday >= 5).astype(np.float64))
    span, wave = part.split()
    angle = 2 * np.pi * np.mod(day, 1.0) if span == "day" else 2 * np.pi * np.mod(day / YEAR, 1.0)
    return np.asarray(np.sin(angle) if wave == "sine" else np.cos(angle))
