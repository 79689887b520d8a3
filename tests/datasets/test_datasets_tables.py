"""The bundled tables are what their README says."""

from __future__ import annotations

import runpy

import numpy as np
import pyarrow.compute as pc
import pytest

from ogive import datasets
from ogive.datasets import heart, heart_path, hours_of_study


def test_heart_has_the_published_counts():
    table = heart()
    assert table.shape == (303, 14)
    assert pc.sum(table["disease"]).as_py() == 139
    assert {name: table[name].null_count for name in table.column_names if table[name].null_count} == {
        "ca": 4,
        "thal": 2,
    }
    assert pc.count_distinct(table["cp"]).as_py() == 4
    assert (pc.min(table["thalach"]).as_py(), pc.max(table["thalach"]).as_py()) == (71, 202)


def test_heart_is_made_from_the_published_file(shared_data):
    make = runpy.run_path(
        str(__file__.replace("datasets/test_datasets_tables.py", "reference/make_heart.py"))
    )
    published = (shared_data / "clinical" / "heart_cleveland.data").read_bytes()
    assert make["convert"](published) == heart_path().read_text(encoding="utf-8")


def test_source_and_licence_stand_beside_the_table():
    readme = heart_path().with_name("README.md").read_text(encoding="utf-8")
    for word in ("CC BY 4.0", "Janosi", "Steinbrunn", "Pfisterer", "Detrano", "heart.csv"):
        assert word in readme


def test_hours_follow_the_straight_line():
    table = hours_of_study(n=200_000, seed=3)
    hours, passed = table["hours"].to_numpy(), table["passed"].to_numpy()
    for low in range(0, 100, 20):
        inside = (hours >= low) & (hours < low + 20)
        # Mean of hours/100 over the bin, to four standard errors.
        assert np.mean(passed[inside]) == pytest.approx((low + 10) / 100, abs=4 * 0.5 / np.sqrt(inside.sum()))


def test_hours_repeat_with_their_seed():
    assert hours_of_study(50, seed=1).equals(hours_of_study(50, seed=1))
    assert not hours_of_study(50, seed=1).equals(hours_of_study(50, seed=2))


def test_public_names_are_complete():
    assert sorted(datasets.__all__) == datasets.__all__
    assert all(hasattr(datasets, name) for name in datasets.__all__)
