"""`ogive curve`: what it reads, prints, writes and refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, feather, parquet

from ogive import curves

DOSES = np.repeat([0, 0.1, 0.3, 1, 3, 10, 30], 3)
EC50 = {"aspirin": 1.0, "ibuprofen": 2.0, "naproxen": 4.0}
GROWTH = ("curve", "growth.csv", "--x", "day", "--y", "size")
ASSAY = ("curve", "assay.csv", "--x", "dose", "--y", "response", "--by", "compound", "--family", "ll4")


def assay() -> pa.Table:
    """Falling curves of three compounds, each dose three times, a row a well."""
    rng = np.random.default_rng(1)
    y = [0.5 + 6.5 / (1 + (DOSES / ec50) ** 1.5) + rng.normal(0, 0.2, DOSES.size) for ec50 in EC50.values()]
    return pa.table(
        {
            "dose": np.tile(DOSES, 3),
            "response": np.concatenate(y).round(4),
            "compound": np.repeat(list(EC50), DOSES.size),
            "w": np.tile([1.0, 2.0, 1.0], 21),
        }
    )


def plate() -> pa.Table:
    """The same wells as they lie on a plate: a row a dose, a column a well, some of them empty."""
    wells = {"dose": DOSES[::3]}
    values = assay()["response"].to_numpy().reshape(3, 7, 3)
    for i, name in enumerate(EC50):
        for k in range(3):
            wells[f"{name}.{k + 1}"] = values[i, :, k]
    return pa.table(wells)


@pytest.fixture
def tables(folder):
    return write_tables(folder)


def write_tables(folder):
    """Write growth.csv, assay.csv and plate.csv into the folder, and return it."""
    day = np.arange(0.0, 15.0)
    rng = np.random.default_rng(0)
    size = 30 / (1 + np.exp(-0.6 * (day - 7))) + rng.normal(0, 0.3, day.size)
    csv.write_csv(pa.table({"day": day, "size": size.round(3)}), folder / "growth.csv")
    csv.write_csv(assay(), folder / "assay.csv")
    csv.write_csv(plate(), folder / "plate.csv")
    return folder


def fails(done, *words):
    """One message with these words, and what to do below it."""
    assert done.code == 2
    assert done.out == ""
    text = " ".join(done.err.split())
    for word in words:
        assert word in text, text
    assert any(line.startswith("  ") for line in done.err.splitlines()[1:]), "says what to do"


def printed(done):
    """The JSON of a command that went well."""
    assert done.code == 0, done.err
    return json.loads(done.out)


def estimates(content, group, name):
    """An estimate of a parameter in what a command prints for machines."""
    (one,) = [curve for curve in content["curves"] if curve["group"] == group]
    return next(p for p in one["parameters"] if p["name"] == name)


def test_one_curve_in_full(ogive_command, tables):
    done = ogive_command(*GROWTH)
    assert done.code == 0 and done.err == ""
    lines = done.out.splitlines()
    assert lines[0].startswith("size over day: logistic growth, capacity ")
    assert "Read growth.csv: 15 rows, 2 columns" in lines
    for words in (
        "capacity / (1 + exp(-rate",
        "residual standard deviation 0.",
        "95 %, by profile likelihood",
    ):
        assert words in done.out
    capacity = next(line for line in lines if line.startswith("  capacity"))
    assert re.search(r"\d+\.\d\d +\d+\.\d\d – \d+\.\d\d +size +level that growth leads to", capacity)
    found = curves.fit(*(csv.read_csv(tables / "growth.csv")[name].to_numpy() for name in ("day", "size")))
    assert f"{found.values['capacity'][0]:.2f}" in capacity
    assert "1/day" in done.out
    assert sorted(path.name for path in tables.iterdir()) == [
        "assay.csv",
        "growth-curve.html",
        "growth.csv",
        "heart.csv",
        "plate.csv",
    ]
    assert lines[-1] == "Next: open growth-curve.html"


def test_what_is_not_determined_is_not_printed(ogive_command, tables):
    x = np.linspace(0, 4, 12)
    csv.write_csv(pa.table({"x": x, "y": np.exp(0.5 * x)}), tables / "early.csv")
    done = ogive_command("curve", "early.csv", "--x", "x", "--y", "y", "--family", "logistic")
    assert "the points do not determine capacity" in " ".join(done.out.split())
    (line,) = [line for line in done.out.splitlines() if line.startswith("  capacity")]
    assert re.search("not determined +at least ", line)
    content = printed(
        ogive_command("curve", "early.csv", "--x", "x", "--y", "y", "--family", "logistic", "--json")
    )
    capacity = estimates(content, "", "capacity")
    assert capacity["estimate"]["value"] is None and capacity["estimate"]["low"] > 10
    ogive_command("curve", "early.csv", "--x", "x", "--y", "y", "--family", "logistic", "-o", "early.parquet")
    row = parquet.read_table(tables / "early.parquet").to_pylist()[0]
    assert (row["estimate"], row["identified"], row["high"]) == (None, False, None)
    assert row["low"] == capacity["estimate"]["low"] and "no upper limit" in row["why"]


def test_many_curves_in_a_table(ogive_command, tables):
    done = ogive_command(*ASSAY, "--share", "bottom,top", "-o", "out.csv")
    assert done.code == 0, done.err
    assert done.out.startswith("3 four-parameter log-logistic curves of response over dose.")
    assert "63 points; 3 curves by compound" in done.out and "bottom, top by all curves" in done.out
    table = csv.read_csv(tables / "out.csv")
    assert table.column_names == [
        "group",
        "parameter",
        "estimate",
        "se",
        "low",
        "high",
        "unit",
        "identified",
        "why",
    ]
    assert table.num_rows == 12
    rows = {(row["group"], row["parameter"]): row for row in table.to_pylist()}
    assert len({rows[group, "top"]["estimate"] for group in EC50}) == 1, "shared"
    for group, ec50 in EC50.items():
        row = rows[group, "ec50"]
        assert row["low"] < row["estimate"] < row["high"] and row["identified"]
        assert row["estimate"] == pytest.approx(ec50, rel=0.25)


def test_one_row_a_curve(ogive_command, tables):
    assert ogive_command(*ASSAY, "-o", "long.parquet").code == 0
    assert ogive_command(*ASSAY, "-o", "rows.parquet", "--one-row").code == 0
    rows = parquet.read_table(tables / "rows.parquet")
    assert rows.num_rows == 3 and rows["points"].to_pylist() == [21] * 3
    long = {
        (row["group"], row["parameter"]): row
        for row in parquet.read_table(tables / "long.parquet").to_pylist()
    }
    for row in rows.to_pylist():
        for name in ("bottom", "top", "ec50", "slope"):
            one = long[row["group"], name]
            assert [row[f"{name}{end}"] for end in ("", "_se", "_low", "_high")] == [
                one[key] for key in ("estimate", "se", "low", "high")
            ]


def test_given_parameters_and_weights(ogive_command, tables):
    done = ogive_command(*ASSAY, "--fix", "bottom=0.5, top=7", "--weights", "w", "--level", "0.9", "--json")
    content = printed(done)
    table = assay()
    x, y, by, w = (
        table[name].to_numpy(zero_copy_only=False) for name in ("dose", "response", "compound", "w")
    )
    found = curves.fit(x, y, by=by, weights=w, family="ll4", fix={"bottom": 0.5, "top": 7}, level=0.9)
    for k, group in enumerate(found.groups):
        ec50 = estimates(content, group, "ec50")["estimate"]
        assert ec50["value"] == found.values["ec50"][k] and ec50["level"] == 0.9
        assert (ec50["low"], ec50["high"]) == tuple(float(end[k]) for end in found.limits["ec50"])
    shown = ogive_command(*ASSAY[:6], "--family", "ll4", "--fix", "bottom=0.5").out
    assert re.search(r"bottom +0\.5 +given", shown)


def test_wald_where_asked_or_where_there_are_many(ogive_command, tables):
    assert "95 %, by Wald's formula" in ogive_command(*ASSAY, "--interval", "wald").out
    x, y = np.arange(8.0), 10 / (1 + np.exp(3.5 - np.arange(8.0)))
    rng = np.random.default_rng(0)
    many = pa.table({"x": x} | {f"s{k}": y + rng.normal(0, 0.1, 8) for k in range(101)})
    parquet.write_table(many, tables / "many.parquet")
    done = ogive_command("curve", "many.parquet", "--family", "logistic")
    assert "101 curves" in done.out and "by Wald's formula" in done.out
    assert "… and 81 more" in done.out
    assert "s19 " in done.out and "s20 " not in done.out, "the first twenty, as people count"
    whole = ogive_command("curve", "many.parquet", "--family", "logistic", "--all", "--interval", "profile")
    assert "s100 " in whole.out and "by profile likelihood" in whole.out


def test_a_plate_is_read_as_it_is(ogive_command, tables):
    long = printed(ogive_command(*ASSAY, "--json"))
    done = ogive_command("curve", "plate.csv", "--family", "ll4", "--json")
    wide = printed(done)
    assert [curve["points"] for curve in wide["curves"]] == [21] * 3
    for group in EC50:
        one, other = (estimates(content, group, "ec50")["estimate"]["value"] for content in (long, wide))
        assert other == pytest.approx(one, rel=1e-9)
    assert "9 columns are replicates of 3: 'aspirin.1' counts as 'aspirin'" in wide["notes"][0]
    single = printed(ogive_command("curve", "plate.csv", "--family", "ll4", "--no-replicates", "--json"))
    assert len(single["curves"]) == 9
    chosen = ("curve", "plate.csv", "--x", "dose", "--family", "ll4", "--json")
    assert len(printed(ogive_command(*chosen, "--y", "aspirin.1,aspirin.2"))["curves"]) == 1
    one = printed(ogive_command(*chosen, "--y", "aspirin.1"))
    assert one["columns"] == {"x": "dose", "y": "aspirin.1"}


def test_empty_wells_and_other_columns_are_left_out_and_named(ogive_command, tables):
    table = plate()
    values = [None, *table["aspirin.1"].to_pylist()[1:]]
    table = table.set_column(1, "aspirin.1", pa.array(values))
    table = table.append_column("operator", pa.array(["ann"] * 7)).append_column("row", pa.array(range(1, 8)))
    csv.write_csv(table, tables / "plate.csv")
    content = printed(ogive_command("curve", "plate.csv", "--family", "ll4", "--json"))
    assert content["curves"][0]["points"] == 20
    assert "left out as no curves: operator, row" in content["notes"]
    assert "1 of 63 cells are missing and left out" in content["notes"]


def test_a_plate_with_a_row_a_sample(ogive_command, tables):
    values = assay()["response"].to_numpy().reshape(3, 7, 3).mean(axis=2)
    columns = {"compound": list(EC50)} | {f"{dose:g}": values[:, k] for k, dose in enumerate(DOSES[::3])}
    parquet.write_table(pa.table(columns), tables / "rows.parquet")
    content = printed(ogive_command("curve", "rows.parquet", "--family", "ll4", "--json"))
    found = curves.fit(DOSES[::3], values[2], family="ll4")
    assert estimates(content, "naproxen", "ec50")["estimate"]["value"] == pytest.approx(
        found.values["ec50"][0]
    )


def test_rows_without_a_value_are_left_out(ogive_command, tables):
    table = assay()
    values = [None if k in (3, 40) else value for k, value in enumerate(table["response"].to_pylist())]
    groups = [None if k == 8 else value for k, value in enumerate(table["compound"].to_pylist())]
    table = table.set_column(1, "response", pa.array(values)).set_column(2, "compound", pa.array(groups))
    csv.write_csv(table, tables / "assay.csv")
    done = ogive_command(*ASSAY)
    assert "3 rows left out (no value of dose or response or compound)" in " ".join(done.out.split())
    assert "60 points" in done.out


def test_groups_come_as_people_count_and_refused_ones_are_named(ogive_command, tables):
    table = assay()
    names = {"aspirin": "10", "ibuprofen": "9", "naproxen": "2"}
    groups = [names[name] for name in table["compound"].to_pylist()]
    table = table.set_column(2, "compound", pa.array(groups))
    few = pa.table({"dose": [1.0, 2.0], "response": [5.0, 4.0], "compound": ["7", "7"], "w": [1.0, 1.0]})
    csv.write_csv(pa.concat_tables([table, few.cast(table.schema)]), tables / "assay.csv")
    done = ogive_command(*ASSAY, "-o", "out.csv")
    assert "1 group without a curve" in done.out
    assert re.search(r"Without a curve\n  7 +there are 2 points, and the family ll4 has 4", done.out)
    rows = csv.read_csv(tables / "out.csv").to_pylist()
    assert list(dict.fromkeys(str(row["group"]) for row in rows)) == ["2", "9", "10", "7"]
    assert all(row["estimate"] is None and "2 points" in row["why"] for row in rows[-4:])


def test_several_columns_of_groups(ogive_command, tables):
    table = assay().append_column("day", pa.array(["mon", "tue", "mon"] * 21))
    csv.write_csv(table, tables / "assay.csv")
    content = printed(ogive_command(*ASSAY[:6], "--by", "compound,day", "--family", "ll4", "--json"))
    assert len(content["curves"]) == 6 and content["curves"][0]["group"] == "aspirin, mon"


def test_successes_of_trials(ogive_command, tables):
    level = np.arange(1.0, 9.0)
    correct, trials = np.array([2, 3, 4, 9, 14, 18, 19, 20]), np.full(8, 20)
    table = pa.table({"level": level, "correct": correct, "share": correct / trials, "trials": trials})
    csv.write_csv(table, tables / "trials.csv")
    command = ("curve", "trials.csv", "--x", "level", "--n", "trials", "--family", "psychometric", "--y")
    counts = printed(ogive_command(*command, "correct", "--json"))
    shares = printed(ogive_command(*command, "share", "--json"))
    assert counts["noise"] == "binomial" and counts["curves"] == shares["curves"]
    assert "correct counts successes of trials trials" in counts["notes"]
    found = curves.fit(level, correct / 20, weights=trials, family="psychometric", noise="binomial")
    threshold = estimates(counts, "", "threshold")["estimate"]
    assert threshold["value"] == found.values["threshold"][0]
    assert "deviance" in ogive_command(*command, "correct").out
    fails(ogive_command(*command, "level", "--weights", "trials"), "trials are the weights")
    fails(ogive_command(*command, "correct", "--noise", "poisson"), "noise 'poisson' has no trials")
    csv.write_csv(table.set_column(3, "trials", pa.array([1] * 8)), tables / "trials.csv")
    fails(ogive_command(*command, "correct"), "correct is 2 of 1 trials")


def test_counts_have_poisson_noise(ogive_command, tables):
    rng = np.random.default_rng(5)
    x = np.repeat(np.linspace(0.05, 1, 10), 4)
    csv.write_csv(
        pa.table({"c": x, "rate": rng.poisson(3 + 40 * x**2 / (x**2 + 0.09))}), tables / "spikes.csv"
    )
    command = (
        "curve",
        "spikes.csv",
        "--x",
        "c",
        "--y",
        "rate",
        "--family",
        "naka-rushton",
        "--noise",
        "poisson",
    )
    content = printed(ogive_command(*command, "--json"))
    assert content["noise"] == "poisson" and content["curves"][0]["residual_sd"] is None


def test_a_forecast_is_printed_and_written(ogive_command, tables):
    done = ogive_command(*GROWTH, "--forecast", "18.5", "-o", "later.csv")
    assert done.code == 0, done.err
    table = csv.read_csv(tables / "later.csv")
    assert table.column_names == ["day", "forecast", "low", "high"]
    assert table["day"].to_pylist() == [15, 16, 17, 18, 18.5]
    day, size = (csv.read_csv(tables / "growth.csv")[name].to_numpy() for name in ("day", "size"))
    band = curves.fit(day, size).predict(table["day"].to_numpy(), interval="prediction")
    np.testing.assert_allclose(table["low"].to_numpy(), band.low, rtol=1e-9)
    np.testing.assert_allclose(table["high"].to_numpy(), band.high, rtol=1e-9)
    assert "Forecast of size over day" in done.out and "95 % of new points" in done.out
    assert "  18.5      29.63        29.03 – 30.24\n  The capacity is 29.66 (29.32 – 30.02).\n" in done.out
    fails(ogive_command(*GROWTH, "--forecast", "14"), "the points reach 14")


def test_a_forecast_before_the_inflection_says_what_is_open(ogive_command, tables):
    x = np.arange(8.0)
    y = np.exp(0.4 * x) + np.random.default_rng(1).normal(0, 0.02, 8)
    csv.write_csv(pa.table({"year": x, "users": y}), tables / "early.csv")
    command = (
        "curve",
        "early.csv",
        "--x",
        "year",
        "--y",
        "users",
        "--family",
        "logistic",
        "--forecast",
        "60",
    )
    done = ogive_command(*command, "-o", "later.csv")
    last = csv.read_csv(tables / "later.csv").to_pylist()[-1]
    assert last["high"] is None and last["low"] > y.max()
    assert re.search(r"60 +– +at least", done.out)


def test_curves_are_saved_and_applied(ogive_command, tables):
    done = ogive_command(*ASSAY, "--save", "curves.json", "-o", "out.csv")
    assert done.code == 0, done.err
    assert "Next: ogive curve --apply curves.json new.csv" in done.out and "open assay-curve.html" in done.out
    saved = curves.load(tables / "curves.json")
    assert saved.columns == {"x": "dose", "y": "response", "by": "compound"}
    new = pa.table(
        {"compound": ["naproxen", "aspirin", None, "other"], "dose": [1.0, 2.0, 1.0, 1.0], "k": range(4)}
    )
    csv.write_csv(new, tables / "new.csv")
    done = ogive_command("curve", "--apply", "curves.json", "new.csv", "-o", "predicted.csv")
    assert done.code == 0
    assert "2 of 4 rows have no prediction" in done.err and "Wrote predicted.csv: 4 rows" in done.err
    table = csv.read_csv(tables / "predicted.csv")
    assert table.column_names == ["compound", "dose", "k", "predicted", "low", "high"]
    band = saved.predict([1.0, 2.0], by=["naproxen", "aspirin"], interval="confidence")
    np.testing.assert_allclose(table["predicted"].to_pylist()[:2], band.value, rtol=1e-12)
    np.testing.assert_allclose(table["high"].to_pylist()[:2], band.high, rtol=1e-12)
    assert table["predicted"].to_pylist()[2:] == [None, None]
    wide = ogive_command(
        "curve", "--apply", "curves.json", "new.csv", "--band", "prediction"
    ).out.splitlines()
    assert wide[0] == "compound,dose,k,predicted,low,high"
    assert float(wide[1].split(",")[-1]) > table["high"][0].as_py()


def test_curves_of_a_plate_are_applied_by_their_names(ogive_command, tables):
    assert ogive_command("curve", "plate.csv", "--family", "ll4", "--save", "curves.json").code == 0
    csv.write_csv(pa.table({"dose": [1.0], "drug": ["aspirin"]}), tables / "new.csv")
    done = ogive_command("curve", "--apply", "curves.json", "new.csv", "--by", "drug")
    assert done.code == 0 and done.out.splitlines()[0] == "dose,drug,predicted,low,high"
    fails(ogive_command("curve", "--apply", "curves.json", "new.csv"), "no column 'curve'")


@pytest.mark.parametrize("ending", ["tsv", "parquet", "feather", "jsonl", "csv.gz"])
def test_any_table_is_read(ogive_command, tables, ending):
    path = tables / f"table.{ending}"
    if ending == "parquet":
        parquet.write_table(assay(), path)
    elif ending == "feather":
        feather.write_feather(assay(), str(path))
    elif ending == "tsv":
        csv.write_csv(assay(), path, csv.WriteOptions(delimiter="\t"))
    elif ending == "jsonl":
        path.write_text("\n".join(map(json.dumps, assay().to_pylist())))
    else:
        with pa.output_stream(str(path), compression="gzip") as sink:
            csv.write_csv(assay(), sink)
    plain = printed(ogive_command(*ASSAY, "--json"))
    read = printed(ogive_command("curve", path.name, *ASSAY[2:], "--json"))
    assert read["curves"] == plain["curves"]


def test_the_families_are_listed(ogive_command, tables):
    done = ogive_command("curve", "--list")
    assert done.code == 0
    found = json.loads(ogive_command("curve", "--list", "--json").out)
    assert {one["name"] for one in found} == set(curves.families())
    for one in found:
        assert f"  {one['name']}: {one['title']}\n    y = {one['formula']}\n" in done.out
        assert one["source"] in done.out and one["parameters"]


@pytest.mark.parametrize(
    ("arguments", "without"),
    [
        (["--list"], {"scipy", "pyarrow"}),
        (["growth.csv", "--x", "day", "--y", "size"], {"pandas", "sklearn"}),
    ],
)
def test_starting_loads_no_more_than_the_work_needs(tables, arguments, without):
    program = f"import sys; sys.argv = {['ogive', 'curve', *arguments]}; from ogive.cli import main; code = main(); "
    program += f"sys.exit(code or len(set(sys.modules) & {without}))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tables, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("curve",), ["name a table"]),
        (("curve", "none.csv"), ["none.csv does not exist"]),
        ((*GROWTH[:-1], "siez"), ["no column 'siez'", "did you mean 'size'"]),
        (("curve", "growth.csv", "--y", "size"), ["no column of x is named", "day, size"]),
        ((*GROWTH, "--family", "ll44"), ["there is no family 'll44'", "ll4"]),
        ((*GROWTH, "--noise", "loud"), ["there is no noise 'loud'"]),
        ((*GROWTH, "--noise", "power=9"), ["theta of noise 'power' cannot be '9'"]),
        ((*GROWTH, "--robust", "strong"), ["there is no robust loss 'strong'", "rout"]),
        ((*GROWTH, "--q", "0.1"), ["--q is for finding outliers"]),
        ((*GROWTH, "--robust", "huber", "--noise", "poisson"), ["for Gaussian noise"]),
        ((*GROWTH, "--equality", "rate"), ["there is one curve"]),
        ((*GROWTH, "--dispersion", "0"), ["dispersion is 0"]),
        ((*ASSAY, "--increments"), ["not one of growth"]),
        ((*GROWTH, "--interval", "exact"), ["there are no intervals 'exact'", "profile"]),
        ((*GROWTH, "--fix", "rate"), ["--fix rate: expected NAME=NUMBER"]),
        ((*GROWTH, "--fix", "hill=1"), ["no parameter 'hill'", "its parameters are"]),
        ((*GROWTH, "--share", "rate", "--fix", "rate=1"), ["both shared and fixed"]),
        ((*GROWTH, "--level", "1.5"), ["--level"]),
        ((*GROWTH, "--one-row"), ["--one-row is for a table of parameters"]),
        ((*GROWTH, "-o", "growth.csv"), ["is being read"]),
        ((*GROWTH, "-o", "out.xlsx"), ["cannot be written"]),
        ((*GROWTH, "-o", "a.csv", "--save", "a.csv"), ["two results"]),
        ((*GROWTH, "--apply", "curves.json"), ["--y is for fitting curves"]),
        (("curve", "growth.csv", "--apply", "growth.csv"), ["is not a file of Ogive curves"]),
        (("curve", "growth.csv", "--by", "day"), ["--by is for a table with one row a point"]),
        (("curve", "assay.csv", "--x", "compound", "--y", "response"), ["must hold numbers", "aspirin"]),
        ((*ASSAY, "--weights", "compound"), ["must hold numbers"]),
        (("curve", "assay.csv", "--x", "response", "--y", "dose", "--n", "w"), ["neither counts nor shares"]),
    ],
)
def test_mistakes(ogive_command, tables, command, words):
    fails(ogive_command(*command), *words)


@pytest.mark.parametrize(
    ("file", "options", "groups"),
    [
        ("drc/ryegrass.csv", ("--x", "conc", "--y", "rootl", "--family", "ll4"), 1),
        ("drc/S.alba.csv", ("--x", "Dose", "--y", "DryMatter", "--by", "Herbicide", "--family", "ll4"), 2),
        ("r_DNase.csv", ("--x", "conc", "--y", "density", "--by", "Run", "--family", "ll4"), 11),
        ("psy_Xie_Griffin.csv", ("--x", "x", "--y", "r", "--n", "m", "--family", "psychometric"), 1),
        ("melting_DMP.csv", ("--family", "boltzmann"), 6),
        ("qpcr_boggy.csv", ("--family", "boltzmann"), 6),
    ],
)
def test_published_tables(ogive_command, tables, shared_data, file, options, groups):
    done = ogive_command("curve", str(shared_data / "scurves" / file), *options)
    assert done.code == 0, done.err
    assert max(map(len, done.out.splitlines())) <= 100
    content = printed(ogive_command("curve", str(shared_data / "scurves" / file), *options, "--json"))
    assert len(content["curves"]) == groups


def test_thousands_of_curves_go_into_a_table(ogive_command, tables, shared_data):
    path = str(shared_data / "scurves/protein_melting_tpp_staurosporine.parquet")
    done = ogive_command(
        "curve", path, "--x", "temperature", "--y", "relAbundance", "--family", "boltzmann", "--by",
        "uniqueID,compoundConcentration,replicate", "-o", "melts.parquet", "--one-row",
    )  # fmt: skip
    assert done.code == 0, done.err
    rows = parquet.read_table(tables / "melts.parquet")
    assert rows.num_rows == 4095 and "… and 4,075 more" in done.out
    known = np.array([why is None for why in rows["why"].to_pylist()])
    assert known.mean() > 0.9
    for name in ("midpoint", "midpoint_low"):
        assert rows[name].null_count == (~known).sum()
