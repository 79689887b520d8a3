"""The compiled functions in each of their versions for an instruction set.

A process runs one version, chosen when the core is imported (`OGIVE_ISA`). So each is a process of its own that reads
inputs from a shared file and writes its outputs beside them.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.contract import Answer, Question

ROOT = Path(__file__).parents[2]
CHUNK = 1 << 18
"""Inputs that a process takes at once."""

NEEDED = {
    "v3": {"avx2", "fma", "bmi1", "bmi2"},
    "v4": {"avx2", "fma", "bmi1", "bmi2", "avx512f", "avx512dq", "avx512vl", "avx512bw"},
}
"""Version and what it needs."""


def available() -> list[str]:
    """The versions that this machine can run; the last is the one that runs where nothing is said."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return ["baseline"]
    described = Path("/proc/cpuinfo")
    text = described.read_text(encoding="ascii", errors="replace") if described.exists() else ""
    flags = set(text.partition("flags")[2].partition("\n")[0].split())
    return ["baseline", *(name for name, needed in NEEDED.items() if needed <= flags)]


def running() -> str:
    """The version that this process runs."""
    best, asked = available()[-1], os.environ.get("OGIVE_ISA")
    return asked if asked in available() else best


def answer(
    function: str, answers: Iterable[Answer], settings: tuple[float, ...], x: NDArray[Any]
) -> list[NDArray[Any]]:
    """What the compiled functions say at `x`, one array an answer."""
    from ogive._kernels import FUNCTIONS

    given = [x.dtype.type(value) for value in settings]
    said = []
    with np.errstate(all="ignore"):
        for each in answers:
            y = FUNCTIONS[function][each.ufunc](x, *given)
            said.append(y[each.output] if isinstance(y, tuple) else y)
    return said


class Here:
    """The version that this process runs."""

    def ask(self, question: Question, x: NDArray[Any]) -> None:
        """Compute the outputs; `listen` returns them."""
        self.said = answer(question.function, question.answers, question.settings, x)

    def listen(self) -> list[NDArray[Any]]:
        """Return one array an answer."""
        return self.said

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Clone:
    """A process that runs one version."""

    def __init__(self, name: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "numbers"
        self.rows = np.memmap(path, np.uint8, "w+", shape=(3, CHUNK * 8))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.accuracy.clones", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "OGIVE_ISA": name, "OGIVE_NUM_THREADS": "1"},
        )

    def ask(self, question: Question, x: NDArray[Any]) -> None:
        """Send inputs, at most `CHUNK`; the outputs are there when `listen` returns them."""
        self.shape = (len(question.answers), x.size, x.dtype)
        self.rows[0].view(x.dtype)[: x.size] = x
        answers = [(each.label, each.ufunc, each.output) for each in question.answers]
        line = json.dumps([question.function, answers, question.settings, x.dtype.name, x.size])
        assert self.process.stdin
        print(line, file=self.process.stdin, flush=True)

    def listen(self) -> list[NDArray[Any]]:
        """Return one array an answer; it is overwritten when more is asked."""
        assert self.process.stdout
        if not self.process.stdout.readline():
            raise RuntimeError("the process of a clone has ended; what it printed says why")
        count, size, dtype = self.shape
        return [row.view(dtype)[:size] for row in self.rows[1 : 1 + count]]

    def __enter__(self) -> Clone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()


def serve(path: str) -> None:
    """Answer the questions that arrive on standard input, until it ends."""
    rows = np.memmap(path, np.uint8, "r+", shape=(3, CHUNK * 8))
    for line in sys.stdin:
        function, answers, settings, kind, size = json.loads(line)
        x = np.array(rows[0].view(kind)[:size])
        wanted = [Answer(*each) for each in answers]
        for row, y in zip(rows[1:], answer(function, wanted, tuple(settings), x), strict=False):
            row.view(kind)[:size] = y
        print(flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
