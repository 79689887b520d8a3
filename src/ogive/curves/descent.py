"""Sets of curves of a user's function, descended by Levenberg and Marquardt's steps.

The steps come of a QR factorisation of the Jacobian: in the user's own units its columns may be far apart in size and
nearly alike, which the normal equations that serve the compiled shapes would not bear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector
from ogive.curves.engine import Layout
from ogive.curves.formulas import Placed
from ogive.curves.scatter import Scatter

OPTIMAL, LIMIT = 0, 1  # how a fit ends, as of the compiled shapes

_EPS = float(np.finfo(np.float64).eps)
_MOST_STEPS = 30000
_SHORT = 40  # steps of several starts, before the best of them is chosen
# Losses that are alike, relatively.
_ALIKE = 1e-9


@dataclass(frozen=True)
class Curve:
    """A function at the points of a curve, and the points."""

    placed: Placed
    y: Vector
    root_weight: Vector


@dataclass
class Place:
    """Where a descent is: theta, values of the curves, loss, and how much of it is rounding."""

    theta: Vector
    values: list[Vector]
    loss: float
    blur: float
    steps: int = 0
    end: int = LIMIT


@dataclass(frozen=True)
class Tangent:
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


class Together:
    """Curves that are fitted together: theta has the shared parameters once, and the others of each curve."""

    def __init__(
        self,
        curves: list[Curve],
        held: NDArray[np.bool_],
        shared: NDArray[np.bool_],
        given: Vector,
        low: Vector,
        high: Vector,
        scatter: Scatter,
    ) -> None:
        self.curves, self.held, self.shared, self.scatter = curves, held, shared, scatter
        layout = Layout.of(len(curves), held.size, frozenset(np.flatnonzero(shared).tolist()))
        self.place = layout.index
        self.low, self.high = np.full(layout.size, -np.inf), np.full(layout.size, np.inf)
        np.maximum.at(self.low, self.place, np.where(held, given, low))
        np.minimum.at(self.high, self.place, np.where(held, given, high))
        points, moving = sum(curve.y.size for curve in curves), int((self.low < self.high).sum())
        if points < moving:
            raise InputError(
                f"there are {points} points for {moving} parameters.",
                "add points, or fix or share parameters",
            )

    @property
    def name(self) -> str:
        """Name of the function."""
        return self.curves[0].placed.formula.name

    def spread(self, theta: Vector) -> Vector:
        """Return the parameters of every curve, (curves, P)."""
        return theta[self.place]

    def gathered(self, z: Vector) -> Vector:
        """Return theta of the parameters of every curve: the means of shared ones, within bounds."""
        theta = np.zeros(self.low.size)
        np.add.at(theta, self.place, z)
        return np.clip(theta / np.bincount(self.place.ravel()), self.low, self.high)

    def bounds(self, j: int) -> tuple[float, float]:
        """Return those of parameter j of the first curve."""
        return float(self.low[self.place[0, j]]), float(self.high[self.place[0, j]])

    def best(self, starts: list[Vector]) -> Place:
        """Follow every start for a while, and the best of them to the end."""
        first = [self._started(self.gathered(z)) for z in starts]
        if len(first) > 1:
            first = [self._descended(at, _SHORT) for at in first]
        # Some functions have mirror images that are equally good: what rounding leaves open, signs decide.
        least = min(one.loss for one in first)
        alike = [one for one in first if one.loss <= least + _ALIKE * abs(least)]
        best = self._descended(min(alike, key=lambda one: (int((one.theta < 0).sum()), one.loss)))
        ways = self._ways()
        self._choose_ways(best)
        if self._ways() != ways:  # the slopes that led here were wrong
            best = self._descended(best)
        return replace(best, loss=self._exact(best))

    def _started(self, theta: Vector) -> Place:
        at = self._evaluated(theta)
        if not np.isfinite(at.loss):
            raise InputError(
                f"the function {self.name} is not finite at the start{self._place_of(at)}.", "start elsewhere"
            )
        self._choose_ways(at)
        return at

    def _place_of(self, at: Place) -> str:
        """Say which curve is not finite, or the first one, and its parameters, in a message."""
        wrong = [not np.isfinite(f).all() for f in at.values]
        c = wrong.index(True) if True in wrong else 0
        return self.curves[c].placed.where(self.spread(at.theta)[c])

    def _ways(self) -> list[str]:
        return [curve.placed.way for curve in self.curves]

    def _choose_ways(self, at: Place) -> None:
        """Choose how slopes are computed, by what is right here."""
        for curve, p, f in zip(self.curves, self.spread(at.theta), at.values, strict=True):
            curve.placed.choose(p, f)

    def _evaluated(self, theta: Vector) -> Place:
        """Return the place of theta; its loss is infinite where a value is not finite."""
        values, loss, blur = [], 0.0, 0.0
        for curve, p in zip(self.curves, self.spread(theta), strict=True):
            f = curve.placed.at(p)
            values.append(f)
            part, r, root = self.scatter.read(curve.y, curve.root_weight, f)
            loss += part
            with np.errstate(all="ignore"):
                blur += 4 * _EPS * float(np.abs(r * root) @ np.abs(f)) + _EPS * part
        return Place(theta, values, loss if np.isfinite(loss) else np.inf, blur)

    def _tried(self, theta: Vector) -> Place | None:
        """Return the place of a trial, or None where the function raises or is not finite."""
        try:
            at = self._evaluated(theta)
        except InputError as error:
            if error.__cause__ is None:  # it is not what the function says there, but what it returns
                raise
            return None
        return at if np.isfinite(at.loss) else None

    def _exact(self, at: Place) -> float:
        """Return the loss by the longest numbers of the machine where the function takes them.

        So residuals that are a few hundred roundings of the values have digits.
        """
        if self.scatter.noise != 0:
            return at.loss
        total = np.longdouble(0)
        for curve, p, f in zip(self.curves, self.spread(at.theta), at.values, strict=True):
            long = curve.placed.exactly(p)
            if long is None or not np.abs(long - f).max() <= 1e-12 * np.abs(f).max():
                return at.loss
            total += ((curve.root_weight * (long - curve.y)) ** 2).sum()
        return float(total / 2)

    def _tangent(self, at: Place) -> Tangent | None:
        """Return the problem of a step; each curve is made small by itself first. None where slopes are not finite."""
        blocks, all_slopes, roots = [], [], []
        for c, (curve, p) in enumerate(zip(self.curves, self.spread(at.theta), strict=True)):
            f = at.values[c]
            slopes = curve.placed.slopes(p, f)
            _, r, root = self.scatter.read(curve.y, curve.root_weight, f)
            slopes = np.where(self.held[:, None], 0.0, slopes * root)
            if not (np.isfinite(slopes).all() and np.isfinite(r).all()):
                return None
            small = triangle(np.vstack([slopes, r]).T)
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
        factor = triangle(A[:, [*moving, -1]])[: moving.size]
        R, rest = factor[:, :-1], factor[:, -1]
        gain = R @ solved(R, -rest, norms[moving])
        return Tangent(moving, R, rest, norms, float(0.5 * gain @ gain), all_slopes, roots)

    def _descended(self, at: Place, most: int = _MOST_STEPS) -> Place:
        """Follow Levenberg and Marquardt's steps down, damped as Nielsen (1999) does.

        Where rounding hides what a step gains, a step is good that lowers what the next one promises.
        """
        tangent = self._tangent(at)
        if tangent is None:
            raise InputError(
                f"the derivatives of {self.name} are not finite at the start{self._place_of(at)}.",
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
            scale = np.maximum(0.9 * scale, tangent.norms) if self.scatter.noise == 0 else tangent.norms
            shrink = 0.1 if flat else max(1 - (2 * ratio - 1) ** 3, 0.03)
            damping, grow, refused = max(damping * shrink, 1e-16), 2.0, 0
        near = tangent.promise <= 1e-10 * at.loss + 100 * at.blur
        return replace(at, end=OPTIMAL if near else LIMIT)

    def _step(
        self, at: Place, tangent: Tangent, damping: float, size: Vector, bent: bool
    ) -> tuple[Vector, float]:
        """Return where the damped step leads, within bounds, and the fall of the loss that it promises by itself.

        Where it is `bent`, what the curvature along the step asks for is added to it: the geodesic acceleration of
        Transtrum and Sethna (2012), if it is not too long.
        """
        size = np.where(size > 0, size, 1.0)
        R = np.vstack([tangent.R, np.sqrt(damping) * np.diag(size)])
        step = solved(R, np.concatenate([-tangent.c, np.zeros(size.size)]), size)
        bend = self._bend(at, tangent, step, R, size) if bent else np.zeros(size.size)
        if not 2 * np.linalg.norm(bend * size) <= 0.75 * np.linalg.norm(step * size):
            bend = np.zeros(size.size)
        moved = tangent.R @ (self._moved(at, tangent, step) - at.theta)[tangent.moving]
        return self._moved(at, tangent, step + bend), float(-moved @ (tangent.c + 0.5 * moved))

    def _bend(self, at: Place, tangent: Tangent, step: Vector, R: Vector, size: Vector) -> Vector:
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
        root = triangle(R / size)
        inner = np.linalg.solve(root.T, pull[tangent.moving] / size)
        return np.asarray(-np.linalg.solve(root, inner) / size)

    def _moved(self, at: Place, tangent: Tangent, step: Vector) -> Vector:
        """Return theta after a step of what moves, within bounds."""
        theta = at.theta.copy()
        theta[tangent.moving] += step
        return np.clip(theta, self.low, self.high)


def triangle(A: Vector) -> Vector:
    """Return the triangular factor of A = Q R."""
    return np.asarray(np.linalg.qr(A, mode="r"))


def solved(A: Vector, b: Vector, size: Vector) -> Vector:
    """Return the least-squares solution of A x = b, by columns of these sizes, of least norm."""
    return np.asarray(np.linalg.lstsq(A / size, b)[0] / size) if size.size else size
