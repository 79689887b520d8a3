"""A network on a table: read, encoded and judged as `ogive.fit` does, and kept in a readable file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from ogive import workflow
from ogive._base import FileKind, Record
from ogive.neural.activations import Array
from ogive.neural.activations import activation as named
from ogive.neural.layers import Dense
from ogive.neural.network import Network
from ogive.neural.optimisers import Adam
from ogive.neural.rows import RowsNetwork, hold_out, learn, units_of
from ogive.report import Learning, Notice, network_learning

KIND = FileKind(
    format="ogive network",
    version=1,
    name="an Ogive network",
    written_by="a file written by ogive neural fit or model.save()",
    make="make it with ogive neural fit",
    make_again="fit the network again, or copy the file again from where it came",
    use="name the network first and the table second, as in ogive predict net.ogive new.csv",
)


class LayerRecord(Record, frozen=True, kw_only=True):
    """A dense layer: y = f(x W + b), with W of shape (inputs, units)."""

    activation: str
    W: np.ndarray
    b: np.ndarray


class NetworkRecord(Record, frozen=True, kw_only=True):
    """A network of dense layers with one logit, and what brings its inputs to one scale."""

    centre: np.ndarray
    scale: np.ndarray
    layers: tuple[LayerRecord, ...]

    def network(self) -> RowsNetwork:
        """Return the network that the record describes."""
        layers = [Dense(len(one.b), one.activation) for one in self.layers]
        net = Network(layers, weights=[{"W": one.W, "b": one.b} for one in self.layers])
        return RowsNetwork(net, np.array([0, 1]), self.centre, self.scale)

    def log_odds(self, x: Array) -> Array:
        """Return the logit of each row."""
        return self.network().logits(x)[:, 0]


class NetworkModel(workflow.TableModel[workflow.LearntRecord[NetworkRecord]]):
    """A network fitted to a table, with its evaluation on held-out rows; made by `fit` and `load`.

    It displays itself as its summary, and predicts, is judged and is kept as the model of `ogive.fit`.
    """

    kind: ClassVar[FileKind] = KIND

    @property
    def network(self) -> RowsNetwork:
        """The network, for rows as `record.encoding` has them."""
        return self.record.learnt.network()


class _Descent:
    """Learns with these options of `learn`, each time with an optimiser of its own."""

    def __init__(self, rate: float, weight_decay: float, asked: Mapping[str, Any]) -> None:
        self.rate, self.weight_decay, self.asked = rate, weight_decay, asked
        units = ", ".join(map(str, asked["hidden"])) or "none"
        self.options = {**asked, "hidden": units, "rate": rate, "weight_decay": weight_decay}

    def learn(
        self, x: Array, y: Array, names: Sequence[str], say: workflow.Say
    ) -> workflow.Lesson[NetworkRecord]:
        adam = Adam(self.rate, weight_decay=self.weight_decay)
        fitted = learn(x, y, optimiser=adam, progress=say, **self.asked)
        layers = tuple(
            LayerRecord(activation=one.activation.name, **weights)
            for one, weights in zip(_dense(fitted.net), fitted.net.weights, strict=True)
        )
        return workflow.Lesson(
            learnt=NetworkRecord(centre=fitted.centre, scale=fitted.scale, layers=layers),
            learning=_learning(fitted, self.asked, y),
            notices=tuple(
                Notice(
                    level="caution", sentence=one.sentence[0].lower() + one.sentence[1:-1], remedy=one.remedy
                )
                for one in fitted.history.verdicts
            ),
            failed=fitted.history.diverged,
        )


def _dense(net: Network) -> list[Dense]:
    return [one for one in net.layers if isinstance(one, Dense)]


def _learning(fitted: RowsNetwork, asked: Mapping[str, Any], y: Array) -> Learning:
    """Say what was learnt and how."""
    net, history = fitted.net, fitted.history
    hidden = [f"{one.units} {one.activation.name}" for one in _dense(net)[:-1]]
    return network_learning(
        layers=[f"{net.inputs:,} inputs", *hidden, "1 logit"],
        parameters=net.parameters.size,
        rows=(len(y), int(hold_out(y, asked["held_out"], asked["seed"]).sum())),
        epochs=asked["epochs"],
        loss=[one.loss for one in history.epochs],
        held_out=[one.held_out for one in history.epochs if one.held_out is not None],
        best=history.best,
        stopped="" if history.diverged else history.stopped,
        verdicts=[verdict.sentence for verdict in history.verdicts],
    )


def fit(
    source: Any,
    target: str,
    *,
    hidden: Sequence[int] = (32,),
    activation: str = "relu",
    init: str = "auto",
    rate: float = 1e-3,
    weight_decay: float = 0.0,
    epochs: int = 200,
    batch: int = 32,
    held_out: float = 0.1,
    patience: int = 10,
    seed: int = 0,
    **options: Any,
) -> NetworkModel:
    """Fit a network to a table and judge it on held-out rows, which teach it nothing: not when to stop either.

    Parameters
    ----------
    source, target, options
        As of `ogive.fit`, apart from weights, offset, alpha, inference and bootstrap.
    hidden, activation, init, epochs, batch, held_out, patience
        As of `learn`.
    rate, weight_decay : float
        Of `Adam`.
    seed : int
        Of the folds, the weights and the order of the rows: the same seed gives the same bits.

    Raises
    ------
    InputError
        Where the table or an option cannot be used.

    Examples
    --------
    >>> from ogive import neural
    >>> from ogive.datasets import heart
    >>> model = neural.fit(heart(), "disease", hidden=(8,), activation="sigmoid", rate=0.01, folds=2)
    >>> model.evaluation.auc
    0.90 (0.85 – 0.93)
    """
    named(activation)
    asked = {"hidden": units_of(hidden), "activation": activation, "init": init, "epochs": epochs}
    asked |= {"batch": batch, "held_out": held_out, "patience": patience, "seed": seed}
    learner = _Descent(rate, weight_decay, asked)
    record, seconds = workflow.learn_table(source, target, learner, seed=seed, **options)
    return NetworkModel(record, seconds=seconds)


def load(path: str | os.PathLike[str]) -> NetworkModel | workflow.ProbabilityModel:
    """Read a model from its file, a network or the model of `ogive.fit`; nothing in it is ever run.

    Raises
    ------
    InputError
        Where there is no such file, or it is not a model, truncated, edited, or of a newer version.

    Examples
    --------
    >>> import tempfile, os, ogive
    >>> from ogive.datasets import heart
    >>> path = os.path.join(tempfile.mkdtemp(), "heart.ogive")
    >>> ogive.fit(heart(), "disease").save(path)
    >>> len(ogive.load(path).terms)
    20
    """
    data = KIND.read(path) if os.path.isfile(path) else b""
    if not KIND.recognises(data):
        return workflow.load(path)
    form = workflow.ModelFile[workflow.LearntRecord[NetworkRecord]]
    return NetworkModel(workflow.decoded(data, str(path), KIND, form))
