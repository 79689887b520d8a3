"""What is to be solved: design, outcome, weights, offset and penalty, on standardised columns."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ogive._base import InputError, Loss, Penalty, Vector
from ogive.data import DenseBlock, Design
from ogive.losses import Logistic
from ogive.penalties import Ridge

# Entries of the design from which reading one row in SAMPLE first pays.
LARGE = 2_000_000
SAMPLE = 16


@dataclass(frozen=True, eq=False)
class Problem:
    """A penalised likelihood: `(1/W) sum w_i loss_i + alpha/2 |b|^2`, `W = sum w_i`, intercept never penalised.

    Attributes
    ----------
    design : Design
        Shape (n, p), without a column for the intercept.
    y : ndarray of shape (n,)
        Outcomes in [0, 1].
    weights : ndarray of shape (n,), optional
        Frequencies: a weight of 2 is the row twice. A row of weight 0 is not there.
    offset : ndarray of shape (n,), optional
        Known part of the linear predictor.
    alpha : float
        Strength of the ridge penalty on standardised coefficients (coefficient times weighted standard deviation).
    fit_intercept : bool
        Whether the model has an intercept.
    """

    design: Design
    y: Vector
    weights: Vector | None = None
    offset: Vector | None = None
    alpha: float = 0.0
    fit_intercept: bool = True
    loss: Loss = field(default_factory=Logistic)

    def __post_init__(self) -> None:
        n = self.design.shape[0]
        for name in ("y", "weights", "offset"):
            value = getattr(self, name)
            if value is None:
                continue
            array = np.ascontiguousarray(value, dtype=np.float64)
            if array.shape != (n,):
                raise InputError(f"{name} must have one value a row, shape ({n},), got shape {array.shape}.")
            object.__setattr__(self, name, array)
        if not self.alpha >= 0:
            raise InputError(f"alpha must be 0 or positive, got {self.alpha}.")

    @property
    def penalty(self) -> Penalty:
        """The penalty on standardised coefficients."""
        return Ridge(self.alpha)

    @cached_property
    def standard(self) -> Standardisation:
        """Centres and scales of the columns, read once."""
        return standardise(self)

    def exactly(self) -> Problem:
        """Return the problem with centres and scales read from all rows."""
        copy = dataclasses.replace(self)
        vars(copy)["standard"] = standardise(copy, exact=True)
        return copy

    @property
    def weight_sum(self) -> float:
        """Sum of the weights: the number of observations."""
        return self.standard.weight


@dataclass(frozen=True, eq=False)
class Standardisation:
    """Columns as the solver sees them: `(x - centre) / scale`.

    Attributes
    ----------
    weight : float
        Sum of the weights.
    centre, scale : ndarray of shape (p,)
        Weighted mean (0 for one-hot and sparse columns, whose zeros must stay) and weighted standard deviation.
    reach : ndarray of shape (p,)
        Largest magnitude of each standardised column.
    constant : ndarray of bool, shape (p,)
        Columns without variation among rows of positive weight.
    sampled : bool
        Whether centres and scales are those of a sample of the rows.
    """

    weight: float
    centre: Vector
    scale: Vector
    reach: Vector
    constant: np.ndarray
    sampled: bool = False

    def original(self, x: Vector) -> tuple[float, Vector]:
        """Intercept and coefficients on the original columns for standardised `x` (intercept last)."""
        theta = self.to_original(x)
        return float(theta[0]), theta[1:]

    def standardised(self, intercept: float, coef: Vector) -> Vector:
        """The inverse of `original`."""
        return self.to_standardised(np.append(intercept, coef))

    def to_original(self, x: Vector) -> Vector:
        """(intercept, coef) for standardised coefficients (intercept last), along the first axis of `x`."""
        coef = (x[:-1].T / self.scale).T
        theta: Vector = np.concatenate([x[-1:] - _along(self.centre, coef), coef])
        return theta

    def to_standardised(self, theta: Vector) -> Vector:
        """The inverse of `to_original`."""
        coef = theta[1:]
        x: Vector = np.concatenate([(coef.T * self.scale).T, theta[:1] + _along(self.centre, coef)])
        return x


def _along(centre: Vector, coef: Vector) -> Vector:
    """`centre @ coef`, keeping the axis, by NumPy's own sum: the bits of BLAS depend on its threads."""
    total: Vector = np.sum((coef.T * centre).T, axis=0, keepdims=True)
    return total


def standardise(problem: Problem, *, exact: bool = False) -> Standardisation:
    """Centres, scales and reach of a problem's columns.

    Where there is a finite and unique optimum without a penalty they serve the arithmetic alone, so that a sample of a
    large table will do, unless it shows anything unusual. Otherwise (`exact`) they take one reading of the data, and a
    second where scales are extreme.

    Raises
    ------
    InputError
        If a column holds NaN or infinity, or all weights are 0.
    """
    rows, columns = problem.design.shape
    provisional = _provisional_centres(problem.design) if problem.fit_intercept else np.zeros(columns)
    if not exact and problem.alpha == 0 and rows * columns >= LARGE:
        sampled = _standardised(problem, provisional, np.ones(columns), SAMPLE)
        if sampled is not None and not sampled.constant.any():
            weight = float(rows) if problem.weights is None else float(problem.weights.sum())
            return dataclasses.replace(sampled, weight=weight, sampled=True)
    plain = _standardised(problem, provisional, np.ones(columns), 1)
    if plain is not None:
        return plain
    # The squares of columns beyond 1e+-100 overflow or vanish: read those again in units of their largest value.
    reach = refuse_non_finite(problem)
    extreme = (reach > 1e100) | ((reach < 1e-100) & (reach > 0))
    scaled = _standardised(problem, provisional, np.where(extreme, reach, 1.0), 1)
    assert scaled is not None
    return scaled


def refuse_non_finite(problem: Problem) -> Vector:
    """Say which column holds NaN or infinity, or that there are no rows; otherwise return the columns' reach."""
    columns = problem.design.shape[1]
    weight, first, _, reach = problem.design.core.moments(
        problem.weights, np.zeros(columns), np.ones(columns)
    )
    if not weight > 0:
        raise InputError("the weights sum to 0.", "give at least one row a positive weight")
    bad = np.flatnonzero(~(np.isfinite(first) & np.isfinite(reach)))
    if bad.size:
        raise InputError(
            f"column {int(bad[0])} holds NaN or infinity ({bad.size} such columns).",
            "impute or remove those values first",
        )
    return reach


def _standardised(problem: Problem, provisional: Vector, unit: Vector, every: int) -> Standardisation | None:
    """Standardisation from one reading in the given units; None where a sum or a square is out of range."""
    weight, first, second, reach = problem.design.core.moments(problem.weights, provisional, unit, every)
    extreme = (reach > 1e100) | ((reach < 1e-100) & (reach > 0))
    if not weight > 0 or extreme.any() or not (np.isfinite(first) & np.isfinite(second)).all():
        return None
    mean = first / weight
    holds_centre = _holds_centre(problem.design) & problem.fit_intercept
    about = mean if problem.fit_intercept else np.zeros_like(mean)
    variance = second / weight - about**2
    # Columns that cannot be centred: a variance that has cancelled to rounding is that of a constant.
    lost = ~holds_centre & (variance <= 1e-13 * second / weight)
    scale = unit * np.sqrt(np.where(lost, 0.0, np.maximum(variance, 0.0)))
    centre = np.where(holds_centre, provisional + unit * mean, 0.0)
    largest = unit * (reach + np.where(holds_centre, np.abs(mean), 0.0))
    constant = ~(scale > 4 * np.finfo(float).eps * np.maximum(np.abs(centre), largest))
    scale = np.where(constant, 1.0, scale)
    return Standardisation(weight, centre, scale, largest / scale, constant)


def _holds_centre(design: Design) -> np.ndarray:
    return np.concatenate(
        [np.full(b.width, isinstance(b, DenseBlock)) for b in design.blocks] or [np.zeros(0, dtype=bool)]
    )


def _provisional_centres(design: Design) -> Vector:
    """Medians of a few rows spread over the table: near enough that the variance does not cancel."""
    some = slice(None, None, max(design.shape[0] // 64, 1))
    parts = []
    for block in design.blocks:
        if not isinstance(block, DenseBlock):
            parts.append(np.zeros(block.width))
            continue
        sample = block.values[some].astype(np.float64)
        if block.fill is not None:
            sample = np.where(np.isnan(sample), block.fill, sample)
        half = len(sample) // 2
        middle = np.partition(sample, half, axis=0)[half] if len(sample) else np.zeros(block.width)
        parts.append(np.where(np.isfinite(middle), middle, 0.0))
    return np.concatenate(parts) if parts else np.zeros(0)
