"""Bootstrap of curves: points drawn again about the fitted curves, and all curves fitted to them.

Where the dispersion is estimated, the residuals are drawn again, scaled so that their variance is the estimate of it;
where the noise fixes it, points are drawn from the noise. Doses and times are the plan of an experiment, so they stay.

Limits are quantiles of what is read off the replicates, corrected for bias (BC, Efron 1981). The skewness of points,
which BCa adds, is next to nothing where the places are fixed and residuals are drawn. They reach as far as Student's
distribution does, so that in the linear Gaussian case they come to the exact interval, where percentiles are too narrow
(Hesterberg, What teachers should know about the bootstrap, 2015, section 3.3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector
from ogive.curves.likelihood import inverse_information
from ogive.curves.noises import NoiseModel
from ogive.curves.settling import by_variant, refitted, residuals, set_of_points, values

if TYPE_CHECKING:
    from ogive.curves.engine import Solutions
    from ogive.curves.intervals import Read, Uncertainty

# Most points, or values read off curves, that are held at a time.
MOST_AT_ONCE = 2_000_000
# By how much of a standard error a quantity may still move with what is at a far bound.
STILL = 0.5


@dataclass(frozen=True)
class Bootstrap:
    """A plan of a bootstrap.

    Attributes
    ----------
    replicates : int
    seed : int
        The same seed gives the same numbers, whatever the number of threads.
    """

    replicates: int = 999
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no plan."""
        if self.replicates < 99:
            raise InputError(
                f"{self.replicates} replicates are too few for a limit.", "ask for 99 or more; 999 as a rule"
            )
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}.", "pass a whole number, 0 or more")

    def needed(self, far: float) -> int | None:
        """Return how many replicates limits take that are `far` standard errors away, if these are too few."""
        from scipy.special import ndtr  # noqa: PLC0415  (takes a tenth of a second)

        least = 1 / max(float(ndtr(-far)), 1e-300)
        return math.ceil(least) if least > self.replicates + 1 else None


USUAL = Bootstrap()


@dataclass(frozen=True, eq=False)
class Replicates:
    """Parameters of the curves at the points drawn again.

    Attributes
    ----------
    theta : (sets, B, N)
    fresh : (sets, B)
        The noise of a new observation of weight 1, in the units of the core.
    far : (sets, B) int
        Which row of `drift` and `cover` a replicate has; -1 where nothing ended at a far bound.
    drift : (K, N, N)
        How all parameters go with each one that is at a far bound, as that goes on e times as far.
    cover : (K, N, N)
        Covariance of the parameters while those stay where they are.
    """

    theta: Vector
    fresh: Vector
    far: NDArray[np.intp]
    drift: Vector
    cover: Vector

    def endless(self, sets: NDArray[np.intp], slopes: Vector) -> NDArray[np.bool_]:
        """Whether a quantity with slopes (M, B, N) hangs on what is at a far bound in replicates of sets, (M, B).

        So it does where it would move on by more than half of its standard error. A curve does not, between its points.
        """
        row = self.far[sets]
        found = np.zeros(row.shape, dtype=bool)
        at = np.nonzero(row >= 0)
        slope, row = slopes[at], row[at]
        moves = np.abs(np.einsum("mi,mij->mj", slope, self.drift[row])).max(axis=1, initial=0.0)
        se = np.sqrt(np.einsum("mi,mij,mj->m", slope, self.cover[row], slope))
        found[at] = moves > STILL * se
        return found


def replicated(uncertainty: Uncertainty, noise: NoiseModel, plan: Bootstrap) -> Replicates:
    """Draw points and fit the curves to them, starting from the answer."""
    solutions, draws = uncertainty.solutions, plan.replicates
    sets, size = solutions.theta.shape
    code = set_of_points(solutions.likelihoods[0])
    first = np.searchsorted(code, np.arange(sets + 1))
    theta, fresh = np.empty((sets, draws, size)), np.empty((sets, draws))
    far = np.full((sets, draws), -1)
    drift: list[Vector] = []
    cover: list[Vector] = []
    pen = _Pen(uncertainty, noise, plan)
    chunk = np.cumsum(np.diff(first)) * draws // MOST_AT_ONCE
    for number in np.unique(chunk):
        some = np.flatnonzero(chunk == number)
        y = [pen.draw(one, slice(first[one], first[one + 1]), fresh[one]) for one in some.tolist()]
        many = solutions.take(np.repeat(some, draws))
        many = refitted(
            many, {"y": np.concatenate([each.ravel() for each in y])}, np.arange(some.size * draws)
        )
        theta[some] = many.theta.reshape(some.size, draws, size)
        at = np.flatnonzero(many.bounded.any(axis=1))
        far[some[at // draws], at % draws] = sum(len(one) for one in drift) + np.arange(at.size)
        inverse = inverse_information(many.information[at], many.free[at])
        step = np.where(many.bounded[at], np.where(_logarithms(many)[at], 1.0, np.abs(many.theta[at])), 0.0)
        drift.append((np.eye(size) - inverse @ many.information[at]) * step[:, None, :])
        cover.append(inverse * uncertainty.dispersion[some[at // draws], None, None])
    return Replicates(theta, fresh, far, np.concatenate(drift), np.concatenate(cover))


def _logarithms(solutions: Solutions) -> NDArray[np.bool_]:
    """Which parameters of sets (sets, N) are logarithms."""
    found = np.zeros(solutions.theta.shape, dtype=np.bool_)
    for variant, sets in by_variant(solutions):
        logs = np.array([part.kind.log for part in solutions.variants[variant].made.parts])
        own = np.zeros(solutions.theta.shape[1], dtype=np.bool_)
        own[solutions.layouts[variant].index] = logs
        found[sets] = own
    return found


class _Pen:
    """What draws points about the curves of a set, in the units of the core."""

    def __init__(self, uncertainty: Uncertainty, noise: NoiseModel, plan: Bootstrap) -> None:
        solutions = uncertainty.solutions
        like = solutions.likelihoods[0]
        self.noise, self.plan, self.known = noise, plan, uncertainty.known
        self.f, self.residual, self.weight = (
            values(solutions),
            residuals(solutions, noise),
            like.root_weight**2,
        )
        self.dispersion, self.span = uncertainty.dispersion, solutions.scales.y_span
        self.parameter = solutions.parameter
        # a residual is this much of y
        with np.errstate(divide="ignore", invalid="ignore"):
            sd = np.where(self.residual != 0, (like.y - self.f) / self.residual, 1 / like.root_weight)
        self.sd = sd if noise.core != "gaussian" else 1 / like.root_weight

    def draw(self, one: int, rows: slice, fresh: Vector) -> Vector:
        """Draw points (B, n) of a set, and new observations into `fresh` (B,)."""
        rng = np.random.default_rng([self.plan.seed, one])
        f, shape = self.f[rows], (fresh.size, rows.stop - rows.start)
        spread = np.sqrt(self.dispersion[one]) if np.isfinite(self.dispersion[one]) else 0.0
        if self.known:
            fresh[:] = spread * rng.standard_normal(fresh.size)
            if self.noise.core == "gaussian":
                return np.asarray(f + spread * self.sd[rows] * rng.standard_normal(shape))
            return self._of_noise(one, rows, rng, shape)
        pool = self.residual[rows] - self.residual[rows].mean()
        pool *= spread / max(float(np.sqrt((pool**2).mean())), 1e-300)
        fresh[:] = rng.choice(pool, fresh.size)
        y = f + self.sd[rows] * rng.choice(pool, shape)
        return np.asarray(np.clip(y, *self.noise.support))

    def _of_noise(self, one: int, rows: slice, rng: np.random.Generator, shape: tuple[int, int]) -> Vector:
        """Draw counts, shares and the like; a weight is a number of observations whose mean y is."""
        span, weight = self.span[one], self.weight[rows]
        mean = np.maximum(self.f[rows], 1e-12) * span
        own = 0.0 if self.parameter is None else float(self.parameter[one])
        if self.noise.core == "gamma":
            shares = weight / self.dispersion[one]
            return np.asarray(rng.gamma(shares, mean / shares, shape) / span)
        if self.noise.core == "poisson":
            count = weight * mean
            if self.noise.parameter and np.isfinite(own):
                count = rng.gamma(weight * own, mean / own, shape)
            return np.asarray(rng.poisson(count, shape) / weight / span)
        trials = np.maximum(np.rint(weight), 1.0)
        p = np.minimum(mean, 1 - 1e-12)
        if self.noise.parameter and own > 0:
            p = rng.beta(p * (1 / own - 1), (1 - p) * (1 / own - 1), shape)
        return np.asarray(rng.binomial(trials.astype(np.int64), p, shape) / trials)


def limits(
    uncertainty: Uncertainty,
    replicates: Replicates,
    curves: NDArray[np.intp],
    read: Read,
    far: Vector,
    weight: Vector | None,
) -> tuple[Vector, Vector]:
    """Return limits of what is read off curves, `far` (M,) standard errors away if they were Gaussian.

    They are infinite where the curves of too many replicates end at a far bound, or where there are too few replicates.
    """
    solutions, draws = uncertainty.solutions, replicates.theta.shape[1]
    low, high = np.full(curves.size, -np.inf), np.full(curves.size, np.inf)
    value = uncertainty.estimates(curves, read)[0]
    sets = solutions.split(curves)[0]
    for rows in np.array_split(np.arange(curves.size), curves.size * draws // MOST_AT_ONCE + 1):
        for variant in np.unique(solutions.variant[sets[rows]]).tolist():
            at = rows[solutions.variant[sets[rows]] == variant]
            tasks = np.repeat(at, draws)
            theta = replicates.theta[sets[at]].reshape(tasks.size, -1)
            found, outside = read(tasks, solutions.z(curves[tasks], theta, variant), variant)
            slopes = solutions.inward(curves[tasks], outside, variant).reshape(at.size, draws, -1)
            found = found.reshape(at.size, draws)
            endless = replicates.endless(sets[at], slopes)
            found = np.where(endless, np.where(found < value[at][:, None], -np.inf, np.inf), found)
            if weight is not None:
                unit = np.sqrt(uncertainty.unit(sets[at]) / weight[at])[:, None]
                found = found + replicates.fresh[sets[at]] * unit
            here = sets[at]
            likelihood = solutions.likelihoods[variant]
            edge = (~solutions.free[here] & (likelihood.low < likelihood.high)[here]).any(axis=1)
            low[at], high[at] = _quantiles(found, value[at], far[at], edge)
    return low, high


def _quantiles(found: Vector, value: Vector, far: Vector, edge: NDArray[np.bool_]) -> tuple[Vector, Vector]:
    """Quantiles of replicates (M, B), the outer ones of two neighbours.

    They are corrected for how many replicates are below the estimate; not where it is at the edge of what there is,
    with all replicates on one side.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415  (takes a tenth of a second)

    draws = found.shape[1]
    below = (found < value[:, None]).sum(axis=1) + (found == value[:, None]).sum(axis=1) / 2
    bias = np.where(edge, 0.0, ndtri(np.clip(below, 0.5, draws - 0.5) / draws))
    padded = np.pad(np.sort(found, axis=1), ((0, 0), (1, 1)), constant_values=((0, 0), (-np.inf, np.inf)))
    far = np.where(np.isfinite(far), far, np.inf)
    rows = np.arange(value.size)
    low = np.floor((draws + 1) * ndtr(2 * bias - far)).astype(np.intp)
    high = np.ceil((draws + 1) * ndtr(2 * bias + far)).astype(np.intp)
    return padded[rows, low], padded[rows, high]
