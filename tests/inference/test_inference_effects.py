"""Average marginal effects: Stata's numbers, and a differentiated twin of the definition."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.special import expit

from ogive import InputError
from ogive.data import CodesBlock, DenseBlock, Design, SparseBlock
from ogive.fitting import Problem, covariance, solve
from ogive.inference import marginal_effects


def test_stata_numbers_for_spector(shared_data):
    """Stata's margins for Spector and Mazzeo (1980), as printed in the test suite of statsmodels."""
    with (shared_data / "reference" / "spector.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    X = np.array([[float(row["GPA"]), float(row["TUCE"])] for row in rows])
    psi = np.array([int(row["PSI"]) for row in rows], dtype=np.int32)
    y = np.array([float(row["GRADE"]) for row in rows])
    problem = Problem(Design([DenseBlock(X), CodesBlock(psi, levels=2, reference=0)]), y)
    solution = solve(problem)
    effects = marginal_effects(problem, solution, covariance(solution), names=["GPA", "TUCE", "PSI: 1"])
    assert [e.kind for e in effects] == ["derivative", "derivative", "change"]
    assert [e.effect.value for e in effects] == pytest.approx([0.36258084, 0.01220841, 0.35751515], rel=1e-6)
    assert [e.standard_error for e in effects] == pytest.approx([0.1094412, 0.0177942, 0.1420034], rel=1e-5)


@pytest.fixture
def mixed() -> Problem:
    """Numbers, a category with codes that contribute nothing, sparse columns, weights and an offset."""
    rng = np.random.default_rng(4)
    n = 200
    X = rng.normal(size=(n, 2))
    codes = rng.integers(-1, 3, n).astype(np.int32)
    indicator = sp.csr_array((rng.random((n, 2)) < 0.3).astype(float))
    eta = X[:, 0] + np.array([0.0, 0.7, -0.4, 0.0])[codes] + 0.5 * indicator.toarray()[:, 0]
    return Problem(
        Design([DenseBlock(X), CodesBlock(codes, levels=3, reference=0), SparseBlock(indicator)]),
        (eta + rng.logistic(size=n) > 0).astype(float),
        weights=rng.integers(0, 4, n).astype(float),
        offset=0.3 * rng.normal(size=n),
    )


def twin(problem: Problem, theta: np.ndarray) -> np.ndarray:
    """The definition, written with an expanded matrix."""
    X = np.column_stack([problem.design.column(j) for j in range(problem.design.shape[1])])
    w = problem.weights / problem.weights.sum()

    def p(matrix):
        return expit(theta[0] + matrix @ theta[1:] + problem.offset)

    slope = w @ (p(X) * (1 - p(X)))
    values = [theta[1 + j] * slope for j in range(X.shape[1])]
    without = X.copy()
    without[:, 2:4] = 0
    for j in (2, 3):
        there = without.copy()
        there[:, j] = 1
        values[j] = w @ (p(there) - p(without))
    return np.array(values)


def test_effects_and_errors_follow_the_definition(mixed):
    solution = solve(mixed)
    V = covariance(solution)
    theta = np.concatenate([[solution.intercept], solution.coef])
    effects = marginal_effects(mixed, solution, V)
    np.testing.assert_allclose([e.effect.value for e in effects], twin(mixed, theta), rtol=1e-12)
    h = 1e-5
    jacobian = np.array(
        [(twin(mixed, theta + h * e) - twin(mixed, theta - h * e)) / (2 * h) for e in np.eye(7)]
    ).T
    errors = np.sqrt(np.diagonal(jacobian @ V @ jacobian.T))
    np.testing.assert_allclose([e.standard_error for e in effects], errors, rtol=1e-7)


def test_some_columns_only(mixed):
    solution = solve(mixed)
    V = covariance(solution)
    everything = marginal_effects(mixed, solution, V)
    assert marginal_effects(mixed, solution, V, [3, 0]) == (everything[0], everything[3])
    assert marginal_effects(mixed, solution, V, slice(2, 4)) == everything[2:4]


def test_model_without_intercept(mixed):
    problem = Problem(mixed.design, mixed.y, fit_intercept=False)
    solution = solve(problem)
    effects = marginal_effects(problem, solution, covariance(solution))
    assert all(e.standard_error is not None for e in effects)


def test_without_valid_errors_only_the_effect_is_given(mixed):
    problem = Problem(mixed.design, mixed.y, alpha=0.1)
    solution = solve(problem)
    effect = marginal_effects(problem, solution, covariance(solution), reason="the fit is penalised")[0]
    assert effect.effect.value != 0
    assert (effect.effect.low, effect.standard_error, effect.z, effect.p) == (None, None, None, None)
    assert "penalised" in effect.effect.method


def test_columns_that_determine_each_other_have_no_errors():
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    problem = Problem(Design([DenseBlock(np.column_stack([x, -x]))]), (x + rng.logistic(size=60) > 0) * 1.0)
    solution = solve(problem)
    for effect in marginal_effects(problem, solution, covariance(solution)):
        assert effect.standard_error is None and "do not identify" in effect.effect.method


def test_wrong_names_are_refused(mixed):
    solution = solve(mixed)
    with pytest.raises(InputError, match="6 names"):
        marginal_effects(mixed, solution, covariance(solution), names=["a"])
