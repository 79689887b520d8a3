"""Large tables, of which a sample of the rows is read first: it must never show in the answer."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse

from ogive import InputError, Status
from ogive.data import CodesBlock, DenseBlock, Design, SparseBlock
from ogive.fitting import Problem, covariance, refit, solve, with_information


def flat(solution):
    return np.append(solution.intercept, solution.coef)


class TestLargeTables:
    """Above two million entries a sample of the rows is read first; it must never show in the answer."""

    def large(self):
        rng = np.random.default_rng(8)
        X = rng.normal(size=(140_000, 15))
        return X, (rng.random(140_000) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)

    def test_gradients_alone_reach_the_same_optimum(self):
        X, y = self.large()
        problem = Problem(Design([DenseBlock(X)]), y)
        quick, full = solve(problem, information=False), solve(problem)
        assert (quick.certificate.solver, full.certificate.solver) == ("quasi-Newton", "Newton")
        np.testing.assert_allclose(flat(quick), flat(full), rtol=1e-7, atol=1e-10)
        known = covariance(with_information(problem, quick))
        np.testing.assert_allclose(known, covariance(full), rtol=1e-7, atol=1e-15)

    def test_rows_in_the_order_of_the_outcome(self):
        X, y = self.large()
        order = np.argsort(y, kind="stable")
        shuffled, ordered = (
            solve(Problem(Design([DenseBlock(X[rows])]), y[rows]), information=False)
            for rows in (slice(None), order)
        )
        np.testing.assert_allclose(flat(ordered), flat(shuffled), rtol=1e-7, atol=1e-10)

    @pytest.mark.parametrize("row", [1, 70_000, 139_999])
    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_one_bad_value_anywhere_is_found_and_named(self, row, value):
        X, y = self.large()
        X[row, 7] = value
        with pytest.raises(InputError, match="column 7 holds NaN or infinity"):
            solve(Problem(Design([DenseBlock(X)]), y), information=False)

    def test_a_column_that_varies_outside_the_sample_only(self):
        X, y = self.large()
        X[:, 3] = 0.0
        X[5, 3], y[5] = 1.0, 0.0
        X[6, 3], y[6] = 1.0, 1.0
        solution = solve(Problem(Design([DenseBlock(X)]), y), information=False)
        assert solution.status is Status.OPTIMAL
        assert solution.coef[3] != 0

    def test_the_penalty_sees_exact_scales(self):
        X, y = self.large()
        X[:, 2] *= np.linspace(1, 5, len(X))
        solution = solve(Problem(Design([DenseBlock(X)]), y, alpha=0.1))
        np.testing.assert_allclose(solution.standard.scale, X.std(axis=0), rtol=1e-12)

    @pytest.mark.parametrize("shape", [(60_000, 40), (65_536, 31), (50_001, 41)])
    def test_tables_with_fewer_chunks_than_the_sample_skips(self, shape):
        rng = np.random.default_rng(9)
        X = rng.normal(size=shape)
        y = (rng.random(shape[0]) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
        problem = Problem(Design([DenseBlock(X)]), y)
        np.testing.assert_allclose(
            flat(solve(problem, information=False)), flat(solve(problem)), rtol=1e-7, atol=1e-9
        )

    def test_a_long_run_of_weights_of_zero(self):
        X, y = self.large()
        weights = np.zeros(len(y))
        weights[-30_000:] = 1.0
        weights[60_000:66_000] = 1.0
        used = weights > 0
        a = solve(Problem(Design([DenseBlock(X)]), y, weights), information=False)
        b = solve(Problem(Design([DenseBlock(X[used])]), y[used]))
        np.testing.assert_allclose(flat(a), flat(b), rtol=1e-7, atol=1e-9)

    @pytest.mark.parametrize("kind", ["dependent", "separated"])
    def test_canonical_answers_do_not_depend_on_the_order_of_the_rows(self, kind):
        X, y = self.large()
        X[:, 4] *= np.linspace(0.5, 3.0, len(y))
        if kind == "dependent":
            X[:, 5] = X[:, 4] - X[:, 6]
        else:
            X[:, 5] = np.where(y == 1, np.abs(X[:, 5]), -np.abs(X[:, 5]))
        order = np.random.default_rng(0).permutation(len(y))
        a = solve(Problem(Design([DenseBlock(X)]), y), information=False)
        b = solve(Problem(Design([DenseBlock(X[order])]), y[order]), information=False)
        assert a.status is b.status is (Status.NOT_UNIQUE if kind == "dependent" else Status.SEPARATED)
        np.testing.assert_allclose(flat(a), flat(b), rtol=1e-6, atol=1e-8)


def test_a_refit_whose_rows_no_longer_determine_a_coefficient_learns_nothing_from_the_others():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(900, 3))
    held_out = np.arange(900) % 3 == 0
    X[~held_out, 2] = X[~held_out, 1]  # two columns differ in the held-out rows only
    y = (rng.random(900) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    design = Design([DenseBlock(X)])
    fold = Problem(design, y, (~held_out).astype(float))
    near = refit(fold, solve(Problem(design, y)))
    assert near.status is Status.NOT_UNIQUE
    np.testing.assert_array_equal(flat(near), flat(solve(fold)))


def test_a_constant_sparse_column_is_constant_whatever_its_value():
    rng = np.random.default_rng(4)
    X = np.column_stack([rng.normal(size=500), np.full(500, 0.1), rng.random(500) < 0.2])
    y = (rng.random(500) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    sparse = solve(Problem(Design([SparseBlock(scipy.sparse.csr_array(X))]), y))
    dense = solve(Problem(Design([DenseBlock(X)]), y))
    assert sparse.status is dense.status is Status.OPTIMAL
    assert sparse.dependent.tolist() == [False, True, False]
    np.testing.assert_allclose(sparse.coef, dense.coef, rtol=1e-8)


def test_many_empty_sparse_columns_need_no_matrix():
    rng = np.random.default_rng(5)
    n, p = 2000, 1 << 20
    X = scipy.sparse.csr_array((rng.normal(size=n), (np.arange(n), rng.integers(0, 50, n))), shape=(n, p))
    y = (rng.random(n) < 0.4).astype(float)
    solution = solve(Problem(Design([SparseBlock(X)]), y, alpha=0.1))
    assert solution.status is Status.OPTIMAL
    assert covariance(solution).shape == (p + 1, p + 1)  # unknown, and of no size in memory


def test_codes_may_be_empty_of_rows():
    problem = Problem(Design([CodesBlock(np.zeros(0, dtype=np.int32), 3, 0)]), np.zeros(0))
    with pytest.raises(InputError, match="sum to 0"):
        solve(problem)
