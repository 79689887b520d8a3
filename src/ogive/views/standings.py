"""Who stands where: shares that contenders reach, with their intervals, a panel for each setting."""

from __future__ import annotations

from collections.abc import Sequence

from ogive._base import Estimate, Record
from ogive.views.figure import SCHEMA, Figure, Spec, axis, hint, layer, layered, log_ticks
from ogive.views.numbers import percent, percentage

# Pixels: a row, the narrowest panel, and a letter of a name beside it.
_ROW, _LEAST, _LETTER = 26, 200, 7


class Standing(Record, frozen=True, kw_only=True):
    """What a contender reaches in a panel; `leads` if it is the best there, or ties with it."""

    panel: str
    name: str
    share: Estimate
    leads: bool


def standings_figure(
    name: str, title: str, rows: Sequence[Standing], *, x: str, finest: float, reading: str = ""
) -> Figure:
    """Return shares with intervals on one axis that is stretched near 100 %, where shares differ by little.

    Parameters
    ----------
    name, title, reading : str
        As in `Figure`.
    rows : sequence of Standing
        Panels and names are drawn in the order in which they come first.
    x : str
        Title of the axis.
    finest : float
        How near to 100 % the axis may go.
    """
    names, panels = (
        list(dict.fromkeys(texts)) for texts in zip(*((r.name, r.panel) for r in rows), strict=True)
    )
    drawn = [_drawn(row, finest) for row in rows]
    low, high = min(v["low"] for v in drawn) / 1.15, min(max(v["high"] for v in drawn) * 1.15, 1.0)
    tips = [hint("name", "of"), hint("text", x)]
    layers = []
    for leads, line, dot in ((False, "former", "rows"), (True, "estimate", "mark")):
        filled: Spec = {} if leads else {"filled": True, "size": 80, "opacity": 1}
        layers += [
            layer([], "rule", line, y="name", x="low", x2="high", tooltip=tips),
            layer([], "point", dot, y="name", x="miss", tooltip=tips, **filled),
        ]
        for part in layers[-2:]:
            del part["data"]
            part["transform"] = [{"filter": f"datum.leads === {str(leads).lower()}"}]
    missed = axis(
        x,
        (low, high),
        "log",
        values=log_ticks(low, high),
        labelExpr="format(100 * (1 - datum.value), '~r') + ' %'",
        grid=True,
        titleLimit=_LEAST,
    )
    missed["scale"]["reverse"] = True
    spec = layered(
        layers,
        _ROW * len(names),
        x=missed,
        y={"type": "nominal", "sort": names, "title": None, "axis": {"style": "groups"}},
    )
    beside = _LETTER * max(map(len, names)) + 20
    return Figure(
        name=name,
        title=title,
        alt="; ".join(f"{row.panel}, {row.name}: {v['text']}" for row, v in zip(rows, drawn, strict=True))
        + ".",
        reading=reading,
        spec={
            "$schema": SCHEMA,
            "usermeta": {"panels": {"least": _LEAST, "count": len(panels), "beside": beside}},
            "data": {"values": drawn},
            "facet": {"field": "panel", "type": "nominal", "sort": panels, "title": None},
            "columns": 2,
            "spacing": {"row": 26, "column": 20},
            "spec": {"width": _LEAST, "height": spec["height"], "layer": spec["layer"]},
        },
        header=("panel", "name", x, "low", "high", "level"),
        rows=tuple((r.panel, r.name, r.share.value, r.share.low, r.share.high, r.share.level) for r in rows),
    )


def _drawn(row: Standing, finest: float) -> Spec:
    """Return what is missing to 1, and its limits, none of them below `finest`."""
    share = row.share
    limits = [share.value if limit is None else limit for limit in (share.low, share.high)]
    miss, most, least = (min(max(1 - value, finest), 1.0) for value in (share.value, *limits))
    text = percent(share.value)
    if share.low is not None and share.high is not None:
        text += f" ({percentage(share.level)} interval {100 * share.low:.1f} – {100 * share.high:.1f})"
    return {
        "panel": row.panel,
        "name": row.name,
        "leads": row.leads,
        "miss": miss,
        "low": least,
        "high": most,
        "text": text,
    }
