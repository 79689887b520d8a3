"""Rows of a table with a class each, two classes or more: for what learns from arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError
from ogive.data import (
    Columns,
    encode,
    infer_schema,
    label_codes,
    learn_encoding,
    load_columns,
    read_table,
    usable_rows,
)
from ogive.report import Source
from ogive.workflow.options import Say, names, quiet
from ogive.workflow.study import reading_options, source_name, source_summary

# Rows a class, on average, below which a column is no column of classes.
_FEW = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelledRows:
    """Rows with known classes; `y` of shape (n,) is the number of the class of each."""

    source: Source
    target: str
    classes: tuple[str, ...]
    y: NDArray[np.int32]
    columns: Columns

    @property
    def left_out(self) -> dict[str, str]:
        """Columns that are not used, with the reason."""
        return {column.name: column.reason for column in self.columns.schema.left_out}

    def matrix(self, learnt: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Return the design columns of all rows, (n, k); medians and levels are those of the rows `learnt`."""
        design = encode(self.columns, learn_encoding(self.columns.schema, self.columns, learnt))
        if not design.shape[1]:
            raise InputError(f"{self.source.name} has no column that varies.", "add columns to learn from")
        return np.column_stack([design.column(j) for j in range(design.shape[1])])


def read_labelled(
    source: Any,
    target: str,
    *,
    exclude: str | Sequence[str] = (),
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> LabelledRows:
    """Read a table whose column `target` has the class of each row, and whose other columns are what one learns from.

    Parameters
    ----------
    source, columns, na_values, delimiter, progress
        As in `fit`.
    target : str
        Column of classes; rows without one are not used.
    exclude : str or sequence of str
        Columns to leave out.

    Raises
    ------
    InputError
        Where the table cannot be read, or the target is missing, has one class, or has too many to be classes.

    Examples
    --------
    >>> rows = read_labelled({"x": [1.5, 2.0, 0.5] * 5, "sky": ["sun", "rain", "fog"] * 5}, "sky")
    >>> rows.classes, rows.matrix().shape
    (('fog', 'rain', 'sun'), (15, 1))
    """
    progress("Reading the table")
    whole = read_table(source, **reading_options(columns, names(na_values), delimiter))
    found, _ = label_codes(whole, target, "target")
    # A schema is of two classes; which of several counts as positive does not matter to the other columns.
    schema = infer_schema(
        whole, target=target, positive=found[1] if len(found) > 1 else None, exclude=names(exclude)
    )
    table = usable_rows(whole, schema)
    if table.num_rows < _FEW * len(found):
        raise InputError(
            f"{source_name(source)}: the column {target!r} has {len(found)} different values in {table.num_rows} rows; "
            "expected classes, each of several rows.",
            "name a column of classes as the target",
        )
    found, y = label_codes(table, target, "target")
    return LabelledRows(
        source=source_summary(source, whole, whole, table, target),
        target=target,
        classes=found,
        y=y,
        columns=load_columns(table, schema),
    )
