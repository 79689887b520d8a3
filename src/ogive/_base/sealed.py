"""Files that say what they are: JSON with a format, a version and a checksum; what is wrong with one, in plain words.

    {"format": "ogive model", "version": 1, "checksum": "sha256:...", ...}

The checksum is that of the canonical encoding of what matters, so white space may change and a number may not.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import Any

import msgspec

from ogive._base.errors import InputError


@dataclass(frozen=True)
class FileKind:
    """One kind of file, and how messages speak of it.

    Attributes
    ----------
    format, version : str, int
        What stands in the file; this Ogive reads up to that version.
    name : str
        As in "is not an Ogive model".
    written_by : str
        As in "expected a file written by ogive fit or model.save()".
    make, make_again, use : str
        What to do where there is none, where it is damaged, where it is something else.
    """

    format: str
    version: int
    name: str
    written_by: str
    make: str
    make_again: str
    use: str

    def read(self, path: str | os.PathLike[str]) -> bytes:
        """Return the bytes of a file.

        Raises
        ------
        InputError
            Where there is no such file, or it cannot be read.
        """
        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            raise InputError(f"there is no file {path}.", f"check the name, or {self.make}") from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise InputError(f"cannot read {path}: {reason}.", f"expected {self.written_by}") from None

    def recognises(self, data: bytes) -> bool:
        """Whether the beginning of a file says that it is of this kind."""
        return data.lstrip()[:1] == b"{" and self.format.encode() in data[:200]

    def opened(self, data: bytes, file: str) -> dict[str, Any]:
        """Return the JSON of a whole file of this kind and of a version that can be read.

        Raises
        ------
        InputError
            Where it is empty, truncated, something else, or of a newer version.
        """
        try:
            content: Any = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            if self.recognises(data):
                raise InputError(
                    f"{file} is {self.name} that breaks off or is damaged: it is not complete JSON.",
                    self.make_again,
                ) from None
            content = None
        if not isinstance(content, dict) or content.get("format") != self.format:
            what = "is empty" if not data.strip() else f"is not {self.name}"
            raise InputError(f"{file} {what}; expected {self.written_by}.", self.use)
        version = content.get("version")
        if isinstance(version, int) and version > self.version:
            raise InputError(
                f"{file} was written by a newer Ogive: its format is version {version}, and this one reads up to "
                f"version {self.version}.",
                "upgrade with pip install --upgrade ogive",
            )
        return content

    def damaged(self, file: str, error: Exception) -> InputError:
        """Return the error of a file whose content is not what the format says."""
        text = str(error)
        return InputError(
            f"{file} is {self.name} whose content is damaged or was edited: {text[:1].lower()}{text[1:]}.",
            self.make_again,
        )

    def edited(self, file: str) -> InputError:
        """Return the error of a file whose content does not have its checksum."""
        return InputError(
            f"{file} was edited: its content does not have the checksum written in it, so its numbers are not those "
            "that were fitted.",
            self.make_again,
        )


def checksum(content: bytes) -> str:
    """Return the checksum of some bytes, as it stands in files."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
