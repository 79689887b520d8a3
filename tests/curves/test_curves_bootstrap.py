"""Bootstrap intervals: exact ones where the curve is linear, seeds and threads, what has no limit, and every noise."""

from __future__ import annotations

import numpy as np
import pytest

from ogive import InputError
from ogive._kernels import set_thread_count, thread_count
from ogive.curves import Bootstrap, fit

NAMES = ("bottom", "top", "midpoint", "slope")


def four(x, bottom=2.0, top=40.0, midpoint=5.0, slope=1.1):
    return bottom + (top - bottom) / (1 + np.exp(-slope * (x - midpoint)))


def drawn(seed=0, n=12, sd=1.0):
    x = np.tile(np.linspace(0, 10, n), 3)
    return x, four(x) + sd * np.random.default_rng(seed).normal(size=x.size)


def test_where_the_curve_is_linear_limits_are_the_exact_ones():
    """With place and rate fixed, both levels are a linear regression; percentiles would be 9 % narrower."""
    x = np.tile(np.linspace(0, 10, 8), 2 * 20)
    y = four(x) + np.random.default_rng(1).normal(size=x.size)
    options = {
        "family": "boltzmann",
        "fix": {"midpoint": 5.0, "slope": 1.1},
        "by": np.repeat(np.arange(20), 16),
    }
    exact = fit(x, y, intervals="wald", **options)
    found = fit(x, y, intervals=Bootstrap(replicates=4999), **options)
    for name in ("bottom", "top"):
        (low, high), (least, most) = found.limits[name], exact.limits[name]
        assert ((high - low) / (most - least)).mean() == pytest.approx(1, abs=0.035)
        assert ((high + low - most - least) / (most - least)).mean() == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("weighted", [False, True])
def test_limits_are_near_those_of_the_profile(weighted):
    x, y = drawn(2)
    weights = np.where(x > 5, 0.25, 4.0) if weighted else None
    profile = fit(x, y, family="boltzmann", weights=weights)
    found = fit(x, y, family="boltzmann", weights=weights, intervals=Bootstrap(replicates=4999))
    for name in NAMES:
        wide = profile.limits[name][1][0] - profile.limits[name][0][0]
        for own, other in zip(found.limits[name], profile.limits[name], strict=True):
            assert abs(own[0] - other[0]) < 0.12 * wide
    at = [0.5, 5.0, 9.0]
    for kind in ("confidence", "prediction"):
        one, other = (each.predict(at, interval=kind) for each in (found, profile))
        wide = other.high - other.low
        assert (np.abs(one.low - other.low) < 0.2 * wide).all()
        assert (np.abs(one.high - other.high) < 0.2 * wide).all()


def test_the_same_seed_gives_the_same_limits_whatever_the_threads_and_the_other_groups():
    x, y = drawn(3)
    before = thread_count()
    found = []
    for threads in (1, 2):
        set_thread_count(threads)
        found.append(fit(x, y, family="boltzmann", intervals="bootstrap").limits)
    set_thread_count(before)
    assert found[0] == found[1]
    other = fit(x, y, family="boltzmann", intervals=Bootstrap(seed=1)).limits
    assert other["top"][0][0] != found[0]["top"][0][0]
    more = drawn(4)
    both = fit(
        np.append(x, more[0]),
        np.append(y, more[1]),
        by=np.repeat(["a", "b"], x.size),
        family="boltzmann",
        intervals="bootstrap",
    )
    for name in NAMES:
        assert both.limits[name][0][0] == pytest.approx(found[0][name][0][0], rel=1e-9)


def test_units_change_only_the_units_of_the_limits():
    x, y = drawn(5)
    plain = fit(x, y, family="boltzmann", intervals="bootstrap").limits
    scaled = fit(x * 1e-6, y * 1e9, family="boltzmann", intervals="bootstrap").limits
    for name, unit in (("top", 1e9), ("midpoint", 1e-6), ("slope", 1e6)):
        np.testing.assert_allclose(np.ravel(scaled[name]), np.ravel(plain[name]) * unit, rtol=1e-6)


def test_what_is_not_determined_has_no_limit_and_the_curve_has():
    """Growth without a sign of a plateau: a limit below, none above, and a band within the points all the same."""
    x = np.linspace(0, 4, 24)
    y = np.exp(0.5 * x) + 0.2 * np.random.default_rng(6).normal(size=24)
    found = fit(x, y, intervals="bootstrap")
    one = {each.name: each for each in found.parameters}
    assert not one["capacity"].identified and one["capacity"].estimate.high is None
    assert one["capacity"].estimate.low > y.max()
    assert not one["midpoint"].identified and one["midpoint"].estimate.high is None
    assert one["rate"].identified
    band, exact = (
        each.predict([1.0, 3.0], interval="confidence") for each in (found, fit(x, y, intervals="profile"))
    )
    assert (np.abs(band.low - exact.low) < 0.3 * (exact.high - exact.low)).all()
    assert (np.abs(band.high - exact.high) < 0.3 * (exact.high - exact.low)).all()
    later = found.predict([40.0], interval="confidence")
    assert later.high[0] == np.inf or later.high[0] > 20 * y.max()


@pytest.mark.parametrize(
    "noise",
    [
        "relative",
        "power",
        "poisson",
        "quasi-poisson",
        "negative-binomial",
        "binomial",
        "quasi-binomial",
        "beta-binomial",
    ],
)
def test_points_of_every_noise_are_drawn_with_its_spread(noise):
    """Standard deviations of the replicates are the standard errors, and limits near those of the profile."""
    rng = np.random.default_rng(7)
    x = np.tile(np.linspace(0, 10, 12), 6)
    m, weights = four(x, 8, 90, 5, 0.9), np.ones(x.size)
    if noise in {"relative", "power"}:
        y = m * (1 + 0.1 * rng.normal(size=x.size))
    elif noise.endswith("poisson"):
        y = rng.poisson(m)
    elif noise == "negative-binomial":
        y = rng.negative_binomial(20, 20 / (20 + m))
    else:
        weights[:] = 40
        p = rng.beta(0.2 * m, 0.2 * (100 - m)) if noise == "beta-binomial" else m / 100
        y = rng.binomial(40, p) / 40
    found = fit(x, y, family="boltzmann", noise=noise, weights=weights, intervals="bootstrap")
    theta = found.uncertainty.replicates.theta[0]
    expected = np.sqrt(np.diagonal(found.uncertainty.covariance[0]))
    np.testing.assert_allclose(theta.std(axis=0), expected, rtol=0.15)
    profile = fit(x, y, family="boltzmann", noise=noise, weights=weights)
    for name in NAMES:
        wide = profile.limits[name][1][0] - profile.limits[name][0][0]
        for own, other in zip(found.limits[name], profile.limits[name], strict=True):
            assert abs(own[0] - other[0]) < 0.15 * wide


def test_a_known_dispersion_is_that_of_what_is_drawn():
    x, y = drawn(8)
    for sd in (0.5, 3.0):
        found = fit(
            x, y, family="boltzmann", weights=np.full(x.size, sd**-2), dispersion=1.0, intervals="bootstrap"
        )
        se = (found.limits["top"][1] - found.limits["top"][0])[0] / 2 / 1.96
        assert se == pytest.approx(found.standard_errors["top"][0], rel=0.12)
    m = four(x, 8, 90)
    known = fit(x, m, family="boltzmann", noise="relative", dispersion=0.01, intervals="bootstrap")
    assert known.uncertainty.replicates.theta[0].std(axis=0)[1] == pytest.approx(
        np.sqrt(known.uncertainty.covariance[0, 1, 1]), rel=0.15
    )


def test_curves_that_share_parameters_are_drawn_together():
    x, y = drawn(9)
    by = np.tile(np.repeat(["a", "b", "c"], 12), 1)
    found = fit(x, y, family="boltzmann", by=by, share="slope", intervals="bootstrap")
    profile = fit(x, y, family="boltzmann", by=by, share="slope")
    low, high = found.limits["slope"]
    assert len(set(low)) == 1 and len(set(high)) == 1
    wide = profile.limits["slope"][1][0] - profile.limits["slope"][0][0]
    assert abs(low[0] - profile.limits["slope"][0][0]) < 0.15 * wide
    assert abs(high[0] - profile.limits["slope"][1][0]) < 0.15 * wide


def test_too_few_replicates_are_said():
    x, y = drawn(10)
    found = fit(x, y, family="boltzmann", intervals="bootstrap")
    with pytest.raises(InputError, match="999 replicates are too few for a simultaneous band"):
        found.predict([5.0], interval="confidence", simultaneous=True)
    few = fit(
        x[:6],
        four(x[:6]) + np.array([0.1, -0.1, 0.2, 0, 0.1, -0.2]),
        family="boltzmann",
        intervals="bootstrap",
    )
    assert (
        "too few replicates" in few.parameters[0].estimate.method and few.parameters[0].estimate.low is None
    )
    with pytest.raises(InputError, match="10 replicates are too few"):
        Bootstrap(replicates=10)
    with pytest.raises(InputError, match="seed is -1"):
        Bootstrap(seed=-1)
    with pytest.raises(InputError, match="no intervals 'guess'"):
        fit(x, y, intervals="guess")
