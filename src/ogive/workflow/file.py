"""The model file: readable JSON whose content is strictly decoded and carries its own checksum.

    {"format": "ogive model", "version": 1, "checksum": "sha256:...", "model": {...}}

The checksum is that of the canonical encoding of `model`, so white space may change and a number may not.
Nothing in the file depends on the clock or the machine: the same data and options give the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

import msgspec

from ogive._base import InputError, Record, decode, encode
from ogive.workflow.record import ModelRecord

FORMAT = "ogive model"
VERSION = 1
_MAKE_AGAIN = "fit the model again, or copy the file again from where it came"


class ModelFile(Record, frozen=True, kw_only=True):
    """What stands in the file."""

    format: str
    version: int
    checksum: str
    model: ModelRecord


def checksum(model: ModelRecord) -> str:
    """Return the checksum of the canonical encoding of a model."""
    return f"sha256:{hashlib.sha256(encode(model)).hexdigest()}"


def to_bytes(model: ModelRecord) -> bytes:
    """Return a model as the bytes of its file."""
    return encode(ModelFile(format=FORMAT, version=VERSION, checksum=checksum(model), model=model))


def read_file(path: str | os.PathLike[str]) -> ModelRecord:
    """Read a model file.

    Raises
    ------
    InputError
        Where there is no such file, or it is not a model, truncated, of a newer version, or edited.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        raise InputError(f"there is no file {path}.", "check the name, or make it with ogive fit") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            f"cannot read {path}: {reason}.", "expected a model file, as in heart.ogive"
        ) from None
    return from_bytes(data, str(path))


def from_bytes(data: bytes, name: str) -> ModelRecord:
    """Decode the bytes of a model file; `name` is what messages call it."""
    _check_envelope(data, name)
    try:
        file = decode(data, ModelFile)
    except (msgspec.DecodeError, ValueError) as error:
        raise InputError(
            f"{name} is an Ogive model whose content is damaged or was edited: {_lower(error)}.", _MAKE_AGAIN
        ) from None
    if checksum(file.model) != file.checksum:
        raise InputError(
            f"{name} was edited: its content does not have the checksum written in it, so its coefficients "
            "are not those that were fitted.",
            _MAKE_AGAIN,
        )
    return file.model


def _check_envelope(data: bytes, name: str) -> None:
    """Refuse what is not a whole model file of a version that can be read."""
    looks_right = data.lstrip()[:1] == b"{" and FORMAT.encode() in data[:200]
    try:
        envelope: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if looks_right:
            raise InputError(
                f"{name} is an Ogive model that breaks off or is damaged: it is not complete JSON.",
                _MAKE_AGAIN,
            ) from None
        envelope = None
    if not isinstance(envelope, dict) or envelope.get("format") != FORMAT:
        what = "is empty" if not data.strip() else "is not an Ogive model"
        raise InputError(
            f"{name} {what}; expected a file written by ogive fit or model.save().",
            "name the model first and the table second, as in ogive predict heart.ogive new.csv",
        )
    version = envelope.get("version")
    if isinstance(version, int) and version > VERSION:
        raise InputError(
            f"{name} was written by a newer Ogive: its format is version {version}, and this one reads up to "
            f"version {VERSION}.",
            "upgrade with pip install --upgrade ogive",
        )


def _lower(error: Exception) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]
