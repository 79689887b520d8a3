"""Networks from scratch: layers, heads, descent and what goes on inside, with the functions of the catalogue."""

from ogive.neural.activations import Activation, activation
from ogive.neural.cells import GRU, LSTM
from ogive.neural.compare import compare
from ogive.neural.heads import Head, head
from ogive.neural.initialise import initialise
from ogive.neural.layers import Dense, Layer, Pass
from ogive.neural.network import Network
from ogive.neural.optimisers import Adam, GradientDescent, Optimiser
from ogive.neural.rows import RowsNetwork, hold_out, learn
from ogive.neural.training import Epoch, History, train
from ogive.neural.watching import LayerState, Verdict, verdicts, watch

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
    "Optimiser",
    "Pass",
    "RowsNetwork",
    "Verdict",
    "activation",
    "compare",
    "head",
    "hold_out",
    "initialise",
    "learn",
    "train",
    "verdicts",
    "watch",
]
