"""The model file: readable JSON whose content is strictly decoded and carries its own checksum.

    {"format": "ogive model", "version": 1, "checksum": "sha256:...", "model": {...}}

Nothing in the file depends on the clock or the machine: the same data and options give the same bytes.
"""

from __future__ import annotations

import os
from typing import Generic, TypeVar

import msgspec

from ogive._base import FileKind, Record, decode, encode
from ogive._base import checksum as checksum_of
from ogive.workflow.record import ModelRecord, TableRecord

VERSION = 1
KIND = FileKind(
    format="ogive model",
    version=VERSION,
    name="an Ogive model",
    written_by="a file written by ogive fit or model.save()",
    make="make it with ogive fit",
    make_again="fit the model again, or copy the file again from where it came",
    use="name the model first and the table second, as in ogive predict heart.ogive new.csv",
)


M = TypeVar("M", bound=TableRecord)


class ModelFile(Record, Generic[M], frozen=True, kw_only=True):
    """What stands in the file."""

    format: str
    version: int
    checksum: str
    model: M


def to_bytes(model: TableRecord, kind: FileKind = KIND) -> bytes:
    """Return a model as the bytes of its file."""
    checksum = checksum_of(encode(model))
    return encode(ModelFile(format=kind.format, version=kind.version, checksum=checksum, model=model))


def read_file(path: str | os.PathLike[str]) -> ModelRecord:
    """Read a model file.

    Raises
    ------
    InputError
        Where there is no such file, or it is not a model, truncated, of a newer version, or edited.
    """
    return from_bytes(KIND.read(path), str(path))


def from_bytes(data: bytes, name: str) -> ModelRecord:
    """Decode the bytes of a model file; `name` is what messages call it."""
    return decoded(data, name, KIND, ModelFile[ModelRecord])


def decoded(data: bytes, name: str, kind: FileKind, form: type[ModelFile[M]]) -> M:
    """Decode the bytes of a model file of some kind and form."""
    content = kind.opened(data, name)
    try:
        file = decode(data, form)
    except (msgspec.DecodeError, ValueError) as error:
        raise kind.damaged(name, error) from None
    # Of what stands in the file, for an older one lacks the fields that came later and have a default.
    if checksum_of(encode(content["model"])) != file.checksum:
        raise kind.edited(name)
    return file.model
