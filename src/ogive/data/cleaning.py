"""Texts and numbers that mean "missing" become missing, the same in every table wherever it comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ogive.data.values import family

# Texts that mean "missing" in any table; "None" and "." are not among them, because both are used as levels.
MISSING = ("", " ", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "-nan", "null", "NULL")


def missing_tokens(na_values: Sequence[str]) -> tuple[str, ...]:
    """Return every text that means missing; files often have a blank after the delimiter."""
    tokens = (*MISSING, *na_values)
    return tuple(dict.fromkeys((*tokens, *(" " + token for token in tokens))))


def _computable(column: Any) -> Any:
    """Return a column with text of a type that Arrow computes with: Polars hands over views of strings."""
    kind = column.type
    if pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    if pa.types.is_dictionary(kind) and pa.types.is_string_view(kind.value_type):
        chunks = [
            pa.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary.cast(pa.large_string()))
            for chunk in column.chunks
        ]
        return pa.chunked_array(chunks, pa.dictionary(kind.index_type, pa.large_string()))
    return column


def without_tokens(column: Any, tokens: Sequence[str]) -> Any:
    """Return a column with nulls for the tokens that mean missing; numbers for those that are numbers."""
    column = _computable(column)
    kind = family(column.type)
    if pa.types.is_dictionary(column.type):
        if kind != "text":
            return column
        column = column.unify_dictionaries()
        chunks = [
            pa.DictionaryArray.from_arrays(_nulled(chunk.indices, _masked(chunk, tokens)), chunk.dictionary)
            for chunk in column.chunks
        ]
        return pa.chunked_array(chunks, column.type)
    if kind == "text":
        return _nulled(column, pc.is_in(column, value_set=pa.array(tokens, column.type)))
    if kind == "number" and (codes := _numbers(tokens)):
        return _nulled(
            column, pc.is_in(pc.cast(column, pa.float64()), value_set=pa.array(codes, pa.float64()))
        )
    return column


def _masked(chunk: Any, tokens: Sequence[str]) -> Any:
    known = pc.is_in(chunk.dictionary, value_set=pa.array(tokens, chunk.dictionary.type))
    return pc.take(known, chunk.indices)


def _nulled(values: Any, mask: Any) -> Any:
    if not pc.any(mask).as_py():
        return values
    return pc.if_else(pc.fill_null(mask, False), pa.scalar(None, values.type), values)


def _numbers(tokens: Sequence[str]) -> list[float]:
    """Return the tokens that are numbers: codes such as -9 for missing."""
    found = []
    for token in tokens:
        try:
            value = float(token)
        except ValueError:
            continue
        if not math.isnan(value):
            found.append(value)
    return found
