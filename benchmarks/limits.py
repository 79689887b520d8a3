"""Two cores for everyone: the environment in which every measurement runs.

Libraries size their thread pools when they are loaded, so the limits must stand before the first import.
`restart_limited` therefore starts the interpreter again inside them. This module imports nothing heavy.
"""

from __future__ import annotations

import os
import sys

THREADS = 2
_MARK = "OGIVE_BENCHMARK"


def environment() -> dict[str, str]:
    """Return the environment of a measured process."""
    limits = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_MAX_THREADS"), str(THREADS)
    )
    # Only then does scikit-learn-intelex offer its own newton-cg.
    limits |= {"SKLEARNEX_PREVIEW": "1", _MARK: "limited"}
    # A machine may be set to an older BLAS kernel; each library gets the best one that the processor has.
    # Nor may it forbid bytecode, which every installed package has: this one is compiled when it first runs.
    unset = {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in unset} | limits


def pin() -> None:
    """Hold this process and its children to two processors, which every thread pool respects."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


def restart_limited() -> None:
    """Start this program again under the limits, unless it already runs under them."""
    if os.environ.get(_MARK) != "limited":
        pin()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment())
