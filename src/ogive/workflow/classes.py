"""Probabilities of several classes judged, and calibrated: one column of scores a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ogive._base import InputError, SampleWeight, SamplingWeights, Vector
from ogive._kernels import FUNCTIONS
from ogive.calibration import Calibrator
from ogive.data import label_codes
from ogive.fitting import stratified_folds
from ogive.metrics import ManyComparison, MulticlassEvaluation, compare, evaluate, reliability_diagram
from ogive.report import ClassesRecalibration, ClassesSummary, ClassReliability, Source
from ogive.workflow.calibrating import AUTO, FOLDS, KeepsCalibrator, cross_fitted, learn, method_name
from ogive.workflow.display import Displayed
from ogive.workflow.options import Say, names, quiet
from ogive.workflow.scored import Reading, complete_scores, frequencies, probabilities, scored_source
from ogive.workflow.scores import distinct
from ogive.workflow.study import source_name, without_weight_zero

# Classes whose reliability is drawn; a page of more is not read.
MOST_DRAWN = 8


class ClassesEvaluation(Displayed):
    """Probabilities of several classes, judged. It displays itself as its summary.

    Attributes
    ----------
    record : ClassesSummary
    """

    def __init__(self, record: ClassesSummary) -> None:
        self.record = record

    @property
    def _shown(self) -> ClassesSummary:
        return self.record

    @property
    def evaluation(self) -> MulticlassEvaluation:
        """The judgement: `.accuracy`, `.log_loss`, `.per_class`, each with intervals."""
        return self.record.evaluation


class CalibratedClasses(KeepsCalibrator, ClassesEvaluation):
    """A calibrator of the scores of several classes, judged on rows that did not teach it.

    Attributes
    ----------
    calibrator : Calibrator
        Learnt from all rows.
    record : ClassesSummary
        What calibrators of the same kind, each taught by the other folds, made of the rows.
    """

    def __init__(self, record: ClassesSummary, calibrator: Calibrator) -> None:
        super().__init__(record)
        self.calibrator = calibrator

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of scores."""
        return self.record.columns


def evaluate_classes(
    source: Any,
    label: str,
    scores: Sequence[str],
    *,
    classes: Sequence[str] | None = None,
    weight: str | None = None,
    sampling: bool = False,
    drop_missing: bool = False,
    level: float = 0.95,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> ClassesEvaluation:
    """Judge probabilities of several classes in a table by what happened.

    Parameters
    ----------
    source, label, weight, sampling, drop_missing, level, columns, na_values, delimiter, progress
        As in `evaluate_scores`.
    scores : sequence of str
        Columns of probabilities, one a class. A column is for the class whose label ends its name, as in p_rain.
    classes : sequence of str, optional
        Labels of the classes in the order of the columns, where their names do not say.

    Raises
    ------
    InputError
        Where the table, a column or an option cannot be used, or it is not clear which column is for which class.

    Examples
    --------
    >>> from ogive.workflow import evaluate_classes
    >>> table = {"sky": ["sun", "rain", "fog", "sun"], "p_fog": [0.1, 0.2, 0.5, 0.2]}
    >>> table |= {"p_rain": [0.2, 0.6, 0.3, 0.1], "p_sun": [0.7, 0.2, 0.2, 0.7]}
    >>> evaluate_classes(table, "sky", ["p_fog", "p_rain", "p_sun"]).evaluation.accuracy.value
    1.0
    """
    reading = Reading(
        label=label,
        weight=weight,
        sampling=sampling,
        drop_missing=drop_missing,
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    progress("Reading the table")
    rows = _read(source, distinct(names(scores)), reading, classes)
    progress("Evaluating")
    return ClassesEvaluation(_judged(rows, rows.p, level))


def calibrate_classes(  # noqa: PLR0913
    source: Any,
    label: str,
    scores: Sequence[str],
    *,
    classes: Sequence[str] | None = None,
    method: str = AUTO,
    weight: str | None = None,
    sampling: bool = False,
    logits: bool = False,
    drop_missing: bool = False,
    seed: int = 0,
    level: float = 0.95,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> CalibratedClasses:
    """Learn a calibrator of the scores of several classes, and judge it on rows that did not teach it.

    As `calibrate_scores` does of two: the calibrator that is kept learns from all rows, and what is shown are five
    others of the same method, each taught by four fifths of the rows and judged on the rest.

    Parameters
    ----------
    source, label, scores, classes, weight, sampling, drop_missing, level, columns, na_values, delimiter, progress
        As in `evaluate_classes`.
    method : str
        "auto", or one of `ogive.calibration`, as in "temperature".
    logits : bool
        Scores are logits or decision values, of any size.
    seed : int
        Of the folds.

    Raises
    ------
    InputError
        Where the table, a column or an option cannot be used.

    Examples
    --------
    >>> from ogive.workflow import calibrate_classes
    >>> table = {"sky": ["sun", "rain", "fog", "sun", "rain"] * 8, "p_fog": [0.1, 0.2, 0.5, 0.2, 0.3] * 8}
    >>> table |= {"p_rain": [0.2, 0.6, 0.3, 0.1, 0.3] * 8, "p_sun": [0.7, 0.2, 0.2, 0.7, 0.4] * 8}
    >>> made = calibrate_classes(table, "sky", ["p_fog", "p_rain", "p_sun"], method="temperature")
    >>> made.record.recalibration.change.log_loss.better
    'after'
    """
    method = method_name(method)
    reading = Reading(
        label=label,
        weight=weight,
        sampling=sampling,
        logits=logits,
        drop_missing=drop_missing,
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    progress("Reading the table")
    rows = _read(source, distinct(names(scores)), reading, classes)
    rarest = int(np.bincount(rows.y, minlength=len(rows.classes)).min())
    if rarest < 2:
        few = rows.classes[int(np.bincount(rows.y, minlength=len(rows.classes)).argmin())]
        raise InputError(
            f"{rows.source.name}: the class {few} has {rarest} row{'s' * (rarest != 1)}; a calibrator needs two to be "
            "judged on rows that did not teach it.",
            "add rows of that class, or leave its column out",
        )
    progress("Calibrating")
    learnt = learn(method, rows.raw, rows.y, rows.sample_weight, logits=logits)
    folds = stratified_folds(rows.y, min(FOLDS, rarest), seed)
    progress("Judging the calibrator")
    after = cross_fitted(method, rows.raw, rows.y, rows.sample_weight, folds, logits=logits).p
    change = ClassesRecalibration(
        method=learnt.calibrator.method,
        reason=learnt.reason,
        candidates=learnt.candidates,
        scheme=f"{len(folds)} folds, each calibrated by the others",
        before=rows.evaluation(rows.p, level),
        change=cast(
            ManyComparison,
            compare(
                rows.names_of_rows,
                after,
                rows.p,
                rows.sample_weight,
                classes=rows.classes,
                names=("after", "before"),
                level=level,
            ),
        ),
    )
    return CalibratedClasses(_judged(rows, after, level, change), learnt.calibrator)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Rows:
    """Rows of a label of several classes: `y` the number of the class, `raw` and `p` (n, K) as read and as shares."""

    source: Source
    label: str
    columns: tuple[str, ...]
    classes: tuple[str, ...]
    y: NDArray[np.intp]
    raw: Vector
    p: Vector
    sample_weight: SampleWeight

    @property
    def names_of_rows(self) -> NDArray[np.str_]:
        """Name of the class of each row."""
        return np.array(self.classes)[self.y]

    def evaluation(self, p: Vector, level: float) -> MulticlassEvaluation:
        """Judge probabilities of the rows."""
        found = evaluate(self.names_of_rows, p, self.sample_weight, classes=self.classes, level=level)
        return cast(MulticlassEvaluation, found)


def _read(source: Any, wanted: tuple[str, ...], reading: Reading, classes: Sequence[str] | None) -> _Rows:
    """Read the label and the scores of a table."""
    whole = reading.table(source)
    counted, where = without_weight_zero(whole, reading.weight), source_name(source)
    found, codes = label_codes(counted, reading.label, "label")
    labelled = counted.filter(pa.array(codes >= 0)) if (codes < 0).any() else counted
    table, raw = complete_scores(labelled, wanted, reading, where)
    named = classes_of(wanted, found, classes, where)
    if reading.logits:
        p = FUNCTIONS["softmax"]["value"](np.column_stack(raw))
    else:
        p = np.column_stack(
            [probabilities(c, n, where, logits=False) for c, n in zip(raw, wanted, strict=True)]
        )
    found, codes = label_codes(table, reading.label, "label")
    weights = frequencies(table, reading.weight)
    left = [t.num_rows for t in (whole, counted, labelled, table)]
    return _Rows(
        source=scored_source(source, whole.num_columns, left, reading.label, wanted),
        label=reading.label,
        columns=wanted,
        classes=named,
        y=np.array([named.index(text) for text in found])[codes],
        raw=np.column_stack(raw),
        p=p,
        sample_weight=SamplingWeights(weights) if reading.sampling and weights is not None else weights,
    )


def _judged(
    rows: _Rows, p: Vector, level: float, recalibration: ClassesRecalibration | None = None
) -> ClassesSummary:
    """Judge probabilities of the rows, all together and class by class."""
    drawn = [k for k in range(min(len(rows.classes), MOST_DRAWN)) if 0 < (rows.y == k).sum() < rows.y.size]
    return ClassesSummary(
        source=rows.source,
        label=rows.label,
        columns=rows.columns,
        evaluation=rows.evaluation(p, level),
        reliability=tuple(
            ClassReliability(
                name=rows.classes[k],
                diagram=reliability_diagram(
                    (rows.y == k).astype(np.float64), p[:, k], rows.sample_weight, level=level
                ),
            )
            for k in drawn
        ),
        recalibration=recalibration,
    )


def classes_of(
    columns: tuple[str, ...], labels: tuple[str, ...], given: Sequence[str] | None, where: str
) -> tuple[str, ...]:
    """Return the class of each column: as given, or the label that ends its name.

    Raises
    ------
    InputError
        Where there are fewer than three columns, names do not say the class, or a label has no column.

    Examples
    --------
    >>> classes_of(("p_sun", "p_rain", "p_light rain"), ("light rain", "rain", "sun"), None, "sky.csv")
    ('sun', 'rain', 'light rain')
    """
    if len(columns) < 3:
        raise InputError(
            f"{len(columns)} columns of scores are named for the classes of one label; expected three or more.",
            "of two classes name the column of the positive one alone: --score p",
        )
    if given is None:
        found = tuple(_ending(column, labels) for column in columns)
        silent = [column for column, label in zip(columns, found, strict=True) if label is None]
        if silent or len(set(found)) < len(found):
            wrong = f"{silent[0]!r} ends in none of them" if silent else "two columns end in the same one"
            raise InputError(
                f"{where}: the name of each score must end in the label of its class, as p_{labels[0]} does; the "
                f"labels are {', '.join(labels[:8])}, and {wrong}.",
                f"say the labels in the order of the columns: --classes {','.join(labels[: len(columns)])}",
            )
        given = [label for label in found if label is not None]
    if len(given) != len(columns) or len(set(given)) < len(given):
        raise InputError(
            f"{len(given)} classes are named for {len(columns)} columns of scores.",
            "name each once, in their order",
        )
    lacking = [label for label in labels if label not in given]
    if lacking:
        raise InputError(
            f"{where}: rows have the label {lacking[0]!r}, and no column of scores is for it.",
            "name a column of scores for each class",
        )
    return tuple(given)


def _ending(column: str, labels: tuple[str, ...]) -> str | None:
    """Return the longest label that ends a name and is not the tail of a longer word or number."""
    for label in sorted(labels, key=len, reverse=True):
        if column.casefold().endswith(label.casefold()):
            before = column[: len(column) - len(label)][-1:]
            joined = (before.isalpha() and label[:1].isalpha()) or (before.isdigit() and label[:1].isdigit())
            if not joined:
                return label
    return None
