"""Same data and options, same bytes: for any number of threads, any order of columns; rounding alone for rows."""

from __future__ import annotations

import numpy as np
import pytest

import ogive
from ogive._kernels import set_thread_count, sigmoid, thread_count


@pytest.fixture
def threads():
    """Restore the number of threads."""
    before = thread_count()
    yield set_thread_count
    set_thread_count(before)


def table(n=30_000):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 4))
    place = rng.choice(["north", "south", "east"], n)
    y = rng.random(n) < sigmoid(x[:, 0] - 0.5 * x[:, 1] + (place == "east"))
    x[rng.random(n) < 0.05, 2] = np.nan
    return {**{f"x{j}": x[:, j] for j in range(4)}, "place": place, "y": y.astype(int)}


def test_the_number_of_threads_does_not_change_a_byte(threads):
    rows = table()
    files = []
    for count in (1, 2, 5):
        threads(count)
        files.append(ogive.fit(rows, "y", bootstrap=20).to_bytes())
    assert files[0] == files[1] == files[2]


def test_the_seed_repeats_every_byte_and_matters(heart_table):
    one = ogive.fit(heart_table, "disease", seed=4).to_bytes()
    assert one == ogive.fit(heart_table, "disease", seed=4).to_bytes()
    other = ogive.fit(heart_table, "disease", seed=5)
    assert one != other.to_bytes()
    # The seed deals the folds; the model itself has nothing random in it.
    np.testing.assert_array_equal(other.coef, ogive.fit(heart_table, "disease", seed=4).coef)


def test_row_order_changes_nothing_beyond_rounding(heart_table, heart_model):
    order = np.random.default_rng(0).permutation(heart_table.num_rows)
    shuffled = ogive.fit(heart_table.take(order), "disease")
    assert shuffled.record.parameters.names == heart_model.record.parameters.names
    np.testing.assert_allclose(shuffled.coef, heart_model.coef, rtol=1e-9)
    for one, other in zip(shuffled.terms, heart_model.terms, strict=True):
        assert one.estimate.low == pytest.approx(other.estimate.low, rel=1e-7)
        assert one.p == pytest.approx(other.p, rel=1e-7)


def test_column_order_changes_the_order_alone(heart_table, heart_model):
    names = heart_table.column_names
    turned = ogive.fit(heart_table.select(names[::-1]), "disease")
    expected = {t.name: t.estimate.value for t in heart_model.terms}
    assert {t.name for t in turned.terms} == set(expected)
    for term in turned.terms:
        assert term.estimate.value == pytest.approx(expected[term.name], rel=1e-8)
    assert turned.evaluation.auc.value == pytest.approx(heart_model.evaluation.auc.value, abs=1e-12)


def test_shift_and_scale_of_a_number_change_its_coefficient_alone(heart_table, heart_model):
    place = heart_table.column_names.index("chol")
    moved = heart_table.set_column(place, "chol", [heart_table["chol"].to_numpy() * 1e-8 + 1.0])
    model = ogive.fit(moved, "disease")
    for one, other in zip(model.terms, heart_model.terms, strict=True):
        factor = 1e8 if one.name == "chol" else 1.0
        assert one.estimate.value == pytest.approx(other.estimate.value * factor, rel=1e-5)
        assert one.p == pytest.approx(other.p, rel=1e-5)
