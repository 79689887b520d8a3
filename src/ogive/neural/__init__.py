"""Networks from scratch: layers, heads, descent and what goes on inside, with the functions of the catalogue."""

import importlib
from typing import TYPE_CHECKING, Any

from ogive.neural.activations import Activation, activation
from ogive.neural.cells import GRU, LSTM
from ogive.neural.heads import Head, head
from ogive.neural.initialise import initialise
from ogive.neural.layers import Dense, Layer, Pass
from ogive.neural.network import Network
from ogive.neural.optimisers import Adam, GradientDescent, Optimiser
from ogive.neural.rows import RowsNetwork, hold_out, learn
from ogive.neural.tables import NetworkModel, fit, load
from ogive.neural.training import Epoch, History, train
from ogive.neural.watching import LayerState, Verdict, verdicts, watch

if TYPE_CHECKING:
    from ogive.neural.classifier import NetworkClassifier

__all__ = [
    "GRU",
    "LSTM",
    "Activation",
    "Adam",
    "Dense",
    "Epoch",
    "GradientDescent",
    "Head",
    "History",
    "Layer",
    "LayerState",
    "Network",
    "NetworkClassifier",
    "NetworkModel",
    "Optimiser",
    "Pass",
    "RowsNetwork",
    "Verdict",
    "activation",
    "fit",
    "head",
    "hold_out",
    "initialise",
    "learn",
    "load",
    "train",
    "verdicts",
    "watch",
]


def __getattr__(name: str) -> Any:
    if name == "NetworkClassifier":  # it brings scikit-learn, which nothing else here needs
        return importlib.import_module("ogive.neural.classifier").NetworkClassifier
    raise AttributeError(f"module 'ogive.neural' has no attribute {name!r}")
