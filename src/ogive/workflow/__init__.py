"""The main job and what it gives: fit, evaluate, predict, explain, keep."""

from ogive.workflow.model import ExternalValidation, ProbabilityModel, load
from ogive.workflow.options import Say
from ogive.workflow.outputs import Outputs
from ogive.workflow.pipeline import fit
from ogive.workflow.predictions import Predictions
from ogive.workflow.tables import RecordTable, writable_ending, write_table

__all__ = [
    "ExternalValidation",
    "Outputs",
    "Predictions",
    "ProbabilityModel",
    "RecordTable",
    "Say",
    "fit",
    "load",
    "writable_ending",
    "write_table",
]
