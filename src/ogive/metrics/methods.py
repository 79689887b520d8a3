"""Which interval each metric has by task and kind of weights, how often it held the truth, or why there is none."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ogive._base import Record

Task = Literal["binary", "multiclass", "multilabel"]
Weights = Literal["frequency", "sampling"]
TASKS: tuple[Task, ...] = ("binary", "multiclass", "multilabel")
WEIGHTS: tuple[Weights, ...] = ("frequency", "sampling")


class MetricMethod(Record, frozen=True, kw_only=True):
    """The interval of one metric for one task and one kind of weights.

    Attributes
    ----------
    metric : str
        A function of `ogive.metrics`, or a field of what `evaluate` returns.
    task : "binary", "multiclass" or "multilabel"
    weights : "frequency" or "sampling"
        Frequencies (or no weights), or sampling weights.
    interval : str
        Its method, as `Estimate.method` says it; empty where there is none.
    coverage : tuple of two float, or None
        Lowest and highest share of samples, in per cent, in which a 95 % interval held the truth, over all simulated
        worlds whose smaller class has 50 rows or more. None where it was not studied.
    few : tuple of two float, or None
        The same where the smaller class has fewer rows; intervals that are withheld do not count.
    note : str
        What stands in the place of an interval and why there is none, or what to know about it.
    """

    metric: str
    task: Task
    weights: Weights
    interval: str = ""
    coverage: tuple[float, float] | None = None
    few: tuple[float, float] | None = None
    note: str = ""


class MethodTable(Record, frozen=True, kw_only=True):
    """Intervals by metric, task and weights.

    Attributes
    ----------
    rows : tuple of MetricMethod
    """

    rows: tuple[MetricMethod, ...]

    def __repr__(self) -> str:
        head = ("metric", "task", "weights", "coverage", "of few rows", "95 % interval")
        cells = [
            head,
            *(
                (row.metric, row.task, row.weights, *_shares(row), row.interval or f"none: {row.note}")
                for row in self.rows
            ),
        ]
        widths = [max(len(line[k]) for line in cells) for k in range(len(head))]
        lines = ("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in cells)
        return "\n".join(line.rstrip() for line in lines)


WILSON, LOG, DELTA = "Wilson score", "mean, t on the log scale", "delta method, Fisher's scale"
INFLUENCE, MANY = "influence function, logit scale", "influence functions, logit scale"
MEANS = "Zou and Donner, correlated scores"
DELONG, PAIRS = "DeLong, logit scale", "DeLong, over pairs of classes, logit scale"
WALD, SANDWICH = "logistic recalibration, Wald", "logistic recalibration, Wald, sandwich"
CALIBRATED = "above 0 in every sample; its distribution under perfect calibration stands beside it"
PARTS = (
    "every part is biased in a finite sample; reliability_diagram shows what chance makes of miscalibration"
)
TEST = "a test: its p-value stands beside the statistic"
FEW = "none with fewer than 5 rows in a margin of the table"

# Metric and interval, or metric, nothing, and the reason.
_AVERAGED = ("auc", "average_precision", "precision", "recall", "f1")
_METHODS: dict[Task, tuple[tuple[str, str, str], ...]] = {
    "binary": (
        ("roc_auc", DELONG, ""),
        ("gini", DELONG, ""),
        ("average_precision", INFLUENCE, ""),
        ("ks", "Zou and Donner, lower limit cautious", "the statistic is biased upwards"),
        ("log_loss", LOG, ""),
        ("brier_score", LOG, ""),
        ("brier_decomposition", "", PARTS),
        ("calibration_line.intercept", SANDWICH, ""),
        ("calibration_line.slope", WALD, ""),
        ("confusion.sensitivity", WILSON, ""),
        ("confusion.specificity", WILSON, ""),
        ("confusion.precision", WILSON, ""),
        ("confusion.accuracy", WILSON, ""),
        ("balanced_accuracy", "Zou and Donner, of two Wilson scores", ""),
        ("f_beta", "Wilson score of the share it grows with", ""),
        ("matthews", DELTA, FEW),
        ("kappa", DELTA, FEW),
        ("lift", WILSON, ""),
        ("top_k.precision", WILSON, ""),
        ("top_k.recall", WILSON, ""),
        ("calibration_error", "", CALIBRATED),
        ("smooth_calibration_error", "", CALIBRATED),
        ("calibration_distances", "", CALIBRATED),
        ("spiegelhalter", "", TEST),
        ("hosmer_lemeshow", "", TEST),
    ),
    "multiclass": (
        ("accuracy", WILSON, ""),
        ("top_accuracy", WILSON, ""),
        ("log_loss", LOG, ""),
        ("brier", LOG, ""),
        ("kappa", DELTA, ""),
        ("matthews", DELTA, ""),
        ("hand_till_auc", PAIRS, ""),
        *((f"macro.{name}", MEANS, "none where one of the scores has none") for name in _AVERAGED),
        ("micro.auc", MANY, ""),
        ("micro.average_precision", MANY, ""),
        *((f"micro.{name}", WILSON, "each of them is accuracy") for name in ("precision", "recall", "f1")),
        ("calibration_error", "", "a mean of errors that are above 0 in every sample; see each class"),
        ("top_calibration_error", "", CALIBRATED),
    ),
    "multilabel": (
        ("subset_accuracy", WILSON, ""),
        ("hamming_loss", LOG, ""),
        ("log_loss", LOG, ""),
        ("brier", LOG, ""),
        ("ranking_average_precision", LOG, ""),
        ("ranking_loss", LOG, ""),
        ("coverage_error", LOG, ""),
        *((f"macro.{name}", MEANS, "none where one of the scores has none") for name in _AVERAGED),
        *((f"micro.{name}", MANY, "") for name in _AVERAGED),
        ("calibration_error", "", "a mean of errors that are above 0 in every sample; see each label"),
    ),
}
# Where the study goes by another name.
_STUDIED = {
    "roc_auc": "auc",
    "brier_score": "brier",
    "f_beta": "f1",
    "calibration_line.intercept": "intercept",
    "calibration_line.slope": "slope",
}


@cache
def methods() -> MethodTable:
    """Return the table of intervals: metric by task by kind of weights.

    The coverage of binary metrics is that of `benchmarks/coverage_metrics.py`: simulated samples of 200 to 20,000 rows,
    prevalence 2 to 50 %, AUC 0.6 to 0.95; that of several classes and labels is of `benchmarks/coverage_many.py`.
    What is one class against the rest, or one label, has the interval of the binary metric.

    Examples
    --------
    >>> from ogive.metrics import methods
    >>> for row in methods().rows:
    ...     if row.metric == "matthews" and row.task == "binary":
    ...         print(row.weights, "weights:", row.interval)
    frequency weights: delta method, Fisher's scale
    sampling weights: delta method, Fisher's scale
    """
    found = {"binary": _read("coverage.json"), **_read("coverage_many.json")}
    rows = []
    for task, entries in _METHODS.items():
        for metric, interval, note in entries:
            name = _STUDIED.get(metric, metric.removeprefix("confusion."))
            studied = found.get(task, {}).get(name, {}) if interval else {}
            for weights in WEIGHTS:
                ranges = studied.get(weights, {})
                rows.append(
                    MetricMethod(
                        metric=metric,
                        task=task,
                        weights=weights,
                        interval=SANDWICH if (interval, weights) == (WALD, "sampling") else interval,
                        coverage=_range(ranges.get("many")),
                        few=_range(ranges.get("few")),
                        note=note,
                    )
                )
    return MethodTable(rows=tuple(rows))


def _read(name: str) -> dict[str, Any]:
    """What a coverage study wrote beside this file."""
    studied: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return studied


def _range(limits: list[float] | None) -> tuple[float, float] | None:
    return None if limits is None else (limits[0], limits[1])


def _shares(row: MetricMethod) -> tuple[str, str]:
    if not row.interval:
        return "", ""
    many, few = (
        "" if limits is None else f"{limits[0]:g} to {limits[1]:g} %" for limits in (row.coverage, row.few)
    )
    return many or "not studied", few
