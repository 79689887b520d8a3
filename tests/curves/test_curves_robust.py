"""Robust losses and outliers: other programs' numbers, planted outliers, and how many clean points are named."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares
from scipy.stats import t as student

from ogive import InputError
from ogive.curves import fit

REFERENCE = Path(__file__).parents[1] / "reference"
NAMES = ("bottom", "top", "midpoint", "slope")


def table(name, case):
    with (REFERENCE / name).open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["case"] == case]


def points():
    rows = table("curves_noise_points.csv", "robust")
    return np.array([[float(row["x"]), float(row["y"])] for row in rows]).T


def four(x, bottom, top, midpoint, slope):
    return bottom + (top - bottom) / (1 + np.exp(-slope * (x - midpoint)))


def drawn(curves, n=24, seed=0):
    """Curves with Gaussian noise, a group each."""
    rng = np.random.default_rng(seed)
    x = np.tile(np.linspace(0, 10, n), curves)
    return x, four(x, 2, 40, 5, 1.1) + rng.normal(size=x.size), np.repeat(np.arange(curves), n)


@pytest.mark.parametrize(("loss", "case"), [("huber", "huber"), ("tukey", "bisquare")])
def test_robust_curves_are_those_of_nlrob(loss, case):
    """Its scale divides by 0.6745; its standard errors square weights in the place of psi."""
    x, y = points()
    found = fit(x, y, family="boltzmann", robust=loss)
    for row in table("curves_noise_fits.csv", case):
        if row["term"] == "scale":
            continue
        se = found.standard_errors[row["term"]][0]
        assert found.values[row["term"]][0] == pytest.approx(float(row["estimate"]), abs=2e-4 * se)


@pytest.mark.parametrize(("robust", "loss", "large"), [("huber", "huber", 1.345), ("cauchy", "cauchy", 1.0)])
def test_robust_curves_minimise_their_loss(robust, loss, large):
    x, y = points()
    found = fit(x, y, family="boltzmann", robust=robust)
    at = np.array([found.values[name][0] for name in NAMES])
    size = np.abs(y - four(x, *at))
    scale = (
        np.median(size) / 0.6744897501960817
        if robust == "huber"
        else np.quantile(size, 0.6827, method="weibull") * 30 / 26
    )
    direct = least_squares(
        lambda q: four(x, *q) - y,
        at * 1.1,
        loss=loss,
        f_scale=large * scale,
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-12,
    )
    np.testing.assert_allclose(at, direct.x, rtol=1e-5)


def test_standard_errors_of_robust_curves_are_the_spread_of_estimates():
    x, y, by = drawn(400)
    for loss, efficiency in (("huber", 0.95), ("tukey", 0.95)):
        found = fit(x, y, by=by, family="boltzmann", robust=loss)
        plain = fit(x, y, by=by, family="boltzmann")
        for name in ("top", "midpoint"):
            spread = found.values[name].std()
            assert np.sqrt((found.standard_errors[name] ** 2).mean()) == pytest.approx(spread, rel=0.12)
            assert (plain.values[name].std() / spread) ** 2 == pytest.approx(efficiency, abs=0.08)


def test_groups_are_robust_each_by_itself():
    x, y, by = drawn(3)
    y[[5, 30, 31]] += 20
    for loss in ("huber", "tukey", "cauchy", "rout"):
        found = fit(x, y, by=by, family="boltzmann", robust=loss)
        for k in range(3):
            alone = fit(x[by == k], y[by == k], family="boltzmann", robust=loss)
            assert found.values["top"][k] == pytest.approx(alone.values["top"][0], rel=1e-7)
    plain = fit(x, y, by=by, family="boltzmann")
    assert abs(plain.values["bottom"][0] - 2) > 3 * abs(found.values["bottom"][0] - 2)


def test_planted_outliers_are_found_and_named():
    x, y, by = drawn(40, seed=3)
    rng = np.random.default_rng(4)
    planted = np.sort(np.concatenate([24 * k + rng.choice(24, 2, replace=False) for k in range(40)]))
    y[planted] += rng.choice([-1, 1], planted.size) * 12
    order = rng.permutation(x.size)
    found = fit(x[order], y[order], by=by[order], family="boltzmann", robust="rout")
    rows = np.array([order[one.row] for one in found.outliers])
    assert np.isin(planted, rows).mean() > 0.97
    assert np.isin(rows, planted).mean() > 0.95
    assert found.points.x.size == x.size - len(rows)
    one = found.outliers[0]
    assert (one.x, one.y, one.group) == (x[rows[0]], y[rows[0]], str(by[rows[0]]))
    assert one.p_value == pytest.approx(2 * student.sf(abs(one.t), 20), rel=1e-12)
    clean = fit(np.delete(x, rows), np.delete(y, rows), by=np.delete(by, rows), family="boltzmann")
    np.testing.assert_allclose(found.values["top"], clean.values["top"], rtol=1e-9)


@pytest.mark.parametrize("n", [8, 12, 24])
def test_clean_points_are_seldom_taken_for_outliers(n):
    """Motulsky and Brown found an outlier in 1 to 3 % of clean sets with Q = 1 %, and more with more."""
    x, y, by = drawn(1000, n, seed=5)
    strict, loose = (fit(x, y, by=by, family="boltzmann", robust="rout", q=q).outliers for q in (0.01, 0.1))
    share, error = len({one.group for one in strict}) / 1000, 2.6 * np.sqrt(0.02 * 0.98 / 1000)
    assert 0.01 - error < share < 0.03 + error
    assert len({one.group for one in loose}) > 1.5 * len({one.group for one in strict})
    assert {one.row for one in strict} <= {one.row for one in loose}


def test_points_on_the_curve_have_no_outliers_and_no_scale():
    x = np.linspace(0, 10, 15)
    y = four(x, 2, 40, 5, 1.1)
    for loss in ("huber", "tukey", "rout"):
        found = fit(x, y, family="boltzmann", robust=loss)
        assert found.values["top"][0] == pytest.approx(40, rel=1e-7) and not found.outliers


def test_weights_count_in_what_is_far():
    """A point that is known to be poor is no outlier; one as far off that is known well is."""
    x, y, _ = drawn(1, seed=7)
    y[6] += 9
    assert [one.row for one in fit(x, y, family="boltzmann", robust="rout").outliers] == [6]
    weights = np.ones(x.size)
    weights[6] = 0.01
    assert not fit(x, y, family="boltzmann", robust="rout", weights=weights).outliers


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"robust": "loud"}, "no robust loss 'loud'"),
        ({"robust": "huber", "noise": "poisson"}, "is for Gaussian noise"),
        ({"robust": "huber", "dispersion": 1.0}, "estimates the spread"),
        ({"robust": "huber", "intervals": "bootstrap"}, "robust='huber' has no bootstrap"),
        ({"robust": "rout", "q": 0}, "q is 0"),
    ],
)
def test_mistakes(change, message):
    usual = {"x": [1, 2, 3, 4, 5, 6], "y": [1, 2, 4, 7, 9, 9.5]} | change
    with pytest.raises(InputError, match=message):
        fit(usual.pop("x"), usual.pop("y"), **usual)
