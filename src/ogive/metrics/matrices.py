"""Probabilities of several classes or labels: the rows as they were given, checked, and weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, SampleWeight, SamplingWeights, Vector, as_vector, check_finite
from ogive.metrics.forecasts import rows_of
from ogive.metrics.groups import clusters_of
from ogive.metrics.influence import Sample, sample_of

# Class probabilities that miss a sum of 1 by more are something else; those of float32 miss it by 1e-6.
ROUNDED = 1e-3


@dataclass(frozen=True)
class ClassRows:
    """Rows of one class each: probabilities (n, K) by columns, the number of the class, weights."""

    p: Vector
    label: NDArray[np.intp]
    names: tuple[str, ...]
    sample: Sample
    weight: SampleWeight


@dataclass(frozen=True)
class LabelRows:
    """Rows with any number of labels: probabilities (n, L) by columns, which labels there are, weights."""

    p: Vector
    labelled: NDArray[np.bool_]
    names: tuple[str, ...]
    sample: Sample
    weight: SampleWeight


def class_rows(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight,
    classes: Sequence[Any] | None,
    clusters: ArrayLike | None = None,
) -> ClassRows:
    """Check rows of one class each."""
    matrix = _matrix(p)
    total = matrix.sum(axis=1)
    off = np.abs(total - 1) > ROUNDED
    if off.any():
        raise InputError(
            f"p does not add up to 1 in {off.sum()} of {total.size} rows, first to {total[off][0]:.6g}.",
            [
                "turn logits into probabilities with ogive.functions.softmax",
                "if a row may have several labels, pass y of shape (n, L) with 0 and 1",
            ],
        )
    values = tuple(range(matrix.shape[1])) if classes is None else tuple(classes)
    _named(values, matrix.shape[1])
    label = _numbered(y, values, named=classes is not None)
    if label.size != matrix.shape[0]:
        raise InputError(
            f"p has {matrix.shape[0]} rows and y has {label.size} values.", "pass one class a row"
        )
    sample, used, weight = _weighed(matrix, sample_weight, clusters)
    return ClassRows(_columns(matrix, used), label[used], tuple(map(str, values)), sample, weight)


def label_rows(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight,
    classes: Sequence[Any] | None,
    clusters: ArrayLike | None = None,
) -> LabelRows:
    """Check rows with any number of labels."""
    matrix, labelled = _matrix(p), np.asarray(y)
    if labelled.shape != matrix.shape:
        raise InputError(
            f"y and p must have one column a label each; got shapes {labelled.shape} and {matrix.shape}.",
            "pass y of shape (n, L) with 0 and 1, and p of the same shape",
        )
    if labelled.dtype.kind not in "biuf" or not np.isin(labelled, (0, 1)).all():
        raise InputError("y must be 0 or 1 for each label.", "code a label as 1 where the row has it, else 0")
    values = tuple(range(matrix.shape[1])) if classes is None else tuple(classes)
    _named(values, matrix.shape[1])
    sample, used, weight = _weighed(matrix, sample_weight, clusters)
    return LabelRows(
        _columns(matrix, used), _columns(labelled == 1, used), tuple(map(str, values)), sample, weight
    )


def _matrix(p: ArrayLike) -> Vector:
    try:
        matrix = np.asarray(p, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("p must be numbers.", "convert p to an array of float") from None
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise InputError(
            f"p must have one row each and one column a class or label; got shape {matrix.shape}.",
            "pass what predict_proba returns, all of its columns",
        )
    bad = ~np.isfinite(matrix).all(axis=1)
    if bad.any():
        raise InputError(
            f"p is missing or infinite in {bad.sum()} of {bad.size} rows.",
            "leave those rows out, or mend them",
        )
    outside = (matrix < 0) | (matrix > 1)
    if outside.any():
        raise InputError(
            f"p is not between 0 and 1 in {outside.any(axis=1).sum()} of {bad.size} rows, "
            f"first {matrix[outside][0]:g}.",
            "if these are logits, turn them into probabilities with ogive.functions.softmax (one class a row) "
            "or sigmoid (any labels)",
        )
    return matrix


def _named(values: tuple[Any, ...], columns: int) -> None:
    if len(values) != columns:
        raise InputError(
            f"classes has {len(values)} names, and p has {columns} columns.",
            "name every column once, in order",
        )
    if len(set(map(str, values))) != len(values):
        raise InputError("classes names a column twice.", "give every column a name of its own")


def _numbered(y: ArrayLike, values: tuple[Any, ...], *, named: bool) -> NDArray[np.intp]:
    """Return the number of each row's class."""
    if not named:
        label = as_vector(y, "y")
        check_finite(label, "y")
        other = label[(label != np.trunc(label)) | (label < 0) | (label >= len(values))]
        if other.size:
            raise InputError(
                f"y must be the number of the class, from 0 to {len(values) - 1}; got {other[0]:g}.",
                "name the classes in the order of the columns, for example classes=model.classes_",
            )
        return label.astype(np.intp)
    given = np.asarray(y).tolist()
    place = {value: k for k, value in enumerate(np.asarray(values).tolist())}
    unknown = [value for value in dict.fromkeys(given) if value not in place]
    if unknown:
        raise InputError(
            f"y holds {unknown[0]!r}, which is not among the classes.", f"expected one of {list(values)}"
        )
    return np.fromiter(map(place.__getitem__, given), dtype=np.intp, count=len(given))


def _weighed(
    matrix: Vector, sample_weight: SampleWeight, clusters: ArrayLike | None
) -> tuple[Sample, NDArray[np.intp] | slice, SampleWeight]:
    """Return the sample of the rows that count, which these are, and their weights as metrics take them."""
    n = matrix.shape[0]
    rows = rows_of(np.zeros(n), np.zeros(n), sample_weight)
    weight = rows.weight
    if weight is not None and not ((np.isfinite(weight) & (weight >= 0)).all() and weight.any()):
        rows.refuse()
    sample, used = sample_of(rows.weight, rows.squares, n, clusters_of(clusters, n))
    if rows.weight is None:
        return sample, used, None
    return sample, used, sample.weight if rows.squares is None else SamplingWeights(sample.weight)


def _columns(matrix: NDArray[Any], used: NDArray[np.intp] | slice) -> NDArray[Any]:
    """Return the rows that count, each column contiguous."""
    return np.asfortranarray(matrix[used])
