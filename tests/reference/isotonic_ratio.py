"""Quantiles of the likelihood-ratio statistic of an increasing function at a point, by simulation.

Banerjee and Wellner (2001): with W a two-sided Brownian motion, S the slopes of the greatest convex minorant of
W(t) + t² and S0 the same with slopes held at or below 0 left of 0 and at or above 0 right of it, the statistic tends to

    D = integral of S² - S0².

On a grid of step h the slopes are the isotonic regression of 2 t + noise of variance 1 / h, by pooled adjacent
violators. Run

    python tests/reference/isotonic_ratio.py         # writes isotonic_ratio.csv beside; some minutes
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
REACH, STEP = 2.0, 0.002


def pooled(values: list[float]) -> list[tuple[float, int]]:
    """Mean and size of the pools of an isotonic regression with equal weights."""
    means: list[float] = []
    sizes: list[int] = []
    for value in values:
        mean, size = value, 1
        while means and means[-1] >= mean:
            before = sizes.pop()
            mean = (means.pop() * before + mean * size) / (before + size)
            size += before
        means.append(mean)
        sizes.append(size)
    return list(zip(means, sizes, strict=True))


def statistic(rng: np.random.Generator) -> float:
    """One draw of D."""
    t = np.arange(-REACH, REACH, STEP) + STEP / 2
    z = (2 * t + rng.standard_normal(t.size) / np.sqrt(STEP)).tolist()
    half = t.size // 2
    free = sum(size * mean**2 for mean, size in pooled(z))
    left = sum(size * min(mean, 0.0) ** 2 for mean, size in pooled(z[:half]))
    right = sum(size * max(mean, 0.0) ** 2 for mean, size in pooled(z[half:]))
    return float(STEP * (free - left - right))


if __name__ == "__main__":
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = np.random.default_rng(20_010)
    found = np.quantile([statistic(rng) for _ in range(draws)], LEVELS)
    with Path(__file__).with_suffix(".csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["level", "quantile"])
        writer.writerows((level, f"{value:.4f}") for level, value in zip(LEVELS, found, strict=True))
