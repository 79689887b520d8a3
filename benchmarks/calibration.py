"""Calibrators of many rows beside scikit-learn and venn-abers: seconds, and how many times faster.

    python -m benchmarks.calibration

One process, two threads for Ogive where it uses them; calls in turn, medians of the rounds; values are compared first.
Isotonic is the fit of weighted rows, with ties in the scores (six decimals) and without. Venn-Abers is fit and
prediction of as many new rows. Its package is faster where scores are rounded, which gives other values; the row
"rounded" is for scores that have three decimals on both sides.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression

from benchmarks.functions import contest
from benchmarks.metrics import rows
from ogive._kernels import set_thread_count
from ogive.calibration import IsotonicCalibration, VennAbers

Run = Callable[[], Any]


def isotonic(n: int, *, ties: bool) -> tuple[str, str, Run, Run, float]:
    """Fit of weighted rows: what it is, the peer, ours, theirs, and how far the values are apart."""
    y, p, w = rows(n, ties=ties)

    def ours() -> IsotonicCalibration:
        return IsotonicCalibration().fit(p, y, w)

    def theirs() -> IsotonicRegression:
        return IsotonicRegression(out_of_bounds="clip").fit(p, y, w)

    difference = np.abs(ours().transform(p[:100_000]) - theirs().predict(p[:100_000])).max()
    what = f"isotonic fit, {n:,} rows, {'ties' if ties else 'no ties'}"
    return what, "scikit-learn", ours, theirs, float(difference)


def venn_abers(n: int, *, rounded: bool) -> tuple[str, str, Run, Run, float]:
    """Fit of n rows and prediction of n others: what it is, the peer, ours, theirs, and how far the values differ."""
    import venn_abers as peer

    y, p, _ = rows(2 * n, ties=False)
    p = np.round(p, 3) if rounded else p
    both = np.column_stack([1 - p, p])

    def ours() -> np.ndarray:
        return VennAbers().fit(p[:n], y[:n]).transform(p[n:])

    def theirs() -> np.ndarray:
        model = peer.VennAbers()
        model.fit(both[:n], y[:n])
        return model.predict_proba(both[n:])[0][:, 1]

    what = f"Venn-Abers, {n:,} and {n:,} rows{', rounded' if rounded else ''}"
    return what, "venn-abers", ours, theirs, float(np.abs(ours() - theirs()).max())


def compare(what: str, peer: str, ours: Run, theirs: Run, difference: float, rounds: int) -> dict[str, Any]:
    """Time both in turn; refuse where they do not say the same."""
    if difference > 1e-9:
        raise AssertionError(f"{what}: the values differ by {difference:.1e}")
    seconds = contest({"ogive": ours, peer: theirs}, rounds)
    ratio = seconds[peer] / seconds["ogive"]
    print(f"{what:<45} {seconds['ogive']:.4f} s, {ratio:.1f}x {peer}", flush=True)
    return {"what": what, "seconds": seconds, f"faster than {peer}": ratio}


def main() -> None:
    """Run all and print ratios: above 1 is faster than the peer."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--rows", type=int, default=5_000_000, help="of the isotonic fit; Venn-Abers takes a fiftieth"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    options = parser.parse_args()
    set_thread_count(2)
    few = max(options.rows // 50, 100)
    problems = [
        *(isotonic(options.rows, ties=ties) for ties in (True, False)),
        *(venn_abers(few, rounded=rounded) for rounded in (False, True) if find_spec("venn_abers")),
    ]
    found = [compare(*problem, options.rounds) for problem in problems]
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
