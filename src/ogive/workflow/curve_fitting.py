"""Curves fitted to a table: read, fitted, summarised, forecast, and kept."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import pyarrow as pa

from ogive._base import InputError, Vector
from ogive.curves import (
    Band,
    CurveFit,
    CurveParameter,
    CurveTest,
    Forecast,
    Refused,
    RelativePotency,
    fit,
    noise_named,
)
from ogive.curves import to_bytes as curves_to_bytes
from ogive.data import DateAxis
from ogive.report import (
    CurveColumns,
    CurvesSummary,
    FittedCurve,
    ForecastPoint,
    Outlook,
    PotencySummary,
    curve_page,
    curves_text,
    date_words,
)
from ogive.views import as_text, line_width
from ogive.workflow.curve_points import CurvePoints, PointColumns, read_points
from ogive.workflow.options import Say, names, quiet

# Up to so many curves have intervals by profile likelihood unless said otherwise; fewer where they share parameters,
# for the work then grows with the third power.
PROFILED, PROFILED_TOGETHER = 100, 30
METHODS = ("profile", "wald", "bootstrap")


@dataclass(frozen=True, eq=False)
class FittedCurves:
    """Curves fitted to a table. It displays itself as its summary.

    Attributes
    ----------
    fit : CurveFit
        Predicts, and has every number.
    record : CurvesSummary
    ahead : tuple of Forecast
        Of each curve whose points end before the forecast does.
    potency : RelativePotency or None
        Where it was asked for.
    """

    fit: CurveFit
    record: CurvesSummary
    ahead: tuple[Forecast, ...] = ()
    potency: RelativePotency | None = None

    def parameters(self, *, one_row: bool = False) -> pa.Table:
        """Return the parameters as a table: a row a curve and parameter, or a row a curve.

        What the points do not determine has no estimate, but `why`, and a limit where they set one. A group without a
        curve has rows without numbers.
        """
        return _row_a_curve(self) if one_row else _row_a_parameter(self)

    def forecast(self) -> pa.Table:
        """Return the forecast as a table: group, x, expected value and the limits of a new observation; and of the sum.

        Places are dates where x was.
        """
        points, called = self.record.forecast, self.record.columns
        places, dates = np.array([one.x for one in points]), DateAxis.read(called.get("dates", ""))
        columns = {called["x"]: pa.array(places) if dates is None else dates.column(places)}
        fields = {"forecast": "value", "low": "low", "high": "high"}
        if self.fit.increments:
            fields |= {"sum": "sum", "sum_low": "sum_low", "sum_high": "sum_high"}
        for name, field in fields.items():
            columns[name] = pa.array([getattr(one, field) for one in points], pa.float64())
        by = {called["by"]: pa.array([one.group for one in points], pa.string())} if "by" in called else {}
        return pa.table(by | columns)

    def page(self) -> str:
        """Return the curves as one HTML file."""
        return curve_page(
            self.fit,
            **{"by": "group"} | self.record.columns,
            source=self.record.source.name,
            forecast=self.ahead,
            potency=self.potency,
        )

    def to_bytes(self) -> bytes:
        """Return the curves as the bytes of their file, which `ogive.curves.load` reads."""
        return curves_to_bytes(self.fit, self.record.columns)

    def summary(self, *, width: int | None = None) -> str:
        """Return the summary as text."""
        return as_text(curves_text(self.record, everything=True), width or line_width())

    def __repr__(self) -> str:
        return as_text(curves_text(self.record), line_width())


def fit_curves(  # noqa: PLR0913
    source: Any,
    x: str | None = None,
    y: str | Sequence[str] | None = None,
    *,
    family: str | Sequence[str] = "growth",
    by: str | Sequence[str] | None = None,
    noise: str | None = None,
    dispersion: float | None = None,
    robust: str | None = None,
    q: float = 0.01,
    weights: str | None = None,
    trials: str | None = None,
    share: Sequence[str] = (),
    fix: Mapping[str, float] | None = None,
    equality: Sequence[str] = (),
    increments: bool = False,
    level: float = 0.95,
    intervals: Literal["profile", "wald", "bootstrap"] | None = None,
    wide: bool = False,
    replicates: bool = True,
    forecast: float | str | None = None,
    potency: str | None = None,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> FittedCurves:
    """Fit S-curves to a table: of one row a point, or of one column a curve.

    Parameters
    ----------
    source : path, pattern, list of paths, "-", or table
        As `ogive.fit` takes it.
    x : str, optional
        Column of x; the first one of a table with one column a curve.
    y : str or sequence of str, optional
        Column of y. Where none is named, or several are, each column is a curve; those of which the names differ by a
        number at the end (A.1, A.2) are replicates of one.
    family : str or sequence of str
        Name of a family, or a kind of them: "growth", "dose-response" or "physics and physiology". Of several the best
        one by AICc is kept.
    by : str or sequence of str, optional
        Columns that say which curve a point belongs to.
    noise : str, optional
        As in `ogive.curves.fit`; "gaussian", or with `trials` "binomial", unless given.
    dispersion, robust, q, increments
        As in `ogive.curves.fit`.
    weights : str, optional
        Column of weights: the inverse of the variance of y, up to a factor.
    trials : str, optional
        Column of numbers of trials, of which y is the number or the share of successes.
    share : sequence of str
        Parameters that all curves have in common, or "all".
    fix : dict, optional
        Parameters that are known, by name.
    equality : sequence of str
        Parameters to test for being the same in all groups, each by itself.
    level : float
        Of all intervals.
    intervals : "profile", "wald" or "bootstrap", optional
        By profile likelihood for up to a hundred curves, else by Wald's formula, unless given.
    wide : bool
        The table has one column a curve even though one y is named.
    replicates : bool
        Whether columns of which the names differ by a number at the end are replicates.
    forecast : float or str, optional
        Predict up to this x, or date, from the last one on in steps of the usual distance.
    potency : str, optional
        Group that the potency of all others is relative to.
    columns, na_values, delimiter
        See `ogive.data.read_table`.
    progress : callable, optional
        Told what is being done, in words.

    Returns
    -------
    FittedCurves

    Raises
    ------
    InputError
        Where the table, a column or an option cannot be used, or no group can be fitted.

    Examples
    --------
    >>> from ogive.workflow import fit_curves
    >>> table = {"day": [0, 2, 4, 6, 8, 10, 12, 14], "size": [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3]}
    >>> fit_curves(table, x="day", y="size").fit.parameters[0].estimate
    29.20 (28.94 – 29.47)
    """
    _check_options(level, noise, weights, trials)
    chosen = PointColumns(
        x=x,
        y=names(y),
        by=names(by),
        weights=weights,
        trials=trials,
        wide=wide,
        replicates=replicates,
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    progress("Reading the table")
    points = read_points(source, chosen)
    progress("Fitting the curves")
    found = fit(
        points.x,
        points.y,
        family=family,
        by=points.by,
        weights=points.weights,
        noise=cast(Any, noise or ("binomial" if trials else "gaussian")),
        dispersion=dispersion,
        robust=cast(Any, robust),
        q=q,
        share="all" if tuple(share) == ("all",) else list(share),
        fix=fix,
        increments=increments,
        level=level,
        intervals=intervals or "profile",
    )
    if intervals is None:
        together = found.solutions.loss.size < len(found.groups)
        most = PROFILED_TOGETHER if together else PROFILED
        found = replace(found, intervals="profile" if len(found.groups) <= most else "wald")
    progress("Computing intervals")
    if potency is not None and len(found.groups) < 2:
        raise InputError(
            "--potency compares groups, and there is one curve.", "name their column, as in --by compound"
        )
    relative = None if potency is None else found.relative_potency(potency)
    ahead = () if forecast is None else _ahead(found, forecast, points.names)
    equal = tuple(found.equality(name) for name in equality)
    return FittedCurves(found, _summary(found, points, robust, ahead, relative, equal), ahead, relative)


def _check_options(level: float, noise: str | None, weights: str | None, trials: str | None) -> None:
    if not 0 < level < 1:
        raise InputError(f"level is {level}; expected a share between 0 and 1.", "as in --level 0.95")
    if trials is not None and weights is not None:
        raise InputError("trials are the weights of shares; weights were given too.", "leave out --weights")
    if trials is not None and noise is not None and noise_named(noise).core != "binomial":
        raise InputError(f"noise {noise!r} has no trials.", "leave out --n, or use --noise binomial")


def _summary(
    found: CurveFit,
    points: CurvePoints,
    robust: str | None,
    ahead: tuple[Forecast, ...],
    potency: RelativePotency | None,
    equal: tuple[CurveTest, ...],
) -> CurvesSummary:
    """Return the fit as a person reads it."""
    family, compared = found.family, found.comparison
    told = date_words(found, CurveColumns.of(points.names))
    return CurvesSummary(
        source=points.source,
        notes=(*points.notes, *([told] if told else [])),
        columns=points.names,
        family=family.name,
        title=family.title,
        formula=family.formula,
        reference=family.source,
        noise=found.noise,
        level=found.level,
        intervals=found.intervals,
        share=found.share,
        fixed=tuple(found.fix),
        curves=tuple(sorted(_curves(found), key=_order)),
        refused=tuple(sorted(found.refused, key=_order)),
        forecast=tuple(sorted(_forecast(ahead, points.names), key=_order)),
        outlook=tuple(
            Outlook(group=one.group, statement=one.statement, endless=one.endless) for one in ahead
        ),
        robust=robust,
        outliers=found.outliers,
        dispersion=found.dispersion,
        increments=found.increments,
        compared=() if compared is None else tuple(compared.models),
        left_out=() if compared is None else tuple(compared.left_out),
        equal=equal,
        potency=None
        if potency is None
        else PotencySummary(
            reference=potency.reference,
            potencies=tuple(potency.potencies),
            parallelism=potency.parallelism,
        ),
    )


def _order(one: FittedCurve | Refused | Forecast | ForecastPoint) -> list[tuple[float, str]]:
    """Return the key by which groups are sorted as people do: A2 before A10."""
    parts = re.split(r"(\d+)", one.group)
    return [(float(part), "") if k % 2 else (math.inf, part) for k, part in enumerate(parts)]


def _curves(found: CurveFit) -> tuple[FittedCurve, ...]:
    size = len(found.family.parameters)
    sets = np.arange(found.solutions.loss.size)
    of = found.solutions.split(np.arange(len(found.groups)))[0]
    rows = zip(
        found.groups,
        found.points.counts.tolist(),
        found.degrees_of_freedom.tolist(),
        found.deviance[of].tolist(),
        _known(np.sqrt(found.uncertainty.dispersion * found.uncertainty.unit(sets))[of]),
        next(iter(map(_known, found.noise_parameter.values())), [None] * len(found.groups)),
        strict=True,
    )
    return tuple(
        FittedCurve(
            group=group,
            points=n,
            degrees_of_freedom=df,
            deviance=lost,
            residual_sd=sd if found.noise == "gaussian" else None,
            parameters=tuple(found.parameters[k * size : (k + 1) * size]),
            noise_parameter=parameter,
        )
        for k, (group, n, df, lost, sd, parameter) in enumerate(rows)
    )


def _ahead(found: CurveFit, end: float | str, columns: Mapping[str, str]) -> tuple[Forecast, ...]:
    """Return the forecasts of the curves whose points end before `end`, in the order in which people sort groups."""
    at = end_of_forecast(end, columns)
    last = found.points.per_group(np.maximum, found.points.x)
    groups = [group for group, x in zip(found.groups, last.tolist(), strict=True) if x < at]
    if not groups:
        shown = CurveColumns.of(columns).at
        raise InputError(
            f"the forecast ends at {shown(at)}, and the points reach {shown(float(last.max()))}.",
            "give a place beyond the points, as in --forecast 2035 or --forecast 2035-06-01",
        )
    return tuple(sorted(found.forecast(at, groups), key=_order))


def end_of_forecast(end: float | str, columns: Mapping[str, str]) -> float:
    """Return where a forecast ends as a number on the axis: a date where x is dates, in years or a date.

    Raises
    ------
    InputError
        Where it is neither, or numbers and dates are mixed up.
    """
    dates, name = DateAxis.read(columns.get("dates", "")), columns["x"]
    try:
        at = float(end)
    except ValueError:
        try:
            at = (dates or DateAxis(unit="year")).place(str(end))
        except InputError:
            asked = "a number" if dates is None else "a date"
            example = "2035" if dates is None else "2035-06-01"
            raise InputError(
                f"--forecast {end}: expected {asked}, up to which {name} is predicted.",
                f"as in --forecast {example}",
            ) from None
        if dates is None:
            raise InputError(
                f"--forecast {end} is a date, but {name} holds numbers.", f"as in --forecast {at:.2f}"
            ) from None
        return at
    if dates is not None and dates.unit != "year":
        raise InputError(
            f"--forecast {end}: {name} holds dates, counted in {dates}.",
            "give a date, as in --forecast 2035-06-01",
        )
    return at


def _forecast(ahead: tuple[Forecast, ...], columns: Mapping[str, str]) -> list[ForecastPoint]:
    """Return what new observations of each curve are expected to be."""
    dates = DateAxis.read(columns.get("dates", ""))
    return [
        ForecastPoint(group=one.group, x=x, **new, **total, date=None if dates is None else dates.text(x))
        for one in ahead
        for x, new, total in zip(
            one.new.x.tolist(),
            _band(one.new, "value", ""),
            _band(one.total, "sum", "sum_") if one.total else [{}] * one.new.x.size,
            strict=True,
        )
    ]


def _band(band: Band, name: str, before: str) -> list[dict[str, float | None]]:
    """Return the values of a band and their limits by name, None where there is none."""
    columns = {name: band.value, f"{before}low": band.low, f"{before}high": band.high}
    return [dict(zip(columns, row, strict=True)) for row in zip(*map(_known, columns.values()), strict=True)]


def _known(values: Vector) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]


def _numbers(parameter: CurveParameter | None) -> dict[str, float | None]:
    """Return the numbers of a parameter that are valid."""
    if parameter is None:
        return dict.fromkeys(("estimate", "se", "low", "high"))
    found = parameter.estimate
    return {
        "estimate": found.value if parameter.identified else None,
        "se": parameter.se,
        "low": found.low,
        "high": found.high,
    }


def _row_a_parameter(curves: FittedCurves) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "group": curve.group,
            "parameter": one.name,
            **_numbers(one),
            "unit": one.unit,
            "identified": one.identified,
            "why": None if one.identified else one.estimate.method,
        }
        for curve in curves.record.curves
        for one in curve.parameters
    ]
    rows += [
        {
            "group": refused.group,
            "parameter": one.name,
            **_numbers(None),
            "unit": one.unit,
            "identified": False,
            "why": refused.reason,
        }
        for refused in curves.record.refused
        for one in curves.fit.family.parameters
    ]
    kinds = {"group": pa.string(), "parameter": pa.string()}
    kinds |= dict.fromkeys(("estimate", "se", "low", "high"), pa.float64())
    kinds |= {"unit": pa.string(), "identified": pa.bool_(), "why": pa.string()}
    return _table(rows, kinds, curves)


def _row_a_curve(curves: FittedCurves) -> pa.Table:
    called = [one.name for one in curves.fit.family.parameters]
    rows: list[dict[str, Any]] = []
    kinds: dict[str, Any] = {"group": pa.string(), "points": pa.int64(), "residual_sd": pa.float64()}
    for name in called:
        kinds |= {f"{name}{end}": pa.float64() for end in ("", "_se", "_low", "_high")}
    kinds["why"] = pa.string()
    for curve in curves.record.curves:
        row: dict[str, Any] = {"group": curve.group, "points": curve.points, "residual_sd": curve.residual_sd}
        for one in curve.parameters:
            row |= _suffixed(one.name, _numbers(one))
        unknown = [f"{one.name}: {one.estimate.method}" for one in curve.parameters if not one.identified]
        rows.append(row | {"why": "; ".join(unknown) or None})
    for refused in curves.record.refused:
        row = {"group": refused.group, "points": None, "residual_sd": None, "why": refused.reason}
        for name in called:
            row |= _suffixed(name, _numbers(None))
        rows.append(row)
    return _table(rows, kinds, curves)


def _suffixed(name: str, numbers: dict[str, float | None]) -> dict[str, float | None]:
    return {name if key == "estimate" else f"{name}_{key}": value for key, value in numbers.items()}


def _table(rows: list[dict[str, Any]], kinds: dict[str, Any], curves: FittedCurves) -> pa.Table:
    """Return rows as a table; without groups there is no column of them."""
    kept = (
        kinds
        if "by" in curves.record.columns
        else {key: kind for key, kind in kinds.items() if key != "group"}
    )
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kept.items()})
