"""A family of S-curves: a compiled shape, the scale on which it is drawn, and what its parameters mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ogive._base import InputError, Vector
from ogive._kernels import curve_values
from ogive.curves.readings import CENTRE, Reading

Kind = Literal["growth", "dose-response", "physics and physiology"]
Scale = Literal["linear", "log"]

_PARAMETERS = {
    "logistic": 4,
    "gompertz": 4,
    "cloglog": 4,
    "normal": 4,
    "richards": 5,
    "mirrored richards": 5,
}


@dataclass(frozen=True)
class Variant:
    """A shape, those of its parameters that stand still, {index: value}, and whether it must rise or fall."""

    shape: str
    held: dict[int, float] = field(default_factory=dict)
    rises: bool | None = None

    @property
    def size(self) -> int:
        """Number of the shape's parameters."""
        return _PARAMETERS[self.shape]


@dataclass(frozen=True)
class Family:
    """A family of S-curves.

    Attributes
    ----------
    name, title, formula, source : str
    kind : str
        "growth", "dose-response" or "physics and physiology".
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
        """Return the shape's parameters of a curve with the family's parameters `values`."""
        made = self.variants[variant]
        z = np.zeros(made.size)
        for index, value in made.held.items():
            z[index] = value
        for reading in self.parameters:
            reading.put(z, values[reading.name])
        return z

    def value(self, x: Vector, z: Vector, variant: int = 0) -> Vector:
        """Return the curve with the shape's parameters `z` at x."""
        return self._at(x, z, variant)[0]

    def derivative(self, x: Vector, z: Vector, variant: int = 0) -> Vector:
        """Return dy/dx there. By the centre, the curve changes as by its place, the other way round."""
        slope: Vector = -self._at(x, z, variant)[1][CENTRE]
        if self.scale == "linear":
            return slope
        return np.where(x > 0, slope / np.where(x > 0, x, 1.0), np.nan)

    def _at(self, x: Vector, z: Vector, variant: int) -> tuple[Vector, Vector]:
        points = np.ascontiguousarray(self.place(x), dtype=np.float64)
        offsets = np.array([0, points.size], dtype=np.int64)
        return curve_values(self.variants[variant].shape, points, offsets, z[np.newaxis])
