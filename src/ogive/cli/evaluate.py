"""`ogive evaluate`: a model judged on another table whose outcomes are known (external validation)."""

# ruff: noqa: B006, PLC0415 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ogive.cli import options as opt
from ogive.cli.console import print_text, progress
from ogive.cli.results import print_summary, write_page

Page = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", rich_help_panel=opt.OUTPUT, help="Write a page, as in new.html."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("evaluate")(evaluate)


def evaluate(
    model: opt.Model,
    source: opt.Sources,
    output: Page = None,
    threshold: opt.Threshold = None,
    rename: opt.Rename = [],
    missing: opt.Missing = [],
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Judge a model on another table: discrimination, calibration and decisions."""
    from ogive import workflow

    opt.use_threads(threads)
    with progress() as say:
        say("Reading the model")
        judged = workflow.load(model).evaluate(
            opt.one_or_many(source),
            threshold=threshold,
            rename=opt.pairs(rename),
            missing=opt.names(missing),
            columns=opt.names(columns) or None,
            na_values=opt.names(na),
            delimiter=delimiter,
            model_name=Path(model).name,
            progress=say,
        )
        if output is not None:
            say(f"Writing {output}")
            write_page(judged.record, output, inputs=[model, *source])
    print_summary(judged.record, everything=True, as_json=json)
    if output is not None and not json:
        print_text(f"\nWrote {output}")
