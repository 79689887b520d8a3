"""`ogive curve`: the page, several families, how y scatters, outliers, tests of equality, and what was added."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv
from test_cli_curve import ASSAY, GROWTH, assay, estimates, fails, printed, write_tables

from ogive import curves


@pytest.fixture
def tables(folder):
    """The folder with the tables of the command's tests."""
    return write_tables(folder)


def test_the_best_of_the_growth_families_is_told_unless_one_is_named(ogive_command, tables):
    done = ogive_command(*GROWTH)
    compared = done.out.split("Families compared, by AICc\n")[1].splitlines()
    assert compared[0].split() == ["family", "parameters", "AICc", "above", "the", "best", "Akaike", "weight"]
    day, size = (csv.read_csv(tables / "growth.csv")[name].to_numpy() for name in ("day", "size"))
    found = curves.fit(day, size, family="growth")
    assert compared[1].split()[0] == found.family.name
    assert f"{found.comparison.models[0].aicc:.1f}" in compared[1]
    content = printed(ogive_command(*GROWTH, "--family", "gompertz,logistic", "--json"))
    assert [one["name"] for one in content["compared"]] == ["logistic", "gompertz"]
    assert content["family"] == "logistic"
    page = (tables / "growth-curve.html").read_text()
    assert "Families compared" in page and ">gompertz<" in page


def test_the_page_is_written_whole_or_not_at_all(ogive_command, tables):
    done = ogive_command(*ASSAY, "--report", "page.html", "-o", "out.csv")
    assert re.search(r"Wrote out\.csv \(.*\) and page\.html \(", done.out)
    page = (tables / "page.html").read_text()
    assert (
        "<h1>Response over dose</h1>" in page and "one for each compound" in page and "of assay.csv" in page
    )
    before = set(tables.iterdir())
    assert ogive_command(*ASSAY, "--no-report").code == 0
    assert ogive_command(*ASSAY, "--json").code == 0
    assert set(tables.iterdir()) == before
    assert ogive_command(*ASSAY, "--json", "--report", "other.html").code == 0
    assert (tables / "other.html").read_text() == page
    fails(ogive_command(*ASSAY, "--report", "none/page.html", "-o", "late.csv"), "there is no folder")
    fails(ogive_command(*ASSAY, "--report", "page.html", "--no-report"), "--no-report forbids")
    fails(ogive_command(*ASSAY, "--report", "assay.csv"), "is being read")


@pytest.mark.parametrize(
    ("noise", "told"),
    [
        ("relative", "a constant share of the curve"),
        ("power", r"to the power theta; theta is -?[\d.e-]+ to [\d.e-]+ by group"),
        ("power=0.5", "theta is 0.5, given"),
        ("quasi_poisson", "quasi-Poisson"),
        ("negative-binomial", r"mean \+ mean² / size \(negative binomial\); size is"),
    ],
)
def test_how_points_scatter_is_chosen_and_told(ogive_command, tables, noise, told):
    table = assay().set_column(1, "response", pa.array((10 * assay()["response"].to_numpy()).round()))
    csv.write_csv(table, tables / "assay.csv")
    done = ogive_command(*ASSAY, "--noise", noise)
    assert done.code == 0, done.err
    assert re.search(told, " ".join(done.out.split()))
    assert re.search(told, (tables / "assay-curve.html").read_text())
    content = printed(ogive_command(*ASSAY, "--noise", noise, "--json"))
    x, y, by = (table[name].to_numpy(zero_copy_only=False) for name in ("dose", "response", "compound"))
    found = curves.fit(x, y, by=by, family="ll4", noise=noise)
    for k, group in enumerate(found.groups):
        assert estimates(content, group, "ec50")["estimate"]["value"] == found.values["ec50"][k]
    sizes = [one["noise_parameter"] for one in content["curves"]]
    expected = [list(values) for values in found.noise_parameter.values()] or [[None] * 3]
    assert sizes == [value if value is not None and np.isfinite(value) else None for value in expected[0]]


def test_outliers_are_found_left_out_and_told(ogive_command, tables):
    table = assay()
    y = table["response"].to_pylist()
    y[10] += 4
    csv.write_csv(table.set_column(1, "response", pa.array(y)), tables / "assay.csv")
    done = ogive_command(*ASSAY, "--robust", "rout")
    assert "1 point was left out" in done.out and "62 points" in done.out
    assert re.search(rf"aspirin +1 +{y[10]:g} +\+\d+\.\d +<0\.001", done.out)
    assert "Points left out" in (tables / "assay-curve.html").read_text()
    (one,) = printed(ogive_command(*ASSAY, "--robust", "rout", "--q", "0.001", "--json"))["outliers"]
    assert (one["group"], one["x"], one["y"]) == ("aspirin", 1.0, y[10])
    loss = ogive_command(*ASSAY, "--robust", "tukey").out
    assert "weigh less, or nothing (Tukey's biweight)" in " ".join(loss.split()) and "63 points" in loss


def test_equal_parameters_are_tested(ogive_command, tables):
    content = printed(ogive_command(*ASSAY, "--equality", "ec50,top", "--json"))
    x, y, by = (assay()[name].to_numpy(zero_copy_only=False) for name in ("dose", "response", "compound"))
    found = curves.fit(x, y, by=by, family="ll4")
    for one, name in zip(content["equal"], ("ec50", "top"), strict=True):
        assert one["statistic"] == found.equality(name).statistic and name in one["hypothesis"]
    told = " ".join(ogive_command(*ASSAY, "--equality", "ec50").out.split())
    assert re.search(
        r"Whether ec50 is the same in all groups: F = .* p <0\.001; the points speak against it", told
    )


def test_known_variances_bootstrap_and_what_was_added(ogive_command, tables):
    command = (*GROWTH, "--family", "logistic", "--no-report")
    day, size = (csv.read_csv(tables / "growth.csv")[name].to_numpy() for name in ("day", "size"))
    for options, asked in (
        (("--dispersion", "0.09"), {"dispersion": 0.09}),
        (("--interval", "bootstrap"), {"intervals": "bootstrap"}),
    ):
        content = printed(ogive_command(*command, *options, "--json"))
        rate = estimates(content, "", "rate")["estimate"]
        limits = curves.fit(day, size, **asked).limits["rate"]
        assert (rate["low"], rate["high"]) == tuple(float(end[0]) for end in limits)
    assert "0.09, given" in ogive_command(*command, "--dispersion", "0.09").out
    new = pa.table({"day": day[1:], "size": np.diff(30 / (1 + np.exp(-0.6 * (day - 7))))})
    csv.write_csv(new, tables / "growth.csv")
    done = ogive_command(*command, "--increments")
    assert "the curve is that of their sum" in " ".join(done.out.split())
    assert re.search(r"capacity +30", done.out)


def test_negative_doses_are_refused(ogive_command, tables):
    csv.write_csv(pa.table({"dose": [-1.0, 0, 1, 2, 3, 4], "y": [1.0, 2, 3, 5, 6, 6.5]}), tables / "log.csv")
    fails(
        ogive_command("curve", "log.csv", "--x", "dose", "--y", "y", "--family", "ll4"),
        "x is negative in 1 of 6",
    )
