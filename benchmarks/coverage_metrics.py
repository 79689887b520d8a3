"""How often the 95 % intervals of the scores hold the truth: a simulation whose truths are integrals.

Log-odds eta are normal, the forecast is sigmoid(eta), and events happen with probability
sigmoid(shift + stretch * eta), so every score of the population is an integral over eta. Run

    python benchmarks/coverage_metrics.py            # 2,000 samples a cell; writes coverage_metrics.md beside

Same seed, same numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from ogive import Estimate
from ogive.functions import sigmoid
from ogive.metrics import Evaluation, evaluate

SCORES = ("auc", "average_precision", "log_loss", "brier", "intercept", "slope")


@dataclass(frozen=True)
class Population:
    """Where samples come from."""

    name: str
    mean: float
    sd: float
    shift: float = 0.0
    stretch: float = 1.0

    def sample(self, n: int, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Draw outcomes and forecasts of n rows."""
        eta = rng.normal(self.mean, self.sd, n)
        return rng.random(n) < sigmoid(self.shift + self.stretch * eta), sigmoid(eta)

    def truth(self) -> dict[str, float]:
        """Scores of an infinite sample, by quadrature over 9 standard deviations."""
        eta = self.mean + self.sd * np.linspace(-9, 9, 200_001)
        density = np.exp(-0.5 * ((eta - self.mean) / self.sd) ** 2)
        density /= density.sum()
        p, q = sigmoid(eta), sigmoid(self.shift + self.stretch * eta)
        events, nonevents = density * q, density * (1 - q)
        below = np.cumsum(nonevents) - nonevents / 2
        precision = np.cumsum(events[::-1])[::-1] / np.cumsum(density[::-1])[::-1]
        return {
            "prevalence": events.sum(),
            "auc": (events * below).sum() / events.sum() / nonevents.sum(),
            "average_precision": (events * precision).sum() / events.sum(),
            "log_loss": -(events * np.log(p) + nonevents * np.log1p(-p)).sum(),
            "brier": (events * (1 - p) ** 2 + nonevents * p**2).sum(),
            "intercept": brentq(lambda c: (density * (q - sigmoid(c + eta))).sum(), -9, 9, xtol=1e-12),
            "slope": self.stretch,
        }


POPULATIONS = (
    Population("balanced, weak", 0.0, 1.0),
    Population("balanced, strong", 0.0, 2.5),
    Population("too extreme", 0.0, 2.0, -0.3, 0.6),
    Population("7 % events, weak", -3.0, 1.0),
    Population("10 % events, strong", -4.0, 2.5),
    Population("1 % events, strong", -6.0, 2.0),
)
SIZES = (50, 200, 1000, 5000)


def estimates(result: Evaluation) -> Iterator[tuple[str, Estimate | None]]:
    """Yield the scores of an evaluation that carry intervals."""
    for name in SCORES[:4]:
        yield name, getattr(result, name)
    yield "intercept", result.calibration.intercept
    yield "slope", result.calibration.slope


def coverage(population: Population, n: int, repeats: int, seed: int) -> dict[str, float]:
    """Share of samples whose interval holds the truth, among those with an interval; and mean events.

    Samples with fewer than two events or non-events are drawn again, so truths are those of such samples only
    nearly, where events are rare.
    """
    truth, rng = population.truth(), np.random.default_rng(seed)
    held, given, events = dict.fromkeys(SCORES, 0), dict.fromkeys(SCORES, 0), 0.0
    for _ in range(repeats):
        y, p = population.sample(n, rng)
        while not 2 <= y.sum() <= n - 2:
            y, p = population.sample(n, rng)
        events += y.sum() / repeats
        for name, estimate in estimates(evaluate(y, p)):
            if estimate is not None and estimate.low is not None and estimate.high is not None:
                given[name] += 1
                held[name] += estimate.low <= truth[name] <= estimate.high
    return {"events": events} | {name: held[name] / max(given[name], 1) for name in SCORES}


def study(repeats: int, seed: int) -> str:
    """Return the table of all populations and sizes as Markdown."""
    error = 100 * np.sqrt(0.95 * 0.05 / repeats)
    lines = [
        "# Coverage of the 95 % intervals of the scores",
        "",
        f"Written by `coverage_metrics.py`: {repeats} samples a row, seed {seed}; per cent of the intervals "
        f"given that hold the truth (Monte Carlo error {error:.1f}). Populations as in the program.",
        "",
        "| population | rows | events | AUC | average precision | log loss | Brier | intercept | slope |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for population in POPULATIONS:
        for n in SIZES:
            got = coverage(population, n, repeats, seed)
            shares = " | ".join(f"{100 * got[name]:.1f}" for name in SCORES)
            lines.append(f"| {population.name} | {n} | {got['events']:.1f} | {shares} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text = study(options.repeats, options.seed)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
