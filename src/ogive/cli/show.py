"""`ogive show`: the summary of a model again, from its file alone."""

# ruff: noqa: PLC0415 (rooms are imported when needed)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ogive.cli import options as opt
from ogive.cli.results import print_summary, write_page

Page = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        rich_help_panel=opt.OUTPUT,
        help="Write the page again, as in heart.html.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("show")(show)


def show(
    model: opt.Model, output: Page = None, show_all: opt.ShowAll = False, json: opt.Json = False
) -> None:
    """Show the summary of a model from its file."""
    from ogive.neural import load

    fitted = load(model)
    if output is not None:
        write_page(fitted.record.summary, output, inputs=[model])
    print_summary(fitted.record.summary, everything=show_all, as_json=json)
