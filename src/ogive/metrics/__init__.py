"""Scores of predicted probabilities against what happened, each with its interval.

Every function takes outcomes `y` (0/1), probabilities `p` and optional `sample_weight`, which are frequencies: a
row of weight 2 counts as the row twice, in values and intervals alike. All of them work on one table of
the distinct probabilities with the weight of events and non-events at each, made by one sort, so ties
are exact and the order of rows does not matter. (Log loss and Brier score alone need no order: they read
the rows once, as they come.)
"""

from ogive.metrics.calibration import brier_decomposition, calibration_line, reliability_curve
from ogive.metrics.confusion import confusion
from ogive.metrics.curves import precision_recall_curve, roc_curve, score_histogram
from ogive.metrics.discrimination import average_precision, roc_auc
from ogive.metrics.evaluation import evaluate, scores
from ogive.metrics.proper import brier_score, log_loss
from ogive.metrics.records import (
    BrierDecomposition,
    CalibrationLine,
    Confusion,
    Evaluation,
    PrecisionRecallCurve,
    ReliabilityBin,
    ReliabilityCurve,
    RocCurve,
    ScoreHistogram,
    Scores,
)

__all__ = [
    "BrierDecomposition",
    "CalibrationLine",
    "Confusion",
    "Evaluation",
    "PrecisionRecallCurve",
    "ReliabilityBin",
    "ReliabilityCurve",
    "RocCurve",
    "ScoreHistogram",
    "Scores",
    "average_precision",
    "brier_decomposition",
    "brier_score",
    "calibration_line",
    "confusion",
    "evaluate",
    "log_loss",
    "precision_recall_curve",
    "reliability_curve",
    "roc_auc",
    "roc_curve",
    "score_histogram",
    "scores",
]
