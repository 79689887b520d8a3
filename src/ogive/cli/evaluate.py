"""`ogive evaluate`: a model judged on another table, or anybody's scores, where the outcomes are known."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ogive._base import InputError
from ogive.cli import options as opt
from ogive.cli.console import print_text, progress
from ogive.cli.results import PAGE, print_summary, write_page

if TYPE_CHECKING:
    from ogive.report import AnySummary
    from ogive.workflow import Say

What = Annotated[
    list[str],
    typer.Argument(
        metavar="[MODEL] TABLE...",
        help="A model file and the table to judge it on; with --score, the table alone. A table is as for ogive fit.",
        show_default=False,
    ),
]
Page = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        rich_help_panel=opt.OUTPUT,
        help="The page [default: named after the table; none with --json].",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("evaluate")(evaluate)


def evaluate(
    what: What,
    label: opt.Label = None,
    score: opt.Score = [],
    weight: opt.Weight = None,
    sampling_weights: opt.Sampling = False,
    positive: opt.Positive = [],
    classes: opt.Classes = [],
    logits: opt.Logits = False,
    drop_missing: opt.DropMissing = False,
    by: opt.By = None,
    output: Page = None,
    report: opt.Report = True,
    threshold: opt.Threshold = None,
    cost_fp: opt.CostFalsePositive = None,
    cost_fn: opt.CostFalseNegative = None,
    rename: opt.Rename = [],
    missing: opt.Missing = [],
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Judge a model, or any column of probabilities, by what happened: belief, decisions, discrimination."""
    opt.use_threads(threads)
    if not report:
        opt.only_for("writing the page, which --no-report forbids", {"--output": output})
    common: dict[str, Any] = {
        "threshold": threshold,
        "cost_fp": cost_fp,
        "cost_fn": cost_fn,
        "by": by,
        "columns": opt.names(columns) or None,
        "na_values": opt.names(na),
        "delimiter": delimiter,
    }
    with progress() as say:
        if score or label is not None:
            source = what
            opt.only_for("a model", {"--rename": rename, "--missing": missing})
            rows = opt.scored_rows(label, score, weight, sampling_weights, positive, logits, drop_missing)
            if len(score) == 1 and len(opt.names(score)) > 1:
                shown = _classes(what, rows | common, opt.names(classes), say)
            else:
                opt.only_for("several classes, one column each", {"--classes": classes})
                shown = _scores(what, rows | common, say)
        else:
            opt.only_for(
                "scores, which --label and --score name",
                {
                    "--weight": weight,
                    "--positive": positive,
                    "--logits": logits,
                    "--drop-missing": drop_missing,
                },
            )
            source = what[1:]
            named = {"rename": opt.pairs(rename), "missing": opt.names(missing)}
            shown = _model(what, common | named, say)
        if report and output is None and not json:
            output = Path(f"{opt.result_stem(opt.one_or_many(source))}-evaluation{PAGE}")
        if output is not None:
            say(f"Writing {output}")
            write_page(shown, output, inputs=what)
    print_summary(shown, everything=True, as_json=json)
    if output is not None and not json:
        print_text(f"\nWrote {output}")


def _classes(what: list[str], options: dict[str, Any], classes: tuple[str, ...], say: Say) -> AnySummary:
    from ogive import workflow

    of_two = {"--positive": "positive", "--logits": "logits", "--by": "by", "--threshold": "threshold"}
    of_two |= {"--cost-fp": "cost_fp", "--cost-fn": "cost_fn"}
    opt.only_for("a label of two classes", {name: options.pop(field) for name, field in of_two.items()})
    return workflow.evaluate_classes(
        opt.one_or_many(what),
        scores=opt.names(options.pop("score")),
        classes=classes or None,
        progress=say,
        **options,
    ).record


def _scores(what: list[str], options: dict[str, Any], say: Say) -> AnySummary:
    from ogive import workflow

    return workflow.evaluate_scores(opt.one_or_many(what), progress=say, **options).record


def _model(what: list[str], options: dict[str, Any], say: Say) -> AnySummary:
    from ogive.neural import load

    if len(what) < 2:
        raise InputError(
            f"expected a model and a table, or a table with --label and --score; got {what[0]} alone.",
            [f"ogive evaluate model.ogive {what[0]}", f"ogive evaluate {what[0]} --label y --score p"],
        )
    model, *source = what
    say("Reading the model")
    fitted = load(model)
    return fitted.evaluate(
        opt.one_or_many(source), model_name=Path(model).name, progress=say, **options
    ).record
