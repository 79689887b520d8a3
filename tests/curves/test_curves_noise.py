"""Noise of several kinds: R's numbers, likelihoods maximised directly, and what goes together."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import betabinom, nbinom, poisson
from scipy.stats import t as student

from ogive import InputError
from ogive.curves import fit

REFERENCE = Path(__file__).parents[1] / "reference"


def table(name):
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.DictReader(file))


def points(case):
    rows = [row for row in table("curves_noise_points.csv") if row["case"] == case]
    return np.array([[float(row["x"]), float(row["y"])] for row in rows]).T


def said(case):
    rows = [row for row in table("curves_noise_fits.csv") if row["case"] == case]
    return {row["term"]: (float(row["estimate"]), float(row["se"].replace("NA", "nan"))) for row in rows}


def four(x, bottom, top, midpoint, slope):
    return bottom + (top - bottom) / (1 + np.exp(-slope * (x - midpoint)))


def test_a_power_of_the_mean_is_that_of_gnls():
    """gnls(y ~ ..., weights = varPower(form = ~ fitted(.))) stops where steps are 1e-4 or less of the parameters."""
    x, y = points("power")
    found, expected = fit(x, y, family="boltzmann", noise="power"), said("power")
    assert found.noise_parameter["theta"][0] == pytest.approx(expected["theta"][0], rel=1e-4)
    for name in found.values:
        assert found.values[name][0] == pytest.approx(expected[name][0], rel=1e-4)
        assert found.standard_errors[name][0] == pytest.approx(expected[name][1], rel=1e-3)
    given = fit(x, y, family="boltzmann", noise=f"power={found.noise_parameter['theta'][0]}")
    for name in found.values:
        assert given.values[name][0] == pytest.approx(found.values[name][0], rel=1e-7)
    plain, none = fit(x, y, family="boltzmann"), fit(x, y, family="boltzmann", noise="power=0")
    assert none.values["top"][0] == plain.values["top"][0]


@pytest.mark.parametrize(
    ("case", "data", "noise"),
    [
        ("poisson", "counts", "poisson"),
        ("quasipoisson", "counts", "quasi-poisson"),
        ("relative", "relative", "relative"),
        ("glm.nb", "counts", "negative-binomial"),
    ],
)
def test_exponential_curves_are_generalised_linear_models_with_a_log_link(case, data, noise):
    x, y = points(data)
    found, expected = fit(x, y, family="exponential", noise=noise), said(case)
    (intercept, its), (slope, own) = expected["(Intercept)"], expected["x"]
    assert np.log(found.values["start"][0]) == pytest.approx(intercept, rel=1e-5)
    assert found.values["rate"][0] == pytest.approx(slope, rel=1e-6)
    assert found.standard_errors["rate"][0] == pytest.approx(own, rel=1e-5)
    assert found.standard_errors["start"][0] / found.values["start"][0] == pytest.approx(its, rel=1e-5)
    if case == "glm.nb":
        assert found.noise_parameter["size"][0] == pytest.approx(expected["size"][0], rel=1e-6)
        assert found.deviance[0] == pytest.approx(expected["deviance"][0], rel=1e-6)
        given = fit(x, y, family="exponential", noise=f"negative_binomial={expected['size'][0]}")
        assert given.values["rate"][0] == pytest.approx(slope, rel=1e-6)


def test_relative_noise_is_least_squares_with_weights_of_its_own_curve():
    x, y = points("power")
    found = fit(x, y, family="boltzmann", noise="relative")
    weighted = fit(x, y, family="boltzmann", noise="power=1")
    for name in found.values:
        assert weighted.values[name][0] == pytest.approx(found.values[name][0], rel=1e-6, abs=1e-8)
        assert weighted.standard_errors[name][0] == pytest.approx(found.standard_errors[name][0], rel=1e-5)


def simulated(kind, seed):
    rng = np.random.default_rng(seed)
    x = np.tile(np.linspace(0, 10, 12), 3)
    m = four(x, 4, 40, 5, 1.0)
    if kind == "power":
        return x, m + 0.3 * m**0.7 * rng.normal(size=x.size), np.ones(x.size)
    if kind == "negative-binomial":
        return x, rng.negative_binomial(6, 6 / (6 + m)).astype(float), np.ones(x.size)
    n = rng.integers(8, 25, x.size)
    p, s = m / 50, 5.0
    return x, rng.binomial(n, rng.beta(p * s, (1 - p) * s)) / n, n.astype(float)


def likelihood(kind, x, y, n):
    if kind == "negative-binomial":
        return lambda q: -nbinom.logpmf(y, np.exp(q[4]), 1 / (1 + four(x, *q[:4]) / np.exp(q[4]))).sum()

    def loss(q):
        p, s = four(x, *q[:4]), np.exp(q[4])
        if not 0 < p.min() <= p.max() < 1:
            return np.inf
        return -betabinom.logpmf(np.rint(y * n), n, p * s, (1 - p) * s).sum()

    return loss


@pytest.mark.parametrize("kind", ["negative-binomial", "beta-binomial"])
def test_dispersion_is_estimated_by_maximum_likelihood(kind):
    """The exact likelihood of all five parameters, maximised directly; limits are those of its profile."""
    x, y, n = simulated(kind, 3)
    found = fit(x, y, family="boltzmann", noise=kind, weights=n)
    loss = likelihood(kind, x, y, n)
    own = next(iter(found.noise_parameter.values()))[0]
    at = np.array([*(found.values[name][0] for name in ("bottom", "top", "midpoint", "slope")), 0.0])
    at[4] = np.log(own if kind == "negative-binomial" else 1 / own - 1)
    best = minimize(
        loss, at * 1.02, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000}
    )
    np.testing.assert_allclose(at, best.x, rtol=2e-5)
    assert loss(at) <= best.fun + 1e-9
    low, high = found.limits["top"]
    left = x.size - 4
    rise = x.size * np.log1p(student.ppf(0.975, left) ** 2 / left)  # as of Gaussian noise of unknown variance
    for limit in (low[0], high[0]):  # of all other parameters together, the noise's among them
        held = minimize(
            lambda q, limit=limit: loss([q[0], limit, *q[1:]]),
            at[[0, 2, 3, 4]],
            method="Nelder-Mead",
            options={"xatol": 1e-8, "fatol": 1e-11, "maxiter": 3000},
        )
        assert 2 * (held.fun - loss(at)) == pytest.approx(rise, rel=1e-4)


@pytest.mark.parametrize("kind", ["negative-binomial", "beta-binomial"])
def test_overdispersed_points_have_a_likelihood_that_counts_their_dispersion(kind):
    """The likelihood is that of SciPy's distributions; its dispersion is a parameter where it is estimated."""
    x, y, n = simulated(kind, 3)
    usual = {"family": "boltzmann", "weights": n}
    found = fit(x, y, noise=kind, **usual)
    own = next(iter(found.noise_parameter.values()))[0]
    at = [found.values[name][0] for name in ("bottom", "top", "midpoint", "slope")]
    loss = likelihood(kind, x, y, n)([*at, np.log(own if kind == "negative-binomial" else 1 / own - 1)])
    one = found.statistics
    assert one.log_likelihood == pytest.approx(-loss, rel=1e-9) and one.parameters == 5
    assert one.aicc == pytest.approx(2 * loss + 10 + 60 / (36 - 6))
    assert one.bic == pytest.approx(2 * loss + 5 * np.log(36))
    given = fit(x, y, noise=f"{kind}={own}", **usual).statistics
    assert given.log_likelihood == pytest.approx(-loss, rel=1e-9) and given.parameters == 4
    plain = fit(x, y, noise="poisson" if kind == "negative-binomial" else "binomial", **usual).statistics
    assert one.aicc < plain.aicc - 10 and one.bic < plain.bic - 10


def test_counts_that_scatter_as_poissons_have_the_less_aicc_as_such():
    x, y, _ = simulated("negative-binomial", 3)
    y = np.random.default_rng(2).poisson(four(x, 4, 40, 5, 1.0)).astype(float)
    more, plain = (fit(x, y, family="boltzmann", noise=noise) for noise in ("negative-binomial", "poisson"))
    at = [plain.values[name][0] for name in ("bottom", "top", "midpoint", "slope")]
    assert plain.statistics.log_likelihood == pytest.approx(poisson.logpmf(y, four(x, *at)).sum(), rel=1e-12)
    assert plain.statistics.aicc < more.statistics.aicc
    assert more.statistics.log_likelihood >= plain.statistics.log_likelihood - 1e-4


def test_standard_errors_of_overdispersed_shares_are_nearly_those_of_their_likelihood():
    x, y, n = simulated("beta-binomial", 3)
    found = fit(x, y, family="boltzmann", noise="beta-binomial", weights=n)
    loss = likelihood("beta-binomial", x, y, n)
    own = found.noise_parameter["rho"][0]
    at = np.array(
        [*(found.values[k][0] for k in ("bottom", "top", "midpoint", "slope")), np.log(1 / own - 1)]
    )
    step = 1e-4 * np.abs(at)[:4]
    hessian = np.empty((4, 4))
    for i in range(4):
        for j in range(4):
            ends = [
                loss(at + np.eye(5)[i] * a * step[i] + np.eye(5)[j] * b * step[j])
                for a in (1, -1)
                for b in (1, -1)
            ]
            hessian[i, j] = (ends[0] - ends[1] - ends[2] + ends[3]) / (4 * step[i] * step[j])
    expected = np.sqrt(np.diag(np.linalg.inv(hessian)))
    for name, se in zip(("bottom", "top", "midpoint", "slope"), expected, strict=True):
        assert found.standard_errors[name][0] == pytest.approx(se, rel=0.15)


def test_counts_that_scatter_no_more_than_poissons_are_poissons():
    rng = np.random.default_rng(1)
    x = np.tile(np.linspace(0, 10, 12), 3)
    y = np.rint(four(x, 4, 40, 5, 1.0) + 0.5 * rng.normal(size=x.size))
    found, plain = (fit(x, y, family="boltzmann", noise=noise) for noise in ("negative-binomial", "poisson"))
    assert found.noise_parameter["size"][0] == np.inf
    n = np.full(x.size, 100.0)
    shares, binomial = (
        fit(x, y / 100, family="boltzmann", noise=noise, weights=n) for noise in ("beta-binomial", "binomial")
    )
    assert shares.noise_parameter["rho"][0] == 0
    for name in found.values:
        assert found.values[name][0] == pytest.approx(plain.values[name][0], rel=1e-4)
        assert shares.values[name][0] == pytest.approx(binomial.values[name][0], rel=1e-3)


@pytest.mark.parametrize("noise", ["power", "negative-binomial", "beta-binomial"])
def test_each_group_has_noise_of_its_own_and_units_change_nothing(noise):
    parts = [simulated(noise, seed) for seed in (5, 6)]
    x, y, n = (np.concatenate([part[k] for part in parts]) for k in range(3))
    by = np.repeat(["a", "b"], 36)
    found = fit(x, y, family="boltzmann", noise=noise, weights=n, by=by)
    name = next(iter(found.noise_parameter))
    for k in (0, 1):
        alone = fit(*parts[k][:2], family="boltzmann", noise=noise, weights=parts[k][2])
        assert found.values["top"][k] == pytest.approx(alone.values["top"][0], rel=1e-7)
        assert found.noise_parameter[name][k] == pytest.approx(alone.noise_parameter[name][0], rel=1e-6)
    unit = 1e-9 if noise == "power" else 1.0
    scaled = fit(x * 1e6, y * unit, family="boltzmann", noise=noise, weights=n, by=by)
    np.testing.assert_allclose(scaled.values["top"], found.values["top"] * unit, rtol=1e-6)
    np.testing.assert_allclose(scaled.values["midpoint"], found.values["midpoint"] * 1e6, rtol=1e-6)
    np.testing.assert_allclose(scaled.noise_parameter[name], found.noise_parameter[name], rtol=1e-5)
    together = fit(x, y, family="boltzmann", noise=noise, weights=n, by=by, share="slope")
    assert together.noise_parameter[name][0] == together.noise_parameter[name][1]


def test_a_known_dispersion_takes_the_place_of_the_estimate():
    x, y = points("power")
    sd = 0.7
    known = fit(x, y, family="boltzmann", weights=np.full(x.size, sd**-2), dispersion=1.0, intervals="wald")
    plain = fit(x, y, family="boltzmann", intervals="wald")
    ratio = sd / np.sqrt(plain.deviance[0] / plain.degrees_of_freedom[0])
    for name in plain.values:
        assert known.standard_errors[name][0] == pytest.approx(
            ratio * plain.standard_errors[name][0], rel=1e-7
        )
        low, high = (each[0] for each in known.limits[name])
        assert (high - low) / 2 / known.standard_errors[name][0] == pytest.approx(1.959963985, rel=1e-8)


def test_new_observations_scatter_as_the_noise_says():
    x, y = points("power")
    theta = 0.8
    found = fit(x, y * 1e3, family="boltzmann", noise=f"power={theta}", intervals="wald")
    at = np.array([0.0, 5.0, 10.0])
    curve, new = (found.predict(at, interval=kind) for kind in ("confidence", "prediction"))
    own = (new.high - new.value) ** 2 - (curve.high - curve.value) ** 2
    f = found.predict(x)
    square = ((y * 1e3 - f) ** 2 / f ** (2 * theta)).sum() / 26
    from scipy.stats import t as student

    np.testing.assert_allclose(
        own, student.ppf(0.975, 26) ** 2 * square * curve.value ** (2 * theta), rtol=1e-6
    )
    counts = fit(*points("counts"), family="exponential", noise="poisson").predict(
        [0.0], interval="prediction"
    )
    assert counts.low[0] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"noise": "power=much"}, "theta of noise 'power' cannot be 'much'"),
        ({"noise": "beta-binomial=2"}, "rho of noise 'beta-binomial' cannot be '2'"),
        ({"noise": "poisson=2"}, "noise 'poisson' has no parameter"),
        ({"noise": "relative", "y": [-1, 2, 4, 7, 9, 9.5]}, "y is negative"),
        ({"noise": "beta-binomial"}, "y is above 1"),
        ({"dispersion": 0.0}, "dispersion is 0"),
        ({"dispersion": 1.0, "noise": "poisson"}, "noise 'poisson' has its own"),
    ],
)
def test_mistakes(change, message):
    usual = {"x": [1, 2, 3, 4, 5, 6], "y": [1, 2, 4, 7, 9, 9.5]} | change
    with pytest.raises(InputError, match=message):
        fit(usual.pop("x"), usual.pop("y"), **usual)
