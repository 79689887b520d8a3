"""Networks compared on the same rows: the record, what of it is best, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby

import msgspec

from ogive._base import Estimate, Record
from ogive.report.seeds import NetworkCell, Values
from ogive.report.summary import Source
from ogive.report.words import plural, sentence
from ogive.views import percent

# Cells named one by one in a sentence.
_NAMED = 4
# What a verdict says of several cells.
_WRONG = {
    "vanishing": "The gradient vanishes in",
    "exploding": "The gradient explodes in",
    "saturated": "Units start saturated in",
    "dead": "Units died in",
    "diverged": "The loss was no longer a number in",
}


class NetworksCompared(Record, frozen=True, kw_only=True):
    """Activations, depths and initialisations on the same rows, learnt from and held out.

    Attributes
    ----------
    cells : tuple of NetworkCell
        By depth, then by activation, then by initialisation.
    learnt, held_out, inputs, classes : int
        Rows learnt from and held out, numbers in a row, and classes.
    width, epochs, batch, seeds, seed : int
        Units of each hidden layer; readings of all rows; rows a step; networks a cell, and the first seed.
    rate : float
        Of Adam.
    milliseconds : tuple of float
        Median time of a step of each cell, measured on the machine at hand: the only numbers here that are not the same
        each time.
    source, target, left_out
        The table, its column of classes, and which columns were not used and why, where there is a table.
    """

    cells: tuple[NetworkCell, ...]
    learnt: int
    held_out: int
    inputs: int
    classes: int
    width: int
    epochs: int
    batch: int
    rate: float
    seeds: int
    seed: int
    milliseconds: tuple[float, ...]
    source: Source | None = None
    target: str = ""
    left_out: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def depths(self) -> tuple[int, ...]:
        """The depths in order of their cells."""
        return tuple(dict.fromkeys(cell.depth for cell in self.cells))

    @property
    def activations(self) -> tuple[str, ...]:
        """The activations in order of their cells."""
        return tuple(dict.fromkeys(cell.activation for cell in self.cells))

    @property
    def inits(self) -> tuple[str, ...]:
        """The initialisations in order of their cells."""
        return tuple(dict.fromkeys(cell.init for cell in self.cells))

    def at(self, depth: int) -> tuple[NetworkCell, ...]:
        """Return the cells of a depth."""
        return tuple(cell for cell in self.cells if cell.depth == depth)

    def name(self, cell: NetworkCell) -> str:
        """Return what a cell is called among those of its depth."""
        return cell.activation if len(self.inits) == 1 else f"{cell.activation} ({cell.init})"

    def leaders(self, depth: int) -> tuple[NetworkCell, ...]:
        """Return the most accurate cell of a depth and those that tie with it: whose intervals overlap its own."""
        cells = self.at(depth)
        best = max(cells, key=lambda cell: cell.accuracy.value)
        return tuple(cell for cell in cells if cell is best or overlap(cell.accuracy, best.accuracy))


def overlap(one: Estimate, other: Estimate) -> bool:
    """Say whether two intervals overlap; equal values without intervals do.

    Examples
    --------
    >>> overlap(Estimate(value=0.95, low=0.94, high=0.96), Estimate(value=0.97, low=0.96, high=0.98))
    True
    """
    low, high = max(_low(one), _low(other)), min(_high(one), _high(other))
    return low <= high


def arriving(ratios: Values) -> Values:
    """Return the gradient of each layer by that of the last one, from its ratios layer by layer; the last one first.

    Examples
    --------
    >>> arriving((0.5, 0.1))
    (1.0, 0.1, 0.05)
    """
    steps = [1.0, *reversed(ratios)]
    return tuple(accumulate(steps, lambda a, b: None if a is None or b is None else a * b))


def accuracy_words(estimate: Estimate) -> str:
    """Return an accuracy with its interval, in per cent.

    Examples
    --------
    >>> accuracy_words(Estimate(value=0.9711, low=0.965, high=0.9772)), accuracy_words(Estimate(value=0.5))
    ('97.1 % (96.5 – 97.7)', '50.0 %')
    """
    value, limits = accuracy_parts(estimate)
    return f"{value} ({limits})" if limits else value


def accuracy_parts(estimate: Estimate) -> tuple[str, str]:
    """Return an accuracy and its interval as texts; the interval is empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return percent(estimate.value), ""
    return percent(estimate.value), f"{100 * estimate.low:.1f} – {100 * estimate.high:.1f}"


def contest_answer(found: NetworksCompared) -> str:
    """Return which activation is best at each depth, and where they tie, in one sentence."""
    said = []
    for _, group in groupby(found.depths, key=lambda depth: [found.name(c) for c in found.leaders(depth)]):
        depths = list(group)
        where = f"at depth{'s' * (len(depths) > 1)} {joined(map(str, depths))}"
        said.append(f"{where} {_standing(found, depths)}")
    return sentence("; ".join(said)) + "."


def _standing(found: NetworksCompared, depths: Sequence[int]) -> str:
    """Say who is best at depths that have the same leaders."""
    cells, leaders = found.at(depths[0]), found.leaders(depths[0])
    names = [found.name(cell) for cell in leaders]
    reached = [cell.accuracy.value for depth in depths for cell in found.leaders(depth)]
    low, high = (f"{100 * value:.1f}" for value in (min(reached), max(reached)))
    span = f"{low} %" if low == high else f"{low} to {high} %"
    if len(cells) == 1:
        return f"{names[0]} reaches {span}"
    if len(leaders) == 1:
        alone = accuracy_words(leaders[0].accuracy) if len(depths) == 1 else span
        return f"{names[0]} is best with {alone}"
    if len(leaders) == len(cells):
        return f"{'both' if len(cells) == 2 else f'all {len(cells)}'} tie ({span})"
    rest = [found.name(cell) for cell in cells if cell not in leaders]
    if len(rest) < len(leaders) and len(leaders) > 2:
        return f"all but {joined(rest)} tie ({span})"
    return f"{joined(names)} tie ({span}), ahead of {joined(rest)}"


def contest_asked(found: NetworksCompared) -> str:
    """Return what was compared, on what."""
    inits = f" and {plural(len(found.inits), 'initialisation')}" if len(found.inits) > 1 else ""
    inits = f", weights by {found.inits[0]}" if not inits and found.inits != ("auto",) else inits
    what = f"{plural(len(found.activations), 'activation')} at {plural(len(found.depths), 'depth')}{inits}"
    rows = f"{plural(found.learnt, 'row')} to learn from, {plural(found.held_out, 'row')} held out"
    return f"{what}: {plural(found.seeds, 'network')} each, on {rows}."


def contest_notes(found: NetworksCompared) -> list[str]:
    """Return what else there is to know: what is wrong inside, who was still learning, what is missing."""
    kinds = sorted({one.kind for cell in found.cells for one in cell.complaints})
    notes = [_wrong(found, kind) for kind in kinds] or ["Nothing went wrong inside."]
    slow = [f"{found.name(cell)} at depth {cell.depth}" for cell in found.cells if cell.learning]
    if slow:
        some = joined(slow) if len(slow) <= _NAMED else f"{len(slow)} of {len(found.cells)}"
        notes.append(f"Still learning when the {plural(found.epochs, 'epoch')} ended: {some}.")
    if found.seeds == 1:
        notes.append("One seed has no interval, so that ties cannot be told: take more seeds.")
    return notes


def _wrong(found: NetworksCompared, kind: str) -> str:
    """Return where something is wrong, and the remedy."""
    sick = [(cell, one) for cell in found.cells for one in cell.complaints if one.kind == kind]
    where = [f"{found.name(c)} at depth {c.depth} ({v.seeds} of {found.seeds} seeds)" for c, v in sick]
    more = f" and {len(where) - _NAMED} more" if len(where) > _NAMED else ""
    named = ", ".join(where[:_NAMED]) if more else joined(where)
    return f"{_WRONG.get(kind, f'{sentence(kind)}:')} {named}{more}: {sick[0][1].remedy}."


def joined(names: Iterable[str]) -> str:
    """Return names as they are read aloud.

    Examples
    --------
    >>> joined(["tanh", "relu", "gelu"])
    'tanh, relu and gelu'
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _low(estimate: Estimate) -> float:
    return estimate.value if estimate.low is None else estimate.low


def _high(estimate: Estimate) -> float:
    return estimate.value if estimate.high is None else estimate.high
