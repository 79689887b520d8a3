"""The rows that R decided on (made by tests/reference/decisions.R), and rows drawn from known probabilities."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"decisions_{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def reference() -> Callable[[str], list[dict[str, str]]]:
    """A table that R wrote."""
    return table


@pytest.fixture(scope="session")
def cases() -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Outcomes, probabilities and weights of each case."""
    rows = table("rows")
    return {
        name: tuple(np.array([float(row[key]) for row in rows if row["case"] == name]) for key in "ypw")
        for name in dict.fromkeys(row["case"] for row in rows)
    }


@pytest.fixture(scope="session")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """2,000 rows whose probabilities are calibrated: outcomes and probabilities."""
    rng = np.random.default_rng(1)
    p = rng.beta(1, 6, 2000)
    return (rng.random(2000) < p).astype(float), p
