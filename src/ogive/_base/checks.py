"""What every column of numbers that a person passes must be; each check refuses the rest in the same words."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ogive._base.errors import InputError
from ogive._base.protocols import Vector


def as_vector(values: ArrayLike, name: str) -> Vector:
    """Return contiguous float64 numbers of shape (n,), n >= 1, which may still be NaN or infinite."""
    try:
        vector = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be numbers.", f"convert {name} to an array of float") from None
    if np.ndim(values) != 1 or vector.size == 0:
        raise InputError(
            f"{name} must be one-dimensional with at least one value; got shape {np.shape(values)}.",
            "pass one number a row; of predict_proba, that is the column of the positive class",
        )
    return vector


def check_finite(vector: Vector, name: str) -> None:
    """Refuse NaN and infinity, with their number."""
    bad = int(np.sum(~np.isfinite(vector)))
    if bad:
        raise InputError(
            f"{name} is missing or infinite in {bad} of {vector.size} rows.",
            "leave those rows out, or mend them",
        )


def check_binary(outcome: Vector) -> None:
    """Refuse outcomes other than 0 and 1."""
    other = outcome[(outcome != 0) & (outcome != 1)]
    if other.size:
        raise InputError(
            f"y must be 0 or 1; got {other[0]:g}.",
            "code the event as 1 and its absence as 0, for example y == 'yes'",
        )


def check_weights(weight: Vector, name: str = "sample_weight") -> None:
    """Refuse weights that are missing, negative, or 0 everywhere."""
    check_finite(weight, name)
    if (weight < 0).any():
        raise InputError(
            f"{name} is negative in {np.sum(weight < 0)} of {weight.size} rows.",
            "a weight says how many rows one stands for: use 0 or more",
        )
    if not weight.any():
        raise InputError(
            f"{name} is 0 in every row, so no row counts.", "give at least one row a positive weight"
        )


def check_same_length(vector: Vector, outcome: Vector, name: str) -> None:
    """Refuse a column that has not one value for each outcome."""
    if vector.size != outcome.size:
        raise InputError(
            f"{name} has {vector.size} values and y has {outcome.size}.", "pass one value of each a row"
        )
