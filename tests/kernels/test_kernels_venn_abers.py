"""Venn-Abers by definition: an isotonic fit for each row and label. Places among knots; the table of any scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.isotonic import IsotonicRegression

from ogive._kernels import count_below, set_thread_count, tally, venn_abers

tables = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        *(hnp.arrays(float, n, elements=st.integers(0, 3).map(float)) for _ in range(2)),
    ).filter(lambda table: (table[0] + table[1] > 0).all())
)


@pytest.fixture(autouse=True)
def threads():
    yield
    set_thread_count(None)


def of_rows(events, nonevents):
    """Both probabilities of every row, from their steps: p0 from a row on, p1 up to a row."""
    first, p0, last, p1 = venn_abers(events, nonevents)
    assert first[0] == 0 and last[-1] == events.size - 1
    return (
        np.repeat(p0, np.diff(first, append=events.size)),
        np.repeat(p1, np.diff(last, prepend=-1)),
    )


def by_definition(events, nonevents):
    """The fit at each row with one more non-event there, and with one more event."""

    def fit(i, event):
        own = np.arange(events.size) == i
        hits, weight = events + own * event, events + nonevents + own
        return IsotonicRegression().fit_transform(
            np.arange(events.size), hits / weight, sample_weight=weight
        )[i]

    return tuple(np.array([fit(i, event) for i in range(events.size)]) for event in (0, 1))


def assert_by_definition(events, nonevents):
    for found, expected in zip(of_rows(events, nonevents), by_definition(events, nonevents), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-12)


@given(tables)
def test_each_row_refitted_with_either_label(table):
    assert_by_definition(*table)


@pytest.mark.parametrize("seed", range(3))
def test_weights_that_are_no_whole_numbers(seed):
    rng = np.random.default_rng(seed)
    assert_by_definition(rng.exponential(size=40) * rng.integers(0, 2, 40), rng.exponential(size=40))


@pytest.mark.parametrize(
    ("events", "nonevents", "p0", "p1"),
    [
        ([3.0], [1.0], [3 / 5], [4 / 5]),
        ([0.0, 1.0], [1.0, 0.0], [0.0, 1 / 2], [1 / 2, 1.0]),
        ([1.0, 0.0], [0.0, 1.0], [1 / 3, 1 / 3], [2 / 3, 2 / 3]),
        ([2.0, 5.0], [0.0, 0.0], [2 / 3, 7 / 8], [1.0, 1.0]),
    ],
)
def test_small_tables_by_hand(events, nonevents, p0, p1):
    found = of_rows(np.array(events), np.array(nonevents))
    np.testing.assert_allclose(found, (p0, p1), atol=1e-15)


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_long_tables_increase_and_bracket_the_fit_for_any_number_of_threads(size):
    rng = np.random.default_rng(size)
    share = np.linspace(0, 1, size) ** 2
    events = rng.binomial(3, share).astype(float)
    nonevents = 3 - events
    fits = []
    for count in (1, 2, 5):
        set_thread_count(count)
        fits.append(of_rows(events, nonevents))
    p0, p1 = fits[0]
    assert all(np.array_equal(fits[0], other) for other in fits)
    assert (np.diff(p0) >= 0).all() and (np.diff(p1) >= 0).all()
    fit = IsotonicRegression().fit_transform(np.arange(size), events / 3)
    assert (p0 <= fit + 1e-12).all() and (fit <= p1 + 1e-12).all()
    for i in rng.integers(size, size=3):
        for event, p in ((0, p0), (1, p1)):
            row = np.arange(size) == i
            again = IsotonicRegression().fit_transform(
                np.arange(size), (events + event * row) / (3 + row), sample_weight=3.0 + row
            )
            assert p[i] == pytest.approx(again[i], abs=1e-12)


@given(
    hnp.arrays(float, st.integers(0, 40), elements=st.floats(-5, 5), unique=True).map(np.sort),
    hnp.arrays(float, st.integers(0, 40), elements=st.floats(-6, 6)),
    st.integers(0, 2**32 - 1),
)
def test_places_among_knots_are_those_of_numpy(knots, x, seed):
    x = np.concatenate([x, np.random.default_rng(seed).permutation(knots)])
    np.testing.assert_array_equal(count_below(knots, x), np.searchsorted(knots, x, side="left"))
    np.testing.assert_array_equal(count_below(knots, x, True), np.searchsorted(knots, x, side="right"))


def test_many_places_for_any_number_of_threads():
    rng = np.random.default_rng(0)
    knots, x = np.sort(rng.normal(size=3001)), rng.normal(size=200_001)
    for count in (1, 3):
        set_thread_count(count)
        np.testing.assert_array_equal(count_below(knots, x), np.searchsorted(knots, x))


@pytest.mark.parametrize("n", [1, 30, 200_000])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_table_of_any_scores_is_that_of_numpy(n, weighted):
    rng = np.random.default_rng(n)
    x = np.round(rng.normal(scale=rng.choice([1e-300, 1.0, 1e300], n)), 2) * rng.choice([0.0, -1.0, 1.0], n)
    y = (rng.random(n) < 0.4).astype(float)
    weights = rng.choice([0.0, 1.0, 2.5], n) if weighted else None
    w = np.ones(n) if weights is None else weights
    w[0] = 1.0
    values, at = np.unique(x[w > 0], return_inverse=True)
    events, nonevents = (np.bincount(at, (w * of)[w > 0], values.size) for of in (y, 1 - y))
    for count in (1, 4):
        set_thread_count(count)
        found = tally(x, y, weights, True)
        for one, other in zip(found, (values, events, nonevents), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("x", [np.nan, np.inf, -np.inf])
def test_a_score_that_is_no_number_has_no_table(x):
    assert tally(np.array([0.5, x]), np.array([0.0, 1.0]), None, True) is None
