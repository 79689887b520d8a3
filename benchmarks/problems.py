"""Seeded tables to fit: dense columns of numbers, categorical columns, a small one, and a CSV file.

`python -m benchmarks.problems table.csv [--quick]` writes the CSV of the pipeline benchmark.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Codes = NDArray[np.int32]

QUICK = 50  # --quick divides the number of rows by this


@dataclass(frozen=True)
class Data:
    """A table: numbers (rows, k) in C order, one code array a categorical column, and the outcome 0/1.

    Level 0 of each categorical column is its reference: it gets no coefficient, so the optimum is unique.
    Coefficients are always in this order: intercept, numbers, then levels 1, 2, … of each column.
    """

    name: str
    numbers: Vector
    codes: tuple[Codes, ...]
    levels: tuple[int, ...]
    y: Vector

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and coefficients without the intercept."""
        return len(self.y), self.numbers.shape[1] + sum(self.levels) - len(self.levels)

    def objective(self, coef: Vector) -> float:
        """Return the mean log loss, written here once more so that no contender judges itself."""
        eta = self.numbers @ coef[1 : 1 + self.numbers.shape[1]] + coef[0]
        start = 1 + self.numbers.shape[1]
        for codes, levels in zip(self.codes, self.levels, strict=True):
            effects = np.concatenate([[0.0], coef[start : start + levels - 1]])
            eta += effects[codes]
            start += levels - 1
        eta *= 1.0 - 2.0 * self.y
        return float(np.logaddexp(0.0, eta, out=eta).mean())


@dataclass(frozen=True)
class Recipe:
    """How a table is made: rows, numeric columns, levels, and the variance that columns share.

    `floor` is how many times faster than the fastest of the peers whose name starts with `against`
    Ogive has to be; None where only memory is claimed.
    """

    rows: int
    numbers: int
    levels: tuple[int, ...] = ()
    shared: float = 0.3
    fewer_levels: bool = False  # --quick divides the levels too, so that each keeps its rows
    small: bool = False  # --quick leaves it as it is
    floor: float | None = None
    against: str = ""


RECIPES = {
    "dense": Recipe(1_000_000, 30, floor=6),
    "wide": Recipe(200_000, 200, floor=3),
    "categorical": Recipe(1_000_000, 10, (10, 20, 50, 80, 120, 200), floor=6),
    "small": Recipe(300, 13, small=True, floor=3, against="scikit-learn "),
    "levels": Recipe(1_000_000, 10, (10_000,) * 6, fewer_levels=True),
    "independent": Recipe(1_000_000, 30, shared=0.0),
}


def make(name: str, quick: bool = False) -> Data:
    """Return the table `name` of `RECIPES`; the same name and size give the same bits.

    Numeric columns have unit variance, the scale on which first-order methods do best, and share three common
    factors, as the columns of real tables do (`independent` has none). Effects are moderate: no
    outcome is perfectly predicted by a level, so every optimum is finite.
    """
    recipe = RECIPES[name]
    quick = quick and not recipe.small
    rows = recipe.rows // QUICK if quick else recipe.rows
    levels = tuple(n // QUICK if quick and recipe.fewer_levels else n for n in recipe.levels)
    rng = np.random.default_rng([2024, sorted(RECIPES).index(name)])
    numbers = rng.standard_normal((rows, recipe.numbers))
    if recipe.shared:
        numbers *= np.sqrt(1.0 - recipe.shared)
        loadings = rng.standard_normal((3, recipe.numbers))
        loadings *= np.sqrt(recipe.shared) / np.linalg.norm(loadings, axis=0)
        numbers += rng.standard_normal((rows, 3)) @ loadings
    eta = numbers @ (rng.standard_normal(recipe.numbers) / np.sqrt(recipe.numbers)) - 0.5
    codes = []
    for n in levels:
        column = rng.integers(0, n, rows, dtype=np.int32)
        eta += (0.3 * rng.standard_normal(n))[column]
        codes.append(column)
    return Data(name, numbers, tuple(codes), levels, _outcome(rng, eta))


def _outcome(rng: np.random.Generator, eta: Vector) -> Vector:
    """Draw 0/1 with probability of the standard logistic curve at `eta`."""
    return (rng.logistic(size=len(eta)) < eta).astype(np.float64)


def write_csv(path: str, quick: bool = False) -> None:
    """Write the table of the pipeline: n00 … n19, c0 … c4 (strings of 5 to 50 levels), outcome 0/1."""
    import pyarrow as pa
    import pyarrow.csv

    rows = 500_000 // (QUICK if quick else 1)
    rng = np.random.default_rng([2024, 99])
    columns: dict[str, object] = {}
    eta = np.full(rows, -0.5)
    common = rng.standard_normal(rows)
    for j in range(20):
        values = 0.5 * common + np.sqrt(0.75) * rng.standard_normal(rows)
        eta += 0.25 * rng.standard_normal() * values
        # Shifted and scaled columns, as tables have them; seven digits.
        columns[f"n{j:02}"] = np.round(10.0 ** (j % 3) * (values + j), 6 - j % 3)
    for j, n in enumerate((5, 10, 20, 30, 50)):
        column = rng.integers(0, n, rows)
        eta += (0.3 * rng.standard_normal(n))[column]
        names = pa.array([f"level {i:02}" for i in range(n)])
        columns[f"c{j}"] = names.take(pa.array(column))
    columns["outcome"] = _outcome(rng, eta).astype(np.int64)
    pyarrow.csv.write_csv(pa.table(columns), path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    write_csv(options.path, options.quick)
