"""A model applied to another table: its rows encoded as in training, predicted, and judged by their outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ogive._base import InputError, Vector
from ogive.data import (
    Columns,
    Schema,
    encode,
    fingerprint,
    load_columns,
    offset_vector,
    read_table,
    renamed,
    table_notes,
    target_vector,
    usable_rows,
    weights_vector,
)
from ogive.report import EvaluationSummary, Notice
from ogive.workflow.judging import Judging, judged
from ogive.workflow.notices import table_notices
from ogive.workflow.pruning import without_pruned
from ogive.workflow.record import TableRecord
from ogive.workflow.scored import segments_of
from ogive.workflow.study import source_name, source_summary, without_weight_zero
from ogive.workflow.summarise import outcome


@dataclass(frozen=True, kw_only=True, eq=False)
class NewRows:
    """Rows of a table as the model reads them.

    Attributes
    ----------
    table : pyarrow.Table
        As given.
    counted : pyarrow.Table
        With the names of the model; where outcomes are needed, without rows of weight 0.
    named : pyarrow.Table
        With the names of the model; where outcomes are needed, without rows whose outcome is missing.
    columns : Columns
    offset : (n,) float64 or None
    """

    table: pa.Table
    counted: pa.Table
    named: pa.Table
    columns: Columns
    offset: Vector | None


def read_rows(
    model: TableRecord,
    source: Any,
    reading: Mapping[str, Any],
    *,
    rename: Mapping[str, str] | None,
    missing: tuple[str, ...],
    with_outcome: bool = False,
) -> NewRows:
    """Read a table and load the columns that the model needs."""
    rename, schema = rename or {}, model.schema
    tokens = dict.fromkeys((*model.na_values, *reading["na_values"]))
    table = read_table(source, **{**reading, "na_values": tuple(tokens)}, text=_text_columns(schema, rename))
    load_columns(table.slice(0, 0), schema, rename=rename, missing=missing)  # refuses names that do not fit
    named = renamed(table, rename)
    counted = without_weight_zero(named, schema.name_of("weights")) if with_outcome else named
    used = usable_rows(counted, schema) if with_outcome else named
    return NewRows(
        table=table,
        counted=counted,
        named=used,
        columns=load_columns(used, schema, missing=missing),
        offset=offset_vector(used, schema),
    )


def _text_columns(schema: Schema, rename: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names, in the new table, of the columns whose codes must stay text."""
    here = {old: new for new, old in rename.items()}
    return tuple(here.get(name, name) for name in schema.text_columns)


def linear_predictors(
    model: TableRecord, rows: NewRows, *, with_variance: bool
) -> tuple[Vector, Vector | None]:
    """Return the linear predictor of each row, and its variance where a covariance is valid."""
    design = encode(rows.columns, model.encoding)
    linear = model.linear_predictor(design)
    variance = model.variance(design) if with_variance else None
    return (linear if rows.offset is None else linear + rows.offset), variance


def row_notices(model: TableRecord, rows: NewRows) -> tuple[Notice, ...]:
    """Return what was done to the rows."""
    return table_notices(without_pruned(table_notes(rows.columns, model.encoding), model.encoding))


def interval_notices(model: TableRecord) -> tuple[Notice, ...]:
    """Say why predictions have no interval, where they have none."""
    cause = model.no_intervals.partition(": ")[0]  # what it is; the summary says what follows from it
    if not cause:
        return ()
    return (Notice(level="note", sentence="no intervals are given", cause=cause),)


def judge(
    model: TableRecord, rows: NewRows, source: Any, how: Judging, *, by: str | None, model_name: str
) -> EvaluationSummary:
    """Judge a model by the outcomes of other rows (external validation)."""
    schema, target = model.schema, model.schema.target
    y, weights = target_vector(rows.named, schema), weights_vector(rows.named, schema)
    linear, _ = linear_predictors(model, rows, with_variance=False)
    base = np.ones(y.size) if weights is None else weights
    if not 0 < base @ y < base.sum():
        raise InputError(
            f"{source_name(source)}: only one outcome occurs in {target.name!r}; two are needed.",
            "evaluate on a table that holds rows of both outcomes",
        )
    return EvaluationSummary(
        model=model_name,
        source=source_summary(source, rows.table, rows.counted, rows.named, target.name),
        outcome=outcome(schema, float(base @ y), float(base.sum())),
        validation=judged(
            y,
            model.probability(linear),
            weights,
            how,
            scheme=source_name(source),
            by=segments_of(rows.named, by),
            linear=linear if model.calibrator is None else None,
        ),
        notices=(*_same_table(model, rows, y, weights), *row_notices(model, rows)),
    )


def _same_table(model: TableRecord, rows: NewRows, y: Vector, weights: Vector | None) -> tuple[Notice, ...]:
    """Warn where a model is judged on the rows that it was fitted to."""
    if fingerprint(rows.columns, y, weights, rows.offset) != model.summary.provenance.fingerprint:
        return ()
    return (
        Notice(
            level="caution",
            sentence="this is the table that the model was fitted to",
            cause="on its own rows every model looks better than it is",
            remedy="judge it on another table, or by the held-out rows that ogive show reports",
        ),
    )
