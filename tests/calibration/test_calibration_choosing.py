"""The choice among calibrators: what it compares, when it does not, and that it says why."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ogive import InputError
from ogive._base import decode, encode
from ogive.calibration import (
    METHODS,
    Choice,
    IsotonicCalibration,
    OneVsRest,
    PlattScaling,
    Unchanged,
    by_name,
    choose,
)
from ogive.calibration.choosing import CLASSES_ORDER, EVENT_ORDER
from ogive.functions import sigmoid, softmax
from ogive.metrics import SamplingWeights


def world(distort, n=3000, seed=0, centre=0.0):
    """Scores whose log-odds are a function of the true ones, and outcomes."""
    rng = np.random.default_rng(seed)
    z = rng.normal(centre, 1.5, n)
    return sigmoid(distort(z)), (rng.random(n) < sigmoid(z)).astype(int)


@pytest.mark.parametrize(
    ("distort", "methods"),
    [
        (lambda z: z, {"none"}),
        (lambda z: 2.5 * z, {"temperature"}),
        (lambda z: z + 1.5, {"prior shift"}),
        (lambda z: 2 * z - 1, {"platt"}),
        (lambda z: np.where(z > 0, 4 * z, 0.7 * z), {"beta", "spline"}),
        (lambda z: np.sign(z) * np.abs(z) ** 3, {"spline", "centred isotonic"}),
    ],
)
def test_the_simplest_that_fits_is_chosen(distort, methods):
    p, y = world(distort)
    choice = choose(p, y)
    assert choice.method in methods
    assert [c.method for c in choice.candidates] == list(EVENT_ORDER)
    assert choice.rows == 3000 and choice.classes == 2 and not choice.logits
    assert choice.calibrator().method == choice.method


def test_the_rule_is_one_standard_error_of_the_difference():
    choice = choose(*world(lambda z: 1.3 * z, 1200))
    best = min(choice.candidates, key=lambda c: c.log_loss)
    assert best.behind == best.behind_error == 0
    within = [c.method for c in choice.candidates if c.behind <= c.behind_error]
    assert choice.method == within[0]
    for candidate in choice.candidates:
        np.testing.assert_allclose(candidate.behind, candidate.log_loss - best.log_loss, atol=1e-12)
        assert (
            candidate.behind_error < candidate.standard_error
        )  # of the same rows, so much of the noise cancels
    assert best.method in choice.reason or choice.method == best.method
    assert "log loss" in repr(choice)


def test_held_out_rows_have_had_no_say():
    """Scores that say nothing of outcomes: whoever learns their noise pays for it."""
    rng = np.random.default_rng(1)
    choice = choose(rng.random(1500), rng.integers(0, 2, 1500))
    losses = {c.method: c.log_loss for c in choice.candidates}
    assert losses["platt"] == pytest.approx(np.log(2), abs=0.003)
    assert all(loss > np.log(2) - 0.003 for loss in losses.values())


def test_few_rows_are_platt_scaling_and_isotonic_waits_for_a_thousand():
    few = choose(*world(lambda z: 2 * z, 399))
    assert few.method == "platt" and few.candidates == ()
    assert "399 rows" in few.reason and "400" in few.reason
    rare = choose(*world(lambda z: 2 * z, 800, centre=-5))
    assert rare.method == "platt" and "outside the most frequent class" in rare.reason
    some = choose(*world(lambda z: 2 * z, 999))
    assert "centred isotonic" not in [c.method for c in some.candidates]
    assert "Isotonic calibration was not tried" in some.reason
    enough = choose(*world(lambda z: 2 * z, 1000))
    assert "centred isotonic" in [c.method for c in enough.candidates]
    assert "Isotonic" not in enough.reason


def test_a_row_with_a_sampling_weight_is_one_row():
    p, y = world(lambda z: 2 * z, 1500)
    weight = np.random.default_rng(5).uniform(1, 9, y.size)
    choice = choose(p, y, SamplingWeights(weight))
    assert choice == choose(p, y, SamplingWeights(1024 * weight))
    assert choice.rows == pytest.approx(weight.sum() ** 2 / np.sum(weight**2))
    assert choice == choose(p, y, SamplingWeights(weight), groups=np.arange(y.size))


def test_the_same_rows_give_the_same_choice_in_any_order_or_as_weights():
    p, y = world(lambda z: 1.5 * z, 700)
    p = p.round(2)
    weight = np.random.default_rng(2).integers(0, 4, 700)
    rows = np.random.default_rng(3).permutation(np.repeat(np.arange(700), weight))
    assert choose(p[rows], y[rows]) == choose(p, y, weight)
    assert choose(p, y, seed=1) != choose(p, y, seed=2)
    assert choose(p, y, seed=1) == choose(p, y, seed=1)


def test_groups_stay_together_and_count_as_one():
    p, y = world(lambda z: 1.5 * z, 500)
    groups = np.repeat(np.arange(500), 4)
    copies = choose(np.repeat(p, 4), np.repeat(y, 4), groups=groups)
    alone = choose(p, y, groups=np.arange(500))
    rows = choose(np.repeat(p, 4), np.repeat(y, 4))
    for four, one, apart in zip(copies.candidates, alone.candidates, rows.candidates, strict=False):
        assert four.method == one.method
        assert four.standard_error == pytest.approx(one.standard_error, rel=0.2)
        assert apart.standard_error < 0.7 * one.standard_error
    unlucky = choose(p, y, groups=y)
    assert unlucky.method == "platt" and "without one of the classes" in unlucky.reason


def test_several_classes():
    rng = np.random.default_rng(4)
    z = rng.normal(0, 1.5, (1500, 3))
    true = softmax(z)
    y = (rng.random(1500)[:, None] > np.cumsum(true, axis=1)).sum(axis=1).clip(0, 2)
    calibrated, sure = choose(true, y), choose(softmax(2 * z), y)
    assert calibrated.method == "none" and sure.method == "temperature"
    assert {c.method for c in sure.candidates} == set(CLASSES_ORDER)
    assert choose(2 * z, y, logits=True).method == "temperature"
    few = choose(true[:100], y[:100])
    assert few.method == "platt" and isinstance(few.calibrator(), OneVsRest)


def test_a_choice_is_a_record():
    choice = choose(*world(lambda z: 2 * z, 500))
    assert decode(encode(choice), Choice) == choice
    assert json.loads(encode(choice))["method"] == choice.method


def test_names_make_calibrators():
    for method in METHODS:
        assert by_name(method).method == method
        assert not hasattr(by_name(method, logits=True), "slope_")
        assert by_name(method, classes=3).method in {method, "one-vs-rest"}
    assert isinstance(by_name("none"), Unchanged)
    assert isinstance(by_name("isotonic", classes=3).calibrator, IsotonicCalibration)
    assert isinstance(by_name("platt"), PlattScaling)
    with pytest.raises(InputError, match="three classes"):
        by_name("vector")
    with pytest.raises(InputError, match="choose one of none, prior shift"):
        by_name("plat")


def test_unchanged_changes_nothing():
    p = np.array([0.0, 0.3, 1.0])
    np.testing.assert_array_equal(Unchanged().fit(p, [0, 1, 1]).transform(p), p)
    z = np.array([[1.0, 2, 3], [0, 0, 0]])
    np.testing.assert_allclose(Unchanged(logits=True).fit(z, [0, 1]).transform(z), softmax(z))
    np.testing.assert_allclose(Unchanged(logits=True).fit([1.0], [1]).transform([-3.0]), sigmoid(-3.0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.1, 0.2], [0, 0]), "every row has y = 0"),
        (([0.1, 2.2], [0, 1]), "log-odds"),
        (([0.1, np.nan], [0, 1]), "missing"),
        (([0.1, 0.2], [0, 2]), "0 or 1"),
        (([0.1, 0.2], [0, 1], [1.0]), "sample_weight has 1"),
        (([[0.1, 0.2], [0.3, 0.7]], [0, 1]), "add up to 1"),
    ],
)
def test_bad_rows_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        choose(*arguments)


def test_groups_must_be_one_a_row():
    with pytest.raises(InputError, match="groups has 2 values"):
        choose(*world(lambda z: z, 500), groups=[1, 2])
