"""Curves fitted from no start: what they find again, R's and NIST's numbers, invariances, and what is refused."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest

from ogive import InputError
from ogive.curves import family, fit
from ogive.curves.likelihood import inverse_information

VALUES = {
    "bottom": 1.2,
    "top": 7.5,
    "baseline": 1.4,
    "gain": 5.1,
    "capacity": 5.5,
    "guess": 0.2,
    "lapse": 0.05,
    "asymmetry": 1.0,
}


def simulated(name, seed=0, n=40, noise=0.02, falling=False):
    """Points about a curve of a family, and its parameters."""
    one = family(name)
    x = np.linspace(0.2, 12, n)
    values = {}
    for reading in one.parameters:
        usual = 4.0 if reading.unit == "x" else 1.3 if reading.exponential else VALUES[reading.name]
        values[reading.name] = VALUES.get(reading.name, usual) * (-1 if reading.signed and falling else 1)
    variant = len(one.variants) - 1 if falling else 0
    if name.startswith("w1"):
        variant = 1 - variant
    exact = one.value(x, one.canonical(values, variant), variant)
    return x, exact + np.random.default_rng(seed).normal(0, noise, n), values


@pytest.mark.parametrize("name", ["logistic", "gompertz", "boltzmann", "ll4", "w1.4", "ln4"])
def test_units_change_only_the_units_of_the_answer(name):
    x, y, _ = simulated(name, seed=1)
    plain = fit(x, y, family=name)
    for x_unit, y_unit in ((1e-9, 1.0), (1e6, 1e-6), (1.0, 1e12)):
        scaled = fit(x * x_unit, y * y_unit, family=name)
        for reading in family(name).parameters:
            factor = {"x": x_unit, "1/x": 1 / x_unit, "y": y_unit, "": 1.0}[reading.unit]
            for which in ("values", "standard_errors"):
                expected = getattr(plain, which)[reading.name] * factor
                np.testing.assert_allclose(getattr(scaled, which)[reading.name], expected, rtol=1e-6)


def test_time_can_be_shifted_and_points_come_in_any_order():
    x, y, _ = simulated("logistic", seed=2)
    plain, order = fit(x, y), np.random.default_rng(0).permutation(x.size)
    shifted = fit(x[order] + 1960, y[order])
    assert shifted.values["midpoint"] - 1960 == pytest.approx(plain.values["midpoint"], rel=1e-7)
    for name in ("capacity", "rate"):
        assert shifted.values[name] == pytest.approx(plain.values[name], rel=1e-7)
        assert shifted.standard_errors[name] == pytest.approx(plain.standard_errors[name], rel=1e-6)


def test_a_curve_and_its_mirror_image():
    x, y, _ = simulated("boltzmann", seed=3)
    plain, mirrored = fit(x, y, family="boltzmann"), fit(-x, y, family="boltzmann")
    for name, sign in (("bottom", 1), ("top", 1), ("midpoint", -1), ("slope", -1)):
        assert mirrored.values[name] == pytest.approx(sign * plain.values[name], rel=1e-7)


def test_groups_are_fitted_each_by_itself():
    parts = [simulated("ll4", seed=seed) for seed in range(3)]
    x, y = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    by = np.repeat(["c", "a", "b"], 40)
    order = np.random.default_rng(1).permutation(120)
    found = fit(x[order], y[order], family="ll4", by=by[order])
    assert found.groups == ("a", "b", "c")
    for k, part in zip((2, 0, 1), parts, strict=True):
        alone = fit(part[0], part[1], family="ll4")
        assert found.values["ec50"][k] == pytest.approx(alone.values["ec50"][0], rel=1e-7)
        assert found.predict([3.0], by=["abc"[k]])[0] == pytest.approx(alone.predict([3.0])[0], rel=1e-9)
    assert [one.group for one in found.parameters[::4]] == ["a", "b", "c"]


def test_weights_are_repeated_points_but_for_their_number():
    x, y, _ = simulated("logistic", seed=4, n=15)
    w = np.random.default_rng(2).integers(1, 4, 15)
    weighted, repeated = fit(x, y, weights=w), fit(np.repeat(x, w), np.repeat(y, w))
    for name in ("capacity", "midpoint", "rate"):
        assert weighted.values[name] == pytest.approx(repeated.values[name], rel=1e-7)
        ratio = weighted.standard_errors[name] / repeated.standard_errors[name]
        assert ratio == pytest.approx(math.sqrt((w.sum() - 3) / 12), rel=1e-5)
    left_out = fit([*x, 99.0], [*y, -5.0], weights=[*w, 0])
    assert left_out.values["capacity"] == pytest.approx(weighted.values["capacity"], rel=1e-12)


def test_counts_and_shares_are_generalised_linear_models():
    """With both levels held, binomial noise is logistic regression: its own fit says the same."""
    from ogive.models import LogisticRegression

    rng = np.random.default_rng(5)
    x = np.repeat(np.linspace(0.5, 8, 9), 20)
    y = (rng.random(180) < 1 / (1 + np.exp(-2 * (np.log(x) - 1)))).astype(float)
    found = fit(x, y, family="ll2", noise="binomial")
    model = LogisticRegression().fit(np.log(x)[:, None], y)
    assert found.values["slope"][0] == pytest.approx(model.coef_[0, 0], rel=1e-6)
    assert math.log(found.values["ec50"][0]) == pytest.approx(
        -model.intercept_[0] / model.coef_[0, 0], rel=1e-6
    )
    levels = np.linspace(0.5, 8, 9)
    shares = np.array([y[x == level].mean() for level in levels])
    grouped = fit(levels, shares, family="ll2", noise="binomial", weights=np.full(9, 20.0))
    for name in ("slope", "ec50"):
        assert grouped.values[name] == pytest.approx(found.values[name], rel=1e-6)
        assert grouped.standard_errors[name] == pytest.approx(found.standard_errors[name], rel=1e-5)


def test_what_the_points_do_not_determine_is_said():
    x = np.linspace(0, 4, 12)
    rising = np.exp(0.5 * x)  # no sign of a plateau
    found = {one.name: one for one in fit(x, rising).parameters}
    assert not found["capacity"].identified
    assert found["capacity"].estimate.low > 3 * rising.max() and found["capacity"].estimate.high is None
    assert "no upper limit" in found["capacity"].estimate.method
    step = fit([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], family="boltzmann")
    assert not any(one.identified for one in step.parameters if one.name in {"midpoint", "slope"})
    three = fit([1, 2, 3], [1, 2, 2.5])
    assert "no more points than parameters" in three.parameters[0].estimate.method


def test_predictions_and_slopes():
    x, y, _ = simulated("logistic", seed=6)
    found = fit(x, y)
    k, m, r = (found.values[name][0] for name in ("capacity", "midpoint", "rate"))
    at = np.array([1.0, 4.0, 9.0])
    expected = k / (1 + np.exp(-r * (at - m)))
    np.testing.assert_allclose(found.predict(at), expected, rtol=1e-12)
    np.testing.assert_allclose(found.derivative(at), r * expected * (1 - expected / k), rtol=1e-10)


def test_nist_certifies_the_logistic_growth_of_a_pasture(shared_data):
    lines = (shared_data / "reference/nist_strd/Rat42.dat").read_text().splitlines()
    y, x = np.array([line.split() for line in lines[60:69]], dtype=float).T
    found = fit(x, y, family="logistic")
    # b1 / (1 + exp(b2 - b3 x)), as certified
    b1, b2, b3 = 7.2462237576e01, 2.6180768402e00, 6.7359200066e-02
    assert found.values["capacity"][0] == pytest.approx(b1, rel=2e-10)
    assert found.values["rate"][0] == pytest.approx(b3, rel=2e-10)
    assert (found.values["midpoint"] * found.values["rate"])[0] == pytest.approx(b2, rel=2e-10)
    assert found.standard_errors["capacity"][0] == pytest.approx(1.7340283401e00, rel=1e-7)
    assert found.standard_errors["rate"][0] == pytest.approx(3.4465663377e-03, rel=1e-7)


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows, name):
    return np.array([float(row[name]) for row in rows])


@pytest.mark.parametrize(
    ("model", "name", "terms"),
    [
        ("LL.4", "ll4", {"b": "slope", "c": "bottom", "d": "top", "e": "ec50"}),
        ("LL.3", "ll3", {"b": "slope", "d": "top", "e": "ec50"}),
        ("LN.4", "ln4", {"b": "slope", "c": "bottom", "d": "top", "e": "ec50"}),
        ("W1.4", "w1.4", {"b": "slope", "c": "bottom", "d": "top", "e": "inflection"}),
        ("W2.4", "w2.4", {"b": "slope", "c": "bottom", "d": "top", "e": "inflection"}),
    ],
)
def test_ryegrass_is_fitted_as_drc_fits_it(shared_data, model, name, terms):
    """The estimates of drm(rootl ~ conc, fct = LL.4()); its standard errors are of the observed information."""
    rows = table(shared_data / "scurves/drc/ryegrass.csv")
    found = fit(numbers(rows, "conc"), numbers(rows, "rootl"), family=name)
    said = [
        row
        for row in table(shared_data / "reference/r_drc_coef.csv")
        if row["dataset"].endswith("ryegrass.csv") and row["model"] == model and row["curve"] == ""
    ]
    assert len(said) == len(terms)
    for row in said:
        own = terms[row["term"][0]]
        sign = -1 if own == "slope" and model[:2] in {"LL", "W1"} else 1
        assert found.values[own][0] == pytest.approx(sign * float(row["estimate"]), rel=2e-4)


def test_enzyme_assays_are_fitted_as_nls_fits_them(shared_data):
    """nls(density ~ SSfpl(log(conc), A, B, xmid, scal)) and SSlogis on the first run."""
    rows = [row for row in table(shared_data / "scurves/r_DNase.csv") if row["Run"] == "1"]
    x, y = np.log(numbers(rows, "conc")), numbers(rows, "density")
    said = {
        (row["formula"].split("~")[1].split("(")[0].strip(), row["term"]): row
        for row in table(shared_data / "reference/r_nls.csv")
        if row["dataset"].endswith("r_DNase.csv") and row["subset"] == "Run==1"
    }
    for name, function, terms in (
        ("boltzmann", "SSfpl", {"bottom": "A", "top": "B", "midpoint": "xmid"}),
        ("logistic", "SSlogis", {"capacity": "Asym", "midpoint": "xmid"}),
    ):
        found = fit(x, y, family=name)
        for own, term in terms.items():
            row = said[function, term]
            assert found.values[own][0] == pytest.approx(float(row["estimate"]), rel=1e-6, abs=1e-8)
            assert found.standard_errors[own][0] == pytest.approx(float(row["std_error"]), rel=1e-5)
        rate = "slope" if name == "boltzmann" else "rate"
        assert 1 / found.values[rate][0] == pytest.approx(float(said[function, "scal"]["estimate"]), rel=1e-6)
        assert found.deviance[0] == pytest.approx(float(said[function, "scal"]["rss"]), rel=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": [1, 2]}, "y has 6 values"),
        ({"x": [1, 2, 3, 4, 5, math.nan]}, "x"),
        ({"y": [1, 2, 3, 4, math.inf, 6]}, "y"),
        ({"y": [2] * 6}, "every y is 2"),
        ({"x": [3] * 6}, "every x is 3"),
        ({"weights": [1, 1, 1, 1, 1, -1]}, "weights is negative"),
        ({"by": list("abcdef")}, "the group 'a' cannot be fitted: there are 1 point"),
        ({"share": ["hill"]}, "no parameter 'hill'"),
        ({"share": ["rate"], "fix": {"rate": 1}}, "both shared and fixed"),
        ({"fix": {"capacity": 5, "rate": 0}}, "rate cannot be 0"),
        ({"by": ["a"]}, "by has shape"),
        ({"noise": "loud"}, "no noise 'loud'"),
        ({"family": "circle"}, "no family 'circle'"),
        ({"family": "ll4", "x": [-1, 2, 3, 4, 5, 6]}, "x is negative"),
        ({"noise": "poisson", "y": [-1, 2, 3, 4, 5, 6]}, "y is negative"),
        ({"noise": "binomial"}, "y is above 1"),
        ({"weights": [0] * 6}, "weights is 0"),
        ({"by": ["a", "a", "a", None, "a", "a"]}, "by is missing in 1 of 6"),
        ({"by": [1.0, 1, 1, 1, 1, math.nan]}, "by is missing in 1 of 6"),
        ({"x": np.arange("2020-01", "2020-07", dtype="datetime64[M]")}, "x holds dates"),
        ({"x": [[1], [2], [3], [4], [5], [6]]}, r"x has shape \(6, 1\), expected \(n,\)"),
        ({"family": None}, "family is NoneType"),
        ({"fix": ["rate"]}, "fix is"),
        ({"fix": {"rate": "1"}}, "fix has rate = '1', expected a number"),
        ({"level": 95}, "level is 95"),
        ({"level": "0.95"}, "level is '0.95'"),
    ],
)
def test_mistakes(change, message):
    usual = {"x": [1, 2, 3, 4, 5, 6], "y": [1, 2, 4, 7, 9, 9.5]} | change
    with pytest.raises(InputError, match=message):
        fit(usual.pop("x"), usual.pop("y"), **usual)


def test_steps_overflow_nowhere():
    """A step between two points tells nothing of its place: of an information of 1e-300 there is no inverse."""
    found = fit([0, 1, 2, 3, 4, 5], [0.01, 0, 0.02, 1, 0.99, 1.01], family="boltzmann")
    midpoint = next(one for one in found.parameters if one.name == "midpoint")
    assert 2 <= midpoint.estimate.value <= 3
    for size in (1e-200, 1e-160, 1e-150):
        inverse = inverse_information(np.diag([1.0, size**2])[None], np.ones((1, 2), dtype=bool))
        assert np.isfinite(inverse).all() and inverse[0, 0, 0] == pytest.approx(1)


@pytest.mark.parametrize("name", ["logistic", "gompertz"])
def test_a_midpoint_that_is_known_to_lie_far_beyond_the_points(name):
    """As SciPy finds the others from the rate of the exponential that is seen."""
    from scipy.optimize import curve_fit

    x = np.linspace(0, 20, 12)
    y = 40 * np.exp(0.08 * x) * (1 + 0.02 * np.random.default_rng(0).normal(size=12))

    def curve(x, log_capacity, rate):
        t = rate * (x - 60)
        return np.exp(log_capacity - (np.log1p(np.exp(-t)) if name == "logistic" else np.exp(-t)))

    p, _ = curve_fit(curve, x, y, p0=[8, 0.05], xtol=1e-14, ftol=1e-14)
    found = fit(x, y, family=name, fix={"midpoint": 60.0}, intervals="wald")
    assert found.deviance[0] == pytest.approx(((curve(x, *p) - y) ** 2).sum(), rel=1e-9)
    assert found.values["rate"][0] == pytest.approx(p[1], rel=1e-5)


def test_growth_that_begins_between_or_at_points_is_found():
    """The loss has a corner at every point that growth may begin at: the best of all, by a fine grid of beginnings."""
    x = np.linspace(0.15, 6, 40)
    rng = np.random.default_rng(3)
    for begin in (0.9, 0.87, 1.2):
        y = 5 * (1 - np.exp(-np.maximum(x - begin, 0))) + rng.normal(0, 0.1, x.size)
        found = fit(x, y, family="von-bertalanffy-length", intervals="wald")
        k, start, rate = (found.values[name][0] for name in ("capacity", "start", "rate"))
        seen = ((y - k * (1 - np.exp(-rate * np.maximum(x - start, 0)))) ** 2).sum()
        assert found.deviance[0] == pytest.approx(seen, rel=1e-9)
        for other in np.append(np.linspace(0.5, 1.6, 23), x[2:10]):
            held = fit(x, y, family="von-bertalanffy-length", fix={"start": other}, intervals="wald")
            assert found.deviance[0] <= held.deviance[0] * (1 + 1e-9)


def test_a_group_that_is_too_small_is_named_and_the_others_are_fitted():
    x, y, _ = simulated("logistic")
    plain = fit(x, y)
    found = fit(
        np.append(x, [1.0, 2.0, 3.0, 4.0]),
        np.append(y, [1.0, 5.0, 5.0, 5.0]),
        by=[*["good"] * x.size, "one", "flat", "flat", "flat"],
    )
    assert found.groups == ("good",)
    assert [one.group for one in found.refused] == ["flat", "one"]
    assert "every y is 5" in found.refused[0].reason and "there are 1 point" in found.refused[1].reason
    np.testing.assert_array_equal(found.values["capacity"], plain.values["capacity"])


def test_shared_parameters_are_those_of_one_regression():
    """Two runs with one rate: the same as one function of both, fitted by SciPy."""
    from scipy.optimize import curve_fit

    rng = np.random.default_rng(0)
    x = np.tile(np.linspace(0, 10, 15), 2)
    run = np.repeat([0, 1], 15)

    def both(x, k0, k1, m0, m1, rate):
        k, m = np.where(run, k1, k0), np.where(run, m1, m0)
        return k / (1 + np.exp(-rate * (x - m)))

    y = both(x, 5, 8, 3, 5, 1.2) + rng.normal(0, 0.1, 30)
    found = fit(x, y, by=run, share="rate", intervals="wald")
    p, covariance = curve_fit(both, x, y, p0=[5, 8, 3, 5, 1], ftol=1e-15, xtol=1e-15, gtol=1e-15)
    np.testing.assert_allclose(found.values["capacity"], p[:2], rtol=1e-7)
    np.testing.assert_allclose(found.values["midpoint"], p[2:4], rtol=1e-7)
    np.testing.assert_allclose(found.values["rate"], [p[4]] * 2, rtol=1e-7)
    se = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(found.standard_errors["capacity"], se[:2], rtol=1e-5)
    np.testing.assert_allclose(found.standard_errors["rate"], [se[4]] * 2, rtol=1e-5)
    assert found.degrees_of_freedom.tolist() == [25, 25]
    profile = fit(x, y, by=run, share="rate")
    for name in ("capacity", "rate"):
        for one, other in zip(profile.limits[name], found.limits[name], strict=True):
            np.testing.assert_allclose(one, other, rtol=0.01)


def test_what_is_fixed_stands_still():
    x, y, _ = simulated("boltzmann", falling=True)
    found = fit(x, y, family="boltzmann", fix={"bottom": 1.2, "slope": -1.3})
    assert found.values["bottom"][0] == 1.2 and found.values["slope"][0] == pytest.approx(-1.3, rel=1e-14)
    assert found.degrees_of_freedom[0] == x.size - 2
    with pytest.raises(InputError, match="do not go the way"):
        fit(x, y, family="boltzmann", fix={"slope": 1.3})


def test_a_profile_is_where_refits_with_a_held_value_lose_so_much():
    """The limits of each parameter against fits with it held there: an F test that just rejects."""
    from scipy.stats import f as f_distribution

    x, y, _ = simulated("boltzmann", seed=3, n=12, noise=0.4)
    found = fit(x, y, family="boltzmann")
    critical = f_distribution.ppf(0.95, 1, found.degrees_of_freedom[0])
    for name, (low, high) in found.limits.items():
        for limit in (low[0], high[0]):
            held = fit(x, y, family="boltzmann", fix={name: limit})
            risen = (held.deviance - found.deviance)[0] / found.deviance[0] * found.degrees_of_freedom[0]
            assert risen == pytest.approx(critical, rel=1e-4)


def test_a_band_is_where_refits_through_a_place_lose_so_much():
    """A new observation at the limit of its band, taken in with the others, is just rejected."""
    from scipy.stats import t as student

    x, y, _ = simulated("boltzmann", seed=3, n=14, noise=0.3)
    found = fit(x, y, family="boltzmann")
    at = [2.0, 5.0, 14.0]
    band = found.predict(at, interval="prediction")
    assert (band.low < band.value).all() and (band.value < band.high).all()
    rise = student.ppf(0.975, 10) ** 2 * found.deviance[0] / found.degrees_of_freedom[0]
    for place, low, high in zip(at, band.low, band.high, strict=True):
        for limit in (low, high):
            both = fit(np.append(x, place), np.append(y, limit), family="boltzmann")
            assert both.deviance[0] - found.deviance[0] == pytest.approx(rise, rel=1e-4)
    curve = found.predict(at, interval="confidence")
    assert (band.low < curve.low).all() and (curve.high < band.high).all()
    wide = found.predict(at, interval="confidence", simultaneous=True)
    assert (wide.low < curve.low).all() and (curve.high < wide.high).all()


def test_increments_are_differences_of_the_curve():
    """New cases in unequal intervals, two on one day, in any order: as SciPy fits their differences."""
    from scipy.optimize import curve_fit

    rng = np.random.default_rng(2)
    day = np.array([0, 1, 2, 3, 5, 6, 8, 9, 10, 12, 13, 15, 16, 18, 20.0, 9])
    before = np.array([-1, 0, 1, 2, 3, 5, 6, 8, 9, 10, 12, 13, 15, 16, 18.0, 8])

    def added(x, capacity, midpoint, rate):
        def curve(t):
            return capacity / (1 + np.exp(-rate * (t - midpoint)))

        return curve(x) - curve(before)

    y = added(day, 500, 9, 0.6) + rng.normal(0, 2, day.size)
    p, covariance = curve_fit(added, day, y, p0=[400, 8, 0.5], ftol=1e-15, xtol=1e-15, gtol=1e-15)
    order = rng.permutation(day.size)
    found = fit(day[order], y[order], increments=True, intervals="wald")
    for k, name in enumerate(("capacity", "midpoint", "rate")):
        assert found.values[name][0] == pytest.approx(p[k], rel=1e-7)
        assert found.standard_errors[name][0] == pytest.approx(np.sqrt(covariance[k, k]), rel=1e-5)
    with pytest.raises(InputError, match="not one of growth"):
        fit(day, y, family="ll4", increments=True)


def test_counts_have_the_errors_of_a_generalised_linear_model():
    """At a held midpoint and rate, the capacity of counts is a Poisson regression through the origin."""
    x = np.linspace(0, 10, 12)
    share = 1 / (1 + np.exp(-0.8 * (x - 5)))
    y = np.random.default_rng(0).poisson(400 * share).astype(float)
    found = fit(x, y, noise="poisson", fix={"midpoint": 5.0, "rate": 0.8})
    assert found.values["capacity"][0] == pytest.approx(y.sum() / share.sum(), rel=1e-10)
    assert found.standard_errors["capacity"][0] == pytest.approx(np.sqrt(y.sum()) / share.sum(), rel=1e-10)
    low, high = (limit[0] for limit in found.limits["capacity"])
    for limit in (low, high):
        mean = limit * share
        risen = 2 * np.sum(mean - y * np.log(mean)) - 2 * np.sum(
            y - y * np.log(y.sum() / share.sum() * share)
        )
        assert risen == pytest.approx(1.959964**2, rel=1e-4)


def test_a_curve_must_be_named_where_there_are_several():
    x, y, _ = simulated("logistic")
    found = fit(np.tile(x, 2), np.tile(y, 2), by=np.repeat(["a", "b"], x.size))
    with pytest.raises(InputError, match="there are 2 curves"):
        found.predict([1.0])
    with pytest.raises(InputError, match="no curve for the group 'c'"):
        found.predict([1.0], by=["c"])


@pytest.mark.parametrize("intervals", ["profile", "wald"])
def test_what_is_given_has_no_error_and_what_is_at_a_natural_bound_has_an_interval(intervals):
    x, y, _ = simulated("boltzmann", falling=True)
    found = fit(x, y, family="boltzmann", fix={"bottom": 1.2}, intervals=intervals)
    bottom = found.parameters[0]
    assert bottom.name == "bottom" and bottom.identified
    assert (bottom.estimate.value, bottom.estimate.low, bottom.estimate.high, bottom.se) == (1.2, 1.2, 1.2, 0)
    band = found.predict([1e6], interval="confidence")
    assert band.high[0] - band.low[0] < 1e-9, "far out the curve is at the level that was given"
    level = np.arange(1.0, 9.0)
    guess = fit(level, [0, 0, 0, 2 / 9, 5 / 9, 7 / 9, 1, 1], family="psychometric", noise="binomial",
                weights=np.full(8, 9.0), intervals=intervals).parameters[0]  # fmt: skip
    assert guess.name == "guess" and guess.estimate.value < 1e-6 and guess.se is None
    if intervals == "profile":
        assert guess.estimate.high > 0.05
    else:
        assert not guess.identified


def test_curves_with_shared_levels_are_predicted():
    """A level that is shared splits the family's variant into one that rises and one that falls."""
    x, y, _ = simulated("boltzmann", falling=True)
    by = np.repeat(["a", "b"], x.size)
    found = fit(np.tile(x, 2), np.concatenate([y, y + 0.01 * x]), by=by, family="boltzmann", share="top")
    values = {name: found.values[name][1] for name in ("bottom", "top", "midpoint", "slope")}
    at = np.array([1.0, 5.0, 9.0])
    falling = 1 / (1 + np.exp(-values["slope"] * (at - values["midpoint"])))
    expected = values["bottom"] + (values["top"] - values["bottom"]) * falling
    np.testing.assert_allclose(found.predict(at, by="b"), expected, rtol=1e-12)
    assert np.isfinite(found.predict(at, by="b", interval="confidence").high).all()
