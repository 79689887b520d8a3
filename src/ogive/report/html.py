"""Small pieces of HTML: every text from outside passes through `text`, all data through `script`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from ogive.report.summary import Notice
from ogive.report.words import sentence
from ogive.views import Figure, Table

# Spaces as wide as a digit and as a full stop: they keep numbers on their decimal points.
_DIGIT, _POINT = "\u2007", "\u2008"
_LEVELS = {"invalid": "Not valid.", "caution": "Caution.", "note": "Note."}


def text(value: str) -> str:
    """Return text that stands for itself; numbers keep their unit and intervals their dash beside them."""
    kept = re.sub(r"(?<=\d) (?=%|– )|(?<=\d –) ", "\u00a0", value).replace(" = ", "\u00a0=\u00a0")
    kept = kept.replace("–\u00a0", "–\u2060\u00a0")
    return html.escape(kept, quote=True)


def script(data: Any) -> str:
    """Return JSON that no content can break out of."""
    plain = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return plain.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def identifier(name: str) -> str:
    """Return a name as an identifier.

    Examples
    --------
    >>> identifier("curve-1-resting <bp>")
    'curve-1-resting-bp'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "x"


def paragraph(content: str, kind: str = "") -> str:
    """Return a paragraph of plain text."""
    return f"<p{_kind(kind)}>{text(content)}</p>"


def section(name: str, title: str, parts: Iterable[str]) -> str:
    """Return a section with its heading."""
    body = "\n".join(filter(None, parts))
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{text(title)}</h2>\n{body}\n</section>'


def table(view: Table, alarm: str = "") -> str:
    """Return a table with caption and scopes, in a box that scrolls sideways where it is too wide.

    Cells that hold the text `alarm` need action.
    """
    kinds = [_kind("" if f.align == "left" else "number") for f in view.fields]
    head = "".join(
        f'<th scope="col"{k}>{text(f.header)}</th>' for f, k in zip(view.fields, kinds, strict=True)
    )
    rows = []
    for first, *rest in view.aligned(_DIGIT, _POINT):
        cells = "".join(
            f"<td{_kind('alarm') if alarm and cell == alarm else k}>{text(cell)}</td>"
            for cell, k in zip(rest, kinds[1:], strict=True)
        )
        # a long name breaks where its words end
        name = text(first).replace("_", "_<wbr>")
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    body = "\n".join(rows)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{text(view.caption)}">\n<table>\n'
        f"<caption>{text(view.caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n"
        "</table>\n</div>"
    )


def figure(view: Figure, *, read: bool = True) -> str:
    """Return a figure: finding, drawing with its alternative text, how to read it (if wanted), its numbers."""
    name = identifier(view.name)
    data = quote(view.csv(), safe="")
    return (
        f'<figure aria-labelledby="{name}-title">\n<h3 id="{name}-title">{text(view.title)}</h3>\n'
        f'<div class="plot" id="{name}" role="img" aria-label="{text(view.alt)}"></div>\n'
        f'<script type="application/json">{script(view.spec)}</script>\n'
        f'<figcaption>{text(view.reading) if read else ""} <a class="data" download="{name}.csv" '
        f'href="data:text/csv;charset=utf-8,{data}" aria-label="Data (CSV): {text(view.title)}">Data (CSV)</a>'
        "</figcaption>\n</figure>"
    )


def pair(views: Iterable[Figure], *, read: bool = True) -> str:
    """Return figures side by side where the page is wide enough."""
    return '<div class="pair">\n' + "\n".join(figure(view, read=read) for view in views) + "\n</div>"


def notices(items: Iterable[Notice]) -> str:
    """Return what the reader must know before the numbers."""
    lines = []
    for item in items:
        said = [": ".join(filter(None, (item.sentence, item.cause))), item.remedy]
        words = " ".join(f"{sentence(part)}." for part in said if part)
        # options of the command stay in one piece
        content = re.sub(r"--[a-z-]+", r"<code>\g<0></code>", text(words))
        lines.append(f'<p class="notice {item.level}"><strong>{_LEVELS[item.level]}</strong> {content}</p>')
    return f'<div role="note" aria-label="Notices">\n{"".join(lines)}\n</div>' if lines else ""


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names with what there is to say of them."""
    lines = "\n".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in pairs)
    return f'<dl class="facts">\n{lines}\n</dl>'


def bullets(lines: Iterable[tuple[str, str]], shown: int) -> str:
    """Return sentences, each with the words it begins with, as a list; those beyond `shown` fold away."""
    items = [f"<li><strong>{text(start)}</strong> {text(rest)}</li>" for start, rest in lines]
    parts = ["\n".join(items[:shown]), "\n".join(items[shown:])]
    first, rest = (f'<ul class="effects">\n{part}\n</ul>' for part in parts)
    if len(items) <= shown:
        return first
    return f"{first}\n<details><summary>{len(items) - shown} more</summary>\n{rest}\n</details>"


def folded(title: str, content: str) -> str:
    """Return content that opens when asked for."""
    return f"<details><summary>{text(title)}</summary>\n{content}\n</details>"


def _kind(name: str) -> str:
    return f' class="{name}"' if name else ""
