"""Columns of scores judged, compared, calibrated and decided on, as the metrics would by themselves."""

from __future__ import annotations

import json

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import ogive
from ogive import InputError
from ogive._kernels import sigmoid
from ogive.calibration import PlattScaling, VectorScaling, load
from ogive.decisions import CostMatrix, choose_threshold
from ogive.fitting import stratified_folds
from ogive.metrics import SamplingWeights, compare, evaluate
from ogive.workflow import (
    apply_calibrator,
    calibrate_classes,
    calibrate_scores,
    decide_scores,
    evaluate_classes,
    evaluate_scores,
)

N = 600


@pytest.fixture(scope="module")
def rows():
    """Outcomes, scores that are too extreme, better scores, weights and regions."""
    rng = np.random.default_rng(4)
    z = rng.normal(-0.5, 1.0, N)
    y = (rng.random(N) < sigmoid(z)).astype(float)
    return {
        "y": y,
        "p": sigmoid(2 * z),
        "q": sigmoid(z + rng.normal(0, 0.3, N)),
        "w": rng.integers(1, 4, N).astype(float),
        "region": rng.choice(["north", "south"], N),
    }


@pytest.fixture(scope="module")
def table(rows):
    return pa.table(rows)


def test_a_column_is_judged_as_the_metrics_judge_it(table, rows):
    judged = evaluate_scores(table, "y", "p", threshold=0.3)
    assert judged.evaluation == evaluate(rows["y"], rows["p"], threshold=0.3)
    assert judged.record.outcome.events == rows["y"].sum()
    assert judged.record.source.rows == N


def test_weights_segments_and_sampling_reach_the_metrics(table, rows):
    weighted = evaluate_scores(table, "y", "p", weight="w", by="region")
    assert weighted.evaluation == evaluate(rows["y"], rows["p"], rows["w"], by=rows["region"])
    assert [s.name for s in weighted.evaluation.segments] == ["north", "south"]
    sampled = evaluate_scores(table, "y", "p", weight="w", sampling=True)
    assert sampled.evaluation == evaluate(rows["y"], rows["p"], SamplingWeights(rows["w"]))


def test_segments_of_numbers_are_in_their_order_and_missing_ones_are_one(rows):
    code = pa.array([None if i % 7 == 0 else int(i % 3) * 5 for i in range(N)])
    judged = evaluate_scores(pa.table(rows | {"code": code}), "y", "p", by="code")
    assert [s.name for s in judged.evaluation.segments] == ["0", "5", "10", "(missing)"]


def test_several_columns_are_compared_with_the_first(table, rows):
    judged = evaluate_scores(table, "y", ["p", "q"])
    (comparison,) = judged.comparisons
    assert comparison == compare(rows["y"], rows["q"], rows["p"], names=("q", "p"))
    assert judged.evaluations["q"] == evaluate(rows["y"], rows["q"])


def test_costs_set_the_threshold_and_say_what_it_saves(table, rows):
    judged = evaluate_scores(table, "y", "p", cost_fp=1, cost_fn=4)
    assert judged.evaluation.confusion.threshold == 0.2
    choice = judged.record.scores[0].validation.choice
    expected = choose_threshold(rows["y"], rows["p"], CostMatrix(false_positive=1, false_negative=4))
    assert choice.threshold == expected.threshold
    assert choice.savings == expected.savings


def test_log_odds_are_probabilities_after_the_sigmoid(rows):
    z = np.log(rows["p"] / (1 - rows["p"]))
    judged = evaluate_scores({"y": rows["y"], "z": z}, "y", "z", logits=True)
    assert judged.evaluation.auc == evaluate(rows["y"], rows["p"]).auc


def test_labels_of_any_kind(rows):
    words = np.where(rows["y"] == 1, "ill", "well")
    judged = evaluate_scores({"y": words, "p": rows["p"]}, "y", "p", positive="ill")
    assert judged.evaluation.auc == evaluate(rows["y"], rows["p"]).auc
    assert judged.record.outcome.event == "y = ill"


def test_rows_that_cannot_be_used_are_counted(rows):
    p = rows["p"].tolist()
    y = rows["y"].tolist()
    p[3] = p[8] = None
    y[5] = None
    weights = [0.0 if i == 1 else 1.0 for i in range(N)]
    table = pa.table({"y": y, "p": p, "w": weights})
    with pytest.raises(InputError, match=r"'p' is missing in 2 of 598 rows, first in row 3"):
        evaluate_scores(table, "y", "p", weight="w")
    judged = evaluate_scores(table, "y", "p", weight="w", drop_missing=True)
    assert judged.record.source.dropped == 4
    assert judged.record.source.reason == "weight 0 or no value of y or no value of p"
    assert judged.evaluation.count == N - 4


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"p": [1.5] + [0.5] * (N - 1)}, {}, "Are these log-odds"),
        ({"p": ["high"] * N}, {}, "must hold numbers"),
        ({"p": [float("inf")] + [0.5] * (N - 1)}, {}, "infinite"),
        ({"p": [None] * N}, {"drop_missing": True}, "no row has every score"),
        ({"y": [1] * N}, {}, "only one class"),
        ({}, {"label": "x"}, "no column 'x'"),
        ({}, {"score": "x"}, "no column 'x'"),
        ({}, {"by": "x"}, "no column 'x'"),
        ({}, {"weight": "x"}, "no column 'x'"),
        ({}, {"cost_fp": 1}, "together"),
        ({}, {"cost_fp": 0, "cost_fn": 1}, "above 0"),
        ({}, {"threshold": 2.0}, "between 0 and 1"),
        ({}, {"score": ["p", "p"]}, "twice"),
        ({}, {"score": []}, "no column of scores"),
    ],
)
def test_mistakes_are_said_in_one_message(rows, change, options, words):
    with pytest.raises(InputError, match=words):
        evaluate_scores(rows | change, **({"label": "y", "score": "p"} | options))


def test_dropping_rows_may_leave_one_class(rows):
    p = np.where(rows["y"] == 1, np.nan, rows["p"])
    with pytest.raises(InputError, match=r"of the rows with a score, all have y = 0"):
        evaluate_scores({"y": rows["y"], "p": p}, "y", "p", drop_missing=True)


def test_a_record_survives_json(table):
    for record in (
        evaluate_scores(table, "y", ["p", "q"], by="region", cost_fp=1, cost_fn=4).record,
        calibrate_scores(table, "y", "p", method="platt").record,
        decide_scores(table, "y", "p", cost_fp=1, cost_fn=4).record,
    ):
        plain = json.loads(json.dumps(msgspec.to_builtins(record), allow_nan=False))
        assert msgspec.convert(plain, type(record)) == record


def test_class_weights_are_suspected_where_all_odds_are_off(rows):
    spoilt = sigmoid(np.log(rows["q"] / (1 - rows["q"])) + 2.0)
    (notice,) = evaluate_scores({"y": rows["y"], "p": spoilt}, "y", "p").record.notices
    assert "8.3 times too high" in notice.sentence and "class weights" in notice.cause
    assert "prior-shift" in notice.remedy
    assert not evaluate_scores(rows, "y", "q").record.notices


def test_prior_shift_is_the_remedy(rows):
    spoilt = {"y": rows["y"], "p": sigmoid(np.log(rows["q"] / (1 - rows["q"])) + 2.0)}
    calibrated = calibrate_scores(spoilt, "y", "p", method="prior-shift")
    assert not calibrated.record.notices
    intercept = calibrated.evaluation.calibration.intercept
    assert intercept.low < 0 < intercept.high


class TestCalibration:
    def test_each_row_is_judged_by_a_calibrator_that_others_taught(self, table, rows):
        calibrated = calibrate_scores(table, "y", "p", method="platt", seed=3)
        y, p = rows["y"], rows["p"]
        after = np.empty(N)
        for train, test in stratified_folds(y, 5, 3):
            after[test] = PlattScaling().fit(p[train], y[train]).transform(p[test])
        assert calibrated.evaluation == evaluate(y, after)
        change = calibrated.record.scores[0].validation.recalibration
        assert change.before == evaluate(y, p)
        assert change.change == compare(y, after, p, names=("after", "before"))
        assert change.change.log_loss.better == "after"

    def test_the_calibrator_that_is_kept_learns_from_all_rows(self, table, rows, tmp_path):
        path = tmp_path / "calibrator.json"
        calibrate_scores(table, "y", "p", method="platt").save(path)
        expected = PlattScaling().fit(rows["p"], rows["y"]).transform(rows["p"])
        assert (load(path).transform(rows["p"]) == expected).all()
        result = apply_calibrator(path, table)
        assert result.column_names == [*table.column_names, "calibrated"]
        assert (result["calibrated"].to_numpy() == expected).all()

    def test_auto_says_why(self, table):
        calibrated = calibrate_scores(table, "y", "p")
        change = calibrated.record.scores[0].validation.recalibration
        assert change.reason
        assert len(change.candidates) > 2
        assert change.method == calibrated.calibrator.method

    def test_venn_abers_adds_both_probabilities(self, table, tmp_path):
        path = tmp_path / "va.json"
        calibrate_scores(table, "y", "p", method="venn-abers").save(path)
        result = apply_calibrator(path, table)
        low, middle, high = (result[name].to_numpy() for name in ("low", "calibrated", "high"))
        assert ((low <= middle) & (middle <= high)).all()

    def test_log_odds_are_read_as_they_were_learnt(self, rows, tmp_path):
        z = np.log(rows["p"] / (1 - rows["p"]))
        path = tmp_path / "c.json"
        calibrate_scores({"y": rows["y"], "z": z}, "y", "z", method="platt", logits=True).save(path)
        assert apply_calibrator(path, {"z": [8.0, -3.0]}).num_rows == 2

    def test_mistakes(self, table, rows, tmp_path):
        with pytest.raises(InputError, match="no calibration method 'plat'"):
            calibrate_scores(table, "y", "p", method="plat")
        few = {"y": [1, *[0] * 20], "p": np.linspace(0.1, 0.9, 21)}
        with pytest.raises(InputError, match="the rarer class has 1 row;"):
            calibrate_scores(few, "y", "p")
        path = tmp_path / "c.json"
        calibrate_scores(table, "y", "p", method="platt").save(path)
        with pytest.raises(InputError, match="no column 'p'"):
            apply_calibrator(path, {"other": [0.1]})
        with pytest.raises(InputError, match="already has a column 'calibrated'"):
            apply_calibrator(path, {"p": [0.1], "calibrated": [0.1]})
        with pytest.raises(InputError, match="not between 0 and 1"):
            apply_calibrator(path, {"p": [3.0]})
        table_path = tmp_path / "t.parquet"
        parquet.write_table(table, table_path)
        with pytest.raises(InputError, match="is not an Ogive calibrator"):
            apply_calibrator(table_path, table)


class TestDecision:
    def test_it_is_the_choice_of_the_decisions(self, table, rows):
        decision = decide_scores(table, "y", "p", cost_fp=1, cost_fn=4)
        cost = CostMatrix(false_positive=1, false_negative=4)
        assert decision.choice == choose_threshold(rows["y"], rows["p"], cost)

    def test_conditions_alone(self, table, rows):
        decision = decide_scores(table, "y", "p", precision_at_least=0.6, at_most=200)
        expected = choose_threshold(rows["y"], rows["p"], precision_at_least=0.6, at_most=200)
        assert decision.choice == expected
        confusion = decision.choice.confusion
        assert confusion.true_positive + confusion.false_positive <= 200

    def test_nothing_said(self, table):
        with pytest.raises(InputError, match="nothing says which threshold is best"):
            decide_scores(table, "y", "p")


LABELS = ("fog", "rain", "sun")


@pytest.fixture(scope="module")
def sky():
    """Labels of three classes with calibrated probabilities."""
    rng = np.random.default_rng(8)
    p = rng.dirichlet([1, 2, 3], 400)
    y = np.array(LABELS)[[rng.choice(3, p=row) for row in p]]
    return {"sky": y} | {f"p_{name}": p[:, k] for k, name in enumerate(LABELS)}


class TestClasses:
    def test_columns_are_for_the_class_that_ends_their_name(self, sky):
        judged = evaluate_classes(sky, "sky", ["p_sun", "p_fog", "p_rain"])
        p = np.column_stack([sky["p_sun"], sky["p_fog"], sky["p_rain"]])
        expected = evaluate(sky["sky"], p, classes=("sun", "fog", "rain"))
        assert judged.evaluation == expected
        assert [one.name for one in judged.record.reliability] == ["sun", "fog", "rain"]

    def test_classes_in_the_order_of_the_columns(self, sky):
        renamed = {"sky": sky["sky"], "a": sky["p_fog"], "b": sky["p_rain"], "c": sky["p_sun"]}
        judged = evaluate_classes(renamed, "sky", ["a", "b", "c"], classes=LABELS)
        assert judged.evaluation.classes == LABELS
        with pytest.raises(InputError, match="must end in the label of its class"):
            evaluate_classes(renamed, "sky", ["a", "b", "c"])

    def test_whole_numbers_are_not_the_tails_of_longer_ones(self):
        p = np.random.default_rng(1).dirichlet([1, 1, 1], 40)
        table = {"y": [1, 2, 12, 1] * 10, "p1": p[:, 0], "p2": p[:, 1], "p12": p[:, 2]}
        assert evaluate_classes(table, "y", ["p1", "p2", "p12"]).evaluation.classes == ("1", "2", "12")

    def test_mistakes(self, sky):
        with pytest.raises(InputError, match="expected three or more"):
            evaluate_classes(sky, "sky", ["p_sun", "p_fog"])
        with pytest.raises(InputError, match="2 classes are named for 3"):
            evaluate_classes(sky, "sky", ["p_sun", "p_fog", "p_rain"], classes=["a", "b"])
        more = sky | {"sky": np.where(np.arange(400) == 7, "snow", sky["sky"])}
        with pytest.raises(InputError, match="'snow', and no column of scores is for it"):
            evaluate_classes(more, "sky", ["p_sun", "p_fog", "p_rain"])


COLUMNS = tuple(f"p_{name}" for name in LABELS)


@pytest.fixture(scope="module")
def sharp(sky):
    """The same with probabilities that are too extreme, and weights."""
    p = np.column_stack([sky[name] for name in COLUMNS]) ** 2
    p /= p.sum(axis=1, keepdims=True)
    w = np.random.default_rng(9).integers(1, 4, len(p)).astype(float)
    return {"sky": sky["sky"], "w": w} | dict(zip(COLUMNS, p.T, strict=True))


class TestCalibrationOfClasses:
    def test_each_row_is_judged_by_a_calibrator_that_others_taught(self, sharp, tmp_path):
        made = calibrate_classes(sharp, "sky", COLUMNS, method="vector", weight="w", seed=3)
        p = np.column_stack([sharp[name] for name in COLUMNS])
        y, w = np.searchsorted(LABELS, sharp["sky"]), sharp["w"]
        after = np.empty(p.shape)
        for train, test in stratified_folds(y, 5, 3):
            after[test] = VectorScaling().fit(p[train], y[train], w[train]).transform(p[test])
        assert made.evaluation == evaluate(sharp["sky"], after, w, classes=LABELS)
        change = made.record.recalibration
        assert change.before == evaluate(sharp["sky"], p, w, classes=LABELS)
        names = ("after", "before")
        assert change.change == compare(sharp["sky"], after, p, w, classes=LABELS, names=names)
        assert change.change.log_loss.better == "after"
        made.save(tmp_path / "c.json")
        expected = VectorScaling().fit(p, y, w).transform(p)
        result = apply_calibrator(tmp_path / "c.json", sharp)
        assert (result["calibrated p_rain"].to_numpy() == expected[:, 1]).all()

    def test_auto_says_why(self, sharp):
        made = calibrate_classes(sharp, "sky", COLUMNS)
        change = made.record.recalibration
        assert change.method == made.calibrator.method
        assert change.reason
        assert len(change.candidates) > 2
        assert "What was tried" in made.to_html()

    def test_logits_are_read_as_they_are(self, sharp):
        logs = sharp | {name: np.log(sharp[name]) + 5 for name in COLUMNS}
        of_logits, of_shares = (
            calibrate_classes(table, "sky", COLUMNS, method="temperature", logits=logits).evaluation.log_loss
            for table, logits in ((logs, True), (sharp, False))
        )
        assert of_logits.value == pytest.approx(of_shares.value, rel=1e-6)

    def test_sampling_weights_have_no_scale(self, sharp):
        light, heavy = (
            calibrate_classes(
                sharp | {"w": scale * sharp["w"]},
                "sky",
                COLUMNS,
                method="temperature",
                weight="w",
                sampling=True,
            )
            for scale in (1, 1024)
        )
        assert light.calibrator.slope_ == heavy.calibrator.slope_
        assert light.record == heavy.record

    def test_mistakes(self, sharp):
        label = np.where(sharp["sky"] == "fog", "sun", sharp["sky"])
        label[7] = "fog"
        lone = sharp | {"sky": label}
        with pytest.raises(InputError, match="the class fog has 1 row; a calibrator needs two"):
            calibrate_classes(lone, "sky", COLUMNS)
        with pytest.raises(InputError, match="no calibration method"):
            calibrate_classes(sharp, "sky", COLUMNS, method="magic")


def test_the_names_of_the_package(table):
    """Results show themselves as text, as a page and in a notebook."""
    for result in (
        evaluate_scores(table, "y", "p"),
        evaluate_scores(table, "y", ["p", "q"]),
        calibrate_scores(table, "y", "p", method="platt"),
        decide_scores(table, "y", "p", cost_fp=1, cost_fn=4),
    ):
        assert "positive = 1" in repr(result)
        assert result._repr_html_().startswith('<div class="ogive">')
        assert result.to_html().startswith("<!doctype html>")
    assert ogive.workflow.evaluate_scores is evaluate_scores
