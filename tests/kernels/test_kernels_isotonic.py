"""Pools of increasing share: against scikit-learn's isotonic regression and what the fit must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.isotonic import IsotonicRegression

from ogive._kernels import isotonic_pools

tables = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        *(hnp.arrays(float, n, elements=st.integers(0, 5).map(float)) for _ in range(2)),
    ).filter(lambda table: (table[0] + table[1] > 0).all())
)


def fitted(events, nonevents):
    bounds = isotonic_pools(events, nonevents)
    sums = [np.add.reduceat(column, bounds[:-1]) for column in (events, nonevents)]
    return np.repeat(sums[0] / (sums[0] + sums[1]), np.diff(bounds)), bounds


@given(tables)
def test_the_fit_is_that_of_scikit_learn(table):
    events, nonevents = table
    weight = events + nonevents
    peer = IsotonicRegression().fit_transform(np.arange(weight.size), events / weight, sample_weight=weight)
    values, bounds = fitted(events, nonevents)
    np.testing.assert_allclose(values, peer, atol=1e-12)
    assert (np.diff(values[bounds[:-1]]) > 0).all(), "pools differ in their share"


@pytest.mark.parametrize("order", [1, -1])
def test_long_tables(order):
    rng = np.random.default_rng(0)
    share = np.linspace(0.01, 0.99, 100_000)[::order]
    events = rng.binomial(3, share).astype(float)
    values, bounds = fitted(events, 3 - events)
    assert bounds[0] == 0 and bounds[-1] == share.size
    peer = IsotonicRegression().fit_transform(np.arange(share.size), events / 3)
    np.testing.assert_allclose(values, peer, atol=1e-12)
