"""What follows from curves: textbook formulas, brute force on a grid, drc's effective doses, refits, and mistakes."""

from __future__ import annotations

import csv
import math

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad

from ogive import InputError
from ogive.curves import fit
from ogive.curves.drawn import Drawn
from ogive.curves.shapes import SHAPES

DAY = np.arange(0.0, 15.0, 1.0)
DOSE = np.array([0, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50])


def noisy(exact, size=0.05, seed=0):
    return exact + np.random.default_rng(seed).normal(0, size, exact.size)


def grown(name="logistic", **options):
    curve = {
        "logistic": lambda x: 9 / (1 + np.exp(-0.8 * (x - 6))),
        "gompertz": lambda x: 9 * np.exp(-np.exp(-0.5 * (x - 5))),
        "richards": lambda x: 9 * (1 + 0.6 * np.exp(-0.8 * (x - 6))) ** (-1 / 0.6),
        "weibull": lambda x: 9 * (1 - np.exp(-((x / 6) ** 2.5))),
    }[name]
    return fit(DAY, noisy(curve(DAY)), family=name, **options)


def responded(name="ll4", **options):
    return fit(DOSE, noisy(1 + 8 / (1 + (DOSE / 3) ** 1.5), 0.1), family=name, **options)


def table_of(found):
    return {one.name: one for one in found.quantities}


def test_logistic_growth_by_textbook():
    found = grown(intervals="wald")
    k, m, r = (found.values[name][0] for name in ("capacity", "midpoint", "rate"))
    expected = {
        "tipping_point": m,
        "maximum_rate": r * k / 4,
        "size_of_fastest_growth": k / 2,
        "doubling_time": math.log(2) / r,
        "lag": m - 2 / r,
        "t10": m - math.log(9) / r,
        "t50": m,
        "t90": m + math.log(9) / r,
        "equilibrium_start": 0.0,
        "equilibrium_end": k,
    }
    made = table_of(found)
    assert list(made) == list(expected)
    for name, value in expected.items():
        assert made[name].estimate.value == pytest.approx(value, rel=1e-11)
    assert made["equilibrium_start"].estimate.method == "known"
    assert made["doubling_time"].se == pytest.approx(
        math.log(2) / r**2 * found.standard_errors["rate"][0], rel=1e-8
    )


def test_gompertz_growth_by_textbook():
    found = grown("gompertz", intervals="wald")
    k, m, r = (found.values[name][0] for name in ("capacity", "midpoint", "rate"))
    made = table_of(found)
    for name, value in {
        "tipping_point": m,
        "maximum_rate": r * k / math.e,
        "size_of_fastest_growth": k / math.e,
        "lag": m - 1 / r,  # Zwietering et al. (1990)
        "t90": m - math.log(-math.log(0.9)) / r,
    }.items():
        assert made[name].estimate.value == pytest.approx(value, rel=1e-11)
    assert math.isnan(made["doubling_time"].estimate.value) and made["doubling_time"].se is None
    assert "not exponential" in made["doubling_time"].estimate.method


def test_growth_on_a_logarithmic_axis_is_over_time():
    """Weibull: fastest where d2y/dx2 = 0, at time ((shape - 1) / shape)^(1 / shape)."""
    found = grown("weibull", intervals="wald")
    k, time, shape = (found.values[name][0] for name in ("capacity", "time", "shape"))
    made, share = table_of(found), (shape - 1) / shape
    place = time * share ** (1 / shape)
    rate = k * shape / time * share**share * math.exp(-share)
    size = k * (1 - math.exp(-share))
    assert made["tipping_point"].estimate.value == pytest.approx(place, rel=1e-10)
    assert made["maximum_rate"].estimate.value == pytest.approx(rate, rel=1e-10)
    assert made["lag"].estimate.value == pytest.approx(place - size / rate, rel=1e-9)
    saturating = fit(DAY, noisy(9 * (1 - np.exp(-((DAY / 6) ** 0.7)))), family="weibull", intervals="wald")
    lost = table_of(saturating)["tipping_point"].estimate
    assert math.isnan(lost.value) and "no tipping point" in lost.method


def test_a_dose_response_by_textbook():
    found = responded(intervals="wald")
    low, high, ec50, slope = (found.values[name][0] for name in ("bottom", "top", "ec50", "slope"))
    made = table_of(found)
    for name, value in {
        "ED10": ec50 * 9 ** (1 / slope),
        "ED50": ec50,
        "ED90": ec50 * 9 ** (-1 / slope),
        "hill_slope": slope,
        "tipping_point": ec50,
        "maximum_slope": slope * (high - low) / 4,
        "sharpness": -slope / 4,
        "width_10_90": 81 ** (-1 / slope),
    }.items():
        assert made[name].estimate.value == pytest.approx(value, rel=1e-10)
    assert "over log x" in made["tipping_point"].meaning
    (absolute,) = found.effective_dose(4.0, kind="absolute")
    assert absolute.estimate.value == pytest.approx(ec50 * ((4 - low) / (high - 4)) ** (1 / slope), rel=1e-10)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "name", ["logistic", "gompertz", "cloglog", "normal", "richards", "mirrored richards"]
)
@pytest.mark.parametrize("levels", [(1.0, 4.0), (4.0, 1.0)])
def test_every_shape_against_a_dense_grid(name, log, levels):
    """Places and slopes by brute force, and derivatives by the parameters by differences."""
    shape = SHAPES[name]
    z = np.array([[*levels, 0.7, math.log(1.6), math.log(0.6)][: shape.size]])

    def drawn(z):
        return Drawn(shape, z, log)

    t = np.linspace(-9, 9, 400_001)
    y = shape.values(t, np.empty(0), np.array([0, t.size]), z)[0]
    level = drawn(z).end(-1) + (drawn(z).end(1) - drawn(z).end(-1)) * 0.2
    assert level.value[0] == pytest.approx(levels[0] + 0.2 * (levels[1] - levels[0]), rel=1e-14)
    order = slice(None) if levels[0] < levels[1] else slice(None, None, -1)
    place = np.interp(level.value[0], y[order], t[order])
    assert drawn(z).place(level).value[0] == pytest.approx(place, abs=1e-8)
    for by_x in (False, True):
        rate = np.abs(np.gradient(y, np.exp(t) if log and by_x else t))
        assert drawn(z).steepest(by_x).value[0] == pytest.approx(t[rate.argmax()], abs=1e-3)
    for read in (
        lambda one: one.place(one.end(-1) + (one.end(1) - one.end(-1)) * 0.2),
        lambda one: one.steepest(by_x=True),
        lambda one: one.slope(one.steepest(by_x=False), by_x=True),
        lambda one: one.slope(one.at(np.array([0.3])), by_x=True),
        lambda one: one.area(0.5, 3.0),
    ):
        for j, step in enumerate(np.eye(shape.size) * 1e-5):
            change = (read(drawn(z + step)).value - read(drawn(z - step)).value)[0] / 2e-5
            assert read(drawn(z)).gradient[0, j] == pytest.approx(change, rel=1e-7, abs=1e-8)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_slow_and_a_steep_curve_have_places_too():
    for rate in (1e-8, 1e8):
        for asymmetry in (-6.0, 4.0):
            z = np.array([[0.0, 1.0, 2.0, math.log(rate), asymmetry]])
            drawn = Drawn(SHAPES["richards"], z, log=False)
            v = math.exp(asymmetry)
            for share in (1e-5, 0.5, 1 - 1e-6):
                with mpmath.workdps(30):
                    exact = 2 - mpmath.log((mpmath.mpf(share) ** -mpmath.mpf(v) - 1) / v) / rate
                place = drawn.place(drawn.at(np.array([share]))).value[0]
                assert (place - 2) * rate == pytest.approx(float((exact - 2) * rate), rel=1e-8)
            assert (drawn.steepest(by_x=False).value[0] - 2) * rate == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "low", "high"), [("logistic", -50.0, 400.0), ("gompertz", 0.0, 14.0), ("ll4", 0.0, 1e4)]
)
def test_areas_are_exact(name, low, high):
    found = responded() if name == "ll4" else grown(name)
    (area,) = found.area(low, high, intervals="wald")
    with mpmath.workdps(30):
        if name == "logistic":
            k, m, r = (mpmath.mpf(found.values[one][0]) for one in ("capacity", "midpoint", "rate"))
            exact = (
                k / r * (mpmath.log1p(mpmath.exp(r * (high - m))) - mpmath.log1p(mpmath.exp(r * (low - m))))
            )
        elif name == "gompertz":
            k, m, r = (mpmath.mpf(found.values[one][0]) for one in ("capacity", "midpoint", "rate"))
            exact = k / r * (mpmath.e1(mpmath.exp(-r * (high - m))) - mpmath.e1(mpmath.exp(-r * (low - m))))
        else:
            c, d, e, b = (mpmath.mpf(found.values[one][0]) for one in ("bottom", "top", "ec50", "slope"))
            exact = c * high + (d - c) * high * mpmath.hyp2f1(1, -1 / b, 1 - 1 / b, -((high / e) ** -b))
    assert area.estimate.value == pytest.approx(float(exact), rel=1e-10)
    assert area.estimate.low < area.estimate.value < area.estimate.high


def test_standard_errors_are_the_covariance_between_numerical_gradients():
    """Everything again from refits of a curve that SciPy fits and differentiates."""
    from scipy.optimize import curve_fit

    y = noisy(9 / (1 + np.exp(-0.8 * (DAY - 6))), 0.2)
    found = fit(DAY, y, intervals="wald")
    p, covariance = curve_fit(
        lambda x, k, m, r: k / (1 + np.exp(-r * (x - m))), DAY, y, p0=[9, 6, 0.8], xtol=1e-14, ftol=1e-14
    )
    made = {**table_of(found), "area": found.area(2, 9)[0]}
    for name, formula in {
        "lag": lambda k, m, r: m - 2 / r,
        "maximum_rate": lambda k, m, r: k * r / 4,
        "t10": lambda k, m, r: m - math.log(9) / r,
        "size_of_fastest_growth": lambda k, m, r: k / 2,
        "doubling_time": lambda k, m, r: math.log(2) / r,
        "area": lambda k, m, r: quad(lambda x: k / (1 + math.exp(-r * (x - m))), 2, 9, epsabs=1e-13)[0],
    }.items():
        steps = np.diag(1e-5 * p)
        slopes = [(formula(*(p + s)) - formula(*(p - s))) / (2 * s.sum()) for s in steps]
        se = math.sqrt(np.array(slopes) @ covariance @ slopes)
        assert made[name].se == pytest.approx(se, rel=1e-4)
        reach = 2.178812829667229 * se  # qt(0.975, 12)
        assert made[name].estimate.low == pytest.approx(formula(*p) - reach, rel=1e-4)
        assert made[name].estimate.high == pytest.approx(formula(*p) + reach, rel=1e-4)


def test_profile_limits_are_those_of_the_parameter_that_a_quantity_is():
    found = responded()
    (half,) = found.effective_dose(50)
    low, high = (limit[0] for limit in found.limits["ec50"])
    assert (half.estimate.low, half.estimate.high) == pytest.approx((low, high), rel=1e-5)
    hill = table_of(found)["hill_slope"].estimate
    assert (hill.low, hill.high) == pytest.approx([one[0] for one in found.limits["slope"]], rel=1e-5)
    growth = grown()
    doubling = table_of(growth)["doubling_time"].estimate
    low, high = (math.log(2) / limit[0] for limit in growth.limits["rate"])
    assert (doubling.low, doubling.high) == pytest.approx((high, low), rel=1e-5)


def test_profile_limits_are_where_refits_lose_so_much():
    """With doses as multiples of its ED20, ED20 is held where ec50 = (1/4)^(1 / slope): a fit in which both are one."""
    from scipy.optimize import least_squares

    found = responded()
    (ed20,) = found.effective_dose(20)
    y = noisy(1 + 8 / (1 + (DOSE / 3) ** 1.5), 0.1)
    critical = 2.4469118511449692**2  # qt(0.975, 6)

    def residuals(p, dose):
        bottom, top, slope = p
        return y - (bottom + (top - bottom) / (1 + (DOSE / dose) ** slope / 4))

    for limit in (ed20.estimate.low, ed20.estimate.high):
        held = least_squares(residuals, [1, 9, 1.5], args=(limit,), xtol=1e-14, ftol=1e-14, gtol=1e-14)
        risen = (2 * held.cost / found.deviance[0] - 1) * 6
        assert risen == pytest.approx(critical, rel=1e-4)


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("model", "name"),
    [("LL.5", "ll5"), ("LL.4", "ll4"), ("LL.3", "ll3"), ("LN.4", "ln4"), ("W1.4", "w1.4"), ("W2.4", "w2.4")],
)
def test_effective_doses_are_those_of_drc(shared_data, model, name):
    """ED(drm(rootl ~ conc, fct = LL.4()), c(10, 50, 90), interval = "delta"), with errors of observed information."""
    points = rows_of(shared_data / "scurves/drc/ryegrass.csv")
    x, y = ([float(row[column]) for row in points] for column in ("conc", "rootl"))
    said = [
        row
        for row in rows_of(shared_data / "reference/r_drc_ed.csv")
        if row["dataset"].endswith("ryegrass.csv") and row["model"] == model and row["curve"] == ""
    ]
    doses = fit(x, y, family=name).effective_dose([10, 50, 90], intervals="wald")
    assert [one.name for one in doses] == ["ED10", "ED50", "ED90"] and len(said) == 3
    for one, row in zip(doses, said, strict=True):
        assert one.estimate.value == pytest.approx(float(row["estimate"]), rel=3e-4)
        assert one.se == pytest.approx(float(row["std_error"]), rel=0.15)
        half = (float(row["upper"]) - float(row["lower"])) / 2
        assert one.estimate.high - one.estimate.value == pytest.approx(
            half * one.se / float(row["std_error"]), rel=1e-6
        )


def test_units_change_only_the_units_of_the_answer():
    y = noisy(1 + 8 / (1 + (DOSE / 3) ** 1.5), 0.1)
    plain, scaled = responded(intervals="wald"), fit(DOSE * 1e-9, y * 1e6, family="ll4", intervals="wald")
    factors = {"x": 1e-9, "y": 1e6, "": 1.0}
    profiles = (found.effective_dose([10, 90], intervals="profile") for found in (plain, scaled))
    for one, other in [*zip(plain.quantities, scaled.quantities, strict=True), *zip(*profiles, strict=True)]:
        factor = factors[one.unit]
        for part in ("value", "low", "high"):
            expected = getattr(one.estimate, part) * factor
            assert getattr(other.estimate, part) == pytest.approx(expected, rel=2e-5)


def test_sensitivity_with_limits():
    found = grown(intervals="wald")
    k, m, r = (found.values[name][0] for name in ("capacity", "midpoint", "rate"))
    at = np.array([2.0, 6.0, 11.0])
    band = found.derivative(at, interval="confidence")
    y = found.predict(at)
    np.testing.assert_allclose(band.value, r * y * (1 - y / k), rtol=1e-11)
    np.testing.assert_allclose(band.value, found.derivative(at), rtol=1e-11)
    np.testing.assert_allclose(band.high - band.value, band.value - band.low, rtol=1e-9)
    wide = found.derivative(at, interval="confidence", simultaneous=True)
    assert (wide.high > band.high).all() and (wide.low < band.low).all()
    # at the midpoint it is maximum_rate with all but the place's own error, of which the slope there does not depend
    middle = found.derivative([m], interval="confidence")
    assert middle.high[0] == pytest.approx(table_of(found)["maximum_rate"].estimate.high, rel=1e-7)
    dose = responded().derivative([0.0, 1.0], interval="confidence")
    assert np.isnan([dose.value[0], dose.low[0], dose.high[0]]).all()
    assert dose.low[1] < dose.value[1] < dose.high[1]


def test_the_rate_as_a_function_of_the_level():
    found = grown()
    k, r = (found.values[name][0] for name in ("capacity", "rate"))
    y = np.array([0.0, 0.5, k / 2, 8.0, k, 20.0])
    rates = found.rate(y)
    np.testing.assert_allclose(rates[:5], r * y[:5] * (1 - y[:5] / k), rtol=1e-10, atol=1e-13)
    assert math.isnan(rates[5])
    band = found.rate(y, interval="confidence")
    np.testing.assert_array_equal(np.isfinite(band.low), [False, True, True, True, False, False])
    assert (band.low < band.value)[1:4].all() and (band.value < band.high)[1:4].all()
    most = table_of(found)
    assert found.rate([most["size_of_fastest_growth"].estimate.value])[0] == pytest.approx(
        most["maximum_rate"].estimate.value, rel=1e-12
    )


def test_what_the_points_do_not_determine_is_said():
    rising = fit(np.linspace(0, 4, 12), noisy(np.exp(0.5 * np.linspace(0, 4, 12)), 0.1))
    made = table_of(rising)
    assert made["doubling_time"].identified
    assert made["doubling_time"].estimate.value == pytest.approx(math.log(2) / 0.5, rel=0.05)
    for name in ("tipping_point", "t90", "equilibrium_end"):
        one = made[name]
        assert not one.identified and one.se is None
        assert one.estimate.high is None and one.estimate.low > 0
        assert "no upper limit" in one.estimate.method
        assert "it hangs on the level on the right" in one.estimate.method
    wald = {one.name: one for one in fit(rising.points.x, rising.points.y, intervals="wald").quantities}
    assert wald["t90"].estimate.low is None and "it hangs on" in wald["t90"].estimate.method
    three = fit([1, 2, 3], [1, 2, 2.5]).quantities
    assert all(one.estimate.low is None for one in three if one.estimate.method != "known")
    assert "no more points than parameters" in three[0].estimate.method


def test_many_groups_are_each_as_alone():
    rng = np.random.default_rng(1)
    shift = rng.uniform(0.5, 2, 300)
    x = np.tile(DAY, 300)
    y = np.repeat(shift, DAY.size) * 9 / (1 + np.exp(-0.8 * (x - 6 * np.repeat(shift, DAY.size))))
    y += rng.normal(0, 0.1, y.size)
    by = np.repeat(np.arange(300), DAY.size)
    found = fit(x, y, by=by, intervals="wald")
    made = found.quantities
    assert [one.group for one in made[:11]] == ["0"] * 10 + ["1"]
    lags = [one for one in made if one.name == "lag"]
    expected = found.values["midpoint"] - 2 / found.values["rate"]
    np.testing.assert_allclose([one.estimate.value for one in lags], expected, rtol=1e-10)
    for k in (0, 17, 299):
        alone = table_of(fit(x[by == k], y[by == k], intervals="wald"))["lag"]
        assert lags[k].se == pytest.approx(alone.se, rel=1e-6)
    band = found.derivative([3.0, 5.0], by=[17, 4], interval="confidence")
    np.testing.assert_allclose(band.value, found.derivative([3.0, 5.0], by=[17, 4]), rtol=1e-10)


def test_curves_that_share_parameters():
    x, by = np.tile(DAY, 2), np.repeat(["a", "b"], DAY.size)
    y = noisy(np.where(by == "a", 9, 6) / (1 + np.exp(-0.8 * (x - 6))))
    found = fit(x, y, by=by, share="rate")
    doubling = [one.estimate for one in found.quantities if one.name == "doubling_time"]
    assert doubling[0].value == pytest.approx(doubling[1].value, rel=1e-14)
    assert doubling[0].low == pytest.approx(doubling[1].low, rel=1e-6)
    low, high = (limit[0] for limit in found.limits["rate"])
    assert (doubling[0].low, doubling[0].high) == pytest.approx(
        (math.log(2) / high, math.log(2) / low), rel=1e-5
    )


def test_what_falls_has_no_doubling_time():
    falling = fit(DAY, noisy(9 / (1 + np.exp(0.8 * (DAY - 6)))), intervals="wald")
    made = table_of(falling)
    assert math.isnan(made["doubling_time"].estimate.value)
    assert made["maximum_rate"].estimate.value < 0
    assert falling.derivative([6.0])[0] < 0
    (never,) = falling.effective_dose([10.5], kind="absolute")
    assert math.isnan(never.estimate.value) and never.estimate.low is None
    assert "nowhere has the level 10.5" in never.estimate.method


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda one: one.effective_dose([0]), "between 0 and 100"),
        (lambda one: one.effective_dose([math.nan]), "between 0 and 100"),
        (lambda one: one.effective_dose([50], kind="half"), "no kind 'half'"),
        (lambda one: one.effective_dose([50], level=95), "the level is 95"),
        (lambda one: one.effective_dose([50], intervals="exact"), "no intervals 'exact'"),
        (lambda one: one.area(3, 1), "no area from 3 to 1"),
        (lambda one: one.area(-1, 1), "x is negative"),
        (lambda one: one.rate([3.0]), "no rate"),
        (lambda one: one.derivative([3.0], interval="prediction"), "no interval 'prediction'"),
        (lambda one: one.derivative([3.0], by=["b"], interval="confidence"), "no curve for the group"),
    ],
)
def test_mistakes(ask, message):
    with pytest.raises(InputError, match=message):
        ask(responded(intervals="wald"))


def test_what_a_curve_without_a_plateau_has():
    """An exponential has a doubling time and no share of a plateau; a saturating one is steepest at its corner."""
    made = table_of(fit(DAY, noisy(2 * np.exp(0.2 * DAY)), family="exponential", intervals="wald"))
    assert made["doubling_time"].estimate.value == pytest.approx(math.log(2) / 0.2, rel=0.01)
    for name, reason in (
        ("t90", "does not lead from one level to another"),
        ("tipping_point", "no tipping point"),
        ("equilibrium_end", "no level that growth leads to"),
    ):
        assert math.isnan(made[name].estimate.value) and reason in made[name].estimate.method
    y = noisy(9 * (1 - np.exp(-0.3 * np.maximum(DAY - 1, 0))))
    made = table_of(fit(DAY, y, family="von-bertalanffy-length", intervals="wald"))
    assert math.isnan(made["tipping_point"].estimate.value) and math.isnan(
        made["maximum_rate"].estimate.value
    )
    assert made["t50"].estimate.value == pytest.approx(1 + math.log(2) / 0.3, rel=0.02)


def test_a_melt_has_a_steepest_point_but_no_levels():
    x = np.linspace(40, 60, 41)
    y = noisy(3 - 0.02 * x + (5 + 0.03 * x) / (1 + np.exp(-1.2 * (x - 50))), 0.02)
    found = fit(x, y, family="melt", intervals="wald")
    made = table_of(found)
    grid = np.linspace(45, 55, 100_001)
    steepest = grid[found.derivative(grid).argmax()]
    assert made["tipping_point"].estimate.value == pytest.approx(steepest, abs=1e-3)
    assert math.isnan(made["width_10_90"].estimate.value)
    (absolute,) = found.effective_dose([6.0], kind="absolute")
    assert found.predict([absolute.estimate.value])[0] == pytest.approx(6.0, rel=1e-12)


def test_hormesis_has_effects_below_the_level_without_a_dose():
    """Brain and Cousens' curve by SciPy's root finder, above the dose at which it is back at the control's level."""
    from scipy.optimize import brentq

    x = np.linspace(0, 20, 41)
    found = fit(
        x, noisy(0.5 + (7.5 + 3 * x) / (1 + (x / 6) ** 3), 0.02), family="brain-cousens", intervals="wald"
    )
    low, high = found.values["bottom"][0], found.values["control"][0]
    for dose, share in zip(found.effective_dose([10, 50, 90]), (0.1, 0.5, 0.9), strict=True):
        level = high + share * (low - high)
        place = brentq(lambda x, level=level: found.predict([x])[0] - level, 6, 200, xtol=1e-13)
        assert dose.estimate.value == pytest.approx(place, rel=1e-10)
