"""What the noise has for a parameter, found together with the curves; and curves followed where their points change.

A fit is followed from its answer when weights or values change: no grid is searched again. All sets go at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.family import Variant
from ogive.curves.likelihood import Likelihood, descend
from ogive.curves.noises import CODES, NoiseModel, away_from_zero, profile_slope

if TYPE_CHECKING:
    from ogive.curves.engine import Solutions

MOST_ROUNDS = 100
# How near the logarithms of weights and of a noise's parameter are sought.
NEAR = 1e-8
# A size of this many times the largest count, or a precision this large, cannot be told from none.
LARGE = 1e6
GRID = 25


def follow(
    variant: Variant, likelihood: Likelihood, theta: Vector
) -> tuple[Vector, Vector, NDArray[np.int32], NDArray[np.bool_]]:
    """Descend from theta (sets, N) with the compiled noise: parameters, losses, steps and whether they converged."""
    shape, curves = variant.made, likelihood.index.shape[0]
    parts = np.arange(shape.size)
    z, loss, steps, ends = shape.fit(
        likelihood.t,
        likelihood.before,
        likelihood.y,
        likelihood.root_weight,
        likelihood.offsets,
        np.arange(0, likelihood.offsets.size, curves, dtype=np.int64),
        np.isin(parts, variant.still),
        np.isin(parts, list(variant.shared)),
        likelihood.curves(theta),
        likelihood.curves(likelihood.low),
        likelihood.curves(likelihood.high),
        likelihood.noise,
        1.0,
        again=True,
    )
    found = np.empty(theta.shape)
    found[:, likelihood.index.ravel()] = z.reshape(len(theta), -1)
    return found, loss, steps, ends == 0


def by_variant(solutions: Solutions) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Each variant that is the best of some sets, and these."""
    for variant in np.unique(solutions.variant).tolist():
        yield variant, np.flatnonzero(solutions.variant == variant)


def set_of_points(likelihood: Likelihood) -> NDArray[np.intp]:
    """Which set each point is of."""
    sets = likelihood.offsets[:: likelihood.index.shape[0]]
    return np.repeat(np.arange(sets.size - 1), np.diff(sets))


def first_points(likelihood: Likelihood) -> NDArray[np.int64]:
    """Where the points of each set begin."""
    return likelihood.offsets[: -1 : likelihood.index.shape[0]]


def values(solutions: Solutions) -> Vector:
    """Return the curves at their points, (n,), in the units of the core."""
    found = np.empty(solutions.likelihoods[0].y.size)
    code = set_of_points(solutions.likelihoods[0])
    for variant, sets in by_variant(solutions):
        part = solutions.likelihoods[variant].take(sets)
        z = part.curves(solutions.theta[sets])
        found[np.isin(code, sets)] = part.model.values(part.t, part.before, part.offsets, z)[0]
    return found


def in_spans(solutions: Solutions, y: Vector) -> Vector:
    """Return values at the points, in the units of the core, from where y is 0."""
    code = set_of_points(solutions.likelihoods[0])
    return np.asarray(solutions.scales.y[code] / solutions.scales.y_span[code] + y)


def residuals(solutions: Solutions, noise: NoiseModel) -> Vector:
    """Return Pearson residuals (n,) in the units of the core, whose variance is the dispersion."""
    f, like = values(solutions), solutions.likelihoods[0]
    weight = like.root_weight**2
    parameter = like.size[set_of_points(like)] if isinstance(like.size, np.ndarray) else 0.0
    # weights have a power of the curve in them already
    variance = np.ones(f.size) if noise.core == "gaussian" else noise.variance(f, parameter, weight)
    return np.asarray(like.root_weight * (like.y - f) / np.sqrt(variance))


def refitted(solutions: Solutions, change: dict[str, object], sets: NDArray[np.intp]) -> Solutions:
    """Follow some sets to their answer with other weights, or another noise; all others stay where they are."""
    likelihoods = tuple(replace(one, **change) for one in solutions.likelihoods)  # type: ignore[arg-type]
    theta, loss = solutions.theta.copy(), solutions.loss.copy()
    information = solutions.information.copy()
    free, bounded = solutions.free.copy(), solutions.bounded.copy()
    steps, converged = solutions.steps.copy(), solutions.converged.copy()
    for number, own in by_variant(solutions):
        at = own[np.isin(own, sets)]
        if not at.size:
            continue
        part = likelihoods[number].take(at)
        if isinstance(part.size, float):
            theta[at], loss[at], more, converged[at] = follow(solutions.variants[number], part, theta[at])
            steps[at] += more
        else:
            theta[at], loss[at] = descend(
                part, theta[at], np.arange(at.size), None, 1e-16 * np.abs(loss[at]) + 1e-300
            )
        information[at] = part.read(theta[at])[2]
        natural, moves = solutions.natural[number], part.low < part.high
        below, above = moves & (theta[at] <= part.low), moves & (theta[at] >= part.high)
        free[at] = moves & ~below & ~above
        bounded[at] = (below & ~natural[0]) | (above & ~natural[1])
    return replace(
        solutions,
        likelihoods=likelihoods,
        theta=theta,
        loss=loss,
        information=information,
        free=free,
        bounded=bounded,
        steps=steps,
        converged=converged,
    )


class Turn(Protocol):
    """What takes turns with the curves: what of the likelihoods changes, and by how much in each set."""

    def __call__(self, solutions: Solutions, going: NDArray[np.intp]) -> tuple[dict[str, object], Vector]:
        """Return the change, and how far each set moved, (sets,); sets that are not going stay where they are."""


def alternated(solutions: Solutions, turn: Turn) -> Solutions:
    """Let the curves and something else take turns until neither moves."""
    going = np.arange(solutions.loss.size)
    for _ in range(MOST_ROUNDS):
        change, moved = turn(solutions, going)
        going = going[moved[going] > NEAR]
        if not going.size:
            return solutions
        solutions = refitted(solutions, change, going)
    converged = solutions.converged.copy()
    converged[going] = False
    return replace(solutions, converged=converged)


def settled(solutions: Solutions, noise: NoiseModel) -> Solutions:
    """Find the parameter of the noise, where it has one, and fit the curves with it.

    Either has its maximum given the other: of the likelihood, or of the pseudo-likelihood of a power of the mean
    (Carroll and Ruppert, Transformation and Weighting in Regression, 1988, chapter 3).
    """
    if not noise.parameter:
        return solutions
    turn = _Power(solutions, noise) if noise.name == "power" else _Dispersion(solutions, noise)
    solutions = alternated(solutions, turn)
    return replace(solutions, parameter=turn.found())


class _Power:
    """Weights that are a power of the curve, in spans; the power by pseudo-likelihood."""

    def __init__(self, solutions: Solutions, noise: NoiseModel) -> None:
        like = solutions.likelihoods[0]
        self.noise, self.root, self.now = noise, like.root_weight, like.root_weight
        self.code = set_of_points(like)
        self.first = first_points(like)
        given = 0.0 if noise.given is None else noise.given
        self.theta = np.full(solutions.loss.size, given)

    def __call__(self, solutions: Solutions, going: NDArray[np.intp]) -> tuple[dict[str, object], Vector]:
        own = values(solutions)
        size = np.log(away_from_zero(in_spans(solutions, own), self.first))
        if self.noise.given is None:
            self.theta = self._best(
                np.log(np.abs(self.root * (solutions.likelihoods[0].y - own)) + 1e-300), size
            )
        root = self.root * np.exp(-self.theta[self.code] * size)
        moved = np.maximum.reduceat(np.abs(np.log(root / self.now)), self.first)
        self.now = root
        return {"root_weight": root}, moved

    def _best(self, far: Vector, size: Vector) -> Vector:
        """Minimise sum of log sd + n/2 log of the weighted sum of squares, which is convex in theta."""
        count = np.diff(np.append(self.first, size.size))
        mean = np.add.reduceat(size, self.first) / count

        def slope(theta: Vector) -> Vector:
            exponent = 2 * (far - theta[self.code] * size)
            weight = np.exp(exponent - np.maximum.reduceat(exponent, self.first)[self.code])
            total = np.add.reduceat(weight, self.first)
            return np.asarray(mean - np.add.reduceat(weight * size, self.first) / total)

        low, high = (np.full(count.size, end) for end in self.noise.range)
        return crossing(slope, low, high)

    def found(self) -> Vector:
        """Return the powers, (sets,)."""
        return self.theta


class _Dispersion:
    """The size of a negative binomial distribution, or the precision of a beta-binomial one, by likelihood."""

    def __init__(self, solutions: Solutions, noise: NoiseModel) -> None:
        like = solutions.likelihoods[0]
        self.noise, self.span = noise, solutions.scales.y_span
        most = np.log(LARGE)
        if noise.name == "negative-binomial":
            most = most + np.log(np.maximum(np.maximum.reduceat(like.y, first_points(like)) * self.span, 1.0))
        self.most = np.broadcast_to(most, self.span.shape)
        self.u = np.full(self.span.size, np.nan)

    def __call__(self, solutions: Solutions, going: NDArray[np.intp]) -> tuple[dict[str, object], Vector]:
        u = self.u.copy()
        u[going] = (
            self._best(solutions.take(going), going) if self.noise.given is None else self._given()[going]
        )
        moved = np.where(np.isnan(self.u), np.inf, np.abs(u - self.u))
        self.u = u
        size = np.exp(u) / self.span if self.noise.name == "negative-binomial" else 1 / (1 + np.exp(u))
        return {"noise": CODES.index(self.noise.name), "size": size}, moved

    def _given(self) -> Vector:
        given = self.noise.given or 0.0
        if self.noise.name == "beta-binomial":
            given = 1 / given - 1 if given > 0 else math.inf
        return np.asarray(np.minimum(math.log(given), self.most))

    def _best(self, solutions: Solutions, which: NDArray[np.intp]) -> Vector:
        """Maximise the likelihood: the best of a grid, then where the slope is 0 beside it."""
        like = solutions.likelihoods[0]
        code, first = set_of_points(like), first_points(like)
        span = solutions.scales.y_span[code]
        y, f, weight = like.y * span, values(solutions) * span, like.root_weight**2
        at = profile_slope(self.noise.name)

        def total(u: Vector, what: int) -> Vector:
            return np.asarray(np.add.reduceat(at(y, f, weight, u[code])[what], first))

        grid = np.linspace(math.log(1e-3), self.most[which], GRID)
        best = np.argmax([total(u, 0) for u in grid], axis=0)
        rows = np.arange(best.size)
        low, high = grid[np.maximum(best - 1, 0), rows], grid[np.minimum(best + 1, GRID - 1), rows]
        return crossing(lambda u: -total(u, 1), low, high)

    def found(self) -> Vector:
        """Return the sizes, or the correlations within trials, (sets,)."""
        none = self.u >= self.most - 1e-6
        if self.noise.name == "negative-binomial":
            return np.where(none, np.inf, np.exp(self.u))
        return np.where(none, 0.0, 1 / (1 + np.exp(self.u)))


def crossing(slope: Callable[[Vector], Vector], low: Vector, high: Vector) -> Vector:
    """Return where rising functions, one a set, are 0 between `low` and `high`; the end where they are not.

    The false position, with the halving of the end that stays (Illinois).
    """
    low, high = low.copy(), high.copy()
    at_low, at_high = slope(low), slope(high)
    outside = np.where(at_low >= 0, low, high)
    inside = (at_low < 0) & (at_high > 0)
    found, stayed = np.where(inside, (low + high) / 2, outside), np.zeros(low.size)
    for _ in range(MOST_ROUNDS):
        with np.errstate(invalid="ignore", divide="ignore"):
            at = np.where(inside, (low * at_high - high * at_low) / (at_high - at_low), outside)
        at = np.where(np.isfinite(at), np.clip(at, np.minimum(low, high), np.maximum(low, high)), found)
        value, last = slope(at), found
        found = at
        if not (inside & (np.abs(found - last) > NEAR / 1000) & (value != 0)).any():
            break
        up = value > 0
        at_low = np.where(up & (stayed < 0), at_low / 2, at_low)
        at_high = np.where(~up & (stayed > 0), at_high / 2, at_high)
        high, at_high = np.where(up, at, high), np.where(up, value, at_high)
        low, at_low = np.where(up, low, at), np.where(up, at_low, value)
        stayed = np.where(up, -1.0, 1.0)
    return found
