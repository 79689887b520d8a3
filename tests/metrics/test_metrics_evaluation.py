"""All scores at once: consistency, invariances, the file format and unusable input."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive import InputError
from ogive._base import decode, encode
from ogive._kernels import set_thread_count
from ogive.functions import sigmoid
from ogive.metrics import (
    Evaluation,
    average_precision,
    brier_score,
    calibration_line,
    confusion,
    evaluate,
    log_loss,
    precision_recall_curve,
    reliability_curve,
    roc_auc,
    roc_curve,
    score_histogram,
    scores,
)


@st.composite
def samples(draw):
    """Rows with both classes, many ties, certain forecasts now and then, and whole weights."""
    rows = draw(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 16), st.integers(1, 3)), max_size=40))
    rows += [(0, draw(st.integers(0, 16)), 1), (1, draw(st.integers(0, 16)), 1)]
    y, p, w = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return y, p / 16, w


def close(a, b):
    """Compare two evaluations number by number."""
    left, right = encode(a).decode().split("\n"), encode(b).decode().split("\n")
    assert len(left) == len(right)
    for one, other in zip(left, right, strict=True):
        try:
            numbers = [float(line.split(":")[-1].strip(" ,")) for line in (one, other)]
        except ValueError:
            assert one == other
        else:
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-8, abs=1e-10)


def test_parts_are_those_of_the_single_functions(metrics_cases):
    for case in metrics_cases:
        y, p, w = case.rows
        result = evaluate(y, p, w, threshold=0.4, level=0.9)
        assert result.auc == roc_auc(y, p, w, level=0.9)
        assert result.average_precision == average_precision(y, p, w, level=0.9)
        close(result.log_loss, log_loss(y, p, w, level=0.9))
        close(result.brier, brier_score(y, p, w, level=0.9))
        assert result.calibration == calibration_line(y, p, w, level=0.9)
        assert result.confusion == confusion(y, p, w, threshold=0.4, level=0.9)
        assert result.roc == roc_curve(y, p, w, level=0.9)
        assert result.precision_recall == precision_recall_curve(y, p, w, level=0.9)
        assert result.reliability == reliability_curve(y, p, w, level=0.9)
        assert result.histogram == score_histogram(y, p, w)
        assert (result.count, result.events) == (case["n"], case["events"])
        plain = scores(y, p, w)
        for name in ("auc", "average_precision", "log_loss", "brier"):
            assert getattr(plain, name) == getattr(result, name).value
        assert plain.intercept == result.calibration.intercept.value
        assert plain.slope == result.calibration.slope.value


@given(samples())
@settings(max_examples=60)
def test_an_evaluation_is_finite_ordered_and_survives_its_file(sample):
    result = evaluate(*sample)
    assert decode(encode(result), Evaluation) == result
    for estimate, most in (
        (result.auc, 1),
        (result.average_precision, 1),
        (result.brier, 1),
        (result.log_loss, np.inf),
    ):
        assert 0 <= estimate.value <= most
        if estimate.low is None:
            assert estimate.method.startswith("no interval: ")
        else:
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= most


@given(samples(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_order_of_rows_and_copies_against_weights_change_nothing(sample, random):
    y, p, w = sample
    order = list(range(y.size))
    random.shuffle(order)
    assert evaluate(y[order], p[order], w[order]) == evaluate(y, p, w)
    copies = np.repeat(np.arange(y.size), w.astype(int))
    assert evaluate(y[copies], p[copies]) == evaluate(y, p, w)
    unseen = np.append(w, 0.0)
    assert evaluate(np.append(y, 1), np.append(p, 0.123), unseen) == evaluate(y, p, w)


@given(samples())
@settings(max_examples=40)
def test_increasing_functions_of_p_leave_ranking_scores(sample):
    y, p, w = sample
    other = p**2 / 2 + 0.1
    assert roc_auc(y, other, w) == roc_auc(y, p, w)
    assert average_precision(y, other, w) == average_precision(y, p, w)
    assert roc_curve(y, other, w).sensitivity == roc_curve(y, p, w).sensitivity


@given(samples())
@settings(max_examples=40)
def test_swapping_the_classes_mirrors_the_scores(sample):
    y, p, w = sample
    here, there = evaluate(y, p, w), evaluate(1 - y, 1 - p, w)
    close(here.auc, there.auc)
    close(here.log_loss, there.log_loss)
    close(here.brier, there.brier)
    line, mirrored = here.calibration, there.calibration
    assert mirrored.intercept.value == pytest.approx(-line.intercept.value, rel=1e-6, abs=1e-7)
    assert (line.slope is None) == (mirrored.slope is None)
    if line.slope is not None:
        assert mirrored.slope.value == pytest.approx(line.slope.value, rel=1e-6)
    assert sum(here.histogram.positive) == sum(there.histogram.negative)


def test_fractional_weights_scale_values_not_at_all_and_intervals_by_their_sum():
    rng = np.random.default_rng(11)
    p = rng.random(300)
    y = rng.random(300) < p
    w = rng.random(300) + 0.5
    one, four = evaluate(y, p, w), evaluate(y, p, 4 * w)
    for name in ("auc", "average_precision", "brier", "log_loss"):
        a, b = getattr(one, name), getattr(four, name)
        assert a.value == pytest.approx(b.value, rel=1e-12)
        assert (a.high - a.low) / (b.high - b.low) == pytest.approx(2, rel=0.02)


def test_other_number_types_give_the_same_answer():
    y, p = [0, 1, 0, 1], [0.25, 0.5, 0.625, 0.75]
    expected = evaluate(y, p)
    assert evaluate(np.array(y, dtype=bool), np.array(p, dtype=np.float32)) == expected
    assert evaluate(np.array(y, dtype=np.int8), tuple(p)) == expected
    assert evaluate([0, 1], [-0.0, 0.0]).auc.value == 0.5


def test_notes_tell_of_certain_forecasts_that_failed():
    notes = evaluate([0, 1, 0, 1], [1.0, 1.0, 0.3, 0.4]).notes
    assert notes[0].startswith("A probability of exactly 0 or 1 turned out wrong in 1 of 4 rows")
    assert "in 2 of 4 rows, where log-odds are infinite" in notes[1]
    assert evaluate([0, 1, 0, 1], [0.3, 0.4, 0.35, 0.2]).notes == ()


@pytest.mark.parametrize(
    ("y", "p", "w", "expected"),
    [
        ([0, 2], [0.1, 0.2], None, "y must be 0 or 1; got 2"),
        ([0, np.nan], [0.1, 0.2], None, "y is missing or infinite in 1 of 2 rows"),
        (["no", "yes"], [0.1, 0.2], None, "y must be numbers"),
        ([0, 1], [0.1, 1.2], None, "p is not between 0 and 1 in 1 of 2 rows, first 1.2"),
        ([0, 1], [0.1, np.inf], None, "p is missing or infinite in 1 of 2"),
        ([0, 1], [0.1, 0.2, 0.3], None, "p has 3 values and y has 2"),
        ([0, 1], [[0.9, 0.1], [0.8, 0.2]], None, "one-dimensional"),
        ([], [], None, "at least one value"),
        ([0, 1], [0.1, 0.2], [1, -1], "sample_weight is negative in 1 of 2 rows"),
        ([0, 1], [0.1, 0.2], [1], "sample_weight has 1 values and y has 2"),
        ([0, 1], [0.1, 0.2], [0, 0], "sample_weight is 0 in every row"),
        ([0, 1], [0.1, 0.2], [1, np.nan], "sample_weight is missing or infinite in 1"),
        ([1, 1], [0.1, 0.2], None, "every row has y = 1"),
        ([0, 1], [0.1, 0.2], [1, 0], "every row has y = 0"),
    ],
)
def test_unusable_input_is_refused_with_a_remedy(y, p, w, expected):
    with pytest.raises(InputError, match=re.escape(expected)) as error:
        evaluate(y, p, w)
    assert error.value.remedies


@pytest.mark.parametrize("call", [roc_auc, average_precision, calibration_line, roc_curve, scores])
def test_one_class_is_refused_by_name(call):
    with pytest.raises(InputError, match=call.__name__):
        call([0, 0], [0.1, 0.2])


def test_options_are_checked():
    with pytest.raises(InputError, match="level"):
        roc_auc([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], level=95)
    with pytest.raises(InputError, match="threshold"):
        confusion([0, 1], [0.1, 0.2], threshold=50)
    with pytest.raises(InputError, match="bins"):
        reliability_curve([0, 1], [0.1, 0.2], bins=0)
    with pytest.raises(InputError, match="strategy"):
        reliability_curve([0, 1], [0.1, 0.2], strategy="quantile")


def test_an_evaluation_shows_its_numbers_in_a_few_lines():
    text = repr(evaluate([0, 1, 0, 1, 1, 0, 1, 0], [0.1, 0.8, 0.3, 0.6, 0.9, 0.4, 0.35, 0.2]))
    assert text.startswith("8 rows, 4 with the outcome")
    assert len(text.splitlines()) < 12
    assert "AUC" in text and "calibration slope" in text


def test_a_large_table_gives_the_same_by_any_number_of_threads():
    rng = np.random.default_rng(8)
    z = rng.normal(-1, 1.5, 150_000)
    p, y = sigmoid(1.2 * z), rng.random(z.size) < sigmoid(z)
    found = []
    for threads in (1, 2):
        set_thread_count(threads)
        found.append(evaluate(y, p))
    set_thread_count()
    assert found[0] == found[1]
    assert found[0].auc == roc_auc(y, p)
