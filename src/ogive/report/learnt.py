"""A model that was learnt by descent: what it is and how it learnt, in the terminal and on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ogive.report import html
from ogive.report.document import header
from ogive.report.figures import hero_figure
from ogive.report.judged import judged_sections
from ogive.report.lines import facts, plain
from ogive.report.summary import Learning, LearntSummary, notes, urgent
from ogive.report.tables import evaluation_table
from ogive.report.words import answer, asked, data_facts, provenance_facts, question, read_line
from ogive.views import Figure, Line, Spot, duration, lines_figure, number

if TYPE_CHECKING:
    from rich.console import RenderableType


def learnt_lines(summary: LearntSummary, milliseconds: float | None) -> list[RenderableType]:
    """Return what was read and what was learnt; the evaluation follows."""
    time = "" if milliseconds is None else f" in {duration(milliseconds)}"
    return [
        plain(f"Read {read_line(summary.source)}"),
        *facts(data_facts(summary)),
        plain(f"Learnt {summary.learning.described}{time}"),
        *facts(summary.learning.facts),
        plain(""),
    ]


def learnt_gist(summary: LearntSummary) -> list[str]:
    """Return the gist for a notebook."""
    return [
        html.notices(urgent(summary.notices)),
        html.paragraph(asked(summary)),
        html.paragraph(answer(summary)),
        html.paragraph(f"Learnt {summary.learning.described}."),
        html.table(evaluation_table(summary.validation)) if summary.validation else "",
    ]


def learnt_body(summary: LearntSummary) -> list[str]:
    """Return the pieces of the page."""
    validation, outcome, learning = summary.validation, summary.outcome, summary.learning
    hero = hero_figure(validation, outcome) if validation else None
    described = html.paragraph(f"Learnt {learning.described}.")
    learnt = [described, html.figure(learning_figure(learning)), html.facts(learning.facts)]
    data = [("read", read_line(summary.source)), *data_facts(summary), *provenance_facts(summary.provenance)]
    return [
        header(asked(summary), question(outcome), summary.notices, answer(summary), hero),
        *(judged_sections(validation, outcome, title="How far to trust it") if validation else []),
        html.section("learning", "How it learnt", learnt),
        html.section("fit", "Data", [html.notices(notes(summary.notices)), html.facts(data)]),
    ]


def network_learning(
    *,
    layers: Sequence[str],
    parameters: int,
    rows: tuple[int, int],
    epochs: int,
    loss: Sequence[float],
    held_out: Sequence[float],
    best: int,
    stopped: str,
    verdicts: Sequence[str],
) -> Learning:
    """Say how a network learnt.

    Parameters
    ----------
    layers : sequence of str
        From the inputs on.
    parameters, epochs : int
        How many there are, and how many epochs were allowed.
    rows : (int, int)
        All of them, and those that said when to stop.
    loss, held_out, best
        As of `Learning`.
    stopped : str
        Why it stopped early; empty where it did not.
    verdicts : sequence of str
        What is wrong inside, in sentences.
    """
    every, aside = rows
    why = f": {stopped}" if stopped else ""
    kept = f"; the weights of epoch {best} were kept" if held_out else ""
    said = f"{aside:,} of {every:,} said when to stop" if aside else f"{every:,}, and none said when to stop"
    return Learning(
        what="network",
        described=f"a network of {parameters:,} parameters",
        facts=(
            ("layers", " → ".join(layers)),
            ("rows", said),
            ("epochs", f"{len(loss) - 1} of {epochs}{why}{kept}"),
            ("inside", "; ".join(one.rstrip(".") for one in verdicts) or _HEALTHY),
        ),
        loss=tuple(loss),
        held_out=tuple(held_out),
        best=best,
        no_intervals="a network has no standard errors: other weights, far from these, fit as well",
    )


def learning_figure(learning: Learning) -> Figure:
    """Return the loss over the epochs, of the rows learnt from and of those set aside."""
    epochs = tuple(map(float, range(len(learning.loss))))
    lines = [Line(name="rows learnt from", x=epochs, y=learning.loss)]
    best, spots = learning.best, []
    title = f"The loss of the rows learnt from falls to {number(learning.loss[-1])}"
    if learning.held_out:
        lines.insert(0, Line(name="rows set aside", x=epochs, y=learning.held_out, style="negative"))
        kept = number(learning.held_out[best])
        title = f"The loss of the rows set aside is least after epoch {best}: {kept}"
        spots = [Spot(x=best, y=learning.held_out[best], text="kept")]
    return lines_figure(
        "learning",
        title,
        lines,
        x="Epoch (0: before the first step)",
        y="Log loss, mean a row",
        ends=(0.0, 1.05 * max(y for line in lines for y in line.y if y is not None)),
        spots=spots,
        outside=True,
        reading=_APART if learning.held_out else _TOGETHER,
    )


_HEALTHY = "no vanishing or exploding gradient, no saturated or dead layer"
_APART = (
    "Where the two part, what is learnt begins to hold for the rows learnt from only. The weights of the marked epoch "
    "were kept."
)
_TOGETHER = "All rows were learnt from, so nothing tells when learning turned into memory."
