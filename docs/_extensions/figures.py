"""The directives `ogive-figure`, a figure drawn when the page is built, and `ogive-functions`, the whole family."""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive

from ogive.functions import FAMILY, figures
from ogive.views import DARK, LIGHT, Figure, drawn


class Drawing(Directive):
    """The figures of a name, light and dark: the theme of the page shows one of the two."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the drawings as images, each with its alternative text and how to read it."""
        content: list[nodes.Node] = []
        for figure in figures(self.arguments[0]):
            images = image(figure, "light") + image(figure, "dark")
            content += [nodes.raw("", images, format="html"), nodes.paragraph(text=figure.reading)]
        return content


class Members(Directive):
    """Every function: its formula, what it is for, and who said so."""

    def run(self) -> list[nodes.Node]:
        """Return a list of definitions."""
        members = nodes.definition_list()
        for name, function in FAMILY.items():
            said = f"{function.use[0].upper()}{function.use[1:]}. {function.source}."
            term = nodes.term("", "", nodes.literal(text=name), nodes.Text(" "), nodes.Text(function.formula))
            members += nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph(text=said)))
        return [members]


def image(figure: Figure, scheme: str) -> str:
    """Return a figure as an image inside the page; furo shows `only-light` or `only-dark`."""
    data = base64.b64encode(drawn([figure], "svg", DARK if scheme == "dark" else LIGHT)).decode()
    text = escape(f"{figure.title}. {figure.alt}", quote=True)
    return f'<img class="only-{scheme}" src="data:image/svg+xml;base64,{data}" alt="{text}" style="width: 34rem">'


def setup(app: Any) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("ogive-figure", Drawing)
    app.add_directive("ogive-functions", Members)
    return {"parallel_read_safe": True}
