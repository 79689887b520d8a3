"""Platt scaling, temperature, beta and spline calibration: against other programs and independent optimisation."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq, minimize
from scipy.special import expit, xlogy
from scipy.special import logit as scipy_logit
from sklearn.calibration import _SigmoidCalibration

from ogive.calibration import BetaCalibration, PlattScaling, SplineCalibration, TemperatureScaling
from ogive.calibration.rising import rising_fit
from ogive.calibration.spline import SIZES, climb

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
AT = (0.05, 0.3, 0.5, 0.9)


def draw(n, seed, curve=lambda z: 0.6 * z - 0.4):
    """Scores, and outcomes whose log-odds are a curve of theirs."""
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 1.7, n)
    return expit(z), (rng.random(n) < expit(curve(z))).astype(float), rng.integers(1, 4, n).astype(float)


def smoothed(y, w):
    """Platt's targets."""
    return np.where(y == 1, (w[y == 1].sum() + 1) / (w[y == 1].sum() + 2), 1 / (w[y == 0].sum() + 2))


def mean_loss(z, target, w):
    return np.average(np.logaddexp(0, z) - target * z, weights=w)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("logits", [False, True])
def test_platt_is_the_optimum_that_scipy_finds_for_the_smoothed_targets(seed, logits):
    p, y, w = draw(80, seed)
    z = scipy_logit(p)
    found = minimize(lambda t: mean_loss(t[0] * z + t[1], smoothed(y, w), w), [1.0, 0.0], tol=1e-14)
    platt = PlattScaling(logits=logits).fit(z if logits else p, y, w)
    np.testing.assert_allclose([platt.slope_, platt.intercept_], found.x, atol=1e-6)


def test_platt_is_what_scikit_learn_makes_of_log_odds():
    p, y, w = draw(400, 7)
    z = scipy_logit(p)
    theirs = _SigmoidCalibration().fit(z, y, w).predict(z)
    np.testing.assert_allclose(PlattScaling().fit(p, y, w).transform(p), theirs, atol=1e-4)


def test_temperature_is_the_root_of_its_score():
    p, y, w = draw(80, 1)
    z = scipy_logit(p)
    root = brentq(lambda slope: np.sum(w * z * (y - expit(slope * z))), 0.0, 10.0, xtol=1e-14)
    assert TemperatureScaling().fit(p, y, w).slope_ == pytest.approx(root, rel=1e-9)


def test_beta_is_that_of_its_authors():
    with (REFERENCE / "beta_cases.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (REFERENCE / "beta_fits.csv").open(newline="") as file:
        fits = list(csv.DictReader(file))
    assert len(fits) == 4
    for fit in fits:
        own = [row for row in rows if row["case"] == fit["case"]]
        y, p, w = (np.array([float(row[name]) for row in own]) for name in ("y", "p", "w"))
        beta = BetaCalibration().fit(p, y, w)
        np.testing.assert_allclose([beta.a_, beta.b_], [float(fit["a"]), float(fit["b"])], atol=1e-8)
        np.testing.assert_allclose(beta.transform(AT), [float(fit[str(at)]) for at in AT], atol=1e-9)


@pytest.mark.parametrize("make", [PlattScaling, BetaCalibration, TemperatureScaling, SplineCalibration])
def test_probabilities_and_their_log_odds_are_calibrated_alike(make):
    p, y, w = draw(200, 3)
    one = make().fit(p, y, w).transform(p)
    other = make(logits=True).fit(scipy_logit(p), y, w).transform(scipy_logit(p))
    np.testing.assert_allclose(one, other, atol=1e-9)


@pytest.mark.parametrize("make", [PlattScaling, BetaCalibration, TemperatureScaling, SplineCalibration])
def test_certain_scores_count_as_1e_6_or_as_the_nearest_other_score(make):
    p, y, _ = draw(200, 4)
    certain = p.copy()
    certain[:2] = 0.0, 1.0
    counted = p.copy()
    counted[:2] = 1e-6, 1 - 1e-6
    new = [0.0, 1e-9, 1e-6, 0.5, 1.0]
    found = make().fit(certain, y).transform(new)
    np.testing.assert_allclose(found, make().fit(counted, y).transform(new), rtol=1e-12)
    assert found[0] == found[1] == found[2] > 0
    certain[2], counted[:3] = 1e-8, (1e-8, 1 - 1e-6, 1e-8)
    found = make().fit(certain, y).transform(new)
    np.testing.assert_allclose(found, make().fit(counted, y).transform(new), rtol=1e-12)
    assert 0 < found[0] <= found[1] <= found[2]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_slopes_that_may_not_be_negative_are_the_optimum_of_a_bounded_search(seed, size):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(60, size)) @ rng.normal(size=(size, size))
    share, weight = rng.random(60), rng.exponential(size=60)
    intercept, slopes = rising_fit(columns, share, weight)
    assert (slopes >= 0).all()
    z = intercept + columns @ slopes
    gradient = columns.T @ (weight * (share - expit(z)))
    scale = columns.std(axis=0) * weight.sum()
    assert (np.abs(gradient[slopes > 0]) <= 1e-7 * scale[slopes > 0]).all()
    assert (gradient <= 1e-7 * scale).all()
    assert abs(np.sum(weight * (share - expit(z)))) < 1e-7 * weight.sum()
    theirs = minimize(
        lambda t: mean_loss(t[0] + columns @ t[1:], share, weight),
        np.zeros(size + 1),
        method="L-BFGS-B",
        bounds=[(None, None)] + [(0, None)] * size,
    )
    assert mean_loss(z, share, weight) <= theirs.fun + 1e-12


def test_the_curve_of_a_spline_is_the_integral_of_its_slope():
    knots, slopes = np.array([-1.0, 0.5, 2.0, 2.5]), np.array([1.0, 0.0, 0.5, 3.0])
    for x in (-4.0, -1.0, 0.0, 0.5, 1.7, 2.4, 2.5, 6.0):
        ends = sorted([knots[0], x])
        inside = [k for k in knots if ends[0] < k < ends[1]]
        area = quad(lambda u: np.interp(u, knots, slopes), *ends, points=inside or None)[0]
        assert climb(np.array([x]), knots, slopes)[0] == pytest.approx(np.sign(x - knots[0]) * area, abs=1e-9)


def test_a_spline_of_a_straight_line_is_platt_scaling():
    p, y, _ = draw(400, 11)
    spline, platt = SplineCalibration().fit(p, y), PlattScaling().fit(p, y)
    assert spline.knots_.size == 1
    np.testing.assert_allclose(spline.transform(p), platt.transform(p), atol=1e-9)


@pytest.mark.parametrize(
    "curve",
    [lambda z: np.where(z > 0, 2 * z, 0.3 * z), lambda z: z**3 / 4, lambda z: 3 * np.tanh(z)],
    ids=["bent", "flat in the middle", "flat at the ends"],
)
def test_a_spline_follows_curves_that_no_line_can(curve):
    p, y, _ = draw(10_000, 5, curve)
    true = expit(curve(scipy_logit(p)))

    def regret(q):
        """Mean excess of log loss over that of the true probabilities."""
        return np.mean(xlogy(true, true / q) + xlogy(1 - true, (1 - true) / (1 - q)))

    spline = SplineCalibration().fit(p, y)
    assert spline.knots_.size in SIZES[2:]
    assert (spline.slopes_ >= 0).all()
    assert regret(spline.transform(p)) < 0.0015
    assert regret(PlattScaling().fit(p, y).transform(p)) > 0.015


def test_knots_are_no_more_than_the_scores_can_tell():
    rng = np.random.default_rng(0)
    p = rng.choice([0.2, 0.5, 0.9], 1000)
    y = (rng.random(1000) < np.select([p == 0.2, p == 0.5], [0.1, 0.6], 0.9)).astype(float)
    spline = SplineCalibration().fit(p, y)
    assert spline.knots_.size <= 2
    shares = [y[p == score].mean() for score in (0.2, 0.5, 0.9)]
    np.testing.assert_allclose(spline.transform([0.2, 0.5, 0.9]), shares, atol=0.02)
