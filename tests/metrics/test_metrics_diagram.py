"""Reliability diagrams: curves against other programs, bands against what they promise."""

from __future__ import annotations

import csv
import runpy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from statsmodels.stats.proportion import proportion_confint

from ogive import InputError
from ogive._base import decode, encode
from ogive.metrics import (
    Evaluation,
    SamplingWeights,
    brier_decomposition,
    calibration_distances,
    evaluate,
    reliability_curve,
    reliability_diagram,
)
from ogive.metrics.bands import central_limits

STUDY = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage_bands.py"


@pytest.fixture(scope="module")
def study():
    return runpy.run_path(str(STUDY))


def calibrated(rng, n, mean=0.0, sd=1.5):
    p = 1 / (1 + np.exp(-rng.normal(mean, sd, n)))
    return (rng.random(n) < p).astype(float), p


def test_the_curve_is_the_isotonic_fit(metrics_cases):
    for case in metrics_cases:
        y, p, w = case.rows
        diagram = reliability_diagram(y, p, w, draws=39)
        fit = IsotonicRegression().fit(p, y, sample_weight=w)
        assert np.allclose(diagram.observed, fit.predict(diagram.p), atol=1e-12)
        assert diagram.decomposition == brier_decomposition(y, p, w)
        if np.unique(p).size <= 200:
            assert diagram.p == tuple(np.unique(p))
            assert diagram.miscalibration.value == pytest.approx(
                diagram.decomposition.miscalibration, abs=1e-15
            )


def test_parts_are_those_of_the_method_s_authors(shared_data: Path):
    # Printed on the front page of their R package, reliabilitydiag, of 92 forecasts of rain.
    with (shared_data / "calibration/precip_niamey_2016.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    y, p = (np.array([float(row[key]) for row in rows]) for key in ("obs", "EMOS"))
    parts = reliability_diagram(y, p).decomposition
    found = [round(v, 4) for v in (parts.miscalibration, parts.discrimination)]
    assert (*found, round(parts.uncertainty, 3)) == (0.0183, 0.0305, 0.244)


def test_condensing_and_thinning_change_the_curve_little():
    rng = np.random.default_rng(1)
    y, p = calibrated(rng, 30_000, -2.0)
    diagram = reliability_diagram(y, p, draws=39)
    assert len(diagram.p) <= 200
    assert "30,000 distinct probabilities" in diagram.note
    whole = IsotonicRegression(out_of_bounds="clip").fit(p, y).predict(p)
    drawn = np.interp(p, diagram.p, diagram.observed)
    assert np.abs(drawn - whole).mean() < 0.002
    assert np.quantile(np.abs(drawn - whole), 0.99) < 0.02
    assert 0.8 < diagram.miscalibration.value / diagram.decomposition.miscalibration <= 1
    assert len(encode(diagram)) < 20_000


def test_bands_hold(study):
    """A small sample of the study in benchmarks."""
    world = study["World"]("10 % events, too extreme", -2.5, 1.5, -0.2, 0.8)
    _, consistency, confidence, _ = study["bands"](world, 300, 60, seed=3)
    assert 93 <= consistency.held <= 97
    assert consistency.tenths.min() > 85
    assert confidence.held >= 93
    assert confidence.tenths.min() >= 93


def test_bands_hold_with_sampling_weights():
    rng = np.random.default_rng(4)
    held, within = [], []
    for _ in range(40):
        y, p = calibrated(rng, 1500, -2.0)
        kept = (y == 1) | (rng.random(1500) < 0.1)
        rows = y[kept], p[kept], SamplingWeights(np.where(y == 1, 1.0, 10.0)[kept])
        d = reliability_diagram(*rows)
        held.append(np.mean((np.array(d.low) <= d.observed) & (d.observed <= np.array(d.high))))
        d = reliability_diagram(*rows, band="confidence", draws=39)
        within.append(np.mean((np.array(d.low) <= d.p) & (d.p <= np.array(d.high))))
    assert 0.92 < np.mean(held) < 0.98
    assert np.mean(within) > 0.93


def test_limits_are_shares_on_either_side(metrics_cases):
    for case in metrics_cases:
        fair, sure = (
            reliability_diagram(*case.rows, band=b, draws=99) for b in ("consistency", "confidence")
        )
        for limit in (fair.low, fair.high):
            assert all(a <= b for a, b in pairwise(limit))
        for d in (fair, sure):
            assert all(0 <= low <= high <= 1 for low, high in zip(d.low, d.high, strict=True))
        assert all(a <= b <= c for a, b, c in zip(sure.low, sure.observed, sure.high, strict=True))


def test_confidence_limits_of_one_probability_are_those_of_a_share():
    d = reliability_diagram([1] * 7 + [0] * 33, [0.2] * 40, band="confidence")
    assert (d.low[0], d.high[0]) == pytest.approx(proportion_confint(7, 40, method="beta"))
    assert "never falls" in d.note


@given(seed=st.integers(0, 2**32 - 1), atoms=st.integers(1, 6), level=st.sampled_from([0.5, 0.8, 0.95]))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_limits_leave_out_what_they_may(seed, atoms, level):
    """However values are tied, no more than the allowed number lies outside, and no tail is wasted."""
    rng = np.random.default_rng(seed)
    values = np.round(rng.beta(0.3, 0.5, (399, 3)) * atoms) / atoms
    low, high = central_limits(values, level)
    outside = np.sum((values < low) | (values > high), axis=0)
    assert (outside <= 400 * (1 - level)).all()
    smooth = rng.random((399, 3))
    low, high = central_limits(smooth, level)
    assert (np.sum(smooth < low, axis=0) == round(200 * (1 - level)) - 1).all()
    assert (np.sum(smooth > high, axis=0) == round(200 * (1 - level)) - 1).all()


def test_a_tail_that_is_not_used_goes_to_the_other():
    values = np.concatenate([np.zeros(200), np.arange(1, 200)])[:, None]
    low, high = central_limits(values, 0.95)
    assert (low[0], high[0]) == (0, 180)  # 19 of 399 lie above, none below


def test_bins(metrics_cases):
    for case in metrics_cases:
        bins = reliability_curve(*case.rows, bins=5).bins
        d = reliability_diagram(*case.rows, method="binned", bins=5, band="confidence", draws=39)
        assert d.p == tuple(b.predicted for b in bins)
        assert d.observed == tuple(b.observed.value for b in bins)
        assert d.low == tuple(b.observed.low for b in bins)
        d = reliability_diagram(*case.rows, method="binned", bins=5)
        assert all(low <= p <= high for low, p, high in zip(d.low, d.p, d.high, strict=True))


def test_the_consistency_band_of_a_bin_is_binomial():
    # R: qbinom(c(0.025, 0.975), 400, 0.2) / 400
    d = reliability_diagram([1, 0, 0, 0] * 100, [0.2] * 400, method="binned", draws=3999)
    assert (d.low[0], d.high[0]) == pytest.approx((65 / 400, 96 / 400), abs=1.5 / 400)


def test_the_smooth_curve_is_what_the_distances_measure(metrics_cases):
    y, p, w = metrics_cases[1].rows
    assert np.unique(p).size <= 200
    d = reliability_diagram(y, p, w, method="smooth")
    rows = np.interp(p, d.p, d.observed)
    assert np.mean(np.abs(rows - p)) == pytest.approx(calibration_distances(y, p, w).ici.value)
    assert np.mean((np.array(d.low) <= d.p) & (d.p <= np.array(d.high))) > 0.9


def test_no_band():
    d = reliability_diagram([0, 1, 0, 1], [0.1, 0.3, 0.6, 0.8], band=None)
    assert (d.low, d.high, d.band) == ((), (), None)


def test_evaluate_has_both_and_a_file_keeps_them(metrics_cases):
    y, p, w = metrics_cases[2].rows
    result = evaluate(y, p, w)
    assert result.diagram == reliability_diagram(y, p, w)
    assert decode(encode(result), Evaluation) == result
    assert result.calibration_measures.distances == calibration_distances(y, p, w)
    assert evaluate(y, p, w, level=0.999).diagram.level == 0.999


def test_seeds_make_the_band():
    rng = np.random.default_rng(2)
    y, p = calibrated(rng, 100)
    assert reliability_diagram(y, p) == reliability_diagram(y, p, seed=0) != reliability_diagram(y, p, seed=1)


def test_weights_of_two_are_rows_twice(metrics_cases):
    y, p, w = metrics_cases[-1].rows
    twice = tuple(np.repeat(column, 2) for column in (y, p, w))
    for band in ("consistency", "confidence"):
        assert reliability_diagram(y, p, 2 * w, band=band) == reliability_diagram(*twice, band=band)


def test_mistakes():
    rows = [0, 1], [0.2, 0.4]
    with pytest.raises(InputError, match="method must be"):
        reliability_diagram(*rows, method="lowess")
    with pytest.raises(InputError, match="band must be"):
        reliability_diagram(*rows, band="both")
    with pytest.raises(InputError, match="No confidence band"):
        reliability_diagram(*rows, method="smooth", band="confidence")
    with pytest.raises(InputError, match="use draws=39"):
        reliability_diagram(*rows, draws=30)
