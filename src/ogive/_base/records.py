"""Frozen records: the results that rooms hand to each other, to files and to people."""

from __future__ import annotations

import math

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen, typed, keyword-only record that the JSON codec can write and strictly read back."""


class Estimate(Record, frozen=True, kw_only=True):
    """A number that knows its interval.

    `low` and `high` are None where no valid interval exists; `method` then says why.

    Examples
    --------
    >>> from ogive import Estimate
    >>> Estimate(value=0.9, low=0.86, high=0.93, method="DeLong")
    0.90 (0.86 – 0.93)
    """

    value: float
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    method: str = ""

    def __repr__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.value:.3g}"
        # Two decimals, as is usual; more where the interval is so narrow that it would not show, none where it is wide.
        width = self.high - self.low
        spans = math.isfinite(width) and width > 0
        digits = min(max(-math.floor(math.log10(width / 2)), 2 if width < 10 else 0), 6) if spans else 2
        # Adding 0 turns a rounded -0.00 into 0.00.
        value, low, high = (round(x, digits) + 0.0 for x in (self.value, self.low, self.high))
        return f"{value:.{digits}f} ({low:.{digits}f} – {high:.{digits}f})"
