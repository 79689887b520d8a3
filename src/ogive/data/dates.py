"""Dates along a numeric axis: how they are counted, and back."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ogive._base import InputError, Record, Vector
from ogive.data.names import require
from ogive.data.tables import source_name
from ogive.data.values import YEAR, days, family, holds_dates, numbers, refuse_infinite

Unit = Literal["year", "day", "hour"]
# Dates that span more years than these are counted in years, those that span fewer days in hours.
_YEARS, _DAYS = 3, 3
_DAY = 86_400_000_000  # microseconds
# Days, or years, that are beyond every calendar.
_FAR = 2.9e6


class DateAxis(Record, frozen=True, kw_only=True):
    """How dates are counted: in years of the calendar, as in 2035.5, or in days or hours since one of them.

    Attributes
    ----------
    unit : "year", "day" or "hour"
    since : str
        Where days and hours are counted from; empty for years.
    """

    unit: Unit
    since: str = ""

    @staticmethod
    def of(day: Vector) -> DateAxis:
        """Choose how to count dates, given as days since 1970-01-01, by how far they span."""
        first, last = float(np.nanmin(day)), float(np.nanmax(day))
        if last - first > _YEARS * YEAR:
            return DateAxis(unit="year")
        if last - first < _DAYS and (np.floor(day) != day).any():
            return DateAxis(unit="hour", since=_moment(first))
        return DateAxis(unit="day", since=_moment(math.floor(first)))

    @staticmethod
    def read(words: str) -> DateAxis | None:
        """Return what `str` of an axis says, or None of nothing.

        Examples
        --------
        >>> str(DateAxis.read("days since 2020-01-22")), str(DateAxis.read("years"))
        ('days since 2020-01-22', 'years')
        """
        unit, _, since = words.partition(" since ")
        units: dict[str, Unit] = {"years": "year", "days": "day", "hours": "hour"}
        return DateAxis(unit=units[unit], since=since) if unit in units else None

    def __str__(self) -> str:
        return f"{self.unit}s" + (f" since {self.since}" if self.since else "")

    def title(self, name: str) -> str:
        """Return what a column of dates is called along the axis, with the unit.

        Examples
        --------
        >>> DateAxis(unit="day", since="2020-01-22").title("date"), DateAxis(unit="year").title("date")
        ('date (days since 2020-01-22)', 'date (years)')
        """
        return f"{name} ({self})"

    def places(self, day: Vector) -> Vector:
        """Return places on the axis of days since 1970-01-01.

        Examples
        --------
        >>> DateAxis(unit="year").places(np.array([0.0, 365 / 2])).tolist()
        [1970.0, 1970.5]
        """
        if self.unit != "year":
            return (day - _day(self.since)) * (24.0 if self.unit == "hour" else 1.0)
        known = np.where(np.isnan(day), 0.0, day)
        year = np.floor(known).astype(np.int64).astype("M8[D]").astype("M8[Y]").astype(np.int64)
        start, end = _new_year(year), _new_year(year + 1)
        return 1970 + year + (day - start) / (end - start)

    def days(self, places: Vector) -> Vector:
        """Return places on the axis as days since 1970-01-01.

        Examples
        --------
        >>> DateAxis(unit="year").days(np.array([1970.5, 1971.0])).tolist()
        [182.5, 365.0]
        """
        if self.unit != "year":
            return _day(self.since) + places / (24.0 if self.unit == "hour" else 1.0)
        year = np.floor(places).astype(np.int64) - 1970
        start, end = _new_year(year), _new_year(year + 1)
        return start + (places - 1970 - year) * (end - start)

    def place(self, text: str) -> float:
        """Return the place of a date as people write it.

        Raises
        ------
        InputError
            Where it is none.
        """
        column = pa.chunked_array([[text]])
        if not holds_dates(column):
            raise InputError(f"{text!r} is no date.", "write 2024-01-31")
        return float(self.places(days(column, "", ""))[0])

    def text(self, place: float) -> str:
        """Return the date at a place; with the time where hours are counted.

        Examples
        --------
        >>> DateAxis(unit="day", since="2020-01-22").text(82.4), DateAxis(unit="year").text(2035.5)
        ('2020-04-13', '2035-07-02')
        >>> DateAxis(unit="hour", since="2024-05-01T14:00").text(1.25)
        '2024-05-01 15:15'
        """
        day = float(self.days(np.array([place]))[0]) if abs(place) < _FAR else math.inf
        if not abs(day) < _FAR:
            return "beyond the calendar"
        moment = self._moments(np.array([day]))[0]
        minute = moment.astype("M8[m]") if self.unit == "hour" else moment
        return str(minute if minute == moment else moment).replace("T", " ")

    def column(self, places: Vector) -> Any:
        """Return the dates at places, as Arrow: the days that they lie in, or times where hours are counted."""
        return pa.array(self._moments(self.days(places)))

    def _moments(self, day: Vector) -> NDArray[np.datetime64]:
        """Return days, or where hours are counted seconds; half a second more makes up for what was rounded."""
        seconds = np.floor(day * 86_400 + 0.5).astype(np.int64)
        return seconds.astype("M8[s]") if self.unit == "hour" else (seconds // 86_400).astype("M8[D]")


def place_vector(table: Any, name: str, axis: DateAxis | None = None) -> tuple[Vector, DateAxis | None]:
    """Return a column as places on an axis, NaN where it is missing, and how they count dates, if it holds dates.

    Parameters
    ----------
    table : pyarrow.Table
        Any.
    name : str
        Of the column: numbers, dates, times, or text that is one of them.
    axis : DateAxis, optional
        How to count; chosen by the span of the dates unless given.

    Raises
    ------
    InputError
        Where there is no such column, or it holds neither numbers nor dates; numbers where days are expected.
    """
    where = source_name(table)
    require([name], table.column_names, where, "x")
    column = table.column(name)
    if is_dated(column):
        day = days(column, name, where)
        if np.isnan(day).all():
            return day, axis
        chosen = axis or DateAxis.of(day)
        return chosen.places(day), chosen
    if axis is not None and axis.unit != "year" and family(column.type) == "number":
        raise InputError(
            f"{where}: column {name!r} holds numbers; dates were expected.",
            f"write them as 2024-01-31; the curves count {axis}",
        )
    try:
        values = numbers(column, name, where)
    except InputError as error:
        raise InputError(error.problem, (*error.remedies, "dates are read as 2024-01-31")) from None
    refuse_infinite(values, name, where)
    return values, axis


def is_dated(column: Any) -> bool:
    """Return whether a column holds dates or times, or text that is nothing but these."""
    kind = family(column.type)
    return kind == "date" or (kind == "text" and holds_dates(column))


def _moment(day: float) -> str:
    """Return days since 1970-01-01 as text, without a time where it is midnight."""
    text = str(np.datetime64(round(day * _DAY), "us"))
    return text.removesuffix("T00:00:00.000000").removesuffix(".000000").removesuffix(":00")


def _day(text: str) -> float:
    return float(np.datetime64(text, "us").astype(np.int64)) / _DAY


def _new_year(year: Any) -> Vector:
    """Return the first days of years since 1970, as days since 1970-01-01."""
    return np.asarray(year).astype("M8[Y]").astype("M8[D]").astype(np.float64)
