"""Activations, depths and initialisations on the same rows: what each reaches, and what goes on inside meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from statistics import fmean, median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError
from ogive.neural.activations import Array, activation
from ogive.neural.initialise import check_scheme
from ogive.neural.layers import whole
from ogive.neural.network import Network
from ogive.neural.optimisers import Adam
from ogive.neural.rows import RowsNetwork, hold_out, learn
from ogive.neural.training import one_blas_thread
from ogive.report import Complaint, NetworksCompared, SeedRun, network_cell


def compare(  # noqa: PLR0913
    x: ArrayLike,
    y: ArrayLike,
    *,
    activations: Sequence[str] = ("sigmoid", "tanh", "relu", "gelu", "silu"),
    depths: Sequence[int] = (1, 2, 4, 8),
    inits: Sequence[str] = ("auto",),
    width: int = 32,
    epochs: int = 60,
    batch: int = 32,
    rate: float = 1e-3,
    held_out: float | ArrayLike = 0.25,
    seeds: int = 5,
    seed: int = 0,
    progress: Callable[[str], Any] = lambda _: None,
) -> NetworksCompared:
    """Compare activations at several depths: the same rows, the same split, the same seeds for all.

    Parameters
    ----------
    x : array of shape (n, inputs)
        Rows; float32 is computed in float32.
    y : array of shape (n,)
        The class of each.
    activations, inits : sequence of str
        Of the hidden layers; initialisations as of `initialise`.
    depths : sequence of int
        Numbers of hidden layers.
    width : int
        Units of each.
    epochs, batch, rate
        Readings of all rows, none cut short; rows a step; rate of Adam.
    held_out : float or array of shape (n,)
        Share of the rows of each class from which nothing is learnt, or which rows these are.
    seeds, seed : int
        Networks a cell, seeded from `seed` on; the split is that of `seed`.
    progress : callable, optional
        Told how it goes, in words.

    Returns
    -------
    NetworksCompared
        The same each time, but for `milliseconds`.

    Raises
    ------
    InputError
        If an activation, a depth or an initialisation is none, or the rows cannot be learnt from.

    Examples
    --------
    >>> x = np.linspace(-3, 3, 90)[:, None]
    >>> found = compare(x, x[:, 0] > 0.5, activations=("tanh",), depths=(1,), rate=0.01, seeds=2)
    >>> found.cells[0].accuracy.value > 0.9, found.cells[0].complaints
    (True, ())
    """
    names = tuple(dict.fromkeys(activation(name).name for name in activations))
    for what, counts in {"depth": depths, "width": [width], "seeds": [seeds]}.items():
        for count in counts:
            whole(count, what, f"{what} 2")
    for init in inits:
        check_scheme(init)
    cases = tuple(product(dict.fromkeys(depths), names, dict.fromkeys(inits)))
    rows, (classes, codes) = np.asarray(x), np.unique(np.asarray(y), return_inverse=True)
    if rows.ndim != 2 or np.shape(y) != rows.shape[:1] or len(classes) < 2 or not cases:
        problem = f"expected a class for each row, of two or more; got {len(classes)} for x of {rows.shape}."
        raise InputError(problem, "as in compare(x, y) with x of shape (n, inputs) and y of shape (n,)")
    out = hold_out(codes, held_out, seed) if isinstance(held_out, float) else np.asarray(held_out, dtype=bool)
    if out.shape != codes.shape or out.all() or not out.any():
        raise InputError("held_out must leave rows to learn from and to judge by.", "as in held_out=0.25")
    teach = partial(learn, rows[~out], codes[~out], epochs=epochs, batch=batch, held_out=0)
    judged, cells, times = (rows[out], codes[out], batch), [], []
    for number, (depth, name, init) in enumerate(cases):
        runs: list[SeedRun] = []
        for k in range(seeds):
            nth = f"{number * seeds + k + 1} of {len(cases) * seeds}"
            progress(f"Network {nth}: {name}, depth {depth}, {init}")
            hidden, optimiser = (width,) * depth, Adam(rate)
            made = teach(hidden=hidden, activation=name, init=init, optimiser=optimiser, seed=seed + k)
            runs.append(_run(made, *judged))
        cells.append(network_cell(runs, name, depth, init, int(out.sum())))
        times.append(median(run.milliseconds for run in runs))
    return NetworksCompared(
        cells=tuple(cells),
        learnt=int((~out).sum()),
        held_out=int(out.sum()),
        inputs=rows.shape[1],
        classes=len(classes),
        width=width,
        epochs=epochs,
        batch=batch,
        rate=rate,
        seeds=seeds,
        seed=seed,
        milliseconds=tuple(times),
    )


def _run(made: RowsNetwork, x: Array, y: Array, batch: int) -> SeedRun:
    """Judge a network on the rows held out, and tell what went on inside."""
    history, scaled = made.history, (x - made.centre) / made.scale
    first, last = ([one.ratio for one in history.epochs[k].layers[:-1]] for k in (0, -1))
    found = [Complaint(kind=v.kind, sentence=v.sentence, remedy=v.remedy) for v in history.verdicts]
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        return SeedRun(
            accuracy=float((made.probabilities(x).argmax(axis=1) == y).mean()),
            loss=made.net.loss(scaled, y),
            training=tuple(epoch.loss for epoch in history.epochs),
            saturated=tuple(fmean(one.saturated for one in e.layers[:-1]) for e in history.epochs),
            ratios_start=tuple(first),
            ratios_end=tuple(last),
            complaints=tuple(found),
            milliseconds=_milliseconds(made.net, scaled[:batch], y[:batch]),
        )


def _milliseconds(net: Network, x: Array, y: Array) -> float:
    """Return the median time of a step; its weights are not needed any more."""
    rows, targets, times = net.rows(x), net.targets(y, len(y)), []
    optimiser = Adam()
    for _ in range(15):
        start = perf_counter()
        gradient = net.differentiate(rows, targets)[1]
        optimiser.step(net.parameters, gradient, gradient)
        times.append(1000 * (perf_counter() - start))
    return median(times)
