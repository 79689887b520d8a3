"""Scores into honest probabilities: calibrators that learn from held-out rows, and their files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ogive.calibration.base import BinaryCalibrator, Calibrator
from ogive.calibration.beta import BetaCalibration
from ogive.calibration.choosing import Candidate, Choice, choose
from ogive.calibration.columns import OneVsRest, PerLabel
from ogive.calibration.dirichlet import DirichletCalibration
from ogive.calibration.files import AnyRecord, columns_of, from_record, load, save, to_bytes
from ogive.calibration.isotonic import IsotonicCalibration
from ogive.calibration.naming import METHODS, by_name
from ogive.calibration.platt import PlattScaling
from ogive.calibration.prevalence import estimated_prevalence
from ogive.calibration.prior import PriorShift
from ogive.calibration.spline import SplineCalibration
from ogive.calibration.temperature import TemperatureScaling
from ogive.calibration.unchanged import Unchanged
from ogive.calibration.vector import VectorScaling
from ogive.calibration.venn_abers import VennAbers

if TYPE_CHECKING:
    from ogive.calibration.classifier import CalibratedClassifier

__all__ = [
    "METHODS",
    "AnyRecord",
    "BetaCalibration",
    "BinaryCalibrator",
    "CalibratedClassifier",
    "Calibrator",
    "Candidate",
    "Choice",
    "DirichletCalibration",
    "IsotonicCalibration",
    "OneVsRest",
    "PerLabel",
    "PlattScaling",
    "PriorShift",
    "SplineCalibration",
    "TemperatureScaling",
    "Unchanged",
    "VectorScaling",
    "VennAbers",
    "by_name",
    "choose",
    "columns_of",
    "estimated_prevalence",
    "from_record",
    "load",
    "save",
    "to_bytes",
]


def __getattr__(name: str) -> Any:
    if name == "CalibratedClassifier":  # it brings scikit-learn, which nothing else here needs
        return importlib.import_module("ogive.calibration.classifier").CalibratedClassifier
    raise AttributeError(f"module 'ogive.calibration' has no attribute {name!r}")
