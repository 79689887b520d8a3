"""How raw columns become a design matrix: records that hold what was learnt, and their use on any table."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from ogive._base import Record
from ogive.data.columns import Columns, number_slots
from ogive.data.design import CodesBlock, DenseBlock, Design
from ogive.data.schema import Kind


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
