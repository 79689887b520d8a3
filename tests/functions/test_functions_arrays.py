"""Every function on every kind of input: special values, types, layouts, tables of other libraries."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ogive import functions as F
from ogive.functions.about import ABOUT
from ogive.functions.family import CURVES

NAN, INF = math.nan, math.inf
# At -inf, -0.0, 0.0, inf and NaN.
SPECIAL = {
    "sigmoid": (0.0, 0.5, 0.5, 1.0, NAN),
    "log_sigmoid": (-INF, -math.log(2), -math.log(2), 0.0, NAN),
    "log1m_sigmoid": (0.0, -math.log(2), -math.log(2), -INF, NAN),
    "softplus": (0.0, math.log(2), math.log(2), INF, NAN),
    "tanh": (-1.0, 0.0, 0.0, 1.0, NAN),
    "hard_sigmoid": (0.0, 0.5, 0.5, 1.0, NAN),
    "softsign": (-1.0, 0.0, 0.0, 1.0, NAN),
    "arctan_sigmoid": (-1.0, 0.0, 0.0, 1.0, NAN),
    "algebraic_sigmoid": (-1.0, 0.0, 0.0, 1.0, NAN),
    "normal_cdf": (0.0, 0.5, 0.5, 1.0, NAN),
    "cloglog_inverse": (0.0, 1 - math.exp(-1), 1 - math.exp(-1), 1.0, NAN),
    "gompertz": (0.0, math.exp(-1), math.exp(-1), 1.0, NAN),
    "relu": (0.0, 0.0, 0.0, INF, NAN),
    "leaky_relu": (-INF, 0.0, 0.0, INF, NAN),
    "elu": (-1.0, 0.0, 0.0, INF, NAN),
    "gelu": (0.0, 0.0, 0.0, INF, NAN),
    "gelu_tanh": (0.0, 0.0, 0.0, INF, NAN),
    "silu": (0.0, 0.0, 0.0, INF, NAN),
    "mish": (0.0, 0.0, 0.0, INF, NAN),
    "logit": (NAN, -INF, -INF, NAN, NAN),
    "normal_quantile": (NAN, -INF, -INF, NAN, NAN),
    "cloglog": (NAN, -INF, -INF, NAN, NAN),
}
OPERATIONS = [
    (name, operation)
    for name, curve in CURVES.items()
    for operation in ("value", "derivative", "second_derivative", "derivative_from_output")
    if operation == "value" or hasattr(F.FAMILY[name], operation)
]


def call(name: str, operation: str):
    """An operation as a function of its first argument, the others at their usual values."""
    ufunc = F.FAMILY[name] if operation == "value" else getattr(F.FAMILY[name], operation)
    parameters = ABOUT[name].parameters[: ufunc.nin - 1]
    return lambda x, **options: ufunc(x, *(np.asarray(x).dtype.type(p) for p in parameters), **options)


def inside(name: str, operation: str, n: int = 1000, reach: float = 30.0) -> np.ndarray:
    """Numbers that the operation takes: of the domain, or outputs."""
    curve = CURVES[name]
    low, high = curve.range if operation == "derivative_from_output" else curve.domain
    return np.linspace(max(low, -reach) + 1e-3, min(high, reach) - 1e-3, n)


@pytest.mark.parametrize("name", [name for name in SPECIAL if name in CURVES])
def test_special_values(name: str) -> None:
    found = F.FAMILY[name](np.array([-INF, -0.0, 0.0, INF, NAN]))
    assert np.allclose(found, SPECIAL[name], rtol=1e-15, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", [n for n in ("logit", "normal_quantile", "cloglog") if n in CURVES])
def test_what_is_no_probability_gives_nan(name: str) -> None:
    outside = [-1.0, -1e-300, 1 + 2.0**-52, 2.0, -INF, INF]
    assert np.isnan(F.FAMILY[name](outside)).all()
    assert np.isnan(F.FAMILY[name].derivative(outside)).all()
    assert F.FAMILY[name](1.0) == INF and F.FAMILY[name](0.0) == -INF


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_no_finite_number_raises_a_floating_point_warning(name: str, operation: str) -> None:
    function = call(name, operation)
    powers = np.concatenate([2.0 ** np.arange(-1074, 1024), [np.finfo(float).max, 0.0]])
    for kind in (np.float64, np.float32):
        with np.errstate(all="ignore"):
            x = np.concatenate([-powers, powers, inside(name, operation)]).astype(kind)
        with np.errstate(all="raise"):
            function(x[np.isfinite(x)])


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_layouts_make_no_difference(name: str, operation: str) -> None:
    function, x = call(name, operation), inside(name, operation, 1200)
    expected = function(x)
    assert np.array_equal(function(x[::-1])[::-1], expected)
    assert np.array_equal(function(x[::7]), expected[::7])
    assert np.array_equal(function(np.asfortranarray(x.reshape(30, 40))), expected.reshape(30, 40))
    offset = np.empty(1201)[1:]
    offset[:] = x
    assert np.array_equal(function(offset), expected)
    frozen = x.copy()
    frozen.flags.writeable = False
    assert np.array_equal(function(frozen), expected)
    assert [function(v) for v in x[:40]] == list(expected[:40])


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_out_may_overlap_the_input(name: str, operation: str) -> None:
    function, x = call(name, operation), inside(name, operation)
    expected = function(x)
    same = x.copy()
    assert function(same, out=same) is same and np.array_equal(same, expected)
    shifted = np.concatenate([x, [0.0]])
    function(shifted[:-1], out=shifted[1:])
    assert np.array_equal(shifted[1:], expected)
    there = np.full(x.size, 7.0)
    function(x, out=there, where=x > x[10])
    assert np.all(there[:11] == 7.0) and np.array_equal(there[11:], expected[11:])


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_types_are_those_of_numpy(name: str, operation: str) -> None:
    function, x = call(name, operation), inside(name, operation, 50, reach=4.0)
    for kind in (np.float16, np.float32, np.float64):
        assert function(x.astype(kind)).dtype == kind
        assert function(np.empty((0, 3), dtype=kind)).shape == (0, 3)
    exact = function(x)
    # Each type is as near to the others as its own digits are.
    assert np.allclose(
        function(x.astype(np.float32).astype(float)), function(x.astype(np.float32)), rtol=1e-5, atol=1e-6
    )
    assert np.isfinite(exact).all()


@pytest.mark.parametrize("name", [name for name in CURVES if not ABOUT[name].parameters])
def test_integers_booleans_lists_and_scalars_are_numbers(name: str) -> None:
    function = F.FAMILY[name]
    expected = function(np.array([0.0, 1.0]))
    assert np.array_equal(function([0, 1]), expected, equal_nan=True)
    assert np.array_equal(function(np.array([0, 1], dtype=np.int64)), expected, equal_nan=True)
    assert np.allclose(function([False, True]), expected, rtol=1e-2, equal_nan=True)
    assert isinstance(function(1.0), np.float64)
    assert function(np.array(1.0)).shape == ()


@pytest.mark.parametrize("name", F.FAMILY)
@pytest.mark.parametrize(
    "bad",
    [np.array(["1.0"]), np.array([1j]), np.array([{}], dtype=object)],
    ids=["text", "complex", "object"],
)
def test_what_is_no_number_is_a_type_error(name: str, bad: np.ndarray) -> None:
    function = F.FAMILY[name]
    with pytest.raises(TypeError, match=name):
        function(*[bad] * function.nin)


def test_pandas_keeps_its_index() -> None:
    pd = pytest.importorskip("pandas")
    series = pd.Series([0.0, 1.0], index=["a", "b"], name="z")
    for function in (F.sigmoid, F.sigmoid.derivative, F.tanh, F.softplus):
        result = function(series)
        assert isinstance(result, pd.Series) and list(result.index) == ["a", "b"] and result.name == "z"
        assert np.array_equal(result, function(series.to_numpy()))


def test_dask_stays_lazy() -> None:
    da = pytest.importorskip("dask.array")
    x = np.linspace(-5, 5, 1000)
    for function in (F.sigmoid, F.sigmoid.derivative, F.softplus):
        lazy = function(da.from_array(x, chunks=100))
        assert isinstance(lazy, da.Array)
        assert np.array_equal(lazy.compute(scheduler="synchronous"), function(x))


def test_brain_floats() -> None:
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    x = np.linspace(-8, 8, 101).astype(bfloat16)
    result = F.sigmoid(x)
    assert result.dtype == bfloat16
    assert np.allclose(result.astype(float), F.sigmoid(x.astype(float)), rtol=2.0**-8)


@pytest.mark.parametrize("operation", ["value", "derivative", "second_derivative"])
def test_brain_floats_with_labels(operation) -> None:
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    function = F.cross_entropy if operation == "value" else getattr(F.cross_entropy, operation)
    z = np.linspace(-3, 3, 12).reshape(4, 3).astype(bfloat16)
    result = function(z, [0, 1, 2, 0])
    assert result.dtype == bfloat16
    assert np.allclose(result.astype(float), function(z.astype(float), [0, 1, 2, 0]), rtol=2.0**-8)
