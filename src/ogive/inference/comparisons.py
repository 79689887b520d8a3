"""Does the model need these columns? Likelihood-ratio, score and Wald tests of a term or the whole model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from ogive._base import Record, Vector, chi_square_tail
from ogive._kernels import cholesky_solve
from ogive.fitting import Problem, Solution
from ogive.inference.collinearity import identified_parameters
from ogive.inference.likelihood import (
    PENALISED,
    Indices,
    Likelihood,
    chosen_columns,
    fit_without,
    null_fit,
    why_not_maximum_likelihood,
)

Columns = Sequence[int] | slice | None


class HypothesisTest(Record, frozen=True, kw_only=True):
    """A test that some coefficients are zero; where not valid its numbers are None and `reason` says why.

    Attributes
    ----------
    method : str
        "likelihood ratio", "score" or "Wald".
    statistic : float or None
        Distributed as chi-square(df) where the coefficients are zero, in large samples.
    df : int or None
        How many coefficients that the data identify are tested.
    p : float or None
        Probability of a statistic at least as large.
    """

    method: Literal["likelihood ratio", "score", "Wald"]
    statistic: float | None = None
    df: int | None = None
    p: float | None = None
    reason: str = ""


def likelihood_ratio_test(problem: Problem, solution: Solution, columns: Columns = None) -> HypothesisTest:
    """Compare the fit with the fit without `columns`: 2 (log L - log L without), one refit.

    Parameters
    ----------
    problem, solution
        What was fitted, and the result of `ogive.fitting.solve`.
    columns : sequence of int or slice, optional
        Indices of design columns; all of them (the whole model) by default.

    Raises
    ------
    InputError
        Where `columns` is empty or out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, solve
    >>> from ogive.inference import likelihood_ratio_test
    >>> problem = Problem(Design([DenseBlock(np.arange(8.0)[:, None])]), np.array([0, 0, 1, 0, 1, 0, 1, 1.0]))
    >>> test = likelihood_ratio_test(problem, solve(problem))
    >>> round(test.statistic, 2), test.df, round(test.p, 3)
    (2.64, 1, 0.104)
    """
    tested = chosen_columns(problem.design.shape[1], columns)
    reason = why_not_maximum_likelihood(problem, solution)
    if reason:
        return HypothesisTest(method="likelihood ratio", reason=reason)
    everything = len(tested) == len(solution.coef)
    reduced = null_fit(problem) if everything else fit_without(problem, solution, tested)
    reason = why_not_maximum_likelihood(problem, reduced)
    if reason:
        return HypothesisTest(method="likelihood ratio", reason=f"without the columns, {reason}")
    change = 2 * (solution.log_likelihood - reduced.log_likelihood)
    return _chi_square("likelihood ratio", change, _df(problem, solution, tested))


def score_test(problem: Problem, solution: Solution, columns: Columns = None) -> HypothesisTest:
    """Test `columns` by the slope of the log-likelihood where they are held at zero (Rao 1948).

    With U the gradient and I the information at the fit without the columns, the statistic is U' I⁻¹ U. It is
    finite also where the full fit is separated; the whole model (`columns` None) needs no iterated refit.

    Parameters and errors are those of `likelihood_ratio_test`.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, solve
    >>> from ogive.inference import score_test
    >>> problem = Problem(Design([DenseBlock(np.arange(8.0)[:, None])]), np.array([0, 0, 1, 0, 1, 0, 1, 1.0]))
    >>> round(score_test(problem, solve(problem)).statistic, 2)
    2.38
    """
    tested = chosen_columns(problem.design.shape[1], columns)
    if problem.alpha > 0:
        return HypothesisTest(method="score", reason=PENALISED)
    reduced = fit_without(problem, solution, tested)
    reason = why_not_maximum_likelihood(problem, reduced)
    if reason:
        return HypothesisTest(method="score", reason=f"without the columns, {reason}")
    point = Likelihood(problem).at_solution(reduced)
    statistic = float(point.gradient @ cholesky_solve(point.factor, point.gradient))
    return _chi_square("score", statistic, _df(problem, solution, tested))


def wald_test(
    solution: Solution, covariance: Vector, columns: Columns, *, reason: str = ""
) -> HypothesisTest:
    """Test `columns` by the distance of their coefficients from zero: b' V⁻¹ b, no refit (Wald 1943).

    Parameters
    ----------
    solution
        Result of `ogive.fitting.solve`.
    covariance : array of shape (p + 1, p + 1)
        From `ogive.fitting.covariance`, intercept first.
    columns : sequence of int or slice, optional
        Indices of design columns; all by default.
    reason : str
        Where given, the covariance is not valid for this fit (see `validity`).
    """
    indices = chosen_columns(len(solution.coef), columns)
    coef, block = solution.coef[indices], covariance[np.ix_(indices + 1, indices + 1)]
    if not reason and not np.isfinite(block).all():
        reason = "other columns determine some of those tested"
    if reason:
        return HypothesisTest(method="Wald", reason=reason)
    # In units of the standard errors, so that columns of any scale can be solved for together.
    errors = np.sqrt(np.diagonal(block))
    z = coef / errors
    return _chi_square("Wald", float(z @ np.linalg.solve(block / np.outer(errors, errors), z)), len(indices))


def _df(problem: Problem, solution: Solution, tested: Indices) -> int:
    """Return how much the columns add to the rank of the design."""
    return identified_parameters(problem, solution) - identified_parameters(problem, solution, tested)


def _chi_square(
    method: Literal["likelihood ratio", "score", "Wald"], statistic: float, df: int
) -> HypothesisTest:
    if df == 0:
        return HypothesisTest(method=method, reason="the other columns determine those tested")
    if not math.isfinite(statistic):
        return HypothesisTest(method=method, reason="the statistic is beyond floating point")
    statistic = max(statistic, 0.0)  # rounding can leave a fit a hair below a smaller one
    return HypothesisTest(method=method, statistic=statistic, df=df, p=chi_square_tail(statistic, df))
