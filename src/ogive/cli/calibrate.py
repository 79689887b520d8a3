"""`ogive calibrate`: a calibrator learnt from a column of scores, or applied to another table."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ogive.cli import options as opt
from ogive.cli.console import print_text, progress, written
from ogive.cli.results import PAGE, page_bytes, print_summary

CALIBRATION = "Calibration"
Method = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="NAME",
        rich_help_panel=CALIBRATION,
        help="auto, platt, temperature, beta, isotonic, spline or venn-abers.",
    ),
]
Apply = Annotated[
    str | None,
    typer.Option(
        "--apply",
        metavar="FILE",
        rich_help_panel=CALIBRATION,
        help="Apply this calibrator to the table instead of learning one; adds the column calibrated.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, rich_help_panel=CALIBRATION, help="Of the folds.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        rich_help_panel=opt.OUTPUT,
        help="Calibrator file, with its page beside it [default: named after the table]; with --apply a table, or "
        "standard output (CSV).",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("calibrate")(calibrate)


def calibrate(
    source: opt.Sources,
    label: opt.Label = None,
    score: opt.Score = [],
    method: Method = "auto",
    apply: Apply = None,
    weight: opt.Weight = None,
    sampling_weights: opt.Sampling = False,
    positive: opt.Positive = [],
    classes: opt.Classes = [],
    logits: opt.Logits = False,
    drop_missing: opt.DropMissing = False,
    by: opt.By = None,
    threshold: opt.Threshold = None,
    cost_fp: opt.CostFalsePositive = None,
    cost_fn: opt.CostFalseNegative = None,
    seed: Seed = 0,
    output: Output = None,
    report: opt.Report = True,
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Learn to turn scores into honest probabilities, judge that on rows that did not teach it, keep it, apply it."""
    opt.use_threads(threads)
    reading = {"columns": opt.names(columns) or None, "na_values": opt.names(na), "delimiter": delimiter}
    if apply is not None:
        opt.only_for(
            "learning a calibrator",
            {"--label": label, "--weight": weight, "--by": by, "--positive": positive, "--logits": logits},
        )
        _apply(
            apply, source, opt.names(score) or None, reading | {"drop_missing": drop_missing}, output, json
        )
        return
    asked = opt.scored_rows(label, score, weight, sampling_weights, positive, logits, drop_missing)
    asked |= {"score": opt.only_one(score), "method": method, "seed": seed, **reading}
    of_two = {"by": by, "threshold": threshold, "cost_fp": cost_fp, "cost_fn": cost_fn}
    columns_of_classes = opt.names(score)
    if len(columns_of_classes) > 1:
        opt.only_for("a label of two classes", {f"--{k.replace('_', '-')}": v for k, v in of_two.items()})
        opt.only_for("a label of two classes", {"--positive": asked.pop("positive")})
        asked |= {"score": columns_of_classes, "classes": opt.names(classes) or None}
    else:
        opt.only_for("several classes, one column each", {"--classes": classes})
        asked |= of_two
    _learn(source, asked, output, report=report, as_json=json)


def _learn(
    source: list[str], asked: dict[str, Any], output: Path | None, *, report: bool, as_json: bool
) -> None:
    from ogive import workflow
    from ogive.views import size

    table = opt.one_or_many(source)
    path = output or Path(f"{opt.result_stem(table)}-calibrator.json")
    paths = [path, path.with_suffix(PAGE)] if report else [path]
    with progress() as say, workflow.Outputs(inputs=source) as outputs:
        places = [outputs.place(path) for path in paths]
        if "classes" in asked:
            calibrated: Any = workflow.calibrate_classes(
                table, scores=asked.pop("score"), progress=say, **asked
            )
        else:
            calibrated = workflow.calibrate_scores(table, progress=say, **asked)
        places[0].write_bytes(calibrated.to_bytes())
        if report:
            places[1].write_bytes(page_bytes(calibrated.record))
    written.extend(paths)
    print_summary(calibrated.record, everything=True, as_json=as_json)
    if not as_json:
        print_text(f"\nWrote {' and '.join(f'{path} ({size(path.stat().st_size)})' for path in paths)}")
        print_text(f"Next: ogive calibrate --apply {shlex.quote(str(path))} new.csv -o calibrated.csv")


def _apply(
    path: str,
    source: list[str],
    score: tuple[str, ...] | None,
    reading: dict[str, Any],
    output: Path | None,
    as_json: bool,
) -> None:
    from ogive import workflow

    with progress() as say, workflow.Outputs(inputs=[path, *source]) as outputs:
        if output is not None:
            workflow.writable_ending(output.name)
        place = outputs.place(output) if output is not None else None
        table = workflow.apply_calibrator(path, opt.one_or_many(source), score=score, progress=say, **reading)
        if place is not None and output is not None:
            workflow.write_table(table, place, output.name)
    if output is None:
        workflow.write_table(table, sys.stdout.buffer, "calibrated.jsonl" if as_json else "calibrated.csv")
        sys.stdout.buffer.flush()
    else:
        written.append(output)
        print(f"Wrote {output}: {table.num_rows:,} rows", file=sys.stderr)
