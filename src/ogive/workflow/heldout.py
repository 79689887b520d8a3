"""Honest evaluation: every row predicted by a model that has learnt nothing from it.

Each fold learns its own medians, levels, dropped columns and scaling from its training rows, and fits with
weight zero for the others. The fit of all rows lends it a start and the curvature of its steps, never its answer:
that is the certified optimum of the training rows, the same from any start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Status, Vector
from ogive._kernels import sigmoid
from ogive.data import Encoding, encode
from ogive.fitting import (
    Folds,
    Problem,
    Solution,
    group_folds,
    linear_predictor,
    refit,
    solve,
    stratified_folds,
    time_folds,
)
from ogive.metrics import Scores, scores
from ogive.report import Correction
from ogive.workflow.calibrating import CrossFitted, Learnt, cross_fitted, learn
from ogive.workflow.options import Options, Say
from ogive.workflow.pruning import learn_columns
from ogive.workflow.recoding import recoding
from ogive.workflow.study import Study

# Distance to the optimum of a fold, in units of one observation's standard error: far below what a score shows.
HELD_OUT_TOL = 1e-8

Rows = NDArray[np.bool_]
Near = tuple[Encoding, Solution]


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """Linear predictors of the rows that were held out once.

    Attributes
    ----------
    rows : (n,) bool
        Rows held out: all of them, but the earliest ones in time order.
    linear_predictor : (n,) float64
        NaN where `rows` is False.
    scheme : str
        As in "5 held-out folds".
    folds, doubtful : int
        Folds, and those whose model is doubtful: of separated training rows, or learning that broke off.
    """

    rows: Rows
    linear_predictor: Vector
    scheme: str
    folds: int
    doubtful: int


def make_folds(study: Study, options: Options) -> tuple[Folds | None, str]:
    """Return the folds, fewer than asked where the rarer outcome is too rare, and a sentence if so.

    None where not even two folds can each train and test on both outcomes.
    """
    if options.folds == 0:
        return None, "no evaluation was asked for (folds = 0)"
    if study.time is not None:
        return time_folds(study.time, options.folds, study.y), ""
    if study.groups is not None:
        return group_folds(study.groups, options.folds, study.y, options.seed), ""
    counted = study.y if study.weights is None else study.y[study.weights > 0]
    rarer = int(min(counted.sum(), counted.size - counted.sum()))
    if rarer < 2:
        return None, f"the rarer outcome has {rarer} row{'s' * (rarer != 1)}, and evaluation needs two"
    number = min(options.folds, rarer)
    fewer = (
        f"the rarer outcome has {rarer} rows, so {number} folds were used" if number < options.folds else ""
    )
    return stratified_folds(study.y, number, options.seed), fewer


def hold_out(study: Study, options: Options, folds: Folds, say: Say, near: Near | None = None) -> HeldOut:
    """Predict every held-out row from the model of the other folds; `near` is the fit of all rows, where known."""

    def predict(train: Rows, test: Rows) -> tuple[Vector, bool]:
        problem, solution = fit_rows(study, options.alpha, train, near=near)
        return linear_predictor(problem, solution)[test], solution.status is Status.SEPARATED

    return hold_out_rows(study, options, folds, say, predict)


def hold_out_rows(
    study: Study,
    options: Options,
    folds: Folds,
    say: Say,
    predict: Callable[[Rows, Rows], tuple[Vector, bool]],
) -> HeldOut:
    """Predict every held-out row by any means.

    `predict` takes the rows to learn from and those to predict, and returns linear predictors of the latter and
    whether the model is doubtful.
    """
    eta = np.full(study.y.size, np.nan)
    doubtful = 0
    for number, (train, test) in enumerate(folds, 1):
        say(f"Evaluating on fold {number} of {len(folds)}")
        eta[test], doubt = predict(train, test)
        doubtful += doubt
    return HeldOut(
        rows=folds.held_out,
        linear_predictor=eta,
        scheme=_scheme(folds, options),
        folds=len(folds),
        doubtful=doubtful,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Recalibrated:
    """A calibrator of the model, and what calibrators of the other folds make of the held-out predictions.

    Attributes
    ----------
    learnt : Learnt
        From all held-out rows: the calibrator that the model keeps.
    crossed : CrossFitted
        Each row calibrated by what other rows taught: what can be judged.
    """

    learnt: Learnt
    crossed: CrossFitted


def recalibrate(
    method: str, study: Study, held_out: HeldOut | None, folds: Folds | None, reason: str
) -> Recalibrated:
    """Learn a calibrator from held-out predictions; `reason` says why there are none, where there are none."""
    if held_out is None or folds is None:
        raise InputError(
            f"a calibrator learns from held-out rows, and there are none: {reason}.",
            "use folds=5 (--folds 5) and rows of both outcomes, or fit without calibrate (--calibrate)",
        )
    rows, linear = held_out.rows, held_out.linear_predictor
    weights = study.weights
    return Recalibrated(
        learnt=learn(
            method, linear[rows], study.y[rows], None if weights is None else weights[rows], logits=True
        ),
        crossed=cross_fitted(method, linear, study.y, weights, folds, logits=True),
    )


def fit_rows(
    study: Study, alpha: float, rows: Rows, weights: Vector | None = None, near: Near | None = None
) -> tuple[Problem, Solution]:
    """Learn the encoding and fit from `rows` alone; `weights` default to those of the study.

    From `near` come the start and the curvature of the steps, not the answer: that is the optimum of the rows alone,
    certified, and the same to the tolerance of the fit from any start. The certificate of the solution says
    whether the rows are separated.
    """
    weights = study.weights if weights is None else weights
    encoding = learn_columns(study, rows, weights, alpha=alpha)
    problem = Problem(
        encode(study.columns, encoding),
        study.y,
        rows.astype(np.float64) if weights is None else np.where(rows, weights, 0.0),
        study.offset,
        alpha,
    )
    change = recoding(near[0], encoding) if near is not None else None
    solution = (
        solve(problem)
        if near is None or change is None
        else refit(problem, near[1], change, tol=HELD_OUT_TOL)
    )
    if solution.status is Status.SEPARATED:
        # Nobody would use an infinite coefficient: `fit` refuses and asks for a penalty. One as strong as a
        # single row stands for it here, chosen from the training rows alone.
        gentle = replace(problem, alpha=1.0 / problem.weight_sum)
        return gentle, replace(solve(gentle), certificate=solution.certificate)
    return problem, solution


def _scheme(folds: Folds, options: Options) -> str:
    if folds.kind == "groups":
        return f"{len(folds)} held-out folds of whole groups of {options.groups}"
    if folds.kind == "time":
        return f"{len(folds)} later stretches of {options.time}, each predicted from what came before"
    return f"{len(folds)} held-out folds"


def bootstrap_corrections(
    study: Study, options: Options, linear: Vector, say: Say, near: Near | None = None
) -> tuple[tuple[Correction, ...], int]:
    """Correct the apparent measures for optimism by the bootstrap (Harrell, Lee and Mark 1996).

    Each resample fits its own model and judges it on itself and on the original rows; the mean difference is
    the optimism of judging a model on the rows that it was fitted to. Whole groups are drawn where there are
    groups. Resamples are weights: a row drawn twice has twice its weight.

    Parameters
    ----------
    study, options
        The rows, and how many resamples of them to draw.
    linear : (n,) float64
        Linear predictor of the final model.
    say
        Told what is being done.
    near
        Encoding and solution of the final model.

    Returns
    -------
    corrections
    unusable : int
        Resamples with one outcome only, or without a finite slope; they are left out.
    """
    if not options.bootstrap:
        return (), 0
    base = np.ones(study.y.size) if study.weights is None else study.weights
    apparent = scores(study.y, sigmoid(linear), base)
    gaps: list[list[float]] = []
    for number, weights in enumerate(_resamples(study, options, base), 1):
        say(f"Bootstrap resample {number} of {options.bootstrap}")
        events = float(weights @ study.y)
        if not 0 < events < weights.sum():
            continue
        problem, solution = fit_rows(study, options.alpha, weights > 0, weights, near)
        p = sigmoid(linear_predictor(problem, solution))
        inside, outside = _listed(scores(study.y, p, weights)), _listed(scores(study.y, p, base))
        if all(value is not None for value in inside + outside):
            gaps.append([a - b for a, b in zip(inside, outside, strict=True)])  # type: ignore[operator]
    if not gaps or apparent.slope is None:
        return (), options.bootstrap
    optimism = np.mean(gaps, axis=0)
    corrections = tuple(
        Correction(measure=name, apparent=float(value), optimism=float(gap), corrected=float(value - gap))
        for (name, value), gap in zip(_named(apparent), optimism, strict=True)
        if value is not None
    )
    return corrections, options.bootstrap - len(gaps)


def _resamples(study: Study, options: Options, base: Vector) -> Iterator[Vector]:
    """Weights of the rows in each resample."""
    whole = np.array_equal(base, np.floor(base))
    for number in range(options.bootstrap):
        random = np.random.default_rng([options.seed, number])
        if study.groups is not None:
            groups = int(study.groups.max()) + 1
            yield base * _draw(random, groups)[study.groups]
        elif study.weights is not None and whole:
            # A row of weight 2 is the row twice: the units drawn are the rows behind the weights.
            yield random.multinomial(int(base.sum()), base / base.sum()).astype(np.float64)
        else:
            yield base * _draw(random, study.y.size)


def _draw(random: np.random.Generator, units: int) -> Vector:
    """How often each of so many units is drawn."""
    return np.bincount(random.integers(0, units, units), minlength=units).astype(np.float64)


def _named(s: Scores) -> list[tuple[str, float | None]]:
    return [
        ("AUC", s.auc),
        ("average precision", s.average_precision),
        ("log loss", s.log_loss),
        ("Brier score", s.brier),
        ("calibration intercept", s.intercept),
        ("calibration slope", s.slope),
    ]


def _listed(s: Scores) -> list[float | None]:
    return [value for _, value in _named(s)]
