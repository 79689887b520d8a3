"""Who checks the reference: mpmath, with the formula of each value as textbooks write it.

Slopes are mpmath's numerical derivatives at 400 digits, inverses its roots: no formula of the twins is repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
from mpmath import mp
from numpy.typing import NDArray

from benchmarks.accuracy import samples, twins
from benchmarks.accuracy.contract import SETTINGS, Question

DIGITS = 400
"""Slopes of 1e-300 come out of differences between numbers near 1."""
FEWER = {"normal_quantile": 80}
"""Where mpmath would take its time."""
ENOUGH = 1e-27
"""Relative difference that is allowed: 1e-11 ulps of float64."""
QUICK_ENOUGH = 1e-5
"""The same for the twins in double, in ulps of float32."""

OPERATIONS = ("value", "derivative", "second_derivative", "derivative_from_output", "inverse")

VALUES: dict[str, Callable[..., Any]] = {
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "logit": lambda p: mp.log(p / (1 - p)),
    "log_sigmoid": lambda x: -mp.log(1 + mp.exp(-x)),
    "log1m_sigmoid": lambda x: -mp.log(1 + mp.exp(x)),
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "tanh": mp.tanh,
    "hard_sigmoid": lambda x: min(max(x / 6 + mp.mpf(1) / 2, mp.mpf(0)), mp.mpf(1)),
    "softsign": lambda x: x / (1 + abs(x)),
    "arctan_sigmoid": lambda x: 2 / mp.pi * mp.atan(mp.pi * x / 2),
    "algebraic_sigmoid": lambda x: x / mp.sqrt(1 + x * x),
    "normal_cdf": mp.ncdf,
    "normal_quantile": lambda p: mp.sqrt(2) * mp.erfinv(2 * p - 1),
    "cloglog_inverse": lambda x: 1 - mp.exp(-mp.exp(x)),
    "cloglog": lambda p: mp.log(-mp.log(1 - p)),
    "gompertz": lambda x: mp.exp(-mp.exp(-x)),
    "relu": lambda x: max(x, mp.mpf(0)),
    "leaky_relu": lambda x: max(x, x / 100),
    "prelu": lambda x, slope: max(x, x * slope),
    "elu": lambda x: x if x > 0 else mp.exp(x) - 1,
    "elu_alpha": lambda x, alpha: x if x > 0 else alpha * (mp.exp(x) - 1),
    "selu": lambda x: (
        mp.mpf("1.0507009873554804934193349852946")
        * (x if x > 0 else mp.mpf("1.6732632423543772848170429916717") * (mp.exp(x) - 1))
    ),
    "gelu": lambda x: x * mp.ncdf(x),
    "gelu_tanh": lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3))),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "swish": lambda x, beta: x / (1 + mp.exp(-beta * x)),
    "mish": lambda x: x * mp.tanh(mp.log(1 + mp.exp(x))),
    "binary_cross_entropy": lambda z, y: y * mp.log(1 + mp.exp(-z)) + (1 - y) * mp.log(1 + mp.exp(z)),
    "binary_cross_entropy_from_probability": lambda p, y: -y * mp.log(p) - (1 - y) * mp.log(1 - p),
    "focal_loss": lambda z, y, gamma: (
        y * VALUES["sigmoid"](-z) ** gamma * mp.log(1 + mp.exp(-z))
        + (1 - y) * VALUES["sigmoid"](z) ** gamma * mp.log(1 + mp.exp(z))
    ),
}

PROBABILITIES = {"logit", "cloglog", "normal_quantile", "binary_cross_entropy_from_probability"}
RANGES = {
    **{"normal_cdf": 36, "gelu": 36, "gelu_tanh": 18, "cloglog_inverse": 6, "gompertz": 6},
    **{"focal_loss": 150, "mish": 300, "tanh": 300, "swish": 300, "normal_quantile": 60},
}
"""How far from 0 values are told from their limit; for probabilities, how many times they are halved."""


def cells() -> Iterator[Question]:
    """Every operation that has a twin, at every setting."""
    for function in VALUES:
        for operation in OPERATIONS:
            for settings in SETTINGS.get(function, ((),)):
                question = Question(function, operation, settings, ())
                if twins.has(question.twin):
                    yield question


def points_of(function: str, count: int) -> NDArray[np.float64]:
    """Inputs of a function: the middle, far out, and small numbers."""
    random = np.random.default_rng(len(function))
    n = count // 4
    if function in PROBABILITIES:
        near = [
            np.exp2(-random.uniform(1, RANGES.get(function, 300), n)),
            1 - np.exp2(-random.uniform(1, 50, n)),
        ]
        return np.concatenate([random.uniform(0, 1, 2 * n), *near])
    far = RANGES.get(function, 600)
    small = np.exp2(-random.uniform(1, 60, n)) * random.choice([-1, 1], n)
    return np.concatenate([random.uniform(-3, 3, 2 * n), random.uniform(-far, far, n), small])


def case(question: Question, x: float) -> tuple[float, Any] | None:
    """An input of the operation, made of one of the function, and the answer; None where an output lost its input."""
    settings = [mp.mpf(value) for value in question.settings]

    def value(v: Any) -> Any:
        return VALUES[question.function](v, *settings)

    v = mp.mpf(x)
    if question.operation == "value":
        return x, value(v)
    if question.operation.endswith("derivative"):
        return x, mp.diff(value, v, 2 if question.operation == "second_derivative" else 1)
    y, step = float(value(v)), (value(v) - float(value(v))) / (mp.diff(value, v) or mp.inf)
    if mp.diff(value, v) == 0 or abs(step) > abs(v) / 100:
        return None
    for _ in range(5):  # Newton's steps from the input to the one whose output is exactly y
        v, step = v - step, (value(v - step) - y) / mp.diff(value, v - step)
    if abs(step) > abs(v) * mp.mpf(10) ** -50:
        return None
    return y, v if question.operation == "inverse" else mp.diff(value, v)


def difference(question: Question, count: int) -> tuple[int, float]:
    """How many points were compared, and the largest difference relative to the result or to the largest term."""
    cases = [each for x in points_of(question.function, count) if (each := case(question, float(x)))]
    x = np.array([each[0] for each in cases])
    high, low = twins.split(twins.reference(question.twin, x, question.settings))
    scale = np.zeros(x.size)
    if question.term:
        scale, _ = twins.split(twins.reference(question.term, x, question.settings))
    largest = 0.0
    for (_, expected), one, two, term in zip(cases, high, low, scale, strict=True):
        found = mp.mpf(float(one)) + mp.mpf(float(two))
        size = max(abs(expected), abs(mp.mpf(float(term))))
        # The numerical derivative of a constant is not quite 0.
        largest = max(largest, float(abs(found - expected) / max(size, mp.mpf(10) ** (40 - mp.dps))))
    return len(cases), largest


def largest_difference(points: int) -> tuple[int, float]:
    """All twins against mpmath, about `points` numbers each."""
    found = []
    for question in cells():
        with mpmath.workdps(FEWER.get(question.function, DIGITS)):
            found.append(difference(question, points))
    return sum(count for count, _ in found), max(error for _, error in found)


def quick_difference(question: Question) -> float:
    """The largest difference of the twin in double from the one in quad, in ulps of float32."""
    with np.errstate(invalid="ignore"):
        x = np.concatenate([samples.boundaries("float32"), samples.spread("float32", 1 << 12)]).astype(
            np.float64
        )
    precise = twins.reference(question.twin, x, question.settings)
    term = twins.reference(question.term, x, question.settings) if question.term else None
    quick = np.asarray(twins.reference(question.twin, x, question.settings, precise=False), np.float64)
    keep = np.abs(quick) < 2.0**127  # what overflows float32 is judged as infinity by either
    errors = twins.errors("float32", x, precise, term, quick, lenient=True)
    return float(np.max(errors[keep]))
