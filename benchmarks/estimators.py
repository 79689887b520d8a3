"""Estimators side by side: `python -m benchmarks.estimators [--quick] [--only dense wide] [--json out.json]`.

For each problem: find the optimum, find each contender's loosest tolerance that reaches it, then time all of
them in turn, so that what disturbs the machine disturbs everyone.
"""

from __future__ import annotations

import argparse
import bisect
import gc
import json
import statistics
import time
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.contender import Contender, Fit
from benchmarks.limits import restart_limited
from benchmarks.memory import measure
from benchmarks.own import NAME, own
from benchmarks.peers import peers
from benchmarks.problems import RECIPES, Data, Vector, make

SUBOPTIMALITY = 1e-10  # relative, (f - f*) / f*, that everyone has to reach
HOPELESS = 8  # times slower than the fastest: timed once is enough
SETTLE = (
    0.3  # seconds of untimed fits first: worker threads of the contender before stop spinning, clocks rise
)
SHORTEST = 0.2  # seconds a timing takes about, at least: shorter fits are repeated within it


@dataclass
class Row:
    """What one contender did on one problem; times in seconds, memory in MiB."""

    problem: str
    contender: str
    tol: float
    gap: float
    distance: float | None  # of the coefficients at the tightest tolerance, where that is exact
    seconds: list[float] = field(default_factory=list)
    memory: dict[str, float] | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """Median seconds of a fit."""
        return statistics.median(self.seconds)


@dataclass
class Entry:
    """A contender that is ready to run, with its row."""

    contender: Contender
    fit: Fit
    row: Row
    number: int = 1


def optimum(data: Data, ready: list[tuple[Contender, Fit]]) -> tuple[float, dict[str, Vector], str]:
    """Return the lowest objective of all tightest fits, these fits, and whose it is."""
    tight = {c.name: fit(c.tolerances[-1]) for c, fit in ready if c.exact}
    values = {name: data.objective(coef) for name, coef in tight.items()}
    best = min(values, key=values.__getitem__)
    return values[best], tight, best


def tuned(data: Data, contender: Contender, fit: Fit, best: float) -> tuple[float, float, float]:
    """Return the loosest tolerance that reaches the accuracy (else the tightest), its gap and its seconds.

    A looser tolerance only stops earlier on the same path, so halving finds it.
    """
    tried: dict[float, tuple[float, float]] = {}

    def reaches(tol: float) -> bool:
        start = time.perf_counter()
        coef = fit(tol)
        elapsed = time.perf_counter() - start
        tried[tol] = data.objective(coef) / best - 1.0, elapsed
        return tried[tol][0] <= SUBOPTIMALITY

    *looser, tightest = contender.tolerances
    tol = contender.tolerances[bisect.bisect_left(looser, True, key=reaches)]
    if tol == tightest:
        reaches(tol)
    return tol, *tried[tol]


def prepare(data: Data, contenders: list[Contender], shortest: float) -> list[Entry]:
    """Load every contender's input and find its tolerance; nothing here is timed for the table."""
    ready = [(contender, contender.load(data)) for contender in contenders]
    best, tight, whose = optimum(data, ready)
    entries, seconds = [], []
    for contender, fit in ready:
        tol, gap, elapsed = tuned(data, contender, fit, best)
        coef = tight.get(contender.name)
        distance = None if coef is None else float(np.abs(coef - tight[whose]).max())
        entries.append(Entry(contender, fit, Row(data.name, contender.name, tol, gap, distance)))
        seconds.append(elapsed)
    fastest = min(seconds)
    for entry, elapsed in zip(entries, seconds, strict=True):
        entry.number = max(1, int(shortest / elapsed))
        # Twice, because a first call may only have been slow to warm up.
        if elapsed > HOPELESS * fastest and timed(entry, 1) > HOPELESS * fastest:
            entry.row.note = "timed once"
        if entry.row.gap > SUBOPTIMALITY:
            entry.row.note = "does not reach the accuracy"
    return entries


def timed(entry: Entry, number: int) -> float:
    """Return the seconds of a fit at the entry's tolerance, the mean of `number` in a row, after a warm-up."""
    gc.collect()
    until = time.perf_counter() + SETTLE
    while time.perf_counter() < until:
        entry.fit(entry.row.tol)
    start = time.perf_counter()
    for _ in range(number):
        entry.fit(entry.row.tol)
    return (time.perf_counter() - start) / number


def run(
    name: str, quick: bool = False, repeats: int = 5, memory: bool = True, peers_only: bool = False
) -> list[Row]:
    """Run one problem and return a row a contender."""
    data = make(name, quick)
    entries = prepare(data, ([] if peers_only else own(data)) + peers(data), 0.0 if quick else SHORTEST)
    for turn in range(repeats):
        for entry in entries:
            if not (turn and entry.row.note):
                entry.row.seconds.append(timed(entry, entry.number))
    rows = [entry.row for entry in entries]
    del entries, data
    if memory and Path("/proc/self/clear_refs").exists():
        for row in rows:
            row.memory = measure(name, row.contender, row.tol, quick)
    return rows


def table(name: str, rows: list[Row]) -> str:
    """Return the rows as text, fastest first, and the verdict."""
    rows = sorted(rows, key=lambda row: row.median)
    ours = next((row.median for row in rows if row.contender == NAME), None)
    lines = [f"{name}: relative suboptimality at most {SUBOPTIMALITY:g}"]
    lines.append(
        f"  {'contender':30} {'tol':>8} {'gap':>8} {'seconds':>9} {'range':>17}"
        f" {'ratio':>6} {'peak MiB':>9} {'of the fit':>10}"
    )
    for row in rows:
        ratio = "" if ours is None else f"{row.median / ours:.2f}"
        peak = of_fit = ""
        if row.memory:
            peak, of_fit = f"{row.memory['peak']:.0f}", f"{row.memory['peak'] - row.memory['before']:.0f}"
        spread = f"{min(row.seconds):.4f}-{max(row.seconds):.4f}"
        lines.append(
            f"  {row.contender:30} {row.tol:8.1e} {row.gap:8.1e} {row.median:9.4f} {spread:>17}"
            f" {ratio:>6} {peak:>9} {of_fit:>10}  {row.note}"
        )
    recipe = RECIPES[name]
    against = [
        row
        for row in rows
        if row.contender != NAME and row.contender.startswith(recipe.against) and row.gap <= SUBOPTIMALITY
    ]
    if ours is not None and recipe.floor and against:
        times = against[0].median / ours
        verdict = "reached" if times >= recipe.floor else "NOT reached"
        lines.append(
            f"  {times:.1f}x the speed of {against[0].contender}; at least {recipe.floor:g}x: {verdict}"
        )
    return "\n".join(lines)


def main() -> None:
    """Run the problems asked for, print their tables, and write the rows where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=RECIPES, default=list(RECIPES), metavar="PROBLEM")
    parser.add_argument("--quick", action="store_true", help="1/50 of the rows: does it run, do all agree")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--peers-only", action="store_true", help="leave Ogive out")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    options = parser.parse_args()
    restart_limited()
    # Peers warn that a tight tolerance is out of reach; the gap is what counts here.
    warnings.simplefilter("ignore")
    rows: list[Row] = []
    for name in options.only:
        new = run(name, options.quick, options.repeats, not options.no_memory, options.peers_only)
        print(table(name, new), end="\n\n", flush=True)
        rows += new
        if options.json:
            options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
