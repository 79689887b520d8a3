"""What stands at the end of a network: logits to probabilities, and the loss with its gradient in the logits."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ogive import functions as F
from ogive._base import InputError
from ogive.neural.activations import Array


class Head(NamedTuple):
    """A loss of logits z of shape (n, units), with probabilities p, for targets y.

    Attributes
    ----------
    name, formula, slope : str
        The loss of a row, and its gradient in z, in symbols.
    outer : str
        The slope of the loss in p, in symbols; empty where no p is of one logit alone.
    probabilities : callable
        z to p, of the shape of z.
    loss, gradient : callable
        (z, y) to the loss of each row, of shape (n,), and to its gradient in z, of the shape of z.
    labels : bool
        Whether y is the class of each row, 0 to units - 1, of shape (n,); else it has the shape of z.
    """

    name: str
    formula: str
    slope: str
    outer: str
    probabilities: Callable[[Array], Array]
    loss: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    labels: bool = False


def _squared(z: Array, y: Array) -> Array:
    return ((F.sigmoid(z) - y) ** 2 / 2).sum(axis=1)  # type: ignore[no-any-return]


def _squared_gradient(z: Array, y: Array) -> Array:
    return (F.sigmoid(z) - y) * F.sigmoid.derivative(z)  # type: ignore[no-any-return]


def _binary(z: Array, y: Array) -> Array:
    return F.binary_cross_entropy(z, y).sum(axis=1)  # type: ignore[no-any-return]


def _plain(z: Array, y: Array) -> Array:
    return ((z - y) ** 2 / 2).sum(axis=1)  # type: ignore[no-any-return]


_ONE, _OUTER = "-y log p - (1 - y) log(1 - p)", "-y/p + (1 - y)/(1 - p)"
_BINARY = (F.sigmoid, _binary, F.binary_cross_entropy.derivative)
_ALL = (
    Head("binary", _ONE, "p - y", _OUTER, *_BINARY),
    Head("multilabel", f"Σ {_ONE}", "p - y", _OUTER, *_BINARY),
    Head("softmax", "-log p[y]", "p - y", "", F.softmax, F.cross_entropy, F.cross_entropy.derivative, True),
    # For comparison: the sigmoid's slope stays in its gradient.
    Head("squared", "(p - y)² / 2", "(p - y) p (1 - p)", "p - y", F.sigmoid, _squared, _squared_gradient),
    # Of an output that is no probability.
    Head("squared-output", "(z - y)² / 2", "z - y", "", lambda z: z, _plain, lambda z, y: z - y),
)
HEADS = {head.name: head for head in _ALL}


def head(name: str) -> Head:
    """Return a head by its name: "binary", "softmax", "multilabel", "squared" or "squared-output".

    Examples
    --------
    >>> import numpy as np
    >>> z, y = np.array([[-4.0]]), np.array([[1.0]])  # confidently wrong
    >>> [round(head(name).gradient(z, y).item(), 4) for name in ("binary", "squared")]
    [-0.982, -0.0173]
    """
    if name not in HEADS:
        raise InputError(f"there is no loss {name!r}.", f"there are {', '.join(HEADS)}")
    return HEADS[name]
