"""What was measured, kept as JSON: one record a function, operation, type and clone."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.contract import Question
from benchmarks.accuracy.measure import Key, Worst

RESULTS = Path(__file__).with_name("results.json")

Name = tuple[str, str, tuple[float, ...], str, str]
"""Function, operation, settings, type, clone."""


@dataclass(frozen=True)
class Record:
    """The largest error of one cell; None where NaN or a limit was missed."""

    function: str
    operation: str
    settings: tuple[float, ...]
    type: str
    clone: str
    bound: float
    unit: str
    worst: float | None
    at: str
    inputs: int
    exhaustive: bool

    @property
    def name(self) -> Name:
        """What tells the cell from all others."""
        return self.function, self.operation, self.settings, self.type, self.clone

    @property
    def holds(self) -> bool:
        """Whether the bound is kept."""
        return self.worst is not None and self.worst <= self.bound


def record(question: Question, kind: str, key: Key, worst: Worst, *, exhaustive: bool) -> Record:
    """A cell as it is kept; the place is written in hexadecimal, which loses nothing."""
    return Record(
        question.function,
        key[1],
        question.settings,
        kind,
        key[0],
        question.bound,
        "largest term" if question.in_term else "result",
        worst.error if math.isfinite(worst.error) else None,
        worst.at.hex(),
        worst.inputs,
        exhaustive,
    )


def read(path: Path = RESULTS) -> dict[Name, Record]:
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))["cells"]
    records = [Record(**{**row, "settings": tuple(row["settings"])}) for row in rows]
    return {each.name: each for each in records}


def write(records: Iterable[Record], path: Path = RESULTS) -> None:
    """Write sorted, one record a line, so that a change shows as the lines that changed."""
    rows = [json.dumps(asdict(each)) for each in sorted(records, key=lambda each: each.name)]
    text = '{"cells": [\n' + ",\n".join(rows) + "\n]}\n"
    fresh = path.with_suffix(".fresh")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)


def add(kept: dict[Name, Record], fresh: Iterable[Record]) -> None:
    """Take fresh records in. What more inputs have shown stays, as long as fewer find the same largest error.

    Every sample holds the worst input known, so another error says that the function has changed.
    """
    for each in fresh:
        old = kept.get(each.name)
        if old and each.inputs < old.inputs and math.isclose(error_of(each), error_of(old), rel_tol=1e-6):
            kept[each.name] = replace(old, bound=each.bound)
        else:
            kept[each.name] = each


def known(kept: dict[Name, Record], question: Question, kind: str) -> NDArray[Any]:
    """Where answers to a question were found to be worst, in any clone."""
    labels = {answer.label for answer in question.answers}
    places = [
        float.fromhex(each.at)
        for each in kept.values()
        if (each.function, each.settings, each.type) == (question.function, question.settings, kind)
        and each.operation in labels
    ]
    with np.errstate(over="ignore"):
        return np.array(sorted(set(places)), np.float64).astype(kind)


def error_of(record: Record) -> float:
    """The error as a number that can be compared."""
    return math.inf if record.worst is None else record.worst
