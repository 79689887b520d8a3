"""The page of fitted curves: what was found, what the points leave open, the parameters, the residuals, the method."""

from __future__ import annotations

from collections.abc import Iterable

from ogive.curves import CurveFit, fit_figure, name_of, parameter_figures, residual_figures
from ogive.report import html
from ogive.report.curves_tables import meanings_table, parameters_table, records_table, refused_table
from ogive.report.curves_words import (
    Columns,
    curves_answer,
    curves_asked,
    method_facts,
    open_lines,
    scatter_words,
)
from ogive.report.document import document, header
from ogive.report.summary import Notice
from ogive.report.words import plural, sentence

# Sentences shown before a list folds, and rows of a table shown before it folds.
_LINES, _SHOWN = 8, 24


def curve_page(
    fit: CurveFit,
    *,
    x: str = "x",
    y: str = "y",
    by: str = "group",
    source: str = "",
    upto: float | None = None,
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
    upto : float, optional
        Where a forecast ends; only where there is one curve.
    """
    columns = Columns(x=x, y=y, by=by, source=source)
    title = sentence(f"{name_of(y)} over {name_of(x)}")
    return document(
        f"{title} · {source}" if source else title,
        [
            header(
                curves_asked(fit, columns),
                title,
                _notices(fit),
                curves_answer(fit, columns),
                fit_figure(fit, x=x, y=y, by=by, upto=upto),
            ),
            _open(fit, columns),
            _parameters(fit, columns),
            _records(
                "quantities", "Read off the curves", "Derived quantities", getattr(fit, "quantities", None)
            ),
            _records("families", "Other families", "Families compared", getattr(fit, "comparison", None)),
            _residuals(fit, columns),
            _refused(fit, columns),
            html.section("method", "How it was done", [html.facts(method_facts(fit, columns))]),
        ],
    )


def _open(fit: CurveFit, columns: Columns) -> str:
    lines = list(open_lines(fit, columns))
    if not lines:
        return ""
    return html.section(
        "open", "What the points leave open, and what would help", [html.bullets(lines, _LINES)]
    )


def _parameters(fit: CurveFit, columns: Columns) -> str:
    view = parameters_table(fit, columns)
    table = html.table(view)
    if len(view.rows) > _SHOWN:
        table = html.folded(f"All {plural(len(view.rows), 'parameter')} as a table", table)
    figures = parameter_figures(fit, x=columns.x, y=columns.y, by=columns.by)
    meanings = html.table(meanings_table(fit)) if len(fit.groups) > 1 else ""
    return html.section("parameters", "Parameters", [html.pair(figures) if figures else "", table, meanings])


def _residuals(fit: CurveFit, columns: Columns) -> str:
    figures = residual_figures(fit, x=columns.x, y=columns.y)
    if not figures:
        return ""
    words = scatter_words(fit, columns)
    return html.section(
        "residuals",
        "How well the points are met",
        [html.paragraph(f"{words} {figures[0].reading}".strip()), html.pair(figures, read=False)],
    )


def _records(name: str, heading: str, caption: str, records: object) -> str:
    """Return a section with a table of records, where there are some."""
    if not isinstance(records, Iterable) or not (found := list(records)):
        return ""
    return html.section(name, heading, [html.table(records_table(caption, found))])


def _notices(fit: CurveFit) -> list[Notice]:
    """Return what the reader must know first: that there are groups without a curve."""
    if not fit.refused:
        return []
    first = fit.refused[0]
    cause = first.reason if len(fit.refused) == 1 else "the reasons stand at the end"
    named = first.group if len(fit.refused) == 1 else plural(len(fit.refused), "group")
    return [Notice(level="caution", sentence=f"There is no curve for {named}", cause=cause)]


def _refused(fit: CurveFit, columns: Columns) -> str:
    if not fit.refused:
        return ""
    return html.section("refused", "Groups without a curve", [html.table(refused_table(fit, columns))])
