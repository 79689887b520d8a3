"""Distances from calibration against R, the authors' package and the definitions; what chance makes of them."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from ogive import InputError
from ogive.metrics import (
    SamplingWeights,
    calibration_distances,
    calibration_error,
    hosmer_lemeshow,
    smooth_calibration_error,
    spiegelhalter,
)
from ogive.metrics.binning import bin_bounds, condensed
from ogive.metrics.calibration_measures import calibration_measures_of
from ogive.metrics.diagram import refitted
from ogive.metrics.forecasts import forecasts
from ogive.metrics.lowess import distances
from ogive.metrics.redraws import against_calibrated, redrawn
from ogive.metrics.smooth_ece import smooth_errors

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


def reference(name: str) -> dict[str, dict[str, float]]:
    with (REFERENCE / name).open(newline="") as file:
        return {row.pop("case"): {k: float(v) for k, v in row.items()} for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def cases(metrics_cases):
    """The rows that R read, and those of its formula."""
    i = np.arange(1, 20001)
    p = ((i - 0.5) / 20000) ** 2
    y = (i * 0.6180339887498949) % 1 < p + 0.3 * p * (1 - p)
    return [case.rows for case in metrics_cases] + [(y.astype(float), p, np.ones(i.size))]


def calibrated(rng, n, mean=0.0, sd=1.5):
    p = 1 / (1 + np.exp(-rng.normal(mean, sd, n)))
    return (rng.random(n) < p).astype(float), p


def test_distances_are_those_of_val_prob(cases):
    for rows, (name, expected) in zip(cases, reference("calibration_measures.csv").items(), strict=True):
        got = calibration_distances(*rows)
        # "many" has 20,000 distinct probabilities, condensed to a thousand groups.
        close = {"abs": 2e-4} if name == "many" else {"rel": 1e-9}
        for key in ("ici", "e50", "e90", "emax"):
            assert getattr(got, key).value == pytest.approx(expected[key], **close), (name, key)


def test_tests_are_those_of_r(cases):
    for rows, (name, expected) in zip(cases, reference("calibration_measures.csv").items(), strict=True):
        z = spiegelhalter(*rows)
        assert z.statistic == pytest.approx(expected["z"], rel=1e-10), name
        assert z.p_value == pytest.approx(expected["z_p"], rel=1e-8)
        got = hosmer_lemeshow(*rows)
        assert got.statistic == pytest.approx(expected["hl"], rel=1e-10), name
        assert got.df == expected["hl_df"]
        assert got.p_value == pytest.approx(expected["hl_p"], rel=1e-8)
        assert "depends on the bins" in got.note


def test_smooth_error_is_near_that_of_its_authors(metrics_cases):
    for case, expected in zip(metrics_cases, reference("smooth_ece.csv").values(), strict=True):
        # Theirs stops at a bandwidth of a multiple of 1/1024.
        assert smooth_calibration_error(*case.rows).value == pytest.approx(expected["smooth_ece"], abs=1.5e-3)


def smooth_error_by_definition(y, p, w):
    """Błasiok and Nakkiran's definition: mirror images of a Gaussian, quadrature, and the bandwidth by bisection."""
    share = w * (y - p) / w.sum()
    images = np.concatenate([sign * p + 2 * turn for turn in (-1, 0, 1) for sign in (1, -1)])

    def error(s):
        def size(t):
            kernel = (
                np.exp(-0.5 * ((t - images) / s) ** 2).reshape(6, -1).sum(axis=0) / s / math.sqrt(2 * math.pi)
            )
            return abs(share @ kernel)

        return sum(quad(size, a, a + 0.1, epsabs=1e-7)[0] for a in np.arange(10) / 10)

    return brentq(lambda s: error(s) - s, 1e-3, 0.5, xtol=1e-6)


def test_smooth_error_is_its_definition(metrics_cases):
    for case in metrics_cases[:2] + metrics_cases[-1:]:
        expected = smooth_error_by_definition(
            *(column for column in (case.rows[0], case.rows[1], case.rows[2]))
        )
        assert smooth_calibration_error(*case.rows).value == pytest.approx(expected, rel=2e-3)


def test_smooth_error_of_certain_forecasts():
    assert smooth_calibration_error([0, 1, 1], [0, 1, 1]).value == 0
    # All mass of size 1 at 0: its mirrored kernel integrates to 1 at every bandwidth.
    assert smooth_calibration_error([1, 1], [0, 0]).value == pytest.approx(1, rel=1e-3)


def mean_size(mean, sd):
    """E |N(mean, sd²)| by quadrature, in two parts at the kink."""

    def density(z):
        return abs(mean + sd * z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    kink = max(-mean / sd, -12)
    return quad(density, -12, kink, epsabs=1e-13)[0] + quad(density, kink, 12, epsabs=1e-13)[0]


def by_hand(y, p, w, bin_of, debiased):
    total = 0.0
    for b in np.unique(bin_of):
        own = bin_of == b
        n = w[own].sum()
        gap = abs((w * (y - p))[own].sum()) / n
        if debiased:
            s = math.sqrt((w * (y - p) ** 2)[own].sum()) / n
            gap = 2 * gap - mean_size(gap, s)
        total += n / w.sum() * gap
    return max(total, 0.0)


@pytest.mark.parametrize("debiased", [False, True])
def test_binned_error_by_hand(metrics_cases, debiased):
    for case in metrics_cases:
        y, p, w = case.rows
        bin_of = np.minimum((p * 10 + 1e-9).astype(int), 9)
        got = calibration_error(y, p, w, strategy="width", debiased=debiased)
        assert got.value == pytest.approx(by_hand(y, p, w, bin_of, debiased), rel=1e-8, abs=1e-12)
        rank = np.array([(w[p < q].sum() + w[p <= q].sum()) / 2 for q in p])
        bin_of = np.floor(rank / w.sum() * 4 + 1e-12).astype(int)
        got = calibration_error(y, p, w, bins=4, debiased=debiased)
        assert got.value == pytest.approx(by_hand(y, p, w, bin_of, debiased), rel=1e-8, abs=1e-12)


def test_one_is_in_the_last_bin():
    # 0.95 and 1 share it; half the rows are events, of which 0.9875 were expected.
    got = calibration_error([1, 0, 1, 0], [0.95, 1, 1, 1], strategy="width", debiased=False)
    assert got.value == pytest.approx(0.9875 - 0.5)


def test_debiasing_takes_two_fifths_of_the_bias_away():
    rng = np.random.default_rng(3)
    plain, debiased = np.mean(
        [
            [calibration_error(y, p, debiased=d, draws=19).value for d in (False, True)]
            for y, p in (calibrated(rng, 1000) for _ in range(100))
        ],
        axis=0,
    )
    # E |z| = 0.798, and 2 E |z| - E |z + z'| = (2 - √2) 0.798 of independent standard normal z and z'.
    assert debiased / plain == pytest.approx(2 - math.sqrt(2), abs=0.06)


def test_debiased_error_of_bad_probabilities_is_right():
    rng = np.random.default_rng(4)
    p = rng.uniform(0.2, 0.8, 4000)
    values = [calibration_error(rng.random(4000) < p + 0.1, p, draws=19).value for _ in range(50)]
    assert np.mean(values) == pytest.approx(0.1, abs=4 * np.std(values) / math.sqrt(50))


def p_values(y, p, w=None, seed=0):
    groups = condensed(forecasts(y, p, w))
    outcomes = redrawn(groups, 99, seed)
    found, fit = calibration_measures_of(groups, outcomes, 0.95), refitted(outcomes)
    far = found.distances
    errors = [found.ece, found.smooth_ece, far.ici, far.e50, far.e90, far.emax]
    errors.append(against_calibrated(fit.miscalibration[0], fit.miscalibration[1:], 0.95, ""))
    return [error.p_value for error in errors] + [found.spiegelhalter.p_value]


def far_from_uniform(found):
    """Kolmogorov's distance of each column from the uniform distribution, in units of its 5 % point."""
    n = found.shape[0]
    steps = np.sort(found, axis=0) - np.arange(n)[:, None] / n
    return np.maximum(steps.max(axis=0), (1 / n - steps).max(axis=0)) * math.sqrt(n) / 1.358


# The 5 % point of the largest of eight, and as much again for p-values that are multiples of 0.01.
FAR = 1.5


@pytest.mark.parametrize(("n", "mean"), [(150, 0.0), (1500, -2.5)])
def test_p_values_are_uniform_under_calibration(n, mean):
    rng = np.random.default_rng(5)
    found = np.array([p_values(*calibrated(rng, n, mean), seed=k) for k in range(80)])
    assert far_from_uniform(found).max() < FAR


def test_p_values_see_bad_probabilities():
    rng = np.random.default_rng(6)
    y, p = calibrated(rng, 2000)
    bad = p**2 / (p**2 + (1 - p) ** 2)
    assert max(p_values(y, bad)) <= 0.01


def sampled(rng, n):
    """Calibrated rows of which non-events are kept one in ten, with the weights that say so; chance varies besides."""
    y, p = calibrated(rng, n, -2.0)
    chance = np.where(y == 1, 1.0, 0.1) * np.where(rng.random(n) < 0.5, 1.0, 0.5)
    kept = rng.random(n) < chance
    return y[kept], p[kept], SamplingWeights(1 / chance[kept])


def test_p_values_are_uniform_with_sampling_weights():
    rng = np.random.default_rng(7)
    found = np.array([p_values(*sampled(rng, 2000), seed=k) for k in range(80)])
    assert far_from_uniform(found).max() < FAR
    tests = [hosmer_lemeshow(*sampled(rng, 9000), bins=5).p_value for _ in range(80)]
    assert far_from_uniform(np.array(tests)[:, None]) < FAR


def test_sampling_weights_of_one_change_nothing(metrics_cases):
    y, p, _ = metrics_cases[1].rows
    ones = SamplingWeights(np.full(y.size, 7.0))
    assert smooth_calibration_error(y, p, ones).value == pytest.approx(smooth_calibration_error(y, p).value)
    assert calibration_distances(y, p, ones).ici.value == pytest.approx(calibration_distances(y, p).ici.value)
    assert calibration_error(y, p, ones).value == pytest.approx(calibration_error(y, p).value)
    assert calibration_error(y, p, ones).expected == pytest.approx(calibration_error(y, p).expected, rel=0.1)


def test_weights_of_two_are_rows_twice(metrics_cases):
    y, p, w = metrics_cases[-1].rows
    once, twice = (y, p, 2 * w), tuple(np.repeat(column, 2) for column in (y, p, w))
    assert calibration_error(*once) == calibration_error(*twice)
    assert smooth_calibration_error(*once) == smooth_calibration_error(*twice)
    assert calibration_distances(*once) == calibration_distances(*twice)
    assert hosmer_lemeshow(*once) == hosmer_lemeshow(*twice)


def test_order_and_a_mirror_change_nothing():
    rng = np.random.default_rng(8)
    y, p = calibrated(rng, 400)
    p = np.round(p * 64) / 64  # 1 - p is exact
    order = rng.permutation(400)
    assert calibration_error(y[order], p[order]) == calibration_error(y, p)
    assert smooth_calibration_error(1 - y, 1 - p).value == pytest.approx(
        smooth_calibration_error(y, p).value, rel=1e-9
    )
    here, there = calibration_distances(y, p).ici.value, calibration_distances(1 - y, 1 - p).ici.value
    assert there == pytest.approx(here, rel=0.02)  # R's points of fit begin at the smallest p
    assert spiegelhalter(1 - y, 1 - p).statistic == pytest.approx(spiegelhalter(y, p).statistic)


def test_condensing_changes_little():
    rng = np.random.default_rng(9)
    y, p = calibrated(rng, 30_000, -3.0)
    table = forecasts(y, p**1.1)
    groups = condensed(table)
    assert groups.p.size <= 1000
    assert groups.events.sum() == table.events.sum()
    assert (groups.p * groups.weight).sum() == pytest.approx((table.p * table.weight).sum(), rel=1e-12)
    whole, few = (redrawn(t, draws=1) for t in (table, groups))
    assert smooth_errors(few)[0] == pytest.approx(smooth_errors(whole)[0], rel=5e-3)
    coarse, fine = (np.array(distances(t.first()))[:, 0] for t in (few, whole))
    assert coarse == pytest.approx(fine, rel=5e-3)


@pytest.mark.parametrize("strategy", ["mass", "width"])
@pytest.mark.parametrize("bins", [1, 3, 10, 700])
def test_bins_are_unions_of_groups(strategy, bins):
    rng = np.random.default_rng(10)
    y, p = calibrated(rng, 5000)
    table = forecasts(y, np.round(p, 4))
    groups = condensed(table, bins)
    ends = [np.append(0.0, np.cumsum(t.weight))[bin_bounds(t, bins, strategy)] for t in (table, groups)]
    assert ends[0].tolist() == ends[1].tolist()


def test_what_cannot_be_tested_says_why():
    assert "no variance" in spiegelhalter([0, 1], [0.5, 0.5]).note
    assert hosmer_lemeshow([0, 1, 0], [0.2, 0.2, 0.2], fitted=True).p_value is None
    assert "turned out wrong" in hosmer_lemeshow([1, 1], [0.0, 0.5]).note
    fitted, given = (hosmer_lemeshow([0, 1] * 20, np.arange(40) / 40, fitted=f) for f in (True, False))
    assert (fitted.df, given.df) == (8, 10)
    assert fitted.statistic == given.statistic


def test_mistakes():
    with pytest.raises(InputError, match="bins must be at least 1"):
        calibration_error([0, 1], [0.2, 0.4], bins=0)
    with pytest.raises(InputError, match="'mass' or 'width'"):
        calibration_error([0, 1], [0.2, 0.4], strategy="isotonic")
    with pytest.raises(InputError, match="use draws=99"):
        calibration_error([0, 1], [0.2, 0.4], draws=50, level=0.99)
    with pytest.raises(InputError, match="level must lie"):
        smooth_calibration_error([0, 1], [0.2, 0.4], level=1.0)
