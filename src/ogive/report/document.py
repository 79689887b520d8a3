"""A page as one self-contained HTML file: its style, its figure library, its colours, its first screen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from string import Template

from ogive.report import html
from ogive.report.summary import Notice, urgent
from ogive.views import DARK, LIGHT, Figure, Palette, theme


def document(title: str, parts: Iterable[str]) -> str:
    """Return pieces of HTML as one file with the style, the figure library and the colours."""
    return Template(file("page.html")).substitute(
        title=html.text(title),
        colours=_colours(),
        style=file("page.css"),
        body=joined(parts),
        vega=file("vega.js"),
        theme=html.script(theme(_VARIABLES)),
        script=file("page.js"),
    )


def header(
    question: str, title: str, notices: Iterable[Notice], result: str, hero: Figure | None, below: str = ""
) -> str:
    """Return the first screen: the question, what is wrong if anything, the answer, its figure."""
    return joined(
        [
            "<header>",
            html.paragraph(question, "asked"),
            f"<h1>{html.text(title)}</h1>",
            html.notices(urgent(notices)),
            html.paragraph(result, "answer"),
            html.figure(hero) if hero else "",
            below,
            "</header>",
        ]
    )


def joined(parts: Iterable[str]) -> str:
    """Return the pieces that are not empty, one a line."""
    return "\n".join(filter(None, parts))


@cache
def file(name: str) -> str:
    """Return a file that lies beside this one."""
    return (files("ogive.report") / name).read_text(encoding="utf-8")


# The theme of the figures in terms of the page's colours: light, dark and print change them all at once.
_VARIABLES = Palette(**{name: f"var(--{name.replace('_', '-')})" for name in LIGHT})  # type: ignore[typeddict-item]


def _colours() -> str:
    light, dark = (
        "".join(f"--{name.replace('_', '-')}:{value};" for name, value in palette.items())
        for palette in (LIGHT, DARK)
    )
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}"
