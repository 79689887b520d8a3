"""A table of scores in memory: the label as 0 and 1, one column of probabilities or one a class, weights, segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ogive._base import InputError, Record, Vector
from ogive._kernels import sigmoid
from ogive.data import (
    Column,
    Schema,
    Target,
    label_codes,
    learn_target,
    number_vector,
    read_table,
    target_vector,
    usable_rows,
    weights_vector,
)
from ogive.metrics import SamplingWeights
from ogive.report import Outcome, Source
from ogive.workflow.study import labels, reading_options, source_name, without_weight_zero


class Reading(Record, frozen=True, kw_only=True):
    """How a table of scores is read; see `evaluate_scores` for the meaning of each."""

    label: str
    weight: str | None = None
    sampling: bool = False
    by: str | None = None
    positive: Any = None
    logits: bool = False
    drop_missing: bool = False
    columns: tuple[str, ...] | None = None
    na_values: tuple[str, ...] = ()
    delimiter: str | None = None

    def table(self, source: Any) -> pa.Table:
        """Return the table."""
        return read_table(source, **reading_options(self.columns, self.na_values, self.delimiter))


@dataclass(frozen=True, kw_only=True, eq=False)
class Scored:
    """Rows with a known label and known scores.

    Attributes
    ----------
    names : tuple of str
        Columns of scores.
    y : (n,) float64
        1 where the label is positive, else 0; of several classes the place of the label in `classes`.
    raw, p : tuple of (n,) float64
        Scores as they are, and as probabilities, one vector a column of scores.
    weights : (n,) float64 or None
        As read; `sampling` says what they are.
    by : (n,) or None
        Segment of each row.
    outcome : Outcome
    source : Source
    """

    names: tuple[str, ...]
    y: Vector
    raw: tuple[Vector, ...]
    p: tuple[Vector, ...]
    weights: Vector | None
    sampling: bool
    by: NDArray[Any] | None
    outcome: Outcome
    source: Source

    @property
    def sample_weight(self) -> Vector | SamplingWeights | None:
        """Weights as the metrics take them."""
        return SamplingWeights(self.weights) if self.sampling and self.weights is not None else self.weights


def read_scored(source: Any, score: Sequence[str], reading: Reading) -> Scored:
    """Read a label of two classes and one or more columns of scores for it."""
    whole = reading.table(source)
    counted = without_weight_zero(whole, reading.weight)
    target = learn_target(counted, reading.label, reading.positive, role="label")
    schema = _schema(target, reading.weight)
    labelled = usable_rows(counted, schema)
    table, raw = complete_scores(labelled, score, reading, source_name(source))
    p = tuple(
        probabilities(column, name, source_name(source), logits=reading.logits)
        for column, name in zip(raw, score, strict=True)
    )
    y, weights = target_vector(table, schema), weights_vector(table, schema)
    base = np.ones(y.size) if weights is None else weights
    events, rows = float(np.sum(base * y)), float(np.sum(base))
    _both(source, reading.label, target, events, rows)
    left = [t.num_rows for t in (whole, counted, labelled, table)]
    return Scored(
        names=tuple(score),
        y=y,
        raw=raw,
        p=p,
        weights=weights,
        sampling=reading.sampling,
        by=segments_of(table, reading.by),
        outcome=Outcome(
            name=target.name,
            positive=labels(target.positive),
            negative=labels(target.negative),
            events=events,
            rows=rows,
        ),
        source=scored_source(source, whole.num_columns, left, reading.label, score),
    )


def complete_scores(
    table: pa.Table, score: Sequence[str], reading: Reading, where: str
) -> tuple[pa.Table, tuple[Vector, ...]]:
    """Return the rows in which every score is known, and the scores as they are.

    Raises
    ------
    InputError
        Where scores are missing and are not to be dropped.
    """
    columns = tuple(number_vector(table, name, "score") for name in score)
    known = np.ones(table.num_rows, dtype=bool)
    for name, column in zip(score, columns, strict=True):
        missing = np.isnan(column)
        if missing.any() and not reading.drop_missing:
            raise InputError(
                f"{where}: the score {name!r} is missing in {int(missing.sum()):,} of {column.size:,} rows, first in "
                f"row {int(missing.argmax()) + 1}.",
                ["leave those rows out: --drop-missing", "or fill them in"],
            )
        known &= ~missing
    if not known.any():
        raise InputError(f"{where}: no row has every score.", "check the columns named with --score")
    if not known.all():
        table = table.filter(pa.array(known))
        columns = tuple(column[known] for column in columns)
    return table, columns


def probabilities(scores: Vector, name: str, where: str, *, logits: bool) -> Vector:
    """Return scores as probabilities: as they are, or the sigmoid of log-odds."""
    if logits:
        return np.asarray(sigmoid(scores), dtype=np.float64)
    low, high = scores.min(), scores.max()
    if low < 0 or high > 1:
        outside = int(np.sum((scores < 0) | (scores > 1)))
        raise InputError(
            f"{where}: the score {name!r} is not between 0 and 1 in {outside:,} of {scores.size:,} rows (it goes from "
            f"{low:.4g} to {high:.4g}). Are these log-odds?",
            [
                "if they are log-odds or decision values: --logits",
                "if they are percentages, divide them by 100",
            ],
        )
    return scores


def frequencies(table: pa.Table, weight: str | None) -> Vector | None:
    """Return the weights; None where no column is named."""
    if weight is None:
        return None
    nobody = Target(name="", positive=(), negative=(), rows=0, events=0)
    return weights_vector(table, _schema(nobody, weight))


def _schema(target: Target, weight: str | None) -> Schema:
    roles = (Column(name=weight, kind="number", role="weights"),) if weight else ()
    return Schema(rows=target.rows, target=target, columns=roles)


def _both(source: Any, label: str, target: Target, events: float, rows: float) -> None:
    """Refuse rows of one class: what was left out may have been all of the other."""
    if not 0 < events < rows:
        only = labels(target.positive if events else target.negative)
        raise InputError(
            f"{source_name(source)}: of the rows with a score, all have {label} = {only}; two classes are needed.",
            "check which rows have no score",
        )


def segments_of(table: pa.Table, by: str | None) -> NDArray[Any] | None:
    """Return the segment of each row: numbers as they are, anything else as labels; None where nothing is named."""
    if by is None:
        return None
    found, codes = label_codes(table, by, "segment")
    kind = table.column(by).type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return number_vector(table, by, "segment")
    return np.array([*found, None], dtype=object)[codes]  # a missing one has the code -1: the last


def scored_source(source: Any, columns: int, left: Sequence[int], label: str, score: Sequence[str]) -> Source:
    """Return what was read and what of it was left out; `left` are the rows after each reason to leave some out."""
    causes = ("weight 0", f"no value of {label}", f"no value of {' or '.join(score)}")
    reasons = [cause for cause, (before, after) in zip(causes, pairwise(left), strict=True) if after < before]
    return Source(
        name=source_name(source),
        rows=left[0],
        columns=columns,
        dropped=left[0] - left[-1],
        reason=" or ".join(reasons),
    )
