"""A fitted model as a person uses it: look at it, predict with it, judge it elsewhere, keep it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import pyarrow as pa

from ogive._base import Estimate, InputError, Vector
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
from ogive.metrics import Evaluation
from ogive.report import Coefficient, EvaluationSummary, Notice, Source, TermTest, terminal_summary
from ogive.views import as_text
from ogive.workflow import summarise
from ogive.workflow.curves import boundary
from ogive.workflow.file import read_file, to_bytes
from ogive.workflow.notices import sentence, table_notices
from ogive.workflow.options import Say, names, quiet
from ogive.workflow.outputs import write_whole
from ogive.workflow.predictions import Predictions, linear_variance
from ogive.workflow.record import ModelRecord
from ogive.workflow.study import reading_options, source_name
from ogive.workflow.tables import RecordTable

MOST_WIDTH = 110  # characters in a line that is read without losing it


class ProbabilityModel:
    """A logistic model fitted to a table, with its evaluation on held-out rows.

    Made by `ogive.fit` and `ogive.load`. It displays itself as its summary.

    Attributes
    ----------
    record : ModelRecord
        Everything that the model file carries.
    """

    def __init__(self, record: ModelRecord) -> None:
        self.record = record

    @property
    def terms(self) -> RecordTable[Coefficient]:
        """The coefficients, one a row, with intervals, tests and effects."""
        return RecordTable(self.record.summary.coefficients)

    @property
    def tests(self) -> RecordTable[TermTest]:
        """The test of each column of the table."""
        return RecordTable(self.record.summary.tests)

    @property
    def evaluation(self) -> Evaluation:
        """The judgement on held-out rows: `.auc`, `.brier`, `.calibration.slope`, each with its interval.

        Raises
        ------
        InputError
            Where the model was fitted without evaluation.
        """
        validation = self.record.summary.validation
        if validation is None:
            raise InputError("this model was not evaluated on held-out rows.", "fit it with folds=5")
        return validation.evaluation

    @property
    def intercept(self) -> float:
        """Log-odds where every design column is 0."""
        return self.record.parameters.intercept

    @property
    def coef(self) -> Vector:
        """Coefficients of the design columns, on their original scale, shape (p,)."""
        return self.record.parameters.coef

    @property
    def covariance(self) -> Vector | None:
        """Covariance of the intercept and the coefficients, shape (p + 1, p + 1); None where not valid."""
        return self.record.parameters.covariance_matrix()

    def summary(self, *, all_terms: bool = True, width: int | None = None) -> str:
        """Return the summary as text: terms, odds ratios and intervals, evaluation, what to beware of.

        Parameters
        ----------
        all_terms : bool
            Every coefficient, or the strongest only.
        width : int, optional
            Of a line; that of the terminal unless given.
        """
        width = width or min(shutil.get_terminal_size().columns, MOST_WIDTH)
        return as_text(terminal_summary(self.record.summary, all_terms=all_terms), width)

    def __repr__(self) -> str:
        return self.summary(all_terms=False)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.summary(all_terms=False, width=110))}</pre>"

    def predict(
        self,
        source: Any,
        *,
        threshold: float | None = None,
        level: float = 0.95,
        rename: Mapping[str, str] | None = None,
        missing: str | Sequence[str] = (),
        columns: Sequence[str] | None = None,
        na_values: str | Sequence[str] = (),
        delimiter: str | None = None,
        progress: Say = quiet,
    ) -> Predictions:
        """Give each row of a table its probability, interval and decision.

        Parameters
        ----------
        source
            Any table that `ogive.fit` takes; it needs the columns of the terms, in any order. Levels never
            seen count as the most frequent level, and are told.
        threshold : float, optional
            A row is decided positive from this probability on; that of the model unless given.
        level : float
            Of the intervals.
        rename : mapping, optional
            Names of the table to names of the model: {"max_hr": "thalach"}.
        missing : str or sequence of str
            Columns to treat as missing in every row.
        columns, na_values, delimiter
            See `ogive.data.read_table`.
        progress : callable, optional
            Told what is being done, in words.

        Raises
        ------
        InputError
            Where a needed column is missing, or holds what it should not.
        """
        threshold = self.record.threshold if threshold is None else threshold
        _share("threshold", threshold)
        _share("level", level)
        progress("Reading the table")
        table = read_table(
            source, **reading_options(columns, na_values, delimiter), text=self.record.schema.text_columns
        )
        loaded = load_columns(table, self.record.schema, rename=rename, missing=names(missing))
        progress("Predicting")
        linear, variance = self._linear(loaded, _renamed(table, rename))
        return Predictions(
            table,
            linear,
            variance,
            target=self.record.schema.target,
            threshold=threshold,
            level=level,
            notes=tuple(sentence(n) for n in table_notices(table_notes(loaded, self.record.encoding))),
        )

    def _linear(self, loaded: Columns, table: pa.Table) -> tuple[Vector, Vector | None]:
        """Linear predictor of each row, and its variance where a covariance is valid."""
        design = encode(loaded, self.record.encoding)
        linear = design.matvec(self.coef) + self.intercept
        offset = offset_vector(table, self.record.schema)
        covariance = self.covariance
        variance = None if covariance is None else linear_variance(design, covariance)
        return (linear if offset is None else linear + offset), variance

    def evaluate(
        self,
        source: Any,
        *,
        threshold: float | None = None,
        level: float = 0.95,
        rename: Mapping[str, str] | None = None,
        missing: str | Sequence[str] = (),
        columns: Sequence[str] | None = None,
        na_values: str | Sequence[str] = (),
        delimiter: str | None = None,
        model_name: str = "the model",
        progress: Say = quiet,
    ) -> EvaluationSummary:
        """Judge the model on another table whose outcomes are known (external validation).

        Weights and offset are read from the columns that the fit named. The other parameters are those of
        `predict`; `model_name` is what the report calls the model.

        Raises
        ------
        InputError
            As in `predict`, and where the target is not there, has one class, or an unknown value.
        """
        schema, encoding = self.record.schema, self.record.encoding
        threshold = self.record.threshold if threshold is None else threshold
        _share("threshold", threshold)
        _share("level", level)
        progress("Reading the table")
        whole = read_table(source, **reading_options(columns, na_values, delimiter), text=schema.text_columns)
        named = _renamed(whole, rename)
        table = usable_rows(named, schema)
        loaded = load_columns(table, schema, missing=names(missing))
        y, weights = target_vector(table, schema), weights_vector(table, schema)
        progress("Predicting")
        linear, _ = self._linear(loaded, table)
        base = np.ones(y.size) if weights is None else weights
        dropped = whole.num_rows - table.num_rows
        name = source_name(source)
        progress("Evaluating")
        return EvaluationSummary(
            model=model_name,
            source=Source(
                name=name,
                rows=whole.num_rows,
                columns=whole.num_columns,
                dropped=dropped,
                reason=f"no value of {schema.target.name}" if dropped else "",
            ),
            outcome=summarise.outcome(schema, float(base @ y), float(base.sum())),
            validation=summarise.validation(
                y, linear, weights, scheme=name, threshold=threshold, level=level
            ),
            notices=(*self._same_table(loaded, y, weights), *table_notices(table_notes(loaded, encoding))),
        )

    def _same_table(self, loaded: Columns, y: Vector, weights: Vector | None) -> tuple[Notice, ...]:
        """Warn where a model is judged on the rows that it was fitted to."""
        known = self.record.summary.provenance.fingerprint
        if self.record.schema.name_of("offset") or fingerprint(loaded, y, weights, None) != known:
            return ()
        return (
            Notice(
                level="caution",
                sentence="this is the table that the model was fitted to",
                cause="on its own rows every model looks better than it is",
                remedy="judge it on another table, or by the held-out rows that ogive show reports",
            ),
        )

    def boundary(self, term: str, *, probability: float = 0.5, level: float = 0.95) -> Estimate:
        """Return the value of a number at which the probability is one half (or `probability`).

        Every other column is held at its median or most frequent level; the interval is Fieller's.

        Parameters
        ----------
        term : str
            A numeric column.
        probability : float
            The one that is crossed.
        level : float
            Of the interval.

        Raises
        ------
        InputError
            Where there is no such number in the model, or the model has no valid covariance.
        """
        _share("probability", probability)
        described = self.record.summary.coefficients
        places = [j for j, c in enumerate(described) if c.name == term and c.kind == "number"]
        if not places:
            numeric = [c.name for c in described if c.kind == "number"]
            raise InputError(f"the model has no number {term!r}.", f"its numbers: {', '.join(numeric)}")
        covariance = self.covariance
        if covariance is None:
            raise InputError(
                f"no interval can be given: {self.record.parameters.reason}.", "fit with alpha=0"
            )
        typical = np.array([1.0, *(c.median or 0.0 for c in described)])
        typical[places[0] + 1] = 0.0
        along = np.zeros_like(typical)
        along[places[0] + 1] = 1.0
        pair = np.stack([typical, along])
        intercept, slope = pair @ np.concatenate([[self.intercept], self.coef])
        return boundary(
            float(intercept), float(slope), pair @ covariance @ pair.T, probability=probability, level=level
        )

    def to_bytes(self) -> bytes:
        """Return the bytes of the model file: the same for the same data and options."""
        return to_bytes(self.record)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model file: readable JSON; the file appears whole or not at all."""
        write_whole(path, self.to_bytes())


def load(path: str | os.PathLike[str]) -> ProbabilityModel:
    """Read a model from its file; nothing in it is ever run.

    Raises
    ------
    InputError
        Where there is no such file, or it is not a model, truncated, edited, or of a newer version.
    """
    return ProbabilityModel(read_file(path))


def _renamed(table: pa.Table, rename: Mapping[str, str] | None) -> pa.Table:
    """Give the columns the names of the model; one that another is renamed to is left out."""
    if not rename:
        return table
    kept = [name for name in table.column_names if name not in rename.values() or name in rename]
    return table.select(kept).rename_columns([rename.get(name, name) for name in kept])


def _share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise InputError(f"{name} is {value}; expected a number between 0 and 1.", f"change {name}")
