"""Back-tests: curves fitted to the first points, and judged by the points after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from ogive._base import InputError, Record, Vector
from ogive.curves.family import Family
from ogive.curves.forecast import Places, new_observations
from ogive.curves.intervals import Band
from ogive.views import MOST_WIDTH, as_text, table_of, text_table

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit

Families: TypeAlias = str | Family | Sequence[str | Family] | None


class BackTestScore(Record, frozen=True, kw_only=True):
    """How well a family, fitted to the first points of a group, foretold those after them.

    Attributes
    ----------
    family, group : str
        The group is empty where there are none.
    share : float
        Of the points that were fitted.
    until : float
        Where those end.
    fitted, tested : int
        Number of points.
    mean_absolute_error : float or None
        Of the curve, at the points that were not fitted; None where no curve could be fitted.
    scaled_error : float or None
        That by the error of the last value carried forward: below 1, the curve is better (after Hyndman and Koehler,
        Int. J. Forecast. 22, 2006). None where the last value makes no error.
    coverage : float or None
        Share of those points within the limits of new observations.
    interval_score : float or None
        Mean width of the limits, and 2 / (1 - level) times by how much points are outside (Gneiting and Raftery, JASA
        102, 2007): the less the better. None where a limit is open.
    open : float or None
        Share of those points where the points before set no limit on one side.
    reason : str
        Why there are no numbers; empty where there are.
    """

    family: str
    group: str
    share: float
    until: float
    fitted: int
    tested: int
    mean_absolute_error: float | None = None
    scaled_error: float | None = None
    coverage: float | None = None
    interval_score: float | None = None
    open: float | None = None
    reason: str = ""


class BackTestMean(Record, frozen=True, kw_only=True):
    """Means of a family over the groups in which every family could be fitted to a share of the points.

    Attributes
    ----------
    family : str
    share : float
    groups : int
        How many there are.
    scaled_error, coverage, interval_score, open : float or None
        As in `BackTestScore`; None where a group has none.
    """

    family: str
    share: float
    groups: int
    scaled_error: float | None
    coverage: float | None
    interval_score: float | None
    open: float | None


@dataclass(frozen=True, eq=False)
class BackTest:
    """Scores of families in a back-test. It displays itself as a table of their means.

    Attributes
    ----------
    scores : tuple of BackTestScore
        Family after family, share after share, group after group.
    level : float
        Of the limits.
    """

    scores: tuple[BackTestScore, ...]
    level: float

    @property
    def means(self) -> list[BackTestMean]:
        """Share after share, the family with the least scaled error first."""
        found = []
        for share in dict.fromkeys(one.share for one in self.scores):
            own = [one for one in self.scores if one.share == share]
            done = {
                name: {one.group: one for one in own if one.family == name and not one.reason}
                for name in dict.fromkeys(one.family for one in own)
            }
            common = set.intersection(*(set(groups) for groups in done.values()))
            means = [
                _mean(name, share, [groups[each] for each in sorted(common)]) for name, groups in done.items()
            ]
            found += sorted(means, key=lambda one: np.inf if one.scaled_error is None else one.scaled_error)
        return found

    def __repr__(self) -> str:
        rows = [
            {name.replace("_", " "): _rounded(value) for name, value in structs.asdict(one).items()}
            for one in self.means
        ]
        return as_text(text_table(table_of("", rows)), MOST_WIDTH)


def backtest(
    fit: CurveFit,
    shares: Sequence[float] = (0.4, 0.6, 0.8),
    *,
    family: Families = None,
) -> BackTest:
    """Fit curves to the first points of each group, forecast the others, and score the forecasts.

    Parameters
    ----------
    fit
        Curves fitted to all points. The back-test has its noise, constraints, level and intervals.
    shares
        Of the points of a group, in the order of x, that are fitted; points with the same x stay together.
    family : str, Family, or several, optional
        Those to compare; otherwise those that `fit` was chosen among, or its own.

    Raises
    ------
    InputError
        Where shares are not between 0 and 1, or no group has points to forecast.

    Examples
    --------
    >>> from ogive.curves import backtest, fit
    >>> day, size = [0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]
    >>> backtest(fit(day, size), (0.6, 0.8), family=["logistic", "gompertz"])
      family     share   groups   scaled error   coverage   interval score   open
      logistic     0.6        1          0.302          1              176      0
      gompertz     0.6        1           2.16       0.25                –      1
      logistic     0.8        1         0.0925          1              1.4      0
      gompertz     0.8        1           1.17          1             11.2      0
    """
    if not shares or not all(0 < share < 1 for share in shares):
        raise InputError("shares of the points are between 0 and 1.", "as in shares=(0.4, 0.6, 0.8)")
    if fit.points.coordinates is not None:
        raise InputError("x has several coordinates; no point is before another.", "test it on other points")
    splits = [_split(fit, share) for share in shares]
    if not any(split.tested.any() for split in splits):
        raise InputError("no group has points to forecast.", "pass smaller shares")
    found = [
        score
        for one in _families(fit, family)
        for split in splits
        for score in _scores(split, one, _refit(fit, one, split.fitted))
    ]
    return BackTest(tuple(found), fit.level)


@dataclass(frozen=True, eq=False)
class _Split:
    """Which points are fitted, and which tested, both (n,) bool."""

    fit: CurveFit
    share: float
    fitted: NDArray[np.bool_]

    @property
    def tested(self) -> NDArray[np.bool_]:
        return ~self.fitted


def _split(fit: CurveFit, share: float) -> _Split:
    """Take the first points of every group."""
    points, fitted = fit.points, np.zeros(fit.points.y.size, dtype=bool)
    for begin, end in zip(points.offsets[:-1], points.offsets[1:], strict=True):
        x = points.x[begin:end]
        count = max(int(share * x.size + 1e-9), 1)
        fitted[begin:end] = x <= np.sort(x)[count - 1]
    return _Split(fit, share, fitted)


def _families(fit: CurveFit, family: str | Family | Sequence[str | Family] | None) -> Sequence[str | Family]:
    """Return the families to compare."""
    if family is not None:
        return [family] if isinstance(family, str | Family) else list(family)
    return [one.family for one in fit.comparison.fits] if fit.comparison else [fit.family]


def _refit(fit: CurveFit, family: str | Family, rows: NDArray[np.bool_]) -> CurveFit | InputError:
    """Fit a family to some of the points, as all were fitted; or say why that is not possible."""
    from ogive.curves.fitting import fit as fit_points  # noqa: PLC0415  (fits have back-tests)

    points = fit.points
    by = np.repeat(np.array(fit.groups), points.counts)[rows] if points.names else None
    options: dict[str, Any] = {
        "noise": fit.noise,
        "dispersion": fit.dispersion,
        "robust": fit.robust,
        "share": fit.share,
        "fix": fit.fix,
        "increments": fit.increments,
        "level": fit.level,
        "intervals": fit.plan if fit.intervals == "bootstrap" else fit.intervals,
    }
    try:
        return fit_points(
            points.x[rows], points.y[rows], family=family, by=by, weights=points.weight[rows], **options
        )
    except InputError as error:
        return error


def _scores(split: _Split, family: str | Family, found: CurveFit | InputError) -> list[BackTestScore]:
    """Score one family fitted to the first points of all groups."""
    fit, points = split.fit, split.fit.points
    groups = np.repeat(np.arange(len(fit.groups)), points.counts)
    there = [] if isinstance(found, InputError) else list(found.groups)
    rows = np.flatnonzero(split.tested & np.isin(np.array(fit.groups)[groups], there))
    band = None
    if not isinstance(found, InputError) and rows.size:
        curves = np.array([there.index(fit.groups[k]) for k in groups[rows]], dtype=np.intp)
        before = points.places_before()[rows] if fit.increments else points.x[rows]
        band = new_observations(found, Places(curves, points.x[rows], before, points.weight[rows]))[0]
    scores = []
    for k, name in enumerate(fit.groups):
        own = groups == k
        fitted, tested = np.flatnonzero(own & split.fitted), np.flatnonzero(own & split.tested)
        score = BackTestScore(
            family=family if isinstance(family, str) else family.name,
            group=name,
            share=split.share,
            until=float(points.x[fitted].max()),
            fitted=fitted.size,
            tested=tested.size,
        )
        if band is None or name not in there or not tested.size:
            scores.append(structs.replace(score, reason=_why(found, name, tested.size)))
            continue
        last = points.y[fitted][points.x[fitted] == score.until].mean()
        numbers = _judge(points.y[tested], band.at(np.flatnonzero(groups[rows] == k)), float(last), fit.level)
        scores.append(structs.replace(score, **numbers))
    return scores


def _judge(y: Vector, band: Band, last: float, level: float) -> dict[str, float | None]:
    """Return the scores of a forecast of y."""
    error, naive = float(np.abs(y - band.value).mean()), float(np.abs(y - last).mean())
    closed = np.isfinite(band.low) & np.isfinite(band.high)
    outside = np.maximum(band.low - y, 0.0) + np.maximum(y - band.high, 0.0)
    score = (band.high - band.low + 2 / (1 - level) * outside).mean() if closed.all() else None
    return {
        "mean_absolute_error": error,
        "scaled_error": error / naive if naive > 0 else None,
        "coverage": float(((band.low <= y) & (y <= band.high)).mean()),
        "interval_score": None if score is None else float(score),
        "open": float((~closed).mean()),
    }


def _why(found: CurveFit | InputError, group: str, tested: int) -> str:
    """Say why a group has no scores."""
    if not tested:
        return "there are no points to forecast"
    if isinstance(found, InputError):
        return found.problem
    return next((one.reason for one in found.refused if one.group == group), "no curve was fitted")


def _mean(family: str, share: float, scores: Sequence[BackTestScore]) -> BackTestMean:
    """Average scores of a family."""

    def mean(name: str) -> float | None:
        values = [getattr(one, name) for one in scores]
        return float(np.mean(values)) if values and None not in values else None

    names = ("scaled_error", "coverage", "interval_score", "open")
    return BackTestMean(
        family=family, share=share, groups=len(scores), **{name: mean(name) for name in names}
    )


def _rounded(value: object) -> object:
    """Return a number with three digits."""
    return float(f"{value:.3g}") if isinstance(value, float) else value
