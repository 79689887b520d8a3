"""Records to JSON bytes and strictly back. Deterministic: fields in their order, shortest exact floats."""

from __future__ import annotations

import math
from typing import Any, TypeVar

import msgspec
import numpy as np

R = TypeVar("R")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be written to a file")


def _rich(kind: type, value: Any) -> Any:
    if kind is np.ndarray:
        if not isinstance(value, list):
            raise ValueError("expected an array")
        array = np.asarray(value, dtype=np.float64)
        if not all(map(math.isfinite, array.ravel())):
            raise ValueError("expected finite numbers")
        return array
    raise TypeError(f"{kind} cannot be read from a file")


def encode(record: Any) -> bytes:
    """Return `record` as indented UTF-8 JSON; the same record gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(record, enc_hook=_plain), indent=1) + b"\n"


def decode(data: bytes, kind: type[R]) -> R:
    """Read a record of type `kind` from JSON, refusing unknown, missing or mistyped fields.

    Raises
    ------
    msgspec.ValidationError, msgspec.DecodeError
        With the path of the field at fault.
    """
    return msgspec.json.decode(data, type=kind, dec_hook=_rich)
