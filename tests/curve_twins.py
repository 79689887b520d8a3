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
    "bertalanffy length": lambda u, v: 1 - np.exp(-np.maximum(u, 0)),
    "bertalanffy weight": lambda u, v: (1 - np.exp(-np.maximum(u, 0))) ** 3,
    "bass": lambda u, v: (1 - np.exp(-np.maximum(u, 0))) / (1 + np.exp(v - np.maximum(u, 0))),
}


def exponential(t, floor, amount, place, rate):
    """Exponential growth of what is above a floor."""
    return floor + amount * np.exp(rate * (t - place))


def two_logistics(t, left, right, centre, log_rate, fraction, log_gap, next_log_rate):
    """Two rises, one after the other."""
    first = 1 / (1 + np.exp(-np.exp(log_rate) * (t - centre)))
    second = 1 / (1 + np.exp(-np.exp(next_log_rate) * (t - centre - np.exp(log_gap))))
    return left + (right - left) * (fraction * first + (1 - fraction) * second)


def melt(t, folded, unfolded, slope, next_slope, centre, log_rate, zero):
    """Two states by van 't Hoff's law, from the equilibrium constant; both levels are those at the centre."""
    above, melting = t - zero, centre - zero
    constant = np.exp(-np.exp(log_rate) * melting**2 * (1 / above - 1 / melting))
    states = folded + slope * (t - centre), unfolded + next_slope * (t - centre)
    return (states[0] + states[1] * constant) / (1 + constant)


def hormesis(t, left, right, stimulus, centre, log_rate, log_unit):
    """Brain and Cousens' curve over the logarithm of a dose."""
    dose = np.exp((t - centre) * np.exp(log_unit))
    steepness = np.exp(log_rate - log_unit)
    return right + (left - right + stimulus * dose) / (1 + dose**steepness)


def baranyi(t, final, fold, start, log_rate, lag, ratio):
    """Baranyi and Roberts' curve, from its adjusted time A(t)."""
    rate, after = np.exp(log_rate), np.maximum(t - start, 0)
    adjusted = (
        after + np.log(np.exp(-rate * after) + np.exp(-rate * lag) - np.exp(-rate * (after + lag))) / rate
    )
    grown = rate * adjusted - np.log1p(np.expm1(rate * adjusted) / np.exp(ratio))
    return final + fold * (grown - ratio)


# With what their parameters usually are, from low to high.
PARTICULAR = {
    "exponential": (exponential, [0.0, 0.3, -0.5, -3.0], [0.2, 0.9, 0.5, 3.0]),
    "two logistics": (two_logistics, [0, 0.8, -0.4, 2, 0.3, -1.5, 2], [0.2, 1, 0.1, 3, 0.7, -0.7, 3]),
    "melt": (melt, [0, 0.6, -0.3, -0.3, -0.2, 2, -6], [0.3, 1, 0.3, 0.3, 0.2, 3, -4]),
    "hormesis": (hormesis, [0.6, 0, 0.1, -0.2, 2.3, 0.7], [0.9, 0.2, 0.8, 0.2, 3.3, 1.7]),
    "baranyi": (baranyi, [0.5, 0.05, -0.5, 2.5, 0.05, 4], [1, 0.15, -0.4, 3.5, 0.3, 10]),
}


def model(shape, t, z):
    """Value of a shape with parameters `z` at t."""
    if shape in PARTICULAR:
        return PARTICULAR[shape][0](t, *z)
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
