"""Lines of a terminal text: plain ones, names with what there is to say, notices, measures."""

# ruff: noqa: PLC0415 (Rich is imported when a terminal is written to: a page does not need it)

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ogive.report.summary import Notice
from ogive.views import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

_LEVELS = {
    "invalid": ("Not valid: ", "bold red"),
    "caution": ("Caution: ", "bold yellow"),
    "note": ("Note: ", "bold"),
}


def plain(text: str) -> RenderableType:
    """Return text that no control character can leave."""
    from rich.text import Text

    return Text(printable(text))


def facts(pairs: Iterable[tuple[str, str]]) -> list[RenderableType]:
    """Return lines of a name and what there is to say, the latter folded under itself."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(min_width=16, no_wrap=True)
    grid.add_column(overflow="fold")
    for name, text in pairs:
        grid.add_row(plain(f"  {name}"), plain(text))
    return [grid]


def notice_lines(notices: Iterable[Notice]) -> list[RenderableType]:
    """Return each notice with its cause, and below it what to do."""
    from rich.text import Text

    lines: list[RenderableType] = []
    for notice in notices:
        word, style = _LEVELS[notice.level]
        cause = f": {notice.cause}" if notice.cause else ""
        lines.append(Text.assemble((word, style), printable(f"{notice.sentence}{cause}")))
        if notice.remedy:
            lines.append(plain(f"  {notice.remedy}"))
    return lines
