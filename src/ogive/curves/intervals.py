"""Standard errors, and how far what is read off curves can go: by Wald's formula or by profile likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector, normal_quantile, student_quantile
from ogive.curves.bootstrap import USUAL, Bootstrap, Replicates, replicated
from ogive.curves.bootstrap import limits as bootstrap_limits
from ogive.curves.engine import FAR, Noise, Solutions
from ogive.curves.leaps import leap
from ogive.curves.likelihood import NEAR, Reach, Search, descend, inverse_information, reach
from ogive.curves.noises import noise_named
from ogive.curves.settling import first_points, residuals
from ogive.curves.shapes import BEGIN, LEVEL, PLACE, Kind

# Where searches begin once more, as shares of the far bounds at which parameters are.
_WITHIN = (0.03, 0.003)
# Dispersion, in the units of the core, of points that lie on the curve.
SILENT = 1e-20
# How far from their middle points tell of places and levels, in spans: a limit that lies further beyond the points than
# they reach, or a level on its way to its bound, is the formula's word, not theirs.
SIGHT: dict[Kind, float] = {PLACE: 1.5, BEGIN: 1.5, LEVEL: FAR[LEVEL]}
Method = Literal["profile", "wald", "bootstrap"]
# What is read off curves: for chosen tasks, with the parameters z (M, P) of their curves and the variant of the family,
# values (M,) and derivatives by z (M, P), all in the units of the points.
Read: TypeAlias = Callable[[NDArray[np.intp], Vector, int], tuple[Vector, Vector]]


@dataclass(frozen=True)
class Band:
    """A curve at `x` with its limits, each of shape (n,); infinite where the points set none."""

    x: Vector
    value: Vector
    low: Vector
    high: Vector

    def at(self, rows: NDArray[np.intp]) -> Band:
        """Return some of its places."""
        return Band(self.x[rows], self.value[rows], self.low[rows], self.high[rows])


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """What the points leave open about curves that were fitted to them.

    Attributes
    ----------
    solutions : Solutions
    counts : (curves,) int
        Number of points of each.
    noise : str
    given : float or None
        The dispersion, where it is known.
    plan : Bootstrap
    freedom : float or None
        Degrees of freedom of the dispersion, where other curves tell of it as well.
    """

    solutions: Solutions
    counts: NDArray[np.int64]
    noise: Noise
    given: float | None = None
    plan: Bootstrap = USUAL
    freedom: float | None = None

    @property
    def known(self) -> bool:
        """Whether the noise fixes its variance; if not, it is estimated."""
        return noise_named(self.noise).known or self.given is not None

    @cached_property
    def degrees_of_freedom(self) -> Vector:
        """Points of each set less the parameters that moved, (sets,)."""
        sets = len(self.solutions.theta)
        if self.freedom is not None:
            return np.full(sets, self.freedom)
        return np.asarray(
            self.counts.reshape(sets, -1).sum(axis=1) - self.solutions.free.sum(axis=1), dtype=np.float64
        )

    @cached_property
    def dispersion(self) -> Vector:
        """Variance of the noise by that of its model, (sets,), in the units of the core; NaN where no point is left.

        What is estimated is so by Pearson's residuals, whose squares sum up to the deviance of Gaussian noise.
        """
        df, sets = self.degrees_of_freedom, np.arange(len(self.solutions.theta))
        if self.known:
            return np.asarray((1.0 if self.given is None else self.given) / self.unit(sets))
        if self.solutions.dispersion is not None:
            return self.solutions.dispersion
        noise, total = noise_named(self.noise), 2 * self.solutions.loss
        if noise.core != "gaussian":
            first = first_points(self.solutions.likelihoods[0])
            total = np.add.reduceat(residuals(self.solutions, noise) ** 2, first)
        return np.where(df > 0, total / np.where(df > 0, df, 1.0), np.nan)

    def quantile(self, level: float) -> Vector:
        """Return how many standard errors an interval reaches, (sets,)."""
        df = self.degrees_of_freedom
        if self.known:
            return np.full(df.size, normal_quantile(level))
        found = {
            each: student_quantile(level, each) if each > 0 else np.nan for each in np.unique(df).tolist()
        }
        return np.array([found[each] for each in df.tolist()])

    def scheffe(self, level: float) -> Vector:
        """Return how many standard errors a simultaneous band reaches, (sets,): the root of p F(p, df)."""
        from scipy.special import chdtri, fdtri  # noqa: PLC0415  (takes a tenth of a second)

        p, df = self.solutions.free.sum(axis=1), self.degrees_of_freedom
        if self.known:
            return np.asarray(np.sqrt(chdtri(p, 1 - level)))
        return np.where(df > 0, np.sqrt(p * fdtri(p, np.maximum(df, 1.0), level)), np.nan)

    @cached_property
    def covariance(self) -> Vector:
        """Covariance of the parameters, (sets, N, N), in the units of the core; 0 where one did not move."""
        inverse = inverse_information(self.solutions.information, self.solutions.free)
        return inverse * self.dispersion[:, None, None]

    @cached_property
    def replicates(self) -> Replicates:
        """Curves fitted to points that were drawn again."""
        return replicated(self, noise_named(self.noise), self.plan)

    def estimates(self, curves: NDArray[np.intp], read: Read) -> tuple[Vector, Vector]:
        """Return what is read off each curve and its standard error: 0 of what was given, NaN of what is at a bound."""
        value, se = np.empty(curves.size), np.empty(curves.size)
        for variant, rows, sets in self._variants(curves):
            theta = self.solutions.theta[sets]
            value[rows], outside = read(rows, self.solutions.z(curves[rows], theta, variant), variant)
            slopes = self.solutions.inward(curves[rows], outside, variant)
            variance = np.einsum("gi,gij,gj->g", slopes, self.covariance[sets], slopes)
            held = list(self.solutions.variants[variant].held)
            known = ~np.delete(outside, held, axis=1).any(axis=1)  # it hangs on nothing but what was given
            lost = ~known & (((slopes != 0) & self.solutions.bounded[sets]).any(axis=1) | ~(variance > 0))
            se[rows] = np.where(lost, np.nan, np.sqrt(np.where(lost | known, 0.0, variance)))
        return value, se

    def limits(
        self,
        curves: NDArray[np.intp],
        read: Read,
        level: float,
        method: Method = "profile",
        weight: Vector | None = None,
        *,
        simultaneous: bool = False,
    ) -> tuple[Vector, Vector]:
        """Return the lower and upper limits of what is read off each curve; infinite where the points set none.

        With `weight`, they are those of a new observation of that weight. Simultaneous ones hold for everything that
        can be read off the curves of a set at once: over the region of all its parameters (Scheffe's method).
        """
        value, se = self.estimates(curves, read)
        sets = self.solutions.split(curves)[0]
        far = (self.scheffe(level) if simultaneous else self.quantile(level))[sets]
        if method == "bootstrap":
            if simultaneous and (needed := self.plan.needed(float(np.nanmax(far)))):
                raise InputError(
                    f"{self.plan.replicates} replicates are too few for a simultaneous band, which takes {needed}.",
                    f"pass intervals=Bootstrap(replicates={needed}), or use intervals='profile'",
                )
            return bootstrap_limits(self, self.replicates, curves, read, far, weight)
        if method == "wald":
            own = 0.0 if weight is None else self.dispersion[sets] * self.unit(sets) / weight
            wide = far * np.sqrt(se**2 + own)
            unseen = self._unseen(curves, read, far * se)
            return np.where(unseen, -np.inf, value - wide), np.where(unseen, np.inf, value + wide)
        low, high = np.empty(curves.size), np.empty(curves.size)
        for variant, rows, at in self._variants(curves):
            low[rows], high[rows] = self._reach(
                variant, rows, curves, at, read, (far * se)[rows], far[rows], weight
            )
        if weight is None:
            return low, high
        # Where the points do not limit the curve, they do not limit an observation either.
        below, above = self.limits(curves, read, level, method)
        return np.where(np.isinf(below), below, low), np.where(np.isinf(above), above, high)

    def _reach(
        self,
        variant: int,
        rows: NDArray[np.intp],
        curves: NDArray[np.intp],
        sets: NDArray[np.intp],
        read: Read,
        first: Vector,
        far: Vector,
        weight: Vector | None,
    ) -> tuple[Vector, Vector]:
        """Limits by profile likelihood, of curves of one variant."""
        solutions = self.solutions
        tasks = np.concatenate([rows, rows])
        here, of = curves[tasks], np.concatenate([sets, sets])

        def quantity(searches: NDArray[np.intp], theta: Vector) -> tuple[Vector, Vector]:
            z = solutions.z(here[searches], theta, variant)
            value, slopes = read(tasks[searches], z, variant)
            return value, solutions.inward(here[searches], slopes, variant)

        best, every = solutions.theta[of], np.arange(tasks.size)
        slopes = quantity(every, best)[1]
        part = np.abs(slopes).argmax(axis=1)
        single = weight is None and bool(((slopes != 0).sum(axis=1) == 1).all())
        sign = np.sign(slopes[every, part])

        def coordinate(searches: NDArray[np.intp], theta: Vector) -> tuple[Vector, Vector]:
            """Follow what hangs on one parameter alone by that: where it is a logarithm, steps are even."""
            along = np.zeros(theta.shape)
            along[np.arange(searches.size), part[searches]] = sign[searches]
            return np.asarray((theta * along).sum(axis=1)), along

        if single:
            slopes, first = np.eye(slopes.shape[1])[part], first / np.abs(slopes[: rows.size].sum(axis=1))
        rise = np.concatenate([far, far]) ** 2 * self.dispersion[of] / 2
        guess = self._guess(variant, of, slopes, np.concatenate([first, first]), rise)
        search = Search(
            likelihood=(likelihood := solutions.likelihoods[variant]),
            sets=of,
            loss=solutions.loss[of],
            quantity=coordinate if single else quantity,
            side=np.repeat([-1.0, 1.0], rows.size),
            rise=np.where(np.isfinite(rise), rise, 0.0),
            weight=None if weight is None else weight[tasks] / self.unit(of),
        )
        found = reach(search, best, guess)
        if not single:
            found = self._furthest(search, found, guess)
        scaled = solutions.variants[variant].made.scaled
        alone = solutions.layouts[variant].index.shape == (
            1,
            best.shape[1],
        )  # a curve, and nothing of its noise
        if scaled and single and alone and (part == part[0]).all():
            found = leap(solutions, variant, search, found, int(part[0]))
        natural = solutions.natural[variant]
        low, high = likelihood.low[of], likelihood.high[of]
        at_low, at_high = (low < high) & (found.theta <= low), (low < high) & (found.theta >= high)
        ends = (at_low & ~natural[0]) | (at_high & ~natural[1])
        held, meant = ends.any(axis=1), ((at_low & natural[0]) | (at_high & natural[1])).any(axis=1)
        moves = ((slopes != 0) & (low < high)).any(axis=1)
        open_ends = ~found.closed & moves & (held | (~meant & scaled))
        open_ends[held] |= self._hangs(variant, search, found, best, ends, np.flatnonzero(held))
        if single and scaled:
            open_ends |= moves & self._lost_sight(variant, of, found, part, sign * search.side > 0)
        limit = quantity(every, found.theta)[0] if single else found.limit
        # Points without noise tell nothing of how far away what they do not determine is.
        lost = solutions.bounded[of].any(axis=1) | ~solutions.converged[of]
        silent = ((self.dispersion[of] < SILENT) & lost) | ~np.isfinite(rise)
        below, above = np.split(np.where(open_ends | silent, np.inf, limit), 2)
        return np.where(np.isinf(below), -np.inf, below), above

    def seen(self, variant: int) -> Vector:
        """How far parameters (N,) are told by points, in the units of the core: places and levels not further."""
        found = np.full(self.solutions.theta.shape[1], np.inf)
        parts = self.solutions.variants[variant].made.parts
        found[self.solutions.layouts[variant].index] = [SIGHT.get(part.kind, np.inf) for part in parts]
        return found

    def _lost_sight(
        self,
        variant: int,
        sets: NDArray[np.intp],
        found: Reach,
        part: NDArray[np.intp],
        forward: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """Whether limits of single parameters are at their far bound, or out of sight; those from afar come into it."""
        every, likelihood = np.arange(part.size), self.solutions.likelihoods[variant]
        own, natural = found.theta[every, part], self.solutions.natural[variant][:, part]
        edge = np.where(forward, likelihood.high[sets, part], likelihood.low[sets, part])
        far = (np.abs(own - edge) <= NEAR) & ~np.where(forward, natural[1], natural[0])
        seen = self.seen(variant)[part]
        found.theta[every, part] = np.clip(own, -seen, seen)
        return np.asarray(far | (np.where(forward, own, -own) > seen))

    def out_of_sight(
        self, curves: NDArray[np.intp], low: Vector, high: Vector
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether limits of places, on the scale of the shape, lie beyond what points tell."""
        scales = self.solutions.scales.take(self.solutions.split(curves)[0])
        reach = SIGHT[PLACE] * scales.t_span
        return low < scales.t - reach, high > scales.t + reach

    def _unseen(self, curves: NDArray[np.intp], read: Read, wide: Vector) -> NDArray[np.bool_]:
        """Whether one of Wald's limits of what hangs on one parameter alone lies beyond what points tell of that.

        Then a standard error says nothing of the other one either.
        """
        found = np.zeros(curves.size, dtype=bool)
        for variant, rows, sets in self._variants(curves):
            if not self.solutions.variants[variant].made.scaled:
                continue
            theta = self.solutions.theta[sets]
            outside = read(rows, self.solutions.z(curves[rows], theta, variant), variant)[1]
            slopes = self.solutions.inward(curves[rows], outside, variant)
            part, every = np.abs(slopes).argmax(axis=1), np.arange(rows.size)
            with np.errstate(invalid="ignore", divide="ignore"):
                far = np.abs(theta[every, part]) + wide[rows] / np.abs(slopes[every, part])
            single = (slopes != 0).sum(axis=1) == 1
            found[rows] = single & (far > self.seen(variant)[part])
        return found

    def _furthest(self, search: Search, found: Reach, guess: Vector) -> Reach:
        """Seek limits from within as well where a parameter is at a far bound, and keep the further ones.

        So far out the loss is flat, and a search that begins there may go along the bound and miss what is further
        inside. Wherever a search ends the loss has risen by as much, so the further limit is the right one.
        """
        bounded = self.solutions.bounded[search.sets]
        limit, closed, theta = found.limit.copy(), found.closed.copy(), found.theta.copy()
        for share in _WITHIN:
            rows = np.flatnonzero(bounded.any(axis=1))
            likelihood, best = (
                search.likelihood.take(search.sets[rows]),
                self.solutions.theta[search.sets[rows]],
            )
            moved = np.where(bounded[rows], share * best, best)
            held = replace(
                likelihood,
                low=np.where(bounded[rows], moved, likelihood.low),
                high=np.where(bounded[rows], moved, likelihood.high),
            )
            start, loss = descend(held, moved, np.arange(rows.size), None, NEAR**2 * search.rise[rows])
            inside = loss - search.loss[rows] < search.rise[rows]
            rows = rows[inside]
            if rows.size:
                other = reach(search.take(rows), start[inside], guess[rows])
                further = search.side[rows] * (other.limit - limit[rows]) > 0
                at = rows[further]
                limit[at], closed[at], theta[at] = (
                    each[further] for each in (other.limit, other.closed, other.theta)
                )
        return Reach(limit=limit, closed=closed, theta=theta)

    def _hangs(
        self,
        variant: int,
        search: Search,
        found: Reach,
        best: Vector,
        ends: NDArray[np.bool_],
        rows: NDArray[np.intp],
    ) -> NDArray[np.bool_]:
        """Whether limits are where they are only because another parameter is at a far bound there.

        At a limit the gradients of quantity q and loss L are parallel in what is free, q' = m L', so along any
        direction d in which a bound moves, q moves by (q' - m L') d. Here what is free follows the valley of the loss:
        both terms are small there, and so is their rounding. The limit hangs on the bound if one twice as far (a
        logarithm one more) moves it by a quarter of its distance from the estimate.
        """
        theta = found.theta[rows]
        likelihood = search.likelihood.take(search.sets[rows])
        _, loss, information = likelihood.read(theta)
        value, slope = search.quantity(rows, theta)
        free = ~ends[rows] & (likelihood.low < likelihood.high)
        size = np.where(free, loss**2, 0.0).sum(axis=1)
        m = np.where(free, loss * slope, 0.0).sum(axis=1) / np.where(size > 0, size, 1.0)
        parts = self.solutions.variants[variant].made.parts
        index = self.solutions.layouts[variant].index
        logs = np.empty(theta.shape[1], dtype=bool)
        logs[index] = [part.kind.log for part in parts]
        further = np.sign(theta) * np.where(logs, 1.0, np.abs(theta))
        follow = np.eye(theta.shape[1]) - inverse_information(information, free) @ information
        along = np.einsum("mi,mij->mj", slope - m[:, None] * loss, follow)
        shift = np.where(ends[rows], along * further, 0.0)
        far = np.abs(value - search.quantity(rows, best[rows])[0])
        return np.asarray((shift * search.side[rows][:, None] > far[:, None] / 4).any(axis=1))

    def _guess(
        self, variant: int, sets: NDArray[np.intp], slopes: Vector, wald: Vector, rise: Vector
    ) -> Vector:
        """How far limits are to be expected: as Wald's are, if those are in sight."""
        if self.solutions.variants[variant].made.scaled:  # in sight is half a span
            return np.asarray(np.fmin(wald, 0.5 * np.sqrt((slopes**2).sum(axis=1))))
        told = np.einsum("mii->mi", self.solutions.information[sets])
        alone = np.sqrt((slopes**2 * (2 * rise)[:, None] / np.where(told > 0, told, np.inf)).sum(axis=1))
        return np.where(wald > 0, wald, alone)

    def unit(self, sets: NDArray[np.intp]) -> Vector:
        """By how much a loss in the units of the core is multiplied in those of the points."""
        span = self.solutions.scales.y_span[sets]
        units = {"gaussian": span**2, "poisson": span}
        return units.get(noise_named(self.noise).core, np.ones(sets.size))

    def _variants(self, curves: NDArray[np.intp]) -> list[tuple[int, NDArray[np.intp], NDArray[np.intp]]]:
        """Which curves are of each variant, and their sets."""
        sets = self.solutions.split(curves)[0]
        of = self.solutions.variant[sets]
        return [(int(one), rows := np.flatnonzero(of == one), sets[rows]) for one in np.unique(of)]
