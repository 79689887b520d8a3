"""What one column is: a number, a boolean, a category or a date, or nothing that a term can be made of.

The rules, in words, so that a person can foresee them:

- Numbers are numbers; dates become numbers (see `date_part`); text is a category; false/true, 0/1, no/yes and
  the like are boolean.
- Whole numbers are codes, a category, where all are single digits and they take two or three values; or four
  or five that begin at 0 or 1 and do not look like a count: 0, 1, 2, 3, … without a gap, none more frequent
  than the one before.
- Left out, each with its reason: columns without any value, or with one value in every row; whole numbers
  that number more than 200 rows (from 0 or 1, all different, no gap), or that differ in every row and are
  named so (index, row, key, no, id); columns named like an identifier (id, uuid) with more than 20 different
  values; text that differs in every row, or has more than 20 different values that stand in fewer than five
  rows each on average (identifiers, names, free text), unless every text is a number: then it is numbers.
- `categories` and `numbers` overrule all this, save for columns without a value or with only one.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogive.data.levels import as_pair, ordered, tally
from ogive.data.schema import Column, Kind
from ogive.data.values import (
    YEAR,
    days,
    distinct_count,
    family,
    holds_dates,
    label,
    labels,
    missing_count,
    numbers,
    parses,
    refuse_infinite,
)

MANY_LEVELS = 20
ROWS_A_LEVEL = 5
NUMBERED_ROWS = 200
KINDS: dict[str, Kind] = {"number": "number", "boolean": "boolean", "text": "category", "date": "date"}
_ID_WORDS = {"id", "ids", "uid", "uuid", "guid"}
_ROW_WORDS = {"index", "idx", "key", "row", "rowname", "rownames", "no", "nr", "obs", "unnamed"}


def describe(column: Any, name: str, where: str, forced: Kind | None = None) -> Column:
    """Return what a column is; `forced` is the kind that a person asked for.

    Raises
    ------
    InputError
        Where a number is infinite, or a column that must be a number holds text.
    """
    missing = missing_count(column)
    kind = family(column.type)
    if missing == len(column):
        return _left_out(name, KINDS.get(kind, "other"), "every value is missing", missing)
    if kind in ("other", "null"):
        return _left_out(
            name, "other", f"its type, {column.type}, is neither a number, text nor a date", missing
        )
    if forced == "number":
        return _number(pa.chunked_array([numbers(column, name, where)]), name, where, missing, forced)
    if kind == "number":
        return _number(column, name, where, missing, forced)
    if kind == "date" and forced is None:
        return _date(column, name, where, missing)
    return _labelled(column, name, where, missing, forced)


def _left_out(name: str, kind: Kind, reason: str, missing: int) -> Column:
    return Column(name=name, kind=kind, role="left out", reason=reason, missing=missing)


def _number(column: Any, name: str, where: str, missing: int, forced: Kind | None) -> Column:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    low, high = (float(value.as_py()) for value in pc.min_max(column).values())
    if forced != "category" and not (np.isfinite(low) and np.isfinite(high)):
        refuse_infinite(numbers(column, name, where), name, where)
    if low == high and not missing:
        return _left_out(name, "number", f"constant: always {label(low)}", missing)
    if forced == "category":
        return _category(column, name, tuple(tally(*labels(column))), missing, "")
    whole = _whole_numbers(column, name, missing, low, high) if forced is None and _whole(column) else None
    return whole or Column(name=name, kind="number", missing=missing, low=low, high=high, numeric=True)


def _whole_numbers(column: Any, name: str, missing: int, low: float, high: float) -> Column | None:
    """Return what whole numbers are where they are no quantity: keys or codes."""
    reason = _key(name, column, len(column) - missing, low, high)
    if reason:
        return _left_out(name, "number", reason, missing)
    if _named_id(name):
        reason = "named like an identifier, so its values are levels"
        return _category(column, name, tuple(tally(*labels(column))), missing, reason)
    counts = tally(*labels(column)) if low >= 0 and high <= 9 else {}
    if counts and _codes(counts):
        return _category(column, name, tuple(counts), missing, "few whole numbers, read as codes")
    return None


def _whole(column: Any) -> bool:
    """Return whether every number is whole; the first thousand usually tell."""
    if pa.types.is_integer(column.type):
        return True
    column = column.cast(pa.float64())
    for part in (column.slice(0, 1000), column):
        known = part.filter(pc.is_finite(part))
        if not pc.all(pc.equal(pc.floor(known), known), min_count=0).as_py():
            return False
    return True


def _codes(counts: dict[str, int]) -> bool:
    """Return whether these whole numbers of one digit are codes rather than a count."""
    values, rows = [int(text) for text in counts], list(counts.values())
    falling = all(a >= b for a, b in pairwise(rows))
    is_count = values == list(range(len(values))) and falling
    return len(values) <= 3 or (len(values) <= 5 and values[0] <= 1 and not is_count)


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def _named_id(name: str) -> bool:
    words = _words(name)
    return bool(words) and (words[-1] in _ID_WORDS or words[0] in _ID_WORDS)


def _key(name: str, column: Any, present: int, low: float, high: float) -> str:
    """Return why whole numbers measure nothing but number or name the rows; "" where they may measure."""
    words = _words(name)
    rowlike = bool(words) and (
        words[-1] in _ROW_WORDS or words[0] in _ROW_WORDS or re.fullmatch(r"column \d+", name)
    )
    run = low in (0, 1) and high - low == present - 1
    if not (_named_id(name) or rowlike or run):
        return ""
    distinct = distinct_count(column)
    if distinct == present and (rowlike or _named_id(name) or present > NUMBERED_ROWS):
        return f"looks like a row number or identifier: all {present} values differ"
    if _named_id(name) and distinct > MANY_LEVELS:
        return f"named like an identifier, with {distinct} different values"
    return ""


def _labelled(column: Any, name: str, where: str, missing: int, forced: Kind | None) -> Column:
    """Return what a column of text or booleans is (or of dates that are to be a category)."""
    present = len(column) - missing
    if forced is None and family(column.type) == "text":
        if holds_dates(column):
            return _date(column, name, where, missing)
        reason = _text_key(name, present, distinct_count(column))
        if reason and parses(column):
            return _number(pa.chunked_array([numbers(column, name, where)]), name, where, missing, None)
        if reason:
            return _left_out(name, "category", reason, missing)
    found = tuple(tally(*labels(column)))
    if len(found) == 1 and not missing:
        return _left_out(name, "category", f"constant: always {found[0]!r}", missing)
    return _category(column, name, found, missing, "")


def _text_key(name: str, present: int, distinct: int) -> str:
    """Return why texts are no levels of a category; "" where they may be."""
    if distinct == present > 1:
        return f"looks like an identifier: all {present} texts differ"
    if distinct > MANY_LEVELS and distinct * ROWS_A_LEVEL > present:
        return f"looks like free text or names: {distinct} different texts in {present} rows"
    if _named_id(name) and distinct > MANY_LEVELS:
        return f"named like an identifier, with {distinct} different values"
    return ""


def _category(column: Any, name: str, found: tuple[str, ...], missing: int, reason: str) -> Column:
    numeric = family(column.type) == "number"
    pair = as_pair(found)
    if pair is not None:
        return Column(name=name, kind="boolean", levels=pair, missing=missing, numeric=numeric)
    return Column(
        name=name, kind="category", levels=ordered(found), missing=missing, numeric=numeric, reason=reason
    )


def _date(column: Any, name: str, where: str, missing: int) -> Column:
    """Return a date with the parts that its range can tell apart."""
    day = days(column, name, where)
    low, high = float(np.nanmin(day)), float(np.nanmax(day))
    if low == high and not missing:
        return _left_out(name, "date", "constant: always the same date", missing)
    parts = ["days"]
    if high - low >= YEAR:
        parts += ["year sine", "year cosine"]
    if high - low >= 7:
        parts += ["weekend"]
    if np.nanmax(np.mod(day, 1.0)) > 0:
        parts += ["day sine", "day cosine"]
    return Column(name=name, kind="date", missing=missing, low=low, high=high, parts=tuple(parts))
