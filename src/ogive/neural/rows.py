"""A network for rows of a table: columns to one scale, labels to targets, some rows held out to say when to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError
from ogive.neural.activations import Array
from ogive.neural.layers import Dense, whole
from ogive.neural.network import Network
from ogive.neural.optimisers import Adam, Optimiser
from ogive.neural.training import History, one_blas_thread, train

_UNTOLD = History(epochs=(), best=0, stopped="", verdicts=())  # of a network read from its file


@dataclass(frozen=True)
class RowsNetwork:
    """A network that learnt from rows, with what it needs to read others.

    Attributes
    ----------
    net : Network
    classes : array
        What the units stand for: two or more labels; 0 and 1 of each label where there are several at once.
    centre, scale : arrays of shape (inputs,)
        What is subtracted from columns, and what they are then divided by.
    history : History
    """

    net: Network
    classes: Array
    centre: Array
    scale: Array
    history: History = _UNTOLD

    def logits(self, x: ArrayLike) -> Array:
        """Return what the last layer gives, of shape (n, units)."""
        with one_blas_thread():
            return self.net.forward((self.net.rows(x) - self.centre) / self.scale)[-1].y

    def probabilities(self, x: ArrayLike) -> Array:
        """Return probabilities of shape (n, classes), or (n, labels) where there are several labels at once."""
        p = self.net.head.probabilities(self.logits(x))
        return np.hstack([1 - p, p]) if self.net.head.name == "binary" else p


def learn(  # noqa: PLR0913
    x: ArrayLike,
    y: ArrayLike,
    *,
    hidden: Sequence[int] = (32,),
    activation: str = "relu",
    init: str = "auto",
    optimiser: Optimiser | None = None,
    epochs: int = 200,
    batch: int = 32,
    held_out: float = 0.1,
    patience: int = 10,
    standardise: bool = True,
    seed: int = 0,
    progress: Callable[[str], Any] = lambda _: None,
) -> RowsNetwork:
    """Teach a network of dense layers; the labels decide its head.

    Parameters
    ----------
    x : array of shape (n, inputs)
        Rows.
    y : array of shape (n,) or (n, labels)
        Two labels, or more; or 0 and 1 for each of several labels at once.
    hidden : sequence of int
        Units of the hidden layers; none make a logistic regression.
    activation : str
        Of the hidden layers.
    held_out : float
        Share of the rows, the same of each class, whose loss says when to stop; with 0 all are learnt from.
    standardise : bool
        Bring columns to mean 0 and standard deviation 1.
    init, optimiser, epochs, batch, patience, seed, progress
        As of `train`.

    Examples
    --------
    >>> x = np.linspace(-3, 3, 60)[:, None]
    >>> fitted = learn(x, np.abs(x[:, 0]) < 1, hidden=(8,), optimiser=Adam(0.03), held_out=0)
    >>> fitted.probabilities([[0.0], [3.0]])[:, 1].round(1)
    array([1., 0.])
    """
    rows, labels = np.asarray(x), np.asarray(y)
    if rows.ndim != 2 or len(rows) != len(labels) or not len(rows):
        raise InputError(f"expected one row of x for each of y; got shapes {rows.shape} and {labels.shape}.")
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise InputError("y is missing or infinite in some rows.", "leave those rows out")
    classes, targets = np.unique(labels, return_inverse=True)
    targets = targets.reshape(labels.shape)
    several = labels.ndim == 2
    if len(classes) < 2 or (several and len(classes) > 2):
        many = f"{len(classes)} class{'es' * (len(classes) != 1)}"
        raise InputError(f"y has {many}; expected {'0 and 1' if several else 'two or more'}.")
    loss = "multilabel" if several else "binary" if len(classes) == 2 else "softmax"
    units = labels.shape[1] if several else 1 if len(classes) == 2 else len(classes)
    net = Network([*(Dense(size, activation) for size in units_of(hidden)), Dense(units)], loss)
    rows = net.rows(rows)
    outside = hold_out(np.zeros(len(rows)) if several else targets, held_out, seed)
    inside = rows[~outside]
    centre, scale = np.zeros(rows.shape[1], rows.dtype), np.ones(rows.shape[1], rows.dtype)
    if standardise:
        centre, scale = inside.mean(axis=0), inside.std(axis=0)
        scale[scale == 0] = 1
    rows = (rows - centre) / scale
    judged = (rows[outside], targets[outside]) if outside.any() else None
    history = train(
        net,
        rows[~outside],
        targets[~outside],
        optimiser=optimiser or Adam(),
        epochs=epochs,
        batch=batch,
        held_out=judged,
        patience=patience,
        init=init,
        seed=seed,
        progress=progress,
    )
    return RowsNetwork(net, classes, centre, scale, history)


def units_of(hidden: Sequence[int]) -> tuple[int, ...]:
    """Return the units of hidden layers, or refuse what are none."""
    sizes = (hidden,) if isinstance(hidden, int) else tuple(hidden)
    example = "hidden=(16, 8), or --hidden 16,8 of the command"
    return tuple(whole(size, "units of a hidden layer", example) for size in sizes)


def hold_out(classes: Array, share: float, seed: int = 0) -> Array:
    """Say which rows are held out: so large a share of each class, but never all of one.

    Examples
    --------
    >>> hold_out(np.array([0, 0, 0, 0, 1, 1, 1, 1]), 0.25).sum()
    np.int64(2)
    """
    if not 0 <= share < 1:
        raise InputError(f"held_out must be a share from 0 to below 1; got {share}.", "as in held_out=0.25")
    random = np.random.default_rng([seed, 2])
    out = np.zeros(len(classes), dtype=bool)
    for one in np.unique(classes):
        members = np.flatnonzero(classes == one)
        out[random.permutation(members)[: min(round(share * len(members)), len(members) - 1)]] = True
    return out
