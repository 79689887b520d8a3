"""Real scores: naive Bayes and a boosted tree on two tables, judged on rows that neither model nor calibrator saw."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.naive_bayes import GaussianNB
from threadpoolctl import threadpool_limits

from ogive import CalibratedClassifier, LogisticRegression
from ogive.metrics import calibration_error, calibration_line, compare

TABLES = {
    "heloc": ("credit/heloc.csv", "RiskPerformance", "Bad", ()),
    "wcgs": ("clinical/wcgs.csv", "chd", "yes", ("timechd", "typechd")),
}
MODELS = {
    "naive Bayes": GaussianNB(),
    "boosted tree": HistGradientBoostingClassifier(random_state=0),
    "logistic": LogisticRegression(),
}


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@cache
def table(folder: Path, name: str):
    """The numbers of a table, rows with none missing, and its outcome."""
    file, target, positive, leave = TABLES[name]
    with (folder / file).open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    columns = [c for c in rows[0] if c not in (target, "rownames", *leave) and is_number(rows[0][c])]
    rows = [row for row in rows if all(is_number(row[c]) for c in columns)]
    X = np.array([[float(row[c]) for c in columns] for row in rows])
    return X, np.array([row[target] == positive for row in rows]).astype(int)


@cache
def before_and_after(folder: Path, name: str, model: str):
    """Outcomes of a held-back half, and its probabilities without and with calibration."""
    X, y = table(folder, name)
    order = np.random.default_rng(0).permutation(len(y))
    train, new = np.split(order, [len(y) // 2])
    with threadpool_limits(1):
        fitted = CalibratedClassifier(MODELS[model]).fit(X[train], y[train])
        before, after = fitted.estimator_.predict_proba(X[new])[:, 1], fitted.predict_proba(X[new])[:, 1]
    return y[new], before, after, fitted.choice_


cases = pytest.mark.parametrize("name", TABLES)


@cases
@pytest.mark.parametrize("model", ["naive Bayes", "boosted tree"])
def test_calibration_mends_scores_that_are_too_extreme(shared_data, name, model):
    y, before, after, choice = before_and_after(shared_data, name, model)
    gain = compare(y, before, after).log_loss.difference
    assert gain.low is not None and gain.low > 0
    assert calibration_error(y, after).value < 0.7 * calibration_error(y, before).value
    old, new = calibration_line(y, before).slope, calibration_line(y, after).slope
    assert old.high < 0.85
    assert abs(np.log(new.value)) < abs(np.log(old.value)) / 2
    assert choice.method != "none"


@cases
def test_calibration_hardly_moves_an_unpenalised_logistic_regression(shared_data, name):
    y, before, after, _ = before_and_after(shared_data, name, "logistic")
    assert np.abs(after - before).mean() < 0.01
    assert abs(compare(y, before, after).log_loss.difference.value) < 0.002
