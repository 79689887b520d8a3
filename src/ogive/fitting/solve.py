"""Solve a problem: choose the solver, start on a sample, certify; a canonical answer where no optimum exists."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ogive._base import Certificate, Solver, Status, Vector
from ogive._kernels import cholesky, logit, sigmoid
from ogive.fitting.descend import Descendable, Descent, descend
from ogive.fitting.objective import MeanLoss
from ogive.fitting.problem import LARGE, Problem, Standardisation
from ogive.solvers import DEPENDENT, Newton, NewtonCG, QuasiNewton

# Above this many columns the Hessian is not formed (at 2,000 columns: 32 MB and 3 GFLOP a factorisation).
MOST_COLUMNS = 2000

# Ridge strength of the answer to a separated problem, on the mean loss and standardised columns.
SEPARATION_RIDGE = 1e-6

# A step that still moves some linear predictor by this much although the objective is flat leads to infinity: at a
# finite optimum Newton's method converges quadratically and its last step moves nothing.
ENDLESS = 0.05

# A quasi-Newton descent that takes more steps than this was started from the wrong curvature.
MOST_STEPS = 30

# The tolerance at which separation is told from a large but finite optimum.
STRICT = 1e-10


@dataclass(frozen=True, eq=False)
class Solution:
    """Coefficients of a solved problem and the evidence.

    Attributes
    ----------
    intercept : float
        Intercept on the original columns (0 where the model has none).
    coef : ndarray of shape (p,)
        Coefficients on the original columns, log-odds a unit.
    log_likelihood : float
        Sum of weights times log-likelihood, without the penalty.
    certificate : Certificate
    dependent : ndarray of bool, shape (p,)
        Columns whose coefficient the data do not determine (constant, or combinations of others).
    information : ndarray or None
        Fisher information of the likelihood at the answer, on standardised columns, for the coefficients `free`
        (intercept = p); None where it was not formed.
    standard : Standardisation
        Centres and scales of those columns.
    alpha : float
        The problem's ridge penalty.
    """

    intercept: float
    coef: Vector
    log_likelihood: float
    certificate: Certificate
    dependent: NDArray[np.bool_]
    information: Vector | None = field(repr=False)
    free: NDArray[np.intp] = field(repr=False)
    standard: Standardisation = field(repr=False)
    alpha: float = 0.0

    @property
    def status(self) -> Status:
        """How the fit ended."""
        return self.certificate.status


def solve(
    problem: Problem,
    *,
    tol: float = STRICT,
    max_iter: int = 100,
    start: Solution | None = None,
    active: NDArray[np.bool_] | None = None,
    information: bool = True,
) -> Solution:
    """Minimise a problem's objective.

    Parameters
    ----------
    problem : Problem
        What to solve.
    tol : float
        Largest Newton decrement `sqrt(g' H^-1 g)` of the mean objective at the answer: the distance to the optimum
        in units of one observation's standard error. What the objective lies above its minimum is half its square.
    max_iter : int
        Most steps.
    start : Solution, optional
        Where to begin.
    active : ndarray of bool, shape (p,), optional
        Coefficients that may move; the others are held at their value in `start` (0 without one).
    information : bool
        Whether the Fisher information is needed. Without it a large problem may be solved by gradients alone.

    Returns
    -------
    Solution
        With status `separated` and the coefficients of a tiny ridge (1e-6) where the maximum-likelihood estimate is
        infinite; with status `not unique` and the standardised coefficients of minimum norm where infinitely many
        fit equally well. Above 2,000 columns, where no Hessian is formed, that is not noticed: the answer is then one
        optimum of many.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, solve
    >>> x = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> solution = solve(Problem(Design([DenseBlock(x)]), np.array([0.0, 1.0, 0.0, 1.0])))
    >>> print(solution.status, solution.coef.round(4))
    optimal [0.9082]
    """
    standard = problem.standard
    p = problem.design.shape[1]
    held = np.zeros(p + 1)
    if start is not None:
        held = standard.standardised(start.intercept, start.coef)
    free = np.append(~standard.constant, problem.fit_intercept)
    if active is not None:
        free[:-1] &= active
    x = held.copy()
    if start is None and problem.fit_intercept:
        x[-1] = _null_intercept(problem)
    matrix_free = p > MOST_COLUMNS
    objective = MeanLoss(problem, free, x, matrix_free=matrix_free)
    solver: Solver = NewtonCG(tol) if matrix_free else Newton()
    begin, before = x[free], 0
    if start is None and not matrix_free and p * problem.design.shape[0] >= LARGE:
        begin, sampled = _solve_sample(objective, begin)
        if not information and sampled is not None:
            quick = descend(objective, sampled, begin, tol=tol, max_iter=min(MOST_STEPS, max_iter))
            if quick.status is Status.OPTIMAL and not is_endless(objective, quick):
                return certified(objective, quick, quick.status, sampled.name, sampled.condition)
            begin, before = quick.point.x, quick.iterations
    descent = descend(objective, solver, begin, tol=tol, max_iter=max(max_iter - before, 0))
    if tol > STRICT and is_endless(objective, descent):  # nearly separated, or separated? Look closely
        before += descent.iterations
        descent = descend(objective, solver, descent.point.x, tol=STRICT, max_iter=max_iter)
    separated = problem.alpha == 0 and (is_endless(objective, descent) or _has_faded(objective, solver))
    dependent = problem.alpha == 0 and solver.dependent > 0
    if (separated or dependent) and standard.sampled:  # canonical answers are defined on exact scales
        return solve(problem.exactly(), tol=tol, max_iter=max_iter, start=start, active=active)
    if separated:
        before += descent.iterations
        objective = MeanLoss(problem, free, x, matrix_free=matrix_free, alpha=SEPARATION_RIDGE)
        begin = np.where(objective.slopes, 0.0, x[free])
        descent = descend(objective, solver, begin, tol=tol, max_iter=max_iter)
    descent = dataclasses.replace(descent, iterations=before + descent.iterations)
    if dependent and not separated:
        return _minimum_norm(objective, solver, descent)
    status = Status.SEPARATED if separated else descent.status
    return certified(objective, descent, status, solver.name, solver.condition)


def _null_intercept(problem: Problem) -> float:
    """Intercept of the model without columns: the log-odds of the mean outcome, moved until the offsets allow it."""
    y, w, offset = problem.y, problem.weights, problem.offset
    total = problem.weight_sum
    mean = float(y.mean() if w is None else np.sum(w * y) / total)
    mean = min(max(mean, 1e-6), 1 - 1e-6)
    intercept = float(logit(mean))
    if offset is None:
        return intercept
    # sum w (sigmoid(b + offset) - y) rises with b: halve the bracket until it is narrow enough for a start, which a few
    # thousand rows spread over the table will give.
    some = slice(None, None, max(y.size // 4096, 1))
    offset, w = offset[some], None if w is None else w[some]
    total = offset.size if w is None else float(w.sum())
    if not total > 0:
        return intercept
    low, high = intercept - float(offset.max()), intercept - float(offset.min())
    while high - low > 0.01:
        middle = 0.5 * (low + high)
        p = sigmoid(middle + offset)
        low, high = (
            (low, middle)
            if float(p.mean() if w is None else np.sum(w * p) / total) > mean
            else (middle, high)
        )
    return 0.5 * (low + high)


def _solve_sample(objective: MeanLoss, x: Vector) -> tuple[Vector, QuasiNewton | None]:
    """Solve on a few rows, then on more; the solver knows the Hessian of the last sample, unless it is singular.

    A ridge as strong as ten of its rows holds each sample back from infinity. Samples are chunks of rows spread evenly
    over the table, and are solved no better than they err.
    """
    problem, rows = objective.problem, objective.problem.design.shape[0]
    newton, matrix = Newton(), None
    for every in (128, 8):
        if rows < 10 * every * x.size:
            continue
        alpha = problem.alpha + 10 * every / rows
        sample = MeanLoss(problem, objective.free, objective.held, alpha=alpha, every=every)
        error = np.sqrt(x.size * every / rows)
        point = descend(sample, newton, x, tol=0.2 * error, max_iter=12).point
        x, matrix = point.x, point.matrix
    # Columns that do not depend on each other in the sample (its ridge left out) do not in all rows.
    if newton.factor is None or matrix is None or not _is_regular(matrix):
        return x, None
    return x, QuasiNewton(newton.factor, newton.condition)


def _is_regular(matrix: Vector) -> bool:
    return cholesky(matrix, DEPENDENT)[1] == 0


def has_full_rank(objective: MeanLoss, x: Vector) -> bool:
    """Whether the Hessian at `x`, without penalty, is regular: no column depends on the others."""
    matrix = objective.at(x).matrix
    return matrix is not None and _is_regular(matrix)


def is_endless(objective: Descendable, descent: Descent) -> bool:
    """Whether the next step would still move some row's linear predictor by a finite amount at a flat objective."""
    flat = descent.decrement < 1e-6 or descent.status is Status.OPTIMAL
    return flat and float(np.max(np.abs(descent.step) * objective.reach, initial=0.0)) > ENDLESS


def _has_faded(objective: MeanLoss, solver: Solver) -> bool:
    """Whether columns depend on each other only among the rows whose probability is not yet 0 or 1."""
    return solver.dependent > 0 and cholesky(_gram(objective), DEPENDENT)[1] < solver.dependent


def _gram(objective: MeanLoss) -> Vector:
    """Mean cross-products of the free standardised columns."""
    problem, standard = objective.problem, objective.problem.standard
    weights = problem.weights if problem.weights is not None else np.ones(problem.design.shape[0])
    gram = problem.design.core.gram(weights, standard.centre, standard.scale) / standard.weight
    return np.ascontiguousarray(gram[np.ix_(objective.index, objective.index)])


def certified(
    objective: MeanLoss,
    descent: Descent,
    status: Status,
    solver: str,
    condition: float | None,
    dependent: NDArray[np.bool_] | None = None,
) -> Solution:
    """Return where a descent ended as coefficients on the original columns, with the certificate."""
    problem = objective.problem
    x = objective.full(descent.point.x)
    standard = problem.standard
    intercept, coef = standard.original(x)
    slopes = descent.point.x[objective.slopes]
    mean_loss = descent.point.value - objective.penalty.value(slopes)
    certificate = Certificate(
        status=status,
        solver=solver,
        iterations=descent.iterations,
        gradient=float(np.abs(descent.point.gradient).max(initial=0.0)),
        decrement=0.5 * descent.decrement**2,
        condition=condition,
    )
    return Solution(
        intercept,
        coef,
        -mean_loss * problem.weight_sum,
        certificate,
        standard.constant if dependent is None else standard.constant | dependent,
        None if descent.point.matrix is None else descent.point.matrix * problem.weight_sum,
        objective.index,
        standard,
        problem.alpha,
    )


def _minimum_norm(objective: MeanLoss, solver: Solver, descent: Descent) -> Solution:
    """Move along the null space of the design, which changes no prediction, to the smallest coefficients.

    With N a basis of the null space and s its rows of slopes, `x + N z` has the smallest slopes for
    `z = -pinv(N_s) x_s`. This is the limit of ridge solutions as alpha falls to 0, so neither the order of rows and
    columns nor repeated rows matter.
    """
    gram = _gram(objective)
    size = np.sqrt(np.diagonal(gram))
    eigenvalues, vectors = np.linalg.eigh(gram / np.outer(size, size))
    null = vectors[:, eigenvalues < 1e-12 * eigenvalues[-1]] / size[:, np.newaxis]
    if not null.shape[1]:
        return certified(objective, descent, descent.status, solver.name, solver.condition)
    x = descent.point.x
    slopes = objective.slopes
    x = x - null @ (np.linalg.pinv(null[slopes]) @ x[slopes])
    point = objective.at(x)
    moved = Descent(point, descent.step, descent.decrement, descent.iterations, descent.status)
    dependent = np.zeros(objective.held.size, dtype=bool)
    dependent[objective.index] = np.abs(null * size[:, np.newaxis]).max(axis=1) > 1e-8
    return certified(objective, moved, Status.NOT_UNIQUE, solver.name, solver.condition, dependent[:-1])
