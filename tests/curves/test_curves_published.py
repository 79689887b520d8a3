"""Every family fitted from no start to published data, against R's nls (tests/reference/curves_published.R)."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest

from ogive.curves import families, fit

REFERENCE = Path(__file__).parents[1] / "reference"
WORDS = {
    "log": np.log,
    "log10": np.log10,
    "exp": np.exp,
    "cumsum": np.cumsum,
    "seq_along": lambda values: np.arange(1.0, values.size + 1),
}


def read(path, delimiter=","):
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


CASES = {case["family"]: case for case in read(REFERENCE / "curves_cases.csv")}
EXPECTED = read(REFERENCE / "curves_published.csv")


def points(case, data):
    """The x and y of a case: its rows, those of them that have all values, and the expressions of both."""
    rows = read(data / case["file"], "\t" if case["file"].endswith("txt") else ",")
    columns = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        try:
            columns[name] = np.array([math.nan if value in {"", "NA"} else float(value) for value in values])
        except ValueError:
            columns[name] = np.array(values)
    keep = np.ones(len(rows), dtype=bool)
    if case["where"]:
        keep &= eval(case["where"], {}, columns)
    for name in set(re.findall(r"\w+", f"{case['x']} {case['y']}")) & set(columns):
        keep &= ~np.isnan(columns[name])
    kept = {name: values[keep] for name, values in columns.items()}
    return (eval(case[axis], WORDS | {}, kept) for axis in ("x", "y"))


def test_every_family_has_a_case():
    assert set(CASES) == set(families())
    assert {row["family"] for row in EXPECTED} == set(CASES)


@pytest.mark.parametrize("name", families())
def test_published_data_are_fitted_as_nls_fits_them(shared_data, name):
    x, y = points(CASES[name], shared_data)
    found = fit(x, y, family=name)
    said = [row for row in EXPECTED if row["family"] == name]
    assert len(said) == len(found.family.parameters)
    for row in said:
        estimate, expected = found.values[row["term"]][0], float(row["estimate"])
        if not row["std_error"]:  # nls met a bound
            assert estimate == pytest.approx(expected, rel=1e-6, abs=1e-12)
            continue
        error = float(row["std_error"])
        assert abs(estimate - expected) < 2e-4 * error
        assert found.standard_errors[row["term"]][0] == pytest.approx(error, rel=1e-3)
    assert found.deviance[0] == pytest.approx(float(said[0]["deviance"]), rel=1e-8)


@pytest.mark.parametrize(
    ("model", "name"), [("LL.2", "ll2"), ("LN.2", "ln2"), ("W1.2", "w1.2"), ("W2.2", "w2.2")]
)
@pytest.mark.parametrize(
    ("file", "x", "hit", "trials"),
    [("finney71.csv", "dose", "affected", "total"), ("nicotine.csv", "conc", "num.dead", "total")],
)
def test_shares_of_trials_are_fitted_as_drc_fits_them(shared_data, model, name, file, x, hit, trials):
    """The estimates of drm(affected / total ~ dose, weights = total, type = "binomial"), which stops early."""
    rows = read(shared_data / "scurves/drc" / file)
    dose, hits, total = (np.array([float(row[column]) for row in rows]) for column in (x, hit, trials))
    found = fit(dose, hits / total, family=name, noise="binomial", weights=total)
    said = {
        row["term"][0]: float(row["estimate"])
        for row in read(shared_data / "reference/r_drc_coef.csv")
        if row["dataset"].endswith(file) and row["model"] == model
    }
    sign = -1 if model[:2] in {"LL", "W1"} else 1
    assert found.values["slope"][0] == pytest.approx(sign * said["b"], rel=1e-4)
    place = "inflection" if model[0] == "W" else "ec50"
    assert found.values[place][0] == pytest.approx(said["e"], rel=1e-4)


DRC = {"LL.": "ll", "LN.": "ln", "W1.": "w1.", "W2.": "w2."}
# Examples of drc: file, x, y (of trials), groups and models.
ALL_OF_DRC = (
    ("algae.csv", "conc", "vol", None, ("LL.3", "LL.4", "W1.4")),
    ("barley.csv", "Dose", "weight", None, ("LL.3", "LL.4")),
    ("lemna.csv", "conc", "frond.num", None, ("LL.3", "LL.4")),
    ("nfa.csv", "conc", "response", None, ("LL.4",)),
    ("O.mykiss.csv", "conc", "weight", None, ("LL.3",)),
    ("secalonic.csv", "dose", "rootl", None, ("LL.3", "LL.4", "W1.4")),
    ("S.alba.csv", "Dose", "DryMatter", "Herbicide", ("LL.3", "LL.4")),
    ("spinach.csv", "DOSE", "SLOPE", "HERBICIDE", ("LL.4",)),
    ("finney71.csv", "dose", "affected/total", None, ("LL.2", "LN.2", "W1.2", "W2.2")),
    ("nicotine.csv", "conc", "num.dead/total", None, ("LL.2", "LN.2", "W1.2", "W2.2")),
    ("earthworms.csv", "dose", "number/total", None, ("LL.2", "LL.3")),
)


@pytest.mark.parametrize(
    ("file", "x", "y", "group", "model"),
    [(*case[:-1], model) for case in ALL_OF_DRC for model in case[-1]],
    ids=str,
)
def test_drcs_examples_have_its_doses(shared_data, file, x, y, group, model):
    """Doses of 10, 50 and 90 % of ED(drm(...)); its optimiser stops early, by up to a hundredth of a standard error."""
    points = [row for row in read(shared_data / "scurves/drc" / file) if "NA" not in (row[x], *row.values())]
    above, *below = y.split("/")
    trials = np.array([float(row[below[0]]) for row in points]) if below else None
    value = np.array([float(row[above]) for row in points]) / (1 if trials is None else trials)
    found = fit(
        [float(row[x]) for row in points],
        value,
        family=DRC[model[:3]] + model[3:],
        by=[row[group] for row in points] if group else None,
        weights=trials,
        noise="gaussian" if trials is None else "binomial",
        intervals="wald",
    )
    own = {(one.group, one.name): one for one in found.effective_dose([10, 50, 90])}
    said = [
        row
        for row in read(shared_data / "reference/r_drc_ed.csv")
        if row["dataset"].endswith(file) and row["model"] == model
    ]
    assert len(said) == len(own) == 3 * len(found.groups)
    for row in said:
        _, curve, percent = row["ed"].split(":")
        one = own[curve if group else "", f"ED{percent}"]
        error = float(row["std_error"])
        assert abs(one.estimate.value - float(row["estimate"])) < 0.01 * error + 1e-6 * one.estimate.value, (
            row
        )
