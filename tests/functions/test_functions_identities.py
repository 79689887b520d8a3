"""Identities of the functions as properties, and derivatives against differences of many digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogive import functions as F
from ogive.functions.about import ABOUT
from ogive.functions.family import CURVES

mpmath.mp.dps = 60
EPS = 2.0**-52
line = st.floats(-700, 700)
middle = st.floats(-30, 30)
share = st.floats(1e-300, 1 - 1e-12)

# What each function is, with many digits.
EXACT = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "logit": lambda p: mpmath.log(p / (1 - p)),
    "log_sigmoid": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "log1m_sigmoid": lambda x: -mpmath.log1p(mpmath.exp(x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "tanh": mpmath.tanh,
    "hard_sigmoid": lambda x: min(max(x / 6 + mpmath.mpf(1) / 2, 0), 1),
    "softsign": lambda x: x / (1 + abs(x)),
    "arctan_sigmoid": lambda x: 2 / mpmath.pi * mpmath.atan(mpmath.pi * x / 2),
    "algebraic_sigmoid": lambda x: x / mpmath.sqrt(1 + x * x),
    "normal_cdf": mpmath.ncdf,
    "normal_quantile": lambda p: mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1),
    "cloglog_inverse": lambda x: -mpmath.expm1(-mpmath.exp(x)),
    "cloglog": lambda p: mpmath.log(-mpmath.log1p(-p)),
    "gompertz": lambda x: mpmath.exp(-mpmath.exp(-x)),
    "relu": lambda x: max(x, 0),
    "leaky_relu": lambda x: x if x > 0 else mpmath.mpf("0.01") * x,
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "gelu_tanh": lambda x: (
        x * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3))) / 2
    ),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "swish": lambda x, b: x / (1 + mpmath.exp(-b * x)),
    "prelu": lambda x, a: x if x > 0 else a * x,
    "elu_alpha": lambda x, a: x if x > 0 else a * mpmath.expm1(x),
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "binary_cross_entropy": lambda z, y: mpmath.log1p(mpmath.exp(z)) - y * z,
    "binary_cross_entropy_from_probability": lambda p, y: -y * mpmath.log(p) - (1 - y) * mpmath.log(1 - p),
    "focal_loss": lambda z, y, g: (
        -((1 - _given(z, y)) ** g) * mpmath.log(_given(z, y)) if y in (0, 1) else mpmath.nan
    ),
}
ORDERS = [("value", 0), ("derivative", 1), ("second_derivative", 2)]


def _given(z, y):
    return 1 / (1 + mpmath.exp(-z if y else z))


def points(name: str) -> np.ndarray:
    """Numbers inside the domain, away from kinks."""
    if np.isfinite(CURVES[name].domain[0]):
        return np.array([1e-9, 0.01, 0.2, 0.4999, 0.5, 0.7, 0.99])
    return np.array([-20.3, -7.1, -2.9, -1.3, -0.4, -1e-3, 1e-3, 0.3, 1.1, 2.9, 6.7, 18.2])


@pytest.mark.parametrize(("operation", "order"), ORDERS)
@pytest.mark.parametrize("name", [name for name in CURVES if name in EXACT])
def test_operations_against_many_digits(name: str, operation: str, order: int) -> None:
    function = F.FAMILY[name] if order == 0 else getattr(F.FAMILY[name], operation, None)
    if function is None:
        pytest.skip(f"{name} has no {operation}")
    parameters = ABOUT[name].parameters
    for x in points(name):
        with mpmath.workdps(400):  # enough for what cancels far out
            exact = mpmath.diff(lambda t: EXACT[name](t, *parameters), mpmath.mpf(float(x)), order)
        value = float(function(x, *parameters))
        # 4 units in the last place, and near a zero as many of the function's size there
        scale = max(abs(float(exact)), 0.1 * _size(name, float(x), order))
        assert abs(value - float(exact)) <= 4 * EPS * scale + 1e-310, (x, value, exact)


def _size(name: str, x: float, order: int) -> float:
    """Derivatives of GELU, SiLU and Mish cancel near their zeros: errors are those of the largest term."""
    return (
        max(1.0, abs(x))
        if order and name in ("gelu", "gelu_tanh", "silu", "swish", "mish", "focal_loss")
        else 0.0
    )


@given(line)
def test_sigmoid_is_symmetric(x: float) -> None:
    assert abs(F.sigmoid(-x) - (1 - F.sigmoid(x))) <= 2 * EPS


@given(line)
def test_slope_of_the_sigmoid_is_even_and_at_most_a_quarter(x: float) -> None:
    slope = F.sigmoid.derivative(x)
    assert slope == F.sigmoid.derivative(-x)
    assert 0 <= slope <= 0.25


@given(st.floats(-300, 300))
def test_odd_functions_are_odd_to_the_bit(x: float) -> None:
    for name, curve in CURVES.items():
        if curve.zero_centred and not np.isfinite(curve.domain[0]):
            function = F.FAMILY[name]
            assert function(-x, *ABOUT[name].parameters) == -function(x, *ABOUT[name].parameters), name


@given(middle)
def test_tanh_is_a_stretched_sigmoid(x: float) -> None:
    assert abs(F.tanh(x) - (2 * F.sigmoid(2 * x) - 1)) <= 4 * EPS


@given(line)
def test_relatives_of_the_sigmoid_agree(x: float) -> None:
    assert F.log_sigmoid(x) == -F.softplus(-x)
    assert F.softplus.derivative(x) == pytest.approx(F.sigmoid(x), rel=4 * EPS, abs=0)
    assert F.log_sigmoid.derivative(x) == pytest.approx(F.sigmoid(-x), rel=4 * EPS, abs=0)


@given(share)
def test_logit_there_and_back_keeps_the_probability(p: float) -> None:
    x = F.logit(p)
    # sigmoid turns an error of x into one of p times x(1 - p)
    assert F.sigmoid(x) == pytest.approx(p, rel=4 * EPS * (2 + abs(x)), abs=0)


@given(middle)
def test_inverse_there_and_back_keeps_x(x: float) -> None:
    # 1 - p keeps fewer digits as p nears 1, and so does what is read from it
    assert F.logit(F.sigmoid(x)) == pytest.approx(x, abs=4 * EPS * (2 + abs(x) + np.exp(max(x, 0.0))))


@given(st.floats(1e-12, 1 - 1e-12))
def test_every_pair_of_inverses_comes_back(p: float) -> None:
    for name in ("logit", "normal_quantile", "cloglog"):
        if name in F.FAMILY and hasattr(F.FAMILY[name], "inverse"):
            back = F.FAMILY[name].inverse(F.FAMILY[name](p))
            assert back == pytest.approx(p, rel=1e-13, abs=0), name


@given(middle)
def test_slope_from_the_output_is_the_slope(x: float) -> None:
    for name, curve in CURVES.items():
        function = F.FAMILY[name]
        if not hasattr(function, "derivative_from_output") or function.nin > 1:
            continue
        if np.isfinite(curve.domain[0]):
            continue
        y, slope = float(function(x)), float(function.derivative(x))
        # What the output has lost to rounding, the slope has lost too: two units of the output times its curvature.
        about = function.derivative_from_output(np.clip(y * (1 + np.array([-2, 2]) * EPS), *curve.range))
        near = float(np.max(np.abs(about - slope)))
        assert abs(float(function.derivative_from_output(y)) - slope) <= near + 8 * EPS * max(slope, EPS), (
            name
        )


@given(middle, middle)
def test_softplus_is_convex(a: float, b: float) -> None:
    between = F.softplus((a + b) / 2)
    assert between <= (F.softplus(a) + F.softplus(b)) / 2 * (1 + 4 * EPS)


@given(st.lists(line, min_size=2, max_size=50))
def test_sigmoid_never_turns_back(values: list[float]) -> None:
    y = F.sigmoid(np.sort(values))
    assert np.all(y[1:] >= y[:-1] * (1 - 2 * EPS))


@given(line)
def test_both_in_one_pass_are_the_two(x: float) -> None:
    for name, curve in CURVES.items():
        function = F.FAMILY[name]
        if hasattr(function, "value_and_derivative") and not np.isfinite(curve.domain[0]):
            value, slope = function.value_and_derivative(x, *ABOUT[name].parameters)
            assert value == pytest.approx(function(x, *ABOUT[name].parameters), rel=2 * EPS, abs=0)
            assert slope == pytest.approx(
                function.derivative(x, *ABOUT[name].parameters), rel=8 * EPS, abs=1e-300
            )
