"""What must not matter does not: scale, shift and order of columns, order of rows, copies against weights."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ogive._base import encode
from ogive.data import CodesBlock, DenseBlock, Design
from ogive.fitting import Problem, covariance, solve
from ogive.inference import (
    all_coefficients,
    fit_statistics,
    likelihood_ratio_test,
    marginal_effects,
    profile_intervals,
    score_test,
    wald_table,
)

seeds = st.integers(0, 10**6)
some = settings(max_examples=25)


def table(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2)) + rng.normal(size=2)
    codes = rng.integers(0, 3, n).astype(np.int32)
    y = (0.7 * X[:, 0] + rng.logistic(size=n) > 0.3 * codes).astype(float)
    counts = np.bincount(codes[y > 0], minlength=3), np.bincount(codes[y == 0], minlength=3)
    assume(min(map(min, counts)) > 2)
    return X, codes, y


def statistics(problem: Problem) -> dict[str, np.ndarray]:
    """Everything that inference prints of a fit, as arrays (intercept first where there is one)."""
    solution = solve(problem)
    V = covariance(solution)
    rows = wald_table(all_coefficients(solution), V)
    profile = profile_intervals(problem, solution)
    effects = marginal_effects(problem, solution, V)
    fit = fit_statistics(problem, solution)
    p = problem.design.shape[1]
    return {
        "coef": np.array([row.estimate for row in rows]),
        "error": np.array([row.standard_error for row in rows]),
        "profile": np.array([(interval.low, interval.high) for interval in profile]),
        "effect": np.array([(e.effect.value, e.standard_error) for e in effects]),
        "fit": np.array(
            [fit.deviance, fit.null_deviance, fit.aic, fit.bic, fit.mcfadden, fit.nagelkerke, fit.tjur]
        ),
        "tests": np.array(
            [
                (test(problem, solution, [j]).statistic)
                for j in range(p)
                for test in (likelihood_ratio_test, score_test)
            ]
        ).reshape(p, 2),
    }


def agree(a: dict[str, np.ndarray], b: dict[str, np.ndarray], rtol: float = 1e-7) -> None:
    for key, value in a.items():
        scale = np.abs(value).max() if key in ("fit", "tests") else a["error"].max()
        np.testing.assert_allclose(value, b[key], rtol=rtol, atol=1e-8 * scale, err_msg=key)


@some
@given(seed=seeds)
def test_a_weight_of_k_is_the_row_k_times(seed):
    X, codes, y = table(seed)
    weights = np.random.default_rng(seed).integers(0, 4, len(y)).astype(float)
    rows = np.repeat(np.arange(len(y)), weights.astype(int))
    assume(min(np.bincount(codes[rows] * 2 + (y[rows] > 0), minlength=6)) > 2)
    weighted = Problem(Design([DenseBlock(X), CodesBlock(codes, 3, 0)]), y, weights=weights)
    repeated = Problem(Design([DenseBlock(X[rows]), CodesBlock(codes[rows], 3, 0)]), y[rows])
    agree(statistics(weighted), statistics(repeated))


@some
@given(seed=seeds)
def test_order_of_rows(seed):
    X, codes, y = table(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    agree(
        statistics(Problem(Design([DenseBlock(X), CodesBlock(codes, 3, 0)]), y)),
        statistics(Problem(Design([DenseBlock(X[order]), CodesBlock(codes[order], 3, 0)]), y[order])),
    )


@some
@given(seed=seeds)
def test_order_of_columns(seed):
    X, codes, y = table(seed)
    a = statistics(Problem(Design([DenseBlock(X), CodesBlock(codes, 3, 0)]), y))
    b = statistics(Problem(Design([CodesBlock(codes, 3, 0), DenseBlock(X[:, ::-1])]), y))
    order = np.array([0, 4, 3, 1, 2])
    for key in ("coef", "error", "profile"):
        b[key] = b[key][order]
    for key in ("effect", "tests"):
        b[key] = b[key][order[1:] - 1]
    agree(a, b)


@some
@given(seed=seeds, power=st.integers(-6, 6), shift=st.floats(-100, 100))
def test_scale_and_shift_of_a_column(seed, power, shift):
    """x = scale * (x' - shift): slope, errors and limits shrink by the scale; only the intercept moves."""
    X, codes, y = table(seed)
    scale = 2.0**power * 1.5
    changed = np.column_stack([X[:, 0] / scale + shift, X[:, 1]])
    a = statistics(Problem(Design([DenseBlock(X), CodesBlock(codes, 3, 0)]), y))
    b = statistics(Problem(Design([DenseBlock(changed), CodesBlock(codes, 3, 0)]), y))
    for key in ("coef", "error", "profile"):
        b[key][1] /= scale
        a[key], b[key] = a[key][1:], b[key][1:]
    b["effect"][0] /= scale
    agree(a, b)


@some
@given(seed=seeds)
def test_outcome_turned_round_turns_the_signs(seed):
    X, codes, y = table(seed)
    design = Design([DenseBlock(X), CodesBlock(codes, 3, 0)])
    a, b = statistics(Problem(design, y)), statistics(Problem(design, 1 - y))
    b["coef"], b["profile"] = -b["coef"], -b["profile"][:, ::-1]
    b["effect"][:, 0] *= -1
    agree(a, b)


@some
@given(seed=seeds)
def test_no_invalid_number_leaves(seed):
    """Whatever the data, every record can be written to a file, which takes no NaN and no infinity."""
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(4, 12)), int(rng.integers(1, 5))
    X = rng.integers(-1, 2, size=(n, p)).astype(float)
    y = (rng.random(n) < 0.5).astype(float)
    assume(0 < y.sum() < n)
    problem = Problem(Design([DenseBlock(X)]), y, fit_intercept=bool(rng.integers(2)))
    solution = solve(problem)
    V = covariance(solution)
    records = [
        *wald_table(all_coefficients(solution), V),
        *profile_intervals(problem, solution),
        *marginal_effects(problem, solution, V),
        fit_statistics(problem, solution),
        likelihood_ratio_test(problem, solution),
        score_test(problem, solution),
    ]
    for record in records:
        text = encode(record)
        assert b"NaN" not in text and b"Infinity" not in text
        for name in ("value", "estimate", "statistic", "p", "standard_error", "low", "high", "aic", "tjur"):
            value = getattr(record, name, None)
            assert value is None or np.isfinite(value), (name, record)
