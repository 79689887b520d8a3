"""The small interfaces through which rooms that never see each other meet."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


class Reading(NamedTuple):
    """What one reading of the data gives: sums over rows, weights applied."""

    loss: float
    weight: float
    gradient: Vector
    hessian: Vector | None
    curvature: Vector | None


class Loss(Protocol):
    """A smooth convex loss of the linear predictor."""

    def read(
        self,
        design: Any,
        coef: Vector,
        y: Vector,
        weights: Vector | None,
        offset: Vector | None,
        centre: Vector,
        scale: Vector,
        *,
        hessian: bool = False,
        curvature: bool = False,
        every: int = 1,
    ) -> Reading:
        """Sums of loss, gradient and Hessian at `coef` (intercept last) on standardised columns."""
        ...


class Penalty(Protocol):
    """A convex penalty on standardised coefficients; it never sees the intercept."""

    def value(self, coef: Vector) -> float:
        """Penalty at `coef`."""
        ...

    def gradient(self, coef: Vector) -> Vector:
        """Gradient at `coef`."""
        ...

    def curvature(self, coef: Vector) -> Vector:
        """Diagonal of the Hessian at `coef`."""
        ...


class Point(Protocol):
    """An objective evaluated at `x`."""

    @property
    def x(self) -> Vector:
        """Where."""
        ...

    @property
    def value(self) -> float:
        """Objective."""
        ...

    @property
    def gradient(self) -> Vector:
        """Its gradient."""
        ...


class Objective(Protocol):
    """A smooth convex function that a solver may evaluate and differentiate twice."""

    def at(self, x: Vector, *, hessian: bool = True) -> Any:
        """Return the Point at `x`, with what its Hessian needs where that is wanted."""
        ...

    def hessian(self, point: Any) -> Vector:
        """The Hessian matrix at the point."""
        ...

    def product(self, point: Any, vector: Vector) -> Vector:
        """Hessian at the point times `vector`, without forming the matrix."""
        ...

    def diagonal(self, point: Any) -> Vector:
        """Diagonal of the Hessian at the point."""
        ...


class Solver(Protocol):
    """One way to improve a point. Looping, tracing and stopping belong to `fitting`."""

    name: str
    wants_hessian: bool  # whether points need their second derivatives
    dependent: int  # columns that it found to depend on others

    @property
    def condition(self) -> float | None:
        """Condition number of the last Hessian, where it was formed."""
        ...

    def direction(self, objective: Any, point: Any) -> Vector:
        """A descent direction, as near to the Newton step as the solver can come."""
        ...
