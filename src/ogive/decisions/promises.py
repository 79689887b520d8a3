"""What a chosen threshold will bring on new rows: its measured value, less what choosing it flattered.

Let c be the chosen cut, V its value in the sample and v in truth. The error V(c) - v(c) has two parts: chance, and
the choice of the cut that the sample likes best. A replicate chooses a cut c* of its own, and its value there less that
of the sample, V*(c*) - V(c*), has both parts; its quantiles give the interval, its mean what to take off (Efron 1983).

Resampling sees too little of the second part. About the best cut the error is the minimum of a random walk over a
parabola, W(h) + h². A replicate adds an independent walk W* to it, and of the minimum of W* + W + h² half the noise is
its own. By Brownian scaling the noise at the minimum of s W(h) + h² grows with s^(4/3): with s = √2, half of it is
2^(-1/3) of what W alone has. So the mean is taken 2^(1/3) times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ogive._base import Estimate, Vector
from ogive.decisions.stakes import Array, Cuts
from ogive.metrics import without_interval

_UNSEEN = 2 ** (1 / 3) - 1
# Fewest replicates whose tails make an interval.
FEWEST = 100


@dataclass(frozen=True)
class Quantity:
    """A number that depends on the cut.

    Attributes
    ----------
    value : function of Cuts
        At every cut.
    least : float or None
        For a cost, which is better small: what no cost is below. Its interval is made on the scale of the logarithm of
        what is above.
    grain : float
        Of a cost, half the smallest amount above `least` that a sample may have.
    """

    value: Callable[[Cuts], Array]
    least: float | None = None
    grain: float = 0.0


@dataclass(frozen=True)
class Roots:
    """Replicates of a quantity: in their own samples at their own cuts, in the sample given there, at the cut given."""

    own: Vector
    given: Vector
    held: Vector


def roots(
    quantities: Sequence[Quantity],
    sample: Cuts,
    cut: int,
    drawn: Iterable[Cuts],
    choose: Callable[[Cuts], np.ndarray],
) -> list[Roots]:
    """Choose a cut in each drawn sample and gather the quantities."""
    parts: list[list[Roots]] = [[] for _ in quantities]
    values = [quantity.value(sample) for quantity in quantities]
    for cuts in drawn:
        chosen = choose(cuts)
        for part, quantity, given in zip(parts, quantities, values, strict=True):
            own = quantity.value(cuts)
            part.append(
                Roots(np.take_along_axis(own, chosen[:, None], 1)[:, 0], given[chosen], own[:, cut].copy())
            )
    empty = np.empty(0)
    return [
        Roots(
            *(
                np.concatenate([getattr(one, name) for one in part] or [empty])
                for name in ("own", "given", "held")
            )
        )
        for part in parts
    ]


def promised(quantity: Quantity, value: float, root: Roots, level: float, irregular: bool) -> Estimate:
    """Return the value that new rows may be expected to have, with its interval.

    `irregular` says that the cut is the best of a smooth measure, so that resampling sees too little of the choice. The
    lower limit of what is better large pays for the choice; the upper one does not gain by it, and is that of the cut
    held fixed where this is higher.
    """
    if root.own.size < FEWEST:
        reason = f"{root.own.size} replicates; at least {FEWEST} are needed to see what the choice flattered"
        return without_interval(value, level, reason)
    tail = (1 - level) / 2
    if quantity.least is not None:
        return _cost(quantity, value, root, level, irregular)
    error = root.own - root.given
    error = error + _UNSEEN * irregular * error.mean()
    low, high = value - np.quantile(error, 1 - tail), value - np.quantile(error, tail)
    high = max(high, value - np.quantile(root.held - value, tail))
    return _estimate(value - error.mean(), low, high, level, root)


def _cost(quantity: Quantity, value: float, root: Roots, level: float, irregular: bool) -> Estimate:
    assert quantity.least is not None
    above = value - quantity.least
    if above <= 0:
        return without_interval(value, level, "no decision was wrong")
    own, given = root.own - quantity.least, root.given - quantity.least
    error = np.log(np.maximum(own, quantity.grain) / np.maximum(given, quantity.grain))
    error = error + _UNSEEN * irregular * error.mean()
    tail = (1 - level) / 2
    centre, low, high = (
        quantity.least + above * np.exp(-shift)
        for shift in (error.mean(), np.quantile(error, 1 - tail), np.quantile(error, tail))
    )
    return _estimate(centre, low, high, level, root)


def _estimate(value: float, low: float, high: float, level: float, root: Roots) -> Estimate:
    return Estimate(
        value=float(value),
        low=float(min(low, value)),
        high=float(max(high, value)),
        level=level,
        method=f"bootstrap of the choice, {root.own.size:,} replicates",
    )


def times(estimate: Estimate, factor: float) -> Estimate:
    """Return an estimate of `factor` rows from that of one."""
    low, high = (None if limit is None else limit * factor for limit in (estimate.low, estimate.high))
    return Estimate(
        value=estimate.value * factor, low=low, high=high, level=estimate.level, method=estimate.method
    )
