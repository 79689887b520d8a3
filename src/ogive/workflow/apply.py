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
    encode,
    fingerprint,
    load_columns,
    offset_vector,
    read_table,
    table_notes,
    target_vector,
    usable_rows,
    weights_vector,
)
from ogive.report import EvaluationSummary, Notice, Source
from ogive.workflow.notices import table_notices
from ogive.workflow.predictions import linear_variance
from ogive.workflow.pruning import without_pruned
from ogive.workflow.record import ModelRecord
from ogive.workflow.study import source_name
from ogive.workflow.summarise import outcome, validation


@dataclass(frozen=True, kw_only=True, eq=False)
class NewRows:
    """Rows of a table as the model reads them.

    Attributes
    ----------
    table : pyarrow.Table
        As given.
    named : pyarrow.Table
        With the names of the model; without rows whose outcome is missing where outcomes are needed.
    columns : Columns
    offset : (n,) float64 or None
    """

    table: pa.Table
    named: pa.Table
    columns: Columns
    offset: Vector | None


def read_rows(
    model: ModelRecord,
    source: Any,
    reading: Mapping[str, Any],
    *,
    rename: Mapping[str, str] | None,
    missing: tuple[str, ...],
    with_outcome: bool = False,
) -> NewRows:
    """Read a table and load the columns that the model needs."""
    table = read_table(source, **reading, text=model.schema.text_columns)
    loaded = None if with_outcome else load_columns(table, model.schema, rename=rename, missing=missing)
    named = _renamed(table, rename or {})
    if loaded is None:
        named = usable_rows(named, model.schema)
        loaded = load_columns(named, model.schema, missing=missing)
    return NewRows(table=table, named=named, columns=loaded, offset=offset_vector(named, model.schema))


def linear_predictors(
    model: ModelRecord, rows: NewRows, *, with_variance: bool
) -> tuple[Vector, Vector | None]:
    """Return the linear predictor of each row, and its variance where a covariance is valid."""
    design = encode(rows.columns, model.encoding)
    linear = design.matvec(model.parameters.coef) + model.parameters.intercept
    covariance = model.parameters.covariance_matrix() if with_variance else None
    variance = None if covariance is None else linear_variance(design, covariance)
    return (linear if rows.offset is None else linear + rows.offset), variance


def row_notices(model: ModelRecord, rows: NewRows) -> tuple[Notice, ...]:
    """Return what was done to the rows."""
    return table_notices(without_pruned(table_notes(rows.columns, model.encoding), model.encoding))


def judge(
    model: ModelRecord, rows: NewRows, source: Any, *, threshold: float, level: float, model_name: str
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
    dropped = rows.table.num_rows - rows.named.num_rows
    return EvaluationSummary(
        model=model_name,
        source=Source(
            name=source_name(source),
            rows=rows.table.num_rows,
            columns=rows.table.num_columns,
            dropped=dropped,
            reason=f"no value of {target.name}" if dropped else "",
        ),
        outcome=outcome(schema, float(base @ y), float(base.sum())),
        validation=validation(
            y, linear, weights, scheme=source_name(source), threshold=threshold, level=level
        ),
        notices=(*_same_table(model, rows, y, weights), *row_notices(model, rows)),
    )


def _same_table(model: ModelRecord, rows: NewRows, y: Vector, weights: Vector | None) -> tuple[Notice, ...]:
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


def _renamed(table: pa.Table, rename: Mapping[str, str]) -> pa.Table:
    """Give the columns the names of the model; one that another is renamed to is left out."""
    kept = [name for name in table.column_names if name not in rename.values() or name in rename]
    return table.select(kept).rename_columns([rename.get(name, name) for name in kept])
