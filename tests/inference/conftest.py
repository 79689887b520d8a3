"""The models that R fitted on real tables (tests/reference/glm_reference.R), built again as problems."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ogive.data import CodesBlock, DenseBlock, Design
from ogive.fitting import Problem, Solution, solve

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
MISSING = {"", "NA", "?"}


@dataclass(frozen=True)
class Reference:
    """One model: the problem as Ogive sees it, and R's numbers."""

    problem: Problem
    solution: Solution
    names: list[str]
    terms: dict[str, slice]
    fit: dict[str, float]
    coefficients: dict[str, np.ndarray]
    tests: list[dict[str, str]]
    inflation: dict[str, float]


def read_rows(part: str, model: str) -> list[dict[str, str]]:
    with (REFERENCE / f"glm_{part}.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["model"] == model]


def model_names() -> list[str]:
    with (REFERENCE / "glm_models.csv").open(newline="") as file:
        return [row["model"] for row in csv.DictReader(file)]


def complete_rows(model: dict[str, str], folder: Path) -> list[dict[str, str]]:
    """The rows of the table that have a value in every column of the model."""
    delimiter = "\t" if model["separator"] == "tab" else ","
    quote = "'" if model["separator"] == "tab" else '"'
    with (folder / model["file"]).open(newline="") as file:
        names = model["columns"].split() or None
        table = list(csv.DictReader(file, fieldnames=names, delimiter=delimiter, quotechar=quote))
    used = f"{model['numbers']} {model['categories']} {model['weights']} {model['offset']}".split()
    return [row for row in table if not any(row[name] in MISSING for name in used)]


def build(model: dict[str, str], folder: Path, coefficients: list[dict[str, str]]) -> Reference:
    table = complete_rows(model, folder)
    weights = np.array([float(row[model["weights"]]) for row in table]) if model["weights"] else None
    if model["positive"] == "grouped":
        events = np.array([float(row[model["target"]]) for row in table])
        y, weights = np.repeat([1.0, 0.0], len(table)), np.concatenate([events, weights - events])
        table = table + table
    else:
        y = np.array([float(row[model["target"]] in model["positive"].split("|")) for row in table])
    numbers, terms, names = model["numbers"].split(), {}, []
    blocks = []
    if numbers:
        values = np.array([[float(row[name]) for name in numbers] for row in table], order="F")
        blocks.append(DenseBlock(values))
        names += numbers
        terms |= {name: slice(j, j + 1) for j, name in enumerate(numbers)}
    for term in model["categories"].split():
        # The reference level is the one without a coefficient: code 0.
        levels = [row["level"] for row in coefficients if row["term"] == term]
        codes = np.array([levels.index(row[term]) + 1 if row[term] in levels else 0 for row in table])
        blocks.append(CodesBlock(codes.astype(np.int32), levels=len(levels) + 1, reference=0))
        terms[term] = slice(len(names), len(names) + len(levels))
        names += [f"{term}: {level}" for level in levels]
    offset = np.log([float(row[model["offset"]]) for row in table]) if model["offset"] else None
    problem = Problem(Design(blocks), y, weights=weights, offset=offset)
    fit = read_rows("fits", model["model"])[0]
    numeric = [key for key in coefficients[0] if key not in ("model", "term", "level")]
    return Reference(
        problem=problem,
        solution=solve(problem),
        names=names,
        terms=terms,
        fit={key: float(value) for key, value in fit.items() if key not in ("model", "formula", "r_version")},
        coefficients={
            key: np.array([float(row[key]) if row[key] else np.nan for row in coefficients])
            for key in numeric
        },
        tests=read_rows("tests", model["model"]),
        inflation={row["term"]: float(row["gvif"]) for row in read_rows("inflation", model["model"])},
    )


@pytest.fixture(scope="session")
def reference(shared_data: Path) -> Callable[[str], Reference]:
    """Build a model by its name; skipped with a reason where the tables are absent."""

    @cache
    def of(name: str) -> Reference:
        return build(read_rows("models", name)[0], shared_data, read_rows("coefficients", name))

    return of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that take `model` on every model of glm_models.csv."""
    if "model" in metafunc.fixturenames:
        metafunc.parametrize("model", model_names())
