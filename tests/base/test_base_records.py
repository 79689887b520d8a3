"""Records, their text and their JSON; statuses with remedies; errors that can be pickled."""

from __future__ import annotations

import pickle

import msgspec
import numpy as np
import pytest

from ogive import Estimate, InputError, Status
from ogive._base import Record, decode, encode


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.897, 0.8552, 0.928, "0.90 (0.86 – 0.93)"),
        (0.7862, 0.7848, 0.7875, "0.786 (0.785 – 0.787)"),
        (-0.0001, -0.0072, 0.0071, "0.000 (-0.007 – 0.007)"),
        (0.88, 0.71, 1.05, "0.88 (0.71 – 1.05)"),
        (4.211, 2.049, 8.803, "4.21 (2.05 – 8.80)"),
        (12000.0, 11000.0, 15000.0, "12000 (11000 – 15000)"),
        (1.0, 1.0, 1.0, "1.00 (1.00 – 1.00)"),
        (0.123456, None, None, "0.123"),
        (250.0, 12.345, None, "above 12.3"),
        (-250.0, None, 4.5, "below 4.5"),
        (3.14e-9, 2.8e-9, 3.5e-9, "3.1e-9 (2.8e-9 – 3.5e-9)"),
        (2.5e-12, None, None, "2.5e-12"),
        (4e300, 3.9e300, 4.2e300, "4.0e300 (3.9e300 – 4.2e300)"),
    ],
)
def test_an_estimate_shows_the_digits_that_its_interval_supports(value, low, high, text):
    assert repr(Estimate(value=value, low=low, high=high)) == text


class Example(Record, frozen=True, kw_only=True):
    name: str
    values: np.ndarray
    status: Status = Status.OPTIMAL


def test_records_survive_json_to_the_bit_and_give_the_same_bytes():
    record = Example(name="ä", values=np.array([0.1, 1 / 3, 5e-324, -1.7976931348623157e308]))
    data = encode(record)
    again = decode(data, Example)
    assert again.values.tobytes() == record.values.tobytes()
    assert encode(again) == data


@pytest.mark.parametrize(
    "text",
    [
        b'{"name": "a", "values": [1, null]}',
        b'{"name": "a", "values": [1], "more": 1}',
        b'{"name": "a"}',
        b'{"name": 3, "values": [1]}',
        b'{"name": "a", "values": [1], "status": "fine"}',
        b'{"name": "a", "values": [1]',
        b'{"name": "a", "values": "abc"}',
    ],
)
def test_reading_is_strict(text):
    with pytest.raises((msgspec.ValidationError, msgspec.DecodeError)):
        decode(text, Example)


def test_every_failure_has_a_remedy():
    for status in Status:
        assert status.meaning
        assert bool(status.remedy) == (status is not Status.OPTIMAL)


def test_an_input_error_says_what_to_do_and_survives_pickling():
    error = InputError("expected 2 classes, got 3.", ["merge two", "or leave one out"])
    assert str(error) == "expected 2 classes, got 3.\n  merge two\n  or leave one out"
    again = pickle.loads(pickle.dumps(error))
    assert (again.problem, again.remedies) == (error.problem, error.remedies)
    assert isinstance(error, ValueError)
