"""Decisions at a threshold: shares as R has them, measures of the four cells as scikit-learn has them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.stats import binom
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, fbeta_score, matthews_corrcoef

from ogive import InputError
from ogive.metrics import balanced_accuracy, confusion, f_beta, kappa, matthews
from ogive.metrics.cells import _kappa, _matthews
from ogive.metrics.intervals import wilson

Z = 1.959963984540054


def test_counts_and_intervals_are_those_of_r(metrics_cases):
    for case in metrics_cases:
        result = confusion(*case.rows)
        assert result.true_positive + result.false_negative == case["events"]
        assert result.sensitivity.value == pytest.approx(case["sensitivity"], rel=1e-13)
        for name in ("sensitivity", "specificity"):
            share = getattr(result, name)
            assert share.low == pytest.approx(case[f"{name}_low"], rel=1e-11)
            assert share.high == pytest.approx(case[f"{name}_high"], rel=1e-11)


def test_a_probability_at_the_threshold_is_called_positive():
    result = confusion([0, 1, 1, 0], [0.2, 0.5, 0.4, 0.5], [1, 2, 3, 4])
    counts = (result.true_positive, result.false_positive, result.true_negative, result.false_negative)
    assert counts == (2, 4, 1, 3)
    assert result.precision.value == pytest.approx(1 / 3)
    assert result.accuracy.value == pytest.approx(0.3)


def test_shares_of_nothing_are_none():
    assert confusion([0, 1], [0.1, 0.2]).precision is None
    nobody = confusion([1, 1], [0.1, 0.9])
    assert nobody.specificity is None
    assert nobody.balanced_accuracy is None
    assert nobody.matthews is None
    assert nobody.kappa.value == 0
    assert confusion([1, 1], [0.8, 0.9]).kappa is None
    assert confusion([0, 0], [0.1, 0.2]).f1 is None


@pytest.mark.parametrize("hits", [0, 7])
def test_intervals_stay_inside_the_range_and_hold_the_share(hits):
    share = confusion([1] * 7, [0.9] * hits + [0.1] * (7 - hits)).sensitivity
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.high - share.low > 0.3


@pytest.mark.parametrize("n", [20, 200])
def test_shares_are_covered_wherever_they_lie(n):
    # Exactly, by the binomial distribution: without the limits for few hits it falls to 84 %.
    hits, p = np.arange(n + 1), np.concatenate([np.geomspace(1e-4, 0.05, 300), np.linspace(0.05, 0.5, 300)])
    found = [wilson(k / n, n, 0.95) for k in hits]
    low, high = (np.array([getattr(share, name) for share in found]) for name in ("low", "high"))
    held = (low[:, None] <= p) & (p <= high[:, None])
    coverage = (binom.pmf(hits[:, None], n, p) * held).sum(axis=0)
    assert coverage.min() > 0.915
    assert coverage[p * n > 1].mean() == pytest.approx(0.955, abs=0.01)


@pytest.mark.parametrize("weighted", [False, True])
def test_measures_of_the_cells_are_those_of_scikit_learn(metrics_cases, weighted):
    for case in metrics_cases:
        y, p, w = case.rows
        w = w if weighted else None
        called = p >= 0.3
        got = confusion(y, p, w, threshold=0.3)
        assert got.balanced_accuracy.value == pytest.approx(
            balanced_accuracy_score(y, called, sample_weight=w), rel=1e-13
        )
        assert got.f1.value == pytest.approx(fbeta_score(y, called, beta=1, sample_weight=w), rel=1e-13)
        assert got.matthews.value == pytest.approx(matthews_corrcoef(y, called, sample_weight=w), rel=1e-12)
        assert got.kappa.value == pytest.approx(cohen_kappa_score(y, called, sample_weight=w), rel=1e-12)
        for beta in (0.5, 2.0):
            expected = fbeta_score(y, called, beta=beta, sample_weight=w)
            assert f_beta(y, p, w, beta=beta, threshold=0.3).value == pytest.approx(expected, rel=1e-13)
        for name, function in (
            ("balanced_accuracy", balanced_accuracy),
            ("f1", f_beta),
            ("matthews", matthews),
            ("kappa", kappa),
        ):
            assert function(y, p, w, threshold=0.3) == getattr(got, name)


def test_f_beta_runs_from_precision_to_recall():
    y, p = [1, 1, 1, 0, 0, 0, 1, 0], [0.9, 0.8, 0.2, 0.7, 0.1, 0.3, 0.6, 0.2]
    got = confusion(y, p)
    assert f_beta(y, p, beta=0).value == pytest.approx(got.precision.value, rel=1e-14)
    assert f_beta(y, p, beta=1e4).value == pytest.approx(got.sensitivity.value, rel=1e-7)
    with pytest.raises(InputError, match="no row that is called positive"):
        f_beta([0, 1], [0.2, 0.3], beta=0)
    # All positives are right, which 6 rows cannot prove.
    assert f_beta(*rows(6, 0, 3, 9), beta=0).value == 1
    assert f_beta(*rows(6, 0, 3, 9), beta=0).low < 0.9


def rows(tp, fp, fn, tn):
    """Rows with these cells at the threshold 0.5."""
    y = np.repeat([1, 0, 1, 0], [tp, fp, fn, tn])
    return y, np.repeat([0.9, 0.9, 0.1, 0.1], [tp, fp, fn, tn])


def test_the_interval_of_f1_is_wilsons_of_the_share_of_hits_among_hits_and_errors():
    tp, errors = 30, 34
    n, share = tp + errors, tp / (tp + errors)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / 4 / n**2)
    limits = (share + Z**2 / 2 / n + np.array([-half, half])) / (1 + Z**2 / n)
    got = confusion(*rows(tp, 20, 14, 100)).f1
    assert (got.low, got.high) == pytest.approx(tuple(2 * limits / (1 + limits)), rel=1e-9)


def test_the_interval_of_f_beta_has_the_variance_of_the_delta_method_in_large_samples():
    cells = np.array([30.0, 20, 14, 100]) * 1e6

    def f2(c):
        return 5 * c[0] / (5 * c[0] + 4 * c[2] + c[1])

    gradient = approx_fprime(cells, f2, 1.0)
    half = Z * np.sqrt(np.sum(cells * gradient**2))
    y, p = rows(1, 1, 1, 1)
    got = f_beta(y, p, cells, beta=2)
    assert (got.high - got.low) / 2 == pytest.approx(half, rel=1e-4)


@pytest.mark.parametrize("measure", [_matthews, _kappa])
def test_gradients_are_those_of_differences(measure):
    cells = np.array([30.0, 20.0, 14.0, 100.0])
    numeric = approx_fprime(cells, lambda c: measure(*c)[0], 1e-6)
    _, gradient = measure(*cells)
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4)
    assert np.sum(cells * gradient) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", ["matthews", "kappa"])
def test_correlations_have_the_variance_of_the_delta_method_in_large_samples(name):
    cells = np.array([30.0, 20, 14, 100]) * 1e6
    measure = {"matthews": _matthews, "kappa": _kappa}[name]
    half = Z * np.sqrt(np.sum(cells * approx_fprime(cells, lambda c: measure(*c)[0], 1.0) ** 2))
    got = getattr(confusion(*rows(1, 1, 1, 1), cells), name)
    assert (got.high - got.low) / 2 == pytest.approx(half, rel=1e-4)


def test_the_interval_of_balanced_accuracy_adds_distances_as_standard_errors():
    got = confusion(*rows(30, 20, 14, 100))
    first, second = got.sensitivity, got.specificity
    below = np.hypot(first.value - first.low, second.value - second.low) / 2
    assert got.balanced_accuracy.low == pytest.approx(got.balanced_accuracy.value - below, rel=1e-12)


@pytest.mark.parametrize("cells", [(0, 3, 4, 9), (8, 0, 0, 9), (0, 9, 9, 0), (2, 0, 0, 1), (0, 1, 6, 0)])
def test_every_interval_lies_inside_the_range(cells):
    got = confusion(*rows(*cells))
    for estimate, least in (
        (got.balanced_accuracy, 0),
        (got.f1, 0),
        (got.matthews, -1),
        (got.kappa, -1),
    ):
        if estimate is not None and estimate.low is not None:
            assert least <= estimate.low <= estimate.value <= estimate.high <= 1


def test_a_correlation_of_few_rows_has_no_interval():
    assert "fewer than 5" in confusion(*rows(2, 1, 9, 40)).matthews.method


@pytest.mark.parametrize(
    ("function", "y", "p", "message"),
    [
        (balanced_accuracy, [1, 1], [0.2, 0.9], "no non-event"),
        (matthews, [0, 1], [0.2, 0.3], "no row that is called positive"),
        (kappa, [1, 1], [0.8, 0.9], "no row that is called negative and no non-event"),
        (f_beta, [0, 0], [0.2, 0.3], "no row that is called positive and no event"),
    ],
)
def test_what_is_not_defined_is_refused(function, y, p, message):
    with pytest.raises(InputError, match=message):
        function(y, p)


def test_unusable_options_are_refused():
    with pytest.raises(InputError, match="beta must be 0 or more"):
        f_beta([0, 1], [0.2, 0.3], beta=-1)
    with pytest.raises(InputError, match="threshold must lie between"):
        matthews([0, 1], [0.2, 0.3], threshold=2)
