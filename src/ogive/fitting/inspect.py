"""What a solution implies: linear predictor, score and covariance, on the original columns."""

from __future__ import annotations

import dataclasses

import numpy as np

from ogive._base import InputError, Vector
from ogive._kernels import cholesky, cholesky_inverse
from ogive.fitting.problem import Problem
from ogive.fitting.solve import Solution
from ogive.solvers import DEPENDENT


def linear_predictor(problem: Problem, solution: Solution) -> Vector:
    """`X coef + intercept + offset`, shape (n,)."""
    standard = problem.standard
    x = standard.standardised(solution.intercept, solution.coef)
    eta = problem.design.core.matvec(x, standard.centre, standard.scale)
    return eta if problem.offset is None else eta + problem.offset


def score(problem: Problem, solution: Solution) -> Vector:
    """Gradient of the log-likelihood (without penalty) in (intercept, coef) on the original columns, shape (p + 1,)."""
    gradient, _ = _read(problem, solution)
    return -_unstandardise_gradient(problem, gradient)


def information(problem: Problem, solution: Solution) -> Vector:
    """Fisher information of the log-likelihood (without penalty), original columns, intercept first, (p+1, p+1)."""
    _, hessian = _read(problem, solution)
    half = np.apply_along_axis(lambda row: _unstandardise_gradient(problem, row), 1, hessian)
    full: Vector = np.apply_along_axis(lambda column: _unstandardise_gradient(problem, column), 0, half)
    return full


def covariance(solution: Solution) -> Vector:
    """Inverse of the Fisher information (with the penalty's curvature), on the original columns.

    Returns
    -------
    ndarray of shape (p + 1, p + 1)
        Intercept first. Rows and columns of coefficients that were held or that the data do not determine are NaN, and
        so is the intercept's where the model has none; all are where the Hessian was not formed.
    """
    standard, p = solution.standard, solution.coef.size
    if solution.information is None:
        return np.broadcast_to(np.nan, (p + 1, p + 1))  # of no size in memory
    known = np.full((p + 1, p + 1), np.nan)
    index = solution.free
    hessian = solution.information.copy()
    hessian[np.diag_indices_from(hessian)] += np.where(index < p, solution.alpha * standard.weight, 0.0)
    size = np.sqrt(np.maximum(np.diagonal(hessian), np.finfo(float).tiny))
    hessian /= np.outer(size, size)
    pivots = np.diagonal(cholesky(hessian, DEPENDENT)[0])
    # A column without a pivot of its own depends on those before it: leaving it out changes no other's variance.
    independent = pivots > 0
    index, size = index[independent], size[independent]
    factor, _, _ = cholesky(hessian[np.ix_(independent, independent)], DEPENDENT)
    inverse = cholesky_inverse(factor) / np.outer(size, size)
    undetermined = solution.dependent & ~standard.constant
    identified = index[index < p][~solution.dependent[index[index < p]]] + 1
    if (index == p).any() and not undetermined.any():
        identified = np.insert(identified, 0, 0)
    full = np.zeros((p + 1, p + 1))
    full[np.ix_(index, index)] = inverse
    at = np.ix_(identified, identified)
    known[at] = standard.to_original(standard.to_original(full).T)[at]
    return known


def with_information(problem: Problem, solution: Solution) -> Solution:
    """Return the solution with its Fisher information, formed in one more reading of the data.

    Raises
    ------
    InputError
        If the gradient is not what the certificate says: the data have changed since they were solved.
    """
    gradient, hessian = _read(problem, solution)
    standard, free = problem.standard, solution.free
    slopes = standard.standardised(solution.intercept, solution.coef)[:-1]
    gradient /= standard.weight
    gradient[:-1] += problem.penalty.gradient(slopes)
    # The coefficients come back through the original scale, which rounds the intercept by what the centres weigh.
    rounding = 1e-12 + 4 * np.finfo(float).eps * float(np.abs(standard.centre * solution.coef).sum())
    if not np.abs(gradient[free]).max(initial=0.0) <= 2 * solution.certificate.gradient + rounding:
        raise InputError(
            "the data have changed since the fit, so that they no longer give its standard errors.",
            "fit again, or keep the array as it was",
        )
    return dataclasses.replace(solution, information=hessian[np.ix_(free, free)])


def _read(problem: Problem, solution: Solution) -> tuple[Vector, Vector]:
    standard = problem.standard
    x = standard.standardised(solution.intercept, solution.coef)
    reading = problem.loss.read(
        problem.design.core,
        x,
        problem.y,
        problem.weights,
        problem.offset,
        standard.centre,
        standard.scale,
        hessian=True,
    )
    assert reading.hessian is not None
    return reading.gradient, reading.hessian


def _unstandardise_gradient(problem: Problem, gradient: Vector) -> Vector:
    """Chain rule from standardised (intercept last) to original columns (intercept first)."""
    standard = problem.standard
    return np.append(gradient[-1], gradient[:-1] * standard.scale + gradient[-1] * standard.centre)
