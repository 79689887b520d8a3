"""What happened to a table that a model was applied to: unseen levels, filled gaps, extrapolation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ogive._base import Record
from ogive.data.columns import Columns
from ogive.data.encoding import Encoding, Term
from ogive.data.schema import Column


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
