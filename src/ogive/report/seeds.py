"""Networks that differ in their seed alone: what one reached, and what all of them together say."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from statistics import fmean, geometric_mean, median, variance
from typing import TypeAlias

from ogive._base import Estimate, Record, student_quantile

# What is known at each epoch or of each layer; None where it is not.
Values: TypeAlias = tuple[float | None, ...]

_LEVEL = 0.95
# Who still gains more than this part of all that was learnt, in the last tenth of the epochs, is still learning.
_GAINS = 0.01
# A loss has converged where it has made all but this part of its way.
_LEFT = 0.05


class Complaint(Record, frozen=True, kw_only=True):
    """What is wrong with networks ("vanishing", "dead", …), what to do about it, and in how many seeds it is so."""

    kind: str
    sentence: str
    remedy: str
    seeds: int = 1


class SeedRun(Record, frozen=True, kw_only=True):
    """One network: accuracy and loss of the rows held out, and what went on inside.

    `training` is the loss at each epoch, from before the first step on, and `saturated` the share of outputs of hidden
    layers that pass next to nothing back; `ratios_start` and `ratios_end` have the gradient in z of each hidden
    layer by that of the layer after it.
    """

    accuracy: float
    loss: float
    training: tuple[float, ...]
    saturated: tuple[float, ...]
    ratios_start: Values
    ratios_end: Values
    complaints: tuple[Complaint, ...]
    milliseconds: float


class NetworkCell(Record, frozen=True, kw_only=True):
    """An activation at a depth with an initialisation, over all seeds.

    Attributes
    ----------
    activation, init : str
    depth : int
        Hidden layers.
    accuracy, loss : Estimate
        Of the rows held out, after the last epoch: mean over the seeds and its interval (Student's t). A loss is
        None where it is infinite in some seed.
    converged : float or None
        Epoch in which the training loss had made 95 % of its way from before the first step to its lowest; the median
        over the seeds, None where one never fell.
    ratios_start, ratios_end : tuple of float or None
        Of each hidden layer, the first one first: gradient in z by that of the layer after it, before the first step
        and after the last; geometric mean over the seeds, None where one has none.
    training, saturated : tuple of float
        At each epoch, from before the first step on: training loss, and the share of outputs of hidden layers that pass
        next to nothing back; means over the seeds.
    complaints : tuple of Complaint
        Empty where nothing is wrong.
    """

    activation: str
    depth: int
    init: str
    accuracy: Estimate
    loss: Estimate | None
    converged: float | None
    ratios_start: Values
    ratios_end: Values
    training: tuple[float, ...]
    saturated: tuple[float, ...]
    complaints: tuple[Complaint, ...] = ()

    @property
    def learning(self) -> bool:
        """Whether the training loss was still falling when the epochs ended."""
        before = self.training[-max(len(self.training) // 10, 1) - 1 :][0]
        return before - self.training[-1] > _GAINS * (self.training[0] - min(self.training)) > 0


def network_cell(runs: Sequence[SeedRun], activation: str, depth: int, init: str, rows: int) -> NetworkCell:
    """Return what networks that differ in their seed say together.

    Parameters
    ----------
    runs : sequence of SeedRun
        At least one.
    activation, depth, init
        Of all of them.
    rows : int
        Held out: an accuracy is a multiple of one over it, and equal ones differ by its rounding.
    """
    falls = [_converged(run.training) for run in runs]
    fell = [epoch for epoch in falls if epoch is not None]
    return NetworkCell(
        activation=activation,
        depth=depth,
        init=init,
        accuracy=over_seeds([run.accuracy for run in runs], step=1 / rows, most=1.0),
        loss=over_seeds([run.loss for run in runs]) if all(isfinite(run.loss) for run in runs) else None,
        converged=median(fell) if len(fell) == len(falls) else None,
        ratios_start=_typical([run.ratios_start for run in runs]),
        ratios_end=_typical([run.ratios_end for run in runs]),
        training=_means([run.training for run in runs]),
        saturated=_means([run.saturated for run in runs]),
        complaints=_together([one for run in runs for one in run.complaints]),
    )


def over_seeds(values: Sequence[float], *, step: float = 0.0, most: float | None = None) -> Estimate:
    """Return the mean of numbers of 0 and more with Student's interval.

    Parameters
    ----------
    values : sequence of float
        One a seed.
    step : float
        What they are multiples of; the variance of its rounding, step²/12, is added to theirs.
    most : float, optional
        Where the interval is cut.

    Examples
    --------
    >>> over_seeds([0.96, 0.98, 0.97], most=1.0), over_seeds([0.97])
    (0.97 (0.95 – 0.99), 0.97)
    """
    mean, n = fmean(values), len(values)
    if n == 1:
        return Estimate(value=mean, level=_LEVEL, method="no interval: one seed")
    half: float = student_quantile(_LEVEL, n - 1) * ((variance(values) + step**2 / 12) / n) ** 0.5
    high = mean + half if most is None else min(mean + half, most)
    return Estimate(
        value=mean, low=max(mean - half, 0.0), high=high, level=_LEVEL, method="mean over seeds, t"
    )


def _converged(losses: Sequence[float]) -> int | None:
    least = min(losses)
    near = least + _LEFT * (losses[0] - least)
    return next(k for k, loss in enumerate(losses) if loss <= near) if least < losses[0] else None


def _typical(seeds: Sequence[Values]) -> Values:
    """Return the geometric mean of each layer; None where it has none in some seed, or one of 0 or without end."""
    layers = [[r for r in layer if r is not None and 0 < r < inf] for layer in zip(*seeds, strict=True)]
    return tuple(geometric_mean(layer) if len(layer) == len(seeds) else None for layer in layers)


def _means(seeds: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Return the mean of each epoch, over the seeds that came so far."""
    longest = max(map(len, seeds))
    return tuple(fmean(one[k] for one in seeds if k < len(one)) for k in range(longest))


def _together(complaints: Sequence[Complaint]) -> tuple[Complaint, ...]:
    """Return each kind once, in the words of its first seed, with the number of its seeds."""
    kinds = [one.kind for one in complaints]
    first = {one.kind: one for one in reversed(complaints)}
    return tuple(
        Complaint(kind=kind, sentence=one.sentence, remedy=one.remedy, seeds=kinds.count(kind))
        for kind, one in sorted(first.items())
    )
