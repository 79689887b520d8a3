"""Beta calibration by its authors' package, betacal 1.1.0, beside its numbers: beta_cases.csv, beta_fits.csv.

    pip install betacal && python tests/reference/beta_calibration.py

The package fits by scikit-learn's logistic regression with C = 1e11, which is asked here for all digits.
"""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import numpy as np
from betacal import BetaCalibration, beta_calibration
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent
AT = (0.05, 0.3, 0.5, 0.9)

# Beta distributions of the scores of non-events and of events; in the last two a or b would be negative without bounds.
WORLDS = {
    "usual": ((1.5, 4.0), (4.0, 2.0)),
    "weighted": ((2.0, 3.0), (3.0, 2.0)),
    "a is 0": ((2.0, 8.0), (1.4, 2.0)),
    "b is 0": ((2.0, 1.4), (8.0, 2.0)),
}


def main() -> None:
    """Draw the cases, fit them, write both tables."""
    beta_calibration.LogisticRegression = partial(
        LogisticRegression, solver="newton-cholesky", tol=1e-13, max_iter=1000
    )
    rng = np.random.default_rng(20)
    rows, fits = [], []
    for case, (nonevents, events) in WORLDS.items():
        p = np.concatenate([rng.beta(*nonevents, 70), rng.beta(*events, 50)]).round(3).clip(0.001, 0.999)
        y = np.repeat([0, 1], [70, 50])
        w = rng.integers(1, 5, y.size) if case == "weighted" else np.ones(y.size, dtype=int)
        model = BetaCalibration("abm").fit(p, y, sample_weight=w)
        a, b = model.calibrator_.map_[:2]
        rows += [[case, *row] for row in zip(y.tolist(), p.tolist(), w.tolist(), strict=True)]
        fits.append([case, float(a), float(b), *map(float, model.predict(np.array(AT)))])
    for name, header, table in (
        ("beta_cases.csv", ["case", "y", "p", "w"], rows),
        ("beta_fits.csv", ["case", "a", "b", *AT], fits),
    ):
        with (HERE / name).open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *table])


if __name__ == "__main__":
    main()
