"""Learning: mini-batches, early stopping, and a stop at the first number that is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from threadpoolctl import ThreadpoolController

from ogive._base import InputError, Record
from ogive.neural.activations import Array
from ogive.neural.initialise import PROBE, initialise
from ogive.neural.network import Network
from ogive.neural.optimisers import Adam, Optimiser
from ogive.neural.watching import LayerState, Verdict, verdicts, watch


class Epoch(Record, frozen=True, kw_only=True):
    """One reading of all rows: mean loss while they were learnt from, that of rows held out, state of the layers.

    Epoch 0 is before the first step; its loss is that of the rows on which the layers are watched.
    """

    loss: float
    held_out: float | None
    layers: tuple[LayerState, ...]


class History(Record, frozen=True, kw_only=True):
    """How a network learnt: its epochs, the best one (whose weights were kept), why it stopped early, what is wrong.

    `stopped` is "" where it ran to its last epoch, `diverged` says that it stopped at a number that is none, and
    `verdicts` are empty where nothing is wrong.
    """

    epochs: tuple[Epoch, ...]
    best: int
    stopped: str
    verdicts: tuple[Verdict, ...]

    @property
    def diverged(self) -> bool:
        """Whether a number that is none stopped it."""
        return any(one.kind == "diverged" for one in self.verdicts)


def train(
    net: Network,
    x: ArrayLike,
    y: ArrayLike,
    *,
    optimiser: Optimiser | None = None,
    epochs: int = 100,
    batch: int = 32,
    held_out: tuple[ArrayLike, ArrayLike] | None = None,
    patience: int = 10,
    init: str = "auto",
    seed: int = 0,
    progress: Callable[[str], Any] = lambda _: None,
) -> History:
    """Teach a network; one without weights is initialised first.

    The same seed gives the same bits, for any number of threads. A loss that is no number stops it at that step, with
    the weights of the step before.

    Parameters
    ----------
    net : Network
        Changed in place.
    x : array of shape (n, inputs) or (n, times, inputs)
        float32 is computed in float32, anything else in float64.
    y : array
        Targets as the head takes them.
    optimiser : GradientDescent or Adam, optional
        Adam unless given.
    epochs, batch : int
        Readings of all rows, in a new order each, and rows a step.
    held_out : (x, y), optional
        Rows whose loss says when to stop; the best weights are kept.
    patience : int
        Epochs without a better one after which it stops.
    init : str
        As of `initialise`.
    seed : int
        Of the weights and the order of the rows.
    progress : callable, optional
        Told how it goes, in words.

    Raises
    ------
    InputError
        If the data do not fit the network.

    Examples
    --------
    >>> from ogive.neural import Dense, GradientDescent, Network
    >>> x, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    >>> history = train(Network([Dense(1)]), x, y, optimiser=GradientDescent(0.5), epochs=50)
    >>> history.epochs[0].loss > history.epochs[-1].loss, history.verdicts
    (True, ())
    """
    if min(epochs, batch, patience) < 1 or not len(np.asarray(y)):
        raise InputError("epochs, batch, patience and rows must be 1 or more.", "as in epochs=100, batch=32")
    if not net.weights:
        with one_blas_thread():
            initialise(net, x, y, scheme=init, seed=seed)
    rows, targets = net.rows(x), net.targets(y, len(np.asarray(x)))
    judged = None
    if held_out is not None:
        judged = net.rows(held_out[0]), net.targets(held_out[1], len(np.asarray(held_out[0])))
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        lesson = _Lesson(net, rows, targets, judged, optimiser or Adam(), seed)
        return lesson.learn(epochs, batch, patience, progress)


class _Diverged(Exception):  # noqa: N818
    """A number that is none came up."""


_KEPT = "The weights of the step before were kept; use a smaller rate"


@dataclass
class _Lesson:
    """A network with its rows, its optimiser, and room for gradients."""

    net: Network
    x: Array
    y: Array
    judged: tuple[Array, Array] | None
    optimiser: Optimiser
    seed: int

    def __post_init__(self) -> None:
        net, self.random = self.net, np.random.default_rng([self.seed, 1])
        shown = np.sort(self.random.permutation(len(self.x))[:PROBE])
        self.probe = self.x[shown], self.y[shown]
        self.gradient, self.before = np.zeros_like(net.parameters), net.parameters.copy()
        self.views, self.decays = net.views(self.gradient), np.zeros_like(net.parameters)
        for part in net.views(self.decays):
            for name in part.keys() & {"W", "U"}:
                part[name][...] = 1

    def learn(self, epochs: int, batch: int, patience: int, progress: Callable[[str], Any]) -> History:
        try:
            story, best = [self.state(self.mean_loss(*self.probe), "before the first step")], 0
        except _Diverged as error:
            raise InputError(f"{error}.", "start from smaller weights") from None
        stopped, found = "", []
        kept = self.net.parameters.copy()
        for number in range(1, epochs + 1):
            try:
                story.append(self.state(self.read(batch), "after its last step"))
            except _Diverged as error:
                stopped = f"in epoch {number}, {error}. {_KEPT}"
                said = f"Learning broke off in epoch {number}, {error}."
                found = [Verdict(kind="diverged", sentence=said, remedy="use a smaller rate (--rate)")]
                break
            progress(f"Epoch {number} of {epochs}: loss {story[-1].loss:.4g}")
            if self.judged is None or story[-1].held_out < story[best].held_out:  # type: ignore[operator]
                best = number
                kept[...] = self.net.parameters
            elif number - best >= patience:
                stopped = f"the held-out loss had not improved for {patience} epochs"
                break
        if self.judged is not None:
            self.net.parameters[...] = kept
        found += verdicts([one.layers for one in story])
        return History(epochs=tuple(story), best=best, stopped=stopped, verdicts=tuple(found))

    def state(self, loss: float, when: str) -> Epoch:
        """Look at the network after an epoch; where its last step went too far, take it back."""
        held_out = None if self.judged is None else self.mean_loss(*self.judged)
        layers = watch(self.net, *self.probe, self.before)
        if not np.isfinite([loss, held_out or 0, *(one.mean + one.gradient for one in layers)]).all():
            raise _Diverged(f"{when}, {self.blame(*self.probe)}")
        return Epoch(loss=loss, held_out=held_out, layers=layers)

    def mean_loss(self, x: Array, y: Array) -> float:
        return float(self.net.head.loss(self.net.forward(x)[-1].y, y).mean(dtype=np.float64))

    def read(self, batch: int) -> float:
        """Read all rows once, a step a batch, and return the mean loss."""
        total, order = 0.0, self.random.permutation(len(self.x))
        for start in range(0, len(order), batch):
            some = order[start : start + batch]
            y = self.y[some]
            seen = self.net.forward(self.x[some])
            loss = float(self.net.head.loss(seen[-1].y, y).sum(dtype=np.float64))
            if np.isfinite(loss):
                self.net.backward(seen, y, self.views)
            if not (np.isfinite(loss) and np.isfinite(self.gradient).all()):
                raise _Diverged(f"at step {start // batch + 1}, {self.blame(self.x[some], y)}")
            total += loss
            self.before[...] = self.net.parameters
            self.optimiser.step(self.net.parameters, self.gradient, self.decays)
        return total / len(order)

    def blame(self, x: Array, y: Array) -> str:
        """Say in which layer the first number that is none comes up, and take the last step back."""
        seen, gradient = self.net.differentiate(x, y)
        forward = [k for k, one in enumerate(seen) if not np.isfinite(one.y).all()]
        back = [
            k
            for k, part in enumerate(self.net.views(gradient))
            if not np.isfinite(sum(g.sum() for g in part.values()))
        ]
        k, what = (forward[0], "outputs") if forward else (back[-1], "gradients") if back else (-1, "losses")
        self.net.parameters[...] = self.before
        return f"the {what} of layer {k % len(seen) + 1} ({self.net.layers[k]}) are not finite"


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def one_blas_thread() -> Any:
    """Multiply matrices on one thread meanwhile: how a library splits a sum must not show in the bits."""
    return _blas().limit(limits=1, user_api="blas")
