"""`ogive neural fit`: from a table to a network in a file, a page and a summary."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ogive.cli import fit as table
from ogive.cli import options as opt
from ogive.cli.console import progress
from ogive.cli.results import fit_and_write, show_fit

NETWORK = "The network"

Hidden = Annotated[
    str,
    typer.Option(
        "--hidden", metavar="UNITS", rich_help_panel=NETWORK, help="Units of each hidden layer: 16,8"
    ),
]
Activation = Annotated[
    str,
    typer.Option(
        "--activation",
        metavar="NAME",
        rich_help_panel=NETWORK,
        help="Of the hidden layers: see ogive function.",
    ),
]
Init = Annotated[
    str,
    typer.Option(
        "--init",
        metavar="SCHEME",
        rich_help_panel=NETWORK,
        help="Weights to start from: auto, glorot, he or glorot-plain.",
    ),
]
Rate = Annotated[float, typer.Option("--rate", rich_help_panel=NETWORK, help="Size of the steps, of Adam.")]
WeightDecay = Annotated[
    float,
    typer.Option(
        "--weight-decay", min=0.0, rich_help_panel=NETWORK, help="What a step takes off all weights."
    ),
]
Epochs = Annotated[
    int,
    typer.Option("--epochs", min=1, rich_help_panel=NETWORK, help="At most so many readings of all rows."),
]
Batch = Annotated[int, typer.Option("--batch", min=1, rich_help_panel=NETWORK, help="Rows a step.")]
HeldOut = Annotated[
    float,
    typer.Option(
        "--held-out",
        rich_help_panel=NETWORK,
        help="Share of the rows learnt from that are set aside to say when to stop; 0 for none.",
    ),
]
Patience = Annotated[
    int,
    typer.Option(
        "--patience", min=1, rich_help_panel=NETWORK, help="Epochs without a better one after which it stops."
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", min=0, rich_help_panel=NETWORK, help="Of the weights, the order of the rows and the folds."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("fit")(fit)


def fit(
    source: opt.Sources,
    target: table.Target,
    hidden: Hidden = "32",
    activation: Activation = "relu",
    init: Init = "auto",
    rate: Rate = 1e-3,
    weight_decay: WeightDecay = 0.0,
    epochs: Epochs = 200,
    batch: Batch = 32,
    held_out: HeldOut = 0.1,
    patience: Patience = 10,
    seed: Seed = 0,
    positive: table.Positive = [],
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    exclude: table.Exclude = [],
    identifiers: table.Identifiers = [],
    categories: table.Categories = [],
    numbers: table.Numbers = [],
    level: table.Level = 0.95,
    folds: table.Folds = 5,
    groups: table.Groups = None,
    time: table.Time = None,
    threshold: table.Cut = None,
    calibrate: table.Calibrate = None,
    cost_fp: opt.CostFalsePositive = None,
    cost_fn: opt.CostFalseNegative = None,
    output: table.Output = None,
    report: opt.Report = True,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Fit a network to a table, judge it on held-out rows, write it and its page."""
    from ogive import neural

    opt.use_threads(threads)
    asked: dict[str, Any] = {
        "hidden": [int(u) if u.removeprefix("-").isdecimal() else u for u in opt.names([hidden])],
        "activation": activation,
        "init": init,
        "rate": rate,
        "weight_decay": weight_decay,
        "epochs": epochs,
        "batch": batch,
        "held_out": held_out,
        "patience": patience,
        "seed": seed,
        "positive": opt.names(positive) or None,
        "columns": opt.names(columns) or None,
        "na_values": opt.names(na),
        "delimiter": delimiter,
        "exclude": opt.names(exclude),
        "identifiers": opt.names(identifiers),
        "categories": opt.names(categories),
        "numbers": opt.names(numbers),
        "level": level,
        "folds": folds,
        "groups": groups,
        "time": time,
        "threshold": threshold,
        "calibrate": calibrate,
        "cost_fp": cost_fp,
        "cost_fn": cost_fn,
    }
    rows = opt.one_or_many(source)
    path = output or Path(f"{opt.result_stem(rows)}.ogive")
    with progress() as say:
        model, paths = fit_and_write(
            lambda: neural.fit(rows, target, progress=say, **asked),
            path,
            inputs=source,
            report=report,
            say=say,
        )
    show_fit(model, paths, everything=False, as_json=json)
