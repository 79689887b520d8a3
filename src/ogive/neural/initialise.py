"""Weights to start from: Glorot's and He's, and the one of them that keeps gradients at their size."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError
from ogive.neural.activations import Array
from ogive.neural.cells import LSTM, Layer
from ogive.neural.layers import Dense
from ogive.neural.network import Network

SCHEMES = ("glorot", "he", "glorot-plain")
PROBE = 256  # rows on which a network is looked at


def initialise(net: Network, x: ArrayLike, y: ArrayLike, *, scheme: str = "auto", seed: int = 0) -> str:
    """Draw the weights of a network, and return the scheme. Biases are 0, but 1 at forget gates.

    Weights are uniform, with the standard deviation

    - "glorot": gain sqrt(2 / (inputs + units)), with the gain of the activation: 4 for the sigmoid, whose slope at 0 is
      1/4, while Glorot and Bengio (2010) assume 1; "glorot-plain" is without gain, as are gates of cells;
    - "he": sqrt(2 / inputs) (He et al. 2015);
    - "auto" draws all, and takes the one whose gradients, layer by layer on 256 rows, have a ratio nearest 1.
    """
    check_scheme(scheme)
    rows, tried = net.rows(x), {}
    targets = net.targets(y, len(rows))
    for name in SCHEMES if scheme == "auto" else (scheme,):
        net.allocate(rows.shape[-1], rows.dtype)
        random = np.random.default_rng(seed)
        for one, weights in zip(net.layers, net.weights, strict=True):
            _draw(one, weights, name, random)
        tried[name] = _unevenness(net, rows[:PROBE], targets[:PROBE]), net.parameters, net.weights
    best = min(tried, key=lambda name: tried[name][0])
    _, net.parameters, net.weights = tried[best]
    return best


def check_scheme(scheme: str) -> None:
    """Refuse what is no initialisation."""
    if scheme not in (*SCHEMES, "auto"):
        raise InputError(f"there is no initialisation {scheme!r}.", f"there are auto, {', '.join(SCHEMES)}")


def _unevenness(net: Network, x: Array, y: Array) -> float:
    """Return how far from 1 gradients in z are, typically, by those of the layer after, on a log scale."""
    seen = net.differentiate(x, y)[0]
    with np.errstate(all="ignore"):
        far = abs(np.mean(np.diff(np.log([size(one.dz) for one in seen])))) if len(seen) > 1 else 0.0
    return float(far) if np.isfinite(far) else np.inf


def size(array: Array) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(np.square(array), dtype=np.float64)))


def _draw(one: Layer, weights: dict[str, Array], scheme: str, random: np.random.Generator) -> None:
    for array in weights.values():
        if array.ndim == 2:
            spread = np.sqrt(2 / (len(array) + one.units))
            if isinstance(one, Dense):
                spread = np.sqrt(2 / len(array)) if scheme == "he" else spread
                spread *= one.activation.gain if scheme == "glorot" else 1
            array[...] = random.uniform(-1, 1, array.shape) * (spread * np.sqrt(3))
    if isinstance(one, LSTM):
        weights["b"][one.units : 2 * one.units] = 1  # remember at first (Gers et al. 2000)
