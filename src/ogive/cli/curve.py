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
from ogive.cli.results import PAGE

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
FamilyNames = Annotated[
    list[str],
    _option(
        CURVE,
        "--family",
        "NAMES",
        "A family, as in ll4, or several, or a kind: growth, dose-response. Of several the best one by AICc is kept; "
        "--list shows all. [default: growth]",
    ),
]
Noise = Annotated[
    str | None,
    _option(
        CURVE,
        "--noise",
        "NAME",
        "How y scatters: gaussian, relative, power; of counts poisson, quasi-poisson, negative-binomial; of shares "
        "binomial, quasi-binomial, beta-binomial. Gaussian unless given, binomial with --n. A known parameter follows: "
        "power=0.5.",
    ),
]
Dispersion = Annotated[
    float | None,
    _option(
        CURVE,
        "--dispersion",
        "NUMBER",
        "Variance of y, by its weight, where it is known: 1 if --weights tell it.",
    ),
]
Robust = Annotated[
    str | None,
    _option(
        CURVE,
        "--robust",
        "LOSS",
        "Points far away weigh less (huber, tukey, cauchy), or are found and left out (rout).",
    ),
]
Q = Annotated[
    float | None,
    _option(
        CURVE, "--q", "SHARE", "Share of false ones among the points that rout leaves out; 0.01 unless given."
    ),
]
Increments = Annotated[
    bool,
    typer.Option(
        "--increments",
        rich_help_panel=CURVE,
        help="y is what was added since the x before, as new cases are; the curve is that of their sum.",
    ),
]
Equality = Annotated[
    list[str],
    _option(CURVE, "--equality", "NAMES", "Test whether each of these parameters is the same in all groups."),
]
Potency = Annotated[
    str | None,
    _option(
        CURVE,
        "--potency",
        "GROUP",
        "Potency of every other group relative to this one, from parallel curves.",
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
    _option(
        CURVE,
        "--interval",
        "HOW",
        "profile, wald or bootstrap; profile for up to a hundred curves unless given.",
    ),
]
Forecast = Annotated[
    str | None,
    _option(
        LATER,
        "--forecast",
        "X",
        "Predict up to this x, or date, with the limits of new observations; -o has them.",
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
Page = Annotated[
    Path | None,
    _option(
        opt.OUTPUT,
        "--report",
        "FILE",
        "The page [default: named after the table, as in growth-curve.html; none with --json].",
    ),
]
NoPage = Annotated[bool, typer.Option("--no-report", rich_help_panel=opt.OUTPUT, help="Write no page.")]
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
    family: FamilyNames = [],
    noise: Noise = None,
    dispersion: Dispersion = None,
    robust: Robust = None,
    q: Q = None,
    increments: Increments = False,
    share: Share = [],
    fix: Fix = [],
    equality: Equality = [],
    potency: Potency = None,
    level: Level = 0.95,
    interval: Interval = None,
    everything: Everything = False,
    forecast: Forecast = None,
    save: Save = None,
    apply: Apply = None,
    band: Band = "confidence",
    output: Output = None,
    report: Page = None,
    no_report: NoPage = False,
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
        "family": opt.names(family),
        "noise": noise,
        "dispersion": dispersion,
        "robust": robust,
        "q": q,
        "increments": increments,
        "equality": opt.names(equality),
        "potency": potency,
        "share": opt.names(share),
        "fix": _values(fix),
        "intervals": interval,
        "forecast": forecast,
    }
    if apply is not None:
        given = {f"--{name}": value for name, value in asked.items()} | {
            "--save": save,
            "--one-row": one_row,
            "--report": report,
        }
        given |= {"--n": given.pop("--trials"), "--interval": given.pop("--intervals")}
        opt.only_for("fitting curves; --apply has them fitted", given)
        _apply(apply, source, {"x": x, "by": opt.names(by), "band": band, **reading}, output, json)
        return
    if one_row and (output is None or forecast is not None):
        raise InputError(
            "--one-row is for a table of parameters.", "add -o parameters.csv, without --forecast"
        )
    if no_report:
        opt.only_for("writing the page, which --no-report forbids", {"--report": report})
    elif report is None and not json:
        report = Path(f"{opt.result_stem(opt.one_or_many(source))}-curve{PAGE}")
    asked |= {"x": x, "by": opt.names(by), "level": level, "replicates": replicates}
    asked |= {"family": opt.names(family) or "growth", "q": _share_of_false(q, robust)}
    paths = {"table": output, "file": save, "page": report}
    fitted = _fit(source, asked | reading, paths, one_row=one_row)
    _show(fitted, paths, everything=show_all, as_json=json)


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


def _share_of_false(q: float | None, robust: str | None) -> float:
    if q is not None and robust != "rout":
        raise InputError("--q is for finding outliers.", "add --robust rout, or leave --q out")
    return 0.01 if q is None else q


def _fit(
    source: list[str], asked: dict[str, Any], paths: dict[str, Path | None], *, one_row: bool
) -> FittedCurves:
    """Fit the curves and write what was asked for: all of it or nothing."""
    from ogive import workflow

    wanted = {what: path for what, path in paths.items() if path is not None}
    with progress() as say, workflow.Outputs(inputs=source) as outputs:
        if "table" in wanted:
            workflow.writable_ending(wanted["table"].name)
        places = {what: outputs.place(path) for what, path in wanted.items()}
        fitted = workflow.fit_curves(opt.one_or_many(source), progress=say, **asked)
        if "table" in places:
            forecast = asked["forecast"] is not None
            table = fitted.forecast() if forecast else fitted.parameters(one_row=one_row)
            workflow.write_table(table, places["table"], wanted["table"].name)
        if "file" in places:
            places["file"].write_bytes(fitted.to_bytes())
        if "page" in places:
            say(f"Writing {wanted['page']}")
            places["page"].write_bytes(fitted.page().encode())
    written.extend(wanted.values())
    return fitted


def _show(fitted: FittedCurves, paths: dict[str, Path | None], *, everything: bool, as_json: bool) -> None:
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
    files = [path for path in paths.values() if path is not None]
    if files:
        print_text(f"\nWrote {' and '.join(f'{path} ({size(path.stat().st_size)})' for path in files)}")
    steps = []
    if paths["file"] is not None:
        steps.append(f"ogive curve --apply {shlex.quote(str(paths['file']))} new.csv -o predictions.csv")
    if paths["page"] is not None:
        steps.append(f"open {shlex.quote(str(paths['page']))}")
    if steps:
        print_text(f"Next: {' · '.join(steps)}")


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
        width = max(len(reading.name) for reading in one.parameters)
        for reading in one.parameters:
            unit = f" [{reading.unit}]" if reading.unit else ""
            print_text(f"      {reading.name:<{width}}  {reading.meaning}{unit}")
        print_text(f"    {one.source}")


def _described(one: Family) -> dict[str, Any]:
    parameters = [{"name": p.name, "meaning": p.meaning, "unit": p.unit} for p in one.parameters]
    names = ("name", "title", "kind", "formula", "source")
    return {name: getattr(one, name) for name in names} | {"parameters": parameters}
