"""What the noise has for a parameter, found together with the curves; and curves followed where their points change.

A fit is followed from its answer when weights or values change: no grid is searched again. All sets go at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.family import Variant
from ogive.curves.likelihood import Likelihood, descend
from ogive.curves.noises import CODES, NoiseModel, away_from_zero

if TYPE_CHECKING:
    from ogive.curves.engine import Solutions

MOST_ROUNDS = 100
# How near the logarithms of weights and of a noise's parameter are sought.
NEAR = 1e-8
# A size of this many times the largest count, or a precision this large, cannot be told from none.
LARGE = 1e6
LOWEST = math.log(1e-3)
GRID = 13


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

    Both have the maximum of the likelihood; a power of the mean that of its pseudo-likelihood (Carroll and Ruppert,
    Transformation and Weighting in Regression, 1988, chapter 3).
    """
    if not noise.parameter:
        return solutions
    if noise.varies:
        return _dispersed(solutions, noise)
    turn = _Power(solutions, noise)
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


def _dispersed(solutions: Solutions, noise: NoiseModel) -> Solutions:
    """Find the size of negative binomial distributions, or the precision of beta-binomial ones, by likelihood."""
    span, most = solutions.scales.y_span, _most(solutions, noise)
    if noise.given is None:
        both = jointly(solutions, noise, _first(solutions, noise, most))
        theta = both.theta.copy()
        for number, sets in by_variant(both):
            part = both.likelihoods[number].take(sets)
            near = NEAR**2 * np.ones(sets.size) / span[sets]
            theta[sets] = descend(part, theta[sets], np.arange(sets.size), None, near)[0]
        solutions, u = replace(solutions, theta=np.ascontiguousarray(theta[:, :-1])), theta[:, -1]
    else:
        u = np.minimum(_logarithm(noise, np.array(noise.given)), most)
    negative = noise.name == "negative-binomial"
    size = np.exp(u) / span if negative else 1 / (1 + np.exp(u))
    change = {"noise": CODES.index(noise.name), "size": size}
    solutions = refitted(solutions, change, np.arange(u.size))
    none = u >= most - 1e-6
    found = np.where(none, np.inf, np.exp(u)) if negative else np.where(none, 0.0, size)
    return replace(solutions, parameter=found)


def _most(solutions: Solutions, noise: NoiseModel) -> Vector:
    """Logarithm of the parameter of each set from where on it cannot be told from that of none."""
    like, span = solutions.likelihoods[0], solutions.scales.y_span
    most = np.full(span.size, np.log(LARGE))
    if noise.name == "negative-binomial":
        most += np.log(np.maximum(np.maximum.reduceat(like.y, first_points(like)) * span, 1.0))
    return most


def _logarithm(noise: NoiseModel, parameter: Vector) -> Vector:
    """Return the logarithm of a size, or of a precision."""
    with np.errstate(divide="ignore"):
        return np.asarray(
            np.log(parameter if noise.name == "negative-binomial" else 1 / parameter - 1), dtype=np.float64
        )


def jointly(solutions: Solutions, noise: NoiseModel, u: Vector | None = None) -> Solutions:
    """Return the same curves with the logarithm of the noise's own parameter as one more of each set: u, or as found.

    What is read off them with limits by profile likelihood then counts that it is not known.
    """
    most = _most(solutions, noise)
    known = np.ones(most.size) if solutions.parameter is None else solutions.parameter
    at = np.minimum(_logarithm(noise, known), most) if u is None else u

    def more(rows: NDArray[Any], column: NDArray[Any] | float) -> NDArray[Any]:
        wide = np.empty((len(rows), rows.shape[1] + 1), dtype=rows.dtype)
        wide[:, :-1], wide[:, -1] = rows, column
        return wide

    likelihoods = tuple(
        replace(
            one,
            noise=CODES.index(noise.name),
            low=more(one.low, LOWEST),
            high=more(one.high, most),
            size=1.0,
            span=solutions.scales.y_span,
        )
        for one in solutions.likelihoods
    )
    theta = more(solutions.theta, at)
    loss, information = np.empty(at.size), np.empty((*theta.shape, theta.shape[1]))
    for number, sets in by_variant(solutions):
        loss[sets], _, information[sets] = likelihoods[number].take(sets).read(theta[sets])
    return replace(
        solutions,
        likelihoods=likelihoods,
        layouts=tuple(replace(one, size=one.size + 1) for one in solutions.layouts),
        natural=tuple(more(one, False) for one in solutions.natural),
        theta=theta,
        loss=loss,
        information=information,
        free=more(solutions.free, (at > LOWEST) & (at < most)),
        bounded=more(solutions.bounded, False),
    )


def _first(solutions: Solutions, noise: NoiseModel, most: Vector) -> Vector:
    """Return the most likely of a grid of logarithms of each set, with the curves as they are."""
    both = jointly(solutions, noise, most)
    grid = np.linspace(LOWEST, most, GRID)
    losses = np.empty((GRID, most.size))
    for number, sets in by_variant(both):
        part = both.likelihoods[number].take(sets)
        for k, u in enumerate(grid[:, sets]):
            losses[k, sets] = part.read(np.column_stack([solutions.theta[sets], u]))[0]
    return np.asarray(grid[np.argmin(losses, axis=0), np.arange(most.size)])


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
