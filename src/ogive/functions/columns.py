"""Columns by name that show themselves as a table: the family compared, and its values at chosen points."""

# ruff: noqa: PLC0415 (how a table is shown is imported when it is shown)

from __future__ import annotations

import timeit
from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError
from ogive.functions.about import ABOUT
from ogive.functions.family import CURVES, FAMILY, Function, named

if TYPE_CHECKING:
    from ogive.views import Table

_SHOWN = 30  # rows of a long table that are shown: its first and last
_RACE = 100_000  # elements that fit a second-level cache


class Columns(dict[str, Any]):
    """Columns of equal length by name: a dict, which pandas and Polars take, that prints as a table.

    Examples
    --------
    >>> Columns(x=[1.0, 2.0], y=[0.25, None])
    x      y
    1   0.25
    2      –
    """

    def to_table(self, caption: str = "", most: int | None = None) -> Table:
        """Return the columns as a table for people; of more than `most` rows (30) the middle is left out."""
        from ogive.views import table_of

        rows = [dict(zip(self, row, strict=True)) for row in zip(*map(_plain, self.values()), strict=True)]
        most = most or _SHOWN
        if len(rows) > most:
            rows = [*rows[: most // 2], dict.fromkeys(self, "…"), *rows[-(most // 2) :]]
        return table_of(caption, rows)

    def __repr__(self) -> str:
        from ogive.views import as_text, text_table

        return as_text(text_table(self.to_table(), indent=0), width=10_000)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


class Catalogue(Columns):
    """The family compared: one row a function, every number computed from the function itself.

    `low` and `high` bound the values, `left` and `right` are the limits at the ends of the domain, `slope_left` and
    `slope_right` those of the derivative. From `flat_left` down and from `flat_right` up, float64 rounds to the
    limit. An odd function is zero-centred. None stands where a column does not apply: functions along an axis are
    no curves.
    """

    def to_table(self, caption: str = "", most: int | None = None) -> Table:
        """Return the table for people: ends of intervals in one cell, the rest in words."""
        from ogive.views import table_of

        rows = []
        for i, name in enumerate(self["function"]):
            row = {key: self[key][i] for key in self}
            if row["low"] is None:
                continue
            shown = {
                "function": name,
                "range": _between(row["low"], row["high"]),
                "max slope": _brief(row["max_slope"]),
                "at ends": f"{_brief(row['slope_left'])}, {_brief(row['slope_right'])}",
                "shape": _shape(row),
                "flat past": _ends(row["flat_left"], row["flat_right"]),
            }
            if "time" in row:
                shown["time"] = f"{row['time']:.1f}"
            rows.append(shown)
        return table_of(caption, rows[:most])


def catalogue(functions: Iterable[str | Function] | None = None, *, time: bool = False) -> Catalogue:
    """Return the table that compares the family, computed from the functions.

    Parameters
    ----------
    functions : iterable of str or ufunc, optional
        Members by name or themselves; the whole family unless given.
    time : bool
        Measure each on this machine, on 100,000 numbers, and add its time relative to that of ReLU.

    Examples
    --------
    >>> from ogive import functions as F
    >>> F.catalogue(["sigmoid", "tanh", "softplus"])
    function   range     max slope   at ends   shape        flat past
    sigmoid    0 to 1    0.25        0, 0      rises        -745, 37...
    tanh       -1 to 1   1           0, 0      rises, odd   ±18.5
    softplus   0 to ∞    1           0, 1      rises        -745, –
    """
    names = list(FAMILY) if functions is None else [named(f) for f in functions]
    rows = [_facts(name) for name in names]
    if time:
        unit = _seconds("relu" if "relu" in FAMILY else names[0])
        rows = [row | {"time": _seconds(str(row["function"])) / unit} for row in rows]
    return Catalogue({key: [row[key] for row in rows] for key in (rows[0] if rows else {})})


def table(
    x: ArrayLike, functions: Iterable[str | Function] | None = None, *, derivative: bool = False
) -> Columns:
    """Return values at the points x, one column a function.

    Parameters
    ----------
    x : array-like
        Points, one-dimensional.
    functions : iterable of str or ufunc, optional
        Members by name or themselves; all functions of one number unless given.
    derivative : bool
        Add a column of derivatives beside each.

    Returns
    -------
    Columns
        A dict of arrays, which pandas and Polars take; functions of a parameter have it at its usual value.

    Examples
    --------
    >>> from ogive import functions as F
    >>> F.table([-2, 0, 2], [F.sigmoid], derivative=True)
     x   sigmoid   sigmoid_derivative
    -2    0.1192              0.10499
     0       0.5                 0.25
     2    0.8808              0.10499
    """
    points = np.atleast_1d(np.asarray(x))
    if points.ndim != 1 or points.dtype.kind not in "biuf":
        raise InputError(
            f"the points of a table are a list of numbers, got {points.ndim} dimensions of {points.dtype}.",
            "as in table([-2, 0, 2])",
        )
    if points.dtype.kind != "f":
        points = points.astype(np.float64)
    columns = Columns(x=points)
    for name in CURVES if functions is None else [named(f) for f in functions]:
        curve = curve_of(name)
        columns[name] = curve.values(points)
        if derivative:
            columns[f"{name}_derivative"] = curve.slopes(points)
    return columns


def curve_of(name: str) -> Any:
    """Return a member as a curve; an InputError for those along an axis, which are none."""
    if name not in CURVES:
        raise InputError(
            f"{name} works along an axis; it is no function of one number.",
            "from Python: ogive.functions." + name,
        )
    return CURVES[name]


def _facts(name: str) -> dict[str, object]:
    curve = CURVES.get(name)
    if curve is None:
        return dict.fromkeys(_FACTS) | {"function": name, "formula": ABOUT[name].formula}
    ends = curve.saturates["float64"]
    row = (name, *curve.range, *curve.limits, curve.max_slope, *curve.slope_limits)
    return dict(
        zip(_FACTS, (*row, curve.zero_centred, curve.monotone, *ends, ABOUT[name].formula), strict=True)
    )


_FACTS = (
    *("function", "low", "high", "left", "right", "max_slope", "slope_left", "slope_right"),
    *("zero_centred", "monotone", "flat_left", "flat_right", "formula"),
)


def _seconds(name: str) -> float:
    """Return the shortest of several runs, on numbers inside the domain."""
    function, curve = FAMILY[name], CURVES.get(name)
    low, high = (0.01, 0.99) if curve is not None and np.isfinite(curve.domain[0]) else (-4.0, 4.0)
    arguments: list[Any] = [np.linspace(low, high, _RACE), *ABOUT[name].parameters]
    if curve is None:
        arguments[0] = arguments[0].reshape(-1, 10)
        if function.nin == 2:
            arguments.append(np.zeros(_RACE // 10, dtype=np.intp))
    out = function(*arguments)
    return min(timeit.repeat(lambda: function(*arguments, out=out), number=3, repeat=7))


def _plain(column: Any) -> list[object]:
    """Return a column as Python values; what is not a number is missing."""
    values = column.tolist() if isinstance(column, np.ndarray) else column
    return [_cell(v) if isinstance(v, float) else v for v in values]


def _cell(value: float) -> object:
    return None if np.isnan(value) else str(value) if np.isinf(value) else value


def _brief(value: float | None) -> str:
    from ogive.views import number

    if value is None:
        return "–"
    return number(value) if np.isfinite(value) else "∞" if value > 0 else "-∞"


def _between(low: float, high: float) -> str:
    return f"{_brief(low)} to {_brief(high)}"


def _ends(left: float | None, right: float | None) -> str:
    if left is None and right is None:
        return "–"
    shown = _brief(left), _brief(right)
    return f"±{shown[1]}" if shown[0] == f"-{shown[1]}" else ", ".join(shown)


def _shape(row: Mapping[str, Any]) -> str:
    turns = "turns" if not row["monotone"] else "rises" if row["left"] < row["right"] else "falls"
    return f"{turns}, odd" if row["zero_centred"] else turns
