"""A user's function at the points of one curve: its values, its slopes, and what is wrong with them.

Slopes by the parameters are those that are given, else by complex step (Squire & Trapp 1998), else by differences that
are extrapolated (Ridders 1982).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector

Way = Literal["given", "complex", "differences"]


@dataclass(frozen=True, eq=False)
class Formula:
    """What a user wrote: a function of x and parameters, and perhaps its derivatives by them, (n, P).

    `ways` remembers how slopes are computed at points that were met before.
    """

    name: str
    parameters: tuple[str, ...]
    function: Callable[..., Any]
    jacobian: Callable[..., Any] | None = None
    ways: dict[bytes, Way] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Placed:
    """A formula at the points of one curve.

    Attributes
    ----------
    formula : Formula
    x : (n,) or (n, k)
    before : like x, or empty
        Where the intervals begin over which the function rises; empty where its values count.
    group : str
        Which curve it is, in messages; may be empty.
    """

    formula: Formula
    x: Vector
    before: Vector
    group: str = ""

    def at(self, p: Vector) -> Vector:
        """Return the values, (n,), which may be NaN or infinite.

        Raises
        ------
        InputError
            Where the function raises, or does not return n real numbers.
        """
        return self._asked(self.formula.function, "function", p, (len(self.x),))

    def exactly(self, p: Vector) -> NDArray[np.longdouble] | None:
        """Return the values in the longest numbers of the machine, or None where the function has none."""
        long = np.asarray(p, dtype=np.longdouble)
        try:
            found = self._called(self.formula.function, np.longdouble, list(long))
        except Exception:  # whatever it is that does not take them
            return None
        return found if found.dtype == np.longdouble and found.shape == (len(self.x),) else None

    def slopes(self, p: Vector, f: Vector) -> Vector:
        """Return the slopes by the parameters, (P, n), where the values are f."""
        way = self.formula.ways.get(self._key) or self.choose(p, f)
        if way == "given":
            return self._given(p)
        found = self._by_complex_step(p, f) if way == "complex" else None
        return self._by_differences(p, f)[0] if found is None else found

    def choose(self, p: Vector, f: Vector) -> Way:
        """Choose how slopes are computed at these points, by what agrees with differences here."""
        expected, error = self._by_differences(p, f)
        if self.formula.jacobian is not None:
            wrong = _differing(self._given(p), expected, error, 1e-3)
            if wrong.any():
                name = self.formula.parameters[int(np.argmax(wrong))]
                raise InputError(
                    f"the jacobian of {self.formula.name} is not its derivative by {name}{self.where(p)}.",
                    "correct it, or leave it out: derivatives are then computed from the function",
                )
            way: Way = "given"
        else:
            with warnings.catch_warnings():  # NumPy warns where an imaginary part is dropped
                warnings.simplefilter("error")
                found = self._by_complex_step(p, f)
            agrees = found is not None and not _differing(found, expected, error, 1e-5).any()
            way = "complex" if agrees else "differences"
        self.formula.ways[self._key] = way
        return way

    def where(self, p: Vector) -> str:
        """Say of which curve and at which parameters, in a message."""
        told = [f"{name} = {value:g}" for name, value in zip(self.formula.parameters, p, strict=True)]
        return f" ({', '.join([self.group] * bool(self.group) + told)})"

    @property
    def way(self) -> Way:
        """How slopes are computed at these points, where that was chosen."""
        return self.formula.ways[self._key]

    @cached_property
    def _key(self) -> bytes:
        return self.x.tobytes() + self.before.tobytes()

    def _given(self, p: Vector) -> Vector:
        """Return the slopes by the jacobian."""
        assert self.formula.jacobian is not None
        return self._asked(self.formula.jacobian, "jacobian", p, (len(self.x), p.size)).T

    def _asked(self, function: Callable[..., Any], what: str, p: Vector, shape: tuple[int, ...]) -> Vector:
        """Call a function of the user, and check that real numbers of this shape come back."""
        name = self.formula.name
        try:
            found = self._called(function, np.float64, list(p))
        except Exception as error:
            raise InputError(
                f"the {what} {name} raised {type(error).__name__}: {error}{self.where(p)}.",
                "correct it there, or keep the parameters away with bounds",
            ) from error
        if found.shape != shape or found.dtype.kind not in "biuf":
            raise InputError(
                f"the {what} {name} returned {found.dtype} of shape {found.shape}, expected real numbers of shape "
                f"{shape}{self.where(p)}.",
                "return one number a point" if what == "function" else "return one row a point",
            )
        return np.asarray(found, dtype=np.float64)

    def _called(self, function: Callable[..., Any], number: type[np.floating[Any]], p: list[Any]) -> Any:
        """Return what a function says of x in such numbers, less what it says of the beginnings."""

        def ask(x: Vector) -> Any:
            seen = x.astype(number, copy=False).view()
            seen.flags.writeable = False
            return np.asarray(function(seen, *p))

        with np.errstate(all="ignore"):
            return ask(self.x) - ask(self.before) if self.before.size else ask(self.x)

    def _by_complex_step(self, p: Vector, f: Vector) -> Vector | None:
        """Return the slopes, or None where the function does not take complex numbers or answers otherwise."""
        slopes = np.empty((p.size, f.size))
        for j, value in enumerate(p):
            h = max(1e-20 * abs(value), 1e-100)
            moved = [*p[:j], np.complex128(complex(value, h)), *p[j + 1 :]]
            try:
                found = self._called(self.formula.function, np.float64, moved)
            except Exception:  # whatever it is that does not take them
                return None
            if found.shape != f.shape or found.dtype.kind not in "biufc":
                return None
            if not np.abs(found.real - f).max(initial=0.0) <= 1e-8 * np.abs(f).max(initial=0.0):
                return None
            slopes[j] = found.imag / h
        return slopes

    def _near(self, p: Vector) -> Vector:
        """Return the values, NaN where the function raises: the point beside may be outside of where it is."""
        try:
            return self.at(p)
        except InputError as error:
            if error.__cause__ is None:
                raise
            return np.full(len(self.x), np.nan)

    def _by_differences(self, p: Vector, f: Vector) -> tuple[Vector, Vector]:
        """Return the slopes by extrapolated central differences, and their errors as estimated."""
        slopes, errors = np.empty((2, p.size, f.size))
        for j in range(p.size):

            def beside(h: float, j: int = j) -> tuple[Vector, Vector]:
                up, down = p.copy(), p.copy()
                up[j] += h
                down[j] -= h
                return self._near(up), self._near(down)

            slopes[j], errors[j] = derivative(beside, f, float(p[j]))
        return slopes, errors


def derivative(
    beside: Callable[[float], tuple[Vector, Vector]], f: Vector, p: float
) -> tuple[Vector, Vector]:
    """Return the derivative at p and its error, from the values beside p: Ridders' extrapolation, point by point.

    The first step is about the largest at which the function is nearly straight.
    """
    h, grown, tiny = 0.1 * abs(p) or 1.0, False, 1e-3 * np.abs(f).max(initial=0.0)
    for _ in range(24):
        up, down = beside(h)
        rise = np.abs(up - down).max(initial=0.0)
        straight = (
            np.isfinite(rise) and np.abs(up - 2 * f + down).max(initial=0.0) <= 0.2 * rise + 1e-9 * tiny
        )
        if not straight:
            h /= 8.0
            if grown:
                break
        elif rise < tiny:
            h, grown = h * 8.0, True
        else:
            break
    best, error = np.full(f.size, np.nan), np.full(f.size, np.inf)
    row: list[Vector] = []
    for level in range(7):
        up, down = beside(h)
        before, row = row, [(up - down) / (2 * h)]
        for k in range(level):
            row.append(row[k] + (row[k] - before[k]) / (4.0 ** (k + 1) - 1.0))
            moved = np.maximum(np.abs(row[k + 1] - row[k]), np.abs(row[k + 1] - before[k]))
            better = moved < error
            best, error = np.where(better, row[k + 1], best), np.where(better, moved, error)
        h /= 2.0
    return best, error


def _differing(found: Vector, expected: Vector, error: Vector, tolerance: float) -> NDArray[np.bool_]:
    """Say which slopes, of shape (P, n), differ beyond the tolerance, of their largest, and the error."""
    largest = np.max(np.abs(np.where(np.isfinite(expected), expected, 0.0)), axis=1, initial=0.0)
    bound = tolerance * largest[:, None] + 10 * error
    return np.asarray((np.abs(found - expected) > bound).any(axis=1) | ~np.isfinite(found).all(axis=1))
