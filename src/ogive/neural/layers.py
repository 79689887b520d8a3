"""A layer of a network: what it does to its input, and what it passes back.

The weights are the network's, which passes them in. A layer says how many axes it `takes` and `gives` (2 of rows, 3 of
sequences), whether its outputs have limits in both directions (`saturates`), and what `shapes` its weights have.
`backward` completes the `Pass` of `forward`; then `into` gives the gradient in the input, which the first layer spares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ogive._base import InputError
from ogive.neural.activations import Array, activation

Weights = Mapping[str, Array]
named = activation  # `Dense` has a parameter of that name


@dataclass
class Pass:
    """What a layer made of an input `x`: weighted sums `z` and output `y`; of a cell, its `gates` over time by name.

    After the way back also f'(z) (`slope`) and the gradients of the loss in y and z (`dy`, `dz`), empty before.
    """

    x: Array
    z: Array
    y: Array
    slope: Array = field(default_factory=lambda: np.empty(0))
    dy: Array = field(default_factory=lambda: np.empty(0))
    dz: Array = field(default_factory=lambda: np.empty(0))
    gates: dict[str, Array] = field(default_factory=dict)


class Dense:
    """A dense layer: y = f(x W + b), with x of shape (n, inputs) and y of shape (n, units).

    `activation` names f: of the catalogue of functions, "step", or "identity", as of a last layer: it gives logits.

    Examples
    --------
    >>> Dense(3, "tanh").shapes(2)
    {'W': (2, 3), 'b': (3,)}
    """

    takes = gives = 2

    def __init__(self, units: int, activation: str = "identity") -> None:
        self.units = whole(units)
        self.activation = named(activation)
        self.saturates = self.activation.saturates

    def __repr__(self) -> str:
        return f"Dense({self.units}, {self.activation.name!r})"

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of W and b."""
        return {"W": (inputs, self.units), "b": (self.units,)}

    def forward(self, weights: Weights, x: Array) -> Pass:
        """Return z = x W + b and y = f(z)."""
        z = x @ weights["W"]
        z += weights["b"]
        return Pass(x, z, self.activation.value(z))

    def backward(self, weights: Weights, seen: Pass, dy: Array, gradient: Weights) -> None:
        """Apply the chain rule: dz = dy f'(z), dW = xᵀ dz, db = Σ dz."""
        seen.dy, seen.slope = dy, self.activation.slope(seen.z, seen.y)
        seen.dz = dy * seen.slope
        np.matmul(seen.x.T, seen.dz, out=gradient["W"])
        np.sum(seen.dz, axis=0, out=gradient["b"])

    def into(self, weights: Weights, seen: Pass) -> Array:
        """Return dx = dz Wᵀ."""
        return seen.dz @ weights["W"].T

    def flat(self, seen: Pass) -> Array:
        """Say where the slope is next to nothing."""
        return self.activation.flat(seen.slope)


def whole(count: int, what: str = "units", example: str = "Dense(16)") -> int:
    """Return a number of units or the like, or refuse what is none."""
    if not (isinstance(count, int | np.integer) and count > 0):
        raise InputError(f"{what} must be a whole number of 1 or more; got {count!r}.", f"as in {example}")
    return int(count)
