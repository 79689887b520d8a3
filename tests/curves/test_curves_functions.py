"""Curves that are functions of the user: NIST's certified values, the compiled shapes' answers, slopes, mistakes."""

from __future__ import annotations

import math
import runpy
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import erf

from ogive import InputError
from ogive._kernels import curve_values, fit_curves
from ogive.curves.functions import FunctionShape, covariance

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
nist = SimpleNamespace(**runpy.run_path(str(BENCHMARKS / "curves_nist.py")))


def fitted(shape, x, y, given=None, *, low=-np.inf, high=np.inf, held=(), noise=0, weight=None, starts=()):
    """Fit one curve; parameters without a start are searched for."""
    n, size = len(y), shape.size
    row = np.full((1, size), np.nan) if given is None else np.array([given], dtype=float)
    still = np.isin(shape.parameters, list(held))
    low, high = (np.broadcast_to(np.asarray(b, dtype=float), (1, size)).copy() for b in (low, high))
    root = np.ones(n) if weight is None else np.sqrt(weight)
    offsets, sets = np.array([0, n]), np.array([0, 1])
    z, loss, _, ends = shape.fit(
        x, y, root, offsets, sets, still, np.zeros(size, dtype=bool), row, low, high, noise, 2.0, starts
    )
    return z[0], loss[0], ends[0]


def way(function, x, p):
    shape = FunctionShape(function)
    return shape.way(x, np.array(p), shape.at(x, np.array(p), 0), 0)


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", nist.MODELS)
def test_nist_certifies_the_answers(shared_data, name, start):
    """Without derivatives given, from both official starts."""
    one = nist.certified(name, shared_data / "reference/nist_strd")
    z, spread, rss = nist.fitted(FunctionShape(nist.MODELS[name]), one, one.starts[start])
    assert nist.digits(z, one.values) >= 9
    # residuals of Lanczos1 are 1e-13, about 1000 roundings of its values
    rounded = name == "Lanczos1"
    assert nist.digits(spread, one.deviations) >= (2.5 if rounded else 9)
    assert nist.digits(rss, one.rss) >= (2.3 if rounded else 9)


@pytest.mark.parametrize("name", ["Rat42", "Thurber", "Lanczos3", "Eckerle4", "Nelson", "Misra1b"])
def test_differences_reach_the_certified_digits_too(shared_data, name):
    one, model = nist.certified(name, shared_data / "reference/nist_strd"), nist.MODELS[name]

    def real(x, *p):
        return np.array(model(x, *[float(value) for value in p]), dtype=float)  # complex numbers are refused

    names = [f"b{k + 1}" for k in range(one.values.size)]
    shape = FunctionShape(lambda x, p: real(x, *p), names=names)
    z, spread, rss = nist.fitted(shape, one, one.starts[0])
    assert nist.digits(z, one.values) >= 9
    assert nist.digits(spread, one.deviations) >= 6
    assert nist.digits(rss, one.rss) >= 9
    assert shape.way(one.x, z, shape.at(one.x, z, 0), 0) == "differences"


@pytest.mark.parametrize("name", ["Chwirut2", "Misra1a", "Rat42", "DanWood", "MGH10", "Kirby2"])
def test_no_start_is_needed_for_simple_curves(shared_data, name):
    one = nist.certified(name, shared_data / "reference/nist_strd")
    z, _, _ = nist.fitted(FunctionShape(nist.MODELS[name]), one, None)
    assert nist.digits(z, one.values) >= 9


# The shape "logistic" of the core, written as a user would.
def logistic(x, left, right, centre, rate):
    return left + (right - left) / (1 + np.exp(-np.exp(rate) * (x - centre)))


def plates(noise, seed=0, curves=3, n=21):
    rng = np.random.default_rng(seed)
    x = np.tile(np.linspace(-3, 3, n), curves)
    p = np.array([[0.1, 0.8 + 0.05 * c, 0.3 * c - 0.4, 0.5] for c in range(curves)])
    mean = np.concatenate([logistic(x[:n], *row) for row in p])
    y = [
        mean + rng.normal(0, 0.03, mean.size),
        rng.poisson(40 * mean) / 40,
        rng.binomial(30, mean) / 30,
        mean * rng.gamma(50, 1 / 50, mean.size),
        rng.poisson(40 * mean) / 40,
    ][noise]
    return x, y, np.arange(curves + 1) * n, p


@pytest.mark.parametrize("shared", [(), (0,), (0, 1, 3), (2, 3)])
@pytest.mark.parametrize("noise", range(5))
def test_sets_are_fitted_as_the_core_fits_them(noise, shared):
    x, y, offsets, p = plates(noise)
    curves, marks = len(p), np.isin(np.arange(4), shared)
    sets = np.array([0, curves]) if shared else np.arange(curves + 1)
    root = np.sqrt(np.random.default_rng(1).uniform(0.5, 2, x.size))
    low = np.tile([0.0 if noise else -5.0, 0, -5, -3], (curves, 1))
    high = np.tile([5.0 if noise != 2 else 1.0] * 2 + [5.0, 3.0], (curves, 1))
    start = np.tile([0.2, 0.7, 0.0, 0.0], (curves, 1))
    common = (np.zeros(4, dtype=bool), marks, start, low, high, noise, 2.0)
    z, loss, _, ends = FunctionShape(logistic).fit(x, y, root, offsets, sets, *common)
    empty = np.empty((0, 2)), np.empty(0, dtype=np.int64)
    said, said_loss, _, _ = fit_curves("logistic", x, y, root, offsets, sets, *empty, 1, *common)
    np.testing.assert_allclose(z, said, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(loss, said_loss, rtol=1e-12)
    assert (ends == 0).all()
    assert (np.ptp(z[:, marks], axis=0) == 0).all()


def test_values_and_slopes_are_the_cores():
    x, _, offsets, p = plates(0)
    values, slopes = FunctionShape(logistic).values(x, offsets, p)
    said, said_slopes = curve_values("logistic", x, offsets, p)
    np.testing.assert_allclose(values, said, rtol=1e-14)
    np.testing.assert_allclose(slopes, said_slopes, rtol=1e-12, atol=1e-15)


def test_bounds_and_what_is_held():
    x = np.linspace(0, 4, 30)
    y = 2 * np.exp(-0.7 * x) + 0.5
    shape = FunctionShape(lambda x, a, b, c: a * np.exp(-b * x) + c)
    z, _, end = fitted(shape, x, y, [1, 1, 0], low=[-9, 0.9, -9])
    assert z[1] == 0.9 and end == 0
    columns = np.column_stack([np.exp(-0.9 * x), np.ones(30)])
    np.testing.assert_allclose(z[[0, 2]], np.linalg.lstsq(columns, y)[0], rtol=1e-10)
    z, _, _ = fitted(shape, x, y, [1, 1, 0.5], held=["c"])
    np.testing.assert_allclose(z, [2, 0.7, 0.5], rtol=1e-10)
    z, loss, _ = fitted(shape, x, y, [2, 0.7, 0.4], held=["a", "b", "c"])
    assert z.tolist() == [2, 0.7, 0.4] and loss == pytest.approx(0.5 * 30 * 0.01)


@pytest.mark.parametrize(
    ("function", "p", "expected"),
    [
        (lambda x, a, b: a * np.exp(-b * x), [2, 0.3], "complex"),
        (lambda x, a, b: a * erf(b * x), [2, 0.3], "complex"),
        (lambda x, a, b: np.where(x < 1, a, b * x), [2, 0.3], "complex"),
        (lambda x, a, b: np.maximum(a + b * x, 0.1), [2, 0.3], "complex"),
        (lambda x, a, b: np.abs(a - b * x) ** 1.5, [5, 0.3], "differences"),
        (lambda x, a, b: a * float(b) * x, [2, 0.3], "differences"),
        (lambda x, a, b: a * np.real(b) * x, [2, 0.3], "differences"),
        (lambda x, a, b: [a * math.exp(-b * t) for t in x], [2, 0.3], "differences"),
        (lambda x, a, b: np.array(a * x + b, dtype=float), [2, 0.3], "differences"),  # NumPy warns there
    ],
)
def test_a_complex_step_is_taken_only_where_it_is_right(function, p, expected):
    assert way(function, np.linspace(0.1, 3, 20), p) == expected


@pytest.mark.parametrize(
    ("b", "unit"), [(0.7, 1), (1960, 5), (1e-9, 1e-9), (0, 1), (0, 1e-9), (1e-7, 1), (-3, 1e4)]
)
def test_differences_find_their_steps(b, unit):
    """The slope of tanh(((B - b) / unit + 0.3) x) by B at b is x (1 - tanh(0.3 x)^2) / unit."""
    x = np.linspace(0.1, 3, 7)
    shape = FunctionShape(lambda x, B: np.tanh(((float(B) - b) / unit + 0.3) * x))
    slopes = shape.values(x, np.array([0, 7]), np.array([[float(b)]]))[1][0]
    rounding = 1e-15 * max(abs(b) / unit, 1)
    np.testing.assert_allclose(slopes * unit, x / np.cosh(0.3 * x) ** 2, rtol=1e-10 + 1e3 * rounding)


def test_a_jacobian_is_used_and_checked():
    x = np.linspace(0, 4, 30)
    calls = []

    def jacobian(x, a, b):
        calls.append(a)
        return np.column_stack([np.exp(-b * x), -a * x * np.exp(-b * x)])

    def function(x, a, b):
        return a * np.exp(-b * x)

    z, _, _ = fitted(FunctionShape(function, jacobian), x, function(x, 2, 0.7), [1, 1])
    np.testing.assert_allclose(z, [2, 0.7], rtol=1e-10)
    assert calls
    wrong = FunctionShape(function, lambda x, a, b: jacobian(x, a, b) * [1, -1])
    with pytest.raises(InputError, match="jacobian of function is not its derivative by b"):
        fitted(wrong, x, function(x, 2, 0.7), [1, 1])
    turned = FunctionShape(function, lambda x, a, b: jacobian(x, a, b).T)
    with pytest.raises(InputError, match=r"shape \(2, 30\), expected real numbers of shape \(30, 2\)"):
        fitted(turned, x, function(x, 2, 0.7), [1, 1])


def test_starts_are_those_given_or_of_the_signature_or_searched():
    x = np.linspace(0, 10, 60)
    y = np.sin(2.1 * x)
    shape = FunctionShape(lambda x, w=0.3: np.sin(w * x))
    assert shape.start == {"w": 0.3}
    alone, poor, _ = fitted(shape, x, y)
    assert abs(alone[0] - 2.1) > 0.1
    several, good, _ = fitted(shape, x, y, starts=[{"w": 0.1}, {"w": 2.0}, {"w": 5.0}])
    assert several[0] == pytest.approx(2.1, rel=1e-10) and good < poor
    searched, _, _ = fitted(FunctionShape(lambda x, w: np.sin(w * x)), x, y)
    assert abs(searched[0]) == pytest.approx(2.1, rel=1e-10)


@pytest.mark.parametrize("x_unit", [1e-6, 1.0, 1e5])
@pytest.mark.parametrize("y_unit", [1e-9, 1.0, 1e8])
def test_a_search_does_not_depend_on_units(x_unit, y_unit):
    x = np.linspace(0, 9, 25) * x_unit
    y = (3 * np.exp(-0.6 * x / x_unit) + 1.5 + 0.01 * np.sin(9 * x / x_unit)) * y_unit
    z, _, end = fitted(FunctionShape(lambda x, a, b, c: a * np.exp(-b * x) + c), x, y)
    plain, _, _ = fitted(
        FunctionShape(lambda x, a, b, c: a * np.exp(-b * x) + c), x / x_unit, y / y_unit, [3, 0.6, 1.5]
    )
    np.testing.assert_allclose(z * [1 / y_unit, x_unit, 1 / y_unit], plain, rtol=1e-8)
    assert end == 0


def test_a_step_that_is_not_finite_is_not_taken():
    x = np.linspace(0.1, 5, 20)
    y = np.log(1 + 0.2 * x)
    z, _, _ = fitted(FunctionShape(lambda x, a: np.log(1 + a * x)), x, y, [40.0])
    assert z[0] == pytest.approx(0.2, rel=1e-9)
    z, _, _ = fitted(FunctionShape(lambda x, a: x**2 * math.exp(a)), x, x**2, [-8.0])  # math.exp overflows
    assert abs(z[0]) < 1e-9


def test_covariance_is_by_qr():
    """Columns nearly alike: the exact inverse in rational numbers."""
    t = np.arange(1.0, 9)
    J = np.vstack([np.ones(8), 1 + t * 2.0**-20])
    s = [
        sum(Fraction(a) * Fraction(b) for a, b in zip(J[i], J[k], strict=True))
        for i, k in ((0, 0), (0, 1), (1, 1))
    ]
    determinant = s[0] * s[2] - s[1] ** 2
    exact = [
        [float(s[2] / determinant), float(-s[1] / determinant)],
        [float(-s[1] / determinant), float(s[0] / determinant)],
    ]
    np.testing.assert_allclose(covariance(J), exact, rtol=1e-8)
    assert np.isnan(covariance(np.vstack([t, 2 * t]))).all()


X = np.linspace(0.5, 5, 8)


def half(x, a, b):
    return a * x[:4] + b


def fails(x, a, b):
    raise KeyError("dose")


def writes(x, a, b):
    x -= a
    return b * x


@pytest.mark.parametrize(
    ("function", "start", "message"),
    [
        (fails, [1, 2], r"function fails raised KeyError: 'dose' \(curve 1, a = 1, b = 2\)"),
        (fails, None, "raised KeyError"),
        (half, [1, 2], r"returned float64 of shape \(4,\), expected real numbers of shape \(8,\)"),
        (lambda x, a, b: a, [1, 2], r"of shape \(\), expected"),
        (lambda x, a, b: (a + 1j) * x + b, [1, 2], "returned complex128 of shape"),
        (lambda x, a, b: np.array([None] * 8), [1, 2], "returned object of shape"),
        (lambda x, a, b: None, None, "returned object of shape"),
        (lambda x, a, b: np.log(a) * x + b, [-1, 2], r"not finite at the start \(curve 1, a = -1, b = 2\)"),
        (lambda x, a, b: a * b * x * np.nan, None, "finite at none of"),
        (writes, [1, 2], "read-only"),
        (lambda x, a, b, c, d, e, f, g, h, i: x + a, [1] * 9, "8 points for 9 parameters"),
    ],
)
def test_functions_that_cannot_be_fitted(function, start, message):
    with pytest.raises(InputError, match=message):
        fitted(FunctionShape(function), X, 2 * X + 1, start)
    assert X.flags.writeable and X[0] == 0.5


def test_the_original_exception_is_chained():
    with pytest.raises(InputError) as caught:
        fitted(FunctionShape(fails), X, X, [1, 2])
    assert isinstance(caught.value.__cause__, KeyError)


def test_the_curve_that_fails_is_named():
    def function(x, a):
        if x[0] > 4:
            raise ValueError("too late")
        return a * x

    shape, still = FunctionShape(function), np.zeros(1, dtype=bool)
    bound = np.full((2, 1), np.inf)
    with pytest.raises(InputError, match=r"too late \(curve 2, a = 1\)"):
        shape.fit(
            X,
            X,
            np.ones(8),
            np.array([0, 7, 8]),
            np.arange(3),
            still,
            still,
            np.ones((2, 1)),
            -bound,
            bound,
            0,
            1.0,
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((lambda x: x,), "has the parameters"),
        ((lambda x, *p: x,), "any number of parameters"),
        ((lambda x, p: x, None, []), "has the parameters"),
        ((lambda x, p: x, None, ["a", "a"]), "each once"),
        ((max,), "does not tell its parameters"),
        (("exp",), "cannot be called"),
    ],
)
def test_functions_without_names(arguments, message):
    with pytest.raises(InputError, match=message):
        FunctionShape(*arguments)


def test_a_start_must_name_a_parameter():
    with pytest.raises(InputError, match="names 'c'"):
        fitted(FunctionShape(lambda x, a, b: a * x + b), X, X, starts=[{"c": 1}])
