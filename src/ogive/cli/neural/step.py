"""`ogive neural step`: one step of learning of one unit, every number and formula."""

# ruff: noqa: PLC0415 (Typer reads options from the signature; rooms are imported when needed)

from __future__ import annotations

import math
from json import loads
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from ogive._base import InputError
from ogive.cli import options as opt
from ogive.cli.console import print_json, print_rich, print_text
from ogive.cli.results import write_drawing

if TYPE_CHECKING:
    from ogive.neural import Trace

UNIT, LEARNING = "The unit", "Learning"
MOST_STEPS = 10_000
LOSSES = {"binary": "binary", "cross-entropy": "binary", "squared": "squared", "squared-error": "squared"}

Inputs = Annotated[
    str, typer.Option("--inputs", metavar="NUMBERS", rich_help_panel=UNIT, help="What goes in: 0.5,0.8")
]
Weights = Annotated[
    str,
    typer.Option("--weights", metavar="NUMBERS", rich_help_panel=UNIT, help="One weight an input: 0.4,-0.6"),
]
Bias = Annotated[float, typer.Option("--bias", metavar="NUMBER", rich_help_panel=UNIT)]
Function = Annotated[
    str,
    typer.Option(
        "--activation",
        metavar="NAME",
        rich_help_panel=UNIT,
        help="Of the catalogue; any but the sigmoid gives no probability, and learns by squared error.",
    ),
]
Target = Annotated[
    float,
    typer.Option(
        "--target", min=0.0, max=1.0, rich_help_panel=LEARNING, help="What should come out: 0, 1 or between."
    ),
]
Rate = Annotated[
    float, typer.Option("--rate", metavar="NUMBER", rich_help_panel=LEARNING, help="Of the step.")
]
Loss = Annotated[
    str | None,
    typer.Option(
        "--loss",
        metavar="NAME",
        rich_help_panel=LEARNING,
        help="binary (or cross-entropy) or squared; binary unless given, where the activation is the sigmoid.",
    ),
]
Steps = Annotated[
    int,
    typer.Option(
        "--steps",
        min=1,
        max=MOST_STEPS,
        rich_help_panel=LEARNING,
        help="Run on, by cross-entropy and by squared error, beside each other.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("step")(step)


def step(
    inputs: Inputs,
    weights: Weights,
    target: Target,
    bias: Bias = 0.0,
    rate: Rate = 0.5,
    loss: Loss = None,
    activation: Function = "sigmoid",
    steps: Steps = 1,
    plot: opt.Plot = None,
    json: opt.Json = False,
) -> None:
    """Write one step of learning out: initialise, weighted sum, sigmoid, compare, gradient, update."""
    from ogive._base import encode
    from ogive.neural import Dense, Network, descend, trace_step
    from ogive.report import descent_figures, descent_table, descent_words, slope_words, step_page, step_table
    from ogive.views import computation_figure, line_width, size, text_table

    x, w = _vector("--inputs", inputs), _vector("--weights", weights)
    if len(x) != len(w):
        problem = (
            f"there are {len(x)} --inputs and {len(w)} --weights; expected as many of one as of the other."
        )
        raise InputError(problem, "as in --inputs 0.5,0.8 --weights 0.4,-0.6")
    [b] = _vector("--bias", str(bias))
    heads = _heads(activation, loss)

    def unit(head: str) -> Network:
        return Network(
            [Dense(1, activation if head == "squared-output" else "identity")],
            head,
            weights=[{"W": [[one] for one in w], "b": [b]}],
        )

    traces = [trace_step(unit(head), x, target, rate=rate) for head in heads]
    descents = [descend(unit(head), x, target, rate=rate, steps=steps) for head in heads]
    first = traces[0]
    words = slope_words(*sorted(traces, key=lambda one: one.head))
    table = step_table(first, _written(activation, first))
    if plot is not None:
        figures = [computation_figure(first), *(descent_figures(descents, target) if steps > 1 else ())]
        write_drawing(plot, figures, lambda: step_page(first, table, words, descents), quiet=True)
    if json:
        print_json(loads(encode({"trace": first, "descents": descents})))
        return
    print_rich(text_table(table, indent=0))
    print_text(
        "\n" + "\n\n".join(fill(said, line_width()) for said in (words, descent_words(descents)) if said)
    )
    if steps > 1:
        print_text("")
        print_rich(text_table(descent_table(descents), indent=0))
    if plot is not None:
        print_text(f"\nWrote {plot} ({size(plot.stat().st_size)})")


def _vector(option: str, text: str) -> list[float]:
    found = opt.numbers(option, text)
    if not all(map(math.isfinite, found)):
        raise InputError(f"{option} {text}: expected finite numbers.", f"as in {option} 0.5,0.8")
    return found


def _heads(activation: str, loss: str | None) -> list[str]:
    """Return the loss that was asked for, and the other one, to stand beside it."""
    from ogive.neural import activation as named

    if loss not in (None, *LOSSES):
        raise InputError(f"there is no loss {loss!r}.", f"there are {', '.join(LOSSES)}")
    asked = LOSSES[loss or "binary"]
    if named(activation).name == "sigmoid":
        return sorted(("binary", "squared"), key=lambda head: head != asked)
    if loss is not None and asked == "binary":
        problem = (
            f"cross-entropy compares a probability, which is a sigmoid's; got --activation {activation}."
        )
        raise InputError(problem, ["leave --activation out", "or compare by --loss squared"])
    return ["squared-output"]


def _written(name: str, trace: Trace) -> tuple[list[str], list[str]]:
    """Return what each step makes of z in an activation and in its slope, where a person would write it down."""
    from ogive.functions import written_out
    from ogive.neural import activation
    from ogive.views import brief

    z = next(float(one.value.item()) for one in trace.nodes if one.step == "weighted sum")
    try:
        value, slope = ([line.partition(" = ")[2] for line in part[:-1]] for part in written_out(name, z))
    except InputError:
        named = activation(name)
        value, slope = [f"{named.formula}, at {brief(z)}"], [f"{named.name}'({brief(z)})"]
    return value, slope
