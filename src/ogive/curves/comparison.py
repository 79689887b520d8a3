"""Which of several fits of the same points is best: tests of nested ones, ranks by AICc, averages over models."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, Record, Vector, normal_quantile
from ogive.curves.adequacy import ROBUST, CurveStatistics, CurveTest, blocks_of, judged, statistics
from ogive.curves.family import Variant
from ogive.curves.noises import noise_named
from ogive.curves.shapes import ASYMMETRY, LEFT, RIGHT

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit
    from ogive.curves.intervals import Band

# Which shape is another one with its asymmetry held.
SPECIAL: dict[tuple[str, str], dict[int, float]] = {
    ("logistic", "richards"): {ASYMMETRY: 0.0},
    ("logistic", "mirrored richards"): {ASYMMETRY: 0.0},
}
# Models of less weight are left out of averages: a thousandth of a limit that the points do not set is none.
LEAST_WEIGHT = 1e-3
# A family is ranked where it can be in so many of the groups in which any can.
FEWEST_GROUPS = 0.5
_SUMMED = ("parameters", "log_likelihood", "aicc", "bic")


def nested_test(small: CurveFit, large: CurveFit) -> CurveTest:
    """Test a fit against one of the same points of which it is a special case.

    It is one where its curves are among those of the other: the same family with parameters shared or fixed, one curve
    for all groups, or a family that the other one leads to where some of its parameters are held: ll3 within ll4,
    logistic within richards. Groups have one variance.

    Raises
    ------
    InputError
        Where the points or the noise differ, or `small` is no special case of `large`.

    Examples
    --------
    >>> from ogive.curves import fit, nested_test
    >>> day, size = [0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]
    >>> test = nested_test(fit(day, size, family="logistic"), fit(day, size, family="boltzmann"))
    >>> test.method, test.df, test.residual_df, round(test.p_value, 3)
    ('F', 1, 4, 0.226)
    """
    _check_same_points([small, large])
    names = description(small), description(large)
    if not is_nested(small, large):
        raise InputError(
            f"{names[0]} is no special case of {names[1]}.",
            "compare them by AICc: ogive.curves.compare([small, large])",
        )
    return tested(f"{names[0]} is enough, against {names[1]}", small, large)


def _anew(fit: CurveFit) -> CurveFit:
    """Fit once more, all groups with one noise."""
    return fit.again(fit.share, fit.fix, together=True)


def tested(
    hypothesis: str,
    small: CurveFit,
    large: CurveFit,
    anew: Callable[[CurveFit], CurveFit] | None = None,  # noqa: PT028  (it tests curves)
) -> CurveTest:
    """Test nested fits, with one variance for all groups; `anew` fits the smaller model to changed points or noise.

    The dispersion is that of the parameters of the larger fit, and so is the parameter of the noise where it has one.
    """
    if noise_named(large.noise).parameter:
        small, large = _with_one_noise(small, _anew(large), anew or _anew)
    pair = [blocks_of(one, pooled=True) for one in (small, large)]
    sides = [(float(one.deviance[0]), int(one.residual_df[0])) for one in pair]
    dispersion, unknown = large.dispersion, large.uncertainty
    if noise_named(large.noise).core != "gaussian" and not unknown.known and sides[1][1] > 0:
        sets = np.arange(large.solutions.loss.size)
        own = unknown.dispersion * unknown.unit(sets) * unknown.degrees_of_freedom
        dispersion = float(np.nansum(own)) / sides[1][1]
    return judged(
        hypothesis,
        sides[0],
        sides[1],
        known=unknown.known,
        dispersion=dispersion,
        reason=ROBUST if large.robust else "",
    )


def _with_one_noise(
    small: CurveFit, large: CurveFit, anew: Callable[[CurveFit], CurveFit]
) -> tuple[CurveFit, CurveFit]:
    """Fit both with the noise that the larger one found: deviances with another noise each cannot be compared."""
    model, found = noise_named(large.noise), large.solutions
    if model.name != "power":
        assert found.parameter is not None
        name = f"{model.name}={float(found.parameter[0])!r}"
        return anew(replace(small, noise=name)), _anew(replace(large, noise=name))
    weight = np.empty(int(large.points.order.max()) + 1)
    weight[large.points.order] = found.likelihoods[0].root_weight ** 2

    def weighted(fit: CurveFit) -> CurveFit:
        points = replace(fit.points, weight=weight[fit.points.order])
        return replace(fit, noise="gaussian", points=points)

    return anew(weighted(small)), _anew(weighted(large))


def equality(fit: CurveFit, parameters: str | Collection[str]) -> CurveTest:
    """Test whether parameters are the same in all groups, by fits with and without them shared.

    Whatever else the fit shares or fixes stays so; groups have one variance.

    Parameters
    ----------
    fit
        Curves of two or more groups.
    parameters
        Name of a parameter, or several.

    Raises
    ------
    InputError
        Where there is one group, or a parameter cannot be shared.
    """
    names = {parameters} if isinstance(parameters, str) else set(parameters)
    if len(fit.groups) < 2:
        raise InputError("there is one curve, whose parameters equal themselves.", "pass by, a group a point")
    free = set(fit.share) - names
    large = fit if free == set(fit.share) else fit.again(sorted(free), fit.fix)
    verb = "is" if len(names) == 1 else "are"
    return tested(
        f"{', '.join(sorted(names))} {verb} the same in all groups",
        fit.again(sorted(free | names), fit.fix),
        large,
    )


def description(fit: CurveFit) -> str:
    """Return the name of a family with its constraints."""
    said = [f"same {', '.join(fit.share)}"] if fit.share else []
    said += [f"{name} = {value:g}" for name, value in fit.fix.items()]
    if len(fit.groups) == 1:
        said = said[len(fit.share) > 0 :]
    return fit.family.name + (f" ({'; '.join(said)})" if said else "")


def is_nested(small: CurveFit, large: CurveFit) -> bool:
    """Whether the curves that were found are special cases of those of another fit of the same points."""
    if small.family.scale != large.family.scale or len(small.groups) > len(large.groups):
        return False
    alone = len(small.groups) < len(large.groups)
    if alone and len(small.groups) > 1:
        return False
    sets = small.solutions.split(np.arange(len(small.groups)))[0]
    found = {
        (int(small.solutions.variant[row]), bool(z[LEFT] <= z[RIGHT]))
        for row, z in zip(sets, small.z, strict=True)
    }
    return all(
        any(
            _within(small.solutions.variants[variant], other, rises, alone=alone)
            for other in large.solutions.variants
        )
        for variant, rises in found
    )


def _within(small: Variant, large: Variant, rises: bool, *, alone: bool) -> bool:
    """Whether a variant that rises, or falls, is another one with more parameters held, inside bounds, or shared."""
    held = dict(small.held)
    if small.made.name != large.made.name:
        special = SPECIAL.get((small.made.name, large.made.name))
        if special is None:
            return False
        held |= special
    inside = all(
        large.low.get(part, -math.inf) < value < large.high.get(part, math.inf)
        for part, value in held.items()
        if part not in large.held
    )
    same = all(held.get(part) == value for part, value in large.held.items())
    same = same and large.decided.items() <= small.decided.items()
    shared = alone or large.shared <= small.shared | held.keys()
    return inside and same and shared and large.rises in {None, rises}


def _check_same_points(fits: Sequence[CurveFit]) -> None:
    """Refuse fits of different points."""
    first = fits[0].points
    for one in fits[1:]:
        if one.noise != fits[0].noise:
            raise InputError(
                f"the noise is {fits[0].noise!r} in one fit and {one.noise!r} in another.",
                "compare fits with the same noise",
            )
        points = one.points
        same = first.order.size == points.order.size
        for name in ("x", "y", "weight"):
            pair = [getattr(each, name)[np.argsort(each.order)] for each in (first, points)] if same else []
            same = same and bool(np.array_equal(*pair))
        if not same:
            raise InputError(
                "the fits have different points.",
                "fit the same x, y, weights; a group that one family is refused must be left out of all",
            )


class ComparedModel(Record, frozen=True, kw_only=True):
    """One of several fits of the same points.

    Attributes
    ----------
    name : str
    parameters : int
    log_likelihood, aicc, bic : float
    delta : float
        AICc above that of the best one.
    weight : float
        exp(-delta / 2), as a share of the sum: Akaike weight.
    evidence_ratio : float
        How many times the weight the best one has.
    """

    name: str
    parameters: int
    log_likelihood: float
    aicc: float
    bic: float
    delta: float
    weight: float
    evidence_ratio: float


class LeftOut(Record, frozen=True, kw_only=True):
    """A fit that could not be compared, and why."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """Fits of the same points, the best one first, by AICc (Burnham and Anderson 2002).

    Attributes
    ----------
    models : tuple of ComparedModel
        Where all groups are fitted by themselves, each has a variance of its own and the criteria are sums over them;
        where some fit shares parameters, there is one variance for all.
    fits : tuple of CurveFit
    groups : tuple of str
        Those that all fits have, with an AICc: the criteria are of these.
    left_out : tuple of LeftOut
    """

    models: tuple[ComparedModel, ...]
    fits: tuple[CurveFit, ...]
    groups: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def best(self) -> CurveFit:
        """The fit with the least AICc."""
        return self.fits[0]

    @property
    def tests(self) -> list[CurveTest]:
        """Tests of all fits that are special cases of another one."""
        return [
            nested_test(small, large)
            for small in self.fits
            for large in self.fits
            if small is not large
            and small.groups == large.groups
            and is_nested(small, large)
            and not is_nested(large, small)
        ]

    def predict(self, x: ArrayLike, by: ArrayLike | None = None) -> Band:
        """Return the average of the curves at x, with limits that count the choice among them, as in `average`."""
        bands = [one.predict(x, by, interval="confidence") for one in self._heavy]
        value, low, high = self._averaged(
            np.stack([one.value for one in bands]),
            np.stack([one.low for one in bands]),
            np.stack([one.high for one in bands]),
            self.best.level,
        )
        return type(bands[0])(x=bands[0].x, value=value, low=low, high=high)

    def average(self, read: Callable[[CurveFit], Estimate]) -> Estimate:
        """Average what can be read off every fit, with limits that count the choice among them.

        The distance of a limit is the weighted sum of sqrt(d² + z² (value - average)²) over the fits, where d is that
        of the fit's own limit: the unconditional standard error of Burnham and Anderson (2002, 4.3), side by side.
        Fits of less weight than a thousandth are left out.

        Parameters
        ----------
        read
            ``read(fit) -> Estimate``.

        Examples
        --------
        >>> from ogive.curves import fit
        >>> day, size = [0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]
        >>> found = fit(day, size, family=["logistic", "gompertz"])
        >>> found.comparison.average(lambda one: one.parameters[0].estimate)
        29.20 (28.94 – 29.47)
        """
        found = [read(one) for one in self._heavy]
        value, low, high = self._averaged(
            np.array([[one.value] for one in found]),
            np.array([[-np.inf if one.low is None else one.low] for one in found]),
            np.array([[np.inf if one.high is None else one.high] for one in found]),
            found[0].level,
        )
        ends = [float(end[0]) if np.isfinite(end[0]) else None for end in (low, high)]
        return Estimate(
            value=float(value[0]),
            low=ends[0],
            high=ends[1],
            level=found[0].level,
            method="average over models" + ("; the points set no limit" if None in ends else ""),
        )

    @property
    def _heavy(self) -> list[CurveFit]:
        return [fit for fit, one in zip(self.fits, self.models, strict=True) if one.weight >= LEAST_WEIGHT]

    def _averaged(
        self, value: Vector, low: Vector, high: Vector, level: float
    ) -> tuple[Vector, Vector, Vector]:
        """Average rows of values with limits, one a fit."""
        weight = np.array([one.weight for one in self.models[: len(value)]])
        weight /= weight.sum()
        mean = weight @ value
        apart = normal_quantile(level) * (value - mean)
        return (
            mean,
            mean - weight @ np.hypot(value - low, apart),
            mean + weight @ np.hypot(high - value, apart),
        )


def compare(
    fits: Sequence[CurveFit] | Mapping[str, CurveFit], *, left_out: Sequence[LeftOut] = ()
) -> Comparison:
    """Rank fits of the same points by AICc.

    Parameters
    ----------
    fits
        Of different families, or of one with different constraints; by a mapping with names of your own.
    left_out
        What is already known not to fit.

    Returns
    -------
    Comparison
        With Akaike weights, evidence ratios, tests of those that are nested, and averages over all.

    Raises
    ------
    InputError
        Where the points or the noise differ, or there are too few points for any AICc.

    Examples
    --------
    >>> from ogive.curves import compare, fit
    >>> day, size = [0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]
    >>> found = compare([fit(day, size, family=name) for name in ("gompertz", "logistic")])
    >>> [(one.name, round(one.delta, 1)) for one in found.models]
    [('logistic', 0.0), ('gompertz', 33.7)]
    """
    named = dict(fits) if isinstance(fits, Mapping) else {description(one): one for one in fits}
    if not named:
        raise InputError("there is nothing to compare.", "pass two fits or more")
    if len(named) < len(fits):
        raise InputError("two fits have the same name.", "pass a mapping with names of your own")
    tables = _tables(named)
    groups, unjudged = _judgeable(tables)
    sums = [
        (name, {field: math.fsum(getattr(table[group], field) for group in groups) for field in _SUMMED})
        for name, table in tables.items()
        if name not in {one.name for one in unjudged}
    ]
    sums.sort(key=lambda one: one[1]["aicc"])
    delta = np.array([one["aicc"] - sums[0][1]["aicc"] for _, one in sums])
    weight = np.exp(-delta / 2) / np.exp(-delta / 2).sum()
    models = tuple(
        ComparedModel(
            name=name,
            parameters=int(one["parameters"]),
            log_likelihood=one["log_likelihood"],
            aicc=one["aicc"],
            bic=one["bic"],
            delta=float(delta[k]),
            weight=float(weight[k]),
            evidence_ratio=math.exp(min(delta[k] / 2, 700.0)),
        )
        for k, (name, one) in enumerate(sums)
    )
    return Comparison(models, tuple(named[one.name] for one in models), groups, (*left_out, *unjudged))


def _tables(named: Mapping[str, CurveFit]) -> dict[str, dict[str, CurveStatistics]]:
    """Statistics by group of each fit, with a variance for each where all fits have each group by itself."""
    fits = list(named.values())
    apart = all(one.solutions.loss.size == len(one.groups) for one in fits)
    if not apart or len({one.groups for one in fits}) == 1:
        _check_same_points(fits)
    return {
        name: {each.group: each for each in statistics(one, pooled=not apart)} for name, one in named.items()
    }


def _judgeable(
    tables: Mapping[str, Mapping[str, CurveStatistics]],
) -> tuple[tuple[str, ...], list[LeftOut]]:
    """Return the groups that have an AICc in all fits, and the fits that have none in too many groups."""
    valid = {
        name: [group for group, one in table.items() if one.aicc is not None]
        for name, table in tables.items()
    }
    most = max(map(len, valid.values()))
    if most == 0:
        reason = next(one.reason for table in tables.values() for one in table.values())
        raise InputError(
            f"no AICc can be computed: {reason or 'there are too few points'}.",
            "name one family, or pass more points",
        )
    left_out = [
        LeftOut(name=name, reason="there are too few points for its AICc")
        for name, groups in valid.items()
        if len(groups) < FEWEST_GROUPS * most
    ]
    kept = [groups for groups in valid.values() if len(groups) >= FEWEST_GROUPS * most]
    common = set(kept[0]).intersection(*kept[1:])
    if not common:
        raise InputError("no group has an AICc in every fit.", "compare fewer families")
    return tuple(group for group in kept[0] if group in common), left_out
