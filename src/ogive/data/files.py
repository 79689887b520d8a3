"""Files on disk: finding them, telling their format by name and by content, opening them decompressed."""

from __future__ import annotations

import glob
import lzma
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from ogive._base import InputError
from ogive.data.names import near

# Extension -> what the file must hold. "text" is any delimited text.
FORMATS = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt", ".data", ".dat"), "text"),
    **dict.fromkeys((".parquet", ".pq"), "Parquet"),
    **dict.fromkeys((".feather", ".arrow", ".ipc", ".arrows"), "Arrow"),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), "JSON lines"),
}
COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".xz": "xz"}
ENDINGS = {"text": ".csv", "Parquet": ".parquet", "Arrow": ".arrow", "JSON lines": ".jsonl"} | {
    kind: ending for ending, kind in COMPRESSIONS.items()
}
# First bytes -> what a file really holds.
MAGIC = {
    b"PAR1": "Parquet",
    b"ARROW1": "Arrow",
    b"\xff\xff\xff\xff": "Arrow",
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"<!DOCTYPE": "a web page",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"%PDF": "a PDF",
}
EXPORT = "export the table as CSV or Parquet"
# What reading a truncated or damaged file raises, whatever its compression.
DAMAGED = (OSError, EOFError, lzma.LZMAError)
SUPPORTED = (
    "supported: .csv .tsv .txt .data .dat .parquet .feather .arrow .jsonl, each also with .gz .bz2 .zst .xz"
)


@dataclass(frozen=True)
class File:
    """One file, or standard input where `path` is None, with its format and compression."""

    name: str
    path: Path | None
    format: str
    compression: str | None = None
    data: Any = None

    @property
    def suffixes(self) -> list[str]:
        """Endings of the name, without that of the compression, in small letters."""
        endings = [] if self.path is None else [ending.lower() for ending in self.path.suffixes]
        return [ending for ending in endings if ending not in COMPRESSIONS]

    def open(self) -> Any:
        """Return a readable binary stream of the decompressed content."""
        raw = pa.BufferReader(self.data) if self.path is None else pa.OSFile(os.fspath(self.path))
        if self.compression is None:
            return raw
        if self.compression == "xz":
            return lzma.open(raw if self.path is None else self.path)
        return pa.CompressedInputStream(raw, self.compression)

    def head(self, size: int = 1 << 16) -> bytes:
        """Return the first bytes of the decompressed content."""
        try:
            with self.open() as stream:
                return bytes(stream.read(size))
        except DAMAGED as error:
            raise unreadable(self, error) from error


def unreadable(file: File, error: Exception) -> InputError:
    """Return the error for a file whose content breaks off or is damaged."""
    problem = str(error).partition("\n")[0].rstrip(".")
    return InputError(f"{file.name} cannot be read: {problem}.", "is the file complete?")


def find_files(source: Any, *, delimiter: str | None) -> list[File]:
    """Return the files that a path, a pattern or a sequence of paths names; patterns in sorted order."""
    items = [source] if isinstance(source, str | os.PathLike) else list(source)
    if not items:
        raise InputError("no file was given: the list of paths is empty.", "give at least one path")
    return [_identify(path, delimiter) for item in items for path in _expand(os.fspath(item))]


def standard_input() -> File:
    """Return standard input, read whole, as a delimited text file."""
    data = sys.stdin.buffer.read()
    found = _content(data[:16])
    compression = found if found in COMPRESSIONS.values() else None
    return _checked(File("standard input", None, "text", compression, data))


def _expand(item: str) -> Sequence[Path]:
    path = Path(item).expanduser()
    if path.is_dir():
        raise InputError(
            f"{item} is a folder, not a file.", f"give a file, or a pattern such as {path / '*.csv'}"
        )
    if path.exists():
        return [path]
    if glob.has_magic(item):
        found = [Path(name) for name in sorted(glob.glob(str(path), recursive=True)) if Path(name).is_file()]
        if found:
            return found
        raise InputError(
            f"no file matches the pattern {item}.", "put the pattern in quotes and check its folder"
        )
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"{item} does not exist: there is no folder {folder}.", f"you are in {Path.cwd()}")
    alike = near(path.name, os.listdir(folder))
    hint = "did you mean " + " or ".join(str(folder / name) for name in alike) + "?"
    raise InputError(f"{item} does not exist.", hint if alike else f"you are in {Path.cwd()}")


def _identify(path: Path, delimiter: str | None) -> File:
    compression = COMPRESSIONS.get(path.suffix.lower())
    suffix = Path(path.stem).suffix.lower() if compression else path.suffix.lower()
    form = FORMATS.get(suffix, "text" if delimiter else None)
    if form is None:
        shown = f"has the unknown extension {suffix!r}" if suffix else "has no extension"
        advice = EXPORT if suffix.startswith(".xls") else "or give the delimiter to read it as delimited text"
        raise InputError(f"{path} {shown}.", (SUPPORTED, advice))
    if not os.access(path, os.R_OK):
        raise InputError(f"{path} may not be read by you.", "change its permissions")
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty (0 bytes).", "was it written completely?")
    with path.open("rb") as stream:
        outer = _content(stream.read(16))
    if (outer if outer in COMPRESSIONS.values() else None) != compression:
        _mismatch(path.name, compression or form, outer or "text")
    return _checked(File(path.name, path, form, compression))


def _checked(file: File) -> File:
    """Return the file once its content agrees with its format."""
    head = file.head(16)
    if not head:
        raise InputError(f"{file.name} is empty (0 bytes).", "was it written completely?")
    found = _content(head)
    if file.format in ("Parquet", "Arrow") and found != file.format:
        _mismatch(file.name, file.format, found or "text")
    if file.format in ("text", "JSON lines") and found is not None:
        _mismatch(file.name, file.format, found)
    return file


def _content(head: bytes) -> str | None:
    """Return what the first bytes say a file holds; None = nothing in particular, so perhaps text."""
    return next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)


def _mismatch(name: str, expected: str, found: str) -> None:
    if found == "UTF-16 text":
        raise InputError(f"{name} holds UTF-16 text; UTF-8 was expected.", "save it as UTF-8")
    problem = f"{name}: expected {expected} by its name, but it holds {found}."
    if found in ENDINGS:
        raise InputError(problem, f"rename it so that it ends in {ENDINGS[found]}")
    raise InputError(problem, EXPORT)
