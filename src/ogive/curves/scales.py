"""The units of the core: each set of curves spans one unit of both axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.shapes import Shape


@dataclass(frozen=True)
class Scales:
    """Where each set of curves begins and how far it spans, on both axes."""

    t: Vector
    t_span: Vector
    y: Vector
    y_span: Vector

    def take(self, sets: NDArray[np.intp]) -> Scales:
        """Return those of some sets, each as often as it is named."""
        return Scales(self.t[sets], self.t_span[sets], self.y[sets], self.y_span[sets])

    def inward(self, z: Vector, shape: Shape) -> Vector:
        """Return parameters of a shape in spans."""
        shift, factor = self._ways(shape)
        return (z - shift) / factor

    def outward(self, z: Vector, shape: Shape) -> Vector:
        """Return parameters of a shape in the units of the points."""
        shift, factor = self._ways(shape)
        return shift + factor * z

    def factors(self, shape: Shape) -> Vector:
        """Return by how much a step inside is multiplied outside, shape (sets, parameters)."""
        return self._ways(shape)[1]

    def _ways(self, shape: Shape) -> tuple[Vector, Vector]:
        """What is added to each parameter, and before that multiplied by, on its way out."""
        shift, factor = np.zeros((2, self.t.size, shape.size))
        for index, part in enumerate(shape.parts):
            kind = part.kind
            unit = self.y_span**kind.y * self.t_span**kind.t
            factor[:, index] = 1.0 if kind.log else unit
            if kind.log:
                shift[:, index] = np.log(unit)
            elif kind.moved:
                shift[:, index] = self.y if kind.y else self.t
        return shift, factor


def own_scales(sets: int) -> Scales:
    """Return those of sets of curves that are fitted in the units of the points."""
    return Scales(np.zeros(sets), np.ones(sets), np.zeros(sets), np.ones(sets))


def scales_of(t: Vector, y: Vector, first: NDArray[np.int64], noise: str, *, added: bool = False) -> Scales:
    """Return where the points of each set lie; those of set k begin at `first[k]`.

    Counts keep their 0, and shares their 1 as well. Places that are infinite, of a dose of 0, do not count. Where y is
    what was `added` from point to point, a curve is as large as their sum.
    """
    finite = np.isfinite(t)
    low = np.minimum.reduceat(np.where(finite, t, np.inf), first)
    high = np.maximum.reduceat(np.where(finite, t, -np.inf), first)
    known = low < high
    t_span = np.where(known, high - low, 1.0)
    centre = np.where(known, low + t_span / 2, 0.0)
    if added:
        total = np.add.reduceat(np.abs(y), first)
        return Scales(centre, t_span, np.zeros(first.size), np.where(total > 0, total, 1.0))
    bottom, top = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    if noise == "gaussian":
        return Scales(centre, t_span, bottom / 2 + top / 2, np.where(top > bottom, top - bottom, 1.0))
    size = np.where(top > 0, top, 1.0) if noise != "binomial" else np.ones(first.size)
    return Scales(centre, t_span, np.zeros(first.size), size)
