"""Ogive's entry: the estimator for numbers, a design of blocks where there are categories."""

from __future__ import annotations

import numpy as np

from benchmarks.contender import NEWTON, Contender, Fit, joined
from benchmarks.problems import Data, Vector

NAME = "ogive"


def own(data: Data) -> list[Contender]:
    """Return Ogive's contender for `data`."""
    return [Contender(NAME, _design if data.codes else _estimator, NEWTON)]


def _estimator(data: Data) -> Fit:
    from ogive import LogisticRegression

    X, y = np.asfortranarray(data.numbers), data.y

    def fit(tol: float) -> Vector:
        model = LogisticRegression(alpha=0.0, tol=tol).fit(X, y)
        return joined(model.intercept_, model.coef_)

    return fit


def _design(data: Data) -> Fit:
    from ogive.data import CodesBlock, DenseBlock, Design
    from ogive.fitting import Problem, solve

    numbers, y = np.asfortranarray(data.numbers), data.y
    columns = list(zip(data.codes, data.levels, strict=True))

    def fit(tol: float) -> Vector:
        # The design is built within the time, so that nothing it may remember is free.
        blocks = [CodesBlock(codes, levels, 0) for codes, levels in columns]
        design = Design([DenseBlock(numbers), *blocks])
        # As the estimator does: standard errors are computed when they are asked for.
        solution = solve(Problem(design, y, alpha=0.0), tol=tol, information=False)
        return joined(solution.intercept, solution.coef)

    return fit
