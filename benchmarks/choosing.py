"""From how many rows on it pays to choose a calibrator: what `choose` loses beside one method for all.

    python -m benchmarks.choosing

Eight worlds distort the log-odds of known probabilities: not at all, stretched, shrunk, shifted, both, bent, wavy,
squared. A calibrator learns from n rows; printed is how far its mean log loss on new rows exceeds that of the true
probabilities, in thousandths of a nat, on average over the worlds. `choose` is made to choose however few the rows.

With ten samples a world it is at least as good as Platt scaling from about 400 rows on, fewer if events are rare:

    events of rows   none   platt   spline   centred isotonic   choose
       50 of  100      63      12       15                 17       23
       97 of  200      63      12       13                 15       17
      198 of  400      63       9       12                 11       10
      407 of  800      63       8        7                  9        7
       47 of  400      62       8        8                 12        9
       95 of  800      62       8        8                 10        7
      192 of 1600      62       7        5                  7        5
      472 of 4000      62       7        4                  7        4
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from unittest import mock

import numpy as np

from ogive._base import Vector
from ogive.calibration import by_name, choose, choosing
from ogive.functions import log_sigmoid, sigmoid

WORLDS: dict[str, Callable[[Vector], Vector]] = {
    "as they are": lambda z: z,
    "stretched": lambda z: 2 * z,
    "shrunk": lambda z: 0.6 * z,
    "shifted": lambda z: z + 1,
    "stretched and shifted": lambda z: 2 * z - 1,
    "bent": lambda z: np.where(z > 0, 2.5 * z, z),
    "wavy": lambda z: z + 1.5 * np.sin(1.5 * z),
    "squared": lambda z: np.sign(z) * z**2,
}
METHODS = ("none", "platt", "spline", "centred isotonic")
SIZES = {0.0: (100, 200, 400, 800), -2.7: (400, 800, 1600, 4000)}
NEW = 20_000


def excess(method: str, scores: Vector, y: Vector, new: Vector, z: Vector) -> float:
    """Log loss on new rows above that of the truth, of which `z` are the log-odds."""
    p = np.clip(by_name(method).fit(scores, y).transform(new), 1e-6, 1 - 1e-6)
    q = sigmoid(z)
    return float(np.mean(q * (log_sigmoid(z) - np.log(p)) + (1 - q) * (log_sigmoid(-z) - np.log1p(-p))))


def study(centre: float, n: int, samples: int) -> tuple[float, dict[str, float]]:
    """Mean events, and the mean excess of each method and of `choose` over worlds and samples."""
    z_new = np.random.default_rng(99).normal(centre, 1.5, NEW)
    lost: dict[str, list[float]] = {method: [] for method in (*METHODS, "choose")}
    events = []
    for seed in range(samples):
        rng = np.random.default_rng(1000 * n + seed)
        z = rng.normal(centre, 1.5, n)
        y = (rng.random(n) < sigmoid(z)).astype(float)
        events.append(y.sum())
        for distort in WORLDS.values():
            scores, new = sigmoid(distort(z)), sigmoid(distort(z_new))
            chosen = choose(scores, y, seed=seed).method
            for name, values in lost.items():
                method = chosen if name == "choose" else name
                values.append(excess(method, scores, y, new, z_new))
    return float(np.mean(events)), {name: float(np.mean(values)) for name, values in lost.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=10, help="samples a world")
    samples = parser.parse_args().samples
    print("events of rows  ", *(f"{name:>17}" for name in (*METHODS, "choose")))
    with mock.patch.multiple(choosing, FEW_ROWS=0, FEW_RARER=0):
        for centre, sizes in SIZES.items():
            for n in sizes:
                events, lost = study(centre, n, samples)
                print(
                    f"{events:6.0f} of {n:5}",
                    *(f"{1000 * value:17.1f}" for value in lost.values()),
                    flush=True,
                )


if __name__ == "__main__":
    main()
