"""The bootstrap: closed forms it must meet, what it may not depend on, and where it gives no interval."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score, roc_auc_score

from ogive import InputError
from ogive._kernels import set_thread_count, thread_count
from ogive.functions import sigmoid
from ogive.metrics import (
    SamplingWeights,
    average_precision,
    bootstrap,
    brier_score,
    calibration_error,
    confusion,
    f_beta,
    ks,
    log_loss,
    roc_auc,
)


def simulated(n=500, seed=0, mean=-1.0):
    rng = np.random.default_rng(seed)
    eta = rng.normal(mean, 1.5, n)
    return (rng.random(n) < sigmoid(eta)).astype(float), sigmoid(eta).round(3)


def share_positive(y, p, w):
    return np.sum(w * (p > 0.3)) / np.sum(w)


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("auc", roc_auc),
        ("average_precision", average_precision),
        ("brier", brier_score),
        ("log_loss", log_loss),
    ],
)
def test_intervals_are_near_the_closed_ones(name, closed):
    y, p = simulated()
    drawn, expected = bootstrap(y, p, name), closed(y, p)
    width = expected.high - expected.low
    assert drawn.value == pytest.approx(expected.value, rel=1e-12)
    assert drawn.low == pytest.approx(expected.low, abs=0.1 * width)
    assert drawn.high == pytest.approx(expected.high, abs=0.1 * width)
    assert drawn.method == "bootstrap, BCa, 2,000 replicates"


def test_bca_is_that_of_scipy():
    """Another implementation, of a mean: other random numbers, the same interval up to their noise."""
    y, p = simulated(120, seed=4)
    squares = (y - p) ** 2
    expected = stats.bootstrap((squares,), np.mean, n_resamples=20_000, rng=1).confidence_interval
    drawn = bootstrap(y, p, "brier", replicates=20_000)
    width = expected.high - expected.low
    assert drawn.low == pytest.approx(expected.low, abs=0.03 * width)
    assert drawn.high == pytest.approx(expected.high, abs=0.03 * width)


def test_every_name_has_the_value_of_its_function():
    y, p = simulated(200)
    at = confusion(y, p)
    expected = {
        "auc": roc_auc_score(y, p),
        "gini": 2 * roc_auc_score(y, p) - 1,
        "ks": ks(y, p).statistic.value,
        "f1": f1_score(y, p >= 0.5),
        "accuracy": at.accuracy.value,
        "balanced_accuracy": at.balanced_accuracy.value,
        "sensitivity": at.sensitivity.value,
        "recall": at.sensitivity.value,
        "specificity": at.specificity.value,
        "precision": at.precision.value,
        "matthews": at.matthews.value,
        "kappa": at.kappa.value,
    }
    for name, value in expected.items():
        found = bootstrap(y, p, name, replicates=400)
        assert found.value == pytest.approx(value, rel=1e-12), name
        assert name == "ks" or found.low < value < found.high, name
    for name in ("intercept", "slope"):
        found = bootstrap(y, p, name, replicates=400)
        assert found.low < found.value < found.high


def test_names_and_functions_give_the_same():
    y, p = simulated(200)
    named = bootstrap(y, p, "f1", replicates=200)
    assert bootstrap(y, p, f_beta, replicates=200) == named
    own = bootstrap(y, p, lambda y, p, w: f1_score(y, p >= 0.5, sample_weight=w), replicates=200)
    assert (own.low, own.high) == pytest.approx((named.low, named.high), rel=1e-12)


@pytest.mark.parametrize("clusters", [None, np.arange(300) // 3])
def test_threads_and_order_of_rows_change_no_bit(clusters):
    y, p = simulated(300)
    order = np.random.default_rng(1).permutation(y.size)
    before, found = thread_count(), []
    try:
        for threads in (1, 2, 5):
            set_thread_count(threads)
            found.append(bootstrap(y, p, "auc", clusters=clusters, replicates=150, seed=3))
    finally:
        set_thread_count(before)
    moved = None if clusters is None else clusters[order]
    found.append(bootstrap(y[order], p[order], "auc", clusters=moved, replicates=150, seed=3))
    assert all(one == found[0] for one in found)
    assert bootstrap(y, p, "auc", clusters=clusters, replicates=150, seed=4) != found[0]


def test_frequencies_are_repeated_rows():
    y, p = simulated(200)
    w = np.random.default_rng(1).integers(0, 4, y.size)
    copies = np.repeat(np.arange(y.size), w)
    for metric in ("auc", "log_loss", share_positive):
        weighted = bootstrap(y, p, metric, w, replicates=200)
        repeated = bootstrap(y[copies], p[copies], metric, replicates=200)
        assert (weighted.low, weighted.high) == pytest.approx((repeated.low, repeated.high), rel=1e-12)


def test_sampling_weights_go_with_their_rows():
    y, p = simulated(400)
    w = np.random.default_rng(2).exponential(1, y.size) + 0.1
    drawn, closed = bootstrap(y, p, "brier", SamplingWeights(w)), brier_score(y, p, SamplingWeights(w))
    assert drawn.value == pytest.approx(closed.value, rel=1e-12)
    assert drawn.high - drawn.low == pytest.approx(closed.high - closed.low, rel=0.08)
    frequent = bootstrap(y, p, "brier", 100 * w)
    assert frequent.high - frequent.low < 0.2 * (drawn.high - drawn.low)


def test_clusters_are_drawn_whole():
    y, p = simulated(250)
    alone = bootstrap(y, p, "brier", stratified=False)
    rows = [np.repeat(column, 4) for column in (y, p, np.arange(y.size))]
    copied = bootstrap(*rows[:2], "brier", clusters=rows[2], stratified=False)
    ignored = bootstrap(*rows[:2], "brier", stratified=False)
    width = alone.high - alone.low
    assert copied.high - copied.low == pytest.approx(width, rel=0.06)
    assert ignored.high - ignored.low == pytest.approx(width / 2, rel=0.06)
    assert copied.method == "bootstrap of clusters, BCa, 2,000 replicates"


def test_strata_hold_the_number_of_events():
    y, p = simulated(200)
    events = bootstrap(y, p, lambda y, p, w: np.sum(w * y) / np.sum(w), stratified=True, replicates=100)
    assert events.low is None
    assert "every resample of the rows gives the same value" in events.method
    free = bootstrap(y, p, lambda y, p, w: np.sum(w * y) / np.sum(w), replicates=2000)
    exact = stats.binom.ppf([0.025, 0.975], y.size, y.mean()) / y.size
    assert (free.low, free.high) == pytest.approx(exact, abs=0.011)
    # What depends on the prevalence varies less where it is held: that is no prospective interval.
    rare = simulated(600, mean=-3.0)
    wide, narrow = (bootstrap(*rare, "log_loss", stratified=held) for held in (None, True))
    assert narrow.high - narrow.low < 0.85 * (wide.high - wide.low)
    assert bootstrap(y, p, "auc") == bootstrap(y, p, "auc", stratified=True)


def test_biased_measures_get_no_interval():
    rng = np.random.default_rng(1)
    p = rng.random(1000)
    y = rng.random(1000) < p
    found = bootstrap(
        y, p, lambda y, p, w: calibration_error(y, p, w, debiased=False, draws=19).value, replicates=100
    )
    assert found.low is None
    assert "biased" in found.method
    assert "ogive.metrics.ks has an interval" in bootstrap(y, p, "ks").method


@pytest.mark.parametrize(
    ("y", "p", "metric", "options", "reason"),
    [
        ([1] * 15 + [0] * 60, np.linspace(0.9, 0.1, 75), "auc", {}, "fewer than 30 events or non-events"),
        ([1] * 70 + [0] * 70, np.linspace(0.9, 0.1, 140), "average_precision", {}, "fewer than 100 events"),
        ([0, 1] * 60, [0.3] * 120, "auc", {}, "every resample of the rows gives the same value"),
        ([0, 1] * 60, [0.3, 0.6] * 60, "auc", {"clusters": [1] * 120}, "fewer than 30 clusters"),
        ([0, 1] * 60, [1.0, 0.6] * 60, "log_loss", {}, "the loss is infinite"),
        ([0, 1] * 60, [0.7, 0.2] * 59 + [0.2, 0.7], "slope", {}, "does not exist in"),
    ],
)
def test_where_there_is_no_interval_it_says_why(y, p, metric, options, reason):
    found = bootstrap(y, p, metric, replicates=200, **options)
    assert found.low is None
    assert found.method.startswith("no interval: ")
    assert reason in found.method


@pytest.mark.parametrize(
    ("metric", "options", "message"),
    [
        ("auroc", {}, "there is no metric 'auroc'"),
        ("slope", {}, "slope does not exist"),
        (ks, {}, "a metric must return a number or an Estimate; got KolmogorovSmirnov"),
        ("auc", {"replicates": 10}, "replicates must be at least 100"),
        ("auc", {"level": 95}, "level must lie between 0 and 1"),
    ],
)
def test_unusable_requests_are_refused(metric, options, message):
    y, p = [0, 1] * 30, [0.2, 0.8] * 30
    with pytest.raises(InputError, match=message) as error:
        bootstrap(y, p, metric, **options)
    assert error.value.remedies


def test_intervals_hold_the_truth():
    """Mean of a Brier score whose truth is known: E p (1 - p) = 1/6 for calibrated uniform probabilities."""
    rng, held, repeats = np.random.default_rng(8), 0, 100
    for _ in range(repeats):
        p = rng.random(150)
        found = bootstrap(rng.random(150) < p, p, "brier", replicates=200)
        held += found.low <= 1 / 6 <= found.high
    assert held / repeats == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / repeats) ** 0.5)
