"""The function that a solver sees: mean loss plus penalty in the free standardised coefficients."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ogive._base import Penalty, Vector
from ogive.fitting.problem import Problem, refuse_non_finite
from ogive.penalties import Ridge


@dataclass(frozen=True, eq=False)
class Evaluated:
    """The objective at `x`: value, gradient, and the Hessian of the mean loss, as a matrix or as weights of rows."""

    x: Vector
    value: float
    gradient: Vector
    matrix: Vector | None
    curvature: Vector | None
    weight: float


class MeanLoss:
    """Mean loss plus penalty over the free coefficients (intercept last where there is one).

    Parameters
    ----------
    problem : Problem
    free : ndarray of bool, shape (p + 1,)
        Coefficients that may move, the intercept last; the others keep their value in `held`.
    held : ndarray of shape (p + 1,)
        Standardised coefficients.
    matrix_free : bool
        Keep row weights instead of forming the Hessian.
    alpha : float, optional
        Overrides the problem's ridge penalty.
    every : int
        Read every so many chunks of rows only.
    """

    def __init__(
        self,
        problem: Problem,
        free: NDArray[np.bool_],
        held: Vector,
        *,
        matrix_free: bool = False,
        alpha: float | None = None,
        every: int = 1,
    ) -> None:
        self.problem, self.held, self.matrix_free, self.every = problem, held, matrix_free, every
        self.penalty: Penalty = problem.penalty if alpha is None else Ridge(alpha)
        self.free = free
        self.index = np.flatnonzero(free)
        self.all_free = self.index.size == free.size
        self.slopes = self.index < free.size - 1
        self._diagonal = np.flatnonzero(self.slopes)
        # Largest change of any linear predictor that a change of 1 in each coefficient makes.
        self.reach = np.append(problem.standard.reach, 1.0)[self.index]
        self._at = (problem.standard.centre, problem.standard.scale)

    def full(self, x: Vector) -> Vector:
        """All standardised coefficients, intercept last."""
        if self.all_free:
            return x
        coef = self.held.copy()
        coef[self.index] = x
        return coef

    def at(self, x: Vector, *, hessian: bool = True) -> Evaluated:
        """Evaluate at `x`; without `hessian` the point has no second derivatives."""
        p = self.problem
        coef = self.full(x)
        reading = p.loss.read(
            p.design.core,
            coef,
            p.y,
            p.weights,
            p.offset,
            *self._at,
            hessian=hessian and not self.matrix_free,
            curvature=hessian and self.matrix_free,
            every=self.every,
        )
        if not math.isfinite(reading.loss):
            refuse_non_finite(p)
        weight = reading.weight or 1.0  # a sample without weight says nothing: the penalty keeps the start
        slopes = x[self.slopes]
        gradient = reading.gradient / weight
        if not self.all_free:
            gradient = gradient[self.index]
        gradient[self.slopes] += self.penalty.gradient(slopes)
        value = reading.loss / weight + self.penalty.value(slopes)
        matrix = reading.hessian
        if matrix is not None:
            if not self.all_free:
                matrix = np.ascontiguousarray(matrix[np.ix_(self.index, self.index)])
            matrix /= weight
        return Evaluated(x, value, gradient, matrix, reading.curvature, weight)

    def hessian(self, point: Evaluated) -> Vector:
        """Hessian at `point`, penalty included."""
        assert point.matrix is not None
        hessian = point.matrix.copy()
        hessian[self._diagonal, self._diagonal] += self.penalty.curvature(point.x[self.slopes])
        return hessian

    def product(self, point: Evaluated, vector: Vector) -> Vector:
        """Hessian at `point` times `vector`, in one reading of the data."""
        assert point.curvature is not None
        core = self.problem.design.core
        coef = vector
        if not self.all_free:
            coef = np.zeros(self.held.size)
            coef[self.index] = vector
        result = core.gram_times(point.curvature, coef, *self._at) / point.weight
        if not self.all_free:
            result = result[self.index]
        slopes = point.x[self.slopes]
        result[self.slopes] += self.penalty.curvature(slopes) * vector[self.slopes]
        return result

    def diagonal(self, point: Evaluated) -> Vector:
        """Diagonal of the Hessian at `point`."""
        assert point.curvature is not None
        squares = self.problem.design.core.rmatvec(point.curvature, True, *self._at)
        diagonal: Vector = squares[self.index] / point.weight
        diagonal[self.slopes] += self.penalty.curvature(point.x[self.slopes])
        return diagonal
