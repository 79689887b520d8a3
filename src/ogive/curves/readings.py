"""What the parameters of a family are, read off those of its shape.

The compiled shapes have parameters that suit computing: the levels on the left and on the right, the centre, the
logarithm of the rate, and one of asymmetry. A reading turns one of them into a number that people know, with its
gradient for standard errors, and puts a value back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.shapes import LEFT, RIGHT

# The lower and the higher of both levels, whichever side they are on; how much higher the right one is; and by how much
# it falls short of 1.
BOTTOM, TOP, SPAN, LAPSE = -2, -1, -3, -4


@dataclass(frozen=True)
class Reading:
    """A parameter of a family.

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
        if self.part == SPAN:
            return np.asarray(z[:, RIGHT] - z[:, LEFT])
        if self.part == LAPSE:
            return np.asarray(1.0 - z[:, RIGHT])
        found: Vector = z[np.arange(len(z)), self._index(z)]
        if self.exponential:
            found = np.asarray(np.exp(found))
        return np.where(z[:, LEFT] <= z[:, RIGHT], found, -found) if self.signed else found

    def gradient(self, z: Vector) -> Vector:
        """Return its derivatives by `z`, shape (n, P)."""
        found = np.zeros(z.shape)
        if self.part == SPAN:
            found[:, LEFT], found[:, RIGHT] = -1.0, 1.0
            return found
        if self.part == LAPSE:
            found[:, RIGHT] = -1.0
            return found
        found[np.arange(len(z)), self._index(z)] = self.value(z) if self.exponential else 1.0
        return found

    def put(self, z: Vector, value: float) -> None:
        """Write a value into the parameters of one curve, shape (P,)."""
        part = {BOTTOM: LEFT, TOP: RIGHT, SPAN: RIGHT, LAPSE: RIGHT}.get(self.part, self.part)
        value = {SPAN: z[LEFT] + value, LAPSE: 1.0 - value}.get(self.part, value)
        z[part] = np.log(abs(value)) if self.exponential else value
        if self.signed and (value < 0) == (z[LEFT] < z[RIGHT]):
            z[LEFT], z[RIGHT] = z[RIGHT], z[LEFT]

    def _index(self, z: Vector) -> NDArray[np.intp]:
        """Place of the part in each row."""
        if self.part not in {BOTTOM, TOP}:
            return np.full(len(z), self.part)
        rises = z[:, LEFT] <= z[:, RIGHT]
        return np.where(rises == (self.part == BOTTOM), LEFT, RIGHT)
