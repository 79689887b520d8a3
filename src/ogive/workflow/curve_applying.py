"""Saved curves applied to another table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ogive._base import InputError
from ogive.curves import SavedCurves, load
from ogive.data import DateAxis, place_vector
from ogive.workflow.curve_points import PointColumns, group_labels
from ogive.workflow.options import Say, names, quiet

PREDICTED, LOW, HIGH = "predicted", "low", "high"
BANDS = ("confidence", "prediction")


def apply_curves(
    path: str | os.PathLike[str],
    source: Any,
    *,
    x: str | None = None,
    by: str | Sequence[str] | None = None,
    band: str = "confidence",
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> pa.Table:
    """Return a table with the columns `predicted`, `low` and `high`: saved curves at its x, with their limits.

    They are missing in rows without an x, or with a group that has no curve.

    Parameters
    ----------
    path : path
        Of the file of the curves.
    source
        Any table.
    x, by : str, optional
        Columns of x and of the groups; those that the file names unless given.
    band : "confidence" or "prediction"
        Whether the limits are those of the curve or of a new observation. They are Wald's, at the level of the fit.
    columns, na_values, delimiter
        See `ogive.data.read_table`.
    progress : callable, optional
        Told what is being done, in words.

    Raises
    ------
    InputError
        Where the file or the table cannot be used, or no row names a group that has a curve.
    """
    if band not in BANDS:
        raise InputError(f"there is no band {band!r}.", f"choose one of {', '.join(BANDS)}")
    curves = load(path)
    at = x or curves.columns.get("x")
    if at is None:
        raise InputError(f"{Path(path).name} does not name the column of x.", "name it, as in --x dose")
    chosen = PointColumns(
        x=at,
        y=(),
        by=names(by) or _groups(curves),
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    progress("Reading the table")
    table = chosen.table(source)
    taken = [name for name in (PREDICTED, LOW, HIGH) if name in table.column_names]
    if taken:
        raise InputError(
            f"the table already has a column {taken[0]!r}, the name of a result.",
            "rename or drop that column",
        )
    return _predicted(curves, table, chosen, band, Path(path).name)


def _groups(curves: SavedCurves) -> tuple[str, ...]:
    """Return the columns of the groups that the file names."""
    if curves.points.names is None:
        return ()
    return tuple(curves.columns.get("by", "group").split(", "))


def _predicted(curves: SavedCurves, table: pa.Table, chosen: PointColumns, band: Any, file: str) -> pa.Table:
    """Return the table with the curve and its limits in each row that has an x, and a group where there are some."""
    at, _ = place_vector(table, chosen.x or "", DateAxis.read(curves.columns.get("dates", "")))
    known, groups = ~np.isnan(at), None
    if curves.points.names is not None:
        groups, grouped = group_labels(table, chosen.by)
        groups = groups.astype(str)
        known &= grouped & np.isin(groups, curves.groups)
        if not known.any():
            first = next(iter(groups[grouped].tolist()), "")
            raise InputError(
                f"{file} has a curve for none of the groups, as for {first!r}.",
                f"its groups are {'; '.join(curves.groups[:5])}{' …' if len(curves.groups) > 5 else ''}",
            )
    found = curves.predict(at[known], by=None if groups is None else groups[known], interval=band)
    for name, values in ((PREDICTED, found.value), (LOW, found.low), (HIGH, found.high)):
        column = np.full(table.num_rows, np.nan)
        column[known] = values
        table = table.append_column(name, pa.array(column, mask=~np.isfinite(column)))
    return table
