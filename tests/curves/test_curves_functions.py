"""Functions of the user: NIST's certified values, the same as built-in families, slopes, starts, mistakes."""

from __future__ import annotations

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import erf

from ogive import InputError
from ogive.curves import fit
from ogive.curves.formulas import Placed
from ogive.curves.functions import function_family
from ogive.curves.shapes import SHAPES

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
nist = SimpleNamespace(**runpy.run_path(str(BENCHMARKS / "curves_nist.py")))


def decay(x, a, b, c):
    return a * np.exp(-b * x) + c


def growth(x, capacity, midpoint, rate):
    return capacity / (1 + np.exp(-rate * (x - midpoint)))


def values(found):
    return np.array([each[0] for each in found.values.values()])


def placed(function, x, jacobian=None):
    (made,) = (variant.made for variant in function_family(function, jacobian=jacobian).variants)
    return Placed(made.formula, x, np.empty(0))


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", nist.MODELS)
def test_nist_certifies_the_answers(shared_data, name, start):
    """Without derivatives given, from both official starts."""
    one = nist.certified(name, shared_data / "reference/nist_strd")
    z, spread, rss = nist.fitted(nist.MODELS[name], one, one.starts[start])
    assert nist.digits(z, one.values) >= 9
    # residuals of Lanczos1 are 1e-13, a few hundred roundings of its points
    rounded = name == "Lanczos1"
    assert nist.digits(spread, one.deviations) >= (3 if rounded else 6)
    assert nist.digits(rss, one.rss) >= (2.7 if rounded else 9)


@pytest.mark.parametrize("name", ["Rat42", "Thurber", "Lanczos3", "Eckerle4", "Nelson", "Misra1b"])
def test_differences_reach_the_certified_digits_too(shared_data, name):
    one, model = nist.certified(name, shared_data / "reference/nist_strd"), nist.MODELS[name]

    def real(x, *p):
        return np.array(model(x, *[float(value) for value in p]), dtype=float)  # complex numbers are refused

    z, spread, rss = nist.fitted(real, one, one.starts[0])
    assert nist.digits(z, one.values) >= 9
    assert nist.digits(spread, one.deviations) >= 6
    assert nist.digits(rss, one.rss) >= 9


@pytest.mark.parametrize("name", ["Chwirut2", "Misra1a", "Rat42", "DanWood", "MGH10", "Kirby2", "Nelson"])
def test_no_start_is_needed_for_simple_curves(shared_data, name):
    one = nist.certified(name, shared_data / "reference/nist_strd")
    assert nist.digits(nist.fitted(nist.MODELS[name], one, None)[0], one.values) >= 9


def points(groups=1, n=20, noise="gaussian", seed=0):
    rng = np.random.default_rng(seed)
    x = np.tile(np.linspace(0.5, 11, n), groups)
    by = np.repeat([f"g{k}" for k in range(groups)], n)
    mean = np.concatenate([growth(x[:n], 40 + 9 * k, 4 + k, 0.9) for k in range(groups)])
    if noise == "binomial":
        return x, rng.binomial(30, mean / 80) / 30, by, np.full(x.size, 30.0)
    y = {
        "gaussian": lambda: mean + rng.normal(0, 1.5, mean.size),
        "poisson": lambda: rng.poisson(mean).astype(float),
        "gamma": lambda: mean * rng.gamma(40, 1 / 40, mean.size),
    }[noise]()
    return x, y, by, rng.uniform(0.5, 2, x.size)


def agree(own, built_in):
    """Estimates, standard errors, limits and all that is counted of two fits are the same."""
    np.testing.assert_allclose(own.deviance, built_in.deviance, rtol=1e-9)
    np.testing.assert_array_equal(own.degrees_of_freedom, built_in.degrees_of_freedom)
    for name in ("capacity", "midpoint", "rate"):
        np.testing.assert_allclose(own.values[name], built_in.values[name], rtol=1e-8)
        np.testing.assert_allclose(own.standard_errors[name], built_in.standard_errors[name], rtol=1e-6)
        for one, other in zip(own.limits[name], built_in.limits[name], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4)


@pytest.mark.parametrize("share", [(), ("rate",), ("capacity", "rate"), "all"])
@pytest.mark.parametrize("noise", ["gaussian", "poisson", "binomial", "gamma"])
def test_a_function_is_fitted_as_the_family_that_it_is(noise, share):
    x, y, by, w = points(3, noise=noise)
    start = {"capacity": 0.7 if noise == "binomial" else 50, "midpoint": 5, "rate": 0.5}
    usual = {"by": by, "weights": w, "noise": noise, "share": share}
    agree(fit(x, y, family=growth, start=start, **usual), fit(x, y, family="logistic", **usual))


def test_bands_slopes_and_what_is_fixed_are_the_familys():
    x, y, _, _ = points()
    for fix in ({}, {"rate": 0.9}):
        own, family = (fit(x, y, family=one, fix=fix) for one in (growth, "logistic"))
        at = np.array([-1.0, 3.0, 7.5, 20.0])
        np.testing.assert_allclose(own.predict(at), family.predict(at), rtol=1e-8)
        np.testing.assert_allclose(own.derivative(at), family.derivative(at), rtol=1e-7)
        for interval in ("confidence", "prediction"):
            bands = own.predict(at, interval=interval), family.predict(at, interval=interval)
            np.testing.assert_allclose(bands[0].low, bands[1].low, rtol=1e-4)
            np.testing.assert_allclose(bands[0].high, bands[1].high, rtol=1e-4)
        wide = [one.predict(at, interval="confidence", simultaneous=True).high for one in (own, family)]
        np.testing.assert_allclose(*wide, rtol=1e-4)
    assert own.values["rate"].tolist() == [0.9]


def test_increments_are_fitted_as_the_familys():
    x = np.linspace(0, 12, 25)
    y = np.random.default_rng(0).poisson(np.diff(growth(np.append(-0.5, x), 400, 6, 0.9))).astype(float)
    usual = {"noise": "poisson", "increments": True}
    agree(fit(x, y, family=growth, **usual), fit(x, y, family="logistic", **usual))
    with pytest.raises(InputError, match="several coordinates"):
        fit(np.column_stack([x, x]), y, family=growth, **usual)


def test_quantities_of_families_are_not_those_of_functions():
    x, y, _, _ = points()
    found = fit(x, y, family=growth)
    assert found.quantities == []
    with pytest.raises(InputError, match="growth is a function, of which only values and slopes are known"):
        found.effective_dose(50)
    with pytest.raises(InputError, match="only values and slopes"):
        found.derivative([1.0], interval="confidence")


@pytest.mark.parametrize(("x_unit", "y_unit"), [(1e-6, 1e9), (1e5, 1e-9)])
def test_limits_do_not_depend_on_units(x_unit, y_unit):
    x, y, _, _ = points()
    plain, scaled = fit(x, y, family=growth), fit(x * x_unit, y * y_unit, family=growth)
    for name, unit in (("capacity", y_unit), ("midpoint", x_unit), ("rate", 1 / x_unit)):
        np.testing.assert_allclose(scaled.values[name], plain.values[name] * unit, rtol=1e-8)
        np.testing.assert_allclose(scaled.limits[name], np.multiply(plain.limits[name], unit), rtol=1e-4)


LOGISTIC = SHAPES["logistic"]


def of_the_core(x, left, right, centre, rate):
    return left + (right - left) / (1 + np.exp(-np.exp(rate) * (x - centre)))


@pytest.mark.parametrize("increments", [False, True])
@pytest.mark.parametrize("noise", range(5))
def test_sets_are_computed_as_the_core_computes_them(noise, increments):
    """Values, slopes, scores and fits, of curves and of what they rise by."""
    rng, (shape,) = np.random.default_rng(noise), function_family(of_the_core).variants
    n, curves = 21, 3
    t = np.tile(np.linspace(-3, 3, n), curves)
    before, offsets = t - 6 / (n - 1) if increments else np.empty(0), np.arange(curves + 1) * n
    z = np.array([[0.1, 0.8 + 0.05 * c, 0.3 * c - 0.4, 0.5] for c in range(curves)])
    own, said = shape.made.values(t, before, offsets, z), LOGISTIC.values(t, before, offsets, z)
    np.testing.assert_allclose(own[0], said[0], rtol=1e-12)
    np.testing.assert_allclose(own[1], said[1], rtol=1e-10, atol=1e-14)
    y = rng.poisson(400 * said[0]) / 400 if noise != 3 else said[0] * rng.gamma(50, 1 / 50, t.size)
    y, root = np.clip(y, 0, 1), np.sqrt(rng.uniform(0.5, 2, t.size))
    scored = [one.scores(t, before, y, root, offsets, z, noise, 2.0) for one in (shape.made, LOGISTIC)]
    for one, other in zip(*scored, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    low = np.tile([0.0 if noise else -5.0, 0, -5, -3], (curves, 1))
    high = np.tile([5.0 if noise != 2 else 1.0] * 2 + [5.0, 3.0], (curves, 1))
    held, shared = np.array([True, False, False, False]), np.array([False, False, False, True])
    common = (t, before, y, root, offsets, np.array([0, 3]), held, shared, z, low, high, noise, 2.0)
    start = dict(zip(shape.made.formula.parameters, [0.1, 0.7, 0.0, 0.0], strict=True))
    (started,) = function_family(of_the_core, start).variants
    found, expected = started.made.fit(*common), LOGISTIC.fit(*common)
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-11)
    assert found[3].tolist() == [0]


def test_several_coordinates():
    """A plane times a decay: by least squares on its columns where the rate is held."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 2, (30, 2))
    y = (1 + 2 * x[:, 0]) * np.exp(-0.8 * x[:, 1]) + rng.normal(0, 0.05, 30)

    def plane(x, a, b, rate):
        return (a + b * x[:, 0]) * np.exp(-rate * x[:, 1])

    found = fit(x, y, family=plane)
    assert np.abs(values(found) - [1, 2, 0.8]).max() < 0.2
    held = fit(x, y, family=plane, fix={"rate": 0.8})
    columns = np.column_stack([np.ones(30), x[:, 0]]) * np.exp(-0.8 * x[:, [1]])
    expected = np.linalg.lstsq(columns, y)[0]
    np.testing.assert_allclose(values(held)[:2], expected, rtol=1e-9)
    np.testing.assert_allclose(held.predict(x[:4]), columns[:4] @ expected, rtol=1e-9)
    band = found.predict(x[:4], interval="confidence")
    assert (band.low < band.value).all() and (band.value < band.high).all()
    with pytest.raises(InputError, match=r"x has shape \(1,\), expected \(n, 2\)"):
        found.predict([1.0])
    with pytest.raises(InputError, match="2 coordinates"):
        found.derivative(x)


def test_a_bound_that_is_met_is_an_estimate():
    x = np.linspace(0, 4, 30)
    y = 2 * np.exp(-0.7 * x) + 0.5 + np.random.default_rng(0).normal(0, 0.01, 30)
    found = fit(x, y, family=decay, bounds={"b": (0.9, None), "c": (None, 5)})
    assert found.values["b"].tolist() == [0.9]
    columns = np.column_stack([np.exp(-0.9 * x), np.ones(30)])
    solved = np.linalg.lstsq(columns, y)[0]
    np.testing.assert_allclose(values(found)[[0, 2]], solved, rtol=1e-9)
    rss = ((y - columns @ solved) ** 2).sum()
    se = np.sqrt(np.diag(np.linalg.inv(columns.T @ columns)) * rss / 28)
    assert found.standard_errors["a"][0] == pytest.approx(se[0], rel=1e-8)
    low, high = found.limits["b"]
    assert low[0] == 0.9 and 0.9 < high[0] < 1.1
    everything = fit(x, y, family=decay, fix={"a": 2, "b": 0.7, "c": 0.4})
    assert values(everything).tolist() == [2, 0.7, 0.4]


def test_starts_are_those_given_or_of_the_signature_or_searched():
    x = np.linspace(0, 10, 60)
    y = np.sin(2.1 * x) + np.random.default_rng(0).normal(0, 0.01, 60)

    def wave(x, w=0.3):
        return np.sin(w * x)

    assert abs(fit(x, y, family=wave).values["w"][0] - 2.1) > 0.1
    assert fit(x, y, family=wave, start={"w": 2.0}).values["w"][0] == pytest.approx(2.1, abs=0.01)
    searched = fit(x, y, family=lambda x, w: np.sin(w * x), bounds={"w": (0, 30)})
    assert searched.values["w"][0] == pytest.approx(2.1, abs=0.01)
    named = fit(x, y, family=lambda x, *p: p[0] * np.sin(p[1] * x), start={"a": 2.0, "w": 2.0})
    assert list(named.values) == ["a", "w"] and named.values["a"][0] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("x_unit", "y_unit"), [(1e-6, 1e8), (1e5, 1e-9), (1e5, 1e8)])
def test_a_search_does_not_depend_on_units(x_unit, y_unit):
    x = np.linspace(0, 9, 25)
    y = 3 * np.exp(-0.6 * x) + 1.5 + 0.01 * np.sin(9 * x)
    plain = fit(x, y, family=decay, start={"a": 3, "b": 0.6, "c": 1.5}, intervals="wald")
    found = fit(x * x_unit, y * y_unit, family=decay, intervals="wald")
    np.testing.assert_allclose(values(found) * [1 / y_unit, x_unit, 1 / y_unit], values(plain), rtol=1e-8)
    assert found.solutions.converged.all()


def test_a_step_that_is_not_finite_is_not_taken():
    x = np.linspace(0.1, 5, 20)
    found = fit(x, np.log(1 + 0.2 * x), family=lambda x, a: np.log(1 + a * x), start={"a": 40})
    assert found.values["a"][0] == pytest.approx(0.2, rel=1e-9)
    # math.exp overflows
    found = fit(x, x**2, family=lambda x, a: x**2 * math.exp(a), start={"a": -8})
    assert abs(found.values["a"][0]) < 1e-9


def test_a_profile_goes_on_where_the_function_fails():
    """Limits are those of another function that does not."""
    x, y, _, _ = points(n=8)

    def careful(x, capacity, midpoint, rate):
        if rate > 0.94:
            raise ValueError("too fast")
        return growth(x, capacity, midpoint, rate)

    low, high = fit(x, y, family=careful, start={"capacity": 45, "midpoint": 4, "rate": 0.8}).limits["rate"]
    plain = fit(x, y, family=growth).limits["rate"]
    assert low[0] == pytest.approx(plain[0][0], rel=1e-4)
    assert plain[1][0] > 0.95 and high[0] == pytest.approx(0.94, abs=0.001)


def test_a_step_that_raises_is_not_taken():
    x = np.linspace(0.1, 5, 20)
    y = np.log(1 + 0.2 * x)
    found = fit(x, y, family=lambda x, a: [math.log(1 + a * t) for t in x], start={"a": 90})
    assert found.values["a"][0] == pytest.approx(0.2, rel=1e-9)
    # where it ends, the function is not defined on one side
    found = fit(x, -y, family=lambda x, a: [-math.sqrt(a) * t for t in x], start={"a": 4})
    assert 0 < found.values["a"][0] < 0.1


@pytest.mark.parametrize(("name", "last"), [("Misra1c", 2), ("Bennett5", 3), ("Nelson", 3), ("MGH10", 3)])
def test_a_profile_is_where_refits_with_a_held_value_lose_so_much(shared_data, name, last):
    """Far apart in size, nearly alike, or both: the F test of every limit just rejects."""
    from scipy.stats import f as f_distribution

    one, model = nist.certified(name, shared_data / "reference/nist_strd"), nist.MODELS[name]
    start = {f"b{k + 1}": one.values[k] for k in range(last)}
    found = fit(one.x, one.y, family=model, start=start)
    df = found.degrees_of_freedom[0]
    for parameter, (low, high) in found.limits.items():
        for limit in (low[0], high[0]):
            held = fit(one.x, one.y, family=model, start=start, fix={parameter: limit})
            risen = (held.deviance - found.deviance)[0] / found.deviance[0] * df
            assert risen == pytest.approx(f_distribution.ppf(0.95, 1, df), rel=1e-4)


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
    at, p = placed(function, np.linspace(0.1, 3, 20)), np.array(p, dtype=float)
    assert at.choose(p, at.at(p)) == expected


@pytest.mark.parametrize(
    ("b", "unit"), [(0.7, 1), (1960, 5), (1e-9, 1e-9), (0, 1), (0, 1e-9), (1e-7, 1), (-3, 1e4)]
)
def test_differences_find_their_steps(b, unit):
    """The slope of tanh(((B - b) / unit + 0.3) x) by B at b is x (1 - tanh(0.3 x)^2) / unit."""
    x, p = np.linspace(0.1, 3, 7), np.array([float(b)])
    at = placed(lambda x, B: np.tanh(((float(B) - b) / unit + 0.3) * x), x)
    rounding = 1e-15 * max(abs(b) / unit, 1)
    slopes = at.slopes(p, at.at(p))[0]
    np.testing.assert_allclose(slopes * unit, x / np.cosh(0.3 * x) ** 2, rtol=1e-10 + 1e3 * rounding)


def test_a_jacobian_is_used_and_checked():
    x = np.linspace(0, 4, 30)
    y = 2 * np.exp(-0.7 * x)
    calls = []

    def function(x, a, b):
        return a * np.exp(-b * x)

    def jacobian(x, a, b):
        calls.append(a)
        return np.column_stack([np.exp(-b * x), -a * x * np.exp(-b * x)])

    start = {"a": 1, "b": 1}
    found = fit(x, y, family=function, jacobian=jacobian, start=start)
    np.testing.assert_allclose(values(found), [2, 0.7], rtol=1e-10)
    assert calls
    with pytest.raises(InputError, match="jacobian of function is not its derivative by b"):
        fit(x, y, family=function, start=start, jacobian=lambda x, a, b: jacobian(x, a, b) * [1, -1])
    with pytest.raises(InputError, match=r"shape \(2, 30\), expected real numbers of shape \(30, 2\)"):
        fit(x, y, family=function, start=start, jacobian=lambda x, a, b: jacobian(x, a, b).T)


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
        (fails, [1, 2], r"function fails raised KeyError: 'dose' \(the curve, a = 1, b = 2\)"),
        (fails, None, "raised KeyError"),
        (half, [1, 2], r"returned float64 of shape \(4,\), expected real numbers of shape \(8,\)"),
        (lambda x, a, b: a, [1, 2], r"of shape \(\), expected"),
        (lambda x, a, b: (a + 1j) * x + b, [1, 2], "returned complex128 of shape"),
        (lambda x, a, b: np.array([None] * 8), [1, 2], "returned object of shape"),
        (lambda x, a, b: None, None, "returned object of shape"),
        (lambda x, a, b: np.log(a) * x + b, [-1, 2], r"not finite at the start \(the curve, a = -1, b = 2\)"),
        (lambda x, a, b: a * b * x * np.nan, None, "finite at none of"),
        (writes, [1, 2], "read-only"),
    ],
)
def test_functions_that_cannot_be_fitted(function, start, message):
    given = None if start is None else dict(zip("ab", start, strict=True))
    with pytest.raises(InputError, match=message):
        fit(X, 2 * X + 1, family=function, start=given)
    assert X.flags.writeable and X[0] == 0.5


def test_the_original_exception_is_chained():
    with pytest.raises(InputError) as caught:
        fit(X, X, family=fails, start={"a": 1, "b": 2})
    assert isinstance(caught.value.__cause__, KeyError)


def test_the_group_that_fails_is_named():
    def function(x, a):
        if x[0] > 4:
            raise ValueError("too late")
        return a * x

    with pytest.raises(InputError, match=r"too late \(the group 'late', a = 1\)"):
        fit(X, X, family=function, start={"a": 1}, by=["early"] * 7 + ["late"])


def test_a_group_that_is_too_small_is_refused_and_the_others_are_fitted():
    found = fit(X, 2 * X + X**2, family=lambda x, a, b: a * x + b, by=[*"uuuuuuuv"])
    assert found.groups == ("u",) and "there are 1 point" in found.refused[0].reason
    with pytest.raises(InputError, match="8 points for 9 parameters"):
        fit(X, X, family=lambda x, a, b: a * x + b, by=list(range(8)), share=["a"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"family": lambda x: x}, "has no parameters"),
        ({"family": lambda x, *p: x}, "has no parameters"),
        ({"family": max}, "does not tell its parameters"),
        ({"family": 3}, "family is int, which cannot be called"),
        ({"jacobian": 3}, "jacobian is int, which cannot be called"),
        ({"start": {"d": 1}}, "start names 'd', which the function decay does not have"),
        ({"start": {"a": math.nan}}, "the start of a is nan"),
        ({"start": {"a": "high"}}, "the start of a is 'high'"),
        ({"bounds": {"d": (0, 1)}}, "bounds names 'd'"),
        ({"bounds": {"a": 0}}, "the bounds of a are 0"),
        ({"bounds": {"a": (math.nan, 1)}}, "a bound of a is nan"),
        ({"bounds": {"a": (2, 1)}}, "the bounds of a are 2 and 1"),
        ({"bounds": {"a": (1, 1)}}, "the bounds of a are 1 and 1"),
        ({"family": "logistic", "start": {"rate": 1}}, "start is for functions"),
        ({"family": "logistic", "bounds": {"rate": (0, 1)}}, "bounds is for functions"),
        ({"share": ["d"]}, "no parameter 'd'"),
        ({"x": np.zeros((8, 2, 2))}, "x must be one-dimensional"),
        ({"x": np.zeros((7, 2))}, "y has 8 values"),
    ],
)
def test_mistakes(arguments, message):
    usual = {"x": X, "y": 3 * X + 1, "family": decay, "start": {"a": 1.0}} | arguments
    if "family" in arguments and "start" not in arguments:
        del usual["start"]
    with pytest.raises(InputError, match=message):
        fit(usual.pop("x"), usual.pop("y"), **usual)
