"""Solve again after a small change of the rows: the old curvature serves, so each step costs a gradient."""

from __future__ import annotations

import numpy as np

from ogive._base import Status, Vector
from ogive._kernels import cholesky
from ogive.fitting.descend import descend
from ogive.fitting.objective import MeanLoss
from ogive.fitting.problem import Problem
from ogive.fitting.solve import MOST_STEPS, STRICT, Solution, certified, has_full_rank, is_endless, solve
from ogive.solvers import DEPENDENT, QuasiNewton


def refit(problem: Problem, near: Solution, change: Vector | None = None, *, tol: float = STRICT) -> Solution:
    """Solve `problem`, of which `near` solves a neighbour: the same columns with other weights on the rows.

    The answer is that of `solve`: the optimum of `problem` alone, certified to the same tolerance. From `near` come
    only the start and the curvature of the first step. Where that does not converge fast, or `near` is no regular
    optimum, `solve` does the work.

    Parameters
    ----------
    problem : Problem
        What to solve.
    near : Solution
        Of a problem with as many columns.
    change : ndarray of shape (p + 1, p + 1), optional
        Takes (intercept, coef) of `problem` to those of `near`, where its columns are other combinations of the same.
    tol : float
        As in `solve`.

    Returns
    -------
    Solution
        Without the Fisher information.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, refit, solve
    >>> rng = np.random.default_rng(0)
    >>> design = Design([DenseBlock(rng.normal(size=(500, 2)))])
    >>> y, train = (rng.random(500) < 0.4) * 1.0, np.arange(500) % 5 > 0
    >>> fold = Problem(design, y, weights=train * 1.0)
    >>> bool(np.allclose(refit(fold, solve(Problem(design, y))).coef, solve(fold).coef, rtol=0, atol=1e-9))
    True
    """
    standard = problem.standard
    regular = near.status is Status.OPTIMAL and near.information is not None
    if not regular or near.coef.size != problem.design.shape[1] or near.free.size != near.coef.size + 1:
        return solve(problem, tol=tol)
    if standard.constant.any():
        return solve(problem, tol=tol)
    objective = MeanLoss(problem, np.ones(near.free.size, dtype=bool), np.zeros(near.free.size))
    start = np.append(near.intercept, near.coef)
    start = start if change is None else np.linalg.solve(change, start)
    factor, dependent, _ = cholesky(_curvature(problem, near, change), DEPENDENT)
    if dependent:
        return solve(problem, tol=tol)
    x = standard.standardised(float(start[0]), start[1:])
    if problem.alpha == 0 and not has_full_rank(
        MeanLoss(problem, objective.free, objective.held, every=8), x
    ):
        return solve(problem, tol=tol)
    descent = descend(
        objective, QuasiNewton(factor, near.certificate.condition), x, tol=tol, max_iter=MOST_STEPS
    )
    if descent.status is not Status.OPTIMAL or is_endless(objective, descent):
        return solve(problem, tol=tol)
    return certified(objective, descent, Status.OPTIMAL, QuasiNewton.name, near.certificate.condition)


def _curvature(problem: Problem, near: Solution, change: Vector | None) -> Vector:
    """Mean Hessian of the neighbour in the standardised coefficients of `problem`, with the penalty of `problem`."""
    assert near.information is not None
    p = near.coef.size
    original = problem.standard.to_original(np.eye(p + 1))
    jacobian = near.standard.to_standardised(original if change is None else change @ original)
    hessian: Vector = jacobian.T @ (near.information / near.standard.weight) @ jacobian
    hessian[np.arange(p), np.arange(p)] += problem.alpha
    return hessian
