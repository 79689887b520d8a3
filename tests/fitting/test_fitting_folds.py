"""Folds: every row held out once, strata and groups kept, time never runs backwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive import InputError
from ogive.fitting.folds import group_folds, stratified_folds, time_folds


def partition(folds):
    """Check that train and test masks complement each other and tests cover every row once."""
    held = np.zeros(folds.fold.size, dtype=int)
    for train, test in folds:
        assert test.any()
        assert not (train & test).any()
        held += test
    assert len(list(folds)) == len(folds)
    return held


@given(
    st.lists(st.integers(0, 1), min_size=8, max_size=80).filter(lambda y: 4 <= sum(y) <= len(y) - 4),
    st.integers(2, 4),
    st.integers(0, 5),
)
@settings(max_examples=60)
def test_strata_differ_by_at_most_one_row(y, n_folds, seed):
    folds = stratified_folds(y, n_folds, seed)
    y = np.array(y)
    assert (partition(folds) == 1).all()
    assert all((train == ~test).all() for train, test in folds)
    for rows in (y == 1, y == 0, y >= 0):
        counts = np.bincount(folds.fold[rows], minlength=n_folds)
        assert np.ptp(counts) <= 1
    np.testing.assert_array_equal(folds.fold, stratified_folds(y.astype(bool), n_folds, seed).fold)


def test_seeds_shuffle():
    y = np.arange(60) % 2
    assert (stratified_folds(y, 5, 1).fold != stratified_folds(y, 5, 2).fold).any()


def test_more_folds_than_events_are_refused():
    with pytest.raises(InputError, match="Only 3 of 53 rows") as error:
        stratified_folds([1] * 3 + [0] * 50)
    assert error.value.remedies == ("use at most 3 folds",)
    with pytest.raises(InputError, match="at least 2 folds"):
        stratified_folds([0, 1, 0, 1], 1)
    with pytest.raises(InputError, match="0 and 1"):
        stratified_folds([0, 1, -1, 1], 2)


def test_each_fold_has_its_share_of_each_class():
    y = np.repeat([0, 1, 2], [31, 12, 7])
    folds = stratified_folds(y, 3, seed=4)
    counts = np.array([np.bincount(y[test], minlength=3) for _, test in folds])
    assert (np.ptp(counts, axis=0) <= 1).all() and np.ptp(counts.sum(axis=1)) <= 1
    with pytest.raises(InputError, match="Only 0 of 4 rows"):
        stratified_folds([0, 2, 0, 2], 2)


@given(st.lists(st.integers(0, 12), min_size=10, max_size=120), st.integers(0, 3))
@settings(max_examples=60)
def test_groups_are_never_split(groups, seed):
    groups = np.array([*groups, 20, 21, 22])
    folds = group_folds(groups, 3, seed=seed)
    assert (partition(folds) == 1).all()
    for label in np.unique(groups):
        assert np.unique(folds.fold[groups == label]).size == 1
    largest = np.unique(groups, return_counts=True)[1].max()
    assert np.ptp(np.bincount(folds.fold)) <= largest


def test_groups_are_balanced_by_events_too():
    rng = np.random.default_rng(2)
    groups = rng.integers(0, 200, 4_000)
    y = rng.random(4_000) < np.where(groups < 40, 0.5, 0.02)
    folds = group_folds(groups, 5, y)
    for counts in (np.bincount(folds.fold), np.bincount(folds.fold, y)):
        assert counts.max() / counts.min() < 1.1
    np.testing.assert_array_equal(folds.fold, group_folds(groups, 5, y).fold)


def test_groups_that_cannot_be_dealt_are_refused():
    with pytest.raises(InputError, match="groups is 2, too few for 3 folds"):
        group_folds(["a", "b", "a"], 3)
    with pytest.raises(InputError, match="one outcome only"):
        group_folds(["a", "a", "b", "b"], 2, y=[0, 1, 0, 0])
    with pytest.raises(InputError, match="missing values"):
        group_folds([1.0, np.nan, 2.0], 2)
    with pytest.raises(InputError, match="vector of numbers, strings or dates"):
        group_folds(np.array(["a", None], dtype=object), 2)


@given(st.lists(st.integers(0, 15), min_size=4, max_size=80), st.integers(2, 4))
@settings(max_examples=80)
def test_later_rows_never_train_earlier_ones(time, n_folds):
    time = np.array([*time, 30, 31, 32, 33])
    folds = time_folds(time, n_folds)
    held = partition(folds)
    np.testing.assert_array_equal(held == 1, folds.held_out)
    for train, test in folds:
        assert train.any()
        assert time[train].max() < time[test].min()
    assert time[held == 0].max() < time[held == 1].min()


def test_stretches_of_time_are_about_equal():
    time = np.random.default_rng(0).permutation(600)
    assert np.bincount(time_folds(time, 5).fold + 1).tolist() == [100] * 6
    days = np.datetime64("2020-01-01") + time.astype("m8[D]")
    np.testing.assert_array_equal(time_folds(days, 5).fold, time_folds(time, 5).fold)


def test_one_heavy_time_still_leaves_every_fold_a_row():
    folds = time_folds([1] + [2] * 50 + [3, 4, 5], 3)
    assert [int(test.sum()) for _, test in folds] == [50, 1, 2]


def test_times_that_cannot_be_cut_are_refused():
    with pytest.raises(InputError, match="3 distinct times") as error:
        time_folds([1, 2, 3, 3], 3)
    assert error.value.remedies == ("use at most 2 folds",)
    with pytest.raises(InputError, match="one outcome only"):
        time_folds([1, 2, 3, 4], 2, y=[0, 0, 1, 0])
    with pytest.raises(InputError, match="missing"):
        time_folds(np.array(["2020-01-01", "NaT"], dtype="M8[D]"), 2)
