"""The points that curves are fitted to: checked, and in the order of their groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, Record, Vector, as_vector, check_finite, check_same_length, check_weights


class Refused(Record, frozen=True, kw_only=True):
    """A group that no curve could be fitted to, and why."""

    group: str
    reason: str


@dataclass(frozen=True)
class Points:
    """Points in groups: those of group k stand from `offsets[k]` to before `offsets[k + 1]`.

    `order` says where each point stood as it was given; `names` has one name a group, None where there are no groups.
    """

    x: Vector  # (n,), or (n, k) where a function has several coordinates
    y: Vector
    weight: Vector
    offsets: NDArray[np.int64]
    names: tuple[str, ...] | None
    order: NDArray[np.intp]

    @property
    def coordinates(self) -> int | None:
        """Number of columns of x, None where it is one-dimensional."""
        return self.x.shape[1] if self.x.ndim > 1 else None

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of points in each group."""
        return np.diff(self.offsets)

    def group(self, k: int) -> str:
        """Return the words for a group in a message."""
        return f"the group {self.names[k]!r}" if self.names else "the curve"

    def keep(self, groups: NDArray[np.intp]) -> Points:
        """Return the points of some groups."""
        chosen = np.isin(np.arange(self.counts.size), groups)
        rows = np.repeat(chosen, self.counts)
        return Points(
            x=self.x[rows],
            y=self.y[rows],
            weight=self.weight[rows],
            offsets=np.concatenate([[0], np.cumsum(self.counts[chosen])]).astype(np.int64),
            names=tuple(self.names[k] for k in np.flatnonzero(chosen)) if self.names else None,
            order=self.order[rows],
        )

    def rows_of(self, size: int, by: ArrayLike | None) -> list[tuple[int, NDArray[np.intp]]]:
        """Return the groups that are named for `size` rows, each with its rows.

        Raises
        ------
        InputError
            Where there are several groups and `by` is missing, or names one that is not there.
        """
        names = self.names or ("",)
        if by is None:
            if len(names) > 1:
                raise InputError(f"there are {len(names)} curves; say which.", "pass by, one group an x")
            return [(0, np.arange(size))]
        given = np.asarray(by)
        if given.shape not in {(), (1,), (size,)}:
            raise InputError(
                f"by has shape {given.shape}, and x {size} values.", "pass one group, or one an x"
            )
        labels = np.broadcast_to(given.astype(str), size)
        known = {name: k for k, name in enumerate(names)}
        rows = []
        for name in np.unique(labels).tolist():
            if name not in known:
                raise InputError(
                    f"there is no curve for the group {name!r}.", f"the groups are {', '.join(names[:8])}"
                )
            rows.append((known[name], np.flatnonzero(labels == name)))
        return rows

    def places_before(self) -> Vector:
        """Return for each point the x before it in its group; before the first, one as far away as the next."""
        code = np.repeat(np.arange(self.counts.size), self.counts)
        order = np.lexsort((self.x, code))
        x, group = self.x[order], code[order]
        begins = np.concatenate([[True], group[1:] != group[:-1]])
        run = np.cumsum(begins | np.concatenate([[True], x[1:] != x[:-1]])) - 1  # one a group and x
        first = np.concatenate([[0], np.flatnonzero(np.diff(run)) + 1])
        value, opens = x[first], begins[first]
        before = np.concatenate([[np.nan], value[:-1]])
        before[opens] = 2 * value[opens] - np.append(value, np.nan)[1:][opens]
        found = np.empty(self.x.size)
        found[order] = before[run]
        return found

    def per_group(self, ufunc: np.ufunc, values: Vector) -> Vector:
        """Reduce values of the points to one a group, none of which is empty."""
        return np.asarray(ufunc.reduceat(values, self.offsets[:-1]))


def places_of(x: ArrayLike, coordinates: int | None) -> Vector:
    """Return x as numbers, (n,), or (n, coordinates) where there is a number of them.

    Raises
    ------
    InputError
        Where it is not numbers, or has another shape.
    """
    columns = np.asarray(x)
    if columns.dtype.kind in "mM":
        raise InputError(
            "x holds dates, and a curve needs numbers.",
            "pass the time since a day in a unit of yours: (x - x[0]) / numpy.timedelta64(1, 'D') is in days",
        )
    if coordinates is None and columns.ndim == 2:
        raise InputError(f"x has shape {columns.shape}, expected (n,).", "pass one column of the table")
    if coordinates is None:
        return as_vector(np.atleast_1d(columns), "x")
    if columns.ndim != 2 or columns.shape[1] != coordinates:
        raise InputError(
            f"x has shape {columns.shape}, expected (n, {coordinates}).",
            "pass one row of coordinates a point",
        )
    flat = as_vector(columns.ravel(), "x")
    return flat.reshape(columns.shape)


def _missing(labels: NDArray[Any]) -> NDArray[np.bool_]:
    """Which labels are none: None, NaN, NaT, or NA of pandas."""
    if labels.dtype.kind != "O":
        return np.asarray(labels != labels)  # noqa: PLR0124  (NaN and NaT are not equal to themselves)
    none = (
        one is None or (not isinstance(one, str) and str(one) in {"nan", "NaT", "<NA>"}) for one in labels
    )
    return np.fromiter(none, dtype=bool, count=labels.size)


def points_of(
    x: ArrayLike,
    y: ArrayLike,
    weights: ArrayLike | None,
    by: ArrayLike | None,
    coordinates: int | None = None,
) -> Points:
    """Check the points and sort them by group, otherwise in the order given; points of weight 0 are left out.

    Raises
    ------
    InputError
        Where a column is not numbers, lengths differ, a value is missing, or no point is left.
    """
    at, value = places_of(x, coordinates), as_vector(y, "y")
    rows = at if coordinates is None else at[:, 0]
    check_same_length(value, rows, "y")
    check_finite(at, "x")
    check_finite(value, "y")
    weight = np.ones(len(at)) if weights is None else as_vector(weights, "weights")
    check_same_length(weight, rows, "weights")
    check_weights(weight, "weights")
    there = np.flatnonzero(weight > 0)
    if not there.size:
        raise InputError("there are no points.", "pass at least as many as the curve has parameters")
    if by is None:
        offsets = np.array([0, there.size], dtype=np.int64)
        return Points(at[there], value[there], weight[there], offsets, None, there)
    labels = np.asarray(by)
    if labels.shape != value.shape:
        raise InputError(f"by has shape {labels.shape}, expected {value.shape}.", "pass one group a point")
    without = _missing(labels)
    if without.any():
        raise InputError(
            f"by is missing in {int(without.sum())} of {labels.size} rows.",
            "leave those rows out, or give them a group of their own",
        )
    found = labels[there] if labels.dtype.kind in "biuf" else labels[there].astype(str)
    if labels.dtype.kind in "biuf" and (found[1:] >= found[:-1]).all():  # in order already
        begins = np.append(0, np.flatnonzero(found[1:] != found[:-1]) + 1)
        names, order, offsets = found[begins], there, np.append(begins, found.size).astype(np.int64)
    else:
        names, code = np.unique(found, return_inverse=True)
        order = there[np.argsort(code, kind="stable")]
        offsets = np.concatenate([[0], np.cumsum(np.bincount(code))]).astype(np.int64)
    return Points(at[order], value[order], weight[order], offsets, tuple(map(str, names.tolist())), order)
