"""Dates as places on an axis, and back."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest

from ogive import InputError
from ogive.data import DateAxis, place_vector

DATES = [datetime.date(2020, 2, 28), datetime.date(2020, 2, 29), datetime.date(2020, 3, 1)]
LATER = [datetime.date(y, m, d) for y, m, d in ((1899, 12, 31), (1900, 1, 1), (2000, 7, 1), (2096, 2, 29))]


def places(values):
    return place_vector(pa.table({"t": values}), "t")


@pytest.mark.parametrize(
    "values",
    [
        pa.array(DATES),
        pa.array(DATES).cast(pa.date64()),
        pa.array(DATES).cast(pa.timestamp("ns")),
        pa.array(DATES).cast(pa.timestamp("ms")).cast(pa.timestamp("ms", "UTC")),
        pa.array([d.isoformat() for d in DATES]),
        pa.array([f" {d.isoformat()}T00:00" for d in DATES]),
        pa.array([d.isoformat() for d in DATES]).dictionary_encode(),
    ],
)
def test_days_are_counted_whatever_holds_them(values):
    found, axis = places(values)
    assert found.tolist() == [0.0, 1.0, 2.0]
    assert str(axis) == "days since 2020-02-28" and DateAxis.read(str(axis)) == axis
    assert axis.column(found).to_pylist() == DATES


def test_many_years_are_counted_in_years():
    found, axis = places(pa.array(LATER))
    assert str(axis) == "years"
    # by the calendar: 365 days in 1899, 366 in 2000 and 2096; 182 and 59 days before 1 July and 29 February
    expected = [1899 + 364 / 365, 1900, 2000 + 182 / 366, 2096 + 59 / 366]
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert axis.column(found).to_pylist() == LATER


def test_every_day_of_four_centuries_comes_back():
    day = np.arange(-73_000.0, 73_000.0)
    axis = DateAxis(unit="year")
    assert (axis.column(axis.places(day)).cast(pa.int32()).to_numpy() == day).all()


def test_hours_of_a_day_are_counted_from_the_first_one():
    first = datetime.datetime(2024, 5, 1, 14, 5, 30)
    found, axis = places(pa.array([first, None, first + datetime.timedelta(hours=2.5)]))
    np.testing.assert_allclose(found, [0, np.nan, 2.5], rtol=0, atol=1e-6)
    assert str(axis) == "hours since 2024-05-01T14:05:30"
    assert axis.text(2.5) == "2024-05-01 16:35:30" and axis.text(2.5 + 1 / 120) == "2024-05-01 16:36"
    assert axis.column(np.array([2.5])).to_pylist() == [first + datetime.timedelta(hours=2.5)]


def test_a_known_axis_counts_other_dates_as_it_does():
    axis = DateAxis(unit="day", since="2020-01-01")
    assert place_vector(pa.table({"t": DATES}), "t", axis)[0].tolist() == [58.0, 59.0, 60.0]
    assert axis.place("2020-12-31") == 365 and axis.place("2020-01-01T12:00") == 0.5
    years = DateAxis(unit="year")
    assert place_vector(pa.table({"t": [2020.5]}), "t", years)[0].tolist() == [2020.5]
    with pytest.raises(InputError, match="holds numbers; dates were expected"):
        place_vector(pa.table({"t": [2020.5]}), "t", axis)


def test_what_is_no_date():
    with pytest.raises(InputError, match="dates are read as 2024-01-31"):
        places(pa.array(["22/01/2020", "23/01/2020"]))
    with pytest.raises(InputError, match="is no date"):
        DateAxis(unit="year").place("soon")
    axis = DateAxis(unit="day", since="2020-01-01")
    assert [axis.text(x) for x in (1e30, -np.inf, np.nan)] == ["beyond the calendar"] * 3
