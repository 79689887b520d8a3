"""What an encoding learns, from the training rows and from nothing else.

Numbers keep their values; missing ones get the training median and, where training had missing ones, a
column that says so. A category has one column a level except its most frequent level, the reference; missing
is a level of its own where training had it. Design columns that are constant in training, or that say the
same as an earlier one (missing in the same rows), are dropped. Everything is weighted: a row of weight 2
counts as two, one of weight 0 as none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive._kernels import thread_count
from ogive.data.columns import Columns, number_slots
from ogive.data.encoding import Encoding, Number, Term
from ogive.data.schema import Column, Schema

# From here on medians are worth a thread each.
MANY_ROWS = 50_000


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
    fills = _fills(schema, columns, training, final=rows is None)
    return Encoding(
        terms=tuple(
            _number_term(column, columns, training, fills)
            if number_slots(column)
            else _category_term(column, columns.codes[column.name], training)
            for column in schema.terms
        )
    )


def _number_term(
    column: Column, columns: Columns, training: _Training, fills: dict[int, float | None]
) -> Term:
    kept, dropped = [], {}
    gaps = columns.missing[column.name] > 0
    for slot, j in zip(number_slots(column), columns.slots(column.name), strict=True):
        if int(j) in fills:
            kept.append(Number(name=slot, fill=fills[int(j)]))
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


def _fills(schema: Schema, columns: Columns, training: _Training, *, final: bool) -> dict[int, float | None]:
    """Return, for each number that varies, its median: in a fold only where the column has gaps, else None."""
    fills: dict[int, float | None] = {}
    wanted = []
    for column in schema.terms:
        for j in map(int, columns.slots(column.name) if number_slots(column) else ()):
            if training.varies(columns.numbers[:, j]):
                fills[j] = None
                wanted += [j] if final or columns.missing[column.name] > 0 else []

    def median(j: int) -> float:
        return _median(training.pick(columns.numbers[:, j]), training.weights)

    if columns.rows < MANY_ROWS:
        return fills | {j: median(j) for j in wanted}
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(thread_count()) as pool:
        return fills | dict(zip(wanted, pool.map(median, wanted), strict=True))


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
    return float((x[order[low]] + x[order[high]]) / 2)
