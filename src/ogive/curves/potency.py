"""Parameters compared between groups, and relative potency: how much less of one thing does what another does."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ogive._base import Estimate, InputError, Record, Vector, holm, normal_tails, student_tails
from ogive.curves.adequacy import CurveTest
from ogive.curves.comparison import tested
from ogive.curves.engine import Solutions
from ogive.curves.intervals import Read, Uncertainty
from ogive.curves.pairs import Pairs, share_nothing, taken_out
from ogive.curves.parameters import WORDS
from ogive.curves.quantities import Share, effect, reader_of
from ogive.curves.readings import SEVERAL, Reading
from ogive.curves.solving import solved

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


# Reads what is compared off chosen curves of solutions.
Reader: TypeAlias = Callable[[Solutions, NDArray[np.intp]], Read]


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
    _check_groups(fit)
    if parameter in fit.share or parameter in fit.fix:
        raise InputError(f"{parameter} is the same in all groups.", "compare one that is not shared or fixed")
    positive = reading.exponential or (reading.unit == "x" and fit.family.scale == "log")
    chosen: How = how or ("ratio" if positive else "difference")
    if chosen == "ratio" and not positive:
        raise InputError(
            f"{parameter} may be 0 or negative, and has no ratio that an interval can be given for.",
            "use how='difference'",
        )
    first, second = _pairs(fit, reference)
    joint = _joint(fit)
    read = _of_one(reading, ratio=chosen == "ratio")
    numbers = _numbers(joint, lambda solutions, curves: read, first, second)
    sign = np.sign(joint.values[parameter])
    opposite = sign[first] != sign[second] if chosen == "ratio" else np.zeros(first.size, dtype=bool)
    words = np.where(opposite, "one curve rises and the other falls", "")
    return _compared(fit, parameter, chosen, (first, second), numbers, words.tolist())


def _joint(fit: CurveFit) -> CurveFit:
    """Return the fit with all curves in one set, which has one variance."""
    return fit if fit.solutions.loss.size == 1 else fit.again(fit.share, fit.fix, together=True)


def _check_groups(fit: CurveFit) -> None:
    """Refuse a single curve."""
    if len(fit.groups) < 2:
        raise InputError("there is one curve, and nothing to compare it with.", "pass by, a group a point")


def _numbers(
    joint: CurveFit, reader: Reader, first: NDArray[np.intp], second: NDArray[np.intp], *, place: bool = False
) -> tuple[Vector, Vector, Vector, Vector]:
    """Return differences between pairs of curves of one set, standard errors, and limits; of a `place`, where asked.

    A difference has no limit where one of both has none: a bound that is met stands for all that lies beyond.
    """
    whole, curves, pairs = joint.uncertainty, np.arange(len(joint.groups)), np.arange(first.size)
    if share_nothing(joint.solutions) and joint.intervals != "bootstrap":
        alone = taken_out(whole, curves[:, None])
        both = taken_out(whole, np.stack([first, second], axis=1))
        of = Pairs.of(both.solutions, 2 * pairs, 2 * pairs + 1)
    else:
        alone = both = whole
        of = Pairs.of(whole.solutions, first, second)
    unknown, between = replace(both, solutions=of), _between(reader, of)
    value, se = unknown.estimates(pairs, lambda tasks, z, variant: between(pairs[tasks], z, variant))
    low, high = np.full(pairs.size, -np.inf), np.full(pairs.size, np.inf)
    there = np.flatnonzero(np.isfinite(value))
    step = max(MOST_NUMBERS // of.theta.shape[1] ** 2, 1)
    for k in range(0, there.size, step):
        some = there[k : k + step]
        low[some], high[some] = unknown.limits(
            some,
            lambda tasks, z, variant, some=some: between(some[tasks], z, variant),  # type: ignore[misc]
            joint.level,
            joint.intervals,
        )
    if joint.intervals != "wald":
        own = alone.limits(curves, reader(alone.solutions, curves), joint.level, joint.intervals)
        below, above = np.isinf(own)
        if place:
            unseen = alone.out_of_sight(curves, *own)
            below, above = below | unseen[0], above | unseen[1]
        low = np.where(below[first] | above[second], -np.inf, low)
        high = np.where(above[first] | below[second], np.inf, high)
    return value, se, low, high


def _compared(
    fit: CurveFit,
    what: str,
    how: How,
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]],
    numbers: tuple[Vector, Vector, Vector, Vector],
    reasons: Sequence[str],
    *,
    turned: bool = False,
) -> list[Contrast]:
    """Put numbers of pairs into words, with their tests; where `turned`, the first of a pair is the reference."""
    found = []
    for a, b, reason, *one in zip(*pairs, reasons, *numbers, strict=True):
        estimate, se = _shown(fit, how, one, reason)
        t = None if se is None else float(one[0] / one[1])
        found.append((fit.groups[b if turned else a], fit.groups[a if turned else b], estimate, se, t))
    unknown = _joint(fit).uncertainty
    p = [None if t is None else _p_value(t, unknown) for *_, t in found]
    return [
        Contrast(
            parameter=what,
            group=group,
            reference=reference,
            how=how,
            estimate=estimate,
            se=se,
            p_value=one,
            p_adjusted=adjusted,
        )
        for (group, reference, estimate, se, _), one, adjusted in zip(found, p, holm(p), strict=True)
    ]


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


def _between(reader: Reader, pairs: Pairs) -> Read:
    """Read the difference between the curves of a pair."""
    sides = [reader(pairs.single, curves) for curves in (pairs.first, pairs.second)]

    def read(tasks: NDArray[np.intp], z: Vector, variant: int) -> tuple[Vector, Vector]:
        halves = np.split(z, 2, axis=1)
        (left, by_left), (right, by_right) = (
            one(tasks, half, variant) for one, half in zip(sides, halves, strict=True)
        )
        return left - right, np.hstack([by_left, -by_right])

    return read


def _p_value(t: float, unknown: Uncertainty) -> float:
    """Return the p-value of Wald's test."""
    return normal_tails(t) if unknown.known else student_tails(t, float(unknown.degrees_of_freedom[0]))


def _shown(fit: CurveFit, how: How, numbers: Sequence[float], reason: str) -> tuple[Estimate, float | None]:
    """Return the estimate and the standard error of a contrast, whose numbers are logarithms for a ratio."""
    value, se, low, high = map(float, numbers)
    if how == "ratio":
        value, low, high = (
            math.exp(min(one, 700.0)) if one < math.inf else one for one in (value, low, high)
        )
        se *= value
    ends = [low if 0 < low < math.inf or (how == "difference" and math.isfinite(low)) else None]
    ends.append(high if math.isfinite(high) else None)
    words = WORDS[fit.intervals]
    if reason:
        value, ends, words = -value if how == "ratio" else value, [None, None], reason
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
    place = _place(fit)
    _check_groups(fit)
    base = 0 if reference is None else _base(fit, reference)
    others = [one.name for one in fit.family.parameters if one.unit != "x" and one.name not in fit.fix]
    parallel = _parallel(fit)
    # Profiles of curves that are each group's own would take long where there are many.
    separate = replace(fit.again((), fit.fix, together=True), intervals="wald")
    first, second = _pairs(fit, fit.groups[base])
    part = fit.family.variants[0].made.places[0]

    def placed(tasks: NDArray[np.intp], z: Vector, variant: int) -> tuple[Vector, Vector]:
        return z[:, part], np.tile(np.arange(z.shape[1]) == part, (len(z), 1)).astype(np.float64)

    numbers = _numbers(parallel, lambda solutions, curves: placed, second, first)
    potencies = _compared(parallel, place, "ratio", (second, first), numbers, [""] * first.size, turned=True)
    return RelativePotency(
        reference=fit.groups[base],
        potencies=potencies,
        parallelism=tested("the curves are parallel", parallel, separate, _parallel),
        others=[one for name in others for one in contrasts(separate, name, reference=fit.groups[base])],
        fit=parallel,
    )


def relative_potency_at(
    fit: CurveFit, percent: float, reference: str | None = None, *, kind: Share = "relative"
) -> list[Contrast]:
    """Return how potent each group is relative to one of them where the effect has one size.

    Curves that are not parallel have another relative potency at every effect: it is that of the effective doses of the
    curves as they were fitted (Ritz, Cedergreen, Jensen and Streibig 2006).

    Parameters
    ----------
    fit
        Curves of two or more groups, of a family over dose.
    percent : float
        Per cent of the effect of each curve; with kind "absolute", a value of y.
    reference : str, optional
        Group that the others are compared with; by default the first one.
    kind : "relative" or "absolute"
        As of effective doses.

    Returns
    -------
    list of Contrast
        The dose of the reference by that of each group: 2 where half the dose is enough. All curves are taken together,
        with one variance.

    Raises
    ------
    InputError
        Where the family is not one over dose, there is one group only, or no such reference or effect.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.curves import fit, relative_potency_at
    >>> dose, steep = np.geomspace(0.1, 100, 7), [9.9, 9.4, 7.9, 4.8, 2.3, 1.4, 1.0]
    >>> flat = [9.1, 8.3, 7.0, 5.3, 3.8, 2.4, 1.9]
    >>> found = fit(np.tile(dose, 2), [*steep, *flat], by=["steep"] * 7 + ["flat"] * 7, family="ll4")
    >>> for percent in (10, 50):
    ...     print([(one.parameter, one.estimate) for one in relative_potency_at(found, percent, "steep")])
    [('ED10', 3.70 (2.08 – 8.10))]
    [('ED50', 0.90 (0.73 – 1.13))]
    """
    _place(fit)
    _check_groups(fit)
    joint = _joint(fit)
    base = 0 if reference is None else _base(fit, reference)
    first, second = _pairs(fit, fit.groups[base])
    quantity = effect(fit.family, percent, kind)

    def reader(solutions: Solutions, curves: NDArray[np.intp]) -> Read:
        return reader_of(replace(joint, solutions=solutions), curves, quantity)

    numbers = _numbers(joint, reader, second, first, place=True)
    reasons = np.where(np.isfinite(numbers[0]), "", quantity.missing).tolist()
    return _compared(fit, quantity.name, "ratio", (second, first), numbers, reasons, turned=True)


def _place(fit: CurveFit) -> str:
    """Return the parameter that places the curves of a family on a scale of doses."""
    doses = [one.name for one in fit.family.parameters if one.unit == "x"]
    variant = fit.family.variants[0]
    free = [part for part in variant.made.places if part not in variant.still]
    if fit.family.scale != "log" or len(free) != 1 or not doses:
        raise InputError(
            f"curves of the family {fit.family.name} are not shifted by a factor of x.",
            "use a family over dose, such as ll4; for x that is a logarithm, share the other parameters and see "
            "contrasts(...) of the midpoint",
        )
    if held := [name for name in doses if name in fit.fix]:
        raise InputError(f"{' and '.join(held)} is fixed, the same in all groups.", "leave it free")
    return doses[0]


def _parallel(fit: CurveFit) -> CurveFit:
    """Fit curves that have all in common but their place."""
    found = solved(
        fit.family,
        fit.points,
        fit.noise,
        (),
        fit.fix,
        increments=fit.increments,
        robust=fit.robust,
        moved=True,
    )
    same = [
        one.name
        for one in fit.family.parameters
        if one.unit != "x" and one.part != SEVERAL and one.name not in fit.fix
    ]
    return replace(fit, solutions=found, share=tuple(same), comparison=None)
