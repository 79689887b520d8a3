"""Softmax and its relatives along an axis: against mpmath, a readable twin, and what they must keep."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ogive import functions as F

INF, NAN = np.inf, np.nan
TYPES = (np.float16, np.float32, np.float64)
ALONG = ("softmax", "log_softmax")
ROWS = [
    [0.0],
    [1.0, 2.0, 3.0],
    [-1000.0, 0.0, 1000.0],
    [0.0, -744.0, -745.0, -36.0],
    [0.1, 0.1, 0.1],
    [1e300, -1e300],
    [-0.6931471805599453, -0.6931471805599453, -40.0],
    [700.3, 0.7, 340.1, 699.9],
    list(np.linspace(-50, 50, 37)),
    list(np.sin(np.arange(300.0)) * 30),
]


def shares(row):
    top = max(row)
    weights = [mp.exp(mp.mpf(float(x)) - mp.mpf(float(top))) for x in row]
    total = mp.fsum(weights)
    return [w / total for w in weights]


def log_sum(row):
    """log(S), S = 1 + rest: the part of log_sum_exp beyond the largest number."""
    with mp.workdps(400):
        top = mp.mpf(float(max(row)))
        return mp.log(mp.fsum(mp.exp(mp.mpf(float(x)) - top) for x in row))


def assert_close(values, exact, bound, dtype=np.float64, largest_term=None):
    """At most `bound` units in the last place of the exact value, or of the largest term where one is given."""
    for i, (value, true) in enumerate(zip(values, exact, strict=True)):
        size = abs(true) if largest_term is None else max(abs(true), abs(largest_term[i]))
        with np.errstate(over="ignore", invalid="ignore"):
            unit = float(np.spacing(dtype(float(size))))
        if np.isfinite(unit):
            assert abs(mp.mpf(float(value)) - true) <= bound * unit, (i, value, float(true))


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(60):
        yield


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
@pytest.mark.parametrize("dtype", TYPES)
def test_values_against_mpmath(row, dtype):
    x = np.clip(row, np.finfo(dtype).min, np.finfo(dtype).max).astype(dtype)
    exact, log = shares(x), log_sum(x)
    top = mp.mpf(float(x.max()))
    bound = 3.0 if dtype is np.float64 else 0.52
    for values in (F.softmax(x), F.log_softmax(x), F.log_sum_exp(x)):
        assert values.dtype == dtype
    assert_close(F.softmax(x), exact, bound, dtype)
    assert_close(F.log_softmax(x), [mp.mpf(float(v)) - top - log for v in x], bound, dtype)
    assert_close([F.log_sum_exp(x)], [top + log], bound, dtype, largest_term=[max(abs(top), log)])


def test_log_sum_exp_and_the_largest_log_probability_keep_the_smallest_rest():
    for rest in (-40.0, -300.0, -744.0):
        tiny = mp.exp(mp.mpf(rest))
        assert_close([F.log_sum_exp([0.0, rest])], [tiny], 1.0)
        assert_close([F.log_softmax([5.0, rest + 5.0])[0]], [-tiny], 1.0)


@pytest.mark.parametrize("row", [r for r in ROWS if max(np.abs(r)) < 1e100], ids=len)
def test_jvp_is_the_jacobian_times_the_direction(row):
    x, v = np.array(row), np.cos(1.7 * np.arange(len(row)))
    s, d = shares(x), [mp.mpf(float(t)) for t in v]
    slope = [mp.fsum(b * (a - c) for b, c in zip(s, d, strict=True)) for a in d]
    size = [mp.fsum(b * abs(a - c) for b, c in zip(s, d, strict=True)) for a in d]
    assert_close(F.log_softmax.jvp(x, v), slope, 12.0, largest_term=size)
    pairs = list(zip(s, slope, size, strict=True))
    assert_close(
        F.softmax.jvp(x, v), [a * b for a, b, _ in pairs], 12.0, largest_term=[a * c for a, _, c in pairs]
    )


def test_jacobians_as_matrices():
    x = np.array([0.3, -1.2, 2.5, 0.0])
    s = F.softmax(x)
    np.testing.assert_allclose(
        F.softmax.jvp(x, np.eye(4)), np.diag(s) - np.outer(s, s), rtol=1e-14, atol=1e-17
    )
    np.testing.assert_allclose(F.log_softmax.jvp(x, np.eye(4)), (np.eye(4) - s[:, None]), rtol=1e-14)


def test_softmax_jvp_of_a_share_near_one_does_not_cancel():
    value = F.softmax.jvp([0.0, -100.0], [1.0, 3.0])
    assert_close(
        value, [-2 * mp.exp(-100) / (1 + mp.exp(-100)) ** 2, 2 * mp.exp(-100) / (1 + mp.exp(-100)) ** 2], 4.0
    )


@pytest.mark.parametrize(
    ("row", "softmax", "log_softmax", "total"),
    [
        ([], [], [], -INF),
        ([0.0, INF, -INF], [0, 1, 0], [-INF, 0, -INF], INF),
        ([INF], [1], [0], INF),
        ([INF, 0.0, INF], [NAN] * 3, [NAN] * 3, INF),
        ([-INF, -INF], [NAN] * 2, [NAN] * 2, -INF),
        ([-INF, 3.0], [0, 1], [-INF, 0], 3.0),
        ([NAN, 0.0], [NAN] * 2, [NAN] * 2, NAN),
        ([NAN, INF], [NAN] * 2, [NAN] * 2, NAN),
        ([NAN, -INF], [NAN] * 2, [NAN] * 2, NAN),
        ([1.7e308, -1.7e308], [1, 0], [0, -INF], 1.7e308),
    ],
)
def test_limits(row, softmax, log_softmax, total):
    row = np.array(row, dtype=float)
    np.testing.assert_array_equal(F.softmax(row), softmax)
    np.testing.assert_array_equal(F.log_softmax(row), log_softmax)
    np.testing.assert_array_equal(F.log_sum_exp(row), total)


def test_subnormal_shares_are_rounded_once():
    assert_close(F.softmax([0.0, -740.0, -745.0]), shares([0.0, -740.0, -745.0]), 0.501 * 2)
    assert F.softmax([0.0, -746.0])[1] == 0


@pytest.mark.parametrize("name", ALONG)
@pytest.mark.parametrize("dtype", TYPES)
def test_any_axis_stride_and_overlap_give_the_same_bits(name, dtype):
    function = getattr(F, name)
    x = np.random.default_rng(1).normal(size=(9, 14, 5)).astype(dtype) * 8
    for axis in range(3):
        expected = np.moveaxis(function(np.ascontiguousarray(np.moveaxis(x, axis, -1))), -1, axis)
        np.testing.assert_array_equal(function(x, axis=axis), expected)
        np.testing.assert_array_equal(function(np.asfortranarray(x), axis=axis), expected)
        target = x.copy()
        function(target, axis=axis, out=target)
        np.testing.assert_array_equal(target, expected)
    np.testing.assert_array_equal(function(x[::-2, :, ::-1]), function(x[::-2, :, ::-1].copy()))
    shifted = np.arange(20.0)
    expected = function(shifted[:-1])
    function(shifted[:-1], out=shifted[1:])
    np.testing.assert_array_equal(shifted[1:], expected)


def test_axis_of_the_reduction_and_the_jvp():
    rng = np.random.default_rng(2)
    x, v = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    np.testing.assert_array_equal(F.log_sum_exp(x, axis=0), F.log_sum_exp(x.T.copy()))
    np.testing.assert_array_equal(F.softmax.jvp(x, v, axis=0), F.softmax.jvp(x.T.copy(), v.T.copy()).T)
    assert F.log_sum_exp(x, axis=0, keepdims=True).shape == (1, 4)


def test_integers_lists_and_no_rows():
    np.testing.assert_array_equal(F.softmax([1, 2]), F.softmax([1.0, 2.0]))
    assert F.softmax(np.zeros((0, 3))).shape == (0, 3) and F.softmax(np.zeros((3, 0))).shape == (3, 0)
    assert (F.log_sum_exp(np.zeros((2, 0))) == -INF).all()
    with pytest.raises(TypeError):
        F.softmax(["a", "b"])


def test_long_rows_equal_the_twin():
    x = np.random.default_rng(3).normal(size=(2, 100_003)) * 4
    weights = np.exp(x - x.max(axis=1, keepdims=True))
    np.testing.assert_allclose(F.softmax(x), weights / weights.sum(axis=1, keepdims=True), rtol=1e-14)
    np.testing.assert_allclose(F.log_sum_exp(x), np.log(weights.sum(axis=1)) + x.max(axis=1), rtol=1e-14)


finite_rows = hnp.arrays(
    np.float64, st.integers(1, 40), elements=st.floats(allow_nan=False, allow_infinity=False)
)
whole_rows = hnp.arrays(np.float64, st.integers(1, 40), elements=st.integers(-(2**40), 2**40).map(float))


@given(finite_rows)
def test_finite_rows_warn_of_nothing_and_add_up_to_one(row):
    with np.errstate(all="ignore"):
        narrow = [row.clip(-6e4, 6e4).astype(dtype) for dtype in (np.float16, np.float32)]
    with np.errstate(all="raise"):
        s = F.softmax(row)
        F.log_softmax(row), F.log_sum_exp(row), F.softmax.jvp(row, np.ones_like(row))
        for x in narrow:
            F.softmax(x), F.log_softmax(x), F.log_sum_exp(x)
    assert ((s >= 0) & (s <= 1)).all()
    assert abs(s.sum() - 1) <= 1e-15 * len(row)


@given(whole_rows, st.integers(-(2**40), 2**40))
def test_an_exact_shift_changes_no_bit(row, shift):
    np.testing.assert_array_equal(F.softmax(row + shift), F.softmax(row))
    np.testing.assert_array_equal(F.log_softmax(row + shift), F.log_softmax(row))


@given(hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(-700, 700)))
def test_the_functions_agree_with_each_other(row):
    np.testing.assert_allclose(np.exp(F.log_softmax(row)), F.softmax(row), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(F.log_softmax(row), row - F.log_sum_exp(row), rtol=1e-13, atol=1e-12)
    np.testing.assert_allclose(F.softmax.jvp(row, np.ones_like(row)), 0, atol=1e-15)
