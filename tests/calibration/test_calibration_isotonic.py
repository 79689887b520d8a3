"""Isotonic calibration: scikit-learn's, and the centred form by its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression

from ogive.calibration import IsotonicCalibration
from ogive.metrics import brier_score, log_loss, roc_auc


@st.composite
def rows(draw):
    """Scores with ties, outcomes of both classes, weights."""
    n = draw(st.integers(2, 40))
    scores = draw(hnp.arrays(float, n, elements=st.sampled_from([0.0, 0.01, 0.2, 0.25, 0.5, 0.7, 0.99, 1.0])))
    y = draw(hnp.arrays(float, n, elements=st.sampled_from([0.0, 1.0])))
    y[:2] = 0, 1
    return scores, y, draw(hnp.arrays(float, n, elements=st.sampled_from([0.5, 1.0, 3.0])))


@settings(max_examples=50, deadline=None)
@given(rows())
def test_it_is_that_of_scikit_learn_with_ties_and_weights(table):
    scores, y, w = table
    theirs = IsotonicRegression(out_of_bounds="clip").fit(scores, y, w)
    new = np.linspace(0, 1, 101)
    found = IsotonicCalibration().fit(scores, y, w).transform(new)
    np.testing.assert_allclose(found, theirs.predict(new), atol=1e-12)


def test_many_rows_are_fitted_as_scikit_learn_fits_them_and_kept_as_pools():
    rng = np.random.default_rng(0)
    z = rng.normal(size=50_000)
    y = (rng.random(z.size) < expit(z)).astype(float)
    for scores, logits in ((expit(z), False), (40 * z, True)):
        isotonic = IsotonicCalibration(logits=logits).fit(scores, y)
        theirs = IsotonicRegression(out_of_bounds="clip").fit(scores, y)
        np.testing.assert_allclose(isotonic.transform(scores), theirs.predict(scores), atol=1e-12)
        assert isotonic.knots_.size < 500


@settings(max_examples=50, deadline=None)
@given(rows())
def test_it_never_worsens_the_scores_of_the_rows_it_learnt_from(table):
    scores, y, w = table
    found = IsotonicCalibration().fit(scores, y, w).transform(scores)
    for score in (log_loss, brier_score):
        assert score(y, found, w).value <= score(y, scores, w).value + 1e-12
        # Nor is any other increasing function better: here the prevalence, and another map of the scores.
        for other in (np.full(y.size, np.average(y, weights=w)), scores**2):
            assert score(y, found, w).value <= score(y, other, w).value + 1e-12


def centred_by_definition(scores, y, w):
    """Knots and values: pools of the rows with one more event at the bottom and one more non-event at the top."""
    x = np.unique(scores)
    events = np.array([w[(scores == at) & (y == 1)].sum() for at in x])
    weight = np.array([w[scores == at].sum() for at in x])
    one = np.eye(x.size)
    more_events, more_weight = events + one[0], weight + one[0] + one[-1]

    def fit(hits, weights):
        return IsotonicRegression().fit_transform(x, hits / weights, sample_weight=weights)

    value = fit(more_events, more_weight)
    pools = [np.isclose(value, share, atol=1e-12) for share in np.unique(value.round(12))]
    knots = [np.average(x[pool], weights=weight[pool]) for pool in pools]
    values = [value[pool][0] for pool in pools]
    if x[0] < knots[0] - 1e-12:
        knots.insert(0, x[0])
        values.insert(0, fit(more_events, more_weight + one[0])[0])
    if x[-1] > knots[-1] + 1e-12:
        knots.append(x[-1])
        values.append(fit(more_events + one[-1], more_weight + one[-1])[-1])
    return knots, values


@settings(max_examples=50, deadline=None)
@given(rows())
def test_the_centred_form_is_its_definition(table):
    scores, y, w = table
    knots, values = centred_by_definition(scores, y, w)
    centred = IsotonicCalibration(centred=True).fit(scores, y, w)
    np.testing.assert_allclose(centred.knots_, knots, atol=1e-12)
    np.testing.assert_allclose(centred.values_, values, atol=1e-12)
    between = np.linspace(knots[0], knots[-1], 50)
    np.testing.assert_allclose(centred.transform(between), np.interp(between, knots, values), atol=1e-9)


@pytest.mark.parametrize("logits", [False, True])
def test_the_centred_form_keeps_the_ranking_strict_and_is_never_certain(logits):
    rng = np.random.default_rng(1)
    z = np.sort(rng.normal(scale=2, size=3000))
    y = (rng.random(z.size) < expit(z / 2)).astype(float)
    scores, new = (z, np.linspace(-12, 12, 999)) if logits else (expit(z), np.linspace(0.001, 0.999, 999))
    centred = IsotonicCalibration(centred=True, logits=logits).fit(scores, y)
    for some in (scores, new):
        p = centred.transform(some)
        assert (np.diff(p) > 0).all()
        assert p[0] > 0 and p[-1] < 1
    assert roc_auc(y, centred.transform(scores)).value == roc_auc(y, expit(z)).value
    plain = IsotonicCalibration(logits=logits).fit(scores, y).transform(scores)
    assert np.abs(centred.transform(scores) - plain).mean() < 0.02


def test_beyond_the_scores_that_were_learnt_from_log_odds_are_shifted():
    scores, y = np.array([0.2, 0.3, 0.4, 0.6, 0.7]), [0, 0, 1, 0, 1]
    centred = IsotonicCalibration(centred=True).fit(scores, y)
    below, edge, above = centred.transform([0.1, 0.2, 0.9])
    assert logit(below) - logit(edge) == pytest.approx(logit(0.1) - logit(0.2))
    last = centred.transform([0.7])[0]
    assert logit(above) - logit(last) == pytest.approx(logit(0.9) - logit(0.7))
