"""Curves from no start against R's own self-starting ones (tests/reference/curves_selfstart.R)."""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from ogive.curves import fit

REFERENCE = Path(__file__).parents[1] / "reference"
COLUMNS = {
    "r_DNase.csv": ("Run", lambda row: np.log(float(row["conc"])), "density"),
    "r_Orange.csv": ("Tree", lambda row: float(row["age"]), "circumference"),
    "r_ChickWeight.csv": ("Chick", lambda row: float(row["Time"]), "weight"),
    "diffusion_tsMetal.csv": (None, lambda row: float(row["year"]), "substitution"),
}
# The family of each, and what its terms are of ours.
MODELS = {
    "SSlogis": ("logistic", lambda v: {"Asym": v["capacity"], "xmid": v["midpoint"], "scal": 1 / v["rate"]}),
    "SSfpl": (
        "boltzmann",
        lambda v: {"A": v["bottom"], "B": v["top"], "xmid": v["midpoint"], "scal": 1 / v["slope"]},
    ),
    "SSgompertz": (
        "gompertz",
        lambda v: {"Asym": v["capacity"], "b2": np.exp(v["rate"] * v["midpoint"]), "b3": np.exp(-v["rate"])},
    ),
}


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


SAID = read(REFERENCE / "curves_selfstart.csv")
CASES = sorted({(row["file"], row["model"]) for row in SAID})


@pytest.mark.parametrize(("file", "model"), CASES)
def test_curves_are_those_of_rs_self_starting_ones(shared_data, file, model):
    """Every group in one call: the estimates and the residual sum of squares that nls comes to."""
    group, place, value = COLUMNS[file]
    points = read(shared_data / "scurves" / file)
    name, terms = MODELS[model]
    x, y = np.array([place(row) for row in points]), np.array([float(row[value]) for row in points])
    by = None if group is None else [row[group] for row in points]
    found = fit(x, y, family=name, by=by, intervals="wald")
    own = terms(found.values)
    said = [row for row in SAID if (row["file"], row["model"]) == (file, model)]
    for label, rows in groupby(said, key=lambda row: row["group"]):
        k, terms_of_r = found.groups.index(label), list(rows)
        if float(terms_of_r[0]["estimate"]) > 1e6:  # nls comes to a weight that no chicken has: 3.6e18
            assert not any(one.identified for one in found.parameters if one.group == label)
            continue
        for row in terms_of_r:
            assert found.points.counts[k] == int(row["points"])
            assert found.deviance[k] == pytest.approx(float(row["deviance"]), rel=1e-8), (label, row)
            slack = 1e-4 * float(row["std_error"])
            assert own[row["term"]][k] == pytest.approx(float(row["estimate"]), abs=slack), (label, row)
