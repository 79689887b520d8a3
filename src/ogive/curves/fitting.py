"""Curves fitted to points, without start values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError
from ogive.curves.bootstrap import USUAL, Bootstrap
from ogive.curves.comparison import LeftOut, compare
from ogive.curves.engine import Noise
from ogive.curves.families import families
from ogive.curves.families import family as family_named
from ogive.curves.family import Family
from ogive.curves.fitted import CurveFit
from ogive.curves.functions import function_family
from ogive.curves.intervals import Method
from ogive.curves.noises import NoiseModel, noise_named
from ogive.curves.points import Points, Refused, points_of
from ogive.curves.robust import Outlier, Robust, outliers, without
from ogive.curves.solving import solved


def fit(  # noqa: PLR0913  (the options of a fit)
    x: ArrayLike,
    y: ArrayLike,
    *,
    family: str | Family | Callable[..., Any] | Sequence[str | Family] = "logistic",
    by: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    noise: Noise = "gaussian",
    dispersion: float | None = None,
    robust: Robust | Literal["rout"] | None = None,
    q: float = 0.01,
    share: str | Collection[str] = (),
    fix: Mapping[str, float] | None = None,
    increments: bool = False,
    level: float = 0.95,
    intervals: Method | Bootstrap = "profile",
    start: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float | None, float | None]] | None = None,
    jacobian: Callable[..., Any] | None = None,
) -> CurveFit:
    """Fit S-curves to points, one a group, without start values.

    Starts come from a grid over the points; the best of them are followed by Levenberg and Marquardt's steps within
    bounds that are far beyond the points. Units change nothing but the units of the answer.

    Parameters
    ----------
    x, y : array of shape (n,)
        The points. With noise "binomial" y is a share, and the weight the number of trials. A function may have x of
        shape (n, k).
    family : str, Family or callable, or several
        Name of the family; `families()` lists them. Of several, or of a kind ("growth", "dose-response", "physics and
        physiology", "learning"), the best one by AICc in all groups together is kept, with the others in `comparison`.
        Or any function of x and parameters, ``f(x, a, b, ...) -> (n,)``, which is fitted in its own units.
    by : array of shape (n,), optional
        Group of each point: each has a curve of its own.
    weights : array of shape (n,), optional
        Inverse of the variance of y, up to a factor; number of trials with noise "binomial".
    noise : str
        How y scatters about the curve:

        - "gaussian": with the same spread everywhere;
        - "relative": with a spread that is a constant share of the curve (the quasi-likelihood of the gamma
          distribution, which is the limit of least squares with weights of 1 / curve^2);
        - "power": with a spread that goes with the curve to the power theta;
        - "poisson", "quasi-poisson", "negative-binomial": as counts, the latter two with more than Poisson's variance:
          so many times as much, or by mean^2 / size;
        - "binomial", "quasi-binomial", "beta-binomial": as shares of trials, the latter two with more than the binomial
          variance: so many times as much, or by 1 + (trials - 1) rho.

        `theta`, `size` and `rho` are estimated for each group, or given: "power=0.5". What is said of the curves takes
        them for known.
    dispersion : float, optional
        Variance of y by that of the noise's model and the weight, where it is known: 1 where weights are inverse
        variances. By default it is estimated, or 1 for counts and shares that are not "quasi".
    robust : "huber", "tukey", "cauchy" or "rout", optional
        The loss where noise is Gaussian but for some points. "rout" finds outliers by their distance from a robust
        curve, and fits by least squares without them; they are in `outliers`.
    q : float
        Share of false ones among the outliers that "rout" finds, at most.
    share : str or list of str
        Parameters that all groups have in common; the others are each group's own. "all" is a list of all of them.
    fix : dict, optional
        Parameters that are known, by name.
    increments : bool
        Whether y is what was added since the x before, as new cases or sales are, and the curve is that of their sum.
        Sums themselves have dependent errors, and intervals from them are too narrow.
    level : float
        Of the intervals.
    intervals : "profile", "wald", "bootstrap" or Bootstrap
        By profile likelihood, as so many standard errors, or by fits to points that are drawn again: 999 times, or as
        `Bootstrap(replicates=..., seed=...)` says.
    start : dict, optional
        Where parameters of a function start, by name; others start at their value in its signature, or are searched
        for. The parameters of ``f(x, *p)`` are those that are named here.
    bounds : dict, optional
        Lower and upper bound of parameters of a function, by name; None where there is none.
    jacobian : callable, optional
        ``jacobian(x, a, b, ...) -> (n, P)``, derivatives of a function by its parameters. Without it they come by
        complex step where the function is analytic in complex numbers, else by differences.

    Returns
    -------
    CurveFit
        A group that no curve can be fitted to, because it is too small or has one x or y only, is in `refused`, with
        the reason.

    Raises
    ------
    InputError
        Where an input is not usable, or no group is.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.curves import fit
    >>> day, size = [0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]
    >>> found = fit(day, size, family="logistic")
    >>> [(p.name, p.estimate) for p in found.parameters]
    [('capacity', 29.20 (28.94 – 29.47)), ('midpoint', 6.95 (6.88 – 7.02)), ('rate', 0.49 (0.47 – 0.50))]
    >>> found.predict([7.0]).round(1)
    array([14.8])

    A function of one's own:

    >>> def growth(x, capacity, midpoint, rate):
    ...     return capacity / (1 + np.exp(-rate * (x - midpoint)))
    >>> fit(day, size, family=growth, bounds={"rate": (0, None)}).parameters[2].estimate
    0.49 (0.47 – 0.50)
    """
    model = noise_named(noise)
    plan = intervals if isinstance(intervals, Bootstrap) else USUAL
    method: Method = "bootstrap" if isinstance(intervals, Bootstrap) else intervals
    _check_options(model, dispersion, robust, q, method)
    if not (isinstance(level, int | float | np.number) and 0 < level < 1):
        raise InputError(f"level is {level!r}.", "it lies between 0 and 1: 0.95 for intervals of 95 %")
    candidates = _candidates(family, start, bounds, jacobian)
    if len(candidates) > 1:
        return _best(
            candidates,
            partial(
                fit,
                x,
                y,
                by=by,
                weights=weights,
                noise=noise,
                dispersion=dispersion,
                robust=robust,
                q=q,
                share=share,
                fix=fix,
                increments=increments,
                level=level,
                intervals=intervals,
            ),
        )
    named = candidates[0]
    fixed = _known(fix)
    common = [one.name for one in named.parameters if one.name not in fixed] if share == "all" else share
    common = [common] if isinstance(common, str) else list(common)
    points = points_of(x, y, weights, by, _coordinates(named, x))
    if increments:
        _check_increments(named, points)
    _check_values(points, model)
    points, refused = _usable(named, points, len(named.parameters) - len(common) - len(fixed))
    loss: Robust | None = None if robust == "rout" else robust
    found = partial(solved, named, noise=noise, share=common, fix=fixed, increments=increments)
    far: tuple[Outlier, ...] = ()
    if robust == "rout":
        rows, far = outliers(found(points, robust="cauchy"), points, q)
        points = without(points, rows)
    solutions = found(points, robust=loss)
    return CurveFit(
        named,
        points,
        noise,
        level,
        method,
        solutions,
        refused,
        share=tuple(common),
        fix=fixed,
        increments=increments,
        dispersion=dispersion,
        plan=plan,
        robust=loss,
        outliers=far,
    )


def _known(fix: Mapping[str, float] | None) -> dict[str, float]:
    """Return the values of parameters that are known."""
    if not isinstance(fix, Mapping | None):
        raise InputError(f"fix is {fix!r}.", "pass names with their values, as in fix={'bottom': 0}")
    for name, value in (fix or {}).items():
        if not isinstance(value, int | float | np.number):
            raise InputError(f"fix has {name} = {value!r}, expected a number.", "pass a number")
    return dict(fix or {})


def _check_increments(family: Family, points: Points) -> None:
    """Refuse what has no increments."""
    if family.kind not in {"growth", "function"}:
        raise InputError(
            f"the family {family.name} is not one of growth.", "fit increments to a family of growth"
        )
    if points.coordinates is not None:
        raise InputError(
            "x has several coordinates; increments have one before the other.", "pass one column"
        )


def _candidates(
    family: str | Family | Callable[..., Any] | Sequence[str | Family],
    start: Mapping[str, float] | None,
    bounds: Mapping[str, tuple[float | None, float | None]] | None,
    jacobian: Callable[..., Any] | None,
) -> list[Family]:
    """Return the families that are meant: one, those of a kind, those of a list, or that of a function."""
    if callable(family) or not isinstance(family, str | Family | Sequence):
        return [function_family(family, start, bounds, jacobian)]
    for what, value in (("start", start), ("bounds", bounds), ("jacobian", jacobian)):
        if value is not None:
            raise InputError(
                f"{what} is for functions; the families have none.",
                f"leave {what} out; fix holds a parameter",
            )
    named = [family] if isinstance(family, str | Family) else list(family)
    found = [each for one in named for each in _named(one)]
    if not found:
        raise InputError("there is no family to fit.", "name one or more")
    return list({one.name: one for one in found}.values())


def _named(family: str | Family) -> list[Family]:
    """Return a family, or those of a kind."""
    if isinstance(family, Family):
        return [family]
    return [one for one in families().values() if one.kind == family] or [family_named(family)]


def _best(candidates: Sequence[Family], fitted: Callable[..., CurveFit]) -> CurveFit:
    """Fit several families; return the one with the least AICc, with the comparison of all."""
    fits: dict[str, CurveFit] = {}
    failed: dict[str, InputError] = {}
    for one in candidates:
        try:
            fits[one.name] = fitted(family=one)
        except InputError as error:
            failed[one.name] = error
    if not fits:
        raise next(iter(failed.values()))
    left_out = [LeftOut(name=name, reason=error.problem) for name, error in failed.items()]
    comparison = compare(fits, left_out=left_out)
    return replace(comparison.best, comparison=comparison)


def _coordinates(family: Family, x: ArrayLike) -> int | None:
    """Return the number of columns of x where a function may have several; else None."""
    shape = np.shape(x)
    return shape[1] if family.kind == "function" and len(shape) == 2 else None


def _usable(family: Family, points: Points, needed: int) -> tuple[Points, tuple[Refused, ...]]:
    """Leave out the groups that no curve can be fitted to, and say why; refuse the points where no group is left."""
    reasons: dict[int, tuple[str, str]] = {}
    varying = (("y", points.y), ("x", points.x)) if family.kind != "function" else ()
    for name, values in varying:
        same = points.per_group(np.minimum, values) == points.per_group(np.maximum, values)
        for k in np.flatnonzero(same).tolist():
            one = values[points.offsets[k]]
            reasons[k] = (
                f"every {name} is {one:g}; a curve needs different ones",
                f"check the column of {name}",
            )
    for k in np.flatnonzero(points.counts < max(needed, 1)).tolist():
        count = f"{points.counts[k]} point{'s' if points.counts[k] != 1 else ''}"
        reasons[k] = (
            f"there are {count}, and the family {family.name} has {needed} parameters to find",
            "add points, or choose a family with fewer parameters",
        )
    kept = np.array([k for k in range(points.counts.size) if k not in reasons], dtype=np.intp)
    if not kept.size:
        reason, remedy = reasons[0]
        raise InputError(f"{points.group(0)} cannot be fitted: {reason}.", remedy)
    if not reasons:
        return points, ()
    names = points.names or ("",)
    refused = tuple(Refused(group=names[k], reason=reasons[k][0]) for k in sorted(reasons))
    return points.keep(kept), refused


def _check_values(points: Points, noise: NoiseModel) -> None:
    """Refuse values that the noise does not have."""
    if noise.core != "gaussian" and (points.y < 0).any():
        raise InputError(
            f"y is negative, and noise {noise.name!r} has no values below 0.", "use noise='gaussian'"
        )
    if noise.core == "binomial" and (points.y > 1).any():
        raise InputError(
            f"y is above 1; with noise {noise.name!r} it is a share.",
            "divide by the number of trials, and pass that as weights",
        )


def _check_options(
    noise: NoiseModel,
    dispersion: float | None,
    robust: Robust | Literal["rout"] | None,
    q: float,
    intervals: Method,
) -> None:
    """Refuse options that are none, or do not go together."""
    if intervals not in get_args(Method):
        raise InputError(
            f"there are no intervals {intervals!r}.", f"choose one of {', '.join(get_args(Method))}"
        )
    if dispersion is not None and not 0 < dispersion < np.inf:
        raise InputError(f"dispersion is {dispersion:g}.", "pass a number above 0, or leave it out")
    if dispersion is not None and (noise.known or noise.name.startswith("quasi")):
        raise InputError(
            f"dispersion is given, and noise {noise.name!r} has its own.", "leave dispersion out"
        )
    if robust is not None:
        _check_robust(noise, dispersion, robust, q, intervals)


def _check_robust(
    noise: NoiseModel, dispersion: float | None, robust: Robust | Literal["rout"], q: float, intervals: Method
) -> None:
    """Refuse what a robust fit does not go with."""
    kinds = (*get_args(Robust), "rout")
    if robust not in kinds:
        raise InputError(f"there is no robust loss {robust!r}.", f"choose one of {', '.join(kinds)}")
    if noise.name != "gaussian":
        raise InputError(
            f"robust={robust!r} is for Gaussian noise, and noise is {noise.name!r}.",
            "leave one of the two out",
        )
    if not 0 < q < 1:
        raise InputError(f"q is {q:g}.", "it is a share between 0 and 1, 0.01 as a rule")
    if robust == "rout":
        return
    if dispersion is not None:
        raise InputError(f"robust={robust!r} estimates the spread of the points.", "leave dispersion out")
    if intervals == "bootstrap":
        raise InputError(
            f"robust={robust!r} has no bootstrap.", "use intervals='profile' or 'wald', or robust='rout'"
        )
