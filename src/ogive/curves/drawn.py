"""What can be said of a curve from its values alone, with derivatives by its parameters: levels, slopes, places, areas.

Nothing here knows the formula of a shape. A place that a condition fixes is found from brackets, and moves with the
parameters by the implicit function theorem; derivatives along the axis that the core does not give are those of an
eighth-order formula on nine points (Fornberg, Generation of finite difference formulas, Math. Comp. 51 (1988)).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.shapes import Shape

# How far from a place of the shape a curve is looked at, in units of its rate: finely there, coarsely far away.
_AWAY = np.sinh(np.linspace(-7.3, 7.3, 25))
# A bracket is cut so often into so many parts before Newton's steps.
_CUTS, _PARTS, _STEPS = 4, np.linspace(0.0, 1.0, 9), 5
# Nine points, their distance in units of the rate, and the weights of the first and the second derivative.
_NINE, _STEP = np.arange(-4.0, 5.0), 0.03
_FIRST = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280])
_SECOND = np.array([-1 / 560, 8 / 315, -1 / 5, 8 / 5, -205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560])
# Panels of an area: where they begin around a place, how many there are at least, and their nodes.
_BREAKS = np.array([-35.0, -22, -14, -9, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 9, 14, 22, 35])
_LEAST, _NODES = 8, np.polynomial.legendre.leggauss(20)
# What the cores' clipped exponentials leave of nothing.
_NEVER = 1e-100
# How far the level at an end is sought, in units of the rate, and what slope is none.
_FAR, _FLAT = 280.0, 1e-13
# Below which logarithm, in front of that of the right end, x is 0 to double precision.
_NOTHING = 40.0


@dataclass(frozen=True, eq=False)
class Dual:
    """Numbers (M,) with their derivatives by the parameters (M, P): arithmetic on them is that of both."""

    value: Vector
    gradient: Vector

    def through(self, value: Vector, slope: Vector) -> Dual:
        """Return a function of it, by its value and its slope."""
        return Dual(value, slope[:, None] * self.gradient)

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.gradient + other.gradient)

    def __sub__(self, other: Dual) -> Dual:
        return self + other * -1.0

    def __mul__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            value, slopes = self.value[:, None], self.gradient
            return Dual(self.value * other.value, other.value[:, None] * slopes + value * other.gradient)
        return Dual(self.value * other, self.gradient * other)

    def __truediv__(self, other: Dual) -> Dual:
        return self * other.through(1 / other.value, -1 / other.value**2)

    def __abs__(self) -> Dual:
        return self * self.through(np.sign(self.value), np.zeros(self.value.size))

    def exp(self) -> Dual:
        """Return its exponential."""
        return self.through(np.exp(self.value), np.exp(self.value))

    def log(self) -> Dual:
        """Return its natural logarithm."""
        return self.through(np.log(self.value), 1 / self.value)

    def where(self, there: NDArray[np.bool_]) -> Dual:
        """Return it where it is one, else NaN."""
        return Dual(np.where(there, self.value, np.nan), np.where(there[:, None], self.gradient, np.nan))


@dataclass(frozen=True)
class _Jet:
    """A curve and its derivatives along t to the third (M,), and by the parameters of the first three (M, P)."""

    along: tuple[Vector, Vector, Vector, Vector]
    by: tuple[Vector, Vector, Vector]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Curves of a shape over t, which is x or log x.

    Attributes
    ----------
    shape : Shape
    z : (M, P)
        Parameters, in the units of the points.
    log : bool
        Whether t is log x.
    """

    shape: Shape
    z: Vector
    log: bool

    def at(self, t: Vector) -> Dual:
        """Return places that do not move with the parameters."""
        return Dual(t, np.zeros(self.z.shape))

    def x(self, t: Dual) -> Dual:
        """Return the x of places."""
        return t.exp() if self.log else t

    def value(self, t: Dual) -> Dual:
        """Return the curve at places."""
        value, slopes, along = (each[..., 0] for each in self._read(t.value[:, None]))
        return Dual(value, slopes.T + along[:, None] * t.gradient).where(~np.isnan(t.value))

    def slope(self, t: Dual, by_x: bool) -> Dual:
        """Return the slope at places, by x or by t."""
        jet = self._jet(t.value)
        found = Dual(jet.along[1], jet.by[1] + jet.along[2][:, None] * t.gradient).where(~np.isnan(t.value))
        return found / t.exp() if by_x and self.log else found

    def end(self, side: float) -> Dual:
        """Return the level to which a curve tends on the left, -1, or on the right, 1; NaN where there is none."""
        places, rates = self._marks
        far = side * (side * places + _FAR / rates).max(axis=1)
        near, last = self._level(far), self._level(np.full(far.size, side * np.inf))
        there = np.isfinite(near.value)
        gradient = np.where(there[:, None], near.gradient, last.gradient)
        return Dual(np.where(there, near.value, last.value), gradient)

    def _level(self, t: Vector) -> Dual:
        """Return the curve where it is flat at t; NaN elsewhere."""
        places, rates = self._marks
        usual = np.abs(self._read(places[:, :1] + np.array([-1.0, 0.0, 1.0]) / rates[:, :1])[0]).sum(axis=1)
        found, along = self.value(self.at(t)), self._read(t[:, None])[2][:, 0]
        slopes = np.abs(found.gradient)
        moved = slopes > _NEVER * slopes.max(axis=1, keepdims=True)
        flat = np.abs(along) <= _FLAT * usual * rates.max(axis=1)
        value = np.where(np.abs(found.value) > _NEVER * usual, found.value, 0.0)
        return Dual(value, np.where(moved, found.gradient, 0.0)).where(flat & np.isfinite(found.value))

    def place(self, level: Dual) -> Dual:
        """Return the first place where a curve has a level; NaN where there is none."""

        def passed(t: Vector) -> NDArray[np.bool_]:
            above = self._read(t)[0] > level.value[:, None]
            return np.asarray(above[:, 1:] != above[:, :-1])

        def bracket(t: Vector) -> tuple[Vector, Vector]:
            k = passed(t).argmax(axis=1)[:, None]
            return np.take_along_axis(t, k, 1), np.take_along_axis(t, k + 1, 1)

        there = passed(self._grid).any(axis=1) & np.isfinite(level.value)
        low, high = _cut(self._grid, bracket)
        t = (low + high) / 2
        for _ in range(_STEPS):
            value, _slopes, along = self._read(t)
            t = np.clip(t + np.nan_to_num((level.value[:, None] - value) / along), low, high)
        value, slopes, along = (each[..., 0] for each in self._read(t))
        return Dual(t[:, 0], (level.gradient - slopes.T) / along[:, None]).where(there)

    def steepest(self, by_x: bool) -> Dual:
        """Return the place within the axis where a curve is steepest, by x or by t; NaN where it is so at an end."""
        power = 1.0 if by_x and self.log else 0.0

        def steepness(t: Vector) -> Vector:
            return np.asarray(np.log(np.abs(self._read(t)[2])) - power * t)

        def bracket(t: Vector) -> tuple[Vector, Vector]:
            k = steepness(t).argmax(axis=1)[:, None]
            low, high = np.maximum(k - 1, 0), np.minimum(k + 1, t.shape[1] - 1)
            return np.take_along_axis(t, low, 1), np.take_along_axis(t, high, 1)

        low, high = (each[:, 0] for each in _cut(self._grid, bracket))
        t = (low + high) / 2
        for _ in range(_STEPS):
            bend = self._bends(t, power)
            t = np.clip(t - np.nan_to_num(bend[1] / bend[2]), low, high)
        rate, slope, curvature = self._bends(t, power)
        by = self._jet(t).by
        step = self._step(t)
        # A corner, a slope that goes on growing, and one that stays the same, are no summits.
        bent = -curvature * np.sign(rate) * step**2 / np.abs(rate)
        summit = (np.abs(slope) * step < 1e-6 * np.abs(rate)) & (bent > 1e-9) & (bent < 0.05)
        return Dual(t, -(by[2] - power * by[1]) / curvature[:, None]).where(summit)

    def _bends(self, t: Vector, power: float) -> tuple[Vector, Vector, Vector]:
        """Slope times exp(-power t), and its first two derivatives, all without that factor."""
        _, first, second, third = self._jet(t).along
        return first, second - power * first, third - 2 * power * second + power**2 * first

    def growth_at_start(self, by_x: bool) -> Dual:
        """Return the relative growth rate to which a curve that begins at 0 tends; NaN where it tends to none."""
        places, rates = self._marks
        first = (places - 30 / rates).min(axis=1)
        early = self.at(first - 10 / rates.max(axis=1))
        late, found = (self.slope(t, by_x) / self.value(t) for t in (self.at(first), early))
        same = np.abs(late.value - found.value) < 1e-6 * np.abs(found.value)
        same &= np.abs(self.end(-1).value) <= 1e-6 * np.abs(self.value(early).value)
        return found.where(same & (found.value > 0))

    def area(self, low: float, high: float) -> Dual:
        """Return the integral over x from `low` to `high`, by Gauss and Legendre's rule on panels around the places."""
        ends = np.log([low, high]) if self.log else np.array([low, high])
        if self.log:
            ends[0] = max(ends[0], ends[1] - _NOTHING)
        places, rates = self._marks
        breaks = (places[:, :, None] + _BREAKS / rates[:, :, None]).reshape(len(self.z), -1)
        even = np.tile(np.linspace(ends[0], ends[1], _LEAST + 1), (len(self.z), 1))
        breaks = np.sort(np.clip(np.concatenate([breaks, even], axis=1), ends[0], ends[1]), axis=1)
        total = Dual(np.zeros(len(self.z)), np.zeros(self.z.shape))
        for left, right in zip(breaks.T[:-1], breaks.T[1:], strict=True):
            half = ((right - left) / 2)[:, None]
            if not half.any():
                continue
            t = left[:, None] + half * (1 + _NODES[0])
            weight = half * _NODES[1] * (np.exp(t) if self.log else 1.0)
            value, slopes, _ = self._read(t)
            total += Dual((weight * value).sum(axis=1), (weight * slopes).sum(axis=2).T)
        return total

    def _read(self, t: Vector) -> tuple[Vector, Vector, Vector]:
        """Values (M, K), derivatives by the parameters (P, M, K), and along t, at t (M, K)."""
        offsets = np.arange(len(t) + 1, dtype=np.int64) * t.shape[1]
        at, z = np.ascontiguousarray(t).ravel(), np.ascontiguousarray(self.z)
        value, slopes = self.shape.values(at, np.empty(0), offsets, z)
        slopes = slopes.reshape(-1, *t.shape)
        return value.reshape(t.shape), slopes, -slopes[self.shape.places].sum(axis=0)

    def _jet(self, t: Vector) -> _Jet:
        """Derivatives at t (M,)."""
        step = self._step(t)
        value, slopes, along = self._read(t[:, None] + step[:, None] * _NINE)
        return _Jet(
            (value[:, 4], along[:, 4], along @ _FIRST / step, along @ _SECOND / step**2),
            (slopes[..., 4].T, (slopes @ _FIRST / step).T, (slopes @ _SECOND / step**2).T),
        )

    def _step(self, t: Vector) -> Vector:
        """Distance of the nine points: small against the unit of the rate that is at work at t."""
        places, rates = self._marks
        return np.asarray(
            _STEP / rates[np.arange(t.size), (np.abs(t[:, None] - places) * rates).argmin(axis=1)]
        )

    @cached_property
    def _grid(self) -> Vector:
        """Places (M, K) in order, such that nothing happens between two of them but a rise or a fall, or a summit."""
        places, rates = self._marks
        grid = places[:, :, None] + _AWAY / rates[:, :, None]
        return np.sort(grid.reshape(len(self.z), -1), axis=1)

    @cached_property
    def _marks(self) -> tuple[Vector, Vector]:
        """Places around which something happens, and at which rates, both (M, Q)."""
        places: list[Vector] = []
        rates: list[Vector] = []
        gaps: list[Vector] = []
        for part, column in zip(self.shape.parts, self.z.T, strict=True):
            number = np.exp(column) if part.kind.log else column
            if part.kind.t == 1:
                (places if part.kind.moved else gaps).append(number)
            elif part.kind.t == -1 and part.kind.y == 0:
                rates.append(np.maximum(np.abs(number), 1e-300))
        places += [places[0] + gap for gap in gaps]
        if len(places) == len(rates):
            return np.stack(places, axis=1), np.stack(rates, axis=1)
        pairs = [(place, rate) for place in places for rate in rates]
        return np.stack([one for one, _ in pairs], axis=1), np.stack([one for _, one in pairs], axis=1)


def _cut(grid: Vector, bracket: Callable[[Vector], tuple[Vector, Vector]]) -> tuple[Vector, Vector]:
    """Narrow a bracket, as `bracket` finds it among places in order: its ends, (M, 1) each."""
    low, high = bracket(grid)
    for _ in range(_CUTS):
        low, high = bracket(low + (high - low) * _PARTS)
    return low, high
