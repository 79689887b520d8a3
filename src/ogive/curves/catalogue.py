"""The quantities that follow from curves: what they are called, and how each is read off a drawn curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ogive.curves.drawn import Drawn, Dual
from ogive.curves.family import Family

_PREFIXES = {
    "growth": "t",
    "dose-response": "ED",
    "physics and physiology": "x",
    "learning": "x",
    "function": "x",
}
_NO_LEVELS = "the curve does not lead from one level to another"
_LN_LN_2 = float(np.log(np.log(2.0)))


@dataclass(frozen=True)
class Quantity:
    """A quantity: how it is read off curves, itself or its logarithm, and why a curve may have none.

    A `place` is one on the axis on which the curve is drawn.
    """

    name: str
    meaning: str
    unit: str
    of: Callable[[Drawn], Dual]
    missing: str
    log: bool = False
    place: bool = False


def quantities_of(family: Family) -> list[Quantity]:
    """Which quantities make sense."""
    if family.kind in {"function", "learning"}:  # a limit, a gain and a rate say it all
        return []
    tens = [share(family, percent) for percent in (10.0, 50.0, 90.0)]
    if family.kind == "growth":
        return [*_steepest(family), _size(family), _doubling(family), _lag(family), *tens, *_equilibria()]
    sharp = [*_steepest(family), _sharpness(family), _width(family)]
    hill = [_hill()] if family.scale == "log" else []
    return [*tens, *hill, *sharp] if family.kind == "dose-response" else [tens[1], *hill, *sharp]


def area(low: float, high: float) -> Quantity:
    """Area under the curve between two x."""
    return Quantity(
        "area",
        f"area under the curve from x = {low:g} to {high:g}",
        "y x",
        lambda drawn: drawn.area(low, high),
        "it is not finite",
    )


def far_level() -> Quantity:
    """Level that a curve leads to."""
    return _equilibria()[1]


def _between(drawn: Drawn, share: float) -> Dual:
    """Place where a share of the way from the level on the left to that on the right is done."""
    left, right = drawn.end(-1), drawn.end(1)
    return drawn.place(left + (right - left) * share)


def share(family: Family, percent: float) -> Quantity:
    """Place with a share of the way from one level to the other done."""
    side = "that at dose 0" if family.scale == "log" else "that on the left"
    return Quantity(
        f"{_PREFIXES[family.kind]}{percent:g}",
        f"x with {percent:g} % of the way from one level to the other done, counted from {side}",
        "x",
        lambda drawn: _between(drawn, percent / 100),
        _NO_LEVELS,
        log=family.scale == "log",
        place=True,
    )


def with_level(family: Family, level: float) -> Quantity:
    """First place where y has a level."""
    return Quantity(
        f"{_PREFIXES[family.kind]} at y = {level:g}",
        f"first x at which y is {level:g}",
        "x",
        lambda drawn: drawn.place(drawn.at(np.full(len(drawn.z), level))),
        f"the curve nowhere has the level {level:g}",
        log=family.scale == "log",
        place=True,
    )


def _steepest(family: Family) -> list[Quantity]:
    """Tipping point, and the slope there: of growth by time, of all else on the axis of the family."""
    grows = family.kind == "growth"
    over = " over log x" if family.scale == "log" and not grows else ""
    missing = "the curve is steepest at an end of its axis, or at a corner: it has no tipping point"
    return [
        Quantity(
            "tipping_point",
            f"where the curve is steepest{over}",
            "x",
            lambda drawn: drawn.steepest(grows),
            missing,
            log=family.scale == "log",
            place=True,
        ),
        Quantity(
            "maximum_rate" if grows else "maximum_slope",
            f"slope at the tipping point{over}",
            "y" if over else "y/x",
            lambda drawn: drawn.slope(drawn.steepest(grows), grows),
            missing,
        ),
    ]


def _size(family: Family) -> Quantity:
    return Quantity(
        "size_of_fastest_growth",
        "level at the tipping point",
        "y",
        lambda drawn: drawn.value(drawn.steepest(by_x=True)),
        "the curve has no tipping point",
    )


def _doubling(family: Family) -> Quantity:
    return Quantity(
        "doubling_time",
        "time in which y doubles at the start: ln 2 by the relative growth rate there",
        "x",
        lambda drawn: (
            drawn.growth_at_start(by_x=True).log() * -1.0 + drawn.at(np.full(len(drawn.z), _LN_LN_2))
        ),
        "growth at the start is not exponential",
        log=True,
    )


def _lag(family: Family) -> Quantity:
    def of(drawn: Drawn) -> Dual:
        steepest = drawn.steepest(by_x=True)
        rise = drawn.value(steepest) - drawn.end(-1)
        return drawn.x(steepest) - rise / drawn.slope(steepest, by_x=True)

    return Quantity(
        "lag",
        "where the tangent at the tipping point meets the level at the start",
        "x",
        of,
        "the curve has no tipping point, or no level at the start",
    )


def _equilibria() -> list[Quantity]:
    return [
        Quantity(
            f"equilibrium_{name}",
            f"level {words}; the rate is 0 there",
            "y",
            lambda drawn, side=side: drawn.end(side),  # type: ignore[misc]
            f"the curve has no level {words}",
        )
        for name, words, side in (("start", "at the start", -1.0), ("end", "that growth leads to", 1.0))
    ]


def _hill() -> Quantity:
    def of(drawn: Drawn) -> Dual:
        span = abs(drawn.end(1) - drawn.end(-1))
        return drawn.slope(_between(drawn, 0.5), by_x=False) / span * 4.0

    return Quantity(
        "hill_slope",
        "Hill slope at the midpoint: of the log odds of the effect over log x; negative where y falls",
        "",
        of,
        _NO_LEVELS,
    )


def _sharpness(family: Family) -> Quantity:
    def of(drawn: Drawn) -> Dual:
        return abs(drawn.slope(drawn.steepest(by_x=False), by_x=False) / (drawn.end(1) - drawn.end(-1)))

    log = family.scale == "log"
    words = "largest slope over log x" if log else "largest slope"
    return Quantity("sharpness", f"{words} by the span of the levels", "" if log else "1/x", of, _NO_LEVELS)


def _width(family: Family) -> Quantity:
    def of(drawn: Drawn) -> Dual:
        width = _between(drawn, 0.9) - _between(drawn, 0.1)
        return width if family.scale == "log" else width.log()

    words = "by how much x is multiplied" if family.scale == "log" else "how far it is"
    unit = "" if family.scale == "log" else "x"
    return Quantity("width_10_90", f"{words} from 10 % of the way to 90 %", unit, of, _NO_LEVELS, log=True)
