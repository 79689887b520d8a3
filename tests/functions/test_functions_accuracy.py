"""The accuracy contract: every cell has a measured bound, the page shows it, and a sample of it is measured again."""

from __future__ import annotations

import itertools
import math
import platform
import shutil
import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # the benchmarks stand beside the package, not in it
from benchmarks.accuracy import check, clones, contract, page, results, rows, samples, twins
from benchmarks.accuracy.measure import errors

from ogive._kernels import FUNCTIONS

pytestmark = pytest.mark.skipif(
    shutil.which("g++") is None, reason="the reference needs GCC's quad precision"
)

QUESTIONS = list(contract.questions(FUNCTIONS))
ELEMENTWISE = [question for question in QUESTIONS if not question.of_rows]
ALONG = [question for question in QUESTIONS if question.of_rows]
SAMPLES = {
    kind: np.concatenate([samples.boundaries(kind), samples.spread(kind, size)])
    for kind, size in {"float16": 1 << 11, "float32": 1 << 12, "float64": 1 << 12}.items()
}


@pytest.fixture(scope="module")
def records() -> dict[results.Name, results.Record]:
    return results.read()


@pytest.fixture(scope="module")
def versions() -> dict[str, clones.Functions]:
    """All clones that the machine can run."""
    return {name: clones.load(name) for name in clones.available()}


def test_every_cell_has_a_bound_that_was_measured_and_kept(
    records: dict[results.Name, results.Record],
) -> None:
    cells = {
        (question.function, answer.label, question.settings, kind, clone): question.bound
        for question, kind, clone in itertools.product(QUESTIONS, contract.TYPES, clones.available())
        for answer in question.answers
    }
    listed = {(function, label.partition("[")[0]) for function, label, *_ in cells}
    assert listed == {
        (function, operation) for function, offered in FUNCTIONS.items() for operation in offered
    }
    assert not [name for name in cells if name not in records], "run python -m benchmarks.accuracy"
    assert not [name for name, bound in cells.items() if records[name].bound != bound]
    assert not [records[name] for name in cells if not records[name].holds]
    of_rows = {question.function for question in QUESTIONS if question.of_rows}
    small = [
        name
        for name in cells
        if name[3] == "float16" and name[0] not in of_rows and not records[name].exhaustive
    ]
    assert not small, "float16 is always measured in full"


def test_no_cell_is_left_of_a_function_that_went(records: dict[results.Name, results.Record]) -> None:
    assert {function for function, *_ in records} <= set(FUNCTIONS)


def test_the_page_says_what_was_measured(records: dict[results.Name, results.Record]) -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(records.values())


@pytest.mark.parametrize("question", ALONG, ids=lambda question: question.twin)
def test_rows_keep_the_bound(
    question: contract.Question,
    versions: dict[str, clones.Functions],
    records: dict[results.Name, results.Record],
) -> None:
    for kind in contract.TYPES:
        for (clone, label), worst in rows.measure(versions, question, kind, seeds=1).items():
            assert worst.error <= question.bound, (kind, clone)
            assert worst.error <= records[question.function, label, (), kind, clone].worst * (1 + 1e-6)


@pytest.mark.parametrize(
    "question", ELEMENTWISE, ids=lambda question: f"{question.twin}{list(question.settings) or ''}"
)
def test_a_sample_keeps_the_bound(
    question: contract.Question,
    versions: dict[str, clones.Functions],
    records: dict[results.Name, results.Record],
) -> None:
    """Every binade boundary is in it, and the worst input known; the error there is the one on the page."""
    for kind, sample in SAMPLES.items():
        known = results.known(records, question, kind)
        x = np.concatenate([known, sample])
        found = errors(question, versions, x, precise=kind != "float32")
        for (clone, label), each in found.items():
            worst = float(np.max(each))
            assert worst <= question.bound, (kind, clone, label, float(x[np.argmax(each)]).hex())
            record = records.get((question.function, label, question.settings, kind, clone))
            if record and record.worst is not None and platform.machine() in ("x86_64", "AMD64"):
                there = float(each[list(known).index(float.fromhex(record.at))])
                assert there == pytest.approx(record.worst, rel=1e-6), f"{record} has changed: measure again"
                assert not record.exhaustive or worst <= record.worst * (1 + 1e-6), (
                    f"{record} is not the worst"
                )


@pytest.mark.parametrize(
    "question", ELEMENTWISE, ids=lambda question: f"{question.twin}{list(question.settings) or ''}"
)
def test_the_reference_agrees_with_mpmath(question: contract.Question) -> None:
    with mpmath.workdps(check.FEWER.get(question.function, check.DIGITS)):
        count, worst = check.difference(question, 4)
    assert count
    assert worst <= check.ENOUGH
    assert check.quick_difference(question) <= check.QUICK_ENOUGH


def test_the_measure_itself() -> None:
    """Ulps by hand: around 1 and 2, among subnormals, at the end of the range, NaN and limits."""

    def measure(x: float, exact: float, y: float, kind: str = "float64") -> float:
        # The twin of x * 1: a ramp that passes its input.
        numbers = twins.reference("prelu", np.array([exact]), (1.0,))
        return float(twins.errors(kind, np.array([x]), numbers, None, np.array([y]), lenient=False)[0])

    tiny, largest = 2.0**-1074, float(np.finfo(np.float64).max)
    assert measure(0.0, 1.0, 1 + 2.0**-52) == 1
    assert measure(0.0, 1.0, 1 - 2.0**-53) == 0.5
    assert measure(0.0, 1.5, 1.5 + 2.0**-52) == 1
    assert measure(0.0, 3 * tiny, tiny) == 2
    assert measure(0.0, 0.0, tiny) == 1
    assert measure(0.0, 1.0, 1 + 2.0**-23, "float32") == 1
    assert measure(0.0, 70000.0, math.inf, "float16") == 0
    assert measure(0.0, 65504.0, math.inf, "float16") == 1
    assert measure(0.0, largest, math.inf) == 1
    assert measure(0.0, math.nan, math.nan) == 0
    for wrong in (measure(0.0, math.nan, 0.0), measure(0.0, 1.0, math.nan), measure(0.0, math.inf, largest)):
        assert wrong == math.inf
    assert measure(math.inf, 1.0, 1 + 2.0**-52) == math.inf
    assert measure(math.inf, 1.0, 1.0) == 0


def test_a_sample_does_not_hide_what_all_inputs_have_shown() -> None:
    def made(worst: float | None, inputs: int) -> results.Record:
        full = inputs == 2**32
        return results.Record("f", "value", (), "float32", "v3", 4.0, "result", worst, "0x0p0", inputs, full)

    kept = {made(1.0, 2**32).name: made(1.0, 2**32)}
    results.add(kept, [made(1.0, 1000)])
    assert [each.exhaustive for each in kept.values()] == [True]
    for changed in (1.1, 0.9):
        results.add(kept, [made(changed, 1000)])
        assert [(each.worst, each.exhaustive) for each in kept.values()] == [(changed, False)]
    results.add(kept, [made(None, 10)])
    assert [each.holds for each in kept.values()] == [False]
    results.add(kept, [made(1.0, 2**32)])
    assert [each.holds for each in kept.values()] == [True]
