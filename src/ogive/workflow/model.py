"""A fitted model as a person uses it: look at it, predict with it, judge it elsewhere, keep it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from ogive._base import Estimate, FileKind, InputError, Vector, write_whole
from ogive.metrics import Evaluation
from ogive.report import Coefficient, EvaluationSummary, LearntSummary, Summary, TermTest, Validation
from ogive.workflow.apply import interval_notices, judge, linear_predictors, read_rows, row_notices
from ogive.workflow.curves import boundary
from ogive.workflow.describe import typical_row
from ogive.workflow.display import Displayed
from ogive.workflow.file import KIND, read_file, to_bytes
from ogive.workflow.judging import Judging, cost_pair, cost_threshold
from ogive.workflow.notices import sentence
from ogive.workflow.options import Say, names, quiet
from ogive.workflow.predictions import Predictions
from ogive.workflow.record import LearntRecord, ModelRecord
from ogive.workflow.study import reading_options
from ogive.workflow.tables import RecordTable

R = TypeVar("R", bound=ModelRecord | LearntRecord[Any])


class TableModel(Displayed, Generic[R]):
    """A model of the columns of a table, with its evaluation on held-out rows: what all kinds have in common.

    Attributes
    ----------
    record : ModelRecord or LearntRecord
        Everything that the model file carries.
    seconds : float or None
        Time that the fit took; None for a model read from its file.
    """

    kind: ClassVar[FileKind] = KIND

    def __init__(self, record: R, *, seconds: float | None = None) -> None:
        self.record = record
        self.seconds = seconds

    @property
    def _shown(self) -> Summary | LearntSummary:
        return self.record.summary

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
            seen count as the reference level, and are told.
        threshold : float, optional
            A row is decided positive from this probability on; that of the model unless given.
        level : float
            Of the intervals.
        rename : mapping, optional
            Names of the table to names of the model: {"max_hr": "thalach"}.
        missing : str or sequence of str
            Columns to treat as missing in every row.
        columns, na_values, delimiter
            See `ogive.data.read_table`; the `na_values` of the fit count too.
        progress : callable, optional
            Told what is being done, in words.

        Raises
        ------
        InputError
            Where a needed column is missing, or holds what it should not.
        """
        threshold = self._threshold(threshold, level)
        progress("Reading the table")
        rows = read_rows(
            self.record,
            source,
            reading_options(columns, na_values, delimiter),
            rename=rename,
            missing=names(missing),
        )
        progress("Predicting")
        linear, variance = linear_predictors(self.record, rows, with_variance=True)
        return Predictions(
            rows.table,
            linear,
            variance,
            curve=self.record.probability,
            target=self.record.schema.target,
            threshold=threshold,
            level=level,
            notes=tuple(map(sentence, (*interval_notices(self.record), *row_notices(self.record, rows)))),
        )

    def evaluate(  # noqa: PLR0913
        self,
        source: Any,
        *,
        threshold: float | None = None,
        cost_fp: float | None = None,
        cost_fn: float | None = None,
        by: str | None = None,
        level: float = 0.95,
        rename: Mapping[str, str] | None = None,
        missing: str | Sequence[str] = (),
        columns: Sequence[str] | None = None,
        na_values: str | Sequence[str] = (),
        delimiter: str | None = None,
        model_name: str = "the model",
        progress: Say = quiet,
    ) -> ExternalValidation:
        """Judge the model on another table whose outcomes are known (external validation).

        Weights and offset are read from the columns that the fit named.

        Parameters
        ----------
        source
            The table.
        threshold : float, optional
            A row is decided positive from this probability on; that of the costs, or of the model, unless given.
        cost_fp, cost_fn : float, optional
            What a false positive and a false negative cost; both or neither.
        by : str, optional
            Column of segments, each of which is judged too.
        level : float
            Of the intervals.
        rename, missing, columns, na_values, delimiter, progress
            As in `predict`.
        model_name : str
            What the report calls the model.

        Raises
        ------
        InputError
            As in `predict`, and where the target is not there, has one class, or an unknown value.
        """
        costs = cost_pair(cost_fp, cost_fn)
        if costs is not None and threshold is None:
            threshold = cost_threshold(costs)
        how = Judging(threshold=self._threshold(threshold, level), level=level, costs=costs)
        progress("Reading the table")
        rows = read_rows(
            self.record,
            source,
            reading_options(columns, na_values, delimiter),
            rename=rename,
            missing=names(missing),
            with_outcome=True,
        )
        progress("Evaluating")
        summary = judge(self.record, rows, source, how, by=by, model_name=model_name)
        return ExternalValidation(summary)

    def _threshold(self, threshold: float | None, level: float) -> float:
        threshold = self.record.threshold if threshold is None else threshold
        _share("threshold", threshold)
        _share("level", level)
        return threshold

    def to_bytes(self) -> bytes:
        """Return the bytes of the model file: the same for the same data and options."""
        return to_bytes(self.record, self.kind)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model file: readable JSON; the file appears whole or not at all."""
        write_whole(path, self.to_bytes())


class ProbabilityModel(TableModel[ModelRecord]):
    """A logistic model fitted to a table, with its evaluation on held-out rows.

    Made by `ogive.fit` and `ogive.load`. It displays itself as its summary.

    Attributes
    ----------
    record : ModelRecord
        Everything that the model file carries.
    seconds : float or None
        Time that solving took; None for a model read from its file.

    Examples
    --------
    >>> import ogive
    >>> from ogive.datasets import heart
    >>> model = ogive.fit(heart(), "disease", exclude=["ca", "thal"])
    >>> model.terms[0].name, model.terms[0].estimate
    ('age', 0.02 (-0.02 – 0.06))
    >>> model.boundary("oldpeak")
    0.09 (-1.90 – 1.53)
    >>> print(model.predict(heart().slice(0, 1)))
    Predictions: ...
    """

    @property
    def terms(self) -> RecordTable[Coefficient]:
        """The coefficients, one a row, with intervals, tests and effects."""
        return RecordTable(self.record.summary.coefficients)

    @property
    def tests(self) -> RecordTable[TermTest]:
        """The test of each column of the table."""
        return RecordTable(self.record.summary.tests)

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

    def boundary(self, term: str, *, probability: float = 0.5, level: float = 0.95) -> Estimate:
        """Return the value of a number at which the probability is one half (or `probability`).

        Every other column is held at its median or most frequent value, and the offset, if the model has one,
        at 0; the interval is Fieller's.

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
        typical = np.array([1.0, *typical_row(described)])
        typical[places[0] + 1] = 0.0
        along = np.zeros_like(typical)
        along[places[0] + 1] = 1.0
        pair = np.stack([typical, along])
        intercept, slope = pair @ np.concatenate([[self.intercept], self.coef])
        return boundary(
            float(intercept), float(slope), pair @ covariance @ pair.T, probability=probability, level=level
        )


class ExternalValidation(Displayed):
    """A model judged on another table. It displays itself as its summary.

    Attributes
    ----------
    record : EvaluationSummary
    """

    def __init__(self, record: EvaluationSummary) -> None:
        self.record = record

    @property
    def _shown(self) -> EvaluationSummary:
        return self.record

    @property
    def validation(self) -> Validation:
        """The judgement with what it was made on."""
        return self.record.validation

    @property
    def evaluation(self) -> Evaluation:
        """The judgement: `.auc`, `.brier`, `.calibration.slope`, each with its interval."""
        return self.record.validation.evaluation


def load(path: str | os.PathLike[str]) -> ProbabilityModel:
    """Read a model from its file; nothing in it is ever run.

    Raises
    ------
    InputError
        Where there is no such file, or it is not a model, truncated, edited, or of a newer version.

    Examples
    --------
    >>> import tempfile, os, ogive
    >>> from ogive.datasets import heart
    >>> path = os.path.join(tempfile.mkdtemp(), "heart.ogive")
    >>> ogive.fit(heart(), "disease").save(path)
    >>> len(ogive.load(path).terms)
    20
    """
    return ProbabilityModel(read_file(path))


def _share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise InputError(f"{name} is {value}; expected a number between 0 and 1.", f"change {name}")
