"""The computation graph of one unit: what goes forward stands above an edge, the gradient that comes back below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ogive._base import InputError
from ogive.views.figure import Figure, Spec, layer, layered
from ogive.views.numbers import number
from ogive.views.records import Node, Trace

# Columns: what goes in, products, their sum, the activation, the loss; rows are 1 apart.
_IN, _TIMES, _PLUS, _UNIT, _LOSS, _END = 0.0, 1.05, 2.1, 3.1, 4.1, 4.9
_ROW = 46  # pixels
_BEND = 0.28  # before the end of an edge, where it turns to it
# Sizes of circles and numbers in pixels, on a wide screen and on a narrow one.
_SIZES = {"wide": (560, 12), "narrow": (340, 10)}


class _Edge(NamedTuple):
    """What flows along an edge, by name, with the gradient of the loss in it; an edge turns near its end."""

    name: str
    start: float
    row: float
    end: float
    end_row: float
    value: float
    gradient: float | None

    @property
    def turn(self) -> float:
        return self.end - (_BEND if self.row != self.end_row else 0)


def computation_figure(trace: Trace) -> Figure:
    """Return the computation graph of a step of one unit on one row.

    Raises
    ------
    InputError
        If there is more than one unit or one row.
    """
    edges = list(_edges(trace))
    *_, z, output, loss = edges
    last = max(edge.row for edge in edges)
    down = _axis(-0.5, last + 0.5)
    down["scale"]["reverse"] = True
    wide, narrow = (
        layered(_layers(edges, output.name, *sizes), round(_ROW * (last + 1)), x=_axis(-0.2, _END), y=down)
        for sizes in _SIZES.values()
    )
    return Figure(
        name="computation",
        title=f"Forward to a loss of {_short(loss.value)}, back to a gradient of {_short(z.gradient)} in z",
        alt=f"Computation graph from the inputs to the loss: {'; '.join(map(_said, edges))}.",
        reading=(
            "Above an edge stands what flows forward; below it the gradient of the loss in that number: the one behind "
            "the next sign, times the sign's own derivative."
        ),
        spec={"usermeta": {"narrow": {"layer": narrow["layer"]}}} | wide,
        header=("edge", "value", "gradient"),
        rows=tuple((edge.name, edge.value, edge.gradient) for edge in edges),
    )


def _edges(trace: Trace) -> Iterator[_Edge]:
    """Yield the edges from left to right; the last are z, the output and the loss."""
    x, w, b, z = (_node(trace, "gradient", name) for name in "xWbz")
    if x.value.shape[0] != 1 or w.value.shape[1] != 1:
        raise _unlike()
    count = w.value.size
    middle, (sum_, back) = float(count), _pair(z)
    for i in range(count):
        (a, _), (c, _) = pairs = _pair(x, i), _pair(w, i)
        yield _Edge(f"x{i + 1}", _IN, 2 * i, _TIMES, 2 * i + 0.5, *pairs[0])
        yield _Edge(f"w{i + 1}", _IN, 2 * i + 1, _TIMES, 2 * i + 0.5, *pairs[1])
        yield _Edge(f"w{i + 1} x{i + 1}", _TIMES, 2 * i + 0.5, _PLUS, middle, a * c, back)
    output = trace.node("output", "p") or trace.node("output", "h") or z
    returning = trace.node("gradient", output.name)
    yield _Edge("b", _IN, 2 * count, _PLUS, middle, *_pair(b))
    yield _Edge("y", _UNIT, middle + 1, _LOSS, middle, _pair(_node(trace, "initialise", "y"))[0], None)
    yield _Edge("z", _PLUS, middle, _UNIT, middle, sum_, back)
    came = None if returning is None else _pair(returning)[1]
    yield _Edge(output.name, _UNIT, middle, _LOSS, middle, _pair(output)[0], came)
    yield _Edge("L", _LOSS, middle, _END, middle, _pair(_node(trace, "compare", "L"))[0], 1.0)


def _layers(edges: Sequence[_Edge], output: str, circle: int, font: int) -> list[Spec]:
    """Return edges, numbers above and below them, and circles with names and signs."""
    lines = [{"x": e.start, "y": e.row, "x2": e.turn, "y2": e.row} for e in edges]
    lines += [{"x": e.turn, "y": e.row, "x2": e.end, "y2": e.end_row} for e in edges if e.turn < e.end]
    bare = [e.turn < e.end or e.end == _END for e in edges]  # no circle at the end of the straight part
    place = [
        {"x": (e.start + e.turn) / 2 + 0.07 * free, "y": e.row} for e, free in zip(edges, bare, strict=True)
    ]
    above = [at | {"text": _short(e.value)} for at, e in zip(place, edges, strict=True)]
    below = [
        at | {"text": _short(e.gradient)}
        for at, e in zip(place, edges, strict=True)
        if e.gradient is not None
    ]
    signs = {_TIMES: "×", _PLUS: "+", _UNIT: "σ" if output == "p" else "f", _LOSS: "L"}
    circles = [{"x": e.end, "y": e.end_row, "text": signs[e.end]} for e in edges if e.end in signs]
    leaves = [e for e in edges if e.start == _IN or e.name == "y"]
    circles += [{"x": e.start, "y": e.row, "text": e.name} for e in leaves]
    circles = [one for k, one in enumerate(circles) if one not in circles[:k]]
    return [
        layer(lines, "rule", "edge", x="x", y="y", x2="x2", y2="y2"),
        layer(above, "text", "value", x="x", y="y", text="text", dy=-9, fontSize=font),
        layer(below, "text", "chain", x="x", y="y", text="text", dy=10, fontSize=font),
        layer(circles, "point", "node", x="x", y="y", size=circle),
        layer(circles, "text", "value", x="x", y="y", text="text", fontSize=font),
    ]


def _node(trace: Trace, step: str, name: str) -> Node:
    found = trace.node(step, name)
    if found is None:
        raise _unlike()
    return found


def _pair(node: Node, index: int = 0) -> tuple[float, float | None]:
    """Return a number with the gradient of the loss in it."""
    return float(node.value.flat[index]), None if node.chain is None else float(node.chain.flat[index])


def _unlike() -> InputError:
    return InputError("the computation graph is that of one unit and one row.", "trace one row of Dense(1)")


def _axis(low: float, high: float) -> Spec:
    """Return a direction without an axis."""
    scale = {"domain": [low, high], "nice": False, "zero": False}
    return {"type": "quantitative", "scale": scale, "axis": None}


def _short(value: float | None) -> str:
    return number(value or 0.0, 3)


def _said(edge: _Edge) -> str:
    back = "" if edge.gradient is None else f", gradient {_short(edge.gradient)}"
    return f"{edge.name} {_short(edge.value)}{back}"
