"""Probabilities of rows that taught them nothing, judged by what happened: one home for models and anybody's scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, Vector
from ogive.decisions import CostCurve, CostMatrix, ThresholdChoice, choose_threshold, decision_curve
from ogive.metrics import SamplingWeights, compare, evaluate, prevalence_curve, threshold_curve
from ogive.report import Correction, Recalibration, Validation
from ogive.workflow.calibrating import Learnt
from ogive.workflow.curves import score_bins

# Thresholds of the decision curve.
_STOPS = 40
_NO_CURVE = CostCurve(
    threshold=(), cost=(), precision=(), recall=(), called=(), true_positive=(), false_positive=()
)


@dataclass(frozen=True, kw_only=True)
class Judging:
    """How probabilities are judged.

    Attributes
    ----------
    threshold : float
        A row is decided positive from this probability on.
    level : float
        Of all intervals.
    costs : (float, float) or None
        Of a false positive and a false negative.
    """

    threshold: float
    level: float
    costs: tuple[float, float] | None = None


def judged(
    y: Vector,
    p: Vector,
    sample_weight: ArrayLike | SamplingWeights | None,
    how: Judging,
    *,
    scheme: str,
    by: ArrayLike | None = None,
    linear: Vector | None = None,
    corrected: Sequence[Correction] = (),
    recalibration: Recalibration | None = None,
) -> Validation:
    """Judge probabilities.

    Parameters
    ----------
    y, p, sample_weight
        Outcomes, probabilities and weights, each of shape (n,).
    how : Judging
        Threshold, costs and level.
    scheme : str
        What was held out, as in "5 held-out folds".
    by : array of shape (n,), optional
        Segment of each row.
    linear : (n,) float64, optional
        Linear predictor, along which the rows are counted for the S-curve.
    corrected : sequence of Correction
        From the bootstrap.
    recalibration : Recalibration, optional
        What `p` were before a calibrator.
    """
    plain = None if sample_weight is None else np.asarray(getattr(sample_weight, "values", sample_weight))
    return Validation(
        scheme=scheme,
        evaluation=evaluate(y, p, sample_weight, by=by, threshold=how.threshold, level=how.level),
        scores=() if linear is None else score_bins(y, linear, plain),
        corrected=tuple(corrected),
        thresholds=threshold_curve(y, p, sample_weight, also=[how.threshold]),
        benefit=decision_curve(y, p, sample_weight, thresholds=_stops(y, plain, how), level=how.level),
        choice=None if how.costs is None else _choice(y, p, sample_weight, how.costs, how.level),
        prevalences=prevalence_curve(y, p, sample_weight),
        recalibration=recalibration,
    )


def _stops(y: Vector, weights: Vector | None, how: Judging) -> list[float]:
    """Return the thresholds of the decision curve: up to a few times the prevalence, and beyond what costs say."""
    reach = max(3 * float(np.average(y, weights=weights)), 2 * how.threshold if how.costs else 0.0)
    end = next((round_ for round_ in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if reach <= round_), 1.0)
    return [end * (k + 0.5) / _STOPS for k in range(_STOPS)]


def _choice(
    y: Vector,
    p: Vector,
    sample_weight: ArrayLike | SamplingWeights | None,
    costs: tuple[float, float],
    level: float,
) -> ThresholdChoice:
    """Choose the threshold by costs; its curve is left out, for the record has another."""
    cost = CostMatrix(false_positive=costs[0], false_negative=costs[1])
    choice = choose_threshold(y, p, cost, sample_weight, level=level)
    return msgspec.structs.replace(choice, curve=_NO_CURVE)


def recalibration(
    y: Vector,
    before: Vector,
    after: Vector,
    sample_weight: ArrayLike | SamplingWeights | None,
    how: Judging,
    learnt: Learnt,
    *,
    scheme: str,
) -> Recalibration:
    """Compare probabilities before and after a calibrator, on rows that did not teach it."""
    return Recalibration(
        method=learnt.calibrator.method,
        reason=learnt.reason,
        candidates=learnt.candidates,
        scheme=scheme,
        before=evaluate(y, before, sample_weight, threshold=how.threshold, level=how.level),
        change=compare(y, after, before, sample_weight, level=how.level, names=("after", "before")),
    )


def cost_threshold(costs: tuple[float, float]) -> float:
    """Return the probability from which on deciding positive pays: both mistakes are expected to cost the same."""
    false_positive, false_negative = costs
    return false_positive / (false_positive + false_negative)


def cost_pair(false_positive: float | None, false_negative: float | None) -> tuple[float, float] | None:
    """Return both costs, or None where neither was given.

    Raises
    ------
    InputError
        Where only one was given, or one is no number above 0: then acting on all rows, or on none, is always best.
    """
    if false_positive is None and false_negative is None:
        return None
    pair = (false_positive, false_negative)
    if false_positive is None or false_negative is None:
        raise InputError(
            "--cost-fp and --cost-fn set the threshold together; expected both.",
            "as in --cost-fp 1 --cost-fn 5",
        )
    if not all(np.isfinite(c) and c > 0 for c in (false_positive, false_negative)):
        raise InputError(f"costs are {pair}; expected numbers above 0.", "as in --cost-fp 1 --cost-fn 5")
    return false_positive, false_negative
