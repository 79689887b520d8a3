"""Families: formulas against what is computed, parameters there and back, slopes, and the list of them."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from ogive import InputError
from ogive.curves import families, family, fit

sys.path.insert(0, str(Path(__file__).parents[2]))  # the benchmarks stand beside the package, not in it
from benchmarks.curves_families import places, typical

# Where points would decide on a place, it is 0.
NAMES = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "maximum": np.maximum,
    "normal": ndtr,
    "first": 0.0,
    "launch": 0.0,
}
every = pytest.mark.parametrize("one", families().values(), ids=lambda one: one.name)


@every
def test_the_formula_is_what_is_computed(one):
    x = np.linspace(0.3, 6, 31)
    for variant, values in typical(one):
        expected = eval(one.formula, {"x": x, **NAMES, **values})
        z = one.canonical(values, variant)
        np.testing.assert_allclose(one.value(x, z, variant), expected, rtol=1e-12)


@every
def test_parameters_come_back_and_their_gradients_are_derivatives(one):
    for variant, values in typical(one):
        z = one.canonical(values, variant)[np.newaxis]
        for reading in one.parameters:
            assert reading.value(z)[0] == pytest.approx(values[reading.name], rel=1e-12)
            for j in range(z.shape[1]):
                step = np.eye(z.shape[1])[j] * 1e-6
                slope = (reading.value(z + step) - reading.value(z - step))[0] / 2e-6
                assert reading.gradient(z)[0, j] == pytest.approx(slope, rel=1e-6, abs=1e-9)


@every
def test_the_derivative_is_one(one):
    x = np.linspace(0.4, 5, 17)
    for variant, values in typical(one):
        z = one.canonical(values, variant)
        expected = (one.value(x + 1e-5, z, variant) - one.value(x - 1e-5, z, variant)) / 2e-5
        np.testing.assert_allclose(one.derivative(x, z, variant), expected, rtol=1e-6, atol=1e-9)


@every
def test_no_x_overflows(one):
    ends = np.array([1e-300, 1e300] if one.scale == "log" else [-1e300, 1e300])
    for variant, values in typical(one):
        assert np.isfinite(one.value(ends, one.canonical(values, variant), variant)).all()


@every
def test_simulated_curves_are_found_again_from_no_start(one):
    sets, n = 20, 40
    x = places(one, n)
    for variant, values in typical(one):
        exact = one.value(x, one.canonical(values, variant), variant)
        noise = np.random.default_rng(variant).normal(0, 0.01 * np.ptp(exact), (sets, n))
        found = fit(
            np.tile(x, sets), (exact + noise).ravel(), family=one.name, by=np.repeat(np.arange(sets), n)
        )
        assert (found.deviance < (noise**2).sum(axis=1)).all()
        for name, value in values.items():
            assert (np.abs(found.values[name] - value) < 6 * found.standard_errors[name]).all()


def told(one):
    """What a family says of the parameters of its shapes: their kinds, and the values."""
    return [
        (variant.made.parts[index].kind, value)
        for variant in one.variants
        for said in (variant.held, variant.low, variant.high)
        for index, value in said.items()
    ]


def units(one):
    """Units of x and y that a family can be told in: none where its numbers have a unit of their own."""
    by_x = [] if any(reading.unit == "J/mol" for reading in one.parameters) else [(1e-6, 1.0), (1e6, 1.0)]
    by_y = [(1.0, 1e9), (1.0, 1e-9)] if all(value == 0 for kind, value in told(one) if kind.y) else []
    return by_x + by_y


def without_zero(one):
    """Whether x has no zero for a family."""
    return one.scale == "linear" and not any(kind.t and kind.moved for kind, _ in told(one))


@every
def test_units_change_only_the_units_of_the_answer(one):
    x = np.geomspace(0.05, 40, 30) if one.scale == "log" else np.linspace(0.2, 6, 30)
    variant, values = typical(one)[0]
    exact = one.value(x, one.canonical(values, variant), variant)
    y = exact + np.random.default_rng(3).normal(0, 0.02 * np.ptp(exact), x.size)
    plain = fit(x, y, family=one.name)
    for by_x, by_y in units(one):
        scaled = fit(x * by_x, y * by_y, family=one.name)
        assert scaled.deviance[0] == pytest.approx(plain.deviance[0] * by_y**2, rel=1e-9)
        for reading in one.parameters:
            unit = (reading.unit or "1").replace(" ", " * ")
            power = plain.values.get("exponent", [1.0])[0]
            factor = eval(unit, {"x": by_x, "y": by_y, "exponent": power, "J": 1, "mol": 1})
            expected = plain.values[reading.name][0] * factor
            slack = 1e-5 * plain.standard_errors[reading.name][0] * factor
            assert scaled.values[reading.name][0] == pytest.approx(expected, rel=1e-7, abs=slack)


@pytest.mark.parametrize(
    "one", [one for one in families().values() if without_zero(one)], ids=lambda one: one.name
)
def test_time_can_be_shifted(one):
    x = np.linspace(0.2, 6, 30)
    variant, values = typical(one)[0]
    exact = one.value(x, one.canonical(values, variant), variant)
    y = exact + np.random.default_rng(4).normal(0, 0.02 * np.ptp(exact), x.size)
    plain, shifted = fit(x, y, family=one.name), fit(x + 1960, y, family=one.name)
    assert shifted.deviance[0] == pytest.approx(plain.deviance[0], rel=1e-9)
    np.testing.assert_allclose(shifted.predict(x + 1960), plain.predict(x), rtol=1e-6, atol=1e-6)


@every
def test_a_family_says_what_it_is(one):
    assert one.kind in {"growth", "dose-response", "physics and physiology", "learning"}
    assert one.title and one.source
    assert all(reading.meaning for reading in one.parameters)
    assert len({reading.name for reading in one.parameters}) == len(one.parameters)
    assert family(one.name) is one


def test_a_dose_of_0_is_the_level_on_the_left():
    one = family("ll4")
    z = one.canonical({"bottom": 1.0, "top": 9.0, "ec50": 2.0, "slope": -1.5})
    assert one.value(np.array([0.0]), z)[0] == 9.0
    assert math.isnan(one.derivative(np.array([0.0]), z)[0])


@pytest.mark.parametrize("name", ["psychometric", "psychometric-normal", "psychometric-gumbel"])
def test_shares_stay_shares(name):
    x = np.linspace(0, 10, 21)
    beyond = fit(x, 1.3 / (1 + np.exp(5 - x)) - 0.2, family=name)
    assert beyond.values["guess"] == beyond.values["lapse"] == 0
    within = fit(x, 0.2 + 0.7 / (1 + np.exp(5 - x)), family="psychometric")
    assert within.values["guess"] == pytest.approx(0.2)
    assert within.values["lapse"] == pytest.approx(0.1)


def test_mistakes():
    with pytest.raises(InputError, match="no family 'circle'"):
        family("circle")
    with pytest.raises(InputError, match="x is negative in 1 of 2"):
        family("ll4").place(np.array([-1.0, 1.0]))
