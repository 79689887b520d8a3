"""Plain records to draw from: counts in bins, observed shares, a probability along one number, a step of descent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

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


class Node(Record, frozen=True, kw_only=True):
    """One quantity of a step of descent.

    Attributes
    ----------
    step : str
        Which of the six steps it belongs to; there is a weighted sum and an output a layer.
    name, formula : str
        As in "z1" and "z1 = x W1 + b1".
    value : array
        What the formula gives; on the way back, of the quantity in which the loss is differentiated.
    local, chain : array or None
        On the way back, the derivative of what follows in this quantity, and that of the loss: all local ones so far,
        multiplied. None elsewhere, and `local` where it is not of each number by itself.
    """

    step: Literal["initialise", "weighted sum", "output", "compare", "gradient", "update"]
    name: str
    formula: str
    value: np.ndarray
    local: np.ndarray | None = None
    chain: np.ndarray | None = None


class Trace(Record, frozen=True, kw_only=True):
    """One step of descent with every number in the open: nodes in the order in which they are computed."""

    head: str
    rate: float
    nodes: tuple[Node, ...]

    def node(self, step: str, name: str) -> Node | None:
        """Return the node of that name in a step, None where there is none."""
        return next((one for one in self.nodes if (one.step, one.name) == (step, name)), None)

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        wide = max(len(one.formula) for one in self.nodes)
        for one in self.nodes:
            shown = one.chain if one.step == "gradient" else one.value
            numbers = np.array2string(np.asarray(shown), precision=6, threshold=20, separator=", ")
            yield f"{one.step:<14}{one.formula:<{wide}}  {' '.join(numbers.split())}"


class Descent(Record, frozen=True, kw_only=True):
    """Step after step on the same rows: the mean loss and the outputs before the first step and after each.

    `outputs` has the shape (steps + 1, n, units): probabilities, as the head makes them.
    """

    head: str
    rate: float
    losses: tuple[float, ...]
    outputs: np.ndarray
