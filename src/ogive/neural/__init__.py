"""Networks from scratch: layers, heads, descent and what goes on inside, with the functions of the catalogue."""

import importlib
from typing import TYPE_CHECKING, Any

from ogive.neural.activations import Activation, activation
from ogive.neural.cells import GRU, LSTM
from ogive.neural.compare import compare
from ogive.neural.initialise import initialise
from ogive.neural.layers import Dense, Pass
from ogive.neural.network import Network
from ogive.neural.optimisers import Adam, GradientDescent
from ogive.neural.rows import RowsNetwork, hold_out, learn
from ogive.neural.tables import NetworkModel, fit, load
from ogive.neural.trace import descend, trace_step
from ogive.neural.training import Epoch, History, train
from ogive.neural.watching import LayerState, Verdict, verdicts, watch
from ogive.views import Descent, Node, Trace

if TYPE_CHECKING:
    from ogive.neural.classifier import NetworkClassifier

__all__ = [
    "GRU",
    "LSTM",
    "Activation",
    "Adam",
    "Dense",
    "Descent",
    "Epoch",
    "GradientDescent",
    "History",
    "LayerState",
    "Network",
    "NetworkClassifier",
    "NetworkModel",
    "Node",
    "Pass",
    "RowsNetwork",
    "Trace",
    "Verdict",
    "activation",
    "compare",
    "descend",
    "fit",
    "hold_out",
    "initialise",
    "learn",
    "load",
    "trace_step",
    "train",
    "verdicts",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name == "NetworkClassifier":  # it brings scikit-learn, which nothing else here needs
        return importlib.import_module("ogive.neural.classifier").NetworkClassifier
    raise AttributeError(f"module 'ogive.neural' has no attribute {name!r}")
