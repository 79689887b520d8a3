"""Decision curves: net benefit by R, its interval by the formula, and what should not matter."""

from __future__ import annotations

import numpy as np
import pytest

from ogive import InputError
from ogive._base import decode, encode
from ogive.decisions import DecisionCurve, decision_curve
from ogive.metrics import SamplingWeights


def test_net_benefit_is_that_of_its_definition(reference, cases):
    for row in reference("benefit"):
        y, p, w = cases[row["case"]]
        curve = decision_curve(y, p, w, thresholds=[float(row["even"])])
        assert curve.models[0].benefit[0].value == pytest.approx(float(row["benefit"]), abs=1e-13)
        assert curve.act_on_all[0].value == pytest.approx(float(row["all"]), abs=1e-13)
        over = curve.models[0].benefit[0].value - curve.act_on_all[0].value
        assert curve.models[0].over_all[0].value == pytest.approx(over, abs=1e-13)


def test_intervals_are_zou_and_donner_of_wilson(drawn):
    """Two shares, true and false positives among all rows, with their correlation."""
    from statsmodels.stats.proportion import proportion_confint

    y, p = drawn
    t, n = 0.2, y.size
    tp, fp = (y * (p >= t)).sum(), ((1 - y) * (p >= t)).sum()
    (l1, u1), (l2, u2) = (proportion_confint(k, n, method="wilson") for k in (tp, fp))
    s1, s2, odds = tp / n, fp / n, t / (1 - t)
    r = -np.sqrt(s1 * s2 / (1 - s1) / (1 - s2))
    value = s1 - odds * s2

    def arm(a, b):
        return np.sqrt(a**2 + b**2 - 2 * r * a * b)

    found = decision_curve(y, p, thresholds=[t]).models[0].benefit[0]
    assert found.low == pytest.approx(value - arm(s1 - l1, odds * (u2 - s2)), rel=1e-9)
    assert found.high == pytest.approx(value + arm(u1 - s1, odds * (s2 - l2)), rel=1e-9)


def test_intervals_come_to_the_influence_function():
    """In a large sample: the mean of a value a row, ± 1.96 standard errors, weighted or not."""
    rng = np.random.default_rng(2)
    n, t = 400_000, 0.2
    p = rng.beta(1, 4, n)
    y, w = rng.random(n) < p, rng.uniform(1, 5, n)
    value = np.where(p >= t, np.where(y, 1.0, -t / (1 - t)), 0.0)
    over = np.where(p < t, np.where(y, -1.0, t / (1 - t)), 0.0)
    for weight, sampling in ((np.ones(n), None), (w, SamplingWeights(w))):
        model = decision_curve(y, p, sampling, thresholds=[t]).models[0]
        for estimate, x in ((model.benefit[0], value), (model.over_all[0], over)):
            mean = np.average(x, weights=weight)
            half = 1.959964 * np.sqrt(np.sum(weight**2 * (x - mean) ** 2)) / weight.sum()
            assert estimate.value == pytest.approx(mean, rel=1e-10)
            assert (estimate.high - estimate.low) / 2 == pytest.approx(half, rel=2e-3)


def test_intervals_hold_the_truth_with_few_rows():
    """At ten true positives; the truth is an integral over the probabilities."""
    rng, t, n, held, repeats = np.random.default_rng(3), 0.3, 300, 0, 600
    grid = (np.arange(20_000) + 0.5) / 20_000
    from scipy.stats import beta

    q = beta.ppf(grid, 0.5, 9.5)
    truth = np.where(q >= t, q - (1 - q) * t / (1 - t), 0.0).mean()
    for _ in range(repeats):
        p = rng.beta(0.5, 9.5, n)
        estimate = decision_curve(rng.random(n) < p, p, thresholds=[t]).models[0].benefit[0]
        held += estimate.low <= truth <= estimate.high
    assert held / repeats == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / repeats) ** 0.5)


def test_weights_of_two_are_rows_twice(drawn):
    y, p = (column[:200] for column in drawn)
    one = decision_curve(y, p, np.full(200, 2.0))
    assert one == decision_curve(np.tile(y, 2), np.tile(p, 2))


def test_several_models_share_a_curve(drawn):
    y, p = drawn
    curve = decision_curve(y, {"good": p, "blind": np.full(y.size, 0.14)}, thresholds=[0.05, 0.1, 0.2, 0.3])
    assert [model.name for model in curve.models] == ["good", "blind"]
    assert curve.models[0] == decision_curve(y, {"good": p}, thresholds=[0.05, 0.1, 0.2, 0.3]).models[0]
    blind = [estimate.value for estimate in curve.models[1].benefit]
    assert blind == [*(estimate.value for estimate in curve.act_on_all[:2]), 0, 0]
    assert "good: above acting on all and on none beyond chance from 0.05 to 0.3" in repr(curve)
    assert "blind: above acting on all and on none beyond chance nowhere" in repr(curve)
    assert decode(encode(curve), DecisionCurve) == curve


@pytest.mark.parametrize("thresholds", [[0.0, 0.5], [1.0], [], [[0.5]]])
def test_thresholds_beyond_are_refused(drawn, thresholds):
    with pytest.raises(InputError, match="above 0 and below 1"):
        decision_curve(*drawn, thresholds=thresholds)


def test_no_model_is_refused(drawn):
    with pytest.raises(InputError, match="no model to judge"):
        decision_curve(drawn[0], {})
