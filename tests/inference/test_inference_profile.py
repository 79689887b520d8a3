"""Profile-likelihood intervals: against root finding and optimality conditions, and where none exists."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import expit, log_expit
from scipy.stats import chi2

from ogive import InputError
from ogive.data import CodesBlock, DenseBlock, Design
from ogive.fitting import Problem, solve
from ogive.inference import find_separation, likelihood_ratio_test, profile_interval, profile_intervals


def simulated(n: int = 120, p: int = 3, seed: int = 0, **options) -> Problem:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) * [1.0, 10.0, 0.1][:p] + [0.0, 50.0, -3.0][:p]
    eta = (X - X.mean(0)) / X.std(0) @ np.array([1.0, -0.5, 0.3][:p])
    return Problem(Design([DenseBlock(X)]), (eta + rng.logistic(size=n) > 0).astype(float), **options)


def profile_by_refits(problem: Problem, X: np.ndarray, j: int, estimate: float, side: int) -> float:
    """The limit by root finding on the profile deviance, every point of it a fit by BFGS."""
    sign = np.where(problem.y > 0, 1.0, -1.0)
    others = np.delete(X, j, axis=1)
    weights = np.ones(len(sign)) if problem.weights is None else problem.weights
    offset = 0.0 if problem.offset is None else problem.offset

    def deviance(design: np.ndarray, fixed: np.ndarray | float) -> float:
        def loss(b):
            return -2 * weights @ log_expit(sign * (design @ b + fixed))

        def gradient(b):
            return -2 * design.T @ (weights * sign * expit(-sign * (design @ b + fixed)))

        start = np.zeros(design.shape[1])
        return minimize(loss, start, jac=gradient, method="BFGS", options={"gtol": 1e-9}).fun

    best = deviance(X, offset)
    width = 1 / np.sqrt(np.sum(weights) / 4) / X[:, j].std() if X[:, j].std() else 1.0

    def excess(t):
        return deviance(others, offset + X[:, j] * (estimate + side * t)) - best - chi2.ppf(0.95, 1)

    far = width
    while excess(far) < 0:
        far *= 2
    return estimate + side * brentq(excess, 0, far, xtol=1e-12 * width, rtol=1e-14)


@pytest.mark.parametrize("how", ["plain", "weights", "offset", "no intercept"])
def test_limits_agree_with_root_finding_over_refits(how):
    problem = simulated()
    rng = np.random.default_rng(1)
    n = len(problem.y)
    problem = Problem(
        problem.design,
        problem.y,
        weights=rng.integers(0, 3, n).astype(float) if how == "weights" else None,
        offset=rng.normal(size=n) if how == "offset" else None,
        fit_intercept=how != "no intercept",
    )
    X = problem.design.blocks[0].values
    standard = (X - X.mean(0)) / X.std(0) if problem.fit_intercept else X / X.std(0)
    design = np.column_stack([standard, np.ones(n)]) if problem.fit_intercept else standard
    solution = solve(problem)
    for j, interval in enumerate(profile_intervals(problem, solution, range(3))):
        scale = X[:, j].std()
        for side, limit in [(-1, interval.low), (1, interval.high)]:
            expected = profile_by_refits(problem, design, j, solution.coef[j] * scale, side) / scale
            assert limit == pytest.approx(expected, rel=1e-6)


def test_a_limit_is_where_the_likelihood_ratio_test_stands_at_the_level():
    # Moving the limit into the offset and testing the column against zero must give p = 0.05.
    problem = simulated()
    solution = solve(problem)
    x = problem.design.column(1)
    interval = profile_interval(problem, solution, 1)
    for limit in (interval.low, interval.high):
        shifted = Problem(problem.design, problem.y, offset=limit * x)
        assert likelihood_ratio_test(shifted, solve(shifted), [1]).p == pytest.approx(0.05, rel=1e-8)


def test_intercept_has_the_index_minus_one_and_comes_first():
    problem = simulated()
    solution = solve(problem)
    everything = profile_intervals(problem, solution)
    assert len(everything) == 4
    assert everything[0] == profile_interval(problem, solution, -1)
    assert everything[2] == profile_interval(problem, solution, 1)
    assert everything[0].value == solution.intercept


def test_intercept_profile_is_that_of_a_column_of_ones():
    problem = simulated()
    X = problem.design.blocks[0].values
    ones = Problem(
        Design([DenseBlock(np.column_stack([X, np.ones(len(X))]))]), problem.y, fit_intercept=False
    )
    a = profile_interval(problem, solve(problem), -1)
    b = profile_interval(ones, solve(ones), 3)
    assert (a.low, a.high) == pytest.approx((b.low, b.high), rel=1e-7)


def test_columns_that_determine_each_other_have_no_interval_and_leave_the_others_theirs():
    problem = simulated()
    X = problem.design.blocks[0].values
    doubled = Problem(Design([DenseBlock(np.column_stack([X, 2 * X[:, 0]]))]), problem.y)
    found = profile_intervals(doubled, solve(doubled))
    expected = profile_intervals(problem, solve(problem))
    for j in (1, 4):
        assert found[j].low is None and "do not identify" in found[j].method
    for j in (0, 2, 3):
        assert (found[j].low, found[j].high) == pytest.approx((expected[j].low, expected[j].high), rel=1e-7)


def test_an_intercept_that_the_levels_determine_has_no_interval():
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 3, 90).astype(np.int32)
    problem = Problem(Design([CodesBlock(codes, levels=3)]), (rng.random(90) < 0.4).astype(float))
    assert all(interval.low is None for interval in profile_intervals(problem, solve(problem)))


def test_separated_and_penalised_fits_have_no_interval_and_say_why():
    x = np.arange(8.0)[:, None]
    separated = Problem(Design([DenseBlock(x)]), (x[:, 0] > 3).astype(float))
    interval = profile_interval(separated, solve(separated), 0)
    assert interval.low is None and interval.high is None and "separated" in interval.method
    penalised = Problem(Design([DenseBlock(x)]), np.array([0, 0, 1, 0, 1, 0, 1, 1.0]), alpha=0.1)
    assert "penalised" in profile_interval(penalised, solve(penalised), 0).method


def test_nearly_separated_data_are_followed_to_their_limits():
    """Strongly skewed profiles: the limits must satisfy the conditions of the constrained optimum."""
    rng = np.random.default_rng(5)
    checked = 0
    for _ in range(60):
        n, p = int(rng.integers(8, 40)), int(rng.integers(1, 4))
        X = rng.normal(size=(n, p))
        y = (X @ rng.normal(size=p) * 4 + rng.logistic(size=n) > 0).astype(float)
        problem = Problem(Design([DenseBlock(X)]), y)
        if y.min() == y.max() or find_separation(problem) is not None:
            continue
        solution = solve(problem)
        for j, interval in enumerate(profile_intervals(problem, solution, range(p))):
            assert interval.low is not None and interval.low < interval.value < interval.high
            shifted = Problem(problem.design, y, offset=interval.high * X[:, j])
            held = likelihood_ratio_test(shifted, solve(shifted), [j])
            if held.p is not None:
                checked += 1
                assert held.p == pytest.approx(0.05, rel=1e-6)
    assert checked > 20


def test_wrong_columns_and_levels_are_refused():
    problem = simulated()
    solution = solve(problem)
    with pytest.raises(InputError, match="columns"):
        profile_interval(problem, solution, 3)
    with pytest.raises(InputError, match="level"):
        profile_interval(problem, solution, 0, level=1.0)
    plain = simulated(fit_intercept=False)
    with pytest.raises(InputError, match="columns"):
        profile_interval(plain, solve(plain), -1)
