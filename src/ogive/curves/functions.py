"""Curves that are any function of x and parameters, fitted by Levenberg and Marquardt's steps in NumPy.

A `FunctionShape` answers as a compiled shape does: values with slopes, and fits of sets of curves that may share
parameters, within bounds, with any of the noises. Derivatives are those that are given, else by complex step
(Squire & Trapp 1998), else by differences that are extrapolated (Ridders 1982).
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector

Way = Literal["given", "complex", "differences"]
OPTIMAL, LIMIT, NOTHING = 0, 1, 2  # how a fit ends, as of the compiled shapes

_EPS = float(np.finfo(np.float64).eps)
_MOST_STEPS = 30000
# Sampled starts, for each parameter that is not linear; how many at most; how many of the best are followed.
_SAMPLES, _MOST_SAMPLES, _FOLLOWED = 400, 2000, 8
_SHORT = 40  # steps, before the best of them is chosen


class FunctionShape:
    """The shape of a curve that a Python function of x and parameters draws.

    Parameters
    ----------
    function : callable
        ``function(x, a, b, ...) -> (n,)`` for x of shape (n,), or (n, k) where a point has several coordinates.
        The parameters are what its signature has after x, and values in the signature are the start.
    jacobian : callable, optional
        ``jacobian(x, a, b, ...) -> (n, P)``, the derivatives by the parameters, one row a point. Without it
        they come by complex step where the function is analytic in complex numbers, else by differences.
    names : sequence of str, optional
        Names of the parameters of ``function(x, p)``, which then takes them as one vector.

    Raises
    ------
    InputError
        Where the parameters cannot be told.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.curves.functions import FunctionShape
    >>> shape = FunctionShape(lambda x, a, b, c=0.0: a * np.exp(-b * x) + c)
    >>> shape.parameters, shape.start
    (('a', 'b', 'c'), {'c': 0.0})
    """

    def __init__(
        self,
        function: Callable[..., Any],
        jacobian: Callable[..., Any] | None = None,
        names: Sequence[str] | None = None,
    ) -> None:
        if not callable(function):
            raise InputError(
                f"the function is {type(function).__name__}, which cannot be called.",
                "pass a function of x and its parameters",
            )
        self.function, self.jacobian, self.vector = function, jacobian, names is not None
        self.name = getattr(function, "__name__", type(function).__name__)
        self.parameters, self.start = (tuple(names), {}) if names is not None else _signature(function)
        if not self.parameters or len(set(self.parameters)) < self.size:
            raise InputError(
                f"the function {self.name} has the parameters {self.parameters}; expected one or more, each once.",
                "write them after x, as in f(x, a, b), or pass names for f(x, p)",
            )

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(self.parameters)

    def values(self, t: Vector, offsets: NDArray[np.int64], z: Vector) -> tuple[Vector, Vector]:
        """Return values (n,) and slopes by the parameters (P, n) of curves, one after another.

        Parameters
        ----------
        t : (n,) or (n, k)
            x of the points.
        offsets : (curves + 1,)
            The points of curve c stand from offsets[c] to before offsets[c + 1].
        z : (curves, P)
            Parameters.

        Raises
        ------
        InputError
            Where the function raises, or does not return n real numbers.
        """
        values, slopes = np.empty(len(t)), np.empty((self.size, len(t)))
        for number, p in enumerate(z):
            rows = slice(offsets[number], offsets[number + 1])
            x = _readable(t[rows])
            values[rows] = f = self.at(x, p, number)
            slopes[:, rows] = self.slopes(x, p, f, number, self.way(x, p, f, number))
        return values, slopes

    def fit(  # noqa: PLR0913, PLR0917  (what the core takes)
        self,
        t: Vector,
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
        starts: Sequence[Mapping[str, float]] = (),
    ) -> tuple[Vector, Vector, NDArray[np.int32], NDArray[np.uint8]]:
        """Fit sets of curves.

        Parameters
        ----------
        t, y, root_weight : (n,)
            The points, and roots of their weights; t may be (n, k).
        offsets, sets : int arrays
            Curve c has the points from offsets[c] to before offsets[c + 1], set s the curves likewise.
        held, shared : (P,) bool
            Parameters that stand still, and those that the curves of a set have in common.
        given, low, high : (curves, P)
            Starts and bounds. A start that is NaN is that of the signature, or is searched for.
        noise, size : int, float
            Number of the noise among those of the compiled shapes, and the size of the negative binomial one.
        starts : sequence of dict
            All are tried, each in the place of what `given` has under its names, and the best one is kept.

        Returns
        -------
        z : (curves, P)
        loss : (sets,)
            Half the deviance.
        steps : (sets,) int32
        ends : (sets,) uint8
            0 at the optimum, 1 where the steps ran out.

        Raises
        ------
        InputError
            Where the function raises, does not return n real numbers, or is not finite at a start; where there
            are fewer points than parameters; where a start names no parameter.
        """
        count = len(sets) - 1
        z, loss = given.copy(), np.full(count, np.inf)
        steps, ends = np.zeros(count, dtype=np.int32), np.full(count, NOTHING, dtype=np.uint8)
        for s in range(count):
            numbers = range(sets[s], sets[s + 1])
            points = [slice(offsets[c], offsets[c + 1]) for c in numbers]
            curves = [
                _Curve(_readable(t[rows]), y[rows], root_weight[rows], c)
                for c, rows in zip(numbers, points, strict=True)
            ]
            own = slice(sets[s], sets[s + 1])
            fitting = _Set(self, curves, held, shared, given[own], low[own], high[own], noise, size)
            best = fitting.best([self._filled(given[own], start) for start in starts or [{}]])
            z[own], loss[s], steps[s], ends[s] = fitting.spread(best.theta), best.loss, best.steps, best.end
        return z, loss, steps, ends

    def _filled(self, given: Vector, start: Mapping[str, float]) -> Vector:
        """Put a start, and that of the signature where there is none, into what is given."""
        found = given.copy()
        for name, value in start.items():
            if name not in self.parameters:
                raise InputError(
                    f"a start names {name!r}, which {self.name} does not have.",
                    f"its parameters are {', '.join(self.parameters)}",
                )
            found[:, self.parameters.index(name)] = value
        for name, value in self.start.items():
            column = found[:, self.parameters.index(name)]
            column[np.isnan(column)] = value
        return found

    def at(self, x: Vector, p: Vector, curve: int) -> Vector:
        """Return the function at x, (n,); `curve` is for messages."""
        return self._asked(self.function, "function", x, p, curve, (len(x),))

    def slopes(self, x: Vector, p: Vector, f: Vector, curve: int, way: Way) -> Vector:
        """Return the slopes by the parameters, (P, n), where the function is f."""
        if way == "given":
            assert self.jacobian is not None
            return self._asked(self.jacobian, "jacobian", x, p, curve, (len(x), self.size)).T
        found = self._by_complex_step(x, p, f) if way == "complex" else None
        return self._by_differences(x, p, f, curve)[0] if found is None else found

    def way(self, x: Vector, p: Vector, f: Vector, curve: int) -> Way:
        """Choose how slopes are computed, by what agrees with differences here."""
        expected, error = self._by_differences(x, p, f, curve)
        if self.jacobian is not None:
            wrong = _differing(self.slopes(x, p, f, curve, "given"), expected, error, 1e-3)
            if wrong.any():
                name = self.parameters[int(np.argmax(wrong))]
                raise InputError(
                    f"the jacobian of {self.name} is not its derivative by {name}{self.where(p, curve)}.",
                    "correct it, or leave it out: derivatives are then computed from the function",
                )
            return "given"
        with warnings.catch_warnings():  # NumPy warns where an imaginary part is dropped
            warnings.simplefilter("error")
            found = self._by_complex_step(x, p, f)
        agrees = found is not None and not _differing(found, expected, error, 1e-5).any()
        return "complex" if agrees else "differences"

    def _asked(
        self,
        function: Callable[..., Any],
        what: str,
        x: Vector,
        p: Vector,
        curve: int,
        shape: tuple[int, ...],
    ) -> Vector:
        """Call a function of the user, and check that real numbers of this shape come back."""
        try:
            found = np.asarray(self._call(function, x, p))
        except Exception as error:
            raise InputError(
                f"the {what} {self.name} raised {type(error).__name__}: {error}{self.where(p, curve)}.",
                "correct it there, or keep the parameters away with bounds",
            ) from error
        if found.shape != shape or found.dtype.kind not in "biuf":
            raise InputError(
                f"the {what} {self.name} returned {found.dtype} of shape {found.shape}, expected real numbers of shape "
                f"{shape}{self.where(p, curve)}.",
                "return one number a point" if what == "function" else "return one row a point",
            )
        return found.astype(np.float64, copy=False)

    def _call(self, function: Callable[..., Any], x: Vector, p: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(x, np.array(p)) if self.vector else function(x, *p)

    def where(self, p: Vector, curve: int) -> str:
        """Say at which parameters, and of which curve, in a message."""
        told = ", ".join(f"{name} = {value:g}" for name, value in zip(self.parameters, p, strict=True))
        return f" (curve {curve + 1}, {told})"

    def _by_complex_step(self, x: Vector, p: Vector, f: Vector) -> Vector | None:
        """Return the slopes, or None where the function does not take complex numbers or answers otherwise."""
        slopes = np.empty((self.size, f.size))
        for j, value in enumerate(p):
            h = max(1e-20 * abs(value), 1e-100)
            moved = [*p[:j], np.complex128(complex(value, h)), *p[j + 1 :]]
            try:
                found = np.asarray(self._call(self.function, x, moved))
            except Exception:  # whatever it is that does not take them
                return None
            if found.shape != f.shape or found.dtype.kind not in "biufc":
                return None
            if not np.abs(found.real - f).max(initial=0.0) <= 1e-8 * np.abs(f).max(initial=0.0):
                return None
            slopes[j] = found.imag / h
        return slopes

    def _by_differences(self, x: Vector, p: Vector, f: Vector, curve: int) -> tuple[Vector, Vector]:
        """Return the slopes by extrapolated central differences, and their errors as estimated."""
        slopes, errors = np.empty((2, self.size, f.size))
        for j in range(self.size):

            def beside(h: float, j: int = j) -> tuple[Vector, Vector]:
                up, down = p.copy(), p.copy()
                up[j] += h
                down[j] -= h
                return self.at(x, up, curve), self.at(x, down, curve)

            slopes[j], errors[j] = _derivative(beside, f, float(p[j]))
        return slopes, errors


def _signature(function: Callable[..., Any]) -> tuple[tuple[str, ...], dict[str, float]]:
    """Return the parameters after x that a function takes by position, and the values that they have."""
    try:
        taken = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError) as error:
        raise InputError("the function does not tell its parameters.", "pass names, for f(x, p)") from error
    by_position = [one for one in taken if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}]
    if any(one.kind is one.VAR_POSITIONAL for one in taken):
        raise InputError(
            "the function takes any number of parameters.", "pass names, and write it as f(x, p)"
        )
    names = tuple(one.name for one in by_position[1:])
    return names, {one.name: float(one.default) for one in by_position[1:] if one.default is not one.empty}


def _readable(x: Vector) -> Vector:
    """Return x so that a function cannot change it."""
    found = x.view()
    found.flags.writeable = False
    return found


def _differing(found: Vector, expected: Vector, error: Vector, tolerance: float) -> NDArray[np.bool_]:
    """Say which slopes, of shape (P, n), differ beyond the tolerance, of their largest, and the error."""
    largest = np.max(np.abs(np.where(np.isfinite(expected), expected, 0.0)), axis=1, initial=0.0)
    bound = tolerance * largest[:, None] + 10 * error
    return np.asarray((np.abs(found - expected) > bound).any(axis=1) | ~np.isfinite(found).all(axis=1))


def _derivative(
    beside: Callable[[float], tuple[Vector, Vector]], f: Vector, p: float
) -> tuple[Vector, Vector]:
    """Return the derivative at p and its error, from the values beside p: Ridders' extrapolation, point by point.

    The first step is about the largest at which the function is nearly straight.
    """
    h, grown, tiny = 0.1 * abs(p) or 1.0, False, 1e-3 * np.abs(f).max(initial=0.0)
    for _ in range(24):
        up, down = beside(h)
        rise = np.abs(up - down).max(initial=0.0)
        straight = (
            np.isfinite(rise) and np.abs(up - 2 * f + down).max(initial=0.0) <= 0.2 * rise + 1e-9 * tiny
        )
        if not straight:
            h /= 8.0
            if grown:
                break
        elif rise < tiny:
            h, grown = h * 8.0, True
        else:
            break
    best, error = np.full(f.size, np.nan), np.full(f.size, np.inf)
    row: list[Vector] = []
    for level in range(7):
        up, down = beside(h)
        before, row = row, [(up - down) / (2 * h)]
        for k in range(level):
            row.append(row[k] + (row[k] - before[k]) / (4.0 ** (k + 1) - 1.0))
            moved = np.maximum(np.abs(row[k + 1] - row[k]), np.abs(row[k + 1] - before[k]))
            better = moved < error
            best, error = np.where(better, row[k + 1], best), np.where(better, moved, error)
        h /= 2.0
    return best, error


def covariance(slopes: Vector) -> Vector:
    """Return the inverse of slopes @ slopes.T, (P, P), for slopes (P, n), by QR; NaN where they do not determine it."""
    size = np.sqrt((slopes**2).sum(axis=1))
    if slopes.shape[1] < len(slopes) or not (np.isfinite(size) & (size > 0)).all():
        return np.full((len(slopes), len(slopes)), np.nan)
    root = _triangle(slopes.T / size)
    if np.linalg.cond(root) > 1 / (slopes.shape[1] * _EPS):
        return np.full((len(slopes), len(slopes)), np.nan)
    inverse = np.linalg.solve(root, np.eye(len(slopes))) / size[:, None]
    return np.asarray(inverse @ inverse.T)


@dataclass(frozen=True)
class _Curve:
    """Points of a curve, and its number among all."""

    x: Vector
    y: Vector
    root_weight: Vector
    number: int


def _scatter(noise: int, size: float, curve: _Curve, f: Vector) -> tuple[float, Vector, Vector]:
    """Return the loss, what a Gauss-Newton step sees, and what rows of the Jacobian are multiplied by.

    The noises are those of the compiled shapes: Gaussian, Poisson, binomial, gamma, negative binomial.
    """
    y, w, least = curve.y, curve.root_weight, 1e-12
    if noise == 0:
        r = w * (f - y)
        return float(0.5 * (r @ r)), r, w
    f = np.clip(f, least, 1 - least) if noise == 2 else np.maximum(f, least)
    if noise == 1:
        loss, variance = _entropy(y, f) - (y - f), f
    elif noise == 2:
        loss, variance = _entropy(y, f) + _entropy(1 - y, 1 - f), f * (1 - f)
    elif noise == 3:
        loss, variance = (y - f) / f - np.log(np.maximum(y, least) / f), f**2
    else:
        loss, variance = _entropy(y, f) - (y + size) * np.log((y + size) / (f + size)), f * (1 + f / size)
    root = w / np.sqrt(variance)
    return float((loss * w) @ w), root * (f - y), root


def _entropy(y: Vector, f: Vector) -> Vector:
    """Return y log(y/f), which is 0 at y = 0."""
    return y * np.log(np.where(y > 0, y, f) / f)


@dataclass
class _Place:
    """Where a descent is: theta, values of the curves, loss, and how much of it is rounding."""

    theta: Vector
    values: list[Vector]
    loss: float
    blur: float
    steps: int = 0
    end: int = LIMIT


@dataclass(frozen=True)
class _Tangent:
    """The least-squares problem of a step: |c + R d| over what may move.

    `norms` are those of the columns, `promise` the fall of the loss by a step without damping; `slopes` (P, n) and
    `roots` (n,) of each curve are weighted and weights.
    """

    moving: NDArray[np.intp]
    R: Vector
    c: Vector
    norms: Vector
    promise: float
    slopes: list[Vector]
    roots: list[Vector]


class _Set:
    """Curves that are fitted together; theta has what moves: own parameters of each curve, and shared ones once."""

    def __init__(
        self,
        shape: FunctionShape,
        curves: list[_Curve],
        held: NDArray[np.bool_],
        shared: NDArray[np.bool_],
        given: Vector,
        low: Vector,
        high: Vector,
        noise: int,
        size: float,
    ) -> None:
        self.shape, self.curves, self.given, self.noise, self.size = shape, curves, given, noise, size
        self.free = np.flatnonzero(~held)
        place = np.zeros((len(curves), self.free.size), dtype=np.intp)
        own = ~shared[self.free]
        place[:, own] = np.arange(len(curves) * own.sum()).reshape(len(curves), -1)
        place[:, ~own] = len(curves) * own.sum() + np.arange((~own).sum())
        self.place, moving = place, int(place.max(initial=-1)) + 1
        self.low, self.high = np.full(moving, -np.inf), np.full(moving, np.inf)
        np.maximum.at(self.low, place, low[:, self.free])
        np.minimum.at(self.high, place, high[:, self.free])
        points = sum(curve.y.size for curve in curves)
        if points < moving:
            raise InputError(
                f"there are {points} points for {moving} parameters (from curve {curves[0].number + 1}).",
                "add points, or hold parameters",
            )
        self.ways: list[Way] = ["differences"] * len(curves)

    def spread(self, theta: Vector) -> Vector:
        """Return the parameters of every curve, (curves, P)."""
        z = self.given.copy()
        z[:, self.free] = theta[self.place]
        return z

    def gathered(self, z: Vector) -> Vector:
        """Return theta of the parameters of every curve: the means of shared ones, within bounds."""
        theta = np.zeros(self.low.size)
        np.add.at(theta, self.place, z[:, self.free])
        theta /= np.bincount(self.place.ravel(), minlength=theta.size)
        return np.clip(theta, self.low, self.high)

    def bounds(self, j: int) -> tuple[float, float]:
        """Return those of parameter j of the first curve."""
        at = self.place[0, np.flatnonzero(self.free == j)[0]]
        return float(self.low[at]), float(self.high[at])

    def shares(self, parameters: NDArray[np.intp]) -> bool:
        """Say whether one of these is shared by several curves."""
        columns = np.isin(self.free, parameters)
        return len(self.curves) > 1 and bool((self.place[0] == self.place[-1])[columns].any())

    def best(self, starts: list[Vector]) -> _Place:
        """Follow every start, and keep where the loss is lowest."""
        found: list[_Place] = []
        for z in starts:
            if np.isnan(z[:, self.free]).any():
                found.append(self._searched(z))
            else:
                found.append(self._descended(self._started(self.gathered(z))))
        best = min(found, key=lambda one: one.loss)
        before = self.ways
        self._choose_ways(best)
        if self.ways != before:  # the slopes that led here were wrong
            best = self._descended(best)
        return best

    def _searched(self, z: Vector) -> _Place:
        """Follow sampled starts for a while, and the best of them to the end."""
        tried = [self._descended(self._started(self.gathered(start)), _SHORT) for start in _sampled(self, z)]
        return self._descended(min(tried, key=lambda one: one.loss))

    def _started(self, theta: Vector) -> _Place:
        at = self._evaluated(theta)
        if not np.isfinite(at.loss):
            raise InputError(
                f"the function {self.shape.name} is not finite at the start{self._place_of(at)}.",
                "start elsewhere",
            )
        self._choose_ways(at)
        return at

    def _place_of(self, at: _Place) -> str:
        """Say which curve is not finite, or the first one, and its parameters, in a message."""
        wrong = [not np.isfinite(f).all() for f in at.values]
        c = wrong.index(True) if True in wrong else 0
        return self.shape.where(self.spread(at.theta)[c], self.curves[c].number)

    def _choose_ways(self, at: _Place) -> None:
        self.ways = [
            self.shape.way(curve.x, p, f, curve.number)
            for curve, p, f in zip(self.curves, self.spread(at.theta), at.values, strict=True)
        ]

    def _evaluated(self, theta: Vector) -> _Place:
        """Return the place of theta; its loss is infinite where a value is not finite."""
        values, loss, blur = [], 0.0, 0.0
        for curve, p in zip(self.curves, self.spread(theta), strict=True):
            f = self.shape.at(curve.x, p, curve.number)
            values.append(f)
            with np.errstate(all="ignore"):
                part, r, root = _scatter(self.noise, self.size, curve, f)
                loss += part
                blur += 4 * _EPS * float(np.abs(r * root) @ np.abs(f)) + _EPS * part
        return _Place(theta, values, loss if np.isfinite(loss) else np.inf, blur)

    def _tried(self, theta: Vector) -> _Place | None:
        """Return the place of a trial, or None where the function overflows in Python's own numbers."""
        try:
            at = self._evaluated(theta)
        except InputError as error:
            if isinstance(error.__cause__, ArithmeticError):
                return None
            raise
        return at if np.isfinite(at.loss) else None

    def _tangent(self, at: _Place) -> _Tangent | None:
        """Return the problem of a step; each curve is made small by itself first. None where slopes are not finite."""
        blocks, all_slopes, roots = [], [], []
        for c, (curve, p) in enumerate(zip(self.curves, self.spread(at.theta), strict=True)):
            f = at.values[c]
            slopes = self.shape.slopes(curve.x, p, f, curve.number, self.ways[c])[self.free]
            _, r, root = _scatter(self.noise, self.size, curve, f)
            slopes = slopes * root
            if not (np.isfinite(slopes).all() and np.isfinite(r).all()):
                return None
            small = _triangle(np.vstack([slopes, r]).T)
            block = np.zeros((len(small), at.theta.size + 1))
            block[:, [*self.place[c], -1]] = small
            blocks.append(block)
            all_slopes.append(slopes)
            roots.append(root)
        A = np.vstack(blocks)
        uphill = A[:, :-1].T @ A[:, -1]
        out = ((at.theta <= self.low) & (uphill >= 0)) | ((at.theta >= self.high) & (uphill <= 0))
        norms = np.sqrt((A[:, :-1] ** 2).sum(axis=0))
        moving = np.flatnonzero(~out & (norms > 0))
        factor = _triangle(A[:, [*moving, -1]])[: moving.size]
        R, rest = factor[:, :-1], factor[:, -1]
        gain = R @ _solved(R, -rest, norms[moving])
        return _Tangent(moving, R, rest, norms, float(0.5 * gain @ gain), all_slopes, roots)

    def _descended(self, at: _Place, most: int = _MOST_STEPS) -> _Place:
        """Follow Levenberg and Marquardt's steps down, damped as Nielsen (1999) does.

        Where rounding hides what a step gains, a step is good that lowers what the next one promises.
        """
        tangent = self._tangent(at)
        if tangent is None:
            raise InputError(
                f"the derivatives of {self.shape.name} are not finite at the start{self._place_of(at)}.",
                "start elsewhere, or pass bounds",
            )
        damping, grow, refused, scale = 1e-3, 2.0, 0, tangent.norms
        while at.steps < most and damping < 1e30:
            flat = tangent.promise <= 10 * at.blur
            if tangent.promise <= 1e-24 * at.loss or (flat and refused > 3):
                break
            theta, expected = self._step(at, tangent, damping, scale[tangent.moving], bent=not flat)
            if (np.abs(theta - at.theta) <= 2 * _EPS * np.abs(at.theta)).all():
                break
            trial = self._tried(theta)
            ratio = (at.loss - trial.loss) / expected if trial is not None and expected > 0 else -1.0
            ahead = self._tangent(trial) if trial is not None and (flat or ratio > 1e-4) else None
            if trial is None or ahead is None or (flat and not ahead.promise < tangent.promise):
                damping, grow, refused = damping * grow, grow * 2, refused + 1
                continue
            at, tangent = replace(trial, steps=at.steps + 1), ahead
            # Scales that forget: steep slopes far away must not hold back what comes later.
            scale = np.maximum(0.9 * scale, tangent.norms) if self.noise == 0 else tangent.norms
            shrink = 0.1 if flat else max(1 - (2 * ratio - 1) ** 3, 0.03)
            damping, grow, refused = max(damping * shrink, 1e-16), 2.0, 0
        near = tangent.promise <= 1e-10 * at.loss + 100 * at.blur
        return replace(at, end=OPTIMAL if near else LIMIT)

    def _step(
        self, at: _Place, tangent: _Tangent, damping: float, size: Vector, bent: bool
    ) -> tuple[Vector, float]:
        """Return where the damped step leads, within bounds, and the fall of the loss that it promises by itself.

        Where it is `bent`, what the curvature along the step asks for is added to it: the geodesic acceleration of
        Transtrum and Sethna (2012), if it is not too long.
        """
        size = np.where(size > 0, size, 1.0)
        R = np.vstack([tangent.R, np.sqrt(damping) * np.diag(size)])
        step = _solved(R, np.concatenate([-tangent.c, np.zeros(size.size)]), size)
        bend = self._bend(at, tangent, step, R, size) if bent else np.zeros(size.size)
        if not 2 * np.linalg.norm(bend * size) <= 0.75 * np.linalg.norm(step * size):
            bend = np.zeros(size.size)
        moved = tangent.R @ (self._moved(at, tangent, step) - at.theta)[tangent.moving]
        return self._moved(at, tangent, step + bend), float(-moved @ (tangent.c + 0.5 * moved))

    def _bend(self, at: _Place, tangent: _Tangent, step: Vector, R: Vector, size: Vector) -> Vector:
        """Return the acceleration, from the second derivative of the curves along the step; NaN where there is none."""
        h = 0.1
        ahead = self._tried(self._moved(at, tangent, h * step))
        if ahead is None:
            return np.full(step.size, np.nan)
        along, pull = np.zeros(at.theta.size), np.zeros(at.theta.size)
        along[tangent.moving] = step
        for c, place in enumerate(self.place):
            rise = tangent.roots[c] * (ahead.values[c] - at.values[c]) / h
            np.add.at(pull, place, tangent.slopes[c] @ (rise - along[place] @ tangent.slopes[c]) / h)
        root = _triangle(R / size)
        inner = np.linalg.solve(root.T, pull[tangent.moving] / size)
        return np.asarray(-np.linalg.solve(root, inner) / size)

    def _moved(self, at: _Place, tangent: _Tangent, step: Vector) -> Vector:
        """Return theta after a step of what moves, within bounds."""
        theta = at.theta.copy()
        theta[tangent.moving] += step
        return np.clip(theta, self.low, self.high)


def _triangle(A: Vector) -> Vector:
    """Return the triangular factor of A = Q R."""
    return np.asarray(np.linalg.qr(A, mode="r"))


def _solved(A: Vector, b: Vector, size: Vector) -> Vector:
    """Return the least-squares solution of A x = b, by columns of these sizes, of least norm."""
    return np.asarray(np.linalg.lstsq(A / size, b)[0] / size) if size.size else size


def _sampled(fitting: _Set, z: Vector) -> list[Vector]:
    """Return starts (curves, P) where z is NaN: the best of each block of samples, by what x and y span.

    Parameters in which the function is linear are solved for (Golub & Pereyra 1973).
    """
    missing = fitting.free[np.isnan(z[:, fitting.free]).any(axis=0)]
    rng = np.random.default_rng(0)
    drawn = np.tile(z[0], (min(_SAMPLES * missing.size, _MOST_SAMPLES), 1))
    for j in missing:
        drawn[:, j] = _drawn(fitting, int(j), len(drawn), rng)
    linear = _linear(fitting, drawn, missing)
    curves = range(len(fitting.curves))
    starts = np.where(np.isnan(z), drawn[:, None, :], z)
    losses = np.full(starts.shape[:2], np.inf)
    refusal: InputError | None = None
    for k in range(len(drawn)):
        for c in curves:
            try:
                losses[k, c] = _leveled(fitting, c, starts[k, c], linear)
            except InputError as error:  # a function may refuse some parameters
                refusal = error
    if not np.isfinite(losses).any(axis=0).all():
        raise refusal or InputError(
            f"the function {fitting.shape.name} is finite at none of {len(drawn)} sampled starts.",
            "pass a start",
        )
    if fitting.shares(np.setdiff1d(missing, linear)):
        losses[:] = losses.sum(axis=1, keepdims=True)
    blocks = np.array_split(np.arange(len(drawn)), _FOLLOWED)
    return [starts[block[np.argmin(losses[block], axis=0)], curves] for block in blocks]


def _drawn(fitting: _Set, j: int, draws: int, rng: np.random.Generator) -> Vector:
    """Draw values of a parameter: places on x, lengths of x, their inverses, pure numbers, sizes of y."""
    x = np.vstack([curve.x.reshape(curve.y.size, -1) for curve in fitting.curves])
    x = x[:, rng.integers(x.shape[1])]
    y = max(1e-300, *(np.abs(curve.y).max() for curve in fitting.curves))
    low, span = x.min(), max(np.ptp(x), 1e-300)
    least, most = min(np.abs(x[x != 0]).min(initial=span), span / 30), 3 * max(np.abs(x).max(), span)
    sign = rng.choice([-1.0, 1.0], draws)
    length = np.exp(rng.uniform(np.log(least), np.log(most), draws))
    kinds = [
        low + span * rng.uniform(-0.5, 1.5, draws),
        sign * length,
        sign / length,
        sign * 10 ** rng.uniform(-2, 2, draws),
        sign * y * 10 ** rng.uniform(-1, 1, draws),
    ]
    found = np.choose(rng.integers(len(kinds), size=draws), kinds)
    low, high = fitting.bounds(j)
    if np.isfinite(high - low):
        inside = low + (high - low) * rng.random(draws)
        return np.where((low <= found) & (found <= high), found, inside)
    if np.isfinite(low):
        return low + np.abs(found - low)
    return high - np.abs(high - found) if np.isfinite(high) else found


def _linear(fitting: _Set, drawn: Vector, missing: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return parameters in which, all together, the function is linear: where second differences are 0 at samples."""
    curve, found = fitting.curves[0], list[int]()
    for j in missing:
        told = 0
        for p in drawn[:40]:
            straight = _straight(lambda q: fitting.shape.at(curve.x, q, curve.number), p, int(j), found)
            told += 1 if straight else 0
            if straight is False or told == 3:
                break
        if told == 3:
            found.append(int(j))
    return np.array(found, dtype=np.intp)


def _straight(function: Callable[[Vector], Vector], p: Vector, j: int, others: list[int]) -> bool | None:
    """Say whether the function is linear in parameter j, together with the others; None where this does not tell."""

    def at(*moved: int) -> Vector:
        q = p.copy()
        for i in moved:
            q[i] += 1 + abs(p[i])
        return function(q)

    try:
        f, up = at(), at(j)
        if not (np.isfinite(f).all() and np.isfinite(up).all()):
            return None
        rise = np.abs(up - f)
        if not rise.max() > 1e-6 * np.abs(f).max():
            return None
        bends = [at(j, j) - 2 * up + f] + [at(i, j) - up - at(i) + f for i in others]
        rounding = 64 * _EPS * max(np.abs(f).max(), np.abs(up).max())
    except InputError:
        return None
    return all(np.abs(bend).max() <= 1e-7 * rise.max() + rounding for bend in bends)


def _leveled(fitting: _Set, c: int, p: Vector, linear: NDArray[np.intp]) -> float:
    """Choose the linear parameters of p by least squares, in place, and return the loss of curve c."""
    curve, shape = fitting.curves[c], fitting.shape

    def at(q: Vector) -> Vector:
        return shape.at(curve.x, q, c)

    p[linear] = 0.0
    f = at(p)
    with np.errstate(all="ignore"):
        if linear.size:
            units = np.tile(p, (linear.size, 1))
            units[np.arange(linear.size), linear] = 1.0
            columns = np.stack([at(q) - f for q in units], axis=1)
            most = 0.95 if fitting.noise == 2 else np.inf
            # the variance where y is, kept away from 0, in place of that where the curve will be
            root = _scatter(fitting.noise, fitting.size, curve, np.clip(curve.y, 0.05, most))[2]
            A, b = root[:, None] * columns, root * (curve.y - f)
            size = np.sqrt((A**2).sum(axis=0))
            if not (np.isfinite(A).all() and np.isfinite(b).all()):
                return np.inf
            p[linear] = _solved(A, b, np.where(size > 0, size, 1.0))
            for j in linear:
                p[j] = np.clip(p[j], *fitting.bounds(j))
            f = at(p)
        loss = _scatter(fitting.noise, fitting.size, curve, f)[0]
    return loss if np.isfinite(loss) else np.inf
