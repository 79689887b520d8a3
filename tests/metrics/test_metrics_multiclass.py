"""Several classes: values of scikit-learn, variances of the jackknife, and invariances."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn import metrics as sk

import ogive
from ogive import InputError
from ogive._base import decode, encode
from ogive.metrics import (
    MulticlassEvaluation,
    SamplingWeights,
    brier_score,
    calibration_error,
    evaluate,
    f_beta,
    log_loss,
    roc_auc,
)
from ogive.metrics.discrimination import delong
from ogive.metrics.forecasts import forecasts


def simulated(n=400, classes=4, seed=0, digits=6):
    rng = np.random.default_rng(seed)
    eta = rng.normal(0, 1.3, (n, classes)) + np.linspace(0.5, -0.8, classes)
    chance = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    y = (rng.random((n, 1)) > chance.cumsum(axis=1)).sum(axis=1)
    eta += rng.normal(0, 0.5, eta.shape)
    p = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    p = np.maximum(p.round(digits), 10.0**-digits)
    return y, p / p.sum(axis=1, keepdims=True)


def numbers(result):
    """All values of an evaluation, in a fixed order."""
    found = [
        result.accuracy,
        *result.top_accuracy,
        result.log_loss,
        result.brier,
        result.kappa,
        result.matthews,
    ]
    found += [result.hand_till_auc]
    for part in (result.macro, result.micro):
        found += [part.auc, part.average_precision, part.precision, part.recall, part.f1]
    return found


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_values_are_those_of_scikit_learn(seed, weighted):
    y, p = simulated(seed=seed)
    w = np.random.default_rng(seed).integers(1, 4, y.size) if weighted else None
    ours = evaluate(y, p, w)
    called, truth = p.argmax(axis=1), np.eye(4)[y]
    expected = {
        "accuracy": sk.accuracy_score(y, called, sample_weight=w),
        "log_loss": sk.log_loss(y, p, sample_weight=w),
        "brier": np.average(((p - truth) ** 2).sum(axis=1), weights=w),
        "kappa": sk.cohen_kappa_score(y, called, sample_weight=w),
        "matthews": sk.matthews_corrcoef(y, called, sample_weight=w),
    }
    for name, value in expected.items():
        assert getattr(ours, name).value == pytest.approx(value, rel=1e-12), name
    for k, top in enumerate(ours.top_accuracy, 1):
        assert top.value == pytest.approx(sk.top_k_accuracy_score(y, p, k=k, sample_weight=w), rel=1e-12)
    for name in ("macro", "micro"):
        part = getattr(ours, name)
        auc = sk.roc_auc_score(y, p, multi_class="ovr", average=name, sample_weight=w)
        assert part.auc.value == pytest.approx(auc, rel=1e-12)
        area = sk.average_precision_score(truth, p, average=name, sample_weight=w)
        assert part.average_precision.value == pytest.approx(area, rel=1e-12)
        shares = sk.precision_recall_fscore_support(y, called, average=name, sample_weight=w)[:3]
        assert [part.precision.value, part.recall.value, part.f1.value] == pytest.approx(shares, rel=1e-12)
    np.testing.assert_allclose(ours.confusion, sk.confusion_matrix(y, called, sample_weight=w), rtol=1e-12)


def test_each_class_is_judged_against_the_rest():
    y, p = simulated()
    w = np.random.default_rng(1).integers(1, 4, y.size)
    for k, own in enumerate(evaluate(y, p, w).per_class):
        truth, called = y == k, p.argmax(axis=1) == k
        assert own.auc == roc_auc(truth, p[:, k], w)
        assert own.brier.value == pytest.approx(brier_score(truth, p[:, k], w).value, rel=1e-12)
        assert own.log_loss.value == pytest.approx(log_loss(truth, p[:, k], w).value, rel=1e-12)
        assert own.f1 == f_beta(truth, called, w)
        assert own.calibration_error.value == calibration_error(truth, p[:, k], w).value
        assert (own.name, own.events) == (str(k), w[truth].sum())
        assert own.mean_predicted == pytest.approx(np.average(p[:, k], weights=w), rel=1e-12)


def test_the_auc_of_hand_and_till_is_the_mean_over_pairs():
    y, p = simulated()
    assert evaluate(y, p).hand_till_auc.value == pytest.approx(
        sk.roc_auc_score(y, p, multi_class="ovo"), rel=1e-12
    )
    w = np.random.default_rng(1).integers(0, 4, y.size)
    copies = np.repeat(np.arange(y.size), w)
    expected = sk.roc_auc_score(y[copies], p[copies], multi_class="ovo")
    assert evaluate(y, p, w).hand_till_auc.value == pytest.approx(expected, rel=1e-12)
    # For two classes the variance is DeLong's.
    two = (y < 2) & (p[:, 2:].sum(axis=1) < 0.9)
    q = p[two][:, :2] / p[two][:, :2].sum(axis=1, keepdims=True)
    three = np.column_stack([q, np.zeros(q.shape[0])])
    ours = evaluate(y[two], three).hand_till_auc
    value, variance = delong(forecasts(y[two], q[:, 1]))
    assert ours.value == pytest.approx(value, rel=1e-12)
    low, high = (np.log(v / (1 - v)) for v in (ours.low, ours.high))
    assert (high - low) / 2 * value * (1 - value) / np.sqrt(variance) == pytest.approx(1.97, abs=0.005)


def test_top_label_and_class_wise_calibration_errors_are_those_of_the_parts():
    y, p = simulated()
    result = evaluate(y, p)
    top = calibration_error(p.argmax(axis=1) == y, p.max(axis=1))
    assert result.top_calibration_error == top
    mean = np.mean([own.calibration_error.value for own in result.per_class])
    assert result.calibration_error.value == pytest.approx(mean, rel=1e-12)
    assert "expected if calibrated" in result.calibration_error.method


@pytest.fixture(scope="module")
def jackknife():
    """Everyone's evaluation, and those without each row in turn."""
    y, p = simulated(160, 3)
    return evaluate(y, p), [evaluate(np.delete(y, i), np.delete(p, i, axis=0)) for i in range(160)]


@pytest.mark.parametrize(
    "score",
    [
        lambda r: r.macro.auc,
        lambda r: r.macro.average_precision,
        lambda r: r.macro.precision,
        lambda r: r.macro.f1,
        lambda r: r.micro.auc,
        lambda r: r.micro.average_precision,
        lambda r: r.kappa,
        lambda r: r.matthews,
        lambda r: r.hand_till_auc,
    ],
    ids=["AUC", "AP", "precision", "F1", "micro AUC", "micro AP", "kappa", "matthews", "Hand-Till"],
)
def test_intervals_have_the_width_of_the_jackknife(jackknife, score):
    everyone, left_out = jackknife
    own = score(everyone)
    without = np.array([score(r).value for r in left_out])
    # The intervals are not symmetric about the value, but as wide as t standard errors.
    assert (own.high - own.low) / 2 / np.sqrt(159 * without.var()) == pytest.approx(1.98, rel=0.12)
    assert own.low < own.value < own.high


def test_intervals_hold_the_truth():
    truth, held = evaluate(*simulated(60_000, 3, seed=99)), np.zeros(18)
    for seed in range(100):
        got = evaluate(*simulated(150, 3, seed=seed))
        held += [e.low <= t.value <= e.high for e, t in zip(numbers(got), numbers(truth), strict=True)]
    assert held.min() > 87  # of 100: 3.7 standard errors below 95
    assert held.mean() == pytest.approx(95, abs=2.5)


def test_names_of_classes_are_free_and_their_order_changes_nothing():
    y, p = simulated()
    names = np.array(["low", "mid", "high", "top"])
    order = [2, 0, 3, 1]
    plain = evaluate(y, p)
    named = ogive.evaluate(names[y], p[:, order], classes=names[order])
    assert [own.name for own in named.per_class] == ["high", "low", "top", "mid"]
    for one, other in zip(numbers(plain), numbers(named), strict=True):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), rel=1e-9)
    assert named.per_class[1].auc == plain.per_class[0].auc


def test_weights_are_repeated_rows_and_order_does_not_matter():
    y, p = simulated()
    rng = np.random.default_rng(3)
    w = rng.integers(0, 4, y.size)
    copies = rng.permutation(np.repeat(np.arange(y.size), w))
    for one, other in zip(numbers(evaluate(y, p, w)), numbers(evaluate(y[copies], p[copies])), strict=True):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), rel=1e-8)


def test_sampling_weights_change_intervals_not_values():
    y, p = simulated()
    w = np.random.default_rng(3).exponential(1, y.size) + 0.2
    frequencies, sampled, scaled = (
        evaluate(y, p, x) for x in (w, SamplingWeights(w), SamplingWeights(9 * w))
    )
    equal, plain = evaluate(y, p, SamplingWeights(np.full(y.size, 3.0))), evaluate(y, p)
    for a, b, c in zip(numbers(frequencies), numbers(sampled), numbers(scaled), strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-9)
        assert b.high - b.low > a.high - a.low
        assert (b.low, b.high) == pytest.approx((c.low, c.high), rel=1e-9)
    for a, b in zip(numbers(equal), numbers(plain), strict=True):
        assert (a.low, a.high) == pytest.approx((b.low, b.high), rel=0.01)


def test_classes_that_do_not_occur_or_are_never_predicted_are_named():
    y, p = simulated(200)
    y = np.where(y == 3, 0, y)
    p = np.column_stack([p[:, :2], p[:, 2] / 1000, p[:, 3]])
    p /= p.sum(axis=1, keepdims=True)
    result = evaluate(np.array(list("abcd"))[y], p, classes=["a", "b", "c", "d"])
    assert result.per_class[3].auc is None
    assert result.per_class[3].note.startswith("No row has it")
    assert result.per_class[2].precision is None
    assert "No row has d, so the macro averages are over the other 3." in result.macro.note
    assert "c is never predicted; its precision counts as 0" in result.notes[0]
    shares = sk.precision_recall_fscore_support(
        y, p.argmax(axis=1), labels=[0, 1, 2], average="macro", zero_division=0
    )
    macro = result.macro
    assert [macro.precision.value, macro.recall.value, macro.f1.value] == pytest.approx(shares[:3], rel=1e-12)
    one = evaluate(np.zeros(50, dtype=int), simulated(50)[1])
    assert (one.hand_till_auc, one.macro.auc, one.micro.auc.low is None) == (None, None, False)
    assert one.kappa.low is None


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_few_rows_are_judged_without_a_word_too_much(rows):
    y, p = simulated(rows)
    result = evaluate(y, p)
    assert decode(encode(result), MulticlassEvaluation) == result
    for found in numbers(result):
        assert found is None or found.low is not None or found.method.startswith("no interval: ")


def test_what_had_probability_zero_and_happened_makes_the_loss_infinite():
    y, p = simulated(100)
    p[0] = np.eye(4)[(y[0] + 1) % 4]
    result = evaluate(y, p)
    assert result.log_loss.low is None
    assert "infinite" in result.notes[0]
    assert np.isfinite(result.log_loss.value)


def test_an_evaluation_survives_its_file_and_shows_itself():
    result = evaluate(*simulated())
    assert decode(encode(result), MulticlassEvaluation) == result
    assert repr(result).startswith("400 rows of 4 classes\n  accuracy")


P = [[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p": [[0.5, 0.3, 0.3], [0.2, 0.3, 0.5]]}, "p does not add up to 1 in 1 of 2 rows, first to 1.1"),
        ({"p": [[2.0, 0.3, -0.3], [0.2, 0.3, 0.5]]}, "p is not between 0 and 1 in 1 of 2 rows, first 2"),
        ({"p": [[np.nan, 0.3, 0.2], [0.2, 0.3, 0.5]]}, "p is missing or infinite in 1 of 2 rows"),
        ({"y": [0, 3]}, "y must be the number of the class, from 0 to 2; got 3"),
        ({"y": [0, 1, 2]}, "p has 2 rows and y has 3 values"),
        ({"y": ["a", "z"], "classes": ["a", "b", "c"]}, "y holds 'z', which is not among the classes"),
        ({"classes": ["a", "b"]}, "classes has 2 names, and p has 3 columns"),
        ({"classes": ["a", "b", "a"]}, "classes names a column twice"),
        ({"sample_weight": [1, -1]}, "sample_weight is negative in 1 of 2 rows"),
        ({"sample_weight": [0, 0]}, "sample_weight is 0 in every row"),
        ({"by": ["a", "b"]}, "by needs one outcome"),
    ],
)
def test_unusable_input_is_refused(change, message):
    with pytest.raises(InputError, match=re.escape(message)) as error:
        evaluate(**({"y": [0, 1], "p": P} | change))
    assert error.value.remedies


@pytest.mark.parametrize("name", ["10", "100"])
def test_softmax_outputs_of_a_network(shared_data, name):
    file = np.load(shared_data / f"calibration/nn_softmax_wideresnet-16-4-cifar-{name}.npz")
    y, p = file["ground_truth"].ravel().astype(int)[:4000], file["predictions"][:4000].astype(float)
    result, called = evaluate(y, p), p.argmax(axis=1)
    p = p / p.sum(axis=1, keepdims=True)
    assert result.accuracy.value == np.mean(called == y)
    assert result.macro.f1.value == pytest.approx(sk.f1_score(y, called, average="macro"), rel=1e-12)
    assert result.macro.auc.value == pytest.approx(sk.roc_auc_score(y, p, multi_class="ovr"), rel=1e-5)
    if name == "10":  # scikit-learn takes every pair by itself
        expected = sk.roc_auc_score(y, p, multi_class="ovo")
        assert result.hand_till_auc.value == pytest.approx(expected, rel=1e-5)
    # The network is known to be too sure of itself.
    assert result.top_calibration_error.value > 5 * result.top_calibration_error.expected
    assert result.top_calibration_error.p_value < 0.01
