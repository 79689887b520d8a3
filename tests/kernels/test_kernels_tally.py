"""The table behind the scores: against NumPy's own sort, for any number of threads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ogive._kernels import set_thread_count, tally

DRAWS = {
    "anywhere": lambda rng, n: rng.random(n),
    "tied": lambda rng, n: np.round(rng.random(n), 2),
    "alike": lambda rng, n: np.full(n, 0.3),
    "close together": lambda rng, n: 0.5 + rng.random(n) * 1e-12,
    "tiny": lambda rng, n: np.exp(-rng.random(n) * 800),
    "certain": lambda rng, n: rng.choice([0.0, -0.0, 1.0, 5e-324, 1 - 2**-53], n),
    "two crowds": lambda rng, n: np.where(rng.random(n) < 0.999, rng.random(n) * 1e-9, rng.random(n)),
}


def twin(p, y, weights=None):
    """The same from NumPy: equal probabilities are added in the order of the rows."""
    weights = np.ones(p.size) if weights is None else weights
    p, y, weights = (column[weights > 0] for column in (p + 0.0, y, weights))
    values, at = np.unique(p, return_inverse=True)
    return values, np.bincount(at, weights * y, values.size), np.bincount(at, weights * (1 - y), values.size)


def assert_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.fixture(autouse=True)
def threads():
    yield
    set_thread_count(None)


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("n", [1, 2, 24, 25, 1_000, 200_000])
def test_the_table_is_that_of_numpy(draw, n):
    rng = np.random.default_rng(n)
    p, y = DRAWS[draw](rng, n), (rng.random(n) < 0.3).astype(float)
    weights = rng.choice([0.0, 0.1, 1.0, 3.7], n)
    weights[0] = 2.0
    for count in (1, 2, 5):
        set_thread_count(count)
        assert_same(tally(p, y), twin(p, y))
        assert_same(tally(p, y, weights), twin(p, y, weights))


@given(
    hnp.arrays(float, st.integers(1, 200), elements=st.floats(0, 1)), st.integers(0, 2**32 - 1), st.booleans()
)
def test_any_probabilities(p, seed, weighted):
    rng = np.random.default_rng(seed)
    y = (rng.random(p.size) < 0.5).astype(float)
    weights = rng.random(p.size) + 0.1 if weighted else None
    assert_same(tally(p, y, weights), twin(p, y, weights))


@pytest.mark.parametrize(
    ("p", "y", "weights"),
    [
        ([0.1, np.nan], [0, 1], None),
        ([0.1, 1.1], [0, 1], None),
        ([0.1, -1e-300], [0, 1], None),
        ([0.1, 0.2], [0, 0.5], None),
        ([0.1, 0.2], [0, np.nan], None),
        ([0.1, 0.2], [0, 1], [1, -1]),
        ([0.1, 0.2], [0, 1], [1, np.inf]),
        ([0.1, 0.2], [0, 1], [0, 0]),
    ],
)
def test_what_is_no_forecast_is_refused(p, y, weights):
    arrays = [np.array(column, float) for column in (p, y, weights) if column is not None]
    assert tally(*arrays) is None


def test_columns_must_be_equally_long():
    with pytest.raises(ValueError, match="wrong length"):
        tally(np.array([0.1, 0.2]), np.array([1.0]))
