"""How well curves fit: the likelihood with its criteria, and whether anything is left that a curve misses.

A parameter counts where it could move, also where it ended at a bound: a family is not simpler because the points do
not determine all of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from ogive._base import Record, Vector, chi_square_tail, f_tail
from ogive._kernels import curve_scores
from ogive.curves.intervals import SILENT
from ogive.curves.noises import noise_named, varied_scores
from ogive.curves.shapes import SHAPES

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit

# How far from whole the number of successes may be, by rounding of shares: as R has it.
NEARLY_WHOLE = 1e-3
ROBUST = "a robust loss is no likelihood"


class CurveStatistics(Record, frozen=True, kw_only=True):
    """How well curves fit. A number that is not valid is None, and `reason` says why.

    Attributes
    ----------
    group : str
        Empty where it is of all curves.
    points, parameters : int
        The variance counts as a parameter where the noise does not fix it.
    log_likelihood : float or None
        With all its constants; the variance has its maximum-likelihood value, as in R's logLik.
    aic, aicc, bic : float or None
        Akaike's criterion, corrected for few points (Hurvich and Tsai 1989), and Schwarz's.
    deviance : float
        Of Gaussian noise the weighted sum of squares of the residuals.
    residual_df : int
        Points less parameters of the curves.
    residual_sd : float or None
        Standard deviation of a point of weight 1, of Gaussian noise.
    explained : float or None
        Share of the deviance about a level in each group that the curves explain (Cameron and Windmeijer 1997); R² of
        Gaussian noise. Curves that are wrong can have a large one: it says how much varies, not how well they fit.
    reason : str
        Why there is no likelihood; empty where there is.
    """

    group: str
    points: int
    parameters: int
    log_likelihood: float | None
    aic: float | None
    aicc: float | None
    bic: float | None
    deviance: float
    residual_df: int
    residual_sd: float | None
    explained: float | None
    reason: str = ""


class CurveTest(Record, frozen=True, kw_only=True):
    """A test of a simpler model against a larger one; where it is not valid, numbers are None and `reason` says why.

    Attributes
    ----------
    hypothesis : str
    method : str
        "F" where the noise has a variance to estimate, else "likelihood ratio".
    statistic : float or None
    df : int
        Parameters that the larger model has more.
    residual_df : int or None
        Of the larger model, for F.
    p_value : float or None
    """

    hypothesis: str
    method: Literal["F", "likelihood ratio"]
    statistic: float | None
    df: int
    residual_df: int | None
    p_value: float | None
    reason: str = ""


@dataclass(frozen=True)
class Blocks:
    """Counts and deviances of sets of curves, or of all together as one."""

    groups: tuple[str, ...]
    points: NDArray[np.int64]
    parameters: NDArray[np.int64]
    deviance: Vector
    starts: NDArray[np.int64]
    first_set: NDArray[np.intp]

    @property
    def residual_df(self) -> NDArray[np.int64]:
        """Points less parameters."""
        return self.points - self.parameters


def blocks_of(fit: CurveFit, *, pooled: bool) -> Blocks:
    """Return each set by itself, or all of them."""
    solutions, counts = fit.solutions, fit.points.counts
    sets = solutions.loss.size
    moving = np.stack([one.low < one.high for one in solutions.likelihoods])
    parameters = moving[solutions.variant, np.arange(sets)].sum(axis=1)
    lost = solutions.loss < SILENT * counts.reshape(sets, -1).sum(axis=1)
    first = np.array([0]) if pooled else np.arange(sets)
    starts = fit.points.offsets[:-1].reshape(sets, -1)[first, 0]
    return Blocks(
        groups=fit.groups if first.size == counts.size else ("",),
        points=np.diff(np.append(starts, counts.sum())),
        parameters=np.add.reduceat(parameters, first),
        deviance=np.add.reduceat(np.where(lost, 0.0, fit.deviance), first),
        starts=starts,
        first_set=first,
    )


def _about_levels(
    fit: CurveFit, code: NDArray[np.intp], first_set: NDArray[np.intp]
) -> tuple[Vector, NDArray[np.int64]]:
    """Deviance about the mean of each cell, and number of cells, added up for each block.

    `code` tells for each point its cell, those of one curve one after another.
    """
    likelihood = fit.solutions.likelihoods[0]
    order = np.argsort(code, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(code))]).astype(np.int64)
    y, root = likelihood.y[order], likelihood.root_weight[order]
    mean = np.add.reduceat(root**2 * y, offsets[:-1]) / np.add.reduceat(root**2, offsets[:-1])
    flat = np.stack([mean, mean, np.zeros(mean.size), np.zeros(mean.size)], axis=1)
    curve = np.repeat(np.arange(fit.points.counts.size), fit.points.counts)[order][offsets[:-1]]
    of = fit.solutions.split(curve)[0]
    none, zeros, noise, size = np.empty(0), np.zeros(y.size), likelihood.noise, likelihood.size
    if isinstance(size, float):
        loss = curve_scores("logistic", zeros, none, y, root, offsets, flat, noise, size)[0]
    else:
        loss = varied_scores(SHAPES["logistic"], zeros, none, y, root, offsets, flat, noise, size[of])[0]
    block = np.searchsorted(first_set, of, side="right") - 1
    deviance = np.where(loss < SILENT * np.diff(offsets), 0.0, 2 * loss * fit.uncertainty.unit(of))
    count = np.bincount(block, minlength=first_set.size)
    return np.bincount(block, deviance, first_set.size).astype(np.float64), count.astype(np.int64)


def statistics(fit: CurveFit, *, pooled: bool = False) -> list[CurveStatistics]:
    """Return the statistics of each set of curves, or one for all of them, which then have one variance."""
    blocks = blocks_of(fit, pooled=pooled)
    curve = np.repeat(np.arange(fit.points.counts.size), fit.points.counts)
    level = _about_levels(fit, curve, blocks.first_set)[0]
    likelihood, reasons = _log_likelihood(fit, blocks)
    return [
        _statistics(fit, blocks, k, float(likelihood[k]), float(level[k]), reasons[k])
        for k in range(blocks.points.size)
    ]


def _statistics(
    fit: CurveFit, blocks: Blocks, k: int, likelihood: float, level: float, reason: str
) -> CurveStatistics:
    """Return the statistics of one block."""
    n, df, deviance = int(blocks.points[k]), int(blocks.residual_df[k]), float(blocks.deviance[k])
    model, sets = noise_named(fit.noise), np.append(blocks.first_set, fit.solutions.loss.size)
    own = int(sets[k + 1] - sets[k]) if model.parameter and model.given is None else 0
    p = int(blocks.parameters[k]) + (not fit.uncertainty.known) + own
    aic = 2 * p - 2 * likelihood
    gaussian = fit.noise == "gaussian"
    return CurveStatistics(
        group=blocks.groups[k],
        points=n,
        parameters=p,
        log_likelihood=None if reason else likelihood,
        aic=None if reason else aic,
        aicc=None if reason or n - p < 2 else aic + 2 * p * (p + 1) / (n - p - 1),
        bic=None if reason else math.log(n) * p - 2 * likelihood,
        deviance=deviance,
        residual_df=df,
        residual_sd=math.sqrt(deviance / df) if gaussian and df > 0 else None,
        explained=1 - deviance / level if level > 0 else None,
        reason=reason,
    )


def _log_likelihood(fit: CurveFit, blocks: Blocks) -> tuple[Vector, list[str]]:
    """Log-likelihood of each block: that of points on the curve, less half the deviance; or why it has none."""
    y, w, n, starts = fit.points.y, fit.points.weight, blocks.points, blocks.starts
    half = blocks.deviance / 2
    valid, words = np.ones(n.size, dtype=bool), ""
    if fit.robust:
        found, valid, words = half, ~valid, ROBUST
    elif fit.noise == "gaussian" and fit.dispersion is not None:
        points = np.log(w / (2 * np.pi * fit.dispersion)) / 2
        found = np.add.reduceat(points, starts) - half / fit.dispersion
    elif fit.noise == "gaussian":
        with np.errstate(divide="ignore"):
            found = (np.add.reduceat(np.log(w), starts) - n * (np.log(4 * np.pi * half / n) + 1)) / 2
    elif fit.noise == "gamma":
        valid, words = (
            np.minimum.reduceat(y, starts) > 0,
            "y is 0 somewhere, which a gamma distribution never is",
        )
        ends = np.append(starts[1:], y.size)
        found = np.array([_gamma(y[a:b], w[a:b], d) for a, b, d in zip(starts, ends, half, strict=True)])
    elif (name := noise_named(fit.noise).name) in _SATURATED:
        own = fit.solutions.parameter
        sets = fit.solutions.split(np.repeat(np.arange(fit.points.counts.size), fit.points.counts))[0]
        each, whole, words = _SATURATED[name](y, w, np.full(y.size, np.inf) if own is None else own[sets])
        found, valid = np.add.reduceat(each, starts) - half, np.logical_and.reduceat(whole, starts)
    else:
        found, valid, words = half, ~valid, f"there is no likelihood of noise {fit.noise!r} here"
    exact = np.where(np.isfinite(found), "", "the points lie on the curve")
    return found, np.where(valid, exact, words).tolist()


def _counts(y: Vector, w: Vector, size: Vector) -> tuple[Vector, NDArray[np.bool_], str]:
    """Log-likelihood of counts that are as expected, where it is one, and what is wrong elsewhere.

    They are negative binomial of this size, which is Poisson's where it is infinite.
    """
    from scipy.special import gammaln, xlogy  # noqa: PLC0415  (takes a tenth of a second)

    poisson = np.isinf(size)
    k = np.where(poisson, 1.0, size)
    more = gammaln(y + k) - gammaln(k) - xlogy(y, y + k) - k * np.log1p(y / k)
    found = w * (xlogy(y, y) - gammaln(y + 1) + np.where(poisson, -y, more))
    return found, y == np.round(y), "y is not whole everywhere, so it does not count"


def _shares(y: Vector, w: Vector, _: Vector) -> tuple[Vector, NDArray[np.bool_], str]:
    """Log-likelihood of shares of trials that are as expected, where it is one, and what is wrong elsewhere."""
    from scipy.special import gammaln, xlogy  # noqa: PLC0415

    k = np.round(w * y)
    chosen = gammaln(w + 1) - gammaln(k + 1) - gammaln(w - k + 1)
    found = chosen + w * (xlogy(y, y) + xlogy(1 - y, 1 - y))
    return found, np.abs(w * y - k) < NEARLY_WHOLE, "y is not a share of as many trials as the weight says"


# Deviances of the beta-binomial distribution are from the binomial one.
_SATURATED = {
    "poisson": _counts,
    "negative-binomial": _counts,
    "binomial": _shares,
    "beta-binomial": _shares,
}


def _gamma(y: Vector, w: Vector, half: float) -> float:
    """Largest log-likelihood over the shape of the gamma distribution, which grows with the weight."""
    from scipy.optimize import brentq  # noqa: PLC0415  (takes a tenth of a second)
    from scipy.special import digamma, gammaln  # noqa: PLC0415

    def slope(log_shape: float) -> float:
        a = w * math.exp(log_shape)
        return float(np.sum(w * (np.log(a) - digamma(a))) - half)

    low, high = -30.0, 25.0
    if not (y > 0).all() or not slope(low) > 0 > slope(high):
        return math.nan
    shape = math.exp(brentq(slope, low, high, xtol=1e-12))
    a = w * shape
    return float(np.sum(a * np.log(a) - a - gammaln(a) - np.log(y)) - shape * half)


def judged(
    hypothesis: str,
    small: tuple[float, int],
    large: tuple[float, int],
    *,
    known: bool,
    dispersion: float | None = None,
    reason: str = "",
) -> CurveTest:
    """Test a model against a larger one by their deviances and residual degrees of freedom.

    By F where the noise has a variance to estimate (Ratkowsky 1983), else by the likelihood ratio. The dispersion is
    that of the deviance of the larger model, or 1 where it is known, unless it is told; a `reason` is why there is no
    test.
    """
    df, residual_df = small[1] - large[1], large[1]
    rise = max(small[0] - large[0], 0.0)
    if reason:
        pass
    elif df <= 0:
        reason = "the larger model has no more parameters"
    elif not known and residual_df <= 0:
        reason = "there are no more points than parameters"
    elif not known and large[0] <= 0:
        reason = "the points lie on the larger model"
    statistic = p = None
    if not reason:
        unit = dispersion if dispersion is not None else 1.0 if known else large[0] / residual_df
        statistic = rise / unit if known else rise / df / unit
        p = chi_square_tail(statistic, df) if known else f_tail(statistic, df, residual_df)
    return CurveTest(
        hypothesis=hypothesis,
        method="likelihood ratio" if known else "F",
        statistic=statistic,
        df=max(df, 0),
        residual_df=None if known else residual_df,
        p_value=p,
        reason=reason,
    )


def lack_of_fit(fit: CurveFit, *, pooled: bool = False) -> list[CurveTest]:
    """Test the curves of each set, or all, against means of the points at each x of each group.

    With Gaussian noise, F of what the curves leave over pure error (Bates and Watts 1988, 3.5); with counts, the
    likelihood ratio.
    """
    blocks = blocks_of(fit, pooled=pooled)
    points = fit.points
    curve = np.repeat(np.arange(points.counts.size), points.counts)
    cells = np.unique(np.stack([curve.astype(np.float64), points.x]), axis=1, return_inverse=True)[1]
    deviance, count = _about_levels(fit, np.ravel(cells), blocks.first_set)
    tests = []
    for k, n in enumerate(blocks.points.tolist()):
        hypothesis = f"the curve of {blocks.groups[k]} fits" if blocks.groups[k] else "the curves fit"
        known = fit.uncertainty.known
        small = (float(blocks.deviance[k]), int(blocks.residual_df[k]))
        test = judged(
            hypothesis,
            small,
            (float(deviance[k]), n - int(count[k])),
            known=known,
            dispersion=fit.dispersion,
            reason=ROBUST if fit.robust else "",
        )
        if fit.robust:
            pass
        elif test.reason and not known and count[k] == n:
            test = msgspec.structs.replace(test, reason="no x has several points in a group")
        elif test.reason and test.df == 0:
            test = msgspec.structs.replace(test, reason="there are no more different x than parameters")
        tests.append(test)
    return tests
