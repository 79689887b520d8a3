"""The horizontal axis that curves, their points and their residuals are drawn over."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from ogive._base import Record
from ogive.views.figure import Spec, axis, four_digits, layer, log_ticks


class Frame(Record, frozen=True, kw_only=True):
    """The horizontal axis of points: its ends, and where a dose of 0 stands on a logarithmic one.

    Attributes
    ----------
    title : str
    log : bool
    low, high : float
        Of the points, and above 0 on a logarithmic axis.
    zero : float or None
        Where 0 is drawn on a logarithmic axis: apart, to the left.
    """

    title: str
    log: bool
    low: float
    high: float
    zero: float | None = None

    @staticmethod
    def of(title: str, values: Iterable[float], *, log: bool) -> Frame:
        """Return the axis that holds values."""
        every = list(values)
        inside = [v for v in every if v > 0] if log else every
        low, high = min(inside, default=1.0), max(inside, default=1.0)
        if not log:
            return Frame(title=title, log=False, low=low, high=high)
        if low == high:
            low, high = low / 2, high * 2
        apart = low / max((high / low) ** 0.14, 1.5)
        return Frame(
            title=title, log=True, low=low, high=high, zero=apart if len(inside) < len(every) else None
        )

    def place(self, x: float) -> float:
        """Return where x is drawn."""
        return self.zero if self.zero is not None and x == 0 else x

    @property
    def ends(self) -> tuple[float, float]:
        """Where the axis begins and ends."""
        if not self.log:
            room = 0.03 * ((self.high - self.low) or 1.0)
            return self.low - room, self.high + room
        room = (self.high / self.low) ** 0.03
        return (self.low if self.zero is None else self.zero) / room, self.high * room

    def share(self, x: float) -> float:
        """Return which share of the axis lies before x."""
        low, high = self.ends
        return math.log(x / low) / math.log(high / low) if self.log else (x - low) / (high - low)

    def axis(self, ticks: int = 8) -> Spec:
        """Return the axis."""
        if not self.log:
            return axis(self.title, self.ends, tickCount=ticks, **four_digits(self.ends))
        values = log_ticks(self.low * 0.999, self.high * 1.001)
        if len(values) > ticks:
            values = [v for v in values if f"{v:e}"[0] == "1"]
        if len(values) < 2:
            values = [self.low, self.high]
        label = "format(datum.value, datum.value < 1e-3 || datum.value >= 1e6 ? '~e' : '~g')"
        if self.zero is not None:
            values = [self.zero, *values]
            label = f"datum.value < {math.sqrt(self.zero * self.low)!r} ? '0' : {label}"
        return axis(self.title, self.ends, "log", values=values, labelExpr=label)

    def gap(self) -> list[Spec]:
        """Return the two strokes that say that the axis is broken between 0 and what follows."""
        if self.zero is None:
            return []
        middle = [{"x": math.sqrt(self.zero * self.low), "text": "//"}]
        return [layer(middle, "text", "note", x="x", y={"value": "height"}, text="text", baseline="middle")]

    def pieces(self, values: Sequence[Spec]) -> list[list[Spec]]:
        """Return rows of a curve in its pieces: at 0, drawn as a short level stretch, and from there on."""
        if self.zero is None or not values or values[0]["x"] != self.zero:
            return [list(values)]
        aside = (self.low / self.zero) ** 0.2
        here = [values[0] | {"x": self.zero / aside}, values[0] | {"x": self.zero * aside}]
        return [here, list(values[1:])]
