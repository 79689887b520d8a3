"""What the compiled shapes have for parameters: in which units, within which bounds, and where starts are tried.

The core sees each group of points moved and scaled to one span of both axes; a kind of parameter says how one comes in
and goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive._kernels import curve_scores, curve_values, fit_curves

# Places of the parameters of a sigmoidal shape. The levels come first in every shape that leads from one to another.
LEFT, RIGHT, CENTRE, RATE, ASYMMETRY = range(5)

# Starts of places: beyond the points and, up to so many, at each of them and between.
OUTER, MOST_CENTRES = np.array([-1.2, -0.75, 0.75, 1.2]), 24


@dataclass(frozen=True)
class Kind:
    """A kind of parameter, which is q or, with `log`, log q.

    Attributes
    ----------
    low, high : float
        Bounds in spans of x and y. They are so far that what lies beyond cannot be told from what lies there: a curve
        whose level is a thousand spans away is an exponential, and one with a rate of exp(9) is a step.
    starts : tuple of float
        Where starts are tried, in spans; empty for coefficients, which need none, and for centres, which are tried at
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


def _logs(*numbers: float) -> tuple[float, ...]:
    return tuple(np.log(numbers).tolist())


def _between(first: float, last: float, count: int) -> tuple[float, ...]:
    return tuple(np.linspace(first, last, count).tolist())


_RATES = (0.5, 2.5, 7.0, 20.0, 70.0)

LEVEL = Kind(-1000.0, 1000.0, y=1, moved=True)
AMOUNT = Kind(-1000.0, 1000.0, y=1)  # of y
GRADIENT = Kind(-100.0, 100.0, y=1, t=-1)
PLACE = Kind(-5.0, 5.0, t=1, moved=True)
# Where a curve begins, with a corner: a start on the wrong side of a point is held back there.
BEGIN = Kind(-5.0, 5.0, (-2.0, -1.2, -0.9, -0.7, -0.6, -0.55, *_between(-0.5, 0.4, 19)), t=1, moved=True)
DURATION = Kind(0.0, 5.0, (0.0, 0.05, 0.1, 0.2, 0.4, 0.8), t=1)
LOG_GAP = Kind(-6.0, 1.6, _logs(0.1, 0.2, 0.4, 0.8), t=1, log=True)
# Starts of rates of a curve whose centre is known, which may be far from the points.
GENTLE = np.log([0.2, 0.5, 1.0])
LOG_RATE = Kind(-2.0, 9.0, _logs(*_RATES[1:]), t=-1, log=True)
LOG_RATE_OF_TWO = replace(LOG_RATE, starts=_logs(3.0, 10.0, 40.0))
FRACTION_OF_TWO = Kind(0.0, 1.0, (0.2, 0.5, 0.8))
SIGNED_RATE = Kind(-100.0, 100.0, (*(-rate for rate in reversed(_RATES)), *_RATES), t=-1)
LOG_ASYMMETRY = Kind(-6.0, 4.0, (-3.0, 0.0, 2.0))
LOG_IMITATION = Kind(-6.0, 12.0, (0.0, 2.0, 4.0, 7.0))
FOLDS = Kind(0.0, 200.0, (0.5, 1.0, 2.0, 4.0, 8.0, 16.0))


@dataclass(frozen=True)
class Part:
    """A parameter of a shape: its name in words, and its kind."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Shape:
    """A compiled shape: its parameters, of which the first `coefficients` are such that the curve is linear in them.

    `scaled` says whether it is fitted to points that are moved and scaled to one span of both axes, `refined` how many
    starts are followed to the end at most.
    """

    name: str
    parts: tuple[Part, ...]
    coefficients: int = 2
    scaled: bool = True
    refined: int = 3

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(self.parts)

    @cached_property
    def places(self) -> list[int]:
        """Which parameters are places: where all of them move, the curve moves with them."""
        return self.of_kind(PLACE, BEGIN)

    def of_kind(self, *kinds: Kind) -> list[int]:
        """Which parameters are of one of these kinds."""
        return [index for index, part in enumerate(self.parts) if part.kind in kinds]

    def values(
        self, t: Vector, before: Vector, offsets: NDArray[np.int64], z: Vector
    ) -> tuple[Vector, Vector]:
        """Values (n,) and derivatives by the parameters (P, n) of curves, one after another."""
        return curve_values(self.name, t, before, offsets, z)

    def derivative(self, t: Vector, z: Vector) -> Vector:
        """Derivatives by t, (n,), of a curve: where all its places move, it moves with them."""
        slopes = self.values(t, np.empty(0), np.array([0, t.size], dtype=np.int64), z[np.newaxis])[1]
        return np.asarray(-slopes[self.places].sum(axis=0))

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
        return curve_scores(self.name, t, before, y, root_weight, offsets, z, noise, size)

    def fit(  # noqa: PLR0913, PLR0917  (what the core takes)
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
        """Fit sets of curves.

        Parameters
        ----------
        t, before, y, root_weight : (n,)
            The points, and roots of their weights; `before` is empty, or where the interval of a point begins.
        offsets, sets : int arrays
            Curve c has the points from offsets[c] to before offsets[c + 1], set s the curves likewise.
        held, shared : (P,) bool
            Parameters that stand still, and those that the curves of a set have in common.
        given, low, high : (curves, P)
            Values of what is held, and bounds.
        noise, size : int, float
            Number of the noise, and the size of the negative binomial one.
        group : callable
            Words for curve c in a message.
        again : bool
            Whether to start from `given` alone.

        Returns
        -------
        z : (curves, P)
        loss : (sets,)
            Half the deviance.
        steps : (sets,) int32
        ends : (sets,) uint8
            0 at the optimum.
        """
        none = np.empty((0, self.size - self.coefficients)), np.empty(0, dtype=np.int64)
        return fit_curves(
            self.name,
            t,
            before,
            y,
            root_weight,
            offsets,
            sets,
            *(none if again else self._starts(t, offsets, held)),
            self.refined,
            held,
            shared,
            given,
            low,
            high,
            noise,
            size,
        )

    def _starts(
        self, t: Vector, offsets: NDArray[np.int64], held: NDArray[np.bool_]
    ) -> tuple[Vector, NDArray[np.int64]]:
        """Grid of what is not linear, the centre first, and the lengths of its axes."""
        steps = np.append(True, t[1:] != t[:-1])
        steps[offsets[:-1]] = True
        distinct = int(np.add.reduceat(steps.astype(np.int64), offsets[:-1]).max(initial=1))
        inner = np.linspace(-0.5, 0.5, min(max(2 * distinct - 1, 9), MOST_CENTRES))
        places = np.sort(np.concatenate([OUTER, inner]))
        axes = []
        for index in range(self.coefficients, self.size):
            starts = self.parts[index].kind.starts
            usual = np.array(starts) if starts else places
            if self.parts[index].kind is LOG_RATE and held[self.places].any():
                usual = np.concatenate([GENTLE, usual])
            axes.append(np.zeros(1) if held[index] else usual)
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        return grid.reshape(-1, len(axes)), np.array(grid.shape[:-1], dtype=np.int64)

    def bounds(self) -> tuple[Vector, Vector]:
        """Lower and upper bounds in spans."""
        kinds = [part.kind for part in self.parts]
        return np.array([kind.low for kind in kinds]), np.array([kind.high for kind in kinds])


_LEVELS = (Part("the level on the left", LEVEL), Part("the level on the right", LEVEL))
_SIGMOIDAL = (*_LEVELS, Part("the centre", PLACE), Part("the rate", LOG_RATE))
_ASYMMETRIC = (*_SIGMOIDAL, Part("the asymmetry", LOG_ASYMMETRY))
_STARTING = (*_LEVELS, Part("the start", BEGIN), Part("the rate", LOG_RATE))

# Places of the parameters of the other shapes.
FLOOR, AMOUNT_THERE, THERE, GROWTH = range(4)
_EXPONENTIAL = (
    Part("the floor", LEVEL),
    Part("the level at the start", AMOUNT),
    Part("the start", PLACE),
    Part("the rate", SIGNED_RATE),
)
FRACTION, GAP, SECOND_RATE = range(4, 7)
_TWO = (
    *_LEVELS,
    Part("the first centre", PLACE),
    Part("the first rate", LOG_RATE_OF_TWO),
    Part("the share of the first rise", FRACTION_OF_TWO),
    Part("how far the centres lie apart", LOG_GAP),
    Part("the second rate", LOG_RATE_OF_TWO),
)
GRADIENT_LEFT, GRADIENT_RIGHT, MELTING, MELTING_RATE, ZERO = range(2, 7)
_MELT = (
    *_LEVELS,
    Part("the slope on the left", GRADIENT),
    Part("the slope on the right", GRADIENT),
    Part("the centre", PLACE),
    Part("the rate", LOG_RATE),
    Part("absolute zero", PLACE),
)
STIMULUS, DOSE, STEEPNESS, UNIT = range(2, 6)
_HORMESIS = (
    *_LEVELS,
    Part("the stimulus", AMOUNT),
    Part("the centre", PLACE),
    Part("the rate", LOG_RATE),
    Part("the unit of log x", LOG_RATE),
)
FINAL, FOLD, START, GROWTH_RATE, LAG, RATIO = range(6)
_BARANYI = (
    Part("the final level", LEVEL),
    Part("what y has for a factor of e", AMOUNT),
    Part("the start", BEGIN),
    Part("the rate", LOG_RATE),
    Part("the lag", DURATION),
    Part("the logarithm of the whole growth", FOLDS),
)

SHAPES = {
    shape.name: shape
    for shape in (
        Shape("logistic", _SIGMOIDAL),
        Shape("gompertz", _SIGMOIDAL),
        Shape("cloglog", _SIGMOIDAL),
        Shape("normal", _SIGMOIDAL),
        Shape("richards", _ASYMMETRIC),
        Shape("mirrored richards", _ASYMMETRIC),
        Shape("bertalanffy length", _STARTING),
        Shape("bertalanffy weight", _STARTING),
        Shape("bass", (*_STARTING, Part("the strength of imitation", LOG_IMITATION))),
        Shape("exponential", _EXPONENTIAL),
        Shape("two logistics", _TWO, refined=8),
        Shape("melt", _MELT, coefficients=4),
        Shape("hormesis", _HORMESIS, coefficients=3),
        Shape("baranyi", _BARANYI),
    )
}
