"""`ogive fit`: from a table to a model file, a page and a summary."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ogive.cli import options as opt
from ogive.cli.console import progress
from ogive.cli.results import fit_and_write, show_fit

Target = Annotated[str, typer.Option("--target", "-t", help="The column to predict.", show_default=False)]
Positive = Annotated[
    list[str],
    typer.Option(
        "--positive",
        metavar="VALUES",
        rich_help_panel=opt.INPUT,
        help="Values of the target that count as the outcome: 1,2,3,4",
    ),
]
Exclude = Annotated[
    list[str],
    typer.Option("--exclude", metavar="NAMES", rich_help_panel=opt.INPUT, help="Columns to leave out."),
]
Identifiers = Annotated[
    list[str],
    typer.Option("--id", metavar="NAMES", rich_help_panel=opt.INPUT, help="Columns that only name the rows."),
]
Categories = Annotated[
    list[str],
    typer.Option(
        "--categories", metavar="NAMES", rich_help_panel=opt.INPUT, help="Columns of codes, not amounts."
    ),
]
Numbers = Annotated[
    list[str],
    typer.Option(
        "--numbers", metavar="NAMES", rich_help_panel=opt.INPUT, help="Columns of amounts, not codes."
    ),
]
Weights = Annotated[
    str | None,
    typer.Option(
        "--weights",
        metavar="NAME",
        rich_help_panel=opt.MODELLING,
        help="Column of frequencies: 2 is the row twice.",
    ),
]
Offset = Annotated[
    str | None,
    typer.Option(
        "--offset",
        metavar="NAME",
        rich_help_panel=opt.MODELLING,
        help="Column added to the log-odds as it is.",
    ),
]
Alpha = Annotated[
    float,
    typer.Option(
        "--alpha",
        min=0.0,
        rich_help_panel=opt.MODELLING,
        help="L2 penalty on standardised columns; 0 is maximum likelihood.",
    ),
]
Inference = Annotated[
    str,
    typer.Option(
        "--inference",
        metavar="auto|full|wald",
        rich_help_panel=opt.MODELLING,
        help="Profile-likelihood intervals and likelihood-ratio tests: while they are cheap, always, never.",
    ),
]
Level = Annotated[
    float,
    typer.Option("--level", min=0.5, max=0.9999, rich_help_panel=opt.MODELLING, help="Of all intervals."),
]
Folds = Annotated[int, typer.Option("--folds", rich_help_panel=opt.EVALUATION, help="Held-out folds.")]
Groups = Annotated[
    str | None,
    typer.Option(
        "--groups",
        metavar="NAME",
        rich_help_panel=opt.EVALUATION,
        help="Column whose rows of one value stay in one fold.",
    ),
]
Time = Annotated[
    str | None,
    typer.Option(
        "--time",
        metavar="NAME",
        rich_help_panel=opt.EVALUATION,
        help="Column of time: learn from the past, judge on what follows.",
    ),
]
Bootstrap = Annotated[
    int,
    typer.Option(
        "--bootstrap",
        min=0,
        rich_help_panel=opt.EVALUATION,
        help="Resamples for optimism-corrected measures.",
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, rich_help_panel=opt.EVALUATION, help="Of the folds and the bootstrap.")
]
Calibrate = Annotated[
    str | None,
    typer.Option(
        "--calibrate",
        metavar="METHOD",
        rich_help_panel=opt.EVALUATION,
        help="Calibrate the probabilities on the held-out rows: auto, platt, temperature, beta, isotonic, spline or "
        "venn-abers.",
    ),
]
Cut = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        min=0.0,
        max=1.0,
        rich_help_panel=opt.EVALUATION,
        help="A row is decided positive from this probability on; 0.5, or what the costs say, unless given.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        rich_help_panel=opt.OUTPUT,
        help="Model file; the page lies beside it. [default: named after the table]",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("fit")(fit)


def fit(
    source: opt.Sources,
    target: Target,
    positive: Positive = [],
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    exclude: Exclude = [],
    identifiers: Identifiers = [],
    categories: Categories = [],
    numbers: Numbers = [],
    weights: Weights = None,
    offset: Offset = None,
    alpha: Alpha = 0.0,
    inference: Inference = "auto",
    level: Level = 0.95,
    folds: Folds = 5,
    groups: Groups = None,
    time: Time = None,
    bootstrap: Bootstrap = 0,
    seed: Seed = 0,
    threshold: Cut = None,
    calibrate: Calibrate = None,
    cost_fp: opt.CostFalsePositive = None,
    cost_fn: opt.CostFalseNegative = None,
    output: Output = None,
    report: opt.Report = True,
    show_all: opt.ShowAll = False,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Fit a logistic model to a table, judge it on held-out rows, write it and its page."""
    from ogive import workflow

    opt.use_threads(threads)
    table = opt.one_or_many(source)
    asked: dict[str, Any] = {
        "positive": opt.names(positive) or None,
        "columns": opt.names(columns) or None,
        "na_values": opt.names(na),
        "delimiter": delimiter,
        "exclude": opt.names(exclude),
        "identifiers": opt.names(identifiers),
        "categories": opt.names(categories),
        "numbers": opt.names(numbers),
        "weights": weights,
        "offset": offset,
        "alpha": alpha,
        "inference": inference,
        "level": level,
        "folds": folds,
        "groups": groups,
        "time": time,
        "bootstrap": bootstrap,
        "seed": seed,
        "threshold": threshold,
        "calibrate": calibrate,
        "cost_fp": cost_fp,
        "cost_fn": cost_fn,
    }
    path = output or Path(f"{opt.result_stem(table)}.ogive")
    with progress() as say:
        model, paths = fit_and_write(
            lambda: workflow.fit(table, target, progress=say, **asked),
            path,
            inputs=source,
            report=report,
            say=say,
        )
    show_fit(model, paths, everything=show_all, as_json=json)
