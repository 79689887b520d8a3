"""How well a fit fits: deviance, information criteria and the usual pseudo-R²."""

from __future__ import annotations

import math

import numpy as np

from ogive._base import Record, Vector
from ogive._kernels import sigmoid
from ogive.fitting import Problem, Solution, linear_predictor
from ogive.inference.collinearity import identified_parameters
from ogive.inference.likelihood import null_fit, row_weights, why_not_maximum_likelihood


class FitStatistics(Record, frozen=True, kw_only=True):
    """Summary of the likelihood of a fit. A number that is not valid is None, and `reason` says why.

    Attributes
    ----------
    rows : float
        Sum of the weights: a weight of 2 is the row twice.
    events : float
        The part of it whose outcome is 1.
    parameters : int
        Estimated coefficients that the data identify, the intercept included.
    log_likelihood, null_log_likelihood : float
        Of the fit, and of the model with no columns (the intercept and the offset, if any).
    deviance, null_deviance : float
        -2 times these, so it is that of ungrouped rows.
    aic, bic : float or None
        -2 log L + 2 parameters (Akaike 1974) and -2 log L + log(rows) parameters (Schwarz 1978).
    mcfadden : float or None
        1 - log L / log L0 (McFadden 1974).
    nagelkerke : float or None
        Cox and Snell's R² over the largest that it could be (Nagelkerke 1991).
    tjur : float or None
        Mean probability among events less that among the others (Tjur 2009).
    reason : str
        Why a number is None; empty where none is.
    """

    rows: float
    events: float
    parameters: int
    log_likelihood: float
    null_log_likelihood: float
    deviance: float
    null_deviance: float
    aic: float | None
    bic: float | None
    mcfadden: float | None
    nagelkerke: float | None
    tjur: float | None
    reason: str = ""


def fit_statistics(problem: Problem, solution: Solution) -> FitStatistics:
    """Return the likelihood summary of a fit.

    Parameters
    ----------
    problem, solution
        What was fitted, and the result of `ogive.fitting.solve`.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, solve
    >>> from ogive.inference import fit_statistics
    >>> problem = Problem(Design([DenseBlock(np.arange(8.0)[:, None])]), np.array([0, 0, 1, 0, 1, 0, 1, 1.0]))
    >>> fit = fit_statistics(problem, solve(problem))
    >>> round(fit.null_deviance, 3), fit.parameters, fit.reason
    (11.09, 2, '')
    """
    weights = row_weights(problem)
    rows, events = float(weights.sum()), float(np.sum(weights * problem.y))
    fitted, null = solution.log_likelihood, null_fit(problem).log_likelihood
    parameters = identified_parameters(problem, solution)
    reason = why_not_maximum_likelihood(problem, solution)
    criteria = not reason

    # 1 - exp(2 (l0 - l) / n) over 1 - exp(2 l0 / n), by expm1 so that small ones keep their digits
    nagelkerke = math.expm1(2 * (null - fitted) / rows) / math.expm1(2 * null / rows) if null < 0 else None
    return FitStatistics(
        rows=rows,
        events=events,
        parameters=parameters,
        log_likelihood=fitted,
        null_log_likelihood=null,
        deviance=-2 * fitted,
        null_deviance=-2 * null,
        aic=-2 * fitted + 2 * parameters if criteria else None,
        bic=-2 * fitted + math.log(rows) * parameters if criteria else None,
        mcfadden=1 - fitted / null if null < 0 else None,
        nagelkerke=nagelkerke,
        tjur=_tjur(weights, problem.y, sigmoid(linear_predictor(problem, solution))),
        reason=reason,
    )


def _tjur(weights: Vector, y: Vector, p: Vector) -> float | None:
    events, others = weights * y, weights * (1 - y)
    if not events.any() or not others.any():
        return None
    return float(np.sum(events * p) / events.sum() - np.sum(others * p) / others.sum())
