"""Networks written out once more in complex NumPy: an imaginary step of 1e-30 in a weight gives its exact gradient."""

from __future__ import annotations

import numpy as np
from scipy.special import erf

from ogive import neural

STEP = 1e-30  # nothing is subtracted, so nothing is lost, however small


def sigmoid(z):
    small = np.exp(-signed(z))
    return np.where(z.real > 0, 1 / (1 + small), small / (1 + small))


def signed(z):
    """|z| of the real part, but analytic."""
    return np.where(z.real > 0, z, -z)


def softplus(z):
    return np.where(z.real > 0, z, 0) + np.log1p(np.exp(-signed(z)))


def normal(z):
    return (1 + erf(z / np.sqrt(2))) / 2


def elu(z, alpha=1.0):
    return np.where(z.real > 0, z, alpha * np.expm1(np.where(z.real > 0, 0, z)))


def leaky(z, slope):
    return np.where(z.real > 0, z, slope * z)


ACTIVATIONS = {
    "identity": lambda z: z,
    "step": lambda z: (z.real > 0) + 0 * z.real,
    "sigmoid": sigmoid,
    "log_sigmoid": lambda z: -softplus(-z),
    "log1m_sigmoid": lambda z: -softplus(z),
    "softplus": softplus,
    "tanh": lambda z: 2 * sigmoid(2 * z) - 1,
    "hard_sigmoid": lambda z: np.where(np.abs(z.real) < 3, z / 6 + 0.5, z.real > 0),
    "softsign": lambda z: z / (1 + signed(z)),
    "arctan_sigmoid": lambda z: 2 / np.pi * np.arctan(np.pi * z / 2),
    "algebraic_sigmoid": lambda z: z / np.sqrt(1 + z * z),
    "normal_cdf": normal,
    "cloglog_inverse": lambda z: -np.expm1(-np.exp(z)),
    "gompertz": lambda z: np.exp(-np.exp(-z)),
    "relu": lambda z: leaky(z, 0.0),
    "leaky_relu": lambda z: leaky(z, 0.01),
    "prelu": lambda z: leaky(z, 0.25),
    "elu": elu,
    "elu_alpha": elu,
    # The two constants of Klambauer et al. (2017).
    "selu": lambda z: 1.0507009873554804934193349852946 * elu(z, 1.6732632423543772848170429916717),
    "gelu": lambda z: z * normal(z),
    "gelu_tanh": lambda z: z * sigmoid(2 * np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)),
    "silu": lambda z: z * sigmoid(z),
    "swish": lambda z: z * sigmoid(z),
    "mish": lambda z: z * ACTIVATIONS["tanh"](softplus(z)),
    "binary_cross_entropy": lambda z: softplus(-z),
    "focal_loss": lambda z: sigmoid(-z) ** 2 * softplus(-z),
}


def dense(layer, w, x):
    return ACTIVATIONS[layer.activation.name](x @ w["W"] + w["b"])


def gate(w, names, name, x, h, extra=0.0):
    """Return the sum of one gate, picked out of what stands side by side."""
    units, k = len(w["U"]), names.index(name)
    pick = slice(k * units, (k + 1) * units)
    return x @ w["W"][:, pick] + h @ w["U"][:, pick] + w["b"][pick] + extra


def lstm(layer, w, x):
    h = c = np.zeros((len(x), layer.units), complex)
    outputs = []
    for t in range(x.shape[1]):
        i, f, g, o = (gate(w, "ifgo", name, x[:, t], h) for name in "ifgo")
        c = sigmoid(f) * c + sigmoid(i) * ACTIVATIONS["tanh"](g)
        h = sigmoid(o) * ACTIVATIONS["tanh"](c)
        outputs.append(h)
    return np.stack(outputs, axis=1) if layer.sequences else h


def gru(layer, w, x):
    h = np.zeros((len(x), layer.units), complex)
    last = slice(2 * layer.units, None)
    outputs = []
    for t in range(x.shape[1]):
        r, z = (sigmoid(gate(w, "rzn", name, x[:, t], h)) for name in "rz")
        inside = h @ w["U"][:, last] + w["c"]
        n = ACTIVATIONS["tanh"](x[:, t] @ w["W"][:, last] + w["b"][last] + r * inside)
        h = (1 - z) * n + z * h
        outputs.append(h)
    return np.stack(outputs, axis=1) if layer.sequences else h


LAYERS = {neural.Dense: dense, neural.LSTM: lstm, neural.GRU: gru}


def cross_entropy(z, y):
    far = z - z.real.max(axis=1, keepdims=True)
    return np.log(np.exp(far).sum(axis=1)) - far[np.arange(len(z)), y]


LOSSES = {
    "binary": lambda z, y: (softplus(z) - y * z).sum(axis=1),
    "multilabel": lambda z, y: (softplus(z) - y * z).sum(axis=1),
    "softmax": cross_entropy,
    "squared": lambda z, y: ((sigmoid(z) - y) ** 2).sum(axis=1) / 2,
}


def loss(net, parameters, x, y):
    """Return the mean loss of a network at complex parameters."""
    for layer, w in zip(net.layers, net.views(parameters), strict=True):
        x = LAYERS[type(layer)](layer, w, x)
    return LOSSES[net.head.name](x, y).mean()


def gradient(net, x, y):
    """Return the gradient of the mean loss in all parameters, each by a complex step."""
    found = np.empty(net.parameters.size)
    for k in range(found.size):
        moved = net.parameters.astype(complex)
        moved[k] += STEP * 1j
        found[k] = loss(net, moved, x, y).imag / STEP
    return found
