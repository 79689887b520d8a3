"""Outcomes redrawn from the probabilities: what a score would be if the probabilities were perfectly calibrated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector, normal_quantile
from ogive.metrics.calibration_records import CalibrationError
from ogive.metrics.forecasts import Forecasts

Matrix: TypeAlias = NDArray[np.float64]

# With this one, 95 % is 20 of 400 samples: 399 redrawn and the one at hand.
DRAWS = 399

# From this variance on, a binomial count is a rounded normal deviate, corrected for skewness.
MANY = 25.0


@dataclass(frozen=True)
class Redraws:
    """Weights of events and non-events at the probabilities `p`: in row 0 as they were, further rows redrawn.

    `event_squares` and `nonevent_squares` are what they add to a variance (`Forecasts.spread`).
    """

    p: Vector
    events: Matrix
    nonevents: Matrix
    event_squares: Matrix
    nonevent_squares: Matrix

    @property
    def weight(self) -> Matrix:
        """Weight of all rows; one row of the matrix where redrawing does not change it."""
        rows = 1 if self.event_squares is self.events else None
        return self.events[:rows] + self.nonevents[:rows]

    def first(self) -> Redraws:
        """Return the outcomes as they were."""
        return self._each(self.p, lambda matrix: matrix[:1])

    def in_bins(self, starts: NDArray[np.intp]) -> Redraws:
        """Take groups together, at their mean probability in row 0."""
        weight = self.weight[0]
        p = np.add.reduceat(self.p * weight, starts) / np.add.reduceat(weight, starts)
        return self._each(p, lambda matrix: np.add.reduceat(matrix, starts, axis=1))

    def _each(self, p: Vector, change: Callable[[Matrix], Matrix]) -> Redraws:
        events, nonevents = change(self.events), change(self.nonevents)
        if self.event_squares is self.events:
            return Redraws(p, events, nonevents, events, nonevents)
        return Redraws(p, events, nonevents, change(self.event_squares), change(self.nonevent_squares))


class Drawing(NamedTuple):
    """How calibrated rows come to a table: how many at each probability, events with `chance`, and what they weigh."""

    rows: Vector
    chance: Vector
    of_event: Vector
    of_nonevent: Vector

    def variance(self, event: Vector, nonevent: Vector) -> Vector:
        """Variance at each probability of the weighted sum of a score of mean 0, given for events and non-events."""
        squares = (
            self.chance * (self.of_event * event) ** 2
            + (1 - self.chance) * (self.of_nonevent * nonevent) ** 2
        )
        return self.rows * squares


def drawing(table: Forecasts) -> Drawing:
    """Say how the rows of a table would come about if they were calibrated.

    Frequencies count rows. Sampling weights may depend on the outcome (of the non-events one in twenty was kept, and
    weighs 20). Let events weigh r1 on average and non-events r0; a row that was drawn is then an event with the odds
    p / r1 to (1 - p) / r0, and weighs r1 or r0 accordingly, times what the rows of the same probability weigh beyond
    their classes. They count as many rows as their classes have effectively.
    """
    if table.squares is None:
        ones = np.ones_like(table.p)
        return Drawing(table.weight, table.p, ones, ones)
    hits, misses = (
        weight**2 / np.where(squares > 0, squares, 1.0)
        for weight, squares in (
            (table.events, table.squares.events),
            (table.nonevents, table.squares.nonevents),
        )
    )
    r1, r0 = (
        float(weight.sum() / rows.sum()) if rows.any() else 1.0
        for weight, rows in ((table.events, hits), (table.nonevents, misses))
    )
    beyond = table.weight / (hits * r1 + misses * r0)
    event, nonevent = table.p / r1, (1 - table.p) / r0
    return Drawing(hits + misses, event / (event + nonevent), beyond * r1, beyond * r0)


def redrawn(table: Forecasts, draws: int = DRAWS, seed: int = 0) -> Redraws:
    """Redraw the outcomes of a (condensed) table `draws` times; numbers of rows that are not whole are rounded."""
    model = drawing(table)
    count = np.maximum(np.rint(model.rows), 1.0)
    of_event, of_nonevent = (part * (model.rows / count) for part in (model.of_event, model.of_nonevent))
    drawn = _binomial(np.random.default_rng(seed), count, model.chance, draws)
    events = np.vstack([table.events, drawn * of_event])
    nonevents = np.vstack([table.nonevents, (count - drawn) * of_nonevent])
    if table.squares is None:
        return Redraws(table.p, events, nonevents, events, nonevents)
    event_squares = np.vstack([table.squares.events, events[1:] * of_event])
    nonevent_squares = np.vstack([table.squares.nonevents, nonevents[1:] * of_nonevent])
    return Redraws(table.p, events, nonevents, event_squares, nonevent_squares)


def _binomial(rng: np.random.Generator, count: Vector, chance: Vector, draws: int) -> Matrix:
    """Draw binomial counts, shape (draws, count.size).

    Large ones from a normal deviate z by Cornish and Fisher's expansion to second order,
    n p + s z + (1 - 2p) (z² - 1) / 6 with s² = n p (1 - p), rounded; that is several times quicker.
    """
    mean, variance = count * chance, count * chance * (1 - chance)
    many, few = variance >= MANY, variance < MANY
    drawn = np.empty((draws, count.size))
    # One distribution after another: the generator then prepares each of them once.
    shape = (int(few.sum()), draws)
    drawn[:, few] = rng.binomial(count[few, None].astype(np.int64), chance[few, None], shape).T
    z = rng.standard_normal((draws, int(many.sum())))
    large = mean[many] + np.sqrt(variance[many]) * z + (1 - 2 * chance[many]) / 6 * (z * z - 1)
    drawn[:, many] = np.clip(np.rint(large), 0, count[many])
    return drawn


def against_calibrated(value: float, redrawn_values: Vector, level: float, method: str) -> CalibrationError:
    """Set a value beside those of redrawn outcomes."""
    null = np.sort(redrawn_values)
    place = min(math.ceil(level * (null.size + 1) - 1e-9), null.size) - 1
    as_far = int(np.sum(null >= value - 1e-12))  # the last digit decides no tie
    return CalibrationError(
        value=value,
        expected=float(null.mean()),
        high=float(null[place]),
        p_value=(1 + as_far) / (1 + null.size),
        level=level,
        method=f"{method}; {null.size} redraws",
    )


def draws_for(level: float) -> int:
    """Return how many redraws tell the limits of a level on both sides."""
    return max(DRAWS, _least(level, 2))


def check_draws(draws: int, level: float, tails: int = 1) -> None:
    """Refuse too few draws for the limits of a level in one tail or two."""
    if draws < (least := _least(level, tails)):
        raise InputError(
            f"{draws} redraws cannot tell the limits of a level of {level:g}.", f"use draws={least} or more"
        )


def _least(level: float, tails: int) -> int:
    normal_quantile(level)  # refuses what is no level
    return math.ceil(tails / (1 - level) - 1e-9) - 1
