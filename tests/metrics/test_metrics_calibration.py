"""Recalibration against R's glm and rms, and reliability bins by hand."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ogive.metrics import brier_decomposition, brier_score, calibration_line, reliability_curve

Z = 1.959963984540054


def test_line_is_that_of_glm_and_val_prob(metrics_cases):
    for case in metrics_cases:
        line = calibration_line(*case.rows)
        assert line.intercept.value == pytest.approx(case["intercept"], rel=1e-8)
        assert line.intercept.high - line.intercept.value == pytest.approx(Z * case["intercept_se"], rel=1e-8)
        assert line.slope.value == pytest.approx(case["slope"], rel=1e-8)
        assert line.slope.value - line.slope.low == pytest.approx(Z * case["slope_se"], rel=1e-8)
        assert line.line_intercept == pytest.approx(case["line_intercept"], rel=1e-8)
        # val.prob stops earlier than glm with a strict tolerance does.
        assert line.slope.value == pytest.approx(case["valprob_slope"], rel=1e-5)
        assert line.line_intercept == pytest.approx(case["valprob_intercept"], rel=1e-5)
        assert line.note == ""


def test_line_is_that_of_glm_on_real_forecasts(shared_data: Path):
    with (shared_data / "reference/r_logistic_recalibration.csv").open(newline="") as file:
        expected = list(csv.DictReader(file))
    for row in expected:
        with (shared_data / row["dataset"].split(" ")[0]).open(newline="") as file:
            rows = list(csv.DictReader(file))
        outcome = "obs" if "obs" in rows[0] else "prob1_outcome"
        y = np.array([float(r[outcome]) for r in rows])
        p = np.array([float(r[row["forecast"]]) for r in rows])[(y == 0) | (y == 1)]
        y = y[(y == 0) | (y == 1)]
        line = calibration_line(y, p)
        assert line.intercept.value == pytest.approx(float(row["calibration_in_the_large"]), rel=1e-8)
        assert line.line_intercept == pytest.approx(float(row["intercept"]), rel=1e-8)
        assert line.slope.value == pytest.approx(float(row["slope"]), rel=1e-8)
        half = (line.slope.high - line.slope.low) / 2
        # glm's standard errors are those of its last iteration but one.
        assert half == pytest.approx(Z * float(row["se_slope"]), rel=1e-6)
        # R clipped the log-odds of certain forecasts as we do; there the note says so.
        assert bool(line.note) == bool(np.any((p == 0) | (p == 1)))


def test_perfect_ranks_have_no_slope_and_say_so():
    line = calibration_line([0, 0, 1, 1], [0.2, 0.3, 0.3, 0.8])
    assert line.slope is None
    assert line.line_intercept is None
    assert "infinite" in line.note
    assert np.isfinite(line.intercept.value)


def test_a_constant_forecast_has_an_intercept_only():
    line = calibration_line([0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5])
    assert line.intercept.value == pytest.approx(np.log(1 / 3), rel=1e-9)
    assert line.slope is None
    assert "the same" in line.note


def test_a_fit_that_is_not_certified_has_no_interval():
    line = calibration_line([0, 1, 0, 1], [1e-300, 2e-300, 3e-300, 0.5])
    for estimate in (line.intercept, line.slope):
        assert np.isfinite(estimate.value)
        assert estimate.low is not None or estimate.method.startswith("no interval: ")


def test_recalibrated_forecasts_are_calibrated():
    rng = np.random.default_rng(5)
    eta = rng.normal(size=400)
    y = rng.random(400) < 1 / (1 + np.exp(-0.5 - 0.6 * eta))
    line = calibration_line(y, 1 / (1 + np.exp(-eta)))
    better = calibration_line(y, 1 / (1 + np.exp(-line.line_intercept - line.slope.value * eta)))
    assert better.slope.value == pytest.approx(1, abs=1e-8)
    assert better.intercept.value == pytest.approx(0, abs=1e-8)


def test_bins_of_equal_mass():
    p = np.arange(100) / 100
    y = np.arange(100) % 2
    curve = reliability_curve(y, p, bins=5)
    assert [b.count for b in curve.bins] == [20] * 5
    assert [b.low for b in curve.bins] == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert curve.bins[0].predicted == pytest.approx(0.095)
    assert all(b.observed.value == 0.5 for b in curve.bins)
    # R: prop.test(10, 20, correct = FALSE)$conf.int
    assert curve.bins[0].observed.low == pytest.approx(0.2992980081982124, rel=1e-12)


def test_ties_share_a_bin_and_one_is_counted():
    p = [0.1] * 30 + [0.4] * 2 + [1.0] * 8
    curve = reliability_curve([0, 1] * 20, p, bins=4)
    assert [(b.low, b.high, b.count) for b in curve.bins] == [(0.1, 0.1, 30), (0.4, 1.0, 10)]


def test_bins_of_equal_width():
    curve = reliability_curve([0, 1, 1, 0], [0.05, 0.7, 1.0, 0.69], [1, 2, 1, 1], bins=10, strategy="width")
    assert [(b.low, b.high, b.count) for b in curve.bins] == [
        (0.05, 0.05, 1),
        (0.69, 0.69, 1),
        (0.7, 0.7, 2),
        (1.0, 1.0, 1),
    ]


@pytest.mark.parametrize("strategy", ["mass", "width"])
def test_bins_add_up(metrics_cases, strategy):
    for case in metrics_cases:
        y, p, w = case.rows
        bins = reliability_curve(y, p, w, strategy=strategy).bins
        assert sum(b.count for b in bins) == w.sum()
        assert sum(b.count * b.observed.value for b in bins) == pytest.approx((w * y).sum())
        assert sum(b.count * b.predicted for b in bins) == pytest.approx((w * p).sum())
        assert all(b.low <= b.predicted <= b.high for b in bins)
        assert all(a.high < b.low for a, b in pairwise(bins))


def test_isotonic_bins_increase_and_have_no_interval(metrics_cases):
    for case in metrics_cases:
        y, p, w = case.rows
        bins = reliability_curve(y, p, w, strategy="isotonic").bins
        assert sum(b.count for b in bins) == w.sum()
        assert all(a.observed.value < b.observed.value and a.high < b.low for a, b in pairwise(bins))
        assert all(b.observed.low is None and "no interval" in b.observed.method for b in bins)


def test_the_parts_of_the_brier_score_add_up(metrics_cases):
    for case in metrics_cases:
        y, p, w = case.rows
        parts = brier_decomposition(y, p, w)
        assert min(parts.miscalibration, parts.discrimination) >= 0
        total = parts.miscalibration - parts.discrimination + parts.uncertainty
        assert total == pytest.approx(brier_score(y, p, w).value, rel=1e-12)
        bins = reliability_curve(y, p, w, strategy="isotonic").bins
        recalibrated = np.array([next(b.observed.value for b in bins if b.low <= q <= b.high) for q in p])
        best = np.sum(w * (recalibrated - y) ** 2) / w.sum()
        assert parts.uncertainty - parts.discrimination == pytest.approx(best, rel=1e-12, abs=1e-15)
        assert brier_decomposition(y, recalibrated, w).miscalibration == pytest.approx(0, abs=1e-15)


def test_one_class_leaves_nothing_to_discriminate():
    parts = brier_decomposition([1, 1], [0.5, 0.7])
    assert (parts.discrimination, parts.uncertainty) == (0, 0)
    assert parts.miscalibration == pytest.approx((0.25 + 0.09) / 2)
