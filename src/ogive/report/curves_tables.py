"""The tables of fitted curves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ogive._base import Estimate
from ogive.curves import CurveFit, CurveParameter, unit_words
from ogive.report.curves_words import Columns, is_known, shared_names
from ogive.report.words import interval_header
from ogive.views import DASH, Field, Table, interval, measured, number, table_of

# Lines of a table on a page; more would make it too heavy to open, and the fit has them all.
_ROWS = 500
_ALL = "all"


def parameters_table(fit: CurveFit, columns: Columns) -> Table:
    """Return the parameters of the curve with what they mean, or those of every group."""
    grouped = len(fit.groups) > 1
    same = shared_names(fit)
    size = len(fit.family.parameters)
    lines = [(_ALL, p) for p in fit.parameters[:size] if p.name in same]
    lines += [(p.group, p) for p in fit.parameters if p.name not in same]
    shown = lines[:_ROWS]
    head = (Field(header=columns.by), Field(header="parameter")) if grouped else (Field(header="parameter"),)
    return Table(
        caption="Estimates" + (f", the first {_ROWS} of {len(lines):,}" if len(lines) > _ROWS else ""),
        fields=(
            *head,
            Field(header="estimate", align="decimal"),
            Field(header=interval_header(fit.level), align="left"),
            Field(header="standard error", align="decimal"),
            Field(header="unit"),
            *(() if grouped else (Field(header="meaning"),)),
        ),
        rows=tuple(
            (*((group,) if grouped else ()), *_cells(p, columns, meaning=not grouped)) for group, p in shown
        ),
    )


def _cells(p: CurveParameter, columns: Columns, *, meaning: bool) -> tuple[str, ...]:
    unit = unit_words(p.unit, columns.x, columns.y)
    value, limits = (number(p.estimate.value), "given") if is_known(p) else estimate_cells(p.estimate)
    error = DASH if p.se is None else f"{p.se:#.2g}" if 1e-4 <= p.se < 10 else number(p.se, 2)
    return (p.name, value if p.identified else DASH, limits, error, unit, *((p.meaning,) if meaning else ()))


def estimate_cells(estimate: Estimate) -> tuple[str, str]:
    """Return an estimate and its interval, or its one limit, or that there is none."""
    value, low, high = measured(estimate)
    if low and high:
        return value, interval(low, high)
    if low or high:
        return value, f"at least {low}" if low else f"at most {high}"
    return value, "not determined"


def meanings_table(fit: CurveFit) -> Table:
    """Return what the parameters mean."""
    return Table(
        caption="What the parameters mean",
        fields=(Field(header="parameter"), Field(header="meaning")),
        rows=tuple((reading.name, reading.meaning) for reading in fit.family.parameters),
    )


def refused_table(fit: CurveFit, columns: Columns) -> Table:
    """Return the groups without a curve, and why."""
    return Table(
        caption="Groups without a curve",
        fields=(Field(header=columns.by), Field(header="reason")),
        rows=tuple((one.group, one.reason) for one in fit.refused[:_ROWS]),
    )


def records_table(caption: str, records: Iterable[Any]) -> Table:
    """Return records of another kind as they are: a column a field, estimates with their intervals."""
    rows: Sequence[Mapping[str, object]] = [
        {name.replace("_", " "): _plain(value) for name, value in msgspec.structs.asdict(one).items()}
        for one in records
    ]
    empty = {key for key in (rows[0] if rows else ()) if all(row[key] in {"", None} for row in rows)}
    return table_of(caption, [{k: v for k, v in row.items() if k not in empty} for row in rows[:_ROWS]])


def _plain(value: object) -> object:
    if isinstance(value, Estimate):
        return " ".join(estimate_cells(value)) if value.low is None or value.high is None else repr(value)
    return ("yes" if value else "no") if isinstance(value, bool) else value
