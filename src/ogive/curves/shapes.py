"""What the compiled shapes have for parameters: in which units, within which bounds, and where starts are tried.

The core sees each group of points moved and scaled to one span of both axes; a kind of parameter says how one comes in
and goes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive._kernels import curve_scores, curve_values

# Places of the parameters of a sigmoidal shape. The levels come first in every shape that leads from one to another.
LEFT, RIGHT, CENTRE, RATE, ASYMMETRY = range(5)


@dataclass(frozen=True)
class Kind:
    """A kind of parameter, which is q or, with `log`, log q.

    Attributes
    ----------
    low, high : float
        Bounds in spans of x and y. They are so far that what lies beyond cannot be told from what lies there: a curve
        whose level is a hundred spans away is an exponential, and one with a rate of exp(9) is a step.
    starts : tuple of float
        Where starts are tried, in spans; empty for coefficients, which need none, and for places, which are tried at
        and between the points.
    y, t : int
        Powers of the units of y and t in q.
    moved : bool
        Whether q moves with the axis, as levels and places do.
    log : bool
    """

    low: float
    high: float
    starts: tuple[float, ...] = ()
    y: int = 0
    t: int = 0
    moved: bool = False
    log: bool = False


LEVEL = Kind(-100.0, 100.0, y=1, moved=True)
PLACE = Kind(-5.0, 5.0, t=1, moved=True)
LOG_RATE = Kind(-2.0, 9.0, tuple(np.log([2.5, 7.0, 20.0, 70.0]).tolist()), t=-1, log=True)
LOG_ASYMMETRY = Kind(-6.0, 4.0, (-3.0, 0.0, 2.0))


@dataclass(frozen=True)
class Part:
    """A parameter of a shape: its name in words, and its kind."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Shape:
    """A compiled shape: its parameters, of which the first `coefficients` are such that the curve is linear in them."""

    name: str
    parts: tuple[Part, ...]
    coefficients: int = 2

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(self.parts)

    @cached_property
    def places(self) -> list[int]:
        """Which parameters are places: where all of them move, the curve moves with them."""
        return self.of_kind(PLACE)

    def of_kind(self, kind: Kind) -> list[int]:
        """Which parameters are of a kind."""
        return [index for index, part in enumerate(self.parts) if part.kind == kind]

    def values(
        self, t: Vector, before: Vector, offsets: NDArray[np.int64], z: Vector
    ) -> tuple[Vector, Vector]:
        """Values (n,) and derivatives by the parameters (P, n) of curves, one after another."""
        return curve_values(self.name, t, offsets, z)

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
        """Half the deviance of each curve, its gradient, and the expected information."""
        return curve_scores(self.name, t, y, root_weight, offsets, z, noise, size)

    def bounds(self) -> tuple[Vector, Vector]:
        """Lower and upper bounds in spans."""
        kinds = [part.kind for part in self.parts]
        return np.array([kind.low for kind in kinds]), np.array([kind.high for kind in kinds])


_SIGMOIDAL = (
    Part("the level on the left", LEVEL),
    Part("the level on the right", LEVEL),
    Part("the centre", PLACE),
    Part("the rate", LOG_RATE),
)
_ASYMMETRIC = (*_SIGMOIDAL, Part("the asymmetry", LOG_ASYMMETRY))

SHAPES = {
    shape.name: shape
    for shape in (
        Shape("logistic", _SIGMOIDAL),
        Shape("gompertz", _SIGMOIDAL),
        Shape("cloglog", _SIGMOIDAL),
        Shape("normal", _SIGMOIDAL),
        Shape("richards", _ASYMMETRIC),
        Shape("mirrored richards", _ASYMMETRIC),
    )
}
