"""Curves fitted to points, without start values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError
from ogive.curves.comparison import LeftOut, compare
from ogive.curves.engine import NOISES, Noise
from ogive.curves.families import families
from ogive.curves.families import family as family_named
from ogive.curves.family import Family
from ogive.curves.fitted import CurveFit, Refused, solved
from ogive.curves.intervals import Method
from ogive.curves.points import Points, points_of


def fit(
    x: ArrayLike,
    y: ArrayLike,
    *,
    family: str | Family | Sequence[str | Family] = "logistic",
    by: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    noise: Noise = "gaussian",
    share: str | Collection[str] = (),
    fix: Mapping[str, float] | None = None,
    increments: bool = False,
    level: float = 0.95,
    intervals: Method = "profile",
) -> CurveFit:
    """Fit S-curves to points, one a group, without start values.

    Starts come from a grid over the points; the best of them are followed by Levenberg and Marquardt's steps within
    bounds that are far beyond the points. Units change nothing but the units of the answer.

    Parameters
    ----------
    x, y : array of shape (n,)
        The points. With noise "binomial" y is a share, and the weight the number of trials.
    family : str or Family, or several
        Name of the family; `families()` lists them. Of several, or of a kind ("growth", "dose-response", "physics and
        physiology"), the best one by AICc in all groups together is kept, with the others in `comparison`.
    by : array of shape (n,), optional
        Group of each point: each has a curve of its own.
    weights : array of shape (n,), optional
        Inverse of the variance of y, up to a factor; number of trials with noise "binomial".
    noise : "gaussian", "poisson", "binomial" or "gamma"
        How y scatters about the curve: with the same spread everywhere, as counts, as shares of trials, or by a
        constant share of the curve.
    share : str or list of str
        Parameters that all groups have in common; the others are each group's own. "all" is a list of all of them.
    fix : dict, optional
        Parameters that are known, by name.
    increments : bool
        Whether y is what was added since the x before, as new cases or sales are, and the curve is that of their sum.
        Sums themselves have dependent errors, and intervals from them are too narrow.
    level : float
        Of the intervals.
    intervals : "profile" or "wald"
        By profile likelihood, or as so many standard errors.

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
    >>> from ogive.curves import fit
    >>> day, size = [0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]
    >>> found = fit(day, size, family="logistic")
    >>> [(p.name, p.estimate) for p in found.parameters]
    [('capacity', 29.20 (28.94 – 29.47)), ('midpoint', 6.95 (6.88 – 7.02)), ('rate', 0.49 (0.47 – 0.50))]
    >>> found.predict([7.0]).round(1)
    array([14.8])
    """
    if noise not in NOISES:
        raise InputError(f"there is no noise {noise!r}.", f"choose one of {', '.join(NOISES)}")
    candidates = _candidates(family)
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
                share=share,
                fix=fix,
                increments=increments,
                level=level,
                intervals=intervals,
            ),
        )
    named = candidates[0]
    fixed = dict(fix or {})
    common = [one.name for one in named.parameters if one.name not in fixed] if share == "all" else share
    common = [common] if isinstance(common, str) else list(common)
    if increments and named.kind != "growth":
        raise InputError(
            f"the family {named.name} is not one of growth.", "fit increments to a family of growth"
        )
    points = points_of(x, y, weights, by)
    _check_values(points, noise)
    points, refused = _usable(named, points, len(named.parameters) - len(common) - len(fixed))
    solutions = solved(named, points, noise, common, fixed, increments=increments)
    return CurveFit(
        named,
        points,
        noise,
        level,
        intervals,
        solutions,
        refused,
        share=tuple(common),
        fix=fixed,
        increments=increments,
    )


def _candidates(family: str | Family | Sequence[str | Family]) -> list[Family]:
    """Return the families that are meant: one, those of a kind, or those of a list."""
    if isinstance(family, Family):
        return [family]
    if not isinstance(family, str):
        found = [each for one in family for each in _candidates(one)]
        if not found:
            raise InputError("there is no family to fit.", "name one or more")
        return list({one.name: one for one in found}.values())
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


def _usable(family: Family, points: Points, needed: int) -> tuple[Points, tuple[Refused, ...]]:
    """Leave out the groups that no curve can be fitted to, and say why; refuse the points where no group is left."""
    reasons: dict[int, tuple[str, str]] = {}
    for name, values in (("y", points.y), ("x", points.x)):
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


def _check_values(points: Points, noise: Noise) -> None:
    """Refuse values that the noise does not have."""
    if noise != "gaussian" and (points.y < 0).any():
        raise InputError(f"y is negative, and noise {noise!r} has no values below 0.", "use noise='gaussian'")
    if noise == "binomial" and (points.y > 1).any():
        raise InputError(
            "y is above 1; with noise 'binomial' it is a share.",
            "divide by the number of trials, and pass that as weights",
        )
