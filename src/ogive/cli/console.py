"""What the command prints: results on standard output, mistakes and progress on standard error."""

# ruff: noqa: PLC0415 (rooms are imported when needed)

from __future__ import annotations

import json
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ogive._base import InputError

if TYPE_CHECKING:
    from ogive.workflow import Say

PATIENCE = 2.0  # seconds without a word that a person accepts
NOTHING = "Nothing was written."
written: list[Path] = []  # by the command that is running


def print_error(error: InputError, *, writes: bool, as_json: bool, code: int) -> None:
    """Print one mistake: what is wrong, what to do, and that nothing was written."""
    if as_json:
        print_json({"error": {"problem": error.problem, "remedies": list(error.remedies)}})
    from ogive.views import line_width

    width = line_width()
    for line in error.problem.splitlines():
        indent = " " * (4 if line.startswith(" ") else 0)
        lines = textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        print("\n".join(lines), file=sys.stderr)
    for remedy in error.remedies:  # never wrapped: a remedy may be a command to copy
        print(f"  {remedy}", file=sys.stderr)
    if writes:
        status = f"[exit status {code}]"
        print(f"{NOTHING:<{max(width - len(status), len(NOTHING) + 1)}}{status}", file=sys.stderr)


def print_json(content: Any) -> None:
    """Print for machines: one JSON document on standard output."""
    json.dump(content, sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def print_text(text: str) -> None:
    """Print plain text on standard output as it is, never wrapped: it may hold commands to copy."""
    print(text)


def warn(sentence: str) -> None:
    """Say on standard error what the reader should know of a result."""
    print(sentence, file=sys.stderr)


def print_rich(content: Any) -> None:
    """Print a Rich renderable on standard output, in colour only where a person reads it."""
    from rich.console import Console

    from ogive.views import as_text, line_width

    width = line_width()
    if sys.stdout.isatty():
        Console(highlight=False, width=width).print(content, markup=False)
    else:
        print(as_text(content, width))


@contextmanager
def progress() -> Iterator[Say]:
    """Give a function that says what is being done, shown once the work has lasted two seconds.

    Nothing is shown where standard error is not a terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.status import Status

    status = Status("", console=Console(stderr=True))
    timer = threading.Timer(PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda doing: status.update(f"{doing} …")
    finally:
        timer.cancel()
        timer.join()
        status.stop()
