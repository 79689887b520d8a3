"""What the weights of rows mean: how often a row occurred, or how many rows of a population it stands for."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ogive._base.checks import as_vector
from ogive._base.protocols import Vector


class SamplingWeights:
    """Declares weights to be sampling weights: the inverse of the probability with which a row was drawn.

    Frequencies say that a row occurred w times; sampling weights say that it stands for w rows that nobody saw.
    Values are the same for both. The intervals are not: with frequencies they shrink as the weights grow, with
    sampling weights they come from the squares of the weights (linearisation, also called the sandwich; Binder
    1983), so that unequal weights widen them and a common factor changes nothing. Rows are taken as drawn
    independently; counts are in rows, for the weights are scaled to a mean of 1.

    Parameters
    ----------
    values : array of shape (n,)
        0 or more; rows of weight 0 are left out.

    Attributes
    ----------
    values : array of shape (n,)
        As they were given.

    Examples
    --------
    >>> from ogive.metrics import SamplingWeights, brier_score
    >>> y, p = [0, 1, 0, 1, 1, 0] * 5, [0.2, 0.8, 0.4, 0.6, 0.3, 0.1] * 5
    >>> w = [9, 1, 9, 1, 1, 9] * 5
    >>> brier_score(y, p, w)
    0.09 (0.07 – 0.11)
    >>> brier_score(y, p, SamplingWeights(w))
    0.09 (0.06 – 0.13)
    """

    __slots__ = ("values",)

    def __init__(self, values: ArrayLike) -> None:
        self.values = values


# What every metric takes as `sample_weight`.
SampleWeight: TypeAlias = ArrayLike | SamplingWeights | None


def scaled_to_mean_one(weight: Vector) -> Vector:
    """Scale weights to a mean of 1 over the rows that count; what is no weight stays, to be refused by its name."""
    if not np.isfinite(weight).all() or (weight < 0).any() or not weight.any():
        return weight
    share = weight / weight.max()  # the sum of the largest numbers would overflow
    return np.asarray(share * (np.count_nonzero(share) / share.sum()), dtype=np.float64)


def as_frequencies(sample_weight: ArrayLike | SamplingWeights) -> Vector:
    """Return frequencies as they are, and of sampling weights those that tell a fit as much.

    They sum to the effective number of rows (Kish 1965), (sum w)² / sum w²: what a fit estimates depends on their
    proportions alone, and what it thinks of its own certainty on their sum. What is no weight stays, to be refused.
    """
    if not isinstance(sample_weight, SamplingWeights):
        return as_vector(sample_weight, "sample_weight")
    weight = as_vector(sample_weight.values, "sample_weight")
    scaled = scaled_to_mean_one(weight)
    return weight if scaled is weight else scaled * float(scaled.sum() / squared(scaled).sum())


def squared(weight: Vector) -> Vector:
    """Square weights; none that counts becomes 0."""
    return np.where(weight > 0, np.maximum(weight * weight, np.finfo(np.float64).tiny), 0.0)
