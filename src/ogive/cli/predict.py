"""`ogive predict`: probability, interval and decision for every row of a table."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ogive.cli import options as opt
from ogive.cli.console import progress, warn, written

Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        rich_help_panel=opt.OUTPUT,
        help="CSV, TSV, Parquet, Feather or JSON lines by its ending; standard output (CSV) unless given.",
    ),
]
Explain = Annotated[
    bool,
    typer.Option("--explain", rich_help_panel=opt.OUTPUT, help="Print (or write, with -o) a sentence a row."),
]
Level = Annotated[
    float,
    typer.Option("--level", min=0.5, max=0.9999, rich_help_panel=opt.OUTPUT, help="Of the intervals."),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("predict")(predict)


def predict(
    model: opt.Model,
    source: opt.Sources,
    output: Output = None,
    explain: Explain = False,
    threshold: opt.Threshold = None,
    level: Level = 0.95,
    rename: opt.Rename = [],
    missing: opt.Missing = [],
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Give each row its probability, interval and decision; the columns of the table are kept."""
    from ogive import workflow
    from ogive.neural import load

    opt.use_threads(threads)
    ending = "predictions.jsonl" if json else "predictions.csv"
    with progress() as say, workflow.Outputs(inputs=[model, *source]) as outputs:
        if output is not None:
            workflow.writable_ending(output.name)
        place = outputs.place(output) if output is not None else None
        say("Reading the model")
        predictions = load(model).predict(
            opt.one_or_many(source),
            threshold=threshold,
            level=level,
            rename=opt.pairs(rename),
            missing=opt.names(missing),
            columns=opt.names(columns) or None,
            na_values=opt.names(na),
            delimiter=delimiter,
            progress=say,
        )
        if place is not None and output is not None:
            say(f"Writing {output}")
            workflow.write_table(predictions.to_arrow(explain=explain), place, output.name)
    for note in predictions.notes:
        warn(note)
    if output is not None:
        written.append(output)
        print(f"Wrote {output}: {predictions.description}", file=sys.stderr)
    elif explain and not json:
        sys.stdout.writelines(f"{sentence}\n" for sentence in predictions.sentences())
    else:
        workflow.write_table(predictions.to_arrow(explain=explain), sys.stdout.buffer, ending)
        sys.stdout.buffer.flush()
