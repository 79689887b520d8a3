"""Measure the accuracy of the functions, keep the results, and write the page of the documentation."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy import check, page, results, rows, samples
from benchmarks.accuracy.clones import available, load
from benchmarks.accuracy.contract import TYPES, Question, questions
from benchmarks.accuracy.measure import Bench

SIZES = {"quick": 1 << 14, "full": 1 << 20}
"""Inputs of a sample, beside the boundaries."""
ROUNDS = {"quick": 4, "full": 40}
"""Rounds of a search; of functions of a row, samples."""
CHUNK = 1 << 15
"""Inputs at a time: what is made of them stays in the cache."""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small samples of everything")
    size.add_argument("--exhaustive", action="store_true", help="float32 in full: a minute or two a cell")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these functions")
    parser.add_argument("--operations", nargs="+", metavar="NAME", help="these operations")
    parser.add_argument("--types", nargs="+", choices=TYPES, default=TYPES)
    parser.add_argument("--clones", nargs="+", choices=available(), default=available())
    parser.add_argument(
        "--missing", action="store_true", help="only what has not been tried in full; goes on after a stop"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--check", action="store_true", help="only compare the reference with mpmath")
    return parser.parse_args()


def inputs(kind: str, given: argparse.Namespace, known: NDArray[Any]) -> tuple[Iterable[NDArray[Any]], bool]:
    """The inputs in chunks, those `known` to be bad among them, and whether they are all there are."""
    if not given.quick and (kind == "float16" or (kind == "float32" and given.exhaustive)):
        return samples.every(kind, CHUNK), True
    size = SIZES["quick" if given.quick else "full"]
    sample = np.concatenate([known, samples.boundaries(kind), samples.spread(kind, size)])
    return np.array_split(sample, -(-sample.size // (1 << 13))), False


def measured(
    bench: Bench, question: Question, kind: str, given: argparse.Namespace, known: NDArray[Any]
) -> list[results.Record]:
    size = "quick" if given.quick else "full"
    if question.of_rows:
        worst = rows.measure(bench.clones, question, kind, seeds=ROUNDS[size])
        return [results.record(question, kind, key, each, exhaustive=False) for key, each in worst.items()]
    chunks, exhaustive = inputs(kind, given, known)
    rounds = 0 if exhaustive else ROUNDS[size]
    # Double is a reference for float32 that is a thousand times finer, and quick enough for all its numbers.
    worst = bench.measure(question, chunks, precise=kind != "float32", rounds=rounds)
    return [results.record(question, kind, key, each, exhaustive=exhaustive) for key, each in worst.items()]


def wanted(
    given: argparse.Namespace, kept: dict[results.Name, results.Record]
) -> Iterator[tuple[Question, str]]:
    from ogive._kernels import FUNCTIONS

    unknown = set(given.only or ()) - set(FUNCTIONS)
    if unknown:
        sys.exit(f"No such function: {', '.join(sorted(unknown))}. There are {', '.join(FUNCTIONS)}.")
    for question, kind in itertools.product(questions(FUNCTIONS), given.types):
        names = [
            (question.function, answer.label, question.settings, kind, clone)
            for answer in question.answers
            for clone in given.clones
        ]
        done = all(name in kept and (kept[name].exhaustive or question.of_rows) for name in names)
        if given.only and question.function not in given.only:
            continue
        if given.operations and question.operation not in given.operations:
            continue
        if not (given.missing and done):
            yield question, kind


def main() -> int:
    given = options()
    points, error = check.largest_difference(points=8 if given.quick else 32)
    print(f"reference against mpmath: {points} points, largest relative difference {error:.1e}", flush=True)
    if error > check.ENOUGH:
        sys.exit("The reference is wrong; nothing was measured.")
    if given.check:
        return 0
    kept = results.read()
    failed = 0
    bench = Bench({name: load(name) for name in given.clones}, given.threads)
    for question, kind in wanted(given, kept):
        fresh = measured(bench, question, kind, given, results.known(kept, question, kind))
        for each in fresh:
            mark = "" if each.holds else "   ABOVE THE BOUND"
            where = f"{page.title(each.function, each.settings)} {each.operation} {kind} {each.clone}"
            print(f"{where}: {page.shown(each.worst)} at {float.fromhex(each.at):.9g}{mark}", flush=True)
            failed += not each.holds
        results.add(kept, fresh)
        results.write(kept.values())  # a long run may be stopped
    page.PAGE.write_text(page.page(kept.values()), encoding="utf-8")
    print(f"{failed} cells above their bound" if failed else "every cell is within its bound")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
