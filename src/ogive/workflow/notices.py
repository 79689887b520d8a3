"""What a reader must know before the numbers: each a sentence, its cause and a remedy, the gravest first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ogive._base import Status
from ogive.data import Schema, TableNotes
from ogive.inference import FEW_EVENTS, collinear_columns
from ogive.metrics import Evaluation
from ogive.report import Notice
from ogive.views import number
from ogive.workflow.findings import Findings
from ogive.workflow.separated import plain, suggested_alpha

# Columns up to which dependences between them are looked for (the work grows with the cube), sets named.
MOST_WIDTH, MOST_SETS = 2000, 5
# The odds are off by this factor at least where class weights and resampling are spoken of.
DISTORTED = 2.0
_GRAVITY = {"invalid": 0, "caution": 1, "note": 2}


def fit_notices(f: Findings, held_out: Evaluation | None) -> tuple[Notice, ...]:
    """Return the notices of a fit and its evaluation on held-out rows, the gravest first."""
    spoilt = distortion(held_out, "--calibrate") if held_out is not None else ()
    found = [*_sample(f, held_out), *spoilt, *_solution(f), *_collinear(f), *_evaluation(f), *_table(f)]
    return by_gravity(found)


def by_gravity(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return notices, the gravest first."""
    return tuple(sorted(notices, key=lambda notice: _GRAVITY[notice.level]))


def _sample(f: Findings, held_out: Evaluation | None) -> Iterator[Notice]:
    """Say that the data are too few, expected (of a penalised fit nothing is) or seen on held-out rows."""
    ratio = f.adequacy.events_per_parameter
    slope = None if held_out is None else held_out.calibration.slope
    if ratio is None:
        return
    if f.adequacy.verdict == "too few" and (f.problem.alpha == 0 or slope is None):
        yield _too_few(f, ratio)
    elif ratio < FEW_EVENTS and slope is not None and slope.high is not None and slope.high < 1:
        yield Notice(
            level="caution",
            sentence=f"the probabilities are too extreme: held-out calibration slope {slope!r}",
            cause=f"{ratio:.1f} events a coefficient are few",
            remedy=_shrink(f),
        )


def _shrink(f: Findings) -> str:
    return "shrink all coefficients (--alpha)" if f.options.alpha == 0 else "choose a stronger --alpha"


def _too_few(f: Findings, ratio: float) -> Notice:
    adequacy, shrinkage = f.adequacy, f.adequacy.shrinkage
    remedy = f"leave out columns that matter little (--exclude), or {_shrink(f)}"
    if ratio < FEW_EVENTS or shrinkage is None:
        return Notice(
            level="caution",
            sentence=f"the data are too few for a model of {adequacy.parameters} coefficients",
            cause=f"{adequacy.events:,.0f} rows of the rarer outcome are {ratio:.1f} a coefficient",
            remedy=remedy,
        )
    chance = f"{100 * (1 - shrinkage):.0f} % of it" if shrinkage > 0 else "all of it"
    return Notice(
        level="caution",
        sentence=f"the columns say little about {f.study.schema.target.name}",
        cause=f"chance alone would make {chance} with so many coefficients",
        remedy=remedy,
    )


def _solution(f: Findings) -> Iterator[Notice]:
    status = f.solution.certificate.status
    if f.problem.alpha > 0:
        yield Notice(
            level="note",
            sentence="a penalised fit has no standard errors, intervals, p-values, AIC or BIC",
            cause="its coefficients are shrunken towards zero on purpose, so those would not be valid",
            remedy="judge it by its evaluation on held-out rows",
        )
    if status is not Status.OPTIMAL:
        yield Notice(level="caution", sentence=status.meaning, remedy=status.remedy)
    if f.inferred.stands_in:
        yield Notice(
            level="note",
            sentence=" and ".join(f.inferred.stands_in),
            cause="the refits would have taken longer than fit and evaluation together",
            remedy="ask for them with --inference full",
        )


def _collinear(f: Findings) -> Iterator[Notice]:
    """Name the columns that nearly determine each other; a penalty settles them, and width makes it dear."""
    if f.problem.alpha > 0 or f.problem.design.shape[1] > MOST_WIDTH:
        return
    found = collinear_columns(f.problem, f.encoding.column_names)
    near = [c for c in found if len(c.names) > 1 and (not c.exact or f.solution.status is Status.OPTIMAL)]
    if near:
        more = f"; and {len(near) - MOST_SETS} more such sets" if len(near) > MOST_SETS else ""
        yield Notice(
            level="note",
            sentence="; ".join(c.sentence for c in near[:MOST_SETS]) + more,
            cause="their coefficients cannot be told apart well, so intervals are wide; predictions are not "
            "affected",
            remedy="leave one out (--exclude)",
        )


def _evaluation(f: Findings) -> Iterator[Notice]:
    if f.held_out is None:
        yield Notice(
            level="caution",
            sentence="the model was not evaluated on rows that it had not seen",
            cause=f.folds_note,
        )
    elif f.folds_note:
        yield Notice(level="note", sentence=f.folds_note)
    if f.held_out is not None and f.held_out.doubtful:
        yield Notice(
            level="note",
            sentence=f"in {f.held_out.doubtful} of {f.held_out.folds} folds some columns predict the "
            "training rows perfectly",
            cause="those folds were fitted with a penalty as strong as one row, and may judge too harshly",
            remedy=f"--alpha {plain(suggested_alpha(f.problem))} for the whole fit settles it",
        )
    if f.unusable_resamples:
        yield Notice(
            level="note",
            sentence=f"{f.unusable_resamples} of {f.options.bootstrap} bootstrap resamples could not be used",
            cause="they held one outcome only, or were separated",
        )


def _table(f: Findings) -> Iterator[Notice]:
    terms = {term.name: term for term in f.encoding.terms}
    filled = [
        column
        for column in f.study.schema.terms
        if column.missing and column.kind in ("number", "date") and terms[column.name].numbers
    ]
    if filled and f.problem.alpha == 0:
        shown = ", ".join(f"{column.name} ({column.missing:,})" for column in filled)
        yield Notice(
            level="note",
            sentence="standard errors are somewhat too small",
            cause=f"missing numbers were replaced by the median as if it had been measured: {shown}",
        )
    yield from guessed(f.study.schema)


def guessed(schema: Schema) -> Iterator[Notice]:
    """Name the columns whose kind was guessed."""
    columns = [f"{column.name} ({column.reason})" for column in schema.terms if column.reason]
    if columns:
        yield Notice(
            level="note",
            sentence=f"read by guess: {', '.join(columns)}",
            remedy="say otherwise with --categories or --numbers",
        )


def distortion(evaluation: Evaluation, remedy: str) -> Iterator[Notice]:
    """Say where the probabilities are off as class weights or resampling leave them: all odds by one factor.

    Calibration in the large is log(true odds / odds given). Training on classes of other weight adds a constant to
    every log-odds, so a large one beyond chance, beside a slope near 1, is their trace.
    """
    shift, slope = evaluation.calibration.intercept, evaluation.calibration.slope
    if shift.low is None or shift.high is None or shift.low <= 0 <= shift.high:
        return
    if abs(shift.value) < math.log(DISTORTED):
        return
    factor = number(math.exp(abs(shift.value)), 2)
    pure = slope is not None and 0.8 < slope.value < 1.25
    more = "" if pure else ", and more is wrong (see the calibration slope)"
    yield Notice(
        level="caution",
        sentence=f"the probabilities are spoilt: on the whole the odds are {factor} times too "
        f"{'high' if shift.value < 0 else 'low'}",
        cause=f"class weights, or resampling of the classes, leave this behind{more}",
        remedy=f"undo it with {remedy}; until then take no threshold from costs",
    )


def table_notices(notes: TableNotes) -> tuple[Notice, ...]:
    """Return what was done to a table that a model is applied to."""
    found = []
    for name, levels in notes.unseen.items():
        shown = ", ".join(f"{level!r} ({count:,})" for level, count in list(levels.items())[:5])
        more = f" and {len(levels) - 5} more" if len(levels) > 5 else ""
        found.append(
            Notice(
                level="caution",
                sentence=f"{name} has levels that the model never saw: {shown}{more}",
                cause="those rows were predicted as if they had the reference level",
            )
        )
    for name, count in notes.filled.items():
        found.append(
            Notice(
                level="caution",
                sentence=f"{name} is missing in {count:,} of {notes.rows:,} rows",
                cause="it never was in the training table, so the median (or reference level) was taken",
            )
        )
    if notes.outside:
        shown = ", ".join(f"{name} ({count:,})" for name, count in notes.outside.items())
        found.append(
            Notice(
                level="note",
                sentence=f"rows lie outside the range of the training table: {shown}",
                cause="the model extrapolates there",
            )
        )
    if notes.extra:
        found.append(Notice(level="note", sentence=f"columns not used: {', '.join(notes.extra)}"))
    return tuple(found)


def sentence(notice: Notice) -> str:
    """Return a notice as one sentence."""
    text = f"{notice.sentence}: {notice.cause}" if notice.cause else notice.sentence
    return f"{text[:1].upper()}{text[1:]}" + (f"; {notice.remedy}" if notice.remedy else "") + "."
