"""The main job: a table in, a fitted and honestly judged model out."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np

from ogive._base import Vector
from ogive.fitting import Problem, Solution, covariance, linear_predictor
from ogive.inference import fit_statistics, validity
from ogive.workflow.calibrating import method_name
from ogive.workflow.findings import Findings
from ogive.workflow.heldout import bootstrap_corrections, hold_out, make_folds, recalibrate
from ogive.workflow.inferring import MOST_COVARIANCE, infer
from ogive.workflow.judging import cost_pair, cost_threshold
from ogive.workflow.model import ProbabilityModel
from ogive.workflow.options import Inference, Options, Say, names, quiet
from ogive.workflow.pruning import identified_fit, learn_columns
from ogive.workflow.record import ModelRecord, Parameters, lower_triangle
from ogive.workflow.separated import refuse_separation
from ogive.workflow.study import Study, read_study
from ogive.workflow.summarise import summarise


def fit(  # noqa: PLR0913
    source: Any,
    target: str,
    *,
    positive: Any = None,
    weights: str | None = None,
    offset: str | None = None,
    identifiers: str | Sequence[str] = (),
    exclude: str | Sequence[str] = (),
    alpha: float = 0.0,
    folds: int = 5,
    groups: str | None = None,
    time: str | None = None,
    threshold: float | None = None,
    calibrate: str | None = None,
    cost_fp: float | None = None,
    cost_fn: float | None = None,
    inference: Inference = "auto",
    bootstrap: int = 0,
    seed: int = 0,
    level: float = 0.95,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    categories: str | Sequence[str] = (),
    numbers: str | Sequence[str] = (),
    progress: Say = quiet,
) -> ProbabilityModel:
    """Fit a logistic model to a table and judge it on held-out rows.

    Parameters
    ----------
    source : path, pattern, list of paths, "-", or table
        CSV, TSV, Parquet, Feather, JSON lines; pandas, Polars, Arrow, DuckDB; a dict of arrays.
    target : str
        Column to predict: 0/1, boolean, two labels, or more with `positive`.
    positive : label or sequence of labels, optional
        Values of the target that count as the outcome.
    weights : str, optional
        Column of frequencies: a row of weight 2 is the row twice, in estimates and standard errors alike.
    offset : str, optional
        Column that is added to the log-odds as it is.
    identifiers, exclude : str or sequence of str
        Columns that name the rows, and columns to leave out.
    alpha : float
        Strength of the L2 penalty on standardised columns; 0 is maximum likelihood.
    folds : int
        Held-out folds, stratified by the outcome; 0 for no evaluation.
    groups, time : str, optional
        Column whose rows of one value stay in one fold; column of time, so that later rows are predicted from
        earlier ones.
    threshold : float, optional
        Probability from which on a row is decided positive; what the costs say, or 0.5, unless given.
    calibrate : str, optional
        Method that turns the probabilities of the model into better ones, learnt from the held-out rows: "auto" or one
        of `ogive.calibration`, as in "platt". It becomes part of the model. The evaluation is of calibrated
        probabilities of rows that taught neither the model nor the calibrator.
    cost_fp, cost_fn : float, optional
        What a false positive and a false negative cost; both or neither.
    inference : {"auto", "full", "wald"}
        Profile-likelihood intervals and likelihood-ratio tests of the terms: while they cost no more than fit
        and evaluation together (counted, not timed), always, never.
    bootstrap : int
        Resamples for optimism-corrected measures; 0 for none, 200 are usual.
    seed : int
        Of the folds and the bootstrap: the same seed gives the same bits.
    level : float
        Of all intervals.
    columns, na_values, delimiter
        See `ogive.data.read_table`.
    categories, numbers : str or sequence of str
        Columns to read as codes, or as amounts, against the guess.
    progress : callable, optional
        Told what is being done, in words.

    Returns
    -------
    ProbabilityModel

    Raises
    ------
    SeparationError
        Where some columns predict the outcome perfectly and `alpha` is 0, so that a coefficient is infinite.
    InputError
        Where the table or an option cannot be used.

    Examples
    --------
    >>> import ogive
    >>> from ogive.datasets import heart
    >>> model = ogive.fit(heart(), target="disease", exclude=["ca", "thal"])
    >>> model.evaluation.auc
    0.87 (0.83 – 0.90)
    """
    options = asked(
        target=target,
        columns=columns,
        na_values=na_values,
        delimiter=delimiter,
        positive=positive,
        weights=weights,
        offset=offset,
        identifiers=identifiers,
        exclude=exclude,
        categories=categories,
        numbers=numbers,
        groups=groups,
        time=time,
        alpha=float(alpha),
        folds=folds,
        bootstrap=bootstrap,
        threshold=threshold,
        calibrate=calibrate,
        cost_fp=cost_fp,
        cost_fn=cost_fn,
        inference=inference,
        level=level,
        seed=seed,
    )
    progress("Reading the table")
    study = read_study(source, options)
    record, seconds = fit_study(study, options, progress)
    return ProbabilityModel(record, seconds=seconds)


def asked(
    *,
    threshold: float | None,
    calibrate: str | None,
    cost_fp: float | None,
    cost_fn: float | None,
    columns: Sequence[str] | None,
    level: float,
    **others: Any,
) -> Options:
    """Return options as they are kept: names as tuples, and the threshold that the costs say."""
    costs = cost_pair(cost_fp, cost_fn)
    if threshold is None:
        threshold = 0.5 if costs is None else cost_threshold(costs)
    several = ("na_values", "identifiers", "exclude", "categories", "numbers")
    others |= {name: names(others[name]) for name in several}
    return Options(
        columns=None if columns is None else names(columns),
        threshold=float(threshold),
        calibrate=None if calibrate is None else method_name(calibrate),
        cost_fp=cost_fp,
        cost_fn=cost_fn,
        level=float(level),
        **others,
    )


def fit_study(study: Study, options: Options, say: Say = quiet) -> tuple[ModelRecord, float]:
    """Fit, infer and judge: everything after reading; also the seconds that solving took."""
    say("Fitting")
    started = perf_counter()
    encoding, problem, solution = identified_fit(
        study, learn_columns(study, alpha=options.alpha), options.alpha
    )
    seconds = perf_counter() - started
    refuse_separation(study, problem, solution, encoding, say)
    known, reason = _covariance(problem, solution)
    inferred = infer(problem, solution, known, encoding, options, reason, say)
    folds, folds_note = make_folds(study, options)
    near = encoding, solution
    held_out = hold_out(study, options, folds, say, near) if folds is not None else None
    recalibrated = None
    if options.calibrate is not None:
        say("Calibrating")
        recalibrated = recalibrate(options.calibrate, study, held_out, folds, folds_note)
    linear = linear_predictor(problem, solution)
    corrected, unusable = bootstrap_corrections(study, options, linear, say, near)
    say("Summarising")
    parameters = Parameters(
        names=encoding.column_names,
        intercept=solution.intercept,
        coef=solution.coef,
        covariance=None if reason else lower_triangle(known),
        reason=reason,
    )
    findings = Findings(
        study=study,
        options=options,
        encoding=encoding,
        problem=problem,
        solution=solution,
        parameters=parameters,
        inferred=inferred,
        statistics=fit_statistics(problem, solution),
        held_out=held_out,
        recalibrated=recalibrated,
        folds_note=folds_note,
        corrected=corrected,
        unusable_resamples=unusable,
    )
    record = ModelRecord(
        schema=study.schema,
        encoding=encoding,
        parameters=parameters,
        threshold=options.threshold,
        na_values=options.na_values,
        calibrator=None if recalibrated is None else recalibrated.learnt.calibrator.to_record(),
        summary=summarise(findings),
    )
    return record, seconds


def _covariance(problem: Problem, solution: Solution) -> tuple[Vector, str]:
    """Return the covariance, or NaN everywhere and the reason why none is valid."""
    size = len(solution.coef) + 1
    unknown = np.broadcast_to(np.nan, (size, size))  # of no size in memory
    valid = validity(problem, solution)
    if not valid.standard_errors:
        return unknown, valid.reasons[0] if valid.reasons else "the fit is not certified"
    if size > MOST_COVARIANCE:
        return unknown, f"a covariance of {size:,} coefficients is too large to keep"
    known = covariance(solution)
    return known, "" if np.isfinite(known).all() else "some columns determine each other"
