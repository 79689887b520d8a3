"""`ogive curve`: S-curves fitted to a table, kept, forecast, and applied to another table."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ogive._base import InputError
from ogive.cli import options as opt
from ogive.cli.console import print_json, print_rich, print_text, progress, warn, written

if TYPE_CHECKING:
    from ogive.curves import Family
    from ogive.workflow import FittedCurves

POINTS, CURVE, LATER = "The points", "The curve", "Later"


def _option(panel: str, name: str, metavar: str, text: str) -> Any:
    return typer.Option(name, metavar=metavar, rich_help_panel=panel, help=text)


Tables = Annotated[
    list[str],
    typer.Argument(metavar="[TABLE]...", help="As for ogive fit; one row a point, or one column a curve."),
]
X = Annotated[str | None, _option(POINTS, "--x", "NAME", "Column of x: time, dose, level of a stimulus.")]
Y = Annotated[
    list[str],
    _option(POINTS, "--y", "NAMES", "Column of y. Without it, or with several, each column is a curve."),
]
By = Annotated[list[str], _option(POINTS, "--by", "NAMES", "Column of groups, each with a curve of its own.")]
Weights = Annotated[
    str | None,
    _option(POINTS, "--weights", "NAME", "Column of weights: inverse of the variance of y, up to a factor."),
]
Trials = Annotated[
    str | None,
    _option(POINTS, "--n", "NAME", "Column of trials, of which y is the number or the share of successes."),
]
Wide = Annotated[
    bool, typer.Option("--wide", rich_help_panel=POINTS, help="Each column is a curve, as plates are kept.")
]
Replicates = Annotated[
    bool,
    typer.Option(
        "--replicates/--no-replicates",
        rich_help_panel=POINTS,
        help="Columns A.1 and A.2, or A_1 and A_2, are one curve.",
    ),
]
FamilyName = Annotated[
    str,
    _option(
        CURVE, "--family", "NAME", "A family, as in ll4, or a kind: growth, dose-response. --list shows all."
    ),
]
Noise = Annotated[
    str | None,
    _option(
        CURVE,
        "--noise",
        "NAME",
        "poisson, binomial or gamma; gaussian unless given, binomial with --n.",
    ),
]
Share = Annotated[
    list[str], _option(CURVE, "--share", "NAMES", "Parameters that all curves have in common; or all.")
]
Fix = Annotated[
    list[str], _option(CURVE, "--fix", "NAME=VALUE", "Parameters that are known: bottom=0,top=100")
]
Level = Annotated[
    float, typer.Option("--level", min=0.5, max=0.9999, rich_help_panel=CURVE, help="Of the intervals.")
]
Interval = Annotated[
    str | None,
    _option(CURVE, "--interval", "HOW", "profile or wald; profile for up to a hundred curves unless given."),
]
Forecast = Annotated[
    float | None,
    _option(
        LATER, "--forecast", "X", "Predict up to this x, with the limits of new observations; -o has them."
    ),
]
Save = Annotated[
    Path | None, _option(LATER, "--save", "FILE", "Keep the curves, as in curves.json, to predict from them.")
]
Apply = Annotated[
    str | None,
    _option(
        LATER, "--apply", "FILE", "Add predicted, low and high to the table, from curves that were saved."
    ),
]
Band = Annotated[
    str,
    _option(
        LATER, "--band", "WHAT", "Limits with --apply: confidence (the curve), prediction (a new point)."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        rich_help_panel=opt.OUTPUT,
        help="Table of the parameters, one row a curve and parameter; with --forecast of the forecast, with --apply of "
        "the predictions. The ending says the format: .csv, .parquet, …",
    ),
]
OneRow = Annotated[
    bool, typer.Option("--one-row", rich_help_panel=opt.OUTPUT, help="With -o: one row a curve.")
]
ShowAll = Annotated[
    bool, typer.Option("--all", rich_help_panel=opt.OUTPUT, help="Print every curve, not the first only.")
]
Everything = Annotated[
    bool,
    typer.Option("--list", rich_help_panel=CURVE, help="Show the families: formula, parameters, source."),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("curve")(curve)


def curve(
    source: Tables = [],
    x: X = None,
    y: Y = [],
    by: By = [],
    weights: Weights = None,
    trials: Trials = None,
    wide: Wide = False,
    replicates: Replicates = True,
    family: FamilyName = "growth",
    noise: Noise = None,
    share: Share = [],
    fix: Fix = [],
    level: Level = 0.95,
    interval: Interval = None,
    everything: Everything = False,
    forecast: Forecast = None,
    save: Save = None,
    apply: Apply = None,
    band: Band = "confidence",
    output: Output = None,
    one_row: OneRow = False,
    show_all: ShowAll = False,
    columns: opt.Columns = [],
    na: opt.NaValues = [],
    delimiter: opt.Delimiter = None,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Fit S-curves without start values: growth, dose-response, firing rates; say what the points do not determine."""
    if everything:
        _list(json)
        return
    if not source:
        raise InputError("name a table, as in ogive curve growth.csv --x day --y size.", "ogive curve --list")
    opt.use_threads(threads)
    reading = {"columns": opt.names(columns) or None, "na_values": opt.names(na), "delimiter": delimiter}
    asked: dict[str, Any] = {
        "y": opt.names(y),
        "weights": weights,
        "trials": trials,
        "wide": wide,
        "noise": noise,
        "share": opt.names(share),
        "fix": _values(fix),
        "intervals": interval,
        "forecast": forecast,
    }
    if apply is not None:
        given = {f"--{name}": value for name, value in asked.items()} | {"--save": save, "--one-row": one_row}
        given |= {"--n": given.pop("--trials"), "--interval": given.pop("--intervals")}
        opt.only_for("fitting curves; --apply has them fitted", given)
        _apply(apply, source, {"x": x, "by": opt.names(by), "band": band, **reading}, output, json)
        return
    if one_row and (output is None or forecast is not None):
        raise InputError(
            "--one-row is for a table of parameters.", "add -o parameters.csv, without --forecast"
        )
    asked |= {"x": x, "by": opt.names(by), "family": family, "level": level, "replicates": replicates}
    fitted = _fit(source, asked | reading, output, save, one_row=one_row)
    _show(fitted, output, save, everything=show_all, as_json=json)


def _values(texts: list[str]) -> dict[str, float]:
    """Read NAME=VALUE pairs."""
    found = {}
    for text in opt.names(texts):
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise InputError(f"--fix {text}: expected NAME=NUMBER.", "as in --fix bottom=0") from None
    return found


def _fit(
    source: list[str], asked: dict[str, Any], output: Path | None, save: Path | None, *, one_row: bool
) -> FittedCurves:
    """Fit the curves and write what was asked for: all of it or nothing."""
    from ogive import workflow

    with progress() as say, workflow.Outputs(inputs=source) as outputs:
        if output is not None:
            workflow.writable_ending(output.name)
        table_place = None if output is None else outputs.place(output)
        file_place = None if save is None else outputs.place(save)
        fitted = workflow.fit_curves(opt.one_or_many(source), progress=say, **asked)
        if table_place is not None and output is not None:
            forecast = asked["forecast"] is not None
            table = fitted.forecast() if forecast else fitted.parameters(one_row=one_row)
            workflow.write_table(table, table_place, output.name)
        if file_place is not None:
            file_place.write_bytes(fitted.to_bytes())
    written.extend(path for path in (output, save) if path is not None)
    return fitted


def _show(
    fitted: FittedCurves, output: Path | None, save: Path | None, *, everything: bool, as_json: bool
) -> None:
    """Print the summary, what was written, and what can be done next."""
    if as_json:
        import msgspec

        content = msgspec.to_builtins(fitted.record)
        for one in content["curves"]:
            for parameter in one["parameters"]:
                if not parameter["identified"]:
                    parameter["estimate"]["value"] = None  # it is where the search ended, and says nothing
        print_json(content)
        return
    from ogive.report import curves_text
    from ogive.views import size

    print_rich(curves_text(fitted.record, everything=everything))
    paths = [path for path in (output, save) if path is not None]
    if paths:
        print_text(f"\nWrote {' and '.join(f'{path} ({size(path.stat().st_size)})' for path in paths)}")
    if save is not None:
        print_text(f"Next: ogive curve --apply {shlex.quote(str(save))} new.csv -o predictions.csv")


def _apply(path: str, source: list[str], asked: dict[str, Any], output: Path | None, as_json: bool) -> None:
    from ogive import workflow

    with progress() as say, workflow.Outputs(inputs=[path, *source]) as outputs:
        if output is not None:
            workflow.writable_ending(output.name)
        place = outputs.place(output) if output is not None else None
        table = workflow.apply_curves(path, opt.one_or_many(source), progress=say, **asked)
        if place is not None and output is not None:
            workflow.write_table(table, place, output.name)
    without = table.column("predicted").null_count
    if without:
        warn(f"{without:,} of {table.num_rows:,} rows have no prediction: no x, or a group without a curve.")
    if output is None:
        workflow.write_table(table, sys.stdout.buffer, "predictions.jsonl" if as_json else "predictions.csv")
        sys.stdout.buffer.flush()
    else:
        written.append(output)
        print(f"Wrote {output}: {table.num_rows:,} rows", file=sys.stderr)


def _list(as_json: bool) -> None:
    """Print the families by kind."""
    from ogive.curves import families

    found = list(families().values())
    if as_json:
        print_json([_described(one) for one in found])
        return
    kind = ""
    for one in found:
        if one.kind != kind:
            print_text(f"{'' if not kind else chr(10)}{one.kind.capitalize()}")
            kind = one.kind
        print_text(f"  {one.name}: {one.title}\n    y = {one.formula}")
        for reading in one.parameters:
            unit = f" [{reading.unit}]" if reading.unit else ""
            print_text(f"      {reading.name:<12} {reading.meaning}{unit}")
        print_text(f"    {one.source}")


def _described(one: Family) -> dict[str, Any]:
    parameters = [{"name": p.name, "meaning": p.meaning, "unit": p.unit} for p in one.parameters]
    names = ("name", "title", "kind", "formula", "source")
    return {name: getattr(one, name) for name in names} | {"parameters": parameters}
