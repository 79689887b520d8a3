"""Reliability diagrams: how often the event happens at each predicted probability, and how far chance carries that."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, SampleWeight, Vector
from ogive._kernels import isotonic_pools
from ogive.metrics.bands import central_limits, increasing_limits
from ogive.metrics.binning import bin_bounds, condensed
from ogive.metrics.calibration import decomposition_of, reliability_of
from ogive.metrics.calibration_measures import calibration_measures_of
from ogive.metrics.calibration_records import CalibrationMeasures
from ogive.metrics.curves import histogram_of, thinned, triangle
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.lowess import smoothed
from ogive.metrics.proper import proper_of
from ogive.metrics.records import BrierDecomposition, ReliabilityDiagram, ScoreHistogram
from ogive.metrics.redraws import DRAWS, Matrix, Redraws, against_calibrated, check_draws, draws_for, redrawn

# Points of a curve that are kept: vertices that bend it most, and others spread evenly for the band.
VERTICES, SPREAD = 120, 80

Method = Literal["isotonic", "binned", "smooth"]
Band = Literal["consistency", "confidence"]


def reliability_diagram(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    method: Method = "isotonic",
    band: Band | None = "consistency",
    bins: int = 10,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> ReliabilityDiagram:
    """Draw how often the event happens against the predicted probability, with a band and a histogram.

    By default the curve is the isotonic fit, which has no bins to choose (CORP; Dimitriadis, Gneiting and Jordan 2021),
    with its consistency band: outcomes are redrawn from the probabilities and fitted again, and between the limits lies
    the curve of calibrated probabilities in the share `level` of samples. A curve that leaves the band more than now
    and then shows probabilities that are not calibrated.

    A confidence band holds the true probability of the event. For the isotonic fit it rests on nothing but that this
    probability never falls as the predicted one rises, and is exact in small samples, so rather wide (see
    `benchmarks/coverage_bands.py`); for bins the limits are Wilson's. There is none for the smooth curve, whose bias
    nobody knows. Bands hold at each point by itself, not everywhere at once.

    More than 1,000 distinct probabilities are first taken together in so many groups of rows that differ by less than
    0.002 and follow each other within 0.2 % of the rows.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights: the rows that were drawn are then redrawn with weights as they
        were, and confidence limits count effective rows.
    method : "isotonic", "binned" or "smooth"
        Increasing fit, shares in bins of equal mass, or lowess.
    band : "consistency", "confidence" or None
        What the limits say.
    bins : int
        Most bins of method "binned".
    level : float
        Of the band.
    draws : int
        How often outcomes are redrawn.
    seed : int
        Of the random numbers.

    Raises
    ------
    InputError
        Where an input is not usable, or a confidence band is asked for the smooth curve.

    Examples
    --------
    >>> from ogive.metrics import reliability_diagram
    >>> diagram = reliability_diagram([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    >>> diagram.observed
    (0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0)
    >>> diagram.low[2], diagram.high[2]
    (0.0, 0.75)
    """
    _check(method, band)
    check_draws(draws, level, tails=2)
    table = forecasts(y, p, sample_weight)
    groups = condensed(table, bins)
    outcomes = redrawn(groups, draws, seed)
    decomposition = decomposition_of(table, proper_of(table).brier[0])
    return diagram_of(table, groups, outcomes, decomposition, histogram_of(table), level, method, band, bins)


def diagram_of(
    table: Forecasts,
    groups: Forecasts,
    outcomes: Redraws,
    decomposition: BrierDecomposition,
    histogram: ScoreHistogram,
    level: float,
    method: Method = "isotonic",
    band: Band | None = "consistency",
    bins: int = 10,
) -> ReliabilityDiagram:
    """Reliability diagram of a table, its groups and their redrawn outcomes."""
    fit = refitted(outcomes)
    curve = _CURVES[method](groups, outcomes, fit, level, band, bins)
    notes = []
    if groups is not table:
        notes.append(
            f"{table.p.size:,} distinct probabilities were taken together in {groups.p.size:,} groups, which moved "
            "none by 0.002 or more."
        )
    if band == "confidence" and method == "isotonic":
        notes.append(
            "The limits hold if the true probability of the event never falls as the predicted one rises."
        )
    return ReliabilityDiagram(
        method=method,
        p=tuple(curve.p.tolist()),
        observed=tuple(curve.observed.tolist()),
        low=tuple(curve.low.tolist()),
        high=tuple(curve.high.tolist()),
        band=band,
        level=level,
        histogram=histogram,
        decomposition=decomposition,
        miscalibration=against_calibrated(
            float(fit.miscalibration[0]), fit.miscalibration[1:], level, "isotonic fit of the groups"
        ),
        note=" ".join(notes),
    )


def calibration_judged(
    table: Forecasts, histogram: ScoreHistogram, decomposition: BrierDecomposition, level: float
) -> tuple[CalibrationMeasures, ReliabilityDiagram]:
    """Measures of calibration and diagram of a table, beside the same redrawn outcomes."""
    groups = condensed(table)
    outcomes = redrawn(groups, draws_for(level))
    measures = calibration_measures_of(groups, outcomes, level)
    return measures, diagram_of(table, groups, outcomes, decomposition, histogram, level)


class _Curve(NamedTuple):
    p: Vector
    observed: Vector
    low: Vector
    high: Vector


class Refitted(NamedTuple):
    """The isotonic fit of every row of outcomes at the groups that are shown (`kept`), and its miscalibration."""

    kept: NDArray[np.intp]
    curves: Matrix
    miscalibration: Vector


def refitted(outcomes: Redraws) -> Refitted:
    """Fit every row; one pool of E events and N others adds E N / (E + N) to the sum of the squared differences."""
    p, events, nonevents = outcomes.p, outcomes.events, outcomes.nonevents
    kept = np.arange(p.size)
    curves = np.empty((events.shape[0], 0))
    squares = np.sum(events * (1 - p) ** 2 + nonevents * p**2, axis=1)
    for row, (happened, others) in enumerate(zip(events, nonevents, strict=True)):
        bounds = isotonic_pools(happened, others)
        hits, misses = np.add.reduceat(happened, bounds[:-1]), np.add.reduceat(others, bounds[:-1])
        share = hits / (hits + misses)
        if row == 0:
            kept = _kept(p, np.repeat(share, np.diff(bounds)))
            curves = np.empty((events.shape[0], kept.size))
        curves[row] = share[np.searchsorted(bounds, kept, side="right") - 1]
        squares[row] -= np.sum(hits * (1 - share))
    return Refitted(kept, curves, np.maximum(squares / outcomes.weight.sum(axis=1), 0.0))


def _kept(p: Vector, curve: Vector) -> NDArray[np.intp]:
    """Choose the points of a curve that are kept: all where they are few."""
    if p.size <= VERTICES + SPREAD:
        return np.arange(p.size)
    # In a unit square, for what is kept not to depend on how small the probabilities are.
    x = (p - p[0]) / (p[-1] - p[0])
    y = (curve - curve.min()) / max(float(np.ptp(curve)), 1e-300)
    spread = np.linspace(0, p.size - 1, SPREAD).astype(np.intp)
    return np.union1d(thinned(x, y, triangle, VERTICES), spread)


def _isotonic(
    groups: Forecasts, outcomes: Redraws, fit: Refitted, level: float, band: Band | None, bins: int
) -> _Curve:
    p, observed = groups.p[fit.kept], fit.curves[0]
    if band == "confidence":
        low, high = increasing_limits(groups, fit.kept, level)
        # The curve is an estimate too: where it lies beyond a limit, the band takes it in.
        return _Curve(p, observed, np.minimum(low, observed), np.maximum(high, observed))
    curve = _with_limits(p, observed, fit.curves[1:], level, band)
    # No fit falls; limits that share their tails might where ties begin.
    return _Curve(
        p, observed, np.minimum.accumulate(curve.low[::-1])[::-1], np.maximum.accumulate(curve.high)
    )


def _binned(
    groups: Forecasts, outcomes: Redraws, fit: Refitted, level: float, band: Band | None, bins: int
) -> _Curve:
    made = reliability_of(groups, level, bins).bins
    p, observed = np.array([b.predicted for b in made]), np.array([b.observed.value for b in made])
    if band == "confidence":
        low, high = np.array([b.observed.low for b in made]), np.array([b.observed.high for b in made])
        return _Curve(p, observed, low, high)
    starts = bin_bounds(groups, bins, "mass")[:-1]
    hits, misses = (
        np.add.reduceat(part[1:], starts, axis=1) for part in (outcomes.events, outcomes.nonevents)
    )
    return _with_limits(p, observed, hits / (hits + misses), level, band)


def _smooth(
    groups: Forecasts, outcomes: Redraws, fit: Refitted, level: float, band: Band | None, bins: int
) -> _Curve:
    curves = np.clip(smoothed(outcomes if band else outcomes.first()), 0, 1)
    kept = _kept(groups.p, curves[0])
    return _with_limits(groups.p[kept], curves[0, kept], curves[1:, kept], level, band)


def _with_limits(p: Vector, observed: Vector, null: Matrix, level: float, band: Band | None) -> _Curve:
    """Add the consistency band, if there is to be one."""
    low, high = central_limits(null, level) if band else (np.empty(0), np.empty(0))
    return _Curve(p, observed, low, high)


_CURVES = {"isotonic": _isotonic, "binned": _binned, "smooth": _smooth}


def _check(method: str, band: str | None) -> None:
    """Refuse what there is not."""
    if method not in _CURVES:
        raise InputError(
            f"method must be 'isotonic', 'binned' or 'smooth'; got {method!r}.", "leave it out for 'isotonic'"
        )
    if band not in {"consistency", "confidence", None}:
        raise InputError(
            f"band must be 'consistency', 'confidence' or None; got {band!r}.",
            "leave it out for 'consistency'",
        )
    if method == "smooth" and band == "confidence":
        raise InputError(
            "No confidence band is known to hold for the smooth curve: smoothing moves it, nobody knows how far.",
            ["use method='isotonic', whose confidence band holds", "use band='consistency'"],
        )
