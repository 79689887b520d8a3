"""The compiled shapes and noises, written out in NumPy."""

from __future__ import annotations

import numpy as np
from scipy import special

RISES = {
    "logistic": lambda u, v: special.expit(u),
    "gompertz": lambda u, v: np.exp(-np.exp(-u)),
    "cloglog": lambda u, v: -np.expm1(-np.exp(u)),
    "normal": lambda u, v: special.ndtr(u),
    "richards": lambda u, v: np.exp(-np.log1p(np.exp(v - u)) / np.exp(v)),
    "mirrored richards": lambda u, v: -np.expm1(-np.log1p(np.exp(v + u)) / np.exp(v)),
}


def model(shape, t, z):
    """Value of a shape with parameters `z` at t."""
    with np.errstate(over="ignore"):
        rise = RISES[shape]((t - z[2]) * np.exp(z[3]), z[4] if len(z) > 4 else 0.0)
    return z[0] * (1 - rise) + z[1] * rise


def deviances(noise, y, f):
    """Half the deviance of each point."""
    return {
        "gaussian": lambda: (y - f) ** 2 / 2,
        "poisson": lambda: special.xlogy(y, y / f) - (y - f),
        "binomial": lambda: special.xlogy(y, y / f) + special.xlogy(1 - y, (1 - y) / (1 - f)),
        "gamma": lambda: (y - f) / f - np.log(y / f),
    }[noise]()
