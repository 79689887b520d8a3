"""How points scatter about a curve: what noise there is, its variance, and what of it is found from the points.

The core has Gaussian, Poisson, binomial and gamma noise. Two more have a parameter of their own for each set of curves,
and their likelihoods stand here: the negative binomial distribution of counts, and the beta-binomial one of shares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector

if TYPE_CHECKING:
    from ogive.curves.likelihood import Model, Scores

Core: TypeAlias = Literal["gaussian", "poisson", "binomial", "gamma"]
# The order is that of the core; the last two are computed here.
CODES: tuple[str, ...] = ("gaussian", "poisson", "binomial", "gamma", "negative-binomial", "beta-binomial")
# The compiled noise that is nearest to each.
CORE = (0, 1, 2, 3, CODES.index("poisson"), CODES.index("binomial"))
LEAST = 1e-12


@dataclass(frozen=True)
class NoiseModel:
    """A kind of noise.

    Attributes
    ----------
    name : str
    core : str
        The compiled noise that the fit begins with.
    known : bool
        Whether it fixes its variance; if not, the dispersion is estimated.
    parameter : str
        Name of its own parameter; empty where it has none.
    range : (float, float)
        Least and greatest value of that.
    given : float or None
        Its value; None where it is estimated.
    """

    name: str
    core: Core
    known: bool
    parameter: str = ""
    range: tuple[float, float] = (-math.inf, math.inf)
    given: float | None = None

    @property
    def varies(self) -> bool:
        """Whether each set has a likelihood with a parameter of its own."""
        return self.name in {"negative-binomial", "beta-binomial"}

    @property
    def support(self) -> tuple[float, float]:
        """Least and greatest value of y."""
        return {"gaussian": (-math.inf, math.inf), "binomial": (0.0, 1.0)}.get(self.core, (0.0, math.inf))

    def variance(self, f: Vector, parameter: Vector | float = 0.0, trials: Vector | float = 1.0) -> Vector:
        """Variance of a point of weight 1 where the curve is at `f`, by the dispersion.

        `parameter` is the noise's own, and `trials` the number of trials of a share, whose weight that is.
        """
        if self.name == "power":
            return np.asarray(np.abs(f) ** (2 * np.asarray(parameter)))
        if self.core == "gaussian":
            return np.ones(np.shape(f))
        if self.core == "binomial":
            p = np.clip(f, LEAST, 1 - LEAST)
            over = 1 + (trials - 1.0) * parameter if self.name == "beta-binomial" else 1.0
            return np.asarray(p * (1 - p) * over)
        m = np.maximum(f, LEAST)
        if self.core == "gamma":
            return np.asarray(m**2)
        return np.asarray(m * (1 + m / parameter) if self.name == "negative-binomial" else m)


_MODELS = {
    model.name: model
    for model in (
        NoiseModel("gaussian", "gaussian", known=False),
        NoiseModel("relative", "gamma", known=False),
        NoiseModel("gamma", "gamma", known=False),
        NoiseModel("power", "gaussian", known=False, parameter="theta", range=(-3.0, 5.0)),
        NoiseModel("poisson", "poisson", known=True),
        NoiseModel("quasi-poisson", "poisson", known=False),
        NoiseModel("negative-binomial", "poisson", known=True, parameter="size", range=(1e-6, math.inf)),
        NoiseModel("binomial", "binomial", known=True),
        NoiseModel("quasi-binomial", "binomial", known=False),
        NoiseModel("beta-binomial", "binomial", known=True, parameter="rho", range=(0.0, 0.999)),
    )
}
NOISES: tuple[str, ...] = tuple(_MODELS)


@cache
def noise_named(text: str) -> NoiseModel:
    """Return a noise by its name, as in "power", or "power=0.8" where its parameter is known.

    Raises
    ------
    InputError
        Where there is none of this name, or it has no such parameter.
    """
    name, separator, value = text.partition("=")
    name = name.strip().replace("_", "-")
    if name not in _MODELS:
        raise InputError(f"there is no noise {name!r}.", f"choose one of {', '.join(NOISES)}")
    model = _MODELS[name]
    if not separator:
        return model
    if not model.parameter:
        raise InputError(f"noise {name!r} has no parameter.", f"write noise={name!r}")
    try:
        given = float(value)
    except ValueError:
        given = math.nan
    low, high = model.range
    if not low <= given <= high:
        raise InputError(
            f"{model.parameter} of noise {name!r} cannot be {value.strip()!r}.",
            f"it is a number from {low:g} to {high:g}; without one it is estimated: noise={name!r}",
        )
    return replace(model, given=given)


def away_from_zero(f: Vector, first: NDArray[np.int64]) -> Vector:
    """Size of curves' values, not less than a millionth of the largest of the set: variance is nowhere 0."""
    size = np.abs(f)
    least = 1e-6 * np.maximum.reduceat(size, first)
    return np.maximum(size, np.repeat(least, np.diff(np.append(first, f.size))))


def varied_scores(
    model: Model,
    t: Vector,
    before: Vector,
    y: Vector,
    root_weight: Vector,
    offsets: NDArray[np.int64],
    z: Vector,
    noise: int,
    size: Vector,
) -> Scores:
    """Loss of each curve, its gradient and information, where each has a parameter of the noise of its own, (curves,).

    Losses are half the deviance from the saturated model: of the negative binomial distribution of this size, and of
    the binomial distribution, since that of the beta-binomial one has no formula.
    """
    f, slopes = model.values(t, before, offsets, z)
    each = np.repeat(size, np.diff(offsets))
    loss, slope, weight = (_negative_binomial if CODES[noise] == "negative-binomial" else _beta_binomial)(
        y, f, root_weight**2, each
    )
    first = offsets[:-1]
    gradient = np.add.reduceat(slopes * slope, first, axis=1).T
    pairs = np.add.reduceat(slopes[:, None] * slopes[None] * weight, first, axis=2).transpose(2, 0, 1)
    return np.add.reduceat(loss, first), gradient, pairs


def _entropy(y: Vector, f: Vector) -> Vector:
    """Return y log(y / f), which is 0 at y = 0."""
    return np.asarray(y * np.log(np.where(y > 0, y, 1.0) / np.where(y > 0, f, 1.0)))


def _negative_binomial(y: Vector, f: Vector, weight: Vector, size: Vector) -> tuple[Vector, Vector, Vector]:
    """Loss of points, its slope by f, and the information of f."""
    m = np.maximum(f, LEAST)
    loss = _entropy(y, m) - (y + size) * np.log1p((y - m) / (m + size))
    information = weight / (m * (1 + m / size))
    return weight * loss, (m - y) * information, information


def _beta_binomial(y: Vector, f: Vector, trials: Vector, rho: Vector) -> tuple[Vector, Vector, Vector]:
    """Loss of shares of trials, its slope by f, and its curvature, which is never below 0."""
    none = _entropy(y, np.ones_like(y)) + _entropy(1 - y, np.ones_like(y))
    joint = _of_precision(y, f, trials, np.log((1 - rho) / rho))
    return trials * none + joint.loss, joint.by_f, joint.by_ff


@dataclass(frozen=True)
class _Joint:
    """Loss of points less what hangs on y alone, and its derivatives by the curve f and by u, each (n,).

    u is the logarithm of the size of a negative binomial distribution, or of the precision (1 - rho) / rho of a
    beta-binomial one.
    """

    loss: Vector
    by_f: Vector
    by_u: Vector
    by_ff: Vector
    by_fu: Vector
    by_uu: Vector


def joint_scores(
    model: Model,
    t: Vector,
    before: Vector,
    y: Vector,
    root_weight: Vector,
    offsets: NDArray[np.int64],
    z: Vector,
    noise: int,
    u: Vector,
    span: Vector,
) -> Scores:
    """Loss of each curve, its gradient (curves, P + 1) and information, where u (curves,) of the noise is one more.

    Losses are minus the log-likelihood less what hangs on y alone, in the units of the core: counts are `span` times y.
    """
    f, slopes = model.values(t, before, offsets, z)
    own, unit = (np.repeat(one, np.diff(offsets)) for one in (u, span))
    at = (_of_size if CODES[noise] == "negative-binomial" else _of_precision)(
        y * unit, f * unit, root_weight**2, own
    )
    first = offsets[:-1]
    inner = slopes * unit
    gradient = np.concatenate([inner * at.by_f, at.by_u[None]])
    pairs = np.empty((len(gradient), *gradient.shape))
    pairs[:-1, :-1] = inner[:, None] * inner[None] * at.by_ff
    pairs[-1, :-1] = pairs[:-1, -1] = inner * at.by_fu
    pairs[-1, -1] = at.by_uu
    return (
        np.add.reduceat(at.loss, first) / span,
        np.add.reduceat(gradient, first, axis=1).T / span[:, None],
        np.add.reduceat(pairs, first, axis=2).transpose(2, 0, 1) / span[:, None, None],
    )


def _of_size(y: Vector, f: Vector, weight: Vector, u: Vector) -> _Joint:
    """Counts with a negative binomial distribution; the information of f is the expected one, and that of both is 0."""
    from scipy.special import digamma, gammaln, zeta  # noqa: PLC0415  (takes a tenth of a second)

    k, m = np.exp(u), np.maximum(f, LEAST)
    both, far, rest = m + k, m - y, np.log1p(m / k)
    loss = gammaln(k) - gammaln(y + k) + k * rest - y * np.log(m / both)
    slope = k * (digamma(k) - digamma(y + k) + rest - far / both)
    curved = zeta(2, k) - zeta(2, y + k) - m / (k * both) + far / both**2
    information = weight / (m * (1 + m / k))
    return _Joint(
        loss=weight * loss,
        by_f=far * information,
        by_u=weight * slope,
        by_ff=information,
        by_fu=np.zeros(y.size),
        by_uu=weight * (slope + k**2 * curved),
    )


def _of_precision(y: Vector, f: Vector, trials: Vector, u: Vector) -> _Joint:
    """Shares of trials with a beta-binomial distribution, of so many of either in one order; all is as observed."""
    from scipy.special import betaln, digamma, zeta  # noqa: PLC0415

    s, p = np.exp(u), np.clip(f, LEAST, 1 - LEAST)
    yes, no, a, b = trials * y, trials * (1 - y), p * s, (1 - p) * s
    left, right = digamma(yes + a) - digamma(a), digamma(no + b) - digamma(b)
    all_trials = digamma(trials + s) - digamma(s)
    bent = zeta(2, a) - zeta(2, yes + a), zeta(2, b) - zeta(2, no + b)
    slope = -s * (p * left + (1 - p) * right - all_trials)
    curved = p**2 * bent[0] + (1 - p) ** 2 * bent[1] - (zeta(2, s) - zeta(2, trials + s))
    return _Joint(
        loss=betaln(a, b) - betaln(yes + a, no + b),
        by_f=-s * (left - right),
        by_u=slope,
        by_ff=s**2 * (bent[0] + bent[1]),
        by_fu=-s * (left - right) + s**2 * (p * bent[0] - (1 - p) * bent[1]),
        by_uu=slope + s**2 * curved,
    )
