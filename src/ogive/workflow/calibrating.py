"""Calibrators learnt from rows that taught the model nothing, and judged on rows that taught neither of the two."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, SampleWeight, SamplingWeights, Vector, write_whole
from ogive.calibration import METHODS, Calibrator, Candidate, by_name, choose, to_bytes
from ogive.fitting import Folds

# Number of the class of each row.
Classes: TypeAlias = NDArray[np.intp]

AUTO = "auto"
FOLDS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Learnt:
    """A calibrator; where "auto" chose it also why, and what else was tried."""

    calibrator: Any
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()


class KeepsCalibrator(ABC):
    """What holds a calibrator, and writes it to a file that names the columns it is for."""

    calibrator: Calibrator

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of scores."""

    def to_bytes(self) -> bytes:
        """Return the bytes of the calibrator's file."""
        return to_bytes(self.calibrator, self.columns)  # type: ignore[arg-type]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the calibrator to a file, whole or not at all."""
        write_whole(path, self.to_bytes())


@dataclass(frozen=True, kw_only=True, eq=False)
class CrossFitted:
    """Probabilities of rows, each calibrated by a calibrator that other rows taught.

    Attributes
    ----------
    rows : (n,) bool
        Rows that have one: in time order the first stretch has none, because nothing before it was held out.
    p : (n,) or (n, K) float64
        NaN where `rows` is False.
    """

    rows: NDArray[np.bool_]
    p: Vector


def method_name(method: str) -> str:
    """Return the name of a method as the calibrators have it; hyphens may stand for blanks.

    Examples
    --------
    >>> method_name("auto"), method_name("prior-shift"), method_name("venn-abers")
    ('auto', 'prior shift', 'venn-abers')
    """
    known = (AUTO, *METHODS, "vector", "dirichlet")
    for name in (method, method.replace("-", " ")):
        if name in known:
            return name
    raise InputError(
        f"there is no calibration method {method!r}.",
        f"choose one of {', '.join(name.replace(' ', '-') for name in known)}",
    )


def learn(
    method: str, scores: Vector, y: Vector | Classes, weights: SampleWeight, *, logits: bool, seed: int = 0
) -> Learnt:
    """Learn a calibrator of a method, or of the one that nested cross-validation chooses."""
    if method == AUTO:
        choice = choose(scores, y, weights, logits=logits, seed=seed)
        made = choice.calibrator().fit(scores, y, weights)
        return Learnt(calibrator=made, reason=choice.reason, candidates=choice.candidates)
    classes = 2 if scores.ndim == 1 else scores.shape[1]
    return Learnt(calibrator=by_name(method, logits=logits, classes=classes).fit(scores, y, weights))


def cross_fitted(
    method: str,
    scores: Vector,
    y: Vector | Classes,
    weights: SampleWeight,
    folds: Folds,
    *,
    logits: bool,
    seed: int = 0,
) -> CrossFitted:
    """Calibrate the rows of each fold by what the rows of the others teach; in time order, of the earlier ones.

    "auto" chooses anew in each, so that no row has a say in the method that it is judged by.
    """
    p = np.full(scores.shape, np.nan)
    done = np.zeros(y.size, dtype=bool)
    for train, test in folds:
        rows = train & folds.held_out
        if rows.any():
            taught = learn(
                method, scores[rows], y[rows], _weights_of(weights, rows), logits=logits, seed=seed
            )
            p[test], done[test] = taught.calibrator.transform(scores[test]), True
    return CrossFitted(rows=done, p=p)


def _weights_of(weights: SampleWeight, rows: NDArray[np.bool_]) -> SampleWeight:
    """Return the weights of some rows, declared as they were."""
    if weights is None:
        return None
    if isinstance(weights, SamplingWeights):
        return SamplingWeights(np.asarray(weights.values)[rows])
    return np.asarray(weights)[rows]
