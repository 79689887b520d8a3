"""Functions of a row: their errors over random rows, against long double, which has 11 bits more than float64.

How exact they are depends on the whole row, so there is no list of all inputs. What makes a row hard is in it: one
share near 1, all shares equal, shares below the least normal number, many numbers, directions that cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.clones import Functions
from benchmarks.accuracy.contract import Question
from benchmarks.accuracy.measure import Key, Worst
from benchmarks.accuracy.twins import FORMATS

LENGTHS = (1, 2, 3, 10, 100, 1000)
SCALES = (0.01, 1.0, 10.0, 100.0, 400.0)
ROWS = 8
"""Rows of each length and scale at a time."""

Array = NDArray[Any]
Long = NDArray[np.longdouble]


def batches(kind: str, seed: int) -> Iterator[tuple[Array, Array, Array]]:
    """Rows x, directions v and labels."""
    random = np.random.default_rng(seed)
    for length in LENGTHS:
        for scale in SCALES:
            x = scale * random.normal(size=(ROWS, length))
            x[1] = x[1, 0]
            x[2, 0] = x[2].max() + scale
            v = random.normal(size=x.shape)
            yield x.astype(kind), v.astype(kind), random.integers(0, length, ROWS)


class Exact:
    """What is made of rows, in long double."""

    def __init__(self, x: Array, v: Array, label: Array) -> None:
        wide = x.astype(np.longdouble)
        self.v = v.astype(np.longdouble)
        self.top = wide.max(axis=-1, keepdims=True)
        self.distance = wide - self.top
        weight = np.exp(self.distance)
        rest = weight.copy()
        at = wide.argmax(axis=-1)[:, None]
        np.put_along_axis(rest, at, 0, axis=-1)
        others = rest.sum(axis=-1, keepdims=True)
        self.log = np.log1p(others)
        self.share = weight / (1 + others)
        self.label = label[:, None]
        # 1 - share without a difference: what the other numbers have.
        self.other = (others - rest + 1) / (1 + others)
        np.put_along_axis(self.other, at, others / (1 + others), axis=-1)

    def log_share(self) -> Long:
        """The logarithm of softmax."""
        return self.distance - self.log

    def slope(self) -> tuple[Long, Long]:
        """The derivative of log_softmax in direction v, sum_j s_j (v_i - v_j), and the sizes of its terms."""
        difference = self.v[:, :, None] - self.v[:, None, :]
        terms = self.share[:, None, :] * difference
        return terms.sum(axis=-1), np.abs(terms).sum(axis=-1)


def softmax_jvp(e: Exact) -> tuple[Long, Long]:
    slope, size = e.slope()
    return e.share * slope, e.share * size


def cross_entropy_derivative(e: Exact) -> tuple[Long, None]:
    slope = e.share.copy()
    np.put_along_axis(slope, e.label, -np.take_along_axis(e.other, e.label, -1), axis=-1)
    return slope, None


EXACT: Mapping[tuple[str, str], Callable[[Exact], tuple[Long, Long | None]]] = {
    ("softmax", "value"): lambda e: (e.share, None),
    ("softmax", "jvp"): softmax_jvp,
    ("log_softmax", "value"): lambda e: (e.log_share(), None),
    ("log_softmax", "jvp"): lambda e: e.slope(),
    ("log_sum_exp", "value"): lambda e: ((e.top + e.log)[:, 0], np.maximum(np.abs(e.top), e.log)[:, 0]),
    ("cross_entropy", "value"): lambda e: (-np.take_along_axis(e.log_share(), e.label, -1)[:, 0], None),
    ("cross_entropy", "derivative"): cross_entropy_derivative,
    ("cross_entropy", "second_derivative"): lambda e: (e.share * e.other, None),
}
"""Exact values, and the largest term where ulps of the result can not be promised."""


def ulps(kind: str, y: Array, exact: Long, term: Long | None) -> NDArray[np.float64]:
    """Ulps of `kind` between y and the exact values."""
    digits, least, _ = FORMATS[kind]
    size = np.abs(exact) if term is None else np.maximum(np.abs(exact), term)
    exponent = np.maximum(np.frexp(size)[1] - 1, least)
    found = np.abs(y.astype(np.longdouble) - exact) / np.ldexp(np.longdouble(1), exponent - (digits - 1))
    return found.astype(np.float64)


def measure(clones: Mapping[str, Functions], question: Question, kind: str, seeds: int) -> dict[Key, Worst]:
    """The largest error of each clone, at the length of its row."""
    worst = {(name, question.operation): Worst() for name in clones}
    for seed in range(seeds):
        for x, v, label in batches(kind, seed):
            exact, term = EXACT[question.function, question.operation](Exact(x, v, label))
            second = {"jvp": (v,)}.get(
                question.operation, (label,) if question.function == "cross_entropy" else ()
            )
            for name, functions in clones.items():
                y = functions[question.function][question.operation](x, *second)
                length = np.full(y.size, float(x.shape[-1]))
                worst[name, question.operation].meet(length, ulps(kind, y, exact, term).ravel())
    return worst
