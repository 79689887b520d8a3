"""Fits as a stranger asks for them: columns of any kind, names that are nearly right, what a fit shows of itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ogive import InputError
from ogive.curves import fit

X = np.linspace(0.2, 12, 40)
Y = 5.5 / (1 + np.exp(-1.3 * (X - 4))) + np.random.default_rng(0).normal(0, 0.02, X.size)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ll44", "did you mean 'll4'"),
        ("LL.4", "did you mean 'll4'"),
        ("4PL", "did you mean 'll4'"),
        ("naka_rushton", "did you mean 'naka-rushton'"),
        ("growht", "did you mean 'growth'"),
        ("circle", "growth: baranyi, "),
    ],
)
def test_families_that_may_be_meant_come_first(name, meant):
    with pytest.raises(InputError, match=f"no family '{name}'") as caught:
        fit([1, 2, 3, 4], [1, 2, 4, 5], family=name)
    assert any(remedy.startswith(meant) for remedy in caught.value.remedies)


@pytest.mark.parametrize("kind", [pd.Series, pl.Series, list, tuple])
def test_columns_of_any_kind_are_points(kind):
    x, y, by = np.tile(X, 2), np.append(Y, 2 * Y), np.repeat(["a", "b"], X.size)
    plain, found = fit(x, y, by=by), fit(kind(x.tolist()), kind(y.tolist()), by=kind(by.tolist()))
    np.testing.assert_array_equal(found.values["capacity"], plain.values["capacity"])
    at = kind([2.0, 3.0])
    np.testing.assert_array_equal(
        found.predict(at, by=kind(["b", "a"])), plain.predict([2, 3], by=["b", "a"])
    )


def test_a_fit_is_printed_as_a_table():
    x, y = X, Y
    text = repr(fit(np.append(x, [1.0]), np.append(y, [2.0]), by=[*["a"] * x.size, "b"]))
    assert text.startswith("logistic growth (logistic): 40 points, gaussian noise")
    assert "midpoint" in text and "without a curve: 'b', there are 1 point" in text
    step = repr(fit([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], family="boltzmann"))
    assert "the curve goes through every point" in step
    many = repr(fit(np.tile(x, 9), np.tile(y, 9), by=np.repeat(np.arange(9), x.size)))
    assert "360 points in 9 curves" in many and "midpoint" not in many


def test_questions_that_cannot_be_answered():
    x, y = X, Y
    found = fit(x, y)
    assert found.predict(7.0).shape == (1,)
    with pytest.raises(InputError, match="no interval 'conf'"):
        found.predict([1.0], interval="conf")
    with pytest.raises(InputError, match="by has shape"):
        found.predict([1.0, 2.0, 3.0], by=["a", "b"])
