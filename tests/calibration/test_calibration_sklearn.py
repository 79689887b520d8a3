"""scikit-learn's own contract checks of the calibrated classifier."""

from __future__ import annotations

from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from ogive import CalibratedClassifier

MODELS = [
    CalibratedClassifier(GaussianNB(), cv=3),
    CalibratedClassifier(LinearSVC(random_state=0), method="temperature", cv=3),
]


@parametrize_with_checks(MODELS)
def test_scikit_learn_checks(estimator, check):
    check(estimator)
