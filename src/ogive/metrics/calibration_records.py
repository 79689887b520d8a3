"""What measures of calibration give: values with their distribution under perfect calibration, and tests."""

from __future__ import annotations

from ogive._base import Record


class CalibrationError(Record, frozen=True, kw_only=True):
    """A distance from calibration, and what it would be if the probabilities were perfectly calibrated.

    Such a distance is above 0 in every sample, so an interval around it would say little. What stands beside it is its
    distribution when outcomes are redrawn from the probabilities.

    Attributes
    ----------
    value : float
        0 is perfect.
    expected : float
        Mean under perfect calibration.
    high : float
        Under perfect calibration the share `level` of samples is not above this.
    p_value : float
        Share of samples under perfect calibration that are as far away or further, the sample itself counted as one.
    level : float
        Of `high`.
    method : str
        How it was measured, and how often outcomes were redrawn.

    Examples
    --------
    >>> from ogive.metrics import CalibrationError
    >>> CalibrationError(value=0.0312, expected=0.0121, high=0.0204, p_value=0.0025, method="")
    0.031 (0.012 expected if calibrated, 95 % below 0.020; p = 0.0025)
    """

    value: float
    expected: float
    high: float
    p_value: float
    level: float = 0.95
    method: str

    def __repr__(self) -> str:
        return (
            f"{self.value:#.2g} ({self.expected:#.2g} expected if calibrated, {100 * self.level:g} % below "
            f"{self.high:#.2g}; p = {self.p_value:.2g})"
        )


class CalibrationTest(Record, frozen=True, kw_only=True):
    """A test of the hypothesis that the probabilities are those with which the events happen.

    Attributes
    ----------
    statistic : float or None
        None where it does not exist (`note`).
    df : int or None
        Degrees of freedom of a chi-square; None for a normal statistic, or where there is none.
    p_value : float or None
    note : str
        What the test cannot tell, or why there is none.
    """

    statistic: float | None
    df: int | None = None
    p_value: float | None
    note: str = ""

    def __repr__(self) -> str:
        if self.statistic is None or self.p_value is None:
            return f"none: {self.note}"
        freedom = "" if self.df is None else f" on {self.df} df"
        return f"{self.statistic:.2f}{freedom} (p = {self.p_value:.2g})"


class CalibrationDistances(Record, frozen=True, kw_only=True):
    """How far a smoothed calibration curve lies from the diagonal, over the rows (Austin and Steyerberg 2019).

    Attributes
    ----------
    ici : CalibrationError
        The mean distance (integrated calibration index).
    e50, e90, emax : CalibrationError
        The distance not exceeded by 50 %, 90 % and all of the rows.
    """

    ici: CalibrationError
    e50: CalibrationError
    e90: CalibrationError
    emax: CalibrationError


class CalibrationMeasures(Record, frozen=True, kw_only=True):
    """How far probabilities are from what happens, in one number each.

    More than 1,000 distinct probabilities are taken together in so many groups first.

    Attributes
    ----------
    ece : CalibrationError
        Expected calibration error in ten bins of equal mass, debiased.
    smooth_ece : CalibrationError
        Without bins, at the bandwidth that equals its value.
    distances : CalibrationDistances
        ICI, E50, E90 and the largest distance from a smoothed curve.
    spiegelhalter, hosmer_lemeshow : CalibrationTest
    """

    ece: CalibrationError
    smooth_ece: CalibrationError
    distances: CalibrationDistances
    spiegelhalter: CalibrationTest
    hosmer_lemeshow: CalibrationTest
