"""The page of networks compared: who is best at each depth, and what went on inside."""

from __future__ import annotations

from collections.abc import Sequence

from ogive.report import html
from ogive.report.contest import (
    NetworksCompared,
    accuracy_parts,
    accuracy_words,
    arriving,
    contest_answer,
    contest_asked,
    contest_notes,
)
from ogive.report.document import document, header
from ogive.report.seeds import NetworkCell, Values
from ogive.report.words import interval_header, plural, read_line, sentence
from ogive.views import (
    DASH,
    Field,
    Figure,
    Line,
    Standing,
    Table,
    lines_figure,
    number,
    standings_figure,
    whole_percent,
)

# Saturation below this is not drawn.
_LITTLE = 0.01
# Columns that were left out, named one by one.
_COLUMNS = 12


def contest_page(found: NetworksCompared) -> str:
    """Return the comparison as one HTML file that needs nothing else: about 1 MB, 0.9 of it the figure library."""
    source = "" if found.source is None else found.source.name
    title = "Which activation, how deep"
    body = [
        header(contest_asked(found), title, (), contest_answer(found), _standings(found)),
        html.section("inside", "What went on inside", _inside(found)),
        html.section("gradient", "What arrives of the gradient", _gradient(found)),
        html.section("saturation", "Saturated units", _saturation(found)),
        html.section("loss", "How the loss fell", _losses(found)),
        html.section("numbers", "All networks", [html.table(_numbers(found))]),
        html.section("time", "Time", [html.paragraph(_TIME), html.table(_times(found))]),
        html.section("method", "How it was done", [html.facts(_facts(found))]),
    ]
    return document(f"{title} · {source}" if source else title, body)


_TIME = (
    "Measured on the machine that made this page, on a batch and with one thread; these are the only numbers here that "
    "differ from run to run."
)


def _inside(found: NetworksCompared) -> list[str]:
    """Return what is wrong and what to do, what else there is to know, and the verdicts in full."""
    rows = [
        (f"{found.name(cell)}, depth {cell.depth}", one.sentence)
        for cell in found.cells
        for one in cell.complaints
    ]
    fields = (Field(header="network"), Field(header="in its first such seed"))
    view = Table(caption="What is wrong", fields=fields, rows=tuple(rows))
    return [*map(html.paragraph, contest_notes(found)), *([html.table(view)] if rows else [])]


def _standings(found: NetworksCompared) -> Figure:
    several = len(found.inits) > 1
    rows = [
        Standing(
            panel=f"depth {cell.depth}, {cell.init}" if several else f"depth {cell.depth}",
            name=cell.activation,
            share=cell.accuracy,
            leads=cell in found.leaders(cell.depth),
        )
        for cell in found.cells
    ]
    top = max(found.cells, key=lambda cell: cell.accuracy.value)
    return standings_figure(
        "accuracy",
        f"{accuracy_words(top.accuracy)} at most, by {found.name(top)} at depth {top.depth}",
        rows,
        x="accuracy on rows held out",
        finest=0.5 / found.held_out,
        reading=(
            f"Dots are means over {plural(found.seeds, 'seed')}, lines their intervals. In colour: the best of its "
            "depth, and those that tie with it: their intervals overlap, so many seeds do not tell them apart. The "
            "axis is stretched near 100 %: from 90 to 95 % is as far as from 95 to 97.5 %, half of the mistakes."
        ),
    )


def _gradient(found: NetworksCompared) -> list[str]:
    """Return the gradient by layer of the deepest networks, before the first step and after the last."""
    depth = max(found.depths)
    cells = found.at(depth)
    pairs = [
        ("before the first step", "gradient-start", [(cell, arriving(cell.ratios_start)) for cell in cells]),
        (
            f"after {plural(found.epochs, 'epoch')}",
            "gradient-end",
            [(cell, arriving(cell.ratios_end)) for cell in cells],
        ),
    ]
    known = [value for _, _, paths in pairs for _, path in paths for value in path if value]
    ends = min([0.1, *(value / 2 for value in known)]), max([10.0, *(2 * value for value in known)])
    return [
        html.paragraph(
            f"Gradient in the weighted sums of each layer by that of the last one, at depth {depth}; geometric mean "
            "over the seeds. A network learns in all its layers where it stays near 1."
        ),
        html.pair(
            [_arrival(found, name, when, paths, ends) for when, name, paths in pairs],
            read=False,
        ),
    ]


def _arrival(
    found: NetworksCompared,
    name: str,
    when: str,
    paths: Sequence[tuple[NetworkCell, Values]],
    ends: tuple[float, float],
) -> Figure:
    known = {found.name(cell): path[-1] for cell, path in paths if path[-1] is not None}
    title = f"{sentence(when)}, nothing is known of what arrives"
    if known:
        least = min(known, key=lambda one: known[one] or 0.0)
        title = f"{sentence(when)}, {_part(known[least] or 0.0)} arrives at the first layer of {least}"
    leaders = found.leaders(max(found.depths))
    return lines_figure(
        name,
        title,
        [
            Line(
                name=found.name(cell),
                x=tuple(map(float, range(len(path)))),
                y=path,
                style="curve" if cell in leaders else "interval",
            )
            for cell, path in paths
        ],
        x="layers back from the last one",
        y="gradient, last layer = 1 (logarithmic axis)",
        ends=ends,
        kind="log",
        outside=True,
        height=300,
    )


def _part(value: float) -> str:
    """Return what arrives in plain words, however little."""
    if value < 1e-4:
        return f"1 part in {number(float(f'{1 / value:.1e}'))}"
    return whole_percent(value) if value < 10 else f"{number(value)} times as much"


def _saturation(found: NetworksCompared) -> list[str]:
    """Return the share of saturated outputs over the epochs, of the deepest networks that have any."""
    depth = max(found.depths)
    cells = [cell for cell in found.at(depth) if max(cell.saturated) >= _LITTLE]
    if not cells:
        return [html.paragraph(f"At depth {depth} no activation has saturated units.")]
    most = max(cells, key=lambda cell: cell.saturated[-1])
    figure = lines_figure(
        "saturated",
        f"At depth {depth}, {whole_percent(most.saturated[-1])} of the outputs of {found.name(most)} end saturated",
        [_over_epochs(found, cell, cell.saturated) for cell in cells],
        x="epoch",
        y="share of outputs that are saturated",
        ends=(0.0, min(1.0, 1.15 * max(max(cell.saturated) for cell in cells))),
        outside=True,
        reading=(
            "An output is saturated where the slope of its S-curve is below a hundredth of its largest: next to "
            "nothing of the gradient passes. Hidden layers together, mean over the seeds."
        ),
    )
    return [html.figure(figure)]


def _losses(found: NetworksCompared) -> list[str]:
    """Return the training loss over the epochs, of the shallowest and of the deepest networks."""
    depths = sorted({min(found.depths), max(found.depths)})
    drawn = [value for depth in depths for cell in found.at(depth) for value in cell.training]
    least = max(min(drawn), 1e-6)
    ends = least / 1.3, 1.3 * max(drawn)
    figures = []
    for depth in depths:
        cells = found.at(depth)
        known = [cell for cell in cells if cell.converged is not None]
        title = f"Depth {depth}"
        if known:
            first = min(known, key=lambda cell: cell.converged or 0.0)
            title += (
                f": {found.name(first)} is the first to converge, in epoch {number(first.converged or 0.0)}"
            )
        figures.append(
            lines_figure(
                f"loss-{depth}",
                title,
                [_over_epochs(found, cell, [max(v, least) for v in cell.training]) for cell in cells],
                x="epoch",
                y="training loss (logarithmic axis)",
                ends=ends,
                kind="log",
                outside=True,
                height=300,
            )
        )
    words = (
        "Mean over the seeds; at epoch 0 before the first step. Converged is the first epoch by which the loss has "
        "made 95 % of its way to its lowest."
    )
    return [html.paragraph(words), html.pair(figures, read=False)]


def _over_epochs(found: NetworksCompared, cell: NetworkCell, values: Sequence[float]) -> Line:
    leads = cell in found.leaders(cell.depth)
    x = tuple(map(float, range(len(values))))
    return Line(name=found.name(cell), x=x, y=tuple(values), style="curve" if leads else "interval")


def _numbers(found: NetworksCompared) -> Table:
    interval = interval_header(found.cells[0].accuracy.level)
    return Table(
        caption="What each reached on the rows held out, and what went on inside",
        fields=(
            Field(header="activation"),
            Field(header="depth", align="right"),
            Field(header="accuracy", align="right"),
            Field(header=interval, align="interval"),
            Field(header="loss", align="decimal"),
            Field(header="converged in epoch", align="decimal"),
            Field(header="gradient at layer 1: start", align="right"),
            Field(header="end", align="right"),
            Field(header="saturated at the end", align="right"),
            Field(header="verdict"),
        ),
        rows=tuple(_cells(found, cell) for cell in found.cells),
    )


def _cells(found: NetworksCompared, cell: NetworkCell) -> tuple[str, ...]:
    share, limits = accuracy_parts(cell.accuracy)
    leaders = found.leaders(cell.depth)
    standing = [] if cell not in leaders else ["best"] if len(leaders) == 1 else ["ties"]
    return (
        found.name(cell),
        str(cell.depth),
        share,
        limits or DASH,
        DASH if cell.loss is None else f"{cell.loss.value:.3f}",
        DASH if cell.converged is None else number(cell.converged),
        *(
            DASH if (last := arriving(r)[-1]) is None else number(last, 2)
            for r in (cell.ratios_start, cell.ratios_end)
        ),
        whole_percent(cell.saturated[-1]),
        ", ".join([*standing, *(f"{c.kind} ({c.seeds} of {found.seeds})" for c in cell.complaints)]),
    )


def _times(found: NetworksCompared) -> Table:
    names = dict.fromkeys(map(found.name, found.cells))
    at = {
        (found.name(cell), cell.depth): f"{time:.2f}"
        for cell, time in zip(found.cells, found.milliseconds, strict=True)
    }
    return Table(
        caption=f"Milliseconds a step of {plural(found.batch, 'row')}, by depth: median",
        fields=(Field(header="activation"), *(Field(header=str(d), align="decimal") for d in found.depths)),
        rows=tuple((name, *(at[name, depth] for depth in found.depths)) for name in names),
    )


def _facts(found: NetworksCompared) -> list[tuple[str, str]]:
    table = [] if found.source is None else [("table", read_line(found.source))]
    unused = [f"{name} ({why})" for name, why in list(found.left_out.items())[:_COLUMNS]]
    unused += [f"{more:,} more"] if (more := len(found.left_out) - _COLUMNS) > 0 else []
    seeds = f"{found.seed}" if found.seeds == 1 else f"{found.seed} to {found.seed + found.seeds - 1}"
    return [
        *table,
        *([("classes", f"{found.classes} of {found.target}")] if found.target else []),
        *([("left out", ", ".join(unused))] if unused else []),
        (
            "network",
            f"{plural(found.inputs, 'input')}, depth times {plural(found.width, 'unit')}, the logits",
        ),
        (
            "learning",
            f"Adam, rate {found.rate:g}, {plural(found.epochs, 'epoch')} of steps of {found.batch} rows",
        ),
        ("held out", f"{plural(found.held_out, 'row')}, the same for all; the same share of each class"),
        ("seeds", f"{seeds}: of the weights and of the order of the rows; the same for all"),
        ("intervals", "Student's t over the seeds; they say nothing of other rows"),
        ("ties", "intervals overlap that of the best"),
    ]
