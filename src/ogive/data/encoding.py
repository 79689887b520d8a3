"""From raw columns to a design matrix: what is learnt from training rows, and nothing else.

Numbers keep their values; missing ones get the training median and, where training had missing ones, a
column that says so. A category has one column a level except its most frequent level, the reference; missing
is a level of its own where training had it. Design columns that are constant in training, or that say the same
as an earlier one (missing in the same rows), are dropped. Everything is weighted: a row of weight 2 counts as
two, one of weight 0 as none.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from ogive._base import Record, Vector
from ogive.data.columns import Columns, number_slots
from ogive.data.design import CodesBlock, DenseBlock, Design
from ogive.data.schema import Column, Kind, Schema


class Number(Record, frozen=True, kw_only=True):
    """One numeric design column: its name, and the training median that stands in for a missing value.

    `fill` is None where none was needed (folds of a table without missing values in it).
    """

    name: str
    fill: float | None


class Term(Record, frozen=True, kw_only=True):
    """One source column and its design columns.

    Attributes
    ----------
    name : str
        Name of the source column.
    kind : {"number", "boolean", "category", "date"}
    numbers : tuple of Number
        Numeric design columns: one of a number, several of a date, those constant in training left out.
    levels : tuple of str
        Levels seen in training (booleans: false first), the reference among them; without "missing".
    reference : str or None
        The level without a column: the most frequent one (of a boolean, the false one).
    missing : bool
        Whether missing has a column: the indicator of a number or date, a level of a category.
    dropped : dict of str to str
        Design columns left out, with the reason.
    """

    name: str
    kind: Kind
    numbers: tuple[Number, ...] = ()
    levels: tuple[str, ...] = ()
    reference: str | None = None
    missing: bool = False
    dropped: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def code_names(self) -> tuple[str, ...]:
        """Names of the design columns that are not numbers: levels and missing."""
        levels = [level for level in self.levels if level != self.reference]
        plain = self.kind == "boolean" and levels == ["1"]
        names = [self.name] if plain else [f"{self.name}: {level}" for level in levels]
        return (*names, f"{self.name}: missing") if self.missing else tuple(names)


class Encoding(Record, frozen=True, kw_only=True):
    """How raw columns become a design matrix: all that was learnt from training rows.

    The design columns stand in this order: every number in one dense block, then, term by term, the levels
    and the missing indicators.
    """

    terms: tuple[Term, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the design columns: "age", "ca: missing", "thal: reversible", "sex" (of 0 and 1)."""
        dense = [number.name for term in self.terms for number in term.numbers]
        return (*dense, *(name for term in self.terms for name in term.code_names))

    @property
    def term_columns(self) -> dict[str, NDArray[np.intp]]:
        """Positions of each term's design columns (a number and its indicator stand apart, so no slices)."""
        dense, coded = 0, sum(len(term.numbers) for term in self.terms)
        places: dict[str, NDArray[np.intp]] = {}
        for term in self.terms:
            k, m = len(term.numbers), len(term.code_names)
            places[term.name] = np.r_[dense : dense + k, coded : coded + m].astype(np.intp)
            dense, coded = dense + k, coded + m
        return places

    def term(self, name: str) -> Term:
        """Return the term of a source column."""
        return next(term for term in self.terms if term.name == name)


class TableNotes(Record, frozen=True, kw_only=True):
    """What happened when a table was encoded: nothing is treated in silence.

    Attributes
    ----------
    rows : int
    unseen : dict of str to dict of str to int
        By column: levels that training never saw and the rows that have them; treated as the reference level.
    filled : dict of str to int
        By column: missing values where training had none; treated as the median or the reference level.
    missing : dict of str to int
        By column: missing values where training had some too (indicator or level of their own).
    extra : tuple of str
        Columns that the model does not use.
    outside : dict of str to int
        By number: rows outside the range of the training table (the model extrapolates there).
    """

    rows: int
    unseen: dict[str, dict[str, int]]
    filled: dict[str, int]
    missing: dict[str, int]
    extra: tuple[str, ...]
    outside: dict[str, int]


class _Training:
    """The training rows, with their weights and the patterns of missing values met so far."""

    def __init__(self, n: int, rows: NDArray[np.bool_] | None, weights: Vector | None) -> None:
        mask = np.ones(n, bool) if rows is None else np.asarray(rows, bool)
        if weights is not None:
            mask = mask & (np.asarray(weights) > 0)
        self.all = bool(mask.all())
        self.index = np.flatnonzero(mask)
        self.weights = None if weights is None else np.asarray(weights, np.float64)[self.index]
        self.patterns: dict[bytes, str] = {}

    def pick(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Training rows of a vector."""
        return values if self.all else values[self.index]

    def varies(self, values: Vector) -> bool:
        """Whether a vector has two different values in training; a few rows usually tell."""
        for index in (self.index[:256], self.index):
            known = values[index]
            known = known[~np.isnan(known)]
            if known.size and (known != known[0]).any():
                return True
        return False

    def indicator(self, absent: NDArray[np.bool_], name: str) -> str:
        """Return why a missing indicator (over training rows) needs no column; "" where it needs one."""
        if not absent.any():
            return "never missing"
        if absent.all():
            return "missing in every training row"
        same = self.patterns.setdefault(np.packbits(absent).tobytes(), name)
        return "" if same == name else f"missing in the same rows as {same!r}"


def learn_encoding(
    schema: Schema, columns: Columns, rows: NDArray[np.bool_] | None = None, weights: Vector | None = None
) -> Encoding:
    """Learn medians, reference levels, missing indicators and constant columns from the training rows alone.

    Parameters
    ----------
    schema : Schema
        What each column is.
    columns : Columns
        The raw columns of all rows.
    rows : bool array of shape (n,), optional
        The training rows; None = all. With `rows` given, a number that is nowhere missing gets no median.
    weights : array of shape (n,), optional
        How often each row counts.

    Returns
    -------
    Encoding

    Examples
    --------
    >>> from ogive.data import encode, infer_schema, learn_encoding, load_columns, read_table
    >>> table = read_table({"age": [63.5, None, 41.2, 50.1], "sex": list("mfmm"), "ill": [1, 0, 1, 0]})
    >>> schema = infer_schema(table, target="ill")
    >>> columns = load_columns(table, schema)
    >>> encoding = learn_encoding(schema, columns)
    >>> encoding.column_names, encoding.terms[0].numbers[0].fill
    (('age', 'age: missing', 'sex: f'), 50.1)
    >>> encode(columns, encoding).shape
    (4, 3)
    """
    training = _Training(columns.rows, rows, weights)
    return Encoding(
        terms=tuple(
            _number_term(column, columns, training, final=rows is None)
            if number_slots(column)
            else _category_term(column, columns.codes[column.name], training)
            for column in schema.terms
        )
    )


def _number_term(column: Column, columns: Columns, training: _Training, *, final: bool) -> Term:
    kept, dropped = [], {}
    gaps = columns.missing[column.name] > 0
    for slot, j in zip(number_slots(column), columns.slots(column.name), strict=True):
        values = columns.numbers[:, j]
        if training.varies(values):
            fill = _median(training.pick(values), training.weights) if final or gaps else None
            kept.append(Number(name=slot, fill=fill))
        else:
            dropped[slot] = "constant in the training rows"
    missing = f"{column.name}: missing"
    reason = "never missing"
    if gaps:
        absent = np.isnan(training.pick(columns.numbers[:, columns.slots(column.name)[0]]))
        reason = training.indicator(absent, column.name)
    if reason not in ("", "never missing"):
        dropped[missing] = reason
    return Term(name=column.name, kind=column.kind, numbers=tuple(kept), missing=not reason, dropped=dropped)


def _category_term(column: Column, codes: NDArray[np.int32], training: _Training) -> Term:
    size = len(column.levels)
    picked = training.pick(codes)
    # Code -1, a level that the schema does not know, is not counted.
    counts = np.bincount(picked + 1, training.weights, minlength=size + 2)[1:]
    levels = tuple(level for level, count in zip(column.levels, counts, strict=False) if count > 0)
    reference = None
    if levels:
        frequent = column.levels[int(np.argmax(counts[:size]))]
        reference = levels[0] if column.kind == "boolean" else frequent
    reason = training.indicator(picked == size, column.name) if counts[size] else "never missing"
    dropped = {f"{column.name}: missing": reason} if reason not in ("", "never missing") else {}
    if len(levels) < 2 and reason:
        dropped[column.name] = "constant in the training rows"
    return Term(
        name=column.name,
        kind=column.kind,
        levels=levels,
        reference=reference,
        missing=not reason,
        dropped=dropped,
    )


def _median(values: NDArray[np.generic], weights: Vector | None) -> float:
    """Return the median of the known values, each row repeated as often as its weight says."""
    known = ~np.isnan(values)
    x = values[known]
    if weights is None:
        return float(np.median(x))
    order = np.argsort(x, kind="stable")
    total = np.cumsum(weights[known][order])
    # The middle of the repeated rows lies at half the total weight; between two rows it is their mean.
    half = total[-1] / 2
    low, high = np.searchsorted(total, half, "left"), np.searchsorted(total, half, "right")
    return float((x[order[low]] + x[order[min(high, len(x) - 1)]]) / 2)


def encode(columns: Columns, encoding: Encoding) -> Design:
    """Return the design matrix of all rows: one dense block of the numbers, and a block of codes a category.

    One-hot columns are not expanded, and the numbers are not copied unless some of them are not used.

    Parameters
    ----------
    columns : Columns
        The raw columns of any table.
    encoding : Encoding
        What was learnt from the training rows.

    Returns
    -------
    Design
        Its columns are those of `encoding.column_names`.
    """
    used = [number for term in encoding.terms for number in term.numbers]
    blocks: list[DenseBlock | CodesBlock] = []
    if used:
        places = [columns.number_names.index(number.name) for number in used]
        whole = places == list(range(columns.numbers.shape[1]))
        values = columns.numbers if whole else np.asfortranarray(columns.numbers[:, places])
        # A fill that is None belongs to a column without missing values: any number will do.
        blocks.append(DenseBlock(values, np.array([number.fill or 0.0 for number in used])))
    blocks += [block for term in encoding.terms for block in _code_blocks(term, columns)]
    return Design(blocks, columns.rows)


def _code_blocks(term: Term, columns: Columns) -> Iterator[CodesBlock]:
    if not term.code_names:
        return
    column = columns.schema.column(term.name)
    if number_slots(column):
        absent = np.isnan(columns.numbers[:, columns.slots(term.name)[0]])
        yield CodesBlock(absent.astype(np.int32), 2, 0)
        return
    # The last entry serves code -1 (unseen), the one before it missing. -1 has no column, like the reference.
    place = {level: i for i, level in enumerate(term.levels)}
    lookup = np.array([place.get(level, -1) for level in column.levels] + [-1, -1], np.int32)
    if term.missing:
        lookup[-2] = len(term.levels)
    same = np.array_equal(lookup[:-1], np.arange(len(lookup) - 1))
    codes = columns.codes[term.name]
    reference = None if term.reference is None else place[term.reference]
    yield CodesBlock(codes if same else lookup[codes], len(term.levels) + term.missing, reference)


def table_notes(columns: Columns, encoding: Encoding) -> TableNotes:
    """Return what happened to levels and missing values of `columns` under `encoding`.

    Parameters
    ----------
    columns : Columns
        The raw columns of a table.
    encoding : Encoding
        The encoding of the model.

    Returns
    -------
    TableNotes
    """
    unseen = {name: dict(levels) for name, levels in columns.unseen.items()}
    filled: dict[str, int] = {}
    missing: dict[str, int] = {}
    outside: dict[str, int] = {}
    for term in encoding.terms:
        column = columns.schema.column(term.name)
        if term.name in columns.codes and (new := _untrained(term, column, columns.codes[term.name])):
            unseen[term.name] = unseen.get(term.name, {}) | new
        count = columns.missing[term.name]
        if count:
            known = term.missing or f"{term.name}: missing" in term.dropped
            (missing if known else filled)[term.name] = count
        if column.kind == "number" and column.low is not None and column.high is not None:
            values = columns.numbers[:, columns.slots(term.name)[0]]
            beyond = int(((values < column.low) | (values > column.high)).sum())
            outside |= {term.name: beyond} if beyond else {}
    return TableNotes(
        rows=columns.rows, unseen=unseen, filled=filled, missing=missing, extra=columns.extra, outside=outside
    )


def _untrained(term: Term, column: Column, codes: NDArray[np.int32]) -> dict[str, int]:
    """Return the levels that the schema knows and the training rows of this encoding did not have."""
    counts = np.bincount(codes + 1, minlength=len(column.levels) + 2)[1:]
    return {
        level: count
        for level, count in zip(column.levels, counts.tolist(), strict=False)
        if count and level not in term.levels
    }
