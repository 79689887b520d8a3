"""Ogive: numbers into probabilities that people can act on."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ogive._base import Estimate, InputError, OgiveError, SeparationError, Status
    from ogive.calibration import CalibratedClassifier
    from ogive.metrics import Evaluation, compare, evaluate
    from ogive.models import LogisticRegression
    from ogive.workflow import ProbabilityModel, fit, load  # what `load` most often is: see `neural.load`

# The public names and the rooms they live in; a room is imported when its name is first used.
_HOME = {
    "CalibratedClassifier": "calibration",
    "Estimate": "_base",
    "Evaluation": "metrics",
    "InputError": "_base",
    "LogisticRegression": "models",
    "OgiveError": "_base",
    "ProbabilityModel": "workflow",
    "SeparationError": "_base",
    "Status": "_base",
    "compare": "metrics",
    "evaluate": "metrics",
    "fit": "workflow",
    "load": "neural",
}
_ROOMS = (
    "calibration",
    "curves",
    "data",
    "datasets",
    "decisions",
    "fitting",
    "functions",
    "inference",
    "metrics",
    "models",
    "neural",
    "report",
    "workflow",
)

__version__ = "0.1.0"
__all__ = [
    "CalibratedClassifier",
    "Estimate",
    "Evaluation",
    "InputError",
    "LogisticRegression",
    "OgiveError",
    "ProbabilityModel",
    "SeparationError",
    "Status",
    "compare",
    "evaluate",
    "fit",
    "load",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"ogive.{_HOME[name]}"), name)
    if name in _ROOMS:
        return importlib.import_module(f"ogive.{name}")
    raise AttributeError(f"module 'ogive' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_ROOMS, "__version__"})
