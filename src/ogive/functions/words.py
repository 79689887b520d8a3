"""What is said of a function: its facts by name, in words, in a sentence, and drawn in a terminal."""

# ruff: noqa: PLC0415 (how numbers are written is imported when they are)

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ogive._base import InputError
from ogive.functions.about import ABOUT
from ogive.functions.columns import Columns, curve_of
from ogive.functions.family import FAMILY, named
from ogive.functions.figures import curve_lines, value_ends

_FACTS = (
    *("formula", "domain", "range", "limits", "max_slope", "slope_limits"),
    *("zero_centred", "monotone", "use", "source"),
)


def facts(name: str) -> dict[str, object]:
    """Return the facts of a member by name.

    Examples
    --------
    >>> facts("sigmoid")["range"], facts("tanh")["zero_centred"]
    ((0.0, 1.0), True)
    """
    function = FAMILY[named(name)]
    found: dict[str, object] = {fact: getattr(function, fact) for fact in _FACTS if hasattr(function, fact)}
    if hasattr(function, "saturates"):
        found["saturates"] = function.saturates["float64"]
    return found


def described(name: str) -> list[tuple[str, str]]:
    """Return the facts of a member in words.

    Examples
    --------
    >>> dict(described("tanh"))["slope"]
    'at most 1; 0 to the left, 0 to the right'
    """
    name = named(name)
    function, curve = FAMILY[name], curve_of(name)
    low, high = curve.range
    left, right = curve.slope_limits
    shape = ["never turns back" if curve.monotone else "turns back"]
    shape += ["odd: symmetric inputs average to 0"] if curve.zero_centred else []
    said = [
        ("range", f"{_brief(low)} to {_brief(high)}"),
        (
            "slope",
            f"at most {_brief(curve.max_slope)}; {_brief(left)} to the left, {_brief(right)} to the right",
        ),
        ("shape", "; ".join(shape)),
        ("saturates", _flat(*curve.saturates["float64"])),
        ("use", function.use),
        ("source", function.source),
    ]
    if math.isfinite(curve.domain[0]):
        said.insert(0, ("takes", f"numbers from {curve.domain[0]:g} to {curve.domain[1]:g}"))
    return said


def in_words(names: Sequence[str]) -> str:
    """Return one sentence on several members: their largest slopes, which is what a gradient is multiplied by.

    Examples
    --------
    >>> in_words(["sigmoid", "tanh"])
    'The slope of sigmoid is 0.25 at most, that of tanh 1.'
    """
    slopes = [f"{name} {_brief(curve_of(name).max_slope)}" for name in names]
    first, *rest = slopes
    head, _, size = first.rpartition(" ")
    return ", that of ".join([f"The slope of {head} is {size} at most", *rest]) + "."


def slopes_from_output(names: Sequence[str], outputs: Sequence[float]) -> Columns:
    """Return the slopes of members where their outputs are these, from the outputs alone.

    Raises
    ------
    InputError
        Where the slope cannot be told from the output, or an output is out of range.

    Examples
    --------
    >>> slopes_from_output(["sigmoid"], [0.5, 0.8])
    output   sigmoid_slope
       0.5            0.25
       0.8            0.16
    """
    columns = Columns(output=list(outputs))
    able = [name for name, function in FAMILY.items() if hasattr(function, "derivative_from_output")]
    for name in map(named, names):
        if name not in able:
            raise InputError(
                f"the slope of {name} cannot be told from its output alone.", "it can for " + ", ".join(able)
            )
        low, high = curve_of(name).range
        for output in outputs:
            if not low <= output <= high:
                raise InputError(
                    f"{_brief(output)} is no output of {name}: they lie between {_brief(low)} and {_brief(high)}.",
                    "as in --output 0.8",
                )
        slope = FAMILY[name].derivative_from_output
        parameters = ABOUT[name].parameters[: slope.nin - 1]
        columns[f"{name}_slope"] = slope(np.array(outputs, dtype=np.float64), *parameters)
    return columns


def terminal_figure(name: str, low: float, high: float, *, derivative: bool = False, width: int = 76) -> str:
    """Return a member drawn with characters, its derivative dotted if wanted."""
    from ogive.views import terminal_plot

    lines = curve_lines(named(name), low, high)[: 2 if derivative else 1]
    title = f"{name}, dotted: its derivative" if derivative else name
    return terminal_plot(title, lines, value_ends(lines), width=width)


def _flat(left: float | None, right: float | None) -> str:
    """Say where float64 cannot tell the value from its limit."""
    parts = [f"at or below {_brief(left)}"] * (left is not None) + [f"at or above {_brief(right)}"] * (
        right is not None
    )
    return f"float64 gives the limit itself {' and '.join(parts)}" if parts else "nowhere in float64"


def _brief(value: float | None) -> str:
    from ogive.views import number

    if value is None or not math.isfinite(value):
        return "∞" if value == math.inf else "-∞" if value == -math.inf else "–"
    return number(value, 4)
