"""The whole evaluation of many probabilities beside scikit-learn: seconds, and memory above the imports.

    python -m benchmarks.evaluation

Either side runs in processes of its own, in turn, and reads two columns from files; medians of the rounds. The script
of scikit-learn computes the values and curves that both sides have, each from the fewest passes: one ROC curve for the
area, one precision-recall curve for the average precision, one confusion matrix for all that follows from it. Ours come
with their intervals, and with what it has not: calibration line and measures, the diagram with its band. The bootstrap,
which none of these intervals needs, is timed apart.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.limits import environment, pin
from benchmarks.memory import held

ROOT = Path(__file__).parents[1]
FLOOR_SPEED, COLUMNS, ABOVE = 5.0, 4.0, 200.0
"""Times faster; memory at most four times the two columns and 200 MB above the process after its imports."""


def own(folder: Path) -> dict[str, float]:
    """Every value of `metrics.evaluate`, by the names that both sides use."""
    import numpy as np

    from ogive import metrics

    metrics.evaluate([0, 1, 0, 1], [0.1, 0.4, 0.5, 0.9])  # what is imported when first used
    ready()
    y, p = np.load(folder / "y.npy"), np.load(folder / "p.npy")
    found = metrics.evaluate(y, p)
    c = found.confusion
    return {
        "AUC": found.auc.value,
        "average precision": found.average_precision.value,
        "log loss": found.log_loss.value,
        "Brier": found.brier.value,
        "accuracy": c.accuracy.value,
        "precision": c.precision.value if c.precision else float("nan"),
        "recall": c.sensitivity.value if c.sensitivity else float("nan"),
        "first bin": found.reliability.bins[0].observed.value,
    }


def peer(folder: Path) -> dict[str, float]:
    """The same from scikit-learn."""
    import numpy as np
    from sklearn import metrics
    from sklearn.calibration import calibration_curve

    ready()
    y, p = np.load(folder / "y.npy"), np.load(folder / "p.npy")
    false, true, _ = metrics.roc_curve(y, p)
    precision, recall, _ = metrics.precision_recall_curve(y, p)
    called = p >= 0.5
    (tn, fp), (fn, tp) = metrics.confusion_matrix(y, called)
    metrics.balanced_accuracy_score(y, called)
    metrics.f1_score(y, called)
    metrics.matthews_corrcoef(y, called)
    metrics.cohen_kappa_score(y, called)
    observed, _ = calibration_curve(y, p, n_bins=10, strategy="quantile")
    return {
        "AUC": float(metrics.auc(false, true)),
        "average precision": float(-np.sum(np.diff(recall) * precision[:-1])),
        "log loss": float(metrics.log_loss(y, p)),
        "Brier": float(metrics.brier_score_loss(y, p)),
        "accuracy": float((tp + tn) / y.size),
        "precision": float(tp / (tp + fp)),
        "recall": float(tp / (tp + fn)),
        "first bin": float(observed[0]),
    }


def apart(rows: int, replicates: int) -> float:
    """Seconds that the bootstrap of the area takes."""
    import numpy as np

    from ogive import metrics
    from ogive.functions import sigmoid

    random = np.random.default_rng(0)
    p = sigmoid(random.normal(-1, 1.5, rows))
    y = (random.random(rows) < p).astype(float)
    start = time.perf_counter()
    metrics.bootstrap(y, p, "auc", replicates=replicates)
    return time.perf_counter() - start


_start: dict[str, float] = {}


def ready() -> None:
    """Note time and memory after the imports."""
    _start["memory"] = held("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    _start["time"] = time.perf_counter()


def run(side: str, folder: Path) -> dict[str, Any]:
    """One side in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.evaluation", "--side", side, "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def compare(rows: int, rounds: int) -> dict[str, Any]:
    """Run both sides in turn, check that they agree, and print the ratios."""
    import numpy as np

    from ogive.functions import sigmoid

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        random = np.random.default_rng(0)
        p = sigmoid(random.normal(-1, 1.5, rows))
        np.save(folder / "p.npy", p)
        np.save(folder / "y.npy", (random.random(rows) < p).astype(float))
        runs: dict[str, list[dict[str, Any]]] = {"ogive": [], "scikit-learn": []}
        for _ in range(rounds):
            for side, done in runs.items():
                done.append(run(side, folder))
    values = [done[0]["values"] for done in runs.values()]
    for key in values[0]:
        # The limits of bins of equal mass are chosen differently, by a row or two.
        tolerance = 1e-3 if key == "first bin" else 1e-9
        if not abs(values[0][key] - values[1][key]) <= tolerance * (1 + 20 * (rows < 1e5)):
            raise AssertionError(f"{key}: {values[0][key]} and {values[1][key]}")
    median = {
        side: {what: statistics.median(r[what] for r in done) for what in ("seconds", "memory")}
        for side, done in runs.items()
    }
    ratio = median["scikit-learn"]["seconds"] / median["ogive"]["seconds"]
    columns = rows * 16 / 1e6
    for side, each in median.items():
        print(f"{side:<13} {each['seconds']:.3f} s, {each['memory']:.0f} MB above the imports")
    print(f"{ratio:.1f}x scikit-learn, at least {FLOOR_SPEED:g}; at most {COLUMNS * columns + ABOVE:.0f} MB")
    return {"rows": rows, "median": median, "faster than scikit-learn": ratio, "columns": columns}


def main() -> None:
    """Compare, or be one side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--side", choices=["ogive", "scikit-learn"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        values = (own if options.side == "ogive" else peer)(options.folder)
        seconds = time.perf_counter() - _start["time"]
        memory = (held("VmHWM") - _start["memory"]) * 2**20 / 1e6
        print(json.dumps({"values": values, "seconds": seconds, "memory": memory}))
        return
    pin()
    found = compare(options.rows, options.rounds)
    replicates = 200
    found["bootstrap of the area"] = seconds = apart(options.rows, replicates)
    print(f"apart: the bootstrap of the area, {replicates} replicates, {seconds:.1f} s")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
