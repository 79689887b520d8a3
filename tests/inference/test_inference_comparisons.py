"""Tests of terms: what they must not depend on, and where they are not valid."""

from __future__ import annotations

import numpy as np
import pytest

from ogive import InputError
from ogive.data import CodesBlock, DenseBlock, Design
from ogive.fitting import Problem, covariance, solve
from ogive.inference import (
    HypothesisTest,
    fit_statistics,
    likelihood_ratio_test,
    score_test,
    variance_inflation,
    wald_test,
)


@pytest.fixture
def data():
    rng = np.random.default_rng(11)
    n = 250
    X = rng.normal(size=(n, 3))
    codes = rng.integers(0, 4, n).astype(np.int32)
    eta = 0.8 * X[:, 0] - 0.4 * X[:, 1] + np.array([0, 0.5, -0.5, 1.0])[codes]
    return X, codes, (eta + rng.logistic(size=n) > 0).astype(float)


def everything(problem: Problem, columns) -> list[HypothesisTest]:
    solution = solve(problem)
    return [
        likelihood_ratio_test(problem, solution, columns),
        score_test(problem, solution, columns),
        wald_test(solution, covariance(solution), columns),
    ]


def test_the_choice_of_reference_level_does_not_matter(data):
    X, codes, y = data
    results = []
    for reference in range(4):
        problem = Problem(Design([DenseBlock(X), CodesBlock(codes, levels=4, reference=reference)]), y)
        results.append([test.statistic for test in everything(problem, slice(3, 6))])
    np.testing.assert_allclose(results, np.tile(results[0], (4, 1)), rtol=1e-9)


def test_linear_changes_of_the_columns_tested_and_of_the_others_do_not_matter(data):
    X, _, y = data
    plain = everything(Problem(Design([DenseBlock(X)]), y), [0, 1])
    # The span of the tested columns given the third is that of the first two, whatever is added of the third
    # to columns that stay in the model with it.
    changed = np.column_stack([X[:, 0] + X[:, 2], X[:, 1] - 2 * X[:, 2], X[:, 2]])
    added = everything(Problem(Design([DenseBlock(changed)]), y), [0, 1])
    for a, b in zip(plain, added, strict=True):
        assert a.statistic == pytest.approx(b.statistic, rel=1e-9)
        assert a.p == pytest.approx(b.p, rel=1e-8)
    assert plain[0].df == 2


def test_exact_copies_of_the_columns_change_neither_statistic_nor_degrees_of_freedom(data):
    X, _, y = data
    plain = Problem(Design([DenseBlock(X)]), y)
    doubled = Problem(Design([DenseBlock(np.column_stack([X, X[:, 0] - X[:, 1]]))]), y)
    a, b = solve(plain), solve(doubled)
    for test in (likelihood_ratio_test, score_test):
        whole, expected = test(doubled, b), test(plain, a)
        assert whole.df == expected.df == 3
        assert whole.statistic == pytest.approx(expected.statistic, rel=1e-8)
        assert test(doubled, b, [3]).reason == "the other columns determine those tested"
        # Without columns 0 and 3 only column 1 (and 2) is left: one dimension less.
        pair, one = test(doubled, b, [0, 3]), test(plain, a, [0])
        assert pair.df == 1
        assert pair.statistic == pytest.approx(one.statistic, rel=1e-8)
    assert fit_statistics(doubled, b).parameters == 4
    assert "determine" in wald_test(b, covariance(b), [0, 1]).reason


def test_whole_model_is_the_default_and_agrees_with_the_deviances(data):
    X, codes, y = data
    problem = Problem(Design([DenseBlock(X), CodesBlock(codes, levels=4, reference=0)]), y)
    solution = solve(problem)
    test, fit = likelihood_ratio_test(problem, solution), fit_statistics(problem, solution)
    assert test.df == 6 == fit.parameters - 1
    assert test.statistic == pytest.approx(fit.null_deviance - fit.deviance, rel=1e-12)
    assert test == likelihood_ratio_test(problem, solution, range(6))


def test_model_without_intercept(data):
    X, _, y = data
    problem = Problem(Design([DenseBlock(X)]), y, fit_intercept=False)
    solution = solve(problem)
    fit = fit_statistics(problem, solution)
    assert fit.null_deviance == pytest.approx(2 * len(y) * np.log(2), rel=1e-12)
    assert fit.parameters == 3
    assert likelihood_ratio_test(problem, solution).df == 3


def test_null_model_keeps_a_large_offset(data):
    X, _, y = data
    offset = np.linspace(6, 9, len(y))
    problem = Problem(Design([DenseBlock(X)]), y, offset=offset)
    shifted = Problem(Design([DenseBlock(X)]), y, offset=offset - 8)
    a, b = solve(problem), solve(shifted)
    for of in (lambda p, s: fit_statistics(p, s).null_deviance, lambda p, s: score_test(p, s).statistic):
        assert of(problem, a) == pytest.approx(of(shifted, b), rel=1e-9)


def test_no_test_for_a_penalised_fit(data):
    X, _, y = data
    problem = Problem(Design([DenseBlock(X)]), y, alpha=0.01)
    solution = solve(problem)
    for test in (likelihood_ratio_test(problem, solution), score_test(problem, solution, [0])):
        assert (test.statistic, test.df, test.p) == (None, None, None)
        assert "penalised" in test.reason
    fit = fit_statistics(problem, solution)
    assert fit.aic is None and fit.bic is None and "penalised" in fit.reason
    assert 0 < fit.mcfadden < 1


def test_separated_fit_has_a_score_test_only():
    rng = np.random.default_rng(2)
    x = np.column_stack([np.arange(40.0), rng.normal(size=40)])
    problem = Problem(Design([DenseBlock(x)]), (x[:, 0] > 19).astype(float))
    solution = solve(problem)
    assert "separated" in likelihood_ratio_test(problem, solution).reason
    assert "separated" in likelihood_ratio_test(problem, solution, [0]).reason
    whole = score_test(problem, solution)
    assert whole.df == 2 and whole.p < 1e-5


def test_constant_column_adds_nothing(data):
    X, _, y = data
    problem = Problem(Design([DenseBlock(np.column_stack([X, np.full(len(y), 7.0)]))]), y)
    solution = solve(problem)
    assert likelihood_ratio_test(problem, solution).df == 3
    assert "determine" in likelihood_ratio_test(problem, solution, [3]).reason


@pytest.mark.parametrize("columns", [[], [3], [-1], slice(3, 5)])
def test_columns_that_are_not_there_are_refused(data, columns):
    X, _, y = data
    problem = Problem(Design([DenseBlock(X)]), y)
    with pytest.raises(InputError, match="columns"):
        likelihood_ratio_test(problem, solve(problem), columns)


def test_inflation_of_unidentified_terms_is_none(data):
    X, _, y = data
    problem = Problem(Design([DenseBlock(np.column_stack([X, X[:, 0]]))]), y)
    V = covariance(solve(problem))
    found = variance_inflation(
        V, {"a": slice(0, 1), "b": slice(1, 2), "c": slice(2, 3), "a again": slice(3, 4)}
    )
    assert [x.factor is None for x in found] == [True, False, False, True]
