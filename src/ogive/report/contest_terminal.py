"""Networks compared, in a terminal."""

# ruff: noqa: PLC0415 (Rich is imported when a terminal is written to: a page does not need it)

from __future__ import annotations

from typing import TYPE_CHECKING

from ogive.report.contest import (
    NetworksCompared,
    accuracy_parts,
    contest_answer,
    contest_asked,
    contest_notes,
)
from ogive.report.lines import plain
from ogive.report.words import interval_header, read_line
from ogive.views import DASH, Field, Table, number, text_table

if TYPE_CHECKING:
    from rich.console import Group


def contest_lines(found: NetworksCompared) -> Group:
    """Return what was compared, the table, and what it says."""
    from rich.console import Group

    read = [plain(f"Read {read_line(found.source)}")] if found.source else []
    asked, answer, *notes = map(plain, [contest_asked(found), contest_answer(found), *contest_notes(found)])
    return Group(*read, asked, plain(""), text_table(_table(found)), plain(""), answer, *notes)


def _table(found: NetworksCompared) -> Table:
    rows = []
    for depth in found.depths:
        leaders = found.leaders(depth)
        standing = "best" if len(leaders) == 1 else "ties"
        for cell in found.at(depth):
            share, limits = accuracy_parts(cell.accuracy)
            rows.append(
                (
                    found.name(cell),
                    str(depth),
                    share,
                    limits or DASH,
                    DASH if cell.loss is None else number(cell.loss.value, 2),
                    DASH if cell.converged is None else number(cell.converged),
                    ", ".join([*([standing] if cell in leaders else []), *(c.kind for c in cell.complaints)]),
                )
            )
    return Table(
        caption="Networks compared",
        fields=(
            Field(header=""),
            Field(header="depth", align="right"),
            Field(header="accuracy", align="right"),
            Field(header=interval_header(found.cells[0].accuracy.level), align="interval"),
            Field(header="loss", align="decimal"),
            Field(header="epochs", align="decimal"),
            Field(header=""),
        ),
        rows=tuple(rows),
    )
