"""The points of curves read from a table: one row a point, or one column a curve as plates are kept."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ogive._base import InputError, Record, Vector
from ogive.data import DateAxis, is_dated, label_codes, number_vector, place_vector, read_table
from ogive.report import Source
from ogive.views import count
from ogive.workflow.study import reading_options, source_name

# What tells the replicates of one curve apart: A.1 and A.2, A_1 and A_2, A (1) and A (2).
_REPLICATE = re.compile(r"^(.+?)(?:[._ -]|\s*\()\d{1,3}\)?$")


class PointColumns(Record, frozen=True, kw_only=True):
    """Which columns hold the points; see `fit_curves` for the meaning of each."""

    x: str | None
    y: tuple[str, ...]
    by: tuple[str, ...] = ()
    weights: str | None = None
    trials: str | None = None
    wide: bool = False
    replicates: bool = True
    columns: tuple[str, ...] | None = None
    na_values: tuple[str, ...] = ()
    delimiter: str | None = None

    def table(self, source: Any) -> pa.Table:
        """Return the table."""
        options = reading_options(self.columns, self.na_values, self.delimiter)
        return read_table(source, numbers_name=self.wide, **options)


@dataclass(frozen=True, kw_only=True, eq=False)
class CurvePoints:
    """Points as `ogive.curves.fit` takes them.

    Attributes
    ----------
    x, y : (n,)
    weights : (n,) or None
    by : (n,) or None
        Group of each point.
    names : dict
        What x, y and the groups are called, by "x", "y" and "by"; where x is dates, how they are counted, by "dates".
    source : Source
        What was read, and what of it was left out.
    notes : tuple of str
        What else the reader should know of how the table was read.
    """

    x: Vector
    y: Vector
    weights: Vector | None
    by: NDArray[Any] | None
    names: dict[str, str]
    source: Source
    notes: tuple[str, ...] = ()


def read_points(source: Any, chosen: PointColumns) -> CurvePoints:
    """Read the points; where no column of y is named, or several are, every column is a curve.

    Raises
    ------
    InputError
        Where the table or a column cannot be used, or no point is left.
    """
    table = chosen.table(source)
    name = source_name(source)
    if len(chosen.y) == 1 and not chosen.wide:
        return _long(table, name, chosen)
    named = {"--by": chosen.by, "--weights": chosen.weights, "--n": chosen.trials}
    for option, value in named.items():
        if value:
            raise InputError(
                f"{option} is for a table with one row a point; without --y every column of {name} is a curve.",
                f"name the column of y; the columns are {_listed(table.column_names)}",
            )
    return _wide(table, name, chosen)


def group_labels(table: pa.Table, by: tuple[str, ...]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return the group of each row, and whether it has one; whole numbers stay numbers, so that 10 comes after 9."""
    found, known = [], np.ones(table.num_rows, dtype=bool)
    for name in by:
        labels, codes = label_codes(table, name, "group")
        known &= codes >= 0
        found.append(np.array([*labels, ""], dtype=object)[codes])
    if len(found) == 1:
        whole = all(re.fullmatch(r"-?\d{1,15}", text) for text in set(found[0][known].tolist()))
        joined = np.where(known, found[0], "0").astype(np.int64) if whole else found[0].astype(str)
        return joined, known
    return np.array([", ".join(row) for row in zip(*found, strict=True)]), known


def _long(table: pa.Table, name: str, chosen: PointColumns) -> CurvePoints:
    """Read a table with one row a point."""
    if chosen.x is None:
        raise InputError(
            f"no column of x is named; the columns of {name} are {_listed(table.column_names)}.",
            f"as in --x {next((each for each in table.column_names if each not in chosen.y), 'x')}",
        )
    roles = {"x": chosen.x, "y": chosen.y[0], "weights": chosen.weights, "trials": chosen.trials}
    at, dates = place_vector(table, chosen.x)
    others = {role: each for role, each in roles.items() if role != "x" and each is not None}
    columns = {"x": at} | {role: number_vector(table, each, role) for role, each in others.items()}
    known = ~np.isnan(np.stack(list(columns.values()))).any(axis=0)
    by = None
    if chosen.by:
        by, grouped = group_labels(table, chosen.by)
        known &= grouped
    if "trials" in columns:
        known &= columns["trials"] != 0
    asked = [each for each in (*roles.values(), *chosen.by) if each is not None]
    if not known.any():
        raise InputError(
            f"{name}: no row has a value of {_all_of(asked)}.", "check the columns that are named"
        )
    columns = {role: values[known] for role, values in columns.items()}
    y, weights, notes = columns["y"], columns.get("weights"), list[str]()
    if "trials" in columns:
        weights = columns["trials"]
        y, words = _shares(y, weights, chosen, name)
        notes.append(words)
    return CurvePoints(
        x=columns["x"],
        y=y,
        weights=weights,
        by=None if by is None else by[known],
        names=_names(chosen.x, chosen.y[0], ", ".join(chosen.by), dates),
        source=_source(table, name, int((~known).sum()), f"no value of {_all_of(asked)}"),
        notes=tuple(notes),
    )


def _shares(y: Vector, trials: Vector, chosen: PointColumns, name: str) -> tuple[Vector, str]:
    """Return successes as shares of the trials: whole numbers are counts, others are shares already."""
    if (trials < 0).any():
        raise InputError(
            f"{name}: the trials {chosen.trials!r} are negative.", "check the column named with --n"
        )
    if (y != np.round(y)).any():
        if y.max() > 1:
            raise InputError(
                f"{name}: {chosen.y[0]} goes up to {y.max():g} and is not whole: neither counts nor shares.",
                "with --n, y is the number of successes, or their share between 0 and 1; divide per cent by 100",
            )
        return y, f"{chosen.y[0]} is a share of {chosen.trials} trials"
    if (y > trials).any():
        first = int((y > trials).argmax())
        raise InputError(
            f"{name}: {chosen.y[0]} is {y[first]:g} of {trials[first]:g} trials ({chosen.trials}).",
            "check --y and --n: successes cannot be more than trials",
        )
    return y / trials, f"{chosen.y[0]} counts successes of {chosen.trials} trials"


def _wide(table: pa.Table, name: str, chosen: PointColumns) -> CurvePoints:
    """Read a table with one column a curve."""
    first = table.column_names[0] if chosen.x is None else chosen.x
    if chosen.x is None and _is_text(table, first) and not is_dated(table.column(first)):
        places = _places(table.column_names[1:])
        if places is not None:
            return _transposed(table, name, first, places)
        raise InputError(
            f"{name}: its first column {first!r}, taken for x, holds no numbers; the columns are "
            f"{_listed(table.column_names)}.",
            "name x and y, as in --x dose --y response; or x alone where every other column is a curve",
        )
    x, dates = place_vector(table, first)
    series, notes = _series(table, first, chosen)
    if not series:
        raise InputError(
            f"{name} has no column of numbers beside {first!r}.",
            f"name x and y; the columns are {_listed(table.column_names)}",
        )
    y = np.stack([number_vector(table, each, "y") for each in series])
    groups = _stems(series) if chosen.replicates else series
    if len(set(groups)) < len(series):
        example = next(k for k, (each, group) in enumerate(zip(series, groups, strict=True)) if each != group)
        notes += (
            f"{len(series)} columns are replicates of {len(set(groups))}: {series[example]!r} counts as "
            f"{groups[example]!r} (--no-replicates for a curve each)",
        )
    known = ~np.isnan(y) & ~np.isnan(x)
    return _melted(
        table,
        np.tile(x, len(series))[known.ravel()],
        y[known],
        np.repeat(np.array(groups), x.size)[known.ravel()] if len(series) > 1 else None,
        _names(first, series[0] if len(series) == 1 else "y", "" if len(series) == 1 else "curve", dates),
        name,
        int((~known).sum()),
        notes,
    )


def _transposed(table: pa.Table, name: str, first: str, places: Vector) -> CurvePoints:
    """Read a plate with one row a sample, whose columns are called by their x."""
    groups, grouped = group_labels(table, (first,))
    y = np.stack([number_vector(table, each, "y") for each in table.column_names[1:]], axis=1)
    known = ~np.isnan(y) & grouped[:, None]
    return _melted(
        table,
        np.broadcast_to(places, y.shape)[known],
        y[known],
        np.repeat(groups, places.size)[known.ravel()],
        _names("x", "y", first),
        name,
        int((~known).sum()),
        (f"each row is a curve, of the sample {first}; x is the name of the column",),
    )


def _melted(
    table: pa.Table,
    x: Vector,
    y: Vector,
    by: NDArray[Any] | None,
    names: dict[str, str],
    name: str,
    missing: int,
    notes: tuple[str, ...],
) -> CurvePoints:
    if not x.size:
        raise InputError(f"{name}: every cell is missing.", "check the columns")
    if missing:
        notes += (f"{count(missing)} of {count(missing + x.size)} cells are missing and left out",)
    return CurvePoints(x=x, y=y, weights=None, by=by, names=names, source=_source(table, name), notes=notes)


def _series(table: pa.Table, x: str, chosen: PointColumns) -> tuple[list[str], tuple[str, ...]]:
    """Return the columns that are curves: those named, or all of numbers that do not merely count the rows."""
    if chosen.y:
        return list(chosen.y), ()
    others = [each for each in table.column_names if each != x]
    left = [each for each in others if _is_text(table, each) or _counts_rows(table, each)]
    notes = (f"left out as no curves: {_listed(left)}",) if left else ()
    return [each for each in others if each not in left], notes


def _stems(series: list[str]) -> list[str]:
    """Return what replicate columns have in common; a column that has no companion keeps its name."""
    stems = [found.group(1) if (found := _REPLICATE.match(each)) else each for each in series]
    sizes = Counter(stems)
    return [stem if sizes[stem] > 1 else each for each, stem in zip(series, stems, strict=True)]


def _is_text(table: pa.Table, name: str) -> bool:
    if name not in table.column_names:
        return False  # reported where it is read
    kind = table.column(name).type
    numeric = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)
    return not any(test(kind) for test in numeric)


def _counts_rows(table: pa.Table, name: str) -> bool:
    """Whether a column is 0, 1, 2, … or 1, 2, 3, …, as the names of rows are written."""
    column = table.column(name)
    if not pa.types.is_integer(column.type) or column.null_count or table.num_rows < 3:
        return False
    values = column.to_numpy()
    return bool(values[0] in (0, 1) and (np.diff(values) == 1).all())


def _places(names: list[str]) -> Vector | None:
    """Return the names of columns as numbers; None where one is none."""
    try:
        return np.array([float(name) for name in names]) if len(names) > 1 else None
    except ValueError:
        return None


def _names(x: str, y: str, by: str, dates: DateAxis | None = None) -> dict[str, str]:
    found = {"x": x, "y": y, "by": by, "dates": str(dates or "")}
    return {role: name for role, name in found.items() if name}


def _source(table: pa.Table, name: str, dropped: int = 0, reason: str = "") -> Source:
    return Source(
        name=name,
        rows=table.num_rows,
        columns=table.num_columns,
        dropped=dropped,
        reason=reason if dropped else "",
    )


def _all_of(names: list[str]) -> str:
    return " or ".join(dict.fromkeys(names))


def _listed(names: list[str], limit: int = 8) -> str:
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown
