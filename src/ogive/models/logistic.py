"""Logistic regression with scikit-learn's interface: maximum likelihood by default, certified, with standard errors."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_feature_names,
    _check_n_features,
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from ogive._base import InputError, Status, Vector
from ogive._kernels import log_sigmoid, sigmoid
from ogive.data import DenseBlock, Design, SparseBlock
from ogive.fitting import MOST_COLUMNS, Problem, covariance, solve, with_information
from ogive.models.warnings import warning_for


class LogisticRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression of a binary outcome.

    Minimises `(1/W) sum w_i log(1 + exp(-s_i eta_i)) + alpha/2 |b|^2`, with `W = sum w_i`, `s_i` = +-1 and `b` the
    coefficients on standardised columns, by Newton's method (Newton-CG above 2,000 columns). Columns need no scaling.

    Parameters
    ----------
    alpha : float, default 0
        Strength of the ridge penalty on standardised columns; 0 is maximum likelihood. The intercept is free.
    fit_intercept : bool, default True
    class_weight : dict or "balanced", optional
        Weights of the classes, multiplied with the sample weights. Probabilities then answer for a population with
        those weights (`probabilities_valid_` is False), and no standard errors are given.
    tol : float, default 1e-10
        Largest Newton decrement at the answer, in units of one observation's standard error.
    max_iter : int, default 100

    Attributes
    ----------
    coef_ : ndarray of shape (1, n_features)
        Log-odds a unit of each column.
    intercept_ : ndarray of shape (1,)
    classes_ : ndarray of shape (2,)
        The second is the positive one.
    certificate_ : Certificate
        What was solved and how well; `certificate_.status` says how the fit ended.
    probabilities_valid_ : bool
        Whether the probabilities answer for the population of the data: not with class weights, nor where the
        coefficients stand in for infinite ones.
    log_likelihood_ : float
        At the answer, without the penalty.
    covariance_ : ndarray of shape (n_features + 1, n_features + 1)
        Of (intercept, coef): the inverse Fisher information. NaN where it is not valid: a penalised fit, separated
        data, columns that depend on each other, class weights; all NaN above 2,000 columns.
        Of a large fit it is computed, by one more reading of `X`, when it is first asked for or pickled; until then
        the estimator keeps hold of the data.
    standard_errors_ : ndarray of shape (n_features + 1,)
        Square roots of its diagonal, the intercept's first.
    n_iter_ : int

    Raises
    ------
    InputError
        If `X` holds NaN or infinity, weights are negative, or `y` has not exactly two classes.

    Warns
    -----
    SeparationWarning
        If the outcome is perfectly predicted, so that the maximum-likelihood estimate is infinite; the coefficients
        are then those of a ridge penalty of 1e-6.
    ConvergenceWarning
        If the optimum is not unique (coefficients of minimum norm are given) or was not certified.

    References
    ----------
    McCullagh and Nelder, Generalized Linear Models, 2nd ed., 1989, ch. 4.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive import LogisticRegression
    >>> hours = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]])
    >>> model = LogisticRegression().fit(hours, [0, 0, 1, 0, 1, 1])
    >>> model.coef_.round(3), model.standard_errors_.round(3)
    (array([[1.214]]), array([3.388, 0.913]))
    >>> model.predict_proba([[3.5]]).round(2)
    array([[0.5, 0.5]])
    """

    def __init__(
        self,
        alpha: float = 0.0,
        *,
        fit_intercept: bool = True,
        class_weight: dict[Any, float] | str | None = None,
        tol: float = 1e-10,
        max_iter: int = 100,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.tol = tol
        self.max_iter = max_iter

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        offset: ArrayLike | None = None,
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : array, data frame or sparse matrix of shape (n_samples, n_features)
            float32 and any memory order are read in place.
        y : array of shape (n_samples,)
            Two classes; the second in sorted order is the positive one.
        sample_weight : array of shape (n_samples,), optional
            Frequencies: a weight of 2 is the row twice, in estimates and standard errors alike.
        offset : array of shape (n_samples,), optional
            Known part of the log-odds.

        Returns
        -------
        self
        """
        self._check_parameters()
        X, outcome = self._validate(X, y)
        weights = None
        if sample_weight is not None:
            weights = np.asarray(_check_sample_weight(sample_weight, X, dtype=np.float64))
            if np.any(weights < 0):
                raise InputError(
                    f"sample_weight must be 0 or positive, got {weights.min():g}.",
                    "remove or correct those rows",
                )
            self._check_weighted_classes(outcome, weights)
        weights = self._with_class_weights(outcome, weights)
        problem = Problem(
            _design(X),
            outcome,
            weights,
            _vector(offset, "offset", outcome.size),
            float(self.alpha),
            self.fit_intercept,
        )
        solution = solve(problem, tol=self.tol, max_iter=self.max_iter, information=False)
        self.coef_ = solution.coef[np.newaxis]
        self.intercept_ = np.array([solution.intercept])
        self.certificate_ = solution.certificate
        self.log_likelihood_ = solution.log_likelihood
        self.n_iter_ = solution.certificate.iterations
        self._solution = solution
        # Standard errors of a large fit cost one more reading of the data, when they are first asked for.
        waiting = solution.information is None and solution.coef.size <= MOST_COLUMNS
        self._problem = problem if waiting else None
        weighted = self.class_weight is not None
        self._invalid = weighted or self.alpha > 0 or solution.status in _NO_ERRORS
        self.probabilities_valid_ = not weighted and solution.status is not Status.SEPARATED
        warning = warning_for(solution.status)
        if warning is not None:
            warnings.warn(warning, stacklevel=2)
        return self

    @property
    def covariance_(self) -> Vector:
        """Covariance of (intercept, coef), shape (n_features + 1, n_features + 1); NaN where it is not valid."""
        check_is_fitted(self)
        self._read_information()
        matrix = covariance(self._solution)
        return np.broadcast_to(np.nan, matrix.shape) if self._invalid else matrix

    def _read_information(self) -> None:
        if self._problem is not None:
            self._solution, self._problem = with_information(self._problem, self._solution), None

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        if state.get("_problem") is not None:  # what is written down does not hold the data
            try:
                self._read_information()
            except InputError:  # the data have changed: the model stays, its standard errors are unknown
                return state | {"_problem": None}
            state |= {"_solution": self._solution, "_problem": None}
        return state

    @property
    def standard_errors_(self) -> Vector:
        """Standard errors of (intercept, coef), shape (n_features + 1,)."""
        check_is_fitted(self)
        return np.sqrt(np.diagonal(self.covariance_))

    def decision_function(self, X: Any, offset: ArrayLike | None = None) -> Vector:
        """Return the log-odds of the positive class, shape (n_samples,)."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=False)
        eta: Vector = _design(X).matvec(self.coef_[0]) + self.intercept_[0]
        known = _vector(offset, "offset", eta.size)
        return eta if known is None else eta + known

    def predict_proba(self, X: Any, offset: ArrayLike | None = None) -> Vector:
        """Return the probabilities of the two classes, shape (n_samples, 2)."""
        eta = self.decision_function(X, offset)
        return np.column_stack([sigmoid(-eta), sigmoid(eta)])

    def predict_log_proba(self, X: Any, offset: ArrayLike | None = None) -> Vector:
        """Return their logarithms, exact in both tails, shape (n_samples, 2)."""
        eta = self.decision_function(X, offset)
        return np.column_stack([log_sigmoid(-eta), log_sigmoid(eta)])

    def predict(self, X: Any, offset: ArrayLike | None = None) -> NDArray[Any]:
        """Return the more probable class of each row, shape (n_samples,)."""
        positive = self.decision_function(X, offset) > 0
        return np.asarray(self.classes_[positive.astype(np.intp)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_class = False
        return tags

    def _check_parameters(self) -> None:
        for name, lowest in (("alpha", 0.0), ("tol", 0.0)):
            value = getattr(self, name)
            if not isinstance(value, Real) or not lowest <= float(value) < np.inf:
                raise InputError(f"{name} must be a finite number, 0 or positive, got {value!r}.")
        if not isinstance(self.max_iter, Integral) or self.max_iter < 0:
            raise InputError(f"max_iter must be a whole number, 0 or positive, got {self.max_iter!r}.")

    def _validate(self, X: Any, y: ArrayLike) -> tuple[Any, Vector]:
        """Check X and y; return X and the outcome as zeros and ones. NaN is looked for as the moments are read."""
        if _is_plain(X) and isinstance(y, np.ndarray) and y.shape == X.shape[:1] and y.dtype.kind in "biuf":
            classes = np.array([y.min(), y.max()])
            outcome = y == classes[1]
            whole = np.isfinite(classes).all() and np.all(classes == np.trunc(classes))
            if whole and classes[0] != classes[1] and np.all(outcome | (y == classes[0])):
                _check_n_features(self, X, reset=True)
                _check_feature_names(self, X, reset=True)
                self.classes_ = classes
                return X, outcome.astype(np.float64)
        X, y = validate_data(
            self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32], ensure_all_finite=issparse(X)
        )
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if self.classes_.size < 2:
            raise InputError(
                "Classifier can't train when only one class is present: y must have two classes, got 1 class.",
                "add rows of the other class",
            )
        if self.classes_.size > 2:
            raise InputError(
                f"Only binary classification is supported: y must have two classes, got {self.classes_.size}.",
                "fit one model a class, or merge classes",
            )
        return X, (y == self.classes_[1]).astype(np.float64)

    def _check_weighted_classes(self, outcome: Vector, weights: Vector) -> None:
        there = outcome[weights > 0]
        if there.size == 0 or there.min() == there.max():
            raise InputError(
                "Classifier can't train when only one class is present: after dropping rows of weight 0, "
                "y has fewer than two classes.",
                "give rows of both classes a positive weight",
            )

    def _with_class_weights(self, outcome: Vector, weights: Vector | None) -> Vector | None:
        if self.class_weight is None:
            return weights
        from sklearn.utils.class_weight import compute_class_weight  # noqa: PLC0415

        # "balanced" counts weighted rows, so that a weight of 2 is the row twice here too.
        if isinstance(self.class_weight, str):
            if self.class_weight != "balanced":
                raise InputError(
                    f"class_weight must be a dict, 'balanced' or None, got {self.class_weight!r}."
                )
            total = np.ones_like(outcome) if weights is None else weights
            mass = np.array([total[outcome == 0].sum(), total[outcome == 1].sum()])
            factors = mass.sum() / (2 * mass)
        else:
            factors = compute_class_weight(self.class_weight, classes=self.classes_, y=self.classes_)
        if not (np.isfinite(factors).all() and (factors >= 0).all()):
            raise InputError(
                f"class_weight must hold finite numbers, 0 or positive, got {self.class_weight!r}."
            )
        factor: Vector = factors[outcome.astype(np.intp)]
        return factor if weights is None else weights * factor


_NO_ERRORS = ("separated", "iteration limit")


def _is_plain(X: Any) -> bool:
    """Whether X needs no conversion: scikit-learn's own validation costs more than a small fit."""
    return type(X) is np.ndarray and X.ndim == 2 and X.dtype in (np.float64, np.float32) and min(X.shape) > 0


def _design(X: Any) -> Design:
    return Design([SparseBlock(X) if issparse(X) else DenseBlock(X)])


def _vector(values: ArrayLike | None, name: str, rows: int) -> Vector | None:
    if values is None:
        return None
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (rows,):
        raise InputError(f"{name} must have one value a row, shape ({rows},), got shape {array.shape}.")
    if not np.isfinite(array).all():
        raise InputError(f"{name} holds NaN or infinity.", "correct or remove those rows")
    return array
