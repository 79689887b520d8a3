"""Scores of many rows beside scikit-learn: seconds, and how many times faster.

    python -m benchmarks.metrics

One process, two threads for Ogive where it uses them; calls in turn, medians of the rounds. Ours come with their
intervals, scikit-learn's are values alone. Weighted rows; probabilities with ties (six decimals) and without.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import metrics as peer

from benchmarks.functions import contest
from ogive import metrics
from ogive._kernels import set_thread_count
from ogive.functions import sigmoid

PAIRS: dict[str, tuple[Callable[..., Any], Callable[..., float]]] = {
    "AUC": (metrics.roc_auc, peer.roc_auc_score),
    "average precision": (metrics.average_precision, peer.average_precision_score),
    "log loss": (metrics.log_loss, peer.log_loss),
    "Brier score": (metrics.brier_score, peer.brier_score_loss),
}


def rows(n: int, *, ties: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes, calibrated probabilities and weights."""
    rng = np.random.default_rng(0)
    p = sigmoid(rng.normal(-1, 1.5, n))
    y = (rng.random(n) < p).astype(float)
    return y, np.round(p, 6) if ties else p, rng.random(n) + 0.5


def compare(name: str, n: int, rounds: int, *, ties: bool) -> dict[str, Any]:
    """Time one score and check that both say the same."""
    ours, theirs = PAIRS[name]
    y, p, w = rows(n, ties=ties)
    difference = abs(ours(y, p, w).value - theirs(y, p, sample_weight=w))
    if difference > 1e-12:
        raise AssertionError(f"{name}: the values differ by {difference:.1e}")
    seconds = contest(
        {"ogive": lambda: ours(y, p, w), "scikit-learn": lambda: theirs(y, p, sample_weight=w)}, rounds
    )
    ratio = seconds["scikit-learn"] / seconds["ogive"]
    what = f"{name}, {n:,} rows, {'ties' if ties else 'no ties'}"
    print(f"{what:<45} {seconds['ogive']:.3f} s, {ratio:.1f}x scikit-learn", flush=True)
    return {"what": what, "seconds": seconds, "faster than scikit-learn": ratio}


def main() -> None:
    """Run all and print ratios: above 1 is faster than scikit-learn."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    options = parser.parse_args()
    set_thread_count(2)
    found = [
        compare(name, options.rows, options.rounds, ties=ties) for name in PAIRS for ties in (True, False)
    ]
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
