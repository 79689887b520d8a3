"""Parameters compared between groups, and relative potency: how much less of one thing does what another does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from ogive._base import Estimate, InputError, Record, Vector, holm, normal_tails, student_tails
from ogive.curves.adequacy import CurveTest
from ogive.curves.comparison import tested
from ogive.curves.engine import Solutions
from ogive.curves.intervals import Read, Uncertainty
from ogive.curves.readings import Reading

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit

How = Literal["ratio", "difference"]
# Numbers held at once: searches of limits times the square of the number of parameters.
MOST_NUMBERS = 2_000_000


class Contrast(Record, frozen=True, kw_only=True):
    """A parameter of one group by, or less, that of another.

    Attributes
    ----------
    parameter, group, reference : str
    how : "ratio" or "difference"
    estimate : Estimate
    se : float or None
        Standard error, by the delta method; None where it is not valid.
    p_value, p_adjusted : float or None
        Of equal parameters, by Wald's test (of the logarithms, for a ratio); adjusted for the number of comparisons
        (Holm 1979).
    """

    parameter: str
    group: str
    reference: str
    how: How
    estimate: Estimate
    se: float | None
    p_value: float | None
    p_adjusted: float | None


@dataclass(frozen=True)
class Pairs(Solutions):
    """Solutions of which pairs of curves of a set are read instead of single ones.

    Attributes
    ----------
    single : Solutions
    first, second : (pairs,) int
        The curves of each pair.
    """

    single: Solutions
    first: NDArray[np.intp]
    second: NDArray[np.intp]

    @staticmethod
    def of(solutions: Solutions, first: NDArray[np.intp], second: NDArray[np.intp]) -> Pairs:
        """Pair curves of solutions."""
        return Pairs(**vars(solutions), single=solutions, first=first, second=second)

    def split(self, curves: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the set of each pair, and the place of its first curve there."""
        return self.single.split(self.first[curves])

    def z(self, curves: NDArray[np.intp], theta: Vector, variant: int) -> Vector:
        """Parameters of both curves side by side, (M, 2 P)."""
        both = (self.first[curves], self.second[curves])
        return np.hstack([self.single.z(each, theta, variant) for each in both])

    def inward(self, curves: NDArray[np.intp], slopes: Vector, variant: int) -> Vector:
        """Derivatives by theta from those by the parameters of both curves."""
        left, right = np.split(slopes, 2, axis=1)
        return self.single.inward(self.first[curves], left, variant) + self.single.inward(
            self.second[curves], right, variant
        )


def contrasts(
    fit: CurveFit, parameter: str, how: How | None = None, *, reference: str | None = None
) -> list[Contrast]:
    """Compare a parameter between all pairs of groups, or between each group and one of them.

    All curves are taken together, with one variance; intervals are made as those of the fit.

    Parameters
    ----------
    fit
        Curves of two or more groups.
    parameter
        Its name.
    how : "ratio" or "difference", optional
        A ratio where it is a number above 0, such as an ec50 or a slope; else a difference.
    reference : str, optional
        Group that the others are compared with.

    Raises
    ------
    InputError
        Where there is no such parameter or group, it is the same in all groups, or a ratio makes no sense.
    """
    reading = _reading(fit, parameter)
    if len(fit.groups) < 2:
        raise InputError("there is one curve, and nothing to compare it with.", "pass by, a group a point")
    if parameter in fit.share or parameter in fit.fix:
        raise InputError(f"{parameter} is the same in all groups.", "compare one that is not shared or fixed")
    chosen: How = how or ("ratio" if reading.exponential else "difference")
    if chosen == "ratio" and not reading.exponential:
        raise InputError(
            f"{parameter} may be 0 or negative, and has no ratio that an interval can be given for.",
            "use how='difference'",
        )
    first, second = _pairs(fit, reference)
    joint = fit if fit.solutions.loss.size == 1 else fit.again(fit.share, fit.fix, together=True)
    numbers = _numbers(joint, reading, first, second, ratio=chosen == "ratio")
    sign = np.sign(joint.values[parameter])
    shown = [
        _shown(fit, chosen, one, opposite=chosen == "ratio" and sign[a] != sign[b])
        for a, b, *one in zip(first, second, *numbers, strict=True)
    ]
    p = [
        None if se is None else _p_value(value / error, joint.uncertainty)
        for (_, se), value, error in zip(shown, *numbers[:2], strict=True)
    ]
    return [
        Contrast(
            parameter=parameter,
            group=fit.groups[first[k]],
            reference=fit.groups[second[k]],
            how=chosen,
            estimate=shown[k][0],
            se=shown[k][1],
            p_value=p[k],
            p_adjusted=adjusted,
        )
        for k, adjusted in enumerate(holm(p))
    ]


def _numbers(
    joint: CurveFit, reading: Reading, first: NDArray[np.intp], second: NDArray[np.intp], *, ratio: bool
) -> tuple[Vector, Vector, Vector, Vector]:
    """Return the differences between pairs of curves of one set, or of logarithms, standard errors, and limits."""
    unknown = Uncertainty(Pairs.of(joint.solutions, first, second), joint.points.counts, joint.noise)
    read, between, pairs = (
        _of_one(reading, ratio=ratio),
        _between(reading, ratio=ratio),
        np.arange(first.size),
    )
    value, se = unknown.estimates(pairs, between)
    step = max(MOST_NUMBERS // joint.solutions.theta.shape[1] ** 2, 1)
    ends = [
        unknown.limits(pairs[k : k + step], between, joint.level, joint.intervals)
        for k in range(0, pairs.size, step)
    ]
    low, high = (np.concatenate([one[side] for one in ends]) for side in (0, 1))
    if joint.intervals == "profile":
        # A difference has no limit where one of both has none: a bound that is met stands for all that lies beyond.
        curves = np.arange(len(joint.groups))
        below, above = np.isinf(joint.uncertainty.limits(curves, read, joint.level))
        low = np.where(below[first] | above[second], -np.inf, low)
        high = np.where(above[first] | below[second], np.inf, high)
    return value, se, low, high


def _reading(fit: CurveFit, parameter: str) -> Reading:
    """Return a parameter of the family by its name."""
    known = {one.name: one for one in fit.family.parameters}
    if parameter not in known:
        raise InputError(
            f"the family {fit.family.name} has no parameter {parameter!r}.",
            f"its parameters are {', '.join(known)}",
        )
    return known[parameter]


def _pairs(fit: CurveFit, reference: str | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which curves are compared: each with the reference, or all with each other."""
    count = len(fit.groups)
    if reference is None:
        second, first = np.triu_indices(count, 1)
        return first, second
    base = _base(fit, reference)
    others = np.delete(np.arange(count), base)
    return others, np.full(others.size, base)


def _base(fit: CurveFit, reference: str) -> int:
    """Return the number of a group."""
    if str(reference) not in fit.groups:
        raise InputError(
            f"there is no curve for the group {reference!r}.", f"the groups are {', '.join(fit.groups[:8])}"
        )
    return fit.groups.index(str(reference))


def _of_one(reading: Reading, *, ratio: bool) -> Read:
    """Read a parameter of a curve, or its logarithm."""

    def read(tasks: NDArray[np.intp], z: Vector, variant: int) -> tuple[Vector, Vector]:
        value, slopes = reading.value(z), reading.gradient(z)
        return (np.log(np.abs(value)), slopes / value[:, None]) if ratio else (value, slopes)

    return read


def _between(reading: Reading, *, ratio: bool) -> Read:
    """Read the difference of a parameter, or of its logarithm, between the curves of a pair."""
    one = _of_one(reading, ratio=ratio)

    def read(tasks: NDArray[np.intp], z: Vector, variant: int) -> tuple[Vector, Vector]:
        (left, by_left), (right, by_right) = (one(tasks, half, variant) for half in np.split(z, 2, axis=1))
        return left - right, np.hstack([by_left, -by_right])

    return read


def _p_value(t: float, unknown: Uncertainty) -> float:
    """Return the p-value of Wald's test."""
    return normal_tails(t) if unknown.known else student_tails(t, float(unknown.degrees_of_freedom[0]))


def _shown(
    fit: CurveFit, how: How, numbers: Sequence[float], *, opposite: bool
) -> tuple[Estimate, float | None]:
    """Return the estimate and the standard error of a contrast, whose numbers are logarithms for a ratio."""
    value, se, low, high = map(float, numbers)
    if how == "ratio":
        value, low, high = (
            math.exp(min(one, 700.0)) if one < math.inf else one for one in (value, low, high)
        )
        se *= value
    ends = [low if 0 < low < math.inf or (how == "difference" and math.isfinite(low)) else None]
    ends.append(high if math.isfinite(high) else None)
    words = "profile likelihood" if fit.intervals == "profile" else "Wald"
    if opposite:
        value, ends, words = -value, [None, None], "one curve rises and the other falls"
    elif None in ends:
        words = (
            "the points do not determine it"
            if ends == [None, None]
            else f"{words}; the points set no " + ("lower limit" if ends[0] is None else "upper limit")
        )
    estimate = Estimate(value=value, low=ends[0], high=ends[1], level=fit.level, method=words)
    return estimate, se if math.isfinite(se) and None not in ends else None


@dataclass(frozen=True, eq=False)
class RelativePotency:
    """How much less of each group does what the reference does.

    Attributes
    ----------
    reference : str
    potencies : list of Contrast
        The dose of the reference by that of each group which does the same, from parallel curves: 2 where half the dose
        is enough.
    parallelism : CurveTest
        Whether all parameters but the place of the curve are the same; where they are not, the ratio of doses depends
        on the effect, and there is no one relative potency.
    others : list of Contrast
        The other parameters of each group against the reference, from curves that are each group's own, by Wald's
        formula: how far from parallel they are.
    fit : CurveFit
        The parallel curves.
    """

    reference: str
    potencies: list[Contrast]
    parallelism: CurveTest
    others: list[Contrast]
    fit: CurveFit


def relative_potency(fit: CurveFit, reference: str | None = None) -> RelativePotency:
    """Return how potent each group is relative to one of them, with intervals, and whether the curves are parallel.

    Parallel curves over log dose differ by a horizontal shift only: they share all parameters but the dose that places
    them, such as the ec50 (Finney 1978).

    Parameters
    ----------
    fit
        Curves of two or more groups, of a family over dose.
    reference : str, optional
        Group that the others are compared with; by default the first one.

    Raises
    ------
    InputError
        Where the family is not one over dose, there is one group only, or no such reference.
    """
    places = fit.family.variants[0].made.places
    over = [one for one in fit.family.parameters if one.part in places and one.exponential]
    if len(over) != 1:
        raise InputError(
            f"curves of the family {fit.family.name} are not shifted by a factor of x.",
            "use a family over dose, such as ll4; for x that is a logarithm, share the other parameters and see "
            "contrasts(...) of the midpoint",
        )
    place = over[0].name
    others = [one for one in fit.family.parameters if one.name != place and one.name not in fit.fix]
    names = [one.name for one in others]
    base = fit.groups[0] if reference is None else fit.groups[_base(fit, reference)]
    parallel = fit.again(names, fit.fix)
    # Profiles of curves that are each group's own would take long where there are many.
    separate = replace(fit.again((), fit.fix, together=True), intervals="wald")
    return RelativePotency(
        reference=base,
        potencies=[_inverse(one) for one in contrasts(parallel, place, "ratio", reference=base)],
        parallelism=tested("the curves are parallel", parallel, separate),
        others=[one for name in names for one in contrasts(separate, name, reference=base)],
        fit=parallel,
    )


def _inverse(one: Contrast) -> Contrast:
    """Turn a ratio around."""
    value = 1 / one.estimate.value
    low, high = (1 / end if end else None for end in (one.estimate.high, one.estimate.low))
    words = one.estimate.method
    for side, other in (("lower", "upper"), ("upper", "lower")):
        if one.estimate.method.endswith(f"no {side} limit"):
            words = words.replace(side, other)
    return msgspec.structs.replace(
        one,
        estimate=Estimate(value=value, low=low, high=high, level=one.estimate.level, method=words),
        se=None if one.se is None else one.se * value**2,
    )
