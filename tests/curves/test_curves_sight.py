"""Limits that the points do not set: those far beyond the points, at far bounds, and of searches that went astray."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from ogive.curves import fit

UNITS = ((1.0, 1.0), (1e9, 1.0), (2.6e-4, 3e-7))


def lab(folder, name):
    """Doses and responses of a laboratory that saw the beginning of the effect only."""
    with (folder / "scurves/drc/mdra.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["LabID"] == name]
    return (np.array([float(row[key]) for row in rows]) for key in ("Concentration", "Response"))


@pytest.mark.parametrize("family", ["ll4", "ll3", "ll3u", "w1.4"])
def test_an_ec50_far_beyond_the_doses_has_no_upper_limit(shared_data, family):
    """Doses end at 0.001; the likelihood closes at 1e5 to 1e21, which only the formula says."""
    x, y = lab(shared_data, "C")
    for unit in (1.0, 1e9):
        found = fit(x * unit, y, family=family)
        name = next(one.name for one in found.family.parameters if one.unit == "x")
        ec50 = next(one for one in found.parameters if one.name == name)
        assert not ec50.identified and ec50.se is None
        assert ec50.estimate.high is None and "no upper limit" in ec50.estimate.method
        assert 0 < ec50.estimate.low < 0.02 * unit
        dose = found.effective_dose(50)[0]
        assert dose.estimate.high is None and not dose.identified


def test_a_standard_error_that_reaches_far_beyond_the_doses_is_none(shared_data):
    x, y = lab(shared_data, "C")
    found = fit(x, y, family="ll3u", intervals="wald")
    assert [one.name for one in found.parameters if one.se is None] == ["bottom", "ec50", "slope"]
    # melting that the last two points see: either end of Wald's interval is as unsure as the other one
    t = np.linspace(37, 67, 10)
    y = 1 / (1 + np.exp(0.25 * (t - 68))) + 0.02 * (-1.0) ** np.arange(10)
    midpoint = fit(t, y, family="boltzmann", intervals="wald").parameters[2]
    assert midpoint.name == "midpoint" and midpoint.se is None and midpoint.estimate.low is None


@pytest.mark.filterwarnings("error")
def test_searches_that_come_far_say_nothing(shared_data):
    """A location of ll5 that overflows on the way to its limit."""
    for name in "AC":
        found = fit(*lab(shared_data, name), family="ll5")
        assert found.limits["location"][1][0] == np.inf


def test_no_limit_of_a_slope_is_the_far_bound(shared_data):
    x, y = lab(shared_data, "C")
    slope = next(one for one in fit(x, y, family="ll4").parameters if one.name == "slope")
    assert slope.estimate.low is None and slope.estimate.high == pytest.approx(-0.1177, rel=1e-2)


@pytest.mark.parametrize("unit", UNITS)
def test_limits_within_sight_are_given_whatever_the_units(unit):
    """A midpoint just after the last point: its limit is within as far again as the points reach."""
    t = np.linspace(0, 30, 16)
    y = 100 / (1 + np.exp(-0.25 * (t - 32))) + np.random.default_rng(2).normal(0, 0.4, t.size)
    found = fit(t * unit[0], y * unit[1])
    low, high = (float(end[0]) / unit[0] for end in found.limits["midpoint"])
    assert low < 32 < high < 60
    assert high == pytest.approx(float(fit(t, y).limits["midpoint"][1][0]), rel=1e-5)
    short = fit(t[:11] * unit[0], y[:11] * unit[1])
    assert np.isinf(short.limits["midpoint"][1][0]) and 15 < short.limits["midpoint"][0][0] / unit[0] < 32


# Five points of growth that only the last one saw, where the search for a limit once ended in a false valley.
LAST = np.array([0.049059852, 0.009865879, -0.179767948, 0.671177261, 5.431708777])
FLAT = np.array([0.029799124, 0.094066239, 0.033677128, 0.259662097, 3.919777991])


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("y", [LAST, FLAT], ids=["last", "flat"])
def test_a_search_that_goes_astray_ends_where_it_ends_in_any_unit(y, unit):
    """The rate may be any large one so far as the points tell; curves lie within rounding of one another there."""
    x = np.arange(5) * 2.5
    found = fit(x * unit[0], y * unit[1], family="gompertz")
    assert found.limits["rate"][1][0] == np.inf
    plain = fit(x, y, family="gompertz")
    for name, by in (("midpoint", unit[0]), ("rate", 1 / unit[0]), ("capacity", unit[1])):
        for one, other in zip(plain.limits[name], found.limits[name], strict=True):
            np.testing.assert_allclose(other / by, one, rtol=1e-4)
