"""Contrasts with the noise of their fit, of families with any shape, and at any effect: R's numbers and SciPy's."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from ogive import InputError
from ogive.curves import contrasts, equality, fit, nested_test, potency, relative_potency, relative_potency_at

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "curve_potency.csv"
DOSE = np.tile(np.repeat(np.geomspace(0.1, 100, 9), 2), 2)
GROUP = np.repeat(["a", "b"], DOSE.size // 2)
OTHER = (GROUP == "b").astype(float)


def by_r(case):
    """Numbers of R for a case: see tests/reference/curve_potency.R."""
    with REFERENCE.open(newline="") as file:
        found = {row["quantity"]: float(row["value"]) for row in csv.DictReader(file) if row["case"] == case}
    assert found
    return found


def herbicides(folder, **options):
    with (folder / "scurves/drc/S.alba.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    dose = np.array([float(row["Dose"]) for row in rows])
    weights = 1 / (1 + dose / 20) if options.pop("weighted", False) else None
    matter, names = [float(row["DryMatter"]) for row in rows], [row["Herbicide"] for row in rows]
    return fit(dose, matter, family="ll4", by=names, weights=weights, **options)


def agrees_with_r(contrast, said, method, sides=("low", "high")):
    own = np.log([contrast.estimate.value, *(getattr(contrast.estimate, side) for side in sides)])
    names = ("estimate", *(side if method == "profile" else f"wald_{side}" for side in sides))
    assert own == pytest.approx([said[name] for name in names], rel=1e-4)
    assert contrast.se / contrast.estimate.value == pytest.approx(said["se"], rel=1e-4)
    assert contrast.p_value == pytest.approx(said["p"], rel=5e-4)


@pytest.mark.parametrize("method", ["profile", "wald"])
def test_weighted_potencies_and_those_at_a_tenth_of_the_effect_are_those_of_nls(shared_data, method):
    weighted = herbicides(shared_data, weighted=True, intervals=method)
    agrees_with_r(weighted.relative_potency("Glyphosate").potencies[0], by_r("parallel, weighted"), method)
    agrees_with_r(weighted.contrasts("ec50", reference="Bentazone")[0], by_r("apart, weighted"), method)
    agrees_with_r(relative_potency_at(weighted, 50, "Glyphosate")[0], by_r("apart, weighted"), method)
    plain = herbicides(shared_data, intervals=method)
    # below, a curve that is steep between two doses fits as well, where R's search by steps does not come
    sides = ("high",) if method == "profile" else ("low", "high")
    agrees_with_r(relative_potency_at(plain, 10, "Glyphosate")[0], by_r("apart, ED10"), method, sides)


def fall(x, bottom, top, slope, ec50):
    return bottom + (top - bottom) / (1 + (x / ec50) ** slope)


def parallel(x, bottom, top, slope, log_ec50, log_ratio):
    """Curves of both groups; the ec50 of the second one is smaller by the ratio."""
    return fall(x, bottom, top, slope, np.exp(log_ec50 - log_ratio * OTHER))


TRUTH = (2.0, 20.0, 1.5, np.log(8.0), np.log(2.5))


def drawn(spread, seed=0):
    """Points about parallel curves, of a standard deviation that may depend on the mean."""
    mean = parallel(DOSE, *TRUTH)
    sd = spread(mean) if callable(spread) else spread
    return mean + np.random.default_rng(seed).normal(0, 1, DOSE.size) * sd


def held(y, weights, log_ratio, start):
    """Least weighted sum of squares with the ratio held."""
    root = np.sqrt(weights)
    return (
        2
        * optimize.least_squares(
            lambda p: root * (y - parallel(DOSE, *p, log_ratio)),
            start[:4],
            xtol=1e-14,
            ftol=1e-14,
            gtol=1e-14,
        ).cost
    )


@pytest.mark.parametrize("method", ["profile", "wald"])
def test_a_given_dispersion_is_that_of_the_contrasts_and_their_tests(method):
    """With the variance known, errors are SciPy's with absolute sigma, and quantiles those of normal numbers."""
    y = drawn(0.8, seed=1)
    found = fit(DOSE, y, family="ll4", by=GROUP, dispersion=0.49, intervals=method).relative_potency("a")
    sigma = np.full(y.size, 0.7)
    p, covariance = optimize.curve_fit(
        parallel, DOSE, y, TRUTH, sigma, absolute_sigma=True, xtol=1e-14, ftol=1e-14
    )
    se, one = np.sqrt(covariance[4, 4]), found.potencies[0]
    assert np.log(one.estimate.value) == pytest.approx(p[4], rel=1e-6)
    assert one.se / one.estimate.value == pytest.approx(se, rel=1e-4)
    assert one.p_value == pytest.approx(2 * stats.norm.sf(abs(p[4]) / se), rel=1e-3)
    ends = np.log([one.estimate.low, one.estimate.high])
    if method == "wald":
        assert ends == pytest.approx([p[4] - 1.959964 * se, p[4] + 1.959964 * se], rel=1e-5)
    else:
        least = held(y, np.ones(y.size), p[4], p)
        rises = [held(y, np.ones(y.size), end, p) - least for end in ends]
        assert rises == pytest.approx([0.49 * 1.959964**2] * 2, rel=1e-4)
    apart = sum(
        2
        * optimize.least_squares(
            lambda q, own=name == GROUP: (y - fall(DOSE, *q[:3], np.exp(q[3])))[own], p[:4]
        ).cost
        for name in ("a", "b")
    )
    statistic = (held(y, np.ones(y.size), p[4], p) - apart) / 0.49
    assert found.parallelism.method == "likelihood ratio"
    assert found.parallelism.statistic == pytest.approx(statistic, rel=1e-5)
    assert found.parallelism.p_value == pytest.approx(stats.chi2.sf(statistic, 3), rel=1e-4)


@pytest.mark.parametrize("method", ["profile", "wald"])
def test_a_power_of_the_mean_is_that_of_the_contrasts(method):
    """Weights of the fit's own power and curves give SciPy's errors, and profiles that lose so much."""
    y = drawn(lambda mean: 0.06 * mean**0.9, seed=2)
    apart = fit(DOSE, y, family="ll4", by=GROUP, noise="power", intervals=method)
    found = apart.relative_potency("a")
    theta = found.fit.noise_parameter["theta"][0]
    one, mean = found.potencies[0], found.fit.predict(DOSE, GROUP)
    p, covariance = optimize.curve_fit(parallel, DOSE, y, TRUTH, mean**theta, xtol=1e-14, ftol=1e-14)
    se, df = np.sqrt(covariance[4, 4]), y.size - 5
    assert np.log(one.estimate.value) == pytest.approx(p[4], rel=1e-5)
    assert one.se / one.estimate.value == pytest.approx(se, rel=1e-4)
    assert one.p_value == pytest.approx(2 * stats.t.sf(abs(p[4]) / se, df), rel=1e-3)
    ends, far = np.log([one.estimate.low, one.estimate.high]), stats.t.ppf(0.975, df)
    if method == "wald":
        assert ends == pytest.approx([p[4] - far * se, p[4] + far * se], rel=1e-4)
    else:
        weights = mean ** (-2 * theta)
        least = held(y, weights, p[4], p)
        rises = [held(y, weights, end, p) / least - 1 for end in ends]
        assert rises == pytest.approx([far**2 / df] * 2, rel=1e-3)


def test_nested_fits_are_tested_with_the_power_of_the_larger_one():
    """F of weighted sums of squares, with weights by the larger model's curves and power."""
    y = drawn(lambda mean: 0.06 * mean**0.9, seed=3)
    apart = fit(DOSE, y, family="ll4", by=GROUP, noise="power")
    test = apart.relative_potency("a").parallelism
    joint = apart.again((), {}, together=True)
    weights = joint.predict(DOSE, GROUP) ** (-2 * joint.noise_parameter["theta"][0])
    start = np.array([2.0, 20.0, 1.5, 2.0])
    large = sum(
        2
        * optimize.least_squares(
            lambda q, own=name == GROUP: (np.sqrt(weights) * (y - fall(DOSE, *q[:3], np.exp(q[3]))))[own],
            start,
        ).cost
        for name in ("a", "b")
    )
    small = min(held(y, weights, ratio, start) for ratio in np.log(np.linspace(2.2, 2.8, 25)))
    assert test.statistic <= (small - large) / 3 / (large / (y.size - 8)) * (1 + 1e-6)
    fine = optimize.minimize_scalar(
        lambda ratio: held(y, weights, ratio, start), bounds=(0.6, 1.3), method="bounded"
    )
    assert test.statistic == pytest.approx((fine.fun - large) / 3 / (large / (y.size - 8)), rel=1e-4)
    assert test.p_value == pytest.approx(stats.f.sf(test.statistic, 3, y.size - 8), rel=1e-9)


def test_counts_with_more_noise_are_tested_by_the_size_of_the_larger_model():
    """Twice the difference of negative binomial log-likelihoods of one size, maximised by SciPy."""
    mean = parallel(DOSE, 4.0, 60.0, *TRUTH[2:])
    y = np.random.default_rng(5).negative_binomial(12, 12 / (12 + mean)).astype(float)
    apart = fit(DOSE, y, family="ll4", by=GROUP, noise="negative-binomial", intervals="wald")
    test = apart.equality(["slope", "bottom"])
    size = apart.again((), {}, together=True).noise_parameter["size"][0]

    def loss(q, same):
        curve = (
            [q[0], q[1] + q[4] * OTHER, q[2], q[3] - q[5] * OTHER]
            if same
            else [q[0] + q[6] * OTHER, q[1] + q[4] * OTHER, q[2] + q[7] * OTHER, q[3] - q[5] * OTHER]
        )
        m = fall(DOSE, *curve[:3], np.exp(curve[3]))
        return -stats.nbinom.logpmf(y, size, size / (size + np.maximum(m, 1e-9))).sum()

    least = []
    for same in (True, False):
        q = np.array([4.0, 60.0, 1.5, np.log(8.0), 0.1, 0.9] + ([] if same else [0.1, 0.1]))
        for _ in range(6):
            q = optimize.minimize(
                loss, q, (same,), "Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11, "maxfev": 9000}
            ).x
        least.append(loss(q, same))
    assert test.method == "likelihood ratio" and test.df == 2
    assert test.statistic == pytest.approx(2 * (least[0] - least[1]), rel=1e-4)


def test_dispersions_of_counts_are_those_of_pearson():
    """F by Pearson's dispersion of the larger model, as R's anova of quasi-Poisson models has it."""
    rng = np.random.default_rng(6)
    mean = parallel(DOSE, 40.0, 400.0, *TRUTH[2:])
    y = rng.poisson(mean * rng.gamma(8, 1 / 8, mean.size)).astype(float)
    apart = fit(DOSE, y, family="ll4", by=GROUP, noise="quasi-poisson")
    test = equality(apart, "slope")
    same = apart.again(["slope"], {})
    f = apart.again((), {}, together=True).predict(DOSE, GROUP)
    pearson = ((y - f) ** 2 / f).sum() / (y.size - 8)
    rise = 2 * (same.solutions.loss * same.uncertainty.unit(np.array([0]))).sum() - apart.deviance.sum()
    assert test.statistic == pytest.approx(rise / pearson, rel=1e-6)
    one = apart.contrasts("ec50")[0]
    known = fit(DOSE, y, family="ll4", by=GROUP, noise="poisson").contrasts("ec50")[0]
    assert one.se / known.se == pytest.approx(np.sqrt(pearson), rel=1e-6)


def test_a_robust_loss_has_contrasts_but_no_tests_of_deviances():
    y = drawn(0.5, seed=7)
    y[5] += 9
    found = fit(DOSE, y, family="ll4", by=GROUP, robust="huber", intervals="wald").relative_potency("a")
    assert found.potencies[0].estimate.low < 2.5 < found.potencies[0].estimate.high
    assert found.parallelism.p_value is None and "robust" in found.parallelism.reason
    robust = fit(DOSE, y, family="ll4", robust="huber")
    assert nested_test(fit(DOSE, y, family="ll3", robust="huber"), robust).p_value is None
    assert robust.lack_of_fit.p_value is None and "robust" in robust.lack_of_fit.reason


SHAPES = {
    "ll5": (lambda x, b, t, s, v, e: b + (t - b) / (1 + (x / e) ** -s) ** v, (2.0, 20.0, -1.5, 1.8)),
    "brain-cousens": (
        lambda x, b, t, s, v, e: b + (t - b + v * x / e) / (1 + (x / e) ** s),
        (2.0, 20.0, 2.5, 15.0),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_parallel_curves_of_any_shape_have_a_relative_potency(name):
    """Curves with an asymmetry, or a stimulation, whose doses are in one ratio: SciPy's fit with its logarithm."""
    shape, truth = SHAPES[name]

    def both(x, b, t, s, v, log_e, log_ratio):
        return shape(x, b, t, s, v, np.exp(log_e - log_ratio * OTHER))

    start = (*truth, np.log(6.0), np.log(3.0))
    y = both(DOSE, *start) + np.random.default_rng(4).normal(0, 0.3, DOSE.size)
    apart = fit(DOSE, y, family=name, by=GROUP, intervals="wald")
    found = relative_potency(apart, "a")
    p, covariance = optimize.curve_fit(both, DOSE, y, start, xtol=1e-14, ftol=1e-14, maxfev=20000)
    one = found.potencies[0]
    assert (one.parameter, one.group, one.reference) == ("location", "b", "a")
    assert np.log(one.estimate.value) == pytest.approx(p[5], rel=1e-5)
    assert one.se / one.estimate.value == pytest.approx(np.sqrt(covariance[5, 5]), rel=1e-3)
    assert found.parallelism.df == 4 and found.parallelism.p_value > 0.01
    doses = {row.group: row.estimate.value for row in found.fit.effective_dose(30) if row.name == "ED30"}
    assert doses["a"] / doses["b"] == pytest.approx(one.estimate.value, rel=1e-8)  # at any effect
    at = relative_potency_at(found.fit, 30)[0]
    assert at.estimate.value == pytest.approx(one.estimate.value, rel=1e-8)
    assert at.se == pytest.approx(one.se, rel=1e-5)
    assert contrasts(apart, "location")[0].how == "ratio"
    assert ("stimulus" if name == "brain-cousens" else "asymmetry") in {row.parameter for row in found.others}


def test_pairs_by_themselves_have_the_limits_that_they_have_among_all(monkeypatch):
    y = drawn(0.8, seed=8)
    by = np.where(np.arange(y.size) % 2, GROUP, np.char.add(GROUP, "2"))
    found = fit(DOSE, y, family="ll4", by=by)
    few = found.contrasts("ec50") + relative_potency_at(found, 20)
    monkeypatch.setattr(potency, "share_nothing", lambda solutions: False)
    for one, other in zip(few, found.contrasts("ec50") + relative_potency_at(found, 20), strict=True):
        assert one.estimate.low == pytest.approx(other.estimate.low, rel=1e-4)
        assert one.estimate.high == pytest.approx(other.estimate.high, rel=1e-4)
        assert (one.se, one.p_value) == pytest.approx((other.se, other.p_value), rel=1e-6)


def test_what_has_no_potency_is_said():
    y = drawn(0.5)
    found = fit(DOSE, y, family="ll4", by=GROUP)
    nowhere = relative_potency_at(found, 30.0, kind="absolute")[0]
    assert nowhere.estimate.low is None and nowhere.p_value is None
    assert "nowhere has the level" in nowhere.estimate.method
    for made, words in (
        (lambda: relative_potency_at(found, 100), "between 0 and 100"),
        (lambda: relative_potency_at(found, 50, "c"), "no curve for the group 'c'"),
        (lambda: relative_potency_at(fit(DOSE, y, family="ll4"), 50), "there is one curve"),
        (lambda: relative_potency_at(fit(DOSE, y, by=GROUP, family="boltzmann"), 50), "not shifted"),
        (lambda: found.again((), {"ec50": 5.0}).relative_potency(), "ec50 is fixed"),
    ):
        with pytest.raises(InputError, match=words):
            made()


def test_curves_that_go_opposite_ways_are_not_parallel():
    y = np.where(GROUP == "a", drawn(0.5), 22 - drawn(0.5, seed=1))
    test = fit(DOSE, y, family="ll4", by=GROUP).relative_potency("a").parallelism
    assert test.p_value < 1e-9
