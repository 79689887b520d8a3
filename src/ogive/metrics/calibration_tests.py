"""Tests of the hypothesis that probabilities are calibrated: Spiegelhalter's and Hosmer and Lemeshow's."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import SampleWeight, chi_square_tail, normal_tails
from ogive.metrics.binning import bin_bounds
from ogive.metrics.calibration_records import CalibrationTest
from ogive.metrics.forecasts import Forecasts, forecasts
from ogive.metrics.redraws import drawing

WEAKNESS = (
    "The result depends on the bins. With many rows the test rejects probabilities that are good enough for any use, "
    "with few it misses bad ones, and it does not say what is wrong: look at the reliability diagram and the "
    "calibration slope."
)


def spiegelhalter(y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight = None) -> CalibrationTest:
    """Test whether the Brier score is the one that calibrated probabilities would have (Spiegelhalter 1986).

    The score less its expectation is the mean of (y - p) (1 - 2p), which has the variance of the mean of
    (1 - 2p)² p (1 - p); Z is the ratio to its standard error, normal in large samples. Z is above 0 where the
    probabilities are too extreme. Errors that cancel in this sum escape the test.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights, whose squares then make the variance.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import spiegelhalter
    >>> spiegelhalter([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    -0.16 (p = 0.88)
    """
    return spiegelhalter_of(forecasts(y, p, sample_weight))


def hosmer_lemeshow(
    y: ArrayLike,
    p: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    bins: int = 10,
    fitted: bool = False,
) -> CalibrationTest:
    """Compare observed and expected events in bins of equal mass by a chi-square (Hosmer and Lemeshow 1980).

    A weak test: it depends on the bins, rejects what is good enough when there are many rows, misses what is bad when
    there are few, and says nothing about what is wrong. It is here because people ask for it; the calibration line and
    `reliability_diagram` tell more. The approximation wants some five events and non-events expected in every bin.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,)
        Probabilities of 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights, whose squares then make the variance of a bin.
    bins : int
        Most bins to make; rows of the same probability share one.
    fitted : bool
        Whether the probabilities are those of a logistic regression fitted to these very rows: the statistic then has
        two degrees of freedom less than there are bins; otherwise it has as many as there are bins.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.metrics import hosmer_lemeshow
    >>> hosmer_lemeshow([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], bins=4)
    1.07 on 4 df (p = 0.9)
    """
    return hosmer_lemeshow_of(forecasts(y, p, sample_weight), bins, fitted)


def spiegelhalter_of(table: Forecasts) -> CalibrationTest:
    """Spiegelhalter's test of a table."""
    p, lean = table.p, 1 - 2 * table.p
    variance = float(np.sum(drawing(table).variance((1 - p) * lean, -p * lean)))
    if variance <= 0:
        return CalibrationTest(
            statistic=None,
            p_value=None,
            note="Every probability is 0, 1/2 or 1, and then calibration leaves the Brier score no variance.",
        )
    z = table.total((1 - p) * lean, -p * lean) / math.sqrt(variance)
    return CalibrationTest(statistic=z, p_value=normal_tails(z))


def hosmer_lemeshow_of(table: Forecasts, bins: int = 10, fitted: bool = False) -> CalibrationTest:
    """Hosmer and Lemeshow's test of a table."""
    p, starts = table.p, bin_bounds(table, bins, "mass")[:-1]
    gap = np.add.reduceat(table.events * (1 - p) - table.nonevents * p, starts)
    if table.squares is None:
        weight, expected = (np.add.reduceat(column, starts) for column in (table.weight, table.weight * p))
        variance = expected * (1 - expected / weight)
    else:
        variance = np.add.reduceat(drawing(table).variance(1 - p, -p), starts)
    df = starts.size - 2 if fitted else starts.size
    if df < 1:
        return _no_test(f"{starts.size} bins leave no degree of freedom.")
    certain = variance <= 0
    if np.abs(gap[certain]).max(initial=0.0) > 0:
        return _no_test("In a bin where every probability is 0 or 1 one of them turned out wrong.")
    scaled = np.abs(gap[~certain]) / np.sqrt(variance[~certain])
    statistic = float(np.sum(np.minimum(scaled, 1e150) ** 2))  # beyond that the square overflows
    return CalibrationTest(statistic=statistic, df=df, p_value=chi_square_tail(statistic, df), note=WEAKNESS)


def _no_test(reason: str) -> CalibrationTest:
    return CalibrationTest(statistic=None, p_value=None, note=reason)
