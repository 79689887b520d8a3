"""The smooth calibration error: residuals smoothed by a reflected Gaussian whose bandwidth is the error itself."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.metrics.redraws import Matrix, Redraws

# Intervals of the grid over [0, 1]: so many to the bandwidth that noise alone has, within limits. Dividing a residual
# between neighbours widens the kernel; at most, where 1,000,000 rows are calibrated, by 4 %.
FINENESS, FEWEST, MOST = 8, 256, 512
# Most steps to the bandwidth, and the relative change that ends them.
STEPS, CLOSE = 30, 1e-4
# Slope of the first step: of noise it is -3/2, of a constant error -1.
FALL = -1.4


def smooth_errors(outcomes: Redraws) -> Vector:
    """Return the smooth calibration error of Błasiok and Nakkiran (2023) for every row of `outcomes`.

    With residuals r_i = y_i - p_i and a Gaussian kernel of standard deviation s reflected at 0 and 1,

        error(s) = ∫ |(1/n) Σ r_i K_s(t, p_i)| dt over [0, 1],

    which never rises with s; the smooth error is the s with error(s) = s.

    The reflected Gaussian is the heat kernel of a rod with insulated ends, so it multiplies the cosine coefficients of
    the residuals by exp(-(π k s)² / 2): one Fourier transform of the residuals, each shared between its neighbours on
    a grid, and one back for every s that is tried.

    Where all is noise, of variance v / n at t, E |N(0, σ²)| = σ √(2/π) and ∫ K² = 1 / (2 s √π) make the error at most
    √(v / n / (s √π³)) with the mean v, which is s at s³ = v / n / √π³. There the search begins.
    """
    weight, p = outcomes.weight[0], outcomes.p
    spread = outcomes.event_squares[0] + outcomes.nonevent_squares[0]
    noise = float(np.sum(spread * p * (1 - p))) / float(weight.sum()) ** 2
    start = max(np.cbrt(noise) / np.sqrt(np.pi), 1e-4)
    grid = int(np.clip(2 ** np.ceil(np.log2(FINENESS / start)), FEWEST, MOST))
    residuals = _on_grid(outcomes, grid)
    found = np.zeros(residuals.shape[0])
    some = np.abs(residuals).max(axis=1) > 1e-15
    if some.any():
        found[some] = _fixed_points(np.fft.rfft(residuals[some], 2 * grid).real, start)
    return found


def _fixed_points(coefficients: Matrix, start: float) -> Vector:
    """Solve log error(s) = log s for every row of cosine coefficients.

    In u = log s, h(u) = log error - u falls by 1 at least for each 1 of u, so the root lies between u and u + h(u).
    Secant steps, kept between the nearest points known on either side, get there.
    """
    u = np.full(coefficients.shape[0], np.log(start))
    low, high = np.full_like(u, -np.inf), np.zeros_like(u)  # no error is above 1
    fall, h, moved = np.full_like(u, FALL), np.zeros_like(u), np.zeros_like(u)
    open_ = np.arange(u.size)
    for step in range(STEPS):
        at, before = u[open_], h[open_]
        h[open_] = here = np.log(np.maximum(_errors(coefficients[open_], np.exp(at)), 1e-300)) - at
        if step:
            fall[open_] = np.minimum((here - before) / moved, -1.0)
        low[open_] = np.maximum(low[open_], np.minimum(at, at + here))
        high[open_] = np.minimum(high[open_], np.maximum(at, at + here))
        u[open_] = np.clip(at - here / fall[open_], low[open_], high[open_])
        moved = u[open_] - at
        far = np.abs(moved) > CLOSE
        open_, moved = open_[far], moved[far]
        if open_.size == 0:
            break
    found: Vector = np.exp(u)
    return found


def _errors(coefficients: Matrix, s: Vector) -> Vector:
    """Integrate the size of the smoothed residuals, each row with its own bandwidth.

    Mirrored at 0 they have the period 2, on which the trapezoidal rule is the mean of the grid.
    """
    points = coefficients.shape[1] - 1
    decay = np.exp(-0.5 * (s[:, None] * np.pi * np.arange(points + 1)) ** 2)
    curves: Matrix = np.fft.irfft(coefficients * decay, 2 * points)
    return np.asarray(np.abs(curves).sum(axis=1), dtype=np.float64)


def _on_grid(outcomes: Redraws, points: int) -> Matrix:
    """Share of each residual in the sum of the weights, divided between the grid points on its left and right."""
    weight = outcomes.weight
    residual = (outcomes.events - weight * outcomes.p) / weight.sum(axis=1, keepdims=True)
    left = np.minimum((outcomes.p * points).astype(np.intp), points - 1)
    share = outcomes.p * points - left
    grid = np.zeros((residual.shape[0], points + 1))
    starts = np.flatnonzero(np.diff(left, prepend=-1))
    grid[:, left[starts]] = np.add.reduceat(residual * (1 - share), starts, axis=1)
    grid[:, left[starts] + 1] += np.add.reduceat(residual * share, starts, axis=1)
    return grid
