"""The compiled functions in each of their versions for an instruction set.

The core chooses its version once, when it is loaded (`OGIVE_ISA`): each version is a copy of it, loaded beside.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import platform
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.contract import Answer

Functions = Mapping[str, Mapping[str, Any]]
"""Name of a function -> name of an operation -> ufunc."""

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


def load(name: str) -> Functions:
    """The functions of one version."""
    from ogive import _core

    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, OGIVE_ISA=name):
        path = shutil.copy(_core.__file__, folder)  # a library is loaded once a file
        loader = importlib.machinery.ExtensionFileLoader("_core", path)
        spec = importlib.util.spec_from_loader("_core", loader)
        assert spec
        module = importlib.util.module_from_spec(spec)
        loader.exec_module(module)
    functions: Functions = module.FUNCTIONS
    return functions


def answer(
    functions: Functions,
    function: str,
    answers: Iterable[Answer],
    settings: tuple[float, ...],
    x: NDArray[Any],
) -> list[NDArray[Any]]:
    """What the compiled functions say at `x`, one array an answer."""
    given = [x.dtype.type(value) for value in settings]
    said = []
    with np.errstate(all="ignore"):
        for each in answers:
            y = functions[function][each.ufunc](x, *given)
            said.append(y[each.output] if isinstance(y, tuple) else y)
    return said
