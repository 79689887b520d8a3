"""How a fit ended: a status that says what happened, likely why and what to try, and its certificate."""

from __future__ import annotations

import enum

from ogive._base.records import Record


class Status(enum.StrEnum):
    """How a fit ended: `meaning` says what happened, `remedy` what to do (empty when all is well).

    Examples
    --------
    >>> from ogive import Status
    >>> Status.ITERATION_LIMIT.remedy
    'raise max_iter'
    """

    OPTIMAL = "optimal"
    NOT_UNIQUE = "not unique"
    SEPARATED = "separated"
    ITERATION_LIMIT = "iteration limit"
    PRECISION_LIMIT = "precision limit"

    @property
    def meaning(self) -> str:
        """What happened, in a sentence."""
        return _MEANING[self][0]

    @property
    def remedy(self) -> str:
        """What to do, in a sentence; empty where nothing is needed."""
        return _MEANING[self][1]


_MEANING = {
    Status.OPTIMAL: ("the optimum was found and certified", ""),
    Status.NOT_UNIQUE: (
        "some columns are linear combinations of others, so infinitely many coefficients fit equally well; "
        "the one of minimum norm is given",
        "leave out one of the columns named, or use alpha > 0",
    ),
    Status.SEPARATED: (
        "the outcome is perfectly predicted by some columns, so the maximum-likelihood estimate is infinite; "
        "the coefficients given are those of a tiny ridge penalty",
        "use alpha > 0, or leave out the columns at fault",
    ),
    Status.ITERATION_LIMIT: (
        "the iterations ran out before the optimum was certified",
        "raise max_iter",
    ),
    Status.PRECISION_LIMIT: (
        "no step improves the objective any more in floating point, and the tolerance is not met",
        "raise tol, or look for columns of extreme scale or nearly collinear",
    ),
}


class Certificate(Record, frozen=True, kw_only=True):
    """Evidence of what was solved and how well.

    Attributes
    ----------
    status : Status
    solver : str
        Name of the solver that finished.
    iterations : int
        Steps taken on the full data.
    gradient : float
        Largest absolute component of the gradient of the objective (mean loss plus penalty) on
        standardised columns, at the coefficients returned.
    decrement : float
        Half the squared Newton decrement: to second order, what the objective lies above its minimum. Measured with
        the solver's own curvature: the Hessian for Newton's method, an approximation of it for the others.
    condition : float or None
        Estimated condition number of the Hessian on standardised columns; None where it was not formed.
    """

    status: Status
    solver: str
    iterations: int
    gradient: float
    decrement: float | None = None
    condition: float | None = None
