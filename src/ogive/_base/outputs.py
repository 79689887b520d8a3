"""Files that appear whole or not at all: written under a temporary name beside their place, then moved."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from ogive._base.errors import InputError


class Outputs:
    """The files that one command writes: all of them move into place at the end, or none does.

    Used as a context: on a clean exit everything moves into place; after an error, or an interruption,
    the temporary files are removed and whatever stood in their places is untouched.

    Parameters
    ----------
    inputs : iterable of path
        Files that are being read, or patterns of them, which no output may replace.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with Outputs() as outputs:
    ...     _ = outputs.place(folder / "a.txt").write_text("whole")
    ...     (folder / "a.txt").exists()
    False
    >>> (folder / "a.txt").read_text()
    'whole'
    """

    def __init__(self, inputs: Iterable[str | os.PathLike[str]] = ()) -> None:
        self._inputs = {os.path.realpath(name) for path in inputs for name in _matches(path)}
        self._moves: dict[str, Path] = {}

    def place(self, path: str | os.PathLike[str]) -> Path:
        """Return the temporary name to write to in place of `path`.

        Raises
        ------
        InputError
            Where `path` is a folder, lies in none or in one that cannot be written to, is one of the inputs,
            or was named before.
        """
        # A link keeps pointing at what it names: the file behind it is the one replaced.
        target = os.path.realpath(path)
        if target in self._inputs:
            raise InputError(
                f"{path} is being read; writing the result there would destroy it.", "choose another name"
            )
        if target in self._moves:
            raise InputError(f"two results would be written to {path}.", "give them different names")
        if os.path.isdir(target):
            raise InputError(f"{path} is a folder; expected the name of a file.", "add a file name")
        folder = os.path.dirname(target)
        if not os.path.isdir(folder):
            raise InputError(f"cannot write {path}: there is no folder {folder}.", "make the folder first")
        temporary = self._temporary(target, folder)
        self._moves[target] = temporary
        return temporary

    def _temporary(self, target: str, folder: str) -> Path:
        # A device or a pipe (/dev/null, /dev/stdout) must be written into, never replaced by a file.
        if _is_special(target):
            handle, name = tempfile.mkstemp()
            os.close(handle)
            return Path(name)
        name = os.path.join(folder, f".{os.path.basename(target)}.{os.getpid()}.part")
        try:
            with open(name, "wb"):
                pass
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise InputError(f"cannot write in {folder}: {reason}.", "choose another folder") from None
        return Path(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for target, temporary in self._moves.items():
                    _move(temporary, target)
        finally:
            for temporary in self._moves.values():
                with contextlib.suppress(OSError):
                    temporary.unlink(missing_ok=True)


def _matches(path: str | os.PathLike[str]) -> list[str]:
    return [os.fspath(path), *glob.glob(os.path.expanduser(path), recursive=True)]


def _is_special(target: str) -> bool:
    return os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode)


def _move(temporary: Path, target: str) -> None:
    if _is_special(target):
        with open(temporary, "rb") as source, open(target, "wb") as sink:
            shutil.copyfileobj(source, sink)
    else:
        os.replace(temporary, target)


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path` so that the file is either the old one or the whole new one."""
    with Outputs() as outputs:
        outputs.place(path).write_bytes(content)
