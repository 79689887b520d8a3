"""The benchmarks run, everyone reaches the accuracy, and all agree; how long it takes is not asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(module: str, *options: str, out: Path) -> list[dict] | dict:
    command = [sys.executable, "-m", f"benchmarks.{module}", "--quick", "--repeats", "1", "--json", str(out)]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text())


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    out = tmp_path_factory.mktemp("benchmarks") / "rows.json"
    return _run("estimators", "--no-memory", "--only", "dense", "categorical", "small", out=out)


@pytest.mark.parametrize("problem", ["dense", "categorical", "small"])
def test_everyone_reaches_the_accuracy(rows: list[dict], problem: str) -> None:
    gaps = {row["contender"]: row["gap"] for row in rows if row["problem"] == problem}
    assert "ogive" in gaps
    assert "scikit-learn newton-cholesky" in gaps
    assert all(gap <= 1e-10 for gap in gaps.values()), gaps


@pytest.mark.parametrize("problem", ["dense", "categorical", "small"])
def test_exact_solvers_agree_in_coefficients(rows: list[dict], problem: str) -> None:
    distances = {
        row["contender"]: row["distance"]
        for row in rows
        if row["problem"] == problem and row["distance"] is not None
    }
    assert "ogive" in distances
    assert all(distance < 1e-5 for distance in distances.values()), distances


def test_scores_agree_with_their_peers(tmp_path: Path) -> None:
    out = tmp_path / "metrics.json"
    command = [
        sys.executable,
        "-m",
        "benchmarks.metrics",
        "--rows",
        "3000",
        "--rounds",
        "1",
        "--json",
        str(out),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(out.read_text())) == 8


def test_calibrators_agree_with_their_peers(tmp_path: Path) -> None:
    out = tmp_path / "calibration.json"
    command = [
        sys.executable,
        "-m",
        "benchmarks.calibration",
        "--rows",
        "5000",
        "--rounds",
        "1",
        "--json",
        str(out),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(out.read_text())) >= 2  # venn-abers may not be there


def test_the_pipeline_runs_and_agrees(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    result = _run("pipeline", out=tmp_path / "pipeline.json")
    own, peer = (side["runs"][0]["answer"] for side in result["sides"])
    log_loss = -own["statistics"]["log_likelihood"] / own["statistics"]["rows"]
    assert log_loss == pytest.approx(result["log loss"], rel=1e-10)
    # The folds differ, so the held-out AUC agrees within its sampling error only.
    auc = own["validation"]["evaluation"]["auc"]
    assert auc["low"] < peer["auc"] < auc["high"]


def test_networks_learn_as_well_as_their_peers(tmp_path: Path) -> None:
    out = tmp_path / "neural.json"
    command = [
        sys.executable,
        "-m",
        "benchmarks.neural",
        "--only",
        "digits",
        "--seeds",
        "1",
        "--json",
        str(out),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(out.read_text())
    shares = [found["runs"][side][0]["accuracy"] for side in ("ogive", "scikit-learn")]
    # 360 rows: the difference of two shares of 97 % has a standard error of some 1 %.
    assert min(shares) > 0.94 and abs(shares[0] - shares[1]) < 0.03
