"""Errors of the compiled functions, in every version, over many inputs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy import samples, twins
from benchmarks.accuracy.clones import Functions, answer
from benchmarks.accuracy.contract import Question

Key = tuple[str, str]
"""Name of a clone, label of an answer."""

WIDE, NARROW = (192, 24), (8, 576)
"""Places of a search and neighbours of each: first many places, then much around the worst of them."""


@dataclass
class Worst:
    """The largest error met, where, and among how many inputs."""

    error: float = -1.0
    at: float = np.nan
    inputs: int = 0

    def meet(self, x: NDArray[Any], errors: NDArray[np.float64]) -> None:
        """Take in the errors at `x`."""
        self.inputs += x.size
        place = int(np.argmax(errors))
        if errors[place] > self.error:
            self.error, self.at = float(errors[place]), float(x[place])


def errors(
    question: Question, clones: Mapping[str, Functions], x: NDArray[Any], *, precise: bool
) -> dict[Key, NDArray[np.float64]]:
    """Ulps of every answer of every clone at `x`."""
    with np.errstate(all="ignore"):
        numbers = x.astype(np.float64)
        settings = tuple(float(x.dtype.type(value)) for value in question.settings)
        exact = twins.reference(question.twin, numbers, settings, precise=precise)
        term = twins.reference(question.term, numbers, settings, precise=precise) if question.term else None
        found: dict[Key, NDArray[np.float64]] = {}
        judged: list[tuple[NDArray[Any], NDArray[np.float64]]] = []
        for name, functions in clones.items():
            said = answer(functions, question.function, question.answers, question.settings, x)
            for each, y in zip(question.answers, said, strict=True):
                bits = y.view(samples.UNSIGNED[x.dtype.name])
                # Many outputs are the same to the bit: what was judged once need not be again.
                same = next((ulps for other, ulps in judged if np.array_equal(bits, other)), None)
                if same is None:
                    same = twins.errors(
                        x.dtype.name, numbers, exact, term, y.astype(np.float64), lenient=question.lenient
                    )
                    judged.append((bits, same))
                found[name, each.label] = same
        return found


class Bench:
    """Clones, and threads to ask them."""

    def __init__(self, clones: Mapping[str, Functions], threads: int) -> None:
        self.clones, self.threads = clones, threads

    def errors(self, question: Question, x: NDArray[Any], *, precise: bool) -> dict[Key, NDArray[np.float64]]:
        """Ulps of every answer of every clone at `x`."""
        return errors(question, self.clones, x, precise=precise)

    def measure(
        self, question: Question, chunks: Iterable[NDArray[Any]], *, precise: bool, rounds: int = 0
    ) -> dict[Key, Worst]:
        """The worst of all chunks, and of `rounds` of a search that starts at the worst of many parts."""
        keys = [(name, each.label) for name in self.clones for each in question.answers]
        worst = {key: Worst() for key in keys}
        starts: dict[Key, list[tuple[NDArray[Any], NDArray[np.float64]]]] = {key: [] for key in keys}

        def one(x: NDArray[Any]) -> tuple[NDArray[Any], dict[Key, NDArray[np.float64]]]:
            return x, self.errors(question, x, precise=precise)

        def finish(task: Future[tuple[NDArray[Any], dict[Key, NDArray[np.float64]]]]) -> None:
            x, found = task.result()
            for key, each in found.items():
                worst[key].meet(x, each)
                if rounds:
                    starts[key].append(samples.best_of_each_part(x, each))

        with ThreadPoolExecutor(self.threads) as pool:
            waiting: deque[Any] = deque()
            for x in chunks:
                waiting.append(pool.submit(one, x))
                if len(waiting) > 2 * self.threads:  # enough to keep the threads busy
                    finish(waiting.popleft())
            for task in waiting:
                finish(task)
            if rounds:
                searches = [
                    pool.submit(self.search, question, key, worst[key], starts[key], rounds, precise)
                    for key in keys
                ]
                for search in searches:
                    search.result()
        return worst

    def search(
        self,
        question: Question,
        key: Key,
        worst: Worst,
        starts: list[tuple[NDArray[Any], NDArray[np.float64]]],
        rounds: int,
        precise: bool,
    ) -> None:
        """Climb from the worst inputs to worse ones nearby."""
        random = np.random.default_rng(1)
        x, found = (np.concatenate(parts) for parts in zip(*starts, strict=True))
        x, found = samples.best_of_each_part(x, found)
        for turn in range(rounds):
            places, each = WIDE if turn < rounds // 2 else NARROW
            kept = np.argsort(found)[::-1][:places]
            near = samples.neighbours(x[kept], each, random)
            errors = self.errors(question, near, precise=precise)[key]
            worst.meet(near, errors)
            # Each start keeps the best of its own neighbours, so that the search stays broad.
            rows = errors.reshape(each, kept.size)
            place = np.argmax(rows, axis=0)
            best = np.take_along_axis(rows, place[None, :], axis=0)[0]
            better = best > found[kept]
            moved = near.reshape(rows.shape)[place, np.arange(kept.size)]
            x, found = np.where(better, moved, x[kept]), np.where(better, best, found[kept])
