"""Distances from calibration in one number, each beside what it would be if the probabilities were calibrated."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import SampleWeight
from ogive._kernels import FUNCTIONS
from ogive.metrics.binning import bin_bounds, condensed
from ogive.metrics.calibration_records import CalibrationDistances, CalibrationError, CalibrationMeasures
from ogive.metrics.calibration_tests import hosmer_lemeshow_of, spiegelhalter_of
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.lowess import distances
from ogive.metrics.redraws import DRAWS, Matrix, Redraws, against_calibrated, check_draws, redrawn
from ogive.metrics.smooth_ece import smooth_errors

# Groups that are enough to smooth redrawn outcomes, since a local line sees two thirds of the rows.
SMOOTHED_GROUPS = 250

_normal_cdf = FUNCTIONS["normal_cdf"]["value"]


def calibration_error(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    strategy: Literal["mass", "width"] = "mass",
    bins: int = 10,
    debiased: bool = True,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> CalibrationError:
    """Expected calibration error: the mean over bins of the gap between share of events and mean probability.

    A gap is the size of the difference (Naeini, Cooper and Hauskrecht 2015), which chance alone makes larger than 0, by
    0.8 standard errors where the true one is 0. `debiased` takes off what a parametric bootstrap tells of this bias, as
    Kumar, Liang and Ma (2019) do, here in closed form: the mean size of a normal variable about the gap less the gap,
    with the mean of (y - p)² over the rows of the bin by their number as variance. That takes off two fifths of the
    bias where the true gap is 0 and leaves less than a tenth of a standard error from one of them on. No estimate of a
    size is unbiased everywhere (one of its square is: Bröcker 2012, Ferro and Fricker 2012). The sum is cut at 0.

    Beside the value stands its distribution when outcomes are redrawn from the probabilities, with the same bins. A
    table of more than 1,000 distinct probabilities is condensed to so many groups, which no bin divides.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    strategy : "mass" or "width"
        Equally many rows a bin, where rows of the same probability share one; or bins of equal width over [0, 1],
        closed on the left, the last on both sides.
    bins : int
        Most bins to make.
    debiased : bool
        Whether to take off the bias.
    level : float
        Of `high`, the quantile under calibration.
    draws : int
        How often outcomes are redrawn.
    seed : int
        Of the random numbers.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import calibration_error
    >>> y, p = [0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0]
    >>> calibration_error(y, p, bins=2, debiased=False)
    0.025 (0.16 expected if calibrated, 95 % below 0.35; p = 1)
    """
    check_draws(draws, level)
    table = forecasts(y, p, sample_weight)
    bin_bounds(table, bins, strategy)  # refuses what it cannot do
    groups = condensed(table, bins)
    return _binned(groups, redrawn(groups, draws, seed), level, bins, strategy, debiased)


def smooth_calibration_error(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> CalibrationError:
    """Smooth expected calibration error: no bins, and no jumps when a probability changes a little.

    Residuals y - p are smoothed by a Gaussian kernel reflected at 0 and 1, and the error is the mean size of the
    result, at the one bandwidth that equals the error (Błasiok and Nakkiran 2023).

    Beside the value stands its distribution when outcomes are redrawn from the probabilities. A table of more than
    1,000 distinct probabilities is condensed to so many groups.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    level : float
        Of `high`, the quantile under calibration.
    draws : int
        How often outcomes are redrawn.
    seed : int
        Of the random numbers.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import smooth_calibration_error
    >>> smooth_calibration_error([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    0.089 (0.17 expected if calibrated, 95 % below 0.34; p = 1)
    """
    check_draws(draws, level)
    return _smooth(redrawn(condensed(forecasts(y, p, sample_weight)), draws, seed), level)


def calibration_distances(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> CalibrationDistances:
    """Distance of a smoothed calibration curve from the diagonal: its mean (ICI), quantiles and maximum.

    The indices are those of Austin and Steyerberg (2019); the curve is lowess without robustness iterations, as in
    rms::val.prob, with whose Eavg, E90 and Emax they agree. A table of more than 1,000 distinct probabilities is
    condensed to so many groups, which moves no row by 0.002.

    Beside each stands its distribution when outcomes are redrawn from the probabilities, smoothed over 250 groups at
    most.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    level : float
        Of `high`, the quantiles under calibration.
    draws : int
        How often outcomes are redrawn.
    seed : int
        Of the random numbers.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import calibration_distances
    >>> calibration_distances([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9]).ici
    0.089 (0.21 expected if calibrated, 95 % below 0.34; p = 1)
    """
    check_draws(draws, level)
    return _distances(redrawn(condensed(forecasts(y, p, sample_weight)), draws, seed), level)


def calibration_measures_of(groups: Forecasts, outcomes: Redraws, level: float) -> CalibrationMeasures:
    """Compute all measures of a condensed table and its redrawn outcomes."""
    return CalibrationMeasures(
        ece=_binned(groups, outcomes, level),
        smooth_ece=_smooth(outcomes, level),
        distances=_distances(outcomes, level),
        spiegelhalter=spiegelhalter_of(groups),
        hosmer_lemeshow=hosmer_lemeshow_of(groups),
    )


def _binned(
    groups: Forecasts,
    outcomes: Redraws,
    level: float,
    bins: int = 10,
    strategy: Literal["mass", "width"] = "mass",
    debiased: bool = True,
) -> CalibrationError:
    starts = bin_bounds(groups, bins, strategy)[:-1]
    p = outcomes.p
    gap = np.add.reduceat(outcomes.events * (1 - p) - outcomes.nonevents * p, starts, axis=1)
    size = np.abs(gap)
    if debiased:
        squares = outcomes.event_squares * (1 - p) ** 2 + outcomes.nonevent_squares * p**2
        size = 2 * size - _mean_size(size, np.sqrt(np.add.reduceat(squares, starts, axis=1)))
    values = np.maximum(size.sum(axis=1) / outcomes.weight.sum(axis=1), 0.0)
    what = f"{bins} bins of equal {strategy}{', debiased' if debiased else ''}"
    return against_calibrated(float(values[0]), values[1:], level, what)


def _mean_size(mean: Matrix, sd: Matrix) -> Matrix:
    """E |N(mean, sd²)| = sd √(2/π) exp(-t²/2) + mean (1 - 2Φ(-t)), with t = mean / sd."""
    t = mean / np.where(sd > 0, sd, 1.0)
    sizes: Matrix = sd * math.sqrt(2 / math.pi) * np.exp(-t * t / 2) + mean * (1 - 2 * _normal_cdf(-t))
    return np.where(sd > 0, sizes, mean)


def _smooth(outcomes: Redraws, level: float) -> CalibrationError:
    values = smooth_errors(outcomes)
    return against_calibrated(float(values[0]), values[1:], level, "reflected Gaussian kernel")


def _distances(outcomes: Redraws, level: float) -> CalibrationDistances:
    found = distances(outcomes.first())
    null = distances(outcomes.in_bins(_runs(outcomes.p.size)))
    return CalibrationDistances(
        **{
            name: against_calibrated(float(value[0]), among[1:], level, "lowess")
            for name, value, among in zip(("ici", "e50", "e90", "emax"), found, null, strict=True)
        }
    )


def _runs(groups: int) -> NDArray[np.intp]:
    """Begin a run of groups at each of some 250 places; the first and the last group, the farthest out, stay alone."""
    every = -(-groups // SMOOTHED_GROUPS)
    return np.unique(np.concatenate([[0], np.arange(1, groups, every), [groups - 1]]))
