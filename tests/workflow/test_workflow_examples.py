"""Two examples rebuilt: hours of study against passing, and heart disease."""

from __future__ import annotations

import numpy as np
import pytest

import ogive
from ogive.datasets import heart_path, hours_of_study


@pytest.fixture(scope="module")
def study():
    """Two hundred students, whose true probability of passing is hours / 100."""
    return ogive.fit(hours_of_study(200, seed=0), "passed")


def test_the_boundary_of_passing_holds_fifty_hours(study):
    crossing = study.boundary("hours")
    assert crossing.method == "Fieller"
    assert crossing.value == pytest.approx(-study.intercept / study.coef[0])
    assert crossing.low < 50 < crossing.high
    assert crossing.high - crossing.low < 15


def test_thirty_and_sixty_hours(study):
    predicted = study.predict({"hours": [30.0, 60.0]})
    for truth, p, low, high in zip(
        (0.3, 0.6), predicted.probability, predicted.low, predicted.high, strict=True
    ):
        assert low < p < high
        assert p == pytest.approx(truth, abs=0.15)
    assert predicted.decision.tolist() == [False, True]


def test_intervals_cover_the_truth_where_the_curve_crosses_the_line():
    """Over many samples: nearly always at the middle, where the S-curve and the line agree."""
    covered = []
    for seed in range(60):
        crossing = ogive.fit(hours_of_study(200, seed=seed), "passed", folds=0).boundary("hours")
        covered.append(crossing.low < 50 < crossing.high)
    assert np.mean(covered) > 0.85


def test_the_logistic_shape_is_not_the_truth_here():
    """With enough rows the misfit shows: an S-curve cannot follow a straight line to 0 and 1.

    More data do not help: the interval closes around the nearest S-curve, not around the truth.
    """
    model = ogive.fit(hours_of_study(200_000, seed=1), "passed", folds=0)
    near_zero, near_one = (
        model.predict({"hours": [1.0, 99.0]}).low,
        model.predict({"hours": [1.0, 99.0]}).high,
    )
    assert near_zero[0] > 0.01 + 0.02
    assert near_one[1] < 0.99 - 0.02
    middle = model.predict({"hours": [30.0, 50.0, 60.0]}).probability
    np.testing.assert_allclose(middle, [0.3, 0.5, 0.6], atol=0.05)


def test_heart_disease_as_published_and_as_bundled(heart_model, shared_data):
    """The same patients: codes and words give the same fit, but for the level that `sex` compares with."""
    names = ["age", "sex", "cp", "trestbps", "chol", "fbs", "restecg"]
    names += ["thalach", "exang", "oldpeak", "slope", "ca", "thal", "num"]
    published = ogive.fit(
        shared_data / "clinical" / "heart_cleveland.data",
        "num",
        positive="1,2,3,4",
        columns=names,
        na_values="?",
        categories=["cp", "restecg", "slope", "thal"],
    )
    bundled = {t.name: t for t in heart_model.terms}
    codes = {t.name: t for t in published.terms}
    for name in ("age", "chol", "ca", "ca: missing", "oldpeak", "thal: missing"):
        assert codes[name].estimate.value == pytest.approx(bundled[name].estimate.value, rel=1e-8)
    assert codes["thal: 7"].estimate.value == pytest.approx(
        bundled["thal: reversible defect"].estimate.value, rel=1e-8
    )
    assert codes["sex"].estimate.value == pytest.approx(-bundled["sex: female"].estimate.value, rel=1e-8)
    assert published.evaluation.auc.value == pytest.approx(heart_model.evaluation.auc.value, abs=1e-9)


def test_heart_disease_tells_patients_apart(heart_model):
    """Published logistic models of this table reach an AUC of about 0.9 on held-out patients."""
    auc = heart_model.evaluation.auc
    assert 0.85 < auc.low < auc.value < auc.high < 0.95
    assert heart_path().exists()
