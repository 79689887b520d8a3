"""`ogive function`: values, slopes, steps, derivations and figures of the functions."""

# ruff: noqa: B006, PLC0415, PLR0913, PLR0917 (Typer copies defaults and reads options from the signature; rooms are imported when needed)

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ogive._base import InputError
from ogive.cli import options as opt
from ogive.cli.console import print_json, print_rich, print_text
from ogive.cli.results import write_drawing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ogive.functions import Columns

POINTS, SHOW = "Where", "What"
MOST_POINTS = 1_000_000

Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME...", help="Functions, as in sigmoid tanh relu.", show_default=False),
]
From = Annotated[
    float | None,
    typer.Option("--from", metavar="X", rich_help_panel=POINTS, help="First point. [default: -6]"),
]
To = Annotated[
    float | None, typer.Option("--to", metavar="X", rich_help_panel=POINTS, help="Last point. [default: 6]")
]
Points = Annotated[
    int | None,
    typer.Option(
        "--points",
        min=2,
        max=MOST_POINTS,
        rich_help_panel=POINTS,
        help="Print a table of so many points from --from to --to.",
    ),
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="NUMBERS", rich_help_panel=POINTS, help="Chosen points: -4,-2,0,2,4"),
]
Derivative = Annotated[bool, typer.Option("--derivative", rich_help_panel=SHOW, help="Add the slopes.")]
Steps = Annotated[
    bool,
    typer.Option(
        "--steps", rich_help_panel=SHOW, help="Write the substitution out at --at, for value and slope."
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output", metavar="NUMBERS", rich_help_panel=SHOW, help="The slope where the output is this: 0.8"
    ),
]
Derivation = Annotated[
    bool,
    typer.Option(
        "--derivation", rich_help_panel=SHOW, help="Derive the slope line by line, each checked at --at."
    ),
]
Everything = Annotated[bool, typer.Option("--list", rich_help_panel=SHOW, help="Compare all functions.")]
Time = Annotated[
    bool, typer.Option("--time", rich_help_panel=SHOW, help="With --list: times on this machine, ReLU is 1.")
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("function")(function)


def function(
    names: Names = [],
    low: From = None,
    high: To = None,
    points: Points = None,
    at: At = None,
    derivative: Derivative = False,
    steps: Steps = False,
    output: Output = None,
    derivation: Derivation = False,
    everything: Everything = False,
    time: Time = False,
    plot: opt.Plot = None,
    json: opt.Json = False,
) -> None:
    """Compute, explain and draw the sigmoid and its family; with names alone, facts and a plot in the terminal."""
    from ogive import functions as F

    asked = [F.named(name) for name in names]
    _one_of(
        steps=steps, output=output is not None, derivation=derivation, list=everything, plot=plot is not None
    )
    if everything:
        _print(F.catalogue(asked or None, time=time), json)
        return
    if not asked:
        raise InputError("name a function, as in ogive function sigmoid.", "ogive function --list shows all")
    chosen = opt.numbers("--at", at)
    first, last = _ends(asked, low, high)
    if plot is not None:
        _draw(asked, plot, (None, None) if low is None and high is None else (first, last), chosen)
    elif output is not None:
        _print(F.slopes_from_output(asked, opt.numbers("--output", output)), json)
    elif derivation:
        _each(asked, lambda name: F.derivation(name, chosen or (1.0,)), json)
    elif steps:
        _print_steps(asked, chosen, json)
    elif chosen or points is not None:
        import numpy as np

        where = np.array(chosen) if chosen else np.linspace(first, last, points or 2)
        _print(F.table(where, asked, derivative=derivative), json, whole=True)
        if not json:
            _print_domains(asked, where)
    else:
        _print_facts(asked, first, last, derivative, json)


def _one_of(**wanted: bool) -> None:
    """Raise unless at most one of these is asked for."""
    given = [f"--{name}" for name, is_given in wanted.items() if is_given]
    if len(given) > 1:
        raise InputError(
            f"{' and '.join(given)} answer different questions.", "ask for one of them at a time"
        )


def _ends(names: list[str], low: float | None, high: float | None) -> tuple[float, float]:
    from ogive.functions import usual_range

    first, last = usual_range(names) if low is None or high is None else (low, high)
    first, last = first if low is None else low, last if high is None else high
    if not (math.isfinite(first) and math.isfinite(last) and first < last):
        raise InputError(
            f"points go from {first:g} to {last:g}; expected two numbers, the first below the second.",
            "as in --from -10 --to 10",
        )
    return first, last


def _print(columns: Columns, as_json: bool, *, whole: bool = False) -> None:
    """Print columns as a table, or for a machine; `whole` shows every row."""
    if as_json:
        print_json(_plain(columns))
        return
    from ogive.views import text_table

    print_rich(text_table(columns.to_table(most=MOST_POINTS if whole else None), indent=0))


def _print_domains(names: list[str], where: Iterable[float]) -> None:
    """Say why there is no value at some of the points."""
    from ogive import functions as F

    for name in names:
        low, high = F.FAMILY[name].domain
        outside = [x for x in where if not low <= x <= high]
        if outside:
            shown = ", ".join(f"{x:g}" for x in outside[:3]) + (", …" if len(outside) > 3 else "")
            print_text(f"{name} takes numbers from {low:g} to {high:g}: there is no value at {shown}.")


def _each(names: list[str], make: Any, as_json: bool) -> None:
    """Print one table a function."""
    tables = {name: make(name) for name in names}
    if as_json:
        print_json({name: _plain(table) for name, table in tables.items()})
        return
    for i, (name, table) in enumerate(tables.items()):
        print_text(("\n" if i else "") + f"The slope of {name}")
        _print(table, as_json)


def _plain(columns: Columns) -> dict[str, Any]:
    """Return columns as lists; JSON has no infinities, so they are null."""
    return {
        key: [_number(v) for v in getattr(values, "tolist", lambda v=values: v)()]
        for key, values in columns.items()
    }


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print_steps(names: list[str], at: list[float], as_json: bool) -> None:
    from ogive.functions import written_out

    if not at:
        raise InputError("--steps needs a number to put into the formula.", "as in --at -2 --steps")
    pages = [(name, x, *written_out(name, x)) for name in names for x in at]
    if as_json:
        print_json([{"function": n, "x": x, "value": value, "slope": slope} for n, x, value, slope in pages])
        return
    print_text("\n\n".join("\n".join([*value, "", *slope]) for _, _, value, slope in pages))


def _print_facts(names: list[str], low: float, high: float, derivative: bool, as_json: bool) -> None:
    """Print what is known of each function, and draw it with characters."""
    from ogive import functions as F

    if as_json:
        print_json({name: {key: _jsonable(value) for key, value in F.facts(name).items()} for name in names})
        return
    from ogive.views import line_width

    width = min(line_width(), 76)
    for i, name in enumerate(names):
        print_text(("\n" if i else "") + f"{name}(x) = {F.FAMILY[name].formula}")
        for key, value in F.described(name):
            print_text(f"  {key:<14} {value}")
        print_text("\n" + F.terminal_figure(name, low, high, derivative=derivative, width=width))


def _jsonable(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_number(v) for v in value]
    return _number(value)


def _draw(names: list[str], path: Path, ends: tuple[float | None, float | None], at: Iterable[float]) -> None:
    """Write a page or a drawing."""
    from ogive import functions as F

    if len(names) == 1 or at:
        figures = [F.curve_figure(name, *ends, at=list(at)) for name in names]
    else:
        figures = F.family_figures(names, *ends)
    write_drawing(path, figures, lambda: _page(names, figures))


def _page(names: list[str], figures: list[Any]) -> str:
    """Return the page: the functions drawn, compared, and, for sigmoids, what depth and losses make of them."""
    from ogive import functions as F
    from ogive.report import Part, figures_page

    tables = (F.catalogue(names).to_table("Computed from the functions"),)
    parts = [Part(heading="Compared" if len(names) > 1 else "In numbers", tables=tables)]
    if "sigmoid" in names:
        parts += [
            Part(heading="Through many layers", figures=(F.depth_figure(),)),
            Part(heading="At the output", figures=tuple(F.loss_figures()), paired=True),
        ]
    title = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return figures_page(title, F.in_words(names), figures, parts)
