"""Any learner on a table: its rows read, encoded and held out as those of a fit; the rest is the learner's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Generic, Protocol

import msgspec

from ogive._base import InputError, Vector
from ogive.data import Encoding, encode, learn_encoding
from ogive.metrics import Evaluation
from ogive.report import Learning, LearntSummary, Notice
from ogive.workflow.heldout import HeldOut, Rows, hold_out_rows, make_folds, recalibrate
from ogive.workflow.notices import by_gravity, distortion, guessed
from ogive.workflow.options import Options, Say, quiet
from ogive.workflow.pipeline import asked
from ogive.workflow.record import L, LearntRecord, dense, log_odds
from ogive.workflow.study import Study, read_study
from ogive.workflow.summarise import held_out_validation, left_out, outcome, predictors, provenance


@dataclass(frozen=True, kw_only=True)
class Lesson(Generic[L]):
    """What came of learning.

    Attributes
    ----------
    learnt : Learnt
        What predicts, and goes into the file.
    learning : Learning
        How it learnt, for the summary.
    notices : tuple of Notice
        What is wrong with it; often nothing.
    failed : bool
        Whether it broke off.
    """

    learnt: L
    learning: Learning
    notices: tuple[Notice, ...] = ()
    failed: bool = False


class Learner(Protocol[L]):
    """What learns from rows of numbers to tell two classes apart; the same rows leave the same lesson."""

    @property
    def options(self) -> Mapping[str, Any]:
        """What was asked of it, for the provenance."""
        ...

    def learn(self, x: Vector, y: Vector, names: Sequence[str], say: Say) -> Lesson[L]:
        """Learn from x of shape (n, columns), whose columns have names, and y, 0 or 1, of shape (n,)."""
        ...


def learn_table(  # noqa: PLR0913
    source: Any,
    target: str,
    learner: Learner[L],
    *,
    positive: Any = None,
    identifiers: str | Sequence[str] = (),
    exclude: str | Sequence[str] = (),
    folds: int = 5,
    groups: str | None = None,
    time: str | None = None,
    threshold: float | None = None,
    calibrate: str | None = None,
    cost_fp: float | None = None,
    cost_fn: float | None = None,
    seed: int = 0,
    level: float = 0.95,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    categories: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    progress: Say = quiet,
) -> tuple[LearntRecord[L], float]:
    """Let a learner learn from a table and judge it on held-out rows; also the seconds that learning took.

    Options are those of `fit`. Medians, levels and all that the learner does come from the training rows of each fold.

    Raises
    ------
    InputError
        Where the table or an option cannot be used.
    """
    options = asked(
        target=target,
        positive=positive,
        identifiers=identifiers,
        exclude=exclude,
        folds=folds,
        groups=groups,
        time=time,
        threshold=threshold,
        calibrate=calibrate,
        cost_fp=cost_fp,
        cost_fn=cost_fn,
        seed=seed,
        level=level,
        columns=columns,
        na_values=na_values,
        delimiter=delimiter,
        categories=categories,
        numbers=numbers,
    )
    progress("Reading the table")
    study = read_study(source, options)
    progress("Learning")
    started = perf_counter()
    encoding, lesson, _ = _learn(study, learner, None, progress)
    seconds = perf_counter() - started
    return _judge(study, options, learner, encoding, lesson, progress), seconds


def _learn(
    study: Study, learner: Learner[L], rows: Rows | None, say: Say
) -> tuple[Encoding, Lesson[L], Vector]:
    """Learn the encoding and then what it encodes, from some rows alone; also return all rows, encoded so."""
    encoding = learn_encoding(study.schema, study.columns, rows)
    if not encoding.column_names:
        raise InputError(
            f"{study.source.name}: no column is left to learn from{'' if rows is None else ' in one of the folds'}.",
            "keep more columns, of which no fold has only one value",
        )
    x = dense(encode(study.columns, encoding))
    chosen = slice(None) if rows is None else rows
    return encoding, learner.learn(x[chosen], study.y[chosen], encoding.column_names, say), x


def _judge(
    study: Study, options: Options, learner: Learner[L], encoding: Encoding, lesson: Lesson[L], say: Say
) -> LearntRecord[L]:
    """Judge the learner on held-out rows, and put the model together."""

    def predict(train: Rows, test: Rows) -> tuple[Vector, bool]:
        _, of_fold, x = _learn(study, learner, train, quiet)
        return log_odds(of_fold.learnt, x[test]), of_fold.failed

    folds, note = make_folds(study, options)
    held_out = None if folds is None else hold_out_rows(study, options, folds, say, predict)
    recalibrated = None
    if options.calibrate is not None:
        say("Calibrating")
        recalibrated = recalibrate(options.calibrate, study, held_out, folds, note)
    say("Summarising")
    validation = held_out_validation(study, options, held_out, recalibrated)
    evaluation = None if validation is None else validation.evaluation
    traced = provenance(study, options)
    summary = LearntSummary(
        source=study.source,
        outcome=outcome(study.schema, study.events, study.total),
        predictors=predictors(study.schema, encoding),
        left_out=left_out(study.schema, encoding),
        learning=lesson.learning,
        notices=by_gravity([*lesson.notices, *_notices(study, lesson.learning, held_out, evaluation, note)]),
        validation=validation,
        provenance=msgspec.structs.replace(
            traced, options=traced.options | {name: str(value) for name, value in learner.options.items()}
        ),
    )
    return LearntRecord(
        schema=study.schema,
        encoding=encoding,
        learnt=lesson.learnt,
        threshold=options.threshold,
        na_values=options.na_values,
        calibrator=None if recalibrated is None else recalibrated.learnt.calibrator.to_record(),
        summary=summary,
    )


def _notices(
    study: Study, learning: Learning, held_out: HeldOut | None, evaluation: Evaluation | None, note: str
) -> Iterator[Notice]:
    if evaluation is not None:
        yield from distortion(evaluation, "--calibrate")
    if held_out is None:
        sentence = "the model was not evaluated on rows that it had not seen"
        yield Notice(level="caution", sentence=sentence, cause=note)
    elif note:
        yield Notice(level="note", sentence=note)
    if held_out is not None and held_out.doubtful:
        yield Notice(
            level="caution",
            sentence=f"in {held_out.doubtful} of {held_out.folds} folds learning broke off",
            cause="numbers grew beyond all bounds, and the evaluation counts what stood before",
            remedy="learn in smaller steps (--rate)",
        )
    yield Notice(level="note", sentence="predictions have no intervals", cause=learning.no_intervals)
    yield from guessed(study.schema)
