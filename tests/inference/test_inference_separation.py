"""Separation: found wherever it is, named, and not where it is not."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ogive import InputError
from ogive._base import decode, encode
from ogive.data import CodesBlock, DenseBlock, Design, SparseBlock
from ogive.fitting import Problem, solve
from ogive.inference import Separation, find_separation, suspicious


def dense(X: np.ndarray, y: np.ndarray, **options) -> Problem:
    return Problem(Design([DenseBlock(np.asarray(X, dtype=float))]), np.asarray(y, dtype=float), **options)


def codes_block(codes, levels: int, reference: int | None = 0) -> CodesBlock:
    return CodesBlock(np.asarray(codes, dtype=np.int32), levels=levels, reference=reference)


@pytest.mark.parametrize(
    ("file", "target", "names", "guilty", "rows"),
    [
        ("endometrial.csv", "HG", ["NV", "PI", "EH"], "NV", 13),
        ("sex2.csv", "case", ["age", "oc", "vic", "vicl", "vis", "dia"], "dia", 7),
    ],
)
def test_published_examples(shared_data, file, target, names, guilty, rows):
    """Heinze and Schemper (2002): NV in the endometrial data, the diaphragm in the urinary-tract data."""
    with (shared_data / "clinical" / file).open(newline="") as handle:
        table = list(csv.DictReader(handle))
    X = np.array([[float(row[name]) for name in names] for row in table])
    problem = dense(X, [float(row[target]) for row in table])
    assert suspicious(problem, solve(problem))
    found = find_separation(problem, names)
    assert not found.complete
    assert found.names == (guilty,)
    (rule,) = found.rules
    assert (rule.condition, rule.rows, rule.outcome, rule.directions) == (f"{guilty} = 1", rows, 1, (1,))
    assert decode(encode(found), Separation) == found
    without = dense(np.delete(X, names.index(guilty), axis=1), problem.y)
    assert find_separation(without) is None
    assert not suspicious(without, solve(without))


def test_complete_separation_by_one_number():
    x = np.array([1.0, 2, 3, 4, 5, 6])[:, None]
    found = find_separation(dense(x, x[:, 0] < 3.5), ["age"])
    assert found.complete
    (rule,) = found.rules
    assert (rule.condition, rule.rows, rule.outcome, rule.directions) == (
        "age is split at 3.5",
        6,
        None,
        (-1,),
    )


def test_quasi_complete_separation_by_a_number_with_a_tie():
    x = np.array([1.0, 2, 3, 3, 4, 5])[:, None]
    found = find_separation(dense(x, [0, 0, 0, 1, 1, 1]), ["age"])
    assert not found.complete
    assert (found.rules[0].condition, found.rules[0].rows) == ("age is below or above 3", 4)


def test_one_sided_number():
    x = np.array([0.0, 0, 0, 0, 2, 3])[:, None]
    found = find_separation(dense(x, [0, 1, 0, 1, 0, 0]), ["dose"])
    assert (found.rules[0].condition, found.rules[0].outcome, found.rules[0].directions) == (
        "dose > 0",
        0,
        (-1,),
    )


def test_level_with_one_outcome():
    codes = [0, 0, 0, 1, 1, 2, 2, 2]
    problem = Problem(Design([codes_block(codes, 3)]), np.array([0, 1, 0, 1, 0, 1, 1, 1.0]))
    found = find_separation(problem, ["thal: fixed", "thal: reversible"])
    assert found.columns == (1,)
    assert (found.rules[0].condition, found.rules[0].rows, found.rules[0].outcome) == (
        "thal: reversible",
        3,
        1,
    )


def test_reference_level_with_one_outcome():
    codes = [0, 0, -1, 1, 1, 2, 2, 2]
    problem = Problem(Design([codes_block(codes, 3)]), np.array([0, 0, 0, 1, 0, 1, 0, 1.0]))
    found = find_separation(problem, ["b", "c"])
    assert (found.rules[0].condition, found.rules[0].rows, found.rules[0].directions) == (
        "not b or c",
        3,
        (1, 1),
    )
    without = Problem(problem.design, problem.y, fit_intercept=False)
    assert find_separation(without) is None


def test_sparse_columns():
    rng = np.random.default_rng(0)
    X = (rng.random((60, 4)) < 0.3).astype(float)
    y = (rng.random(60) < 0.5).astype(float)
    assert find_separation(Problem(Design([SparseBlock(sp.csr_array(X))]), y)) is None
    y[X[:, 2] > 0] = 0
    found = find_separation(Problem(Design([SparseBlock(sp.csr_array(X))]), y))
    assert found.names == ("x2",) and found.rules[0].outcome == 0


def test_separation_by_two_columns_that_each_overlap():
    """Scheduled and attended visits: whoever missed one dropped out, the others did or did not."""
    rng = np.random.default_rng(1)
    scheduled = rng.integers(0, 6, 400)
    attended = scheduled - rng.binomial(scheduled, 0.2)
    other = rng.normal(size=400)
    y = np.where(attended < scheduled, 1.0, rng.random(400) < 0.4)
    problem = dense(np.column_stack([other, scheduled, attended]), y)
    found = find_separation(problem, ["other", "scheduled", "attended"])
    (rule,) = found.rules
    assert (rule.names, rule.directions, rule.outcome) == (("scheduled", "attended"), (1, -1), 1)
    assert rule.rows == np.sum(attended < scheduled)
    assert not found.complete
    assert suspicious(problem, solve(problem))


def test_separation_by_two_categories_together():
    # No level is pure, but with a = 1 and b = 0 only 1 occurs, with a = 0 and b = 1 only 0, both without tension.
    a = np.repeat([0, 0, 1, 1], 6)
    b = np.tile(np.repeat([0, 1], 6), 2)
    y = np.array([0, 1] * 3 + [0] * 6 + [1] * 6 + [0, 1] * 3, dtype=float)
    found = find_separation(Problem(Design([codes_block(a, 2), codes_block(b, 2)]), y), ["a", "b"])
    (rule,) = found.rules
    assert (rule.names, rule.directions, rule.rows, rule.outcome) == (("a", "b"), (1, -1), 12, None)


def test_rows_of_weight_zero_are_not_there():
    x = np.array([1.0, 2, 3, 4, 5])[:, None]
    y = np.array([0, 0, 1, 1, 0.0])
    weights = np.array([1, 1, 1, 1, 0.0])
    assert find_separation(dense(x, y)) is None
    found = find_separation(dense(x, y, weights=weights))
    assert found.complete and found.rows == 4


def test_the_offset_plays_no_part():
    x = np.array([1.0, 2, 3, 4])[:, None]
    y = np.array([0, 0, 1, 1.0])
    assert find_separation(dense(x, y)) == find_separation(dense(x, y, offset=np.array([50.0, -50, 50, -50])))


def test_proportions_stand_for_both_outcomes():
    x = np.array([1.0, 2, 3, 4])[:, None]
    assert find_separation(dense(x, [0, 0, 1, 1])) is not None
    assert find_separation(dense(x, [0, 0.5, 0.5, 1])) is None


def test_one_row_against_many_is_seen():
    """More rows than go into one programme, of which a single one speaks against separation."""
    rng = np.random.default_rng(2)
    X = rng.normal(size=(9000, 4))
    eta = X @ np.array([1.0, -2.0, 0.5, 1.0])
    problem = dense(X, eta > 0)
    found = find_separation(problem)
    assert found.complete and found.rules[0].directions == (1, -1, 1, 1)
    y = problem.y.copy()
    far = np.argmax(eta)
    y[far] = 0
    assert find_separation(dense(X, y)) is None


def test_rare_levels_that_no_sample_of_rows_holds():
    """Two numbers separate, but for three rows of a level that a sample of the rows misses."""
    rng = np.random.default_rng(3)
    n = 9000
    X = rng.normal(size=(n, 2))
    y = (X.sum(axis=1) > 0).astype(float)
    codes = np.zeros(n, dtype=np.int32)
    codes[[11, 22, 33, 44]] = 1
    order = np.argsort(X.sum(axis=1)[[11, 22, 33, 44]])
    y[np.array([11, 22, 33, 44])[order]] = [1, 0, 1, 0]
    problem = Problem(Design([DenseBlock(X), codes_block(codes, 2)]), y)
    found = find_separation(problem)
    # The rows of the level overlap among themselves only along X, whose direction they forbid.
    assert found is None


@settings(max_examples=150)
@given(seed=st.integers(0, 10**6), n=st.integers(4, 25), p=st.integers(1, 4), intercept=st.booleans())
def test_agreement_with_the_textbook_programme(seed, n, p, intercept):
    """Konis (2007): maximise the sum of the signed predictors within a box; separated if it is above 0."""
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(n, p)).astype(float)
    y = (X @ rng.normal(size=p) * rng.choice([0.5, 3]) + rng.logistic(size=n) > 0).astype(float)
    if y.min() == y.max():
        return
    Z = (np.column_stack([X, np.ones(n)]) if intercept else X) * np.where(y > 0, 1, -1)[:, None]
    best = -linprog(-Z.sum(axis=0), A_ub=-Z, b_ub=np.zeros(n), bounds=(-1, 1)).fun
    problem = dense(X, y, fit_intercept=intercept)
    found = find_separation(problem)
    assert (found is not None) == (best > 1e-7)
    assert suspicious(problem, solve(problem)) or found is None
    if found is not None:
        for rule in found.rules:
            assert 0 < rule.rows <= n and rule.columns


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_scale_shift_order_and_copies_change_nothing(seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(15, 3)).astype(float)
    y = (X.sum(axis=1) * rng.choice([0.3, 3]) + rng.logistic(size=15) > 0).astype(float)
    if y.min() == y.max():
        return
    found = find_separation(dense(X, y))
    changed = find_separation(dense(X * [1e-6, 1.0, 1e6] + [0.0, 3.0, 1e3], y))
    order = rng.permutation(15)
    permuted = find_separation(dense(X[order], y[order]))
    doubled = find_separation(dense(np.vstack([X, X]), np.tile(y, 2)))
    assert (found is None) == (changed is None) == (permuted is None) == (doubled is None)
    if found is not None and found.rules[0].condition:
        assert found.columns == changed.columns == permuted.columns == doubled.columns
        assert [2 * rule.rows for rule in found.rules] == [rule.rows for rule in doubled.rules]


def test_a_hair_of_overlap_is_no_separation():
    x = np.concatenate([np.linspace(0, 1, 20), np.linspace(1 - 1e-7, 2, 20)])[:, None]
    y = np.repeat([0.0, 1.0], 20)
    assert find_separation(dense(x, y)) is None
    assert find_separation(dense(np.column_stack([x, x**2]), y)) is None


def test_penalised_fits_are_never_suspicious():
    x = np.arange(6.0)[:, None]
    problem = dense(x, x[:, 0] > 2, alpha=0.01)
    assert not suspicious(problem, solve(problem))


def test_one_outcome_only_is_refused():
    with pytest.raises(InputError, match="both outcomes"):
        find_separation(dense(np.arange(4.0)[:, None], np.ones(4)))
    with pytest.raises(InputError, match="names"):
        find_separation(dense(np.arange(4.0)[:, None], [0, 1, 0, 1]), ["a", "b"])
