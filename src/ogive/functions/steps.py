"""The substitution of a number into a formula, written out step by step, for the value and for the slope."""

from __future__ import annotations

import math
from collections.abc import Callable

from ogive._base import InputError
from ogive.functions.family import CURVES, FAMILY, named
from ogive.views import brief

Lines = list[str]
Written = Callable[[float, str], Lines]


def written_out(name: str, x: float) -> tuple[Lines, Lines]:
    """Return the lines that compute a member and its slope at x: a formula, then what each step makes of it.

    The last line of both is the value of the compiled function, so that rounding in between does not show.

    Raises
    ------
    InputError
        For a member without steps that a person would write down; those that have them are named.

    Examples
    --------
    >>> value, slope = written_out("sigmoid", -2.0)
    >>> print(*value, *slope, sep=chr(10))
    sigmoid(-2) = 1 / (1 + e^2)
                = 1 / (1 + 7.389056)
                = 1 / 8.389056
                = 0.1192029
    sigmoid'(-2) = s (1 - s), s = sigmoid(-2)
                 = 0.1192029 (1 - 0.1192029)
                 = 0.1192029 × 0.8807971
                 = 0.1049936
    """
    name = named(name)
    if name not in _STEPS:
        raise InputError(
            f"the steps of {name} are not written out: its formula is {FAMILY[name].formula}.",
            "there are steps for " + ", ".join(n for n in _STEPS if n in CURVES),
        )
    if not math.isfinite(x):
        raise InputError(f"steps are written out for finite numbers, got {x}.", "as in --at -2")
    low, high = CURVES[name].domain
    if not low <= x <= high:
        raise InputError(f"{name} takes numbers from {low:g} to {high:g}, got {x:g}.", "as in --at 0.25")
    value, slope = float(FAMILY[name](x)), float(FAMILY[name].derivative(x))
    value_steps, slope_steps = _STEPS[name]
    return (
        _equations(f"{name}({brief(x)})", [*value_steps(x, brief(value)), brief(value)]),
        _equations(f"{name}'({brief(x)})", [*slope_steps(x, brief(value)), brief(slope)]),
    )


def _equations(left: str, steps: Lines) -> Lines:
    distinct = [step for step, after in zip(steps, [*steps[1:], ""], strict=True) if step != after]
    return [f"{left if i == 0 else ' ' * len(left)} = {step}" for i, step in enumerate(distinct)]


def _power(y: float) -> str:
    """Return e^y as a number, beyond the range of floating point too."""
    if abs(y) < 700:
        return brief(math.exp(y))
    digits, exponent = math.modf(y / math.log(10))
    if digits < 0:
        digits, exponent = digits + 1, exponent - 1
    return f"{10**digits:.4g}e{int(exponent):+d}"


def _one_and(y: float) -> str:
    """Return 1 + e^y as a number."""
    return brief(1 + math.exp(y)) if y < 700 else _power(y)


def _negative(x: float) -> str:
    return brief(-x)


def _bracket(x: float) -> str:
    return f"({brief(x)})" if x < 0 else brief(x)


def _complement(s: str) -> str:
    return brief(1 - float(s))


def _sigmoid(x: float, _: str) -> Lines:
    return [f"1 / (1 + e^{_negative(x)})", f"1 / (1 + {_power(-x)})", f"1 / {_one_and(-x)}"]


def _sigmoid_slope(x: float, s: str) -> Lines:
    return [
        f"s (1 - s), s = sigmoid({brief(x)})",
        f"{s} (1 - {s})",
        f"{s} × {brief(float(FAMILY['sigmoid'](-x)))}",
    ]


def _tanh(x: float, _: str) -> Lines:
    up, down = _power(x), _power(-x)
    lines = [f"(e^{brief(x)} - e^{_negative(x)}) / (e^{brief(x)} + e^{_negative(x)})"]
    lines.append(f"({up} - {down}) / ({up} + {down})")
    if abs(x) < 700:
        lines.append(f"{brief(2 * math.sinh(x))} / {brief(2 * math.cosh(x))}")
    return lines


def _tanh_slope(x: float, t: str) -> Lines:
    return [f"1 - t^2, t = tanh({brief(x)})", f"1 - {_bracket(float(t))}^2", f"1 - {brief(float(t) ** 2)}"]


def _softplus(x: float, _: str) -> Lines:
    return [f"log(1 + e^{brief(x)})", f"log(1 + {_power(x)})", f"log({_one_and(x)})"]


def _slope_is_sigmoid(x: float, _: str) -> Lines:
    return [f"sigmoid({brief(x)})", *_sigmoid(x, "")]


def _log_sigmoid(x: float, _: str) -> Lines:
    return [f"-{line}" for line in _softplus(-x, "")]


def _log_sigmoid_slope(x: float, _: str) -> Lines:
    return _slope_is_sigmoid(-x, "")


def _logit(p: float, _: str) -> Lines:
    lines = [f"log({brief(p)} / (1 - {_bracket(p)}))"]
    if 0 < p < 1:
        lines += [f"log({brief(p)} / {brief(1 - p)})", f"log({brief(p / (1 - p))})"]
    return lines


def _logit_slope(p: float, _: str) -> Lines:
    return [
        f"1 / (p (1 - p)), p = {brief(p)}",
        f"1 / ({_bracket(p)} × {_bracket(1 - p)})",
        f"1 / {_bracket(p * (1 - p))}",
    ]


def _softsign(x: float, _: str) -> Lines:
    return [f"{brief(x)} / (1 + |{brief(x)}|)", f"{brief(x)} / {brief(1 + abs(x))}"]


def _softsign_slope(x: float, _: str) -> Lines:
    return [f"1 / (1 + |{brief(x)}|)^2", f"1 / {brief(1 + abs(x))}^2", f"1 / {brief((1 + abs(x)) ** 2)}"]


def _hard_sigmoid(x: float, _: str) -> Lines:
    return [f"min(max({brief(x)} / 6 + 1/2, 0), 1)", f"min(max({brief(x / 6 + 0.5)}, 0), 1)"]


def _hard_sigmoid_slope(x: float, _: str) -> Lines:
    return ["1/6, between -3 and 3" if abs(x) < 3 else "0, at or beyond -3 and 3"]


def _relu(x: float, _: str) -> Lines:
    return [f"max({brief(x)}, 0)"]


def _relu_slope(x: float, _: str) -> Lines:
    return [f"1, since {brief(x)} > 0" if x > 0 else f"0, since {brief(x)} is not above 0"]


def _silu(x: float, _: str) -> Lines:
    return [f"{brief(x)} sigmoid({brief(x)})", f"{brief(x)} × {_s(x)}"]


def _silu_slope(x: float, _: str) -> Lines:
    s = _s(x)
    return [
        f"s (1 + x (1 - s)), s = sigmoid({brief(x)})",
        f"{s} (1 + {_bracket(x)} × {_complement(s)})",
    ]


def _s(x: float) -> str:
    return brief(float(FAMILY["sigmoid"](x)))


_STEPS: dict[str, tuple[Written, Written]] = {
    "sigmoid": (_sigmoid, _sigmoid_slope),
    "tanh": (_tanh, _tanh_slope),
    "softplus": (_softplus, _slope_is_sigmoid),
    "log_sigmoid": (_log_sigmoid, _log_sigmoid_slope),
    "logit": (_logit, _logit_slope),
    "hard_sigmoid": (_hard_sigmoid, _hard_sigmoid_slope),
    "softsign": (_softsign, _softsign_slope),
    "relu": (_relu, _relu_slope),
    "silu": (_silu, _silu_slope),
}
