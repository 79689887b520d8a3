"""The main job and what it gives: fit, evaluate, predict, explain, keep."""

from ogive._base import Outputs
from ogive.workflow.calibrated import CalibratedScores, apply_calibrator, calibrate_scores
from ogive.workflow.classes import CalibratedClasses, ClassesEvaluation, calibrate_classes, evaluate_classes
from ogive.workflow.curve_applying import apply_curves
from ogive.workflow.curve_fitting import FittedCurves, fit_curves
from ogive.workflow.deciding import Decision, decide_scores
from ogive.workflow.file import ModelFile, decoded
from ogive.workflow.labelled import LabelledRows, read_labelled
from ogive.workflow.learnt import Learner, Lesson, learn_table
from ogive.workflow.model import ExternalValidation, ProbabilityModel, TableModel, load
from ogive.workflow.options import Say
from ogive.workflow.pipeline import fit
from ogive.workflow.predictions import Predictions
from ogive.workflow.record import Learnt, LearntRecord
from ogive.workflow.scores import ScoresEvaluation, evaluate_scores
from ogive.workflow.tables import RecordTable, writable_ending, write_table

__all__ = [
    "CalibratedClasses",
    "CalibratedScores",
    "ClassesEvaluation",
    "Decision",
    "ExternalValidation",
    "FittedCurves",
    "LabelledRows",
    "Learner",
    "Learnt",
    "LearntRecord",
    "Lesson",
    "ModelFile",
    "Outputs",
    "Predictions",
    "ProbabilityModel",
    "RecordTable",
    "Say",
    "ScoresEvaluation",
    "TableModel",
    "apply_calibrator",
    "apply_curves",
    "calibrate_classes",
    "calibrate_scores",
    "decide_scores",
    "decoded",
    "evaluate_classes",
    "evaluate_scores",
    "fit",
    "fit_curves",
    "learn_table",
    "load",
    "read_labelled",
    "writable_ending",
    "write_table",
]
