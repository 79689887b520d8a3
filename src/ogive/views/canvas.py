"""Lines drawn in a terminal with Braille characters, eight dots each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ogive.views.lines import Line
from ogive.views.numbers import number

_EMPTY = 0x2800
# The bits of the dots of one character, four rows of two.
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def terminal_plot(
    title: str, lines: Sequence[Line], ends: tuple[float, float], *, width: int = 60, height: int = 9
) -> str:
    """Return lines as text: the first drawn through, the others dotted.

    Parameters
    ----------
    title : str
        Stands above.
    lines : sequence of Line
        On common x.
    ends : (low, high)
        Of the vertical axis, written beside it.
    width, height : int
        Characters of the whole and rows of the drawing.

    Examples
    --------
    >>> line = Line(name="x", x=(0.0, 1.0), y=(0.0, 1.0))
    >>> print(terminal_plot("x", [line], (0.0, 1.0), width=12, height=3))
      x
    1 ⠀⠀⠀⠀⠀⠀⢀⡠⠔⠊
      ⠀⠀⠀⢀⠤⠒⠁
    0 ⡠⠔⠊⠁
      0        1
    """
    low, high = number(ends[0]), number(ends[1])
    margin = max(len(low), len(high)) + 1
    columns = max(width - margin, 8)
    cells = _cells(lines, ends, columns, height)
    sides = [high, *[""] * (height - 2), low]
    body = [f"{side:>{margin - 1}} {row}" for side, row in zip(sides, cells, strict=True)]
    left, right = number(lines[0].x[0]), number(lines[0].x[-1])
    foot = left + right.rjust(columns - len(left))
    return "\n".join([" " * margin + title, *body, " " * margin + foot])


def _cells(lines: Sequence[Line], ends: tuple[float, float], columns: int, height: int) -> list[str]:
    dots = np.zeros((4 * height, 2 * columns), dtype=bool)
    for place, line in enumerate(lines):
        _draw(dots, line, ends, dotted=place > 0)
    grid = dots.reshape(height, 4, columns, 2)
    codes = _EMPTY + np.einsum("rdcs,ds->rc", grid, _DOTS)
    return ["".join(map(chr, row)).rstrip(chr(_EMPTY)) for row in codes]


def _draw(dots: np.ndarray, line: Line, ends: tuple[float, float], *, dotted: bool) -> None:
    """Set the dots of a line, from each column's height to the next one's so that steep parts stay whole."""
    rows, columns = dots.shape
    x = np.linspace(line.x[0], line.x[-1], columns)
    y = np.interp(x, line.x, np.array([np.nan if v is None else v for v in line.y]))
    level = (ends[1] - y) / (ends[1] - ends[0]) * (rows - 1)
    for j in range(columns):
        if np.isnan(level[j]) or (dotted and j % 4):
            continue
        before = level[j - 1] if j and not dotted and not np.isnan(level[j - 1]) else level[j]
        first, last = sorted((round(_within(before, rows)), round(_within(level[j], rows))))
        if first == last or before == level[j]:
            first = last = round(_within(level[j], rows))
        else:  # the dot of the column before is set already
            first, last = (first + 1, last) if before < level[j] else (first, last - 1)
        dots[max(first, 0) : min(last, rows - 1) + 1, j] = True


def _within(level: float, rows: int) -> float:
    return float(min(max(level, -1), rows))
