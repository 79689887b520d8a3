"""The peers, each at its best: fastest input, checks off, no penalty, the solvers that can reach the optimum.

Where a choice exists (memory order, input type, options), the faster one was found by trying both; the reason
stands beside it. A peer that is not installed does not take part.
"""

from __future__ import annotations

import importlib.util
from functools import partial
from typing import Any

import numpy as np

from benchmarks.contender import FIRST_ORDER, NEWTON, Contender, Fit, joined
from benchmarks.problems import Data

# Most coefficients for which a solver that forms the Hessian takes part (its square is held in memory).
MOST_FOR_HESSIAN = 5_000
MAX_ITER = 10_000


def peers(data: Data) -> list[Contender]:
    """Return the peers that can fit `data`."""
    hessian = data.shape[1] <= MOST_FOR_HESSIAN
    found = [Contender("scikit-learn lbfgs", partial(_sklearn, "lbfgs"), FIRST_ORDER, exact=False)]
    found += [Contender("scikit-learn newton-cg", partial(_sklearn, "newton-cg"), FIRST_ORDER)]
    if hessian:
        found += [Contender("scikit-learn newton-cholesky", partial(_sklearn, "newton-cholesky"), NEWTON)]
    if _installed("sklearnex") and not data.codes:  # with sparse input it hands over to scikit-learn
        found += [
            Contender(f"scikit-learn-intelex {solver}", partial(_intelex, solver), FIRST_ORDER, exact)
            for solver, exact in (("lbfgs", False), ("newton-cg", True))
        ]
    if _installed("glum"):
        found += [Contender("glum lbfgs", partial(_glum, "lbfgs"), FIRST_ORDER, exact=False)]
        solvers = ("irls-ls", "irls-cd") if hessian else ()
        found += [Contender(f"glum {solver}", partial(_glum, solver), NEWTON) for solver in solvers]
    if _installed("statsmodels") and not data.codes:  # it has no sparse input, and the expanded table is huge
        found += [Contender("statsmodels Logit newton", _logit, NEWTON)]
        found += [Contender("statsmodels GLM IRLS", _glm, NEWTON)]
    return found


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def one_hot(data: Data) -> Any:
    """Return the whole table as one CSR matrix, reference levels dropped."""
    import scipy.sparse as sp

    rows, k = data.numbers.shape
    starts = k + np.concatenate([[0], np.cumsum(np.array(data.levels[:-1], dtype=np.int32) - 1)])
    columns = [np.broadcast_to(np.arange(k, dtype=np.int32), (rows, k))]
    columns += [
        (codes - 1 + start)[:, None].astype(np.int32) for codes, start in zip(data.codes, starts, strict=True)
    ]
    kept = np.column_stack([np.ones((rows, k), bool), *(codes > 0 for codes in data.codes)])
    values = np.column_stack([data.numbers, np.ones((rows, len(data.codes)))])[kept]
    indices = np.concatenate(columns, axis=1)[kept]
    pointers = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int32)
    return sp.csr_matrix((values, indices, pointers), shape=data.shape)


def _table(data: Data) -> Any:
    """Return what scikit-learn reads without a copy: a C-ordered array, or CSR where there are categories."""
    return one_hot(data) if data.codes else np.ascontiguousarray(data.numbers)


def _sklearn(solver: str, data: Data) -> Fit:
    from sklearn import config_context
    from sklearn.linear_model import LogisticRegression

    X, y = _table(data), data.y.astype(np.int64)

    def fit(tol: float) -> Any:
        with config_context(assume_finite=True, skip_parameter_validation=True):
            model = LogisticRegression(C=np.inf, solver=solver, tol=tol, max_iter=MAX_ITER).fit(X, y)
        return joined(model.intercept_, model.coef_)

    return fit


def _intelex(solver: str, data: Data) -> Fit:
    from sklearn import config_context
    from sklearnex.linear_model import LogisticRegression

    X, y = np.ascontiguousarray(data.numbers), data.y.astype(np.int64)

    def fit(tol: float) -> Any:
        # C = inf hands over to scikit-learn; 1e30 is the accelerated path, and no penalty in float64.
        # Its objective is a sum over rows, so its tolerance is too.
        with config_context(assume_finite=True, skip_parameter_validation=True):
            model = LogisticRegression(C=1e30, solver=solver, tol=tol * len(y), max_iter=MAX_ITER).fit(X, y)
        return joined(model.intercept_, model.coef_)

    return fit


def _glum(solver: str, data: Data) -> Fit:
    import tabmat
    from glum import GeneralizedLinearRegressor

    # Column order, and codes that stay codes: both faster than the alternatives, as is an exact Hessian.
    X, y = tabmat.DenseMatrix(np.asfortranarray(data.numbers)), data.y
    if data.codes:
        blocks = [
            tabmat.CategoricalMatrix(codes, categories=np.arange(levels), drop_first=True)
            for codes, levels in zip(data.codes, data.levels, strict=True)
        ]
        X = tabmat.SplitMatrix([X, *blocks])

    def fit(tol: float) -> Any:
        model = GeneralizedLinearRegressor(
            alpha=0,
            family="binomial",
            solver=solver,
            gradient_tol=tol,
            max_iter=MAX_ITER,
            copy_X=False,
            check_input=False,
            force_all_finite=False,
        ).fit(X, y)
        return joined(model.intercept_, model.coef_)

    return fit


def _with_constant(data: Data) -> Any:
    return np.asfortranarray(np.column_stack([np.ones(len(data.y)), data.numbers]))


def _logit(data: Data) -> Fit:
    from statsmodels.discrete.discrete_model import Logit

    X, y = _with_constant(data), data.y  # column order: a third off its time

    def fit(tol: float) -> Any:
        # Coefficients only: no covariance at the end.
        model = Logit(y, X, check_rank=False, missing="none")
        return model.fit(
            method="newton", tol=tol, maxiter=100, disp=False, skip_hessian=True, warn_convergence=False
        ).params

    return fit


def _glm(data: Data) -> Fit:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    X, y = _with_constant(data), data.y

    def fit(tol: float) -> Any:
        model = GLM(y, X, family=Binomial(), missing="none")
        return model.fit(tol=tol, tol_criterion="params", maxiter=100).params

    return fit
