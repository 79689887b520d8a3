"""Two forecasts of the same rows: against pROC and t tests of R, jackknives by hand, and invariances."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ogive import InputError, compare
from ogive._base import decode, encode
from ogive.functions import sigmoid
from ogive.metrics import Comparison, SamplingWeights, average_precision, calibration_line, roc_auc

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


def cases():
    with (REFERENCE / "compare_cases.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (REFERENCE / "compare_tests.csv").open(newline="") as file:
        for numbers in csv.DictReader(file):
            own = [row for row in rows if row["case"] == numbers["case"]]
            yield pytest.param(
                [np.array([float(row[key]) for row in own]) for key in ("y", "a", "b", "w")],
                {key: float(value) for key, value in numbers.items() if key != "case"},
                id=numbers["case"],
            )


def simulated(n=400, seed=0, mean=-1.0, noise=0.8):
    rng = np.random.default_rng(seed)
    eta = rng.normal(mean, 1.5, n)
    y = (rng.random(n) < sigmoid(eta)).astype(float)
    a, b = sigmoid(eta), sigmoid(0.7 * eta + rng.normal(0, noise, n))
    return y, a.round(3), b.round(3)


@pytest.mark.parametrize(("rows", "expected"), list(cases()))
def test_differences_are_those_of_r(rows, expected):
    result = compare(*rows)
    for metric in ("auc", "log_loss", "brier"):
        own = getattr(result, metric)
        found = {
            "a": own.a,
            "b": own.b,
            "statistic": own.statistic,
            "p_value": own.p_value,
            "low": own.difference.low,
            "high": own.difference.high,
        }
        for name, value in found.items():
            assert value == pytest.approx(expected[f"{metric}_{name}"], rel=1e-8, abs=1e-12), (metric, name)


@pytest.mark.parametrize(
    ("metric", "score"),
    [
        ("average_precision", lambda y, p: average_precision(y, p).value),
        ("slope", lambda y, p: calibration_line(y, p).slope.value),
    ],
)
def test_influence_functions_give_the_variance_of_the_jackknife(metric, score):
    y, a, b = simulated(300)
    own = getattr(compare(y, a, b), metric)
    everyone = np.arange(y.size)
    without = [score(y[k], a[k]) - score(y[k], b[k]) for k in (everyone != i for i in everyone)]
    variance = (y.size - 1) * np.var(without)
    assert own.difference.value == pytest.approx(score(y, a) - score(y, b), rel=1e-12)
    assert ((own.a - own.b) / own.statistic) ** 2 == pytest.approx(variance, rel=0.05)


def test_the_paired_bootstrap_agrees_with_the_closed_forms():
    y, a, b = simulated(500, seed=3)
    result = compare(y, a, b, metrics=["auc", "brier", "f1"], replicates=1000)
    for closed, drawn in zip((result.auc, result.brier), result.further, strict=False):
        assert drawn.a == pytest.approx(closed.a, rel=1e-12)
        width = closed.difference.high - closed.difference.low
        assert drawn.difference.low == pytest.approx(closed.difference.low, abs=0.15 * width)
        assert drawn.difference.high == pytest.approx(closed.difference.high, abs=0.15 * width)
        assert drawn.better == closed.better == "a"
    assert result.further[2].metric == "f1"
    assert result.further[2].p_value is None


def test_weights_are_repeated_rows():
    y, a, b = simulated(200)
    w = np.random.default_rng(1).integers(0, 4, y.size)
    copies = np.repeat(np.arange(y.size), w)
    weighted = compare(y, a, b, w, metrics=["auc"], replicates=200)
    repeated = compare(y[copies], a[copies], b[copies], metrics=["auc"], replicates=200)
    for one, other in zip(weighted.differences, repeated.differences, strict=True):
        numbers = [(d.a, d.b, d.difference.low, d.difference.high) for d in (one, other)]
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-9), one.metric


def test_sampling_weights_do_not_narrow_intervals_as_they_grow():
    y, a, b = simulated(300)
    w = np.random.default_rng(2).exponential(1, y.size) + 0.2
    one, many = (compare(y, a, b, SamplingWeights(w * k)) for k in (1, 1000))
    plain = compare(y, a, b)
    for d, e, f in zip(one.differences, many.differences, plain.differences, strict=True):
        assert d.difference.low == pytest.approx(e.difference.low, rel=1e-9)
        width = d.difference.high - d.difference.low
        assert width > f.difference.high - f.difference.low, d.metric
    equal = compare(y, a, b, SamplingWeights(np.full(y.size, 7.0)))
    for d, f in zip(equal.differences, plain.differences, strict=True):
        assert d.difference.low == pytest.approx(f.difference.low, rel=1e-9)


def test_copies_in_a_cluster_tell_nothing_new():
    y, a, b = simulated(200)
    alone = compare(y, a, b, clusters=np.arange(y.size))
    copied = [np.tile(column, 3) for column in (y, a, b, np.arange(y.size))]
    together = compare(*copied[:3], clusters=[f"patient {k}" for k in copied[3].astype(int)])
    rows = compare(y, a, b)
    for d, e, f in zip(alone.differences, together.differences, rows.differences, strict=True):
        assert (d.difference.low, d.difference.high) == pytest.approx(
            (e.difference.low, e.difference.high), rel=1e-9
        )
        assert d.statistic == pytest.approx(f.statistic, rel=0.02)


def test_swapping_the_forecasts_swaps_the_verdict():
    y, a, b = simulated(600, seed=5)
    here, there = compare(y, a, b, names=("new", "old")), compare(y, b, a, names=("old", "new"))
    for d, e in zip(here.differences, there.differences, strict=True):
        assert d.difference.value == pytest.approx(-e.difference.value, rel=1e-12)
        assert d.better == e.better
        assert d.p_value == pytest.approx(e.p_value, rel=1e-9)
    assert here.auc.better == here.log_loss.better == "new"
    assert here.auc.verdict.startswith("AUC: higher for new; new 0.")
    assert here.log_loss.verdict.startswith("log loss: lower for new")
    assert roc_auc(y, a).value == here.auc.a


def test_verdicts_of_the_slope_look_at_which_side_of_one_it_is_on():
    y, a, _ = simulated(3000, seed=1)
    stretched, shrunk = (sigmoid(k * np.log(a / (1 - a))) for k in (1.6, 0.5))
    assert compare(y, a, stretched).slope.better == "a"
    assert compare(y, a, stretched).slope.verdict.startswith("calibration slope: nearer to 1 for a")
    assert compare(y, a, shrunk).slope.better in {"", "a"}
    apart = compare(y, stretched, shrunk).slope
    assert (apart.better, apart.verdict.split(";")[0]) == ("", "calibration slope: differs")


def test_where_the_data_do_not_tell_it_says_so():
    y, a, b = simulated(60, noise=0.2)
    result = compare(y, a, b)
    assert result.auc.better == ""
    assert result.auc.verdict.startswith("AUC: the data do not tell which is better; a 0.")
    same = compare(y, a, a)
    for d in same.differences:
        assert (d.difference.value, d.difference.low, d.p_value) == (0, None, None)
        assert "no row tells the forecasts apart" in d.verdict
    few = compare([1] * 5 + [0] * 50, np.linspace(0.9, 0.1, 55), np.linspace(0.1, 0.9, 55))
    assert few.auc.difference.low is None
    assert "fewer than 10 events or non-events" in few.auc.verdict


def test_what_does_not_exist_is_said():
    y, a, b = simulated(60)
    perfect = 0.2 + 0.6 * y
    result = compare(y, perfect, b, metrics=["slope"], replicates=100)
    for slope in (result.slope, result.further[0]):
        assert (slope.a, slope.difference) == (None, None)
        assert slope.verdict.endswith("slope: does not exist for a")
    wrong = np.where(np.arange(y.size) == np.flatnonzero(y == 1)[0], 0.0, a)
    log_loss = compare(y, wrong, b).log_loss
    assert log_loss.difference.low is None
    assert "a loss is infinite" in log_loss.difference.method


def test_a_comparison_survives_its_file_and_shows_itself():
    result = compare(*simulated(), metrics=["kappa"], replicates=200)
    assert decode(encode(result), Comparison) == result
    assert repr(result).startswith("a against b: 400 rows, ")
    assert len(repr(result).splitlines()) == 7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p_b": [0.1, 0.2]}, "p has 2 values and y has 4"),
        ({"y": [1, 1, 1, 1]}, "compare compares events with non-events"),
        ({"names": ("m", "m")}, "both forecasts are called 'm'"),
        ({"clusters": ["a", None, "b", "b"]}, "clusters is missing in 1 of 4 rows"),
        ({"clusters": [1, 2]}, "clusters must have one value a row"),
        ({"metrics": ["auroc"]}, "there is no metric 'auroc'"),
    ],
)
def test_unusable_input_is_refused(change, message):
    arguments = {"y": [0, 1, 0, 1], "p_a": [0.1, 0.2, 0.3, 0.4], "p_b": [0.4, 0.3, 0.2, 0.1]} | change
    with pytest.raises(InputError, match=message) as error:
        compare(**arguments)
    assert error.value.remedies
