"""The choice among calibrators, by nested cross-validation: each is judged on rows that did not teach it.

What a candidate chooses for itself (knots, strength of a penalty) it chooses again within the rows that train each
fold, so that no held-out row has had a say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, Record, SampleWeight, SamplingWeights, Vector, as_vector, certain_limits
from ogive.calibration.base import tabulate
from ogive.calibration.classes import as_classes, as_matrix, as_weights, class_rows
from ogive.calibration.dealing import FOLDS, dealt, distinct
from ogive.calibration.naming import by_name
from ogive.fitting import group_folds

# With fewer rows, or fewer outside the most frequent class, choosing costs more than Platt scaling loses by not fitting
# everywhere (benchmarks/choosing.py).
FEW_ROWS = 400
FEW_RARER = 50

# Isotonic regression learns the noise of fewer rows: it takes about a thousand to be as good as Platt scaling
# (Niculescu-Mizil and Caruana 2005, section 5), and the rarer class says how much is known of the curve.
ISOTONIC_ROWS = 1000
ISOTONIC_RARER = 100

# Most multiplications, rows times classes^4, of a step of Dirichlet calibration that is still tried.
DIRICHLET_WORK = 1e8

# Log losses that differ by less are those of the same calibrator, as of a spline with one knot and Platt scaling.
TIED = 1e-9

# From simple to flexible.
EVENT_ORDER = ("none", "temperature", "prior shift", "platt", "beta", "spline", "centred isotonic")
CLASSES_ORDER = ("none", "temperature", "prior shift", "vector", "platt", "dirichlet", "centred isotonic")


class Candidate(Record, frozen=True, kw_only=True):
    """A calibrator and its log loss on held-out rows.

    Attributes
    ----------
    method : str
    log_loss, standard_error : float
        Cross-validated mean, in nats.
    behind, behind_error : float
        How much larger it is than the smallest of all candidates, and the standard error of that difference on the same
        rows: far smaller than that of either loss.
    """

    method: str
    log_loss: float
    standard_error: float
    behind: float
    behind_error: float


class Choice(Record, frozen=True, kw_only=True):
    """Which calibrator was chosen, and why.

    Attributes
    ----------
    method : str
        Name of the method; "none" leaves the probabilities as they are.
    reason : str
        In a sentence.
    candidates : tuple of Candidate
        From simple to flexible; empty where there were too few rows to choose.
    rows : float
        Rows (sum of weights) that chose.
    classes : int
    logits : bool
        Whether scores are log-odds or decision values.
    """

    method: str
    reason: str
    candidates: tuple[Candidate, ...]
    rows: float
    classes: int
    logits: bool

    def calibrator(self) -> Any:
        """Return a calibrator of the chosen method, which has yet to learn."""
        return by_name(self.method, logits=self.logits, classes=self.classes)

    def __repr__(self) -> str:
        lines = [
            f"  {c.method:<18}{c.log_loss:.4f}   {c.behind:+.4f} ± {c.behind_error:.4f}"
            for c in self.candidates
        ]
        head = ["  " + " " * 18 + "log loss behind the best"] if lines else []
        return "\n".join([f"{self.method}: {self.reason}", *head, *lines])


def choose(
    scores: ArrayLike,
    y: ArrayLike,
    sample_weight: SampleWeight = None,
    *,
    logits: bool = False,
    seed: int = 0,
    groups: ArrayLike | None = None,
) -> Choice:
    """Choose a calibrator by nested cross-validated log loss.

    The choice is the simplest candidate whose log loss is within one standard error of the smallest; the standard error
    is that of the difference on the same rows. To leave the probabilities as they are is a candidate too. Isotonic
    calibration (centred) is tried from 1,000 rows on, of which 100 are outside the most frequent class: it follows the
    noise of fewer. Below 400 rows, or 50 outside the most frequent class, nothing is tried: it is Platt scaling, which
    on average loses less there than choosing does.

    Parameters
    ----------
    scores : array of shape (n,) or (n, K)
        What the model says of rows on which it was not trained: of the event, or of every class.
    y : array of shape (n,)
        Outcomes, 0 or 1, or the number of the class, 0 to K - 1.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies: 2 is the row twice; sampling weights are scaled to their effective number of rows.
    logits : bool
        Whether scores are log-odds or decision values instead of probabilities.
    seed : int
        Of the folds.
    groups : array of shape (n,), optional
        Rows that belong together, which then stay in one fold and count as one in standard errors.

    Raises
    ------
    InputError
        Where an input is not usable, or only one class occurs.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.calibration import choose
    >>> rng = np.random.default_rng(0)
    >>> z = rng.normal(size=2000)
    >>> y = rng.random(2000) < 1 / (1 + np.exp(-z))
    >>> choice = choose(3 * z, y, logits=True)
    >>> choice.method
    'temperature'
    >>> round(choice.calibrator().fit(3 * z, y).slope_, 2)
    0.34
    """
    rows = _read(scores, y, sample_weight, groups, logits=logits)
    counts = np.bincount(rows.y, rows.weight, rows.classes).astype(np.float64)
    known: dict[str, Any] = {"rows": float(counts.sum()), "classes": rows.classes, "logits": logits}
    few = counts.sum() < FEW_ROWS or counts.sum() - counts.max() < FEW_RARER
    held = None if few else _dealt(rows, seed)
    if held is None:
        return Choice(method="platt", reason=_why_nothing_was_tried(counts, few=few), candidates=(), **known)
    order = _order(counts, rows)
    candidates, best = _compared(dict(_losses(order, rows, held, logits=logits)), rows, held)
    chosen = next(candidate for candidate in candidates if candidate.behind <= candidate.behind_error)
    reason = " ".join(
        [_why(chosen, best, candidates), _ISOTONIC_LEFT_OUT][: 1 + ("centred isotonic" not in order)]
    )
    return Choice(method=chosen.method, reason=reason, candidates=candidates, **known)


@dataclass(frozen=True)
class _Rows:
    """Scores of shape (n,) or (n, K), numbers of the classes, weights, and the group of each row, if any."""

    x: Vector
    y: NDArray[np.intp]
    weight: Vector
    group: NDArray[np.intp] | None

    @property
    def classes(self) -> int:
        return 2 if self.x.ndim == 1 else int(self.x.shape[1])


def _read(
    scores: ArrayLike,
    y: ArrayLike,
    sample_weight: SampleWeight,
    groups: ArrayLike | None,
    *,
    logits: bool,
) -> _Rows:
    """Check the rows; make one of those that are equal, unless they belong to groups."""
    if np.ndim(scores) == 2:
        read, _ = class_rows(scores, y, sample_weight, logits=logits)
        x, label, weight = as_matrix(scores), read.y, read.weight
    else:
        tabulate(scores, y, sample_weight, logits=logits)
        x = as_vector(scores, "scores")
        label, weight = as_classes(y, 2), as_weights(sample_weight, x)
    if groups is None and isinstance(sample_weight, SamplingWeights):
        groups = np.arange(label.size)  # however much it stands for, a row is one
    if groups is not None:
        group = np.unique(np.asarray(groups), return_inverse=True)[1].ravel()
        if group.size != label.size:
            raise InputError(
                f"groups has {group.size} values and y has {label.size}.", "pass one value a row"
            )
        return _Rows(x, label, weight, group)
    columns, label, weight = distinct(x.reshape(label.size, -1), label, weight)
    return _Rows(columns.reshape(-1, *x.shape[1:]), label, weight, None)


def _dealt(rows: _Rows, seed: int) -> Vector | None:
    """Return the weight of each row in each fold, (folds, n); None where one would train on rows without some class."""
    if rows.group is None:
        held = dealt(rows.weight, np.random.default_rng(seed))
    else:
        number = int(rows.group.max()) + 1
        fold = group_folds(rows.group, min(FOLDS, max(number, 2)), seed=seed).fold
        held = np.where(fold == np.arange(fold.max() + 1)[:, np.newaxis], rows.weight, 0.0)
    counts = np.array([np.bincount(rows.y, rows.weight - part, rows.classes) for part in held])
    return held[held.any(axis=1)] if counts.min() > 0 else None


def _order(counts: Vector, rows: _Rows) -> list[str]:
    """Return the candidates, from simple to flexible."""
    order = list(EVENT_ORDER if rows.x.ndim == 1 else CLASSES_ORDER)
    if counts.sum() < ISOTONIC_ROWS or counts.sum() - counts.max() < ISOTONIC_RARER:
        order.remove("centred isotonic")
    if "dirichlet" in order and rows.y.size * float(rows.classes) ** 4 > DIRICHLET_WORK:
        order.remove("dirichlet")
    return order


def _losses(order: list[str], rows: _Rows, held: Vector, *, logits: bool) -> Iterator[tuple[str, Vector]]:
    """Yield each method with the losses of the held-out rows, fold after fold; leave out one that cannot learn."""
    for method in order:
        found = []
        try:
            for part in held:
                train, test = rows.weight > part, part > 0
                calibrator = by_name(method, logits=logits, classes=rows.classes)
                calibrator.fit(rows.x[train], rows.y[train], (rows.weight - part)[train])
                p, y = calibrator.transform(rows.x[test]), rows.y[test]
                found.append(np.where(y == 1, p, 1 - p) if p.ndim == 1 else p[np.arange(y.size), y])
        except InputError:
            continue
        given = np.concatenate(found)
        yield method, -np.log(np.maximum(given, certain_limits(given)[0]))


def _compared(
    losses: dict[str, Vector], rows: _Rows, held: Vector
) -> tuple[tuple[Candidate, ...], Candidate]:
    """Return the candidates with their means and standard errors, and the best."""
    fold, row = np.nonzero(held)
    weight, group = held[fold, row], None if rows.group is None else rows.group[row]
    means = {method: _mean(loss, weight, group) for method, loss in losses.items()}
    least = min(mean for mean, _ in means.values())
    best = next(method for method, (mean, _) in means.items() if mean <= least + TIED)
    candidates = {}
    for method, loss in losses.items():
        more, error = _mean(loss - losses[best], weight, group)
        candidates[method] = Candidate(
            method=method,
            log_loss=means[method][0],
            standard_error=means[method][1],
            behind=max(more, 0.0),
            behind_error=error,
        )
    return tuple(candidates.values()), candidates[best]


def _mean(values: Vector, weight: Vector, group: NDArray[np.intp] | None) -> tuple[float, float]:
    """Return the mean and its standard error; with groups, that of the sums of groups."""
    total = float(weight.sum())
    mean = float(np.sum(weight * values)) / total
    away = weight * (values - mean)
    if group is None:
        return mean, math.sqrt(float(np.sum(away * (values - mean))) / (total - 1) / total)
    sums = np.bincount(group, away)
    count = np.unique(group).size
    return mean, math.sqrt(float(np.sum(sums**2)) * count / (count - 1)) / total


_ISOTONIC_LEFT_OUT = (
    f"Isotonic calibration was not tried: it follows the noise of fewer than {ISOTONIC_ROWS:,} rows, {ISOTONIC_RARER} "
    "of them outside the most frequent class."
)


def _why_nothing_was_tried(counts: Vector, *, few: bool) -> str:
    if not few:
        return "nothing was tried, because a fold would train on rows without one of the classes."
    total, rarer = counts.sum(), counts.sum() - counts.max()
    return (
        f"nothing was tried: on {total:,.10g} rows, {rarer:,.10g} of them outside the most frequent class, choosing "
        f"costs more than Platt scaling loses; it takes {FEW_ROWS} and {FEW_RARER}."
    )


def _why(chosen: Candidate, best: Candidate, candidates: tuple[Candidate, ...]) -> str:
    """Say in a sentence what the numbers say."""
    if chosen is not best:
        gap = f"{chosen.behind:.4f} ± {chosen.behind_error:.4f}"
        return (
            f"its cross-validated log loss, {chosen.log_loss:.4f}, is within one standard error of that of "
            f"{best.method}, the smallest ({best.log_loss:.4f}; difference {gap}), and nothing simpler is."
        )
    simpler = candidates[: candidates.index(best)]
    text = f"its cross-validated log loss, {best.log_loss:.4f}, is the smallest of {len(candidates)}"
    if simpler:
        nearest = min(simpler, key=lambda candidate: candidate.behind)
        named = "no calibrator" if nearest.method == "none" else nearest.method
        text += (
            f"; of what is simpler, {named} comes nearest, {nearest.behind:.4f} ± {nearest.behind_error:.4f} "
            "behind"
        )
    return text + "."
