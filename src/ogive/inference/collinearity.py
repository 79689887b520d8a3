"""Columns that determine each other: exactly (coefficients are not unique) or nearly (their errors swell)."""

# ruff: noqa: PLC0415 (SciPy is imported when it is needed)

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ogive._base import InputError, Record, Status, Vector
from ogive.fitting import MOST_COLUMNS, Problem, Solution
from ogive.inference.likelihood import Indices, row_weights
from ogive.inference.wald import default_names

EXACT = 1e-12  # share of the largest eigenvalue below which a combination of columns is constant


class Inflation(Record, frozen=True, kw_only=True):
    """By how much a term's dependence on the other terms inflates the variance of its coefficients.

    Attributes
    ----------
    term : str
    df : int
        Its number of columns.
    factor : float or None
        Generalised variance-inflation factor to the power 1 / df, comparable between terms: 1 without
        dependence; standard errors are larger by its square root. None where the term is not identified.
    """

    term: str
    df: int
    factor: float | None


class Collinearity(Record, frozen=True, kw_only=True):
    """A set of columns that determine each other.

    Attributes
    ----------
    columns : tuple of int
        Design columns of the set.
    names : tuple of str
    exact : bool
        One is a linear combination of the others (and the intercept); a single name is a constant column.
    condition_index : float or None
        Of a near dependence: how many times less the set's combination varies than the one that varies most.
    """

    columns: tuple[int, ...]
    names: tuple[str, ...]
    exact: bool
    condition_index: float | None = None

    @property
    def sentence(self) -> str:
        """The finding in words, without a full stop."""
        if len(self.names) == 1:
            return f"{self.names[0]} is constant"
        listed = f"{', '.join(self.names[:-1])} and {self.names[-1]}"
        if self.exact:
            return f"{listed} determine each other exactly: any one of them can be computed from the others"
        return f"{listed} nearly determine each other (condition index {self.condition_index:.0f})"


def variance_inflation(covariance: Vector, terms: Mapping[str, slice]) -> tuple[Inflation, ...]:
    """Return how much dependence between terms inflates the variances of their coefficients.

    The generalised variance-inflation factor of Fox and Monette (1992, JASA 87:178) from the covariance of
    the coefficients, hence in the metric of the fitted model: with R their correlation without the intercept,
    det R_tt det R_oo / det R = det R_tt det (R⁻¹)_tt for the columns t of a term and o of the others.

    Parameters
    ----------
    covariance : array of shape (p + 1, p + 1)
        From `ogive.fitting.covariance`, intercept first; rows of NaN are left aside.
    terms : mapping of str to slice
        Design columns of each term.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.inference import variance_inflation
    >>> V = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.6], [0.0, 0.6, 1.0]])
    >>> [round(x.factor, 4) for x in variance_inflation(V, {"height": slice(0, 1), "weight": slice(1, 2)})]
    [1.5625, 1.5625]
    """
    V = np.asarray(covariance, dtype=np.float64)[1:, 1:]
    known = np.isfinite(np.diagonal(V))
    errors = np.sqrt(np.diagonal(V)[known])
    R = V[np.ix_(known, known)] / np.outer(errors, errors)
    inverse = np.linalg.inv(R) if R.size else R
    position = np.cumsum(known) - 1
    found = []
    for term, columns in terms.items():
        own = np.arange(len(known))[columns]
        kept = position[own[known[own]]]
        factor = None
        if 0 < len(own) == len(kept):
            block = np.ix_(kept, kept)
            log_factor = np.linalg.slogdet(R[block])[1] + np.linalg.slogdet(inverse[block])[1]
            factor = max(float(np.exp(log_factor / len(own))), 1.0)
        found.append(Inflation(term=term, df=len(own), factor=factor))
    return tuple(found)


def collinear_columns(
    problem: Problem, names: Sequence[str] | None = None, *, condition: float = 30.0
) -> tuple[Collinearity, ...]:
    """Return the sets of design columns that determine each other, exact ones first.

    Exact sets are read from the null space of the columns' correlation, brought to the form with the fewest
    entries that elimination gives. Near sets are those of Belsley, Kuh and Welsch (1980, "Regression
    diagnostics", ch. 3): a condition index of at least `condition` in which two or more columns have more
    than half of their variance. With p columns this costs one reading of the data and p³ operations.

    Parameters
    ----------
    problem : Problem
        Its outcome plays no part.
    names : sequence of str, optional
        Of the design columns.
    condition : float
        Least condition index that counts as near dependence.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem
    >>> from ogive.inference import collinear_columns
    >>> X = np.array([[1.0, 2, 3, 5], [2, 1, 3, 4], [4, 0, 4, 9], [3, 3, 6, 1], [0, 5, 5, 5]])
    >>> found = collinear_columns(Problem(Design([DenseBlock(X)]), np.ones(5)), ["a", "b", "total", "other"])
    >>> found[0].sentence
    'a, b and total determine each other exactly: any one of them can be computed from the others'
    """
    p = problem.design.shape[1]
    names = default_names(p) if names is None else names
    if len(names) != p:
        raise InputError(f"{p} names were expected; got {len(names)}.", "name every design column")
    constant = problem.standard.constant
    sets = [
        Collinearity(columns=(j,), names=(names[j],), exact=True) for j in np.flatnonzero(constant).tolist()
    ]
    varying = np.flatnonzero(~constant)
    if varying.size:
        values, vectors = np.linalg.eigh(_correlation(problem)[np.ix_(varying, varying)])
        null = values <= EXACT * values[-1]
        sets += [_collinearity(names, varying[s]) for s in _exact_sets(vectors[:, null])]
        sets += [
            _collinearity(names, varying[s], index)
            for s, index in _near_sets(values[~null], vectors[:, ~null], condition)
        ]
    return tuple(sets)


def identified_parameters(problem: Problem, solution: Solution, without: Indices | None = None) -> int:
    """Return how many coefficients the data identify, the intercept included, leaving out some columns."""
    kept = ~problem.standard.constant
    if without is not None:
        kept[without] = False
    if solution.status is Status.OPTIMAL or not kept.any() or kept.sum() > MOST_COLUMNS:
        return int(kept.sum()) + problem.fit_intercept
    values = np.linalg.eigvalsh(_correlation(problem)[np.ix_(kept, kept)])
    return int(np.sum(values > EXACT * values[-1])) + problem.fit_intercept


def _correlation(problem: Problem) -> Vector:
    """Correlation of the columns; cosines between them where the model has no intercept."""
    standard = problem.standard
    gram = problem.design.core.gram(row_weights(problem), standard.centre, standard.scale) / standard.weight
    products = gram[:-1, :-1]
    if problem.fit_intercept:
        products = products - np.outer(gram[-1, :-1], gram[-1, :-1])
    size = np.sqrt(np.diagonal(products))
    size = np.where(size > 0, size, 1.0)
    correlation: Vector = products / np.outer(size, size)
    return correlation


def _exact_sets(null: Vector) -> list[Indices]:
    """Return the positions in each dependence, from a basis whose vectors each have a column of their own."""
    from scipy.linalg import qr

    count = null.shape[1]
    if not count:
        return []
    _, _, order = qr(null.T, pivoting=True, mode="economic")
    basis = null @ np.linalg.inv(null[order[:count]])
    return [np.flatnonzero(np.abs(vector) > 1e-6 * np.abs(vector).max()) for vector in basis.T]


def _near_sets(values: Vector, vectors: Vector, condition: float) -> list[tuple[Indices, float]]:
    """Return the positions with most of their variance in one near-constant combination, and its index."""
    # A column's variance is proportional to the sum of its squared entries over the eigenvalues.
    parts = vectors**2 / values
    shares = parts / parts.sum(axis=1, keepdims=True)
    indices = np.sqrt(values[-1] / values)
    sets = [
        (np.flatnonzero(share > 0.5), float(index)) for share, index in zip(shares.T, indices, strict=True)
    ]
    return [(members, index) for members, index in sets if index >= condition and len(members) > 1]


def _collinearity(names: Sequence[str], columns: Indices, index: float | None = None) -> Collinearity:
    return Collinearity(
        columns=tuple(columns.tolist()),
        names=tuple(names[j] for j in columns),
        exact=index is None,
        condition_index=index,
    )
