"""Two forecasts of several classes or labels: against SciPy's paired t test, and invariances."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ogive import InputError, compare, evaluate
from ogive._base import decode, encode
from ogive.functions import sigmoid, softmax
from ogive.metrics import ManyComparison, SamplingWeights


def of_classes(n=400, seed=0, classes=4):
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 1.2, (n, classes))
    y = np.array([rng.choice(classes, p=row) for row in softmax(z)])
    return y, softmax(z), softmax(z + rng.normal(0, 0.7, z.shape))


def of_labels(n=400, seed=0, labels=3):
    rng = np.random.default_rng(seed)
    z = rng.normal(-0.5, 1.2, (n, labels))
    return (rng.random(z.shape) < sigmoid(z)).astype(int), sigmoid(z), sigmoid(0.4 * z + 0.3)


def per_row(y, p):
    """Log loss, Brier score and accuracy of each row, written out."""
    truth = y if y.ndim == 2 else np.eye(p.shape[1])[y]
    if y.ndim == 2:
        log_loss = -np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p), axis=1)
        return log_loss, np.mean((p - truth) ** 2, axis=1), 1.0 * np.all((p >= 0.5) == truth, axis=1)
    return -np.log(np.sum(p * truth, axis=1)), np.sum((p - truth) ** 2, axis=1), 1.0 * (p.argmax(axis=1) == y)


@pytest.mark.parametrize("made", [of_classes, of_labels])
def test_differences_are_paired_t_tests(made):
    y, a, b = made()
    result = compare(y, a, b, names=("new", "old"))
    assert isinstance(result, ManyComparison)
    for found, of_a, of_b in zip(result.differences, per_row(y, a), per_row(y, b), strict=True):
        test = stats.ttest_rel(of_a, of_b)
        interval = test.confidence_interval(0.95)
        assert (found.a, found.b) == pytest.approx((of_a.mean(), of_b.mean()), rel=1e-12)
        assert (found.statistic, found.p_value) == pytest.approx((test.statistic, test.pvalue), rel=1e-8)
        assert (found.difference.low, found.difference.high) == pytest.approx(
            (interval.low, interval.high), rel=1e-8, abs=1e-12
        )
    assert result.log_loss.better == "new"
    assert decode(encode(result), ManyComparison) == result


@pytest.mark.parametrize("made", [of_classes, of_labels])
def test_values_are_those_of_evaluate(made):
    y, a, b = made()
    result = compare(y, a, b)
    for p, side in ((a, "a"), (b, "b")):
        own = evaluate(y, p)
        accuracy = own.accuracy if y.ndim == 1 else own.subset_accuracy
        expected = (own.log_loss.value, own.brier.value, accuracy.value)
        assert [getattr(d, side) for d in result.differences] == pytest.approx(expected, rel=1e-12)


def numbers(result):
    return [x for d in result.differences for x in (d.a, d.b, d.difference.low, d.difference.high)]


@pytest.mark.parametrize("made", [of_classes, of_labels])
def test_weights_are_repeated_rows_and_sampling_weights_have_no_scale(made):
    y, a, b = made(200)
    w = np.random.default_rng(1).integers(0, 4, 200)
    weighted = compare(y, a, b, w)
    repeated = compare(*(np.repeat(part, w, axis=0) for part in (y, a, b)))
    assert numbers(weighted) == pytest.approx(numbers(repeated), rel=1e-9, abs=1e-12)
    sampled = compare(y, a, b, SamplingWeights(w))
    assert numbers(sampled) == pytest.approx(numbers(compare(y, a, b, SamplingWeights(7 * w))), rel=1e-9)
    assert sampled.log_loss.a == pytest.approx(weighted.log_loss.a, rel=1e-12)


def test_rows_that_come_twice_tell_nothing_new_where_clusters_say_so():
    y, a, b = of_classes(150)
    twice = [np.concatenate([part, part]) for part in (y, a, b)]
    clusters = np.tile(np.arange(150), 2)
    once, clustered, naive = compare(y, a, b), compare(*twice, clusters=clusters), compare(*twice)
    assert numbers(clustered) == pytest.approx(numbers(once), rel=1e-9, abs=1e-12)
    assert naive.brier.difference.high - naive.brier.difference.low < 0.75 * (
        once.brier.difference.high - once.brier.difference.low
    )


def test_the_other_way_round_and_named_classes():
    y, a, b = of_classes()
    result, swapped = compare(y, a, b), compare(y, b, a, names=("b", "a"))
    for one, other in zip(result.differences, swapped.differences, strict=True):
        assert one.difference.value == -other.difference.value
        assert one.better == other.better
    named = compare(np.array(list("wxyz"))[y], a, b, classes=list("wxyz"))
    assert named.classes == ("w", "x", "y", "z")
    assert named.log_loss == result.log_loss


def test_what_cannot_be_told_is_said():
    y, a, b = of_classes(60)
    same = compare(y, a, a)
    assert "no row tells the forecasts apart" in same.brier.verdict
    few = compare(y[:8], a[:8], b[:8])
    assert "fewer than 10 rows" in few.log_loss.verdict
    sure = np.eye(4)[(y + 1) % 4]
    infinite = compare(y, a, sure)
    assert "infinite" in infinite.log_loss.verdict
    assert infinite.brier.better == "a"


def test_mistakes():
    y, a, b = of_classes(30)
    with pytest.raises(InputError, match="same rows and classes"):
        compare(y, a, np.column_stack([b / 2, 0.5 * np.ones(30)]))
    with pytest.raises(InputError, match="one outcome"):
        compare(y, a, b, metrics=["ks"])
    with pytest.raises(InputError, match="both forecasts are called"):
        compare(y, a, b, names=("m", "m"))
    with pytest.raises(InputError, match="clusters"):
        compare(y, a, b, clusters=[1, 2])
