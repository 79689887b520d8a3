"""What follows from a fitted curve: effective doses, tipping points, rates, lags, widths and areas, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import Estimate, InputError, Record, Vector, as_vector
from ogive.curves.catalogue import Quantity, area, far_level, quantities_of, share, with_level
from ogive.curves.drawn import Drawn, Dual
from ogive.curves.engine import Layout
from ogive.curves.family import Family
from ogive.curves.intervals import Method, Read
from ogive.curves.observations import expected_limits

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit

Share = Literal["relative", "absolute"]
# Derivatives that are smaller than the largest by so much are rounding.
_ROUNDING = 1e-9
_WORDS = {"profile": "profile likelihood", "wald": "Wald, delta method"}


class CurveQuantity(Record, frozen=True, kw_only=True):
    """A quantity that follows from one curve.

    Attributes
    ----------
    group : str
        Empty where there are no groups.
    name, meaning, unit : str
        The unit in words: of x, of y, or of both.
    estimate : Estimate
        With its interval. A limit that the points do not set is None, and `method` says why; the value is NaN where the
        curve has no such quantity.
    se : float or None
        Standard error by the delta method; None where it is not valid.
    identified : bool
        Whether the points determine it.
    """

    group: str
    name: str
    meaning: str
    unit: str
    estimate: Estimate
    se: float | None
    identified: bool


def effective_doses(
    fit: CurveFit, percent: ArrayLike, kind: Share, level: float | None, intervals: Method | None
) -> list[CurveQuantity]:
    """Return where curves have done a share of their way, or have a value, as `CurveFit.effective_dose` says."""
    asked = as_vector(np.atleast_1d(percent), "percent")
    return _records(fit, [effect(fit.family, one, kind) for one in asked.tolist()], level, intervals)


def effect(family: Family, percent: float, kind: Share) -> Quantity:
    """Return the place with so many per cent of the effect, or with a value of y."""
    if kind not in get_args(Share):
        raise InputError(f"there is no kind {kind!r} of dose.", f"choose one of {', '.join(get_args(Share))}")
    if kind == "relative" and not 0 < percent < 100:
        raise InputError(
            "percent of an effect are between 0 and 100.",
            "use kind='absolute' for the dose with a value of y",
        )
    return (share if kind == "relative" else with_level)(family, percent)


def areas(
    fit: CurveFit, low: float, high: float, level: float | None, intervals: Method | None
) -> list[CurveQuantity]:
    """Return the area under each curve, as `CurveFit.area` says."""
    if not (np.isfinite([low, high]).all() and low < high):
        raise InputError(
            f"there is no area from {low:g} to {high:g}.", "pass two numbers, the lower one first"
        )
    fit.family.place(np.array([low, high]))
    return _records(fit, [area(low, high)], level, intervals)


def slope_at(fit: CurveFit, curves: NDArray[np.intp], x: Vector) -> Read:
    """Read dy/dx at x; NaN at a dose of 0 on a log scale."""
    t = fit.family.place(x)

    def read(tasks: NDArray[np.intp], drawn: Drawn) -> Dual:
        return drawn.slope(drawn.at(t[tasks]), by_x=True).where(np.isfinite(t[tasks]))

    return _reader(fit, curves, read)


def rate_at(fit: CurveFit, curves: NDArray[np.intp], y: Vector) -> Read:
    """Read dy/dx where curves have the levels y; 0 at the levels at their ends, NaN beyond.

    Raises
    ------
    InputError
        Where the axis is that of doses.
    """
    if fit.family.scale == "log" and fit.family.kind != "growth":
        raise InputError(
            f"the family {fit.family.name} is drawn over log dose, on which there is no rate.",
            "use derivative(x) for the slope at a dose",
        )

    def read(tasks: NDArray[np.intp], drawn: Drawn) -> Dual:
        level = drawn.at(y[tasks])
        found = drawn.slope(drawn.place(level), by_x=True)
        still = (y[tasks] == drawn.end(-1).value) | (y[tasks] == drawn.end(1).value)
        return Dual(np.where(still, 0.0, found.value), np.where(still[:, None], 0.0, found.gradient))

    return _reader(fit, curves, read)


@dataclass(frozen=True)
class Found:
    """What was read off curves: values, standard errors and limits, NaN where a curve has none.

    `known` are those that nothing moves, which have no limits to be sought; `reasons` say which parameters that the
    points leave open move the others.
    """

    value: Vector
    se: Vector
    low: Vector
    high: Vector
    known: NDArray[np.bool_]
    reasons: list[str]


def find(
    fit: CurveFit,
    curves: NDArray[np.intp],
    read: Read,
    level: float,
    intervals: Method,
    simultaneous: bool = False,
) -> Found:
    """Read values off curves, with limits where there are some."""
    value, se = fit.uncertainty.estimates(curves, read)
    hold = what_holds(fit, curves, read)
    low, high = np.full((2, value.size), np.nan)
    there = np.flatnonzero(np.isfinite(value) & ~hold.known)
    if there.size:
        low[there], high[there] = expected_limits(
            fit,
            curves[there],
            lambda tasks, z, variant: read(there[tasks], z, variant),
            level=level,
            intervals=intervals,
            simultaneous=simultaneous,
        )
    hangs = hold.low | hold.high
    se = np.where(hangs, np.nan, se)
    low = np.where(hangs if intervals == "wald" else hold.low, -np.inf, low)
    high = np.where(hangs if intervals == "wald" else hold.high, np.inf, high)
    return Found(value, se, low, high, hold.known, hold.reasons)


def all_quantities(fit: CurveFit) -> list[CurveQuantity]:
    """Return the quantities that make sense for a family's kind, of every curve."""
    return _records(fit, quantities_of(fit.family), None, None)


def far_levels(fit: CurveFit) -> list[CurveQuantity]:
    """Return the level that every curve leads to."""
    return _records(fit, [far_level()], None, None)


def _reader(fit: CurveFit, curves: NDArray[np.intp], of: Callable[[NDArray[np.intp], Drawn], Dual]) -> Read:
    """Read a quantity off curves: with derivatives by what can move, and 0 for those that are rounding."""
    if fit.family.kind == "function":
        raise InputError(
            f"{fit.family.name} is a function, of which only values and slopes are known.",
            "write the function so that what is asked is one of its parameters",
        )
    solutions = fit.solutions

    def read(tasks: NDArray[np.intp], z: Vector, variant: int) -> tuple[Vector, Vector]:
        one = solutions.variants[variant]
        if not tasks.size:
            return np.empty(0), np.empty(z.shape)
        with np.errstate(all="ignore"):  # a place that is nowhere is NaN
            found = of(tasks, Drawn(one.made, z, fit.family.scale == "log"))
        sets = solutions.split(curves[tasks])[0]
        gradient = np.where(np.isin(np.arange(one.size), one.still), 0.0, found.gradient)
        size = np.abs(gradient) * solutions.scales.take(sets).factors(one.made)
        return found.value, np.where(size < _ROUNDING * size.max(axis=1, keepdims=True), 0.0, gradient)

    return read


def reader_of(fit: CurveFit, curves: NDArray[np.intp], quantity: Quantity) -> Read:
    """Read a quantity, or its logarithm, off curves."""
    return _reader(fit, curves, lambda _tasks, drawn: quantity.of(drawn))


def _records(
    fit: CurveFit, quantities: Sequence[Quantity], level: float | None, intervals: Method | None
) -> list[CurveQuantity]:
    """Estimate quantities of every curve, curve after curve."""
    level, intervals = fit.level if level is None else level, intervals or fit.intervals
    if not 0 < level < 1:
        raise InputError(f"the level is {level:g}, expected one between 0 and 1.", "use 0.95")
    if intervals not in get_args(Method):
        raise InputError(
            f"there are no intervals {intervals!r}.", f"choose one of {', '.join(get_args(Method))}"
        )
    columns = [_column(fit, quantity, level, intervals) for quantity in quantities]
    return [one for row in zip(*columns, strict=True) for one in row]


def _column(fit: CurveFit, quantity: Quantity, level: float, intervals: Method) -> list[CurveQuantity]:
    """Estimate one quantity of every curve."""
    curves = np.arange(len(fit.groups))
    read = reader_of(fit, curves, quantity)
    found = find(fit, curves, read, level, intervals)
    value, se, low, high = found.value, found.se, found.low, found.high
    unseen = fit.uncertainty.out_of_sight(curves, low, high) if quantity.place else None
    if quantity.log:
        value, se = np.exp(value), np.exp(value) * se
        if intervals == "profile":
            low, high = np.exp(low), np.exp(high)
            low = np.where(low > 0, low, -np.inf)
        else:
            wide = value * (high - low) / 2
            low, high = value - wide, value + wide
    if unseen and intervals == "wald":
        unseen = (unseen[0] | unseen[1],) * 2
    if unseen:
        low, high = np.where(unseen[0], -np.inf, low), np.where(unseen[1], np.inf, high)
    found = Found(value, se, low, high, found.known, found.reasons)
    return [_record(fit, k, quantity, found, level, intervals) for k in curves.tolist()]


@dataclass(frozen=True)
class Hold:
    """What holds quantities: nothing moves those that are `known`; the others may hang on parameters at a far bound.

    `low` and `high` say on which side they would go on if such a parameter went on; `reasons` name those parameters.
    """

    known: NDArray[np.bool_]
    low: NDArray[np.bool_]
    high: NDArray[np.bool_]
    reasons: list[str]


def what_holds(fit: CurveFit, curves: NDArray[np.intp], read: Read) -> Hold:
    """Say what holds quantities that are read off curves.

    Where a parameter stands at a far bound, the likelihood is a valley that goes on beyond it, and what moves along the
    valley is not determined, though it be another parameter. So a quantity is followed on to where the parameter is
    twice as far (its logarithm one more), the others following: it hangs on it where it moves half a standard error.
    """
    solutions, names = fit.solutions, {}
    sets = solutions.split(curves)[0]
    known, low, high = np.zeros((3, curves.size), dtype=bool)
    for variant in np.unique(solutions.variant[sets]).tolist():
        rows = np.flatnonzero(solutions.variant[sets] == variant)
        at, parts = sets[rows], solutions.variants[variant].made.parts
        theta, bounded = solutions.theta[at], solutions.bounded[at]
        outside = read(rows, solutions.z(curves[rows], theta, variant), variant)[1]
        known[rows] = ~(outside != 0).any(axis=1)
        slopes = solutions.inward(curves[rows], outside, variant)
        covariance = fit.uncertainty.covariance[at]
        error = np.sqrt(np.maximum(np.einsum("gi,gij,gj->g", slopes, covariance, slopes), 0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            follow = np.einsum("gi,gij->gj", slopes, covariance) / fit.uncertainty.dispersion[at][:, None]
        along = slopes - np.einsum("gi,gij->gj", np.nan_to_num(follow), solutions.information[at])
        logs = np.array([part.kind.log for part in parts])[_parts(solutions.layouts[variant])]
        further = np.sign(theta) * np.where(logs, 1.0, np.abs(theta))
        shift = np.where(bounded, along * further, 0.0)
        hangs = np.abs(shift) > error[:, None] / 2
        low[rows], high[rows] = (hangs & (shift < 0)).any(axis=1), (hangs & (shift > 0)).any(axis=1)
        for k in np.flatnonzero(hangs.any(axis=1)).tolist():
            own = _parts(solutions.layouts[variant])[hangs[k]]
            words = " and ".join(parts[one].name for one in dict.fromkeys(own.tolist()))
            names[int(rows[k])] = f"it hangs on {words}, which the points do not determine"
    return Hold(known, low, high, [names.get(k, "") for k in range(curves.size)])


def _parts(layout: Layout) -> NDArray[np.intp]:
    """Which parameter of the shape each parameter of a set is."""
    found = np.empty(layout.size, dtype=np.intp)
    found[layout.index] = np.arange(layout.index.shape[1])
    return found


def _record(
    fit: CurveFit,
    group: int,
    quantity: Quantity,
    found: Found,
    level: float,
    intervals: Method,
) -> CurveQuantity:
    """Put what was found into words."""
    value, se, low, high = (float(each[group]) for each in (found.value, found.se, found.low, found.high))
    reason = found.reasons[group]
    closed = (bool(np.isfinite(low)), bool(np.isfinite(high)))
    if not np.isfinite(value):
        value, words = np.nan, quantity.missing
    elif found.known[group]:
        low = high = value
        se, closed, words = 0.0, (True, True), "known"
    elif not any(closed):
        words = reason or fit.reason(group) or "the points do not determine it"
    else:
        missing = {(True, False): "no upper", (False, True): "no lower"}.get(closed)
        words = _WORDS[intervals] + (f"; the points set {missing} limit" if missing else "")
        words += f"; {reason}" if missing and reason else ""
    return CurveQuantity(
        group=fit.groups[group],
        name=quantity.name,
        meaning=quantity.meaning,
        unit=quantity.unit,
        estimate=Estimate(
            value=value,
            low=low if closed[0] else None,
            high=high if closed[1] else None,
            level=level,
            method=words,
        ),
        se=se if all(closed) and np.isfinite(se) else None,
        identified=all(closed),
    )
