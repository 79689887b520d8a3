"""A family of S-curves: a compiled shape, the scale on which it is drawn, and what its parameters mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from ogive._base import InputError, Vector
from ogive.curves.points import Points
from ogive.curves.readings import BOTTOM, TOP, Reading
from ogive.curves.shapes import LEFT, RIGHT, SHAPES, Shape

Kind = Literal["growth", "dose-response", "physics and physiology", "learning", "function"]
Scale = Literal["linear", "log"]
# One place a group, by its points and their places t; it moves and scales with them.
Place: TypeAlias = Callable[[Points, Vector], Vector]


@dataclass(frozen=True)
class Variant:
    """A shape with what is known of its parameters, by their index and in the units of x and y.

    Attributes
    ----------
    shape_name : str or Shape
        Name of a compiled shape, or a shape itself.
    held : dict
        Those that stand still.
    rises : bool or None
        Whether the curve must rise, or fall.
    low, high : dict
        Bounds that are natural, such as those of a share: a parameter that ends at one has an estimate there, while
        one that ends at the far bounds of its kind is not determined.
    shared : frozenset of int
        Those that all curves of a fit have in common.
    decided : dict
        Those that stand still at a place that the points decide.
    """

    shape_name: str | Shape
    held: dict[int, float] = field(default_factory=dict)
    rises: bool | None = None
    low: dict[int, float] = field(default_factory=dict)
    high: dict[int, float] = field(default_factory=dict)
    shared: frozenset[int] = frozenset()
    decided: dict[int, Place] = field(default_factory=dict)

    @property
    def made(self) -> Shape:
        """The shape."""
        return SHAPES[self.shape_name] if isinstance(self.shape_name, str) else self.shape_name

    @property
    def size(self) -> int:
        """Number of the shape's parameters."""
        return self.made.size

    @property
    def still(self) -> list[int]:
        """Which parameters do not move."""
        return [*self.held, *self.decided]


def first_place(points: Points, t: Vector) -> Vector:
    """Return the first place of each group."""
    return points.per_group(np.minimum, t)


def step_before(points: Points, t: Vector) -> Vector:
    """Return the place before the first of each group by as much as the next one comes after it."""
    first = first_place(points, t)
    later = np.where(t > np.repeat(first, points.counts), t, np.inf)
    return np.asarray(2 * first - points.per_group(np.minimum, later))


@dataclass(frozen=True)
class Family:
    """A family of S-curves.

    Attributes
    ----------
    name, title, formula, source : str
    kind : str
        "growth", "dose-response", "physics and physiology" or "learning"; "function" where it is a user's.
    scale : str
        "log" where the shape is drawn over log x; x may then be 0, where the curve is at its level on the left.
    parameters : tuple of Reading
    variants : tuple of Variant
        All are fitted, and the best one is kept: a curve may rise or fall.
    """

    name: str
    title: str
    kind: Kind
    formula: str
    source: str
    parameters: tuple[Reading, ...]
    variants: tuple[Variant, ...]
    scale: Scale = "linear"

    def place(self, x: Vector) -> Vector:
        """Return x on the scale of the shape."""
        if self.scale == "linear":
            return x
        if (x < 0).any():
            raise InputError(
                f"x is negative in {int((x < 0).sum())} of {x.size} points, first {x[x < 0][0]:g}; the family "
                f"{self.name} takes doses, 0 or more.",
                "use a family on a linear scale if x is a logarithm or a time: boltzmann in the place of ll4",
            )
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(x))

    def canonical(self, values: dict[str, float], variant: int = 0) -> Vector:
        """Return the shape's parameters of a curve with the family's parameters `values`.

        What the points would decide is 0.
        """
        made = self.variants[variant]
        z = np.zeros(made.size)
        for index, value in made.held.items():
            z[index] = value
        # A level beside one that is held is put on its usual side, and goes to the other with the sign of the slope.
        for part, side, other in ((BOTTOM, LEFT, RIGHT), (TOP, RIGHT, LEFT)):
            if side in made.held and any(reading.part == part for reading in self.parameters):
                z[other] = z[side]
        for reading in self.parameters:
            reading.put(z, values[reading.name])
        return z

    def holding(
        self, name: str, title: str, formula: str, *, bottom: float | None = None, top: float | None = None
    ) -> Family:
        """Return the family with one of its levels held, or both."""
        levels = {part: level for part, level in ((BOTTOM, bottom), (TOP, top)) if level is not None}
        variants = tuple(
            replace(
                variant,
                held={
                    (LEFT if rises == (part == BOTTOM) else RIGHT): level for part, level in levels.items()
                },
            )
            for variant in self.variants
            for rises in ((True, False) if variant.rises is None else (variant.rises,))
        )
        free = tuple(reading for reading in self.parameters if reading.part not in levels)
        return replace(self, name=name, title=title, formula=formula, parameters=free, variants=variants)

    def value(self, x: Vector, z: Vector, variant: int = 0) -> Vector:
        """Return the curve with the shape's parameters `z` at x."""
        points = np.ascontiguousarray(self.place(x), dtype=np.float64)
        offsets = np.array([0, len(points)], dtype=np.int64)
        return self.variants[variant].made.values(points, np.empty(0), offsets, z[np.newaxis])[0]

    def along(self, x: Vector, z: Vector, variant: int = 0) -> tuple[Vector, Vector]:
        """Return values (n,) and derivatives by z (n, P) of curves with a row of parameters z (n, P) for each x."""
        offsets = np.arange(len(x) + 1, dtype=np.int64)
        points = np.ascontiguousarray(self.place(x), dtype=np.float64)
        value, slopes = self.variants[variant].made.values(
            points, np.empty(0), offsets, np.ascontiguousarray(z)
        )
        return value, slopes.T

    def derivative(self, x: Vector, z: Vector, variant: int = 0) -> Vector:
        """Return dy/dx there."""
        points = np.ascontiguousarray(self.place(x), dtype=np.float64)
        slope = self.variants[variant].made.derivative(points, z)
        if self.scale == "linear":
            return slope
        return np.where(x > 0, slope / np.where(x > 0, x, 1.0), np.nan)
