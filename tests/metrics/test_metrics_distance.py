"""Kolmogorov-Smirnov statistic against SciPy, and where it is reached."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, kstwobign

from ogive import InputError
from ogive.metrics import confusion, ks


@pytest.mark.parametrize("seed", range(5))
def test_the_statistic_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    p = rng.integers(0, 40, 150) / 40
    y, w = (rng.random(150) < p).astype(float), rng.integers(1, 4, 150)
    copies = np.repeat(np.arange(150), w)
    for outcome in (y, 1 - y):
        found = ks(outcome, p, w)
        events, nonevents = (p[copies][outcome[copies] == c] for c in (1, 0))
        assert found.statistic.value == pytest.approx(ks_2samp(events, nonevents).statistic, rel=1e-12)
        there = confusion(outcome, p, w, threshold=found.threshold)
        youden = there.sensitivity.value + there.specificity.value - 1
        assert abs(youden) == pytest.approx(found.statistic.value, rel=1e-12)


def test_limits_are_those_of_a_difference_of_shares_and_the_lower_one_is_cautious():
    rng = np.random.default_rng(1)
    p = rng.random(400)
    y = rng.random(400) < p
    found = ks(y, p)
    plain, cautious = (confusion(y, p, threshold=found.threshold, level=level) for level in (0.95, 0.975))
    above = np.hypot(
        plain.sensitivity.high - plain.sensitivity.value, plain.specificity.high - plain.specificity.value
    )
    below = np.hypot(
        cautious.sensitivity.value - cautious.sensitivity.low,
        cautious.specificity.value - cautious.specificity.low,
    )
    assert found.statistic.high == pytest.approx(found.statistic.value + above, rel=1e-12)
    assert found.statistic.low == pytest.approx(found.statistic.value - below, rel=1e-12)


@pytest.mark.parametrize("strength", [0.10, 0.14])
def test_the_lower_limit_is_0_where_the_test_finds_no_difference(strength):
    y = np.repeat([0, 1], 200)
    shift = round(200 * strength)
    p = np.repeat([0.1, 0.9, 0.1, 0.9], [100, 100, 100 - shift, 100 + shift])
    found = ks(y, p).statistic
    assert found.value == pytest.approx(strength)
    rejected = kstwobign.sf(strength * np.sqrt(100)) < 0.05
    assert (found.low > 0) == rejected


def test_separated_and_constant_probabilities():
    assert ks([0, 0, 0, 1, 1], [0.1, 0.2, 0.3, 0.8, 0.9]).statistic.value == 1
    assert ks([0, 0, 0, 1, 1], [0.1, 0.2, 0.3, 0.8, 0.9]).threshold == 0.8
    constant = ks([0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3]).statistic
    assert (constant.value, constant.low) == (0, None)
    assert "the same" in constant.method
    with pytest.raises(InputError, match="every row has y = 1"):
        ks([1, 1], [0.2, 0.3])
