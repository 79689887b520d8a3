"""Networks from scratch beside scikit-learn and PyTorch: how many times faster they learn, how well, and peak memory.

    python -m benchmarks.neural                # both problems, five seeds each
    python -m benchmarks.neural --only digits --seeds 3 --json rows.json

- digits: scikit-learn's 1,797 digits, a fifth held out; hidden layers of 64 and 32, ReLU, Adam at 0.001, 50 epochs,
  batches of 64, float32, against `MLPClassifier` without penalty and without stopping early.
- mnist: 60,000 digits (`../shared/data/images/mnist`; left out where absent), one epoch, hidden layers of 256 and 128,
  ReLU, Adam at 0.001, batches of 128, float32, against PyTorch on the CPU in its fastest form, from the same weights.

Two threads for everyone. Every run is a process of its own, sides in turn; what is timed is learning alone, after a
short lesson that nobody counts. Medians, and the ratio of each seed. Memory is the high-water mark of the process above
what it held with libraries and data loaded.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.limits import THREADS, environment, restart_limited
from benchmarks.memory import held

ROOT = Path(__file__).parents[1]
MNIST = ROOT.parent / "shared/data/images/mnist"
RATE = 1e-3


class Rows(NamedTuple):
    """What is learnt from, and what is judged on."""

    x: np.ndarray
    y: np.ndarray
    new_x: np.ndarray
    new_y: np.ndarray


class Problem(NamedTuple):
    """Data and settings that both sides share."""

    load: Callable[[int], Rows]
    hidden: tuple[int, ...]
    epochs: int
    batch: int
    peer: str
    least: float  # how many times the peer's speed is asked for


def digits(seed: int) -> Rows:
    """Brightness from 0 to 1; another fifth is held out for each seed."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    found = load_digits()
    x = (found.data / 16).astype(np.float32)
    x, new_x, y, new_y = train_test_split(
        x, found.target, test_size=0.2, random_state=seed, stratify=found.target
    )
    return Rows(x, y, new_x, new_y)


def idx(name: str) -> np.ndarray:
    """Read an idx file: a header of big-endian numbers, then bytes."""
    raw = gzip.decompress((MNIST / f"{name}-ubyte.gz").read_bytes())
    shape = np.frombuffer(raw, ">u4", raw[3], 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def mnist(_: int) -> Rows:
    """Brightness from 0 to 1, split as published."""
    x, new_x = ((idx(f"{part}-images-idx3") / np.float32(255)).reshape(-1, 784) for part in ("train", "t10k"))
    y, new_y = (idx(f"{part}-labels-idx1").astype(np.int64) for part in ("train", "t10k"))
    return Rows(x, y, new_x, new_y)


PROBLEMS = {
    "digits": Problem(digits, (64, 32), 50, 64, "scikit-learn", 1.0),
    "mnist": Problem(mnist, (256, 128), 1, 128, "torch", 0.5),
}


def network(problem: Problem, rows: Rows, seed: int) -> Any:
    """Return a network with its first weights: without gain, as scikit-learn draws them."""
    from ogive.neural import Dense, Network, initialise

    net = Network([*(Dense(units, "relu") for units in problem.hidden), Dense(10)], "softmax")
    initialise(net, rows.x[:256], rows.y[:256], scheme="glorot-plain", seed=seed)
    return net


def ogive(problem: Problem, rows: Rows, seed: int) -> Callable[[], Any]:
    """Return a lesson that gives the predictor of new rows."""
    from ogive._kernels import set_thread_count
    from ogive.neural import Adam, train

    set_thread_count(THREADS)
    net = network(problem, rows, seed)

    def learn() -> Callable[[], Any]:
        train(
            net,
            rows.x,
            rows.y,
            optimiser=Adam(RATE),
            epochs=problem.epochs,
            batch=problem.batch,
            seed=seed,
        )
        return lambda: net.probabilities(rows.new_x).argmax(axis=1)

    return learn


def scikit_learn(problem: Problem, rows: Rows, seed: int) -> Callable[[], Any]:
    """As `ogive`."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)  # it is told when to stop
    model = MLPClassifier(
        problem.hidden,
        alpha=0,
        batch_size=problem.batch,
        learning_rate_init=RATE,
        max_iter=problem.epochs,
        tol=0,
        n_iter_no_change=problem.epochs,
        random_state=seed,
    )

    def learn() -> Callable[[], Any]:
        model.fit(rows.x, rows.y)
        return lambda: model.predict(rows.new_x)

    return learn


def torch(problem: Problem, rows: Rows, seed: int) -> Callable[[], Any]:
    """As `ogive`, from the same weights; rows are picked by index in memory, and Adam is the fused one."""
    import torch as t

    t.set_num_threads(THREADS)
    t.manual_seed(seed)
    first = network(problem, rows, seed).weights
    layers: list[Any] = []
    for weights in first:
        linear = t.nn.Linear(*weights["W"].shape)
        with t.no_grad():
            linear.weight.copy_(t.from_numpy(weights["W"].T))
            linear.bias.zero_()
        layers += [linear, t.nn.ReLU()]
    net = t.nn.Sequential(*layers[:-1])
    optimiser = t.optim.Adam(net.parameters(), lr=RATE, fused=True)
    x, y = t.from_numpy(rows.x), t.from_numpy(rows.y)

    def learn() -> Callable[[], Any]:
        for _ in range(problem.epochs):
            for some in t.randperm(len(x)).split(problem.batch):
                loss = t.nn.functional.cross_entropy(net(x[some]), y[some])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
        return lambda: net(t.from_numpy(rows.new_x)).argmax(dim=1).numpy()

    return learn


SIDES = {"ogive": ogive, "scikit-learn": scikit_learn, "torch": torch}


def one(name: str, side: str, seed: int, few: int | None) -> dict[str, float]:
    """Learn once, in this process: seconds, share of new rows that are right, MiB above what was there before."""
    problem = PROBLEMS[name]
    rows = problem.load(seed)
    rows = Rows(rows.x[:few], rows.y[:few], rows.new_x, rows.new_y)
    learn = SIDES[side](problem, rows, seed)
    gc.collect()
    before = held("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    few_rows = Rows(rows.x[:256], rows.y[:256], rows.new_x, rows.new_y)
    SIDES[side](problem._replace(epochs=1), few_rows, seed)()
    start = time.perf_counter()
    predict = learn()
    seconds = time.perf_counter() - start
    memory = held("VmHWM") - before
    return {"seconds": seconds, "accuracy": float((predict() == rows.new_y).mean()), "memory": memory}


def child(name: str, side: str, seed: int, few: int | None) -> dict[str, float]:
    """As `one`, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.neural", "--one", name, side, str(seed)]
    command += [] if few is None else ["--rows", str(few)]
    done = subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(name: str, seeds: int, few: int | None) -> dict[str, Any]:
    """Let both sides learn in turn, and print what came out."""
    problem = PROBLEMS[name]
    sides = ("ogive", problem.peer)
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
    for seed in range(seeds):
        for side in sides if seed % 2 else sides[::-1]:
            runs[side].append(child(name, side, seed, few))
    ratios = [b["seconds"] / a["seconds"] for a, b in zip(runs["ogive"], runs[problem.peer], strict=True)]
    print(
        f"{name}: {statistics.median(ratios):.2f} times the speed of {problem.peer} "
        f"({min(ratios):.2f} to {max(ratios):.2f}); at least {problem.least:g}"
    )
    for side in sides:
        seconds, memory = (
            statistics.median(run[what] for run in runs[side]) for what in ("seconds", "memory")
        )
        right = [run["accuracy"] for run in runs[side]]
        print(
            f"  {side:<13} {seconds:.3f} s   right {np.mean(right):.2%} of new rows "
            f"({', '.join(f'{share:.2%}' for share in right)})   {memory:.0f} MiB",
            flush=True,
        )
    return {"problem": name, "faster": ratios, "runs": runs}


def main() -> None:
    """Run the problems and print ratios: above 1 is faster than the peer."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--only", nargs="*", choices=PROBLEMS, default=list(PROBLEMS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, help="of each problem, for a quick look")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, side, seed = options.one
        print(json.dumps(one(name, side, int(seed), options.rows)))
        return
    there = {"scikit-learn": True, "torch": find_spec("torch") is not None}
    found = []
    for name in options.only:
        if name == "mnist" and not MNIST.is_dir():
            print("mnist: left out, its files are not on this machine")
        elif not there[PROBLEMS[name].peer]:
            print(f"{name}: left out, {PROBLEMS[name].peer} is not installed")
        else:
            found.append(compare(name, options.seeds, options.rows))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    restart_limited()
    main()
