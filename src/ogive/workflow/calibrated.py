"""Scores calibrated: a calibrator learnt from a table, judged honestly, kept, and applied to other tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ogive._base import InputError, Vector
from ogive.calibration import Calibrator, VennAbers, columns_of, load
from ogive.fitting import stratified_folds
from ogive.report import Judged, ScoresSummary
from ogive.workflow.calibrating import AUTO, FOLDS, KeepsCalibrator, cross_fitted, learn, method_name
from ogive.workflow.judging import judged, recalibration
from ogive.workflow.options import Say, names, quiet
from ogive.workflow.scored import Reading, complete_scores, read_scored
from ogive.workflow.scores import ScoresEvaluation, distinct, judging, scores_notices
from ogive.workflow.study import source_name

CALIBRATED, LOW, HIGH = "calibrated", "low", "high"


class CalibratedScores(KeepsCalibrator, ScoresEvaluation):
    """A calibrator of a column of scores, judged on rows that did not teach it. It displays itself as its summary.

    Attributes
    ----------
    calibrator : Calibrator
        Learnt from all rows.
    record : ScoresSummary
        What calibrators of the same kind, each taught by the other folds, made of the rows.
    """

    def __init__(self, record: ScoresSummary, calibrator: Calibrator) -> None:
        super().__init__(record)
        self.calibrator = calibrator

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of scores."""
        return tuple(score.name for score in self.record.scores)


def calibrate_scores(  # noqa: PLR0913
    source: Any,
    label: str,
    score: str,
    *,
    method: str = AUTO,
    weight: str | None = None,
    sampling: bool = False,
    by: str | None = None,
    positive: Any = None,
    logits: bool = False,
    drop_missing: bool = False,
    threshold: float | None = None,
    cost_fp: float | None = None,
    cost_fn: float | None = None,
    seed: int = 0,
    level: float = 0.95,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> CalibratedScores:
    """Learn a calibrator from a column of scores and what happened, and judge it on rows that did not teach it.

    The calibrator that is kept learns from all rows. What is shown are five others of the same method: each learns from
    four fifths of the rows and calibrates the rest, so no row is judged by a calibrator that has seen it. With "auto"
    each of the five chooses for itself.

    Parameters
    ----------
    source, label, weight, sampling, by, positive, drop_missing, threshold, cost_fp, cost_fn, level
        As in `evaluate_scores`.
    score : str
        Column of scores of rows that did not teach their model.
    method : str
        "auto", or one of `ogive.calibration`, as in "platt".
    logits : bool
        Scores are log-odds or decision values, of any size.
    seed : int
        Of the folds.
    columns, na_values, delimiter
        See `ogive.data.read_table`.
    progress : callable, optional
        Told what is being done, in words.

    Raises
    ------
    InputError
        Where the table, a column or an option cannot be used.

    Examples
    --------
    >>> from ogive.workflow import calibrate_scores
    >>> table = {"ill": [0, 0, 1, 0, 1, 0, 1, 1] * 5, "risk": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9] * 5}
    >>> calibrate_scores(table, label="ill", score="risk", method="platt").calibrator
    PlattScaling()
    """
    method = method_name(method)
    reading = Reading(
        label=label,
        weight=weight,
        sampling=sampling,
        by=by,
        positive=positive,
        logits=logits,
        drop_missing=drop_missing,
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    how = judging(threshold, cost_fp, cost_fn, level)
    progress("Reading the table")
    scored = read_scored(source, distinct((score,)), reading)
    y, before = scored.y, scored.p[0]
    rarer = int(min(y.sum(), y.size - y.sum()))
    if rarer < 2:
        raise InputError(
            f"{scored.source.name}: the rarer class has {rarer} row{'s' * (rarer != 1)}; a calibrator needs two to be "
            "judged on rows that did not teach it.",
            "add rows of that class",
        )
    progress("Calibrating")
    learnt = learn(method, scored.raw[0], y, scored.sample_weight, logits=logits)
    folds = stratified_folds(y, min(FOLDS, rarer), seed)
    progress("Judging the calibrator")
    after = cross_fitted(method, scored.raw[0], y, scored.sample_weight, folds, logits=logits).p
    scheme = f"{len(folds)} folds, each calibrated by the others"
    change = recalibration(y, before, after, scored.sample_weight, how, learnt, scheme=scheme)
    rows = f"{y.size:,} rows of {scored.source.name}"
    validation = judged(y, after, scored.sample_weight, how, scheme=rows, by=scored.by, recalibration=change)
    return CalibratedScores(
        ScoresSummary(
            source=scored.source,
            outcome=scored.outcome,
            scores=(Judged(name=score, validation=validation),),
            notices=scores_notices([validation]),
        ),
        learnt.calibrator,
    )


def apply_calibrator(
    path: str | os.PathLike[str],
    source: Any,
    *,
    score: str | Sequence[str] | None = None,
    drop_missing: bool = False,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> pa.Table:
    """Return a table with a column `calibrated`, made by the calibrator of a file from a column of scores.

    Venn-Abers adds `low` and `high`, its two probabilities, one of which is calibrated. A calibrator of several classes
    takes a column a class and adds one each, as `calibrated p_rain`.

    Parameters
    ----------
    path : path
        Of the calibrator's file.
    source
        Any table.
    score : str or sequence of str, optional
        Column of scores, or one a class; those that the file names unless given.
    drop_missing : bool
        Leave out rows without a score, which are refused otherwise.
    columns, na_values, delimiter
        See `ogive.data.read_table`.
    progress : callable, optional
        Told what is being done, in words.

    Raises
    ------
    InputError
        Where the file or the table cannot be used, or the calibrator is for another number of classes.
    """
    calibrator, named = load(path), columns_of(path)
    wanted = names(score) if score is not None else named
    _check_columns(calibrator, wanted, Path(path).name)
    reading = Reading(
        label="",
        logits=calibrator.logits,
        drop_missing=drop_missing,
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    progress("Reading the table")
    table = reading.table(source)
    table, raw = complete_scores(table, wanted, reading, source_name(source))
    progress("Calibrating")
    results = _results(calibrator, wanted, raw)
    taken = [name for name in results if name in table.column_names]
    if taken:
        raise InputError(
            f"the table already has a column {taken[0]!r}, the name of a result.",
            "rename or drop that column",
        )
    return _with_columns(table, results)


def _check_columns(calibrator: Any, wanted: tuple[str, ...], file: str) -> None:
    """Refuse another number of columns than the calibrator is for."""
    classes = int(getattr(calibrator, "classes_", 2))
    needed = 1 if classes == 2 else classes
    if len(wanted) == needed:
        return
    found = f"got {', '.join(wanted)}" if wanted else "none is named"
    if needed == 1:
        raise InputError(f"{file} is for one column of scores; {found}.", "name it, as in --score p")
    raise InputError(
        f"{file} is for {classes} classes, each with a column of scores; {found}.",
        "name them in the order of the classes, as in --score p_a,p_b,p_c",
    )


def _results(calibrator: Any, wanted: tuple[str, ...], raw: tuple[Vector, ...]) -> dict[str, Vector]:
    if len(raw) > 1:
        calibrated = calibrator.transform(np.column_stack(raw))
        return {f"{CALIBRATED} {name}": p for name, p in zip(wanted, calibrated.T, strict=True)}
    results = {CALIBRATED: np.asarray(calibrator.transform(raw[0]))}
    if isinstance(calibrator, VennAbers):
        low, high = calibrator.intervals(raw[0])
        results |= {LOW: low, HIGH: high}
    return results


def _with_columns(table: pa.Table, columns: dict[str, Vector]) -> pa.Table:
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values))
    return table
