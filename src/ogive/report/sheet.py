"""A page of figures and tables that is no report of a model: what a command drew, as one self-contained file."""

from __future__ import annotations

from collections.abc import Iterable

from ogive._base import Record
from ogive.report import html
from ogive.report.document import document
from ogive.views import Figure, Table


class Part(Record, frozen=True, kw_only=True):
    """A section of a page: its heading, a sentence, figures and tables; figures stand in pairs if so wanted."""

    heading: str
    text: str = ""
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    paired: bool = False


def figures_page(title: str, answer: str, first: Iterable[Figure], parts: Iterable[Part]) -> str:
    """Return a page with a heading, a sentence that answers it, the figures that show it, and more in sections.

    Parameters
    ----------
    title, answer : str
        Heading and first sentence.
    first : iterable of Figure
        Shown under the sentence; side by side if there are several.
    parts : iterable of Part
        The rest.
    """
    body = [
        "<header>",
        f"<h1>{html.text(title)}</h1>",
        html.paragraph(answer, "answer"),
        _figures(list(first), paired=True),
        "</header>",
        *(html.section(html.identifier(part.heading), part.heading, _part(part)) for part in parts),
    ]
    return document(title, body)


def _part(part: Part) -> Iterable[str]:
    yield html.paragraph(part.text) if part.text else ""
    yield _figures(list(part.figures), part.paired)
    yield from map(html.table, part.tables)


def _figures(figures: list[Figure], paired: bool) -> str:
    if paired and len(figures) > 1:
        return html.pair(figures)
    return "\n".join(map(html.figure, figures))
