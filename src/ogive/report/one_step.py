"""One step of one unit, so that it can be checked by hand: formula, the formula with the numbers put in, value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from ogive._base import InputError
from ogive.report.sheet import Part, figures_page
from ogive.views import (
    Descent,
    Field,
    Figure,
    Line,
    Table,
    Trace,
    brief,
    computation_figure,
    lines_figure,
    number,
)

Row = tuple[str, str, str]
_Written = tuple[Sequence[str], Sequence[str]]
_Style = Literal["curve", "interval"]
_LOSSES = {"binary": "cross-entropy", "squared": "squared error", "squared-output": "squared error"}
_POINTS = 400  # of a drawn descent
_STYLES: tuple[_Style, _Style] = ("curve", "interval")


class _Unit(NamedTuple):
    """The numbers of a step of one unit on one row, by what they are called in the formulas."""

    head: str
    activation: str
    output: str  # p, or h where it is no probability
    rate: float
    x: list[float]
    w: list[float]
    b: float
    y: float
    z: float
    p: float
    loss: float
    outer: float | None  # the gradient in p, None where it is beyond all numbers
    slope: float
    back: float  # the gradient in z
    gradient: list[float]  # in w
    after: list[float]  # w and b

    @property
    def other(self) -> float:
        """1 - p, with all its digits."""
        return self.slope / self.p if self.p else 1.0


def step_table(trace: Trace, written: _Written) -> Table:
    """Return the six steps of one unit on one row as a table; a number has up to seven digits.

    Parameters
    ----------
    trace : Trace
        Of one unit on one row.
    written : (lines, lines)
        What each step makes of z in the activation, and in its slope, as `functions.written_out` gives it.

    Raises
    ------
    InputError
        If there is more than one unit or one row.
    """
    unit = _unit(trace)
    parts = {
        "1. Initialise": _initialise(unit),
        "2. Weighted sum": _weighted_sum(unit),
        f"3. {unit.activation.capitalize()}": _activation(unit, written),
        f"4. Compare, by {_LOSSES[unit.head]}": _compare(unit),
        "5. Gradient by chain rule": _gradient(unit, written),
        "6. Update": _update(unit),
    }
    rows: list[Row] = []
    for heading, lines in parts.items():
        rows.append((heading, "", ""))
        rows += [("  " + formula if formula else "", numbers, value) for formula, numbers, value in lines]
    headers = ("formula", "with the numbers", "value")
    fields = [Field(header=name, align="decimal" if name == "value" else "left") for name in headers]
    return Table(caption="To be checked by hand", fields=tuple(fields), rows=tuple(rows))


def _initialise(unit: _Unit) -> Iterator[Row]:
    yield f"inputs {_span('x', len(unit.x))}", ", ".join(map(brief, unit.x)), ""
    yield f"weights {_span('w', len(unit.w))}", ", ".join(map(brief, unit.w)), ""
    yield "bias b, target y, rate", ", ".join(map(brief, (unit.b, unit.y, unit.rate))), ""


def _weighted_sum(unit: _Unit) -> Iterator[Row]:
    names = [f"w{i + 1} x{i + 1}" for i in range(len(unit.x))]
    shown = names if len(names) <= 3 else [names[0], "…", names[-1]]
    pairs = list(zip(unit.w, unit.x, strict=True))
    products = [f"{_bracket(w)} × {_bracket(x)}" for w, x in pairs]
    yield f"z = {' + '.join([*shown, 'b'])}", " + ".join([*products, _bracket(unit.b)]), ""
    yield "", " + ".join(_bracket(v) for v in [*(w * x for w, x in pairs), unit.b]), brief(unit.z)


def _activation(unit: _Unit, written: _Written) -> Iterator[Row]:
    yield from _lines(f"{unit.output} = {unit.activation}(z)", written[0], unit.p)


def _compare(unit: _Unit) -> Iterator[Row]:
    p, y, z = brief(unit.p), brief(unit.y), brief(unit.z)
    if unit.head != "binary":
        formula, numbers = f"L = ({unit.output} - y)² / 2", f"({p} - {y})² / 2"
    elif 0 < unit.p < 1:
        formula = "L = -y log p - (1 - y) log(1 - p)"
        numbers = f"-{y} log {p} - {brief(1 - unit.y)} log {brief(unit.other)}"
    else:  # the logarithm of a rounded p says nothing
        formula, numbers = "L = log(1 + e^z) - y z", f"log(1 + e^{z}) - {y} × {_bracket(unit.z)}"
    yield formula, numbers, brief(unit.loss)


def _gradient(unit: _Unit, written: _Written) -> Iterator[Row]:
    name, p, y, back = unit.output, brief(unit.p), brief(unit.y), _bracket(unit.back)
    chain = f"∂L/∂z = ∂L/∂{name} ∂{name}/∂z"
    if unit.outer is None:
        chain, product = "∂L/∂z = p - y", f"{p} - {y}"
    else:
        product = f"{_bracket(unit.outer)} × {_bracket(unit.slope)}"
        if unit.head == "binary":
            chain += " = p - y"
            numbers = f"-{y}/{p} + {brief(1 - unit.y)}/{brief(unit.other)}"
            yield "∂L/∂p = -y/p + (1 - y)/(1 - p)", numbers, brief(unit.outer)
        else:
            yield f"∂L/∂{name} = {name} - y", f"{p} - {y}", brief(unit.outer)
    if name == "p":
        yield "∂p/∂z = p (1 - p)", f"{p} × {brief(unit.other)}", brief(unit.slope)
    else:
        yield from _lines(f"∂h/∂z = {unit.activation}'(z)", written[1], unit.slope)
    yield chain, product, brief(unit.back)
    for i, (x, one) in enumerate(zip(unit.x, unit.gradient, strict=True), 1):
        yield f"∂L/∂w{i} = ∂L/∂z x{i}", f"{back} × {_bracket(x)}", brief(one)
    yield "∂L/∂b = ∂L/∂z", "", brief(unit.back)


def _update(unit: _Unit) -> Iterator[Row]:
    names = [*(f"w{i + 1}" for i in range(len(unit.w))), "b"]
    steps = zip(names, [*unit.w, unit.b], [*unit.gradient, unit.back], unit.after, strict=True)
    for name, before, slope, after in steps:
        numbers = f"{brief(before)} - {brief(unit.rate)} × {_bracket(slope)}"
        yield f"{name} ← {name} - rate ∂L/∂{name}", numbers, brief(after)


def slope_words(trace: Trace, squared: Trace | None = None) -> str:
    """Say what the slope of the output does to the gradient: by cross-entropy, and by squared error on the same row.

    Of a single trace, of an output that is no probability, say only where its slope is 0.
    """
    unit = _unit(trace)
    if squared is None:
        zero = f"The slope of {unit.activation} at z = {brief(unit.z)} is 0: nothing comes back, and nothing is learnt."
        return "" if unit.slope else zero
    full, small, slope = unit.back, _unit(squared).back, unit.slope
    if not full:
        return "The output is the target: there is nothing to learn, by either loss."
    ratio = f"{number(full / small)} times smaller" if small else "nothing at all"
    return (
        "With cross-entropy the slope of the output's sigmoid cancels: the gradient in z is p - y = "
        f"{brief(full)}. With squared error the slope p (1 - p) = {brief(slope)} stays in it: {brief(small)}, {ratio}. "
        "The slope is next to nothing where p is near 0 or 1: so an output that is confident and wrong still learns "
        "with cross-entropy, and hardly with squared error."
    )


def descent_words(descents: Sequence[Descent]) -> str:
    """Say what the steps did to the output, by each loss."""
    steps = len(descents[0].losses) - 1
    name = "the output" if descents[0].head == "squared-output" else "p"
    reached = [f"{number(_path(one)[-1], 4)} by {_LOSSES[one.head]}" for one in descents]
    after = "the step" if steps == 1 else f"{steps:,} steps"
    return (
        f"After {after} {name} is {' and '.join(reached)}; before it was {number(_path(descents[0])[0], 4)}."
    )


def descent_table(descents: Sequence[Descent]) -> Table:
    """Return the first, some and the last steps: the output and the loss, of each descent."""
    last = len(descents[0].losses) - 1
    round_numbers = [digit * 10**power for power in range(len(str(last))) for digit in (1, 2, 5)]
    shown = [0, *(step for step in round_numbers if step < last), last]
    fields = [Field(header="steps")]
    columns = [[f"{step:,}" for step in shown]]
    for one in descents:
        output = "output" if one.head == "squared-output" else "p"
        fields += [
            Field(header=f"{output} by {_LOSSES[one.head]}", align="decimal"),
            Field(header=_LOSSES[one.head], align="decimal"),
        ]
        columns += [[number(values[step], 4) for step in shown] for values in (_path(one), one.losses)]
    rows = tuple(zip(*columns, strict=True))
    return Table(caption="Step after step, from the same weights", fields=tuple(fields), rows=rows)


def descent_figures(descents: Sequence[Descent], target: float) -> tuple[Figure, Figure]:
    """Return the outputs over the steps, with the target, and the losses."""
    last = len(descents[0].losses) - 1
    name = "output" if descents[0].head == "squared-output" else "p"
    outputs = [_line(one, _path(one), style) for one, style in zip(descents, _STYLES, strict=False)]
    losses = [_line(one, one.losses, style) for one, style in zip(descents, _STYLES, strict=False)]
    by = ", ".join(f"{number(_path(one)[-1])} by {_LOSSES[one.head]}" for one in descents)
    are = ", ".join(f"{_LOSSES[one.head]} is {number(one.losses[-1])}" for one in descents)
    outputs.append(Line(name="target", x=(0.0, float(last)), y=(target, target), style="reference"))
    return (
        _over_steps("outputs", f"{name} goes to {by}, where {number(target)} is the target", outputs, name),
        _over_steps("losses", f"After {last:,} steps {are}", losses, "loss"),
    )


def _line(descent: Descent, values: Sequence[float], style: _Style) -> Line:
    shown = np.unique(np.linspace(0, len(values) - 1, _POINTS).round().astype(int)).tolist()
    y = tuple(values[step] for step in shown)
    return Line(name=_LOSSES[descent.head], x=tuple(map(float, shown)), y=y, style=style)


def _over_steps(name: str, title: str, lines: Sequence[Line], y: str) -> Figure:
    values = [v for line in lines for v in line.y if v is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low or 1.0) / 12
    ends = (low - room * (low < 0), high + room)
    return lines_figure(name, title, lines, x="steps", y=y, ends=ends, outside=True, height=240)


def step_page(trace: Trace, table: Table, words: str, descents: Sequence[Descent]) -> str:
    """Return the page: the computation graph, the table, and, where there are several steps, what they lead to."""
    parts = [Part(heading="The six steps", tables=(table,))]
    if words:
        parts.append(Part(heading="What the slope of the output does", text=words))
    if len(descents[0].losses) > 2:
        figures = descent_figures(descents, _unit(trace).y)
        tables = (descent_table(descents),)
        parts.append(Part(heading="Step after step", figures=figures, tables=tables, paired=True))
    graph = computation_figure(trace)
    return figures_page("A step of learning, by hand", descent_words(descents), [graph], parts)


def _unit(trace: Trace) -> _Unit:
    node = trace.node("output", "p") or trace.node("output", "h")
    w, z = _numbers(trace, "initialise", "W"), _numbers(trace, "weighted sum", "z")
    if node is None or len(z) != 1:
        raise InputError(
            "steps are written out for one unit with an activation, and one row.",
            "as in Dense(1, 'tanh'), or Dense(1) with a loss of probabilities",
        )
    return _Unit(
        head=trace.head,
        activation=node.formula.partition(" = ")[2].partition("(")[0],
        output=node.name,
        rate=trace.rate,
        x=_numbers(trace, "initialise", "x"),
        w=w,
        b=_numbers(trace, "initialise", "b")[0],
        y=_numbers(trace, "initialise", "y")[0],
        z=z[0],
        p=float(node.value.item()),
        loss=_numbers(trace, "compare", "L")[0],
        outer=next(iter(_numbers(trace, "gradient", node.name, "chain")), None),
        slope=_numbers(trace, "gradient", "z", "local")[0],
        back=_numbers(trace, "gradient", "z", "chain")[0],
        gradient=_numbers(trace, "gradient", "W", "chain"),
        after=_numbers(trace, "update", "W") + _numbers(trace, "update", "b"),
    )


def _numbers(trace: Trace, step: str, name: str, what: str = "value") -> list[float]:
    """Return the numbers of a node; none where there is no such node."""
    node = trace.node(step, name)
    array = None if node is None else getattr(node, what)
    return [] if array is None else [float(v) for v in array.flat]


def _path(descent: Descent) -> list[float]:
    return [float(p) for p in descent.outputs.flat]


def _lines(formula: str, numbers: Sequence[str], value: float) -> Iterator[Row]:
    for i, line in enumerate(numbers):
        yield "" if i else formula, line, brief(value) if i == len(numbers) - 1 else ""


def _bracket(value: float) -> str:
    return f"({brief(value)})" if value < 0 else brief(value)


def _span(name: str, count: int) -> str:
    return f"{name}1" if count == 1 else f"{name}1, {name}2" if count == 2 else f"{name}1, …, {name}{count}"
