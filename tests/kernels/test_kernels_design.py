"""The passes over a design against their NumPy twins, for every layout, and their independence of threads."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twins
from ogive._kernels import cholesky, cholesky_inverse, cholesky_solve, set_thread_count, thread_count
from ogive.data import CodesBlock, DenseBlock, Design


@pytest.fixture
def one_and_two_threads():
    yield (1, 2, 5)
    set_thread_count()


def situation(n=3001, dtype=np.float64, order="C", seed=0):
    rng = np.random.default_rng(seed)
    design = twins.random_design(rng, n, dtype=dtype, order=order)
    X = twins.expand(design)
    dense = np.r_[np.ones(6), np.zeros(3 + 3 + 5), np.ones(2)].astype(bool)
    centre = np.where(dense, X.mean(axis=0), 0.0)
    scale = rng.uniform(0.5, 2.0, X.shape[1])
    coef = rng.normal(size=X.shape[1] + 1) * 0.3
    rows = {"y": (rng.random(n) < 0.4) * 1.0, "weights": rng.uniform(0, 2, n), "offset": rng.normal(size=n)}
    return design, X, centre, scale, coef, rows


@pytest.mark.parametrize("n", [1, 7, 8, 1023, 1024, 1025, 3001])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_pass_agrees_with_its_twin(n, order, dtype):
    design, X, centre, scale, coef, rows = situation(n, dtype, order)
    Z = np.column_stack([(X - centre) / scale, np.ones(n)])
    w, core = rows["weights"], design.core
    close = {"rtol": 1e-11, "atol": 1e-11}
    np.testing.assert_allclose(core.matvec(coef, centre, scale), Z @ coef, **close)
    np.testing.assert_allclose(core.rmatvec(w, False, centre, scale), Z.T @ w, **close)
    np.testing.assert_allclose(core.rmatvec(w, True, centre, scale), (Z**2).T @ w, **close)
    np.testing.assert_allclose(core.gram(w, centre, scale), Z.T @ (w[:, None] * Z), **close)
    np.testing.assert_allclose(core.gram_times(w, coef, centre, scale), Z.T @ (w * (Z @ coef)), **close)
    total, first, second, largest = core.moments(w, centre, scale)
    np.testing.assert_allclose(total, w.sum(), rtol=1e-13)
    np.testing.assert_allclose(first, Z[:, :-1].T @ w, **close)
    np.testing.assert_allclose(second, (Z[:, :-1] ** 2).T @ w, **close)
    np.testing.assert_allclose(largest, np.abs(Z[:, :-1]).max(axis=0), rtol=1e-15)
    got = core.logistic_pass(coef, rows["y"], w, rows["offset"], centre, scale, True, True, 1)
    loss, gradient, hessian, curvature = twins.logistic_pass(
        X, coef, rows["y"], w, rows["offset"], centre, scale
    )
    np.testing.assert_allclose(got[0], loss, rtol=1e-12)
    np.testing.assert_allclose(got[2], gradient, **close)
    np.testing.assert_allclose(got[3], hessian, **close)
    np.testing.assert_allclose(got[4], curvature, rtol=1e-12, atol=1e-300)


def test_extreme_linear_predictors_keep_their_relative_accuracy():
    design = Design([DenseBlock(np.array([[-700.0], [-40.0], [40.0], [700.0]]))])
    y = np.array([0.0, 0.0, 1.0, 1.0])
    zero, one = np.zeros(1), np.ones(1)
    loss, _, gradient, _, h = design.core.logistic_pass(
        np.array([1.0, 0.0]), y, None, None, zero, one, False, True, 1
    )
    tail = np.exp([-700.0, -40.0, -40.0, -700.0])
    np.testing.assert_allclose(h, tail, rtol=1e-13)
    np.testing.assert_allclose(loss, tail.sum(), rtol=1e-13)
    assert abs(gradient[1]) < 1e-30  # the slopes cancel in pairs


def test_same_bits_for_any_number_of_threads(one_and_two_threads):
    design, _, centre, scale, coef, rows = situation(40_000)
    results = []
    for threads in one_and_two_threads:
        set_thread_count(threads)
        assert thread_count() == threads
        core = design.core
        parts = [
            core.logistic_pass(
                coef, rows["y"], rows["weights"], rows["offset"], centre, scale, True, True, 1
            ),
            core.moments(rows["weights"], centre, scale),
            (core.matvec(coef, centre, scale), core.gram(rows["weights"], centre, scale)),
        ]
        results.append([np.asarray(x).tobytes() for part in parts for x in part])
    assert all(result == results[0] for result in results)


def test_a_forked_child_computes_too():
    design, _, centre, scale, coef, _rows = situation(200_000)
    before = design.core.matvec(coef, centre, scale)
    child = os.fork()
    if child == 0:
        same = np.array_equal(design.core.matvec(coef, centre, scale), before)
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("level", ["baseline", "v3"])
def test_instruction_sets_agree(level):
    program = (
        "import numpy as np, twins\n"
        "from kernels.test_kernels_design import situation\n"
        "d, X, c, s, b, r = situation(2000)\n"
        "out = d.core.logistic_pass(b, r['y'], r['weights'], r['offset'], c, s, True, False, 1)\n"
        "print(repr(float(out[0])), repr(float(out[2].sum())), repr(float(out[3].sum())))\n"
    )
    here = os.path.dirname(os.path.dirname(__file__))
    numbers = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "OGIVE_ISA": isa, "PYTHONPATH": here},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for isa in (level, "best")
    ]
    np.testing.assert_allclose(*[np.array(line, dtype=float) for line in numbers], rtol=1e-12)


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="code is outside"):
        Design([CodesBlock(np.array([0, 3]), 3)])
    design = Design([DenseBlock(np.ones((3, 2)))])
    with pytest.raises(ValueError, match="coef has the wrong length"):
        design.matvec(np.ones(3))
    with pytest.raises(ValueError, match="same number of rows"):
        Design([DenseBlock(np.ones((3, 2))), CodesBlock(np.zeros(4), 2)])


def test_float32_and_fortran_order_are_not_copied():
    for values in (np.ones((5, 3), dtype=np.float32), np.ones((5, 3), order="F"), np.ones((9, 7))[::2, 1:4]):
        assert DenseBlock(values).values is values


@settings(max_examples=40)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.integers(0, 3))
def test_cholesky_solves_inverts_and_finds_dependent_columns(n, seed, dependent):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(2 * n + 5, n))
    extra = A @ rng.normal(size=(n, dependent))
    G = np.column_stack([A, extra]).T @ np.column_stack([A, extra])
    factor, zero, ratio = cholesky(G, 1e-11)
    assert zero == dependent
    assert (ratio == 0) == (dependent > 0)
    if dependent == 0:
        np.testing.assert_allclose(factor @ factor.T, G, rtol=1e-10, atol=1e-10)
        b = rng.normal(size=n)
        np.testing.assert_allclose(G @ cholesky_solve(factor, b), b, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(cholesky_inverse(factor) @ G, np.eye(n), atol=1e-6)
