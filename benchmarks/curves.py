"""Curves fitted to points: curves a second beside SciPy and lmfit, and whether the best optimum is found.

    python -m benchmarks.curves

10,000 four-parameter log-logistic curves of 24 points each, eight doses in triplicate or (`--replicates 1`)
24 doses, two threads; points at one dose cost us no more than one. The peers get the true parameters as
starts, and bounds on none; they fit a sample of the curves one by one, for that is how they work. Sides
take turns, medians of the rounds. No sum of squares of a peer is below ours, but where the optimum is so
far away that we report it as not determined.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.limits import pin
from ogive import curves
from ogive._base import Vector
from ogive._kernels import set_thread_count

FLOORS = {"scipy": 30.0, "lmfit": 200.0}
POINTS = 24


def made(count: int, replicates: int = 3) -> tuple[Vector, Vector, Vector]:
    """Doses, responses (count, points), and the true parameters: bottom, top, log EC50, slope."""
    rng = np.random.default_rng(0)
    dose = np.repeat(np.logspace(-9, -4, POINTS // replicates), replicates)
    bottom = rng.normal(0, 5, count)
    truth = np.column_stack(
        [
            bottom,
            bottom + rng.uniform(20, 100, count),
            np.log(10 ** rng.uniform(-8, -5, count)),
            np.exp(rng.normal(0, 0.4, count)),
        ]
    )
    exact = np.array([model(np.log(dose), *one) for one in truth])
    return dose, exact + rng.normal(0, 3, exact.shape), truth


def model(t: Vector, bottom: float, top: float, log_ec50: float, slope: float) -> Vector:
    """Four-parameter logistic over log dose."""
    return np.asarray(bottom + (top - bottom) / (1 + np.exp(-slope * (t - log_ec50))))


def own(dose: Vector, y: Vector) -> Vector:
    """Sums of squares of all curves; -infinity where a parameter is not determined."""
    by = np.repeat(np.arange(len(y)), dose.size)
    found = curves.fit(np.tile(dose, len(y)), y.ravel(), family="ll4", by=by)
    order = np.argsort(np.array(found.groups, dtype=int))
    sums = np.where(found.solutions.bounded.any(axis=1), -np.inf, found.deviance)
    return np.asarray(sums[order])


def scipy(dose: Vector, y: Vector, truth: Vector) -> Vector:
    """The same by `curve_fit`; NaN where it gives up."""
    from scipy.optimize import curve_fit

    t, sums = np.log(dose), np.full(len(y), np.nan)
    for k, (one, start) in enumerate(zip(y, truth, strict=True)):
        try:
            p, _ = curve_fit(model, t, one, p0=start)
        except RuntimeError:
            continue
        sums[k] = np.sum((model(t, *p) - one) ** 2)
    return sums


def lmfit(dose: Vector, y: Vector, truth: Vector) -> Vector:
    """The same by `lmfit.Model`."""
    from lmfit import Model

    t, sums, peer = np.log(dose), np.full(len(y), np.nan), Model(model)
    names = ("bottom", "top", "log_ec50", "slope")
    for k, (one, start) in enumerate(zip(y, truth, strict=True)):
        sums[k] = peer.fit(one, t=t, **dict(zip(names, start, strict=True))).chisqr
    return sums


def timed(call: Any, *arguments: Any) -> tuple[float, Vector]:
    """Seconds of a call, and what it returned."""
    start = time.perf_counter()
    found = call(*arguments)
    return time.perf_counter() - start, found


def compare(count: int, sample: int, rounds: int, replicates: int = 3) -> dict[str, float]:
    """Run the sides in turn and print how many times faster ours is, a curve."""
    dose, y, truth = made(count, replicates)
    peers = {"scipy": (scipy, sample), "lmfit": (lmfit, max(sample // 8, 10))}
    peers = {name: peer for name, peer in peers.items() if importlib.util.find_spec(name)}
    own(dose, y[:100])
    seconds: dict[str, list[float]] = {"ogive": []} | {name: [] for name in peers}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(rounds):
            spent, sums = timed(own, dose, y)
            seconds["ogive"].append(spent / count)
            for name, (peer, part) in peers.items():
                spent, others = timed(peer, dose, y[:part], truth[:part])
                seconds[name].append(spent / part)
                worse = sums[:part] > others * (1 + 1e-8)
                if worse.any():
                    raise AssertionError(
                        f"{name} finds a lower sum of squares in {worse.sum()} of {part} curves"
                    )
    median = {name: statistics.median(each) for name, each in seconds.items()}
    print(f"ogive   {1 / median['ogive']:,.0f} curves a second")
    ratios = {name: median[name] / median["ogive"] for name in peers}
    for name, ratio in ratios.items():
        print(
            f"{name:<7} {1 / median[name]:,.0f} a second: ogive is {ratio:.0f}x faster, at least {FLOORS[name]:g}"
        )
    return ratios


def main() -> None:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curves", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=400, help="curves that the peers fit")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--replicates", type=int, default=3, choices=(1, 2, 3), help="points a dose")
    parser.add_argument("--json", type=Path, help="write the ratios to this file")
    options = parser.parse_args()
    pin()
    set_thread_count(2)
    ratios = compare(options.curves, options.sample, options.rounds, options.replicates)
    if options.json:
        options.json.write_text(json.dumps(ratios, indent=1) + "\n")


if __name__ == "__main__":
    main()
