"""Parameters compared between groups and relative potency: R's numbers, what was simulated, symmetries, mistakes."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ogive import InputError
from ogive.curves import contrasts, equality, fit, relative_potency

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "curve_comparisons.csv"
DOSE = np.geomspace(0.1, 100, 10)


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def by_r(case):
    """Numbers of R for a case: see tests/reference/curve_comparisons.R."""
    found = {row["quantity"]: float(row["value"]) for row in table(REFERENCE) if row["case"] == case}
    assert found
    return found


@pytest.fixture(scope="module", params=["profile", "wald"])
def herbicides(request, shared_data):
    rows = table(shared_data / "scurves/drc/S.alba.csv")
    return fit(
        [float(row["Dose"]) for row in rows],
        [float(row["DryMatter"]) for row in rows],
        family="ll4",
        by=[row["Herbicide"] for row in rows],
        intervals=request.param,
    )


def simulated(potencies, seed=0, noise=0.05, slope=1.2, x=DOSE):
    """Doses, responses and names of parallel curves."""
    rng = np.random.default_rng(seed)
    ec50 = 4.0 / np.asarray(potencies)
    y = 1 + 3 / (1 + (x / ec50[:, None]) ** -slope) + rng.normal(0, noise, (ec50.size, x.size))
    return np.tile(x, ec50.size), y.ravel(), np.repeat([f"g{k}" for k in range(ec50.size)], x.size)


def agrees_with_r(contrast, said, method, *, sign=1, log=True):
    """Compare with numbers of a difference, or of the logarithm of a ratio, maybe the other way round."""
    ends = ("low", "high") if method == "profile" else ("wald_low", "wald_high")
    of_r = [sign * said[name] for name in ("estimate", *ends[::sign])]
    own = [contrast.estimate.value, contrast.estimate.low, contrast.estimate.high]
    tolerance = {"rel": 2e-5, "abs": 1e-6}
    assert (np.log(own) if log else own) == pytest.approx(of_r, **tolerance)
    assert contrast.se / (own[0] if log else 1) == pytest.approx(said["se"], rel=1e-5)
    assert contrast.p_value == pytest.approx(said["p"], rel=1e-4)


def test_relative_potency_is_that_of_nls(herbicides):
    """exp(le) of nls is the ec50 of glyphosate by that of bentazone, by which bentazone is more potent."""
    found = herbicides.relative_potency("Glyphosate")
    said = by_r("S.alba log potency ratio, parallel")
    agrees_with_r(found.potencies[0], said, herbicides.intervals)
    assert (found.potencies[0].group, found.reference) == ("Bentazone", "Glyphosate")
    turned = relative_potency(herbicides, "Bentazone")
    agrees_with_r(turned.potencies[0], said, herbicides.intervals, sign=-1)
    test = by_r("S.alba parallel in apart")
    assert found.parallelism.statistic == pytest.approx(test["statistic"], rel=1e-7)
    assert found.parallelism.p_value == pytest.approx(test["p"], rel=1e-7)
    assert [one.parameter for one in found.others] == ["bottom", "top", "slope"]


def test_parameters_compared_are_those_of_nls(herbicides):
    ec50 = herbicides.contrasts("ec50", reference="Bentazone")
    agrees_with_r(ec50[0], by_r("S.alba log ec50 ratio, apart"), herbicides.intervals)
    top = contrasts(herbicides, "top", reference="Bentazone")
    agrees_with_r(top[0], by_r("S.alba top difference, apart"), herbicides.intervals, log=False)
    assert (ec50[0].how, top[0].how) == ("ratio", "difference")
    difference = herbicides.contrasts("ec50", "difference")[0].estimate.value
    assert difference == pytest.approx(-np.subtract(*herbicides.values["ec50"]), rel=1e-6)


def test_equality_is_tested_as_anova_tests_it(herbicides):
    said = by_r("S.alba same slope and top in apart")
    for test in (
        herbicides.equality(["slope", "top"]),
        equality(herbicides.again(["top"], {}), ["slope", "top"]),
    ):
        assert (test.df, test.residual_df) == (said["df"], said["residual_df"])
        assert test.statistic == pytest.approx(said["statistic"], rel=1e-7)
        assert test.p_value == pytest.approx(said["p"], rel=1e-7)


def test_potencies_are_found_again_whatever_the_unit_of_dose():
    x, y, by = simulated([1.0, 2.5, 0.4], seed=1)
    found = fit(x, y, family="ll4", by=by).relative_potency()
    for one, value in zip(found.potencies, (2.5, 0.4), strict=True):
        assert one.estimate.low < value < one.estimate.high
        assert one.estimate.high / one.estimate.low < 1.5
    assert found.parallelism.df == 6 and found.parallelism.p_value > 0.01
    assert found.fit.share == ("bottom", "top", "slope")
    order = np.random.default_rng(1).permutation(x.size)
    scaled = fit(x[order] * 1e-9, y[order] * 1e3 - 7, family="ll4", by=by[order]).relative_potency()
    for one, other in zip(found.potencies, scaled.potencies, strict=True):
        assert other.estimate.value == pytest.approx(one.estimate.value, rel=1e-7)
        assert other.estimate.low == pytest.approx(one.estimate.low, rel=1e-5)
        assert other.p_value == pytest.approx(one.p_value, rel=1e-4)


def test_parallelism_is_refused_where_slopes_differ():
    x, y, by = simulated([1.0, 2.0])
    other = simulated([1.0, 2.0], slope=2.5, seed=1)[1]
    y = np.where(by == "g0", y, other)
    found = fit(x, y, family="ll4", by=by).relative_potency("g0")
    assert found.parallelism.p_value < 1e-6
    slope = next(one for one in found.others if one.parameter == "slope")
    assert slope.estimate.low < 2.5 / 1.2 < slope.estimate.high and slope.estimate.low > 1.3


def test_counts_are_tested_by_the_likelihood_ratio():
    rng = np.random.default_rng(4)
    x = np.tile(np.repeat(DOSE, 4), 2)
    by = np.repeat(["a", "b"], x.size // 2)
    y = rng.poisson(5 + 60 / (1 + x / np.where(by == "a", 3.0, 6.0))).astype(float)
    apart = fit(x, y, family="ll4", by=by, noise="poisson")
    test = apart.equality("ec50")
    same = apart.again(["ec50"], {})
    change = 2 * (apart.statistics.log_likelihood - same.statistics.log_likelihood)
    assert test.method == "likelihood ratio" and test.df == 1
    assert test.statistic == pytest.approx(change, rel=1e-8)
    assert test.p_value == pytest.approx(stats.chi2.sf(change, 1), rel=1e-10)
    ratio = apart.relative_potency("b").potencies[0]
    assert ratio.estimate.low < 2 < ratio.estimate.high and ratio.p_value < 0.01


def test_equal_curves_have_uniform_p_values():
    found = []
    for seed in range(120):
        x, y, by = simulated([1.0, 1.0], seed=seed, x=DOSE)
        found.append(fit(x, y, family="ll4", by=by, fix={"bottom": 1.0}).equality("ec50").p_value)
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_all_pairs_are_compared_and_adjusted():
    x, y, by = simulated([1.0, 1.05, 2.0, 2.0], noise=0.1)
    found = fit(x, y, family="ll4", by=by, intervals="wald").contrasts("ec50")
    pairs = {(one.group, one.reference): one for one in found}
    assert list(pairs) == [(f"g{b}", f"g{a}") for a in range(4) for b in range(a + 1, 4)]
    product = pairs["g1", "g0"].estimate.value * pairs["g2", "g1"].estimate.value
    assert product == pytest.approx(pairs["g2", "g0"].estimate.value, rel=1e-9)
    smallest, most = sorted(one.p_value for one in found), 0.0
    for k, p in enumerate(smallest):  # Holm, by its definition
        most = max(most, min((6 - k) * p, 1.0))
        assert next(one for one in found if one.p_value == p).p_adjusted == pytest.approx(most, rel=1e-12)


def test_what_is_shared_and_not_determined_is_said():
    x, y, by = simulated([1.0, 1.5])
    shared = fit(x, y, family="ll4", by=by, share=["slope"])
    assert shared.contrasts("ec50")[0].estimate.low > 0
    with pytest.raises(InputError, match="slope is the same in all groups"):
        shared.contrasts("slope")
    low = (x < 3) | (by == "g0")  # the curve of g1 is not seen to its end
    found = fit(x[low], y[low], family="ll4", by=by[low]).contrasts("top", reference="g0")[0]
    assert found.estimate.high is None and found.se is None and "no upper limit" in found.estimate.method


def test_curves_that_go_opposite_ways_have_no_ratio_of_slopes():
    x, y, by = simulated([1.0, 1.5])
    y = np.where(by == "g0", y, 5 - y)
    found = fit(x, y, family="ll4", by=by)
    slope = found.contrasts("slope")[0]
    assert slope.estimate.value == pytest.approx(np.divide(*found.values["slope"][::-1]), rel=1e-6)
    assert slope.estimate.low is None and "rises and the other falls" in slope.estimate.method
    assert slope.p_value is None and slope.p_adjusted is None


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda one: fit(DOSE, one.points.y[:10], family="ll4").equality("ec50"), "there is one curve"),
        (lambda one: fit(DOSE, one.points.y[:10], family="ll4").contrasts("ec50"), "there is one curve"),
        (lambda one: one.equality("ed50"), "no parameter 'ed50'"),
        (lambda one: one.contrasts("ed50"), "no parameter 'ed50'"),
        (lambda one: one.contrasts("ec50", reference="g7"), "no curve for the group 'g7'"),
        (lambda one: one.contrasts("top", "ratio"), "may be 0 or negative"),
        (lambda one: one.relative_potency("g7"), "no curve for the group 'g7'"),
        (
            lambda one: fit(one.points.x, one.points.y, by=np.repeat(["a", "b"], 10)).relative_potency(),
            "not shifted by a factor of x",
        ),
    ],
)
def test_mistakes_are_named(made, words):
    x, y, by = simulated([1.0, 1.5])
    with pytest.raises(InputError, match=words):
        made(fit(x, y, family="ll4", by=by))
