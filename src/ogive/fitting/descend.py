"""The loop around every solver: line search, trace and stopping, written once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ogive._base import Point, Solver, Status, Vector

# The value cannot tell points apart below this share of it; there the gradient decides.
ROUNDING = 1e-13

# Most that one coefficient's step may change a linear predictor.
LONGEST = 1e6


class Descendable(Protocol):
    """A smooth convex function: `reach` bounds what a change of 1 in each coefficient does to a linear predictor."""

    reach: Vector

    def at(self, x: Vector, *, hessian: bool = True) -> Point:
        """Return the point at `x`, with what its Hessian needs where that is wanted."""
        ...


@dataclass(frozen=True, eq=False)
class Descent:
    """Where a descent ended.

    Attributes
    ----------
    point : Point
        The last point, of the kind that the objective makes.
    step : ndarray
        The step that would have come next.
    decrement : float
        `sqrt(-gradient . step)`: distance to the optimum in the metric of the Hessian.
    iterations : int
        Steps taken.
    status : Status
    """

    point: Any
    step: Vector
    decrement: float
    iterations: int
    status: Status


def descend(objective: Descendable, solver: Solver, start: Vector, *, tol: float, max_iter: int) -> Descent:
    """Minimise `objective` from `start` until the decrement is at most `tol`."""
    point = objective.at(start, hessian=solver.wants_hessian)
    for iteration in range(max_iter + 1):
        step = solver.direction(objective, point)
        slope = float(step @ point.gradient)
        decrement = float(np.sqrt(max(-slope, 0.0)))
        if decrement <= tol:
            return Descent(point, step, decrement, iteration, Status.OPTIMAL)
        if iteration == max_iter:
            break
        following = _search(objective, point, step, slope, solver.wants_hessian)
        if following is None:
            return Descent(point, step, decrement, iteration, Status.PRECISION_LIMIT)
        point = following
    return Descent(point, step, decrement, max_iter, Status.ITERATION_LIMIT)


def _search(objective: Descendable, point: Point, step: Vector, slope: float, hessian: bool) -> Point | None:
    """Halve the step until the value falls enough (Armijo); None where no step improves it."""
    resolution = ROUNDING * max(abs(point.value), 1e-300)
    # From a saturated start, where the Hessian is all but 0, a full step would overshoot by many orders of magnitude.
    length = min(1.0, LONGEST / max(float(np.max(np.abs(step) * objective.reach, initial=0.0)), LONGEST))
    for _ in range(40):
        candidate = objective.at(point.x + length * step, hessian=hessian)
        gain = point.value - candidate.value
        if gain >= -1e-4 * length * slope and np.isfinite(candidate.value):
            return candidate
        if -slope * length < resolution:  # too near the optimum for the value: let the gradient decide
            smaller = float(np.abs(candidate.gradient).max()) < float(np.abs(point.gradient).max())
            return candidate if smaller else None
        length *= 0.5
    return None
