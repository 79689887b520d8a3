"""Linear maps from coefficients to logits, and the fit of softmax(logits) to classes by maximum likelihood.

With log-probabilities x_i (K of them), coefficients t and logits z_i = o_i + A_i t, the mean loss
F(t) = mean(log sum_k exp z_ik - sum_k y_ik z_ik) is convex. With p_i = softmax(z_i) its gradient is
mean A_i' (p_i - y_i) and its Hessian mean A_i' (diag p_i - p_i p_i') A_i. A map knows A: it spreads coefficients over
rows, gathers residuals, and forms the Hessian without the A_i. The descent is that of every fit in this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ogive._base import Certificate, Solver, Status, Vector
from ogive.calibration.classes import ClassRows, log_sum_exp
from ogive.data import DenseBlock, Design
from ogive.fitting import SEPARATION_RIDGE, STRICT, descend, is_endless
from ogive.solvers import Newton

MOST_STEPS = 200


class Map(Protocol):
    """Logits as a linear function of coefficients.

    Attributes
    ----------
    identity : ndarray of shape (p,)
        Coefficients that leave the probabilities as they are.
    reach : ndarray of shape (p,)
        Most that a change of 1 in each moves a logit.
    level : ndarray of shape (p,)
        A direction that moves all logits of a row alike, so that the likelihood says nothing on it; 0 if there is none.
    """

    identity: Vector
    reach: Vector
    level: Vector

    def spread(self, t: Vector) -> Vector:
        """`A_i t` of all rows, shape (n, K)."""
        ...

    def gather(self, residual: Vector) -> Vector:
        """Sum of `A_i' r_i`, shape (p,)."""
        ...

    def hessian(self, p: Vector, weight: Vector) -> Vector:
        """Sum of `w_i A_i' (diag p_i - p_i p_i') A_i`, shape (p, p)."""
        ...


class Slope:
    """One slope for all log-probabilities: `z = t x`."""

    def __init__(self, x: Vector) -> None:
        self.x, self.identity, self.level = x, np.ones(1), np.zeros(1)
        self.reach = np.array([np.abs(x).max()])

    def spread(self, t: Vector) -> Vector:
        """See Map."""
        return self.x * t

    def gather(self, residual: Vector) -> Vector:
        """See Map."""
        return np.array([np.sum(self.x * residual)])

    def hessian(self, p: Vector, weight: Vector) -> Vector:
        """See Map: the variance of x under p, row by row."""
        mean = np.sum(p * self.x, axis=1, keepdims=True)
        return np.array([[np.sum(weight[:, np.newaxis] * p * (self.x - mean) ** 2)]])


class Slopes:
    """A slope and an intercept for each class, `z_k = a_k x_k + b_k`, or intercepts alone (`x` None)."""

    def __init__(self, x: Vector | None, classes: int) -> None:
        self.x, self.classes = x, classes
        slopes = 0 if x is None else classes
        self.identity = np.repeat([1.0, 0.0], [slopes, classes])
        self.level = 1.0 - self.identity
        self.reach = np.ones(slopes + classes)
        if x is not None:
            self.reach[:classes] = np.abs(x).max(axis=0)

    def spread(self, t: Vector) -> Vector:
        """See Map."""
        if self.x is None:
            return t[np.newaxis]
        return self.x * t[: self.classes] + t[self.classes :]

    def gather(self, residual: Vector) -> Vector:
        """See Map."""
        sums = residual.sum(axis=0)
        return sums if self.x is None else np.concatenate([np.sum(self.x * residual, axis=0), sums])

    def hessian(self, p: Vector, weight: Vector) -> Vector:
        """See Map.

        Logit k has a_k and b_k only. So with columns q = (p x, p) the second part is -sum w q q', and the first has
        sums of w p x^2, w p x and w p on the diagonals of its four blocks.
        """
        held = weight[:, np.newaxis] * p
        if self.x is None:
            return np.diag(held.sum(axis=0)) - Design([DenseBlock(p)]).gram(weight)
        bent = held * self.x
        first = np.block(
            [
                [np.diag(np.sum(bent * self.x, axis=0)), np.diag(bent.sum(axis=0))],
                [np.diag(bent.sum(axis=0)), np.diag(held.sum(axis=0))],
            ]
        )
        return first - Design([DenseBlock(np.hstack([p * self.x, p]))]).gram(weight)


class Matrix:
    """Any matrix and an intercept for each class, `z = W x + b`; coefficients are the rows (W_k, b_k) in turn."""

    def __init__(self, x: Vector) -> None:
        n, self.classes = x.shape
        self.design = Design([DenseBlock(np.column_stack([x, np.ones(n)]))])
        self.identity = np.eye(self.classes, self.classes + 1).ravel()
        self.level = np.zeros(self.identity.size)
        self.reach = np.tile(np.append(np.abs(x).max(axis=0), 1.0), self.classes)

    def spread(self, t: Vector) -> Vector:
        """See Map."""
        return np.column_stack([self.design.matvec(row) for row in t.reshape(self.classes, -1)])

    def gather(self, residual: Vector) -> Vector:
        """See Map."""
        return np.concatenate([self.design.rmatvec(column) for column in residual.T])

    def hessian(self, p: Vector, weight: Vector) -> Vector:
        """See Map: block (j, k) has the cross-products of (x, 1) with weights w p_j ([j = k] - p_k)."""
        width = self.classes + 1
        hessian = np.empty((self.classes, width, self.classes, width))
        for j in range(self.classes):
            for k in range(j + 1):
                block = self.design.gram(weight * p[:, j] * ((j == k) - p[:, k]))
                hessian[j, :, k] = hessian[k, :, j] = block
        return hessian.reshape(self.identity.size, -1)


@dataclass(frozen=True, eq=False)
class _Point:
    x: Vector
    value: float
    gradient: Vector
    p: Vector


class MeanSoftmaxLoss:
    """Mean loss and a quadratic pull towards the identity, as a function of the coefficients of a map.

    Parameters
    ----------
    layout : Map
    y : ndarray of shape (n, K) or (1, K)
        Indicators of the classes; a share of each class, the same for all rows, will do.
    weight : ndarray of shape (n,)
    pull : ndarray of shape (p,)
        Strength of the pull on each coefficient.
    offset : ndarray of shape (n, K), optional
        Known part of the logits; -inf excludes a class from a row.
    """

    def __init__(
        self, layout: Map, y: Vector, weight: Vector, pull: Vector, offset: Vector | None = None
    ) -> None:
        self.layout, self.y, self.pull, self.offset = layout, y, pull, offset
        self.weight = weight / weight.sum()
        self.reach = layout.reach

    def at(self, x: Vector, *, hessian: bool = True) -> _Point:
        """Value and gradient; the Hessian needs the probabilities, which are kept."""
        moved = self.layout.spread(x)
        z = moved if self.offset is None else self.offset + moved
        total = log_sum_exp(z)
        p = np.exp(z - total[:, np.newaxis])
        away, level = x - self.layout.identity, float(np.sum(self.layout.level * x))
        loss = np.sum(self.weight * (total - np.sum(self.y * moved, axis=1)))
        value = float(loss + 0.5 * np.sum(self.pull * away**2) + 0.5 * level**2)
        gradient = self.layout.gather(self.weight[:, np.newaxis] * (p - self.y))
        return _Point(x, value, gradient + self.pull * away + level * self.layout.level, p)

    def hessian(self, point: _Point) -> Vector:
        """Hessian with the pull; the direction that the likelihood is silent on is held at 0 by a square of its own."""
        hessian = self.layout.hessian(point.p, self.weight) + np.outer(self.layout.level, self.layout.level)
        hessian[np.diag_indices_from(hessian)] += self.pull
        return hessian


def fit_map(
    layout: Map, rows: ClassRows, pull: Vector | float = 0.0, start: Vector | None = None
) -> tuple[Vector, Certificate]:
    """Return the coefficients of greatest likelihood, less the pull towards the identity, and the certificate.

    Where the likelihood rises without end, as where scores separate the classes, or coefficients are not unique, those
    of a pull of 1e-6 on all of them. The answer does not depend on where the search starts.
    """
    indicators = np.eye(rows.classes)[rows.y]
    strength = np.broadcast_to(np.asarray(pull, dtype=np.float64), layout.identity.shape)
    solver: Solver = Newton()
    status = None
    loss = MeanSoftmaxLoss(layout, indicators, rows.weight, strength)
    begin = loss.at(layout.identity)
    solver.direction(loss, begin)
    unique = not solver.dependent
    descent = descend(loss, solver, begin.x if start is None else start, tol=STRICT, max_iter=MOST_STEPS)
    if solver.dependent or is_endless(loss, descent):
        status = Status.SEPARATED if unique else Status.NOT_UNIQUE
        loss = MeanSoftmaxLoss(layout, indicators, rows.weight, strength + SEPARATION_RIDGE)
        descent = descend(loss, solver, begin.x, tol=STRICT, max_iter=MOST_STEPS)
    certificate = Certificate(
        status=status or descent.status,
        solver=solver.name,
        iterations=descent.iterations,
        gradient=float(np.abs(descent.point.gradient).max()),
        decrement=0.5 * descent.decrement**2,
        condition=solver.condition,
    )
    return descent.point.x, certificate
