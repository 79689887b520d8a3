"""The table of intervals says what the functions return, and leaves none out."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

from ogive import Estimate, metrics
from ogive._base import decode, encode
from ogive.metrics import (
    Averages,
    MethodTable,
    MulticlassEvaluation,
    MultilabelEvaluation,
    SamplingWeights,
    evaluate,
    methods,
)

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks/results/coverage.json"


def data(task: str):
    """Outcomes and probabilities of a task."""
    rng = np.random.default_rng(0)
    p = rng.dirichlet([1, 1, 1], 300)
    if task == "binary":
        return (rng.random(300) < p[:, 0]).astype(float), p[:, 0]
    if task == "multilabel":
        return (rng.random(p.shape) < p).astype(int), p
    return np.array([rng.choice(3, p=row) for row in p]), p


@pytest.fixture(scope="module")
def evaluations():
    """Evaluations of several classes and labels, by task and weights."""
    w = np.random.default_rng(1).choice([1.0, 2.0, 3.0], 300)
    weights = {"frequency": w, "sampling": SamplingWeights(w)}
    tasks = ("multiclass", "multilabel")
    return {(task, kind): evaluate(*data(task), weights[kind]) for task in tasks for kind in weights}


def returned(row, evaluations):
    """What is returned for a row of the table."""
    first, _, rest = row.metric.partition(".")
    if row.task != "binary":
        found = getattr(evaluations[row.task, row.weights], first)
        found = getattr(found, rest) if rest else found
        return found[0] if isinstance(found, tuple) else found
    w = np.random.default_rng(1).choice([1.0, 2.0, 3.0], 300)
    options = {"share": 0.2} if first == "top_k" else {}
    function = getattr(metrics, first)
    found = function(*data("binary"), SamplingWeights(w) if row.weights == "sampling" else w, **options)
    if rest:
        return getattr(found, rest)
    return getattr(found, "statistic", found) if first == "ks" else found


@pytest.mark.parametrize("row", methods().rows, ids=lambda row: f"{row.task} {row.metric} {row.weights}")
def test_every_row_says_what_the_function_returns(row, evaluations):
    found = returned(row, evaluations)
    if row.interval:
        assert (found.method, found.low is None) == (row.interval, False)
    else:
        assert row.note
        assert not isinstance(found, Estimate) or found.low is None


def test_every_metric_has_a_row_for_each_kind_of_weights():
    rows = [(row.task, row.metric, row.weights) for row in methods().rows]
    assert len(set(rows)) == len(rows)
    assert {(task, metric) for task, metric, kind in rows if kind == "sampling"} == {
        (task, metric) for task, metric, kind in rows if kind == "frequency"
    }


def test_no_metric_is_left_out():
    named = {
        task: {row.metric.split(".")[0] for row in methods().rows if row.task == task}
        for task in ("binary", "multiclass", "multilabel")
    }
    for name in metrics.__all__:
        function = getattr(metrics, name)
        if not inspect.isfunction(function) or name == "bootstrap":
            continue
        about = inspect.signature(function)
        if list(about.parameters)[:2] == ["y", "p"] and about.return_annotation == "Estimate":
            assert name in named["binary"], name
    for task, record in (("multiclass", MulticlassEvaluation), ("multilabel", MultilabelEvaluation)):
        fields = {
            name
            for name, kind in record.__annotations__.items()
            if "Estimate" in str(kind) or "CalibrationError" in str(kind)
        }
        assert fields <= named[task]
        averages = {row.metric for row in methods().rows if row.task == task and "." in row.metric}
        estimates = [name for name, kind in Averages.__annotations__.items() if "Estimate" in str(kind)]
        assert averages == {f"{over}.{name}" for over in ("macro", "micro") for name in estimates}


def test_the_table_is_text_and_survives_a_file():
    table = methods()
    assert decode(encode(table), MethodTable) == table
    assert "gini" in repr(table)
    assert "none: above 0 in every sample" in repr(table)


def test_the_coverage_is_that_of_the_study():
    # The lowest and highest of all cells, recounted here from the file of the study.
    cells = json.loads(RESULTS.read_text())["cells"]
    for row in methods().rows:
        if row.task != "binary" or row.metric not in {"roc_auc", "log_loss"}:
            continue
        name = {"roc_auc": "auc"}.get(row.metric, row.metric)
        shares = [
            cell["given, held"][name][1]
            for cell in cells
            if cell["sampling weights"] == (row.weights == "sampling") and cell["smaller class"] >= 50
        ]
        assert row.coverage == pytest.approx((min(shares), max(shares)), abs=0.06)
