"""Families fitted to groups of points by the compiled core, in units in which every curve is about 1 in size.

The core sees t and y moved and scaled so that each set of curves spans one unit of both; what it finds is moved back.
So the units of x and y change nothing but the units of the answer, and nothing overflows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.likelihood import Likelihood, descend
from ogive.curves.noises import CODES, CORE, NoiseModel, noise_named
from ogive.curves.points import Points
from ogive.curves.robust import Robust, robustly
from ogive.curves.scales import Scales, own_scales, scales_of
from ogive.curves.settling import follow, settled
from ogive.curves.shapes import (
    AMOUNT,
    BEGIN,
    FOLDS,
    GRADIENT,
    LEFT,
    LEVEL,
    LOG_ASYMMETRY,
    RIGHT,
    SIGNED_RATE,
    Kind,
)

# A noise, with its parameter where that is known: "poisson", "power=0.8".
Noise: TypeAlias = str

_T = TypeVar("_T", bound=np.generic)

# Loss, in the units of the core, of points that lie on the curve.
EXACT = 1e-18
# Losses that are alike, relatively.
NEAR = 1e-11
# From where on a level, in spans, or an asymmetry is on its way to its bound.
FAR: dict[Kind, float] = {
    LEVEL: 50.0,
    AMOUNT: 50.0,
    GRADIENT: 50.0,
    SIGNED_RATE: 50.0,
    FOLDS: 50.0,
    LOG_ASYMMETRY: 2.0,
}
# Steps of a descent along a valley.
MANY = 50


@dataclass(frozen=True)
class Layout:
    """Which parameters of its set each curve reads.

    Attributes
    ----------
    index : (curves of a set, P) int
    size : int
        Number of parameters of a set, N.
    """

    index: NDArray[np.intp]
    size: int

    @staticmethod
    def of(curves: int, parameters: int, shared: frozenset[int]) -> Layout:
        """Lay out a set: what is shared first, then what each curve has for itself."""
        own = [j for j in range(parameters) if j not in shared]
        index = np.empty((curves, parameters), dtype=np.intp)
        index[:, sorted(shared)] = np.arange(len(shared))
        index[:, own] = len(shared) + np.arange(curves * len(own)).reshape(curves, len(own))
        return Layout(index, len(shared) + curves * len(own))

    def gather(self, rows: NDArray[_T]) -> NDArray[_T]:
        """Parameters of sets (sets, N) from those of their curves (sets * curves, P)."""
        sets = rows.reshape(-1, *self.index.shape)
        found = np.empty((len(sets), self.size), dtype=rows.dtype)
        found[:, self.index.ravel()] = sets.reshape(len(sets), -1)
        return found


@dataclass(frozen=True)
class Solutions:
    """What was found, one row a set of curves: all curves together where they share parameters, else each by itself.

    Attributes
    ----------
    variants : tuple of Variant
    likelihoods : tuple of Likelihood
        Of all sets, one a variant.
    layouts : tuple of Layout
        One a variant; all have the same size.
    natural : tuple of (2, N) bool
        Of each variant, which lower and upper bounds are those of what a parameter means.
    scales : Scales
        Of the sets.
    variant : (sets,) int
        Which variant fits best.
    theta : (sets, N)
        The parameters, in the units of the core.
    loss : (sets,)
        Half the deviance, in the units of the core.
    information : (sets, N, N)
        Sum over the points of the outer product of the curve's slopes, by the variance that the noise has there.
    free : (sets, N) bool
        Parameters that moved: not held, and not at a bound.
    bounded : (sets, N) bool
        Parameters that ended at a bound beyond which nothing can be told.
    steps : (sets,) int
    converged : (sets,) bool
    parameter : (sets,) or None
        Of the noise, where it has one.
    dispersion : (sets,) or None
        In the units of the core, where it is not what the loss says.
    """

    variants: tuple[Variant, ...]
    likelihoods: tuple[Likelihood, ...]
    layouts: tuple[Layout, ...]
    natural: tuple[NDArray[np.bool_], ...]
    scales: Scales
    variant: NDArray[np.intp]
    theta: Vector
    loss: Vector
    information: Vector
    free: NDArray[np.bool_]
    bounded: NDArray[np.bool_]
    steps: NDArray[np.int32]
    converged: NDArray[np.bool_]
    parameter: Vector | None = None
    dispersion: Vector | None = None

    def take(self, sets: NDArray[np.intp]) -> Solutions:
        """Return some of the sets, each as often as it is named."""
        rows = ("variant", "theta", "loss", "information", "free", "bounded", "steps", "converged")
        return replace(
            self,
            likelihoods=tuple(one.take(sets) for one in self.likelihoods),
            scales=self.scales.take(sets),
            parameter=None if self.parameter is None else self.parameter[sets],
            dispersion=None if self.dispersion is None else self.dispersion[sets],
            **{name: getattr(self, name)[sets] for name in rows},
        )

    def split(self, curves: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the set of each curve, and its place there."""
        each = len(self.layouts[0].index)
        return curves // each, curves % each

    def z(self, curves: NDArray[np.intp], theta: Vector, variant: int) -> Vector:
        """Parameters (M, P) of curves in the units of the points, where their sets have `theta` (M, N)."""
        sets, place = self.split(curves)
        inside = np.take_along_axis(theta, self.layouts[variant].index[place], axis=1)
        found = self.scales.take(sets).outward(inside, self.variants[variant].made)
        for part, value in self.variants[variant].held.items():
            found[:, part] = value  # to the last bit
        return found

    def inward(self, curves: NDArray[np.intp], slopes: Vector, variant: int) -> Vector:
        """Derivatives by theta (M, N) from those by the curves' parameters in the units of the points (M, P)."""
        sets, place = self.split(curves)
        found = np.zeros((curves.size, self.theta.shape[1]))
        factors = self.scales.take(sets).factors(self.variants[variant].made)
        np.put_along_axis(found, self.layouts[variant].index[place], slopes * factors, axis=1)
        return found


def refit(
    solutions: Solutions, variant: int, sets: NDArray[np.intp], part: int, value: Vector
) -> tuple[Vector, Vector]:
    """Fit curves anew, each from all starts, with one of their parameters held; return theta (M, N) and losses (M,)."""
    likelihood = solutions.likelihoods[variant].take(sets)
    held = (likelihood.low == likelihood.high).all(axis=0)
    given = np.where(held, likelihood.low, 0.0)
    held[part], given[:, part] = True, value
    own = likelihood.span is not None or not isinstance(likelihood.size, float)
    curve = slice(likelihood.index.size)
    theta, loss = solutions.variants[variant].made.fit(
        likelihood.t,
        likelihood.before,
        likelihood.y,
        likelihood.root_weight,
        likelihood.offsets,
        np.arange(sets.size + 1, dtype=np.int64),
        held[curve],
        np.zeros(held[curve].size, dtype=bool),
        given[:, curve],
        likelihood.low[:, curve],
        likelihood.high[:, curve],
        CORE[likelihood.noise] if own else likelihood.noise,
        1.0,
    )[:2]
    if not own:
        return theta, loss
    theta = np.column_stack([theta, solutions.theta[sets][:, likelihood.index.size :]])
    low, high = (np.where(held, given, bound) for bound in (likelihood.low, likelihood.high))
    return descend(
        replace(likelihood, low=low, high=high), theta, np.arange(sets.size), None, 1e-12 * loss + 1e-300
    )


@dataclass(frozen=True)
class Job:
    """What is asked of the core, whichever the variant.

    Attributes
    ----------
    points : Points
    t, before, y : (n,)
        In the units of the core; `before` is empty, or where the interval of a point begins.
    scales : Scales
        Of the sets.
    together : bool
        Whether all curves are one set, because they share parameters; else each is one.
    noise : NoiseModel
    robust : str or None
        The robust loss.
    """

    points: Points
    t: Vector
    before: Vector
    y: Vector
    scales: Scales
    together: bool
    noise: NoiseModel
    robust: Robust | None

    @property
    def each(self) -> int:
        """Number of curves in a set."""
        return self.points.counts.size if self.together else 1


def prepare(
    family: Family,
    points: Points,
    noise: Noise,
    *,
    together: bool = False,
    increments: bool = False,
    robust: Robust | None = None,
) -> Job:
    """Bring points into the units of the core; with `increments`, y is what was added since the point before."""
    t, model = family.place(points.x), noise_named(noise)
    first = points.offsets[:1] if together else points.offsets[:-1]
    scaled = family.variants[0].made.scaled
    own = own_scales(first.size)
    scales = scales_of(t, points.y, first, model.core, added=increments) if scaled else own
    code = np.repeat(np.arange(first.size), np.diff(np.append(first, points.y.size)))

    def inside(values: Vector, shift: Vector, span: Vector) -> Vector:
        return np.ascontiguousarray(((values.T - shift[code]) / span[code]).T)

    return Job(
        points=points,
        t=inside(t, scales.t, scales.t_span),
        before=inside(family.place(points.places_before()), scales.t, scales.t_span)
        if increments
        else np.empty(0),
        y=inside(points.y, scales.y, scales.y_span),
        scales=scales,
        together=together,
        noise=model,
        robust=robust,
    )


@dataclass(frozen=True)
class Limits:
    """Bounds of curves of a variant, in spans, each (curves, P), and the values of what is held.

    `natural` (2, P) says which of the lower and the upper bounds are those of what the parameter means: 0 of a share.
    At the others, what lies beyond cannot be told.
    """

    held: NDArray[np.bool_]
    given: Vector
    low: Vector
    high: Vector
    natural: NDArray[np.bool_]


@dataclass(frozen=True)
class Attempt:
    """What a variant came to, one row a set."""

    layout: Layout
    natural: NDArray[np.bool_]
    likelihood: Likelihood
    theta: Vector
    loss: Vector
    free: NDArray[np.bool_]
    bounded: NDArray[np.bool_]
    steps: NDArray[np.int32]
    converged: NDArray[np.bool_]


def solve(job: Job, variants: tuple[Variant, ...]) -> Solutions:
    """Fit every variant to every set, keep the best one of each, and find what the noise has for a parameter."""
    tried = [_attempt(job, variant) for variant in variants]
    best = np.argmin([one.loss for one in tried], axis=0)
    rows = np.arange(best.size)

    def chosen(name: str) -> Any:
        return np.stack([getattr(one, name) for one in tried])[best, rows]

    theta = chosen("theta")
    information = np.empty((*theta.shape, theta.shape[1]))
    for number, one in enumerate(tried):
        sets = np.flatnonzero(best == number)
        if sets.size:
            part = one.likelihood.take(sets) if sets.size < rows.size else one.likelihood
            information[sets] = part.read(theta[sets])[2]
    solutions = Solutions(
        variants=variants,
        likelihoods=tuple(one.likelihood for one in tried),
        layouts=tuple(one.layout for one in tried),
        natural=tuple(one.natural for one in tried),
        scales=job.scales,
        variant=best,
        theta=theta,
        loss=chosen("loss"),
        information=information,
        free=chosen("free"),
        bounded=chosen("bounded"),
        steps=chosen("steps"),
        converged=chosen("converged"),
    )
    return robustly(solutions, job.robust) if job.robust else settled(solutions, job.noise)


def _attempt(job: Job, variant: Variant) -> Attempt:
    """Fit one variant to every set."""
    points, shape = job.points, variant.made
    layout = Layout.of(job.each, shape.size, variant.shared)
    limits = _limits(variant, job)
    root = np.sqrt(points.weight)
    z, loss, steps, ends = shape.fit(
        job.t,
        job.before,
        job.y,
        root,
        points.offsets,
        np.arange(0, points.counts.size + 1, job.each, dtype=np.int64),
        limits.held,
        np.isin(np.arange(shape.size), list(variant.shared)),
        limits.given,
        limits.low,
        limits.high,
        CODES.index(job.noise.core),
        1.0,
        points.group,
    )
    if variant.rises is not None:
        wrong = (z[:, RIGHT] > z[:, LEFT]) != variant.rises
        loss[wrong.reshape(-1, job.each).any(axis=1)] = np.inf
    likelihood = Likelihood(
        model=shape,
        t=job.t,
        before=job.before,
        y=job.y,
        root_weight=root,
        offsets=points.offsets,
        index=layout.index,
        low=layout.gather(np.where(limits.held, z, limits.low)),
        high=layout.gather(np.where(limits.held, z, limits.high)),
        noise=CODES.index(job.noise.core),
    )
    theta, converged = layout.gather(z), ends == 0
    if shape.scaled:
        off = np.isfinite(loss) & (loss > EXACT)
        _polish(
            variant, likelihood, np.flatnonzero(off & (~converged | (steps > MANY))), theta, loss, converged
        )
        if any(~limits.held[j] for j in shape.of_kind(BEGIN)):
            _past_corners(variant, likelihood, np.flatnonzero(off), theta, loss, converged)
        z = likelihood.curves(theta)
    below, above = ~limits.held & (z <= limits.low), ~limits.held & (z >= limits.high)
    return Attempt(
        layout=layout,
        natural=np.concatenate([layout.gather(np.tile(row, (job.each, 1))) for row in limits.natural]),
        likelihood=likelihood,
        theta=theta,
        loss=loss,
        free=layout.gather(~limits.held & ~below & ~above),
        bounded=layout.gather((below & ~limits.natural[0]) | (above & ~limits.natural[1])),
        steps=steps,
        converged=converged,
    )


def _polish(
    variant: Variant,
    likelihood: Likelihood,
    slow: NDArray[np.intp],
    theta: Vector,
    loss: Vector,
    converged: NDArray[np.bool_],
) -> None:
    """Follow valleys that are long and bent on to their end, where a step without damping would gain nothing more.

    What is on its way to a far bound is tried there: steps towards it are of its own length, and many.
    """
    _follow(variant, likelihood, slow, theta[slow], theta, loss, converged)
    parts = {int(column): variant.made.parts[j] for row in likelihood.index for j, column in enumerate(row)}
    for column, part in parts.items():
        free = likelihood.low[slow, column] < likelihood.high[slow, column]
        afar = slow[free & (np.abs(theta[slow, column]) > FAR.get(part.kind, np.inf))]
        low, high = likelihood.low.copy(), likelihood.high.copy()
        low[afar, column] = high[afar, column] = np.where(
            theta[afar, column] > 0, high[afar, column], low[afar, column]
        )
        _follow(variant, replace(likelihood, low=low, high=high), afar, theta[afar], theta, loss, converged)
    _follow(variant, likelihood, slow, theta[slow], theta, loss, converged)


def _past_corners(
    variant: Variant,
    likelihood: Likelihood,
    sets: NDArray[np.intp],
    theta: Vector,
    loss: Vector,
    converged: NDArray[np.bool_],
) -> None:
    """Try the spaces between points beside that in which a curve begins, and then the point that it comes nearest to.

    Where its beginning comes to a point, the loss has a corner, which steps neither pass nor come to rest in.
    """
    (part,) = variant.made.of_kind(BEGIN)
    columns, each = likelihood.index[:, part], len(likelihood.index)
    t = [np.unique(likelihood.t[first:last]) for first, last in pairwise(likelihood.offsets)]
    for beside in range(-4, 5):
        start = theta.copy()
        for k in sets:
            for column, at in zip(columns, t[k * each : (k + 1) * each], strict=True):
                space = np.clip(np.searchsorted(at, theta[k, column]) + beside, 1, at.size - 1)
                start[k, column] = (at[space - 1] + at[space]) / 2
        _follow(variant, likelihood, sets, start[sets], theta, loss, converged)
    low, high = likelihood.low.copy(), likelihood.high.copy()
    for k in sets:
        for column, at in zip(columns, t[k * each : (k + 1) * each], strict=True):
            low[k, column] = high[k, column] = at[np.abs(at - theta[k, column]).argmin()]
    _follow(variant, replace(likelihood, low=low, high=high), sets, theta[sets], theta, loss, converged)


def _follow(
    variant: Variant,
    likelihood: Likelihood,
    sets: NDArray[np.intp],
    start: Vector,
    theta: Vector,
    loss: Vector,
    converged: NDArray[np.bool_],
) -> None:
    """Descend from the starts of some sets, and write down what comes lower than before."""
    if not sets.size:
        return
    part = likelihood.take(sets)
    found, least, _, ended = follow(variant, part, np.clip(start, part.low, part.high))
    lower = least < loss[sets]
    elsewhere, near = least < loss[sets] * (1 - NEAR), least <= loss[sets] * (1 + NEAR)
    converged[sets] = np.where(elsewhere, ended, converged[sets] | (ended & near))
    theta[sets[lower]], loss[sets[lower]] = found[lower], least[lower]


def _limits(variant: Variant, job: Job) -> Limits:
    """Bounds of the kinds of parameters, of the values that the noise has, and natural ones."""
    shape, rows = variant.made, job.points.counts.size
    scales = job.scales.take(np.arange(rows) // job.each)

    def inside(values: dict[int, float]) -> Vector:
        outside = np.zeros((rows, shape.size))
        outside[:, list(values)] = list(values.values())
        return scales.inward(outside, shape)[:, list(values)]

    values = shape.of_kind(LEVEL, AMOUNT)
    low, high = (np.tile(bound, (rows, 1)) for bound in shape.bounds())
    natural = np.zeros((2, shape.size), dtype=bool)
    if job.noise.core != "gaussian":
        low[:, values], natural[0, values] = 0.0, True
    if job.noise.core == "binomial":
        high[:, values], natural[1, values] = 1.0, True
    low[:, list(variant.low)], natural[0, list(variant.low)] = inside(variant.low), True
    high[:, list(variant.high)], natural[1, list(variant.high)] = inside(variant.high), True
    given = np.zeros((rows, shape.size))
    given[:, list(variant.held)] = inside(variant.held)
    for index, place in variant.decided.items():
        given[:, index] = place(job.points, job.t)
    return Limits(np.isin(np.arange(shape.size), variant.still), given, low, high, natural)
