"""`ogive.fit(..., calibrate=)`: kept in the file, applied everywhere, judged on rows that taught nobody."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import ogive
from ogive import InputError
from ogive._kernels import logit, sigmoid
from ogive.calibration import PlattScaling
from ogive.fitting import stratified_folds
from ogive.metrics import evaluate
from ogive.workflow.calibrating import cross_fitted, learn
from ogive.workflow.file import from_bytes

FIRST = Path(__file__).parents[1] / "reference" / "first_model.json"


@pytest.fixture(scope="module")
def table():
    """Forty columns of noise beside one that matters: held-out probabilities are too extreme."""
    rng = np.random.default_rng(6)
    x = rng.normal(size=(300, 41))
    y = (rng.random(300) < sigmoid(x[:, 0])).astype(int)
    return {"y": y} | {f"x{j}": x[:, j] for j in range(41)}


@pytest.fixture(scope="module")
def plain(table):
    return ogive.fit(table, "y", inference="wald")


@pytest.fixture(scope="module")
def calibrated(table):
    return ogive.fit(table, "y", inference="wald", calibrate="platt", cost_fp=1, cost_fn=3)


def test_the_coefficients_stay_as_they_are(plain, calibrated):
    assert (plain.coef == calibrated.coef).all()
    assert plain.record.calibrator is None
    assert calibrated.record.threshold == 0.25


def test_the_evaluation_is_of_rows_that_taught_nobody(table, plain, calibrated):
    """The same from the outside: predictions of the folds, each calibrated by what the other folds teach."""
    y = table["y"].astype(float)
    folds = stratified_folds(y, 5, 0)
    linear = np.empty(y.size)
    for train, test in folds:
        part = {name: column[train] for name, column in table.items()}
        model = ogive.fit(part, "y", inference="wald", folds=0)
        rows = {name: column[test] for name, column in table.items()}
        linear[test] = logit(model.predict(rows).probability)
    after = np.empty(y.size)
    for train, test in folds:
        after[test] = PlattScaling(logits=True).fit(linear[train], y[train]).transform(linear[test])
    validation = calibrated.record.summary.validation
    assert validation.evaluation.auc.value == pytest.approx(evaluate(y, after).auc.value, abs=1e-6)
    assert validation.evaluation.log_loss.value == pytest.approx(evaluate(y, after).log_loss.value, rel=1e-6)
    change = validation.recalibration
    assert change.before.log_loss == plain.evaluation.log_loss
    assert change.change.log_loss.better == "after"
    assert validation.choice is not None


def test_the_calibrator_learns_from_all_held_out_rows(plain, calibrated, table):
    kept = calibrated.record.calibrator
    slope = plain.evaluation.calibration.slope.value
    assert kept.slope == pytest.approx(slope, rel=0.1)  # Platt's smoothed targets shrink it a little
    assert kept.logits


def test_predictions_are_calibrated_with_their_intervals(plain, calibrated, table):
    before, after = plain.predict(table), calibrated.predict(table)
    record = calibrated.record.calibrator
    for a, b in (("probability",) * 2, ("low",) * 2, ("high",) * 2):
        expected = sigmoid(record.slope * logit(getattr(before, a)) + record.intercept)
        assert np.allclose(getattr(after, b), expected, rtol=1e-9)
    assert np.array_equal(after.decision, after.probability >= 0.25)


def test_the_file_carries_it(calibrated, table, tmp_path):
    path = tmp_path / "model.ogive"
    calibrated.save(path)
    again = ogive.load(path)
    assert again.to_bytes() == calibrated.to_bytes()
    assert (again.predict(table).probability == calibrated.predict(table).probability).all()


@pytest.mark.parametrize("method", ["isotonic", "venn-abers", "beta", "spline", "auto"])
def test_every_method_is_kept_and_read_back(table, method, tmp_path):
    narrow = {name: table[name] for name in ("y", "x0", "x1")}
    model = ogive.fit(narrow, "y", inference="wald", calibrate=method)
    model.save(tmp_path / "m.ogive")
    p = ogive.load(tmp_path / "m.ogive").predict(narrow).probability
    assert (p == model.predict(narrow).probability).all()
    assert ((p >= 0) & (p <= 1)).all()


def test_another_table_is_judged_by_calibrated_probabilities(calibrated, table):
    judged = calibrated.evaluate(table)
    expected = evaluate(table["y"].astype(float), calibrated.predict(table).probability, threshold=0.25)
    assert judged.evaluation.log_loss == expected.log_loss


def test_in_time_order_the_first_stretch_is_not_judged(table):
    timed = {name: table[name] for name in ("y", "x0")} | {"t": np.arange(300)}
    model = ogive.fit(timed, "y", time="t", calibrate="platt", inference="wald")
    plain = ogive.fit(timed, "y", time="t", inference="wald")
    assert plain.evaluation.count - model.evaluation.count == pytest.approx(50, abs=2)


def test_folds_teach_each_other_and_never_themselves():
    rng = np.random.default_rng(0)
    z = rng.normal(size=200)
    y = (rng.random(200) < sigmoid(z)).astype(float)
    folds = stratified_folds(y, 4, 1)
    crossed = cross_fitted("platt", z, y, None, folds, logits=True)
    test = folds.fold == 2
    turned = np.where(test, 1 - y, y)  # the outcomes of a fold change nothing for itself
    again = cross_fitted("platt", z, turned, None, folds, logits=True)
    assert (again.p[test] == crossed.p[test]).all()
    assert not (again.p[~test] == crossed.p[~test]).any()


def test_a_method_by_name_learns_from_weights():
    z, y, w = np.array([-1.0, 0.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0, 1.0]), np.array([2.0, 1.0, 1.0, 3.0])
    once = learn("platt", np.repeat(z, w.astype(int)), np.repeat(y, w.astype(int)), None, logits=True)
    assert learn("platt", z, y, w, logits=True).calibrator.slope_ == pytest.approx(once.calibrator.slope_)


def test_nothing_to_learn_from_is_said(table):
    with pytest.raises(InputError, match="no evaluation was asked for"):
        ogive.fit(table, "y", calibrate="platt", folds=0)
    with pytest.raises(InputError, match="no calibration method 'x'"):
        ogive.fit(table, "y", calibrate="x")
    with pytest.raises(InputError, match="together"):
        ogive.fit(table, "y", cost_fp=1)


class TestTheFirstModelFile:
    """A file of the first version, which lacks every field that came later."""

    def test_it_is_read_and_shows_itself(self):
        model = ogive.load(FIRST)
        assert model.evaluation.auc.value == pytest.approx(0.82, abs=0.005)
        assert model.record.summary.validation.thresholds is None
        assert "Evaluated on 5 held-out folds" in repr(model)
        assert model.to_html().startswith("<!doctype html>")

    def test_it_predicts_as_the_fit_of_today(self):
        from reference.make_first_model import TABLE

        old, new = ogive.load(FIRST), ogive.fit(TABLE, "ill", numbers=["dose"])
        assert np.allclose(old.predict(TABLE).probability, new.predict(TABLE).probability, rtol=1e-12)

    def test_an_edit_is_noticed(self):
        data = FIRST.read_bytes()
        with pytest.raises(InputError, match="was edited"):
            from_bytes(data.replace(b'"threshold": 0.5,', b'"threshold": 0.4,', 1), "old.ogive")
