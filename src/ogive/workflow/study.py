"""The rows of a fit in memory: what was read, what each column is, the arrays that all else learns from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.data import (
    Columns,
    Schema,
    fingerprint,
    group_codes,
    infer_schema,
    load_columns,
    offset_vector,
    read_table,
    target_vector,
    time_vector,
    usable_rows,
    weights_vector,
)
from ogive.report import Source
from ogive.workflow.options import Options


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """Rows with a known outcome; `y` is 0 or 1, `weights` are frequencies or None (each row once)."""

    schema: Schema
    columns: Columns
    y: Vector
    weights: Vector | None
    offset: Vector | None
    groups: NDArray[np.int32] | None
    time: Vector | None
    source: Source
    fingerprint: str

    @property
    def events(self) -> float:
        """Weight of the positive rows."""
        return float(self.y @ self.weights) if self.weights is not None else float(self.y.sum())

    @property
    def total(self) -> float:
        """Weight of all rows."""
        return float(self.weights.sum()) if self.weights is not None else float(self.y.size)


def read_study(source: Any, options: Options) -> Study:
    """Read a table, infer its schema and load what the model needs; the table itself is then let go."""
    whole = read_table(source, **reading_options(options.columns, options.na_values, options.delimiter))
    counted = without_weight_zero(whole, options.weights)
    schema = infer_schema(
        counted,
        target=options.target,
        positive=options.positive,
        exclude=options.exclude,
        # A column that groups the rows may well name them too; its first role is the one that counts.
        identifiers=tuple(n for n in options.identifiers if n not in (options.groups, options.time)),
        weights=options.weights,
        offset=options.offset,
        groups=options.groups,
        time=options.time,
        categories=options.categories,
        numbers=options.numbers,
    )
    table = usable_rows(counted, schema)
    columns = load_columns(table, schema)
    y = target_vector(table, schema)
    weights, offset = weights_vector(table, schema), offset_vector(table, schema)
    return Study(
        schema=schema,
        columns=columns,
        y=y,
        weights=weights,
        offset=offset,
        groups=group_codes(table, schema),
        time=time_vector(table, schema),
        source=source_summary(source, whole, counted, table, options.target),
        fingerprint=fingerprint(columns, y, weights, offset),
    )


def without_weight_zero(table: pa.Table, weights: str | None) -> pa.Table:
    """Return the rows that count: one of weight 0 is no row, whatever it holds.

    A column that is not there, or holds anything but weights, is left to the check of the weights.
    """
    if weights not in table.column_names:
        return table
    try:
        values = table.column(weights).cast(pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return table
    counts = pc.greater(values, 0.0)
    if not pc.all(
        pc.or_(counts, pc.equal(values, 0.0)), skip_nulls=False
    ).as_py():  # negative, NaN or missing
        return table
    return table if pc.all(counts).as_py() or not pc.any(counts).as_py() else table.filter(counts)


def source_summary(source: Any, whole: pa.Table, counted: pa.Table, used: pa.Table, target: str) -> Source:
    """Return what was read, and what of it was left out: rows of weight 0, then rows without outcome."""
    reasons = [
        *(["weight 0"] if counted.num_rows < whole.num_rows else []),
        *([f"no value of {target}"] if used.num_rows < counted.num_rows else []),
    ]
    return Source(
        name=source_name(source),
        rows=whole.num_rows,
        columns=whole.num_columns,
        dropped=whole.num_rows - used.num_rows,
        reason=" or ".join(reasons),
    )


def source_name(source: Any) -> str:
    """Return what messages and reports call a table.

    Examples
    --------
    >>> source_name("data/heart.csv"), source_name("-"), source_name({"a": [1]})
    ('heart.csv', 'standard input', 'a table in memory')
    """
    if isinstance(source, str | os.PathLike):
        return "standard input" if str(source) == "-" else Path(source).name
    if isinstance(source, list | tuple) and source and all(isinstance(s, str | os.PathLike) for s in source):
        return (
            Path(source[0]).name if len(source) == 1 else f"{Path(source[0]).name} … {Path(source[-1]).name}"
        )
    return "a table in memory"


def labels(values: tuple[str, ...]) -> str:
    """Return labels of a class as one text.

    Examples
    --------
    >>> labels(("1",)), labels(("1", "2", "3"))
    ('1', '1, 2 or 3')
    """
    *most, last = values
    return f"{', '.join(most)} or {last}" if most else last


def reading_options(
    columns: Sequence[str] | None, na_values: Sequence[str] | str, delimiter: str | None
) -> dict[str, Any]:
    """Return the options of `read_table`."""
    tokens = (na_values,) if isinstance(na_values, str) else tuple(na_values)
    return {"columns": columns, "na_values": tokens, "delimiter": delimiter}
