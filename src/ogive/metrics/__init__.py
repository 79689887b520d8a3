"""Scores of predicted probabilities against what happened, each with its interval.

Every function takes outcomes `y` (0/1), probabilities `p` and optional `sample_weight`, which are frequencies (a
row of weight 2 counts as the row twice, in values and intervals alike) unless `SamplingWeights` declares them the
inverse of the chance that a row was drawn. All of them work on one table of
the distinct probabilities with the weight of events and non-events at each, made by one sort, so ties
are exact and the order of rows does not matter. (Log loss and Brier score alone need no order: they read
the rows once, as they come.)
"""

from ogive._base import SamplingWeights
from ogive.metrics.bootstrap import bootstrap
from ogive.metrics.calibration import brier_decomposition, calibration_line, reliability_curve
from ogive.metrics.calibration_measures import (
    calibration_distances,
    calibration_error,
    smooth_calibration_error,
)
from ogive.metrics.calibration_records import (
    CalibrationDistances,
    CalibrationError,
    CalibrationMeasures,
    CalibrationTest,
)
from ogive.metrics.calibration_tests import hosmer_lemeshow, spiegelhalter
from ogive.metrics.comparison import compare
from ogive.metrics.confusion import balanced_accuracy, confusion, f_beta, kappa, matthews
from ogive.metrics.curves import precision_recall_curve, roc_curve, score_histogram
from ogive.metrics.diagram import reliability_diagram
from ogive.metrics.differences import Comparison, Difference, ManyComparison
from ogive.metrics.discrimination import average_precision, gini, roc_auc
from ogive.metrics.distance import ks
from ogive.metrics.evaluation import evaluate, scores
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.gain import GainCurve, TopK, gain_curve, lift, top_k
from ogive.metrics.groups import Segment
from ogive.metrics.intervals import wilson, without_interval
from ogive.metrics.many_records import Averages, ClassScores, MulticlassEvaluation, MultilabelEvaluation
from ogive.metrics.methods import MethodTable, MetricMethod, methods
from ogive.metrics.proper import brier_score, log_loss
from ogive.metrics.records import (
    BrierDecomposition,
    CalibrationLine,
    Confusion,
    Evaluation,
    KolmogorovSmirnov,
    PrecisionRecallCurve,
    ReliabilityBin,
    ReliabilityCurve,
    ReliabilityDiagram,
    RocCurve,
    ScoreHistogram,
    Scores,
)
from ogive.metrics.thresholds import PrevalenceCurve, ThresholdCurve, prevalence_curve, threshold_curve

__all__ = [
    "Averages",
    "BrierDecomposition",
    "CalibrationDistances",
    "CalibrationError",
    "CalibrationLine",
    "CalibrationMeasures",
    "CalibrationTest",
    "ClassScores",
    "Comparison",
    "Confusion",
    "Difference",
    "Evaluation",
    "Forecasts",
    "GainCurve",
    "KolmogorovSmirnov",
    "ManyComparison",
    "MethodTable",
    "MetricMethod",
    "MulticlassEvaluation",
    "MultilabelEvaluation",
    "PrecisionRecallCurve",
    "PrevalenceCurve",
    "ReliabilityBin",
    "ReliabilityCurve",
    "ReliabilityDiagram",
    "RocCurve",
    "SamplingWeights",
    "ScoreHistogram",
    "Scores",
    "Segment",
    "ThresholdCurve",
    "TopK",
    "average_precision",
    "balanced_accuracy",
    "bootstrap",
    "brier_decomposition",
    "brier_score",
    "calibration_distances",
    "calibration_error",
    "calibration_line",
    "compare",
    "confusion",
    "evaluate",
    "f_beta",
    "forecasts",
    "gain_curve",
    "gini",
    "hosmer_lemeshow",
    "kappa",
    "ks",
    "lift",
    "log_loss",
    "matthews",
    "methods",
    "precision_recall_curve",
    "prevalence_curve",
    "reliability_curve",
    "reliability_diagram",
    "roc_auc",
    "roc_curve",
    "score_histogram",
    "scores",
    "smooth_calibration_error",
    "spiegelhalter",
    "threshold_curve",
    "top_k",
    "wilson",
    "without_interval",
]
