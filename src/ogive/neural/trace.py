"""One step of a network with every number in the open: values, local derivatives, and the chain of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ogive import functions as F
from ogive._base import InputError
from ogive.neural.activations import Array
from ogive.neural.layers import Dense, Pass
from ogive.neural.network import Network
from ogive.neural.optimisers import GradientDescent
from ogive.views import Descent, Node, Trace

Parts = list[dict[str, Array]]  # of each layer, by name


# A layer, and how its x, W, b, z and y are called; y is z where the activation is the identity.
_Named: TypeAlias = tuple[Dense, str, str, str, str, str]


def trace_step(net: Network, x: ArrayLike, y: ArrayLike, *, rate: float = 0.1) -> Trace:
    """Return one step of gradient descent as a record; the network stays as it is.

    Parameters
    ----------
    net : Network
        With weights, of dense layers.
    x : array of shape (inputs,) or (n, inputs)
        One row or a batch, whose mean loss is descended.
    y : number or array
        Its targets, as the head takes them.
    rate : float
        Of the step.

    Raises
    ------
    InputError
        If data do not fit the network, a layer is no dense one, or a number is too large to be computed.

    Examples
    --------
    >>> unit = Network([Dense(1)], weights=[{"W": [[0.4], [-0.6]], "b": [0.1]}])
    >>> trace_step(unit, [0.5, 0.8], 1, rate=0.5)
    initialise    x                                  [[0.5, 0.8]]
    initialise    y                                  [[1.]]
    initialise    W                                  [[ 0.4], [-0.6]]
    initialise    b                                  [0.1]
    weighted sum  z = x W + b                        [[-0.18]]
    output        p = sigmoid(z)                     [[0.455121]]
    compare       L = -y log p - (1 - y) log(1 - p)  [0.787192]
    gradient      ∂L/∂p = -y/p + (1 - y)/(1 - p)     [[-2.197217]]
    gradient      ∂L/∂z = ∂L/∂p ∂p/∂z = p - y        [[-0.544879]]
    gradient      ∂L/∂W = xᵀ ∂L/∂z                   [[-0.272439], [-0.435903]]
    gradient      ∂L/∂b = Σ ∂L/∂z                    [-0.544879]
    gradient      ∂L/∂x = ∂L/∂z Wᵀ                   [[-0.217952, 0.326927]]
    update        W ← W - rate ∂L/∂W                 [[ 0.53622 ], [-0.382048]]
    update        b ← b - rate ∂L/∂b                 [0.372439]
    """
    rows, targets = _fitting(net, x, y)
    named, after, weights = _named(net), net.parameters.copy(), net.views(net.parameters.copy())
    with np.errstate(over="ignore", invalid="ignore"):
        seen, flat = net.differentiate(rows, targets)
        gradient = net.views(flat)
        GradientDescent(rate).step(after, flat, np.zeros_like(flat))
        nodes = [
            Node(step="initialise", name="x", formula="x", value=rows),
            Node(step="initialise", name="y", formula="y", value=targets),
            *_each(weights, named, "initialise"),
            *_forward(seen, named),
            *_compare(net, seen[-1].y, targets, named[-1][-1]),
            *_back_through_head(net, seen[-1], named[-1][-1]),
            *_back(weights, seen, gradient, named),
            *_each(net.views(after), named, "update", gradient),
        ]
    for one in nodes:
        if not all(np.isfinite(part).all() for part in (one.value, one.local, one.chain) if part is not None):
            problem = f"in the step {one.step!r}, {one.formula} is too large to be computed."
            raise InputError(problem, "use smaller numbers, or a smaller rate")
    return Trace(head=net.head.name, rate=rate, nodes=tuple(nodes))


def descend(net: Network, x: ArrayLike, y: ArrayLike, *, rate: float = 0.1, steps: int = 1) -> Descent:
    """Take steps of gradient descent on the same rows, all of them each time; the network learns.

    Raises
    ------
    InputError
        As of `trace_step`, and if numbers grow beyond bounds.
    """
    rows, targets = _fitting(net, x, y)
    optimiser, losses, outputs = GradientDescent(rate), [], []
    for step in range(steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            seen, flat = net.differentiate(rows, targets)
            losses.append(float(net.head.loss(seen[-1].y, targets).mean(dtype=np.float64)))
            outputs.append(net.head.probabilities(seen[-1].y))
        if not (np.isfinite(losses[-1]) and np.isfinite(flat).all()):
            raise InputError(f"after {step} steps numbers are no longer finite.", "use a smaller rate")
        if step < steps:
            optimiser.step(net.parameters, flat, np.zeros_like(flat))
    return Descent(head=net.head.name, rate=rate, losses=tuple(losses), outputs=np.array(outputs))


def _fitting(net: Network, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Return the rows and their targets, one row as a batch of one."""
    for number, one in enumerate(net.layers, 1):
        if not isinstance(one, Dense):
            problem = f"steps are traced through dense layers; layer {number} is {one}."
            raise InputError(problem, "train and watch take cells too")
    if np.ndim(x) == 1:
        x, y = np.asarray(x)[None], np.asarray(y)[None]
    _ = net.inputs  # or say that there are no weights yet
    rows = net.rows(x)
    return rows, net.targets(y, len(rows))


def _named(net: Network) -> list[_Named]:
    """Name the quantities: x, W1, b1, z1, h1, W2, …; without numbers where there is one layer."""
    found: list[_Named] = []
    for number, one in enumerate(net.layers, 1):
        assert isinstance(one, Dense)
        mark = str(number) if len(net.layers) > 1 else ""
        x, y = found[-1][-1] if found else "x", "z" if one.activation.name == "identity" else "h"
        found.append((one, x, f"W{mark}", f"b{mark}", f"z{mark}", y + mark))
    return found


def _each(parts: Parts, named: list[_Named], step: Any, gradient: Parts | None = None) -> Iterator[Node]:
    """Yield the weights of all layers, before the step or, with their gradient, after it."""
    for k, part in enumerate(parts):
        for key, name in zip("Wb", named[k][2:4], strict=True):
            formula = name if gradient is None else f"{name} ← {name} - rate ∂L/∂{name}"
            chain = None if gradient is None else gradient[k][key]
            yield Node(step=step, name=name, formula=formula, value=part[key], chain=chain)


def _forward(seen: list[Pass], named: list[_Named]) -> Iterator[Node]:
    for passed, (one, x, W, b, z, y) in zip(seen, named, strict=True):
        yield Node(step="weighted sum", name=z, formula=f"{z} = {x} {W} + {b}", value=passed.z)
        if y != z:
            yield Node(step="output", name=y, formula=f"{y} = {one.activation.name}({z})", value=passed.y)


def _compare(net: Network, logits: Array, targets: Array, name: str) -> Iterator[Node]:
    """Yield the probabilities, if there are any, and the loss of each row."""
    head = net.head
    if "p" in head.slope:
        formula = f"p = {'softmax' if head.labels else 'sigmoid'}({name})"
        yield Node(step="output", name="p", formula=formula, value=head.probabilities(logits))
    loss = head.loss(logits, targets)
    yield Node(step="compare", name="L", formula=f"L = {head.formula.replace('z', name)}", value=loss)


def _back_through_head(net: Network, last: Pass, name: str) -> Iterator[Node]:
    """Yield the gradient of the mean loss in p, where p is of one logit alone and it is finite, and in the logits."""
    head, slope, before = net.head, None, ""
    mean = f"({{}}) / {len(last.dy)}" if len(last.dy) > 1 else "{}"
    if head.outer:
        slope, before = F.sigmoid.derivative(last.y), f"∂L/∂p ∂p/∂{name} = "
        with np.errstate(all="ignore"):
            outer = last.dy / slope
        if np.isfinite(outer).all():
            p, formula = head.probabilities(last.y), f"∂L/∂p = {mean.format(head.outer)}"
            yield Node(step="gradient", name="p", formula=formula, value=p, local=outer, chain=outer)
    formula = f"∂L/∂{name} = {before}{mean.format(head.slope.replace('z', name))}"
    yield Node(step="gradient", name=name, formula=formula, value=last.y, local=slope, chain=last.dy)


def _back(weights: Parts, seen: list[Pass], gradient: Parts, named: list[_Named]) -> Iterator[Node]:
    """Yield the way back: each quantity with the derivative of what follows in it, and that of the loss."""
    for passed, own, slopes, (one, x, W, b, z, y) in reversed(
        list(zip(seen, weights, gradient, named, strict=True))
    ):
        steps = [
            (z, f"∂L/∂{y} {one.activation.name}'({z})", passed.z, passed.slope, passed.dz),
            (W, f"{x}ᵀ ∂L/∂{z}", own["W"], passed.x, slopes["W"]),
            (b, f"Σ ∂L/∂{z}", own["b"], np.ones_like(passed.dz), slopes["b"]),
            (x, f"∂L/∂{z} {W}ᵀ", passed.x, own["W"], one.into(own, passed)),
        ]
        for name, said, value, local, chain in steps[y == z :]:
            formula = f"∂L/∂{name} = {said}"
            yield Node(step="gradient", name=name, formula=formula, value=value, local=local, chain=chain)
