"""The inputs: every number of a type, or its binade boundaries and numbers where functions are lively."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.twins import FORMATS

Numbers = NDArray[Any]
UNSIGNED = {"float16": np.uint16, "float32": np.uint32, "float64": np.uint64}


def count(kind: str) -> int:
    """How many numbers of this type there are, infinities and NaN included."""
    return int(2 ** (8 * np.dtype(kind).itemsize))


def every(kind: str, size: int) -> Iterator[Numbers]:
    """Every number of the type, `size` at a time."""
    for first in range(0, count(kind), size):
        numbers = np.arange(first, min(first + size, count(kind)), dtype=np.uint64)
        yield numbers.astype(UNSIGNED[kind]).view(kind)


def boundaries(kind: str) -> Numbers:
    """Every power of two with its neighbours, both signs; zero, infinity and NaN among them."""
    digits, least, most = FORMATS[kind]
    fraction = digits - 1
    normal = np.arange(most - least + 3, dtype=np.uint64) << np.uint64(fraction)
    powers = np.concatenate([normal, np.uint64(1) << np.arange(fraction, dtype=np.uint64)])
    one = np.uint64(1)
    near = np.unique(np.concatenate([powers, powers + one, powers[1:] - one]))
    sign = one << np.uint64(8 * np.dtype(kind).itemsize - 1)
    return np.concatenate([near, near | sign]).astype(UNSIGNED[kind]).view(kind)


def spread(kind: str, size: int, seed: int = 0) -> Numbers:
    """Some `size` numbers: any bits, the range of the exponential, the middle, near 0, 1/2 and 1."""
    random = np.random.default_rng(seed)
    digits, least, _ = FORMATS[kind]
    width = 1.1 * (digits - 1 - least) * np.log(2)
    n = size // 8
    signs = random.choice([-1.0, 1.0], n)

    def tiny(depth: float) -> NDArray[np.float64]:
        return np.exp2(-random.uniform(0, depth, n))

    with np.errstate(over="ignore", under="ignore"):
        lively = [
            random.uniform(-width, width, n),
            random.uniform(-40, 40, n),
            random.uniform(-3, 3, n),
            random.uniform(0, 1, n),
            random.uniform(0.5, 4, n) * signs * tiny(digits + 4.0),
            0.5 + signs * tiny(digits + 1.0) / 2,
            signs * (1 - tiny(digits + 1.0)),
        ]
        bits = random.integers(0, count(kind) - 1, n, dtype=np.uint64, endpoint=True)
        return np.concatenate(
            [bits.astype(UNSIGNED[kind]).view(kind), *(part.astype(kind) for part in lively)]
        )


def best_of_each_part(x: Numbers, errors: NDArray[np.float64]) -> tuple[Numbers, NDArray[np.float64]]:
    """The input with the largest error in each 32nd of a binade: where a search may begin."""
    fraction = FORMATS[x.dtype.name][0] - 6
    order = np.argsort(errors, kind="stable")[::-1]
    part = x[order].view(UNSIGNED[x.dtype.name]) >> UNSIGNED[x.dtype.name](fraction)
    _, first = np.unique(part, return_index=True)
    return x[order[first]], errors[order[first]]


def neighbours(x: Numbers, each: int, random: np.random.Generator) -> Numbers:
    """For each number some others, from the next one to far within its binade."""
    fraction = FORMATS[x.dtype.name][0] - 1
    steps = np.exp2(random.uniform(0, fraction - 1, (each, x.size))).astype(np.int64)
    steps *= random.choice([-1, 1], steps.shape)
    unsigned = UNSIGNED[x.dtype.name]
    near: Numbers = x.view(unsigned)[None, :] + steps.astype(unsigned)
    return near.ravel().view(x.dtype)
