"""Venn-Abers prediction: two probabilities for each score, one of which is calibrated whatever the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, Record, SampleWeight, Vector, as_frequencies, as_vector, check_same_length
from ogive._kernels import count_below, sigmoid, venn_abers
from ogive.calibration.base import BinaryCalibrator, BinaryRecord, Table, check_scores, tabulate


class Steps(Record, frozen=True, kw_only=True):
    """Both probabilities as steps: `p0[i]` from the score `lower[i]` on, 0 below; `p1[i]` up to `upper[i]`, 1 above."""

    lower: np.ndarray
    p0: np.ndarray
    upper: np.ndarray
    p1: np.ndarray

    def __post_init__(self) -> None:
        for knots, values in ((self.lower, self.p0), (self.upper, self.p1)):
            if not (knots.ndim == 1 and knots.shape == values.shape and knots.size):
                raise ValueError("steps must have as many scores as probabilities, and one at least")
            if (np.diff(knots) <= 0).any() or (np.diff(values) < 0).any():
                raise ValueError("scores and probabilities of steps must increase")
        if self.p0[0] < 0 or self.p0[-1] >= 1 or self.p1[0] <= 0 or self.p1[-1] > 1:
            raise ValueError("probabilities of steps must lie between 0 and 1, p0 below 1 and p1 above 0")


class VennAbersRecord(BinaryRecord, frozen=True, kw_only=True, tag="venn-abers"):
    """Steps of each fold; of a single one where there were no folds."""

    parts: tuple[Steps, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("parts must not be empty")


class VennAbers(BinaryCalibrator):
    """Two probabilities of each score, p0 and p1, and one in their stead (Vovk, Petej and Fedorova 2015).

    The row to be predicted is added to those that were learnt from, once as a non-event and once as an event; p0 and p1
    are what the isotonic fit then gives it. If rows are exchangeable, the one of the two that belongs to what happens
    is calibrated exactly, with any model and any number of rows: among rows where it has the same value, that is
    the expected share of events. Which of the two it is nobody knows beforehand; how far they are apart says how
    little the rows can tell at that score. The merged p = p1 / (1 - p0 + p1) has a log loss above that of the right one
    by the same amount whichever it is, and so by the least in the worse case. It is never 0 or 1.

    With folds it is cross Venn-Abers: each fold has its own pair, learnt from the scores of its rows by the model that
    did not train on them, and the pairs are merged by their geometric means. Scores to `transform` and `intervals` then
    have a column from each model, or are of one model that serves all folds.

    Parameters
    ----------
    logits : bool
        Whether scores are log-odds or decision values, of any size, instead of probabilities in [0, 1].

    Attributes
    ----------
    parts_ : tuple of Steps
        Both probabilities as steps of the score, for each fold. They are pooled: rows are not kept.

    Examples
    --------
    >>> from ogive.calibration import VennAbers
    >>> scores, y = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], [0, 0, 1, 0, 1, 0, 1, 1]
    >>> venn_abers = VennAbers().fit(scores, y)
    >>> p0, p1 = venn_abers.intervals([0.05, 0.5, 0.95])
    >>> p0.round(2), p1.round(2), venn_abers.transform([0.05, 0.5, 0.95]).round(2)
    (array([0.  , 0.4 , 0.67]), array([0.33, 0.67, 1.  ]), array([0.25, 0.53, 0.75]))
    """

    record = VennAbersRecord
    parts_: tuple[Steps, ...]

    def fit(
        self,
        scores: ArrayLike,
        y: ArrayLike,
        sample_weight: SampleWeight = None,
        *,
        fold: ArrayLike | None = None,
    ) -> Self:
        """Learn from rows on which the model was not trained.

        Parameters
        ----------
        scores : array of shape (n,)
            What the model says of each row; with folds, the model that did not train on its fold.
        y : array of shape (n,)
            Outcomes, 0 or 1.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies: 2 is the row twice; sampling weights are scaled to their effective number of rows.
        fold : array of int, shape (n,), optional
            0 .. k - 1: the fold of each row. Each needs rows of both classes.

        Raises
        ------
        InputError
            Where an input is not usable, or only one class occurs.
        """
        if fold is None:
            return super().fit(scores, y, sample_weight)
        x, outcome, number = as_vector(scores, "scores"), as_vector(y, "y"), as_vector(fold, "fold")
        weight = np.ones(x.size) if sample_weight is None else as_frequencies(sample_weight)
        for column, name in ((x, "scores"), (weight, "sample_weight"), (number, "fold")):
            check_same_length(column, outcome, name)
        folds = np.unique(number)
        if not np.array_equal(folds, np.arange(folds.size)):
            raise InputError(
                f"folds must be numbered 0, 1, 2 ... without a gap; got {folds[:5].tolist()}.",
                "pass the number of the fold in which each row was held out",
            )
        self.parts_ = tuple(
            _steps(tabulate(x[rows], outcome[rows], weight[rows], logits=self.logits))
            for rows in (number == k for k in folds)
        )
        return self

    def _learn(self, table: Table) -> None:
        self.parts_ = (_steps(table),)

    def intervals(self, scores: ArrayLike) -> tuple[Vector, Vector]:
        """Both probabilities of scores, p0 <= p1.

        Parameters
        ----------
        scores : array of shape (m,), or with k folds (m, k)
            On the scale of those in `fit`; with folds, a column from each model, or one that serves them all.

        Returns
        -------
        p0, p1 : ndarray of shape (m,), or with k folds (m, k)

        Raises
        ------
        InputError
            Where the calibrator has not learnt, or scores are not usable.
        """
        pairs = []
        for part, x in self._columns(self._usable(scores)):
            low, high = _places(part, x)
            pairs.append((np.append(0.0, part.p0)[low], np.append(part.p1, 1.0)[high]))
        p0, p1 = (np.stack(side, axis=1) for side in zip(*pairs, strict=True))
        return (p0, p1) if len(self.parts_) > 1 else (p0[:, 0], p1[:, 0])

    def _map(self, x: Vector) -> Vector:
        """Merge both probabilities and the folds.

        The geometric means of p1 and of 1 - p0 over the folds make the odds, so that the log-odds of the result are the
        mean over the folds of log(p1 / (1 - p0)).
        """
        log_odds = []
        for part, column in self._columns(x):
            low, high = _places(part, column)
            log_odds.append(np.append(np.log(part.p1), 0.0)[high] - np.append(0.0, np.log1p(-part.p0))[low])
        p: Vector = sigmoid(np.mean(log_odds, axis=0))
        return p

    def _columns(self, x: Vector) -> Iterator[tuple[Steps, Vector]]:
        """Yield the steps of each fold with the scores for it."""
        for k, part in enumerate(self.parts_):
            yield part, x if x.ndim == 1 else np.ascontiguousarray(x[:, k])

    def _usable(self, scores: ArrayLike) -> Vector:
        self.check_fitted()
        folds = len(self.parts_)
        if folds == 1 or np.ndim(scores) != 2:
            return super()._usable(scores)
        matrix = np.asarray(scores, dtype=np.float64)
        if matrix.shape[1] != folds or not len(matrix):
            raise InputError(
                f"scores must have a column for each of the {folds} folds; got shape {matrix.shape}.",
                "pass the scores of the model of each fold, in the order of the folds",
            )
        check_scores(matrix, logits=self.logits)
        return matrix


def _steps(table: Table) -> Steps:
    """Return both probabilities as steps.

    A score between two of the table is a row of its own there. As an event it pools with the score above at once, for
    no share exceeds 1; so p1 between two scores is that of the upper one, and p0 likewise that of the lower one.
    """
    first, p0, last, p1 = venn_abers(table.events, table.nonevents)
    return Steps(lower=table.x[first], p0=p0, upper=table.x[last], p1=p1)


def _places(steps: Steps, x: Vector) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many steps p0 has made at scores, and how many p1 has made below them."""
    return count_below(steps.lower, x, through=True), count_below(steps.upper, x)
