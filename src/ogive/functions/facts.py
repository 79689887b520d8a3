"""What can be computed of a function of one number: range, limits, slopes, symmetry, where it saturates."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Interval = tuple[float, float]
# The lines below 0 and above 0 where a function has one value; None where it keeps changing.
Ends = tuple[float | None, float | None]

# Dense where curves bend, sparse out to where all have reached their limits or a straight line; 0 is a point.
_OUT = 2.0 ** np.array([4, 5, 6, 7, 8, 9, 10, 16, 32, 64, 126])
_LINE = np.concatenate([-_OUT[::-1], np.arange(-512, 513) / 64, _OUT])
_UNIT = np.arange(1, 1024) / 1024
_SAMPLES = 2049
_ZOOM = np.linspace(-1.0, 1.0, 65)


class Curve:
    """A function of its first argument, the others held at `parameters`.

    Examples
    --------
    >>> from ogive import functions as F
    >>> curve = Curve(F.softplus, F.softplus.derivative)
    >>> curve.range, curve.limits, curve.max_slope, curve.monotone
    ((0.0, inf), (0.0, inf), 1.0, True)
    """

    def __init__(
        self,
        value: Callable[..., Any],
        derivative: Callable[..., Any],
        parameters: tuple[float, ...] = (),
    ) -> None:
        self._value, self._derivative, self._parameters = value, derivative, parameters
        outside = np.isnan(self.values(np.array([-1.0, 2.0])))
        self.domain: Interval = (0.0, 1.0) if outside.all() else (-math.inf, math.inf)
        self._grid = _UNIT if outside.all() else _LINE

    def values(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the function at `x`, in its type."""
        return self._at(self._value, x)

    def slopes(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the derivative at `x`."""
        return self._at(self._derivative, x)

    def _at(self, function: Callable[..., Any], x: NDArray[Any]) -> NDArray[Any]:
        with np.errstate(all="ignore"):
            return np.asarray(function(x, *map(x.dtype.type, self._parameters)), dtype=x.dtype)

    @cached_property
    def limits(self) -> Interval:
        """The values at the ends of the domain."""
        return _pair(self.values(np.array(self.domain)))

    @cached_property
    def slope_limits(self) -> Interval:
        """The derivatives at the ends of the domain."""
        return _pair(self.slopes(np.array(self.domain)))

    @cached_property
    def range(self) -> Interval:
        """The infimum and the supremum of the values."""
        low = -_supremum(lambda x: -self.values(x), self._grid, [-v for v in self.limits])
        return low + 0.0, _supremum(self.values, self._grid, self.limits)

    @cached_property
    def max_slope(self) -> float:
        """The supremum of the absolute derivative."""
        return _supremum(lambda x: np.abs(self.slopes(x)), self._grid, [abs(s) for s in self.slope_limits])

    @cached_property
    def monotone(self) -> bool:
        """Whether the function never turns back."""
        slopes = self.slopes(self._grid)
        return bool((slopes >= 0).all() or (slopes <= 0).all())

    @cached_property
    def zero_centred(self) -> bool:
        """Whether it is odd about the middle of its domain, so that symmetric inputs average to 0."""
        y = self.values(self._grid)
        return bool(np.allclose(y, -y[::-1], rtol=1e-14, atol=0))

    @cached_property
    def saturates(self) -> Saturation:
        """Where rounding makes the function equal to its finite limits."""
        return Saturation(self)

    def saturation(self, dtype: type[np.floating[Any]]) -> Ends:
        """Return the last number, from each end, at which the value is the limit in this type."""
        if math.isfinite(self.domain[0]):
            return None, None
        grid = self._grid.astype(dtype)
        return self._flat(grid, self.limits[0]), self._flat(grid[::-1], self.limits[1])

    def _flat(self, grid: NDArray[Any], limit: float) -> float | None:
        """Narrow the end of the flat part down, at last by bisection over representable numbers.

        Near that end values may be at the limit and not, by turns; the samples find the last that is not.
        """
        if not math.isfinite(limit):
            return None
        for samples in (0, _SAMPLES, _SAMPLES):
            points = np.linspace(grid[0], grid[1], samples).astype(grid.dtype) if samples else grid
            at_limit = self.values(points) == limit
            if not at_limit[0] or at_limit.all():
                return None
            first = int(np.argmin(at_limit))
            grid = points[first - 1 : first + 1]
        inside, outside = _order(grid[0]), _order(grid[1])
        while abs(outside - inside) > 1:
            middle = (inside + outside) // 2
            if self.values(_number(middle, grid.dtype))[0] == limit:
                inside = middle
            else:
                outside = middle
        return float(_number(inside, grid.dtype)[0])


class Saturation(Mapping[str, Ends]):
    """Where a function is flat in "float64" and "float32": at or below the first, at or above the second number.

    None stands where it never is. Close to these numbers rounding may still go either way by turns. The mapping is
    false if the function is flat nowhere; it is computed when looked at.

    Examples
    --------
    >>> from ogive import functions as F
    >>> low, high = F.tanh.saturates["float64"]
    >>> round(low, 2), round(high, 2), bool(F.tanh.saturates), bool(F.logit.saturates)
    (-18.54, 18.54, True, False)
    """

    _TYPES: ClassVar[dict[str, Any]] = {"float64": np.float64, "float32": np.float32}

    def __init__(self, curve: Curve) -> None:
        self._curve = curve
        self._found: dict[str, Ends] = {}

    def __getitem__(self, name: str) -> Ends:
        if name not in self._found:
            self._found[name] = self._curve.saturation(self._TYPES[name])
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._TYPES)

    def __len__(self) -> int:
        return len(self._TYPES)

    def __bool__(self) -> bool:
        return self["float64"] != (None, None)

    def __repr__(self) -> str:
        return repr(dict(self))


def _pair(values: Vector) -> Interval:
    return float(values[0]) + 0.0, float(values[1]) + 0.0


def _supremum(function: Callable[[Vector], Vector], grid: Vector, ends: Sequence[float]) -> float:
    """Return the largest value on the line: at an end, or at an inner maximum, which is zoomed in on."""
    y: Vector = function(grid)
    i = int(np.nanargmax(y))
    if not 0 < i < grid.size - 1 or y[i] <= max(ends):
        return max(float(y[i]), *ends)
    centre, width = grid[i], max(grid[i + 1] - grid[i], grid[i] - grid[i - 1])
    best = y[i]
    for _ in range(6):
        near = centre + width * _ZOOM
        values = function(near)
        k = int(np.nanargmax(values))
        if values[k] > best:  # a maximum that the grid hits stays as it is
            centre, best = near[k], values[k]
        width *= _ZOOM[1] - _ZOOM[0]
    return float(best)


# The floating-point numbers in their order, as integers: next to each other where the numbers are.
def _order(x: Any) -> int:
    bits = int(np.abs(x).view(f"i{x.dtype.itemsize}"))
    return -bits if x < 0 else bits


def _number(order: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    size = np.array([abs(order)], dtype=f"i{dtype.itemsize}").view(dtype)
    return -size if order < 0 else size
