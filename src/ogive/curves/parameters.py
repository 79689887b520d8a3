"""What is told of each parameter of each curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ogive._base import Estimate, Record
from ogive.curves.readings import Reading
from ogive.views import as_text, count, table_of, text_table

# Curves whose parameters are shown where a fit is printed.
FEW = 6

if TYPE_CHECKING:
    from ogive.curves.fitted import CurveFit

WORDS = {"profile": "profile likelihood", "wald": "Wald", "bootstrap": "bootstrap"}


class CurveParameter(Record, frozen=True, kw_only=True):
    """A parameter of one curve.

    Attributes
    ----------
    group : str
        Empty where there are no groups.
    name, meaning, unit : str
    estimate : Estimate
        With its interval; with one limit where the points set no other, and the reason why where there is none.
    se : float or None
        Standard error; None where it is not valid.
    identified : bool
        Whether the points determine it.
    """

    group: str
    name: str
    meaning: str
    unit: str
    estimate: Estimate
    se: float | None
    identified: bool


def parameter_of(fit: CurveFit, group: int, name: str, reading: Reading) -> CurveParameter:
    """Return a parameter of a curve with its interval, or the reason why there is none."""
    value = float(fit.values[reading.name][group])
    se = float(fit.standard_errors[reading.name][group])
    low, high = (float(each[group]) for each in fit.limits[reading.name])
    closed = np.isfinite(low), np.isfinite(high)
    reason = fit.reason(group)
    if not any(closed) or (reason and fit.intervals == "wald"):
        low = high = np.nan
        words = reason or "the points do not determine it"
    else:
        missing = {(True, False): "no upper", (False, True): "no lower"}.get(
            (bool(closed[0]), bool(closed[1]))
        )
        words = WORDS[fit.intervals] + (f"; the points set {missing} limit" if missing else "")
    identified = bool(np.isfinite(low) and np.isfinite(high))
    return CurveParameter(
        group=name,
        name=reading.name,
        meaning=reading.meaning,
        unit=reading.unit,
        estimate=Estimate(
            value=value,
            low=low if np.isfinite(low) else None,
            high=high if np.isfinite(high) else None,
            level=fit.level,
            method=words,
        ),
        se=se if identified and np.isfinite(se) else None,
        identified=identified,
    )


def in_table(fit: CurveFit) -> str:
    """Return what is seen of a fit where it is printed: what was fitted, and the parameters of a few curves."""
    groups, points = len(fit.groups), int(fit.points.counts.sum())
    of = f" in {count(groups)} curves" if groups > 1 else ""
    lines = [f"{fit.family.title} ({fit.family.name}): {count(points)} points{of}, {fit.noise} noise"]
    if groups <= FEW:
        rows = [
            ({"group": one.group} if one.group else {})
            | {"parameter": one.name, "estimate": repr(one.estimate), "unit": one.unit}
            | ({} if one.identified else {"why": one.estimate.method})
            for one in fit.parameters
        ]
        keys = dict.fromkeys(key for row in rows for key in row)
        lines.append(
            as_text(text_table(table_of("", [{key: row.get(key, "") for key in keys} for row in rows])), 120)
        )
    else:
        lines.append("  parameters, standard_errors and limits have the estimates of all")
    lines += [f"  without a curve: {one.group!r}, {one.reason}" for one in fit.refused[:FEW]]
    return "\n".join(lines)
