"""Starts of a user's function where none are given, from what x and y span."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector
from ogive.curves.descent import Together, solved

# Samples for each parameter that is not known, how many at most, and how many of the best are followed.
_SAMPLES, _MOST_SAMPLES, _FOLLOWED = 400, 2000, 8


def searched(together: Together, z: Vector) -> list[Vector]:
    """Return starts (curves, P) where z is NaN: the best of each block of samples, by what x and y span.

    Parameters in which the function is linear are solved for (Golub & Pereyra 1973).
    """
    missing = np.flatnonzero(np.isnan(z).any(axis=0))
    rng = np.random.default_rng(0)
    drawn = np.tile(z[0], (min(_SAMPLES * missing.size, _MOST_SAMPLES), 1))
    for j in missing:
        drawn[:, j] = _drawn(together, int(j), len(drawn), rng)
    linear = _linear(together, drawn, missing)
    curves = range(len(together.curves))
    starts = np.where(np.isnan(z), drawn[:, None, :], z)
    losses = np.full(starts.shape[:2], np.inf)
    refusal: InputError | None = None
    for k in range(len(drawn)):
        for c in curves:
            try:
                losses[k, c] = _leveled(together, c, starts[k, c], linear)
            except InputError as error:  # a function may refuse some parameters
                refusal = error
    if not np.isfinite(losses).any(axis=0).all():
        raise refusal or InputError(
            f"the function {together.name} is finite at none of {len(drawn)} sampled starts.",
            "pass a start",
        )
    if together.shared[np.setdiff1d(missing, linear)].any():
        losses[:] = losses.sum(axis=1, keepdims=True)
    blocks = np.array_split(np.arange(len(drawn)), _FOLLOWED)
    return [starts[block[np.argmin(losses[block], axis=0)], curves] for block in blocks]


def _drawn(together: Together, j: int, draws: int, rng: np.random.Generator) -> Vector:
    """Draw values of a parameter: places on x, lengths of x, their inverses, pure numbers, sizes of y."""
    x = np.vstack([curve.placed.x.reshape(curve.y.size, -1) for curve in together.curves])
    x = x[:, rng.integers(x.shape[1])]
    y = max(1e-300, *(np.abs(curve.y).max() for curve in together.curves))
    low, span = x.min(), max(np.ptp(x), 1e-300)
    least, most = min(np.abs(x[x != 0]).min(initial=span), span / 30), 3 * max(np.abs(x).max(), span)
    sign = rng.choice([-1.0, 1.0], draws)
    length = np.exp(rng.uniform(np.log(least), np.log(most), draws))
    kinds = [
        low + span * rng.uniform(-0.5, 1.5, draws),
        sign * length,
        sign / length,
        sign * 10 ** rng.uniform(-2, 2, draws),
        sign * y * 10 ** rng.uniform(-1, 1, draws),
    ]
    found = np.choose(rng.integers(len(kinds), size=draws), kinds)
    low, high = together.bounds(j)
    if np.isfinite(high - low):
        inside = low + (high - low) * rng.random(draws)
        return np.where((low <= found) & (found <= high), found, inside)
    if np.isfinite(low):
        return low + np.abs(found - low)
    return high - np.abs(high - found) if np.isfinite(high) else found


def _linear(together: Together, drawn: Vector, missing: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return parameters in which, all together, the function is linear: where second differences are 0 at samples."""
    curve, found = together.curves[0], list[int]()
    for j in missing:
        told = 0
        for p in drawn[:40]:
            straight = _straight(curve.placed.at, p, int(j), found)
            told += 1 if straight else 0
            if straight is False or told == 3:
                break
        if told == 3:
            found.append(int(j))
    return np.array(found, dtype=np.intp)


def _straight(function: Callable[[Vector], Vector], p: Vector, j: int, others: list[int]) -> bool | None:
    """Say whether the function is linear in parameter j, together with the others; None where this does not tell."""

    def at(*moved: int) -> Vector:
        q = p.copy()
        for i in moved:
            q[i] += 1 + abs(p[i])
        return function(q)

    try:
        f, up = at(), at(j)
        if not (np.isfinite(f).all() and np.isfinite(up).all()):
            return None
        rise = np.abs(up - f)
        if not rise.max() > 1e-6 * np.abs(f).max():
            return None
        bends = [at(j, j) - 2 * up + f] + [at(i, j) - up - at(i) + f for i in others]
        rounding = 64 * np.finfo(np.float64).eps * max(np.abs(f).max(), np.abs(up).max())
    except InputError:
        return None
    return all(np.abs(bend).max() <= 1e-7 * rise.max() + rounding for bend in bends)


def _leveled(together: Together, c: int, p: Vector, linear: NDArray[np.intp]) -> float:
    """Choose the linear parameters of p by least squares, in place, and return the loss of curve c."""
    curve, at = together.curves[c], together.curves[c].placed.at
    p[linear] = 0.0
    f = at(p)
    with np.errstate(all="ignore"):
        if linear.size:
            units = np.tile(p, (linear.size, 1))
            units[np.arange(linear.size), linear] = 1.0
            columns = np.stack([at(q) - f for q in units], axis=1)
            most = 0.95 if together.scatter.noise == 2 else np.inf
            # the variance where y is, kept away from 0, in place of that where the curve will be
            root = together.scatter.read(curve.y, curve.root_weight, np.clip(curve.y, 0.05, most))[2]
            A, b = root[:, None] * columns, root * (curve.y - f)
            size = np.sqrt((A**2).sum(axis=0))
            if not (np.isfinite(A).all() and np.isfinite(b).all()):
                return np.inf
            p[linear] = solved(A, b, np.where(size > 0, size, 1.0))
            for j in linear:
                p[j] = np.clip(p[j], *together.bounds(j))
            f = at(p)
        loss = together.scatter.read(curve.y, curve.root_weight, f)[0]
    return loss if np.isfinite(loss) else np.inf
