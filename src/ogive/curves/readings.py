"""What the parameters of a family are, read off those of its shape.

The compiled shapes have parameters that suit computing: levels, places, the logarithms of rates. A reading turns one of
them, or several, into a number that people know, with its gradient for standard errors, and puts a value back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.shapes import LEFT, RIGHT

# The lower and the higher of both levels, whichever side they are on; and what is not one parameter alone.
BOTTOM, TOP, SEVERAL = -2, -1, -3


@dataclass(frozen=True)
class Reading:
    """A parameter of a family, which is one of its shape.

    Attributes
    ----------
    name, meaning : str
    unit : str
        In words: "y", "x", "1/x", or empty for a number without unit.
    part : int
        Which of the shape's parameters it is.
    exponential : bool
        Whether the shape has its logarithm.
    signed : bool
        Whether it is negative where the curve falls. Such a one comes after the levels, and says which is on the left.
    """

    name: str
    meaning: str
    unit: str
    part: int
    exponential: bool = False
    signed: bool = False

    def value(self, z: Vector) -> Vector:
        """Return it for curves with the shape's parameters `z` (n, P), shape (n,)."""
        found: Vector = z[np.arange(len(z)), self._index(z)]
        if self.exponential:
            found = np.asarray(np.exp(found))
        return np.where(z[:, LEFT] <= z[:, RIGHT], found, -found) if self.signed else found

    def gradient(self, z: Vector) -> Vector:
        """Return its derivatives by `z`, shape (n, P)."""
        found = np.zeros(z.shape)
        found[np.arange(len(z)), self._index(z)] = self.value(z) if self.exponential else 1.0
        return found

    def put(self, z: Vector, value: float) -> None:
        """Write a value into the parameters of one curve, shape (P,)."""
        part = {BOTTOM: LEFT, TOP: RIGHT}.get(self.part, self.part)
        z[part] = np.log(abs(value)) if self.exponential else value
        if self.signed and (value < 0) == (z[LEFT] < z[RIGHT]):
            z[LEFT], z[RIGHT] = z[RIGHT], z[LEFT]

    def _index(self, z: Vector) -> NDArray[np.intp]:
        """Place of the part in each row."""
        if self.part not in {BOTTOM, TOP}:
            return np.full(len(z), self.part)
        rises = z[:, LEFT] <= z[:, RIGHT]
        return np.where(rises == (self.part == BOTTOM), LEFT, RIGHT)


@dataclass(frozen=True, kw_only=True)
class Computed(Reading):
    """A parameter of a family that is another function of its shape's.

    Attributes
    ----------
    part : int
        Which one it is a function of, or that there are several.
    read : callable
        Returns it for the shape's parameters of curves, (P, n). It is called with complex numbers too, which give the
        gradient to the last digit (Squire and Trapp, SIAM Review 40, 1998).
    write : callable
        Changes the parameters of one curve, (P,), so that it has a value, where those that come before have theirs.
    """

    part: int = SEVERAL
    read: Callable[[Vector], Vector]
    write: Callable[[Vector, float], None]

    def value(self, z: Vector) -> Vector:
        """Return it for curves with the shape's parameters `z` (n, P), shape (n,)."""
        with np.errstate(over="ignore", invalid="ignore"):  # what is too large for a number is infinite
            return np.asarray(self.read(z.T))

    def gradient(self, z: Vector) -> Vector:
        """Return its derivatives by `z`, shape (n, P)."""
        found, tiny = np.empty(z.shape), 1e-100
        for index in range(z.shape[1]):
            moved = z.T.astype(complex)
            moved[index] += tiny * 1j
            with np.errstate(over="ignore", invalid="ignore"):
                found[:, index] = np.imag(self.read(moved)) / tiny
        return found

    def put(self, z: Vector, value: float) -> None:
        """Write a value into the parameters of one curve, shape (P,)."""
        self.write(z, value)


def direction(z: Vector) -> Vector:
    """Return 1 where curves with the parameters `z` (P, n) rise, and -1 where they fall."""
    return np.where(z[LEFT].real <= z[RIGHT].real, 1.0, -1.0)
