"""The functions beside NumPy, SciPy and torch: nanoseconds an element, and how many times faster than each.

    python -m benchmarks.functions

One process, one thread each unless said, results written into existing arrays where the peer can, peers in turn so that
what disturbs the machine disturbs everyone; medians of the rounds. A peer that is not installed is left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from scipy import special

from ogive import functions as F
from ogive._kernels import set_thread_count

Call = Callable[[], Any]
SIZES = (4_096, 1_000_000)
LARGE = 32_000_000
SLICE = 0.02  # seconds that one timing lasts


def contest(calls: dict[str, Call], rounds: int) -> dict[str, float]:
    """Return the median seconds of each call, timed in turn."""
    repeats = {}
    for name, call in calls.items():
        call()
        start = time.perf_counter()
        call()
        repeats[name] = max(1, int(SLICE / max(time.perf_counter() - start, 1e-7)))
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            seconds[name].append((time.perf_counter() - start) / repeats[name])
    return {name: median(times) for name, times in seconds.items()}


def values(function: str, n: int, dtype: type) -> np.ndarray:
    """Arguments as networks and models have them: normal with standard deviation 4; probabilities for the logit."""
    rng = np.random.default_rng(0)
    return (rng.random(n) if function == "logit" else 4 * rng.normal(size=n)).astype(dtype)


def torch_calls(x: np.ndarray) -> dict[str, Call]:
    """Return torch's functions, into an existing tensor where they take one."""
    if importlib.util.find_spec("torch") is None:
        return {}
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    t = torch.from_numpy(x)
    y = torch.empty_like(t)
    return {
        "sigmoid": lambda: torch.sigmoid(t, out=y),
        "tanh": lambda: torch.tanh(t, out=y),
        "logit": lambda: torch.logit(t, out=y),
        "log_sigmoid": lambda: functional.logsigmoid(t),
        "softplus": lambda: functional.softplus(t),
        "gelu": lambda: functional.gelu(t),
        "silu": lambda: functional.silu(t),
    }


def library_calls(x: np.ndarray) -> dict[str, dict[str, Call]]:
    """Return what SciPy and NumPy have; of several ways to write a function, the fastest that does not overflow."""
    y = np.empty_like(x)
    return {
        "sigmoid": {"scipy expit": lambda: special.expit(x, out=y)},
        "tanh": {"numpy tanh": lambda: np.tanh(x, out=y)},
        "logit": {"scipy logit": lambda: special.logit(x, out=y)},
        "log_sigmoid": {"scipy log_expit": lambda: special.log_expit(x, out=y)},
        "softplus": {"numpy logaddexp": lambda: np.logaddexp(0, x, out=y)},
        "gelu": {"scipy ndtr": lambda: np.multiply(special.ndtr(x, out=y), x, out=y)},
        "silu": {"scipy expit": lambda: np.multiply(special.expit(x, out=y), x, out=y)},
    }


def family(rounds: int) -> list[dict[str, Any]]:
    """Time each function against every library."""
    rows = []
    for name in ("sigmoid", "log_sigmoid", "softplus", "logit", "gelu", "silu", "tanh"):
        function = getattr(F, name, None)
        if function is None:
            continue
        for dtype in (np.float64, np.float32):
            for n in SIZES:
                x = values(name, n, dtype)
                out = np.empty_like(x)
                calls = {"ogive": lambda f=function, x=x, out=out: f(x, out=out), **library_calls(x)[name]}
                if name in (others := torch_calls(x)):
                    calls["torch"] = others[name]
                rows.append(row(f"{name} {np.dtype(dtype).name} {n:,}", contest(calls, rounds), n))
    return rows


def derivatives(rounds: int) -> list[dict[str, Any]]:
    """Time the derivative from the output, and both at once, against NumPy expressions."""
    rows = []
    for dtype in (np.float64, np.float32):
        for n in SIZES:
            x = values("sigmoid", n, dtype)
            s, first, second = F.sigmoid(x), np.empty_like(x), np.empty_like(x)

            def numpy_both(x: np.ndarray = x) -> Any:
                s = 1 / (1 + np.exp(-x))
                return s, s * (1 - s)

            calls = {
                "ogive": lambda s=s, out=first: F.sigmoid.derivative_from_output(s, out=out),
                "numpy s*(1-s)": lambda s=s: s * (1 - s),
                "a copy": lambda s=s, out=first: np.copyto(out, s),  # what reading and writing take
            }
            kind = np.dtype(dtype).name
            rows.append(row(f"derivative from output {kind} {n:,}", contest(calls, rounds), n))
            calls = {
                "ogive": lambda x=x, out=(first, second): F.sigmoid.value_and_derivative(x, out=out),
                "numpy, two expressions": numpy_both,
            }
            rows.append(row(f"value and derivative {kind} {n:,}", contest(calls, rounds), n))
    return rows


def large(rounds: int) -> dict[str, Any]:
    """Time 32,000,000 numbers on two threads against a copy by two threads."""
    set_thread_count(2)
    x = values("sigmoid", LARGE, np.float64)
    y = np.empty_like(x)
    halves = (slice(None, LARGE // 2), slice(LARGE // 2, None))
    with ThreadPoolExecutor(2) as pool:
        calls: dict[str, Call] = {
            "ogive": lambda: F.sigmoid(x, out=y),
            "copy": lambda: list(pool.map(lambda part: np.copyto(y[part], x[part]), halves)),
        }
        measured = contest(calls, rounds)
    set_thread_count(1)
    return row(f"sigmoid float64 {LARGE:,}, two threads", measured, LARGE)


def row(what: str, seconds: dict[str, float], n: int) -> dict[str, Any]:
    """Print one line and return it: nanoseconds an element, and ratios to ours."""
    own = seconds["ogive"]
    ratios = {name: value / own for name, value in seconds.items() if name != "ogive"}
    shown = ", ".join(f"{ratio:.2f}x {name}" for name, ratio in sorted(ratios.items(), key=lambda r: r[1]))
    print(f"{what:<42} {own / n * 1e9:8.3f} ns   {shown}", flush=True)
    return {"what": what, "nanoseconds": own / n * 1e9, "faster than": ratios}


def main() -> None:
    """Run all and print ratios: above 1 is faster than the peer."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    options = parser.parse_args()
    set_thread_count(1)
    rows = [*family(options.rounds), *derivatives(options.rounds)]
    calls: dict[str, Call] = {"ogive": lambda: F.sigmoid(0.3), "scipy expit": lambda: special.expit(0.3)}
    rows.append(row("one Python float", contest(calls, options.rounds), 1))
    rows.append(large(max(options.rounds // 2, 3)))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
