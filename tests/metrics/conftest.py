"""The cases that R scored: rows and numbers made by tests/reference/metrics.R."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


class Case(dict[str, float]):
    """The numbers of one case, and its `rows` (y, p, weights)."""

    rows: tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="session")
def metrics_cases() -> list[Case]:
    with (REFERENCE / "metrics_cases.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    cases = []
    with (REFERENCE / "metrics_scores.csv").open(newline="") as file:
        for numbers in csv.DictReader(file):
            name = numbers.pop("case")
            case = Case({key: float(value) for key, value in numbers.items()})
            own = [row for row in rows if row["case"] == name]
            case.rows = tuple(np.array([float(row[key]) for row in own]) for key in ("y", "p", "w"))
            cases.append(case)
    return cases
