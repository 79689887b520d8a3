"""What every binary calibrator keeps, whichever they are: they are found, not listed."""

from __future__ import annotations

import inspect
import itertools
import json
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive import InputError, calibration
from ogive._kernels import set_thread_count
from ogive.calibration import BinaryCalibrator, load, save, to_bytes
from ogive.functions import logit, sigmoid
from ogive.metrics import SamplingWeights


def found():
    """Every public binary calibrator, with every choice of its switches."""
    classes = [value for value in vars(calibration).values() if inspect.isclass(value)]
    for kind in classes:
        if not issubclass(kind, BinaryCalibrator) or inspect.isabstract(kind):
            continue
        options = inspect.signature(kind).parameters.values()
        switches = [option.name for option in options if isinstance(option.default, bool)]
        for values in itertools.product([False, True], repeat=len(switches)):
            chosen = dict(zip(switches, values, strict=True))
            yield pytest.param(lambda k=kind, c=chosen: k(**c), id=repr(kind(**chosen)))


CALIBRATORS = list(found())
each = pytest.mark.parametrize("make", CALIBRATORS)


def scores_of(calibrator, p):
    """Probabilities on the scale that a calibrator takes."""
    return logit(p) if calibrator.logits else np.asarray(p)


def draw(n, seed=0, stretch=2.0, digits=None):
    """True probabilities, scores whose log-odds are `stretch` times theirs, outcomes."""
    rng = np.random.default_rng(seed)
    z = rng.normal(-0.5, 1.2, n)
    score = sigmoid(stretch * z)
    if digits is not None:
        score = np.clip(np.round(score, digits), 10.0**-digits, 1 - 10.0**-digits)
    return sigmoid(z), score, (rng.random(n) < sigmoid(z)).astype(float)


def grid(calibrator):
    """Scores from end to end, far beyond what was learnt from."""
    inner = np.linspace(0, 1, 1001)
    return np.sort(np.append(logit(inner[1:-1]), [-1e3, -50, 50, 1e3])) if calibrator.logits else inner


def test_the_contract_covers_what_is_there():
    names = {case.id for case in CALIBRATORS}
    assert {"PlattScaling()", "IsotonicCalibration(logits=True, centred=True)", "VennAbers()"} <= names


@each
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_rows_give_an_increasing_function_into_the_unit_interval(make, data):
    n = data.draw(st.integers(2, 30))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    y = np.append([0.0, 1.0], rng.integers(0, 2, n - 2))
    calibrator = make()
    places = rng.choice([0.0, 1e-9, 0.1, 0.3, 0.5, 0.7, 1.0], n) if rng.random() < 0.5 else rng.random(n)
    scores = 20 * places - 10 if calibrator.logits else places
    p = calibrator.fit(scores, y, rng.integers(1, 4, n)).transform(grid(calibrator))
    assert p.dtype == float and p.shape == grid(calibrator).shape
    assert (p >= 0).all() and (p <= 1).all()
    assert (np.diff(p) >= -1e-15).all()


@each
def test_a_file_gives_the_same_bits_and_is_readable(make, tmp_path):
    calibrator = make()
    _, score, y = draw(500, digits=3)
    calibrator.fit(scores_of(calibrator, score), y)
    path = tmp_path / "calibrator.json"
    save(calibrator, path)
    again = load(path)
    assert type(again) is type(calibrator) and repr(again) == repr(calibrator)
    assert again.transform(grid(calibrator)).tobytes() == calibrator.transform(grid(calibrator)).tobytes()
    assert to_bytes(again) == to_bytes(calibrator) == path.read_bytes()
    content = json.loads(path.read_text(encoding="utf-8"))
    assert list(content)[:5] == ["format", "version", "ogive", "checksum", "method"]
    assert content["format"] == "ogive calibrator"
    assert content["method"] == calibrator.method
    assert content["logits"] is calibrator.logits
    assert content["classes"] == 2


@each
def test_weights_are_repeated_rows_and_the_order_of_rows_is_forgotten(make):
    calibrator = make()
    _, score, y = draw(300, seed=1, digits=2)
    x = scores_of(calibrator, score)
    rng = np.random.default_rng(2)
    weight = rng.integers(0, 4, y.size)
    expected = to_bytes(calibrator.fit(x, y, weight))
    assert to_bytes(make().fit(np.repeat(x, weight), np.repeat(y, weight))) == expected
    order = rng.permutation(y.size)
    assert to_bytes(make().fit(x[order], y[order], weight[order])) == expected


@each
def test_sampling_weights_have_no_scale_and_count_as_the_rows_that_tell_as_much(make):
    _, p, y = draw(400, digits=2)
    calibrator = make()
    x, weight = scores_of(calibrator, p), np.random.default_rng(1).choice([1.0, 4.0], y.size)
    expected = calibrator.fit(x, y, weight * (weight.sum() / np.sum(weight**2))).transform(x)
    one, other = (make().fit(x, y, SamplingWeights(weight * scale)) for scale in (1, 1024))
    assert to_bytes(one) == to_bytes(other)
    np.testing.assert_allclose(one.transform(x), expected, rtol=1e-7)
    assert to_bytes(make().fit(x, y, SamplingWeights(np.full(y.size, 8.0)))) == to_bytes(make().fit(x, y))
    with pytest.raises(InputError, match="sample_weight is negative in 1"):
        make().fit([0.2, 0.4], [0, 1], SamplingWeights([1, -1]))


@each
def test_a_known_distortion_is_undone(make):
    calibrator = make()
    true, score, y = draw(20_000, seed=3)
    calibrated = calibrator.fit(scores_of(calibrator, score), y).transform(scores_of(calibrator, score))
    assert np.abs(score - true).mean() > 0.1
    assert np.abs(calibrated - true).mean() < 0.015


@each
def test_the_number_of_threads_changes_nothing(make):
    calibrator = make()
    _, score, y = draw(100_000, seed=4)
    files = set()
    for count in (1, 2, 5):
        set_thread_count(count)
        files.add(to_bytes(calibrator.fit(scores_of(calibrator, score), y)))
    set_thread_count(None)
    assert len(files) == 1


@each
def test_constant_scores_get_about_the_prevalence(make):
    calibrator = make()
    y = np.repeat([0.0, 1.0], [60, 20])
    calibrator.fit(scores_of(calibrator, np.full(80, 0.3)), y)
    (p,) = calibrator.transform(scores_of(calibrator, np.array([0.3])))
    assert p == pytest.approx(0.25, abs=0.01)


@each
def test_ranks_that_are_the_wrong_way_round_are_not_reversed(make):
    calibrator = make()
    _, score, y = draw(2000, seed=5)
    p = calibrator.fit(scores_of(calibrator, 1 - score), y).transform(scores_of(calibrator, [0.2, 0.5, 0.8]))
    assert (np.diff(p) >= 0).all()


@each
def test_separated_classes_have_an_answer(make):
    calibrator = make()
    score, y = np.linspace(0.02, 0.98, 40), np.repeat([0.0, 1.0], 20)
    p = calibrator.fit(scores_of(calibrator, score), y).transform(scores_of(calibrator, score))
    assert p[:10].max() < 0.15 and p[30:].min() > 0.85


@each
def test_it_can_be_pickled(make):
    calibrator = make()
    _, score, y = draw(100)
    x = scores_of(calibrator, score)
    again = pickle.loads(pickle.dumps(calibrator.fit(x, y)))
    np.testing.assert_array_equal(again.transform(x), calibrator.transform(x))


@each
@pytest.mark.parametrize(
    ("scores", "y", "weight", "message"),
    [
        ([0.2, 0.4], [1, 1], None, "every row has y = 1"),
        ([0.2, 0.4], [0, 1], [1, 0], "every row has y = 0"),
        ([0.2, np.nan, np.nan], [0, 1, 0], None, "scores is missing or infinite in 2 of 3 rows"),
        ([0.2, np.inf], [0, 1], None, "scores is missing or infinite in 1 of 2"),
        ([0.2, 0.4, 0.5], [0, 1], None, "scores has 3 values and y has 2"),
        ([0.2, 0.4], [0, 2], None, "y must be 0 or 1"),
        ([0.2, 0.4], [0, np.nan], None, "y is missing"),
        ([0.2, 0.4], [0, 1], [1, -1], "sample_weight is negative in 1"),
        ([0.2, 0.4], [0, 1], [0, 0], "sample_weight is 0 in every row"),
        ([0.2, 0.4], [0, 1], [1], "sample_weight has 1 values"),
        ([], [], None, "at least one value"),
        ([[[0.2]], [[0.8]]], [0, 1], None, "one-dimensional"),
        (["a", "b"], [0, 1], None, "scores must be numbers"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(make, scores, y, weight, message):
    with pytest.raises(InputError, match=message) as caught:
        make().fit(scores, y, weight)
    assert caught.value.remedies


@each
def test_scores_that_are_no_probabilities_are_asked_whether_they_are_log_odds(make):
    calibrator = make()
    if calibrator.logits:
        calibrator.fit([-2.0, 3.0], [0, 1])
        return
    with pytest.raises(InputError, match=r"in 1 of 2 rows, first -2\. Are they log-odds") as caught:
        calibrator.fit([-2.0, 0.5], [0, 1])
    assert "logits=True" in str(caught.value)
    with pytest.raises(InputError, match="log-odds"):
        calibrator.fit([0.1, 0.9], [0, 1]).transform([1.5])


@each
def test_transform_wants_one_usable_score_a_row_of_a_fitted_calibrator(make):
    calibrator = make()
    with pytest.raises(InputError, match="has not learnt"):
        calibrator.transform([0.5])
    with pytest.raises(InputError, match="has not learnt"):
        to_bytes(calibrator)
    calibrator.fit([0.1, 0.9], [0, 1])
    with pytest.raises(InputError, match="1 of 2 rows"):
        calibrator.transform([0.5, np.nan])
    with pytest.raises(InputError, match="3 columns"):
        calibrator.transform([[0.1, 0.2, 0.7]])
