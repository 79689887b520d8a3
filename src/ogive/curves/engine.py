"""Families fitted to groups of points by the compiled core, in units in which every curve is about 1 in size.

The core sees t and y moved and scaled so that each group spans one unit of both; what it finds is moved back. So the
units of x and y change nothing but the units of the answer, and nothing overflows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive._kernels import curve_values, fit_curves
from ogive.curves.family import Family, Variant
from ogive.curves.points import Points
from ogive.curves.shapes import AMOUNT, LEFT, LEVEL, RIGHT, Shape

Noise = Literal["gaussian", "poisson", "binomial", "gamma"]
NOISES: tuple[Noise, ...] = ("gaussian", "poisson", "binomial", "gamma")

# Starts of places: beyond the points and, up to so many, at each of them and between.
OUTER, MOST_CENTRES = np.array([-1.2, -0.75, 0.75, 1.2]), 24
# Most starts that are followed to the end.
REFINED = 3


@dataclass(frozen=True)
class Scales:
    """Where each group begins and how far it spans, on both axes."""

    t: Vector
    t_span: Vector
    y: Vector
    y_span: Vector

    def inward(self, z: Vector, shape: Shape) -> Vector:
        """Return parameters of a shape in spans."""
        shift, factor = self._ways(shape)
        return (z - shift) / factor

    def outward(self, z: Vector, shape: Shape) -> Vector:
        """Return parameters of a shape in the units of the points."""
        shift, factor = self._ways(shape)
        return shift + factor * z

    def factors(self, shape: Shape) -> Vector:
        """Return by how much a step inside is multiplied outside, shape (groups, parameters)."""
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


@dataclass(frozen=True)
class Solutions:
    """What was found, one row a group.

    Attributes
    ----------
    variant : (groups,) int
        Which variant of the family fits best.
    z : (groups, P)
        The shape's parameters, in the units of the points; of variants with fewer, the rest is 0.
    loss : (groups,)
        Half the deviance: of Gaussian noise half the weighted sum of squares, in the units of y.
    information : (groups, P, P)
        Sum over the points of the outer product of the curve's slopes by z, by the variance that the noise has there.
    free : (groups, P) bool
        Parameters that moved: not held, and not at a bound.
    bounded : (groups, P) bool
        Parameters that ended at a bound.
    steps : (groups,) int
    converged : (groups,) bool
    """

    variant: NDArray[np.intp]
    z: Vector
    loss: Vector
    information: Vector
    free: NDArray[np.bool_]
    bounded: NDArray[np.bool_]
    steps: NDArray[np.int32]
    converged: NDArray[np.bool_]


def scales_of(points: Points, t: Vector, noise: Noise) -> Scales:
    """Return where the points of each group lie; the values of counts and shares keep their 0."""
    finite = np.isfinite(t)
    low = points.per_group(np.minimum, np.where(finite, t, np.inf))
    high = points.per_group(np.maximum, np.where(finite, t, -np.inf))
    known = low < high
    t_span = np.where(known, high - low, 1.0)
    centre = np.where(known, low + t_span / 2, 0.0)
    if noise != "gaussian":
        largest = points.per_group(np.maximum, points.y)
        size = np.where((noise != "binomial") & (largest > 0), largest, 1.0)
        return Scales(centre, t_span, np.zeros(size.size), size)
    bottom, top = points.per_group(np.minimum, points.y), points.per_group(np.maximum, points.y)
    span = np.where(top > bottom, top - bottom, 1.0)
    return Scales(centre, t_span, bottom / 2 + top / 2, span)


def solve(family: Family, points: Points, noise: Noise) -> Solutions:
    """Fit every variant of a family to every group, and keep the best one of each."""
    t = family.place(points.x)
    scales = scales_of(points, t, noise)
    best: Solutions | None = None
    for number, variant in enumerate(family.variants):
        found = _solve(variant, number, points, t, scales, noise)
        best = found if best is None else _better(best, found)
    assert best is not None
    return best


def _solve(
    variant: Variant, number: int, points: Points, t: Vector, scales: Scales, noise: Noise
) -> Solutions:
    groups, shape, size = points.counts.size, variant.made, variant.size
    held, outside = np.isin(np.arange(size), list(variant.held)), variant.standing(points, t)
    given = np.where(held, scales.inward(outside, shape), 0.0)
    low, high = _bounds(variant, scales, noise)
    code = np.repeat(np.arange(groups), points.counts)
    inside_t = np.ascontiguousarray((t - scales.t[code]) / scales.t_span[code])
    inside_y = np.ascontiguousarray((points.y - scales.y[code]) / scales.y_span[code])
    root = np.sqrt(points.weight)
    z, loss, steps, ends = fit_curves(
        variant.shape,
        inside_t,
        inside_y,
        root,
        points.offsets,
        np.arange(groups + 1, dtype=np.int64),
        *_starts(variant, points),
        REFINED,
        held,
        np.zeros(size, dtype=bool),
        given,
        low,
        high,
        NOISES.index(noise),
        1.0,
    )
    if variant.rises is not None:
        loss[(z[:, RIGHT] > z[:, LEFT]) != variant.rises] = np.inf
    bounded = ~held & ((z <= low) | (z >= high))
    free = ~held & ~bounded
    values, slopes = curve_values(variant.shape, inside_t, points.offsets, z)
    slopes *= root / np.sqrt(_variance(values, noise))
    pairs = slopes[:, None, :] * slopes[None, :, :]
    information = np.moveaxis(np.add.reduceat(pairs, points.offsets[:-1], axis=2), 2, 0)
    outward = scales.factors(shape)
    # Losses, and squares of slopes by variances, grow alike with the unit of y.
    unit = {"gaussian": scales.y_span**2, "poisson": scales.y_span}.get(noise, np.ones(groups))
    information *= unit[:, None, None] / (outward[:, :, None] * outward[:, None, :])
    return Solutions(
        variant=np.full(groups, number),
        z=np.where(held, outside, scales.outward(z, shape)),
        loss=loss * unit,
        information=information,
        free=free,
        bounded=bounded,
        steps=steps,
        converged=ends == 0,
    )


def _variance(values: Vector, noise: Noise) -> Vector:
    """Variance that the noise has where the curve is at `values`, up to a factor."""
    tiny = 1e-12
    if noise == "poisson":
        return np.maximum(values, tiny)
    if noise == "binomial":
        p = np.clip(values, tiny, 1 - tiny)
        return np.asarray(p * (1 - p))
    if noise == "gamma":
        return np.maximum(values, tiny) ** 2
    return np.ones(values.size)


def _bounds(variant: Variant, scales: Scales, noise: Noise) -> tuple[Vector, Vector]:
    """Bounds in spans, each (groups, P): those of the kinds, of the values that the noise has, and natural ones."""
    shape, groups = variant.made, scales.t.size
    low, high = (np.tile(bound, (groups, 1)) for bound in shape.bounds())
    values = shape.of_kind(LEVEL, AMOUNT)
    if noise != "gaussian":
        low[:, values] = 0.0
    if noise == "binomial":
        high[:, values] = 1.0
    for natural, bounds, narrower in ((variant.low, low, np.maximum), (variant.high, high, np.minimum)):
        outside = np.zeros((groups, shape.size))
        outside[:, list(natural)] = list(natural.values())
        inside = scales.inward(outside, shape)
        bounds[:, list(natural)] = narrower(bounds, inside)[:, list(natural)]
    return low, high


def _starts(variant: Variant, points: Points) -> tuple[Vector, NDArray[np.int64]]:
    """Grid of what is not linear, the centre first, and the lengths of its axes."""
    steps = np.diff(points.x, prepend=np.nan) != 0
    steps[points.offsets[:-1]] = True
    distinct = int(np.add.reduceat(steps, points.offsets[:-1]).max())
    inner = np.linspace(-0.5, 0.5, min(max(2 * distinct - 1, 9), MOST_CENTRES))
    places = np.sort(np.concatenate([OUTER, inner]))
    shape, axes = variant.made, []
    for index in range(shape.coefficients, shape.size):
        kind = shape.parts[index].kind
        usual = np.array(kind.starts) if kind.starts else places
        axes.append(np.zeros(1) if index in variant.held else usual)
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    return grid.reshape(-1, len(axes)), np.array(grid.shape[:-1], dtype=np.int64)


def _better(a: Solutions, b: Solutions) -> Solutions:
    """Take the solution of the lower loss in every group."""
    first = a.loss <= b.loss

    def chosen(name: str) -> Any:
        one, other = getattr(a, name), getattr(b, name)
        return np.where(first.reshape(-1, *[1] * (one.ndim - 1)), one, other)

    return Solutions(**{name: chosen(name) for name in Solutions.__dataclass_fields__})
