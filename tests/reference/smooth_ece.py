"""Writes smooth_ece.csv: smooth calibration errors of the rows of metrics_cases.csv by relplot, their authors' package.

    pip install relplot==1.0.3 && python smooth_ece.py

relplot looks for the bandwidth on a lattice of 1/1024 and so gives the error to about 0.001; at a fixed bandwidth its
numbers are good to the mesh of its integral. Weighted rows are repeated.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import relplot

HERE = Path(__file__).parent
BANDWIDTH = 0.05


def main() -> None:
    with (HERE / "metrics_cases.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = ["case,smooth_ece,at_bandwidth"]
    for case in dict.fromkeys(row["case"] for row in rows):
        y, p, w = (
            np.array([float(row[key]) for row in rows if row["case"] == case]) for key in ("y", "p", "w")
        )
        y, p = np.repeat(y, w.astype(int)), np.repeat(p, w.astype(int))
        lines.append(
            f"{case},{float(relplot.smECE(p, y))!r},{float(relplot.metrics.smECE_sigma(p, y, BANDWIDTH))!r}"
        )
    (HERE / "smooth_ece.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
