"""Curves of one set taken out of it, and pairs of curves that are read together: what contrasts are made of."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector
from ogive.curves.engine import Layout, Solutions
from ogive.curves.intervals import Uncertainty


@dataclass(frozen=True, kw_only=True)
class Pairs(Solutions):
    """Solutions of which pairs of curves of a set are read instead of single ones.

    Attributes
    ----------
    single : Solutions
    first, second : (pairs,) int
        The curves of each pair.
    """

    single: Solutions
    first: NDArray[np.intp]
    second: NDArray[np.intp]

    @staticmethod
    def of(solutions: Solutions, first: NDArray[np.intp], second: NDArray[np.intp]) -> Pairs:
        """Pair curves of solutions."""
        own = {one.name: getattr(solutions, one.name) for one in fields(Solutions)}
        return Pairs(**own, single=solutions, first=first, second=second)

    def split(self, curves: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the set of each pair, and the place of its first curve there."""
        return self.single.split(self.first[curves])

    def z(self, curves: NDArray[np.intp], theta: Vector, variant: int) -> Vector:
        """Parameters of both curves side by side, (M, 2 P)."""
        both = (self.first[curves], self.second[curves])
        return np.hstack([self.single.z(each, theta, variant) for each in both])

    def inward(self, curves: NDArray[np.intp], slopes: Vector, variant: int) -> Vector:
        """Derivatives by theta from those by the parameters of both curves."""
        left, right = np.split(slopes, 2, axis=1)
        return self.single.inward(self.first[curves], left, variant) + self.single.inward(
            self.second[curves], right, variant
        )


def share_nothing(solutions: Solutions) -> bool:
    """Whether every curve of a set has all its parameters for itself."""
    return all(layout.index.size == layout.size for layout in solutions.layouts)


def taken_out(joint: Uncertainty, curves: NDArray[np.intp]) -> Uncertainty:
    """Take curves (sets, k) out of one set that shares nothing: k curves a set, with the noise of all of them.

    The others neither move nor add to a profile, so it is the same without them.
    """
    whole = joint.solutions
    each, count = curves.shape
    likelihoods, layouts, natural = [], [], []
    for variant, one in enumerate(whole.likelihoods):
        index = whole.layouts[variant].index
        own = index[curves].reshape(each, -1)
        layout = Layout.of(count, index.shape[1], frozenset())
        apart = replace(one, index=index[:1], low=one.low[0, index], high=one.high[0, index], size=1.0)
        some = apart.take(curves.ravel())
        size = one.size if isinstance(one.size, float) else np.full(each, one.size[0])
        low, high = one.low[0, own], one.high[0, own]
        likelihoods.append(replace(some, index=layout.index, low=low, high=high, size=size))
        layouts.append(layout)
        natural.append(whole.natural[variant][:, own[0]])
    at = int(whole.variant[0])
    own = whole.layouts[at].index[curves].reshape(each, -1)
    theta = whole.theta[0, own]
    loss, _, information = likelihoods[at].read(theta)
    dispersion = None if joint.known else np.full(each, joint.dispersion[0])
    zeros = np.zeros(each, dtype=np.intp)
    solutions = Solutions(
        variants=whole.variants,
        likelihoods=tuple(likelihoods),
        layouts=tuple(layouts),
        natural=tuple(natural),
        scales=whole.scales.take(zeros),
        variant=np.full(each, at),
        theta=theta,
        loss=loss,
        information=information,
        free=whole.free[0, own],
        bounded=whole.bounded[0, own],
        steps=whole.steps[zeros],
        converged=whole.converged[zeros],
        parameter=None if whole.parameter is None else whole.parameter[zeros],
        dispersion=dispersion,
    )
    counts = joint.counts[curves.ravel()]
    freedom = float(joint.degrees_of_freedom[0])
    return replace(joint, solutions=solutions, counts=counts, freedom=freedom)
