"""`ogive curve` with dates along x, forecasts of groups and sums, and relative potency."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet
from test_cli_curve import ASSAY, estimates, fails, printed, write_tables

from ogive import curves

START = datetime.date(2021, 3, 1)
LOGISTIC = ("--family", "logistic")


@pytest.fixture
def tables(folder):
    write_tables(folder)
    growth = csv.read_csv(folder / "growth.csv")
    days = [START + datetime.timedelta(days=d) for d in growth["day"].to_pylist()]
    csv.write_csv(pa.table({"date": days, "size": growth["size"]}), folder / "dates.csv")
    year = np.arange(1990, 2012)
    rng = np.random.default_rng(2)
    late = 80 / (1 + np.exp(-0.4 * (year - 2000))) + rng.normal(0, 1, year.size)
    early = np.where(year < 1999, late, np.nan)
    both = pa.table(
        {
            "year": np.tile(year, 2),
            "date": [datetime.date(y, 1, 1) for y in np.tile(year, 2).tolist()],
            "share": pa.array(np.concatenate([late, early]).round(3), from_pandas=True),
            "what": np.repeat(["radio", "tablet"], year.size),
        }
    )
    csv.write_csv(both, folder / "adoption.csv")
    parquet.write_table(both, folder / "adoption.parquet")
    return folder


def test_dates_are_days_and_come_back_as_dates(ogive_command, tables):
    options = ("--y", "size", *LOGISTIC)
    plain = printed(ogive_command("curve", "growth.csv", "--x", "day", *options, "--json"))
    options = ("--x", "date", *options, "--forecast", "2021-03-18")
    found = printed(ogive_command("curve", "dates.csv", *options, "--json"))
    for name in ("capacity", "midpoint", "rate"):
        assert estimates(found, "", name) == estimates(plain, "", name)
    assert found["columns"]["dates"] == "days since 2021-03-01"
    assert [one["date"] for one in found["forecast"]] == ["2021-03-16", "2021-03-17", "2021-03-18"]
    done = ogive_command("curve", "dates.csv", *options, "-o", "later.csv", "--save", "curves.json")
    assert done.code == 0, done.err
    words = " ".join(done.out.split())
    assert "size over date: logistic growth" in words and "counted in days since 2021-03-01" in words
    assert "midpoint is 2021-03-07 (2021-03-07 – 2021-03-08)" in words and "1/days" in words
    later = csv.read_csv(tables / "later.csv")
    assert later["date"].to_pylist() == [datetime.date(2021, 3, d) for d in (16, 17, 18)]
    assert later["forecast"].to_pylist() == [one["value"] for one in found["forecast"]]
    page = (tables / "dates-curve.html").read_text()
    assert "date (days since 2021-03-01)" in page and "On 2021-03-18 a new point is expected at" in page
    # the kept curves take dates, and nothing else
    done = ogive_command("curve", "--apply", "curves.json", "dates.csv", "-o", "applied.csv")
    assert done.code == 0, done.err
    size = csv.read_csv(tables / "growth.csv")
    value = curves.fit(size["day"].to_numpy(), size["size"].to_numpy()).predict(size["day"].to_numpy())
    applied = csv.read_csv(tables / "applied.csv")
    np.testing.assert_allclose(applied["predicted"].to_numpy(), value, rtol=1e-9)
    fails(ogive_command("curve", "--apply", "curves.json", "growth.csv", "--x", "day"), "dates were expected")


@pytest.mark.parametrize("file", ["adoption.csv", "adoption.parquet"])
def test_dates_of_many_years_are_years(ogive_command, tables, file):
    options = ("--y", "share", "--by", "what", *LOGISTIC, "--interval", "wald", "--json", "--forecast")
    plain = printed(ogive_command("curve", file, "--x", "year", *options, "2015"))
    for end in ("2015", "2015-01-01"):
        found = printed(ogive_command("curve", file, "--x", "date", *options, end))
        assert found["columns"]["dates"] == "years"
        assert found["curves"] == plain["curves"]
        assert [one["x"] for one in found["forecast"]] == [one["x"] for one in plain["forecast"]]
        assert found["forecast"][-1]["date"] == "2015-01-01"


def test_a_wide_table_has_dates_too(ogive_command, tables):
    table = csv.read_csv(tables / "dates.csv")
    half = pa.array(table["size"].to_numpy() / 2)
    csv.write_csv(table.append_column("other", half), tables / "wide.csv")
    found = printed(ogive_command("curve", "wide.csv", *LOGISTIC, "--json"))
    assert found["columns"] == {"x": "date", "y": "y", "by": "curve", "dates": "days since 2021-03-01"}
    assert len(found["curves"]) == 2


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("dates.csv", "--x", "date", "--forecast", "30"), ["date holds dates, counted in days", "give a date"]),
        (("dates.csv", "--x", "date", "--forecast", "2020-01-01"), ["and the points reach 2021-03-15"]),
        (("dates.csv", "--x", "date", "--forecast", "soon"), ["expected a date"]),
        (("growth.csv", "--x", "day", "--forecast", "2035-07-02"), ["day holds numbers", "2035.50"]),
        (("growth.csv", "--x", "day", "--forecast", "soon"), ["expected a number"]),
        (("growth.csv", "--x", "day", "--forecast", "1e9"), ["steps to 1e+09", "end it nearer"]),
        (("growth.csv", "--x", "day", "--potency", "A"), ["there is one curve", "--by"]),
    ],
)  # fmt: skip
def test_mistakes(ogive_command, tables, command, words):
    fails(ogive_command("curve", *command, "--y", "size", *LOGISTIC), *words)


def test_forecasts_say_which_groups_have_no_end(ogive_command, tables):
    command = ("curve", "adoption.csv", "--x", "year", "--y", "share", "--by", "what", *LOGISTIC)
    done = ogive_command(*command, "--forecast", "2013")
    assert done.code == 0, done.err
    words = " ".join(done.out.split())
    assert "In tablet the points set no upper limit of the capacity: growth may go on without end" in words
    rows = [line.split() for line in done.out.split("Forecast of")[1].splitlines() if " 2013 " in line]
    assert rows[0][:2] == ["radio", "2013"] and rows[0][2].startswith("79")
    assert rows[1][:5] == ["tablet", "2013", "–", "at", "least"]
    page = " ".join((tables / "adoption-curve.html").read_text().split())
    assert "growth may go on without end" in page and "What is expected" in page
    assert "Where the ground is grey there are no points" in page
    # a group whose points go on beyond the end is not forecast
    found = printed(ogive_command(*command, "--forecast", "1999", "--json"))
    assert {one["group"] for one in found["forecast"]} == {"tablet"}
    assert [(one["group"], one["endless"]) for one in found["outlook"]] == [("tablet", True)]


def test_what_is_added_is_forecast_with_its_sum(ogive_command, tables):
    rng = np.random.default_rng(4)
    day = np.arange(1.0, 31.0)
    cases = rng.poisson(np.diff(500 / (1 + np.exp(-0.4 * (np.arange(31.0) - 15)))))
    csv.write_csv(pa.table({"day": day, "cases": cases}), tables / "cases.csv")
    options = (
        "--x",
        "day",
        "--y",
        "cases",
        *LOGISTIC,
        "--increments",
        "--noise",
        "poisson",
        "--forecast",
        "33",
    )
    done = ogive_command("curve", "cases.csv", *options, "-o", "later.csv")
    assert done.code == 0, done.err
    assert "95 % of sums" in done.out and "The capacity is" in done.out
    assert "the sum of cases is expected at" in " ".join((tables / "cases-curve.html").read_text().split())
    (known,) = curves.fit(day, cases, increments=True, noise="poisson").forecast([31, 32, 33])
    later = csv.read_csv(tables / "later.csv")
    for name, values in (
        ("forecast", known.new.value), ("low", known.new.low), ("high", known.new.high),
        ("sum", known.total.value), ("sum_low", known.total.low), ("sum_high", known.total.high),
    ):  # fmt: skip
        np.testing.assert_allclose(later[name].to_numpy(), values, rtol=1e-9)
    # limits of counts are whole
    row = next(line for line in done.out.splitlines() if line.split()[:1] == ["33"])
    assert f"{known.new.low[-1]:.0f} – {known.new.high[-1]:.0f}" in row


def test_potency_relative_to_a_group(ogive_command, tables):
    done = ogive_command(*ASSAY, "--potency", "aspirin")
    assert done.code == 0, done.err
    words = " ".join(done.out.split())
    assert "Potency relative to aspirin" in words and "Whether the curves are parallel: F =" in words
    page = " ".join((tables / "assay-curve.html").read_text().split())
    assert "Relative potency" in page and "Potency relative to aspirin: from 0." in page
    found = printed(ogive_command(*ASSAY, "--potency", "aspirin", "--json"))["potency"]
    # of parallel curves it is the ratio of the doses with half of the effect
    shared = printed(ogive_command(*ASSAY, "--share", "bottom,top,slope", "--json"))
    base = estimates(shared, "aspirin", "ec50")["estimate"]["value"]
    assert found["reference"] == "aspirin" and found["parallelism"]["p_value"] > 0.05
    assert [one["group"] for one in found["potencies"]] == ["ibuprofen", "naproxen"]
    for one in found["potencies"]:
        ratio = base / estimates(shared, one["group"], "ec50")["estimate"]["value"]
        assert one["estimate"]["value"] == pytest.approx(ratio, rel=1e-6)
        assert one["estimate"]["low"] < ratio < one["estimate"]["high"]
    fails(ogive_command(*ASSAY, "--potency", "paracetamol"), "no curve for the group 'paracetamol'")
    fails(
        ogive_command(*ASSAY[:-1], "boltzmann", "--potency", "aspirin"),
        "boltzmann are not shifted by a factor of x",
    )


def test_curves_that_are_not_parallel_are_read_with_care(ogive_command, tables):
    table = csv.read_csv(tables / "assay.csv").to_pydict()
    table["response"] = [
        y * 0.5 if who == "naproxen" else y
        for y, who in zip(table["response"], table["compound"], strict=True)
    ]
    csv.write_csv(pa.table(table), tables / "assay.csv")
    words = " ".join(ogive_command(*ASSAY, "--potency", "aspirin").out.split())
    assert "the points speak against it. So the ratio of doses depends on the effect" in words


def test_columns_called_by_doses_are_read_when_told(ogive_command, tables):
    rows = ["compound,0,0.1,0.3,1,3,10,30", "A,9.8,9.7,9.0,6.9,3.1,1.5,1.1", "B,9.9,9.8,9.5,8.2,5.1,2.5,1.3"]
    (tables / "doses.csv").write_text("\n".join(rows) + "\n")
    fails(ogive_command("curve", "doses.csv", "--family", "ll4"), "looks like data", "--wide")
    found = printed(ogive_command("curve", "doses.csv", "--family", "ll4", "--wide", "--json"))
    dose, y = ([float(cell) for cell in row.split(",")[1:]] for row in rows[:2])
    known = curves.fit(dose, y, family="ll4")
    assert estimates(found, "A", "ec50")["estimate"]["value"] == pytest.approx(
        known.values["ec50"][0], rel=1e-6
    )


@pytest.mark.parametrize(
    ("name", "near"), [("ll44", "ll4"), ("logistc", "logistic"), ("dose-respons", "dose-response")]
)
def test_names_of_families_that_are_nearly_right(ogive_command, tables, name, near):
    done = ogive_command(*ASSAY[:-1], name)
    fails(done, f"there is no family '{name}'", "--list")
    assert done.err.splitlines()[1].strip().startswith(f"did you mean '{near}'")


def test_pages_are_named_after_the_whole_name(ogive_command, tables):
    (tables / "growth.csv").rename(tables / "my.first.growth.csv")
    assert ogive_command("curve", "my.first.growth.csv", "--x", "day", "--y", "size", *LOGISTIC).code == 0
    assert (tables / "my.first.growth-curve.html").exists()


def test_published_dates(ogive_command, tables, shared_data):
    folder = shared_data / "scurves"
    zika = (
        "curve",
        str(folder / "epi_zika_girardot_2015.csv"),
        "--x",
        "date",
        "--y",
        "cases",
        "--increments",
    )
    done = ogive_command(*zika, *LOGISTIC, "--noise", "quasi-poisson", "--forecast", "2016-03-01")
    assert done.code == 0, done.err
    assert max(map(len, done.out.splitlines())) <= 100
    assert "counted in days since 2015-10-19" in done.out and "2016-03-01" in done.out
    covid = str(folder / "covid19_key_countries_cumulative.csv")
    done = ogive_command("curve", covid, *LOGISTIC, "--interval", "wald", "--json")
    content = json.loads(done.out)
    assert len(content["curves"]) == 8 and content["columns"]["x"] == "Date"
