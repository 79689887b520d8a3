"""`ogive neural compare`: activations at several depths, on the same rows of a table."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ogive._base import InputError
from ogive.cli import options as opt
from ogive.cli.console import print_json, print_rich, print_text, progress, written

NETWORKS, LEARNING = "Networks", "Learning"
PAGE = ".html"

Target = Annotated[
    str,
    typer.Option(
        "--target", metavar="NAME", rich_help_panel=opt.INPUT, help="Column of classes, two or more."
    ),
]
Exclude = Annotated[
    list[str],
    typer.Option("--exclude", metavar="NAMES", rich_help_panel=opt.INPUT, help="Columns to leave out."),
]
Activations = Annotated[
    str,
    typer.Option(
        "--activations",
        metavar="NAMES",
        rich_help_panel=NETWORKS,
        help="Of the hidden layers: any of `ogive function --list`.",
    ),
]
Depth = Annotated[
    str, typer.Option("--depth", metavar="NUMBERS", rich_help_panel=NETWORKS, help="Hidden layers.")
]
Init = Annotated[
    str,
    typer.Option(
        "--init",
        metavar="NAMES",
        rich_help_panel=NETWORKS,
        help="Initialisations: auto, glorot, he, glorot-plain.",
    ),
]
Width = Annotated[
    int, typer.Option("--width", min=1, rich_help_panel=NETWORKS, help="Units of each hidden layer.")
]
Epochs = Annotated[
    int, typer.Option("--epochs", min=1, rich_help_panel=LEARNING, help="Readings of all rows.")
]
Batch = Annotated[int, typer.Option("--batch", min=1, rich_help_panel=LEARNING, help="Rows a step.")]
Rate = Annotated[float, typer.Option("--rate", rich_help_panel=LEARNING, help="Of Adam.")]
HeldOut = Annotated[
    float,
    typer.Option(
        "--held-out",
        metavar="SHARE",
        rich_help_panel=opt.EVALUATION,
        help="Share of the rows of each class that nothing learns from, the same for all networks.",
    ),
]
Seeds = Annotated[
    int, typer.Option("--seeds", min=1, rich_help_panel=opt.EVALUATION, help="Networks of each kind.")
]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, rich_help_panel=opt.EVALUATION, help="Of the split; the first of --seeds."),
]
Page = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        rich_help_panel=opt.OUTPUT,
        help="Write the page, as in compare.html.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("compare")(compare)


def compare(
    source: opt.Sources,
    target: Target,
    exclude: Exclude = [],
    activations: Activations = "sigmoid,tanh,relu,gelu,silu",
    depth: Depth = "1,2,4,8",
    init: Init = "auto",
    width: Width = 32,
    epochs: Epochs = 60,
    batch: Batch = 32,
    rate: Rate = 1e-3,
    held_out: HeldOut = 0.25,
    seeds: Seeds = 5,
    seed: Seed = 0,
    output: Page = None,
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    json: opt.Json = False,
) -> None:
    """Compare activations at several depths: accuracy, gradients layer by layer, what saturates, what goes wrong."""
    import msgspec

    from ogive import neural, workflow
    from ogive.report import contest_lines, contest_page

    depths = _depths(depth)
    if output is not None and output.suffix.lower() != PAGE:
        raise InputError(f"{output}: the page is written as {PAGE}.", f"as in -o {output.stem}{PAGE}")
    if not 0 < held_out < 1:
        raise InputError(
            f"--held-out {held_out:g}: expected a share between 0 and 1.", "as in --held-out 0.25"
        )
    with workflow.Outputs(inputs=source) as outputs, progress() as say:
        place = None if output is None else outputs.place(output)
        rows = workflow.read_labelled(
            opt.one_or_many(source),
            target,
            exclude=opt.names(exclude),
            columns=opt.names(columns) or None,
            na_values=opt.names(na),
            delimiter=delimiter,
            progress=say,
        )
        out = neural.hold_out(rows.y, held_out, seed)
        found = neural.compare(
            rows.matrix(~out).astype("f4"),
            rows.y,
            activations=opt.names([activations]),
            depths=depths,
            inits=opt.names([init]),
            width=width,
            epochs=epochs,
            batch=batch,
            rate=rate,
            held_out=out,
            seeds=seeds,
            seed=seed,
            progress=say,
        )
        found = msgspec.structs.replace(found, source=rows.source, target=target, left_out=rows.left_out)
        if place is not None:
            place.write_bytes(contest_page(found).encode())
    if json:
        print_json(msgspec.to_builtins(found))
    else:
        print_rich(contest_lines(found))
    if output is not None:
        written.append(output)
        _say_written(output, as_json=json)


def _depths(text: str) -> list[int]:
    try:
        return [int(part) for part in opt.names([text])]
    except ValueError:
        raise InputError(
            f"--depth {text}: expected whole numbers of hidden layers, separated by commas.",
            "as in --depth 1,2,4,8",
        ) from None


def _say_written(path: Path, *, as_json: bool) -> None:
    from ogive.views import size

    if not as_json:
        print_text(f"\nWrote {path} ({size(path.stat().st_size)})")
