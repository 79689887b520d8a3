"""`ogive decide`: the threshold for a column of scores, its interval, and what it saves."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

from typing import Annotated

import typer

from ogive.cli import options as opt
from ogive.cli.console import progress
from ogive.cli.results import print_summary

BEST = "What is best"


def _share(name: str, text: str) -> object:
    return typer.Option(name, metavar="SHARE", rich_help_panel=BEST, help=text)


Precision = Annotated[
    float | None, _share("--precision-at-least", "Share of the rows acted on that are positive.")
]
Recall = Annotated[float | None, _share("--recall-at-least", "Share of the positive rows that are found.")]
FalseAlarms = Annotated[
    float | None, _share("--fpr-at-most", "Share of the negative rows that are acted on.")
]
AtMost = Annotated[
    float | None,
    typer.Option(
        "--at-most",
        metavar="ROWS",
        rich_help_panel=BEST,
        help="Rows to act on: a number, or a share below 1.",
    ),
]
Days = Annotated[
    float | None,
    typer.Option(
        "--days", rich_help_panel=BEST, help="Days that the rows come from: --at-most is then a number a day."
    ),
]
Level = Annotated[
    float, typer.Option("--level", min=0.5, max=0.9999, rich_help_panel=BEST, help="Of the intervals.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, rich_help_panel=BEST, help="Of the bootstrap.")]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("decide")(decide)


def decide(
    source: opt.Sources,
    label: opt.Label = None,
    score: opt.Score = [],
    cost_fp: opt.CostFalsePositive = None,
    cost_fn: opt.CostFalseNegative = None,
    precision_at_least: Precision = None,
    recall_at_least: Recall = None,
    fpr_at_most: FalseAlarms = None,
    at_most: AtMost = None,
    days: Days = None,
    level: Level = 0.95,
    seed: Seed = 0,
    weight: opt.Weight = None,
    sampling_weights: opt.Sampling = False,
    positive: opt.Positive = [],
    logits: opt.Logits = False,
    drop_missing: opt.DropMissing = False,
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Choose the threshold for a column of scores by what mistakes cost, or by conditions on what is found."""
    from ogive import workflow

    opt.use_threads(threads)
    rows = opt.scored_rows(label, score, weight, sampling_weights, positive, logits, drop_missing)
    with progress() as say:
        decision = workflow.decide_scores(
            opt.one_or_many(source),
            **rows | {"score": opt.only_one(score)},
            cost_fp=cost_fp,
            cost_fn=cost_fn,
            precision_at_least=precision_at_least,
            recall_at_least=recall_at_least,
            fpr_at_most=fpr_at_most,
            at_most=at_most,
            days=days,
            level=level,
            seed=seed,
            columns=opt.names(columns) or None,
            na_values=opt.names(na),
            delimiter=delimiter,
            progress=say,
        )
    print_summary(decision.record, everything=True, as_json=json)
