"""Segments: judged as if alone, and flagged by a score test whose size is what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import ogive
from ogive import InputError
from ogive._base import decode, encode
from ogive.functions import logit, sigmoid
from ogive.metrics import Evaluation, SamplingWeights, evaluate
from ogive.metrics.forecasts import forecasts
from ogive.metrics.segments import score_p_value


def simulated(n=900, seed=0, mean=-1.0):
    rng = np.random.default_rng(seed)
    eta = rng.normal(mean, 1.5, n)
    return (rng.random(n) < sigmoid(eta)).astype(float), sigmoid(eta)


def names(by, n=6):
    y, p = [0, 1] * (n // 2), [0.2, 0.7] * (n // 2)
    return [(s.name, s.count) for s in evaluate(y, p, by=by).segments]


def test_a_segment_is_what_its_rows_are_alone():
    y, p = simulated()
    w = np.random.default_rng(1).integers(1, 4, y.size)
    by = np.random.default_rng(2).choice(["north", "south", "west"], y.size)
    for weights in (None, w, SamplingWeights(w / 7)):
        result = ogive.evaluate(y, p, weights, by=by, level=0.9)
        assert [s.name for s in result.segments] == ["north", "south", "west"]
        for s in result.segments:
            own = by == s.name
            held = SamplingWeights(weights.values[own]) if isinstance(weights, SamplingWeights) else weights
            held = held[own] if isinstance(held, np.ndarray) else held
            alone = evaluate(y[own], p[own], held, level=0.9)
            assert (s.count, s.events) == pytest.approx((alone.count, alone.events), rel=1e-12)
            assert s.auc.low == pytest.approx(alone.auc.low, rel=1e-9)
            assert s.brier.high == pytest.approx(alone.brier.high, rel=1e-9)
            assert s.slope.low == pytest.approx(alone.calibration.slope.low, rel=1e-6)
            assert s.intercept.value == pytest.approx(alone.calibration.intercept.value, abs=1e-9)
            used = np.ones(own.sum()) if weights is None else w[own]
            assert s.mean_predicted == pytest.approx(np.average(p[own], weights=used), rel=1e-12)
            assert s.prevalence == s.events / s.count


def test_the_score_test_is_that_of_statsmodels():
    y, p = simulated(2000)
    x = logit(p)
    model = sm.GLM(y, np.column_stack([np.ones(y.size), x]), sm.families.Binomial())
    residual, noise = y - p, p * (1 - p)
    score = model.exog.T @ residual
    information = model.exog.T @ (noise[:, None] * model.exog)
    expected = stats.chi2.sf(score @ np.linalg.solve(information, score), 2)
    assert score_p_value(forecasts(y, p)) == pytest.approx(expected, rel=1e-8)
    # statsmodels takes the same statistic with the scores of the calibrated model as its null.
    null = sm.GLM(y, np.ones((y.size, 1)), sm.families.Binomial(), offset=x).fit()
    assert abs(null.params[0]) < 0.2
    assert model.score(np.array([0.0, 1.0])) == pytest.approx(score, rel=1e-9)


def test_small_samples_are_tested_exactly():
    """Two rows of p = 0.01 with an event each: as far as that only with probability 1e-4, whatever chi-square says."""
    assert score_p_value(forecasts([1, 0], [0.2, 0.2])) == pytest.approx(2 * 0.2 * 0.8 + 0.04, abs=0.05)
    y, p = [1, *[0] * 19], [0.01] * 20
    assert score_p_value(forecasts(y, p)) == pytest.approx(1 - 0.99**20, abs=0.04)
    assert stats.chi2.sf((1 - 0.2) ** 2 / (20 * 0.01 * 0.99), 1) < 0.08  # which would have been far too sure
    assert score_p_value(forecasts([1] * 5 + [0] * 15, p)) < 2e-4


def test_the_test_has_its_size_and_power():
    rng, flagged = np.random.default_rng(5), 0
    for _ in range(200):
        eta = rng.normal(-2, 1.5, 60)
        flagged += score_p_value(forecasts(rng.random(60) < sigmoid(eta), sigmoid(eta))) < 0.05
    assert flagged / 200 == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 200) ** 0.5)
    y, p = simulated(1200)
    by = np.arange(1200) % 3
    p = np.where(by == 1, sigmoid(logit(p) + 0.8), p)
    p = np.where(by == 2, sigmoid(0.4 * logit(p) - 0.6), p)
    found = evaluate(y, p, by=by).segments
    assert [s.flagged for s in found] == [False, True, True]
    assert all(s.flagged == (s.p_value < 0.05) for s in found)


def test_p_values_are_adjusted_as_statsmodels_does():
    from statsmodels.stats.multitest import multipletests

    y, p = simulated(1500, seed=2)
    by = np.arange(1500) % 5
    found = evaluate(y, p, by=by).segments
    raw = [score_p_value(forecasts(y[by == k], p[by == k])) for k in range(5)]
    assert [s.p_value for s in found] == pytest.approx(multipletests(raw, method="holm")[1], rel=1e-12)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (["b", "a", "b", "a", "a", "a"], [("a", 4), ("b", 2)]),
        ([10, 9, 9, 10, 10, 9], [("9", 3), ("10", 3)]),
        ([0.5, 1.0, 0.5, np.nan, np.nan, 1.0], [("0.5", 2), ("1", 2), ("(missing)", 2)]),
        ([True, False, True, True, None, False], [("False", 2), ("True", 3), ("(missing)", 1)]),
        (["x", None, float("nan"), "x", "x", "x"], [("x", 4), ("(missing)", 2)]),
        (pd.Series(["u", pd.NA, "v", "u", "v", "v"], dtype="string"), [("u", 2), ("v", 3), ("(missing)", 1)]),
        (pd.Categorical(["hi", "lo", "hi", "hi", "hi", None]), [("hi", 4), ("lo", 1), ("(missing)", 1)]),
        (np.array([1, "1", 1, 1, "a", "a"], dtype=object), [("1", 3), ("1", 1), ("a", 2)]),
    ],
)
def test_segments_may_be_anything_with_few_values(by, expected):
    assert names(np.array(by, dtype=object) if isinstance(by, list) and None in by else by) == expected


def test_small_and_one_sided_segments_say_why_a_number_is_missing():
    y = [0, 0, 0, 0, 1, 1, 0, 1, 0, 1]
    p = [0.1, 0.2, 0.3, 0.1, 0.9, 0.8, 0.2, 0.6, 0.3, 0.4]
    none, all_of_it, apart = evaluate(y, p, by=list("aaaabbcccc")).segments
    assert (none.auc, none.slope, none.intercept) == (None, None, None)
    assert none.note == "Every row has y = 0, so there is no AUC and no calibration line."
    assert "y = 1" in all_of_it.note
    assert none.brier.value == pytest.approx(np.mean(np.square(p[:4])))
    assert none.p_value is not None
    assert "slope is infinite" in apart.note
    assert apart.auc.low is None and apart.auc.method.startswith("no interval: ")


def test_down_sampled_non_events_with_their_weights_are_calibrated():
    rng, flagged = np.random.default_rng(11), 0
    for _ in range(200):
        eta = rng.normal(-3, 1.2, 4000)
        y = rng.random(4000) < sigmoid(eta)
        kept = y | (rng.random(4000) < 0.05)
        w = SamplingWeights(np.where(y, 1.0, 20.0)[kept])
        flagged += score_p_value(forecasts(y[kept], sigmoid(eta)[kept], w)) < 0.05
    assert flagged / 200 == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 200) ** 0.5)


def test_certain_forecasts_are_right_or_impossible():
    assert score_p_value(forecasts([0, 1, 1], [0.0, 1.0, 1.0])) == 1.0
    assert score_p_value(forecasts([0, 1, 0], [0.0, 1.0, 1.0])) == 0.0


def test_weights_that_are_not_whole_forbid_simulation():
    y, p = simulated(30)
    segment = evaluate(y, p, np.full(30, 0.5), by=[1] * 30).segments[0]
    assert (segment.p_value, segment.flagged) == (None, False)
    assert "too few" in segment.note


def test_segments_survive_their_file_and_rows_without_weight_are_not_there():
    y, p = simulated(200)
    by = np.arange(200) % 4
    result = evaluate(y, p, (by != 2).astype(float), by=by)
    assert [s.name for s in result.segments] == ["0", "1", "3"]
    assert decode(encode(result), Evaluation) == result
    assert evaluate(y, p).segments == ()


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (np.linspace(0, 1, 60), "by has 60 different numbers"),
        ([1, 2], "by must have one value a row"),
        ([[1]] * 60, "by must have one value a row"),
        (np.array([[1], *[None] * 59], dtype=object), "cannot be told apart"),
    ],
)
def test_unusable_segments_are_refused(by, message):
    with pytest.raises(InputError, match=message) as error:
        evaluate([0, 1] * 30, [0.2, 0.6] * 30, by=by)
    assert error.value.remedies


def test_a_name_a_row_is_no_segment():
    with pytest.raises(InputError, match="by has 1,200 different values"):
        evaluate([0, 1] * 600, [0.2, 0.6] * 600, by=[f"row {i}" for i in range(1200)])


def test_a_score_is_off_in_some_groups_of_real_people(shared_data):
    import pyarrow.parquet as pq

    table = pq.read_table(shared_data / "calibration/compas_two_years.parquet")
    y = table["two_year_recid"].to_numpy()
    decile = table["decile_score"].to_numpy()
    share = np.array([y[decile == k].mean() for k in range(1, 11)])
    result = evaluate(y, share[decile - 1], by=table["sex"].to_numpy(zero_copy_only=False))
    women, men = result.segments
    assert (women.name, men.name) == ("Female", "Male")
    assert women.flagged and women.intercept.high < 0  # the same score means less risk for women
    assert sum(s.count for s in result.segments) == result.count
