"""The likelihood of curves: read at parameters, descended, and how far a quantity can go without losing much of it.

A set of curves has one vector of parameters theta, of which each of its curves reads some: all its own, or some that it
shares with the others. Everything here treats many sets at once, in the units of the core.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.noises import joint_scores, varied_scores

# A quantity of chosen searches at theta (M, N): its values (M,) and its gradients (M, N).
Quantity: TypeAlias = Callable[[NDArray[np.intp], Vector], tuple[Vector, Vector]]
# Loss (M,), gradient (M, N) and expected information (M, N, N).
Scores: TypeAlias = tuple[Vector, Vector, Vector]

MOST_STEPS, MOST_ROUNDS = 200, 80
# How near the limit of a region is sought, as a share of its distance in standard errors.
NEAR = 1e-6
# Slopes of the curve by a parameter, beside those by another, that are none.
FLAT = 1e-6


class Model(Protocol):
    """What curves are computed by: a compiled shape, or a function of somebody's."""

    @property
    def size(self) -> int:
        """Number of parameters, P."""

    @property
    def scaled(self) -> bool:
        """Whether its parameters are in spans."""

    def values(
        self, t: Vector, before: Vector, offsets: NDArray[np.int64], z: Vector
    ) -> tuple[Vector, Vector]:
        """Values (n,) and derivatives by the parameters (P, n)."""

    def scores(
        self,
        t: Vector,
        before: Vector,
        y: Vector,
        root_weight: Vector,
        offsets: NDArray[np.int64],
        z: Vector,
        noise: int,
        size: float,
    ) -> Scores:
        """Half the deviance of each curve, its gradient, and the expected information."""


@dataclass(frozen=True)
class Likelihood:
    """Sets of curves of one model, with their points.

    Attributes
    ----------
    model : Model
    t, before, y, root_weight : (n,)
        The points, curve after curve; `before` is empty, or where the interval of a point begins.
    offsets : (sets * curves + 1,) int
        Where the points of each curve begin.
    index : (curves, P) int
        Which of the parameters of its set each curve reads.
    low, high : (sets, N)
        Bounds; equal where a parameter is held.
    noise : int
    size : float or (sets,)
        Parameter of the noise, where the core does not compute it: one for each set.
    span : (sets,), optional
        Where the logarithm of that parameter is the last one of theta: what is 1 in the units of the core.
    """

    model: Model
    t: Vector
    before: Vector
    y: Vector
    root_weight: Vector
    offsets: NDArray[np.int64]
    index: NDArray[np.intp]
    low: Vector
    high: Vector
    noise: int
    size: float | Vector = 1.0
    span: Vector | None = None

    def curves(self, theta: Vector) -> Vector:
        """Parameters of the curves, (sets * curves, P)."""
        return np.ascontiguousarray(theta[:, self.index].reshape(-1, self.index.shape[1]))

    def take(self, sets: NDArray[np.intp]) -> Likelihood:
        """Return some of the sets, each as often as it is named."""
        shape = (len(self.low), len(self.index))
        first = self.offsets[:-1].reshape(shape)[sets].ravel()
        counts = np.diff(self.offsets).reshape(shape)[sets].ravel()
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows = np.repeat(first - offsets[:-1], counts) + np.arange(offsets[-1])
        return replace(
            self,
            t=self.t[rows],
            before=self.before[rows] if self.before.size else self.before,
            y=self.y[rows],
            root_weight=self.root_weight[rows],
            offsets=offsets,
            low=self.low[sets],
            high=self.high[sets],
            size=self.size if isinstance(self.size, float) else self.size[sets],
            span=None if self.span is None else self.span[sets],
        )

    def read(self, theta: Vector) -> Scores:
        """Loss of every set, its gradient, and the expected information."""
        points = (self.t, self.before, self.y, self.root_weight, self.offsets, self.curves(theta))
        index, count = self.index, len(self.index)
        if self.span is not None:
            own = np.repeat(theta[:, -1], count), np.repeat(self.span, count)
            found = joint_scores(self.model, *points, self.noise, *own)
            index = np.column_stack([index, np.full(count, theta.shape[1] - 1)])
        elif isinstance(self.size, float):
            found = self.model.scores(*points, self.noise, self.size)
        else:
            found = varied_scores(self.model, *points, self.noise, np.repeat(self.size, count))
        sets, size = theta.shape
        parameters = index.shape[1]
        loss = found[0].reshape(sets, count).sum(axis=1)
        gradient, information = np.zeros((sets, size)), np.zeros((sets, size, size))
        slopes = found[1].reshape(sets, count, parameters)
        pairs = found[2].reshape(sets, count, parameters, parameters)
        for k, places in enumerate(index):
            gradient[:, places] += slopes[:, k]
            information[:, places[:, None], places] += pairs[:, k]
        if (
            self.span is not None
        ):  # far from its best value the likelihood is not concave: no step is longer than 1
            information[:, -1, -1] = np.maximum(information[:, -1, -1], np.abs(gradient[:, -1]) + 1e-300)
        return loss, gradient, information


@dataclass(frozen=True)
class Pull:
    """A spring that draws a quantity of each set to a target: weight / 2 (g - target)^2 beside the loss."""

    quantity: Quantity
    target: Vector
    weight: Vector

    def read(self, which: NDArray[np.intp], theta: Vector) -> Scores:
        """Return what it adds."""
        value, slope = self.quantity(which, theta)
        far = value - self.target
        with np.errstate(over="ignore", invalid="ignore"):  # a step that comes so far is not taken
            return (
                self.weight * far**2 / 2,
                (self.weight * far)[:, None] * slope,
                self.weight[:, None, None] * slope[:, :, None] * slope[:, None, :],
            )


def descend(
    likelihood: Likelihood, theta: Vector, which: NDArray[np.intp], pull: Pull | None, near: Vector
) -> tuple[Vector, Vector]:
    """Minimise the (pulled) loss of each set from `theta`; return the parameters, and the loss without the pull.

    Levenberg and Marquardt's steps within the bounds; a set is done when a step promises less than `near`.
    """
    theta = theta.copy()
    loss = np.empty(len(theta))
    damping, grow = np.full(len(theta), 1e-4), np.full(len(theta), 2.0)

    def read(rows: NDArray[np.intp], likely: Likelihood, at: Vector) -> tuple[Vector, Scores]:
        one = likely.read(at)
        if pull is None:
            return one[0], one
        spring = Pull(pull.quantity, pull.target[rows], pull.weight[rows]).read(which[rows], at)
        return one[0], (one[0] + spring[0], one[1] + spring[1], one[2] + spring[2])

    rows, part = np.arange(len(theta)), likelihood
    plain, at = read(rows, part, theta)
    loss[:] = plain
    for _ in range(MOST_STEPS):
        here = theta[rows]
        step, hope = _step(part, here, at, damping[rows])
        promise = -np.einsum("mi,mi->m", at[1], step) - np.einsum("mi,mij,mj->m", step, at[2], step) / 2
        going = hope > near[rows]
        if not going.all():
            rows, here, step, promise = rows[going], here[going], step[going], promise[going]
            part, at = part.take(np.flatnonzero(going)), (at[0][going], at[1][going], at[2][going])
            if not rows.size:
                break
        plain, other = read(rows, part, here + step)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            ratio = (at[0] - other[0]) / promise
            taken = (promise > 0) & (ratio > 1e-4)
            shrink = np.clip(1 - (2 * ratio - 1) ** 3, 0.03, 2.0)
        theta[rows[taken]] = (here + step)[taken]
        loss[rows[taken]] = plain[taken]
        damping[rows] = np.where(taken, np.maximum(damping[rows] * shrink, 1e-14), damping[rows] * grow[rows])
        grow[rows] = np.where(taken, 2.0, np.minimum(grow[rows] * 2, 1e8))
        at = (
            np.where(taken, other[0], at[0]),
            np.where(taken[:, None], other[1], at[1]),
            np.where(taken[:, None, None], other[2], at[2]),
        )
        stuck = damping[rows] > 1e20
        if stuck.any():
            rows, part = rows[~stuck], part.take(np.flatnonzero(~stuck))
            at = (at[0][~stuck], at[1][~stuck], at[2][~stuck])
    return theta, loss


def _step(likelihood: Likelihood, theta: Vector, at: Scores, damping: Vector) -> tuple[Vector, Vector]:
    """Damped step of each set, cut off at the bounds, and what it would gain without them; whatever the units."""
    gradient, information = at[1], at[2]
    size = np.sqrt(np.einsum("mii->mi", information))
    still = ((theta <= likelihood.low) & (gradient >= 0)) | ((theta >= likelihood.high) & (gradient <= 0))
    # In spans, a direction that is flat beside the others is not followed far; functions have units of their own.
    least = FLAT * size.max(axis=1, keepdims=True) if likelihood.model.scaled else np.zeros((len(size), 1))
    still |= (size == 0) & (least == 0)
    size = np.where(still, 1.0, np.maximum(size, least))
    ridge = damping[:, None] + (least / size) ** 2
    scaled = information / (size[:, :, None] * size[:, None, :])
    scaled = np.where(still[:, :, None] | still[:, None, :], 0.0, scaled)
    scaled += np.eye(theta.shape[1]) * np.where(still, 1.0, ridge)[:, :, None]
    slope = np.where(still, 0.0, gradient / size)
    step = -np.linalg.solve(scaled, slope[:, :, None])[:, :, 0]
    hope = -np.einsum("mi,mi->m", slope, step) / 2
    return np.clip(theta + step / size, likelihood.low, likelihood.high) - theta, hope


@dataclass(frozen=True)
class Reach:
    """How far a quantity goes.

    Attributes
    ----------
    limit : (M,)
        Its value at the border of the region; where there is none, the furthest that it came to.
    closed : (M,) bool
        Whether the border was met: if not, the points set no limit on this side.
    theta : (M, N)
        Parameters there.
    """

    limit: Vector
    closed: NDArray[np.bool_]
    theta: Vector


@dataclass(frozen=True)
class Search:
    """What is sought: how far quantities go until the loss, minimised with the quantity given, has risen.

    Attributes
    ----------
    likelihood : Likelihood
        Of all sets.
    sets : (M,) int
        The set of each search; there may be several of one set.
    loss : (M,)
        The least loss.
    quantity : callable
    side : (M,)
        +1 or -1.
    rise : (M,)
        By how much the loss rises.
    weight : (M,), optional
        Of a new observation, if it is what the quantity is of: its distance from the curve counts as well.
    """

    likelihood: Likelihood
    sets: NDArray[np.intp]
    loss: Vector
    quantity: Quantity
    side: Vector
    rise: Vector
    weight: Vector | None = None

    def take(self, some: NDArray[np.intp]) -> Search:
        """Return some of the searches."""
        return replace(
            self,
            sets=self.sets[some],
            loss=self.loss[some],
            quantity=lambda searches, theta: self.quantity(some[searches], theta),
            side=self.side[some],
            rise=self.rise[some],
            weight=None if self.weight is None else self.weight[some],
        )


def reach(search: Search, best: Vector, first: Vector) -> Reach:
    """Follow quantities from parameters `best` (M, N) on, with first steps of the length `first` (M,).

    The profile of the loss is traced by springs (`Pull`): wherever one comes to rest is a point of the profile, that of
    the quantity's value there. The signed root of the rise is nearly a line, on which the border is sought.
    """
    sets, loss, quantity = search.sets, search.loss, search.quantity
    side, rise, weight = search.side, search.rise, search.weight
    likelihood = search.likelihood.take(sets)
    height = np.sqrt(rise)
    going = np.arange(len(sets))
    inner, theta = quantity(going, best)[0], best.copy()
    inner_root = np.sqrt(np.maximum(likelihood.read(best)[0] - loss, 0.0))
    reached = inner_root.copy()
    outer, outer_root = np.full(len(sets), np.nan), np.full(len(sets), np.nan)
    step, faster = np.abs(first), np.full(len(sets), 2.0)
    closed, tried = np.zeros((2, len(sets)), dtype=bool)
    kept = np.zeros(len(sets))  # which end stayed, for Illinois' halving
    for _ in range(MOST_ROUNDS):
        within = np.isfinite(outer[going])
        ahead = inner[going] + side[going] * step[going]
        target = np.where(within, _between(height, inner, inner_root, outer, outer_root, going), ahead)
        stretch = np.maximum(np.abs(target - inner[going]), 1e-100)
        spring = 1e4 * rise[going] / stretch**2 if weight is None else weight[going]
        pull = Pull(quantity, target, spring)
        found, plain = descend(likelihood.take(going), theta[going], going, pull, NEAR**2 * rise[going])
        value, risen = quantity(going, found)[0], plain - loss[going]
        if weight is not None:
            risen, value = risen + spring * (value - target) ** 2 / 2, target
        root = np.sqrt(np.maximum(risen, 0.0))
        beyond = root >= height[going]
        moved = side[going] * (value - inner[going]) > 1e-3 * stretch
        done = np.abs(root - height[going]) <= NEAR * height[going]
        # what is nearest to the border is kept as its place
        at = going[beyond]
        outer[at], outer_root[at] = value[beyond], root[beyond]
        inner_root[at] = np.where(
            kept[at] > 0, height[at] - (height[at] - inner_root[at]) / 2, inner_root[at]
        )
        kept[at] = 1
        near = ~beyond & (moved | within)
        at = going[near]
        outer_root[at] = np.where(
            kept[at] < 0, height[at] + (outer_root[at] - height[at]) / 2, outer_root[at]
        )
        kept[at] = -1
        inner[at], inner_root[at], theta[at] = value[near], root[near], found[near]
        reached[at] = root[near]
        theta[going[done]], inner[going[done]] = found[done], value[done]
        step[going] *= np.where(within, 1.0, faster[going])
        narrow = within & (np.abs(outer[going] - inner[going]) <= 1e-9 * np.abs(inner[going]))
        # Where the loss jumps, its far side may be a descent that went astray: a short step from here past it tells.
        jump = narrow & ~done & ~tried[going] & (reached[going] < 0.99 * height[going])
        step[going[jump]] *= 1e-4
        faster[going[jump]], outer[going[jump]], kept[going[jump]] = 8.0, np.nan, 0
        tried[going] = (tried[going] & ~(near & ~within)) | jump
        ended, stopped = (done | narrow) & ~jump, ~within & ~beyond & ~moved
        closed[going] = ended | (stopped & tried[going])
        going = going[~(ended | stopped)]
        if not going.size:
            break
    closed[going] = faster[going] > 2  # leaps without end
    return Reach(limit=inner, closed=closed, theta=theta)


def _between(
    height: Vector, inner: Vector, inner_root: Vector, outer: Vector, outer_root: Vector, at: NDArray[np.intp]
) -> Vector:
    """Where the roots are to have the height if they are on a line; not too near to either end."""
    share = (height[at] - inner_root[at]) / (outer_root[at] - inner_root[at])
    return np.asarray(inner[at] + np.clip(share, 0.02, 0.98) * (outer[at] - inner[at]))


def inverse_information(information: Vector, free: NDArray[np.bool_]) -> Vector:
    """Inverse of the information (M, N, N) of the parameters that moved; 0 where one did not."""
    both = free[:, :, None] & free[:, None, :]
    information = np.where(both, information, 0.0)
    size = np.sqrt(np.einsum("gii->gi", information))
    size = np.where(free & (size > 1e-100), size, 1.0)
    scaled = information / (size[:, :, None] * size[:, None, :])
    scaled += np.eye(free.shape[1]) * ~free[:, None, :]
    with np.errstate(over="ignore", under="ignore"):  # a step hardly tells of its place
        inverse = np.linalg.pinv(scaled, rcond=1e-14, hermitian=True) / (size[:, :, None] * size[:, None, :])
    return np.where(both, np.clip(inverse, -1e280, 1e280), 0.0)
