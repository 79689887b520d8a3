"""Plain records to draw from: counts in bins, observed shares, and a probability along one number."""

from __future__ import annotations

from ogive._base import Estimate, Record


class Bin(Record, frozen=True, kw_only=True):
    """Rows whose x lies in [low, high): their number (or weight), and that of the positive among them."""

    low: float
    high: float
    rows: float
    events: float

    @property
    def others(self) -> float:
        """Number of the negative rows."""
        return self.rows - self.events


class Observed(Record, frozen=True, kw_only=True):
    """A group of `rows` with mean `x`: the share that was positive, with its interval."""

    x: float
    rows: float
    rate: Estimate


class TermCurve(Record, frozen=True, kw_only=True):
    """The probability along one number, everything else held.

    Attributes
    ----------
    term, unit : str
        Name of the number and its unit (empty where unknown).
    x, probability, low, high : tuple of float
        Equal lengths, about 60 points over the observed range; low and high bound the pointwise interval.
    observed : tuple of Observed
        About ten groups of equal counts (fewer where there are few rows or few distinct values).
    """

    term: str
    x: tuple[float, ...]
    probability: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    observed: tuple[Observed, ...] = ()
    unit: str = ""


class RatioRow(Record, frozen=True, kw_only=True):
    """One line of a forest plot: an odds ratio with its interval, and its label."""

    label: str
    ratio: Estimate
