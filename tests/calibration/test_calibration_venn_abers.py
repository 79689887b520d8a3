"""Venn-Abers calibration: its definition, the package of its authors' circle, and its validity by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import gmean
from sklearn.isotonic import IsotonicRegression

from ogive import InputError
from ogive.calibration import VennAbers, to_bytes


def draw(n, seed, digits=None):
    rng = np.random.default_rng(seed)
    p = rng.random(n) if digits is None else np.round(rng.random(n), digits)
    return p, (rng.random(n) < p**1.5).astype(float), rng.integers(1, 4, n).astype(float)


def by_definition(scores, y, w, new):
    """For every new score, the isotonic fit of all rows and this one, labelled 0 and labelled 1."""
    pairs = []
    for score in new:
        fits = (
            IsotonicRegression().fit(np.append(scores, score), np.append(y, label), np.append(w, 1.0))
            for label in (0, 1)
        )
        pairs.append([fit.predict([score])[0] for fit in fits])
    return np.array(pairs).T


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, None]), st.booleans(), st.booleans())
def test_both_probabilities_are_refits_with_the_new_row(seed, digits, weighted, logits):
    scores, y, w = draw(25, seed, digits)
    y[:2] = 0, 1
    w = w if weighted else np.ones(25)
    new = np.concatenate([[0.0, 1.0], scores[:5], np.random.default_rng(seed).random(5)])
    stretch = (lambda p: 30 * p - 10) if logits else (lambda p: p)
    p0, p1 = VennAbers(logits=logits).fit(stretch(scores), y, w).intervals(stretch(new))
    np.testing.assert_allclose([p0, p1], by_definition(scores, y, w, new), atol=1e-12)


def test_the_merged_probability_loses_the_same_to_either():
    scores, y, _ = draw(200, 1)
    venn_abers = VennAbers().fit(scores, y)
    new = np.linspace(0.01, 0.99, 99)
    (p0, p1), p = venn_abers.intervals(new), venn_abers.transform(new)
    np.testing.assert_allclose(p, p1 / (1 - p0 + p1), atol=1e-15)
    np.testing.assert_allclose(np.log(p1 / p), np.log((1 - p0) / (1 - p)), atol=1e-12)
    assert (p0 <= p).all() and (p <= p1).all()
    assert (p > 0).all() and (p < 1).all()


@pytest.mark.parametrize(("n", "digits"), [(300, None), (3000, None), (3000, 2)])
def test_values_are_those_of_the_package_venn_abers(n, digits):
    peer = pytest.importorskip("venn_abers")
    (scores, y, _), (new, _, _) = draw(n, n, digits), draw(500, 2, digits)
    theirs = peer.VennAbers()
    theirs.fit(np.column_stack([1 - scores, scores]), y)
    merged, both = theirs.predict_proba(np.column_stack([1 - new, new]))
    venn_abers = VennAbers().fit(scores, y)
    np.testing.assert_allclose(np.column_stack(venn_abers.intervals(new)), both, atol=1e-12)
    np.testing.assert_allclose(venn_abers.transform(new), merged[:, 1], atol=1e-12)


def test_the_one_that_belongs_to_the_outcome_is_calibrated():
    """The theorem: given its value, p1 for events and p0 for non-events is the mean outcome.

    It holds for any scores, here distorted ones with ties, at any number of rows, here 40. So the mean of
    (outcome - probability) is 0 over all rows and over any range of that probability; 4 standard errors are allowed.
    The others are not: p1 is too high on average, and p0 too low.
    """
    rng, worlds = np.random.default_rng(8), 6000
    chosen, outcome, low, high = (np.empty(worlds) for _ in range(4))
    for i in range(worlds):
        p = rng.random(41)
        y = (rng.random(41) < p).astype(float)
        scores = np.round(p**2, 1) if i % 2 else p**2  # the world draws its scores with ties or without
        p0, p1 = VennAbers().fit(scores[:40], y[:40]).intervals(scores[40:])
        low[i], high[i], outcome[i] = p0[0], p1[0], y[40]
        chosen[i] = high[i] if outcome[i] else low[i]

    def z(error):
        return error.mean() / (error.std(ddof=1) / np.sqrt(error.size))

    assert abs(z(outcome - chosen)) < 4
    edges = np.quantile(chosen, [0, 0.2, 0.4, 0.6, 0.8])
    of = np.searchsorted(np.unique(edges), chosen, side="right")
    for part in np.unique(of):
        error = (outcome - chosen)[of == part]
        assert error.size > 500
        assert abs(z(error)) < 4
    assert z(outcome - high) < -6
    assert z(outcome - low) > 6


def test_folds_are_merged_by_geometric_means():
    scores, y, w = draw(300, 3)
    fold = np.arange(300) % 3
    cross = VennAbers().fit(scores, y, w, fold=fold)
    new = np.random.default_rng(4).random((50, 3))
    p0, p1 = cross.intervals(new)
    assert p0.shape == p1.shape == (50, 3)
    for k in range(3):
        own = fold == k
        alone = VennAbers().fit(scores[own], y[own], w[own]).intervals(new[:, k])
        np.testing.assert_array_equal([p0[:, k], p1[:, k]], alone)
    high, low = gmean(p1, axis=1), gmean(1 - p0, axis=1)
    np.testing.assert_allclose(cross.transform(new), high / (low + high), atol=1e-14)
    same = np.linspace(0, 1, 20)
    np.testing.assert_array_equal(cross.transform(same), cross.transform(np.column_stack([same] * 3)))
    one = VennAbers().fit(scores, y, w, fold=np.zeros(300))
    assert to_bytes(one) == to_bytes(VennAbers().fit(scores, y, w))


@pytest.mark.parametrize(
    ("fold", "message"),
    [([0, 0, 1, 2], "every row has y"), ([1, 1, 2, 2], "numbered 0, 1, 2"), ([0, 1], "fold has 2 values")],
)
def test_folds_that_cannot_be_used_are_refused(fold, message):
    with pytest.raises(InputError, match=message):
        VennAbers().fit([0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1], fold=fold)


def test_scores_of_another_number_of_folds_are_refused():
    cross = VennAbers().fit([0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1], fold=[0, 0, 1, 1])
    with pytest.raises(InputError, match="each of the 2 folds"):
        cross.transform([[0.1, 0.2, 0.3]])
    with pytest.raises(InputError, match="log-odds"):
        cross.transform([[0.1, 1.2]])


def test_what_is_kept_does_not_grow_with_the_rows():
    p, y, _ = draw(100_000, 6)
    kept = VennAbers().fit(p, y)
    assert len(to_bytes(kept)) < 300_000
    # The steps are those of all rows, at and between any of them.
    some = np.sort(p)[::997]
    w = np.ones(p.size)
    np.testing.assert_allclose(kept.intervals(some[:3]), by_definition(p, y, w, some[:3]), atol=1e-10)


def test_log_odds_give_what_probabilities_give():
    scores, y, w = draw(500, 7)
    new = np.linspace(0.01, 0.99, 99)
    expected = VennAbers().fit(scores, y, w).intervals(expit(logit(new)))
    found = VennAbers(logits=True).fit(logit(scores), y, w).intervals(logit(expit(logit(new))))
    np.testing.assert_allclose(found, expected, atol=1e-12)
