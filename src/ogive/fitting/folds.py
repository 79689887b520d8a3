"""Which rows train and which are held out: stratified, by groups, or forward in time.

Weights are not looked at: a row of weight 2 stays in one fold, whereas a row that stands twice in the table
may be held out once while its twin trains. Rows that belong together (repeated measurements, copies) need
`group_folds`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Folds:
    """Held-out fold of each row; iterating gives (train, test) masks, one pair a fold.

    Attributes
    ----------
    fold : array of int, shape (n,)
        0 .. n_folds - 1, or -1 for a row that is never held out (the earliest ones, in time order).
    n_folds : int
    kind : str
        "stratified", "groups" or "time". In time order only earlier folds train; otherwise all others do.

    Examples
    --------
    >>> import numpy as np
    >>> folds = Folds(np.array([0, 1, 0, 1]), 2, "stratified")
    >>> [np.flatnonzero(test).tolist() for train, test in folds]
    [[0, 2], [1, 3]]
    """

    fold: NDArray[np.int64]
    n_folds: int
    kind: str

    def __len__(self) -> int:
        """Return the number of folds."""
        return self.n_folds

    def __iter__(self) -> Iterator[tuple[Mask, Mask]]:
        """Yield the masks of training rows and of held-out rows, fold by fold."""
        for k in range(self.n_folds):
            test = self.fold == k
            yield (self.fold < k if self.kind == "time" else ~test), test

    @property
    def held_out(self) -> Mask:
        """Rows that are held out once; in time order the earliest never are."""
        return self.fold >= 0


def stratified_folds(y: ArrayLike, n_folds: int = 5, seed: int = 0) -> Folds:
    """Deal rows at random into folds that hold nearly equally many rows of each class, and equally many rows.

    Counts of rows, of each class and of all, differ by at most one between folds. The same outcomes and seed give the
    same folds.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1, or the number of the class, 0 to K - 1.
    n_folds : int
        At least 2, at most the number of rows of the rarest class.
    seed : int
        Of the random order.

    Raises
    ------
    InputError
        Where a class has fewer rows than there are folds.

    Examples
    --------
    >>> stratified_folds([0, 0, 0, 1, 1, 1], n_folds=3, seed=1).fold.tolist()
    [0, 2, 1, 2, 0, 1]
    """
    label = _classes(y)
    _check_number(n_folds)
    rarer = int(np.bincount(label, minlength=2).min())
    if rarer < n_folds:
        raise InputError(
            f"Only {rarer} of {label.size} rows have the rarer outcome, too few for {n_folds} folds.",
            [f"use at most {rarer} folds"]
            if rarer >= 2
            else "cross-validation needs two rows of each outcome",
        )
    order = np.random.default_rng(seed).permutation(label.size)
    order = order[np.argsort(-label[order], kind="stable")]  # class by class, events first, in random order
    fold = np.empty(label.size, dtype=np.int64)
    fold[order] = np.arange(label.size) % n_folds
    return Folds(fold, n_folds, "stratified")


def group_folds(groups: ArrayLike, n_folds: int = 5, y: ArrayLike | None = None, seed: int = 0) -> Folds:
    """Deal whole groups into folds that hold about equally many rows and events.

    Groups are taken from the largest to the smallest, in random order among equals, and each goes to the
    fold where it raises the sum of squares of the shares of rows (and of events) least.

    Parameters
    ----------
    groups : array of shape (n,)
        Label of the group of each row: integers or strings.
    n_folds : int
        At least 2, at most the number of groups.
    y : array of shape (n,), optional
        Outcomes, 0 or 1, to balance events as well.
    seed : int
        Of the order among groups of the same size.

    Raises
    ------
    InputError
        Where there are fewer groups than folds, or a training set would hold one class only.

    Examples
    --------
    >>> group_folds(["a", "a", "b", "b", "c", "c", "c"], n_folds=2).fold.tolist()
    [1, 1, 1, 1, 0, 0, 0]
    """
    labels, code, rows = _distinct(groups, "groups")
    _check_number(n_folds)
    if labels.size < n_folds:
        raise InputError(
            f"The number of groups is {labels.size}, too few for {n_folds} folds.",
            f"use at most {labels.size} folds"
            if labels.size >= 2
            else "leave groups out for stratified folds",
        )
    outcome = np.zeros(code.size, dtype=bool) if y is None else _outcomes(y, code.size)
    events = np.bincount(code, outcome)
    order = np.random.default_rng(seed).permutation(labels.size)
    order = order[np.argsort(-rows[order], kind="stable")]
    fold_of = np.empty(labels.size, dtype=np.int64)
    fold_of[order] = _balance((rows / rows.sum())[order], (events / max(events.sum(), 1.0))[order], n_folds)
    folds = Folds(fold_of[code], n_folds, "groups")
    if y is not None:
        _check_training(folds, outcome)
    return folds


def time_folds(time: ArrayLike, n_folds: int = 5, y: ArrayLike | None = None) -> Folds:
    """Hold out one stretch of time after another, each predicted from everything before it.

    Time is cut into n_folds + 1 stretches of about equally many rows; the first only trains. Rows of
    the same time stay together, so no row trains a model that is tested on an earlier or simultaneous one.

    Parameters
    ----------
    time : array of shape (n,)
        Numbers or datetime64; only their order counts.
    n_folds : int
        At least 2, less than the number of distinct times.
    y : array of shape (n,), optional
        Outcomes, 0 or 1, to check that every training stretch holds both.

    Raises
    ------
    InputError
        Where times are missing or too few are distinct, or a training set would hold one class only.

    Examples
    --------
    >>> folds = time_folds([1, 1, 2, 3, 4, 5], n_folds=2)
    >>> [(train.nonzero()[0].tolist(), test.nonzero()[0].tolist()) for train, test in folds]
    [([0, 1], [2, 3]), ([0, 1, 2, 3], [4, 5])]
    """
    distinct, code, rows = _distinct(time, "time")
    _check_number(n_folds)
    if distinct.size <= n_folds:
        raise InputError(
            f"There are {distinct.size} distinct times; {n_folds} folds and what trains the first need more.",
            f"use at most {distinct.size - 1} folds" if distinct.size > 2 else "use a finer time column",
        )
    # Stretch b ends where the cumulative rows come nearest to b shares of n_folds + 1, but leaves at least
    # one time to every stretch on either side.
    share = (np.cumsum(rows) - rows / 2) / code.size
    step = np.arange(1, n_folds + 1)
    ends = np.searchsorted(share, step / (n_folds + 1))
    ends = np.maximum.accumulate(np.maximum(ends, 1) - step) + step
    ends = np.minimum(ends, distinct.size - n_folds - 1 + step)
    folds = Folds(np.searchsorted(ends, code, side="right") - 1, n_folds, "time")
    if y is not None:
        _check_training(folds, _outcomes(y, code.size))
    return folds


def _balance(rows: NDArray[np.float64], events: NDArray[np.float64], n_folds: int) -> list[int]:
    """Assign groups, given as shares of rows and events, one by one to the fold that stays lightest."""
    load = [(0.0, 0.0)] * n_folds
    chosen = []
    for r, e in zip(rows.tolist(), events.tolist(), strict=True):
        # Adding (r, e) raises the sum of squares by 2 (r * R + e * E) and what is the same for all folds.
        best = min(range(n_folds), key=lambda k: r * load[k][0] + e * load[k][1])
        load[best] = (load[best][0] + r, load[best][1] + e)
        chosen.append(best)
    return chosen


def _distinct(values: ArrayLike, name: str) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.intp]]:
    """Sorted distinct values, the place of each row's value among them, and their counts."""
    array = np.asarray(values)
    if array.dtype.kind not in "biufUSmM" or array.ndim != 1:
        raise InputError(
            f"{name} must be a vector of numbers, strings or dates; got {array.dtype}, shape {array.shape}.",
            f"convert {name}, for example with numpy.asarray(..., dtype=str)",
        )
    if array.dtype.kind in "fmM" and np.isnan(array).any():
        raise InputError(f"{name} has missing values.", "fill them in, or leave those rows out")
    return np.unique(array, return_inverse=True, return_counts=True)


def _check_number(n_folds: int) -> None:
    if n_folds < 2:
        raise InputError(f"Cross-validation needs at least 2 folds; got {n_folds}.", "use 5 or 10")


def _check_training(folds: Folds, outcome: Mask) -> None:
    for k, (train, _) in enumerate(folds):
        if outcome[train].all() or not outcome[train].any():
            raise InputError(
                f"The rows that train fold {k + 1} of {folds.n_folds} ({folds.kind}) hold one outcome only.",
                ["use fewer folds", "use stratified folds, if rows are independent"],
            )


def _classes(y: ArrayLike) -> NDArray[np.intp]:
    """Return the number of each row's class."""
    label = np.asarray(y)
    if label.ndim == 1 and label.dtype.kind in "iu" and label.size and label.min() >= 0:
        return label.astype(np.intp)
    return _outcomes(y).astype(np.intp)


def _outcomes(y: ArrayLike, size: int | None = None) -> Mask:
    values = np.asarray(y)
    outcome: Mask = values == 1
    if values.ndim != 1 or not (outcome | (values == 0)).all():
        raise InputError("y must be a vector of 0 and 1.", "code the event as 1 and its absence as 0")
    if size is not None and values.size != size:
        raise InputError(f"y has {values.size} values, expected {size}.", "pass one value a row")
    return outcome
