"""Groups of rows, given by a value a row: text, numbers, booleans; None and NaN are a group of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import Estimate, InputError, Record

MISSING = "(missing)"


class Segment(Record, frozen=True, kw_only=True):
    """How the probabilities did in one group of rows.

    Attributes
    ----------
    name : str
        Value of the group; "(missing)" where there was none.
    count, events : float
        Rows and rows with the outcome (sums of weights).
    prevalence, mean_predicted : float
        What happened and what was predicted, on average.
    auc : Estimate or None
    log_loss, brier : Estimate
    intercept, slope : Estimate or None
        Calibration in the large and calibration slope; 0 and 1 are perfect.
    p_value : float or None
        Of the joint score test that they are 0 and 1 in truth, adjusted for the number of segments (Holm 1979).
    flagged : bool
        Whether the segment is miscalibrated beyond chance: p_value < 1 - level.
    note : str
        Why a number is missing; empty where none is.
    """

    name: str
    count: float
    events: float
    prevalence: float
    mean_predicted: float
    auc: Estimate | None
    log_loss: Estimate
    brier: Estimate
    intercept: Estimate | None
    slope: Estimate | None
    p_value: float | None
    flagged: bool
    note: str = ""


@dataclass(frozen=True)
class Groups:
    """The group of each row as a number, and the values of the groups in order; None is that of missing values."""

    code: NDArray[np.intp]
    values: tuple[Any, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What to call the groups: whole numbers without a point."""
        return tuple(_name(value) for value in self.values)


def groups_of(values: ArrayLike, rows: int, name: str) -> Groups:
    """Number the groups of equal values, in increasing order, missing values last."""
    array = np.asarray(values)
    if array.shape != (rows,):
        raise InputError(
            f"{name} must have one value a row, shape ({rows},); got shape {array.shape}.",
            f"pass {name} as one column of the table that y and p come from",
        )
    try:
        return _of_numbers(array) if array.dtype.kind in "iuf" else _of_objects(array.tolist())
    except TypeError:
        raise InputError(
            f"{name} holds values that cannot be told apart, such as lists.",
            f"pass text, numbers or booleans as {name}",
        ) from None


def clusters_of(values: ArrayLike | None, rows: int) -> Groups | None:
    """Number the clusters of rows; each row must have one. None where there are none."""
    if values is None:
        return None
    groups = groups_of(values, rows, "clusters")
    if None in groups.values:
        missing = int(np.sum(groups.code == len(groups.values) - 1))
        raise InputError(
            f"clusters is missing in {missing} of {rows} rows.",
            "give a row that stands alone a cluster of its own",
        )
    return groups


def _of_numbers(array: NDArray[Any]) -> Groups:
    distinct, code = np.unique(array, return_inverse=True)  # NaN is last, once
    return Groups(code.astype(np.intp), tuple(None if _is_missing(x) else x for x in distinct.tolist()))


def _of_objects(values: list[Any]) -> Groups:
    distinct = dict.fromkeys(values)
    there = [value for value in distinct if not _is_missing(value)]
    numeric = all(isinstance(value, int | float) for value in there)
    there.sort(key=None if numeric else str)
    # Of equal values of unlike type (1, 1.0, True) a dictionary keeps the first, so the codes stay distinct.
    place = {value: code for code, value in enumerate(there)}
    codes = {
        value: place.get(value, len(there)) if not _is_missing(value) else len(there) for value in distinct
    }
    code = np.fromiter(map(codes.__getitem__, values), dtype=np.intp, count=len(values))
    return Groups(code, (*there, *([None] if len(there) < len(distinct) else [])))


def _is_missing(value: Any) -> bool:
    """None, and what is not equal to itself or does not know: NaN, and the missing values of table libraries."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124  (NaN)
    except TypeError:
        return True


def _name(value: Any) -> str:
    if value is None:
        return MISSING
    return f"{value:.10g}" if isinstance(value, float) else str(value)
