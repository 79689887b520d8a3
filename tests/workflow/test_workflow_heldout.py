"""Held-out rows teach nothing: planted leaks stay out, and what is held out never changes its fold's model."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import ogive
from ogive._base import Status
from ogive._kernels import sigmoid
from ogive.datasets import heart_path
from ogive.fitting import linear_predictor
from ogive.workflow.heldout import fit_rows, hold_out, make_folds
from ogive.workflow.options import Options, quiet
from ogive.workflow.study import read_study


def study_of(table, **options):
    asked = Options(target="y", **options)
    return read_study(table, asked), asked


def noise(n, seed=0):
    """A table in which nothing predicts the outcome."""
    rng = np.random.default_rng(seed)
    return {
        "x": rng.normal(size=n),
        "code": rng.choice(["a", "b", "c"], n).astype(object),
        "y": (rng.random(n) < 0.4).astype(int),
    }


def test_planted_leak_does_not_raise_the_score():
    """Columns that know the outcome only through whole-table statistics are worth nothing out of fold.

    One level a few rows, made from the outcome, and gaps whose whole-table median is the outcome's: whoever
    learnt levels or medians on all rows would score far above chance.
    """
    n = 1500
    table = noise(n, seed=3)
    y = table["y"]
    rng = np.random.default_rng(5)
    table["batch"] = np.array([f"batch {i // 2}" for i in range(n)], dtype=object)
    gaps = rng.random(n) < 0.5
    table["gap"] = np.where(gaps, np.nan, rng.normal(size=n))
    model = ogive.fit(table, "y", exclude="batch", seed=1)
    auc = model.evaluation.auc
    assert auc.low < 0.5 < auc.high
    # A level that stands in a single row predicts that row perfectly if it is learnt from it.
    few = {
        "y": y[:300],
        "x": table["x"][:300],
        "pair": np.repeat(np.arange(150), 2).astype(str).astype(object),
    }
    leaky = ogive.fit(few, "y", alpha=1e-3, categories="pair", seed=1)
    assert leaky.evaluation.auc.low < 0.5 or leaky.evaluation.auc.value < 0.6


@pytest.mark.parametrize("what", ["values", "levels", "gaps", "outcomes"])
def test_changing_held_out_rows_never_changes_their_folds_model(what):
    """Medians, levels, dropped columns, scaling and the fit come from the training rows alone."""
    n = 400
    table = noise(n)
    rng = np.random.default_rng(8)
    table["x"][rng.random(n) < 0.1] = np.nan
    train = np.arange(n) >= 100
    changed = {name: np.array(column) for name, column in table.items()}
    if what == "values":
        changed["x"][~train] = rng.permutation(changed["x"][~train]) * 7 + 3
    elif what == "levels":
        changed["code"][~train] = rng.choice(["c", "d", "e"], 100)
    elif what == "gaps":
        changed["x"][~train] = np.nan
    else:
        changed["y"][~train] = 1 - changed["y"][~train]
    solutions = []
    for rows in (table, changed):
        study, options = study_of(rows)
        _, solution = fit_rows(study, options.alpha, train)
        solutions.append(solution)
    before, after = solutions
    # Rounding alone may differ: numbers are centred near a few rows of the whole table before they are summed.
    assert before.intercept == pytest.approx(after.intercept, rel=1e-12)
    np.testing.assert_allclose(before.coef, after.coef, rtol=1e-12)
    assert before.log_likelihood == pytest.approx(after.log_likelihood, rel=1e-13)


def test_each_row_is_predicted_once_by_a_model_of_the_others():
    study, options = study_of(noise(200), folds=4)
    folds, note = make_folds(study, options)
    held_out = hold_out(study, options, folds, quiet)
    assert note == ""
    assert held_out.rows.all()
    assert np.isfinite(held_out.linear_predictor).all()
    for train, test in folds:
        problem, solution = fit_rows(study, 0.0, train)
        expected = linear_predictor(problem, solution)[test]
        np.testing.assert_array_equal(held_out.linear_predictor[test], expected)


def test_fold_fits_are_those_of_the_subset_alone():
    """Weight zero is the same as not being there."""
    table = noise(300, seed=2)
    train = np.arange(300) % 4 != 0
    study, _ = study_of(table)
    _, masked = fit_rows(study, 0.0, train)
    subset, _ = study_of({name: column[train] for name, column in table.items()})
    _, alone = fit_rows(subset, 0.0, np.ones(int(train.sum()), dtype=bool))
    np.testing.assert_allclose(masked.coef, alone.coef, rtol=1e-8, atol=1e-10)


def test_groups_stay_together_and_time_goes_forward():
    table = noise(240)
    table["patient"] = np.arange(240) // 4
    table["day"] = np.arange(240) % 60
    study, options = study_of(table, groups="patient")
    folds, _ = make_folds(study, options)
    for train, test in folds:
        assert not set(study.groups[train]) & set(study.groups[test])
    study, options = study_of(table, time="day")
    folds, _ = make_folds(study, options)
    held_out = hold_out(study, options, folds, quiet)
    for train, test in folds:
        assert study.time[train].max() < study.time[test].min()
    assert not held_out.rows.all()
    assert np.isnan(held_out.linear_predictor[~held_out.rows]).all()
    by_group = ogive.fit(table, "y", groups="patient")
    forward = ogive.fit(table, "y", time="day")
    assert "whole groups of patient" in by_group.record.summary.validation.scheme
    assert "later stretches of day" in forward.record.summary.validation.scheme
    assert forward.evaluation.count == held_out.rows.sum()


def test_rare_outcomes_get_fewer_folds_or_none_and_are_told():
    table = noise(60)
    table["y"] = np.zeros(60, dtype=int)
    table["y"][[3, 30, 50]] = 1
    model = ogive.fit(table, "y", alpha=0.1)
    assert "3 held-out folds" in model.record.summary.validation.scheme
    assert any("3 rows, so 3 folds" in n.sentence for n in model.record.summary.notices)
    table["y"][[3, 30]] = 0
    model = ogive.fit(table, "y", alpha=0.1)
    assert model.record.summary.validation is None
    assert any("1 row," in n.cause for n in model.record.summary.notices)
    with pytest.raises(ogive.InputError, match="not evaluated"):
        model.evaluation


def test_folds_zero_means_no_evaluation():
    model = ogive.fit(noise(100), "y", folds=0)
    assert model.record.summary.validation is None


def test_a_separated_fold_is_counted_and_said(heart_model):
    """The rare missing values of the heart table are all of one outcome in some training rows."""
    study, options = read_study(heart_path(), Options(target="disease")), Options(target="disease")
    folds, _ = make_folds(study, options)
    statuses = [fit_rows(study, 0.0, train)[1].status for train, _ in folds]
    count = sum(status is Status.SEPARATED for status in statuses)
    assert count > 0
    notices = heart_model.record.summary.notices
    assert any(f"in {count} of 5 folds" in notice.sentence for notice in notices)


def test_bootstrap_corrects_for_optimism():
    """Nothing predicts the outcome: the apparent AUC is above one half, the corrected one is not."""
    table = noise(150, seed=11) | {f"z{j}": np.random.default_rng(j).normal(size=150) for j in range(12)}
    model = ogive.fit(table, "y", bootstrap=60)
    corrected = {c.measure: c for c in model.record.summary.validation.corrected}
    auc, slope = corrected["AUC"], corrected["calibration slope"]
    assert auc.apparent > 0.6
    assert auc.corrected == pytest.approx(auc.apparent - auc.optimism)
    assert abs(auc.corrected - 0.5) < 0.08
    assert slope.apparent == pytest.approx(1.0, abs=1e-6)
    assert slope.corrected < 0.7
    again = ogive.fit(table, "y", bootstrap=60)
    assert again.record.summary.validation.corrected == model.record.summary.validation.corrected
    other = ogive.fit(table, "y", bootstrap=60, seed=1)
    assert other.record.summary.validation.corrected != model.record.summary.validation.corrected


def test_bootstrap_draws_rows_behind_weights_and_whole_groups():
    table = noise(120, seed=12)
    weighted = ogive.fit(table | {"w": np.full(120, 2)}, "y", weights="w", bootstrap=20, folds=2)
    assert len(weighted.record.summary.validation.corrected) == 6
    grouped = ogive.fit(table | {"g": np.arange(120) // 3}, "y", groups="g", bootstrap=20, folds=2)
    assert len(grouped.record.summary.validation.corrected) == 6


def test_calibration_slope_of_an_overfitted_model_is_below_one():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 20))
    y = (rng.random(200) < sigmoid(x[:, 0])).astype(int)
    model = ogive.fit({**{f"x{j}": x[:, j] for j in range(20)}, "y": y}, "y")
    slope = model.evaluation.calibration.slope
    assert slope.high < 1
    assert model.record.summary.adequacy.shrinkage < 0.8


def test_evaluation_uses_the_weights():
    table = noise(150)
    weighted = ogive.fit(pa.table(table).append_column("w", pa.array(np.full(150, 3))), "y", weights="w")
    assert weighted.evaluation.count == 450
