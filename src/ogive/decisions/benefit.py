"""Decision curves: what acting on the probabilities is worth at each threshold, against acting on all and on none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, Record, Vector, normal_quantile
from ogive.decisions.shares import Cell, mean_of
from ogive.metrics import Forecasts, SamplingWeights, forecasts


class NetBenefit(Record, frozen=True, kw_only=True):
    """Net benefit of acting on one forecast, one a threshold.

    Attributes
    ----------
    name : str
    benefit : tuple of Estimate
        Against acting on none, whose net benefit is 0.
    over_all : tuple of Estimate
        The same less that of acting on all rows.
    """

    name: str
    benefit: tuple[Estimate, ...]
    over_all: tuple[Estimate, ...]


class DecisionCurve(Record, frozen=True, kw_only=True):
    """Net benefit over the threshold of one or several forecasts, and of acting on all rows.

    Attributes
    ----------
    threshold : tuple of float
        How probable the event must be before one acts.
    models : tuple of NetBenefit
    act_on_all : tuple of Estimate
        Net benefit of acting on all rows, one a threshold.
    count, events : float
        Rows and rows with the event (sums of weights).
    level : float
        Of all intervals.
    """

    threshold: tuple[float, ...]
    models: tuple[NetBenefit, ...]
    act_on_all: tuple[Estimate, ...]
    count: float
    events: float
    level: float

    def __repr__(self) -> str:
        lines = [
            f"net benefit of {self.count:,.0f} rows, {self.events:,.0f} events, at {len(self.threshold)} thresholds"
        ]
        for model in self.models:
            useful = [
                threshold
                for threshold, benefit, over in zip(
                    self.threshold, model.benefit, model.over_all, strict=True
                )
                if (benefit.low or 0) > 0 and (over.low or 0) > 0
            ]
            where = f"from {useful[0]:.3g} to {useful[-1]:.3g}" if useful else "nowhere"
            lines.append(f"  {model.name}: above acting on all and on none beyond chance {where}")
        return "\n".join(lines)


def decision_curve(
    y: ArrayLike,
    p: ArrayLike | Mapping[str, ArrayLike],
    sample_weight: ArrayLike | SamplingWeights | None = None,
    *,
    thresholds: Sequence[float] | None = None,
    level: float = 0.95,
) -> DecisionCurve:
    """Net benefit at each threshold, with intervals, against acting on all rows and on none (Vickers and Elkin 2006).

    Who acts from probability t on holds a find to be worth (1 - t) / t false alarms. In units of finds a row,

        net benefit = true positives / n - t / (1 - t) * false positives / n.

    It is the mean of a value a row, 1, -t / (1 - t) or 0, and so is its difference to acting on all, with the interval
    of a sum of shares (Zou and Donner 2008, of Wilson scores). Thresholds are given, not chosen by the rows.

    Parameters
    ----------
    y : array of shape (n,)
        Outcomes, 0 or 1.
    p : array of shape (n,), or dict of such arrays by name
        Probabilities of 1, of one or several models.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies, unless declared sampling weights.
    thresholds : sequence of float, optional
        Above 0 and below 1; 0.01, 0.02, ... 0.99 where not given.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> from ogive.decisions import decision_curve
    >>> y, p = [0, 0, 1, 0, 1, 0, 1, 1] * 8, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9] * 8
    >>> curve = decision_curve(y, p, thresholds=[0.25, 0.5])
    >>> curve.models[0].benefit
    (0.42 (0.25 – 0.54), 0.25 (0.08 – 0.40))
    >>> curve.act_on_all
    (0.33 (0.17 – 0.49), 0.00 (-0.24 – 0.24))
    """
    normal_quantile(level)
    at = np.arange(1, 100) / 100 if thresholds is None else np.asarray(thresholds, dtype=np.float64)
    if at.ndim != 1 or at.size == 0 or not ((at > 0) & (at < 1)).all():
        raise InputError("thresholds must lie above 0 and below 1.", "pass a list such as [0.05, 0.1, 0.2]")
    models = dict(p) if isinstance(p, Mapping) else {"model": p}
    if not models:
        raise InputError("there is no model to judge.", "pass p={'name': probabilities}")
    found, table = [], None
    for name, probabilities in models.items():
        table = forecasts(y, probabilities, sample_weight).need_both_classes("decision_curve")
        sums = _Decisions(table, level)
        found.append(
            NetBenefit(
                name=name,
                benefit=tuple(sums.benefit(t) for t in at.tolist()),
                over_all=tuple(sums.over_all(t) for t in at.tolist()),
            )
        )
    assert table is not None
    return DecisionCurve(
        threshold=tuple(at.tolist()),
        models=tuple(found),
        act_on_all=tuple(sums.all(t) for t in at.tolist()),
        count=table.count,
        events=table.event_count,
        level=level,
    )


class _Decisions:
    """Net benefit at any threshold, from sums of events, of non-events and of what both add to a variance."""

    def __init__(self, table: Forecasts, level: float) -> None:
        self.p, self.level = table.p, level
        columns = (table.events, table.nonevents, table.spread.events, table.spread.nonevents)
        self.below = np.array([np.concatenate([[0.0], np.cumsum(column)]) for column in columns])

    def benefit(self, t: float) -> Estimate:
        """Net benefit at a threshold."""
        return mean_of(
            [*_cells(self._above(t), 1.0, -t / (1 - t)), *_cells(self._below(t), 0.0, 0.0)], self.level
        )

    def over_all(self, t: float) -> Estimate:
        """What it is above that of acting on all: false alarms that are spared, less events that are missed."""
        return mean_of(
            [*_cells(self._below(t), -1.0, t / (1 - t)), *_cells(self._above(t), 0.0, 0.0)], self.level
        )

    def all(self, t: float) -> Estimate:
        """Net benefit of acting on all rows."""
        return mean_of(_cells(self.below[:, -1], 1.0, -t / (1 - t)), self.level)

    def _below(self, t: float) -> Vector:
        return np.asarray(self.below[:, int(np.searchsorted(self.p, t, side="left"))])

    def _above(self, t: float) -> Vector:
        return np.asarray(self.below[:, -1] - self._below(t))


def _cells(sums: Vector, event: float, nonevent: float) -> list[Cell]:
    """Return the events and the non-events of some rows with their values."""
    events, nonevents, event_squares, nonevent_squares = sums.tolist()
    return [Cell(event, events, event_squares), Cell(nonevent, nonevents, nonevent_squares)]
