"""Are there data enough for the model? Events per parameter and the shrinkage to expect."""

from __future__ import annotations

from typing import Literal

from ogive._base import InputError, Record

# Riley et al. (2019, Statistics in Medicine 38:1276) ask for an expected shrinkage of 0.9 or more. Below 0.75
# a quarter of the apparent effects is noise.
_ENOUGH, _FEW = 0.9, 0.75
# Without shrinkage: events a coefficient that are enough, and below which they are too few.
ENOUGH_EVENTS, FEW_EVENTS = 20, 10
Verdict = Literal["enough", "few", "too few"]


class SampleAdequacy(Record, frozen=True, kw_only=True):
    """Whether the data suffice for the number of parameters.

    Attributes
    ----------
    events : float
        Rows of the rarer outcome (sum of weights).
    parameters : int
        Coefficients estimated, the intercept not counted.
    events_per_parameter : float or None
        Their ratio; None without parameters.
    shrinkage : float or None
        Calibration slope to expect on new data; None where the likelihood-ratio statistic is not valid.
        At most 1; zero or less means that the model predicts no better than chance would.
    verdict : str
        "enough" (shrinkage at least 0.9, and 10 events a parameter), "few" (shrinkage at least 0.75) or "too few".
        Without shrinkage, at least 20, at least 10, or fewer events a parameter.
    """

    events: float
    parameters: int
    events_per_parameter: float | None
    shrinkage: float | None
    verdict: Verdict


def expected_shrinkage(likelihood_ratio: float, df: int) -> float | None:
    """Return the calibration slope to expect on new data: (LR - df) / LR.

    The heuristic of van Houwelingen and le Cessie (1990, Statistics in Medicine 9:1303). Each of the df
    coefficients adds about 1 to the likelihood-ratio statistic by chance alone: LR - df of it is real.

    Parameters
    ----------
    likelihood_ratio : float
        Statistic of the whole model.
    df : int
        Its degrees of freedom.

    Returns
    -------
    float or None
        Zero or less where chance alone explains the fit; None where the statistic is 0.

    Examples
    --------
    >>> from ogive.inference import expected_shrinkage
    >>> expected_shrinkage(50.0, 5)
    0.9
    """
    if likelihood_ratio < 0 or df < 0:
        raise InputError(
            f"a statistic and degrees of freedom cannot be negative; got {likelihood_ratio:g} and {df}.",
            "pass those of the likelihood-ratio test of the whole model",
        )
    return (likelihood_ratio - df) / likelihood_ratio if likelihood_ratio > 0 else None


def sample_adequacy(
    rows: float, events: float, parameters: int, likelihood_ratio: float | None = None
) -> SampleAdequacy:
    """Judge whether the data suffice for a model.

    Parameters
    ----------
    rows, events : float
        Sum of the weights, and the part of it whose outcome is 1.
    parameters : int
        Coefficients estimated, the intercept not counted.
    likelihood_ratio : float, optional
        Statistic of the whole model, where it is valid.

    Examples
    --------
    >>> from ogive.inference import sample_adequacy
    >>> judged = sample_adequacy(rows=303, events=139, parameters=20, likelihood_ratio=155.0)
    >>> round(judged.events_per_parameter, 2), round(judged.shrinkage, 2), judged.verdict
    (6.95, 0.87, 'few')
    """
    fewer = min(events, rows - events)
    ratio = fewer / parameters if parameters else None
    shrinkage = expected_shrinkage(likelihood_ratio, parameters) if likelihood_ratio is not None else None
    return SampleAdequacy(
        events=fewer,
        parameters=parameters,
        events_per_parameter=ratio,
        shrinkage=shrinkage,
        verdict="enough" if ratio is None else sample_verdict(ratio, shrinkage),
    )


def sample_verdict(events_per_parameter: float, shrinkage: float | None) -> Verdict:
    """Return whether the data suffice, from the events a parameter and the shrinkage to expect.

    The shrinkage of a strong model looks well with few events, so both are asked.

    Examples
    --------
    >>> from ogive.inference import sample_verdict
    >>> sample_verdict(15, 0.92), sample_verdict(7, 0.92), sample_verdict(7, 0.5), sample_verdict(7, None)
    ('enough', 'few', 'too few', 'too few')
    """
    if shrinkage is None:
        return _grade(events_per_parameter, ENOUGH_EVENTS, FEW_EVENTS)
    verdict = _grade(shrinkage, _ENOUGH, _FEW)
    return "few" if verdict == "enough" and events_per_parameter < FEW_EVENTS else verdict


def _grade(value: float, enough: float, few: float) -> Verdict:
    if value >= enough:
        return "enough"
    return "few" if value >= few else "too few"
