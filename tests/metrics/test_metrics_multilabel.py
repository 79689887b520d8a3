"""Several labels: values of scikit-learn, rankings counted by hand, variances of the jackknife, and invariances."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from ogive import InputError
from ogive._base import decode, encode
from ogive.functions import sigmoid
from ogive.metrics import (
    MultilabelEvaluation,
    SamplingWeights,
    average_precision,
    calibration_error,
    evaluate,
    f_beta,
    roc_auc,
)
from ogive.metrics.multilabel import ranking


def simulated(n=300, labels=5, seed=0):
    rng = np.random.default_rng(seed)
    eta = rng.normal(0, 1, (n, 1)) + rng.normal(0, 1.2, (n, labels)) - np.linspace(0.2, 1.5, labels)
    y = (rng.random(eta.shape) < sigmoid(eta)).astype(int)
    return y, np.clip(sigmoid(eta + rng.normal(0, 0.5, eta.shape)).round(2), 0.01, 0.99)


def numbers(result):
    """All values of an evaluation, in a fixed order."""
    found = [result.subset_accuracy, result.hamming_loss, result.log_loss, result.brier]
    found += [result.ranking_average_precision, result.ranking_loss, result.coverage_error]
    for part in (result.macro, result.micro):
        found += [part.auc, part.average_precision, part.precision, part.recall, part.f1]
    return found


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("threshold", [0.5, (0.6, 0.5, 0.4, 0.3, 0.2)])
def test_values_are_those_of_scikit_learn(weighted, threshold):
    y, p = simulated()
    w = np.random.default_rng(1).integers(1, 4, y.shape[0]) if weighted else None
    ours, called = evaluate(y, p, w, threshold=threshold), (p >= np.array(threshold)).astype(int)
    expected = {
        "subset_accuracy": sk.accuracy_score(y, called, sample_weight=w),
        "hamming_loss": sk.hamming_loss(y, called, sample_weight=w),
        "log_loss": np.mean([sk.log_loss(y[:, j], p[:, j], sample_weight=w) for j in range(5)]),
        "brier": np.mean([sk.brier_score_loss(y[:, j], p[:, j], sample_weight=w) for j in range(5)]),
        "ranking_average_precision": sk.label_ranking_average_precision_score(y, p, sample_weight=w),
        "ranking_loss": sk.label_ranking_loss(y, p, sample_weight=w),
        "coverage_error": sk.coverage_error(y, p, sample_weight=w),
    }
    for name, value in expected.items():
        assert getattr(ours, name).value == pytest.approx(value, rel=1e-12), name
    assert ours.cardinality == pytest.approx(np.average(y.sum(axis=1), weights=w), rel=1e-12)
    for name in ("macro", "micro"):
        part = getattr(ours, name)
        auc = sk.roc_auc_score(y, p, average=name, sample_weight=w)
        area = sk.average_precision_score(y, p, average=name, sample_weight=w)
        shares = sk.precision_recall_fscore_support(y, called, average=name, sample_weight=w)[:3]
        found = (part.auc, part.average_precision, part.precision, part.recall, part.f1)
        assert [e.value for e in found] == pytest.approx([auc, area, *shares], rel=1e-12)


def test_each_label_is_judged_alone():
    y, p = simulated()
    limits = [0.6, 0.5, 0.4, 0.3, 0.2]
    for j, own in enumerate(evaluate(y, p, threshold=limits, classes=list("abcde")).per_label):
        assert (own.name, own.threshold) == ("abcde"[j], limits[j])
        assert own.auc == roc_auc(y[:, j], p[:, j])
        assert own.average_precision == average_precision(y[:, j], p[:, j])
        assert own.f1 == f_beta(y[:, j], p[:, j], threshold=limits[j])
        assert own.calibration_error.value == calibration_error(y[:, j], p[:, j]).value


@given(
    st.lists(
        st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=4, max_size=4), min_size=1, max_size=6
    )
)
@settings(max_examples=60)
def test_rankings_are_those_counted_by_hand(rows):
    y, p = (np.array([[cell[k] for cell in row] for row in rows]) for k in (0, 1))
    precision, loss, depth = ranking(y, p / 4)
    for i in range(y.shape[0]):
        own = np.flatnonzero(y[i])
        above = [np.flatnonzero(p[i] >= p[i, j]) for j in own]
        pairs = own.size * (4 - own.size)
        shares = [y[i, k].mean() for k in above]
        wrong = sum((~y[i, k]).sum() for k in above)
        assert precision[i] == pytest.approx(np.mean(shares) if pairs else 1.0)
        assert loss[i] == pytest.approx(wrong / pairs if pairs else 0.0)
        assert depth[i] == max((k.size for k in above), default=0)


@pytest.fixture(scope="module")
def jackknife():
    """Everyone's evaluation, and those without each row in turn."""
    rows = simulated(150, 3)
    return evaluate(*rows), [evaluate(*(np.delete(part, i, axis=0) for part in rows)) for i in range(150)]


@pytest.mark.parametrize("part", ["macro", "micro"])
@pytest.mark.parametrize("name", ["auc", "average_precision", "precision", "recall", "f1"])
def test_intervals_have_the_width_of_the_jackknife(jackknife, part, name):
    everyone, left_out = jackknife
    own = getattr(getattr(everyone, part), name)
    without = np.array([getattr(getattr(r, part), name).value for r in left_out])
    # The intervals are not symmetric about the value, but as wide as t standard errors.
    assert (own.high - own.low) / 2 / np.sqrt(149 * without.var()) == pytest.approx(1.98, rel=0.08)
    assert own.low < own.value < own.high


def test_intervals_hold_the_truth():
    truth, held = evaluate(*simulated(60_000, 3, seed=99)), np.zeros(17)
    for seed in range(100):
        got = evaluate(*simulated(150, 3, seed=seed))
        held += [e.low <= t.value <= e.high for e, t in zip(numbers(got), numbers(truth), strict=True)]
    assert held.min() > 87  # of 100: 3.7 standard errors below 95
    assert held.mean() == pytest.approx(95, abs=2.5)


def test_weights_are_repeated_rows_and_order_changes_nothing():
    y, p = simulated()
    rng = np.random.default_rng(3)
    w = rng.integers(0, 4, y.shape[0])
    copies = rng.permutation(np.repeat(np.arange(y.shape[0]), w))
    columns = [3, 0, 4, 1, 2]
    moved = evaluate(y[copies][:, columns], p[copies][:, columns])
    for one, other in zip(numbers(evaluate(y, p, w)), numbers(moved), strict=True):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), rel=1e-8)


def test_sampling_weights_change_intervals_not_values():
    y, p = simulated()
    w = np.random.default_rng(3).exponential(1, y.shape[0]) + 0.2
    frequencies, sampled, scaled = (
        evaluate(y, p, x) for x in (w, SamplingWeights(w), SamplingWeights(9 * w))
    )
    for a, b, c in zip(numbers(frequencies), numbers(sampled), numbers(scaled), strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-9)
        assert b.high - b.low > a.high - a.low
        assert (b.low, b.high) == pytest.approx((c.low, c.high), rel=1e-9)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_few_rows_are_judged_without_a_word_too_much(rows):
    result = evaluate(*simulated(rows))
    assert decode(encode(result), MultilabelEvaluation) == result
    for found in numbers(result):
        assert found is None or found.low is not None or found.method.startswith("no interval: ")


def test_labels_without_two_classes_are_named():
    y, p = simulated()
    y[:, 1], y[:, 3] = 0, 1
    result = evaluate(y, p, classes=["rock", "pop", "jazz", "folk", "punk"])
    none, always = result.per_label[1], result.per_label[3]
    assert (none.auc, none.recall, always.auc) == (None, None, None)
    assert none.note.startswith("No row has it") and always.note.startswith("Every row has it")
    assert "No row has pop, so the macro averages are over the other 4." in result.notes[0]
    assert "Every row has folk" in result.macro.note
    both = [0, 2, 4]
    assert result.macro.auc.value == pytest.approx(sk.roc_auc_score(y[:, both], p[:, both]), rel=1e-12)


def test_rows_that_look_like_classes_are_pointed_out():
    truth = np.eye(3, dtype=int)[[0, 1, 2, 1, 0]]
    p = np.full((5, 3), 0.2) + 0.4 * truth
    assert any("these may be classes" in note for note in evaluate(truth, p).notes)
    assert not any("classes" in note for note in evaluate(*simulated()).notes)


def test_an_evaluation_survives_its_file_and_shows_itself():
    result = evaluate(*simulated())
    assert decode(encode(result), MultilabelEvaluation) == result
    assert repr(result).startswith("300 rows, 5 labels, ")
    certain = evaluate([[0, 1], [1, 0]], [[0.0, 1.0], [0.0, 0.5]])
    assert certain.log_loss.low is None and "infinite" in certain.notes[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p": [[0.5], [0.2]]}, "y and p must have one column a label each; got shapes (2, 2) and (2, 1)"),
        ({"p": [0.5, 0.2]}, "p must have one row each and one column a class or label; got shape (2,)"),
        ({"y": [[0, 2], [1, 0]]}, "y must be 0 or 1 for each label"),
        ({"y": [["a", "b"], ["b", "a"]]}, "y must be 0 or 1 for each label"),
        (
            {"threshold": [0.5, 0.5, 0.5]},
            "threshold must be a number between 0 and 1, or one for each of 2 labels",
        ),
        ({"threshold": 2}, "threshold must be a number between 0 and 1"),
        ({"by": ["a", "b"]}, "by needs one outcome"),
    ],
)
def test_unusable_input_is_refused(change, message):
    with pytest.raises(InputError, match=re.escape(message)) as error:
        evaluate(**({"y": [[0, 1], [1, 0]], "p": [[0.4, 0.6], [0.7, 0.2]]} | change))
    assert error.value.remedies


def test_emotions_in_music(shared_data):
    """A nearest-neighbour model of a real set, judged on its own test part."""
    from sklearn.neighbors import KNeighborsClassifier

    def read(part):
        lines = (shared_data / f"multilabel/emotions/emotions-{part}.arff").read_text().splitlines()
        start = next(i for i, line in enumerate(lines) if line.strip().lower() == "@data")
        rows = np.array([[float(v) for v in line.split(",")] for line in lines[start + 1 :] if line.strip()])
        return rows[:, :-6], rows[:, -6:].astype(int)

    (x, y), (test_x, test_y) = read("train"), read("test")
    scale = x.std(axis=0)
    found = KNeighborsClassifier(15).fit(x / scale, y).predict_proba(test_x / scale)
    p = np.column_stack([label[:, 1] for label in found])
    result, called = evaluate(test_y, p), p >= 0.5
    assert result.micro.f1.value == pytest.approx(sk.f1_score(test_y, called, average="micro"), rel=1e-12)
    assert result.macro.auc.value == pytest.approx(sk.roc_auc_score(test_y, p), rel=1e-12)
    assert result.ranking_loss.value == pytest.approx(sk.label_ranking_loss(test_y, p), rel=1e-12)
    assert 0.6 < result.macro.auc.low < result.macro.auc.value < result.macro.auc.high < 0.95
