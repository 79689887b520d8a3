"""Which statistics are valid for a fit, and why the others are not."""

from __future__ import annotations

from ogive._base import Record, Status
from ogive.fitting import Problem, Solution
from ogive.inference.likelihood import why_not_maximum_likelihood


class Validity(Record, frozen=True, kw_only=True):
    """What may be printed of a fit. For each False there is a sentence in `reasons`.

    Attributes
    ----------
    standard_errors : bool
        Standard errors, Wald and profile intervals of coefficients, odds ratios and marginal effects.
    tests : bool
        z, p, likelihood-ratio and Wald tests.
    information_criteria : bool
        AIC and BIC.
    probabilities : bool
        The fitted probabilities estimate those of the population that the rows were drawn from.
    reasons : tuple of str
        Sentences without their full stop.
    """

    standard_errors: bool
    tests: bool
    information_criteria: bool
    probabilities: bool
    reasons: tuple[str, ...] = ()


def validity(
    problem: Problem,
    solution: Solution,
    *,
    class_weighted: bool = False,
    imputed: dict[str, int] | None = None,
) -> Validity:
    """Return which statistics are valid for a fit.

    A penalised estimate is biased towards zero on purpose. Its spread can be computed, but an interval around
    it does not cover the coefficient with the stated probability, and its statistics do not have their
    textbook distributions (Goeman, Meijer and Chaturvedi 2022, "L1 and L2 penalized regression models").

    Parameters
    ----------
    problem, solution
        What was fitted, and the result of `ogive.fitting.solve`.
    class_weighted : bool
        The weights include class weights, which are not frequencies.
    imputed : dict of str to int, optional
        Missing values of each column that were replaced by its median: noted, not forbidden.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, solve
    >>> from ogive.inference import validity
    >>> X, y = np.arange(8.0)[:, None], np.array([0, 0, 1, 0, 1, 0, 1, 1.0])
    >>> problem = Problem(Design([DenseBlock(X)]), y, alpha=0.1)
    >>> validity(problem, solve(problem)).tests
    False
    """
    reasons = []
    status = solution.certificate.status
    likelihood = not why_not_maximum_likelihood(problem, solution)
    solved = likelihood or problem.alpha > 0 or status is Status.SEPARATED
    if problem.alpha > 0:
        reasons.append(
            f"the fit is penalised (alpha = {problem.alpha:g}): coefficients are shrunken towards zero on "
            "purpose, so standard errors, intervals, p-values, AIC and BIC are not given; judge the model by "
            "its evaluation on held-out rows"
        )
    elif status is Status.SEPARATED:
        reasons.append(
            "the outcome is perfectly predicted by some columns, so some coefficients are infinite and have "
            "no standard errors or tests; use alpha > 0, or leave out the columns at fault"
        )
    elif not solved:
        reasons.append(
            "the fit did not reach its optimum, so nothing computed at its end is valid; raise max_iter or tol"
        )
    elif status is Status.NOT_UNIQUE:
        reasons.append(
            "some columns determine each other, so their coefficients have no standard errors; those of the "
            "other columns, the tests and the probabilities are valid"
        )
    if class_weighted:
        reasons.append(
            "class weights are not frequencies: standard errors, intervals and tests are not valid, and the "
            "probabilities are those of a population with the weighted share of events"
        )
    for name, count in (imputed or {}).items():
        if count:
            reasons.append(
                f"{count} missing values of {name} were replaced by its median as if they had been measured, "
                "which makes standard errors somewhat too small"
            )
    valid = likelihood and not class_weighted
    return Validity(
        standard_errors=valid,
        tests=valid,
        information_criteria=valid,
        probabilities=solved and not class_weighted,
        reasons=tuple(reasons),
    )
