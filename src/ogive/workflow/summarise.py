"""From what was fitted and judged to the frozen summary that the terminal, the page and the file show."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from ogive._kernels import sigmoid
from ogive.data import Column, Encoding, Schema
from ogive.inference import HypothesisTest
from ogive.report import (
    Adequacy,
    Coefficient,
    Correction,
    Fit,
    LeftOut,
    Outcome,
    Predictor,
    Provenance,
    Summary,
    TermTest,
    Validation,
)
from ogive.workflow.curves import term_curves
from ogive.workflow.describe import DesignColumn, describe
from ogive.workflow.findings import Findings
from ogive.workflow.heldout import HeldOut, Recalibrated
from ogive.workflow.inferring import Inferred
from ogive.workflow.judging import Judging, cost_pair, judged, recalibration
from ogive.workflow.notices import fit_notices
from ogive.workflow.options import Options
from ogive.workflow.study import Study, labels


def summarise(f: Findings) -> Summary:
    """Return the summary of a fit."""
    described = describe(f.study, f.encoding, f.problem)
    adequacy = f.adequacy
    held_out = held_out_validation(f.study, f.options, f.held_out, f.recalibrated, f.corrected)
    return Summary(
        source=f.study.source,
        outcome=outcome(f.study.schema, f.study.events, f.study.total),
        predictors=predictors(f.study.schema, f.encoding),
        left_out=left_out(f.study.schema, f.encoding),
        fit=fit_summary(f, described),
        coefficients=coefficients(f.inferred, described),
        tests=term_tests(f.inferred.tests),
        statistics=f.statistics,
        adequacy=Adequacy(
            events_per_coefficient=adequacy.events_per_parameter or adequacy.events,
            shrinkage=adequacy.shrinkage,
        ),
        notices=fit_notices(f, None if held_out is None else held_out.evaluation),
        curves=term_curves(f.study, described, f.parameters, f.options.level),
        validation=held_out,
        provenance=provenance(f.study, f.options),
    )


def held_out_validation(
    study: Study,
    o: Options,
    held_out: HeldOut | None,
    recalibrated: Recalibrated | None,
    corrected: tuple[Correction, ...] = (),
) -> Validation | None:
    """Judge the held-out predictions; where there is a calibrator, as calibrated by what other folds taught."""
    if held_out is None:
        return None
    weights, linear, scheme = study.weights, held_out.linear_predictor, held_out.scheme
    how = Judging(threshold=o.threshold, level=o.level, costs=cost_pair(o.cost_fp, o.cost_fn))
    rows = held_out.rows if recalibrated is None else recalibrated.crossed.rows
    y, w, plain = study.y[rows], None if weights is None else weights[rows], sigmoid(linear[rows])
    if recalibrated is None:
        return judged(y, plain, w, how, scheme=scheme, linear=linear[rows], corrected=corrected)
    p = recalibrated.crossed.p[rows]
    change = recalibration(y, plain, p, w, how, recalibrated.learnt, scheme="the folds, each by the others")
    return judged(y, p, w, how, scheme=scheme, corrected=corrected, recalibration=change)


def outcome(schema: Schema, events: float, rows: float) -> Outcome:
    """Return the target with its classes."""
    target = schema.target
    return Outcome(
        name=target.name,
        positive=labels(target.positive),
        negative=labels(target.negative),
        events=events,
        rows=rows,
    )


def predictors(schema: Schema, encoding: Encoding) -> tuple[Predictor, ...]:
    """Return the columns that the model uses, with what was done to their missing values."""
    terms = {term.name: term for term in encoding.terms}
    used = [column for column in schema.terms if terms[column.name].numbers or terms[column.name].code_names]
    return tuple(
        Predictor(
            name=column.name,
            kind=column.kind,  # type: ignore[arg-type]  # a term is never of kind "other"
            levels=len(column.levels) if column.kind == "category" else None,
            missing=column.missing,
            treatment=_treatment(column, terms[column.name].missing) if column.missing else "",
        )
        for column in used
    )


def _treatment(column: Column, own_column: bool) -> str:
    if column.kind in ("number", "date"):
        return "median + indicator" if own_column else "median"
    return "a level of their own" if own_column else "counted as the reference level"


def left_out(schema: Schema, encoding: Encoding) -> tuple[LeftOut, ...]:
    """Return the columns that the model does not use and the design columns dropped, with reasons."""
    columns = [LeftOut(name=column.name, reason=column.reason) for column in schema.left_out]
    dropped = [
        LeftOut(name=name, reason=why) for term in encoding.terms for name, why in term.dropped.items()
    ]
    return (*columns, *dropped)


def fit_summary(f: Findings, described: tuple[DesignColumn, ...]) -> Fit:
    """Return what was fitted and its certificate."""
    solution, options = f.solution, f.options
    means = np.array([column.mean for column in described])
    offset = 0.0
    if f.study.offset is not None:
        offset = float(np.average(f.study.offset, weights=f.study.weights))
    return Fit(
        coefficients=len(solution.coef) + 1,
        method="penalised maximum likelihood" if options.alpha > 0 else "maximum likelihood",
        certificate=solution.certificate,
        intercept=f.inferred.intervals[0],
        intercept_se=f.inferred.rows[0].standard_error,
        probability_at_mean=float(sigmoid(solution.intercept + solution.coef @ means + offset)),
        alpha=options.alpha,
        weights=options.weights,
        offset=options.offset,
        level=options.level,
    )


def coefficients(inferred: Inferred, described: tuple[DesignColumn, ...]) -> tuple[Coefficient, ...]:
    """Return the coefficients of the design, in its order."""
    effects = [inferred.effects.get(j) for j in range(len(described))]
    return tuple(
        Coefficient(
            name=column.name,
            term=column.term,
            kind=column.kind,
            estimate=interval,
            se=row.standard_error,
            z=row.z,
            p=row.p,
            marginal=effect.effect if effect is not None else None,
            reference=column.reference,
            mean=column.mean,
            sd=column.sd,
            median=column.median,
            low=column.low,
            high=column.high,
            note=row.reason,
        )
        for column, row, interval, effect in zip(
            described, inferred.rows[1:], inferred.intervals[1:], effects, strict=True
        )
    )


def term_tests(tests: dict[str, HypothesisTest]) -> tuple[TermTest, ...]:
    """Return the tests that are valid."""
    return tuple(
        TermTest(term=name, method=test.method, statistic=test.statistic, df=test.df, p=test.p)
        for name, test in tests.items()
        if test.statistic is not None and test.df is not None and test.p is not None
    )


def provenance(study: Study, options: Options) -> Provenance:
    """Return what it takes to do it again."""
    return Provenance(
        fingerprint=study.fingerprint,
        options=options.given(),
        versions={name: version(name) for name in ("ogive", "numpy")},
    )
