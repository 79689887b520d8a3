"""What a network does while it learns, layer by layer, and what is wrong with it where something is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import numpy as np

from ogive._base import Record
from ogive.neural.activations import Array
from ogive.neural.initialise import size
from ogive.neural.network import Network


class LayerState(Record, frozen=True, kw_only=True):
    """A layer at the end of an epoch, seen on the same rows each time.

    Attributes
    ----------
    layer : str
        As in "layer 2 (Dense(64, 'relu'))".
    saturated : float
        Share of (row, unit) where an S-curve passes next to nothing back: a slope below a hundredth of its largest.
    dead : float
        Share of units that pass next to nothing back in every row.
    mean : float
        Of the outputs.
    gradient, ratio : float
        Root mean square of the gradient in z; and that by the one of the layer after it, None of the last layer.
    update : float or None
        Size of the last step by the size of the weights; None before the first step.
    """

    layer: str
    saturated: float
    dead: float
    mean: float
    gradient: float
    ratio: float | None
    update: float | None


class Verdict(Record, frozen=True, kw_only=True):
    """What is wrong ("vanishing", "exploding", "saturated", "dead"), where, and what to do about it."""

    kind: str
    sentence: str
    remedy: str


def watch(net: Network, x: Array, y: Array, before: Array | None = None) -> tuple[LayerState, ...]:
    """Return the state of each layer on these rows; `before` are the parameters before the last step."""
    seen = net.differentiate(x, y)[0]
    sizes = [size(one.dz) for one in seen]
    ratios = [a / b if b > 0 else None for a, b in pairwise(sizes)]
    steps = None if before is None else net.views(net.parameters - before)
    flat = [one.flat(passed) for one, passed in zip(net.layers, seen, strict=True)]
    return tuple(
        LayerState(
            layer=f"layer {k + 1} ({one})",
            saturated=float(flat[k].mean()) if one.saturates else 0.0,
            dead=float(flat[k].all(axis=0).mean()),
            mean=float(seen[k].y.mean(dtype=np.float64)),
            gradient=sizes[k],
            ratio=[*ratios, None][k],
            update=None if steps is None else _norm(steps[k]) / max(_norm(net.weights[k]), 1e-300),
        )
        for k, one in enumerate(net.layers)
    )


# Sick is what cannot be healthy: a thousandth of the gradient arrives at the first layer, or a thousand times it;
# half of the outputs are stuck before the first step; half of the units answer to no row.
_LOST, _HALF = 1e-3, 0.5


def verdicts(epochs: Sequence[Sequence[LayerState]]) -> tuple[Verdict, ...]:
    """Say what is wrong in the states of the epochs, the first of which is before the first step; often nothing."""
    start, last = epochs[0], epochs[-1]
    arriving = prod(one.ratio for one in start if one.ratio is not None)
    stuck = max(start[:-1], key=lambda one: one.saturated, default=start[-1])
    dead = max(last[:-1], key=lambda one: one.dead, default=last[-1])
    first, end = start[0].layer, start[-1].layer
    found = []
    if arriving < _LOST:
        part = f"{arriving:.0e}" if arriving else "nothing"
        said = f"The gradient vanishes: of its size at {end}, {part} arrives at {first}."
        found.append(
            ("vanishing", said, 'use init="auto", an activation that does not saturate, or fewer layers')
        )
    if arriving > 1 / _LOST:
        said = f"The gradient explodes: from {end} to {first} it grows {arriving:.0e} times."
        found.append(("exploding", said, 'use init="auto", or smaller weights to start from'))
    if stuck.saturated >= _HALF:
        said = (
            f"{stuck.layer} starts saturated: {stuck.saturated:.0%} of its outputs pass next to nothing back."
        )
        found.append(
            (
                "saturated",
                said,
                'its weights or inputs are too large: standardise the inputs, or use init="glorot-plain"',
            )
        )
    if dead.dead >= _HALF:
        said = (
            f"{dead.layer} is dead in {dead.dead:.0%} of its units: whatever the row, they pass nothing back."
        )
        found.append(
            ("dead", said, "use a smaller rate, or an activation that leaks (leaky_relu, elu, gelu)")
        )
    return tuple(Verdict(kind=kind, sentence=said, remedy=remedy) for kind, said, remedy in found)


def _norm(weights: dict[str, Array]) -> float:
    return float(np.sqrt(sum(np.sum(np.square(part), dtype=np.float64) for part in weights.values())))
