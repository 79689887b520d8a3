"""Columns that determine each other are named; those that do not are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive.data import CodesBlock, DenseBlock, Design
from ogive.fitting import Problem, covariance, solve
from ogive.inference import collinear_columns, variance_inflation


def problem_of(*blocks, **options) -> Problem:
    n = blocks[0].rows
    return Problem(Design(list(blocks)), np.arange(n) % 2.0, **options)


@pytest.fixture(name="X")
def four_columns() -> np.ndarray:
    return np.random.default_rng(7).normal(size=(80, 4))


def test_independent_columns_are_left_alone(X):
    assert collinear_columns(problem_of(DenseBlock(X))) == ()


def test_each_exact_dependence_is_named_with_its_own_columns(X):
    total = X[:, 0] + X[:, 1]
    celsius = 20 + 5 * X[:, 2]
    problem = problem_of(DenseBlock(np.column_stack([X, total, celsius])))
    found = collinear_columns(problem, ["a", "b", "kelvin", "other", "total", "celsius"])
    assert all(s.exact and s.condition_index is None for s in found)
    assert sorted(s.names for s in found) == [("a", "b", "total"), ("kelvin", "celsius")]
    assert {s.columns for s in found} == {(0, 1, 4), (2, 5)}
    assert "kelvin and celsius determine each other exactly" in " ".join(s.sentence for s in found)


def test_scale_and_shift_of_the_columns_do_not_hide_a_dependence(X):
    scaled = np.column_stack([X, X[:, 0] + X[:, 1]]) * [1e8, 1e-8, 1, 1, 1e-3] + [2000.0, 0, 0, 0, 5]
    found = collinear_columns(problem_of(DenseBlock(scaled)))
    assert [s.columns for s in found] == [(0, 1, 4)]


def test_a_constant_column_is_called_constant(X):
    found = collinear_columns(problem_of(DenseBlock(np.column_stack([X, np.full(80, 3.0)]))), list("abcde"))
    assert [(s.names, s.sentence) for s in found] == [(("e",), "e is constant")]


def test_levels_that_add_up_to_the_intercept():
    codes = np.random.default_rng(1).integers(0, 3, 60).astype(np.int32)
    block = CodesBlock(codes, levels=3)
    assert [s.columns for s in collinear_columns(problem_of(block))] == [(0, 1, 2)]
    assert collinear_columns(problem_of(block, fit_intercept=False)) == ()
    assert collinear_columns(problem_of(CodesBlock(codes, levels=3, reference=1))) == ()


def test_two_categories_of_which_one_refines_the_other():
    rng = np.random.default_rng(1)
    city = rng.integers(0, 5, 200)
    country = np.array([0, 0, 1, 1, 2])[city]
    blocks = [
        CodesBlock(codes.astype(np.int32), levels=levels, reference=0)
        for codes, levels in [(country, 3), (city, 5)]
    ]
    names = ["country: 1", "country: 2", "city: 1", "city: 2", "city: 3", "city: 4"]
    found = {s.names for s in collinear_columns(problem_of(*blocks), names)}
    assert found == {("country: 1", "city: 2", "city: 3"), ("country: 2", "city: 4")}


def test_rows_of_weight_zero_do_not_count(X):
    weights = np.ones(80)
    weights[:5] = 0
    last = np.where(weights > 0, X[:, 0], 0.0)
    problem = problem_of(DenseBlock(np.column_stack([X, last])), weights=weights)
    assert [s.columns for s in collinear_columns(problem)] == [(0, 4)]
    assert all(not s.exact for s in collinear_columns(problem_of(DenseBlock(np.column_stack([X, last])))))


def test_near_dependence_has_a_condition_index(X):
    near = X[:, 1] + 0.01 * np.random.default_rng(2).normal(size=80)
    found = collinear_columns(problem_of(DenseBlock(np.column_stack([X, near]))), list("abcde"))
    assert [(s.names, s.exact) for s in found] == [(("b", "e"), False)]
    # The two eigenvalues of two columns of correlation r are 1 + r and 1 - r.
    r = np.corrcoef(X[:, 1], near)[0, 1]
    assert found[0].condition_index == pytest.approx(np.sqrt((1 + r) / (1 - r)), rel=0.2)
    assert "nearly determine each other (condition index" in found[0].sentence


def test_inflation_of_single_columns_with_equal_weights_is_the_classical_factor(X):
    """Where all fitted probabilities are equal, the information is the plain cross-product: 1 / (1 - R²)."""
    x = np.column_stack([X[:, :3], X[:, 0] + 0.5 * X[:, 3]])
    doubled = np.vstack([x, x])
    y = np.repeat([0.0, 1.0], len(x))
    problem = Problem(Design([DenseBlock(doubled)]), y)
    found = variance_inflation(covariance(solve(problem)), {str(j): slice(j, j + 1) for j in range(4)})
    classical = np.diagonal(np.linalg.inv(np.corrcoef(x.T)))
    np.testing.assert_allclose([f.factor for f in found], classical, rtol=1e-9)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), p=st.integers(2, 6), extra=st.integers(0, 2))
def test_number_of_exact_sets_is_the_nullity(seed, p, extra):
    rng = np.random.default_rng(seed)
    X = rng.integers(-3, 4, size=(40, p)).astype(float)
    X = np.column_stack([X, X @ rng.integers(-2, 3, size=(p, extra))])
    varying = X.std(0) > 0
    nullity = X.shape[1] - np.linalg.matrix_rank(X - X.mean(0))
    found = [s for s in collinear_columns(problem_of(DenseBlock(X))) if s.exact]
    assert len(found) == nullity
    centred = X - X.mean(0)
    for s in found:
        columns = list(s.columns)
        if len(columns) == 1:
            assert not varying[columns[0]]
            continue
        # The set is dependent, and no longer so without any one of its columns.
        assert np.linalg.matrix_rank(centred[:, columns]) == len(columns) - 1
        for left_out in columns:
            rest = [j for j in columns if j != left_out]
            assert np.linalg.matrix_rank(centred[:, rest]) == len(rest)
