"""Fitted curves as a frozen summary, and its text in a terminal: one curve in full, many as a compact table."""

# ruff: noqa: PLC0415 (Rich is imported when a terminal is written to: a page does not need it)

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Literal

from ogive._base import Record, interval_texts
from ogive.curves import (
    ComparedModel,
    CurveParameter,
    CurveTest,
    LeftOut,
    Outlier,
    Refused,
    group_words,
    name_of,
    noise_named,
    unit_words,
)
from ogive.report.curves_tables import comparison_table, outliers_table, potency_table
from ogive.report.curves_words import (
    INCREMENTS,
    Columns,
    PotencySummary,
    endless_words,
    expected_parts,
    noise_words,
    outliers_words,
    potency_words,
    robust_words,
    verdict_words,
)
from ogive.report.lines import facts, plain
from ogive.report.summary import Source
from ogive.report.words import plural, read_line
from ogive.views import Field, Table, count, line_width, number, percentage, place, text_table

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

# Curves, refused groups and places of a forecast that are shown unless all are asked for.
_CURVES, _REFUSED, _PLACES = 20, 8, 12
# Rows of parameters that are shown one below the other where they do not fit side by side; length of a name.
_ROWS, _NAME = 24, 32
_DASH = "–"
_METHODS = {"profile": "profile likelihood", "wald": "Wald's formula", "bootstrap": "bootstrap"}


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
    noise_parameter : float or None
        Of the noise, where it has one; None too where it is infinite.
    """

    group: str
    points: int
    degrees_of_freedom: float
    deviance: float
    residual_sd: float | None
    parameters: tuple[CurveParameter, ...]
    noise_parameter: float | None = None


class ForecastPoint(Record, frozen=True, kw_only=True):
    """What is expected of a new observation at x; a limit is None where the points set none.

    The sum, where y is what was added, is that of all that was observed and all that is added after it. The date is
    that at x, where x counts dates.
    """

    group: str
    x: float
    value: float | None
    low: float | None
    high: float | None
    sum: float | None = None
    sum_low: float | None = None
    sum_high: float | None = None
    date: str | None = None


class Outlook(Record, frozen=True, kw_only=True):
    """What the points of a group tell of the level that its curve leads to."""

    group: str
    statement: str
    endless: bool


class CurvesSummary(Record, frozen=True, kw_only=True):
    """Curves fitted to a table, as a person reads them.

    Attributes
    ----------
    source : Source
    notes : tuple of str
        What the reader should know of how the table was read.
    columns : dict
        What x, y and the groups are called, by "x", "y" and "by"; how x counts dates, by "dates", where it does.
    family, title, formula, reference : str
    noise : str
    level : float
    intervals : str
        "profile", "wald" or "bootstrap".
    share : tuple of str
        Parameters that all curves have in common.
    fixed : tuple of str
        Parameters that were given.
    curves : tuple of FittedCurve
    refused : tuple of Refused
    forecast : tuple of ForecastPoint
    outlook : tuple of Outlook
        Of each group that is forecast.
    robust : str or None
        The robust loss, or "rout".
    outliers : tuple of Outlier
        Points that were left out.
    dispersion : float or None
        Where it was given.
    increments : bool
        Whether y is what was added since the x before.
    compared : tuple of ComparedModel
        Families that were tried, the best first, where there were several.
    left_out : tuple of LeftOut
        Those that could not be fitted.
    equal : tuple of CurveTest
        Whether parameters are the same in all groups.
    potency : PotencySummary or None
        Of groups relative to one of them.
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
    intervals: Literal["profile", "wald", "bootstrap"]
    share: tuple[str, ...]
    fixed: tuple[str, ...]
    curves: tuple[FittedCurve, ...]
    refused: tuple[Refused, ...]
    forecast: tuple[ForecastPoint, ...] = ()
    outlook: tuple[Outlook, ...] = ()
    robust: str | None = None
    outliers: tuple[Outlier, ...] = ()
    dispersion: float | None = None
    increments: bool = False
    compared: tuple[ComparedModel, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    equal: tuple[CurveTest, ...] = ()
    potency: PotencySummary | None = None

    @property
    def called(self) -> Columns:
        """What the columns are called along axes."""
        return Columns.of(self.columns)


def curves_text(summary: CurvesSummary, *, everything: bool = False) -> Group:
    """Return the summary as text for a terminal; with `everything` each curve, group and place of the forecast."""
    from rich.console import Group

    lines: list[RenderableType] = [plain(_result(summary)), plain("")]
    lines += [plain(f"Read {read_line(summary.source)}"), *facts(_facts(summary)), plain("")]
    lines += _curves(summary, len(summary.curves) if everything else _CURVES)
    lines += [plain(line) for test in summary.equal for line in ("", verdict_words(test))]
    if summary.potency:
        table = potency_table(summary.potency, summary.columns["by"], summary.level)
        lines += [
            plain(""),
            plain(table.caption),
            text_table(table),
            plain(potency_words(summary.potency, summary.columns["by"])),
        ]
    if summary.outliers:
        lines += [plain(""), *_outliers(summary, everything=everything)]
    if summary.compared:
        lines += [plain(""), *_compared(summary)]
    if summary.refused:
        lines += [plain(""), *_refused(summary, everything=everything)]
    if summary.forecast:
        lines += [plain(""), *_forecast(summary, everything=everything)]
    return Group(*lines)


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
        return value, f"{low} {_DASH} {high}"
    return "not determined", f"at least {low}" if low else f"at most {high}" if high else found.method


def _result(summary: CurvesSummary) -> str:
    """Say what was found, in a sentence."""
    unknown = Counter(p.name for curve in summary.curves for p in curve.parameters if not p.identified)
    if len(summary.curves) > 1:
        words = [f"{count(len(summary.curves))} {summary.title} curves of {_axes(summary)}"]
        words += [f"{name} is not determined in {count(times)} of them" for name, times in unknown.items()]
        words += [f"{plural(len(summary.refused), 'group')} without a curve"] if summary.refused else []
        return f"{'; '.join(words)}."
    found = [
        f"{p.name} {p.estimate!r}"
        for p in summary.curves[0].parameters
        if p.identified and p.name not in summary.fixed
    ]
    only = summary.curves[0].group
    where = f" in {group_words(summary.columns['by'], only)}" if only else ""
    words = [f"{_axes(summary)}{where}: {', '.join([summary.title, *found])}"]
    words += [f"the points do not determine {' and '.join(unknown)}"] if unknown else []
    return f"{'; '.join(words)}."


def _axes(summary: CurvesSummary) -> str:
    return f"{_shown(summary.columns['y'])} over {_shown(name_of(summary.called.x))}"


def _shown(name: str) -> str:
    """Return a name short enough to stand in a line."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _facts(summary: CurvesSummary) -> list[tuple[str, str]]:
    """Return family, points and noise, as lines of a name and what there is to say."""
    first = summary.curves[0]
    points = sum(curve.points for curve in summary.curves)
    words = [plural(points, "point")]
    if len(summary.curves) > 1:
        by = summary.columns["by"]
        words.append(f"{plural(len(summary.curves), 'curve')}{'' if by == 'curve' else f' by {by}'}")
    elif first.residual_sd is not None:
        words.append(f"residual standard deviation {number(first.residual_sd)}")
    else:
        freedom = f"{number(first.degrees_of_freedom)} degrees of freedom"
        words.append(f"deviance {number(first.deviance)} on {freedom}")
    found = [
        ("curve", f"{summary.family}: {summary.formula}"),
        ("points", "; ".join(words)),
        ("noise", noise_words(summary.noise, _noise_parameter(summary))),
    ]
    if "dates" in summary.columns:
        found.insert(2, ("dates", f"counted in {summary.columns['dates']}"))
    if summary.robust:
        found.append(("robust", robust_words(summary.robust)))
    if summary.dispersion is not None:
        found.append(("dispersion", f"{number(summary.dispersion)}, given"))
    if summary.increments:
        found.append((_shown(summary.columns["y"]), INCREMENTS))
    if summary.share:
        found.append(("shared", f"{', '.join(summary.share)} by all curves"))
    found.append(("intervals", f"{percentage(summary.level)}, by {_METHODS[summary.intervals]}"))
    return found + [("note", note) for note in summary.notes]


def _curves(summary: CurvesSummary, most: int) -> list[RenderableType]:
    """Return the parameters: a line each, or a line a curve, with intervals where the width takes them."""
    shown = summary.curves[:most]
    if len(shown) == 1:
        return [text_table(_lines(summary, shown))]
    lines: list[RenderableType] = []
    table = _compact(summary, shown, full=True)
    if _width(table) > line_width():
        if sum(len(curve.parameters) for curve in shown) <= _ROWS:
            return [text_table(_lines(summary, shown))]
        table = _compact(summary, shown, full=False)
        lines.append(plain("  (the intervals are in a wider terminal, and with -o)"))
    if len(summary.curves) > most:
        lines.append(plain(f"  … and {count(len(summary.curves) - most)} more (--all, or -o for a table)"))
    return [text_table(table), *lines]


def _lines(summary: CurvesSummary, curves: tuple[FittedCurve, ...]) -> Table:
    """Return a line a parameter; of a single curve with what it means."""
    rows, several = [], len(curves) > 1
    for curve in curves:
        for k, parameter in enumerate(curve.parameters):
            words = [parameter.name, *_words(parameter, summary)]
            words.append(_shown(unit_words(parameter.unit, summary.called.x, summary.columns["y"])))
            group = "" if k else curve.group
            rows.append((group, *words) if several else (*words, parameter.meaning))
    fields = [
        Field(header=""),
        Field(header="estimate", align="right"),
        Field(header=f"{percentage(summary.level)} interval", align="right"),
        Field(header="unit"),
    ]
    fields = [Field(header=summary.columns["by"]), *fields] if several else [*fields, Field(header="")]
    return Table(caption="", fields=tuple(fields), rows=tuple(rows))


def _words(parameter: CurveParameter, summary: CurvesSummary) -> tuple[str, str]:
    if parameter.name in summary.fixed:
        return place(parameter.estimate.value), "given"
    return parameter_words(parameter)


def _compact(summary: CurvesSummary, curves: tuple[FittedCurve, ...], *, full: bool) -> Table:
    """Return a line a curve, with or without intervals."""

    def cell(parameter: CurveParameter) -> str:
        if parameter.identified:
            estimate, limits = _words(parameter, summary)
            return f"{estimate} ({limits})" if full and limits != "given" else estimate
        one_sided = parameter.estimate.low is not None or parameter.estimate.high is not None
        return repr(parameter.estimate) if one_sided else _DASH

    return Table(
        caption="",
        fields=(
            Field(header=summary.columns.get("by", "")),
            Field(header="points", align="right"),
            *(Field(header=one.name, align="right") for one in curves[0].parameters),
        ),
        rows=tuple(
            (curve.group, count(curve.points), *(cell(one) for one in curve.parameters)) for curve in curves
        ),
    )


def _width(table: Table) -> int:
    """Return the number of characters in a line of a table."""
    columns = zip((field.header for field in table.fields), *table.rows, strict=True)
    return 2 + sum(3 + max(map(len, column)) for column in columns)


def _noise_parameter(summary: CurvesSummary) -> list[float]:
    """Return the parameter of the noise in each group; none where it has none."""
    if not noise_named(summary.noise).parameter:
        return []
    return [math.inf if one.noise_parameter is None else one.noise_parameter for one in summary.curves]


def _compared(summary: CurvesSummary) -> list[RenderableType]:
    """Return the families that were tried, and those that could not be."""
    left = [(one.name, one.reason.rstrip(".")) for one in summary.left_out]
    return [
        plain("Families compared, by AICc"),
        text_table(comparison_table(summary.compared)),
        *(facts(left) if left else []),
    ]


def _outliers(summary: CurvesSummary, *, everything: bool) -> list[RenderableType]:
    """Return the points that were left out."""
    shown = summary.outliers if everything else summary.outliers[:_REFUSED]
    lines: list[RenderableType] = [plain(f"{outliers_words(summary.outliers)}.")]
    lines.append(text_table(outliers_table(shown, summary.called, grouped="by" in summary.columns)))
    left = len(summary.outliers) - len(shown)
    return [*lines, plain(f"  … and {count(left)} more (--all)")] if left else lines


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
    sums = any(one.sum is not None for one in points)
    headers = [*([summary.columns["by"]] if several else []), summary.columns["x"], "expected"]
    headers += [
        f"{percentage(summary.level)} of new points",
        *(["sum", f"{percentage(summary.level)} of sums"] if sums else []),
    ]
    rows = [
        (
            *([one.group] if several else []),
            one.date or place(one.x),
            *expected_parts(one.value, one.low, one.high),
            *(expected_parts(one.sum, one.sum_low, one.sum_high) if sums else ()),
        )
        for one in points
    ]
    fields = tuple(Field(header=_shown(header), align="right") for header in headers)
    table = Table(caption="", fields=fields, rows=tuple(rows))
    lines: list[RenderableType] = [plain(f"Forecast of {_axes(summary)}"), text_table(table)]
    return [*lines, *(plain(f"  {words}") for words in _outlook(summary))]


def _outlook(summary: CurvesSummary) -> list[str]:
    """Return what is said of the end of the curve, or of those curves of which the points tell none."""
    if len(summary.curves) == 1:
        return [one.statement for one in summary.outlook]
    return endless_words(
        [(one.group, one.statement) for one in summary.outlook if one.endless], summary.columns["by"]
    )
