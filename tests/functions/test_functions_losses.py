"""Losses of probabilities and their derivatives: against mpmath, in both tails, at the ends."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogive import functions as F

INF, NAN = np.inf, np.nan
LOGITS = np.concatenate(
    [
        np.linspace(-745, 745, 41),
        np.linspace(-4, 4, 33),
        [-1e-17, 1e-300, 36.8, -36.8, 88.7, -103.5, 1e5, -1e5],
    ]
)
PROBABILITIES = np.concatenate(
    [np.linspace(0.01, 0.99, 33), [1e-308, 5e-324, 1e-17, 0.5 + 1e-12, 1 - 2.0**-53, 1 - 1e-7]]
)
LABELS = (0.0, 1.0, 0.3)
GAMMAS = (0.0, 0.5, 2.0, 5.0)


def operation(name, order):
    """A loss or one of its derivatives."""
    function = getattr(F, name)
    return function if order == "value" else getattr(function, order)


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(50):
        yield


def sigmoid(z):
    return 1 / (1 + mp.exp(-z)) if z >= 0 else mp.exp(z) / (1 + mp.exp(z))


def softplus(z):
    """log(1+exp(z)), whole where exp(z) is far below the digits kept."""
    t = mp.exp(-abs(z))
    return max(z, mp.mpf(0)) + (mp.log1p(t) if t > mp.mpf(10) ** -40 else t - t * t / 2)


def focal_of_one(z, gamma):
    """Value, derivative and second derivative of a 1, each as its terms."""
    p, q, log = sigmoid(z), sigmoid(-z), softplus(-z)
    weight = mp.exp(-gamma * softplus(z))
    second = [gamma * log * gamma * p, -gamma * log * q, (2 * gamma + 1) * q]
    return [[weight * log], [-weight * gamma * p * log, -weight * q], [weight * p * term for term in second]]


def focal(z, y, gamma):
    one, zero = focal_of_one(z, gamma), focal_of_one(-z, gamma)
    signs = (1, -1, 1)
    return [
        [y * a for a in u] + [sign * (1 - y) * b for b in v]
        for u, v, sign in zip(one, zero, signs, strict=True)
    ]


def binary(z, y):
    p, q = sigmoid(z), sigmoid(-z)
    return [[y * softplus(-z), (1 - y) * softplus(z)], [(1 - y) * p, -y * q], [p * q]]


def from_probability(p, y):
    q = 1 - p
    logs = [-y * mp.log(p), -(1 - y) * (mp.log1p(-p) if p > 1e-30 else -p)]
    return [logs, [(p - y) / (p * q)], [y / p**2, (1 - y) / q**2]]


def ulps(value, terms, dtype):
    """The error in units in the last place of the value or its largest term; 0 where both are beyond the type."""
    exact = mp.fsum(terms)
    if abs(exact) > float(np.finfo(dtype).max):
        return 0.0 if np.isinf(value) else INF
    unit = np.spacing(dtype(float(max(abs(t) for t in [exact, *terms]))))
    return float(abs(mp.mpf(float(value)) - exact) / mp.mpf(float(unit)))


CASES = {
    "binary_cross_entropy": (binary, LOGITS, (0.0,), (2.0, 3.0, 1.0)),
    "binary_cross_entropy_from_probability": (from_probability, PROBABILITIES, (0.0,), (2.5, 3.0, 4.0)),
    "focal_loss": (focal, LOGITS, GAMMAS, (5.0, 6.0, 7.0)),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("name", CASES)
def test_against_mpmath(name, order, dtype):
    exact, points, gammas, bounds = CASES[name]
    function = operation(name, ("value", "derivative", "second_derivative")[order])
    with np.errstate(all="ignore"):
        points = points.astype(dtype)
    points = np.unique(points[np.isfinite(points)])
    if exact is from_probability:
        points = points[(points > 0) & (points < 1)]
    bound = bounds[order] if dtype is np.float64 else 0.51 if exact is focal and dtype is np.float32 else 4.0
    for y in LABELS:
        for gamma in gammas:
            label, power = dtype(y), dtype(gamma)
            extra = (power,) if exact is focal else ()
            values = function(points, label, *extra)
            assert values.dtype == dtype
            for point, value in zip(points, values, strict=True):
                arguments = [mp.mpf(float(v)) for v in (point, label, *extra)]
                assert ulps(value, exact(*arguments)[order], dtype) <= bound, (point, y, gamma, value)


@pytest.mark.parametrize(
    ("name", "extra"),
    [("binary_cross_entropy", ()), ("binary_cross_entropy_from_probability", ()), ("focal_loss", (2.0,))],
)
def test_derivatives_against_numeric_differentiation(name, extra):
    value, slope, bend = (operation(name, end) for end in ("value", "derivative", "second_derivative"))
    exact = CASES[name][0]
    for z in (0.1, 0.45, 0.8) if "probability" in name else (-30.0, -2.0, 0.3, 5.0, 40.0):
        for y in LABELS:

            def f(t, y=y):
                return mp.fsum(exact(t, mp.mpf(y), *extra)[0])

            assert value(z, y, *extra) == pytest.approx(float(f(mp.mpf(z))), rel=1e-14)
            assert slope(z, y, *extra) == pytest.approx(float(mp.diff(f, mp.mpf(z))), rel=1e-12)
            assert bend(z, y, *extra) == pytest.approx(float(mp.diff(f, mp.mpf(z), 2)), rel=1e-10)


@pytest.mark.parametrize("name", ["binary_cross_entropy", "focal_loss"])
def test_infinite_logits_give_the_limits(name):
    extra = (2.0,) if name == "focal_loss" else ()
    value, slope, bend = (operation(name, end) for end in ("value", "derivative", "second_derivative"))
    z, y = np.array([INF, INF, -INF, -INF, INF]), np.array([1.0, 0.0, 1.0, 0.0, 0.5])
    np.testing.assert_array_equal(value(z, y, *extra), [0, INF, INF, 0, INF])
    np.testing.assert_array_equal(slope(z, y, *extra), [0, 1, -1, 0, 0.5])
    np.testing.assert_array_equal(bend(z, y, *extra), np.zeros(5))
    for function in (value, slope, bend):
        assert np.isnan(function(NAN, [0.0, 1.0, 0.5], *extra)).all() and np.isnan(function(0.0, NAN, *extra))


def test_ends_of_the_probability():
    name = "binary_cross_entropy_from_probability"
    value, slope, bend = (operation(name, end) for end in ("value", "derivative", "second_derivative"))
    p, y = np.array([0.0, 0.0, 1.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.0, 1.0, 0.5])
    np.testing.assert_array_equal(value(p, y), [0, INF, INF, 0, INF])
    np.testing.assert_array_equal(slope(p, y), [1, -INF, INF, -1, -INF])
    np.testing.assert_array_equal(bend(p, y), [1, INF, INF, 1, INF])
    for function in (value, slope, bend):
        assert np.isnan(function([-0.1, 1.1, NAN, INF], 1.0)).all()


def test_focal_loss_without_focus_is_cross_entropy_and_a_negative_one_is_nan():
    z = np.linspace(-40, 40, 81)
    np.testing.assert_allclose(F.focal_loss(z, 0.3, 0.0), F.binary_cross_entropy(z, 0.3), rtol=1e-15)
    assert np.isnan(F.focal_loss(z, 1.0, -1.0)).all()


ROWS = [[1.0, 2.0, 3.0], [0.0, -40.0, -700.0], [-1000.0, 1000.0, 0.0], [0.1, 0.1, 0.1], [700.3, 690.0, 340.1]]


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_cross_entropy_against_mpmath(row, dtype):
    x = np.array(row, dtype=dtype)
    z = [mp.mpf(float(v)) for v in x]
    bound = 4.0 if dtype is np.float64 else 0.51
    with mp.workdps(1000):
        top = max(z)
        weights = [mp.exp(v - top) for v in z]
        total = mp.fsum(weights)
        for label in range(3):
            value = F.cross_entropy(x, label)
            assert value.dtype == dtype
            assert ulps(value, [mp.log(total) + top - z[label]], dtype) <= bound
            slopes, bends = F.cross_entropy.derivative(x, label), F.cross_entropy.second_derivative(x, label)
            for i, weight in enumerate(weights):
                share, others = weight / total, (total - weight) / total
                assert ulps(slopes[i], [-others if i == label else share], dtype) <= bound
                assert ulps(bends[i], [share * others], dtype) <= bound


@pytest.mark.parametrize("label", [3, -1, 2**40, -(2**60)])
def test_a_label_that_is_no_class_is_nan(label):
    z = np.zeros((2, 3))
    assert np.isnan(F.cross_entropy(z, label)).all()
    assert np.isnan(F.cross_entropy.derivative(z, [label, 0])[0]).all()
    assert np.isfinite(F.cross_entropy.derivative(z, [label, 0])[1]).all()
    assert np.isnan(F.cross_entropy.second_derivative(z, label)).all()
    assert np.isnan(F.cross_entropy(np.zeros(0), 0))


def test_cross_entropy_at_infinity():
    np.testing.assert_array_equal(F.cross_entropy([0.0, INF, -INF], [0, 1, 2]), [INF, 0, INF])
    np.testing.assert_array_equal(F.cross_entropy.derivative([0.0, INF], [0, 1]), [[-1, 1], [0, 0]])
    assert np.isnan(F.cross_entropy([INF, INF], [0, 1])).all()
    assert np.isnan(F.cross_entropy([NAN, 0.0], [0, 1])).all()


def test_cross_entropy_along_other_axes_types_of_labels_and_bad_ones():
    rng = np.random.default_rng(4)
    z, label = rng.normal(size=(4, 30)), rng.integers(0, 4, 30)
    expected = F.cross_entropy(z.T.copy(), label)
    np.testing.assert_array_equal(F.cross_entropy(z, label, axes=[0, (), ()]), expected)
    np.testing.assert_array_equal(F.cross_entropy(z.T, label.astype(np.uint8)[::1]), expected)
    np.testing.assert_array_equal(
        F.cross_entropy.derivative(z, label, axes=[0, (), 0]), F.cross_entropy.derivative(z.T.copy(), label).T
    )
    np.testing.assert_allclose(
        expected, -np.log(np.exp(z) / np.exp(z).sum(0))[label, np.arange(30)], rtol=1e-13
    )
    with pytest.raises(TypeError):
        F.cross_entropy(z, label.astype(float), axes=[0, (), ()])


def test_strides_broadcasting_and_output():
    z = np.linspace(-5, 5, 1400).reshape(2, 700)
    y = np.array([[0.0], [1.0]])
    expected = F.binary_cross_entropy(z, np.broadcast_to(y, z.shape).copy())
    np.testing.assert_array_equal(F.binary_cross_entropy(z, y), expected)
    np.testing.assert_array_equal(F.binary_cross_entropy(z[:, ::-3], y), expected[:, ::-3])
    np.testing.assert_array_equal(F.binary_cross_entropy(z, y, out=z), expected)
    assert F.focal_loss(np.zeros((0, 3)), 1.0, 2.0).shape == (0, 3)


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite, st.floats(0, 1), st.floats(0, 1), st.floats(0, 10))
def test_finite_numbers_warn_of_nothing(z, p, y, gamma):
    with np.errstate(all="raise"):
        for end in ("value", "derivative", "second_derivative"):
            operation("binary_cross_entropy", end)(z, y)
            operation("binary_cross_entropy_from_probability", end)(p, y)
            assert not np.isnan(operation("focal_loss", end)(z, y, gamma))
            operation("cross_entropy", end)([z, p, y], 1)


@given(st.floats(-800, 800), st.floats(0, 1))
def test_the_loss_of_the_other_outcome_is_the_mirror_image(z, y):
    share = 1 - (1 - y)  # so that 1 - share is exact
    assert F.binary_cross_entropy(z, share) == F.binary_cross_entropy(-z, 1 - share)
    assert F.binary_cross_entropy.derivative(z, share) == -F.binary_cross_entropy.derivative(-z, 1 - share)
    assert F.focal_loss(z, share, 2.0) == F.focal_loss(-z, 1 - share, 2.0)
