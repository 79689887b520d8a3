"""Solutions: optimality, canonical answers, and everything that must not change them."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

import twins
from ogive import InputError, Status
from ogive._kernels import set_thread_count
from ogive.data import CodesBlock, DenseBlock, Design, SparseBlock
from ogive.fitting import (
    Problem,
    covariance,
    linear_predictor,
    refit,
    score,
    solve,
)


def table(seed=0, n=400, p=4):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ rng.normal(size=(p, p))
    codes = rng.integers(0, 4, n)
    eta = X @ rng.normal(size=p) * 0.4 + np.array([-0.5, 0.0, 0.5, 1.0])[codes]
    y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
    return X, codes, y


def design(X, codes):
    return Design([DenseBlock(X), CodesBlock(codes, 4, 0)])


def flat(solution):
    return np.append(solution.intercept, solution.coef)


@pytest.mark.parametrize("alpha", [0.0, 0.01, 1.0])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_the_answer_is_the_minimum_that_a_general_optimiser_finds(alpha, fit_intercept):
    X, codes, y = table()
    problem = Problem(design(X, codes), y, alpha=alpha, fit_intercept=fit_intercept)
    M = twins.expand(problem.design)
    sd = M.std(axis=0) if fit_intercept else np.sqrt((M**2).mean(axis=0))

    def objective(b):
        eta = M @ b[1:] + (b[0] if fit_intercept else 0.0)
        return np.mean(np.logaddexp(0, eta) - y * eta) + 0.5 * alpha * np.sum((b[1:] * sd) ** 2)

    solution = solve(problem)
    assert solution.status is Status.OPTIMAL
    reference = scipy.optimize.minimize(
        objective, np.zeros(M.shape[1] + 1), method="BFGS", options={"gtol": 1e-9}
    )
    np.testing.assert_allclose(flat(solution), reference.x, atol=2e-6)
    assert objective(flat(solution)) <= reference.fun + 1e-14


def test_penalty_scale_is_the_standard_deviation_whatever_the_intercept():
    X, codes, y = table()
    one = solve(Problem(design(X, codes), y, alpha=0.1))
    scaled = solve(Problem(design(X * 1000.0, codes), y, alpha=0.1))
    np.testing.assert_allclose(scaled.coef[:4] * 1000.0, one.coef[:4], rtol=1e-10)


def test_columns_of_extreme_scale_side_by_side():
    X, codes, y = table()
    scale = np.array([1e-8, 1e8, 1e-160, 1e160])
    shift = np.array([0.0, 1e10, 0.0, 0.0])
    plain = solve(Problem(design(X, codes), y))
    extreme = solve(Problem(design(X * scale + shift, codes), y))
    assert extreme.status is Status.OPTIMAL
    np.testing.assert_allclose(extreme.coef[:4] * scale, plain.coef[:4], rtol=1e-6)
    np.testing.assert_allclose(extreme.log_likelihood, plain.log_likelihood, rtol=1e-12)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_order_of_rows_and_columns_shift_and_scale(seed):
    rng = np.random.default_rng(seed)
    X, codes, y = table(seed % 1000, n=200)
    base = solve(Problem(design(X, codes), y))
    rows, columns = rng.permutation(200), rng.permutation(4)
    shift, scale = rng.normal(size=4) * 10, np.exp(rng.normal(size=4) * 3)
    moved = solve(Problem(design((X * scale + shift)[rows][:, columns], codes[rows]), y[rows]))
    assert moved.status is base.status
    if base.status is Status.OPTIMAL:
        np.testing.assert_allclose(
            moved.coef[:4] * scale[columns], base.coef[:4][columns], rtol=1e-7, atol=1e-9
        )
        np.testing.assert_allclose(moved.coef[4:], base.coef[4:], rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(moved.log_likelihood, base.log_likelihood, rtol=1e-12)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.1]))
def test_weights_are_repeated_rows_and_weight_zero_is_absence(seed, alpha):
    rng = np.random.default_rng(seed)
    X, codes, y = table(seed % 1000, n=150)
    weights = rng.integers(0, 4, 150).astype(float)
    repeated = np.repeat(np.arange(150), weights.astype(int))
    by_weight = Problem(design(X, codes), y, weights, alpha=alpha)
    by_rows = Problem(design(X[repeated], codes[repeated]), y[repeated], alpha=alpha)
    a, b = solve(by_weight), solve(by_rows)
    assert a.status is b.status
    np.testing.assert_allclose(flat(a), flat(b), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(covariance(a), covariance(b), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(a.log_likelihood, b.log_likelihood, rtol=1e-11)


def test_one_hot_sparse_and_dense_are_the_same_model():
    scipy_sparse = pytest.importorskip("scipy.sparse")
    X, codes, y = table()
    M = twins.expand(design(X, codes))
    answers = [
        solve(Problem(d, y, alpha=0.02))
        for d in (design(X, codes), Design([DenseBlock(M)]), Design([SparseBlock(scipy_sparse.csr_array(M))]))
    ]
    for other in answers[1:]:
        np.testing.assert_allclose(flat(other), flat(answers[0]), rtol=1e-8)


def test_float32_is_read_as_it_is():
    X, codes, y = table()
    single = X.astype(np.float32)
    a = solve(Problem(design(single, codes), y))
    b = solve(Problem(design(single.astype(np.float64), codes), y))
    np.testing.assert_array_equal(flat(a), flat(b))


def test_missing_numbers_are_filled_inside_the_kernel():
    X, _codes, y = table()
    holes = X.copy()
    holes[::7, 1] = np.nan
    filled = np.where(np.isnan(holes), 0.25, holes)
    a = solve(Problem(Design([DenseBlock(holes, np.full(4, 0.25))]), y))
    b = solve(Problem(Design([DenseBlock(filled)]), y))
    np.testing.assert_array_equal(flat(a), flat(b))
    with pytest.raises(InputError, match="column 1 holds NaN"):
        solve(Problem(Design([DenseBlock(holes)]), y))


def test_offset_and_its_meaning():
    X, codes, y = table()
    offset = np.linspace(-2, 2, 400)
    problem = Problem(design(X, codes), y, offset=offset)
    free = solve(problem)
    gradient = score(problem, free)
    assert np.abs(gradient).max() < 1e-7
    np.testing.assert_allclose(
        linear_predictor(problem, free),
        twins.expand(problem.design) @ free.coef + free.intercept + offset,
        rtol=1e-10,
    )
    constant = solve(Problem(design(X, codes), y, offset=np.full(400, 3.0)))
    plain = solve(Problem(design(X, codes), y))
    np.testing.assert_allclose(constant.intercept, plain.intercept - 3.0, rtol=1e-8)
    np.testing.assert_allclose(constant.coef, plain.coef, rtol=1e-8)


def test_same_bits_for_any_number_of_threads_on_the_large_path():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(130_000, 16))
    y = (rng.random(130_000) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    answers = set()
    try:
        for threads in (1, 2, 3):
            set_thread_count(threads)
            problem = Problem(Design([DenseBlock(X)]), y)
            solution = solve(problem)
            answers.add((flat(solution).tobytes(), covariance(solution).tobytes()))
    finally:
        set_thread_count()
    assert len(answers) == 1
    assert solution.certificate.iterations <= 4  # the start on a sample leaves little to do


def test_held_coefficients_stay_where_they_are():
    X, codes, y = table()
    problem = Problem(design(X, codes), y)
    full = solve(problem)
    active = np.ones(7, dtype=bool)
    active[2] = False
    dropped = solve(problem, active=active)
    assert dropped.coef[2] == 0
    np.testing.assert_allclose(
        dropped.coef[[0, 1, 3]], solve(Problem(design(X[:, [0, 1, 3]], codes), y)).coef[:3], rtol=1e-9
    )
    held = solve(problem, start=full, active=active)
    np.testing.assert_allclose(flat(held), flat(full), rtol=1e-9)


class TestNoFiniteOrUniqueOptimum:
    def test_dependent_columns_get_the_minimum_norm(self):
        X, codes, y = table()
        wide = np.column_stack([X, X[:, 0] + X[:, 1], np.ones(400)])
        problem = Problem(design(wide, codes), y)
        solution, plain = solve(problem), solve(Problem(design(X, codes), y))
        assert solution.status is Status.NOT_UNIQUE
        np.testing.assert_allclose(solution.log_likelihood, plain.log_likelihood, rtol=1e-12)
        assert solution.dependent.tolist() == [True, True, False, False, True, True, False, False, False]
        # Among all coefficients of equal likelihood the standardised ones are the shortest: orthogonal to the null
        # direction (sd_0 b_0, sd_1 b_1, sd_4 b_4) ~ (1, 1, -1) in original units.
        sd = wide.std(axis=0)
        b = solution.coef[:5] * sd[:5]
        null = np.array([sd[0], sd[1], 0, 0, -sd[4]])
        assert abs(b @ null) < 1e-9 * np.linalg.norm(b) * np.linalg.norm(null)
        known = covariance(solution)
        assert np.isnan(known[1]).all() and np.isfinite(known[3, 3])

    def test_the_order_of_columns_and_repeated_rows_do_not_matter(self):
        X, codes, y = table()
        wide = np.column_stack([X, X[:, 0] + X[:, 1]])
        a = solve(Problem(design(wide, codes), y))
        order = np.array([4, 2, 0, 1, 3])
        b = solve(Problem(design(np.tile(wide[:, order], (2, 1)), np.tile(codes, 2)), np.tile(y, 2)))
        np.testing.assert_allclose(b.coef[:5], a.coef[:5][order], rtol=1e-7)

    @pytest.mark.parametrize("kind", ["complete", "quasi", "level", "more columns than rows"])
    def test_separated_data_get_the_stated_ridge(self, kind):
        X, codes, y = table()
        if kind == "complete":
            y = (X[:, 0] > np.median(X[:, 0])).astype(float)
        elif kind == "quasi":
            X[:, 0] = X[:, 0] > 1
            y = np.where(X[:, 0] == 1, 1.0, y)
        elif kind == "level":
            y = np.where(codes == 3, 1.0, y)
        else:
            X, codes, y = np.random.default_rng(1).normal(size=(30, 60)), codes[:30], y[:30]
        solution = solve(Problem(design(X, codes), y))
        ridge = solve(Problem(design(X, codes), y, alpha=1e-6))
        assert solution.status is Status.SEPARATED
        assert solution.status.remedy
        np.testing.assert_allclose(flat(solution), flat(ridge), rtol=1e-5, atol=1e-6)
        order = np.random.default_rng(0).permutation(y.size)
        again = solve(
            Problem(design(np.tile(X[order], (2, 1)), np.tile(codes[order], 2)), np.tile(y[order], 2))
        )
        np.testing.assert_allclose(flat(again), flat(solution), rtol=1e-6, atol=1e-7)

    def test_a_level_that_is_rare_in_a_large_table_is_noticed(self):
        rng = np.random.default_rng(5)
        n = 150_000
        X = rng.normal(size=(n, 14))
        y = (rng.random(n) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
        codes = np.zeros(n, dtype=np.int32)
        codes[np.flatnonzero(y == 1)[:7]] = 1
        solution = solve(Problem(Design([DenseBlock(X), CodesBlock(codes, 2, 0)]), y))
        assert solution.status is Status.SEPARATED

    def test_well_determined_but_extreme_data_are_not_called_separated(self):
        rng = np.random.default_rng(6)
        x = np.concatenate([rng.normal(size=500), [200.0]])
        y = (rng.random(501) < 1 / (1 + np.exp(-x))).astype(float)
        y[-1] = 1.0
        solution = solve(Problem(Design([DenseBlock(x[:, None])]), y))
        assert solution.status is Status.OPTIMAL

    def test_constant_columns_and_an_empty_design(self):
        y = np.array([0.0, 1.0, 1.0, 1.0])
        empty = solve(Problem(Design([], rows=4), y))
        constant = solve(Problem(Design([DenseBlock(np.full((4, 1), 0.1))]), y))
        for solution in (empty, constant):
            assert solution.status is Status.OPTIMAL
            assert solution.intercept == pytest.approx(np.log(3))
        assert constant.coef[0] == 0 and constant.dependent[0]


def test_standard_errors_of_determined_coefficients_ignore_how_the_others_are_written():
    X, codes, y = table()
    plain = Problem(design(X, codes), y)
    doubled = Problem(design(np.column_stack([X[:, 0], 2 * X[:, 0], X[:, 1:]]), codes), y)
    known = covariance(solve(plain))
    partly = covariance(solve(doubled))
    assert np.isnan(
        partly[:3]
    ).all()  # the intercept too: it depends on where the undetermined columns have zero
    np.testing.assert_allclose(partly[3:, 3:], known[2:, 2:], rtol=1e-9)


def test_saturated_starts_and_far_offsets_converge():
    X, codes, y = table()
    offset = 40.0 + 10.0 * X[:, 0]
    problem = Problem(design(X, codes), y, offset=offset)
    solution = solve(problem)
    assert solution.status is Status.OPTIMAL
    far = dataclasses.replace(solution, intercept=-60.0, coef=np.zeros(7))
    again = solve(problem, start=far)
    assert again.status is Status.OPTIMAL
    np.testing.assert_allclose(flat(again), flat(solution), rtol=1e-6)


@pytest.mark.parametrize("max_iter", [0, 1, 2, 3])
def test_stopping_early_is_not_called_separation(max_iter):
    X, codes, y = table()
    assert solve(Problem(design(X, codes), y), max_iter=max_iter).status is Status.ITERATION_LIMIT


def test_nearly_separated_data_are_told_from_separated_ones_at_any_tolerance():
    codes = np.repeat([0, 1], [1000, 1000])
    y = np.r_[np.arange(1000) % 2, np.ones(1000)].astype(float)
    y[-1] = 0.0
    nearly = Problem(Design([CodesBlock(codes, 2, 0)]), y)
    y = y.copy()
    y[-1] = 1.0
    fully = Problem(Design([CodesBlock(codes, 2, 0)]), y)
    for tol in (1e-2, 1e-4, 1e-10):
        assert solve(nearly, tol=tol).status is Status.OPTIMAL
        assert solve(fully, tol=tol).status is Status.SEPARATED
    assert solve(nearly).coef[0] == pytest.approx(np.log(999))


def test_many_columns_are_solved_without_a_hessian():
    rng = np.random.default_rng(2)
    n = 20_000
    blocks, eta = [], rng.normal(size=n) * 0.0
    for levels in (1500, 900):
        codes = rng.integers(0, levels, n).astype(np.int32)
        eta += (rng.normal(size=levels) * 0.3)[codes]
        blocks.append(CodesBlock(codes, levels, 0))
    x = rng.normal(size=(n, 1))
    y = (rng.random(n) < 1 / (1 + np.exp(-eta - x[:, 0]))).astype(float)
    problem = Problem(Design([*blocks, DenseBlock(x)]), y, alpha=0.001)
    solution = solve(problem)
    assert solution.certificate.solver == "Newton-CG"
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.gradient < 1e-9


def test_misuse_is_explained():
    d = Design([DenseBlock(np.ones((3, 1)))])
    with pytest.raises(InputError, match="one value a row"):
        Problem(d, np.ones(4))
    with pytest.raises(InputError, match="alpha must be"):
        Problem(d, np.ones(3), alpha=-1.0)
    with pytest.raises(InputError, match="sum to 0"):
        solve(Problem(d, np.ones(3), np.zeros(3)))
    limited = solve(Problem(design(*table()[:2]), table()[2]), max_iter=1)
    assert limited.status is Status.ITERATION_LIMIT


class TestRefit:
    @pytest.mark.parametrize("alpha", [0.0, 0.05])
    @pytest.mark.parametrize("with_offset", [False, True])
    def test_the_answer_is_that_of_a_fit_from_nothing(self, alpha, with_offset):
        X, codes, y = table(n=2000)
        offset = np.linspace(-1, 1, 2000) if with_offset else None
        whole = solve(Problem(design(X, codes), y, offset=offset, alpha=alpha))
        for fold in range(3):
            train = (np.arange(2000) % 3 != fold).astype(float)
            problem = Problem(design(X, codes), y, train, offset=offset, alpha=alpha)
            near, cold = refit(problem, whole), solve(problem)
            assert near.status is Status.OPTIMAL
            assert near.certificate.solver == "quasi-Newton"
            np.testing.assert_allclose(flat(near), flat(cold), rtol=1e-7, atol=1e-9)
            # First order in the tolerance where there is a penalty.
            np.testing.assert_allclose(near.log_likelihood, cold.log_likelihood, rtol=1e-10)

    def test_a_neighbour_that_is_no_help_leaves_the_work_to_solve(self):
        X, codes, y = table()
        problem = Problem(design(X, codes), y)
        opposite = solve(Problem(design(X, codes), 1 - y))
        np.testing.assert_allclose(flat(refit(problem, opposite)), flat(solve(problem)), rtol=1e-7)
        separated = solve(Problem(design(X, codes), (X[:, 0] > 0).astype(float)))
        assert refit(problem, separated).certificate.solver == "Newton"
        other = solve(Problem(Design([DenseBlock(X)]), y))
        np.testing.assert_array_equal(flat(refit(problem, other)), flat(solve(problem)))

    def test_separated_training_rows_are_noticed(self):
        X, codes, y = table()
        y[codes == 3] = 1.0
        y[np.flatnonzero(codes == 3)[0]] = 0.0
        train = np.ones(400)
        train[np.flatnonzero(codes == 3)[0]] = 0.0
        whole = solve(Problem(design(X, codes), y))
        assert whole.status is Status.OPTIMAL
        assert refit(Problem(design(X, codes), y, train), whole).status is Status.SEPARATED


def test_one_hot_columns_are_never_expanded():
    """Six categories of 10,000 levels on 50,000 rows would fill 24 GB; the fit is given 2 GB beyond its libraries."""
    program = """
import resource
import numpy as np
from ogive.data import CodesBlock, DenseBlock, Design
from ogive.fitting import Problem, solve
rng = np.random.default_rng(0)
n = 50_000
blocks = [CodesBlock(rng.integers(0, 10_000, n).astype(np.int32), 10_000, 0) for _ in range(6)]
design = Design([DenseBlock(rng.normal(size=(n, 2))), *blocks])
y = (rng.random(n) < 0.4).astype(float)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2 * 1024**3,) * 2)
solution = solve(Problem(design, y, alpha=0.1), tol=1e-6)
print(solution.status, solution.coef.size)
"""
    if not Path("/proc/self/statm").exists():
        pytest.skip("needs Linux to limit the memory")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["optimal", "59996"], done.stderr
