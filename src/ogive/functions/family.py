"""The family: compiled functions, each with its operations and its facts as attributes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import numpy as np

from ogive._base import InputError
from ogive._kernels import FUNCTIONS, add_brain_float
from ogive.functions.about import ABOUT, INVERSES, OTHER_NAMES
from ogive.functions.facts import Curve, Ends, Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    class Function(np.ufunc):  # type: ignore[misc]  # final at run time: this only says what attributes it has
        """A universal function with its operations and its facts."""

        derivative: np.ufunc
        second_derivative: np.ufunc
        derivative_from_output: np.ufunc
        inverse: Function
        value_and_derivative: np.ufunc
        jvp: np.ufunc
        formula: str
        use: str
        source: str
        parameters: tuple[float, ...]
        domain: Interval
        range: Interval
        limits: Interval
        slope_limits: Interval
        max_slope: float
        zero_centred: bool
        monotone: bool
        saturates: Mapping[str, Ends]

else:
    Function = np.ufunc

_FACTS = (
    *("domain", "range", "limits", "slope_limits"),
    *("max_slope", "zero_centred", "monotone", "saturates"),
)


def _curve(name: str, operations: dict[str, np.ufunc]) -> Curve | None:
    """Return a function as a curve; None for those along an axis."""
    function, parameters = operations["value"], ABOUT[name].parameters
    if function.signature is not None or "derivative" not in operations:
        return None
    return Curve(function, operations["derivative"], parameters)


def _assemble(name: str, operations: dict[str, np.ufunc]) -> Function:
    """Hang operations and facts on a function itself, which NumPy allows from 2.2 on."""
    function: Any = operations["value"]
    for operation, ufunc in operations.items():
        if operation != "value":
            setattr(function, operation, ufunc)
    if INVERSES.get(name) in FUNCTIONS:
        function.inverse = FUNCTIONS[INVERSES[name]]["value"]
    about = ABOUT[name]
    function.formula, function.use, function.source = about.formula, about.use, about.source
    function.parameters = about.parameters
    function.__doc__ = f"{about.formula}\n\nUse: {about.use}.\nSource: {about.source}."
    if name in CURVES:
        for fact in _FACTS:
            setattr(function, fact, getattr(CURVES[name], fact))
    return function  # type: ignore[no-any-return]


def _learn_brain_floats() -> None:
    """Teach the functions bfloat16, which NumPy has from ml_dtypes if that is installed."""
    try:
        from ml_dtypes import bfloat16  # noqa: PLC0415
    except ModuleNotFoundError:
        return
    add_brain_float(np.dtype(bfloat16).num)


_learn_brain_floats()
CURVES: dict[str, Curve] = {
    name: curve
    for name in ABOUT
    if name in FUNCTIONS and (curve := _curve(name, FUNCTIONS[name])) is not None
}
FAMILY: dict[str, Function] = {name: _assemble(name, FUNCTIONS[name]) for name in ABOUT if name in FUNCTIONS}
_UFUNCS = {ufunc.__name__: ufunc for operations in FUNCTIONS.values() for ufunc in operations.values()}


def __getattr__(name: str) -> Function:
    """Give members, and their operations (so that pickle finds them), by name."""
    found = FAMILY.get(name) or _UFUNCS.get(name)
    if found is None:  # None: not compiled yet
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found  # type: ignore[return-value]


def named(name: str | Function) -> str:
    """Return the name of a member as the family spells it.

    Raises
    ------
    InputError
        If there is no such member; those that look alike are named.

    Examples
    --------
    >>> named("log-sigmoid"), named("Sigmoid")
    ('log_sigmoid', 'sigmoid')
    """
    text = name if isinstance(name, str) else name.__name__
    plain = text.strip().lower().replace("-", "_")
    if plain in FAMILY:
        return plain
    known = [*FAMILY, *OTHER_NAMES]
    alike = [OTHER_NAMES.get(n, n) for n in difflib.get_close_matches(plain, known, 3, cutoff=0.6)]
    shown = " or ".join(repr(n) for n in dict.fromkeys(alike) if n in FAMILY)
    raise InputError(
        f"there is no function {text!r}.",
        f"did you mean {shown}?" if shown else "ogive function --list shows all",
    )
