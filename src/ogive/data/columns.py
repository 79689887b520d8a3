"""The columns that terms are made of, as raw arrays: numbers with NaN, categories as codes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector
from ogive.data.levels import position
from ogive.data.names import as_names, listed, near
from ogive.data.schema import Column, Schema
from ogive.data.tables import renamed, source_name
from ogive.data.values import date_part, days, labels, numbers, refuse_infinite

MOST_EXPLAINED = 3  # missing columns that are described one by one; more are the wrong table


@dataclass(frozen=True, eq=False)
class Columns:
    """Raw columns of a table, before anything is learnt from them.

    Attributes
    ----------
    schema : Schema
    rows : int
    numbers : (n, k) float64, Fortran order
        Numbers and parts of dates; NaN = missing.
    number_names : tuple of str
        Their names: "age", "admitted: days".
    codes : dict of str to (n,) int32
        A boolean or category: index into the schema's levels; `len(levels)` = missing, -1 = unseen level.
    missing : dict of str to int
        Rows without a value, by term.
    unseen : dict of str to dict of str to int
        Levels that the schema does not know, with the rows that have them, by column.
    extra : tuple of str
        Columns of the table that the schema does not know.
    """

    schema: Schema
    rows: int
    numbers: NDArray[np.float64]
    number_names: tuple[str, ...]
    codes: dict[str, NDArray[np.int32]]
    missing: dict[str, int]
    unseen: dict[str, dict[str, int]]
    extra: tuple[str, ...]

    def slots(self, name: str) -> list[int]:
        """Positions in `numbers` of a number or of the parts of a date."""
        return [self.number_names.index(slot) for slot in number_slots(self.schema.column(name))]


def number_slots(column: Column) -> tuple[str, ...]:
    """Return the names of the numbers that a column gives: none for a category, several for a date."""
    if column.kind == "number":
        return (column.name,)
    return tuple(f"{column.name}: {part}" for part in column.parts)


def load_columns(
    table: Any,
    schema: Schema,
    *,
    rename: Mapping[str, str] | None = None,
    missing: str | Sequence[str] = (),
) -> Columns:
    """Load the columns that the schema's terms need, in the order of the schema, whatever the table's order.

    The numbers of a table are gathered into one float64 array: float32 columns are copied to it too. (The
    estimator `LogisticRegression` reads a float32 array in place.)

    Parameters
    ----------
    table : pyarrow.Table
        Any table with the columns that the terms need.
    schema : Schema
        Of the training table.
    rename : mapping, optional
        Names of the table to names of the schema: {"max_hr": "thalach"}.
    missing : str or sequence of str
        Terms to treat as missing in every row, whether or not the table has them.

    Returns
    -------
    Columns

    Raises
    ------
    InputError
        Where a needed column is not there (with those that look alike), a number is infinite, or text stands
        where numbers are needed (with the value and its row).

    Examples
    --------
    >>> from ogive.data import infer_schema, load_columns, read_table
    >>> table = read_table({"age": [63.5, None, 41.2], "sex": ["m", "f", "m"], "ill": [1, 0, 1]})
    >>> columns = load_columns(table, infer_schema(table, target="ill"))
    >>> columns.numbers.ravel(), columns.codes["sex"]
    (array([63.5,  nan, 41.2]), array([1, 0, 1], dtype=int32))
    """
    absent = as_names(missing)
    table = _renamed(table, schema, rename or {})
    _require_terms(table, schema, absent)
    where = source_name(table)
    slots = [slot for column in schema.terms for slot in number_slots(column)]
    values = np.empty((table.num_rows, len(slots)), order="F")
    codes: dict[str, NDArray[np.int32]] = {}
    counts: dict[str, int] = {}
    unseen: dict[str, dict[str, int]] = {}
    start = 0
    for column in schema.terms:
        width = len(number_slots(column))
        source = None if column.name in absent else table.column(column.name)
        if width:
            block = values[:, start : start + width]
            _load_numbers(source, column, where, block)
            counts[column.name] = int(np.isnan(block[:, 0]).sum())
            start += width
        else:
            codes[column.name], new = _load_codes(source, column, table.num_rows)
            counts[column.name] = int((codes[column.name] == len(column.levels)).sum())
            unseen |= {column.name: new} if new else {}
    known = {column.name for column in schema.columns}
    extra = tuple(name for name in table.column_names if name not in known)
    return Columns(schema, table.num_rows, values, tuple(slots), codes, counts, unseen, extra)


def _load_numbers(source: Any, column: Column, where: str, out: NDArray[np.float64]) -> None:
    """Fill `out` with a number or the parts of a date; NaN where there is no source."""
    if source is None:
        out[:] = np.nan
    elif column.kind == "number":
        numbers(source, column.name, where, out[:, 0])
        refuse_infinite(out[:, 0], column.name, where)
    else:
        day = days(source, column.name, where)
        for j, part in enumerate(column.parts):
            out[:, j] = date_part(part, day)


def _load_codes(source: Any, column: Column, rows: int) -> tuple[NDArray[np.int32], dict[str, int]]:
    """Return the codes of a category, and the rows of each level that the schema does not know."""
    absent = len(column.levels)
    if source is None:
        return np.full(rows, absent, np.int32), {}
    entries, places = labels(source)
    known = {level: i for i, level in enumerate(column.levels)}
    found = [absent if text is None else position(text, known, numeric=column.numeric) for text in entries]
    counts = np.bincount(places, minlength=len(entries)) if -1 in found else np.zeros(len(entries), np.intp)
    new = {
        text: int(count)
        for text, code, count in zip(entries, found, counts, strict=True)
        if text is not None and code < 0 and count
    }
    return np.array(found, np.int32)[places], new


def _renamed(table: Any, schema: Schema, rename: Mapping[str, str]) -> Any:
    for old, new in rename.items():
        if old not in table.column_names:
            alike = near(old, table.column_names)
            hint = (
                f"did you mean {listed(alike)}?"
                if alike
                else f"its columns: {listed(table.column_names, 30)}"
            )
            raise InputError(f"{source_name(table)} has no column {old!r} to rename to {new!r}.", hint)
        schema.column(new)
    names = [rename.get(name, name) for name in table.column_names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"{source_name(table)} would have several columns called {listed(twice)} after renaming.",
            "rename to a name that no other column has",
        )
    return renamed(table, rename)


def _require_terms(table: Any, schema: Schema, absent: Sequence[str]) -> None:
    """Raise an InputError that names every missing column, what it must hold, and what may be it."""
    terms = {column.name: column for column in schema.terms}
    for name in absent:
        if name not in terms:
            raise InputError(
                f"the model has no term {name!r} to treat as missing.", f"its terms: {listed(terms, 30)}"
            )
    lacking = [column for name, column in terms.items() if name not in {*table.column_names, *absent}]
    if not lacking:
        return
    if len(lacking) > MOST_EXPLAINED:
        raise InputError(
            f"{source_name(table)} has no columns {listed([c.name for c in lacking], 30)}, which the model "
            f"needs; it has {listed(table.column_names, 10)}.",
            [
                "check that this is the right table and the right model",
                "a file without a header gets names with --columns, columns of other names with --rename old=new",
            ],
        )
    spare = [name for name in table.column_names if name not in {column.name for column in schema.columns}]
    problems, remedies = [], []
    for column in lacking:
        alike = near(column.name, spare)
        problems.append(f"{column.name!r} ({column.kind}, in the training table {column.span})")
        renaming = f"--rename {alike[0]}={column.name}, or " if alike else ""
        if alike:
            remedies.append(f"columns that look alike: {listed(alike)}")
        remedies.append(f"use {renaming}--missing {column.name} to predict with it missing")
    which = "column" if len(lacking) == 1 else "columns"
    raise InputError(
        f"{source_name(table)} has no {which} {', '.join(problems)}, which the model needs.", remedies
    )


def fingerprint(columns: Columns, *vectors: Vector | None) -> str:
    """Return a SHA-256 (hex) of the columns and of the vectors beside them (outcome, weights, offset).

    It depends on names, levels and values, and on the order of the rows; not on the file format, the chunks,
    the order of unused columns, or the number of threads.

    Examples
    --------
    >>> from ogive.data import fingerprint, infer_schema, load_columns, read_table
    >>> table = read_table({"age": [63.5, 67.0, 41.2], "ill": [1, 0, 1]})
    >>> fingerprint(load_columns(table, infer_schema(table, target="ill")))[:8]
    '...'
    """
    digest = hashlib.sha256()
    for j, name in enumerate(columns.number_names):
        digest.update(name.encode() + b"\0")
        digest.update(columns.numbers[:, j].data)
    for name, codes in columns.codes.items():
        digest.update("\0".join([name, *columns.schema.column(name).levels]).encode() + b"\0")
        digest.update(codes.data)
    for vector in vectors:
        digest.update(b"none" if vector is None else np.ascontiguousarray(vector).data)
    return digest.hexdigest()
