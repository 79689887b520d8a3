"""Prevalence and scores: the shift of the log-odds that reaches a prevalence, and the prevalence that scores tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import Estimate, InputError, SampleWeight, Vector, as_vector
from ogive.calibration.classes import as_weights, checked_scores, log_softmax
from ogive.calibration.maps import MOST_STEPS, MeanSoftmaxLoss, Slopes
from ogive.fitting import STRICT, descend, is_endless
from ogive.solvers import Newton

Shares = float | Sequence[float]


def positive(values: Sequence[float], name: str) -> Vector:
    """Return numbers above 0, one for each of two classes or more."""
    array = as_vector(values, name)
    if array.size < 2 or not (np.isfinite(array) & (array > 0)).all():
        raise InputError(
            f"{name} must be numbers above 0, one a class; got {array.tolist()}.",
            "a class that never occurs cannot be corrected for",
        )
    return array


def shares_of(prevalence: Shares, name: str) -> Vector:
    """Return the share of each class; of one number, the share of the class 1 of two."""
    given = np.asarray(prevalence, dtype=np.float64)
    shares = given if given.ndim else np.array([1 - given, given])
    if not (shares > 0).all() or abs(shares.sum() - 1) > 1e-6:
        raise InputError(
            f"{name} must be a prevalence between 0 and 1, or shares of the classes that add up to 1; got "
            f"{prevalence}.",
            "divide percentages by 100",
        )
    return positive(shares / shares.sum(), name)


def log_scores(scores: ArrayLike, *, logits: bool) -> Vector:
    """Return the logarithms of class probabilities, shape (n, K); -inf where one is 0."""
    matrix = checked_scores(scores, logits=logits)
    if matrix.ndim == 1:
        matrix = np.column_stack([np.zeros_like(matrix) if logits else 1 - matrix, matrix])
    if not logits:
        with np.errstate(divide="ignore"):
            return np.log(matrix)
    log_p: Vector = log_softmax(matrix)
    return log_p


def factors_to(log_p: Vector, wanted: Vector, weight: Vector) -> Vector:
    """Return the factors of the odds with which the mean probability of each class is the one wanted.

    The equations mean(softmax(log p + b)) = t say that the gradient of mean(log sum exp(log p + b)) - t'b is 0. That is
    convex in b: the mean loss of intercepts alone, where every row has the outcome t. A decrement of d leaves a
    gradient of about d sqrt(t), so that of the rarest class is small beside its share.
    """
    layout = Slopes(None, wanted.size)
    loss = MeanSoftmaxLoss(layout, wanted[np.newaxis], weight, np.zeros(wanted.size), offset=log_p)
    mean = np.average(np.exp(log_p), axis=0, weights=weight)
    start = np.log(wanted) - np.log(np.maximum(mean, 1e-300))
    solver = Newton()
    tol = STRICT * np.sqrt(wanted.min())
    descent = descend(loss, solver, start - start.mean(), tol=tol, max_iter=MOST_STEPS)
    endless = is_endless(loss, descent) or solver.dependent
    if endless or (np.abs(descent.point.gradient) > 1e-6 * wanted).any():
        raise InputError(
            "no shift of the log-odds has the prevalence as its mean probability: too many scores are exactly 0 or "
            "1, and those stay as they are.",
            "calibrate the scores first; PlattScaling and BetaCalibration leave none at 0 or 1",
        )
    factors: Vector = np.exp(descent.point.x)
    return factors


def _mixture(density: Vector, weight: Vector) -> Vector:
    """Return the shares of greatest likelihood of a mixture; rows of `density`, shape (n, K), up to a factor each.

    Minus the mean log-likelihood plus sum(t) over t >= 0 is convex, and has its minimum where the shares add up to 1:
    along a ray it is c - log(r) + r.
    """
    from scipy.optimize import minimize  # noqa: PLC0415  (takes a tenth of a second)

    def objective(t: Vector) -> tuple[float, Vector]:
        mixed = np.maximum(np.sum(density * t, axis=1), 1e-300)
        slope = np.sum((weight / mixed)[:, np.newaxis] * density, axis=0)
        return float(t.sum() - np.sum(weight * np.log(mixed))), 1 - slope

    classes = density.shape[1]
    start = np.full(classes, 1 / classes)
    found = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * classes,
        options={"gtol": 1e-10, "ftol": 0.0},
    )
    shares: Vector = found.x / found.x.sum()
    return shares


def estimated_prevalence(
    scores: ArrayLike, trained: Shares, sample_weight: SampleWeight = None, *, logits: bool = False
) -> Estimate | tuple[Estimate, ...]:
    """Estimate a new prevalence from scores alone, of rows whose outcomes are not known.

    Where only the shares of the classes have changed, from s to t, the density of a row's scores is proportional to
    `sum_k p_k t_k / s_k`. The t of greatest likelihood is what the EM algorithm of Saerens, Latinne and Decaestecker
    (2002) climbs to. It has no interval: how far the scores are from calibrated matters more than the number of rows.

    Parameters
    ----------
    scores : array of shape (n,) or (n, K)
        Probabilities that are calibrated for the old prevalence.
    trained : float, or sequence of K floats that add up to 1
        The old prevalence of the class 1, or of each class.
    sample_weight : array of shape (n,) or SamplingWeights, optional
        Frequencies; sampling weights are scaled to their effective number of rows.
    logits : bool
        Whether scores are log-odds or logits.

    Returns
    -------
    Estimate, or a tuple of K of them
        Prevalence of the class 1, or of each class.

    Raises
    ------
    InputError
        Where an input is not usable.

    Examples
    --------
    >>> from ogive.calibration import PriorShift, estimated_prevalence
    >>> new = estimated_prevalence([0.05, 0.1, 0.1, 0.2, 0.3, 0.9], trained=0.5)
    >>> new
    0.101
    >>> shift = PriorShift.from_prevalence(trained=0.5, new=new.value)
    """
    before, log_p = shares_of(trained, "trained"), log_scores(scores, logits=logits)
    if before.size != log_p.shape[1]:
        raise InputError(
            f"scores are of {log_p.shape[1]} classes and trained of {before.size}.",
            "give a share of each class",
        )
    weight = as_weights(sample_weight, log_p[:, 0])
    shares = _mixture(np.exp(log_p) / before, weight / weight.sum())
    reason = "no interval: it takes the scores to be calibrated without error"
    found = [Estimate(value=share, method=reason) for share in shares.tolist()]
    return found[1] if np.ndim(scores) != 2 else tuple(found)
