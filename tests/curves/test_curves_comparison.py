"""How well curves fit and which is best: R's numbers, likelihoods by SciPy's densities, properties, and mistakes."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import optimize, stats

from ogive import InputError
from ogive.curves import compare, families, fit, nested_test

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "curve_comparisons.csv"
DAY, SIZE = np.arange(0.0, 16, 2), np.array([1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3])
NAMES = {"LL.": "ll", "LN.": "ln", "W1.": "w1.", "W2.": "w2."}


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def by_r(case):
    """Numbers of R for a case: see tests/reference/curve_comparisons.R."""
    found = {row["quantity"]: float(row["value"]) for row in table(REFERENCE) if row["case"] == case}
    assert found
    return found


def drc(folder, name, *columns):
    rows = [row for row in table(folder / f"scurves/drc/{name}.csv") if "NA" not in row.values()]
    return [np.array([float(row[column]) for row in rows]) for column in columns]


def herbicides(folder, **options):
    dose, matter = drc(folder, "S.alba", "Dose", "DryMatter")
    names = [row["Herbicide"] for row in table(folder / "scurves/drc/S.alba.csv")]
    return fit(dose, matter, family="ll4", by=names, **options)


def agrees_with_r(test, case, rel=1e-6):
    said = by_r(case)
    assert test.df == said["df"]
    assert test.residual_df == said.get("residual_df")
    assert test.statistic == pytest.approx(said["statistic"], rel=rel)
    assert test.p_value == pytest.approx(said["p"], rel=rel)


@pytest.mark.parametrize(
    ("case", "name", "options"),
    [
        ("ryegrass ll4", "ll4", {}),
        ("ryegrass ll3", "ll3", {}),
        ("ryegrass weighted", "ll4", {"weights": lambda x: 1 / (1 + x)}),
    ],
)
def test_criteria_are_those_of_nls(shared_data, case, name, options):
    x, y = drc(shared_data, "ryegrass", "conc", "rootl")
    found = fit(x, y, family=name, **{key: value(x) for key, value in options.items()}).statistics
    said = by_r(case)
    for own, of_r in (
        (found.log_likelihood, "loglik"),
        (found.parameters, "parameters"),
        (found.aic, "aic"),
        (found.aicc, "aicc"),
        (found.bic, "bic"),
        (found.residual_sd, "sd"),
        (found.residual_df, "df"),
    ):
        assert own == pytest.approx(said[of_r], rel=1e-9)


def test_groups_of_one_variance_are_those_of_nls(shared_data):
    apart = herbicides(shared_data)
    parallel = herbicides(shared_data, share=["bottom", "top", "slope"])
    for case, one in (("S.alba apart", apart), ("S.alba parallel", parallel)):
        said, found = by_r(case), one.statistics
        assert found.log_likelihood == pytest.approx(said["loglik"], rel=1e-9)
        assert (found.aicc, found.bic) == pytest.approx((said["aicc"], said["bic"]), rel=1e-9)
        assert (found.parameters, found.residual_df) == (said["parameters"], said["df"])
    sets = apart.statistics_of_sets
    assert [one.group for one in sets] == ["Bentazone", "Glyphosate"]
    assert sum(one.deviance for one in sets) == pytest.approx(apart.statistics.deviance, rel=1e-12)
    for one, name in zip(sets, apart.groups, strict=True):
        alone = apart.points.keep(np.array([apart.groups.index(name)]))
        own = fit(alone.x, alone.y, family="ll4").statistics
        assert one.group == name and own.group == ""
        assert (one.points, one.aicc) == (own.points, pytest.approx(own.aicc, rel=1e-12))
    assert parallel.statistics_of_sets == [parallel.statistics]


def test_likelihoods_are_those_of_drc(shared_data):
    """All its fits of families that are here; of auxins it counts rows that have no value."""
    formulas = {
        (row["dataset"], row["model"]): (row["formula"], row["weights"])
        for row in table(shared_data / "reference/r_drc_coef.csv")
    }
    tried = 0
    for row in table(shared_data / "reference/r_drc_fit.csv"):
        name = NAMES.get(row["model"][:3], "") + row["model"][3:]
        if name not in families() or "auxins" in row["dataset"]:
            continue
        (formula, trials), rows = formulas[row["dataset"], row["model"]], table(shared_data / row["dataset"])
        rows = [one for one in rows if "NA" not in one.values()]
        y, x = formula.split("~")
        above, *below = y.split("/")
        value = [float(one[above]) / (float(one[below[0]]) if below else 1) for one in rows]
        found = fit(
            [float(one[x]) for one in rows],
            value,
            family=name,
            by=[one[row["curve"]] for one in rows] if row["curve"] else None,
            weights=[float(one[trials]) for one in rows] if trials else None,
            noise="binomial" if row["type"] == "binomial" else "gaussian",
        ).statistics
        assert found.log_likelihood == pytest.approx(float(row["loglik"]), abs=1e-6), row
        assert found.residual_df == float(row["df_residual"])
        if found.residual_sd is not None:
            assert found.residual_sd == pytest.approx(float(row["resid_sd"]), rel=1e-7)
            assert found.deviance == pytest.approx(float(row["rss_or_obj"]), rel=1e-7)
        tried += 1
    assert tried >= 28


def test_likelihoods_are_sums_of_densities():
    rng = np.random.default_rng(3)
    x = np.repeat(np.linspace(0, 14, 8), 6)
    mean = fit(DAY, SIZE).predict(x)
    w = rng.integers(1, 4, x.size).astype(float)
    counts = rng.poisson(mean).astype(float)
    found = fit(x, counts, noise="poisson", weights=w)
    expected = np.sum(w * stats.poisson.logpmf(counts, found.predict(x)))
    assert found.statistics.log_likelihood == pytest.approx(expected, rel=1e-10)

    trials = w + 4
    shares = rng.binomial(trials.astype(int), mean / 40) / trials
    found = fit(x, shares, noise="binomial", weights=trials)
    expected = np.sum(stats.binom.logpmf(np.round(trials * shares), trials, found.predict(x)))
    assert found.statistics.log_likelihood == pytest.approx(expected, rel=1e-10)

    sizes = rng.gamma(9.0, mean / 9)
    found = fit(x, sizes, noise="gamma", weights=w)

    def loss(log_shape):
        shape = w * np.exp(log_shape)
        return -np.sum(stats.gamma.logpdf(sizes, shape, scale=found.predict(x) / shape))

    expected = -optimize.minimize_scalar(loss, (0, 3), tol=1e-12).fun
    assert found.statistics.log_likelihood == pytest.approx(expected, rel=1e-9)
    assert found.statistics.parameters == 4

    y = mean + rng.normal(0, 1, x.size) / np.sqrt(w)
    found = fit(x, y, weights=w)
    sd = math.sqrt(found.deviance[0] / x.size)
    expected = np.sum(stats.norm.logpdf(y, found.predict(x), sd / np.sqrt(w)))
    assert found.statistics.log_likelihood == pytest.approx(expected, rel=1e-10)
    about = np.sum(w * (y - np.average(y, weights=w)) ** 2)
    assert found.statistics.explained == pytest.approx(1 - found.deviance[0] / about, rel=1e-10)


def test_shares_counts_and_positive_numbers_by_r(shared_data):
    dose, affected, total = drc(shared_data, "finney71", "dose", "affected", "total")
    there = dose > 0
    found = fit(dose[there], (affected / total)[there], family="ll2", weights=total[there], noise="binomial")
    case = "finney71 binomial, dose above 0"
    said = by_r(case)
    assert found.statistics.log_likelihood == pytest.approx(said["loglik"], rel=1e-9)
    assert (found.statistics.aic, found.statistics.bic) == pytest.approx((said["aic"], said["bic"]), rel=1e-9)
    agrees_with_r(found.lack_of_fit, case)

    counts = fit(*drc(shared_data, "lemna", "conc", "frond.num"), family="ll3", noise="poisson")
    assert counts.statistics.log_likelihood == pytest.approx(by_r("lemna poisson")["loglik"], rel=1e-8)
    agrees_with_r(counts.lack_of_fit, "lemna poisson")

    positive = fit(*drc(shared_data, "O.mykiss", "conc", "weight"), family="ll3", noise="gamma")
    assert positive.statistics.log_likelihood == pytest.approx(by_r("O.mykiss gamma")["loglik"], rel=1e-7)


def test_lack_of_fit_is_that_of_lm(shared_data):
    x, y = drc(shared_data, "ryegrass", "conc", "rootl")
    order = np.random.default_rng(0).permutation(x.size)
    agrees_with_r(fit(x[order], y[order], family="ll4").lack_of_fit, "ryegrass lack of fit")
    weighted = fit(x, y, family="ll4", weights=1 / (1 + x))
    agrees_with_r(weighted.lack_of_fit, "ryegrass weighted lack of fit")
    both = herbicides(shared_data)
    agrees_with_r(both.lack_of_fit, "S.alba lack of fit")
    alone = [test.df for test in both.lack_of_fit_of_sets]
    assert sum(alone) == both.lack_of_fit.df and "Bentazone" in both.lack_of_fit_of_sets[0].hypothesis


def test_lack_of_fit_holds_its_level_and_sees_what_is_missed():
    """P-values of 400 curves that are right are uniform; those of curves that are not are small."""
    rng = np.random.default_rng(8)
    x, by = np.tile(np.repeat(DAY, 3), 400), np.repeat(np.arange(400), 24)
    y = fit(DAY, SIZE).predict(x) + rng.normal(0, 0.8, x.size)
    right = [test.p_value for test in fit(x, y, by=by).lack_of_fit_of_sets]
    assert stats.kstest(right, "uniform").pvalue > 0.01
    first = by < 20
    wrong = fit(x[first], y[first], by=by[first], family="exponential").lack_of_fit_of_sets
    assert max(test.p_value for test in wrong) < 1e-4


def test_nested_fits_are_tested_as_anova_tests_them(shared_data):
    x, y = drc(shared_data, "ryegrass", "conc", "rootl")
    ll3, ll4 = (fit(x, y, family=name) for name in ("ll3", "ll4"))
    agrees_with_r(nested_test(ll3, ll4), "ryegrass ll3 in ll4")
    agrees_with_r(nested_test(fit(x, y, family="ll4", fix={"bottom": 0}), ll4), "ryegrass ll3 in ll4")
    apart = herbicides(shared_data)
    parallel = herbicides(shared_data, share=["bottom", "top", "slope"])
    agrees_with_r(nested_test(parallel, apart), "S.alba parallel in apart")
    dose, matter = drc(shared_data, "S.alba", "Dose", "DryMatter")
    agrees_with_r(nested_test(fit(dose, matter, family="ll4"), parallel), "S.alba one in parallel", rel=1e-5)


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ("logistic", "boltzmann"),
        ("logistic", "richards"),
        ("ll2", "ll3"),
        ("ll3", "ll4"),
        ("ll4", "ll5"),
        ("w1.3", "w1.4"),
        ("ln2", "ln4"),
    ],
)
def test_families_within_others_are_known(small, large):
    x = np.linspace(0.5, 12, 16)
    y = 0.05 + 0.9 / (1 + np.exp(-0.7 * (x - 5))) + np.random.default_rng(0).normal(0, 0.02, x.size)
    pair = [fit(x, y, family=name) for name in (small, large)]
    test = nested_test(*pair)
    assert test.df == len(families()[large].parameters) - len(families()[small].parameters)
    assert pair[0].deviance[0] >= pair[1].deviance[0] * (1 - 1e-9)
    with pytest.raises(InputError, match="is no special case of"):
        nested_test(*reversed(pair))


def test_families_that_are_no_special_case_are_not_tested():
    pair = [fit(DAY, SIZE, family=name) for name in ("gompertz", "logistic")]
    assert compare(pair).tests == []
    for one, other in (pair, pair[::-1]):
        with pytest.raises(InputError, match=r"by AICc"):
            nested_test(one, other)
    shares = fit(DAY, SIZE / 30, family="psychometric", noise="binomial", weights=np.full(8, 30))
    held = fit(
        DAY, SIZE / 30, family="psychometric", noise="binomial", weights=np.full(8, 30), fix={"guess": 0.1}
    )
    edge = fit(
        DAY, SIZE / 30, family="psychometric", noise="binomial", weights=np.full(8, 30), fix={"guess": 0}
    )
    assert nested_test(held, shares).method == "likelihood ratio"
    with pytest.raises(InputError, match="no special case"):  # at its bound the statistic is no chi-square
        nested_test(edge, shares)


def test_weights_evidence_and_averages_are_burnhams_and_andersons(shared_data):
    x, y = drc(shared_data, "ryegrass", "conc", "rootl")
    found = compare([fit(x, y, family=name, intervals="wald") for name in ("ll3", "ll4")])
    said = by_r("ryegrass average")
    assert [one.name for one in found.models] == ["ll4", "ll3"]
    assert found.models[0].weight == pytest.approx(said["weight_ll4"], rel=1e-8)
    assert found.models[1].evidence_ratio == pytest.approx(said["evidence"], rel=1e-8)
    band = found.predict([3.5])
    for own, of_r in ((band.value, "value"), (band.low, "low"), (band.high, "high")):
        assert own[0] == pytest.approx(said[of_r], rel=1e-6)


def test_averages_hold_their_models_and_say_where_there_is_no_limit():
    found = fit(DAY, SIZE, family=["logistic", "boltzmann", "gompertz"], intervals="profile")
    capacity = found.comparison.average(
        lambda one: one.parameters[1 if one.family.name == "boltzmann" else 0].estimate
    )
    own = [
        one.parameters[1 if one.family.name == "boltzmann" else 0].estimate for one in found.comparison.fits
    ]
    heavy = [one for one, model in zip(own, found.comparison.models, strict=True) if model.weight > 1e-3]
    assert min(one.value for one in heavy) <= capacity.value <= max(one.value for one in heavy)
    assert capacity.high - capacity.low >= min(one.high - one.low for one in heavy)
    rising = fit(DAY, np.exp(DAY / 3) + np.tile([0.4, -0.4], 4), family="logistic")
    alone = compare([rising]).average(lambda one: one.parameters[0].estimate)
    assert alone.high is None and "no limit" in alone.method
    assert compare([rising]).predict([3.0]).low[0] == pytest.approx(
        rising.predict([3.0], interval="confidence").low[0], rel=1e-9
    )


def test_the_best_of_a_kind_is_kept():
    x = np.linspace(0, 14, 40)
    y = 30 * np.exp(-np.exp(-0.35 * (x - 4))) + np.random.default_rng(1).normal(0, 0.2, x.size)
    found = fit(x, y, family="growth")
    assert found.family.name == "gompertz"
    assert found.comparison.best.values == found.values
    models = found.comparison.models
    assert {one.name for one in (*models, *found.comparison.left_out)} == {
        one.name for one in families().values() if one.kind == "growth"
    }
    assert sum(one.weight for one in models) == pytest.approx(1, rel=1e-12)
    assert [one.aicc for one in models] == sorted(one.aicc for one in models)
    for one, own in zip(models, found.comparison.fits, strict=True):
        assert one.aicc == own.statistics.aicc
        assert one.weight == pytest.approx(models[0].weight * math.exp(-one.delta / 2), rel=1e-10)
    assert found.comparison.tests and fit(x, y, family=["gompertz"]).comparison is None


def test_groups_have_one_family_and_each_its_variance():
    rng = np.random.default_rng(2)
    x, by = np.tile(np.linspace(0, 14, 20), 3), np.repeat(["a", "b", "c"], 20)
    size = np.repeat([1.0, 30.0, 4000.0], 20)
    y = size * (1 / (1 + np.exp(-0.8 * (x - 6))) + rng.normal(0, 0.02, x.size))
    few = fit(
        [*x, 0, 1, 2, 3, 4],
        [*y, 1, 2, 3, 4, 5],
        by=[*by, *"ddddd"],
        family=["logistic", "gompertz", "richards"],
    )
    assert few.comparison.groups == (
        "a",
        "b",
        "c",
    )  # five points have no AICc with a variance and three parameters
    assert few.family.name == "logistic"
    best = few.comparison.models[0]
    own = [one.aicc for one in few.statistics_of_sets if one.group != "d"]
    assert best.aicc == pytest.approx(sum(own), rel=1e-12)
    scaled = fit(x, y / size, by=by, family=["logistic", "gompertz"]).comparison.models
    plain = fit(x, y, by=by, family=["logistic", "gompertz"]).comparison.models
    assert [one.delta for one in scaled] == pytest.approx([one.delta for one in plain], rel=1e-6)


def test_constraints_are_ranked_with_one_variance(shared_data):
    apart = herbicides(shared_data)
    parallel = herbicides(shared_data, share=["bottom", "top", "slope"])
    found = compare([apart, parallel])
    assert [one.name for one in found.models] == ["ll4", "ll4 (same bottom, top, slope)"]
    said = [by_r(case)["aicc"] for case in ("S.alba apart", "S.alba parallel")]
    assert [one.aicc for one in found.models] == pytest.approx(said, rel=1e-9)
    agrees_with_r(found.tests[0], "S.alba parallel in apart")


def test_units_change_neither_ranks_nor_tests():
    found = [
        fit(DAY * x_unit, SIZE * y_unit, family=["logistic", "boltzmann"]).comparison
        for x_unit, y_unit in ((1.0, 1.0), (1e-9, 1e6), (60.0, 1e-12))
    ]
    for other, y_unit in zip(found[1:], (1e6, 1e-12), strict=True):
        for one, scaled in zip(found[0].models, other.models, strict=True):
            assert scaled.delta == pytest.approx(one.delta, abs=1e-6)
            moved = one.log_likelihood - DAY.size * math.log(y_unit)
            assert scaled.log_likelihood == pytest.approx(moved, rel=1e-7)
        assert other.tests[0].p_value == pytest.approx(found[0].tests[0].p_value, rel=1e-5)


def test_what_has_no_likelihood_is_said():
    exact = fit(DAY, 30 / (1 + np.exp(-0.5 * (DAY - 7))))
    assert exact.statistics.log_likelihood is None and exact.statistics.aicc is None
    assert exact.statistics.reason == "the points lie on the curve"
    assert "no x has several points" in exact.lack_of_fit.reason and exact.lack_of_fit.p_value is None
    twice = fit(np.repeat(DAY, 2), np.repeat(SIZE, 2))
    assert twice.lack_of_fit.p_value is None and "lie on the larger model" in twice.lack_of_fit.reason
    few = fit([0, 0, 1, 1, 2, 2], [1.0, 1.2, 5.0, 5.1, 9.0, 9.3])
    assert few.lack_of_fit.p_value is None and "no more different x" in few.lack_of_fit.reason
    counts = fit(DAY, SIZE, noise="poisson").statistics
    assert counts.log_likelihood is None and "not whole" in counts.reason and counts.deviance > 0
    shares = fit(DAY, SIZE / 30, noise="binomial", weights=np.full(8, 7.0)).statistics
    assert shares.aic is None and "as many trials" in shares.reason
    zero = fit(DAY, [0, *SIZE[1:]], noise="gamma").statistics
    assert zero.bic is None and "is 0 somewhere" in zero.reason
    small = fit(DAY[:5], SIZE[:5]).statistics
    assert small.aic is not None and small.aicc is None


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: compare([]), "nothing to compare"),
        (lambda: compare([fit(DAY, SIZE), fit(DAY, SIZE)]), "same name"),
        (lambda: compare([fit(DAY, SIZE), fit(DAY[:7], SIZE[:7], family="boltzmann")]), "different points"),
        (lambda: compare([fit(DAY, SIZE), fit(DAY, SIZE + 1, family="boltzmann")]), "different points"),
        (lambda: compare([fit(DAY, SIZE), fit(DAY, SIZE, family="gompertz", noise="gamma")]), "the noise is"),
        (lambda: compare([fit(DAY[:5], SIZE[:5])]), "too few points"),
        (lambda: compare([fit(DAY, SIZE, noise="poisson")]), "not whole"),
        (lambda: nested_test(fit(DAY[:7], SIZE[:7]), fit(DAY, SIZE, family="boltzmann")), "different points"),
        (lambda: fit(DAY, SIZE, family=[]), "no family to fit"),
        (lambda: fit(DAY, SIZE, family="growht"), "there is no family 'growht'"),
        (lambda: fit(DAY, [np.nan, *SIZE[1:]], family="growth"), "y is missing"),
        (lambda: fit(-DAY, SIZE, family=["ll3", "ll4"]), "x is negative"),
    ],
)
def test_mistakes_are_named(made, words):
    with pytest.raises(InputError, match=words):
        made()


def test_a_family_that_cannot_be_fitted_is_left_out_with_the_reason():
    found = fit(DAY - 1, SIZE, family=["logistic", "weibull"], share=[])
    assert found.family.name == "logistic"
    assert found.comparison.left_out[0].name == "weibull"
    assert "x is negative" in found.comparison.left_out[0].reason
