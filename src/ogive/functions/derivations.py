"""Derivatives derived line by line, each line with its value at a point beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from ogive._base import InputError
from ogive.functions.columns import Columns
from ogive.functions.family import FAMILY, named


class Line(NamedTuple):
    """One line of a derivation: an expression, why it equals the one above, and its value at x."""

    expression: str
    reason: str
    value: Callable[[float], float]


def derivation(name: str, at: Sequence[float] = (1.0,)) -> Columns:
    """Return the derivation of a slope, its lines checked at some points.

    The first line is the definition, the last the compiled derivative; all of them must have the same value.

    Parameters
    ----------
    name : str
        sigmoid, tanh or softplus.
    at : sequence of float
        Points to check at, of moderate size: the lines are computed as they stand.

    Raises
    ------
    InputError
        If the derivation is not written out, or a point is beyond ±30.

    Examples
    --------
    >>> derivation("softplus", [1.0])
    line                         because                                     x = 1
    (f(x + h) - f(x - h)) / 2h   the definition, at a small h                0.7310586
    (1 + e^x)' / (1 + e^x)       chain rule: the slope of log(u) is u' / u   0.7310586
    e^x / (1 + e^x)              the slope of e^x is e^x                     0.7310586
    1 / (1 + e^-x)               numerator and denominator divided by e^x    0.7310586
    sigmoid(x)                   the definition of the sigmoid               0.7310586
    softplus.derivative(x)       the compiled function                       0.7310586
    """
    name = named(name)
    if name not in DERIVATIONS:
        raise InputError(
            f"the derivation of {name} is not written out.", "there is one of " + ", ".join(DERIVATIONS)
        )
    for x in at:
        if not abs(x) <= _FAR:
            raise InputError(
                f"a derivation is checked at numbers from -{_FAR} to {_FAR}, got {x}.", "as in --at -2,1"
            )
    first = Line("(f(x + h) - f(x - h)) / 2h", "the definition, at a small h", lambda x: _difference(name, x))
    last = Line(f"{name}.derivative(x)", "the compiled function", lambda x: float(FAMILY[name].derivative(x)))
    lines = [first, *DERIVATIONS[name], last]
    columns = Columns(line=[line.expression for line in lines], because=[line.reason for line in lines])
    for x in at:
        columns[f"x = {x:g}"] = [f"{line.value(x):.7f}" for line in lines]
    return columns


_FAR = 30


def _e(x: float) -> float:
    return math.exp(-x)


def _s(x: float) -> float:
    return float(FAMILY["sigmoid"](x))


def _t(x: float) -> float:
    return float(FAMILY["tanh"](x))


def _difference(name: str, x: float) -> float:
    """Return the difference quotient, with its cancelling leading parts subtracted exactly."""
    h = 2.0**-14
    above, below = (Fraction(float(FAMILY[name](x + step))) for step in (h, -h))
    return float((above - below) / Fraction(2 * h))


DERIVATIONS = {
    "sigmoid": (
        Line(
            "-(1 + e^-x)' / (1 + e^-x)^2",
            "chain rule: the slope of 1/u is -u' / u^2",
            lambda x: _e(x) / (1 + _e(x)) ** 2,
        ),
        Line("e^-x / (1 + e^-x)^2", "the slope of e^-x is -e^-x", lambda x: _e(x) / (1 + _e(x)) ** 2),
        Line(
            "1/(1 + e^-x) × e^-x/(1 + e^-x)",
            "one fraction as two",
            lambda x: 1 / (1 + _e(x)) * (_e(x) / (1 + _e(x))),
        ),
        Line(
            "1/(1 + e^-x) × (1 - 1/(1 + e^-x))",
            "e^-x = (1 + e^-x) - 1",
            lambda x: 1 / (1 + _e(x)) * (1 - 1 / (1 + _e(x))),
        ),
        Line("s (1 - s), s = sigmoid(x)", "the definition of the sigmoid", lambda x: _s(x) * (1 - _s(x))),
    ),
    "tanh": (
        Line("(sinh(x) / cosh(x))'", "the definition of tanh", lambda x: 1 / math.cosh(x) ** 2),
        Line(
            "(cosh(x)^2 - sinh(x)^2) / cosh(x)^2",
            "quotient rule; sinh' = cosh, cosh' = sinh",
            lambda x: (math.cosh(x) - math.sinh(x)) * (math.cosh(x) + math.sinh(x)) / math.cosh(x) ** 2,
        ),
        Line(
            "1 - (sinh(x) / cosh(x))^2",
            "one fraction as two",
            lambda x: 1 - (math.sinh(x) / math.cosh(x)) ** 2,
        ),
        Line("1 - t^2, t = tanh(x)", "the definition of tanh", lambda x: 1 - _t(x) ** 2),
    ),
    "softplus": (
        Line(
            "(1 + e^x)' / (1 + e^x)",
            "chain rule: the slope of log(u) is u' / u",
            lambda x: math.exp(x) / (1 + math.exp(x)),
        ),
        Line("e^x / (1 + e^x)", "the slope of e^x is e^x", lambda x: math.exp(x) / (1 + math.exp(x))),
        Line("1 / (1 + e^-x)", "numerator and denominator divided by e^x", lambda x: 1 / (1 + _e(x))),
        Line("sigmoid(x)", "the definition of the sigmoid", _s),
    ),
}
