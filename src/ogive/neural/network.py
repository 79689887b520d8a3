"""A network: layers one after the other, a head, and one vector that holds all weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError
from ogive.neural.activations import Array
from ogive.neural.cells import Layer
from ogive.neural.heads import head
from ogive.neural.layers import Pass

_AXES = {2: "rows of shape (n, inputs)", 3: "sequences of shape (n, times, inputs)"}


class Network:
    """Layers, forward and backward, all in view.

    Parameters
    ----------
    layers : iterable of Dense, LSTM or GRU
        The last one gives logits: one unit a class, one a label, or one alone.
    loss : {"binary", "softmax", "multilabel", "squared", "squared-output"}
        The head.
    weights : sequence of mappings, optional
        The weights of each layer by name; `initialise` and `train` draw them unless given.

    Attributes
    ----------
    parameters : array of shape (size,)
        All weights in one vector, which learning changes in place.
    weights : list of dicts
        Views of it, a dict a layer.

    Raises
    ------
    InputError
        If shapes do not chain: the layer is named, with what it expected and what it got.

    Examples
    --------
    >>> from ogive.neural import Dense
    >>> xor = Network(
    ...     [Dense(2, "step"), Dense(1)],
    ...     weights=[{"W": [[1, -1], [-1, 1]], "b": [-0.5, -0.5]}, {"W": [[4], [4]], "b": [-2]}],
    ... )
    >>> xor.probabilities([[0, 0], [0, 1], [1, 0], [1, 1]]).ravel().round(2)
    array([0.12, 0.88, 0.88, 0.12])
    """

    def __init__(
        self,
        layers: Iterable[Layer],
        loss: str = "binary",
        *,
        weights: Sequence[Mapping[str, ArrayLike]] | None = None,
    ) -> None:
        self.layers, self.head = tuple(layers), head(loss)
        self.parameters: Array = np.empty(0)
        self.weights: list[dict[str, Array]] = []
        if not self.layers:
            raise InputError("a network needs a layer; got none.", "as in Network([Dense(1)])")
        for number, (one, after) in enumerate(pairwise(self.layers), 2):
            if one.gives != after.takes:
                raise self._unlike(number, _AXES[after.takes], _AXES[one.gives])
        if self.layers[-1].gives != 2:
            raise self._unlike(len(self.layers), "to give one output a row", "one at every time")
        if weights is not None:
            self._take([{name: np.asarray(array) for name, array in part.items()} for part in weights])

    def __repr__(self) -> str:
        return f"Network([{', '.join(map(repr, self.layers))}], loss={self.head.name!r})"

    @property
    def inputs(self) -> int:
        """Numbers in a row, or in a row at one time."""
        if not self.weights:
            raise InputError("the network has no weights yet.", "call `initialise` or `train` first")
        return len(self.weights[0]["W"])

    def allocate(self, inputs: int, dtype: Any = np.float64) -> None:
        """Make room for the weights of so many inputs, all 0."""
        size = sum(prod(shape) for shapes in self._shapes(inputs) for shape in shapes.values())
        self.parameters = np.zeros(size, dtype)
        self.weights = self._views(self.parameters, inputs)

    def views(self, vector: Array) -> list[dict[str, Array]]:
        """Return a vector of the size of the parameters as weights: a dict of views a layer."""
        return self._views(vector, self.inputs)

    def forward(self, x: Array) -> list[Pass]:
        """Return what each layer makes of `x`; the last output is the logits."""
        seen: list[Pass] = []
        for one, weights in zip(self.layers, self.weights, strict=True):
            seen.append(one.forward(weights, seen[-1].y if seen else x))
        return seen

    def backward(self, seen: Sequence[Pass], y: Array, gradient: Sequence[Mapping[str, Array]]) -> None:
        """Go back by the chain rule, completing `seen` and writing the gradient of the mean loss."""
        dy = self.head.gradient(seen[-1].y, y) / len(y)
        for k in reversed(range(len(self.layers))):
            self.layers[k].backward(self.weights[k], seen[k], dy, gradient[k])
            dy = self.layers[k].into(self.weights[k], seen[k]) if k else dy

    def differentiate(self, x: Array, y: Array) -> tuple[list[Pass], Array]:
        """Go both ways: return what each layer made of `x`, and the gradient of the mean loss as one vector."""
        seen, gradient = self.forward(x), np.empty_like(self.parameters)
        self.backward(seen, y, self.views(gradient))
        return seen, gradient

    def probabilities(self, x: ArrayLike) -> Array:
        """Return the probabilities that the head makes of the logits, of shape (n, units)."""
        return self.head.probabilities(self.forward(self.rows(x))[-1].y)

    def loss(self, x: ArrayLike, y: ArrayLike) -> float:
        """Return the mean loss."""
        rows, targets = self.rows(x), self.targets(y, len(np.asarray(x)))
        return float(self.head.loss(self.forward(rows)[-1].y, targets).mean(dtype=np.float64))

    def gradient(self, x: ArrayLike, y: ArrayLike) -> list[dict[str, Array]]:
        """Return the gradient of the mean loss in the weights, a dict a layer."""
        rows = self.rows(x)
        return self.views(self.differentiate(rows, self.targets(y, len(rows)))[1])

    def rows(self, x: ArrayLike) -> Array:
        """Return rows as an array that the first layer takes, of the type of the weights, or raise an InputError."""
        rows = np.asarray(x)
        if self.weights or rows.dtype not in (np.float32, np.float64):
            rows = rows.astype(self.parameters.dtype, copy=False)
        if rows.ndim != self.layers[0].takes:
            raise self._unlike(1, _AXES[self.layers[0].takes], f"shape {rows.shape}")
        if self.weights and rows.shape[-1] != self.inputs:
            raise self._unlike(1, f"{self.inputs} inputs", f"{rows.shape[-1]}")
        with np.errstate(over="ignore", invalid="ignore"):
            sound = np.isfinite(rows.sum())  # what is not finite shows in the sum, which needs no room
        bad = ~np.isfinite(rows).all(axis=tuple(range(1, rows.ndim))) if not sound else np.zeros(1, bool)
        if bad.any():
            problem = (
                f"x is missing or infinite in {bad.sum()} of {len(rows)} rows, first in row {np.argmax(bad)}."
            )
            raise InputError(problem, "leave those rows out, or fill them in")
        return rows

    def targets(self, y: ArrayLike, rows: int) -> Array:
        """Return targets as an array that the head takes, for so many rows, or raise an InputError."""
        units, targets = self.layers[-1].units, np.asarray(y)
        shape = (rows,) if self.head.labels else (rows, units)
        if targets.shape != shape and not (units == 1 and targets.shape == (rows,)):
            problem = f"the loss {self.head.name!r} takes targets of shape {shape}; got {targets.shape}."
            raise InputError(
                problem, f"layer {len(self.layers)} ({self.layers[-1]}) gives {units} numbers a row"
            )
        numbers = targets.reshape(shape).astype(self.parameters.dtype)
        top = units - 1 if self.head.labels else 1
        bad = ~((numbers >= 0) & (numbers <= top)) | (self.head.labels & (numbers % 1 != 0))
        if bad.any():
            expected = f"whole numbers from 0 to {top}" if self.head.labels else "numbers from 0 to 1"
            problem = f"targets of layer {len(self.layers)} ({self.layers[-1]}) must be {expected}"
            raise InputError(
                f"{problem}; got {numbers[bad][0]:g}.", "number the classes from 0, one unit each"
            )
        return numbers.astype(np.int64) if self.head.labels else numbers

    def _views(self, vector: Array, inputs: int) -> list[dict[str, Array]]:
        parts, start = [], 0
        for shapes in self._shapes(inputs):
            part = {}
            for name, shape in shapes.items():
                part[name] = vector[start : start + prod(shape)].reshape(shape)
                start += prod(shape)
            parts.append(part)
        return parts

    def _shapes(self, inputs: int) -> list[dict[str, tuple[int, ...]]]:
        sizes = [inputs, *(one.units for one in self.layers)]
        return [one.shapes(size) for one, size in zip(self.layers, sizes, strict=False)]

    def _take(self, weights: Sequence[Mapping[str, Array]]) -> None:
        """Copy given weights into one vector, or say which layer's do not fit."""
        if len(weights) != len(self.layers):
            problem = f"there are {len(self.layers)} layers, and weights for {len(weights)}."
            raise InputError(problem, "give each layer a mapping of its own")
        inputs = len(np.atleast_1d(weights[0].get("W", 0)))
        for number, (wanted, got) in enumerate(zip(self._shapes(inputs), weights, strict=True), 1):
            shapes = {name: array.shape for name, array in got.items()}
            if shapes != wanted:
                raise self._unlike(number, f"weights of shapes {wanted}", f"{shapes}")
        self.allocate(inputs, np.result_type(np.float32, *(a for part in weights for a in part.values())))
        for part, given in zip(self.weights, weights, strict=True):
            for name, array in part.items():
                array[...] = given[name]

    def _unlike(self, number: int, expected: str, got: str) -> InputError:
        problem = f"layer {number} ({self.layers[number - 1]}): expected {expected}; got {got}."
        return InputError(problem, "change this layer or the one before, so that their shapes chain")
