"""Networks from scratch: layers, heads, descent and what goes on inside, with the functions of the catalogue."""

from ogive.neural.activations import Activation, activation
from ogive.neural.cells import GRU, LSTM
from ogive.neural.heads import Head, head
from ogive.neural.initialise import initialise
from ogive.neural.layers import Dense, Layer, Pass
from ogive.neural.network import Network
from ogive.neural.optimisers import Adam, GradientDescent, Optimiser
from ogive.neural.rows import RowsNetwork, learn
from ogive.neural.trace import descend, trace_step
from ogive.neural.training import Epoch, History, train
from ogive.neural.watching import LayerState, Verdict, verdicts, watch
from ogive.views import Descent, Node, Trace

__all__ = [
    "GRU",
    "LSTM",
    "Activation",
    "Adam",
    "Dense",
    "Descent",
    "Epoch",
    "GradientDescent",
    "Head",
    "History",
    "Layer",
    "LayerState",
    "Network",
    "Node",
    "Optimiser",
    "Pass",
    "RowsNetwork",
    "Trace",
    "Verdict",
    "activation",
    "descend",
    "head",
    "initialise",
    "learn",
    "trace_step",
    "train",
    "verdicts",
    "watch",
]
