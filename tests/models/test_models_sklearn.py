"""scikit-learn's own contract checks, run on every estimator that the room exports."""

from __future__ import annotations

import pytest
from sklearn.base import BaseEstimator
from sklearn.utils.estimator_checks import parametrize_with_checks

import ogive.models

ESTIMATORS = [
    kind()
    for kind in (getattr(ogive.models, name) for name in ogive.models.__all__)
    if isinstance(kind, type) and issubclass(kind, BaseEstimator)
]


def test_the_estimators_are_found():
    assert ogive.models.LogisticRegression in {type(estimator) for estimator in ESTIMATORS}


@pytest.mark.filterwarnings("ignore::ogive.models.ConvergenceWarning")
@parametrize_with_checks([*ESTIMATORS, ogive.models.LogisticRegression(alpha=0.1)])
def test_scikit_learn_checks(estimator, check):
    check(estimator)
