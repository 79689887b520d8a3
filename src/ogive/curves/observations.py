"""Limits of new observations: of the distribution that the noise has, about a curve that is itself uncertain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ogive._base import Vector, normal_quantile, normal_tails, student_quantile
from ogive.curves.intervals import Method, Read
from ogive.curves.noises import LEAST, NoiseModel, noise_named
from ogive.curves.settling import jointly

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit

# Distribution function at y (n, 1) where means are (n, K).
_Below: TypeAlias = Callable[[Vector, Vector], Vector]
# Means that stand for what is left open of one; halvings of a bracket, and doublings of its end.
_MEANS, _HALVINGS, _DOUBLINGS = 101, 60, 60
_GOLDEN = 0.6180339887498949


def observed(
    fit: CurveFit,
    curves: NDArray[np.intp],
    read: Read,
    value: Vector,
    variance: Vector | None = None,
    trials: Vector | float = 1.0,
    *,
    simultaneous: bool = False,
    expected: tuple[Vector, Vector] | None = None,
) -> tuple[Vector, Vector]:
    """Return the lower and upper limits of new observations that scatter about what is read off curves.

    Gaussian ones, with whatever variance, have those of `Uncertainty.limits`. Others have quantiles of the predictive
    distribution: that of the noise, averaged over means whose logarithm (of shares: log odds) is normal about the
    estimate, on either side with the spread that takes it to its own limit. So counts are whole and never below 0.
    Sizes and correlations that are estimated are averaged over as well.

    Parameters
    ----------
    fit
        Curves fitted to points.
    curves : (n,) int
        Which ones.
    read
        What is read off each.
    value : (n,)
        Its estimate.
    variance : (n,), optional
        Of an observation there, by the dispersion; of one of weight 1 unless given.
    trials : (n,) or number
        Of a share.
    simultaneous : bool
        Whether the curve is taken to be anywhere in its simultaneous band.
    expected : pair of (n,), optional
        Limits of what is read, where they are known already.
    """
    unknown, model = fit.uncertainty, noise_named(fit.noise)
    variance = 1 / fit.precision(value, curves) if variance is None else variance
    if model.core == "gaussian":
        return unknown.limits(
            curves, read, fit.level, fit.intervals, weight=1 / variance, simultaneous=simultaneous
        )
    sets = fit.solutions.split(curves)[0]
    limits = expected or expected_limits(fit, curves, read, simultaneous=simultaneous)
    means = _means(value, limits, fit.level, shares=model.core == "binomial")
    spread = np.asarray(variance * unknown.dispersion[sets] * unknown.unit(sets))
    trials = np.broadcast_to(trials, value.shape).astype(np.float64)
    below = _distribution(model, value, spread, trials, _shares_of_precision(fit, sets))
    steps = {"poisson": np.ones(value.size)}.get(model.core, np.zeros(value.size))
    steps = trials if model.name == "binomial" else steps
    low, high = (_quantile(below, means, tail, steps) for tail in ((1 - fit.level) / 2, (1 + fit.level) / 2))
    if model.core == "binomial":
        return low, high
    lost = ~np.isfinite(spread)
    return np.where(lost, 0.0, low), np.where(np.isinf(limits[1]) | lost, np.inf, high)


def expected_limits(
    fit: CurveFit,
    curves: NDArray[np.intp],
    read: Read,
    *,
    level: float | None = None,
    intervals: Method | None = None,
    simultaneous: bool = False,
) -> tuple[Vector, Vector]:
    """Return the limits of what is read off curves, where it counts as well that the noise is not known.

    Where sizes or correlations of counts and shares are estimated, the profile is of the likelihood of both, of curve
    and noise. Its limits are as far as those of Gaussian noise, whose variance is estimated too: where twice the loss
    rises by n log(1 + t^2 / (n - p)) instead of z^2, t being Student's quantile of n - p degrees of freedom, which
    is exact there.
    """
    unknown, model = fit.uncertainty, noise_named(fit.noise)
    level, intervals = level or fit.level, intervals or fit.intervals
    if not model.varies or model.given is not None or intervals == "bootstrap":
        return unknown.limits(curves, read, level, intervals, simultaneous=simultaneous)
    df = unknown.degrees_of_freedom
    points = df + unknown.solutions.free.sum(axis=1)
    if unknown.solutions.likelihoods:  # curves from a file have no points, and no profile
        unknown = replace(unknown, solutions=jointly(unknown.solutions, model))
    low, high = np.full(curves.size, -np.inf), np.full(curves.size, np.inf)
    sizes = np.stack([points, df])[:, unknown.solutions.split(curves)[0]]
    for n, left in np.unique(sizes[:, sizes[1] > 0], axis=1).T.tolist():
        rows = np.flatnonzero((sizes[0] == n) & (sizes[1] == left))
        far = np.sqrt(n * np.log1p(student_quantile(level, left) ** 2 / left))

        def those(
            tasks: NDArray[np.intp], z: Vector, variant: int, rows: NDArray[np.intp] = rows
        ) -> tuple[Vector, Vector]:
            return read(rows[tasks], z, variant)

        low[rows], high[rows] = unknown.limits(
            curves[rows], those, 1 - normal_tails(float(far)), intervals, simultaneous=simultaneous
        )
    return low, high


def _means(value: Vector, limits: tuple[Vector, Vector], level: float, *, shares: bool) -> Vector:
    """Equally likely means (n, K) of which a share of `level` is within the limits."""
    from scipy.special import expit, logit, ndtri  # noqa: PLC0415  (takes a tenth of a second)

    def inward(mean: Vector) -> Vector:
        if shares:
            return np.asarray(logit(np.clip(mean, LEAST, 1 - LEAST)))
        return np.log(np.clip(mean, LEAST, 1e300))

    centre, z = inward(value)[:, None], normal_quantile(level)
    # Where there is no upper limit, the lower quantile is that of means up to the estimate.
    below, above = limits[0], np.where(np.isinf(limits[1]), value, limits[1])
    low, high = ((inward(end)[:, None] - centre) / z for end in (below, above))
    away = ndtri((np.arange(_MEANS) + 0.5) / _MEANS)
    found = centre + away * np.where(away < 0, -low, high)
    return np.asarray(expit(found) if shares else np.exp(np.minimum(found, 690.0)))


def _shares_of_precision(fit: CurveFit, sets: NDArray[np.intp]) -> Vector | float:
    """Equally likely shares (n, K) of an estimated size or precision that it may really be: chi-square over n.

    So is the inverse of a variance of Gaussian noise by that of its maximum-likelihood estimate; the chi-square has the
    degrees of freedom that are left. Their order has nothing to do with that of the means.
    """
    from scipy.special import chdtri  # noqa: PLC0415  (takes a tenth of a second)

    model = noise_named(fit.noise)
    if not model.varies or model.given is not None:
        return 1.0
    df = fit.uncertainty.degrees_of_freedom[sets][:, None]
    points = df + fit.solutions.free.sum(axis=1)[sets][:, None]
    tails = np.mod(0.5 + np.arange(_MEANS) * _GOLDEN, 1.0)
    return np.asarray(chdtri(np.maximum(df, 1.0), tails) / points)


def _distribution(
    model: NoiseModel, value: Vector, spread: Vector, trials: Vector, share: Vector | float = 1.0
) -> _Below:
    """Distribution about a mean, such that the variance at the estimate `value` is `spread`.

    `share` are shares of the size, or the precision, of overdispersed counts and shares, one for each mean.
    """
    from scipy.special import bdtr, betainc, gammainc, pdtr  # noqa: PLC0415

    mean = np.maximum(value, LEAST)
    if model.core == "gamma":
        shape = (mean**2 / spread)[:, None]
        return lambda y, m: np.asarray(gammainc(shape, shape * y / m), dtype=np.float64)
    if model.core == "binomial":
        if model.name == "binomial":
            n = np.rint(trials)[:, None].astype(np.int64)
            return lambda y, p: np.asarray(bdtr(np.floor(y * n + 1e-9), n, p), dtype=np.float64)
        p = np.clip(value, LEAST, 1 - LEAST)
        size = np.maximum(p * (1 - p) / (spread / trials) - 1, LEAST)[:, None]
        if model.varies:  # of one observation of so many trials, from the precision that all have
            others = np.maximum(trials - 1, LEAST)[:, None]
            rho = np.clip((trials[:, None] / (size + 1) - 1) / others, LEAST, 1 - LEAST)
            rho = 1 / (1 + (1 / rho - 1) * share)
            size = np.maximum(trials[:, None] / (1 + (trials[:, None] - 1) * rho) - 1, LEAST)
        return lambda y, p: np.asarray(betainc(p * size, (1 - p) * size, y), dtype=np.float64)
    # Counts that vary more than Poisson's are negative binomial: of one size, or of a variance that goes with the mean.
    over = np.maximum(spread / mean - 1, 0.0)
    extra = (over > 1e-9)[:, None]
    size = (mean / np.where(over > 1e-9, over, 1.0))[:, None]

    def below(y: Vector, m: Vector) -> Vector:
        of = size * share if model.varies else size * m / mean[:, None]
        count = np.floor(y)
        found = np.where(extra, betainc(of, count + 1, of / (of + m)), pdtr(count, m))
        return np.asarray(found * (y >= 0))

    return below


def _quantile(below: _Below, means: Vector, tail: float, steps: Vector) -> Vector:
    """Least y at which the distribution, averaged over the means, is `tail` or more; y has so many steps in a unit."""

    def reached(y: Vector) -> NDArray[np.bool_]:
        return np.asarray(below(y[:, None], means).mean(axis=1) >= tail)

    low = np.full(len(means), -1.0)
    high = np.maximum(means.max(axis=1), 1.0)
    for _ in range(_DOUBLINGS):
        short = ~reached(high)
        if not short.any():
            break
        high = np.where(short, 2 * high, high)
    whole = steps > 0
    near = np.where(whole, 0.5 / np.where(whole, steps, 1.0), 1e-9 * means.min(axis=1))
    for _ in range(_HALVINGS):
        if (high - low <= near).all():
            break
        middle = (low + high) / 2
        there = reached(middle)
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    return np.asarray(np.where(whole, np.floor(high * steps + 1e-9) / np.where(whole, steps, 1.0), high))
