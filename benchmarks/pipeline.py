"""Whole commands side by side: `ogive fit` with 5-fold evaluation against the same job in scikit-learn.

`python -m benchmarks.pipeline [--quick] [--json out.json]` writes the CSV, finds the fastest way of
`peer_pipeline.py` that reaches the accuracy, then runs both commands in turn: wall time and peak memory of a
process from its start to its end. Only the standard library is imported here, because on Linux a child's peak
starts at what its parent held.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.limits import environment, restart_limited

ROOT = Path(__file__).parents[1]
SUBOPTIMALITY = 1e-10  # of the final model's log loss, relative
FLOOR_SPEED, FLOOR_MEMORY = 8.0, 2.0
TOLERANCES = ("1e-4", "1e-5", "1e-6", "1e-7", "1e-8", "1e-9")
EXACT = ["--engine", "c", "--solver", "newton-cholesky", "--tol", "1e-10", "--check"]
READERS = (["--engine", "c"], ["--engine", "pyarrow"], ["--engine", "pyarrow", "--as-category"])
SOLVERS = ("newton-cholesky", "newton-cg", "lbfgs")
LAYOUTS: tuple[list[str], ...] = ([], ["--dense"])
JOBS = (["--jobs", "1"], ["--jobs", "2"])


@dataclass
class Run:
    """One whole command: seconds, peak memory in MiB, and what it printed."""

    seconds: float
    memory: float
    answer: dict[str, Any] = field(repr=False)


@dataclass
class Side:
    """All timed runs of one command."""

    name: str
    command: list[str]
    runs: list[Run] = field(default_factory=list)

    def median(self, what: str) -> float:
        """Median of `seconds` or `memory`."""
        values: list[float] = [getattr(run, what) for run in self.runs]
        return statistics.median(values)


def execute(command: list[str]) -> Run:
    """Run a command to its end."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, cwd=ROOT, env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"exit status {process.returncode}: {' '.join(command)}")
        output.seek(0)
        return Run(seconds, usage.ru_maxrss / 1024, json.loads(output.read()))


def peer_command(csv: Path, choices: list[str]) -> list[str]:
    return [sys.executable, "-m", "benchmarks.peer_pipeline", str(csv), *choices]


def own_command(csv: Path, folder: Path) -> list[str]:
    ogive = Path(sys.executable).with_name("ogive")
    model = folder / "model.ogive"
    return [str(ogive), "fit", str(csv), "--target", "outcome", "--folds", "5", "-o", str(model), "--json"]


def fastest_peer(csv: Path, quick: bool) -> tuple[list[str], float]:
    """Return the choices of the fastest peer that reaches the accuracy, and the lowest log loss.

    The reader is chosen first, then solver, layout and jobs together; each at its loosest tolerance.
    """
    best = execute(peer_command(csv, EXACT)).answer["log loss"]
    solve = ["--solver", "newton-cholesky", "--tol", "1e-5"]
    reader = min(READERS, key=lambda choice: execute(peer_command(csv, [*choice, *solve])).seconds)
    found: list[tuple[float, list[str]]] = []
    # The quick sample only asks whether it runs.
    ways = list(product(SOLVERS, LAYOUTS, JOBS))[: 1 if quick else None]
    for solver, layout, jobs in ways:
        for tol in TOLERANCES:
            choices = [*reader, *layout, *jobs, "--solver", solver, "--tol", tol]
            run = execute(peer_command(csv, [*choices, "--check"]))
            gap = run.answer["log loss"] / best - 1.0
            print(f"  tried {run.seconds:7.2f} s  gap {gap:8.1e}  {' '.join(choices)}", flush=True)
            if gap <= SUBOPTIMALITY:
                found.append((run.seconds, choices))
                break
            if found and run.seconds > 2 * min(found)[0]:
                break  # already slower than the fastest, and a tighter tolerance only adds to it
    return min(found)[1], best


def own_gap(own: Side, best: float) -> float:
    """Return the relative suboptimality of Ogive's final model."""
    fitted = own.runs[0].answer["statistics"]
    return float(-fitted["log_likelihood"] / fitted["rows"] / best - 1.0)


def verdict(own: Side, peer: Side, best: float) -> str:
    """Return both sides and their ratios as text."""
    lines = [f"  gap of ogive's final model {own_gap(own, best):.1e}, at most {SUBOPTIMALITY:g}"]
    lines += [f"  {'':6} {'seconds':>8} {'range':>15} {'peak MiB':>9}"]
    for side in (own, peer):
        seconds = [run.seconds for run in side.runs]
        spread = f"{min(seconds):.2f}-{max(seconds):.2f}"
        lines.append(
            f"  {side.name:6} {side.median('seconds'):8.2f} {spread:>15} {side.median('memory'):9.0f}"
        )
    for what, floor in (("seconds", FLOOR_SPEED), ("memory", FLOOR_MEMORY)):
        ratio = peer.median(what) / own.median(what)
        reached = "reached" if ratio >= floor else "NOT reached"
        lines.append(f"  {what}: {ratio:.1f}x less than the peer; at least {floor:g}x: {reached}")
    return "\n".join(lines)


def main() -> None:
    """Write the table, tune the peer, run both in turn, and print the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1/50 of the rows: does it run, do both agree")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers-only", action="store_true", help="leave Ogive out")
    parser.add_argument(
        "--peer", help="the choices of the fastest peer, where they are known: skips the search"
    )
    parser.add_argument("--json", type=Path, help="write the runs to this file")
    options = parser.parse_args()
    restart_limited()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        csv = folder / "table.csv"
        write = [sys.executable, "-m", "benchmarks.problems", str(csv)]
        subprocess.run(write + ["--quick"] * options.quick, cwd=ROOT, env=environment(), check=True)
        if options.peer:
            choices, best = options.peer.split(), execute(peer_command(csv, EXACT)).answer["log loss"]
        else:
            choices, best = fastest_peer(csv, options.quick)
        peer = Side("peer", peer_command(csv, choices))
        own = Side("ogive", own_command(csv, folder))
        sides = [peer] if options.peers_only else [own, peer]
        for _ in range(options.repeats):
            for side in sides:
                side.runs.append(execute(side.command))
    print(f"csv: fastest peer {' '.join(choices)}")
    print(verdict(own, peer, best) if own.runs else f"  peer {peer.median('seconds'):.2f} s")
    if options.json:
        result = {"log loss": best, "sides": [asdict(side) for side in sides]}
        options.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
