"""The tables of fitted curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ogive._base import Estimate, interval_texts
from ogive.curves import (
    ComparedModel,
    CurveFit,
    CurveParameter,
    CurveQuantity,
    Forecast,
    Outlier,
    RelativePotency,
    group_words,
    unit_words,
)
from ogive.report.curves_words import Columns, PotencySummary, expected_text, is_known, shared_names
from ogive.report.words import interval_header
from ogive.views import DASH, Field, Table, interval, number, p_value, place

# Lines of a table on a page; more would make it too heavy to open, and the fit has them all.
_ROWS = 500
_ALL = "all"
# What is told of a curve.
Told: TypeAlias = CurveParameter | CurveQuantity


def parameters_table(fit: CurveFit, columns: Columns) -> Table:
    """Return the parameters of the curve, or those of every group; what all groups share stands there once."""
    same = shared_names(fit)
    first = fit.parameters[: len(fit.family.parameters)]
    lines = [(_ALL, p) for p in first if p.name in same]
    lines += [(p.group, p) for p in fit.parameters if p.name not in same]
    return _estimates("Estimates of the parameters", lines, fit, columns)


def quantities_table(fit: CurveFit, quantities: Sequence[CurveQuantity], columns: Columns) -> Table:
    """Return what follows from every curve."""
    return _estimates("Derived quantities", [(one.group, one) for one in quantities], fit, columns)


def _estimates(caption: str, lines: Sequence[tuple[str, Told]], fit: CurveFit, columns: Columns) -> Table:
    grouped = len(fit.groups) > 1
    return Table(
        caption=caption + (f", the first {_ROWS} of {len(lines):,}" if len(lines) > _ROWS else ""),
        fields=(
            *((Field(header=columns.by),) if grouped else ()),
            Field(header="name"),
            Field(header="estimate", align="decimal"),
            Field(header=interval_header(fit.level)),
            Field(header="standard error", align="decimal"),
            Field(header="unit"),
            *(() if grouped else (Field(header="meaning"),)),
        ),
        rows=tuple(
            (*((group,) if grouped else ()), *_cells(one, columns, meaning=not grouped))
            for group, one in lines[:_ROWS]
        ),
    )


def _cells(one: Told, columns: Columns, *, meaning: bool) -> tuple[str, ...]:
    value, limits = (place(one.estimate.value), "given") if is_known(one.estimate) else _parts(one.estimate)
    error = DASH if one.se is None else f"{one.se:#.2g}" if 1e-4 <= one.se < 10 else number(one.se, 2)
    return (
        one.name,
        value if one.identified else DASH,
        limits,
        error,
        unit_words(one.unit, columns.x, columns.y),
        *((one.meaning,) if meaning else ()),
    )


def _parts(estimate: Estimate) -> tuple[str, str]:
    """Return an estimate and its interval, or its one limit, or that there is none."""
    value, low, high = interval_texts(estimate.value, estimate.low, estimate.high)
    if low and high:
        return value, interval(low, high)
    if low or high:
        return value, f"at\u00a0least\u00a0{low}" if low else f"at\u00a0most\u00a0{high}"
    return value, "not\u00a0determined"


def meanings_table(told: Sequence[Told]) -> Table:
    """Return what names mean, each once."""
    return Table(
        caption="What the names mean",
        fields=(Field(header="name"), Field(header="meaning")),
        rows=tuple({one.name: one.meaning for one in told}.items()),
    )


def comparison_table(models: Sequence[ComparedModel]) -> Table:
    """Return families by how well they meet the points, the best one first."""
    return Table(
        caption="Families compared",
        fields=(
            Field(header="family"),
            Field(header="parameters", align="right"),
            Field(header="AICc", align="decimal"),
            Field(header="above the best", align="decimal"),
            Field(header="Akaike weight", align="decimal"),
        ),
        rows=tuple(
            (one.name, str(one.parameters), f"{one.aicc:,.1f}", f"{one.delta:,.1f}", _weight(one.weight))
            for one in models
        ),
    )


def _weight(weight: float) -> str:
    return f"{weight:.2f}" if weight >= 0.005 else "<0.01"


def outliers_table(outliers: Sequence[Outlier], columns: Columns, *, grouped: bool) -> Table:
    """Return the points that were left out, and how far they are from the curve of the others."""
    return Table(
        caption="Points left out",
        fields=(
            *((Field(header=columns.by),) if grouped else ()),
            Field(header=columns.x, align="decimal"),
            Field(header=columns.y, align="decimal"),
            Field(header="standard deviations away", align="decimal"),
            Field(header="p", align="right"),
        ),
        rows=tuple(
            (
                *((one.group,) if grouped else ()),
                columns.at(one.x),
                number(one.y, 6),
                f"{one.t:+.1f}",
                p_value(one.p_value),
            )
            for one in outliers[:_ROWS]
        ),
    )


def forecast_table(ahead: Sequence[Forecast], columns: Columns, level: float) -> Table:
    """Return what is expected at every place of forecasts, with the limits of new points, and of sums."""
    grouped = any(one.group for one in ahead)
    rows = [
        (
            *((one.group,) if grouped else ()),
            columns.at(x),
            *(expected_text(band, k) for band in (one.new, one.total) if band),
        )
        for one in ahead
        for k, x in enumerate(one.new.x.tolist())
    ]
    limits = interval_header(level)
    return Table(
        caption="Forecast" + (f", the first {_ROWS} of {len(rows):,} places" if len(rows) > _ROWS else ""),
        fields=(
            *((Field(header=columns.by),) if grouped else ()),
            Field(header=columns.x),
            Field(header=f"expected ({limits} of new points)"),
            *((Field(header=f"sum ({limits})"),) if any(one.total for one in ahead) else ()),
        ),
        rows=tuple(rows[:_ROWS]),
    )


def potency_table(potency: RelativePotency | PotencySummary, by: str, level: float) -> Table:
    """Return how potent each group is relative to the reference."""
    rows = []
    for one in potency.potencies:
        value, limits = _parts(one.estimate)
        known = one.estimate.low is not None and one.estimate.high is not None
        rows.append((one.group, value if known else DASH, limits))
    return Table(
        caption=f"Potency relative to {group_words(by, potency.reference)}",
        fields=(
            Field(header=by),
            Field(header="relative potency", align="decimal"),
            Field(header=interval_header(level)),
        ),
        rows=tuple(rows),
    )


def refused_table(fit: CurveFit, columns: Columns) -> Table:
    """Return the groups without a curve, and why."""
    return Table(
        caption="Groups without a curve",
        fields=(Field(header=columns.by), Field(header="reason")),
        rows=tuple((one.group, one.reason) for one in fit.refused[:_ROWS]),
    )
