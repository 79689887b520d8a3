"""Fitted curves as a frozen summary, and its text in a terminal: one curve in full, many as a compact table."""

# ruff: noqa: PLC0415 (Rich is imported when a terminal is written to: a page does not need it)

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

from ogive._base import Record, interval_texts
from ogive.curves import CurveParameter, Refused
from ogive.report.lines import facts, plain
from ogive.report.summary import Source
from ogive.report.words import plural, read_line
from ogive.views import Field, Table, count, line_width, number, percentage, text_table

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

# Curves, refused groups and places of a forecast that are shown unless all are asked for.
_CURVES, _REFUSED, _PLACES = 20, 8, 12
_DASH = "–"
_METHODS = {"profile": "profile likelihood", "wald": "Wald's formula"}


class FittedCurve(Record, frozen=True, kw_only=True):
    """One curve.

    Attributes
    ----------
    group : str
        Empty where there are no groups.
    points : int
    degrees_of_freedom, deviance : float
        Of all curves together where they share parameters. With Gaussian noise the deviance is the sum of squares.
    residual_sd : float or None
        Of a point of weight 1; None where the noise is not Gaussian, or no point is left to tell it.
    parameters : tuple of CurveParameter
    """

    group: str
    points: int
    degrees_of_freedom: float
    deviance: float
    residual_sd: float | None
    parameters: tuple[CurveParameter, ...]


class ForecastPoint(Record, frozen=True, kw_only=True):
    """What is expected of a new observation at x; a limit is None where the points set none."""

    group: str
    x: float
    value: float | None
    low: float | None
    high: float | None


class CurvesSummary(Record, frozen=True, kw_only=True):
    """Curves fitted to a table, as a person reads them.

    Attributes
    ----------
    source : Source
    notes : tuple of str
        What the reader should know of how the table was read.
    columns : dict
        What x, y and the groups are called, by "x", "y" and "by".
    family, title, formula, reference : str
    noise : str
    level : float
    intervals : str
        "profile" or "wald".
    share : tuple of str
        Parameters that all curves have in common.
    curves : tuple of FittedCurve
    refused : tuple of Refused
    forecast : tuple of ForecastPoint
    """

    source: Source
    notes: tuple[str, ...]
    columns: dict[str, str]
    family: str
    title: str
    formula: str
    reference: str
    noise: str
    level: float
    intervals: Literal["profile", "wald"]
    share: tuple[str, ...]
    curves: tuple[FittedCurve, ...]
    refused: tuple[Refused, ...]
    forecast: tuple[ForecastPoint, ...] = ()


def curves_text(summary: CurvesSummary, *, everything: bool = False) -> Group:
    """Return the summary as text for a terminal; with `everything` each curve, group and place of the forecast."""
    from rich.console import Group

    lines: list[RenderableType] = [plain(_result(summary)), plain("")]
    lines += [plain(f"Read {read_line(summary.source)}"), *facts(_facts(summary)), plain("")]
    if len(summary.curves) == 1:
        lines.append(text_table(_one(summary)))
    else:
        most = len(summary.curves) if everything else _CURVES
        lines.append(text_table(_many(summary, most)))
        if len(summary.curves) > most:
            lines.append(
                plain(f"  … and {count(len(summary.curves) - most)} more (--all, or -o for a table)")
            )
    if summary.refused:
        lines += [plain(""), *_refused(summary, everything=everything)]
    if summary.forecast:
        lines += [plain(""), *_forecast(summary, everything=everything)]
    return Group(*lines)


def unit_words(unit: str, columns: dict[str, str]) -> str:
    """Return a unit with the names of the columns in the place of x and y.

    Examples
    --------
    >>> unit_words("1/x", {"x": "day", "y": "size"}), unit_words("", {})
    ('1/day', '')
    """
    return re.sub(r"\b[xy]\b", lambda found: columns.get(found.group(), found.group()), unit)


def parameter_words(parameter: CurveParameter) -> tuple[str, str]:
    """Return the estimate and its interval as texts; what the points do not determine has no estimate.

    Examples
    --------
    >>> from ogive import Estimate
    >>> from ogive.curves import CurveParameter
    >>> estimate = Estimate(value=90.0, low=12.3, method="profile likelihood; the points set no upper limit")
    >>> parameter_words(
    ...     CurveParameter(
    ...         group="", name="ec50", meaning="", unit="x", estimate=estimate, se=None, identified=False
    ...     )
    ... )
    ('not determined', 'at least 12.3')
    """
    found = parameter.estimate
    value, low, high = interval_texts(found.value, found.low, found.high)
    if parameter.identified:
        return (
            (number(found.value, 6), "fixed") if found.low == found.high else (value, f"{low} {_DASH} {high}")
        )
    limit = f"at least {low}" if low else f"at most {high}" if high else found.method
    return "not determined", limit


def _result(summary: CurvesSummary) -> str:
    """Say what was found, in a sentence."""
    open_ones = Counter(p.name for curve in summary.curves for p in curve.parameters if not p.identified)
    if len(summary.curves) > 1:
        words = f"{count(len(summary.curves))} {summary.title} curves of {_axes(summary)}"
        for name, times in open_ones.items():
            words += f"; {name} is not determined in {count(times)} of them"
        return (
            f"{words}."
            if not summary.refused
            else f"{words}; {plural(len(summary.refused), 'group')} without."
        )
    found = [
        f"{p.name} {p.estimate!r}"
        for p in summary.curves[0].parameters
        if p.identified and p.estimate.low != p.estimate.high
    ]
    words = f"{_axes(summary)}: {summary.title}, {', '.join(found)}" if found else _axes(summary)
    if open_ones:
        verb = "is" if len(open_ones) == 1 else "are"
        words += (
            f". The points do not determine {' and '.join(open_ones)}"
            if found
            else (f": {' and '.join(open_ones)} {verb} not determined by the points")
        )
    return f"{words}."


def _axes(summary: CurvesSummary) -> str:
    return f"{summary.columns['y']} over {summary.columns['x']}"


def _facts(summary: CurvesSummary) -> list[tuple[str, str]]:
    """Return family, points and noise, as lines of a name and what there is to say."""
    first = summary.curves[0]
    points = sum(curve.points for curve in summary.curves)
    words = [plural(points, "point")]
    if len(summary.curves) > 1:
        words.append(f"{plural(len(summary.curves), 'curve')} by {summary.columns.get('by', 'group')}")
    elif first.residual_sd is not None:
        words.append(f"residual standard deviation {number(first.residual_sd)}")
    else:
        words.append(
            f"deviance {number(first.deviance)} on {number(first.degrees_of_freedom)} degrees of freedom"
        )
    found = [
        ("curve", f"{summary.family}: {summary.formula}"),
        ("points", "; ".join(words)),
        ("noise", summary.noise.replace("_", " ")),
    ]
    if summary.share:
        found.append(("shared", f"{', '.join(summary.share)} by all curves"))
    found.append(("intervals", f"{percentage(summary.level)}, by {_METHODS[summary.intervals]}"))
    return found + [("note", note) for note in summary.notes]


def _one(summary: CurvesSummary) -> Table:
    """Return the parameters of the only curve."""
    rows = []
    for parameter in summary.curves[0].parameters:
        estimate, limits = parameter_words(parameter)
        unit = unit_words(parameter.unit, summary.columns)
        rows.append((parameter.name, estimate, limits, unit, parameter.meaning))
    headers = ("", "estimate", f"{percentage(summary.level)} interval", "unit", "")
    aligned: tuple[Literal["left", "right"], ...] = ("left", "right", "right", "left", "left")
    fields = tuple(Field(header=h, align=a) for h, a in zip(headers, aligned, strict=True))
    return Table(caption="", fields=fields, rows=tuple(rows))


def _many(summary: CurvesSummary, most: int) -> Table:
    """Return a line a curve: with intervals where the width of the terminal takes them."""
    shown = summary.curves[:most]
    names = [parameter.name for parameter in shown[0].parameters]
    rows = [
        [curve.group, count(curve.points), *(_cell(p, full=True) for p in curve.parameters)]
        for curve in shown
    ]
    if _width(rows, names) > line_width():
        rows = [
            [*row[:2], *(_cell(p, full=False) for p in c.parameters)]
            for row, c in zip(rows, shown, strict=True)
        ]
    return Table(
        caption="",
        fields=(
            Field(header=summary.columns.get("by", "")),
            Field(header="points", align="right"),
            *(Field(header=name, align="right") for name in names),
        ),
        rows=tuple(map(tuple, rows)),
    )


def _cell(parameter: CurveParameter, *, full: bool) -> str:
    estimate = parameter.estimate
    if not parameter.identified:
        return repr(estimate) if estimate.low is not None or estimate.high is not None else _DASH
    if estimate.low == estimate.high:
        return number(estimate.value, 6)
    return repr(estimate) if full else interval_texts(estimate.value, estimate.low, estimate.high)[0]


def _width(rows: list[list[str]], names: list[str]) -> int:
    columns = zip(["", "points", *names], *rows, strict=True)
    return 2 + sum(3 + max(map(len, column)) for column in columns)


def _refused(summary: CurvesSummary, *, everything: bool) -> list[RenderableType]:
    """Return the groups without a curve, with the reasons."""
    shown = summary.refused if everything else summary.refused[:_REFUSED]
    lines = [plain("Without a curve"), *facts((one.group, one.reason) for one in shown)]
    left = len(summary.refused) - len(shown)
    return [*lines, plain(f"  … and {count(left)} more (--all)")] if left else lines


def _forecast(summary: CurvesSummary, *, everything: bool) -> list[RenderableType]:
    """Return the forecast: of one curve over x, of many at the last x."""
    points = list(summary.forecast)
    several = len(summary.curves) > 1
    if several and not everything:
        points = [one for one in points if one.x == points[-1].x][:_CURVES]
    elif not everything and len(points) > _PLACES:
        steps = [round(k * (len(points) - 1) / (_PLACES - 1)) for k in range(_PLACES)]
        points = [points[k] for k in steps]
    headers = [*([summary.columns.get("by", "")] if several else []), summary.columns["x"]]
    rows = [
        (*([one.group] if several else []), number(one.x, 6).replace(",", ""), *_expected(one))
        for one in points
    ]
    level = percentage(summary.level)
    table = Table(
        caption="",
        fields=(
            *(Field(header=header, align="right") for header in headers),
            Field(header=summary.columns["y"], align="right"),
            Field(header=f"{level} of new points", align="right"),
        ),
        rows=tuple(rows),
    )
    return [plain(f"Forecast: {level} of new observations are expected within the limits"), text_table(table)]


def _expected(one: ForecastPoint) -> tuple[str, str]:
    if one.value is None:
        return _DASH, "not determined"
    value, low, high = interval_texts(one.value, one.low, one.high)
    if low and high:
        return value, f"{low} {_DASH} {high}"
    return _DASH, f"at least {low}" if low else f"at most {high}" if high else "not determined"
