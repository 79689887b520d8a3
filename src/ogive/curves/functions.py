"""Curves that are any function of x and parameters: what a user passes, as a family and a shape."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector
from ogive.curves.descent import Curve, Together
from ogive.curves.family import Family, Variant
from ogive.curves.formulas import Formula, Placed, derivative
from ogive.curves.readings import Reading
from ogive.curves.scatter import Scatter
from ogive.curves.search import searched
from ogive.curves.shapes import Kind, Part, Shape

# A parameter of a function: a number in the user's own units, of which nothing is known.
_NUMBER = Kind(-np.inf, np.inf)


@dataclass(frozen=True, eq=False, kw_only=True)
class FunctionShape(Shape):
    """A shape that a function of the user draws, fitted in the user's own units.

    Attributes
    ----------
    formula : Formula
    start : dict
        Where parameters start, by name; the others are searched for.
    """

    formula: Formula
    start: Mapping[str, float]
    scaled: bool = False

    def values(
        self, t: Vector, before: Vector, offsets: NDArray[np.int64], z: Vector
    ) -> tuple[Vector, Vector]:
        """Values (n,) and derivatives by the parameters (P, n) of curves, one after another."""
        values, slopes = np.empty(len(t)), np.empty((self.size, len(t)))
        for (rows, placed), p in zip(self._curves(t, before, offsets), z, strict=True):
            values[rows] = f = placed.at(p)
            slopes[:, rows] = placed.slopes(p, f)
        return values, slopes

    def derivative(self, t: Vector, z: Vector) -> Vector:
        """Derivatives by t, (n,), of a curve."""
        if t.ndim > 1:
            raise InputError(
                f"x has {t.shape[1]} coordinates; there is no one derivative.", "use differences of predict"
            )
        found, nowhere = np.empty(t.size), np.empty(0)
        for k, x in enumerate(t):

            def beside(h: float, x: float = x) -> tuple[Vector, Vector]:
                up, down = (Placed(self.formula, np.array([at]), nowhere).at(z) for at in (x + h, x - h))
                return up, down

            here = Placed(self.formula, t[k : k + 1], nowhere).at(z)
            found[k] = derivative(beside, here, float(x))[0][0]
        return found

    def scores(
        self,
        t: Vector,
        before: Vector,
        y: Vector,
        root_weight: Vector,
        offsets: NDArray[np.int64],
        z: Vector,
        noise: int,
        size: float,
    ) -> tuple[Vector, Vector, Vector]:
        """Half the deviance of each curve, its gradient, and the expected information.

        Where the function fails the loss is infinite.
        """
        scatter, parameters = Scatter(noise, size), self.size
        loss, gradient = np.full(len(z), np.inf), np.zeros(z.shape)
        information = np.zeros((len(z), parameters, parameters))
        for c, (rows, placed) in enumerate(self._curves(t, before, offsets)):
            try:
                f = placed.at(z[c])
                slopes = placed.slopes(z[c], f)
            except InputError:
                continue
            one, r, root = scatter.read(y[rows], root_weight[rows], f)
            slopes = slopes * root
            if np.isfinite(one) and np.isfinite(slopes).all():
                loss[c], gradient[c], information[c] = one, slopes @ r, slopes @ slopes.T
        return loss, gradient, information

    def fit(  # noqa: PLR0913, PLR0917  (as the compiled shapes)
        self,
        t: Vector,
        before: Vector,
        y: Vector,
        root_weight: Vector,
        offsets: NDArray[np.int64],
        sets: NDArray[np.int64],
        held: NDArray[np.bool_],
        shared: NDArray[np.bool_],
        given: Vector,
        low: Vector,
        high: Vector,
        noise: int,
        size: float,
        group: Callable[[int], str] | None = None,
        *,
        again: bool = False,
    ) -> tuple[Vector, Vector, NDArray[np.int32], NDArray[np.uint8]]:
        """Fit sets of curves, as the compiled shapes do.

        Raises
        ------
        InputError
            Where the function raises, does not return n real numbers, or is not finite at a start; where there
            are fewer points than parameters.
        """
        begin = np.array([self.start.get(name, np.nan) for name in self.formula.parameters])
        z = np.where(held, given, given if again else begin)
        count, scatter = len(sets) - 1, Scatter(noise, size)
        loss, steps = np.empty(count), np.empty(count, dtype=np.int32)
        ends = np.empty(count, dtype=np.uint8)
        curves = [
            Curve(placed, y[rows], root_weight[rows])
            for rows, placed in self._curves(t, before, offsets, group)
        ]
        for s in range(count):
            own = slice(sets[s], sets[s + 1])
            together = Together(curves[own], held, shared, z[own], low[own], high[own], scatter)
            starts = searched(together, z[own]) if np.isnan(z[own]).any() else [z[own]]
            best = together.best(starts)
            z[own], loss[s], steps[s], ends[s] = together.spread(best.theta), best.loss, best.steps, best.end
        return z, loss, steps, ends

    def _curves(
        self,
        t: Vector,
        before: Vector,
        offsets: NDArray[np.int64],
        group: Callable[[int], str] | None = None,
    ) -> list[tuple[slice, Placed]]:
        """The points of each curve, and the function there."""
        every = [slice(*pair) for pair in pairwise(offsets)]
        return [
            (rows, Placed(self.formula, t[rows], before[rows], group(c) if group else ""))
            for c, rows in enumerate(every)
        ]


def function_family(
    function: Callable[..., Any],
    start: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float | None, float | None]] | None = None,
    jacobian: Callable[..., Any] | None = None,
) -> Family:
    """Return the family of the curves that a function draws.

    Parameters
    ----------
    function : callable
        ``function(x, a, b, ...) -> (n,)`` for x of shape (n,), or (n, k) where a point has several coordinates. The
        parameters are what its signature has after x; those of ``function(x, *p)`` are named by `start`.
    start : dict, optional
        Where parameters start, by name. Others start at their value in the signature, or are searched for.
    bounds : dict, optional
        Lower and upper bound by name; None where there is none.
    jacobian : callable, optional
        ``jacobian(x, a, b, ...) -> (n, P)``, the derivatives by the parameters, one row a point.

    Raises
    ------
    InputError
        Where the parameters cannot be told, a start or a bound is of no parameter or no such number.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.curves.functions import function_family
    >>> decay = function_family(lambda x, a, b, c=0.0: a * np.exp(-b * x) + c, bounds={"b": (0, None)})
    >>> [one.name for one in decay.parameters], decay.variants[0].made.start, decay.variants[0].low
    (['a', 'b', 'c'], {'c': 0.0}, {1: 0.0})
    """
    for what, given in (("family", function), ("jacobian", jacobian)):
        if not callable(given) and (given is not None or what == "family"):
            raise InputError(
                f"{what} is {type(given).__name__}, which cannot be called.",
                "pass a function of x and its parameters"
                + (", or name a family" if what == "family" else ""),
            )
    name = getattr(function, "__name__", type(function).__name__).strip("<>")
    parameters, usual = _signature(function, name, list(start or {}))
    for what, named in (("start", start or {}), ("bounds", bounds or {})):
        for one in [one for one in named if one not in parameters]:
            raise InputError(
                f"{what} names {one!r}, which the function {name} does not have.",
                f"its parameters are {', '.join(parameters)}",
            )
    low, high = _limits(parameters, bounds or {})
    shape = FunctionShape(
        name,
        tuple(Part(one, _NUMBER) for one in parameters),
        formula=Formula(name, parameters, function, jacobian),
        start=usual | {one: _number(f"the start of {one}", value) for one, value in (start or {}).items()},
    )
    return Family(
        name=name,
        title=f"the function {name}",
        kind="function",
        formula=f"{name}(x, {', '.join(parameters)})",
        source="",
        parameters=tuple(Reading(one, f"parameter of {name}", "", j) for j, one in enumerate(parameters)),
        variants=(Variant(shape, low=low, high=high),),
    )


def _signature(
    function: Callable[..., Any], name: str, named: list[str]
) -> tuple[tuple[str, ...], dict[str, float]]:
    """Return the parameters after x that a function takes by position, and the values that they have there."""
    try:
        taken = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError) as error:
        raise InputError(
            f"the function {name} does not tell its parameters.", "write it as a function of x, a, b, ..."
        ) from error
    by_position = [one for one in taken if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}][1:]
    if any(one.kind is one.VAR_POSITIONAL for one in taken):
        known = [one.name for one in by_position]
        names = (*known, *(one for one in named if one not in known))
    else:
        names = tuple(one.name for one in by_position)
    if not names:
        raise InputError(
            f"the function {name} has no parameters.",
            "write them after x, as in f(x, a, b), or name them by start where it is f(x, *p)",
        )
    usual = {one.name: one.default for one in by_position if one.default is not one.empty}
    return names, {one: _number(f"the start of {one}", value) for one, value in usual.items()}


def _limits(
    parameters: tuple[str, ...], bounds: Mapping[str, tuple[float | None, float | None]]
) -> tuple[dict[int, float], dict[int, float]]:
    """Return the lower and the upper bounds that there are, by index."""
    found: tuple[dict[int, float], dict[int, float]] = {}, {}
    for name, pair in bounds.items():
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise InputError(
                f"the bounds of {name} are {pair!r}.",
                "pass a lower and an upper one, None where there is none",
            )
        for side, value in zip(found, pair, strict=True):
            if value is not None and not (isinstance(value, int | float) and math.isinf(value)):
                side[parameters.index(name)] = _number(f"a bound of {name}", value)
        low, high = (side.get(parameters.index(name), math.nan) for side in found)
        if low >= high:
            raise InputError(
                f"the bounds of {name} are {low:g} and {high:g}; the lower one comes first.",
                "turn them round; a value that is known goes into fix",
            )
    return found


def _number(what: str, value: Any) -> float:
    """Return a finite number."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise InputError(f"{what} is {value!r}, expected a finite number.", "pass a number, or leave it out")
    return found
