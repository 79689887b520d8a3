"""The elementwise kernels against mpmath, extremes included."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from ogive import functions as F

mpmath.mp.dps = 60

POINTS = np.concatenate(
    [
        np.linspace(-745, 745, 401),
        np.linspace(-3, 3, 401),
        np.array([1e-300, -1e-300, 1e-17, -1e-17, 0.0, 36.7, -36.7, 709.9, -709.9, -745.13, 745.13]),
    ]
)
EXACT = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)) if x < 100 else x + mpmath.log1p(mpmath.exp(-x)),
    "log_sigmoid": lambda x: -mpmath.log1p(mpmath.exp(-x)) if x > -100 else x - mpmath.log1p(mpmath.exp(x)),
}


def error_in_ulps(value: float, exact: mpmath.mpf) -> float:
    # A value below the smallest subnormal may round to 0 or to it.
    return float(abs(mpmath.mpf(float(value)) - exact) / mpmath.mpf(float(np.spacing(abs(float(exact))))))


@pytest.mark.parametrize("name", EXACT)
def test_float64_within_three_units_in_the_last_place(name):
    values = getattr(F, name)(POINTS)
    worst = max(
        error_in_ulps(v, EXACT[name](mpmath.mpf(float(x)))) for x, v in zip(POINTS, values, strict=True)
    )
    assert worst <= 3.0


@pytest.mark.parametrize(("name", "bound"), [("sigmoid", 1.0), ("softplus", 2.0), ("log_sigmoid", 2.0)])
def test_float32_has_its_own_digits(name, bound):
    x = POINTS[np.abs(POINTS) < 100].astype(np.float32)
    values = getattr(F, name)(x)
    assert values.dtype == np.float32
    for point, value in zip(x, values, strict=True):
        exact = EXACT[name](mpmath.mpf(float(point)))
        spacing = mpmath.mpf(float(np.spacing(np.float32(abs(float(exact))))))
        assert abs(mpmath.mpf(float(value)) - exact) <= bound * spacing


def test_logit_inverts_and_keeps_its_accuracy_at_one_half():
    p = np.concatenate(
        [np.linspace(0.001, 0.999, 501), 0.5 + np.array([1e-15, -1e-15, 1e-9]), [1e-300, 1 - 1e-15]]
    )
    exact = [mpmath.log(mpmath.mpf(float(v)) / (1 - mpmath.mpf(float(v)))) for v in p]
    for value, true in zip(F.logit(p), exact, strict=True):
        assert error_in_ulps(value, true) <= 3.0


@pytest.mark.filterwarnings("error")
def test_limits_and_special_values_without_a_warning():
    x = np.array([-np.inf, np.inf, np.nan, -800.0, 800.0])
    assert np.array_equal(F.sigmoid(x), [0, 1, np.nan, 0, 1], equal_nan=True)
    assert np.array_equal(F.softplus(x), [0, np.inf, np.nan, 0, 800], equal_nan=True)
    assert np.array_equal(F.log_sigmoid(x), [-np.inf, 0, np.nan, -800, 0], equal_nan=True)
    assert np.array_equal(F.logit([0.0, 1.0, np.nan, 2.0]), [-np.inf, np.inf, np.nan, np.nan], equal_nan=True)
    assert F.sigmoid(-745.0) == 5e-324


def test_they_are_ufuncs():
    x = np.arange(12.0).reshape(3, 4)[:, ::2]
    out = np.zeros((3, 2))
    assert F.sigmoid(x, out=out, where=x > 2) is out
    assert out[0, 0] == 0 and out[2, 1] == F.sigmoid(10.0)
    assert np.array_equal(F.sigmoid(x), F.sigmoid(x.copy()))


def test_pandas_in_pandas_out():
    pd = pytest.importorskip("pandas")
    series = pd.Series([0.0, 1.0], index=["a", "b"], name="z")
    result = F.sigmoid(series)
    assert isinstance(result, pd.Series) and list(result.index) == ["a", "b"]
