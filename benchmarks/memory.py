"""Peak memory of one fit, in a process of its own.

`python -m benchmarks.memory PROBLEM CONTENDER TOL [--quick]` prints MiB as JSON: `before` is the process with
libraries and input, `peak` the most that it held while fitting. Building the table is not counted: the
kernel's high-water mark is set back first (Linux only).
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.limits import environment


def measure(problem: str, contender: str, tol: float, quick: bool) -> dict[str, float]:
    """Return the peak memory of a fit, from a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", problem, contender, repr(tol)]
    output = subprocess.run(
        command + ["--quick"] * quick,
        env=environment(),
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    peak: dict[str, float] = json.loads(output)
    return peak


def held(field: str) -> float:
    """Return a field of this process's memory status in MiB: VmRSS is now, VmHWM the peak."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise OSError(f"/proc/self/status has no field {field}")


def main() -> None:
    """Fit once and print what it took."""
    from benchmarks.own import own
    from benchmarks.peers import peers
    from benchmarks.problems import make

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem")
    parser.add_argument("contender")
    parser.add_argument("tol", type=float)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    data = make(options.problem, options.quick)
    fit = next(c for c in [*own(data), *peers(data)] if c.name == options.contender).load(data)
    del data
    gc.collect()
    before = held("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    fit(options.tol)
    print(json.dumps({"before": before, "peak": held("VmHWM")}))


if __name__ == "__main__":
    main()
