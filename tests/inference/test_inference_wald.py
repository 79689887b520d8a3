"""Wald statistics: tails, odds ratios, and no invalid number."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from ogive import Estimate, InputError
from ogive._base import decode, encode
from ogive.inference import WaldRow, odds_ratio, wald_table


@pytest.mark.parametrize("z", [0.0, 0.5, 3.0, 8.5, 20.0, 37.0])
def test_p_value_keeps_its_digits_far_out_in_the_tail(z):
    row = wald_table(np.array([0.0, z]), np.eye(2))[1]
    expected = mpmath.erfc(mpmath.mpf(z) / mpmath.sqrt(2))
    assert row.p == pytest.approx(float(expected), rel=1e-12)
    assert row.z == z


def test_interval_at_another_level():
    row = wald_table(np.array([1.0, 2.0]), np.diag([1.0, 0.25]), level=0.9)[1]
    half = 0.5 * float(mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf("0.9")))
    assert (row.low, row.high) == pytest.approx((2 - half, 2 + half), rel=1e-14)
    assert row.interval.level == 0.9


def test_unidentified_coefficients_have_a_reason_and_no_number():
    V = np.full((3, 3), np.nan)
    V[0, 0] = 1.0
    rows = wald_table(np.array([0.1, 0.2, 0.3]), V, names=["(intercept)", "a", "b"])
    assert rows[0].standard_error == 1.0
    for row in rows[1:]:
        assert (row.standard_error, row.z, row.p, row.low, row.high) == (None,) * 5
        assert "do not identify" in row.reason
        assert row.interval.low is None and row.reason in row.interval.method
        assert decode(encode(row), WaldRow) == row


def test_a_reason_withholds_every_statistic():
    rows = wald_table(np.zeros(2), np.eye(2), reason="the fit is penalised")
    assert all(row.p is None and row.reason == "the fit is penalised" for row in rows)


def test_wrong_shapes_and_levels_are_refused():
    with pytest.raises(InputError, match=r"shape \(2, 2\)"):
        wald_table(np.zeros(2), np.eye(3))
    with pytest.raises(InputError, match="level"):
        wald_table(np.zeros(2), np.eye(2), level=95)
    with pytest.raises(InputError, match="names"):
        wald_table(np.zeros(2), np.eye(2), names=["only one"])


def test_odds_ratio_of_several_units_and_downwards():
    b = Estimate(value=0.5, low=0.2, high=0.8, method="Wald")
    up, down = odds_ratio(b, units=2), odds_ratio(b, units=-2)
    assert (up.value, up.low, up.high) == pytest.approx((math.exp(1), math.exp(0.4), math.exp(1.6)))
    assert (down.value, down.low, down.high) == pytest.approx((math.exp(-1), math.exp(-1.6), math.exp(-0.4)))


def test_odds_ratio_beyond_the_largest_number_is_none():
    b = Estimate(value=600.0, low=500.0, high=800.0, method="Wald")
    assert odds_ratio(b).high is None and odds_ratio(b).low is not None
    assert odds_ratio(b, units=2) is None
    assert odds_ratio(b, units=1e-2).value == pytest.approx(math.exp(6))


def test_odds_ratio_without_an_interval():
    ratio = odds_ratio(Estimate(value=1.0, method="no interval: separated"))
    assert ratio.low is None and ratio.high is None and "separated" in ratio.method
