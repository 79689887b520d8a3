"""The page of fitted curves: what was found, what the points leave open, the parameters, the residuals, the method."""

from __future__ import annotations

from collections.abc import Sequence

from ogive.curves import (
    CurveFit,
    Forecast,
    RelativePotency,
    fit_figure,
    name_of,
    parameter_figures,
    residual_figures,
)
from ogive.report import html
from ogive.report.curves_tables import (
    comparison_table,
    forecast_table,
    meanings_table,
    outliers_table,
    parameters_table,
    potency_table,
    quantities_table,
    refused_table,
)
from ogive.report.curves_words import (
    Columns,
    comparison_words,
    curves_answer,
    curves_asked,
    date_words,
    forecast_words,
    method_facts,
    open_lines,
    outliers_words,
    potency_title,
    potency_words,
    scatter_words,
)
from ogive.report.document import document, header
from ogive.report.summary import Notice
from ogive.report.words import plural, sentence
from ogive.views import GroupEstimate, Table, parameter_figure

# Sentences shown before a list folds, and rows of a table shown before it folds.
_LINES, _SHOWN = 8, 24
# More curves than these are not read one by one, and their derived quantities take long.
_QUANTIFIED = 60


def curve_page(
    fit: CurveFit,
    *,
    x: str = "x",
    y: str = "y",
    by: str = "group",
    source: str = "",
    dates: str = "",
    forecast: Sequence[Forecast] = (),
    potency: RelativePotency | None = None,
) -> str:
    """Return fitted curves as one HTML file that needs nothing else: about 1 MB, 0.9 of it the figure library.

    Parameters
    ----------
    fit
        Curves fitted to points.
    x, y, by : str
        What the columns are called, with their units in brackets, as in "dose (mM)".
    source : str
        Name of the table.
    dates : str
        How x counts dates, as in "days since 2020-01-22" or "years"; empty where it does not.
    forecast : sequence of Forecast
        What `fit.forecast(...)` returned.
    potency : RelativePotency, optional
        What `fit.relative_potency(...)` returned.
    """
    called = {"x": x, "y": y, "by": by, "dates": dates}
    columns = Columns.of({role: name for role, name in called.items() if name}, source)
    title = sentence(f"{name_of(y)} over {name_of(columns.x)}")
    told = date_words(fit, columns)
    answer = [
        curves_answer(fit, columns),
        f"The {told}." if told else "",
        forecast_words(fit, columns, forecast),
    ]
    upto = max((float(one.new.x[-1]) for one in forecast), default=None)
    first = fit_figure(fit, x=columns.x, y=y, by=by, upto=upto)
    body = [
        header(curves_asked(fit, columns), title, _notices(fit), " ".join(filter(None, answer)), first),
        _open(fit, columns),
        _forecast(fit, columns, forecast),
        _parameters(fit, columns),
        _potency(fit, columns, potency),
        _quantities(fit, columns),
        _comparison(fit),
        _residuals(fit, columns),
        _outliers(fit, columns),
        _refused(fit, columns),
        html.section("method", "How it was done", [html.facts(method_facts(fit, columns))]),
    ]
    return document(f"{title} · {source}" if source else title, body)


def _notices(fit: CurveFit) -> list[Notice]:
    """Return what the reader must know first: that there are groups without a curve."""
    if not fit.refused:
        return []
    if len(fit.refused) == 1:
        only = fit.refused[0]
        return [Notice(level="caution", sentence=f"There is no curve for {only.group}", cause=only.reason)]
    said = f"There is no curve for {plural(len(fit.refused), 'group')}"
    return [Notice(level="caution", sentence=said, cause="the reasons stand at the end")]


def _open(fit: CurveFit, columns: Columns) -> str:
    lines = list(open_lines(fit, columns))
    if not lines:
        return ""
    return html.section(
        "open", "What the points leave open, and what would help", [html.bullets(lines, _LINES)]
    )


def _parameters(fit: CurveFit, columns: Columns) -> str:
    figures = parameter_figures(fit, x=columns.x, y=columns.y, by=columns.by)
    parts = [html.pair(figures) if figures else "", _table(parameters_table(fit, columns))]
    if len(fit.groups) > 1:
        parts.append(html.table(meanings_table(fit.parameters)))
    return html.section("parameters", "Parameters", parts)


def _forecast(fit: CurveFit, columns: Columns, ahead: Sequence[Forecast]) -> str:
    if not ahead:
        return ""
    return html.section("forecast", "What is expected", [_table(forecast_table(ahead, columns, fit.level))])


def _potency(fit: CurveFit, columns: Columns, potency: RelativePotency | None) -> str:
    if potency is None:
        return ""
    rows = [GroupEstimate(group=one.group, estimate=one.estimate) for one in potency.potencies][:_QUANTIFIED]
    figure = parameter_figure("potency", potency_title(potency, columns.by), rows, "relative potency")
    parts = [
        html.paragraph(potency_words(potency, columns.by)),
        html.pair([figure]),
        _table(potency_table(potency, columns.by, fit.level)),
    ]
    return html.section("potency", "Relative potency", parts)


def _quantities(fit: CurveFit, columns: Columns) -> str:
    if len(fit.groups) > _QUANTIFIED or not (quantities := fit.quantities):
        return ""
    parts = [_table(quantities_table(fit, quantities, columns))]
    if len(fit.groups) > 1:
        parts.append(html.table(meanings_table(quantities)))
    return html.section("quantities", "What follows from the curve", parts)


def _comparison(fit: CurveFit) -> str:
    if fit.comparison is None:
        return ""
    models, left_out = fit.comparison.models, fit.comparison.left_out
    parts = [html.paragraph(comparison_words(models)), html.table(comparison_table(models))]
    if left_out:
        parts.append(html.bullets([(f"{one.name}:", f"{one.reason}") for one in left_out], _LINES))
    return html.section("families", "Other families", parts)


def _residuals(fit: CurveFit, columns: Columns) -> str:
    figures = residual_figures(fit, x=columns.x, y=columns.y)
    if not figures:
        return ""
    words = " ".join(filter(None, [scatter_words(fit, columns), figures[0].reading]))
    parts = [html.paragraph(words), html.pair(figures, read=False)]
    return html.section("residuals", "How well the points are met", parts)


def _outliers(fit: CurveFit, columns: Columns) -> str:
    if not fit.outliers:
        return ""
    found = outliers_table(fit.outliers, columns, grouped=len(fit.groups) > 1)
    words = f"{outliers_words(fit.outliers)}. They are not drawn, and nothing above counts them."
    return html.section("outliers", "Points left out", [html.paragraph(words), _table(found)])


def _refused(fit: CurveFit, columns: Columns) -> str:
    if not fit.refused:
        return ""
    return html.section("refused", "Groups without a curve", [_table(refused_table(fit, columns))])


def _table(view: Table) -> str:
    """Return a table, folded where it is long."""
    if len(view.rows) <= _SHOWN:
        return html.table(view)
    return html.folded(f"{view.caption}: a table of {plural(len(view.rows), 'row')}", html.table(view))
