"""The reference: twins in C++, compiled when first asked for, called over whole arrays."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / "build" / "accuracy"
COMPILER = [
    "g++",
    "-std=gnu++20",
    "-O3",
    "-march=native",
    "-fno-math-errno",
    "-ffp-contract=off",
    "-fPIC",
    "-shared",
]
SOURCES = ["reference.hpp", "s_curves.hpp", "activations.hpp", "reference.cpp"]

FORMATS = {"float16": (11, -14, 15), "float32": (24, -126, 127), "float64": (53, -1022, 1023)}
"""Bits of the significand, exponents of the least normal and of the largest number."""

Doubles = NDArray[np.float64]
Exact = NDArray[np.void] | Doubles  # quad precision is only handed through


@functools.cache
def library() -> ctypes.CDLL:
    """The compiled twins; GCC has the quad precision they need."""
    text = b"".join((HERE / name).read_bytes() for name in SOURCES) + " ".join(COMPILER).encode()
    target = CACHE / f"twins-{hashlib.sha256(text).hexdigest()[:16]}.so"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            made = Path(folder) / "twins.so"
            subprocess.run([*COMPILER, str(HERE / SOURCES[-1]), "-o", str(made), "-lquadmath"], check=True)
            os.replace(made, target)
    loaded = ctypes.CDLL(str(target))
    pointer, count, flag = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int
    loaded.twin_named.argtypes = [ctypes.c_char_p]
    loaded.reference.argtypes = [flag, pointer, flag, pointer, pointer, count]
    loaded.errors.argtypes = [pointer, flag, flag, pointer, pointer, pointer, pointer, pointer, count]
    loaded.split.argtypes = [pointer, pointer, pointer, count]
    loaded.reference.restype = loaded.errors.restype = loaded.split.restype = None
    return loaded


@functools.cache
def number_of(twin: str) -> int:
    """The number of a twin in the library, -1 if there is none of that name."""
    return int(library().twin_named(twin.encode()))


def has(twin: str) -> bool:
    return number_of(twin) >= 0


def reference(twin: str, x: Doubles, settings: tuple[float, ...] = (), *, precise: bool = True) -> Exact:
    """The exact values at `x`, in quad precision or, for float32 where speed matters, in double."""
    if not has(twin):
        raise LookupError(f"there is no twin {twin}")
    out = np.empty(x.size, "V16" if precise else np.float64)
    given = np.array(settings, np.float64)
    library().reference(number_of(twin), given.ctypes.data, precise, x.ctypes.data, out.ctypes.data, x.size)
    return out


def errors(kind: str, x: Doubles, exact: Exact, term: Exact | None, y: Doubles, *, lenient: bool) -> Doubles:
    """Ulps of type `kind` between `y` and the exact values; infinite where NaN or a limit is missed."""
    out = np.empty(x.size)
    numbers = np.array(FORMATS[kind], np.intc)
    scale = None if term is None else term.ctypes.data
    precise = exact.dtype != np.float64
    pointers = (x.ctypes.data, exact.ctypes.data, scale, y.ctypes.data, out.ctypes.data)
    library().errors(numbers.ctypes.data, lenient, precise, *pointers, x.size)
    return out


def split(exact: Exact) -> tuple[Doubles, Doubles]:
    """Quad numbers as sums of two doubles."""
    high, low = np.empty(exact.size), np.empty(exact.size)
    library().split(exact.ctypes.data, high.ctypes.data, low.ctypes.data, exact.size)
    return high, low
