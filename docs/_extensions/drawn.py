"""The directive `ogive-drawn`: a figure that the examples of a page draw, which are run as far as it stands."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from figures import image


class Drawn(Directive):
    """A figure, or a fit that plots itself, given as an expression in the names of the page's examples."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the figure with how to read it."""
        page = Path(self.state.document.current_source)
        before = "".join(page.read_text(encoding="utf-8").splitlines(keepends=True)[: self.lineno - 1])
        figure = eval(self.arguments[0], names_after(before))
        images = image(figure, "light") + image(figure, "dark")
        return [nodes.raw("", images, format="html"), nodes.paragraph(text=figure.reading)]


def names_after(text: str) -> dict[str, Any]:
    """Return the names that the examples of a part of a page leave."""
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        parts = [one.source for one in doctest.DocTestParser().get_examples(block)] or [block]
        with contextlib.redirect_stdout(io.StringIO()):
            for part in parts:
                exec(part, names)
    return names


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("ogive-drawn", Drawn)
    return {"parallel_read_safe": True}
