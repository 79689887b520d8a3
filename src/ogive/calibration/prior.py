"""Prior shift: probabilities of a model whose classes were sampled, weighted, or have become more or less frequent.

Let the model be calibrated where class k has the share s_k. Where only the shares have changed, to t_k, and within each
class everything is distributed as before, Bayes' rule says p'_k proportional to p_k t_k / s_k: the odds of two classes
change by one factor, the same for all rows (Elkan 2001, theorem 2; Saerens, Latinne and Decaestecker 2002).
Keeping the share c_k of the rows of class k, or giving them the weight c_k, makes s_k proportional to t_k c_k.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Self

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, SampleWeight, Vector, as_vector
from ogive._kernels import sigmoid
from ogive.calibration.base import CalibratorRecord, KeptCalibrator, tabulate
from ogive.calibration.classes import as_classes, as_weights, checked_scores, softmax
from ogive.calibration.prevalence import Shares, factors_to, log_scores, positive, shares_of


class PriorShiftRecord(CalibratorRecord, frozen=True, kw_only=True, tag="prior shift"):
    """What the odds of each class are multiplied with."""

    classes: Annotated[int, msgspec.Meta(ge=2)]
    factors: np.ndarray

    def __post_init__(self) -> None:
        if self.factors.shape != (self.classes,) or not (self.factors > 0).all():
            raise ValueError("factors must be positive, one a class")


class PriorShift(KeptCalibrator):
    """Correct probabilities for a prevalence that differs from the one they were made for.

    `p'_k` is proportional to `p_k * factor_k`. Where the factors are known, `from_sampling`, `from_class_weights` and
    `from_prevalence` give the exact correction without any outcome. Where only the new prevalence is known,
    `to_prevalence` finds the factors with which the mean probability of given scores is that. `fit` learns them
    from outcomes: the likeliest shift is the one whose mean probability is the share of events.

    All of this takes two things for granted: that the scores are calibrated where they come from, and that within
    each class they are distributed there as here. Probabilities of exactly 0 and 1 stay as they are.

    Parameters
    ----------
    logits : bool
        Whether scores are log-odds (or logits of several classes) instead of probabilities.

    Attributes
    ----------
    factors_ : ndarray of shape (K,)
        What the odds of each class are multiplied with; only their ratios matter.
    classes_ : int
        K. Two classes have scores of shape (n,), probabilities of the class 1, or (n, 2).

    References
    ----------
    Elkan, The foundations of cost-sensitive learning, IJCAI 2001. Saerens, Latinne and Decaestecker, Adjusting the
    outputs of a classifier to new a priori probabilities, Neural Computation 14, 2002.

    Examples
    --------
    A model was trained on all events and one in a hundred of the others:

    >>> from ogive.calibration import PriorShift
    >>> PriorShift.from_sampling(kept_negatives=0.01).transform([0.1, 0.5, 0.9]).round(4)
    array([0.0011, 0.0099, 0.0826])

    Half of its training rows were events, of whom there are 2 % now:

    >>> PriorShift.from_prevalence(trained=0.5, new=0.02).transform([0.5, 0.9]).round(4)
    array([0.02  , 0.1552])
    """

    record = PriorShiftRecord
    factors_: Vector
    classes_: int

    @classmethod
    def from_sampling(
        cls, kept: Sequence[float] | None = None, *, kept_negatives: float = 1.0, logits: bool = False
    ) -> Self:
        """Undo that only some rows were kept for training.

        Parameters
        ----------
        kept : sequence of K floats, optional
            Share of the rows of each class that were kept.
        kept_negatives : float
            Share of the rows of class 0, of two, that were kept; short for `kept=[kept_negatives, 1]`.
        logits : bool
            Whether scores are log-odds or logits.

        Raises
        ------
        InputError
            Where a share is not above 0 and at most 1.
        """
        shares = np.array([kept_negatives, 1.0]) if kept is None else positive(kept, "kept")
        if (shares > 1).any():
            raise InputError(
                f"a share of rows cannot exceed 1; got {shares.max():g}.",
                ["for one row in a hundred use 0.01", "for rows that were repeated use from_class_weights"],
            )
        return cls._of(1 / shares, logits=logits)

    @classmethod
    def from_class_weights(
        cls, weights: Mapping[int, float] | Sequence[float], *, logits: bool = False
    ) -> Self:
        """Undo class weights, or rows repeated by class, in training.

        Parameters
        ----------
        weights : mapping or sequence of K floats
            Weight of each class, 0 to K - 1. (Those called "balanced" make the classes equally frequent: use
            `from_prevalence(trained=0.5, new=...)`.)
        logits : bool
            Whether scores are log-odds or logits.

        Raises
        ------
        InputError
            Where a weight is missing or not above 0.
        """
        if isinstance(weights, Mapping):
            if sorted(weights) != list(range(len(weights))):
                raise InputError(
                    f"weights must have the classes 0 to K - 1 as keys; got {sorted(weights)}.",
                    "number the classes in the order of the columns of scores",
                )
            weights = [weights[k] for k in range(len(weights))]
        return cls._of(1 / positive(weights, "weights"), logits=logits)

    @classmethod
    def from_prevalence(cls, trained: Shares, new: Shares, *, logits: bool = False) -> Self:
        """Correct for a known change of prevalence.

        Parameters
        ----------
        trained, new : float, or sequence of K floats that add up to 1
            Share of the class 1, or of each class, among the rows that trained the model (weighted, if it was), and
            now.
        logits : bool
            Whether scores are log-odds or logits.

        Raises
        ------
        InputError
            Where a share is not between 0 and 1, or there are not as many.
        """
        before, now = shares_of(trained, "trained"), shares_of(new, "new")
        if before.size != now.size:
            raise InputError(
                f"trained has {before.size} classes and new has {now.size}.", "give a share of each class"
            )
        return cls._of(now / before, logits=logits)

    @classmethod
    def to_prevalence(
        cls, scores: ArrayLike, new: Shares, sample_weight: SampleWeight = None, *, logits: bool = False
    ) -> Self:
        """Shift the log-odds so that the mean probability of `scores` is the new prevalence, to rounding.

        The scores have to be those of a sample of the rows that the prevalence is of.

        Parameters
        ----------
        scores : array of shape (n,) or (n, K)
            Of rows with the new prevalence; their outcomes are not needed.
        new : float, or sequence of K floats that add up to 1
            Prevalence of the class 1, or of each class.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies; sampling weights are scaled to their effective number of rows.
        logits : bool
            Whether scores are log-odds or logits.

        Raises
        ------
        InputError
            Where an input is not usable, or so many scores are exactly 0 or 1 that no shift reaches the prevalence.

        Examples
        --------
        >>> from ogive.calibration import PriorShift
        >>> shift = PriorShift.to_prevalence([0.1, 0.3, 0.4, 0.8], new=0.1)
        >>> shift.transform([0.1, 0.3, 0.4, 0.8]).mean().round(12)
        np.float64(0.1)
        """
        log_p = log_scores(scores, logits=logits)
        wanted = shares_of(new, "new")
        if wanted.size != log_p.shape[1]:
            raise InputError(
                f"scores are of {log_p.shape[1]} classes and new of {wanted.size}.",
                "give a share of each class",
            )
        return cls._of(factors_to(log_p, wanted, as_weights(sample_weight, log_p[:, 0])), logits=logits)

    def fit(self, scores: ArrayLike, y: ArrayLike, sample_weight: SampleWeight = None) -> Self:
        """Learn the shift from outcomes: the likeliest one, whose mean probability is the share of each class.

        Parameters
        ----------
        scores : array of shape (n,) or (n, K)
            What the model says of each row.
        y : array of shape (n,)
            Outcomes, 0 or 1, or the number of the class, 0 to K - 1; each must occur.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies: 2 is the row twice; sampling weights are scaled to their effective number of rows.

        Raises
        ------
        InputError
            Where an input is not usable, a class does not occur, or no shift is the likeliest.
        """
        if np.ndim(scores) != 2:
            table = tabulate(scores, y, sample_weight, logits=self.logits)
            log_p, weight = log_scores(table.x, logits=self.logits), table.weight
            counts = np.array([table.nonevents.sum(), table.events.sum()])
        else:
            log_p = log_scores(scores, logits=self.logits)
            label, weight = as_classes(y, log_p.shape[1]), as_weights(sample_weight, as_vector(y, "y"))
            counts = np.bincount(label, weight, log_p.shape[1])
            if label.size != log_p.shape[0] or not counts.all():
                raise InputError("every row needs a class, and every class a row.", "check y")
        self._set(factors_to(log_p, counts / counts.sum(), weight))
        return self

    def transform(self, scores: ArrayLike) -> Vector:
        """Probabilities at the new prevalence.

        Parameters
        ----------
        scores : array of shape (m,) or (m, K)
            Of the model whose prevalence is corrected.

        Returns
        -------
        ndarray of the same shape

        Raises
        ------
        InputError
            Where the factors are not known yet, or scores are not usable or of another number of classes.
        """
        self.check_fitted()
        x, factors = checked_scores(scores, logits=self.logits, classes=self.classes_), self.factors_
        p: Vector
        if self.logits:
            moves = np.log(factors)
            p = sigmoid(x + (moves[1] - moves[0])) if x.ndim == 1 else softmax(x + moves)
        elif x.ndim == 1:
            p = x * factors[1] / (x * factors[1] + (1 - x) * factors[0])
        else:
            p = x * factors / np.sum(x * factors, axis=1, keepdims=True)
        return p

    @classmethod
    def _of(cls, factors: Vector, *, logits: bool) -> Self:
        return cls(logits=logits)._set(factors)

    def _set(self, factors: Vector) -> Self:
        self.factors_, self.classes_ = factors, factors.size
        return self
