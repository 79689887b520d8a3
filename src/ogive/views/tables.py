"""A table as plain text cells, and its text in a terminal."""

# ruff: noqa: PLC0415 (Rich is imported when a terminal is written to: a page does not need it)

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from ogive._base import Record
from ogive.views.numbers import DASH, align_decimals, align_intervals, number

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.padding import Padding


MOST_WIDTH = 110  # characters in a line that is read without losing it


class Field(Record, frozen=True, kw_only=True):
    """One column of a table; "decimal" and "interval" cells stand on their decimal points."""

    header: str
    align: Literal["left", "right", "decimal", "interval"] = "left"


class Table(Record, frozen=True, kw_only=True):
    """A table as a person reads it: cells are texts already rounded.

    Examples
    --------
    >>> table = Table(
    ...     caption="Two numbers",
    ...     fields=(Field(header="name"), Field(header="value", align="decimal")),
    ...     rows=(("a", "4.21"), ("b", "131")),
    ... )
    >>> table.aligned()
    [('a', '4.21'), ('b', '131   ')]
    """

    caption: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[str, ...], ...]

    def aligned(self, space: str = " ", point: str = " ") -> list[tuple[str, ...]]:
        """Return the rows, numbers padded so that they align when set flush right."""
        pads = {"decimal": align_decimals, "interval": align_intervals}
        columns = []
        for j, field in enumerate(self.fields):
            cells = [row[j] for row in self.rows]
            columns.append(pads[field.align](cells, space, point) if field.align in pads else cells)
        return list(zip(*columns, strict=True))


def printable(text: str) -> str:
    """Return text without control characters, which could steer a terminal.

    Examples
    --------
    >>> printable("age" + chr(27) + "[2J")
    'age�[2J'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def table_of(caption: str, rows: Sequence[Mapping[str, object]]) -> Table:
    """Return records, given as mappings with the same keys, as a table.

    Examples
    --------
    >>> print(as_text(text_table(table_of("", [{"name": "a", "p": 0.25}, {"name": "b", "p": None}]))))
      name      p
      a      0.25
      b         –
    """
    keys = list(rows[0]) if rows else []
    numeric = {k: all(isinstance(row[k], int | float | None) for row in rows) for k in keys}
    return Table(
        caption=caption,
        fields=tuple(Field(header=k, align="decimal" if numeric[k] else "left") for k in keys),
        rows=tuple(tuple(_cell(row[k]) for k in keys) for row in rows),
    )


def _cell(value: object) -> str:
    if value is None:
        return DASH
    return number(value, 5) if isinstance(value, float) else str(value)


def text_table(table: Table, indent: int = 2) -> Padding:
    """Return a table for a terminal: no rules, quiet headers; the first column folds where room is short."""
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

    view = RichTable(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for field in table.fields:
        left = field.align == "left"
        view.add_column(
            Text(printable(field.header)),
            justify="left" if left else "right",
            overflow="fold",
            no_wrap=not left,
        )
    for row in table.aligned():
        view.add_row(*(Text(printable(cell)) for cell in row))
    return Padding(view, (0, 0, 0, indent), expand=False)


def line_width() -> int:
    """Return the width of a line on the terminal, and no more than can be read."""
    return min(shutil.get_terminal_size().columns, MOST_WIDTH)


def as_text(view: RenderableType, width: int = 80) -> str:
    """Return what a terminal of so many columns would show, as plain text."""
    from rich.console import Console

    console = Console(width=width, file=io.StringIO(), color_system=None, legacy_windows=False)
    with console.capture() as capture:
        console.print(view)
    return "\n".join(line.rstrip() for line in capture.get().rstrip("\n").split("\n"))
