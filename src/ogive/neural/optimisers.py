"""Steps of descent on one vector of parameters: gradient descent with momentum, and Adam.

A step changes `parameters` in place; `decays` is 1 where weight decay applies (weights), 0 elsewhere (biases).
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from ogive._base import InputError
from ogive.neural.activations import Array


class GradientDescent:
    """θ ← θ - rate (v + weight_decay θ), with v ← momentum v + gradient (Polyak 1964).

    Examples
    --------
    >>> theta = np.array([1.0])
    >>> GradientDescent(0.5).step(theta, np.array([0.4]), np.ones(1))
    >>> theta
    array([0.8])
    """

    def __init__(self, rate: float = 0.1, *, momentum: float = 0.0, weight_decay: float = 0.0) -> None:
        self.rate, self.momentum, self.weight_decay = _above_zero(rate), momentum, weight_decay
        self._velocity: Array | float = 0.0

    def step(self, parameters: Array, gradient: Array, decays: Array) -> None:
        """Take one step."""
        if self.momentum:
            gradient = self._velocity = self.momentum * self._velocity + gradient
        if self.weight_decay:
            gradient = gradient + self.weight_decay * decays * parameters
        parameters -= self.rate * gradient


class Adam:
    """Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019).

    m ← β₁ m + (1 - β₁) g and v ← β₂ v + (1 - β₂) g²; with m and v divided by 1 - βᵗ, which they lack at first,
    θ ← θ - rate (m / (sqrt(v) + ε) + weight_decay θ).

    Examples
    --------
    >>> theta = np.array([1.0])
    >>> Adam(0.1).step(theta, np.array([0.4]), np.ones(1))
    >>> theta.round(6)
    array([0.9])
    """

    def __init__(
        self,
        rate: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        self.rate, self.weight_decay = _above_zero(rate), weight_decay
        self.betas, self.epsilon = betas, epsilon
        self._steps, self._room = 0, np.empty((3, 0))

    def step(self, parameters: Array, gradient: Array, decays: Array) -> None:
        """Take one step; m and v are kept without their factors 1 - β, which leaves fewer passes over vectors."""
        if not self._steps:
            self._room = np.zeros((3, parameters.size), parameters.dtype)
        self._steps += 1
        m, v, work = self._room
        first, second = ((1 - beta) / (1 - beta**self._steps) for beta in self.betas)
        m *= self.betas[0]
        m += gradient
        v *= self.betas[1]
        v += np.multiply(gradient, gradient, out=work)
        np.sqrt(v, out=work)
        work += self.epsilon / math.sqrt(
            second
        )  # a number of NumPy's would turn float32 into float64 on the way
        np.divide(m, work, out=work)
        work *= self.rate * first / math.sqrt(second)
        if self.weight_decay:
            work += self.rate * self.weight_decay * decays * parameters
        parameters -= work


Optimiser: TypeAlias = GradientDescent | Adam


def _above_zero(rate: float) -> float:
    if not 0 < rate < np.inf:
        raise InputError(
            f"rate must be above 0; got {rate}.", "as in 0.001 for Adam, 0.1 for gradient descent"
        )
    return float(rate)
