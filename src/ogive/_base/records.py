"""Frozen records: the results that rooms hand to each other, to files and to people."""

from __future__ import annotations

import math

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen, typed, keyword-only record that the JSON codec can write and strictly read back."""


class Estimate(Record, frozen=True, kw_only=True):
    """A number that knows its interval.

    `low` and `high` are None where no valid interval exists; `method` then says why. Where only one of them is, the
    number is not determined but on one side.

    Examples
    --------
    >>> from ogive import Estimate
    >>> Estimate(value=0.9, low=0.86, high=0.93, method="DeLong")
    0.90 (0.86 – 0.93)
    >>> Estimate(value=97.0, low=12.3)
    above 12.3
    """

    value: float
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    method: str = ""

    def __repr__(self) -> str:
        value, low, high = interval_texts(self.value, self.low, self.high)
        if low and high:
            return f"{value} ({low} – {high})"
        return f"above {low}" if low else f"below {high}" if high else value


def interval_texts(value: float, low: float | None, high: float | None) -> tuple[str, str, str]:
    """Return a number and its limits as texts with the digits that the interval supports; empty where there is none.

    Examples
    --------
    >>> interval_texts(0.9, 0.86, 0.93), interval_texts(3.14e-9, 2.8e-9, 3.5e-9), interval_texts(5.0, 4.2512, None)
    (('0.90', '0.86', '0.93'), ('3.1e-9', '2.8e-9', '3.5e-9'), ('5', '4.25', ''))
    >>> interval_texts(9.1, 1e-4, 2.5e8), interval_texts(5200.0, 4971.3, None)
    (('9.1', '0.0001', '2.5e8'), ('5200', '4971', ''))
    >>> interval_texts(0.0521, 0.0021, 41.2), interval_texts(0.0521, -0.3, 41.2)
    (('0.0521', '0.0021', '41.2'), ('0', '0', '41'))
    """
    if low is None or high is None or 0 < 1000 * abs(value) < high - low:  # the last is of decades
        ends = ["" if limit is None else _short(limit) for limit in (low, high)]
        return _short(value), ends[0], ends[1]
    width, size = high - low, max(abs(value), abs(low), abs(high))
    spans = math.isfinite(width) and width > 0
    # Two decimals, as is usual; more where the interval is so narrow that it would not show, none where it is wide.
    finest = -math.floor(math.log10(width / 2)) if spans else 2
    if spans and ((finest > 6 and size < 1e-3) or size >= 1e7):
        power = min(max(finest + math.floor(math.log10(size)), 1), 15)
        scientific = [_exponent(f"{x:.{power}e}") for x in (value, low, high)]
        return scientific[0], scientific[1], scientific[2]
    digits = min(max(finest, 2 if width < 10 else 0), 6)
    if round(value, digits) == 0 and (low > 0 or high < 0):  # what cannot be 0 is not shown as 0
        return _short(value), _short(low), _short(high)

    def fixed(x: float) -> str:
        return f"{round(x, digits) + 0.0:.{digits}f}"  # adding 0 turns a rounded -0.00 into 0.00

    return fixed(value), fixed(low), fixed(high)


def _short(value: float) -> str:
    """Return three digits, and all those of a whole part."""
    whole = 1000 <= abs(value) < 1e7
    return f"{value:.0f}" if whole else _exponent(f"{value:.3g}")


def _exponent(text: str) -> str:
    """Write a power of ten without zeros before it: 2e-09 is 2e-9."""
    mantissa, mark, power = text.partition("e")
    return f"{mantissa}e{int(power)}" if mark else text
