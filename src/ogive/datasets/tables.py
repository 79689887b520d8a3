"""The heart disease table of the demo, and a simulation whose true probabilities are known."""

# ruff: noqa: PLC0415 (pyarrow is imported when a table is made)

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa


def heart_path() -> Path:
    """Return the path of the bundled heart disease table, a CSV file.

    Examples
    --------
    >>> from ogive.datasets import heart_path
    >>> heart_path().name
    'heart.csv'
    """
    return Path(__file__).with_name("heart.csv")


def heart() -> pa.Table:
    """Return the heart disease table (Cleveland): 303 patients, 13 measurements and the diagnosis.

    `disease` is 1 where a major vessel was narrowed by more than half, 0 otherwise. Two columns have
    missing values (`ca` 4, `thal` 2).

    Source: A. Janosi, W. Steinbrunn, M. Pfisterer, R. Detrano (1988), Heart Disease, UCI Machine Learning
    Repository, doi:10.24432/C52P4X, CC BY 4.0. What was renamed stands in the README beside the file.

    Returns
    -------
    pyarrow.Table
        303 rows, 14 columns.

    Examples
    --------
    >>> from ogive.datasets import heart
    >>> heart().shape
    (303, 14)
    """
    from pyarrow import csv

    return csv.read_csv(heart_path(), convert_options=csv.ConvertOptions(strings_can_be_null=True))


def hours_of_study(n: int = 200, seed: int = 0) -> pa.Table:
    """Simulate hours of study against passing, where the true probability is the straight line hours / 100.

    A logistic curve fitted to it is a good approximation and not the truth: the example shows what that
    costs. The same `n` and `seed` give the same table.

    Parameters
    ----------
    n : int
        Students.
    seed : int
        Seed of the simulation.

    Returns
    -------
    pyarrow.Table
        `hours` (uniform between 0 and 100, to a tenth of an hour) and `passed` (0 or 1).

    Examples
    --------
    >>> from ogive.datasets import hours_of_study
    >>> hours_of_study(n=3).column_names
    ['hours', 'passed']
    """
    import pyarrow as pa

    random = np.random.default_rng(seed)
    hours = np.round(random.uniform(0, 100, n), 1)
    return pa.table({"hours": hours, "passed": (random.uniform(0, 100, n) < hours).astype(np.int8)})
