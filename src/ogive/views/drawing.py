"""Figures as SVG and PNG files, for which vl-convert must be installed."""

# ruff: noqa: PLC0415 (the converter is an extra)

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from ogive._base import InputError
from ogive.views.figure import SCHEMA, Figure, Spec
from ogive.views.theme import LIGHT, Palette, theme

_WIDTH, _SCALE = 440, 2.0


def drawn(figures: Sequence[Figure], kind: str, palette: Palette = LIGHT) -> bytes:
    """Return figures as one drawing, two in a row, each under its title.

    Parameters
    ----------
    figures : sequence of Figure
        At least one.
    kind : {"svg", "png"}
        The format.
    palette : Palette
        Colours, with the ground behind a PNG.

    Raises
    ------
    InputError
        If vl-convert is not installed.
    """
    convert = _converter(kind)
    spec = drawing(figures, palette)
    if kind == "svg":
        return str(convert.vegalite_to_svg(spec)).encode()
    return bytes(convert.vegalite_to_png(spec, scale=_SCALE))


def drawing(figures: Sequence[Figure], palette: Palette = LIGHT) -> Spec:
    """Return figures as one Vega-Lite specification of fixed size, with its colours.

    Examples
    --------
    >>> sorted(drawing([]))
    ['$schema', 'background', 'columns', 'concat', 'config', 'padding', 'spacing']
    """
    titled = [_titled(figure, palette) for figure in figures]
    # A reader's font may be wider than the one that was measured here.
    room = {"left": 4, "top": 4, "bottom": 4, "right": 28}
    colours = {"config": theme(palette), "background": palette["ground"], "padding": room}
    if len(titled) == 1:
        return titled[0] | colours
    panels = [{k: v for k, v in spec.items() if k != "$schema"} for spec in titled]
    return {"$schema": SCHEMA, "concat": panels, "columns": 2, "spacing": 40} | colours


def _titled(figure: Figure, palette: Palette) -> Spec:
    spec = {key: value for key, value in figure.spec.items() if key not in ("autosize", "usermeta")}
    title = {
        "text": _wrapped(figure.title),
        "anchor": "start",
        "color": palette["ink"],
        "fontSize": 14,
        "offset": 12,
    }
    width = {} if "facet" in spec else {"width": _WIDTH}
    return spec | width | {"title": title}


def _wrapped(text: str, width: int = 66) -> list[str]:
    return textwrap.wrap(text, width)


def _converter(kind: str) -> Any:
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise InputError(
            f"a drawing as .{kind} is made by vl-convert, which is not installed.",
            ["pip install 'ogive[figures]'", "or write .html, which needs nothing"],
        ) from None
    return vl_convert
